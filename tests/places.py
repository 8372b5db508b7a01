"""Where a sandbox may keep its state: in an SQLite file, or in PostgreSQL."""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Protocol

from postgres import Server

from vippsdiag.sandbox.state.database import Database
from vippsdiag.sandbox.state.postgres import Postgres
from vippsdiag.sandbox.state.stored import Stored

DATABASE = "sandbox"


class Place(Protocol):
    """A place that is empty when a test begins."""

    # What --db takes.
    address: str
    # What it is called when it is refused.
    name: str

    def open(self) -> Stored:
        """Open the state that is there; it is closed when the test ends."""

    def close(self) -> None:
        """Close what was opened."""

    def written(self) -> bytes:
        """Return everything that is kept."""

    def tell(self, line: str) -> None:
        """Run a line of SQL, past the sandbox."""

    def hurry(self, state: Stored) -> None:
        """Let a state wait for others no longer."""

    def as_shipped(self) -> AbstractContextManager[None]:
        """Let it write as carefully as it does outside tests."""


class _Opened:
    def __init__(self) -> None:
        self._opened: list[Stored] = []

    def close(self) -> None:
        for state in self._opened:
            state.close()


class InFile(_Opened):
    """A file."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.path = folder / "state"
        self.address, self.name = str(self.path), "The file state"

    def open(self) -> Database:
        state = Database(self.path)
        self._opened.append(state)
        return state

    def written(self) -> bytes:
        # SQLite writes beside the file as well.
        return b"".join(each.read_bytes() for each in self.path.parent.glob("state*"))

    def tell(self, line: str) -> None:
        with closing(sqlite3.connect(self.path)) as other:
            other.executescript(line)

    def hurry(self, state: Stored) -> None:
        state._run("PRAGMA busy_timeout = 10", ())

    @contextmanager
    def as_shipped(self) -> Iterator[None]:
        yield


class OnServer(_Opened):
    """A schema of a database on a server."""

    def __init__(self, server: Server) -> None:
        super().__init__()
        self.server = server
        self.address = server.address(DATABASE)
        self.name = "The schema vippsdiag of the database"
        server.cut(DATABASE)
        self.tell("DROP SCHEMA IF EXISTS vippsdiag CASCADE")

    def open(self) -> Postgres:
        state = Postgres(self.address)
        self._opened.append(state)
        return state

    def written(self) -> bytes:
        rows = self.server.tell("SELECT body FROM vippsdiag.thing", DATABASE)
        return b"\n".join(body for (body,) in rows if isinstance(body, bytes))

    def tell(self, line: str) -> None:
        self.server.tell(line, DATABASE)

    def hurry(self, state: Stored) -> None:
        state._run("SET lock_timeout = 10", ())

    @contextmanager
    def as_shipped(self) -> Iterator[None]:
        self.server.set("fsync = on")
        try:
            yield
        finally:
            self.server.set("fsync = off")
