"""Logs of any size: the same causes as one by one, whoever counts and however cut."""

import gzip
import io
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from gettext import NullTranslations
from pathlib import Path
from threading import Thread

import pytest
import zstandard

from benchmarks.exchanges import Log
from vippsdiag.bulk import read_line
from vippsdiag.check import Severity
from vippsdiag.cli import main
from vippsdiag.diagnosis import diagnose
from vippsdiag.errors import UnreadablePaste
from vippsdiag.evidence import Evidence
from vippsdiag.language import speaking
from vippsdiag.render.pictures import history
from vippsdiag.triage import cut, parts_of, run, total, triage
from vippsdiag.triage.count import Memory, count_part
from vippsdiag.triage.cut import Part
from vippsdiag.triage.show import to_json, to_page, to_table
from vippsdiag.triage.tally import EXAMPLES, UNEXPLAINED

LINES = list(Log(units=20).lines(600))
ACCESS = (
    'api.vipps.no 192.0.2.1 - - [24/Nov/2026:10:00:{second:02d} +0000] "GET '
    '/epayment/v1/payments/order-{number} HTTP/1.1" {status} 120 "-" "curl/8.5.0"'
)


@pytest.fixture
def log(tmp_path: Path) -> str:
    return write(tmp_path, b"\n".join(LINES) + b"\n")


def write(folder: Path, data: bytes, name: str = "calls.jsonl") -> str:
    path = folder / name
    path.write_bytes(data)
    return str(path)


def alone(lines: list[bytes]) -> Counter[str]:
    """The first cause above a note of each line, read and diagnosed by itself."""
    found: Counter[str] = Counter()
    for line in lines:
        exchange = read_line(line)
        ranked = diagnose(Evidence(exchanges=(exchange,))).ranked
        causes = [check.id for check, _ in ranked if check.severity != Severity.NOTE]
        failed = exchange.failure or (exchange.status or 0) >= 400
        if causes or failed:
            found[causes[0] if causes else UNEXPLAINED] += 1
    return found


def test_causes_are_those_of_each_call_by_itself(log: str) -> None:
    result = triage([log], workers=1)
    assert {group.id: group.calls for group in result.groups} == alone(LINES)
    assert (result.lines, result.calls) == (600, 600)
    failed = [read_line(line).ok for line in LINES].count(False)
    assert result.failed == failed
    assert len(result.groups) > 5


def test_times_units_and_examples_are_those_of_the_calls(log: str) -> None:
    calls = [read_line(line) for line in LINES]
    for group in triage([log], workers=1).groups:
        assert sum(n for _, n in group.units) == group.calls
        assert list(group.units) == sorted(group.units, key=lambda u: (-u[1], u[0]))
        assert len(group.examples) == min(group.calls, EXAMPLES)
        for path, line, told in group.examples:
            assert path == log
            request = calls[line - 1].request
            assert request
            assert told.startswith(f"{request.method} {request.path} at ")
        first = calls[group.examples[0][1] - 1].started
        assert group.first == first
        assert group.last
        assert group.last >= group.first


