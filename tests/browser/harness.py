"""A server and a browser under one folder, for tests that look where values go."""

import json
import os
import secrets
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from leaks import found_in
from playwright.sync_api import Page, Request, WebSocket

from vippsdiag.lab import free_ports
from vippsdiag.place import VOILA, kept_ready

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


# Voila takes away each output that it has drawn.
RENDERED = """() => document.querySelector("#rendered_cells:not([hidden])") &&
    !document.querySelector('script[type="application/vnd.voila.cell-output+json"]')"""

THEME = "theme => document.body.dataset.jpThemeName === theme"

KERNEL = """() =>
    JSON.parse(document.getElementById("jupyter-config-data").textContent).kernelId"""


@dataclass
class Server(ABC):
    """A server of its own, with every folder that it writes to below `root`."""

    root: Path
    port: int = field(default_factory=lambda: next(free_ports()))
    token: str = field(default_factory=lambda: secrets.token_hex(16))
    process: "subprocess.Popen[bytes] | None" = None

    # What answers once it has started.
    ready = "/api"

    @property
    def origin(self) -> str:
        """The scheme, host and port."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def folder(self) -> Path:
        """The working copy of the notebooks."""
        return self.root / "work" / "notebooks"

    @property
    @abstractmethod
    def command(self) -> list[str]:
        """The command line of the server."""

    @abstractmethod
    def address(self, notebook: str) -> str:
        """Return the address of a notebook in the folder."""

    @abstractmethod
    def open(self, page: Page, notebook: str) -> None:
        """Show a notebook of which every cell has run."""

    @abstractmethod
    def theme(self, page: Page, *, dark: bool) -> None:
        """Change the theme of what is shown."""

    def save(self, page: Page) -> None:  # noqa: B027 - an app has nothing to save
        """Save the notebook, as the menu does, where that can be done."""

    @abstractmethod
    def settle(self, page: Page) -> None:
        """Close the browser and the kernels, so that what will be written is."""

    def start(self) -> None:
        """Start the server and wait until it answers."""
        environment = {**os.environ, "JUPYTERLAB_LOG": "0", "PYTHONUNBUFFERED": "1"}
        for name in REDIRECTED:
            environment[name] = str(self.root / name.lower())
            (self.root / name.lower()).mkdir(parents=True)
        environment |= self.environment()
        self.reset()
        with (self.root / "server.log").open("wb") as log:
            self.process = subprocess.Popen(
                self.command, env=environment, stdout=log, stderr=log, cwd=self.root
            )
        self._wait()

    def environment(self) -> Mapping[str, str]:
        """Return what this kind of server needs in its environment."""
        return {"JUPYTER_TOKEN": self.token}

    def _wait(self) -> None:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if self.process is None or self.process.poll() is not None:
                break
            try:
                self.ask("GET", self.ready)
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

    def reset(self) -> None:
        """Make a fresh working copy of the project's notebooks."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        hidden = shutil.ignore_patterns(".*")
        shutil.copytree(REPOSITORY / "notebooks", self.folder, ignore=hidden)

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


class Lab(Server):
    """JupyterLab."""

    @property
    def command(self) -> list[str]:
        """The command line; Notebook 7 is served as well."""
        line = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
        line += ["--ServerApp.ip=127.0.0.1", f"--ServerApp.port={self.port}"]
        line += ["--ServerApp.port_retries=0", "--Session.debug=True"]
        line += [f"--ServerApp.root_dir={self.root / 'work'}", "--LabApp.news_url="]
        shown = ("LabApp", "JupyterNotebookApp")
        return line + [f"--{app}.expose_app_in_browser=True" for app in shown]

    def address(self, notebook: str) -> str:
        """Return the address of a notebook in the folder, in a workspace of its own."""
        path = urllib.parse.quote(f"notebooks/{notebook}")
        query = f"?token={self.token}&reset"
        return f"{self.origin}/lab/workspaces/{secrets.token_hex(4)}/tree/{path}{query}"

    def open(self, page: Page, notebook: str) -> None:
        """Open a notebook, run all its cells and wait for the last."""
        run_all(page, self, notebook)

    def theme(self, page: Page, *, dark: bool) -> None:
        """Change the theme, as the menu does."""
        theme = "JupyterLab Dark" if dark else "JupyterLab Light"
        command(page, "apputils:change-theme", theme=theme)
        page.wait_for_function(THEME, arg=theme)

    def save(self, page: Page) -> None:
        """Save the notebook, as the menu does."""
        save(page)

    def settle(self, page: Page) -> None:
        """Close the browser and the kernels, so that what will be written is."""
        settle(page, self)

    def stop_kernels(self) -> None:
        """End every kernel, so that it writes what it still has to write."""
        for session in json.loads(self.ask("GET", "/api/sessions")):
            self.ask("DELETE", f"/api/sessions/{session['id']}")

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


