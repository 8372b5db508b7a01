"""The state in a database: what it keeps, who shares it, and what a kill leaves."""

import http.client
import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    rule,
    run_state_machine_as_test,
)
from places import InFile, OnServer, Place

from vippsdiag.errors import VippsdiagError
from vippsdiag.sandbox import Sandbox, SandboxConfig
from vippsdiag.sandbox.gateway.received import Received
from vippsdiag.sandbox.state.database import ALL, DUE, ROOMS, Database
from vippsdiag.sandbox.state.state import MOST_THINGS, Memory, State, Unavailable

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
BASE = "https://apitest.vipps.no"
TOKEN = "/accesstoken/get"
PAYMENTS = "/epayment/v1/payments"
KEY, MSN = "Ocp-Apim-Subscription-Key", "Merchant-Serial-Number"


class Noted(msgspec.Struct):
    text: str


class Thing(msgspec.Struct):
    value: int


class Other(msgspec.Struct):
    value: int


class Sleeper(msgspec.Struct):
    name: str
    wakes: datetime | None


@pytest.fixture(params=["memory", "SQLite", "PostgreSQL"])
def state(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[State]:
    if request.param == "memory":
        yield Memory()
        return
    server = request.param == "PostgreSQL"
    place = OnServer(request.getfixturevalue("server")) if server else InFile(tmp_path)
    yield place.open()
    place.close()


# What every state does.


def test_a_thing_is_found_by_kind_room_and_name(state: State) -> None:
    state.put("room", "name", Thing(1))
    assert state.get(Thing, "room", "name") == Thing(1)
    assert state.get(Other, "room", "name") is None
    assert state.get(Thing, "another", "name") is None
    assert state.get(Thing, "room", "another") is None


def test_things_are_listed_the_oldest_first_and_changes_keep_their_place(
    state: State,
) -> None:
    for number in range(3):
        state.put("room", str(number), Thing(number))
    state.put("room", "0", Thing(9))
    assert state.all(Thing, "room") == [Thing(9), Thing(1), Thing(2)]


def test_a_thing_is_dropped_a_kind_emptied_and_all_cleared(state: State) -> None:
    for room in ("one", "two"):
        for name in ("a", "b"):
            state.put(room, name, Thing(1))
            state.put(room, name, Other(2))
    state.drop(Thing, "one", "a")
    state.drop(Thing, "one", "nothing")
    assert len(state.all(Thing, "one")) == 1
    state.empty(Thing, "one")
    assert (len(state.all(Thing, "one")), len(state.all(Thing, "two"))) == (0, 2)
    state.clear(Other)
    assert (len(state.all(Thing, "two")), len(state.all(Other, "two"))) == (0, 2)
    state.clear()
    assert state.all(Other, "one") == []


def test_the_oldest_things_of_a_room_are_forgotten(state: State) -> None:
    with state.change():
        for number in range(MOST_THINGS + 10):
            state.put("room", str(number), Thing(number))
            state.put("room", "0", Other(number))
        state.put("room", "10", Thing(-1))
    assert len(state.all(Thing, "room")) == MOST_THINGS
    assert state.get(Thing, "room", "9") is None
    assert state.get(Thing, "room", "10") == Thing(-1)
    assert state.all(Other, "room") == [Other(MOST_THINGS + 9)]


def test_what_was_dropped_makes_room_again(state: State) -> None:
    with state.change():
        for number in range(MOST_THINGS):
            state.put("room", str(number), Thing(number))
        state.drop(Thing, "room", "7")
        state.put("room", "new", Thing(0))
        assert state.get(Thing, "room", "0") == Thing(0)
        state.put("room", "newer", Thing(0))
    assert state.get(Thing, "room", "0") is None


def test_what_is_due_is_found_by_when_it_wakes(state: State) -> None:
    for number, name in enumerate(("late", "early", "just")):
        wakes = NOW + timedelta(seconds=(1, -1, 0)[number])
        state.put("room", name, Sleeper(name, wakes))
    state.put("room", "never", Sleeper("never", None))
    state.put("another", "early", Sleeper("elsewhere", NOW))
    state.put("room", "thing", Thing(1))
    assert [one.name for one in state.due(Sleeper, "room", NOW)] == ["early", "just"]
    assert state.due(Thing, "room", NOW) == []
    assert sorted(state.rooms_due(Sleeper, NOW)) == ["another", "room"]
    assert state.rooms_due(Thing, NOW) == []
    assert state.rooms_due(Sleeper, NOW - timedelta(seconds=1)) == ["room"]
    state.put("room", "early", Sleeper("early", None))
    assert [one.name for one in state.due(Sleeper, "room", NOW)] == ["just"]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("", id="empty"),
        pytest.param("x" * 20_000, id="long"),
        pytest.param("a\0b'\"\\%s\N{GRINNING FACE}", id="odd"),
    ],
)
def test_every_name_is_a_name(state: State, name: str) -> None:
    state.put("room", name, Sleeper(name, NOW))
    state.put("room", name, Sleeper(name, None))
    state.put("room", f"{name}!", Sleeper("other", None))
    assert state.get(Sleeper, "room", name) == Sleeper(name, None)
    state.drop(Sleeper, "room", name)
    assert state.all(Sleeper, "room") == [Sleeper("other", None)]


