"""Texts that are one JSON value: answers, calls, Postman's files, and lines of JSON."""

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from vippsdiag.exchange import Exchange, Response
from vippsdiag.importers.addresses import is_of_api
from vippsdiag.importers.answers import is_answer, status_in
from vippsdiag.importers.bodies import shortened
from vippsdiag.importers.dumps.calls import call_in, started_in, words_in
from vippsdiag.importers.dumps.nested import Nested, calls_within
from vippsdiag.importers.dumps.records import records_in
from vippsdiag.importers.finds import Find
from vippsdiag.importers.har.exchanges import is_entry, is_logged, to_exchange
from vippsdiag.importers.keys.names import understand
from vippsdiag.importers.keys.structures import read_json
from vippsdiag.importers.loose import LIMIT, answer_in, find_loose
from vippsdiag.importers.postman import (
    collection_calls,
    is_collection,
    is_report,
    report_calls,
)
from vippsdiag.keys import Field
from vippsdiag.language import mark

MOST = 500
_CALL = mark("a call written as JSON")
_LINE = mark("a line of a JSON log")
# Container platforms wrap each line of a log into one of these.
_WRAPPED = ("log", "textPayload", "MESSAGE")


def read_document(value: Any, body: str) -> list[Find]:
    """Return what a JSON value tells of calls; none if it may hold keys instead.

    Finds that are not whole leave all of it to the reader of keys as well.
    """
    last = body.count("\n") + 1
    told = list(islice(_calls(value, body), MOST))
    whole = not (told and _has_keys_beside(value, body))
    return [
        Find(kind=kind, first=1, last=last, exchanges=(exchange,), whole=whole)
        for kind, exchange in told
    ]


def _calls(value: Any, body: str) -> Iterator[tuple[str, Exchange]]:
    if is_collection(value):
        for call in collection_calls(value):
            yield mark("a request of a Postman collection"), call
    elif is_report(value):
        for call in report_calls(value):
            yield mark("a request in a report of Newman's"), call
    elif records := records_in(value):
        for one in records:
            yield from _record(one)
    elif isinstance(value, list) and not is_answer(value):
        for one in value:
            yield from _call(one)
    elif nested := calls_within(value):
        yield from _answered(nested, value)
    elif found := next(_call(value), None):
        yield from _reported(value, found[1]) or [found]
    elif is_answer(value):
        answer = Response(status=status_in(value), body=shortened(body))
        yield mark("an answer"), Exchange(response=answer)
    elif isinstance(value, dict):
        yield from _wrapped(value, body)


def _wrapped(value: Any, body: str) -> Iterator[tuple[str, Exchange]]:
    """Yield the answer that an object wraps, or what its messages say."""
    inner = answer_in(value)
    if inner is None or _holds_keys(body):
        yield from _spoken(value)
    else:
        answer = Response(status=status_in(inner), body=shortened(json.dumps(inner)))
        yield mark("an answer"), Exchange(response=answer)


def _holds_keys(body: str) -> bool:
    """Tell whether JSON holds keys, which whoever reads an answer would pass over."""
    return _count_keys(body) > 0


def _count_keys(body: str) -> int:
    fields = [understand(piece.path).field for piece in read_json(body) or ()]
    return sum(field not in {None, Field.MSN, Field.PSP_ID} for field in fields)


def _has_keys_beside(value: Any, body: str) -> bool:
    """Tell whether keys stand beside the calls in an object, and not only in them."""
    if not isinstance(value, dict) or is_collection(value) or is_report(value):
        return False
    found = [] if records_in(value) else calls_within(value)
    told = sum(_count_keys(json.dumps(one.told)) for one in found)
    return bool(found) and _count_keys(body) > told


def _answered(found: list[Nested], value: Any) -> Iterator[tuple[str, Exchange]]:
    """Yield nested calls, with the answer that an exception around them quotes."""
    calls = [one.call for one in found]
    bare = any(one.response and not one.response.body for one in calls)
    said = [one for _, one in _spoken(value)] if bare else []
    for call in calls:
        quoted = (one for one in said if _quotes(one, call, alone=len(calls) == 1))
        other = next(quoted, call)
        yield _CALL, replace(call, response=other.response)


def _quotes(said: Exchange, call: Exchange, *, alone: bool) -> bool:
    """Tell whether words quote the body of a call's answer, which itself has none."""
    if not (said.response and said.response.body and call.request and call.response):
        return False
    if call.response.body or said.status != call.status:
        return False
    return str(said.request.url) == str(call.request.url) if said.request else alone


def _record(value: Any) -> Iterator[tuple[str, Exchange]]:
    """Yield the calls of a record, or else what its messages say."""
    found = list(_answered(calls_within(value), value)) or list(_call(value))
    time = started_in(value)
    if not found:
        for kind, said in _spoken(value):
            yield kind, replace(said, started=said.started or time)
    yield from found


def _call(value: Any) -> Iterator[tuple[str, Exchange]]:
    if is_entry(value) and not is_logged(value):
        exchange = to_exchange(value)
        if exchange.request:
            yield mark("an entry of a HAR"), exchange
            return
    call = call_in(value)
    if call:
        yield _CALL, call


def _reported(value: Any, call: Exchange) -> list[tuple[str, Exchange]]:
    """Return what an event says in words, if its request is the shop's own page's."""
    asked = call.request is not None and not is_of_api(str(call.request.url))
    if not asked or call.response or call.failure:
        return []
    return [(kind, one) for kind, one in _spoken(value) if one.response]


def _spoken(value: Any) -> Iterator[tuple[str, Exchange]]:
    """Yield what the messages in an object say, if it is a line of a log."""
    text = "\n".join(list(dict.fromkeys(words_in(value)))[:20])[:20_000]
    for find in find_loose(text) if text else ():
        yield find.kind, find.exchanges[0]


def unwrapped(lines: list[str]) -> list[str]:
    """Return lines without the JSON that a container platform puts around each."""
    return [_inner(line) if line[:1] == "{" else line for line in lines]


def _inner(line: str) -> str:
    if not any(f'"{name}"' in line for name in _WRAPPED):
        return line
    value = _object(line)
    found = [value[name] for name in _WRAPPED if isinstance(value.get(name), str)]
    return found[0].strip().replace("\n", " ") if found else line


def _object(line: str) -> dict[str, Any]:
    text = line.strip()
    if text[:1] != "{" or text[-1:] != "}":
        return {}
    try:
        value = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def read_json_lines(lines: list[str]) -> list[Find]:
    """Find the calls in lines that are each a JSON object; others are passed over."""
    finds: list[Find] = []
    objects = [number for number, line in enumerate(lines) if line[:1] == "{"]
    for number in objects[:LIMIT]:
        value = _object(lines[number])
        if value and (find := _in_line(value, number + 1)):
            finds.append(find)
    return finds


def _in_line(value: dict[str, Any], number: int) -> Find | None:
    inner = tuple(one.call for one in calls_within(value))
    call = next(iter(inner), None) or call_in(value)
    # A message without a status may be a line of a log as well.
    told = "message" not in value or status_in(value) is not None
    if call is None and told and is_answer(value):
        return None
    spoken = () if call else tuple(one for _, one in _spoken(value))
    time = started_in(value)
    calls = (
        inner or (call,)
        if call
        else tuple(replace(one, started=time) for one in spoken)
    )
    if not calls:
        return None
    return Find(kind=_LINE, first=number, last=number, exchanges=calls)
