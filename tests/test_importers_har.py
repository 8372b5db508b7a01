"""HAR files of any tool, whole or broken, short or very long."""

import base64
import gzip
import importlib
import json
import random
import time
import tracemalloc
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from described import described_exchange
from hypothesis import given, settings
from hypothesis import strategies as st

from vippsdiag.diagnosis import diagnose
from vippsdiag.errors import UnreadablePaste
from vippsdiag.evidence import Evidence
from vippsdiag.exchange import FailureKind
from vippsdiag.importers.bodies import LONGEST
from vippsdiag.importers.decode import CHUNK, chunks_of
from vippsdiag.importers.guard import FAULT
from vippsdiag.importers.har import entries as har_entries
from vippsdiag.importers.har.reader import FEW, HarPaste, har_from, load_har, read_har
from vippsdiag.render.har import to_har
from vippsdiag.render.html import side_by_side
from vippsdiag.samples import CLIENT_ID, CLIENT_SECRET

CASES = Path(__file__).parent / "cases" / "har"
INPUTS = sorted(CASES.glob("*.har"))
OURS = "https://apitest.vipps.no/webhooks/v1/webhooks"
OTHER = "https://shop.example/item"


def entry(url: str = OURS, status: Any = 401, **parts: Any) -> dict[str, Any]:
    request = {
        "method": "GET",
        "url": url,
        "headers": [{"name": "accept", "value": "*/*"}],
    }
    response = {"status": status, "headers": [], "content": {"text": "{}"}}
    whole = {"startedDateTime": "2026-11-24T12:00:00Z", "request": request}
    return {**whole, "response": response, **parts}


def har(*entries: Any, **log: Any) -> bytes:
    return json.dumps({"log": {"version": "1.2", "entries": entries, **log}}).encode()


def shown(paste: HarPaste) -> dict[str, Any]:
    exchanges = [described_exchange(one) for one in paste.exchanges]
    return {"exchanges": exchanges, "unused": list(paste.unused)}


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.stem)
def test_the_har_of_every_tool_is_read(path: Path) -> None:
    expected = json.loads(path.with_suffix(".expected.json").read_text("utf-8"))
    assert shown(read_har(path.read_bytes())) == expected


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.stem)
def test_both_decoders_read_the_same(path: Path) -> None:
    data = path.read_bytes()
    assert load_har(data, fast=True) == load_har(data, fast=False)


TEXT = st.text(max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 999) | TEXT,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3)
    ),
    max_leaves=8,
)
URLS = st.sampled_from([OURS, OTHER, "", "not an address", "/accesstoken/get"])
ENTRIES = st.builds(entry, URLS, st.sampled_from([200, 401, 0, "404", None])) | JSON


@settings(max_examples=60, deadline=None)
@given(st.lists(ENTRIES, max_size=50), st.integers(0, 60), st.sampled_from([None, 2]))
def test_both_decoders_read_the_same_of_anything(
    entries: list[Any], cut: int, indent: int | None
) -> None:
    text = json.dumps({"log": {"entries": entries}}, indent=indent)
    text = text[: len(text) - cut]
    assert outcome(text, fast=True) == outcome(text, fast=False)


def outcome(text: str, *, fast: bool) -> Any:
    pieces = (text[place : place + 700] for place in range(0, len(text), 700))
    try:
        return har_from(pieces, fast=fast)
    except UnreadablePaste as error:
        return str(error)


def test_the_fast_decoder_is_there_and_not_needed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert har_entries._msgspec() is not None
    found = load_har(har(entry()))

    def missing(name: str) -> None:
        raise ImportError(name)

    har_entries._msgspec.cache_clear()
    monkeypatch.setattr(importlib, "import_module", missing)
    try:
        assert load_har(har(entry())) == found
    finally:
        har_entries._msgspec.cache_clear()