class Classic(Lab):
    """Notebook 7, on the server of a JupyterLab."""

    def address(self, notebook: str) -> str:
        """Return the address of a notebook in the folder."""
        path = urllib.parse.quote(f"notebooks/{notebook}")
        return f"{self.origin}/notebooks/{path}?token={self.token}"


class Apps(Server):
    """Voila, with the settings of `vippsdiag app`."""

    ready = VOILA.ready

    @property
    def command(self) -> list[str]:
        """The command line, as it is for people."""
        more = kept_ready("01-onboarding.ipynb")
        return VOILA.command(self.folder, self.port, *more)

    def environment(self) -> Mapping[str, str]:
        """Return what `vippsdiag app` sets."""
        return VOILA.environment(self.token)

    def address(self, notebook: str) -> str:
        """Return the address of an app."""
        return VOILA.address(self.port, notebook, self.token)

    def reset(self) -> None:
        """Take away what a test wrote, and nothing else: kernels stand ready in it."""
        if not self.folder.exists():
            super().reset()
        for path in self.folder.glob("*.ipynb"):
            if not REPOSITORY.joinpath("notebooks", path.name).exists():
                path.unlink()

    def open(self, page: Page, notebook: str) -> None:
        """Open an app, and wait until it has run."""
        page.goto(self.address(notebook), timeout=FIRST_WAIT)
        page.wait_for_function(RENDERED, timeout=FIRST_WAIT)

    def theme(self, page: Page, *, dark: bool) -> None:
        """Change what the browser prefers, which an app follows."""
        page.emulate_media(color_scheme="dark" if dark else "light")
        theme = "JupyterLab Dark" if dark else "JupyterLab Light"
        page.wait_for_function(THEME, arg=theme)

    def settle(self, page: Page) -> None:
        """Leave the page, which ends its kernel, and close the browser."""
        kernel = page.evaluate(KERNEL)
        page.goto("about:blank")
        end = time.monotonic() + 30
        while self._has(kernel):
            assert time.monotonic() < end, "The kernel did not end."
            page.wait_for_timeout(50)
        page.context.close()

    def _has(self, kernel: str) -> bool:
        try:
            self.ask("GET", f"/api/kernels/{kernel}")
        except urllib.error.HTTPError as error:
            with error:
                return error.code != 404
        return True


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

    def outside(self, server: Server) -> list[str]:
        """Return the addresses that are not on this machine's server."""
        socket = f"ws://127.0.0.1:{server.port}/"
        own = (server.origin + "/", socket, "data:", "blob:")
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


def command(page: Page, name: str, **given: object) -> None:
    """Run one of JupyterLab's own commands, and wait for its end."""
    page.evaluate(
        "call => window.jupyterapp.commands.execute(...call).then(() => {})",
        [name, given],
    )


def run_all(page: Page, lab: Lab, notebook: str) -> None:
    """Open a notebook, run all its cells and wait for the last."""
    open_notebook(page, lab, notebook)
    run_cells(page)


def run_cells(page: Page) -> None:
    """Run all cells of the notebook that is open, and wait for the last."""
    page.wait_for_function(IDLE, timeout=FIRST_WAIT)
    command(page, "notebook:run-all-cells")
    page.wait_for_function(IDLE, timeout=FIRST_WAIT)


def save(page: Page) -> None:
    """Save the notebook, as the menu does."""
    command(page, "docmanager:save")


def settle(page: Page, lab: Lab) -> None:
    """Close the browser and the kernels, so that everything is written that will be."""
    page.context.close()
    lab.stop_kernels()
