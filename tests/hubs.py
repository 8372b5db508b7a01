"""The hub of `deploy/`, really run: for a test, and to see what a seat costs.

It is driven through its own API with the token of a service, which a few lines of
configuration add; everything else is as it is for people.
"""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
from npm import find_packages
from websocket import create_connection

from vippsdiag.hub import TRAINER
from vippsdiag.lab import free_ports
from vippsdiag.sandbox import Sandbox
from vippsdiag.sandbox.state.keeping import kept_in
from vippsdiag.secret import Secret

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
# Seconds that something may take where the machine is busy.
PATIENCE = 300

# Who drives the hub, and where the page tells what it does.
MORE = """\
load_subconfig({config!r})
c.JupyterHub.services.append({{"name": "test", "api_token": {token!r}}})
scopes = ["admin:users", "admin:servers", "access:servers"]
c.JupyterHub.load_roles.append(
    {{"name": "test", "services": ["test"], "scopes": scopes}}
)
c.JupyterHub.hub_port = {hub_port}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy_port}"
c.Spawner.args.append("--LabApp.expose_app_in_browser=True")
"""

# What a learner's notebook does, here without a page: it sits down, begins the first
# exercise and solves it. The trainer's looks at the board, and at the clock.
SIT = """
import json, time
from hashlib import sha256
from vippsdiag.notebook import Workshop
app = Workshop()
link = app.seat.link
sheet = link.begin("two-keys-are-enough")
key = sheet.hand["primary key of the test unit"]
print(json.dumps([link.seat.name, link.seat.number, sha256(key.encode()).hexdigest()]))
"""
SOLVE = """
key = "{{primary key of the test unit}}"
sheet.call.headers.append(("Ocp-Apim-Subscription-Key", key))
solved = link.call(sheet.exercise, sheet.call, {}).solved
print(json.dumps([solved, time.time()]))
"""
STAND = """
import json
from vippsdiag.notebook import Workshop
link = Workshop().seat.link
print(json.dumps([one.exercise for one in link.stand().standings if one.solved]))
"""


