"""The state in a file: it outlives the process, and several may share it.

A call's changes are one transaction, which is in the file before the answer goes out,
so nothing that was acknowledged is lost when the process is killed. (A power failure
may lose the last moments: the file is written through the system's cache.)
"""

import os
import re
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from vippsdiag.errors import VippsdiagError
from vippsdiag.language import say
from vippsdiag.sandbox.state import MOST_THINGS, wakes_at
from vippsdiag.secret import mask

Thing = TypeVar("Thing", bound=msgspec.Struct)

# Seconds to wait for another process that is writing.
PATIENCE = 30
# The forms of subscription keys and of client secrets.
HEX = re.compile("[0-9a-f]{32}")
BASE64 = re.compile("[A-Za-z0-9+/]{22}==")
# Every right of those who do not own the file.
OTHERS = 0o077
# Raised whenever things are kept in another form.
FORM = 2

# What is held is counted by the file itself, for all who share it; and what is too
# much is forgotten there, the oldest first.
LAYOUT = (
    """
    CREATE TABLE IF NOT EXISTS thing (
        number INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        room TEXT NOT NULL,
        name TEXT NOT NULL,
        body BLOB NOT NULL,
        wakes REAL,
        UNIQUE (kind, room, name)
    )
    """,
    "CREATE INDEX IF NOT EXISTS by_age ON thing (kind, room, number)",
    """
    CREATE INDEX IF NOT EXISTS by_wakes ON thing (kind, room, wakes)
    WHERE wakes IS NOT NULL
    """,
    """
    CREATE TABLE IF NOT EXISTS held (
        kind TEXT NOT NULL,
        room TEXT NOT NULL,
        things INTEGER NOT NULL,
        PRIMARY KEY (kind, room)
    ) WITHOUT ROWID
    """,
    """
    CREATE TRIGGER IF NOT EXISTS comes AFTER INSERT ON thing BEGIN
        INSERT INTO held VALUES (NEW.kind, NEW.room, 1)
        ON CONFLICT (kind, room) DO UPDATE SET things = things + 1;
    END
    """,
    """
    CREATE TRIGGER IF NOT EXISTS goes AFTER DELETE ON thing BEGIN
        UPDATE held SET things = things - 1 WHERE kind = OLD.kind AND room = OLD.room;
    END
    """,
    f"""
    CREATE TRIGGER IF NOT EXISTS fills AFTER UPDATE ON held
    WHEN NEW.things > {MOST_THINGS} BEGIN
        DELETE FROM thing WHERE number = (
            SELECT min(number) FROM thing WHERE kind = NEW.kind AND room = NEW.room
        );
    END
    """,  # noqa: S608 - a number of our own
)
GET = "SELECT body FROM thing WHERE kind = ? AND room = ? AND name = ?"
ALL = "SELECT body FROM thing WHERE kind = ? AND room = ? ORDER BY number"
DUE = """
SELECT body FROM thing INDEXED BY by_wakes
WHERE kind = ? AND room = ? AND wakes <= ? ORDER BY number
"""
DROP = "DELETE FROM thing WHERE kind = ? AND room = ? AND name = ?"
EMPTY = "DELETE FROM thing WHERE kind = ? AND room = ?"
# Everything in a file but what the sandbox itself makes there.
FOREIGN = "SELECT count(*) FROM sqlite_master WHERE tbl_name NOT IN ('thing', 'held')"
CLEAR = "DELETE FROM thing WHERE kind NOT IN (SELECT value FROM json_each(?))"
PUT = """
INSERT INTO thing (kind, room, name, body, wakes) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (kind, room, name)
DO UPDATE SET body = excluded.body, wakes = excluded.wakes
"""


