"""A run that is stopped, however it ends, goes on: none is lost, none repeated."""

import gc
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fleets import Scene, Watched, causes, scene, stopped_at
from vippsdiag.errors import VippsdiagError
from vippsdiag.fleet import Fleet, Journal, SalesUnit, read_listing, summarise
from vippsdiag.keys import KeyKind, KeySet
from vippsdiag.sandbox import SandboxConfig
from vippsdiag.sandbox.gateway.received import Received
from vippsdiag.sandbox.gateway.reply import Reply
from vippsdiag.sandbox.practice.partner import Practice, practice
from vippsdiag.sandbox.serving.server import running

UNITS = 60


def secrets_of(made: Practice) -> set[str]:
    return {
        value
        for unit in made.config.units
        for value in (unit.client_id, unit.client_secret, unit.primary, unit.secondary)
        if value
    }


def bytes_of(path: Path) -> bytes:
    return b"".join(one.read_bytes() for one in path.parent.glob(path.name + "*"))


def test_a_run_that_was_cancelled_goes_on_where_it_was(tmp_path: Path) -> None:
    place, path = scene(20), tmp_path / "fleet.db"
    journal = Journal(path)
    fleet = place.fleet(journal)
    known = set(stopped_at(place, fleet, "1100009"))
    assert len(known) == 10
    journal.close()
    place.sandbox.calls.clear()

    again = place.fleet(Journal(path))
    assert again.resumed == len(known)
    list(again.check())
    assert again.complete
    assert causes(again.results) == place.made.planted
    assert not known & {msn for _, msn in place.sandbox.calls}


def test_a_complete_run_is_followed_by_a_new_one(tmp_path: Path) -> None:
    place, path = scene(6), tmp_path / "fleet.db"
    for _ in range(2):
        journal = Journal(path)
        fleet = place.fleet(journal)
        assert fleet.resumed == 0
        list(fleet.check())
        journal.close()


def test_a_run_can_be_begun_afresh(tmp_path: Path) -> None:
    place, journal = scene(6), Journal(tmp_path / "fleet.db")
    next(place.fleet(journal).check())
    assert place.fleet(journal, afresh=True).resumed == 0


def test_a_run_that_asks_for_something_else_is_another_one(tmp_path: Path) -> None:
    place, journal = scene(6), Journal(tmp_path / "fleet.db")
    next(place.fleet(journal).check())
    assert place.fleet(journal, products=("Webhooks",)).resumed == 0


def test_a_unit_whose_keys_were_changed_is_checked_again(tmp_path: Path) -> None:
    place, journal = scene(20), Journal(tmp_path / "fleet.db")
    assert len(stopped_at(place, place.fleet(journal), "1100016")) == 17
    old = next(
        unit.keys
        for unit in read_listing(place.made.table).units
        if unit.msn == "1100008"
    )
    assert old is not None
    assert old.client_secret is not None
    secret = old.client_secret.reveal()  # type: ignore[attr-defined]
    renewed = next(
        unit.client_secret
        for unit in place.made.config.units
        if unit.client_id == old.client_id
    )

    again = place.fleet(journal, table=lambda text: text.replace(secret, renewed))
    # Units 9, 12 and 15 have these keys; they were among those that were checked.
    assert again.resumed == 17 - 3


def test_units_that_were_added_or_taken_out_meanwhile_are_no_trouble(
    tmp_path: Path,
) -> None:
    place, journal = scene(6), Journal(tmp_path / "fleet.db")
    assert len(stopped_at(place, place.fleet(journal), "1100003")) == 4

    def changed(text: str) -> str:
        return text.replace("1100001;", "1100044;")

    again = place.fleet(journal, table=changed)
    list(again.check())
    found = sorted(one.unit.msn for one in again.results)
    assert found == ["1100000", "1100002", "1100003", "1100004", "1100005", "1100044"]


def test_a_result_is_in_the_journal_before_it_is_told() -> None:
    kept: list[str] = []

    class Noted(Journal):
        def keep(self, msn: str, holder: str, body: str) -> None:
            super().keep(msn, holder, body)
            kept.append(msn)

    for one in scene(6).fleet(Noted()).check():
        assert one.unit.msn == kept[-1]


