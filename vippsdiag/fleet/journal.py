"""What was checked already, in a file: a run that was stopped goes on from here.

A result is in the file before it is told, so whatever ends the process, no unit is
lost and none whose result was told is called again. There is no key in it: a unit is
its merchant serial number and a keyed fingerprint of the keys that it is called with.
"""

import os
import secrets
import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from weakref import finalize

from vippsdiag.errors import VippsdiagError
from vippsdiag.language import say

# Raised whenever things are kept in another form.
FORM = 1
# "VDfl": tells the file from other databases.
APPLICATION = 0x5644666C
# So many runs are remembered; more than a month of nights.
MOST_RUNS = 40

TABLES = """
CREATE TABLE IF NOT EXISTS salt (value BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS run (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    scope TEXT NOT NULL,
    begun TEXT NOT NULL,
    ended TEXT
);
CREATE TABLE IF NOT EXISTS result (
    run INTEGER NOT NULL,
    unit TEXT NOT NULL,
    holder TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (run, unit, holder)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS trouble (
    scope TEXT NOT NULL,
    subject TEXT NOT NULL,
    whose TEXT NOT NULL,
    product TEXT NOT NULL,
    PRIMARY KEY (scope, subject, whose, product)
) WITHOUT ROWID;
"""
LAST = "SELECT number, ended FROM run WHERE scope = ? ORDER BY number DESC LIMIT 1"
ENDED = """
SELECT number, begun FROM run WHERE scope = ? AND number < ? AND ended IS NOT NULL
ORDER BY number DESC LIMIT 1
"""
# A unit may be in a list twice: with the keys for all, and with the same as its own.
PUT = "INSERT OR REPLACE INTO result (run, unit, holder, body) VALUES (?, ?, ?, ?)"
ALL = "SELECT unit, holder, body FROM result WHERE run = ?"
OLD = "SELECT number FROM run ORDER BY number DESC LIMIT -1 OFFSET ?"

TROUBLE = "SELECT subject, whose, product FROM trouble WHERE scope = ?"
PUT_TROUBLE = "INSERT INTO trouble VALUES (?, ?, ?, ?)"

# A unit by its number and its keys.
Mark = tuple[str, str]
# What does not work: the subject, whose it is, and of which product.
Trouble = tuple[str, str, str]


class Journal:
    """The runs of a fleet; one process at a time.

    Args:
        path: the file, made for the user alone to read if it is not there; None for
            one in memory, which ends with the last who uses it.

    Raises:
        VippsdiagError: it is another kind of file, cannot be opened, or is in use.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._run = 0
        try:
            self._connection = _open(path)
            # What nobody closes is closed when nobody holds it any more.
            finalize(self, self._connection.close)
            self.salt = self._salt()
        except (OSError, sqlite3.Error) as error:
            name = path.name if path else ""
            raise VippsdiagError(_trouble(name, error)) from error

    def _salt(self) -> bytes:
        with self._connection:
            row = self._connection.execute("SELECT value FROM salt").fetchone()
            if row is None:
                row = (secrets.token_bytes(32),)
                self._connection.execute("INSERT INTO salt VALUES (?)", row)
        return bytes(row[0])

    def begin(self, scope: str, *, afresh: bool = False) -> dict[Mark, str]:
        """Begin a run, or go on with the last one if it was stopped.

        Args:
            scope: what is checked where; a run of another scope is another one.
            afresh: begin a new one in any case.

        Returns:
            What is known already in this run; empty for a new one.
        """
        last = self._connection.execute(LAST, (scope,)).fetchone()
        if last is not None and last[1] is None and not afresh:
            self._run = last[0]
            return self._results(self._run)
        with self._connection:
            cursor = self._connection.execute(
                "INSERT INTO run (scope, begun) VALUES (?, ?)", (scope, _now())
            )
            self._run = cursor.lastrowid or 0
            for (old,) in self._connection.execute(OLD, (MOST_RUNS,)).fetchall():
                self._connection.execute("DELETE FROM result WHERE run = ?", (old,))
                self._connection.execute("DELETE FROM run WHERE number = ?", (old,))
        return {}

    def keep(self, msn: str, holder: str, body: str) -> None:
        """Write down a result; it is in the file when this returns."""
        with self._connection:
            self._connection.execute(PUT, (self._run, msn, holder, body))

    def end(self) -> None:
        """Say that every unit of the run was checked."""
        with self._connection:
            self._connection.execute(
                "UPDATE run SET ended = ? WHERE number = ?", (_now(), self._run)
            )

    def before(self, scope: str) -> tuple[datetime, dict[Mark, str]] | None:
        """Return when the last complete run before this one began, and its results."""
        row = self._connection.execute(ENDED, (scope, self._run)).fetchone()
        if row is None:
            return None
        return datetime.fromisoformat(row[1]), self._results(row[0])

    def trouble(self, scope: str) -> list[Trouble]:
        """Return what was told to work no more."""
        return self._connection.execute(TROUBLE, (scope,)).fetchall()

    def keep_trouble(self, scope: str, trouble: Iterable[Trouble]) -> None:
        """Write down what does not work; all else does."""
        with self._connection:
            self._connection.execute("DELETE FROM trouble WHERE scope = ?", (scope,))
            rows = ((scope, *one) for one in trouble)
            self._connection.executemany(PUT_TROUBLE, rows)

    def _results(self, run: int) -> dict[Mark, str]:
        rows = self._connection.execute(ALL, (run,))
        return {(msn, holder): body for msn, holder, body in rows}

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _open(path: Path | None) -> sqlite3.Connection:
    if path is None:
        return _prepare(sqlite3.connect(":memory:", check_same_thread=False))
    # To SQLite some names are no files; a whole path always is.
    path = path.absolute()
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    connection = sqlite3.connect(path, timeout=0, check_same_thread=False)
    try:
        # Held until the process ends, however it does: two that go on with the same
        # run would call the same units.
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        _refuse_foreign(connection)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
        return _prepare(connection)
    except BaseException:
        connection.close()
        raise


def _refuse_foreign(connection: sqlite3.Connection) -> None:
    """See that nobody else made the file, before anything is written in it."""
    (form,) = connection.execute("PRAGMA user_version").fetchone()
    (maker,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if (tables or maker) and (maker, form) != (APPLICATION, FORM):
        raise sqlite3.DatabaseError("another program made it")


def _prepare(connection: sqlite3.Connection) -> sqlite3.Connection:
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(f"PRAGMA user_version = {FORM}")
    connection.executescript(TABLES)
    return connection


def _trouble(name: str, error: Exception) -> str:
    if "locked" in str(error):
        return say(
            "The journal {name} is in use: another run writes in it. Wait until it "
            "has ended, or give the name of another file.",
            name=name,
        )
    reason = getattr(error, "strerror", None) or str(error)
    return say(
        "The file {name} cannot be used as a journal: {reason}. Give the name of a "
        "new file.",
        name=name,
        reason=reason,
    )
