"""The state on a PostgreSQL server: sandboxes on several machines may share it.

A call's changes are one transaction, which the server has kept before the answer goes
out. A connection that was lost is made again between changes, never in the middle of
one: what the change had done by then is gone, so it must not go on.
"""

import hashlib
import re
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any, TypeVar

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from vippsdiag.errors import VippsdiagError
from vippsdiag.language import mark, say
from vippsdiag.sandbox.state.state import MOST_THINGS, Unavailable
from vippsdiag.sandbox.state.stored import FORM, PATIENCE, Stored
from vippsdiag.secret import Secret, examine

Answer = TypeVar("Answer")
Connection = psycopg.Connection[tuple[Any, ...]]

SCHEMES = ("postgresql", "postgres")
# What ends a name or a password too early, if it is not written as %40 and the like.
TOO_EARLY = re.compile("[@/?#]")
# What the server or the connection is to blame for; all else is a mistake of ours.
LOST = (psycopg.OperationalError, psycopg.InterfaceError, psycopg.InternalError)
# What an address may hold that nobody must see.
SECRETS = ("password", "sslpassword")
# So that a server that is gone is noticed, and routers keep a connection that is idle.
DEFAULTS = {
    "application_name": "vippsdiag sandbox",
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
# Whoever changes something holds this lock; the number is ours alone, by its letters.
LOCK = int.from_bytes(b"vippsdia")
# A sandbox that was stopped in the middle of a change gives way. Every line has an
# index; what the server believes of tables that grow fast must not lead it elsewhere.
SETTINGS = f"""
SET search_path = vippsdiag;
SET lock_timeout = '{PATIENCE}s';
SET idle_in_transaction_session_timeout = '{2 * PATIENCE}s';
SET enable_seqscan = off;
SET client_min_messages = warning
"""
BEGIN = f"BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock({LOCK})"
# Whether there is a schema of our name, what is in it, and whether that is ours.
THERE = """
SELECT to_regnamespace('vippsdiag') IS NOT NULL, to_regclass('vippsdiag.layout') IS NOT
NULL, EXISTS (SELECT FROM pg_class WHERE relnamespace = to_regnamespace('vippsdiag'))
"""

# Kind and room as these indexes see them. With the same columns at the beginning of
# each index, the server would guess which to use to find one thing, and guess wrong.
PLACE = "(kind || ' ' || room)"
# A name is kept as its SHA-256: an index takes no long ones, and a text not all
# characters. What is held is counted by the server, for all who share it; and what is
# too much is forgotten there, the oldest first.
LAYOUT = f"""
CREATE TABLE thing (
    number BIGINT GENERATED ALWAYS AS IDENTITY,
    kind TEXT NOT NULL,
    room TEXT NOT NULL,
    name BYTEA NOT NULL,
    body BYTEA NOT NULL,
    wakes DOUBLE PRECISION,
    PRIMARY KEY (kind, room, name)
);
CREATE INDEX by_age ON thing ({PLACE}, number);
CREATE INDEX by_wakes ON thing ({PLACE}, wakes) WHERE wakes IS NOT NULL;
CREATE TABLE held (
    kind TEXT NOT NULL,
    room TEXT NOT NULL,
    things BIGINT NOT NULL,
    PRIMARY KEY (kind, room)
);
CREATE FUNCTION comes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    there BIGINT;
BEGIN
    INSERT INTO held VALUES (NEW.kind, NEW.room, 1)
    ON CONFLICT (kind, room) DO UPDATE SET things = held.things + 1
    RETURNING things INTO there;
    IF there > {MOST_THINGS} THEN
        DELETE FROM thing WHERE ctid = (
            SELECT ctid FROM thing WHERE {PLACE} = NEW.kind || ' ' || NEW.room
            ORDER BY number LIMIT 1
        );
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER comes AFTER INSERT ON thing FOR EACH ROW EXECUTE FUNCTION comes();
CREATE FUNCTION goes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE held SET things = things - gone.number
    FROM (SELECT kind, room, count(*) AS number FROM old GROUP BY kind, room) AS gone
    WHERE held.kind = gone.kind AND held.room = gone.room;
    RETURN NULL;
END $$;
CREATE TRIGGER goes AFTER DELETE ON thing REFERENCING OLD TABLE AS old
FOR EACH STATEMENT EXECUTE FUNCTION goes();
CREATE TABLE layout (form INTEGER NOT NULL);
INSERT INTO layout VALUES ({FORM})
"""  # noqa: S608 - numbers of our own
ALL = f"SELECT body FROM thing WHERE {PLACE} = ? || ' ' || ? ORDER BY number"  # noqa: S608
# Sorted apart, so that the server looks for what is due by when it wakes.
DUE = f"""
SELECT body FROM (
    SELECT number, body FROM thing
    WHERE {PLACE} = ? || ' ' || ? AND wakes <= ? OFFSET 0
) AS woken ORDER BY number
"""  # noqa: S608
ROOMS = "SELECT DISTINCT room FROM thing WHERE kind = ? AND wakes <= ? ORDER BY room"
CLEAR = "DELETE FROM thing WHERE kind NOT IN (SELECT json_array_elements_text(?::json))"

UNREADABLE = mark(
    "The address of the database cannot be read. It has the form "
    "postgresql://NAME:PASSWORD@HOST:PORT/DATABASE; in the name and in the password, "
    "write @ as %40, : as %3A, / as %2F, ? as %3F, # as %23 and % as %25."
)


class Postgres(Stored):
    """A state in a schema `vippsdiag` of a PostgreSQL database.

    Args:
        address: where it is, as ``postgresql://...``; it may be a `Secret`. The schema
            is made if it is not there. What the address does not say is taken from
            where PostgreSQL's own programs take it, such as the file ``~/.pgpass``.

    Raises:
        VippsdiagError: the address cannot be read, the server does not let us in, or
            there is something else in the schema; it is left as it was. No password
            is in the text.
    """

    all_line, due_line, rooms_line, clear_line = ALL, DUE, ROOMS, CLEAR

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address: Secret = examine(address, _read)
        try:
            self._connection = _connect(self._address)
        except psycopg.Error as error:
            reason = _reason(error, self._address)
        else:
            return
        # Outside the except block: the frames of that error hold the password.
        raise VippsdiagError(
            say("The sandbox cannot use the database: {reason}.", reason=reason)
        )

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _named(self, name: str) -> bytes:
        return hashlib.sha256(name.encode()).digest()

    def _run(self, line: str, given: tuple[object, ...]) -> list[tuple[Any, ...]]:
        def run() -> list[tuple[Any, ...]]:
            cursor = self._connection.execute(_own(line), given, binary=True)
            return cursor.fetchall() if cursor.description else []

        return self._on_a_connection(run)

    def _begin(self) -> None:
        def begin() -> None:
            try:
                self._connection.execute(BEGIN, prepare=False)
            except BaseException:
                self._roll_back()
                raise

        self._on_a_connection(begin)

    def _commit(self) -> None:
        def commit() -> None:
            # After an error that somebody passed over, the server says ROLLBACK.
            if self._connection.execute("COMMIT").statusmessage != "COMMIT":
                raise Unavailable

        self._on_a_connection(commit)

    def _roll_back(self) -> None:
        try:
            self._connection.execute("ROLLBACK")
        except psycopg.Error:
            self._connection.close()

    def _on_a_connection(self, do: Callable[[], Answer]) -> Answer:
        """Do it; on a new connection if, between changes, the old one was lost."""
        with suppress(*LOST, VippsdiagError):
            try:
                return do()
            except LOST:
                if self._depth or not self._connection.closed:
                    raise
                self._connection = _connect(self._address)
                return do()
        raise Unavailable


@cache
def _own(line: str) -> bytes:
    """Return a line as it is written here, with its values sent in binary."""
    return line.replace("?", "%b").encode()


def _read(address: str) -> Secret:
    """Return an address with what it leaves to us.

    Whatever cannot be taken in one way only is refused here: PostgreSQL would tell of
    a part of it, and that may be a part of the password.
    """
    scheme, _, rest = address.partition("://")
    before, _, _ = rest.rpartition("@")
    found: dict[str, Any]
    if scheme in SCHEMES and not TOO_EARLY.search(before):
        try:
            found = conninfo_to_dict(address)
        except psycopg.ProgrammingError:
            found = {"port": "none"}
        if re.fullmatch("[0-9,]*", str(found.get("port", ""))):
            return Secret(make_conninfo(**{**DEFAULTS, **found}))
    raise VippsdiagError(UNREADABLE)


def _reason(error: psycopg.Error, address: Secret) -> str:
    lines = (error.diag.message_primary or str(error)).splitlines()
    text = lines[0].rstrip(".") if lines else ""

    def is_told(raw: str) -> bool:
        found = conninfo_to_dict(raw)
        return any(str(found[name]) in text for name in SECRETS if found.get(name))

    return text if text and not examine(address, is_told) else type(error).__name__


def _connect(address: Secret) -> Connection:
    """Return a connection to a schema that has our layout."""
    connection = psycopg.connect(address.reveal(), autocommit=True)
    try:
        connection.execute(SETTINGS, prepare=False)
        connection.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
            _see_layout(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _see_layout(connection: Connection) -> None:
    """Make the tables where there are none; refuse those of another making."""
    schema, ours, others = connection.execute(THERE).fetchone() or (False,) * 3
    if not schema:
        connection.execute("CREATE SCHEMA vippsdiag")
    if not others:
        connection.execute(LAYOUT, prepare=False)
    elif not ours:
        raise VippsdiagError(
            mark(
                "The schema vippsdiag of the database was made by another program. "
                "Give the address of another database."
            )
        )
    elif connection.execute("SELECT form FROM layout").fetchall() != [(FORM,)]:
        raise VippsdiagError(
            mark(
                "The schema vippsdiag of the database was made by another version of "
                "the sandbox, in another form. Give the address of another database."
            )
        )
