"""``vippsdiag fleet``, as a shell and a nightly job see it."""

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from vippsdiag.cli import main
from vippsdiag.sandbox import Sandbox
from vippsdiag.sandbox.practice.partner import Practice, practice
from vippsdiag.sandbox.serving.server import running

MADE = practice(20)
HEALTHY = "msn\n1100000\n1100001\n"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running(Sandbox(MADE.config), deliver=False) as base:
        yield f"{base}/production"


@pytest.fixture
def keys(tmp_path: Path) -> str:
    path = tmp_path / "keys.env"
    lines = (f"{name.attribute}={_raw(value)}" for name, value in MADE.keys.values())
    path.write_text("\n".join(lines), "utf-8")
    return str(path)


def _raw(value: str) -> str:
    return getattr(value, "reveal", lambda: value)()


def secrets(made: Practice) -> set[str]:
    found = (
        (unit.client_secret, unit.primary, unit.secondary) for unit in made.config.units
    )
    return {value for values in found for value in values if value}


def run(tmp_path: Path, table: str, *options: str) -> int:
    path = tmp_path / "units.csv"
    path.write_text(table, "utf-8")
    return main(["fleet", str(path), "--rate", "0", *options])


def test_all_that_works_is_status_0(
    address: str, keys: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, HEALTHY, "--sandbox", address, "--keys", keys) == 0
    out = capsys.readouterr().out
    assert out == "2 sales units were checked, and all of them work.\n"


@pytest.mark.parametrize("form", ["table", "csv", "jsonl"])
def test_what_fails_is_status_1_and_no_form_shows_a_key(
    form: str,
    address: str,
    keys: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    options = ("--sandbox", address, "--keys", keys, "--format", form)
    assert run(tmp_path, MADE.table, *options) == 1
    shown = "".join(capsys.readouterr())
    assert "client-secret-wrong" in shown
    assert not [value for value in secrets(MADE) if value in shown]


def test_a_row_that_cannot_be_used_is_status_2_and_the_rest_is_checked(
    address: str, keys: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = f"{HEALTHY}987654321\n"
    assert run(tmp_path, table, "--sandbox", address, "--keys", keys) == 2
    out, err = capsys.readouterr()
    assert out == "2 sales units were checked, and all of them work.\n"
    assert "Line 4: 987654321 has 9 digits" in err


def test_keys_come_from_the_environment(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in MADE.keys.values():
        monkeypatch.setenv(f"VIPPS_{name.attribute.upper()}", _raw(value))
    assert run(tmp_path, HEALTHY, "--sandbox", address) == 0


def test_a_number_alone_is_no_keys(
    address: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("VIPPS_MSN", "123456")
    assert run(tmp_path, HEALTHY, "--sandbox", address) == 2
    assert "This row has no keys of its own" in capsys.readouterr().err


def test_keys_come_from_the_system_keyring(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = {name.attribute: _raw(value) for name, value in MADE.keys.values()}
    keyring = ModuleType("keyring")
    keyring.get_password = lambda service, name: (  # type: ignore[attr-defined]
        held.get(name) if service == "vipps" else None
    )
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    assert run(tmp_path, HEALTHY, "--sandbox", address, "--keyring", "vipps") == 0
    assert run(tmp_path, HEALTHY, "--sandbox", address, "--keyring", "other") == 2


def test_without_any_keys_each_row_is_named(
    address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, HEALTHY, "--sandbox", address) == 2
    err = capsys.readouterr().err
    assert "Line 3: This row has no keys of its own" in err


def test_production_is_asked_about_first_and_no_is_no(
    keys: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # What ends without an answer is no yes; nothing is sent.
    monkeypatch.setattr("sys.stdin", io.StringIO())
    options = ("--environment", "production", "--keys", keys)
    assert run(tmp_path, HEALTHY, *options) == 130
    assert "This calls production for 2 sales units" in capsys.readouterr().err


def test_a_second_run_is_compared_with_the_first(
    address: str, keys: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal = ("--journal", str(tmp_path / "fleet.db"))
    for _ in range(2):
        run(tmp_path, HEALTHY, "--sandbox", address, "--keys", keys, *journal)
    assert "The same as in the last run, of 20" in capsys.readouterr().out


def test_a_result_is_written_to_a_file(
    address: str, keys: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "out.csv"
    options = ("--sandbox", address, "--keys", keys, "--format", "csv")
    assert run(tmp_path, HEALTHY, *options, "--output", str(path)) == 0
    assert path.read_text("utf-8").count("works") == 2
    assert capsys.readouterr().out == ""


def test_practice_needs_no_list_no_keys_and_no_network(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["fleet", "--practice", "20"]) == 1
    assert "11 of 20 sales units work; 9 do not." in capsys.readouterr().out


MISUSED = {
    "no list": ([], "Give a LIST, or --practice N."),
    "no target": (["units.csv"], "Give either --environment or --sandbox."),
    "two targets": (
        ["units.csv", "--environment", "test", "--sandbox", "http://127.0.0.1"],
        "Give either --environment or --sandbox.",
    ),
    "parquet nowhere": (
        ["--practice", "1", "--format", "parquet"],
        "Parquet is written to a file: give --output FILE.",
    ),
    "no file": (
        ["nothing-here.csv", "--environment", "test"],
        "nothing-here.csv: No such file or directory.",
    ),
    "practice and more": (
        ["--practice", "1", "--environment", "test"],
        "--practice brings its own list and sandbox.",
    ),
}


@pytest.mark.parametrize(("options", "words"), MISUSED.values(), ids=MISUSED)
def test_what_cannot_be_done_is_said_in_a_sentence(
    options: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fleet", *options]) == 2
    assert words in capsys.readouterr().err


def test_no_option_takes_a_key() -> None:
    from vippsdiag.cli.fleet import command  # noqa: PLC0415

    names = {name for option in command.params for name in option.opts}
    assert not {name for name in names if "secret" in name or "client" in name}


@pytest.mark.parametrize(
    ("form", "place"),
    [("csv", "none/fleet.csv"), ("parquet", "fleet.parquet")],
    ids=["no folder", "no library"],
)
def test_what_cannot_be_written_is_said_before_anything_is_called(
    form: str, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def called(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("vippsdiag.fleet.records.find_spec", lambda _: None)
    monkeypatch.setattr("vippsdiag.cli.fleet._run", called)
    line = ["fleet", "--practice", "3", "--format", form]
    assert main([*line, "--output", str(tmp_path / place)]) == 2
