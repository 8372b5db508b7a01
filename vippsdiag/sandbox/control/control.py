"""What can be asked of the sandbox itself: clock, faults, log, keys, description.

All of it is below ``/_sandbox``. What changes something takes JSON and says so in its
Content-Type, which a form on another web page cannot.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import parse_qs

import msgspec

from vippsdiag.sandbox.faults import FaultUnclear
from vippsdiag.sandbox.gateway.bodies import Flaw, Unreadable, read
from vippsdiag.sandbox.gateway.received import Received
from vippsdiag.sandbox.gateway.reply import Refusal, Reply, in_json
from vippsdiag.sandbox.keys.regenerated import PLACES

if TYPE_CHECKING:
    from vippsdiag.sandbox.simulator import Sandbox

SAFE = (
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
)

# The paths of a workshop, and the header that its trainer sends.
WORKSHOP = "/_sandbox/workshop"
TRAINER = "Sandbox-Trainer"

T = TypeVar("T")
Operation = Callable[["Sandbox", Received], Reply]


class Step(msgspec.Struct):
    """How far to move the clock, in seconds."""

    advance: float


class Wanted(msgspec.Struct):
    """The faults to put in force, as they are written."""

    fault: str


class Old(msgspec.Struct):
    """The key to regenerate, and whose it is."""

    unit: str
    key: str


def answer(sandbox: "Sandbox", received: Received) -> Reply:
    """Answer a request that is about the sandbox itself."""
    path = received.target.partition("?")[0].rstrip("/")
    operations = _below(path).get(path)
    if operations is None:
        paths = ", ".join(sorted(OPERATIONS))
        return _said(404, f"The sandbox has nothing there. It has: {paths}.")
    operation = operations.get(received.method.upper())
    if operation is None:
        methods = ", ".join(sorted(operations))
        return _said(405, f"This takes: {methods}.", ("Allow", methods))
    try:
        _see_whose(sandbox, received, path)
        reply = operation(sandbox, received)
    except Refusal as refusal:
        reply = refusal.reply
    reply.headers += SAFE
    return reply


def _said(status: int, message: str, *headers: tuple[str, str]) -> Reply:
    return in_json(status, {"message": message}, headers=headers)


def _below(path: str) -> "Mapping[str, Mapping[str, Operation]]":
    """Return what there is; the workshop's part is loaded when it is asked for."""
    if not path.startswith(WORKSHOP):
        return OPERATIONS
    from vippsdiag.sandbox.workshop import control  # noqa: PLC0415 - start-up counts

    return control.OPERATIONS


def _see_whose(sandbox: "Sandbox", received: Received, path: str) -> None:
    """Let nobody but the trainer change what the seats of a workshop share.

    Raises:
        Refusal: there is a workshop, and the trainer's code is missing.
    """
    if received.method.upper() == "GET" or path.startswith(WORKSHOP):
        return
    if sandbox.roll.seats() and not sandbox.roll.is_trainer(
        received.headers().get(TRAINER.lower(), "")
    ):
        text = (
            "A workshop is held in this sandbox, so only its trainer may change this: "
            f"send the trainer's code as the header {TRAINER}."
        )
        raise Refusal(_said(403, text))


def given(kind: type[T], received: Received) -> T:
    """Read what was sent."""
    sent = received.headers().get("content-type", "").partition(";")[0].strip().lower()
    if sent != "application/json":
        text = "Send JSON, and say so with Content-Type: application/json."
        raise Refusal(_said(415, text))
    try:
        return read(kind, received.body)
    except Unreadable as error:
        raise Refusal(_said(400, _words(error.flaw))) from None


def _words(flaw: Flaw) -> str:
    return f"{flaw.name}: {flaw.reason}" if flaw.name else flaw.reason


def page(sandbox: "Sandbox", received: Received) -> Reply:
    """Show the log to people."""
    from vippsdiag.sandbox.control.log_page import log_page  # noqa: PLC0415 - start-up

    return log_page(sandbox, received.base)


def log(sandbox: "Sandbox", received: Received) -> Reply:
    """List what was asked last, for the page and for programs."""
    from vippsdiag.sandbox.control.log_page import listed  # noqa: PLC0415 - start-up

    asked = parse_qs(received.target.partition("?")[2])
    after = asked.get("after", ["0"])[0][:15]
    number = int(after) if after.isascii() and after.isdecimal() else 0
    return in_json(200, listed(sandbox, number, rendered="html" in asked))


def clock(sandbox: "Sandbox", received: Received) -> Reply:
    """Tell the time."""
    return in_json(200, {"now": sandbox.clock()})


def advance(sandbox: "Sandbox", received: Received) -> Reply:
    """Move the clock on."""
    seconds = given(Step, received).advance
    if seconds < 0:
        raise Refusal(_said(400, "advance: The clock goes forward only."))
    try:
        sandbox.advance(timedelta(seconds=seconds))
    except OverflowError:
        text = "advance: The clock goes on by a hundred years at most."
        raise Refusal(_said(400, text)) from None
    return clock(sandbox, received)


def faults(sandbox: "Sandbox", received: Received) -> Reply:
    """List the faults in force."""
    return in_json(200, {"faults": sandbox.faults.shown()})


def add_fault(sandbox: "Sandbox", received: Received) -> Reply:
    """Put faults in force."""
    try:
        sandbox.faults.add(given(Wanted, received).fault)
    except FaultUnclear as error:
        raise Refusal(_said(400, f"fault: {error}")) from None
    return faults(sandbox, received)


def end_faults(sandbox: "Sandbox", received: Received) -> Reply:
    """End all the faults."""
    sandbox.faults.clear()
    return faults(sandbox, received)


def units(sandbox: "Sandbox", received: Received) -> Reply:
    """List the sales units with their keys, which open nothing but this sandbox."""
    shown = [unit.shown() for unit in map(sandbox.unit, sandbox.names)]
    return in_json(200, {"units": shown})


def regenerate(sandbox: "Sandbox", received: Received) -> Reply:
    """Put a new key in the place of one, as in the portal."""
    old = given(Old, received)
    key = next((one for one in PLACES if one.attribute == old.key), None)
    if key is None:
        names = ", ".join(one.attribute for one in PLACES)
        raise Refusal(_said(400, f"key: These can be regenerated: {names}."))
    try:
        sandbox.regenerate(old.unit, key)
    except KeyError:
        text = "unit: There is no unit of that name, or it has no such key."
        raise Refusal(_said(400, text)) from None
    return units(sandbox, received)


def reset(sandbox: "Sandbox", received: Received) -> Reply:
    """Forget everything that happened."""
    given(dict, received)
    sandbox.reset()
    return in_json(200, {})


def described(sandbox: "Sandbox", received: Received) -> Reply:
    """Describe what the sandbox serves, as OpenAPI."""
    from vippsdiag.sandbox.control.describe import openapi  # noqa: PLC0415 - start-up

    return in_json(200, openapi(received.base))


OPERATIONS: Mapping[str, Mapping[str, Operation]] = {
    "/_sandbox": {"GET": page},
    "/_sandbox/log.json": {"GET": log},
    "/_sandbox/clock": {"GET": clock, "POST": advance},
    "/_sandbox/faults": {"GET": faults, "POST": add_fault, "DELETE": end_faults},
    "/_sandbox/units": {"GET": units},
    "/_sandbox/units/regenerate": {"POST": regenerate},
    "/_sandbox/reset": {"POST": reset},
    "/_sandbox/openapi.json": {"GET": described},
}
