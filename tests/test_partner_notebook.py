"""The partner's notebook: set a value, click, read what is shown."""

import csv
import html as escaping
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import ipywidgets
import pytest

from vippsdiag.environments import SANDBOX_ADDRESS, Environment
from vippsdiag.fleet import Standing, summarise
from vippsdiag.keys import Field, KeyKind
from vippsdiag.language import speaking
from vippsdiag.notebook import Partner, checking, course
from vippsdiag.notebook.voice import speak_in
from vippsdiag.sandbox import Sandbox
from vippsdiag.sandbox.gateway.received import Received
from vippsdiag.sandbox.gateway.reply import Reply
from vippsdiag.secret import Secret

NOTEBOOK = Path(__file__).parent.parent / "notebooks" / "05-partner.ipynb"
SECRET = "Y8Kteew6GE3ZmeycEt6egg=="
KEY = "0f14ebcab0eb4b29ae0cb90d91b4a84a"
LIST = f"msn;name;client_secret\n123456;Shop;{SECRET}\n987654321;Wrong;\n234567;Café;\n"


@pytest.fixture(autouse=True)
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SANDBOX_ADDRESS, raising=False)


@pytest.fixture
def partner() -> Iterator[Partner]:
    app = Partner()
    yield app
    app.checking.course.stop()
    app.checking.course.wait()


@pytest.fixture
def practised(partner: Partner) -> Partner:
    partner.units.practise.click()
    partner.checking.go.click()
    partner.checking.course.wait()
    return partner


