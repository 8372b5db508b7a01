"""Which faults strike a call: those in force, and those that the call asks for itself.

What is counted is kept in the state, so that processes that share it agree.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from random import Random
from urllib.parse import unquote

import msgspec
from msgspec import structs

from vippsdiag.environments import SANDBOX_PRODUCTION
from vippsdiag.sandbox.faults.fault import Fault, checked, read_faults
from vippsdiag.sandbox.gateway.received import Received
from vippsdiag.sandbox.state.state import State

HEADER = "Sandbox-Fault"
PREFIX = "/_fault/"
ROOM = "faults"
IN_FORCE = "in force"
# How many may be in force at once.
MOST = 100


class InForce(msgspec.Struct):
    """The faults that strike every call that they fit."""

    faults: list[Fault]


class Tally(msgspec.Struct):
    """How many calls a fault could have struck, and how many it did."""

    calls: int = 0
    struck: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """A call with the faults that strike it.

    Attributes:
        received: the call, without what asked for a fault.
        faults: each with the numbers that its chance and its value are drawn from.
    """

    received: Received
    faults: tuple[tuple[Fault, Random], ...]


class Faults:
    """The faults of a sandbox.

    Args:
        state: where they are kept.
        lock: held while they change.
    """

    def __init__(self, state: State, lock: AbstractContextManager[object]) -> None:
        self._state = state
        self._lock = lock

    def add(self, fault: Fault | str) -> None:
        """Put a fault in force, or several that are written down.

        Raises:
            FaultUnclear: it is not understood; the sentence says why.
        """
        new = (checked(fault),) if isinstance(fault, Fault) else read_faults(fault)
        with self._lock, self._state.change():
            found = self._in_force()
            for one in new:
                self._state.drop(Tally, ROOM, str(one))
                found = [other for other in found if other != one]
                found.append(one)
            self._keep(found[-MOST:])

    def clear(self) -> None:
        """End all the faults, and forget what was counted."""
        with self._lock, self._state.change():
            self._state.drop(InForce, ROOM, IN_FORCE)
            self._state.empty(Tally, ROOM)

    def shown(self) -> list[dict[str, object]]:
        """Return the faults in force, each with how often it struck."""
        return [
            {"fault": str(fault), **msgspec.to_builtins(self._tally(fault))}
            for fault in self._in_force()
        ]

    def on(self, received: Received, headers: dict[str, str]) -> Asked | None:
        """Return the faults that strike a call; None if there is none at all.

        Raises:
            FaultUnclear: the call asks for one that is not understood.
        """
        header = headers.get("sandbox-fault")
        below = received.target.startswith(PREFIX)
        kept = self._state.get(InForce, ROOM, IN_FORCE)
        if header is None and not below and kept is None:
            return None
        asked: tuple[Fault, ...] = read_faults(header) if header is not None else ()
        if below:
            received, prefixed = _split(received)
            asked += prefixed
        with self._state.change():
            found = (*(kept.faults if kept else ()), *asked)
            struck = [self._strike(one, received) for one in found]
        return Asked(received, tuple(item for item in struck if item))

    def _strike(self, fault: Fault, received: Received) -> tuple[Fault, Random] | None:
        """Count a call, and tell whether the fault strikes it."""
        path = received.target.lower().removeprefix(SANDBOX_PRODUCTION)
        if not path.startswith(fault.path.lower()):
            return None
        tally = self._tally(fault)
        if fault.times is not None and tally.struck >= fault.times:
            return None
        draw = Random(f"{fault.seed}/{fault}/{tally.calls}")  # noqa: S311 - no secret
        strikes = draw.random() < fault.chance
        tally.calls += 1
        tally.struck += strikes
        self._state.put(ROOM, str(fault), tally)
        if tally.struck == fault.times:
            self._end(fault)
        return (fault, draw) if strikes else None

    def _end(self, fault: Fault) -> None:
        found = self._in_force()
        if fault in found:
            self._keep([one for one in found if one != fault])

    def _tally(self, fault: Fault) -> Tally:
        return self._state.get(Tally, ROOM, str(fault)) or Tally()

    def _in_force(self) -> list[Fault]:
        kept = self._state.get(InForce, ROOM, IN_FORCE)
        return list(kept.faults) if kept else []

    def _keep(self, faults: list[Fault]) -> None:
        if faults:
            self._state.put(ROOM, IN_FORCE, InForce(faults))
        else:
            self._state.drop(InForce, ROOM, IN_FORCE)


def _split(received: Received) -> tuple[Received, tuple[Fault, ...]]:
    """Take the faults out of an address, and let what is handed out keep them."""
    written, _, rest = received.target.removeprefix(PREFIX).partition("/")
    written, _, query = written.partition("?")
    faults = read_faults(unquote(written))
    target = f"/{rest}" if rest or not query else f"/?{query}"
    base = f"{received.base}{PREFIX}{written}"
    return structs.replace(received, base=base, target=target), faults
