"""What the sandbox remembers: things in rooms, one room for each sales unit.

A thing is a `msgspec.Struct`; it is found by its kind, its room and its name. What time
changes has an attribute `wakes`: when that is next. The state lives in memory here, in
a file in `vippsdiag.sandbox.state.database`, and on a server in
`vippsdiag.sandbox.state.postgres`.
"""

from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from typing import Protocol, TypeVar

import msgspec

from vippsdiag.errors import VippsdiagError
from vippsdiag.language import mark

Thing = TypeVar("Thing", bound=msgspec.Struct)

# How many things of a kind a room holds; a sandbox that runs for long forgets the
# oldest, so that its memory stays flat.
MOST_THINGS = 5_000
AT_ONCE = nullcontext()
# When what time does not change wakes.
LATER = datetime.max.replace(tzinfo=UTC)


class Unavailable(VippsdiagError):  # noqa: N818 - named for what happened
    """The database cannot be used now; of the change that was made, nothing is kept."""

    def __init__(self) -> None:
        super().__init__(
            mark(
                "The sandbox cannot use its database now: it cannot be reached, or "
                "another sandbox holds it for long. Try again in a moment."
            )
        )


def wakes_at(thing: msgspec.Struct) -> datetime | None:
    """Return when time changes a thing next; None if it does not."""
    return getattr(thing, "wakes", None)


class State(Protocol):
    """Keeps things."""

    def get(self, kind: type[Thing], room: str, name: str) -> Thing | None:
        """Return a thing, or None."""

    def put(self, room: str, name: str, thing: msgspec.Struct) -> None:
        """Keep a thing, or keep its changes."""

    def drop(self, kind: type[Thing], room: str, name: str) -> None:
        """Forget a thing; there may be none."""

    def all(self, kind: type[Thing], room: str) -> list[Thing]:
        """Return the things of a kind in a room, the oldest first."""

    def due(self, kind: type[Thing], room: str, now: datetime) -> list[Thing]:
        """Return those of them that time has changed by now, the oldest first."""

    def rooms_due(self, kind: type[Thing], now: datetime) -> list[str]:
        """Return the rooms in which time has changed a thing of a kind by now."""

    def empty(self, kind: type[Thing], room: str) -> None:
        """Forget the things of a kind in a room."""

    def clear(self, *kept: type[msgspec.Struct]) -> None:
        """Forget everything but the things of some kinds."""

    def hide(self, *secrets: str) -> None:
        """Keep some values nowhere, whatever they were sent as."""

    def change(self) -> AbstractContextManager[None]:
        """Return what to make all the changes of one call in; it may be nested."""


class Memory:
    """A state that ends with the process."""

    def __init__(self) -> None:
        self._rooms: dict[tuple[type, str], dict[str, msgspec.Struct]] = {}

    def get(self, kind: type[Thing], room: str, name: str) -> Thing | None:
        """Return a thing, or None; its changes have to be put all the same."""
        found = self._rooms.get((kind, room))
        return found.get(name) if found else None  # type: ignore[return-value]

    def put(self, room: str, name: str, thing: msgspec.Struct) -> None:
        """Keep a thing, or keep its changes."""
        things = self._rooms.setdefault((type(thing), room), {})
        if name not in things and len(things) >= MOST_THINGS:
            del things[next(iter(things))]
        things[name] = thing

    def drop(self, kind: type[Thing], room: str, name: str) -> None:
        """Forget a thing; there may be none."""
        self._rooms.get((kind, room), {}).pop(name, None)

    def all(self, kind: type[Thing], room: str) -> list[Thing]:
        """Return the things of a kind in a room, the oldest first."""
        return list(self._rooms.get((kind, room), {}).values())  # type: ignore[arg-type]

    def due(self, kind: type[Thing], room: str, now: datetime) -> list[Thing]:
        """Return those of them that time has changed by now, the oldest first."""
        return [
            thing for thing in self.all(kind, room) if (wakes_at(thing) or LATER) <= now
        ]

    def rooms_due(self, kind: type[Thing], now: datetime) -> list[str]:
        """Return the rooms in which time has changed a thing of a kind by now."""
        rooms = [room for held, room in self._rooms if held is kind]
        return [room for room in rooms if self.due(kind, room, now)]

    def empty(self, kind: type[Thing], room: str) -> None:
        """Forget the things of a kind in a room."""
        self._rooms.pop((kind, room), None)

    def clear(self, *kept: type[msgspec.Struct]) -> None:
        """Forget everything but the things of some kinds."""
        self._rooms = {key: held for key, held in self._rooms.items() if key[0] in kept}

    def hide(self, *secrets: str) -> None:
        """Write nothing to a file, as ever."""

    def change(self) -> AbstractContextManager[None]:
        """Return what to make changes in; in memory each of them counts at once."""
        return AT_ONCE


class Room:
    """The part of the state that belongs to one sales unit in one environment."""

    __slots__ = ("_name", "_state")

    def __init__(self, state: State, name: str) -> None:
        self._state, self._name = state, name

    def get(self, kind: type[Thing], name: str) -> Thing | None:
        """Return a thing, or None."""
        return self._state.get(kind, self._name, name)

    def put(self, name: str, thing: msgspec.Struct) -> None:
        """Keep a thing, or keep its changes."""
        self._state.put(self._name, name, thing)

    def drop(self, kind: type[Thing], name: str) -> None:
        """Forget a thing; there may be none."""
        self._state.drop(kind, self._name, name)

    def all(self, kind: type[Thing]) -> list[Thing]:
        """Return the things of a kind, the oldest first."""
        return self._state.all(kind, self._name)

    def due(self, kind: type[Thing], now: datetime) -> list[Thing]:
        """Return those of them that time has changed by now, the oldest first."""
        return self._state.due(kind, self._name, now)
