"""Diagnosing line by line comes to the same as diagnosing each exchange in full."""

import gc
import json
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import astuple

from benchmarks.exchanges import Log
from tests.lines import (
    entry_of,
    everyday,
    examples,
    in_full,
    line_of,
    mixes,
)
from vippsdiag.bulk import (
    Bulk,
    addresses,
    diagnose_lines,
    likeness,
    noted,
    read_line,
    refusals,
    sent,
    texts,
    values,
)
from vippsdiag.bulk.headers import ASKED, KEYS, OWN_IDS, SAID
from vippsdiag.check import Check, Finding
from vippsdiag.checks.urls import not_public
from vippsdiag.diagnosis import diagnose
from vippsdiag.environments import HOSTS
from vippsdiag.errors import UnreadablePaste
from vippsdiag.evidence import Evidence
from vippsdiag.exchange import Exchange, Headers
from vippsdiag.samples import (
    CLIENT_ID,
    CLIENT_SECRET,
    NOW,
    OTHER_CLIENT_ID,
    SUBSCRIPTION_KEY,
    TEST,
    WEBHOOK_SECRET,
    api_call,
    details,
    ecom,
    token,
    token_call,
)


def refused_at(date: str) -> Exchange:
    """Return a call with a token of 12 o'clock, of which only the answer has a time."""
    return api_call(TEST, status=401, started=None, answer_headers={"Date": date})


# One for all tests, so that a line meets every other one that it could be taken for.
SEEN = Bulk()


def same(line: bytes) -> None:
    assert SEEN.diagnose(line).causes == in_full(line)


def told_apart(*exchanges: Exchange) -> None:
    """Neither is taken for the other, whichever is seen first."""
    lines = [line_of(entry_of(exchange)) for exchange in exchanges]
    known = [in_full(line) for line in lines]
    assert known[0] != known[1], "they come to the same"
    for order in (lines, lines[::-1]):
        bulk = Bulk()
        for line in order:
            assert bulk.diagnose(line).causes == known[lines.index(line)]


def test_every_example_comes_to_the_same() -> None:
    for entry in examples() * 2:
        same(line_of(entry))


def test_every_line_of_an_everyday_log_comes_to_the_same() -> None:
    for entry in everyday():
        same(line_of(entry))


def test_every_call_of_a_real_report_comes_to_the_same(shared: Path) -> None:
    for file in sorted((shared / "cases").rglob("*.har")):
        for entry in json.loads(file.read_bytes())["log"]["entries"]:
            same(line_of(entry))


@pytest.mark.parametrize("status", [200, 401])
def test_every_answer_comes_to_the_same_with_another_status(status: int) -> None:
    """What a success must not hold is told by the answers to failures."""
    for method, path in (
        ("GET", "/epayment/v1/payments/order-12345"),
        ("POST", "/accesstoken/get"),
    ):
        call = entry_of(api_call(TEST, method=method, path=path, status=status))
        same(line_of(call))
        answers = {json.dumps(one["response"]["content"]) for one in examples()}
        for answer in map(json.loads, sorted(answers)):
            response = call["response"] | {"content": answer, "status": status}
            same(line_of(call | {"response": response}))


SAYINGS = (
    "Access denied due to missing subscription key",
    "Access denied due to invalid subscription key",
    "Subscription not found",
    "Access denied due to suspended subscription",
    "AADSTS700016: not found",
    "Invalid MSN: 123456",
    "sales unit or merchant does not exist or is not active",
    "unavailable, deleted, deactivated or blocked",
    "you must be at least 15",
    "nobody under 15",
    "for those over 15",
    "you must be 15",
    "you need to have Vipps on your phone",
    "Customer not found",
    "Customer was not found",
    "MSN or subscription key (or both) seem to be wrong",
    "could not get vipps login token",
    "no CSRF cookie",
    "/access-management-1.0/access: issuer did not match",
)


@pytest.mark.parametrize("words", SAYINGS)
def test_what_the_answer_to_a_success_says_is_not_overheard(words: str) -> None:
    plain = api_call(TEST, answer={"message": "all is well: 15 of 15, blocked"})
    telling = api_call(TEST, answer={"message": words})
    told_apart(plain, telling)


