"""Start the sandbox and the notebooks beside it, and stop both together.

The notebooks run in JupyterLab, in Notebook 7, or as apps (see `place`).
"""

import errno
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener

from vippsdiag.environments import SANDBOX_ADDRESS
from vippsdiag.errors import VippsdiagError
from vippsdiag.language import VARIABLE, say, spoken, tr
from vippsdiag.place import VOILA, Place, kept_ready
from vippsdiag.sandbox.serving.server import running

HERE = Path(__file__).parent
COPIES = "vippsdiag-notebooks"
FIRST = ("00-start", "01-onboarding")
# Seconds that a server may take to start, and to stop.
PATIENCE_START, PATIENCE_STOP = 120, 10
# Linux chooses from 32768 on, the other systems from 49152 (RFC 6335).
_PORTS = range(20_000, 30_000)


def notebooks_folder() -> Path:
    """Return the folder to open: the checkout's, or copies in the current folder.

    A copy that is there already is kept as it is: it may have been changed.
    """
    checkout = _checkout()
    if checkout.is_dir():
        return checkout
    target = Path.cwd() / COPIES
    copy_notebooks(target)
    said = tr("The notebooks are in {folder}.", folder=target)
    print(said)  # noqa: T201 - it is for the user
    return target


def copy_notebooks(target: Path) -> None:
    """Copy the notebooks into a folder; what is there already is kept as it is."""
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    checkout = _checkout()
    source = checkout if checkout.is_dir() else HERE / "notebooks"
    for notebook in sorted(source.glob("*.ipynb")):
        if not (target / notebook.name).exists():
            shutil.copyfile(notebook, target / notebook.name)


def _checkout() -> Path:
    return HERE.parent / "notebooks"


def has_display() -> bool:
    """Tell whether a browser would have somewhere to show itself."""
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def free_ports() -> Iterator[int]:
    """Yield ports of the loopback address on which nothing listens now, without end.

    A server takes seconds before it listens. By then a port that the system has chosen
    may be that of an outgoing connection; these are below all that it chooses.

    Raises:
        OSError: none is free.
    """
    first = secrets.randbelow(len(_PORTS))
    ports = (*_PORTS[first:], *_PORTS[:first])
    while any(map(_is_free, ports)):
        yield from filter(_is_free, ports)
    raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))


def _is_free(port: int) -> bool:
    with socket.socket() as probe, suppress(OSError):
        probe.bind(("127.0.0.1", port))
        return True
    return False


def notebook_named(name: str | None, folder: Path) -> str:
    """Return the file of a notebook, which may be named without its number.

    Raises:
        VippsdiagError: there is none of that name, or several.
    """
    stems = sorted(path.stem for path in folder.glob("*.ipynb"))
    if name is None:
        return next((file for file in FIRST if file in stems), stems[0]) + ".ipynb"
    wanted = name.removesuffix(".ipynb")
    found = [stem for stem in stems if wanted in {stem, stem.split("-", 1)[-1]}]
    if len(found) != 1:
        raise VippsdiagError(
            say(
                "There is no notebook {name}. There are: {names}.",
                name=name,
                names=", ".join(stems),
            )
        )
    return f"{found[0]}.ipynb"


def run(
    place: Place,
    notebook: str | None = None,
    *,
    browser: bool | None = None,
    port: int = 0,
    ready: int = 1,
) -> int:
    """Run until interrupted.

    Args:
        place: where the notebooks are shown.
        notebook: the one to open; None for the first.
        browser: whether to open a browser; None for only if there is a display.
        port: of the server; 0 for a free one.
        ready: how many kernels of the notebook Voila keeps ready.

    Returns:
        The exit status: 0 if it was stopped, else that of the server.

    Raises:
        VippsdiagError: there is no such notebook.
    """
    folder = notebooks_folder()
    notebook = notebook_named(notebook, folder)
    port = port or next(free_ports())
    token = secrets.token_hex(24)
    more = kept_ready(notebook, ready) if place is VOILA else ()
    line = place.command(folder, port, *more)
    with running() as sandbox:
        own = {SANDBOX_ADDRESS: sandbox, VARIABLE: spoken()}
        environment = os.environ | own | place.environment(token)
        with _started(line, environment) as process:
            if not _answers(process, place, port, token):
                problem = tr("{place} did not start.", place=place.name)
                print(problem, file=sys.stderr)  # noqa: T201
                return process.poll() or 1
            address = place.address(port, notebook, token)
            stop = tr("Stop both with Ctrl-C.")
            said = f"{place.name}: {address}\nSandbox: {sandbox}\n{stop}"
            print(said, flush=True)  # noqa: T201
            with shown(address, browser=browser):
                return _wait(process)


@contextmanager
def shown(address: str, *, browser: bool | None) -> Iterator[None]:
    """Open a browser; its command line has no token, for it is led on by a file."""
    if not (has_display() if browser is None else browser):
        yield
        return
    with TemporaryDirectory(prefix="vippsdiag-") as folder:  # for this user alone
        page = Path(folder) / "open.html"
        page.write_text(
            f'<meta http-equiv="refresh" content="0;url={escape(address)}">', "utf-8"
        )
        webbrowser.open(page.as_uri())
        yield


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
        print("\n" + tr("Stopping."))  # noqa: T201
        return 0


def _answers(
    process: subprocess.Popen[bytes], place: Place, port: int, token: str
) -> bool:
    """Wait until the server answers; False if it ends or takes too long."""
    opener = build_opener(ProxyHandler({}))  # this machine needs no proxy
    request = Request(
        f"http://127.0.0.1:{port}{place.ready}",
        headers={"Authorization": f"token {token}"},
    )
    end = time.monotonic() + PATIENCE_START
    while process.poll() is None and time.monotonic() < end:
        try:
            with opener.open(request, timeout=5):
                return True
        except (URLError, OSError):
            time.sleep(0.1)
    return False