class Database:
    """A state in an SQLite file; the calls of one process come one after another.

    Args:
        path: the file; made if it is not there. The user alone can read it, and if
            others could before, no more.

    Raises:
        VippsdiagError: it is another kind of file, or cannot be opened, or others can
            read it and go on to; it is left as it was.
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
                say(
                    "The file {name} cannot be used as a database of the sandbox: "
                    "{reason}.",
                    name=path.name,
                    reason=reason,
                )
            ) from error
        self._depth = 0
        # Of keys there may be thousands; they are looked for by their two forms.
        self._keys: set[str] = set()
        self._others: set[str] = set()

    def hide(self, *secrets: str) -> None:
        """Write some values to no file: who sends one in a body sees its mask later."""
        keys = {one for one in secrets if HEX.fullmatch(one) or BASE64.fullmatch(one)}
        self._keys |= keys
        self._others |= {one for one in secrets if one} - keys

    def get(self, kind: type[Thing], room: str, name: str) -> Thing | None:
        """Return a thing, or None."""
        row = self._connection.execute(GET, self._key(kind, room, name)).fetchone()
        return msgspec.json.decode(row[0], type=kind) if row else None

    def put(self, room: str, name: str, thing: msgspec.Struct) -> None:
        """Keep a thing, or keep its changes."""
        key, wakes = self._key(type(thing), room, name), wakes_at(thing)
        body = self._masked(msgspec.json.encode(thing).decode()).encode()
        with self.change():
            moment = wakes.timestamp() if wakes else None
            self._connection.execute(PUT, (*key, body, moment))

    def drop(self, kind: type[Thing], room: str, name: str) -> None:
        """Forget a thing; there may be none."""
        with self.change():
            self._connection.execute(DROP, self._key(kind, room, name))

    def all(self, kind: type[Thing], room: str) -> list[Thing]:
        """Return the things of a kind in a room, the oldest first."""
        rows = self._connection.execute(ALL, (_word(kind), room))
        return [msgspec.json.decode(body, type=kind) for (body,) in rows]

    def due(self, kind: type[Thing], room: str, now: datetime) -> list[Thing]:
        """Return those of them that time has changed by now, the oldest first."""
        rows = self._connection.execute(DUE, (_word(kind), room, now.timestamp()))
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

    def _key(self, kind: type, room: str, name: str) -> tuple[str, str, str]:
        return _word(kind), room, self._masked(name)

    def _masked(self, text: str) -> str:
        for secret in self._others:
            if secret in text:
                text = text.replace(secret, mask(secret))
        if "==" in text:
            text = BASE64.sub(self._shown, text)
        return HEX.sub(self._shown, text)

    def _shown(self, found: re.Match[str]) -> str:
        return mask(found[0]) if found[0] in self._keys else found[0]


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
    try:
        _see_maker(connection, path)
        _keep_others_out(path)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        for line in LAYOUT:
            connection.execute(line)
        connection.execute(f"PRAGMA user_version = {FORM}")
    except BaseException:
        connection.close()
        raise
    return connection


def _see_maker(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a file that something else made, or that is in another form."""
    (form,) = connection.execute("PRAGMA user_version").fetchone()
    if connection.execute(FOREIGN).fetchone() != (0,):
        text = say(
            "The file {name} was made by another program. Give the name of a new file.",
            name=path.name,
        )
    elif form not in {0, FORM}:
        text = say(
            "The file {name} was made by another version of the sandbox, in another "
            "form. Give the name of a new file.",
            name=path.name,
        )
    else:
        return
    raise VippsdiagError(text)


def _keep_others_out(path: Path) -> None:
    """Take from others what rights they have, in the files beside it as well."""
    if os.name != "posix":
        return
    for each in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        with suppress(FileNotFoundError):
            if stat.S_IMODE(each.stat().st_mode) & OTHERS:
                _make_own(each)


def _make_own(path: Path) -> None:
    try:
        path.chmod(0o600)
    except PermissionError:
        raise VippsdiagError(
            say(
                "Others can read the file {name}, and only its owner can change that. "
                "Give the name of a new file.",
                name=path.name,
            )
        ) from None