@pytest.mark.parametrize("words", SAYINGS)
def test_what_a_success_says_in_letters_of_another_size_comes_to_the_same(
    words: str,
) -> None:
    for told in (words.lower(), words.upper(), words.swapcase(), words.title()):
        for answer in ({"message": told}, {"message": told.replace(" ", "")}):
            same(line_of(entry_of(api_call(TEST, answer=answer))))


OLD = {"Authorization": "Bearer " + token(TEST, issued=NOW - timedelta(hours=2))}
ENDING = {"Authorization": "Bearer " + token(TEST, issued=NOW - timedelta(minutes=60))}
ENDED = {"Authorization": "Bearer " + token(TEST, issued=NOW - timedelta(minutes=70))}
EARLY = {"Authorization": "Bearer " + token(TEST, issued=NOW + timedelta(minutes=9))}
OTHER = {"Authorization": "Bearer " + token(TEST, client_id=OTHER_CLIENT_ID)}
NAMED = {"client_id": CLIENT_ID}


def refused(headers: dict[str, str] | None = None, date: str = "12:00:00") -> Exchange:
    """A call at noon that was refused, and the server's clock."""
    answered = {"Date": f"Tue, 24 Nov 2026 {date} GMT"}
    return api_call(TEST, status=401, headers=headers, answer_headers=answered)


PAYMENTS = "/epayment/v1/payments"
KEYED = {"Idempotency-Key": "a" * 30}
EXAMPLE = "fb492b5e-7907-4d83-bc20-c7fb60ca35de"


def returning_to(address: str) -> Exchange:
    """A payment that was refused for the address to return to."""
    answer, body = {"title": "returnUrl"}, {"returnUrl": address}
    return api_call(
        TEST, method="POST", path=PAYMENTS, status=400, body=body, answer=answer
    )


def sending(reference: str, status: int) -> Exchange:
    """A payment with a reference of its own."""
    body = {"reference": reference}
    return api_call(TEST, method="POST", path=PAYMENTS, status=status, body=body)


def paying(number: str) -> Exchange:
    """A payment of a user who was refused."""
    answer, body = ecom("81", "x"), {"phoneNumber": number, "currency": "NOK"}
    return api_call(
        TEST, method="POST", path=PAYMENTS, status=400, body=body, answer=answer
    )


def unknown(reference: str) -> Exchange:
    """A payment that was asked for and is not there."""
    return api_call(
        TEST, path=PAYMENTS + reference, status=404, answer=details("5090", "x")
    )


