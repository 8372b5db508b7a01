"""`vippsdiag lab`: the real thing, with no browser."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from vippsdiag import lab
from vippsdiag.hook import drop_widget_state

ROOT = Path(__file__).parent.parent


def fetch(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


@pytest.fixture(scope="module")
def started(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple["subprocess.Popen[str]", dict[str, str]]]:
    home = tmp_path_factory.mktemp("home")
    folders = {
        name: str(home / name.lower())
        for name in ("HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "vippsdiag", "lab", "--no-browser"],
        env=os.environ | folders,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=home,
    )
    assert process.stdout is not None
    said = {}
    for line in process.stdout:
        name, _, value = line.strip().partition(": ")
        said[name] = value
        if line.startswith("Stop"):
            break
    yield process, said
    process.kill()
    process.wait()
    process.stdout.close()


def test_the_address_opens_the_notebook(
    started: tuple["subprocess.Popen[str]", dict[str, str]],
) -> None:
    address = started[1]["JupyterLab"]
    assert re.fullmatch(
        r"http://127\.0\.0\.1:\d+/lab/tree/01-onboarding\.ipynb\?token=\w{48}", address
    )
    assert fetch(address) == 200


def test_jupyters_token_is_kept(
    started: tuple["subprocess.Popen[str]", dict[str, str]],
) -> None:
    address, token = started[1]["JupyterLab"].split("?token=")
    base = address.split("/lab/")[0]
    assert fetch(f"{base}/api/contents") == 403
    assert fetch(f"{base}/api/contents?token={token}") == 200


def test_the_token_is_on_no_command_line(
    started: tuple["subprocess.Popen[str]", dict[str, str]],
) -> None:
    token = started[1]["JupyterLab"].split("?token=")[1]
    done = subprocess.run(
        ["ps", "-eo", "args"], capture_output=True, text=True, check=True
    )
    assert "jupyterlab" in done.stdout
    assert token not in done.stdout


def test_the_sandbox_runs_beside_it(
    started: tuple["subprocess.Popen[str]", dict[str, str]],
) -> None:
    assert fetch(started[1]["Sandbox"] + "/nothing") == 404


def test_ctrl_c_stops_both_and_leaves_nothing(
    started: tuple["subprocess.Popen[str]", dict[str, str]],
) -> None:
    process, said = started
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0
    for name in ("JupyterLab", "Sandbox"):
        with pytest.raises(urllib.error.URLError):
            fetch(said[name])
    deadline = time.monotonic() + 10
    port = re.search(r":(\d+)/", said["JupyterLab"])
    assert port is not None
    while time.monotonic() < deadline and f"port={port[1]}" in processes():
        time.sleep(0.1)
    assert f"port={port[1]}" not in processes()


def processes() -> str:
    done = subprocess.run(
        ["ps", "-eo", "args"], capture_output=True, text=True, check=True
    )
    return done.stdout


def test_copies_are_never_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "site" / "vippsdiag"
    (package / "notebooks").mkdir(parents=True)
    for name in ("01-onboarding.ipynb", "02-more.ipynb"):
        (package / "notebooks" / name).write_text("new", "utf-8")
    monkeypatch.setattr(lab, "HERE", package)
    monkeypatch.chdir(tmp_path)
    mine = tmp_path / lab.COPIES / "01-onboarding.ipynb"
    mine.parent.mkdir()
    mine.write_text("changed", "utf-8")
    assert lab.notebooks_folder() == mine.parent
    assert mine.read_text("utf-8") == "changed"
    assert (mine.parent / "02-more.ipynb").read_text("utf-8") == "new"


def test_a_checkout_opens_its_own_notebooks() -> None:
    assert lab.notebooks_folder() == ROOT / "notebooks"


@pytest.mark.parametrize(
    ("names", "shown"),
    [({}, False), ({"DISPLAY": ":0"}, True), ({"WAYLAND_DISPLAY": "wayland-0"}, True)],
    ids=["none", "x11", "wayland"],
)
def test_a_browser_opens_only_where_there_is_a_display(
    names: dict[str, str], shown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in names.items():
        monkeypatch.setenv(name, value)
    assert lab.has_display() is shown


def test_widget_state_is_dropped_before_saving() -> None:
    model = {"type": "notebook", "content": {"metadata": {"widgets": 1, "kept": 2}}}
    drop_widget_state(model, path="x")
    assert model["content"] == {"metadata": {"kept": 2}}
    for other in ({"type": "file", "content": "text"}, {"type": "notebook"}):
        drop_widget_state(dict(other))
