"""Everything that a person reads below the views can be said in another language."""

import ast
import re
import runpy
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from vippsdiag.check import Check, Finding
from vippsdiag.checks import CHECKS
from vippsdiag.diagnosis import diagnose
from vippsdiag.keys import Field
from vippsdiag.language import Text, joined, say, speaking, tr

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "vippsdiag").rglob("*.py"))
MARKS = {"tr", "say", "mark", "several"}
# Made of whole texts, which are gathered by themselves.
JOINED = re.compile(r"(?:\{text\d\}[ ,]*)+")
NAMES = {str(field) for field in Field}


@pytest.fixture(scope="module")
def gathered() -> set[str]:
    """Every text that the script of the catalogues finds."""
    sys.path.append(str(ROOT / ".ci"))
    try:
        gather = runpy.run_path(str(ROOT / ".ci" / "catalogues.py"))["gather"]
    finally:
        sys.path.remove(str(ROOT / ".ci"))
    found: set[str] = set()
    for text, _, _ in gather():
        found |= {text} if isinstance(text, str) else set(text)
    return found


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


class Norwegian:
    def gettext(self, text: str) -> str:
        return NORWEGIAN.get(text, text)
