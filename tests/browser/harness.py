"""JupyterLab and a browser under one folder, for tests that look where values go."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from leaks import found_in
from playwright.sync_api import Page, Request, WebSocket

REPOSITORY = Path(__file__).resolve().parents[2]

# Chromium's first start on a machine can take half a minute.
FIRST_WAIT = 60_000

BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

REDIRECTED = (
    "JUPYTER_CONFIG_DIR",
    "JUPYTER_DATA_DIR",
    "JUPYTER_RUNTIME_DIR",
    "JUPYTERLAB_SETTINGS_DIR",
    "JUPYTERLAB_WORKSPACES_DIR",
    "IPYTHONDIR",
    "HOME",
    "TMPDIR",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
)

QUIET = {"doNotDisturbMode": True, "fetchNews": "false", "checkForUpdates": False}

IDLE = """() => {
    const panel = window.jupyterapp?.shell?.currentWidget;
    const kernel = panel?.sessionContext?.session?.kernel;
    return Boolean(kernel) && panel.context.isReady &&
        kernel.connectionStatus === "connected" && kernel.status === "idle";
}"""


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass
class Lab:
    """A JupyterLab of its own, with every folder that it writes to below `root`."""

    root: Path
    port: int = field(default_factory=free_port)
    token: str = field(default_factory=lambda: secrets.token_hex(16))
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def origin(self) -> str:
        """The scheme, host and port."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def folder(self) -> Path:
        """The working copy of the notebooks."""
        return self.root / "work" / "notebooks"

    def address(self, notebook: str) -> str:
        """Return the address of a notebook in the folder, in a workspace of its own."""
        path = urllib.parse.quote(f"notebooks/{notebook}")
        query = f"?token={self.token}&reset"
        return f"{self.origin}/lab/workspaces/{secrets.token_hex(4)}/tree/{path}{query}"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        environment = {**os.environ, "JUPYTERLAB_LOG": "0", "PYTHONUNBUFFERED": "1"}
        for name in REDIRECTED:
            environment[name] = str(self.root / name.lower())
            (self.root / name.lower()).mkdir(parents=True)
        self.reset()
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
        command += ["--ServerApp.ip=127.0.0.1", f"--ServerApp.port={self.port}"]
        command += ["--ServerApp.port_retries=0", "--Session.debug=True"]
        command += [f"--IdentityProvider.token={self.token}"]
        command += [f"--ServerApp.root_dir={self.root / 'work'}"]
        command += ["--LabApp.expose_app_in_browser=True", "--LabApp.news_url="]
        with (self.root / "server.log").open("wb") as log:
            self.process = subprocess.Popen(
                command, env=environment, stdout=log, stderr=log, cwd=self.root
            )
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if self.process is None or self.process.poll() is not None:
                break
            try:
                self.ask("GET", "/api")
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise RuntimeError((self.root / "server.log").read_text()[-3000:])

    def stop(self) -> None:
        """End the server, and wait for it."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)

    def ask(self, method: str, path: str) -> bytes:
        """Send a request to the server's own API."""
        headers = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(
            self.origin + path, headers=headers, method=method
        )
        with urllib.request.urlopen(request, timeout=30) as response:
            return bytes(response.read())

    def stop_kernels(self) -> None:
        """End every kernel, so that it writes what it still has to write."""
        for session in json.loads(self.ask("GET", "/api/sessions")):
            self.ask("DELETE", f"/api/sessions/{session['id']}")

    def reset(self) -> None:
        """Make a fresh working copy of the project's notebooks."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        hidden = shutil.ignore_patterns(".*")
        shutil.copytree(REPOSITORY / "notebooks", self.folder, ignore=hidden)

    def settings(self, *, save_state: bool, dark: bool = False) -> None:
        """Write the settings that the next page reads."""
        theme = "JupyterLab Dark" if dark else "JupyterLab Light"
        chosen: dict[str, dict[str, object]] = {
            "@jupyterlab/docmanager-extension/plugin": {"autosave": False},
            "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
            "@jupyterlab/apputils-extension/notification": dict(QUIET),
            "@jupyterlab/apputils-extension/themes": {"theme": theme},
            "@jupyter-widgets/jupyterlab-manager/plugin": {"saveState": save_state},
        }
        for name, values in chosen.items():
            path = self.root / "jupyterlab_settings_dir" / f"{name}.jupyterlab-settings"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(values))

    def write(self, notebook: str, *cells: str) -> None:
        """Write a notebook with these code cells into the folder."""
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        content = {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {"kernelspec": kernel},
            "cells": [_cell(number, source) for number, source in enumerate(cells)],
        }
        self.folder.joinpath(notebook).write_text(json.dumps(content))

    def saved(self, notebook: str) -> str:
        """Return what the file of a notebook holds."""
        return self.folder.joinpath(notebook).read_text()


def _cell(number: int, source: str) -> dict[str, object]:
    return {
        "cell_type": "code",
        "id": f"cell-{number}",
        "metadata": {},
        "execution_count": None,
        "outputs": [],
        "source": source,
    }


class Traffic:
    """Everything that the page sends and receives.

    Attributes:
        addresses: the address of every request, in order.
        frames: what went over the websockets, in both directions.
        bodies: what was posted.
    """

    def __init__(self, page: Page) -> None:
        self.addresses: list[str] = []
        self.frames: list[bytes] = []
        self.bodies: list[bytes] = []
        page.context.on("request", self._request)
        page.on("websocket", self._websocket)

    def _request(self, request: Request) -> None:
        self.addresses.append(request.url)
        self.bodies.append(request.post_data_buffer or b"")

    def _websocket(self, websocket: WebSocket) -> None:
        self.addresses.append(websocket.url)
        websocket.on("framesent", self._frame)
        websocket.on("framereceived", self._frame)

    def _frame(self, payload: "str | bytes") -> None:
        self.frames.append(payload.encode() if isinstance(payload, str) else payload)

    def outside(self, lab: Lab) -> list[str]:
        """Return the addresses that are not on this machine's JupyterLab."""
        own = (lab.origin + "/", f"ws://127.0.0.1:{lab.port}/", "data:", "blob:")
        return [address for address in self.addresses if not address.startswith(own)]

    def holding(self, canary: str) -> list[str]:
        """Return the forms of the canary that were sent or received."""
        sent = [address.encode() for address in self.addresses]
        sent += self.frames + self.bodies
        return [form for data in sent for form in found_in(data, canary)]


def open_notebook(page: Page, lab: Lab, notebook: str) -> None:
    """Open a notebook, and wait until its kernel is connected and idle."""
    page.goto(lab.address(notebook), timeout=FIRST_WAIT)
    page.wait_for_function(IDLE, timeout=FIRST_WAIT)


def command(page: Page, name: str) -> None:
    """Run one of JupyterLab's own commands, and wait for its end."""
    page.evaluate(
        "name => window.jupyterapp.commands.execute(name).then(() => {})", name
    )


def run_all(page: Page, lab: Lab, notebook: str) -> None:
    """Open a notebook, run all its cells and wait for the last."""
    open_notebook(page, lab, notebook)
    command(page, "notebook:run-all-cells")
    page.wait_for_function(IDLE, timeout=FIRST_WAIT)


def save(page: Page) -> None:
    """Save the notebook, as the menu does."""
    command(page, "docmanager:save")


def settle(page: Page, lab: Lab) -> None:
    """Close the browser and the kernels, so that everything is written that will be."""
    page.context.close()
    lab.stop_kernels()
