"""What is to be done about a fleet, and how it is told."""

import csv
import io
import json
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.fleets import scene
from vippsdiag.check import Confidence
from vippsdiag.errors import VippsdiagError
from vippsdiag.fleet import Cause, Checked, Progress, SalesUnit, Summary, summarise
from vippsdiag.fleet.records import to_csv, to_frame, to_jsonl, write_parquet
from vippsdiag.fleet.table import render_fleet
from vippsdiag.fleet.words import (
    cause_words,
    change_lines,
    headline,
    plan,
    progress_words,
    whose,
)
from vippsdiag.keys import KeySet
from vippsdiag.products import Reach

PRODUCTS = ("Webhooks", "ePayment")
BOTH = dict.fromkeys(PRODUCTS, Reach.REACHED)
NO_TOKEN = dict.fromkeys(PRODUCTS, Reach.NO_TOKEN)
SECRET = "client-secret-wrong"


def one(  # noqa: PLR0917 - a unit in one line
    number: int,
    check: str = "",
    product: str = "",
    holder: str = "partner",
    sure: Confidence = Confidence.LIKELY,
    reach: dict[str, Reach] | None = None,
) -> Checked:
    causes = (Cause(check=check, confidence=sure, product=product),) if check else ()
    missed = {**BOTH, product: Reach.FORBIDDEN} if product else NO_TOKEN
    keys = None if holder == "partner" else KeySet(client_id=holder)
    return Checked(
        unit=SalesUnit(msn=str(number), name="Shop", keys=keys, line=number - 99_998),
        holder=holder,
        reach=reach or (missed if check else BOTH),
        causes=causes,
    )


def told(results: list[Checked]) -> list[tuple[str, str, list[str]]]:
    summary = summarise(results, PRODUCTS)
    return [
        (action.cause, whose(action), [unit.unit.msn for unit in action.units])
        for action in summary.actions
    ]


def test_one_rotated_key_is_one_thing_to_do() -> None:
    results = [one(100_000 + n, SECRET) for n in range(1812)]
    ((cause, words, units),) = told(results)
    assert cause == SECRET
    assert words == "1,812 sales units: all that use the keys for all"
    assert len(units) == 1812


def test_keys_that_several_rows_share_are_named_by_their_first_line() -> None:
    results = [
        one(100_000),
        *(one(n, SECRET, holder="old") for n in (100_008, 100_011)),
    ]
    assert told(results) == [
        (
            SECRET,
            "2 sales units: all that use the keys of line 10",
            ["100008", "100011"],
        )
    ]


def test_units_with_keys_of_their_own_are_gathered_by_their_cause() -> None:
    results = [one(100_000 + n, SECRET, holder=f"own {n}") for n in range(3)]
    ((_, words, units),) = told(results)
    assert words == "3 sales units"
    assert len(units) == 3


def test_a_cause_that_some_users_of_the_keys_have_is_not_the_keys() -> None:
    check = "msn-not-connected-to-partner"
    results = [one(100_000), one(100_001, check), one(100_002, check)]
    assert told(results) == [(check, "2 sales units", ["100001", "100002"])]


def test_what_explains_the_most_comes_first() -> None:
    results = [
        one(100_000, SECRET, holder="own"),
        one(100_001, "product-not-activated", "ePayment"),
        one(100_002, "product-not-activated", "ePayment"),
        one(100_003, "product-not-activated", "ePayment", holder="other"),
    ]
    assert [cause for cause, _, _ in told(results)] == [
        "product-not-activated",
        SECRET,
    ]


def test_of_two_equal_causes_the_one_that_explains_more_units_is_chosen() -> None:
    doubtful = Checked(
        unit=SalesUnit(msn="100000", line=2),
        holder="a",
        reach=NO_TOKEN,
        causes=(
            Cause(check="client-id-unknown", confidence=Confidence.POSSIBLE),
            Cause(check=SECRET, confidence=Confidence.POSSIBLE),
        ),
    )
    results = [doubtful, one(100_001, SECRET, holder="b")]
    assert told(results) == [(SECRET, "2 sales units", ["100000", "100001"])]


def test_what_has_no_known_cause_is_told_too() -> None:
    odd = one(100_000, reach={"Webhooks": Reach.UNCLEAR})
    summary = summarise([odd, one(100_001, SECRET)], PRODUCTS)
    assert [cause_words(action) for action in summary.actions] == [
        "The client_secret does not belong to the client_id.",
        "No known cause fits; look at one of these units by itself.",
    ]
    assert plan(summary) == "1 thing to do would mend what has a known cause:"


HEADLINES = {
    "all work": ([one(100_000)], "1 sales unit was checked, and it works."),
    "some fail": (
        [one(100_000), one(100_001, SECRET)],
        "1 of 2 sales units work; 1 does not.",
    ),
    "not known": (
        [one(100_000, reach={"Webhooks": Reach.SERVER_ERROR})],
        (
            "0 of 1 sales unit work; 0 do not. Of 1 it cannot be told: "
            "the service gave no usable answer."
        ),
    ),
}


@pytest.mark.parametrize(("results", "words"), HEADLINES.values(), ids=HEADLINES)
def test_the_first_sentence_says_how_it_is(results: list[Checked], words: str) -> None:
    assert headline(summarise(results, PRODUCTS)) == words


