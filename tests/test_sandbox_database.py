"""The state in a file: what it keeps, who shares it, and what a kill leaves."""

import http.client
import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
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
from hypothesis.stateful import RuleBasedStateMachine, rule

from vippsdiag.errors import VippsdiagError
from vippsdiag.sandbox import Sandbox, SandboxConfig
from vippsdiag.sandbox.database import ALL, DUE, Database
from vippsdiag.sandbox.received import Received
from vippsdiag.sandbox.state import MOST_THINGS, Memory, State

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
BASE = "https://apitest.vipps.no"
TOKEN = "/accesstoken/get"
PAYMENTS = "/epayment/v1/payments"
KEY, MSN = "Ocp-Apim-Subscription-Key", "Merchant-Serial-Number"


class Thing(msgspec.Struct):
    value: int


class Other(msgspec.Struct):
    value: int


class Sleeper(msgspec.Struct):
    name: str
    wakes: datetime | None


@pytest.fixture(params=["memory", "file"])
def state(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[State]:
    if request.param == "memory":
        yield Memory()
        return
    made = Database(tmp_path / "state")
    yield made
    made.close()


# What both states do.


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
    state.put("room", "early", Sleeper("early", None))
    assert [one.name for one in state.due(Sleeper, "room", NOW)] == ["just"]


class Alike(RuleBasedStateMachine):
    """Whatever is done to both, memory and file agree."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.file = Database(Path(self.folder.name) / "state")
        self.both: tuple[State, State] = (Memory(), self.file)

    def teardown(self) -> None:
        self.file.close()
        self.folder.cleanup()

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


# The file of a test of this kind is made anew for each example.
Alike.TestCase.settings = settings(max_examples=30, deadline=None)


# The file.


def test_a_file_outlives_what_made_it(tmp_path: Path) -> None:
    first = Database(tmp_path / "state")
    first.put("room", "name", Thing(1))
    first.close()
    second = Database(tmp_path / "state")
    assert second.get(Thing, "room", "name") == Thing(1)
    second.close()


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


def test_a_file_of_another_version_is_not_used(tmp_path: Path) -> None:
    made = Database(tmp_path / "state")
    made._connection.execute("PRAGMA user_version = 99")
    made.close()
    with pytest.raises(VippsdiagError, match="another version"):
        Database(tmp_path / "state")


def test_a_change_is_made_in_full_or_not_at_all(tmp_path: Path) -> None:
    state = Database(tmp_path / "state")

    def fail() -> None:
        with state.change():
            state.put("room", "name", Thing(1))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert state.get(Thing, "room", "name") is None
    with state.change(), state.change():
        state.put("room", "name", Thing(2))
    assert state.get(Thing, "room", "name") == Thing(2)
    state.close()


def test_two_sandboxes_share_what_is_in_a_file(tmp_path: Path) -> None:
    states = [Database(tmp_path / "state") for _ in range(2)]
    both = [Sandbox(state=state) for state in states]
    unit = both[0].config.units[0]
    pairs = (
        ("client_id", unit.client_id),
        ("client_secret", unit.client_secret),
        (KEY, unit.primary),
    )
    asked = Received(method="POST", base=BASE, target=TOKEN, pairs=pairs)
    token = json.loads(both[0].answer(asked).body)["access_token"]
    pairs = (("Authorization", f"Bearer {token}"), (KEY, unit.primary))
    asked = Received(
        method="GET", base=BASE, target="/webhooks/v1/webhooks", pairs=pairs
    )
    assert both[1].answer(asked).status == 200
    assert both[0].mint.key.as_pem() == both[1].mint.key.as_pem()
    for state in states:
        state.close()


def test_no_key_and_no_token_is_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "state"
    state = Database(path)
    sandbox = Sandbox(state=state)
    unit = sandbox.config.units[0]
    pairs = (
        ("client_id", unit.client_id),
        ("client_secret", unit.client_secret),
        (KEY, unit.primary),
    )
    asked = Received(method="POST", base=BASE, target=TOKEN, pairs=pairs)
    token = json.loads(sandbox.answer(asked).body)["access_token"]
    state.close()
    written = path.read_bytes()
    for secret in (token, unit.client_secret, unit.primary):
        assert secret.encode() not in written


# A process, and its end.

PROGRAM = """
import sys
from pathlib import Path
from vippsdiag.sandbox import Sandbox
from vippsdiag.sandbox.database import Database
from vippsdiag.sandbox.server import serve
sandbox = Sandbox(state=Database(Path(sys.argv[1])))
serve(sandbox=sandbox, announce=lambda address: print(address, flush=True))
"""


@contextmanager
def process(path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run a sandbox of its own on a file, and yield it with its address."""
    line = [sys.executable, "-c", PROGRAM, str(path)]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        try:
            yield running, running.stdout.readline().strip()
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
def test_a_kill_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    path, acknowledged = tmp_path / "state", list[str]()
    with process(path) as (running, address):
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
    with process(path) as (_, address), Shop(address) as again:
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


def test_two_processes_write_one_file_and_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "state"
    with process(path) as (_, one), process(path) as (_, two):
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
        with Shop(one) as other:
            for reference in acknowledged:
                assert other.ask("GET", f"{PAYMENTS}/{reference}")[0] == 200


TestAlike = Alike.TestCase