def shown(widget: ipywidgets.HTML) -> str:
    """Return the text of a view, as a person reads it."""
    text = re.sub(r"<style>.*?</style>", "", widget.value, flags=re.DOTALL)
    return " ".join(escaping.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def hidden(widget: ipywidgets.Widget) -> bool:
    return bool(widget.layout.display == "none")


def state() -> str:
    """Return everything that could be saved with the notebook."""
    return json.dumps(ipywidgets.Widget.get_manager_state(), default=str)


def own(partner: Partner, text: str = LIST) -> None:
    partner.units.field.set(Secret(text), "pasted")


def enter_keys(partner: Partner) -> None:
    fields = partner.checking.form.fields
    fields[Field.CLIENT_ID].set(Secret("6d2b8e14-93c7-4f05-a1d8-5e70b9c3f246"), "")
    fields[Field.CLIENT_SECRET].set(Secret(SECRET), "")
    fields[Field.SUBSCRIPTION_KEY].set(Secret(KEY), "")


def test_it_begins_calm_with_one_thing_to_press(partner: Partner) -> None:
    assert partner.units.practise.description == "Try with 40 practice units"
    assert partner.checking.go.disabled
    assert partner.checking.cancel.disabled
    assert hidden(partner.checking.form)
    assert hidden(partner.checking.bar)
    assert shown(partner.results.actions) == (
        "This fills while the sales units are checked."
    )


def test_practice_units_need_no_typing_and_no_keys(practised: Partner) -> None:
    assert shown(practised.units.said) == (
        "40 sales units in the list. They are made up. A sandbox in this notebook "
        "answers for them: no keys are needed, and nothing leaves this machine."
    )
    assert hidden(practised.checking.form)
    assert shown(practised.checking.said) == "40 of 40 checked."
    assert practised.checking.bar.value == practised.checking.bar.max == 40
    text = shown(practised.results.actions)
    assert text.startswith("22 of 40 sales units work; 18 do not.")
    assert "6 sales units: all that use the keys of line 10" in text


def test_what_works_where_is_shown_as_a_table_and_as_a_picture(
    practised: Partner,
) -> None:
    assert shown(practised.results.table).startswith(
        "40 sales units MSN Name State Webhooks ePayment Cause"
    )
    assert practised.results.heat.value.count("<rect") > 80
    assert "1100009 Practice unit 10: Webhooks reached; ePayment not allowed." in shown(
        practised.results.heat
    )
    assert "Counted in sales units." in shown(practised.results.bars)


def test_the_filter_shows_the_units_of_one_cause(practised: Partner) -> None:
    results = practised.results
    labels = [label for label, _ in results.filter.options]
    assert labels[0] == "All sales units"
    assert len(labels) == 8
    place = next(n for n, label in enumerate(labels) if "not connected" in label)
    results.filter.value = results.filter.options[place][1]
    table = shown(results.table)
    assert table.startswith("2 sales units")
    assert "1100007" in table
    assert "1100000" not in table


def test_all_units_are_handed_over_as_csv(practised: Partner) -> None:
    rows = list(csv.DictReader(io.StringIO(practised.results.save._make())))
    assert len(rows) == 40
    assert len(practised.results.to_frame()) == 40


def test_checking_again_says_what_is_different(practised: Partner) -> None:
    assert practised.checking.go.description == "Check again"
    practised.checking.go.click()
    practised.checking.course.wait()
    assert "The same as in the last run" in shown(practised.results.actions)


class Waiting(Sandbox):
    """Answers some calls at once, and the others when it is told to."""

    calls, reached, go_on = 0, Event(), Event()

    def answer(self, received: Received) -> Reply:
        type(self).calls += 1
        if self.calls > 20:
            self.reached.set()
            assert self.go_on.wait(30)
        return super().answer(received)


def test_a_run_can_be_cancelled_and_goes_on(
    partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Own(Waiting):
        calls, reached, go_on = 0, Event(), Event()

    monkeypatch.setattr(checking, "Sandbox", Own)
    run = partner.checking
    partner.units.practise.click()
    run.go.click()
    assert Own.reached.wait(30)
    assert run.course.running
    assert run.go.disabled
    assert not run.cancel.disabled
    run.cancel.click()
    Own.go_on.set()
    run.course.wait()
    assert run.course.fleet is not None
    done = len(run.course.fleet.results)
    assert 0 < done < 40
    assert shown(run.said) == (
        f"{done} of 40 checked. Stopped. Resume goes on from here."
    )
    assert f"of {done} sales units work" in shown(partner.results.actions)
    assert run.go.description == "Resume"
    assert not hidden(run.afresh)
    run.go.click()
    run.course.wait()
    assert run.course.fleet.resumed == done
    assert run.course.fleet.complete
    assert "22 of 40 sales units work; 18 do not." in shown(partner.results.actions)


def test_the_page_can_be_used_while_units_are_checked(
    partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Own(Waiting):
        calls, reached, go_on = 0, Event(), Event()

    monkeypatch.setattr(checking, "Sandbox", Own)
    partner.units.practise.click()
    partner.checking.go.click()
    assert Own.reached.wait(30)
    with speaking("en"):
        speak_in("nb")
        speak_in("en")
    own(partner)  # another list, while the old run is under way
    Own.go_on.set()
    partner.checking.course.wait()
    assert shown(partner.results.actions) == (
        "This fills while the sales units are checked."
    )


def test_what_was_found_so_far_is_shown_while_the_run_goes_on(
    partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Own(Waiting):
        calls, reached, go_on = 0, Event(), Event()

    monkeypatch.setattr(checking, "Sandbox", Own)
    monkeypatch.setattr(course, "STEP", 0.001)
    monkeypatch.setattr(course, "STEPS", 1)
    seen = Event()
    partner.checking.on_result(lambda found: found and found.results and seen.set())
    partner.units.practise.click()
    partner.checking.go.click()
    assert Own.reached.wait(30)
    assert seen.wait(30)
    assert partner.checking.course.running
    Own.go_on.set()
    partner.checking.course.wait()
    assert "22 of 40 sales units work" in shown(partner.results.actions)


def test_a_journal_in_a_file_lets_a_run_go_on_in_another_kernel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Own(Waiting):
        calls, reached, go_on = 0, Event(), Event()

    monkeypatch.setattr(checking, "Sandbox", Own)
    path = tmp_path / "fleet.db"
    first = Partner(path)
    first.units.practise.click()
    first.checking.go.click()
    assert Own.reached.wait(30)
    first.checking.cancel.click()
    Own.go_on.set()
    first.checking.course.wait()
    assert first.checking.course.fleet is not None
    done = len(first.checking.course.fleet.results)
    first.checking.course.end()

    second = Partner(path)
    second.units.practise.click()
    second.checking.go.click()
    second.checking.course.wait()
    assert second.checking.course.fleet is not None
    assert second.checking.course.fleet.resumed == done > 0
    assert second.checking.course.fleet.complete
    second.checking.course.end()


def test_a_list_of_ones_own_is_read_and_its_bad_rows_are_named(
    partner: Partner,
) -> None:
    own(partner)
    assert shown(partner.units.said) == (
        "2 sales units in the list. 1 row cannot be used; it is named below, and not "
        "checked. Line 3: 987654321 has 9 digits; it may be an organisation number. A "
        "merchant serial number has 4 to 7 digits."
    )
    form = partner.checking.form
    assert not hidden(form)
    assert form.environment.value is Environment.PRODUCTION
    assert form.kind.value is KeyKind.PARTNER


def test_what_is_no_list_is_said_with_an_example(partner: Partner) -> None:
    own(partner, "hello")
    assert shown(partner.units.said).startswith(
        "There is no column with merchant serial numbers in it. Give a CSV file"
    )
    assert partner.checking.go.disabled


def test_production_is_asked_about_once_and_nothing_is_sent_before(
    partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[int] = []

    def start(_: object, listing: object) -> None:
        begun.append(len(listing.units))  # type: ignore[attr-defined]

    monkeypatch.setattr(checking.Checking, "_start", start)
    run = partner.checking
    own(partner)
    enter_keys(partner)
    run.go.click()
    assert begun == []
    assert not hidden(run._box)
    assert shown(run._question) == (
        "This calls production for 2 sales units: the token call, and reading calls "
        "to Webhooks, ePayment. Nothing is changed, and no money moves."
    )
    run.decline.click()
    assert hidden(run._box)
    run.go.click()
    run.confirm.click()
    assert begun == [2]
    run.go.click()
    assert begun == [2, 2]


def test_other_keys_are_asked_about_again(
    partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking.Checking, "_start", lambda *_: None)
    own(partner)
    enter_keys(partner)
    partner.checking.go.click()
    partner.checking.confirm.click()
    enter_keys(partner)
    partner.checking.go.click()
    assert not hidden(partner.checking._box)


def test_without_any_keys_it_says_where_to_enter_them(partner: Partner) -> None:
    own(partner, "msn\n123456\n")
    partner.checking.go.click()
    assert shown(partner.checking.said) == (
        "There are no keys yet: enter the partner's in the form above."
    )


def test_no_number_is_asked_for_beside_the_list(partner: Partner) -> None:
    own(partner)
    form = partner.checking.form
    for kind in KeyKind:
        form.kind.value = kind
        assert hidden(form.fields[Field.MSN])
        assert not hidden(form.fields[Field.CLIENT_ID])


def test_a_sandbox_on_another_machine_gets_no_keys_and_that_is_said(
    partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SANDBOX_ADDRESS, "http://192.0.2.7:8000")
    own(partner)
    partner.checking.form.environment.value = Environment.SANDBOX
    partner.checking.go.click()
    assert shown(partner.checking.said) == (
        "The sandbox's address is not on this machine."
    )


def test_an_empty_address_of_a_sandbox_is_none(
    partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SANDBOX_ADDRESS, "")
    own(partner)
    form = partner.checking.form
    form.environment.value = Environment.SANDBOX
    assert partner.checking._target().session == form.sandbox.session


def test_rows_that_lack_keys_are_told_when_the_others_are_checked(
    partner: Partner,
) -> None:
    own(partner)
    run = partner.checking
    run.form.environment.value = Environment.SANDBOX
    for field in run.form.fields.values():
        field.clear()
    run.go.click()
    run.course.wait()
    assert shown(run.said) == (
        "1 of 1 checked. 1 row has no keys of its own, and none were given for all: it "
        "is not checked."
    )


def test_another_list_forgets_what_was_found(practised: Partner) -> None:
    own(practised)
    assert practised.results.summary is None
    assert hidden(practised.results.save)
    assert practised.checking.go.description == "Check 2 sales units"


def test_no_key_of_the_list_is_in_the_state_or_in_what_is_shown(
    partner: Partner,
) -> None:
    own(partner)
    enter_keys(partner)
    partner.checking.go.click()
    assert SECRET not in state()
    assert KEY not in state()


def test_practice_keys_are_in_no_state_either(practised: Partner) -> None:
    made = practised.units.made
    assert made is not None
    kept = state()
    for unit in made.config.units:
        assert unit.client_secret not in kept
        assert unit.primary not in kept


def test_every_piece_follows_the_language(practised: Partner) -> None:
    before = shown(practised.results.table)
    with speaking("en"):
        speak_in("nb")
        assert practised.results.summary is not None
        speak_in("en")
    assert shown(practised.results.table) == before


def test_the_notebook_holds_no_output_and_almost_no_code() -> None:
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert [cell["outputs"] for cell in code] == [[]]
    assert sum(cell["source"].count("\n") + 1 for cell in code) <= 5


def test_a_summary_of_nothing_is_empty() -> None:
    assert summarise((), ()).count(Standing.WORKS) == 0