def test_the_journal_holds_no_key_and_is_its_users_alone(tmp_path: Path) -> None:
    place, path = scene(40), tmp_path / "fleet.db"
    list(place.fleet(Journal(path)).check())
    held = bytes_of(path)
    assert b"1100007" in held
    assert not [value for value in secrets_of(place.made) if value.encode() in held]
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_equal_keys_have_other_fingerprints_in_another_journal(tmp_path: Path) -> None:
    place = scene(1)
    holders = set()
    for name in ("one.db", "two.db"):
        (one,) = place.fleet(Journal(tmp_path / name)).check()
        holders.add(one.holder)
    assert len(holders) == 2


def test_a_unit_with_the_keys_for_all_and_with_the_same_of_its_own_is_no_trouble() -> (
    None
):
    place = scene(1)
    units = [
        SalesUnit(msn="1100000"),
        SalesUnit(msn="1100000", keys=place.made.keys),
        SalesUnit(msn="1100000", keys=replace(place.made.keys, kind=KeyKind.PSP)),
    ]
    fleet = Fleet(units, place.fleet().target, keys=place.made.keys)
    list(fleet.check())
    assert fleet.complete
    assert len({one.holder for one in fleet.results}) == 2


def test_only_one_run_at_a_time_has_a_journal(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "fleet.db")
    with pytest.raises(VippsdiagError, match="in use"):
        Journal(tmp_path / "fleet.db")
    journal.close()
    Journal(tmp_path / "fleet.db").close()


def test_a_database_of_another_program_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE salt (value BLOB NOT NULL)")
    before = path.read_bytes()
    with pytest.raises(VippsdiagError, match="another program made it"):
        Journal(path)
    assert path.read_bytes() == before


