"""`vippsdiag lab` and `vippsdiag app`: the real things, with no browser."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from websocket import create_connection

from vippsdiag import lab
from vippsdiag.errors import VippsdiagError
from vippsdiag.hook import drop_widget_state
from vippsdiag.place import JUPYTERLAB, NOTEBOOK, VOILA, Place

ROOT = Path(__file__).parent.parent


def fetch(address: str, **headers: str) -> int:
    request = urllib.request.Request(address, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


@dataclass
class Started:
    """A command that runs, what it said, and where its errors and warnings went."""

    process: "subprocess.Popen[str]"
    place: Place
    said: dict[str, str]
    errors: Path

    @property
    def address(self) -> str:
        return self.said[self.place.name]

    @property
    def sandbox(self) -> str:
        return self.said["Sandbox"]

    @property
    def base(self) -> str:
        return self.address.partition(self.place.path)[0]

    @property
    def token(self) -> str:
        return self.address.partition("?token=")[2]


@pytest.fixture(
    scope="module",
    params=[(JUPYTERLAB, "lab"), (NOTEBOOK, "lab --classic"), (VOILA, "app")],
    ids=["JupyterLab", "Notebook 7", "Voila"],
)
def started(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Started]:
    place, command = request.param
    home = tmp_path_factory.mktemp("home")
    folders = {
        name: str(home / name.lower())
        for name in ("HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")
    }
    line = [sys.executable, "-m", "vippsdiag", *command.split()]
    with (home / "errors").open("w") as errors:
        process = subprocess.Popen(
            [*line, "onboarding", "--no-browser"],
            env=os.environ | folders,
            stdout=subprocess.PIPE,
            stderr=errors,
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
    yield Started(process, place, said, home / "errors")
    process.kill()
    process.wait()
    process.stdout.close()


def test_the_address_opens_the_notebook(started: Started) -> None:
    path = re.escape(f"{started.place.path}01-onboarding.ipynb")
    wanted = rf"http://127\.0\.0\.1:\d+{path}\?token=\w{{48}}"
    assert re.fullmatch(wanted, started.address)
    assert fetch(started.address) == 200


def test_nobody_is_let_in_without_the_token(started: Started) -> None:
    path = started.place.ready
    assert fetch(started.base + path) == 403
    assert fetch(f"{started.base}{path}?token={started.token}") == 200


def test_another_name_of_this_machine_leads_nowhere(started: Started) -> None:
    address = f"{started.base}{started.place.ready}?token={started.token}"
    assert fetch(address, Host="shop.example.com") == 403


def test_a_kernel_that_starts_says_nothing_to_the_user(started: Started) -> None:
    if started.place is VOILA:
        # The page is all there when its kernel has run all cells.
        with urllib.request.urlopen(started.address, timeout=60) as page:
            assert b"Onboarding" in page.read()
    else:
        start_kernel(f"{started.base}/api/kernels", started.token)
    # Voila tells of who was not let in, as the other tests were not.
    said = started.errors.read_text().splitlines()
    assert [line for line in said if not line.startswith("403 GET ")] == []


def start_kernel(kernels: str, token: str) -> None:
    """Start a kernel, and wait until it answers to a page."""
    headers = {"Authorization": f"token {token}"}
    request = urllib.request.Request(kernels, b"{}", headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        kernel = f"{kernels}/{json.load(answer)['id']}"
    channels = f"{kernel.replace('http', 'ws', 1)}/channels"
    with closing(create_connection(channels, header=headers, timeout=60)):
        asked = urllib.request.Request(kernel, headers=headers)
        deadline = time.monotonic() + 60
        state = ""
        while state != "idle":
            assert time.monotonic() < deadline, state
            time.sleep(0.1)
            with urllib.request.urlopen(asked, timeout=20) as answer:
                state = json.load(answer)["execution_state"]


def test_the_token_is_on_no_command_line(started: Started) -> None:
    assert started.place.module in processes()
    assert started.token not in processes()


def test_the_sandbox_runs_beside_it(started: Started) -> None:
    assert fetch(started.sandbox + "/nothing") == 404


def test_ctrl_c_stops_both_and_leaves_nothing(started: Started) -> None:
    started.process.send_signal(signal.SIGINT)
    assert started.process.wait(20) == 0
    for address in (started.address, started.sandbox):
        with pytest.raises(urllib.error.URLError):
            fetch(address)
    deadline = time.monotonic() + 10
    port = re.search(r":(\d+)/", started.address)
    assert port is not None
    while time.monotonic() < deadline and f"port={port[1]}" in processes():
        time.sleep(0.1)
    assert f"port={port[1]}" not in processes()


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("01-onboarding", "01-onboarding.ipynb"),
        ("01-onboarding.ipynb", "01-onboarding.ipynb"),
        ("troubleshooting", "02-troubleshooting.ipynb"),
    ],
    ids=["name", "file", "without number"],
)
def test_a_notebook_is_found_by_its_name(name: str, file: str) -> None:
    assert lab.notebook_named(name, ROOT / "notebooks") == file


def test_without_a_name_the_first_notebook_is_opened(tmp_path: Path) -> None:
    for name in ("02-more", "01-onboarding"):
        (tmp_path / f"{name}.ipynb").touch()
    assert lab.notebook_named(None, tmp_path) == "01-onboarding.ipynb"
    (tmp_path / "00-start.ipynb").touch()
    assert lab.notebook_named(None, tmp_path) == "00-start.ipynb"


def test_an_unknown_notebook_is_answered_with_those_that_there_are() -> None:
    with pytest.raises(VippsdiagError, match=r"no notebook x.*02-troubleshooting"):
        lab.notebook_named("x", ROOT / "notebooks")


def test_a_browser_is_led_on_by_a_file_and_not_by_its_command_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened: list[str] = []

    def browse(address: str) -> None:
        assert "token" not in address
        opened.append(Path(urllib.request.url2pathname(address[7:])).read_text("utf-8"))

    monkeypatch.setattr("webbrowser.open", browse)
    with lab.shown("http://127.0.0.1:1/lab?token=a", browser=True):
        assert "url=http://127.0.0.1:1/lab?token=a" in opened[0]
    with lab.shown("http://127.0.0.1:1/lab?token=a", browser=False):
        assert len(opened) == 1


def processes() -> str:
    done = subprocess.run(
        ["ps", "-ww", "-eo", "args"], capture_output=True, text=True, check=True
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


def test_a_port_on_which_something_listens_is_passed_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = int(taken.getsockname()[1])
        monkeypatch.setattr(lab, "_PORTS", (port,))
        with pytest.raises(OSError, match="in use"):
            next(lab.free_ports())
    ports = lab.free_ports()
    assert [next(ports), next(ports)] == [port, port]
