"""The state on a PostgreSQL server: who gets in, what is told, and lost connections."""

import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from urllib.parse import quote

import msgspec
import psycopg
import pytest
import requests
from places import DATABASE, OnServer
from postgres import GUEST, PASSWORD, Server

from vippsdiag.cli import main
from vippsdiag.errors import VippsdiagError
from vippsdiag.sandbox import Sandbox
from vippsdiag.sandbox.serving.server import running
from vippsdiag.sandbox.state.postgres import ALL, DUE, Postgres
from vippsdiag.sandbox.state.state import MOST_THINGS, Memory, Unavailable
from vippsdiag.sandbox.state.stored import DROP, GET

CANARY = "hush4Canary9Zq"
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


class Thing(msgspec.Struct):
    value: int


class Sleeper(msgspec.Struct):
    wakes: datetime | None


@pytest.fixture
def place(server: Server) -> Iterator[OnServer]:
    made = OnServer(server)
    yield made
    made.close()


@pytest.fixture
def state(place: OnServer) -> Postgres:
    return place.open()


# A connection that is lost.


def test_between_changes_a_lost_connection_is_made_again(
    place: OnServer, state: Postgres
) -> None:
    state.put("room", "name", Thing(1))
    place.server.cut(DATABASE)
    assert state.get(Thing, "room", "name") == Thing(1)
    place.server.cut(DATABASE)
    state.put("room", "name", Thing(2))
    assert state.all(Thing, "room") == [Thing(2)]


@pytest.mark.parametrize("nested", [False, True], ids=["alone", "in another change"])
def test_in_a_change_it_is_not_made_again_and_nothing_is_kept(
    place: OnServer, state: Postgres, nested: bool
) -> None:
    def lose() -> None:
        with state.change():
            state.put("room", "before", Thing(1))
            place.server.cut(DATABASE)
            if nested:
                with suppress(Unavailable), state.change():
                    state.put("room", "after", Thing(1))
            state.put("room", "after", Thing(1))

    with pytest.raises(Unavailable, match="cannot use its database now"):
        lose()
    assert state.all(Thing, "room") == []
    state.put("room", "again", Thing(2))
    assert state.all(Thing, "room") == [Thing(2)]


def test_a_change_is_not_acknowledged_if_its_end_was_not_heard(
    place: OnServer, state: Postgres
) -> None:
    def lose() -> None:
        with state.change():
            state.put("room", "name", Thing(1))
            place.server.cut(DATABASE)

    with pytest.raises(Unavailable):
        lose()
    assert state.all(Thing, "room") == []


def test_a_change_is_not_acknowledged_if_an_error_was_passed_over(
    state: Postgres,
) -> None:
    def pass_over() -> None:
        with state.change():
            state.put("room", "name", Thing(1))
            with suppress(psycopg.DataError):
                state._run("SELECT 1 / 0", ())

    with pytest.raises(Unavailable):
        pass_over()
    assert state.all(Thing, "room") == []


def test_a_sandbox_that_stands_still_in_a_change_gives_way(
    place: OnServer, state: Postgres
) -> None:
    other = place.open()

    def stand_still() -> None:
        with state.change():
            state.put("room", "name", Thing(1))
            state._run("SET idle_in_transaction_session_timeout = 10", ())
            # It waits until the server has taken the turn away from the first one.
            other.put("room", "name", Thing(2))
            state.put("room", "name", Thing(3))

    with pytest.raises(Unavailable):
        stand_still()
    assert state.all(Thing, "room") == [Thing(2)]


def test_a_server_that_crashed_is_used_again_once_it_is_back(
    place: OnServer, state: Postgres
) -> None:
    with place.as_shipped():
        state.put("room", "name", Thing(1))
        place.server.stop()
        try:
            for _ in range(2):
                with pytest.raises(Unavailable):
                    state.get(Thing, "room", "name")
                with pytest.raises(Unavailable):
                    state.put("room", "name", Thing(2))
        finally:
            place.server.start()
        assert state.get(Thing, "room", "name") == Thing(1)


class Away(Memory):
    def get(self, *_: object) -> None:
        raise Unavailable


def test_who_calls_meanwhile_is_told_to_try_again() -> None:
    sandbox = Sandbox()
    with running(sandbox, deliver=False) as address:
        sandbox.state = Away()
        answer = requests.post(f"{address}/accesstoken/get", timeout=10)
    assert answer.status_code == 503
    assert "Try again in a moment." in answer.json()["message"]


# What is in the database.


