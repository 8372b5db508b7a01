"""Files and logs of any length."""

import io
import json
import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vippsdiag.errors import UnreadablePaste
from vippsdiag.importers import files, logs, read_file
from vippsdiag.importers.guard import FAULT
from vippsdiag.importers.logs import WINDOW, log_from
from vippsdiag.importers.sample import EACH, Sample

TOKEN = "https://apitest.vipps.no/accesstoken/get"
QUIET = "2026-11-24T12:00:00+00:00 INFO the shop sold something to somebody\n"
FAILED = f"2026-11-24T12:00:01+00:00 ERROR POST {TOKEN} answered 401 Unauthorized\n"
LAST = f"2026-11-24T13:00:00+00:00 ERROR POST {TOKEN} returned 503\n"


def log(lines: int, *told: str) -> Iterator[str]:
    yield QUIET * lines
    for one in told:
        yield one
        yield QUIET * lines


def test_a_long_log_tells_its_calls_with_their_lines() -> None:
    paste = log_from(log(5_000, FAILED, LAST))
    assert [one.status for one in paste.exchanges] == [401, 503]
    assert [find.first for find in paste.finds] == [5_001, 10_002]


def test_lines_that_were_not_looked_at_are_counted() -> None:
    (unused,) = log_from(log(50_000, FAILED)).unused
    count = int(unused.split()[0])
    assert 90_000 < count < 100_000
    assert unused.endswith("lines of the log that do not speak of Vipps MobilePay")


def test_of_many_alike_the_first_and_the_last_are_kept() -> None:
    paste = log_from(log(10, FAILED * 20_000, LAST))
    assert 2 <= len(paste.finds) <= 2 * EACH + 1
    assert paste.finds[0].first == 11
    assert paste.exchanges[-1].status == 503
    assert any("like others of it" in unused for unused in paste.unused)


def test_one_call_that_is_left_out_is_told_in_the_singular() -> None:
    (unused,) = log_from(log(10, FAILED * (2 * EACH + 1))).unused
    assert unused == "1 call in the log that is like others of it"


def test_the_middle_of_a_log_that_is_full_of_calls_is_skipped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(logs, "FIRST", 2)
    monkeypatch.setattr(logs, "LAST", 2)
    paste = log_from(log(10, FAILED * 2_000, LAST))
    assert paste.exchanges[-1].status == 503
    assert paste.finds[-1].first == 2_021
    assert any("in the middle of the log" in unused for unused in paste.unused)


def test_calls_of_the_shop_itself_are_left_out() -> None:
    other = json.dumps(
        {"method": "GET", "url": "https://shop.example/", "status": 500, "level": 50}
    )
    paste = log_from(iter([f"{other}\n", FAILED]))
    assert [one.status for one in paste.exchanges] == [401]


def test_a_record_is_not_cut_where_a_window_ends() -> None:
    trace = FAILED + "    at a line of a trace\n" * 20
    text = (QUIET * 200 + trace) * 40
    for start in range(0, 300, 71):
        paste = log_from(iter([text[start:]]))
        assert [one.status for one in paste.exchanges] == [401] * 40


def test_a_line_that_never_ends_is_cut() -> None:
    assert log_from(iter(["x" * (5 * WINDOW)] * 3)).finds == ()


def test_memory_does_not_grow_with_the_log() -> None:
    peaks = []
    for count in (40, 200):
        tracemalloc.start()
        log_from(QUIET * 300 + FAILED for _ in range(count))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.5


def test_a_long_log_in_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "shop.log"
    path.write_text("".join(log(70_000, FAILED)), "utf-8")
    assert path.stat().st_size > files.LONGEST_PASTE
    evidence = read_file(path)
    assert [one.status for one in evidence.exchanges] == [401]


def test_a_long_text_without_any_call_gets_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "shop.log"
    path.write_text(QUIET * 70_000, "utf-8")
    with pytest.raises(UnreadablePaste, match="no call to Vipps MobilePay"):
        read_file(path)


def test_a_long_document_is_read_whole(tmp_path: Path) -> None:
    data = list(range(256)) * 6_000
    stream = {"type": "Buffer", "data": data}
    run = {"request": {"method": "GET", "url": TOKEN}, "response": {"code": 404}}
    run["response"]["stream"] = stream  # type: ignore[assignment]
    path = tmp_path / "report.json"
    path.write_text(json.dumps({"run": {"executions": [run]}}), "utf-8")
    assert path.stat().st_size > files.LONGEST_PASTE
    (exchange,) = read_file(path).exchanges
    assert exchange.status == 404


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(FAILED.encode()))
    monkeypatch.setattr("sys.stdin", stdin)
    assert read_file("-").exchanges[0].status == 401


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(b"", "nothing in it", id="empty"),
        pytest.param(b" \n\t", "nothing in it", id="blank"),
        pytest.param(bytes(5_000_000), "binary data", id="zeros"),
        pytest.param(b"\x7fELF" + bytes(99), "a program", id="a program"),
        pytest.param(b"PK\x03\x04" + bytes(99), "ZIP archive", id="packed"),
    ],
)
def test_a_file_that_is_no_text_gets_a_sentence(
    tmp_path: Path, data: bytes, words: str
) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    with pytest.raises(UnreadablePaste, match=words):
        read_file(path)


def test_a_file_that_is_not_there_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UnreadablePaste, match="no such file"):
        read_file(tmp_path / "none.har")


def test_a_folder_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UnreadablePaste, match="a folder"):
        read_file(tmp_path)


def test_a_file_that_may_not_be_read_gets_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "shut.har"
    path.write_bytes(b"{}")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(os.strerror(13))

    # Whoever runs the tests may be allowed to read everything.
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(UnreadablePaste, match="may not be read"):
        read_file(path)


def test_a_name_that_cannot_be_one_gets_a_sentence() -> None:
    with pytest.raises(UnreadablePaste, match="cannot be read"):
        read_file("a\0b")


def outcome(path: Path) -> str:
    try:
        return repr(read_file(path))
    except UnreadablePaste as error:
        return str(error)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_bytes_of_any_kind_raise_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.mktemp("any") / "file"
    path.write_bytes(data)
    assert FAULT not in outcome(path)


@given(st.lists(st.integers(0, 3), max_size=60))
def test_a_sample_keeps_the_first_and_the_last_of_each_kind(kinds: list[int]) -> None:
    sample: Sample[int] = Sample(each=2)
    for place, kind in enumerate(kinds):
        sample.add(kind, place)
    kept = list(sample)
    assert kept == sorted(kept)
    assert len(kept) + sample.left_out == len(kinds)
    for kind in set(kinds):
        places = [place for place, one in enumerate(kinds) if one == kind]
        assert {*places[:2], *places[-2:]} <= set(kept)
