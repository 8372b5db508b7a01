"""The state in a file: it outlives the process, and several may share it.

A call's changes are one transaction, which is in the file before the answer goes out,
so nothing that was acknowledged is lost when the process is killed. (A power failure
may lose the last moments: the file is written through the system's cache.)
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import msgspec

from vippsdiag.errors import VippsdiagError

Thing = TypeVar("Thing", bound=msgspec.Struct)

# Seconds to wait for another process that is writing.
PATIENCE = 30
# Raised whenever things are kept in another form.
FORM = 1

TABLE = """
CREATE TABLE IF NOT EXISTS thing (
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    room TEXT NOT NULL,
    name TEXT NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (kind, room, name)
)
"""
GET = "SELECT body FROM thing WHERE kind = ? AND room = ? AND name = ?"
ALL = "SELECT body FROM thing WHERE kind = ? AND room = ? ORDER BY number"
DROP = "DELETE FROM thing WHERE kind = ? AND room = ? AND name = ?"
EMPTY = "DELETE FROM thing WHERE kind = ? AND room = ?"
# Everything in a file but what the sandbox itself makes there.
FOREIGN = "SELECT count(*) FROM sqlite_master WHERE tbl_name != 'thing'"
CLEAR = "DELETE FROM thing WHERE kind NOT IN (SELECT value FROM json_each(?))"
PUT = """
INSERT INTO thing (kind, room, name, body) VALUES (?, ?, ?, ?)
ON CONFLICT (kind, room, name) DO UPDATE SET body = excluded.body
"""


class Database:
    """A state in an SQLite file; the calls of one process come one after another.

    Args:
        path: the file; made, for the user alone to read, if it is not there.

    Raises:
        VippsdiagError: it is another kind of file, or cannot be opened; it is left as
            it was.
    """

    def __init__(self, path: Path) -> None:
        # To SQLite some names, such as :memory:, are no files; a whole path always is.
        path = path.absolute()
        try:
            _make_private(path)
            self._connection = _open(path)
        except (OSError, sqlite3.Error) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise VippsdiagError(
                f"The file {path.name} cannot be used as a database of the sandbox: "
                f"{reason}."
            ) from error
        self._depth = 0

    def get(self, kind: type[Thing], room: str, name: str) -> Thing | None:
        """Return a thing, or None."""
        row = self._connection.execute(GET, (_word(kind), room, name)).fetchone()
        return msgspec.json.decode(row[0], type=kind) if row else None

    def put(self, room: str, name: str, thing: msgspec.Struct) -> None:
        """Keep a thing, or keep its changes."""
        row = (_word(type(thing)), room, name, msgspec.json.encode(thing))
        with self.change():
            self._connection.execute(PUT, row)

    def drop(self, kind: type[Thing], room: str, name: str) -> None:
        """Forget a thing; there may be none."""
        with self.change():
            self._connection.execute(DROP, (_word(kind), room, name))

    def all(self, kind: type[Thing], room: str) -> list[Thing]:
        """Return the things of a kind in a room, the oldest first."""
        rows = self._connection.execute(ALL, (_word(kind), room))
        return [msgspec.json.decode(body, type=kind) for (body,) in rows]

    def empty(self, kind: type[Thing], room: str) -> None:
        """Forget the things of a kind in a room."""
        with self.change():
            self._connection.execute(EMPTY, (_word(kind), room))

    def clear(self, *kept: type[msgspec.Struct]) -> None:
        """Forget everything but the things of some kinds."""
        words = msgspec.json.encode([_word(kind) for kind in kept]).decode()
        with self.change():
            self._connection.execute(CLEAR, (words,))

    @contextmanager
    def change(self) -> Iterator[None]:
        """Make changes, all of them or none; it may be nested."""
        if self._depth == 0:
            self._connection.execute("BEGIN IMMEDIATE")
        self._depth += 1
        try:
            yield
        except BaseException:
            self._depth -= 1
            if self._depth == 0:
                self._connection.execute("ROLLBACK")
            raise
        self._depth -= 1
        if self._depth == 0:
            self._connection.execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def _word(kind: type) -> str:
    return kind.__name__


def _make_private(path: Path) -> None:
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _open(path: Path) -> sqlite3.Connection:
    # The sandbox answers one call at a time, from whichever thread asks.
    connection = sqlite3.connect(
        path, timeout=PATIENCE, isolation_level=None, check_same_thread=False
    )
    made_by = _other_maker(connection)
    if made_by:
        connection.close()
        raise VippsdiagError(
            f"The file {path.name} was made by {made_by}. Give the name of a new file."
        )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(TABLE)
    connection.execute(f"PRAGMA user_version = {FORM}")
    return connection


def _other_maker(connection: sqlite3.Connection) -> str:
    """Return who made a file that is not to be used; empty if it can be."""
    if connection.execute(FOREIGN).fetchone() != (0,):
        return "another program"
    (form,) = connection.execute("PRAGMA user_version").fetchone()
    return "" if form in {0, FORM} else "another version of the sandbox"
