"""What PHP prints of a call: print_r, var_dump and var_export of an array or object."""

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import accumulate
from typing import Any

from vippsdiag.exchange import Exchange, Response
from vippsdiag.importers.answers import is_answer, status_in
from vippsdiag.importers.bodies import shortened
from vippsdiag.importers.dumps.calls import Json, answer_of, call_in
from vippsdiag.importers.dumps.nested import calls_within
from vippsdiag.importers.dumps.php_values import (
    Patience,
    Printed,
    in_lines,
    opens_print_r,
    read_print_r,
    read_var_dump,
    read_var_export,
)
from vippsdiag.importers.finds import Find
from vippsdiag.language import mark

_KIND = mark("a call as PHP prints it")
# How often a print_r may turn out to have no end.
_ATTEMPTS = 50
_ONE_LINE = re.compile(r"\b(?:Array|Object) \( \[")
_LONGEST_LINE = 100_000
_DUMP = re.compile(
    r"(?P<dump>\b(?:array\(\d+\)|object\([^()\n]{1,200}\)#\d+ \(\d+\)) \{)"
    r"(?=\s{0,80}\[)"
    # Code has the same arrays, behind a sign or a bracket.
    r"|^[^\n=($'\"]{0,80}(?<!return )(?P<export>\barray \()(?=\s{0,80}['\d])",
    re.MULTILINE,
)
_TIME = re.compile(
    r"\[?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))"
)
_ERRORS = {"error", "errorInfo", "errorCode"}
_CURL = ("info", "curl_info", "curlinfo", "getinfo")


def read_php(lines: list[str]) -> list[Find]:
    """Find the calls in what PHP printed."""
    finds = list(_print_r(lines))
    left = list(lines)
    for find in finds:
        left[find.first - 1 : find.last] = [""] * (find.last - find.first + 1)
    return [*finds, *_dumps("\n".join(left))]


def _print_r(lines: list[str]) -> Iterator[Find]:
    number, attempts = 0, _ATTEMPTS
    while number < len(lines) and attempts > 0:
        line = lines[number]
        if len(line) < _LONGEST_LINE and _ONE_LINE.search(line):
            yield from _in_one_line(line, number)
            number += 1
            continue
        start = opens_print_r(lines, number)
        if start is None:
            number += 1
            continue
        printed = read_print_r(lines, start)
        attempts -= not printed.closed
        yield from _finds(printed.value, line, number, printed.end)
        number = printed.end + 1


def _in_one_line(line: str, number: int) -> Iterator[Find]:
    inner = in_lines(line)
    begun = next((n for n in range(len(inner)) if opens_print_r(inner, n)), None)
    start = None if begun is None else opens_print_r(inner, begun)
    if start is not None:
        yield from _finds(read_print_r(inner, start).value, line, number, number)


def _dumps(text: str) -> Iterator[Find]:
    """Find the calls that var_dump and var_export printed."""
    patience, place = Patience(), 0
    starts: list[int] = []
    while match := _DUMP.search(text, place):
        starts = starts or list(
            accumulate((len(line) + 1 for line in text.split("\n")), initial=0)
        )
        if match["dump"]:
            printed: Printed = read_var_dump(text, match.end(), patience)
        else:
            printed = read_var_export(text, match.end(), patience)
        place = max(printed.end, match.end())
        first = bisect_right(starts, match.start(match.lastgroup or 0)) - 1
        last = bisect_right(starts, place - 1) - 1
        line = text[starts[first] : match.end()]
        for find in _finds(printed.value, line, first, last):
            # A program has arrays of what it sends, and none of what it got.
            if match["dump"] or all(one.response for one in find.exchanges):
                yield find


def _finds(value: Any, line: str, first: int, last: int) -> Iterator[Find]:
    calls = calls_of(value)
    moment = _started(line)
    if calls:
        told = tuple(replace(one, started=one.started or moment) for one in calls)
        yield Find(kind=_KIND, first=first + 1, last=last + 1, exchanges=told)