APART = {
    "a token that ended": (refused(), refused(OLD)),
    "a token that begins later": (refused(), refused(EARLY)),
    "a clock that is wrong": (refused(), refused(date="12:30:00")),
    "a clock that is wrong, and why": (
        refused(ENDING, date="11:50:00"),
        refused(ENDING, date="12:30:00"),
    ),
    "a token that ended, by the server's clock": (
        refused(ENDING, date="11:50:00"),
        refused(ENDING, date="12:08:00"),
    ),
    "a token that ended, by the sender's clock alone": (
        refused(ENDING, date="11:50:00"),
        refused(ENDED, date="11:50:00"),
    ),
    "a token of another client": (refused(NAMED), refused(NAMED | OTHER)),
    "a variable in a token": (
        refused(),
        refused({"Authorization": f"Bearer {token(TEST).rpartition('.')[0]}.__A__"}),
    ),
    "another client that the answer names": (
        token_call(TEST, status=401, answer=f"app '{CLIENT_ID}'"),
        token_call(TEST, status=401, answer=f"app '{OTHER_CLIENT_ID}'"),
    ),
    "the same client in capitals": (
        token_call(TEST, status=401, answer=f"app '{CLIENT_ID.upper()}'"),
        token_call(TEST, status=401, answer=f"app '{OTHER_CLIENT_ID}'"),
    ),
    "a key that is an example": (
        token_call(TEST, status=401),
        token_call(TEST, status=401, headers={"client_id": EXAMPLE}),
    ),
    "a word for nothing in the place of a PSP's id": (
        api_call(TEST, headers={"Psp-Id": "psp-1"}, status=400),
        api_call(TEST, headers={"Psp-Id": "undefined"}, status=400),
    ),
    "a key that is too short": (
        token_call(TEST, status=401),
        token_call(TEST, headers={"Ocp-Apim-Subscription-Key": "abc1234"}, status=401),
    ),
    "a browser": (
        token_call(TEST, headers={"User-Agent": "curl/8.14.1"}),
        token_call(TEST, headers={"User-Agent": "Mozilla/5.0"}),
    ),
    "a variable in any header": (
        api_call(TEST, headers={"X-Any": "value"}, status=400),
        api_call(TEST, headers={"X-Any": "$ANY"}, status=400),
    ),
    "an idempotency key that is too long": (
        api_call(TEST, method="POST", path=PAYMENTS, status=400, headers=KEYED),
        api_call(
            TEST,
            method="POST",
            path=PAYMENTS,
            status=400,
            headers={"Idempotency-Key": "a" * 51},
        ),
    ),
    "a cache": (
        api_call(TEST, answer_headers={"Age": "0"}),
        api_call(TEST, answer_headers={"Age": "70"}),
    ),
    "an error in a list": (
        api_call(TEST, answer=[{"id": "a", "errorCode": None}]),
        api_call(TEST, answer=[{"id": "a", "errorCode": "x"}]),
    ),
    "a body that is refused": (
        api_call(TEST, method="POST", path=PAYMENTS, status=400, body={"amount": 1}),
        api_call(TEST, method="POST", path=PAYMENTS, status=400, body={"amount": "1"}),
    ),
    "an example in a body that is accepted": (
        sending(f"a{EXAMPLE[1:]}", 201),
        sending(EXAMPLE, 201),
    ),
    "an example in a body that is refused": (
        sending(f"a{EXAMPLE[1:]}", 400),
        sending(EXAMPLE, 400),
    ),
    "an address that cannot be reached": (
        returning_to("https://shop.example/back"),
        returning_to("https://localhost/back"),
    ),
    "the form of a phone number": (paying("4791234567"), paying("91234567")),
    "the country of a phone number": (paying("4791234567"), paying("4512345678")),
    "an error's number": (
        api_call(TEST, status=400, answer=details("5090", "x")),
        api_call(TEST, status=400, answer=details("4150", "x")),
    ),
    "a reference of our own": (
        unknown("/order-12345"),
        unknown("/vippsdiag-12345"),
    ),
    "a reference that says itself that it is none": (
        unknown("/order-12345"),
        unknown("/does-not-exist-12345"),
    ),
    "the answer's time, where the call's is not known": (
        refused_at("Tue, 24 Nov 2026 12:10:00 GMT"),
        refused_at("Tue, 24 Nov 2026 19:10:00 GMT"),
    ),
}


@pytest.mark.parametrize(("one", "other"), APART.values(), ids=APART)
def test_calls_are_told_apart_by(one: Exchange, other: Exchange) -> None:
    told_apart(one, other)


def test_a_body_that_was_not_recorded_is_told_apart_from_an_empty_one() -> None:
    empty = entry_of(
        api_call(TEST, path="/webhooks/v1/webhooks", status=403, answer=None)
    )
    response = empty["response"]
    unread = empty | {"response": response | {"content": {"size": 55}}}
    lines = [line_of(entry) for entry in (empty, unread)]
    assert in_full(lines[0]) != in_full(lines[1])
    for order in (lines, lines[::-1]):
        bulk = Bulk()
        for line in order * 2:
            assert bulk.diagnose(line).causes == in_full(line)


@pytest.mark.parametrize(
    "place", [{"path": "/epayment/v1/payments/$ID"}, {"headers": {"X-Id": "$ID"}}]
)
def test_a_variable_that_a_shell_may_fill_in_is_told_from_one_that_was_sent(
    place: dict[str, Any],
) -> None:
    pasted = entry_of(api_call(TEST, status=404, started=None, **place))
    recorded = [pasted | {"startedDateTime": NOW.isoformat()}]
    recorded.append(pasted | {"timings": {"wait": 5}})
    request = pasted["request"] | {"httpVersion": "HTTP/1.1"}
    recorded.append(pasted | {"request": request})
    lines = [line_of(entry) for entry in (pasted, *recorded)]
    first, *others = map(in_full, lines)
    assert {first} != {*others}
    assert len({*others}) == 1
    for order in (lines, lines[::-1]):
        bulk = Bulk()
        for line in order * 2:
            assert bulk.diagnose(line).causes == in_full(line)


