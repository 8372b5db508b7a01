"""What the tests of many exchanges share: lines of logs, and what they come to."""

import json
from functools import lru_cache
from typing import Any

from hypothesis import strategies as st

from benchmarks.exchanges import Log
from vippsdiag.bulk import Cause, causes_in, read_line
from vippsdiag.checks import CHECKS
from vippsdiag.diagnosis import diagnose
from vippsdiag.evidence import Evidence
from vippsdiag.exchange import Exchange
from vippsdiag.render.har import to_har
from vippsdiag.render.values import revealed

Json = dict[str, Any]


def entry_of(exchange: Exchange) -> Json:
    entry: Json = json.loads(to_har([exchange], revealed))["log"]["entries"][0]
    return entry


def line_of(entry: Json) -> bytes:
    return json.dumps(entry).encode()


@lru_cache(maxsize=1)
def examples() -> tuple[Json, ...]:
    """Every exchange of every example, once."""
    made = {
        line_of(entry_of(exchange)): None
        for check in CHECKS
        for evidence in (*check.broken, *check.healthy)
        for exchange in evidence.exchanges
    }
    return tuple(map(json.loads, made))


@lru_cache(maxsize=1)
def everyday() -> tuple[Json, ...]:
    """A log in which nearly each call works, of few sales units."""
    return tuple(map(json.loads, Log(units=8, seed=2).lines(400)))


def in_full(line: bytes) -> tuple[Cause, ...]:
    return causes_in(diagnose(Evidence(exchanges=(read_line(line),))))


WORDS = sorted(
    {
        header["value"]
        for entry in (*examples(), *everyday())
        for header in entry["request"]["headers"]
    }
)
SENT = st.sampled_from(["method", "url", "headers", "postData"])
RECEIVED = st.sampled_from(["status", "headers", "content"])
ODD = st.sampled_from(
    ["", " ", "Bearer", "{{token}}", "$ENV", "<your key>", "xxxxxxxx", "a…b", "é", "\t"]
)


@st.composite
def mixes(draw: st.DrawFn) -> bytes:
    """A call of which each part may be another call's."""
    entries = st.sampled_from((*examples(), *everyday()))
    entry = json.loads(json.dumps(draw(entries)))
    request, response = entry["request"], entry["response"]
    other, third = draw(entries), draw(entries)
    for name in draw(st.sets(SENT)):
        if name in other["request"]:
            request[name] = other["request"][name]
    for name in draw(st.sets(RECEIVED)):
        if name in third["response"]:
            response[name] = third["response"][name]
    if draw(st.booleans()):
        entry["startedDateTime"] = other["startedDateTime"]
    for header in draw(
        st.lists(st.sampled_from(request["headers"] or [{}]), max_size=2)
    ):
        changed = {"value": draw(ODD | st.sampled_from(WORDS))}
        request["headers"] = [
            one | changed if one == header else one for one in request["headers"]
        ]
    return line_of(entry)
