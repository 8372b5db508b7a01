"""The catalogues of the languages: nothing is missing, and nothing is lost in them."""

import re
import string
import sys
from collections.abc import Iterator
from functools import cache
from gettext import GNUTranslations
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from vippsdiag.checks import CHECKS
from vippsdiag.diagnosis import diagnose
from vippsdiag.language import ENGLISH, LANGUAGES, speaking
from vippsdiag.render.words import fix_of, title_of, why_of

ROOT = Path(__file__).parent.parent
OTHERS = [name for name in LANGUAGES if name != ENGLISH]
EACH = pytest.mark.parametrize("language", OTHERS)

# What stays as it is in every language: it is typed, sent, or stands in the portal.
_FIXED = re.compile(
    r"https?://[^\s,;]*[^\s,;.:)]|\b(?:[A-Za-z]+_)+[A-Za-z]+\b|(?<![\w/])/[a-z][\w./-]+"
    r"|\b[A-Z][a-z]+(?:-[A-Z][a-z]+)+\b|\b[A-Z]{2,}\d*\b"
    r"|\b\d{3,}\b|For developers(?=”|, (?:API|Set|Test))|API keys|Show keys"
    r"|Set up login|Test users(?=[)”])"
    r"|\b(?:ePayment|Recurring|Checkout|Idempotency-Key|Bearer|Basic)\b"
)
# Words that look fixed and are not: sentences may say them in other words.
_FREE = frozenset("OK US ID IDS ids".split())


@cache
def catalogues() -> ModuleType:
    """The script that gathers the texts."""
    sys.path.insert(0, str(ROOT / ".ci"))
    try:
        import catalogues as script  # type: ignore[import-not-found] # noqa: PLC0415
    finally:
        sys.path.pop(0)
    return script  # type: ignore[no-any-return]


@cache
def written(language: str) -> Any:
    return catalogues().read(language)


def pairs(language: str) -> Iterator[tuple[str, str]]:
    """Each English text beside its translation; of a plural, both forms.

    That none is missing is tested by itself.
    """
    for message in written(language):
        if message.pluralizable:
            found = zip(message.id, message.string, strict=True)
        else:
            found = iter([(message.id, message.string)])
        yield from ((text, said) for text, said in found if text and said)


@EACH
def test_every_text_is_translated(language: str) -> None:
    fresh = catalogues().fresh(language, list(catalogues().gather()))
    assert catalogues().missing(fresh) == []


@EACH
def test_catalogue_holds_the_texts_of_the_code_and_no_others(language: str) -> None:
    fresh = catalogues().fresh(language, list(catalogues().gather()))
    known = {(str(one.id), one.context) for one in written(language)}
    assert known == {(str(one.id), one.context) for one in fresh}


@EACH
def test_what_is_installed_is_what_is_written(language: str) -> None:
    path = catalogues().path_of(language).with_suffix(".mo")
    with path.open("rb") as compiled:
        installed = GNUTranslations(compiled)
    for message in written(language):
        if message.id and message.string and not message.pluralizable:
            text, context = message.id, message.context
            said = installed.pgettext(context, text) if context else None
            said = said or installed.gettext(text)
            assert said == message.string, "make catalogues"


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@EACH
def test_placeholders_are_the_same(language: str) -> None:
    wrong = [
        (text, said)
        for text, said in pairs(language)
        if "{" in text and "{{" not in text
        # A singular may do without its number.
        if placeholders(text) - {"count"} != placeholders(said) - {"count"}
    ]
    assert wrong == []


@EACH
def test_names_codes_and_labels_stay_as_they_are(language: str) -> None:
    lost = [
        (fixed, text, said)
        for text, said in pairs(language)
        for fixed in _FIXED.findall(text)
        if fixed not in _FREE and fixed not in said
    ]
    assert lost == []


@EACH
def test_sentence_stays_a_sentence(language: str) -> None:
    for text, said in pairs(language):
        ends = text.rstrip()[-1:] in ".:?"
        assert (said.rstrip()[-1:] in ".:?") is ends, (text, said)
        assert said == said.strip() or text != text.strip(), (text, said)


@EACH
def test_a_check_is_not_said_in_english(language: str) -> None:
    for check in CHECKS:
        english = check.title, check.why, check.fix
        with speaking(language):
            told = title_of(check), why_of(check), fix_of(check)
        assert all(a != b for a, b in zip(told, english, strict=True))


@EACH
def test_a_finding_is_said_with_its_own_values(language: str) -> None:
    from vippsdiag.render.table import render_table  # noqa: PLC0415

    check = next(one for one in CHECKS if one.id == "host-unknown")
    report = diagnose(check.broken[0])
    with speaking(language):
        told = render_table(report, "x", 160)
    assert title_of(check) not in told
    request = check.broken[0].exchanges[0].request
    assert request
    assert request.host in told.replace("\n", "")