@given(mixes())
def test_every_mix_of_calls_comes_to_the_same(line: bytes) -> None:
    same(line)


def test_lines_that_differ_in_what_is_each_calls_own_are_read_once() -> None:
    bulk = Bulk()
    for verdict in map(bulk.diagnose, Log(units=3, seed=3).lines(3000)):
        assert verdict.line
    assert bulk.lines == 3000
    assert bulk.first < 150


def test_a_verdict_gives_the_report_of_its_own_call() -> None:
    bulk = Bulk()
    for entry in (*everyday(), *everyday()):
        verdict = bulk.diagnose(line_of(entry))
        told = verdict.report()
        whole = diagnose(Evidence(exchanges=(read_line(line_of(entry)),)))
        assert [(check.id, *_told(found)) for check, found in told.ranked] == [
            (check.id, *_told(found)) for check, found in whole.ranked
        ]
        assert [trial.id for trial in told.trials] == [
            trial.id for trial in whole.trials
        ]


def _told(finding: Finding) -> tuple[object, ...]:
    place = finding.place
    words = place.words if place else None
    return finding.message, finding.confidence, finding.evidence, words


def test_what_holds_no_exchange_is_passed_over() -> None:
    line = line_of(entry_of(api_call(TEST)))
    odd = [b"", b"{}", b"[1]", b"\xff", b'{"request": 1}', b"null", b"[" * 100_000]
    assert len(list(diagnose_lines([line, *odd, line]))) == 2
    with pytest.raises(UnreadablePaste, match="no exchange"):
        Bulk().diagnose(b"{}")


@pytest.mark.parametrize("part", ["request", "response"])
def test_a_line_with_a_body_where_a_har_has_none_is_left_to_the_reader_of_logs(
    part: str,
) -> None:
    entry = entry_of(api_call(TEST, status=401))
    entry[part]["body"] = "{}"
    with pytest.raises(UnreadablePaste, match="no exchange"):
        Bulk().diagnose(line_of(entry))


def test_a_form_without_its_text_is_like_no_other() -> None:
    """The importer makes a text of it, which is not known here."""
    bulk = Bulk()
    entry = entry_of(api_call(TEST, method="POST", path=PAYMENTS, status=400))
    for name in ("first", "second"):
        params = [{"name": name, "value": "x"}]
        entry["request"]["postData"] = {"mimeType": "", "params": params}
        bulk.diagnose(line_of(entry))
    assert bulk.first == 2


ADDRESSES = st.from_regex(
    r"https?://[a-z0-9.:@\[\]_%-]{1,20}(local|test|localhost|com|no)?[/?#:@.]?[!-~]{0,9}",
    fullmatch=True,
)


@given(ADDRESSES)
@example("https://shop.example.no/return?order=1")
def test_of_an_address_that_is_public_there_is_nothing_to_say(address: str) -> None:
    assert not (texts.is_public(address) and not_public(address))


def test_nothing_secret_is_remembered() -> None:
    bulk = Bulk()
    secrets = {CLIENT_SECRET, SUBSCRIPTION_KEY, "hunter2-and-more", "4791234567"}
    secrets |= {"01019012345", WEBHOOK_SECRET}
    for exchange in (
        token_call(TEST),
        api_call(TEST, status=401, headers={"X-Password": "hunter2-and-more"}),
        api_call(TEST, headers={"Phone": "+4791234567"}),
        api_call(TEST, headers={"Referer": "https://a.example/?to=4791234567"}),
        api_call(TEST, headers={"X-Any": "01019012345", "Accept": WEBHOOK_SECRET}),
        api_call(TEST, headers={"Authorization": f"Basic {CLIENT_SECRET}"}),
        token_call(TEST, headers={"Vipps-Key": SUBSCRIPTION_KEY}, status=401),
    ):
        bulk.diagnose(line_of(entry_of(exchange)))
    kept = list(_texts_in(bulk, set()))
    assert any(CLIENT_ID in text for text in kept)
    leaked = [text for text in kept if any(secret in text for secret in secrets)]
    assert not leaked
    assert not [text for text in kept if "eyJ" in text]