@pytest.mark.parametrize("fast", [True, False], ids=["fast", "standard"])
def test_of_a_long_har_only_the_calls_to_vipps_are_kept(fast: bool) -> None:
    data = har(*[entry(f"{OTHER}/{n}") for n in range(FEW)], entry())
    paste = load_har(data, fast=fast)
    assert [one.request.url for one in paste.exchanges if one.request] == [OURS]
    assert paste.unused == (f"{FEW} entries of the HAR that went elsewhere",)


def test_a_key_header_makes_an_entry_matter_wherever_it_goes() -> None:
    keyed = entry(OTHER)
    keyed["request"]["headers"] = [{"name": "Client_Id", "value": CLIENT_ID}]
    data = har(*[entry(f"{OTHER}/{n}") for n in range(FEW)], keyed)
    assert len(load_har(data).exchanges) == 1


def test_one_entry_that_is_left_out_is_told_in_the_singular() -> None:
    data = har(*[entry(f"{OURS}?n={n}") for n in range(101)], entry(status=500))
    assert load_har(data).unused == ("1 entry of the HAR that is like others of it",)


@pytest.mark.parametrize("fast", [True, False], ids=["fast", "standard"])
def test_of_many_alike_the_first_and_the_last_are_kept(fast: bool) -> None:
    data = har(*[entry(f"{OURS}?n={n}") for n in range(300)], entry(status=500))
    paste = load_har(data, fast=fast)
    assert len(paste.exchanges) == 101
    first, last = paste.exchanges[0].request, paste.exchanges[-2].request
    assert first
    assert str(first.url).endswith("n=0")
    assert last
    assert str(last.url).endswith("n=299")
    assert paste.unused == ("200 entries of the HAR that are like others of it",)


@pytest.mark.parametrize("fast", [True, False], ids=["fast", "standard"])
def test_an_entry_that_somebody_broke_is_named_and_the_rest_is_read(
    fast: bool,
) -> None:
    text = har(entry(), entry(OTHER), entry()).decode()
    broken = text.replace(OTHER, OTHER + '", removed by me, "')
    paste = load_har(broken.encode(), fast=fast)
    assert len(paste.exchanges) == 2
    assert paste.unused == ("1 of the HAR's entries, which could not be read",)


@pytest.mark.parametrize("fast", [True, False], ids=["fast", "standard"])
def test_what_is_complete_in_a_cut_file_is_read(fast: bool) -> None:
    data = har(entry(), entry(), entry())
    paste = load_har(data[:-40], fast=fast)
    assert len(paste.exchanges) == 2
    assert paste.unused == ("the end of the HAR: the file breaks off",)


def test_the_context_is_read_before_and_behind_the_entries() -> None:
    note = {"environment": "test", "client": "shop"}
    data = har(entry(), _context=note)
    assert load_har(data).context.client == "shop"
    text = json.dumps({"log": {"_context": note, "entries": [entry()]}})
    assert load_har(text.encode()).context.client == "shop"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(b"", "not a HAR", id="empty"),
        pytest.param(b"[]", "not a HAR", id="a list"),
        pytest.param(b'{"log": {}}', "not a HAR", id="no entries"),
        pytest.param(b'{"log": {"entries": []}}', "no entries", id="none of them"),
        pytest.param(b'{"log": {"entries": [1, "x"]}}', "not a HAR", id="no objects"),
        pytest.param(b'{"log": {"version": "1.', "breaks off", id="cut at once"),
        pytest.param(b'{"log": {"entries": [{"requ', "breaks off", id="cut in one"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(50), "PNG image", id="an image"),
        pytest.param(b"\x1f\x8b\x08" + bytes(50), "gzip archive", id="packed"),
        pytest.param(bytes(range(32)) * 99, "binary data", id="binary"),
    ],
)
def test_what_is_no_har_gets_a_sentence(data: bytes, words: str) -> None:
    with pytest.raises(UnreadablePaste, match=words):
        read_har(data)