class Alike(RuleBasedStateMachine):
    """Whatever is done to both, memory and database agree."""

    def __init__(self, stored: State) -> None:
        super().__init__()
        stored.clear()
        self.both: tuple[State, State] = (Memory(), stored)

    rooms = st.sampled_from(["a", "b"])
    names = st.text(max_size=3)

    @rule(room=rooms, name=names, value=st.integers(0, 9))
    def put(self, room: str, name: str, value: int) -> None:
        for one in self.both:
            one.put(room, name, Thing(value))

    @rule(room=rooms, name=names)
    def drop(self, room: str, name: str) -> None:
        for one in self.both:
            one.drop(Thing, room, name)

    @rule(room=rooms)
    def empty(self, room: str) -> None:
        for one in self.both:
            one.empty(Thing, room)

    @rule(room=rooms)
    def agree(self, room: str) -> None:
        first, second = (one.all(Thing, room) for one in self.both)
        assert first == second


def test_memory_and_database_agree(place: Place) -> None:
    stored = place.open()
    run_state_machine_as_test(
        lambda: Alike(stored), settings=settings(max_examples=30, deadline=None)
    )


# A database.


def test_a_database_outlives_what_made_it(place: Place) -> None:
    first = place.open()
    first.put("room", "name", Thing(1))
    first.close()
    assert place.open().get(Thing, "room", "name") == Thing(1)


def test_the_database_of_another_version_is_not_used(place: Place) -> None:
    place.open().close()
    place.tell(
        "PRAGMA user_version = 99"
        if isinstance(place, InFile)
        else "UPDATE vippsdiag.layout SET form = 99"
    )
    said = f"{place.name} was made by another version of the sandbox, in another form."
    with pytest.raises(VippsdiagError, match=said):
        place.open()


def test_a_change_is_made_in_full_or_not_at_all(place: Place) -> None:
    state, other = place.open(), place.open()

    def fail() -> None:
        with state.change():
            state.put("room", "name", Thing(1))
            with state.change():
                state.put("room", "other", Thing(1))
            assert other.get(Thing, "room", "name") is None
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert state.all(Thing, "room") == []
    with state.change(), state.change():
        state.put("room", "name", Thing(2))
    assert other.get(Thing, "room", "name") == Thing(2)


def test_who_waits_too_long_is_told_and_has_changed_nothing(place: Place) -> None:
    state, other = place.open(), place.open()
    place.hurry(state)
    with other.change():
        other.put("room", "name", Thing(1))
        with pytest.raises(Unavailable, match="another sandbox holds it"):
            state.put("room", "name", Thing(2))
        assert state.get(Thing, "room", "name") is None
    assert state.get(Thing, "room", "name") == Thing(1)
    state.put("room", "name", Thing(3))
    assert other.get(Thing, "room", "name") == Thing(3)


