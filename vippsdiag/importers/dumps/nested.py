"""Calls that stand deep in an object: of an event, a search, an export."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from vippsdiag.exchange import Exchange
from vippsdiag.importers.dumps.calls import Json, call_alone, call_in, started_in
from vippsdiag.importers.json_values import whole_json

_DEEPEST, _MOST_VALUES, _MOST_CALLS = 24, 50_000, 500


class Nested(NamedTuple):
    """A call, with the object that tells of it."""

    call: Exchange
    told: Json


@dataclass(slots=True)
class _Walk:
    """How many values may still be looked at."""

    left: int = _MOST_VALUES


def calls_within(value: Any) -> list[Nested]:
    """Return the answered calls in an object or a list, each once, in their order.

    What is around an answered call is the event in which the call was made, and what
    is in one is its answer. A call without an answer is not looked for: objects are
    full of addresses that nobody called.
    """
    return list(islice(_within(value, 0, _Walk(), None), _MOST_CALLS))


def call_inside(value: Any) -> Exchange | None:
    """Return the call that a line tells of, or the first answered one in it."""
    call = call_in(value)
    if call and (call.response or call.failure):
        return call
    return next((one.call for one in calls_within(value)), call)


def _within(
    value: Any, depth: int, walk: _Walk, started: datetime | None
) -> Iterator[Nested]:
    walk.left -= 1
    if depth > _DEEPEST or walk.left < 0:
        return
    if isinstance(value, str) and value[:1] == "{" and value.rstrip()[-1:] == "}":
        # Platforms keep the lines of a log as text.
        value = whole_json(value)
    inner = value if isinstance(value, list) else ()
    if isinstance(value, dict):
        started = started_in(value) or started
        call = call_alone(value)
        if call and (call.response or call.failure):
            yield Nested(replace(call, started=call.started or started), value)
            return
        inner = list(value.values())
    for one in inner:
        if isinstance(one, dict | list | str):
            yield from _within(one, depth + 1, walk, started)
