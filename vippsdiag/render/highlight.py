"""The line of a pasted text that a finding rests on."""

import json
import re

from vippsdiag.check import Report
from vippsdiag.evidence import Place
from vippsdiag.exchange import Exchange

# What tells an answer from others: a code or the server's own sentence.
_TELLING = re.compile(r"AADSTS\d+|\b[A-Z]\w+ \w+ \w+[\w .,'-]{8,60}")


def line_of(report: Report, place: Place | None) -> int | None:
    """Return the number of the line that a place is on, counted from 1.

    None if no text was pasted, or if the text does not hold it: then what shows the
    cause is that something is missing.
    """
    text = report.evidence.text
    if text is None or place is None:
        return None
    lines = text.split("\n")
    if place.exchange is None:
        return _key_line(report, place, lines)
    for wanted in _marks(place):
        for number, line in enumerate(lines, 1):
            if wanted.lower() in line.lower():
                return number
    return None


def _marks(place: Place) -> list[str]:
    """Return what stands on the line that is looked for, the surest first."""
    exchange = place.exchange
    if exchange is None:
        return []
    if place.part == "request header":
        return _header_marks(exchange, place)
    if place.part == "request address" and exchange.request:
        address = str(exchange.request.url)
        return [address, address.partition("?")[0], exchange.request.path]
    if place.part == "request body" and exchange.request:
        return _body_marks(str(exchange.request.body or ""))
    return _body_marks(exchange.text) + [f" {exchange.status}"] * bool(exchange.status)


def _key_line(report: Report, place: Place, lines: list[str]) -> int | None:
    """Return the line that a value of the keys is on; where keys were read, first."""
    keys = dict(report.evidence.keys.values()) if report.evidence.keys else {}
    value = next((str(v) for name, v in keys.items() if name == place.name), "")
    mark = re.compile(rf"(?<!\w){re.escape(value)}(?!\w)")
    read = {
        number
        for excerpt in report.evidence.excerpts
        if excerpt.kind == "keys"
        for number in range(excerpt.first, excerpt.last + 1)
    }
    found = [n for n, line in enumerate(lines, 1) if value and mark.search(line)]
    return next(iter([*(n for n in found if n in read), *found]), None)


def _header_marks(exchange: Exchange, place: Place) -> list[str]:
    name = place.name or ""
    value = exchange.request.headers.get(name) if exchange.request else None
    return [] if value is None else [f"{name}: {value}", str(value), name]


def _body_marks(body: str) -> list[str]:
    first = body.strip().split("\n")[0][:60]
    words = _TELLING.search(_message(body))
    return [mark for mark in (words[0] if words else "", first) if mark]


def _message(body: str) -> str:
    """Return the part of a body that speaks to people."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return body
    item = value[0] if isinstance(value, list) and value else value
    if not isinstance(item, dict):
        return body
    names = ("message", "error_description", "detail", "errorMessage", "title")
    return next((str(item[name]) for name in names if item.get(name)), body)