def _texts_in(value: object, seen: set[int]) -> Iterator[str]:
    """Yield every text that can be reached from a value."""
    if id(value) in seen or isinstance(value, (type, ModuleType, FunctionType, Check)):
        return
    seen.add(id(value))
    if isinstance(value, str | bytes):
        yield value if isinstance(value, str) else value.decode("latin-1")
        return
    # What the collector does not follow has to be looked into too.
    fields = astuple(value) if isinstance(value, Struct) else ()
    for inner in (*gc.get_referents(value), *fields):
        yield from _texts_in(inner, seen)


def test_the_first_kinds_are_forgotten_when_there_are_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("vippsdiag.bulk.MOST_KINDS", 3)
    monkeypatch.setattr("vippsdiag.bulk.sent.MOST_SHARED", 3)
    monkeypatch.setattr("vippsdiag.bulk.values.MOST_TOKENS", 3)
    monkeypatch.setattr("vippsdiag.bulk.values.MOST_FIRSTS", 1)
    monkeypatch.setattr("vippsdiag.bulk.sent.MOST_SENT", 3)
    monkeypatch.setattr("vippsdiag.bulk.refusals.MOST_WORDS", 3)
    monkeypatch.setattr("vippsdiag.bulk.noted.MOST_FORMS", 1)
    monkeypatch.setattr("vippsdiag.bulk.addresses.MOST_WORDS", 1)
    monkeypatch.setattr("vippsdiag.bulk.addresses.MOST_PATHS", 1)
    bulk = Bulk()
    for entry in everyday()[:100]:
        line = line_of(entry)
        assert bulk.diagnose(line).causes == in_full(line)
    assert bulk.first < bulk.lines


def test_where_a_hash_is_short_a_digest_stands_for_a_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in (addresses, likeness, noted, refusals, sent, values):
        monkeypatch.setattr(module, "sign", values.digest)
    bulk = Bulk()
    for entry in everyday()[:100]:
        line = line_of(entry)
        assert bulk.diagnose(line).causes == in_full(line)
    assert bulk.first < bulk.lines
    assert values.digest("a") != values.digest(("a",)) != values.digest(("a", ""))


def test_without_msgspec_each_line_is_read_in_full(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "vippsdiag.bulk.likeness", None)
    bulk = Bulk()
    for entry in everyday()[:20]:
        line = line_of(entry)
        assert bulk.diagnose(line).causes == in_full(line)
    assert bulk.first == bulk.lines


# What the checks ask of headers by name. Whoever lets a check ask for another one tells
# `vippsdiag.bulk.headers` whether what it says matters, and notes it here.
ONLY_WHETHER_THERE = frozenset(
    """
    forwarded via x-forwarded-for x-forwarded-host x-real-ip psp-id idempotent-key
    vipps-system-name vipps-system-version vipps-system-plugin-name
    vipps-system-plugin-version user-agent access-control-request-method
    """.split()
)
ONLY_QUOTED = frozenset({"retry-after"})


def test_no_check_asks_for_a_header_that_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: dict[int, set[str]] = {}
    get = Headers.get

    def noted(headers: Headers, name: str) -> str | None:
        asked.setdefault(id(headers), set()).add(name.lower())
        return get(headers, name)

    monkeypatch.setattr(Headers, "get", noted)
    sent, answered = set(), set()
    exchanges = [read_line(line_of(entry)) for entry in (*examples(), *everyday())]
    for exchange in exchanges:
        asked.clear()
        diagnose(Evidence(exchanges=(exchange,)))
        request, response = exchange.request, exchange.response
        if request and request.host in HOSTS.values():
            sent |= asked.get(id(request.headers), set())
            if response:
                answered |= asked.get(id(response.headers), set())
    assert answered - ASKED - ONLY_QUOTED == {"date"}
    known = KEYS | SAID | OWN_IDS | ONLY_WHETHER_THERE
    assert sent - known == {"authorization"}
