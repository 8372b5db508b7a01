"""Everything that a person reads below the views can be said in another language."""

import ast
import re
import runpy
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from vippsdiag import errors
from vippsdiag.check import Check, Finding, Tried
from vippsdiag.checks import CHECKS
from vippsdiag.compare import compare
from vippsdiag.diagnosis import diagnose
from vippsdiag.errors import UnreadablePaste
from vippsdiag.exchange import Exchange, Response
from vippsdiag.importers import read_paste
from vippsdiag.keys import Field
from vippsdiag.language import Text, joined, say, speaking, tr
from vippsdiag.proof import words_of
from vippsdiag.render import found, html
from vippsdiag.render.reply import to_reply
from vippsdiag.render.table import render_table
from vippsdiag.sandbox.exercises import EXERCISES, FAMILIES, Exercise

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "vippsdiag").rglob("*.py"))
MARKS = {"tr", "say", "mark", "several"}
# Made of whole texts, which are gathered by themselves.
JOINED = re.compile(r"(?:\{text\d\}[ ,]*)+")
# Small letters, those of a placeholder apart.
VEIL = re.compile(r"[a-z](?![a-z_0-9]*\})")
SENTENCE = re.compile(r"\b(?:[a-z]{2,} ){2,}[a-z]{2,}\b")
NAMES = {str(field) for field in Field}
ERRORS = {"VippsdiagError", *re.findall(r"[─ ](\w+) {3,}", str(errors.__doc__))}
ERRORS |= {"ExerciseClosed", "FaultUnclear", "NameTaken", "NoSandbox", "Unplayable"}


@pytest.fixture(scope="module")
def gathered() -> set[str]:
    """Every text that the script of the catalogues finds."""
    sys.path.append(str(ROOT / ".ci"))
    try:
        gather = runpy.run_path(str(ROOT / ".ci" / "catalogues.py"))["gather"]
    finally:
        sys.path.remove(str(ROOT / ".ci"))
    texts: set[str] = set()
    for text, _, _ in gather():
        texts |= {text} if isinstance(text, str) else set(text)
    return texts


def templates(text: str) -> Iterator[str]:
    """Yield what the catalogues must hold for a text to be said."""
    if not isinstance(text, Text):
        yield text
        return
    if not JOINED.fullmatch(text.template):
        yield text.template
    for value in text.values.values():
        if isinstance(value, Text) and str(value) not in NAMES:
            yield from templates(value)


def findings(check: Check) -> list[Finding]:
    reports = map(diagnose, check.broken)
    return [finding for report in reports for _, finding in report.ranked]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_every_finding_can_be_said_in_another_language(
    check: Check, gathered: set[str]
) -> None:
    for finding in findings(check):
        texts = [finding.message, finding.evidence]
        texts += [finding.place.words] if finding.place else []
        for text in filter(None, texts):
            assert isinstance(text, Text), text
            assert set(templates(text)) <= gathered


def test_every_trial_can_be_said_in_another_language(gathered: set[str]) -> None:
    reports = [diagnose(case) for check in CHECKS for case in check.broken]
    trials = [trial for report in reports for trial in report.trials]
    assert trials
    for trial in trials:
        for answer in (trial.baseline, Exchange(response=Response(status=200))):
            said = words_of(Tried(trial=trial, exchange=answer))
            assert set(templates(said)) <= gathered
        for text in filter(None, (trial.change, trial.lacking)):
            assert isinstance(text, Text), text
            assert set(templates(text)) <= gathered


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda item: item.id)
def test_every_exercise_can_be_said_in_another_language(
    exercise: Exercise, gathered: set[str]
) -> None:
    texts = {exercise.title, exercise.story, exercise.goal, *exercise.hints}
    assert texts <= gathered
    assert set(FAMILIES) <= gathered


def test_every_difference_can_be_said_in_another_language(gathered: set[str]) -> None:
    found = 0
    for case in (case for check in CHECKS for case in check.broken):
        for exchange in case.exchanges:
            compared = compare(exchange, case)
            for difference in compared.differences if compared else ():
                assert set(templates(difference.words)) <= gathered
                found += 1
    assert found


PASTES = {
    "keys": "client_id: 1c1f3b6a-9c54-4a0e-8d6b-2f7a90c3e5d1\nsomething else\nand more",
    "two sets": "test:\nclient_id: 1c1f3b6a-9c54-4a0e-8d6b-2f7a90c3e5d1\n\n"
    "production:\nclient_id: 2c1f3b6a-9c54-4a0e-8d6b-2f7a90c3e5d1\nclient_secret: x",
    "odd name": "Chave: 0f14ebcab0ec4b29ae0cb90d91b4a84b\n# client_id = x",
    "command": "curl -X POST https://apitest.vipps.no/accesstoken/get -d @body.json",
    "answer": "HTTP/1.1 401 Unauthorized\n\n{}",
    "log": '1.2.3.4 - - [24/Nov/2026:12:00:00 +0000] "GET /x HTTP/1.1" 401 12 "-" "-"',
    "har": '{"log": {"entries": [{"request": {"url": "https://api.vipps.no/x", '
    '"method": "GET"}}, 1]}}',
    "page": "<html><title>403 Forbidden</title></html>",
}