def test_what_is_counted_by_two_is_counted_right(place: Place) -> None:
    states = [place.open() for _ in range(2)]

    def count(state: State) -> None:
        for _ in range(50):
            with state.change():
                found = state.get(Thing, "room", "sum") or Thing(0)
                state.put("room", "sum", Thing(found.value + 1))

    threads = [
        threading.Thread(target=count, args=(state,)) for state in (*states, *states)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert states[0].get(Thing, "room", "sum") == Thing(200)


def test_two_sandboxes_share_what_is_in_a_database(place: Place) -> None:
    both = [Sandbox(state=place.open()) for _ in range(2)]
    token = fetch_token(both[0])
    pairs = (
        ("Authorization", f"Bearer {token}"),
        (KEY, both[0].config.units[0].primary),
    )
    asked = Received(
        method="GET", base=BASE, target="/webhooks/v1/webhooks", pairs=pairs
    )
    assert both[1].answer(asked).status == 200
    assert both[0].mint.key.as_pem() == both[1].mint.key.as_pem()


def fetch_token(sandbox: Sandbox) -> str:
    unit = sandbox.config.units[0]
    pairs = (
        ("client_id", unit.client_id),
        ("client_secret", unit.client_secret),
        (KEY, unit.primary),
    )
    asked = Received(method="POST", base=BASE, target=TOKEN, pairs=pairs)
    token: str = json.loads(sandbox.answer(asked).body)["access_token"]
    return token


def test_no_key_and_no_token_is_in_the_database(place: Place) -> None:
    sandbox = Sandbox(state=place.open())
    unit = sandbox.config.units[0]
    token = fetch_token(sandbox)
    place.close()
    written = place.written()
    assert b"PRIVATE KEY" in written
    for secret in (token, unit.client_secret, unit.primary):
        assert secret.encode() not in written


# The file.


@pytest.mark.skipif(os.name != "posix", reason="other systems have other rights")
def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "state"
    Database(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_another_kind_of_file_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "state"
    path.write_text("Dear diary, this is no database at all." * 100)
    before = path.read_bytes()
    with pytest.raises(VippsdiagError, match=r"cannot be used .*: file is not a data"):
        Database(path)
    assert path.read_bytes() == before


def test_the_database_of_another_program_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "books.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE book (title TEXT)")
        other.execute("PRAGMA user_version = 1")
    before = path.read_bytes()
    with pytest.raises(VippsdiagError, match="was made by another program"):
        Database(path)
    assert path.read_bytes() == before


def test_a_folder_that_is_not_there_is_told_of_in_words(tmp_path: Path) -> None:
    with pytest.raises(VippsdiagError, match="No such file or directory"):
        Database(tmp_path / "nowhere" / "state")


def test_of_what_waits_only_what_is_due_is_read(tmp_path: Path) -> None:
    state = Database(tmp_path / "state")
    lines = (
        (DUE, ("Payment", "room", 0.0), "USING INDEX by_wakes (kind=? AND room=?"),
        (ROOMS, ("Payment", 0.0), "USING COVERING INDEX by_wakes (kind=?)"),
        (ALL, ("Payment", "room"), "USING INDEX by_age (kind=? AND room=?)"),
    )
    for line, given, plan in lines:
        steps = state._connection.execute(f"EXPLAIN QUERY PLAN {line}", given)
        assert plan in " ".join(step[-1] for step in steps)
    state.close()


def test_every_name_is_that_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    made = Database(Path(":memory:"))
    made.put("room", "name", Thing(1))
    made.close()
    again = Database(Path(":memory:"))
    assert again.get(Thing, "room", "name") == Thing(1)
    again.close()


@pytest.mark.parametrize(
    "before", ["", "key=", "%22", "abc"], ids=["alone", "named", "quoted", "joined"]
)
def test_a_key_is_hidden_whatever_stands_before_it(tmp_path: Path, before: str) -> None:
    state = Database(tmp_path / "state")
    key, other = "0f14ebcab0eb4b29ae0cb90d91b4a84a", "1" * 40
    state.hide(key)
    state.put("room", "name", Noted(text=f"{before}{key}%22 {other}"))
    noted = state.get(Noted, "room", "name")
    assert noted
    assert key not in noted.text
    assert noted.text.startswith(before)
    assert noted.text.endswith(f"%22 {other}")
    state.close()


# A process, and its end.


@contextmanager
def process(place: Place) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run a sandbox of its own on a place, and yield it with its address."""
    line = [sys.executable, "-m", "vippsdiag", "sandbox", "--json"]
    env = os.environ | {"VIPPSDIAG_DB": place.address}
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True, env=env) as running:
        assert running.stdout is not None
        try:
            yield running, json.loads(running.stdout.readline())["test"]
        finally:
            running.kill()


class Shop:
    """A client of the test unit, on a connection of its own."""

    def __init__(self, address: str) -> None:
        self.unit = SandboxConfig.from_seed().units[0]
        self.made = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
        self.headers: dict[str, str] = {}

    def __enter__(self) -> "Shop":
        return self.authorize()

    def __exit__(self, *_: object) -> None:
        self.made.close()

    def authorize(self) -> "Shop":
        keys = {
            "client_id": self.unit.client_id,
            "client_secret": self.unit.client_secret,
            KEY: self.unit.primary,
        }
        _, answer = self.ask("POST", TOKEN, keys)
        self.headers = {
            "Authorization": f"Bearer {answer['access_token']}",
            KEY: self.unit.primary,
            MSN: self.unit.msn,
            "Content-Type": "application/json",
        }
        return self

    def ask(
        self,
        method: str,
        path: str,
        headers: dict[str, str] | None = None,
        body: object = None,
    ) -> tuple[int, Any]:
        text = None if body is None else json.dumps(body)
        self.made.request(method, path, text, headers or self.headers)
        answer = self.made.getresponse()
        return answer.status, json.loads(answer.read() or b"null")

    def pay(self, reference: str) -> int:
        body = {
            "amount": {"value": 1000, "currency": "NOK"},
            "paymentMethod": {"type": "WALLET"},
            "customer": {"phoneNumber": "4712345678"},
            "reference": reference,
            "userFlow": "WEB_REDIRECT",
            "returnUrl": "https://shop.example/return",
            "paymentDescription": "One pair of socks",
        }
        headers = self.headers | {"Idempotency-Key": reference}
        return self.ask("POST", PAYMENTS, headers, body)[0]


def keep_paying(address: str, name: str, acknowledged: list[str]) -> None:
    """Create payments until there is nobody to answer any more."""
    with suppress(OSError, http.client.HTTPException), Shop(address) as shop:
        for number in range(100_000):
            reference = f"order-{name}-{number}"
            if shop.pay(reference) == 201:
                acknowledged.append(reference)


@pytest.mark.skipif(os.name != "posix", reason="there is no such signal")
def test_a_kill_loses_nothing_that_was_acknowledged(place: Place) -> None:
    acknowledged = list[str]()
    with place.as_shipped(), process(place) as (running, address):
        shops = [
            threading.Thread(target=keep_paying, args=(address, name, acknowledged))
            for name in ("a", "b", "c")
        ]
        for shop in shops:
            shop.start()
        wait_for(lambda: len(acknowledged) > 60)
        running.send_signal(signal.SIGKILL)
        running.wait(30)
        for shop in shops:
            shop.join(30)
    assert len(acknowledged) > 60
    with process(place) as (_, address), Shop(address) as again:
        for reference in acknowledged:
            status, payment = again.ask("GET", f"{PAYMENTS}/{reference}")
            assert (status, payment["reference"]) == (200, reference)


def wait_for(happened: Callable[[], bool]) -> None:
    done = threading.Event()
    for _ in range(3000):
        if happened():
            return
        done.wait(0.01)
    raise AssertionError("It did not happen.")


def test_two_processes_see_each_others_payments_and_lose_none(place: Place) -> None:
    with process(place) as (_, one), process(place) as (_, two):
        acknowledged = list[str]()

        def pay(address: str, name: str) -> None:
            with Shop(address) as shop:
                for number in range(40):
                    assert shop.pay(f"order-{name}-{number}") == 201
                    acknowledged.append(f"order-{name}-{number}")

        shops = [
            threading.Thread(target=pay, args=(address, name))
            for address, name in ((one, "one"), (two, "two"))
        ]
        for shop in shops:
            shop.start()
        for shop in shops:
            shop.join(60)
        assert len(acknowledged) == 80
        for address in (one, two):
            with Shop(address) as other:
                for reference in acknowledged:
                    assert other.ask("GET", f"{PAYMENTS}/{reference}")[0] == 200
