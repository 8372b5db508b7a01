"""What the states in a database have in common, be it a file or on a server.

A thing is a row, found by its kind, its room and its name. A call's changes are one
transaction; those of several sandboxes come one after another.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import RLock
from typing import Any, ClassVar, TypeVar

import msgspec

from vippsdiag.sandbox.state.state import wakes_at
from vippsdiag.secret import mask

Thing = TypeVar("Thing", bound=msgspec.Struct)

# The forms of subscription keys and of client secrets.
KEY_LENGTH = 32
HEX = re.compile(f"[0-9a-f]{{{KEY_LENGTH}}}")
BASE64 = re.compile("[A-Za-z0-9+/]{22}==")
# What may hold such a key: what stands before it, as in %22, may be of its letters.
LONG_HEX = re.compile(f"[0-9a-f]{{{KEY_LENGTH},}}")
# Raised whenever things are kept in another form.
FORM = 2
# Seconds to wait for another process that is writing.
PATIENCE = 30

GET = "SELECT body FROM thing WHERE kind = ? AND room = ? AND name = ?"
DROP = "DELETE FROM thing WHERE kind = ? AND room = ? AND name = ?"
EMPTY = "DELETE FROM thing WHERE kind = ? AND room = ?"
PUT = """
INSERT INTO thing (kind, room, name, body, wakes) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (kind, room, name)
DO UPDATE SET body = excluded.body, wakes = excluded.wakes
"""


class Stored(ABC):
    """A state in a database; the changes of one process come one after another."""

    # The lines that are not the same in every database: what there is of a kind in a
    # room; what of that is due by a time; the rooms in which something of a kind is;
    # and the end of all but a JSON list of kinds.
    all_line: ClassVar[str]
    due_line: ClassVar[str]
    rooms_line: ClassVar[str]
    clear_line: ClassVar[str]

    def __init__(self) -> None:
        self._depth = 0
        # Whoever reads waits for the change that another thread is making.
        self._turn = RLock()
        # Of keys there may be thousands; they are looked for by their two forms.
        self._keys: set[str] = set()
        self._others: set[str] = set()

    @abstractmethod
    def _run(self, line: str, given: tuple[object, ...]) -> list[tuple[Any, ...]]:
        """Run a line of SQL, and return the rows that it finds.

        Raises:
            Unavailable: the database cannot be used now.
        """

    @abstractmethod
    def _begin(self) -> None:
        """Begin a transaction; wait for that of another process.

        Raises:
            Unavailable: the database cannot be used now.
        """

    @abstractmethod
    def _commit(self) -> None:
        """Keep what was done since the beginning.

        Raises:
            Unavailable: it was not kept, or that is not known.
        """

    @abstractmethod
    def _roll_back(self) -> None:
        """Forget what was done since the beginning. Never raises."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the database."""

    def hide(self, *secrets: str) -> None:
        """Keep some values nowhere: who sends one in a body sees its mask later."""
        keys = {one for one in secrets if HEX.fullmatch(one) or BASE64.fullmatch(one)}
        self._keys |= keys
        self._others |= {one for one in secrets if one} - keys

    def get(self, kind: type[Thing], room: str, name: str) -> Thing | None:
        """Return a thing, or None."""
        found = self._read(kind, GET, *self._key(kind, room, name))
        return found[0] if found else None

    def put(self, room: str, name: str, thing: msgspec.Struct) -> None:
        """Keep a thing, or keep its changes."""
        key, wakes = self._key(type(thing), room, name), wakes_at(thing)
        body = self._masked(msgspec.json.encode(thing).decode()).encode()
        self._write(PUT, *key, body, wakes.timestamp() if wakes else None)

    def drop(self, kind: type[Thing], room: str, name: str) -> None:
        """Forget a thing; there may be none."""
        self._write(DROP, *self._key(kind, room, name))

    def all(self, kind: type[Thing], room: str) -> list[Thing]:
        """Return the things of a kind in a room, the oldest first."""
        return self._read(kind, self.all_line, _word(kind), room)

    def due(self, kind: type[Thing], room: str, now: datetime) -> list[Thing]:
        """Return those of them that time has changed by now, the oldest first."""
        return self._read(kind, self.due_line, _word(kind), room, now.timestamp())

    def rooms_due(self, kind: type[Thing], now: datetime) -> list[str]:
        """Return the rooms in which time has changed a thing of a kind by now."""
        with self._turn:
            rows = self._run(self.rooms_line, (_word(kind), now.timestamp()))
        return [room for (room,) in rows]

    def empty(self, kind: type[Thing], room: str) -> None:
        """Forget the things of a kind in a room."""
        self._write(EMPTY, _word(kind), room)

    def clear(self, *kept: type[msgspec.Struct]) -> None:
        """Forget everything but the things of some kinds."""
        words = [_word(kind) for kind in kept]
        self._write(self.clear_line, msgspec.json.encode(words).decode())

    @contextmanager
    def change(self) -> Iterator[None]:
        """Make changes, all of them or none; it may be nested.

        Raises:
            Unavailable: the database cannot be used now; nothing was changed.
        """
        with self._turn:
            if self._depth == 0:
                self._begin()
            self._depth += 1
            try:
                yield
                if self._depth == 1:
                    self._commit()
            except BaseException:
                if self._depth == 1:
                    self._roll_back()
                raise
            finally:
                self._depth -= 1

    def _read(self, kind: type[Thing], line: str, *given: object) -> list[Thing]:
        with self._turn:
            rows = self._run(line, given)
        return [msgspec.json.decode(body, type=kind) for (body,) in rows]

    def _write(self, line: str, *given: object) -> None:
        with self.change():
            self._run(line, given)

    def _key(self, kind: type, room: str, name: str) -> tuple[str, str, str | bytes]:
        return _word(kind), room, self._named(self._masked(name))

    def _named(self, name: str) -> str | bytes:
        """Return a name as it is kept."""
        return name

    def _masked(self, text: str) -> str:
        for secret in self._others:
            if secret in text:
                text = text.replace(secret, mask(secret))
        if "==" in text:
            text = BASE64.sub(self._shown, text)
        return LONG_HEX.sub(self._shown_within, text)

    def _shown_within(self, found: re.Match[str]) -> str:
        text = found[0]
        pieces = (
            text[start : start + KEY_LENGTH]
            for start in range(len(text) - KEY_LENGTH + 1)
        )
        for key in {piece for piece in pieces if piece in self._keys}:
            text = text.replace(key, mask(key))
        return text

    def _shown(self, found: re.Match[str]) -> str:
        return mask(found[0]) if found[0] in self._keys else found[0]


def _word(kind: type) -> str:
    return kind.__name__
