"""The state in a file: it outlives the process, and several may share it.

A call's changes are one transaction, which is in the file before the answer goes out,
so nothing that was acknowledged is lost when the process is killed. (A power failure
may lose the last moments: the file is written through the system's cache.)
"""

import os
import sqlite3
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any

from vippsdiag.errors import VippsdiagError
from vippsdiag.language import say
from vippsdiag.sandbox.state.state import MOST_THINGS, Unavailable
from vippsdiag.sandbox.state.stored import FORM, PATIENCE, Stored

# Every right of those who do not own the file.
OTHERS = 0o077

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
ALL = "SELECT body FROM thing WHERE kind = ? AND room = ? ORDER BY number"
DUE = """
SELECT body FROM thing INDEXED BY by_wakes
WHERE kind = ? AND room = ? AND wakes <= ? ORDER BY number
"""
ROOMS = """
SELECT DISTINCT room FROM thing INDEXED BY by_wakes
WHERE kind = ? AND wakes <= ? ORDER BY room
"""
CLEAR = "DELETE FROM thing WHERE kind NOT IN (SELECT value FROM json_each(?))"
# Everything in a file but what the sandbox itself makes there.
FOREIGN = "SELECT count(*) FROM sqlite_master WHERE tbl_name NOT IN ('thing', 'held')"


class Database(Stored):
    """A state in an SQLite file.

    Args:
        path: the file; made if it is not there. The user alone can read it, and if
            others could before, no more.

    Raises:
        VippsdiagError: it is another kind of file, or cannot be opened, or others can
            read it and go on to; it is left as it was.
    """

    all_line, due_line, rooms_line, clear_line = ALL, DUE, ROOMS, CLEAR

    def __init__(self, path: Path) -> None:
        super().__init__()
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

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _run(self, line: str, given: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(line, given).fetchall()
        except sqlite3.OperationalError as error:
            raise Unavailable from error

    def _begin(self) -> None:
        self._run("BEGIN IMMEDIATE")

    def _commit(self) -> None:
        self._run("COMMIT")

    def _roll_back(self) -> None:
        with suppress(sqlite3.Error):  # what went wrong may have ended it already
            self._connection.execute("ROLLBACK")


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
