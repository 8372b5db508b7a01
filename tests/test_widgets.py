"""The pieces of the notebooks, each alone as in somebody's own notebook."""

import re
from pathlib import Path

import ipywidgets
import pytest
from test_notebook import shown

import vippsdiag.notebook
from vippsdiag.environments import SANDBOX_ADDRESS
from vippsdiag.language import mark
from vippsdiag.notebook import Rail, SideBySide, Start
from vippsdiag.notebook.choice import Choice
from vippsdiag.notebook.start import CARDS
from vippsdiag.notebook.voice import speak_in
from vippsdiag.samples import CLIENT_SECRET, TEST, api_call, token_call

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "widgets.md").read_text("utf-8")
EXAMPLES = dict(re.findall(r"## (\w+)\n.*?```python\n(.*?)```", PAGE, flags=re.DOTALL))
NAMED = (
    "AccessMatrix",
    "BothKeys",
    "DiagnosisTable",
    "Exercise",
    "KeyForm",
    "Partner",
    "PasteBox",
    "Rail",
    "ReplyBox",
    "ReportButton",
    "SideBySide",
    "Timeline",
    "TokenStep",
    "TrialBox",
)


@pytest.mark.parametrize("name", sorted({*NAMED, *EXAMPLES}))
def test_every_example_of_the_page_runs(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(SANDBOX_ADDRESS, raising=False)
    displayed: list[object] = []
    scope = {"display": lambda *pieces: displayed.extend(pieces)}
    exec(compile(EXAMPLES[name], f"{name} in docs/widgets.md", "exec"), scope)
    assert isinstance(displayed[0], getattr(vippsdiag.notebook, name))


def test_side_by_side_shows_one_of_several_calls_and_its_code() -> None:
    calls = SideBySide(token_call(TEST), api_call(TEST, status=401))
    assert calls.call.layout.display == ""
    assert "/accesstoken/get" in shown(calls.view)
    assert calls.copy.text.startswith("curl -X POST")
    calls.call.value = 1
    assert "401" in shown(calls.view)
    calls.way.value = "JavaScript"
    assert calls.copy.text.startswith("let response = await fetch(")
    calls.way.value = "Python"
    assert "requests.request(" in calls.copy.text
    assert CLIENT_SECRET not in calls.copy.text
    calls.show()
    assert (calls.view.value, calls.copy.text) == ("", "")
    calls.show(token_call(TEST))
    assert calls.call.layout.display == "none"
    assert "/accesstoken/get" in shown(calls.view)


def test_a_choice_keeps_what_was_chosen_and_tells_nobody_of_the_language(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[object] = []
    choice = Choice(mark("Kind"), [(mark("One"), 1), (mark("Two"), 2)])
    choice.on_choice(lambda: told.append(choice.value))
    choice.value = 2
    assert told == [2]
    monkeypatch.setattr("vippsdiag.notebook.choice.tr", lambda text: f"({text})")
    choice.paint()
    assert choice.options == (("(One)", 1), ("(Two)", 2))
    assert (choice.value, choice.label, choice.description) == (2, "(Two)", "(Kind)")
    assert told == [2]
    choice.relabel([("Three", 3)])
    assert choice.value == 3
    assert told == [2]
    choice.relabel([])
    assert choice.value is None
    choice.relabel([("Three", 3)])
    assert choice.value == 3


def test_a_rail_tells_where_it_is() -> None:
    rail, opened = Rail([mark("Here"), mark("There")]), []
    rail.on_go(opened.append)
    rail.mark_done({1, 0})
    rail.go(1)
    assert (rail.current, rail.done, opened) == (1, [0, 1], [1])
    assert rail.said == "Step 2 of 2: There"
    assert rail.words["now"] == "now"


def test_the_start_page_shows_the_notebooks_that_are_there(tmp_path: Path) -> None:
    tmp_path.joinpath("02-troubleshooting.ipynb").write_text("{}")
    files = [card["file"] for card in Start(tmp_path).cards.cards]
    assert files == ["02-troubleshooting.ipynb"]


def test_the_start_page_shows_all_where_none_is_there(tmp_path: Path) -> None:
    assert len(Start(tmp_path).cards.cards) == len(CARDS)


def test_every_notebook_has_a_card() -> None:
    files = {path.name for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert files - {card.file for card in CARDS} == {"00-start.ipynb"}


def test_the_start_page_says_what_is_done_with_secrets() -> None:
    start = Start()
    assert "in no file, no log" in shown(start.secrets)
    assert start.heading.language.value == "en"


def test_a_notebook_is_one_display_of_one_app() -> None:
    for name, app in (("00-start", "Start"), ("01-onboarding", "Onboarding")):
        text = (ROOT / "notebooks" / f"{name}.ipynb").read_text("utf-8")
        assert f"from vippsdiag.notebook import {app}" in text
        assert text.count('"cell_type": "code"') == 1


def test_pieces_that_nobody_holds_are_no_longer_painted() -> None:
    widget = SideBySide()
    assert isinstance(widget, ipywidgets.VBox)
    speak_in("nb")
    speak_in("en")