@pytest.mark.parametrize("name", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_every_encoding_is_read(name: str) -> None:
    text = json.dumps({"log": {"entries": [entry(OURS + "/æø")]}}, ensure_ascii=False)
    request = read_har(text.encode(name)).exchanges[0].request
    assert request
    assert str(request.url).endswith("/æø")


def test_half_a_character_is_replaced() -> None:
    data = har(entry()).replace(b"{}", b"\\ud83d")
    assert read_har(data).exchanges[0].text == "?"


def test_a_packed_body_that_would_fill_the_memory_is_cut() -> None:
    packed = base64.b64encode(gzip.compress(b"a" * 50_000_000)).decode()
    one = entry()
    one["response"]["content"] = {"encoding": "base64", "text": packed}
    assert len(read_har(har(one)).exchanges[0].text) == LONGEST


def test_no_secret_of_a_har_is_shown() -> None:
    one = entry()
    one["request"]["headers"] = [{"name": "client_secret", "value": CLIENT_SECRET}]
    assert CLIENT_SECRET not in repr(read_har(har(one)))


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("net::ERR_NAME_NOT_RESOLVED", FailureKind.DNS),
        ("net::ERR_CERT_AUTHORITY_INVALID", FailureKind.TLS),
        ("NS_ERROR_CONNECTION_REFUSED", FailureKind.REFUSED),
        ("something new", FailureKind.OTHER),
    ],
    ids=["dns", "tls", "refused", "unknown"],
)
def test_the_reason_of_a_missing_answer_is_told_apart(
    words: str, kind: FailureKind
) -> None:
    failure = read_har(har(entry(status=0, _error=words))).exchanges[0].failure
    assert failure
    assert failure.kind is kind


def many(count: int, size: int) -> Iterator[bytes]:
    """Yield the pieces of a HAR whose length is known."""
    yield b'{"log": {"entries": ['
    filler = entry(OTHER)
    filler["response"]["content"]["text"] = "x" * size
    one = json.dumps(filler).encode()
    for number in range(count):
        yield one if number == 0 else b"," + one
    yield b"," + json.dumps(entry()).encode() + b"]}}"