def _started(line: str) -> datetime | None:
    found = _TIME.match(line)
    try:
        return datetime.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


def calls_of(value: Any) -> list[Exchange]:
    """Return the calls that an array tells of, or the answer that it is."""
    told = _told(value)
    calls = [found.call for found in calls_within(told)]
    asked = None if calls else call_in(told)
    if calls or asked or not isinstance(told, dict):
        return [asked] if asked else calls
    inner = told.get("response")
    answer = inner if isinstance(inner, dict) else told
    response = answer_of(answer) if "statustext" in answer else _decoded(told)
    return [Exchange(response=response)] if response else []


def _decoded(fields: Json) -> Response | None:
    """Return the answer whose JSON was decoded and then printed; None if it is none."""
    status = status_in(fields)
    if not is_answer(fields) or (status is None and not _ERRORS & fields.keys()):
        return None
    return Response(status=status, body=shortened(json.dumps(fields)))


def _told(value: Any) -> Any:
    """Return arrays with the parts of PHP's clients under names that others use."""
    if isinstance(value, list):
        return [_told(one) for one in value]
    if not isinstance(value, dict):
        return value
    fields = {name: _told(inner) for name, inner in value.items()}
    if _is_address(fields):
        return _address(fields)
    if "reasonPhrase" in fields and "statusCode" in fields:
        return _of_guzzle(fields)
    fields = _with_curl(fields)
    return _with_answer(fields) if _is_of_wordpress(fields) else fields


def _is_address(fields: Json) -> bool:
    return {"scheme", "host", "path"} <= fields.keys() and all(
        isinstance(fields[name], str) for name in ("scheme", "host", "path")
    )


def _address(fields: Json) -> str:
    """Return an address that an object holds in parts."""
    port, query = fields.get("port"), fields.get("query")
    host = f"{fields['host']}:{port}" if port else fields["host"]
    path = f"{fields['path']}?{query}" if query else fields["path"]
    return f"{fields['scheme']}://{host}{path}"


def _of_guzzle(fields: Json) -> Json:
    """Return an answer of Guzzle's, whose body is a stream and not printed."""
    return {
        "status": fields["statusCode"],
        "statustext": fields["reasonPhrase"],
        "headers": fields.get("headers"),
    }


def _with_curl(fields: Json) -> Json:
    """Return an array with what curl_getinfo says of the call beside its answer."""
    info = next((fields[n] for n in _CURL if isinstance(fields.get(n), dict)), None)
    if info is not None and "http_code" in info:
        fields = {**info, **fields}
    if "effective_method" in fields:
        fields = {"method": fields["effective_method"], **fields}
    sent = fields.get("request_header")
    if isinstance(sent, str) and " HTTP/" in sent.partition("\n")[0]:
        method = sent.partition(" ")[0]
        fields = {"method": method, "request_headers": sent, **fields}
    return fields


def _is_of_wordpress(fields: Json) -> bool:
    """Tell whether an array is what wp_remote_request returns."""
    response = fields.get("response")
    return isinstance(response, dict) and "code" in response and "body" in fields


def _with_answer(fields: Json) -> Json:
    """Return what wp_remote_request returned, with all of the answer in one place."""
    state = fields["response"]
    response = {
        "status": state["code"],
        "statustext": state.get("message"),
        "headers": _inner(fields.get("headers")),
        "body": fields["body"],
    }
    whole = fields.get("http_response")
    inner = whole.get("response") if isinstance(whole, dict) else None
    url = inner.get("url") if isinstance(inner, dict) else None
    return {"url": fields.get("url") or url, "response": response}


def _inner(headers: Any) -> Any:
    """Return headers without the object that they are in."""
    data = headers.get("data") if isinstance(headers, dict) else None
    return data if isinstance(data, dict) else headers
