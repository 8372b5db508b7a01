"""Everything that can go wrong on purpose, in one table.

A kind changes the call before it is served, answers in place of the API, or changes
the answer. The table of docs/sandbox.md is held against this one by a test.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from msgspec import structs

from vippsdiag.language import say
from vippsdiag.sandbox.faults.codes import CODES
from vippsdiag.sandbox.faults.errors import ERRORS, FORMS, STATUSES, of_check
from vippsdiag.sandbox.faults.fault import Fault, FaultUnclear
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.received import Received
from vippsdiag.sandbox.gateway.reply import Reply

# Seconds; whoever wants to wait longer has a client that waits for ever.
LONGEST_WAIT = 600.0
LONGEST_SHIFT = 10 * 365 * 86400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One way in which a call goes wrong.

    Attributes:
        text: what happens, for the documentation.
        value: what its value is, with an example; empty if it has none.
        read: raises ValueError if a value is not one.
        sent: returns the call as it reaches the sandbox.
        shift: how wrong the sandbox's clock is for the call.
        instead: answers in place of the API.
        answered: changes the answer.
    """

    text: str
    value: str = ""
    read: Callable[[str], object] = str
    sent: Callable[[Received, str], Received] | None = None
    shift: Callable[[str], timedelta] | None = None
    instead: Callable[[Call, Fault], Reply] | None = None
    answered: Callable[[Reply, str, Random], None] | None = None


def _seconds(value: str) -> tuple[float, float]:
    """Read ``0.5`` or ``0.1-0.5``."""
    low, dash, high = value.partition("-")
    least, most = float(low), float(high if dash else low)
    if not 0 <= least <= most <= LONGEST_WAIT:
        raise ValueError(value)
    return least, most


def _late(reply: Reply, value: str, draw: Random) -> None:
    reply.delay += draw.uniform(*_seconds(value))


def _cut_after(value: str) -> int | None:
    size = int(value) if value else None
    if size is not None and size < 0:
        raise ValueError(value)
    return size


def _cut(reply: Reply, value: str, draw: Random) -> None:
    after = _cut_after(value)
    reply.cut = len(reply.body) // 2 if after is None else after


def _reset(reply: Reply, value: str, draw: Random) -> None:
    reply.reset = True


def _never_served(call: Call, fault: Fault) -> Reply:
    return Reply(status=503, reset=True)


def _shift(value: str) -> timedelta:
    seconds = float(value)
    if not abs(seconds) <= LONGEST_SHIFT:
        raise ValueError(value)
    return timedelta(seconds=seconds)


def _name(value: str) -> str:
    if not value:
        raise ValueError(value)
    return value.lower()


def _without(received: Received, value: str) -> Received:
    left = (pair for pair in received.pairs if pair[0].lower() != value.lower())
    return structs.replace(received, pairs=tuple(left))


def _without_underscores(received: Received, value: str) -> Received:
    left = (pair for pair in received.pairs if "_" not in pair[0])
    return structs.replace(received, pairs=tuple(left))


def _nothing(value: str) -> None:
    if value:
        raise ValueError(value)


WIRE: Mapping[str, Kind] = {
    "latency": Kind(
        text="The answer comes late: by so many seconds, or by anything between two.",
        value="seconds: latency=2, latency=0.1-0.5",
        read=_seconds,
        answered=_late,
    ),
    "cut": Kind(
        text="The connection ends in the middle of the body, or after so many bytes.",
        value="bytes: cut, cut=10",
        read=_cut_after,
        answered=_cut,
    ),
    "reset": Kind(
        text="The connection is reset before the call is served: nothing happened.",
        read=_nothing,
        instead=_never_served,
    ),
    "lost-answer": Kind(
        text="The call is served, and the connection reset before its answer: did it "
        "happen or not? An idempotency key is for this.",
        read=_nothing,
        answered=_reset,
    ),
    "clock": Kind(
        text="The sandbox's clock is wrong for this call, and so are the Date header "
        "and the times of a token.",
        value="seconds: clock=-3600",
        read=_shift,
        shift=_shift,
    ),
    "drop": Kind(
        text="A header does not arrive.",
        value="a header: drop=client_id",
        read=_name,
        sent=_without,
    ),
    "underscores": Kind(
        text="Like nginx with its default settings: headers with an underscore in "
        "their names do not arrive.",
        read=_nothing,
        sent=_without_underscores,
    ),
}


def _known(name: str) -> Kind | None:
    """Return an answer of a table as a kind; None if there is none of that name."""
    error = ERRORS.get(name) or CODES.get(name) or STATUSES.get(name)
    if error is None:
        return None
    return Kind(text=error.text, read=_nothing, instead=error.answer)


def kind_of(fault: Fault) -> Kind:
    """Return what a fault does.

    Raises:
        FaultUnclear: there is no such fault, or it has no such value.
    """
    name = fault.what
    kind = WIRE.get(name) or _known(name) or _known(of_check(name))
    if kind is None:
        names = ", ".join([*WIRE, *ERRORS])
        raise FaultUnclear(
            say(
                "There is no fault named {name}. There are: {names}; a status from 400 "
                "to 599; a code of an API, such as 5090; and the id of a check that an "
                "answer shows.",
                name=repr(name),
                names=names,
            )
        )
    try:
        kind.read(fault.value)
    except (ValueError, OverflowError):
        values = {"name": name, "value": repr(fault.value), "usual": kind.value}
        raise FaultUnclear(
            say("The fault {name} cannot be {value}. Its value is: {usual}.", **values)
            if kind.value
            else say("The fault {name} cannot be {value}. It has no value.", **values)
        ) from None
    if fault.form and (name not in STATUSES or fault.form not in FORMS):
        raise FaultUnclear(
            say(
                "The option form is for a fault that is a status, and one of: {forms}.",
                forms=", ".join(FORMS),
            )
        )
    return kind
