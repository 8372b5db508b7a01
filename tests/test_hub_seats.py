"""What the servers of a hub are given before they start."""

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from vippsdiag.environments import SANDBOX_ADDRESS, SEAT_CODE, TRAINER_CODE
from vippsdiag.hub import TRAINER, prepare
from vippsdiag.notebook import Workshop
from vippsdiag.notebook.workshop import LEAD
from vippsdiag.sandbox import Sandbox
from vippsdiag.sandbox.serving.server import running
from vippsdiag.sandbox.state.database import Database

ROOT = Path(__file__).parent.parent


@dataclass
class Server:
    """A spawner, as far as it is asked."""

    name: str
    home: Path
    environment: dict[str, Any] = field(default_factory=dict)
    port: int = 0

    @property
    def user(self) -> Any:
        return SimpleNamespace(name=self.name)

    @property
    def home_dir(self) -> str:
        return str(self.home)


def prepared(folder: Path, *names: str) -> list[Server]:
    before = prepare(Database(folder / "workshop.db"))
    servers = [Server(name, folder / name) for name in names]
    for server in servers:
        before(server)
    return servers


def test_each_learner_has_a_seat_of_their_own(tmp_path: Path) -> None:
    first, second = prepared(tmp_path, "first", "second")
    roll = Sandbox(state=Database(tmp_path / "workshop.db")).roll
    assert [seat.name for seat in roll.seats()] == ["first", "second"]
    assert first.environment == {SEAT_CODE: roll.code_of(1)}
    assert second.environment == {SEAT_CODE: roll.code_of(2)}


def test_each_server_has_a_port_that_the_system_gives_to_nobody_else(
    tmp_path: Path,
) -> None:
    servers = prepared(tmp_path, *(f"learner-{n}" for n in range(20)))
    ports = {server.port for server in servers}
    assert len(ports) == len(servers)
    assert all(20_000 <= port < 30_000 for port in ports)


def test_a_server_that_is_started_again_has_the_same_seat(tmp_path: Path) -> None:
    (before,) = prepared(tmp_path, "first")
    _, after = prepared(tmp_path, "second", "First")
    assert after.environment == before.environment


def test_the_trainer_has_the_trainers_code_and_no_seat(tmp_path: Path) -> None:
    (trainer,) = prepared(tmp_path, TRAINER)
    roll = Sandbox(state=Database(tmp_path / "workshop.db")).roll
    assert trainer.environment == {TRAINER_CODE: roll.trainer_code()}
    assert roll.seats() == []


def test_what_is_everybodys_is_not_changed(tmp_path: Path) -> None:
    shared = {SANDBOX_ADDRESS: "http://127.0.0.1:8765"}
    server = Server("first", tmp_path / "first", shared)
    prepare(Database(tmp_path / "workshop.db"))(server)
    assert shared == {SANDBOX_ADDRESS: "http://127.0.0.1:8765"}
    assert server.environment.keys() == {SANDBOX_ADDRESS, SEAT_CODE}


def test_a_learners_folder_has_the_notebooks_and_keeps_what_was_changed(
    tmp_path: Path,
) -> None:
    changed = tmp_path / "first" / "03-workshop.ipynb"
    changed.parent.mkdir()
    changed.write_text("changed")
    prepared(tmp_path, "first")
    originals = {path.name for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert {path.name for path in changed.parent.iterdir()} == originals
    assert changed.read_text() == "changed"


def test_the_trainers_notebook_opens_the_board_by_itself(
    monkeypatch: pytest.MonkeyPatch, sent: list[Any]
) -> None:
    sandbox = Sandbox()
    with running(sandbox) as address:
        monkeypatch.setenv(SANDBOX_ADDRESS, address)
        monkeypatch.setenv(TRAINER_CODE, sandbox.roll.trainer_code())
        app = Workshop()
    assert app.role.value == LEAD
    assert app.trainer.board is not None
    assert sent
    assert sandbox.roll.trainer_code() not in repr(sent)


def test_a_board_that_did_not_open_can_be_opened_by_hand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sandbox = Sandbox()
    monkeypatch.setenv(TRAINER_CODE, sandbox.roll.trainer_code())
    with running(sandbox) as address:
        monkeypatch.setenv(SANDBOX_ADDRESS, address)
    app = Workshop()
    assert app.trainer.board is None
    assert "No sandbox answers" in app.trainer.said.value
    with running(sandbox) as address:
        monkeypatch.setenv(SANDBOX_ADDRESS, address)
        app.trainer.lead.click()
    assert app.trainer.board is not None
