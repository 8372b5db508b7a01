"""The notebook for regenerating keys: the drill, own keys, and the checklist."""

import html as escaping
import re
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import ipywidgets
import nbformat
import pytest
from nbclient import NotebookClient
from sealed_page import Sent

from vippsdiag.keys import Field
from vippsdiag.notebook import KeyRotation
from vippsdiag.notebook.pulse import Pulse
from vippsdiag.render.pictures import strip
from vippsdiag.render.rotation import checklist_page
from vippsdiag.rotation import ACTIONS, Do
from vippsdiag.sandbox.practice.drill import PAUSE

NOTEBOOK = Path(__file__).parent.parent / "notebooks" / "04-key-rotation.ipynb"


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Iterator[KeyRotation]:
    """The app, whose shop calls only when a test lets it."""
    monkeypatch.setattr(Pulse, "_run", lambda *_: None)
    made = KeyRotation()
    yield made
    made.shop.pulse.stop()


def shown(widget: ipywidgets.HTML) -> str:
    """Return the text of a view, as a person reads it."""
    text = re.sub(r"<style>.*?</style>", "", widget.value, flags=re.DOTALL)
    return " ".join(escaping.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def calls(app: KeyRotation, count: int = 3) -> None:
    for _ in range(count):
        app.shop.call()


class TestTheDrill:
    def test_it_starts_at_rest_with_the_first_step_next(self, app: KeyRotation) -> None:
        assert shown(app.shop.said) == "The shop rests: it makes no calls."
        assert "No calls yet." in shown(app.shop.strip)
        assert "Next is step 1" in shown(app.steps.advice)
        styles = [button.button_style for button in app.steps.buttons.values()]
        assert styles == ["primary", *[""] * (len(ACTIONS) - 1)]

    def test_every_step_in_its_order_is_done_without_a_failed_call(
        self, app: KeyRotation
    ) -> None:
        for number, button in enumerate(app.steps.buttons.values(), 1):
            assert button.description.startswith(f"{number}. ")
            button.click()
            assert app.shop.pulse.running
            calls(app)
        assert "Done: all keys are new, and no call failed." in shown(app.steps.advice)
        assert "none failed" in shown(app.shop.strip)
        assert shown(app.steps.cause) == ""
        notes = [shown(note) for note in app.steps.notes.values()]
        assert all(" done" in note for note in notes)

    def test_the_wrong_order_shows_its_cause_and_what_avoids_it(
        self, app: KeyRotation
    ) -> None:
        calls(app)
        app.steps.buttons[Do.NEW_PRIMARY].click()
        calls(app)
        assert "The shop's calls fail." in shown(app.shop.said)
        assert "Calls 4 to 6 failed: 401." in shown(app.shop.strip)
        cause = shown(app.steps.cause)
        assert "The primary key was regenerated while the shop still used it." in cause
        assert "certain The keys were regenerated, and a running system" in cause
        assert "Switching the shop to the secondary key before." in cause
        assert shown(app.steps.advice).startswith("Now: Switch the shop to the second")
        app.steps.buttons[Do.USE_SECONDARY].click()
        calls(app)
        assert "The shop is open, and its calls succeed." in shown(app.shop.said)
        assert "Mended. Calls that failed: 3." in shown(app.steps.cause)

    def test_the_keys_are_shown_side_by_side_once_they_were_looked_at(
        self, app: KeyRotation
    ) -> None:
        assert shown(app.steps.table) == ""
        app.steps.buttons[Do.LOOK].click()
        assert "not in use" in shown(app.steps.table)
        app.steps.buttons[Do.NEW_PRIMARY].click()
        assert "the shop has the old value" in shown(app.steps.table)

    def test_it_is_played_for_who_wants_to_watch(self, app: KeyRotation) -> None:
        app.steps.buttons[Do.NEW_PRIMARY].click()
        calls(app)
        app.steps.play.click()
        assert "is being played" in shown(app.steps.advice)
        calls(app, PAUSE * (len(ACTIONS) + 1))
        assert "no call failed" in shown(app.steps.advice)

    def test_it_begins_again(self, app: KeyRotation) -> None:
        app.steps.buttons[Do.NEW_PRIMARY].click()
        calls(app)
        app.steps.again.click()
        assert "No calls yet." in shown(app.shop.strip)
        assert shown(app.steps.cause) == ""
        assert "Next is step 1" in shown(app.steps.advice)

    def test_the_shop_opens_and_rests(self, app: KeyRotation) -> None:
        assert app.shop.door.description == "Open the shop"
        app.shop.door.click()
        assert app.shop.door.description == "Let the shop rest"
        app.shop.door.click()
        assert not app.shop.pulse.running
        assert shown(app.shop.said).startswith("The shop rests")


class TestThePulse:
    def test_it_beats_until_it_is_stopped(self) -> None:
        beaten, count = Event(), []

        def beat() -> None:
            count.append(1)
            if len(count) == 3:
                pulse.stop()
                beaten.set()

        pulse = Pulse(beat, lambda: None)
        pulse.start()
        assert beaten.wait(20)
        assert not pulse.running
        assert len(count) == 3

    def test_it_stops_by_itself_and_says_so(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("vippsdiag.notebook.pulse.MOST", 2)
        stopped, count = Event(), []
        pulse = Pulse(lambda: count.append(1), stopped.set)
        pulse.start()
        assert stopped.wait(20)
        assert not pulse.running
        assert len(count) == 2


class TestOwnKeys:
    def test_both_practice_keys_work(self, app: KeyRotation) -> None:
        app.both.compare.click()
        assert "Both keys work" in shown(app.both.view)
        assert [pair.works for pair in app.both.pairs] == [True, True]

    def test_the_one_that_does_not_work_is_named(self, app: KeyRotation) -> None:
        app.both.form.sandbox.regenerate("Test unit", Field.SECONDARY_SUBSCRIPTION_KEY)
        app.both.compare.click()
        text = shown(app.both.view)
        assert "One of the two keys does not work." in text
        assert re.search(r"\(secondary\) •••\w+ does not work 401", text)

    def test_other_keys_forget_what_was_found(self, app: KeyRotation) -> None:
        app.both.compare.click()
        app.both.form.fields[Field.SUBSCRIPTION_KEY].clear()
        assert app.both.pairs == ()
        assert "Two token calls" in shown(app.both.view)

    def test_no_message_holds_a_key(self, app: KeyRotation, sent: Sent) -> None:
        app.both.compare.click()
        app.steps.buttons[Do.LOOK].click()
        portal = app.shop.drill.portal
        keys = [portal.subscription_key, app.both.form.key_set.subscription_key]
        for key in keys:
            assert key is not None
            assert key.reveal() not in str(sent)  # type: ignore[attr-defined]


class TestTheStrip:
    def test_its_words_say_what_its_shapes_say(self) -> None:
        beats = [
            strip.Beat(number=1, well=True),
            strip.Beat(number=2, well=True),
            strip.Beat(number=3, well=False, status=401, mark="new primary"),
            strip.Beat(number=4, well=False, status=401),
            strip.Beat(number=5, well=False),
            strip.Beat(number=6, well=True, mark="to secondary"),
        ]
        shown = strip.strip(beats, good=3, bad=3)
        assert strip.text(shown) == (
            "The shop's calls. 6 calls; 3 failed.\n"
            "Calls 1 to 2 succeeded.\n"
            "Before call 3: new primary.\n"
            "Calls 3 to 4 failed: 401.\n"
            "Call 5 failed: no answer.\n"
            "Before call 6: to secondary.\n"
            "Call 6 succeeded."
        )
        picture = strip.svg(shown)
        assert picture.count("<path") == 3 + 1
        assert escaping.escape(strip.text(shown)) in picture

    def test_a_mark_is_escaped(self) -> None:
        beats = [strip.Beat(number=1, well=True, mark="<script>")]
        assert "<script" not in strip.svg(strip.strip(beats, good=1, bad=0))


def test_the_checklist_is_a_page_that_loads_nothing() -> None:
    page = checklist_page()
    assert page.startswith("<!doctype html>")
    assert "default-src 'none'" in escaping.unescape(page)
    assert "http" not in page.replace("http-equiv", "")
    assert "Do not write a key on this page." in page


def test_the_notebook_runs_from_end_to_end() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.outputs for cell in code)