def test_a_text_is_no_journal(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_text("msn\n123456\n" * 200, "utf-8")
    with pytest.raises(VippsdiagError, match=r"units\.csv cannot be used as a journal"):
        Journal(path)
    assert path.read_text("utf-8").startswith("msn\n")


def test_old_runs_are_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vippsdiag.fleet.journal.MOST_RUNS", 3)
    place, journal = scene(2), Journal(tmp_path / "fleet.db")
    for _ in range(5):
        list(place.fleet(journal).check())
    journal.close()
    with closing(sqlite3.connect(tmp_path / "fleet.db")) as held:
        assert held.execute("SELECT count(*) FROM run").fetchone() == (3,)
        assert held.execute("SELECT count(*) FROM result").fetchone() == (6,)


def test_what_broke_and_what_healed_since_the_last_run_is_told(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "fleet.db")
    place = scene(20)
    list(place.fleet(journal).check())

    def changed(text: str) -> str:
        # One healthy unit gets a broken key set, a broken one its own number back.
        lines = text.splitlines(keepends=True)
        lines[1] = lines[1].replace(";;;", ";x;y;z")
        return "".join(lines[:-1]) + "1100044;New;;;\n"

    partner, *others = place.made.config.units
    mended = partner.connected | {"1100007"}
    units = (replace(partner, connected=mended), *others)
    made = replace(place.made, config=SandboxConfig(units=units))
    fleet = Scene(made, Watched(made)).fleet(journal, table=changed)
    list(fleet.check())
    change = summarise(fleet.results, fleet.products, fleet.before()).change
    assert change is not None
    assert [one.unit.msn for one in change.broke] == ["1100000"]
    assert [one.unit.msn for one in change.healed] == ["1100007"]
    assert [one.unit.msn for one in change.new] == ["1100044"]
    assert change.gone == ("1100019",)


class Killing(Watched):
    """Ends a process after so many calls; without a word if it is not told how."""

    def __init__(self, made: Practice) -> None:
        super().__init__(made)
        self.victim: subprocess.Popen[str] | None = None
        self.after, self.signal = 0, signal.SIGKILL

    def answer(self, received: Received) -> Reply:
        reply = super().answer(received)
        if self.victim and len(self.calls) >= self.after:
            self.victim.send_signal(self.signal)
            self.victim = None
        return reply


@pytest.mark.skipif(os.name != "posix", reason="there is no such signal on Windows")
@pytest.mark.parametrize("moments", [(1, 30, 31), (57, 25), (80, 3)], ids=str)
def test_a_process_that_is_killed_loses_no_unit_and_checks_none_twice(
    moments: tuple[int, ...], tmp_path: Path
) -> None:
    made = practice(UNITS)
    sandbox = Killing(made)
    path, units = tmp_path / "fleet.db", tmp_path / "units.csv"
    units.write_text(made.table, "utf-8")
    with running(sandbox, deliver=False) as address:
        command = _command(units, path, f"{address}/production")
        known: set[str] = set()
        for moment in moments:
            known |= _killed(command, made.keys, sandbox, moment, known, path)
        sandbox.calls.clear()
        done = subprocess.run(
            command,
            env=_environ(made.keys),
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1, done.stderr
    assert not known & {msn for _, msn in sandbox.calls}
    with closing(sqlite3.connect(path)) as held:
        rows = held.execute("SELECT unit FROM result").fetchall()
    assert sorted(msn for (msn,) in rows) == sorted(made.planted)
    for msn, cause in made.planted.items():
        assert f"{msn},Practice unit" in done.stdout
        assert cause in next(
            line for line in done.stdout.splitlines() if line[:7] == msn
        ) or (not cause)


@pytest.mark.skipif(os.name != "posix", reason="it is sent otherwise on Windows")
def test_ctrl_c_writes_down_what_is_under_way_and_says_how_to_go_on(
    tmp_path: Path,
) -> None:
    made = practice(UNITS)
    sandbox = Killing(made)
    sandbox.after, sandbox.signal = 60, signal.SIGINT
    path, units = tmp_path / "fleet.db", tmp_path / "units.csv"
    units.write_text(made.table, "utf-8")
    with running(sandbox, deliver=False) as address:
        command = _command(units, path, f"{address}/production")
        with subprocess.Popen(
            command,
            env=_environ(made.keys),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            sandbox.victim = process
            out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    with closing(sqlite3.connect(path)) as held:
        rows = held.execute("SELECT unit FROM result").fetchall()
    told = {line[:7] for line in out.splitlines()[1:]}
    assert {msn for (msn,) in rows} == told
    assert 0 < len(told) < UNITS
    assert f"Stopped after {len(told)} of {UNITS}. The same command goes on" in err
    # Nothing that was called was thrown away.
    called = {msn for path, msn in sandbox.calls if msn}
    assert called <= told


def _command(units: Path, journal: Path, sandbox: str) -> list[str]:
    options = ["--rate", "0", "--workers", "3", "--format", "csv"]
    named = ["--sandbox", sandbox, "--journal", str(journal)]
    return [sys.executable, "-m", "vippsdiag", "fleet", str(units), *named, *options]


def _environ(keys: KeySet) -> dict[str, str]:
    values = {
        f"VIPPS_{name.attribute.upper()}": getattr(value, "reveal", lambda: "")()
        or str(value)
        for name, value in keys.values()
    }
    return {**os.environ, **values}


def _killed(  # noqa: PLR0917 - what a killed run needs
    command: list[str],
    keys: KeySet,
    sandbox: Killing,
    moment: int,
    known: set[str],
    path: Path,
) -> set[str]:
    """Begin a run, kill it, and return the units whose results are in the journal."""
    sandbox.calls.clear()
    sandbox.after = moment
    with subprocess.Popen(
        command,
        env=_environ(keys),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        sandbox.victim = process
        process.wait(60)
    assert process.returncode == -signal.SIGKILL
    assert not known & {msn for _, msn in sandbox.calls}
    if not path.exists():
        return set()
    with closing(sqlite3.connect(path)) as held:
        rows = held.execute("SELECT unit FROM result").fetchall()
    return {msn for (msn,) in rows}


def test_journal_in_memory_is_closed_with_whoever_holds_it() -> None:
    journal = Journal()
    connection = journal._connection
    del journal
    gc.collect()
    with pytest.raises(sqlite3.ProgrammingError, match="closed database"):
        connection.execute("SELECT 1")


def test_journal_of_an_older_version_is_used_further(tmp_path: Path) -> None:
    path = tmp_path / "fleet.db"
    with closing(Journal(path)) as journal:
        journal.begin("test")
        journal._connection.execute("DROP TABLE trouble")
    with closing(Journal(path)) as journal:
        assert journal.trouble("test") == []
        journal.keep_trouble("test", [("keys", "123456", "")])
        assert journal.trouble("test") == [("keys", "123456", "")]
        assert journal.trouble("production") == []