@pytest.mark.parametrize("text", PASTES.values(), ids=PASTES)
def test_pieces_of_a_paste_can_be_said_in_another_language(
    text: str, gathered: set[str]
) -> None:
    evidence = read_paste(text)
    said = [*evidence.unused, *(excerpt.words for excerpt in evidence.excerpts)]
    for one in said:
        assert set(templates(one)) <= gathered


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_report_in_another_language_has_no_sentence_in_english(
    check: Check, gathered: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vippsdiag.language._catalogue", lambda _: Veiled(gathered))
    with speaking("nb"):
        for report in map(diagnose, check.broken):
            shown = [
                render_table(report, "paste", width=1000),
                html.findings_table(report),
                found.read_view(report),
                found.trials_view(report, practice=True),
                to_reply(report),
            ]
            for text in shown:
                assert not SENTENCE.search(re.sub(r"<[^<>]*>", "|", text))


UNREADABLE = {
    "empty": b" ",
    "picture": b"\x89PNG\r\n",
    "archive": b"PK\x03\x04",
    "binary": bytes(range(7)) * 100,
    "nothing to use": b"hello",
    "a HAR that breaks off": b'{"log": {"entries": [',
}


@pytest.mark.parametrize("data", UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_said_in_the_language(
    data: bytes, gathered: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UnreadablePaste) as raised:
        read_paste(data)
    error = raised.value
    assert error.words == error.text == str(error)
    for text in filter(None, error.args):
        assert set(templates(text)) <= gathered
    monkeypatch.setattr("vippsdiag.language._catalogue", lambda _: Shouting())
    with speaking("nb"):
        assert error.words == str(error).upper()


@pytest.mark.parametrize(
    "module", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_what_is_said_is_a_literal_or_a_name(module: Path) -> None:
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id not in MARKS:
            continue
        for text in node.args[: 2 if node.func.id == "several" else 1]:
            assert is_gathered(text), f"line {node.lineno}: {ast.unparse(node)}"


# The pieces of a notebook say what they say in their own way.
@pytest.mark.parametrize(
    "module",
    [path for path in MODULES if "notebook" not in path.parts],
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_what_an_error_says_can_be_translated(module: Path) -> None:
    """It is marked, or a name; what is glued together holds no words of its own."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        for text in node.args if node.func.id in ERRORS else ():
            told = f"line {node.lineno}: {ast.unparse(node)}"
            assert not isinstance(text, ast.Constant) or not text.value, told
            for piece in text.values if isinstance(text, ast.JoinedStr) else ():
                glued = piece.value if isinstance(piece, ast.Constant) else ""
                assert not re.search(r"[a-z]", glued), told


def is_gathered(text: ast.expr) -> bool:
    """Tell whether a text is a literal, or something that was marked elsewhere."""
    if isinstance(text, ast.Constant):
        return True
    if isinstance(text, ast.IfExp):
        chosen = (text.body, text.orelse)
        return not any(isinstance(one, ast.Constant) and one.value for one in chosen)
    return not isinstance(text, ast.JoinedStr | ast.BinOp)


def test_texts_side_by_side_are_each_said_in_the_language(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("vippsdiag.language._catalogue", lambda _: Norwegian())
    text = joined(say("It failed."), say("Paste {what}.", what=say("a request")))
    assert text == "It failed. Paste a request."
    with speaking("nb"):
        assert tr(text) == "Det feilet. Lim inn en forespørsel."
        assert tr(joined("a", "b", by=", ")) == "a, b"


NORWEGIAN = {
    "It failed.": "Det feilet.",
    "Paste {what}.": "Lim inn {what}.",
    "a request": "en forespørsel",
}


class Shouting:
    def gettext(self, text: str) -> str:
        return re.sub(r"(?<!\{)\b\w+\b(?!\})", lambda word: word[0].upper(), text)


class Veiled:
    """A language in which what can be translated has one letter only."""

    def __init__(self, gathered: set[str]) -> None:
        self.gathered = gathered

    def gettext(self, text: str) -> str:
        return VEIL.sub("§", text) if text in self.gathered else text

    def pgettext(self, context: str, text: str) -> str:
        del context
        return self.gettext(text)

    def ngettext(self, one: str, many: str, count: int) -> str:
        return self.gettext(one if count == 1 else many)


class Norwegian:
    def gettext(self, text: str) -> str:
        return NORWEGIAN.get(text, text)