def until(
    found: Callable[[], Any], what: str = "what was waited for", every: float = 0.1
) -> Any:
    """Return what a function finds as soon as it finds something."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if value := found():
            return value
        time.sleep(every)
    raise TimeoutError(f"{what} did not come")


@dataclass
class Hub:
    """A hub with everything that it writes below one folder.

    Attributes:
        root: the folder.
        more: settings in its environment, beside those that are its own.
        password: of the learners.
        trainer_password: of the trainer.
    """

    root: Path
    more: dict[str, str] = field(default_factory=dict)
    password: str = field(default_factory=lambda: secrets.token_hex(8))
    trainer_password: str = field(default_factory=lambda: secrets.token_hex(32))
    process: "subprocess.Popen[bytes] | None" = None
    _token: str = field(default_factory=lambda: secrets.token_hex(16))
    _ports: list[int] = field(default_factory=lambda: list(islice(free_ports(), 4)))

    @property
    def origin(self) -> str:
        """The scheme, host and port."""
        return f"http://127.0.0.1:{self._ports[0]}"

    def code(self, name: str) -> str:
        """Return what proves who somebody is: a return code, or the trainer's code."""
        file = self.root / "hub" / "workshop.db"
        state = kept_in(Secret(self.more.get("VIPPSDIAG_HUB_DB", str(file))))
        roll = Sandbox(state=state).roll
        codes = {seat.name: roll.code_of(seat.number) for seat in roll.seats()}
        codes[TRAINER] = roll.trainer_code()
        state.close()
        return codes[name]

    @property
    def log(self) -> Path:
        """What the hub and its servers print."""
        return self.root / "hub.log"

    def start(self) -> None:
        """Start the hub and its sandbox, and wait until both answer."""
        config = self.root / "config.py"
        config.write_text(
            MORE.format(
                config=str(DEPLOY / "jupyterhub_config.py"),
                token=self._token,
                hub_port=self._ports[2],
                proxy_port=self._ports[3],
            )
        )
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jupyterhub", f"--config={config}"],
                env=os.environ | self._environment() | self.more,
                stdout=log,
                stderr=log,
                cwd=self.root,
                start_new_session=True,
            )
        until(self._answers, "the hub")
        until(lambda: _reached(self._ports[1]), "the sandbox")

    def _environment(self) -> dict[str, str]:
        proxy = find_packages(DEPLOY)
        if proxy is None:
            raise RuntimeError("the proxy is not there: run tests/npm.py deploy")
        command = proxy / "node_modules" / ".bin"
        return {
            "HOME": str(self.root),
            "PATH": os.pathsep.join((str(command), os.environ["PATH"])),
            "PYTHONPATH": str(ROOT),
            "VIPPSDIAG_HUB_FOLDER": str(self.root / "hub"),
            "VIPPSDIAG_HUB_PASSWORD": self.password,
            "VIPPSDIAG_HUB_TRAINER_PASSWORD": self.trainer_password,
            "VIPPSDIAG_HUB_SANDBOX_PORT": str(self._ports[1]),
            "VIPPSDIAG_HUB_URL": self.origin,
        }

    def _answers(self) -> bool:
        if self.process is None or self.process.poll() is not None:
            raise RuntimeError(self.log.read_text()[-3000:])
        try:
            self.ask("GET", "/hub/api/")
        except OSError:
            return False
        return True

    def stop(self) -> None:
        """End the hub, and with it every server and the sandbox."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(PATIENCE)
            self.process = None

    def crash(self) -> None:
        """End everything that runs at once, as a machine does that loses its power."""
        for process in self.processes():
            with suppress(psutil.NoSuchProcess):  # a kernel ends with its server
                process.kill()
        if self.process is not None:
            self.process.wait(PATIENCE)
            self.process = None

    def processes(self) -> list[psutil.Process]:
        """Return what runs: the hub first, then all that it has started."""
        if self.process is None:
            return []
        first = psutil.Process(self.process.pid)
        return [first, *first.children(recursive=True)]

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """Send a request to the hub, or to somebody's server."""
        request = urllib.request.Request(
            self.origin + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"token {self._token}"},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            text = response.read()
        return json.loads(text) if text else None

    def begin(self, *names: str) -> None:
        """Start somebody's servers, all at the same moment, and wait for them."""
        with ThreadPoolExecutor(len(names)) as pool:
            list(pool.map(self._begin, names))

    def _begin(self, name: str) -> None:
        user = f"/hub/api/users/{name}"
        for path in (user, f"{user}/server"):
            try:
                self.ask("POST", path, {})
            except urllib.error.HTTPError as error:
                with error:
                    if error.code not in {400, 409}:  # it is there already
                        raise
        until(lambda: self._is_ready(name), f"the server of {name}", every=0.5)

    def _is_ready(self, name: str) -> bool:
        server = self.ask("GET", f"/hub/api/users/{name}")["servers"].get("")
        if server is None:
            raise RuntimeError(self.log.read_text()[-3000:])
        return bool(server["ready"])

    @contextmanager
    def kernel(self, name: str) -> Iterator["Kernel"]:
        """Start a kernel on somebody's server."""
        path = f"/user/{name}/api/kernels"
        kernel = self.ask("POST", path, {"name": "python3"})
        address = f"{self.origin}{path}/{kernel['id']}/channels"
        connection = create_connection(
            address.replace("http", "ws", 1),
            header=[f"Authorization: token {self._token}"],
            timeout=PATIENCE,
        )
        try:
            yield Kernel(connection)
        finally:
            connection.close()


class Kernel:
    """A kernel at the other end of a websocket, as a page has it."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def run(self, code: str) -> Any:
        """Run some code, and return what it printed, which is JSON.

        Raises:
            RuntimeError: the code has failed; its text is the name of the exception.
        """
        number, printed, error = self._send(code), [], None
        while True:
            message = json.loads(self._connection.recv())
            if message["parent_header"].get("msg_id") != number:
                continue
            content = message["content"]
            if message["msg_type"] == "stream":
                printed.append(content["text"])
            elif message["msg_type"] == "error":
                error = RuntimeError(content["ename"], content["evalue"])
            elif content.get("execution_state") == "idle":
                if error:
                    raise error
                return json.loads("".join(printed) or "null")

    def _send(self, code: str) -> str:
        number = uuid4().hex
        header = {
            "msg_id": number,
            "msg_type": "execute_request",
            "username": "",
            "session": uuid4().hex,
            "version": "5.3",
        }
        # What is sent directly after an error is not run, unless it says otherwise.
        content = {"code": code, "silent": False, "store_history": True}
        content["stop_on_error"] = False
        message = {
            "header": header,
            "parent_header": {},
            "metadata": {},
            "content": content,
            "channel": "shell",
        }
        self._connection.send(json.dumps(message))
        return number


def _reached(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 1):
            return True
    except OSError:
        return False