@pytest.mark.parametrize("size", [1, 2_000, 50_000], ids=["a line", "few", "many"])
def test_result_does_not_depend_on_how_the_log_is_cut(
    log: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = to_json(triage([log], workers=1))
    monkeypatch.setattr(cut, "PART", size)
    parts = list(parts_of([log]))
    assert len(parts) > 5
    assert to_json(total(map(count_part, parts), [log])) == whole


@pytest.mark.parametrize("data", [b"a\n\nb\n", b"a\r\n\n\nb", b""])
def test_lines_of_the_parts_are_those_of_the_log(tmp_path: Path, data: bytes) -> None:
    for size in (1, 2, 100):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(cut, "PART", size)
            parts = list(parts_of([path := write(tmp_path, data)]))
        # What is written behind the end while the log is counted is not counted.
        write(tmp_path, data + b"more\n")
        lines = [line for part in parts for line in part.lines()]
        assert lines == data.splitlines(keepends=True)
        assert b"".join(part.read() for part in parts) == data
        assert Path(path).read_bytes() != data


def test_result_does_not_depend_on_how_many_count(
    log: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = to_json(triage([log], workers=1))
    monkeypatch.setattr(cut, "PART", 100_000)
    assert to_json(triage([log], workers=2)) == whole


def test_dask_cluster_gives_the_same_bytes(
    log: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from distributed import LocalCluster  # noqa: PLC0415 - it takes a while to load

    whole = to_json(triage([log], workers=1))
    monkeypatch.setattr(cut, "PART", 100_000)
    with LocalCluster(  # type: ignore[no-untyped-call]
        n_workers=2, threads_per_worker=1, dashboard_address=None
    ) as cluster:
        address = cluster.scheduler_address
        assert to_json(triage([log], scheduler=address)) == whole


def test_scheduler_that_does_not_answer_is_said_in_a_sentence(log: str) -> None:
    with pytest.raises(UnreadablePaste, match="does not answer"):
        triage([log], scheduler="nonsense://127.0.0.1:1")


def packed_gzip(data: bytes) -> bytes:
    half = data.index(b"\n", len(data) // 2) + 1
    return gzip.compress(data[:half]) + gzip.compress(data[half:])


def packed_zstd(data: bytes) -> bytes:
    pack = zstandard.ZstdCompressor().compress
    half = data.index(b"\n", len(data) // 2) + 1
    return pack(data[:half]) + pack(data[half:])


@pytest.mark.parametrize("pack", [packed_gzip, packed_zstd], ids=["gzip", "zstd"])
def test_packed_log_is_read_to_its_end(
    log: str, tmp_path: Path, pack: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert callable(pack)
    whole = to_json(triage([log], workers=1))
    path = write(tmp_path, pack(Path(log).read_bytes()), "calls.packed")
    monkeypatch.setattr(cut, "PART", 10_000)
    assert to_json(triage([path], workers=1)).replace(path, log) == whole


@pytest.mark.parametrize("packed", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_standard_input_is_read(
    log: str, packed: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = to_json(triage([log], workers=1))
    data = io.BytesIO(packed(Path(log).read_bytes()))
    stream = io.TextIOWrapper(io.BufferedReader(data))
    monkeypatch.setattr(sys, "stdin", stream)
    assert to_json(triage(["-"], workers=1)).replace('"-"', json.dumps(log)) == whole


def test_har_is_counted_entry_by_entry(tmp_path: Path) -> None:
    entries = [json.loads(line) for line in LINES[:80]]
    har = {"log": {"version": "1.2", "entries": entries}}
    path = write(tmp_path, json.dumps(har).encode(), "calls.har")
    result = triage([path], workers=1)
    assert {group.id: group.calls for group in result.groups} == alone(LINES[:80])
    assert result.lines == 80


def test_access_log_is_counted_with_its_lines(tmp_path: Path) -> None:
    lines = [
        ACCESS.format(second=n % 60, number=n, status=401 if n % 10 == 3 else 200)
        for n in range(500)
    ]
    lines.insert(3, '192.0.2.7 - - [24/Nov/2026:10:00:00 +0000] "GET /shop HTTP/1.1"')
    path = write(tmp_path, "\r\n".join(lines).encode(), "access.log")
    result = triage([path], workers=1)
    assert (result.calls, result.failed, result.lines) == (500, 50, 501)
    assert result.groups[0].calls == 50
    assert [line for _, line, _ in result.groups[0].examples] == [5, 15, 25]
    assert result.groups[0].first == datetime(2026, 11, 24, 10, 0, 3, tzinfo=UTC)


def test_entries_and_other_lines_may_be_mixed(tmp_path: Path) -> None:
    other = ACCESS.format(second=1, number=1, status=500).encode()
    lines = [LINES[0], b"", b"{not json", other, LINES[1], b'{"level": "info"}']
    path = write(tmp_path, b"\n".join(lines))
    result = triage([path], workers=1)
    assert (result.calls, result.lines) == (3, 6)


@pytest.mark.parametrize("place", ["Merchant-Serial-Number", "client_id"])
def test_secret_in_a_name_of_the_unit_is_not_shown(tmp_path: Path, place: str) -> None:
    canary = "hush4Canary9Zq/7Lw+2Xs5=="
    entry = json.loads(LINES[0])
    sent = [h for h in entry["request"]["headers"] if h["name"] != place]
    sent = [h for h in sent if h["name"] != "Merchant-Serial-Number"]
    entry["request"]["headers"] = [*sent, {"name": place, "value": canary}]
    entry["response"]["status"] = 401
    path = write(tmp_path, json.dumps(entry).encode())
    result = triage([path], workers=1)
    assert result.calls == 1
    for shown in (to_json(result), to_table(result), to_page(result), repr(result)):
        assert "Canary" not in shown


BROKEN = {
    "no file": (None, "There is no such file."),
    "broken gzip": (b"\x1f\x8b\x08nonsense", "packed, and broken"),
    "cut gzip": (gzip.compress(b"{}\n" * 9999)[:-9], "packed, and broken"),
    "broken zstd": (b"\x28\xb5\x2f\xfdnonsense", "packed, and broken"),
}


@pytest.mark.parametrize(("data", "says"), BROKEN.values(), ids=BROKEN)
def test_file_that_cannot_be_read_is_named(
    tmp_path: Path, data: bytes | None, says: str
) -> None:
    path = write(tmp_path, data) if data else str(tmp_path / "nothing")
    with pytest.raises(UnreadablePaste, match=says) as caught:
        triage([path], workers=1)
    assert path in str(caught.value)


def refuse(*_: object) -> None:
    raise PermissionError


def test_folder_is_named_where_it_is_refused_as_on_windows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(UnreadablePaste, match="This is a folder"):
        triage([str(tmp_path)], workers=1)


@pytest.mark.parametrize(
    "packed",
    [bytes, gzip.compress, zstandard.compress],
    ids=["plain", "gzip", "zstd"],
)
def test_pipe_is_read_once_packed_or_not(
    log: str, tmp_path: Path, packed: Callable[[bytes], bytes]
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    data = packed(Path(log).read_bytes())
    Thread(target=pipe.write_bytes, args=[data], daemon=True).start()
    read, whole = triage([str(pipe)], workers=1), triage([log], workers=1)
    assert read.calls == 600
    for one, other in zip(read.groups, whole.groups, strict=True):
        assert (one.id, one.calls) == (other.id, other.calls)


@pytest.mark.parametrize(
    "data",
    [b"", b"\n\n\n", bytes(range(256)) * 50, b"{" * 5000, b"[" * 200_000, b"vipps\xff"],
    ids=["empty", "blank", "binary", "braces", "brackets", "a word"],
)
def test_what_holds_no_call_is_counted_as_none(tmp_path: Path, data: bytes) -> None:
    result = triage([write(tmp_path, data)], workers=1)
    assert (result.calls, result.groups) == (0, ())
    assert "There is no call" in to_table(result)


def test_examples_are_asked_for_until_earlier_parts_gave_enough() -> None:
    memory = Memory("run")
    first, second, third = (Part(file=0, path="", start=n) for n in range(3))
    assert [memory.wants("a", second) for _ in range(4)] == [True] * 4
    assert not memory.wants("a", third)
    assert memory.wants("a", first)
    assert memory.wants("b", third)


def test_table_says_causes_units_times_and_examples(log: str) -> None:
    shown = to_table(triage([log], workers=1), 160)
    assert "token-expired" in shown
    assert "calls.jsonl:" in shown
    assert "600 calls of" in shown


def test_page_has_the_picture_and_its_words(log: str) -> None:
    page = to_page(triage([log], workers=1))
    assert "<svg" in page
    assert "Calls that failed, by cause" in page
    assert "default-src &#x27;none&#x27;" in page


def test_command_prints_json_and_tells_by_its_status(
    log: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["triage", log, "--format", "json", "--workers", "1"]) == 1
    assert json.loads(capsys.readouterr().out)["calls"] == 600
    quiet = write(tmp_path, b"", "empty")
    assert main(["triage", quiet]) == 0
    assert main(["triage", str(tmp_path / "none")]) == 2


def test_json_is_english_in_every_language(log: str) -> None:
    whole = to_json(triage([log], workers=1))
    with speaking("fi"):
        assert to_json(triage([log], workers=1)) == whole


def test_examples_read_the_same_whatever_is_spoken_where_they_are_counted(
    log: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = to_json(triage([log], workers=1))
    texts = NullTranslations()
    monkeypatch.setattr(texts, "gettext", lambda text: f"({text})")
    monkeypatch.setattr("vippsdiag.language._catalogue", lambda _: texts)
    with speaking("fi"):
        assert to_json(triage([log], workers=1)) == whole


def test_windows_is_asked_for_no_more_processes_than_it_can_wait_for(
    log: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def pool(number: int, **_: object) -> ProcessPoolExecutor:
        asked.append(number)
        raise UnreadablePaste("enough")

    monkeypatch.setattr(cut, "PART", 100_000)
    monkeypatch.setattr(run, "ProcessPoolExecutor", pool)
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(UnreadablePaste):
        triage([log], workers=256)
    assert asked == [61]


START = datetime(2026, 11, 24, 6, tzinfo=UTC)


def steps(*numbers: dict[str, int]) -> Iterator[tuple[datetime, dict[str, int]]]:
    for place, number in enumerate(numbers):
        if number:
            yield START + place * timedelta(minutes=10), number


def test_history_counts_each_cause_in_its_column() -> None:
    told = steps({"a": 3, "b": 1}, {}, {"b": 2})
    shown = history.history("Failed", told, timedelta(minutes=10))
    assert history.text(shown) == (
        "Failed. Each column is 10 minutes, in UTC.\n"
        "2026-11-24 06:00:00 UTC: a 3, b 1.\n"
        "2026-11-24 06:20:00 UTC: b 2."
    )
    assert len(shown.columns) == 3
    assert history.svg(shown).count("<rect") == 2 + 3


def test_history_takes_steps_together_and_counts_rare_causes_as_one() -> None:
    told = steps(*({f"cause {n % 9}": 9 - n % 9} for n in range(200)))
    shown = history.history("Failed", told, timedelta(minutes=10))
    assert len(shown.columns) == 50
    assert shown.kinds[-1] == "other"
    assert shown.step == timedelta(minutes=40)
    in_all = sum(sum(column.values) for column in shown.columns)
    assert in_all == sum(9 - n % 9 for n in range(200))


def test_history_of_nothing_says_so() -> None:
    shown = history.history("Failed", [], timedelta(minutes=10))
    assert history.text(shown) == "Failed. Nothing was counted."
    assert "<svg" in history.svg(shown)
