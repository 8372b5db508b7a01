"""Start the sandbox and JupyterLab beside it, and stop both together."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener

from vippsdiag.environments import SANDBOX_ADDRESS
from vippsdiag.sandbox.server import running

HERE = Path(__file__).parent
COPIES = "vippsdiag-notebooks"
# Seconds that JupyterLab may take to start, and to stop.
PATIENCE_START, PATIENCE_STOP = 120, 10


# Nothing is asked of other machines, and nothing of the user.
SETTINGS = (
    "--log-level=ERROR",
    "--ServerApp.ip=127.0.0.1",
    "--ServerApp.port_retries=0",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.news_url=None",
    "--LabApp.extension_manager=readonly",
    "--FileContentsManager.pre_save_hook=vippsdiag.hook.drop_widget_state",
)


def notebooks_folder() -> Path:
    """Return the folder to open: the checkout's, or copies in the current folder.

    A copy that is there already is kept as it is: it may have been changed.
    """
    checkout = HERE.parent / "notebooks"
    if checkout.is_dir():
        return checkout
    target = Path.cwd() / COPIES
    target.mkdir(exist_ok=True)
    for source in sorted((HERE / "notebooks").glob("*.ipynb")):
        if not (target / source.name).exists():
            shutil.copyfile(source, target / source.name)
    print(f"The notebooks are in {target}.")  # noqa: T201 - it is for the user
    return target


def has_display() -> bool:
    """Tell whether a browser would have somewhere to show itself."""
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def free_port() -> int:
    """Return a port on which nothing listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def command(folder: Path, notebook: str, port: int, *, browser: bool) -> list[str]:
    """Return the command line of JupyterLab; no token stands in it."""
    line = [
        sys.executable,
        "-m",
        "jupyterlab",
        *SETTINGS,
        f"--ServerApp.root_dir={folder}",
        f"--ServerApp.port={port}",
        f"--ServerApp.default_url=/lab/tree/{notebook}",
        f"--ServerApp.open_browser={browser}",
    ]
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [*line, "--allow-root"] if root else line


def open_lab(
    notebook: str = "01-onboarding.ipynb",
    *,
    browser: bool | None = None,
    port: int = 0,
) -> int:
    """Run until interrupted.

    Args:
        notebook: the one to open.
        browser: whether to open a browser; None for only if there is a display.
        port: of JupyterLab; 0 for a free one.

    Returns:
        The exit status: 0 if it was stopped, else that of JupyterLab.
    """
    show = has_display() if browser is None else browser
    port = port or free_port()
    token = secrets.token_hex(24)
    line = command(notebooks_folder(), notebook, port, browser=show)
    with running() as sandbox:
        environment = os.environ | {SANDBOX_ADDRESS: sandbox, "JUPYTER_TOKEN": token}
        with _started(line, environment) as process:
            address = f"http://127.0.0.1:{port}"
            if not _answers(process, address, token):
                print("JupyterLab did not start.", file=sys.stderr)  # noqa: T201
                return process.poll() or 1
            print(  # noqa: T201
                f"JupyterLab: {address}/lab/tree/{notebook}?token={token}\n"
                f"Sandbox: {sandbox}\nStop both with Ctrl-C.",
                flush=True,
            )
            return _wait(process)


@contextmanager
def _started(
    line: list[str], environment: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    # In a session of its own, or Ctrl-C would make Jupyter ask whether it should stop.
    process = subprocess.Popen(line, env=environment, start_new_session=True)
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield process
    finally:
        signal.signal(signal.SIGTERM, before)
        process.terminate()
        try:
            process.wait(PATIENCE_STOP)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _wait(process: subprocess.Popen[bytes]) -> int:
    try:
        return process.wait()
    except KeyboardInterrupt:
        print("\nStopping.")  # noqa: T201
        return 0


def _answers(process: subprocess.Popen[bytes], address: str, token: str) -> bool:
    """Wait until the server answers; False if it ends or takes too long."""
    opener = build_opener(ProxyHandler({}))  # this machine needs no proxy
    request = Request(  # noqa: S310 - the address is this machine's
        f"{address}/api/status", headers={"Authorization": f"token {token}"}
    )
    end = time.monotonic() + PATIENCE_START
    while process.poll() is None and time.monotonic() < end:
        try:
            with opener.open(request, timeout=5):
                return True
        except (URLError, OSError):
            time.sleep(0.1)
    return False
