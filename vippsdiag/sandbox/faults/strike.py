"""What faults make of a call."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from vippsdiag.sandbox.faults.fault import Fault
from vippsdiag.sandbox.faults.faults import Asked
from vippsdiag.sandbox.faults.kinds import Kind, kind_of
from vippsdiag.sandbox.gateway.received import Received
from vippsdiag.sandbox.gateway.reply import Reply, http_date

if TYPE_CHECKING:
    from vippsdiag.sandbox.simulator import Sandbox

Struck = list[tuple[Kind, Fault, Random]]


def strike(sandbox: "Sandbox", asked: Asked, now: datetime) -> tuple[Received, Reply]:
    """Return a call as it reached the sandbox, and what was answered."""
    struck = [(kind_of(fault), fault, draw) for fault, draw in asked.faults]
    received = _as_it_arrives(asked.received, struck)
    shift = _shift(struck)
    reply = _answer(sandbox, received, struck, now + shift)
    if shift:
        date = ("Date", http_date(now + shift))
        reply = replace(reply, headers=(*reply.headers, date))
    for kind, fault, draw in struck:
        if kind.answered:
            kind.answered(reply, fault.value, draw)
    return received, reply


def _as_it_arrives(received: Received, struck: Struck) -> Received:
    for kind, fault, _ in struck:
        if kind.sent:
            received = kind.sent(received, fault.value)
    return received


def _shift(struck: Struck) -> timedelta:
    shifts = (kind.shift(fault.value) for kind, fault, _ in struck if kind.shift)
    return sum(shifts, timedelta())


def _answer(
    sandbox: "Sandbox", received: Received, struck: Struck, now: datetime
) -> Reply:
    headers = received.headers()
    for kind, fault, _ in struck:
        if kind.instead:
            return kind.instead(sandbox.call(received, headers, now), fault)
    return sandbox.reply(received, headers, now)
