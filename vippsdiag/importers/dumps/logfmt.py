"""Lines of names and values, as Go's slog, logrus and others write them: logfmt."""

import json
import re
from typing import Any

from vippsdiag.importers.dumps.calls import Json, call_in
from vippsdiag.importers.finds import Find
from vippsdiag.language import mark

# What such a line begins with, and a text of them holds.
BEGINNINGS = ("time=", "ts=", "t=", "level=", "lvl=", "msg=")
# How many lines are looked at closely, and what a line can be.
_LIMIT, _LONGEST, _MOST = 600, 20_000, 100
_PAIR = re.compile(
    r"(?P<name>[A-Za-z_][\w.\-]{0,80})="
    r"(?:\"(?P<quoted>(?:\\.|[^\"\\])*+)\"|(?P<plain>[^\s\"]*+))(?:\s+|$)"
)


def read_logfmt(lines: list[str]) -> list[Find]:
    """Find the answered calls in such lines; others are passed over."""
    finds = []
    begun = [n for n, line in enumerate(lines) if line.startswith(BEGINNINGS)]
    for number in begun[:_LIMIT]:
        call = call_in(_fields(lines[number]))
        if call and call.request and (call.response or call.failure):
            kind = mark("a call in a line of a log")
            finds.append(
                Find(kind=kind, first=number + 1, last=number + 1, exchanges=(call,))
            )
    return finds


def _fields(line: str) -> Json:
    """Return what a line says; nothing if it is not made of names and values alone."""
    fields: Json = {}
    line, place = line.strip(), 0
    while place < len(line) <= _LONGEST and len(fields) < _MOST:
        pair = _PAIR.match(line, place)
        if pair is None:
            return {}
        *groups, name = pair["name"].split(".")
        _put(fields, groups, name, _value(pair))
        place = pair.end()
    return fields


def _put(fields: Json, groups: list[str], name: str, value: Any) -> None:
    """Put a value where its name says: ``req.method`` is the method in req."""
    for group in groups:
        inner = fields.setdefault(group, {})
        if not isinstance(inner, dict):
            return
        fields = inner
    fields.setdefault(name, value)


def _value(pair: re.Match[str]) -> str:
    quoted = pair["quoted"]
    if quoted is None:
        return str(pair["plain"])
    try:
        return str(json.loads(f'"{quoted}"', strict=False))
    except ValueError:
        return quoted
