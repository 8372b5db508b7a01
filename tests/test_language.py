"""What people read, in the languages that they read."""

import copy
import pickle
from enum import StrEnum
from weakref import WeakSet

import ipywidgets as widgets
import pytest

from vippsdiag import language
from vippsdiag.language import LANGUAGES, Text, choose, say, several, speaking, tr
from vippsdiag.notebook import voice
from vippsdiag.notebook.voice import LanguageSwitch, Speaking, speak_in
from vippsdiag.secret import Secret


@pytest.fixture
def norwegian(monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue of a few texts, so that no test rests on the real one."""
    words = {
        "Get token": "Hent token",
        "The host {host} is {what}.": "Verten {host} er {what}.",
        "of test": "i test",
    }

    class Catalogue:
        def gettext(self, text: str) -> str:
            return words.get(text, text)

        def pgettext(self, context: str, text: str) -> str:
            return f"{context}: {self.gettext(text)}"

        def ngettext(self, one: str, many: str, count: int) -> str:
            del one, many
            return "{count} kall" if count == 1 else "{count} kall til {name}"

    monkeypatch.setattr(language, "_catalogue", lambda _: Catalogue())
    # What other tests have shown knows more texts than this catalogue.
    monkeypatch.setattr(voice, "_shown", WeakSet())


def test_english_is_what_the_code_says() -> None:
    assert tr("Get token") == "Get token"
    assert tr("Calls: {count}.", count=3) == "Calls: 3."
    assert several("{count} call", "{count} calls", 1) == "1 call"
    assert several("{count} call", "{count} calls", 2) == "2 calls"


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [("nb", "nb"), ("fi", "fi"), ("xx", "en"), ("", "en"), (None, "en")],
    ids=["Norwegian", "Finnish", "unknown", "empty", "not set"],
)
def test_a_kernel_begins_in_the_language_that_it_was_started_for(
    asked: str | None, spoken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VIPPSDIAG_LANGUAGE", raising=False)
    if asked is not None:
        monkeypatch.setenv("VIPPSDIAG_LANGUAGE", asked)
    assert language.first() == spoken


@pytest.mark.usefixtures("norwegian")
def test_text_is_said_in_the_language_that_is_spoken() -> None:
    with speaking("nb"):
        assert tr("Get token") == "Hent token"
        assert tr("Get token", context="step") == "step: Hent token"
        assert several("{count} call", "{count} calls", 2, name="Vipps") == (
            "2 kall til Vipps"
        )
        assert tr("") == ""
    assert tr("Get token") == "Get token"


@pytest.mark.usefixtures("norwegian")
def test_text_is_said_again_in_another_language_with_what_stands_in_it() -> None:
    text = say("The host {host} is {what}.", host="{api}", what=say("of test"))
    assert text == "The host {api} is of test."
    with speaking("nb"):
        assert tr(text) == "Verten {api} er i test."


@pytest.mark.usefixtures("norwegian")
def test_words_of_an_enum_are_said_in_the_language_too() -> None:
    class What(StrEnum):
        TEST = "of test"

    text = say("The host {host} is {what}.", host="x", what=What.TEST)
    assert text == "The host x is of test."
    with speaking("nb"):
        assert tr(text) == "Verten x er i test."
        assert tr("The host {host} is {what}.", host="x", what=What.TEST) == tr(text)


def test_text_that_is_said_again_stays_as_it_is() -> None:
    text = say("The host {host}.", host="x")
    assert say(text) is text


def test_braces_in_a_value_are_left_alone() -> None:
    assert say("{value}.", value="{0} {x!r} {{y}}") == "{0} {x!r} {{y}}."
    assert say("{{as it is}}") == "{{as it is}}"


def test_text_can_be_copied_and_pickled() -> None:
    text = say("The host {host}.", host="x")
    for again in (copy.deepcopy(text), pickle.loads(pickle.dumps(text))):
        assert isinstance(again, Text)
        assert (again, again.template, again.values) == (
            "The host x.",
            "The host {host}.",
            {"host": "x"},
        )


def test_secret_in_a_text_is_masked_and_not_kept() -> None:
    text = say("The value {value}.", value=Secret("hush4Canary9Zq"))
    assert "Canary" not in text
    assert "Canary" not in repr(text.values)
    assert isinstance(text.values["value"], str)


def test_unknown_language_is_refused_and_changes_nothing() -> None:
    with pytest.raises(KeyError):
        choose("tlh")
    assert language.spoken() == "en"


class Sign(Speaking, widgets.Label):
    def __init__(self) -> None:
        super().__init__()
        self.speak()

    def paint(self) -> None:
        self.value = tr("Get token")


@pytest.mark.usefixtures("norwegian")
def test_switch_paints_everything_that_is_shown() -> None:
    sign, switch, other = Sign(), LanguageSwitch(), LanguageSwitch()
    assert (sign.value, switch.description) == ("Get token", "Language")
    switch.value = "nb"
    assert sign.value == "Hent token"
    assert other.value == "nb"
    speak_in("en")
    assert (sign.value, switch.value) == ("Get token", "en")


def test_switch_names_each_language_in_its_own_words() -> None:
    assert [code for _, code in LanguageSwitch().options] == list(LANGUAGES)
