"""The hub of `deploy/`, really run: what it keeps, what it allows, and what it ends."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hubs import DEPLOY, SIT, SOLVE, STAND, Hub, until
from leaks import leaks
from npm import HOW, find_packages
from places import DATABASE
from postgres import GUEST, PASSWORD, Server

pytestmark = pytest.mark.skipif(find_packages(DEPLOY) is None, reason=HOW)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory, server: Server) -> Iterator[Hub]:
    """A hub whose workshop is on a PostgreSQL server that asks for a password."""
    server.cut(DATABASE)
    server.tell("DROP SCHEMA IF EXISTS vippsdiag CASCADE", DATABASE)
    server.tell(f"GRANT CREATE ON DATABASE {DATABASE} TO {GUEST}")
    address = server.address(DATABASE, f"{GUEST}:{PASSWORD}")
    hub = Hub(tmp_path_factory.mktemp("hub"), {"VIPPSDIAG_HUB_DB": address})
    hub.start()
    yield hub
    hub.stop()
    # It is the guest's, and the next one to use this database may be somebody else.
    server.cut(DATABASE)
    server.tell("DROP SCHEMA vippsdiag CASCADE", DATABASE)
    server.tell(f"REVOKE CREATE ON DATABASE {DATABASE} FROM {GUEST}")


def test_in_postgresql_what_is_reached_outlives_a_crash_of_everything(
    hub: Hub, server: Server
) -> None:
    hub.begin("first")
    with hub.kernel("first") as kernel:
        sat = kernel.run(SIT)
        assert kernel.run(SOLVE)[0]
    hub.crash()
    server.stop()
    server.start()
    hub.start()
    hub.begin("first")
    with hub.kernel("first") as kernel:
        assert kernel.run(STAND) == ["two-keys-are-enough"]
        assert kernel.run(SIT) == sat
    commands = [word for one in hub.processes() for word in one.cmdline()]
    assert commands
    assert not any(PASSWORD in word for word in commands)
    assert leaks(hub.root, PASSWORD) == []
    assert leaks(hub.root, hub.code("first")) == []


def test_the_address_of_the_database_is_not_given_to_a_learner(hub: Hub) -> None:
    hub.begin("second")
    with hub.kernel("second") as kernel:
        names = kernel.run("import json, os; print(json.dumps(list(os.environ)))")
    assert "VIPPSDIAG_SEAT" in names
    assert not {"VIPPSDIAG_DB", "VIPPSDIAG_HUB_DB"} & set(names)


def test_a_kernel_that_asks_for_too_much_is_refused_and_lives_on(hub: Hub) -> None:
    hub.begin("second")
    with hub.kernel("second") as kernel:
        with pytest.raises(RuntimeError, match="MemoryError"):
            kernel.run("much = bytearray(4 << 30)")
        assert kernel.run("print(1)") == 1


def test_a_server_that_nobody_uses_is_stopped_and_comes_back(tmp_path: Path) -> None:
    hub = Hub(tmp_path, {"VIPPSDIAG_HUB_IDLE": "5"})
    with ExitStack() as running:
        running.callback(hub.stop)
        hub.start()
        hub.begin("first")
        user = "/hub/api/users/first"
        until(lambda: not hub.ask("GET", user)["servers"], "the end of the server")
        hub.begin("first")
        assert hub.ask("GET", user)["servers"][""]["ready"]