class Pieces:
    """A file that is made while it is read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.pieces, self.rest = pieces, b""

    def read(self, size: int) -> bytes:
        while len(self.rest) < size and (piece := next(self.pieces, b"")):
            self.rest += piece
        data, self.rest = self.rest[:size], self.rest[size:]
        return data


@pytest.mark.parametrize("fast", [True, False], ids=["fast", "standard"])
def test_memory_does_not_grow_with_the_file(fast: bool) -> None:
    peaks = []
    for count in (500, 5_000):
        tracemalloc.start()
        chunks = chunks_of(Pieces(many(count, 5_000)))  # type: ignore[arg-type]
        assert len(har_from(chunks, fast=fast).exchanges) == 1
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.3 + CHUNK


HOSTILE = {
    "broken entries": '{"startedDateTime":1},{"startedDateTime":x},',
    "nested": '{"startedDateTime":{"startedDateTime":{"startedDateTime":1}}},',
    "braces": "{",
    "quotes": '{"startedDateTime":"},',
    "brackets": "[",
    "commas": ",",
}


@pytest.mark.parametrize("fast", [True, False], ids=["fast", "standard"])
@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_megabyte_takes_a_moment(piece: str, fast: bool) -> None:
    text = '{"log":{"entries":[' + HOSTILE[piece] * (1_000_000 // len(HOSTILE[piece]))
    start = time.process_time()
    outcome(text, fast=fast)
    assert time.process_time() - start < 10


def outcome_of(data: bytes) -> str:
    try:
        return repr(read_har(data))
    except UnreadablePaste as error:
        return str(error)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_bytes_of_any_kind_raise_nothing_else(data: bytes) -> None:
    for raw in (data, b'{"log":{"entries":[' + data):
        assert FAULT not in outcome_of(raw)


def test_a_file_in_windows_1252_is_read_however_it_is_cut() -> None:
    text = "blåbær €" * 40
    data = text.encode("cp1252")
    for size in (7, 64, 1000):
        assert "".join(chunks_of(BytesIO(data), size)) == text


def test_utf_8_is_never_taken_apart_by_the_pieces() -> None:
    text = "".join(random.Random(1).choices("aåæ€😀", k=2000))
    for size in (64, 101, 1000):
        assert "".join(chunks_of(BytesIO(text.encode()), size)) == text


def test_many_packed_bodies_that_would_take_long_are_cut() -> None:
    entries = []
    for number in range(50):
        one = entry()
        words = f"{number} " + "æ" * 400_000
        packed = base64.b64encode(gzip.compress(words.encode())).decode()
        one["response"]["content"] = {"encoding": "base64", "text": packed}
        entries.append(one)
    texts = [exchange.text for exchange in read_har(har(*entries)).exchanges]
    assert len(texts) >= 40
    assert all(text.rstrip("æ") == f"{n} " for n, text in enumerate(texts))
    assert 1_000_000 < sum(len(text.encode()) for text in texts) <= 2_000_000


def test_short_packed_bodies_are_read_whole_however_many_there_are() -> None:
    body = '{"title": "' + "æ" * 1500 + '"}'
    packed = base64.b64encode(gzip.compress(body.encode())).decode()
    entries = []
    for number in range(3000):
        one = entry(url=f"https://{number % 60}.api.vipps.no/x{number}")
        one["response"]["content"] = {"encoding": "base64", "text": packed}
        entries.append(one)
    exchanges = read_har(har(*entries)).exchanges
    assert {exchange.text for exchange in exchanges} == {body}
    assert len(exchanges) * 3000 > 2_000_000


CONTENTS: dict[str, tuple[Any, bool]] = {
    "saved-without-content": ({"size": 55, "mimeType": "application/json"}, True),
    "let-go-by-a-browser": ({"size": 55, "text": ""}, True),
    "of-an-unknown-size": ({"size": -1}, True),
    "packed-and-unreadable": ({"size": 55, "encoding": "base64", "text": "G"}, True),
    "empty": ({"size": 0, "text": ""}, False),
    "empty-and-of-an-unknown-size": ({"size": -1, "text": ""}, False),
    "none": ({"size": 0}, False),
    "not-said": ({}, False),
    "no-size": ({"size": "many", "text": ""}, False),
    "recorded": ({"size": 55, "text": "Forbidden"}, False),
}


@pytest.mark.parametrize(("content", "unread"), CONTENTS.values(), ids=CONTENTS)
def test_a_body_that_was_not_recorded_is_no_empty_one(
    content: dict[str, Any], unread: bool
) -> None:
    one = entry(status=403)
    one["request"]["headers"] = [{"name": "Merchant-Serial-Number", "value": "123456"}]
    one["response"]["content"] = content
    one["response"]["headers"] = [{"name": "Content-Encoding", "value": "gzip"}]
    (exchange,) = read_har(har(one)).exchanges
    assert exchange.response
    assert exchange.response.unread is unread
    report = diagnose(Evidence(exchanges=(exchange,)))
    found = {result.check.id for result in report.results if result.findings}
    # That no reason is given is all that this check goes by.
    assert ("keys-of-other-sales-unit" in found) is not unread
    assert ("The body was not recorded." in side_by_side(exchange)) is unread
    assert read_har(to_har([exchange]).encode()).exchanges == (exchange,)


@pytest.mark.parametrize(("status", "lacks"), [(204, False), (403, True)])
def test_an_answer_without_a_body_lacks_none(status: int, lacks: bool) -> None:
    one = entry(status=status)
    one["response"]["content"] = {"size": -1}
    assert bool(read_har(har(one)).unused) is lacks


def test_a_number_that_is_none_leaves_the_rest_of_an_entry() -> None:
    odd = entry(status="1" * 5_000, timings={"wait": 10**400, "send": 2})
    read = read_har(har(odd, entry()))
    first, second = read.exchanges
    assert first.timing is not None
    assert (first.timing.send, first.timing.wait) == (2, None)
    assert (first.status, second.status) == (None, 401)