def test_several_make_the_tables_at_once(place: OnServer) -> None:
    made: list[Postgres] = []
    threads = [
        threading.Thread(target=lambda: made.append(place.open())) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(made) == 6
    made[0].put("room", "name", Thing(1))
    assert made[5].get(Thing, "room", "name") == Thing(1)


def test_the_schema_of_another_program_is_left_as_it_is(place: OnServer) -> None:
    place.tell("CREATE SCHEMA vippsdiag")
    place.tell("CREATE TABLE vippsdiag.thing (title TEXT)")
    with pytest.raises(VippsdiagError, match="was made by another program"):
        place.open()
    count = (
        "SELECT count(*) FROM pg_class WHERE relnamespace = 'vippsdiag'::regnamespace"
    )
    assert place.server.tell(count, DATABASE) == [(1,)]


def test_other_schemas_of_the_database_are_no_concern(place: OnServer) -> None:
    place.tell("CREATE TABLE IF NOT EXISTS public.thing (title TEXT)")
    state = place.open()
    state.put("room", "name", Thing(1))
    assert place.server.tell("SELECT count(*) FROM public.thing", DATABASE) == [(0,)]


@pytest.mark.parametrize("seen", [False, True], ids=["as it grew", "once looked at"])
@pytest.mark.parametrize(
    ("line", "given", "index"),
    [
        pytest.param(GET, ("Thing", "room", b"name"), "thing_pkey", id="one"),
        pytest.param(DROP, ("Thing", "room", b"name"), "thing_pkey", id="to drop"),
        pytest.param(ALL, ("Thing", "room"), "by_age", id="all"),
        pytest.param(DUE, ("Sleeper", "room", 0.0), "by_wakes", id="due"),
    ],
)
def test_nothing_is_looked_for_in_vain(
    state: Postgres, line: str, given: tuple[object, ...], index: str, seen: bool
) -> None:
    with state.change():
        for number in range(500):
            state.put("room", str(number), Thing(number))
            state.put("room", str(number), Sleeper(NOW))
    if seen:
        state._run("ANALYZE", ())
    plan = " ".join(step for (step,) in state._run(f"EXPLAIN {line}", given))
    assert f"{index} " in plan
    assert "Filter" not in plan
    assert "Seq Scan" not in plan


def test_a_full_room_stays_full_and_keeps_the_newest(state: Postgres) -> None:
    with state.change():
        state.put("other", "name", Thing(1))
        for number in range(MOST_THINGS):
            state.put("room", str(number), Thing(number))
    for number in range(3):
        state.put("room", f"new-{number}", Thing(-1))
    assert [one.value for one in state.all(Thing, "room")[:1]] == [3]
    assert state._run("SELECT room, things FROM held ORDER BY room", ()) == [
        ("other", 1),
        ("room", MOST_THINGS),
    ]


# Who gets in, and what is told of it.


@pytest.mark.parametrize(
    "address",
    [
        pytest.param(f"postgresql://shop:a@{CANARY}@127.0.0.1/db", id="an @"),
        pytest.param(f"postgresql://shop:a/{CANARY}@127.0.0.1/db", id="a slash"),
        pytest.param(
            f"postgresql://shop:a?{CANARY}@127.0.0.1/db", id="a question mark"
        ),
        pytest.param(f"postgresql://shop:a#{CANARY}@127.0.0.1/db", id="a hash"),
        pytest.param(f"postgresql://shop:%zz{CANARY}@127.0.0.1/db", id="a percent"),
        pytest.param(f"postgresql://shop:{CANARY}", id="no host"),
        pytest.param(f"postgresql://h/db?{CANARY}", id="a query without a name"),
        pytest.param(f"postgres:/shop:{CANARY}@127.0.0.1/db", id="one slash"),
        pytest.param(f"mysql://shop:{CANARY}@127.0.0.1/db", id="another program"),
    ],
)
def test_an_address_that_cannot_be_read_is_not_repeated(
    capsys: pytest.CaptureFixture[str], address: str
) -> None:
    assert main(["sandbox", "--db", address]) == 2
    told = capsys.readouterr()
    assert "The address of the database cannot be read." in told.err
    assert CANARY not in told.out + told.err


@pytest.mark.parametrize(
    ("where", "reason"),
    [
        pytest.param("{folder}", "password authentication failed", id="wrong password"),
        pytest.param("{folder}/nowhere", "connection to server", id="no server"),
    ],
)
def test_a_server_that_does_not_let_us_in_is_told_without_the_password(
    server: Server,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    where: str,
    reason: str,
) -> None:
    host = where.format(folder=server.folder)
    monkeypatch.setenv(
        "VIPPSDIAG_DB", f"postgresql://{GUEST}:{CANARY}@/sandbox?host={host}"
    )
    assert main(["sandbox"]) == 2
    told = capsys.readouterr()
    assert told.err.startswith("The sandbox cannot use the database: ")
    assert reason in told.err
    assert CANARY not in told.out + told.err
    assert CANARY not in (server.folder / "log").read_text("utf-8")


def test_a_word_that_is_the_password_too_is_not_said(server: Server) -> None:
    address = f"postgresql://{GUEST}:authentication@/sandbox?host={server.folder}"
    with pytest.raises(VippsdiagError) as told:
        Postgres(address)
    assert str(told.value) == "The sandbox cannot use the database: OperationalError."
    assert told.value.__context__ is None


def test_a_password_lets_in_and_is_nowhere_to_be_seen(
    place: OnServer, state: Postgres
) -> None:
    # Who may only use the tables can do so; somebody else has made them.
    place.tell(f"GRANT USAGE ON SCHEMA vippsdiag TO {GUEST}")
    place.tell(f"GRANT ALL ON ALL TABLES IN SCHEMA vippsdiag TO {GUEST}")
    host = quote(str(place.server.folder), safe="")
    guest = Postgres(f"postgresql://{GUEST}:{PASSWORD}@{host}/{DATABASE}")
    guest.put("room", "name", Thing(1))
    assert state.get(Thing, "room", "name") == Thing(1)
    assert PASSWORD not in repr(vars(guest))
    guest.close()


def test_who_may_not_make_the_schema_is_told(place: OnServer) -> None:
    address = place.server.address(DATABASE, GUEST).replace("@", f":{PASSWORD}@")
    with pytest.raises(VippsdiagError, match="permission denied for database"):
        Postgres(address)


def test_what_has_to_be_installed_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "vippsdiag.sandbox.state.postgres", None)
    assert main(["sandbox", "--db", f"postgresql://shop:{CANARY}@127.0.0.1/db"]) == 2
    told = capsys.readouterr().err
    assert "pip install 'vippsdiag[postgres]'" in told
    assert CANARY not in told