SINCE = datetime(2026, 11, 27, 2, tzinfo=UTC)


def test_the_same_as_before_is_one_sentence() -> None:
    before = SINCE, {"100000": [one(100_000)]}
    change = summarise([one(100_000)], PRODUCTS, before).change
    assert change is not None
    assert change_lines(change) == [
        "The same as in the last run, of 2026-11-27 02:00 UTC."
    ]


def test_an_outage_broke_nothing_and_its_end_healed_nothing() -> None:
    out = {"Webhooks": Reach.SERVER_ERROR}
    for then, now in ((BOTH, out), (out, BOTH)):
        before = SINCE, {"100000": [one(100_000, reach=then)]}
        change = summarise([one(100_000, reach=now)], PRODUCTS, before).change
        assert change is not None
        assert change.broke == change.healed == ()


def test_what_broke_and_healed_is_named() -> None:
    before = (
        SINCE,
        {
            "100000": [one(100_000)],
            "100001": [one(100_001, SECRET)],
            "100009": [one(100_009)],
        },
    )
    results = [one(100_000, SECRET), one(100_001), one(100_002)]
    change = summarise(results, PRODUCTS, before).change
    assert change is not None
    assert change_lines(change) == [
        "Since the last run, of 2026-11-27 02:00 UTC:",
        "Broke: 1 sales unit (100000).",
        "Healed: 1 sales unit (100001).",
        "New in the list: 1 sales unit (100002).",
        "No longer in the list: 1 sales unit.",
    ]


PROGRESS = {
    "unknown": (None, "3 of 1,000 checked."),
    "seconds": (12, "3 of 1,000 checked. About 10 seconds left."),
    "minutes": (61, "3 of 1,000 checked. About 1 minute left."),
    "hours": (7300, "3 of 1,000 checked. About 2 hours left."),
}


@pytest.mark.parametrize(("left", "words"), PROGRESS.values(), ids=PROGRESS)
def test_progress_is_told_in_words(left: float | None, words: str) -> None:
    progress = Progress(done=3, total=1000, seconds_left=left)
    assert progress_words(progress) == words


def test_a_pause_that_the_service_asked_for_is_told() -> None:
    progress = Progress(done=3, total=1000, seconds_left=90, pause=29.5)
    assert progress_words(progress) == (
        "3 of 1,000 checked. The service asked to wait 30 seconds."
    )


@pytest.fixture(scope="module")
def summary() -> Summary:
    fleet = scene(20).fleet()
    list(fleet.check())
    return summarise(fleet.results, fleet.products)


def test_csv_has_a_row_for_each_unit_in_the_order_of_the_list(summary: Summary) -> None:
    rows = list(csv.DictReader(io.StringIO(to_csv(summary))))
    assert [int(row["line"]) for row in rows] == list(range(2, 22))
    assert rows[7] == {
        "msn": "1100007",
        "name": "Practice unit 8",
        "line": "9",
        "standing": "fails",
        "cause": "msn-not-connected-to-partner",
        "confidence": "likely",
        "Webhooks": "not allowed",
        "ePayment": "",
        "keys": summary.results[0].holder,
    }


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t"], ids=repr)
def test_a_name_is_no_formula_in_a_spreadsheet(begin: str) -> None:
    odd = Checked(unit=SalesUnit(msn="1234", name=f"{begin}1+1"), holder="", reach=BOTH)
    (row,) = csv.DictReader(io.StringIO(to_csv(summarise([odd], PRODUCTS))))
    assert row["name"].startswith("'")


def test_json_lines_hold_units_then_things_to_do_then_changes(summary: Summary) -> None:
    lines = [json.loads(line) for line in to_jsonl(summary).splitlines()]
    kinds = [line["type"] for line in lines]
    assert kinds == ["unit"] * 20 + ["action"] * 7
    action = next(line for line in lines if line.get("check") == SECRET)
    assert action["units"] == ["1100008", "1100011", "1100014"]
    assert action["shared_keys"] == lines[8]["keys"]


def test_a_frame_has_a_row_for_each_unit(summary: Summary) -> None:
    frame = to_frame(summary)
    assert len(frame) == 20
    assert set(frame[frame.standing == "fails"].cause) > {SECRET}


@pytest.mark.skipif(find_spec("pyarrow") is not None, reason="pyarrow is installed")
def test_parquet_without_its_library_says_what_to_do(
    summary: Summary, tmp_path: Path
) -> None:
    with pytest.raises(VippsdiagError, match="Parquet needs the package pyarrow"):
        write_parquet(summary, tmp_path / "fleet.parquet")


@pytest.mark.parametrize("width", [80, 100, 160], ids=str)
def test_the_table_fits_the_terminal_and_says_what_to_do_first(
    summary: Summary, width: int
) -> None:
    lines = render_fleet(summary, width).splitlines()
    assert max(map(len, lines)) <= width
    assert lines[:2] == [
        "11 of 20 sales units work; 9 do not.",
        "7 things to do would mend all of it:",
    ]
    if width >= 100:
        assert "msn-not-connected-to-partner" in render_fleet(summary, width)
