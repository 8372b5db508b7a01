"""The sandbox as a server on this machine: a thin adapter over `Sandbox.answer`.

No WSGI server: those drop headers with an underscore, and client_id is one.
"""

import asyncio
import gc
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from time import monotonic

from vippsdiag.environments import LOOPBACK_HOSTS
from vippsdiag.errors import VippsdiagError
from vippsdiag.language import mark, say
from vippsdiag.sandbox.control.log import MOST as MOST_LOGGED
from vippsdiag.sandbox.gateway import answers
from vippsdiag.sandbox.gateway.received import Received
from vippsdiag.sandbox.gateway.reply import Refusal, Reply
from vippsdiag.sandbox.serving.connection import MOST_BYTES, Connection
from vippsdiag.sandbox.serving.entrance import SHORTEST_CODE, Entrance, is_code
from vippsdiag.sandbox.simulator import Sandbox, utc_now
from vippsdiag.sandbox.state.state import Unavailable

__all__ = ["MOST_BYTES", "running", "serve"]

ADDRESS = "127.0.0.1"
# Seconds to wait for the server to be ready, on a busy machine.
PATIENCE = 10
# How many connections may wait to be taken.
BACKLOG = 2048
# Seconds after which a connection is closed that says nothing, and how often to look.
IDLE = 60.0
# How often to see whether something's time has come; what is asked for always does.
CATCH_UP = 15.0
ROUND = 5.0
# After how many objects, and of these rounds, the garbage collector looks for more.
SELDOM = (20_000, 10, 10)
# Seconds between looks at the webhooks that are due.
LOOK = 0.2
# Seconds between looks at the log, and how many exchanges are concealed each time.
# Each takes a fraction of a millisecond, which the calls of others would wait for.
LOG_ROUND = 0.25
LOG_STEPS = 25


class _Server:
    """Serves one sandbox on one socket."""

    def __init__(
        self,
        sandbox: Sandbox,
        listening: socket.socket,
        *,
        deliver: bool,
        code: str | None = None,
    ) -> None:
        self._sandbox = sandbox
        self._listening = listening
        self._deliver = deliver
        self._entrance = Entrance(code)
        self._open: set[Connection] = set()

    async def serve(self, ready: Callable[[], object], end: asyncio.Event) -> None:
        """Serve until the event is set."""
        loop = asyncio.get_running_loop()
        base = _address(self._listening)
        server = await loop.create_server(
            lambda: Connection(self._answer, base, self._open),
            sock=self._listening,
            backlog=BACKLOG,
        )
        tasks = [loop.create_task(self._rounds()), loop.create_task(self._conceal())]
        ended = threading.Event()
        sender = threading.Thread(target=self._deliveries, args=(ended,), daemon=True)
        if self._deliver:
            sender.start()
        ready()
        try:
            await end.wait()
        finally:
            for task in tasks:
                task.cancel()
            server.close()
            ended.set()
            if self._deliver:
                # A receiver may take its time; it is not waited for.
                sender.join(LOOK)
            for connection in tuple(self._open):
                connection.close()

    def _answer(self, received: Received) -> tuple[Reply, list[tuple[str, str]]]:
        try:
            reply = self._sandbox.answer(self._entrance.enter(received))
        except Refusal as refusal:
            reply = refusal.reply
        except Unavailable as error:
            reply = answers.gateway(503, str(error))
        except Exception as error:  # noqa: BLE001 - others must still be served
            name = type(error).__name__
            text = f"The sandbox itself failed ({name}). Please report it."
            reply = answers.gateway(500, text)
        return reply, reply.pairs(reply.at or self._now())

    def _now(self) -> datetime:
        try:
            return self._sandbox.clock()
        except Unavailable:
            return utc_now()

    async def _conceal(self) -> None:
        """Leave nothing in the log as it came, once there is a moment for it.

        While many call, what came has left the log before it is looked at.
        """
        log, seen = self._sandbox.log, 0
        while True:
            await asyncio.sleep(LOG_ROUND)
            steps = LOG_STEPS if log.count - seen < MOST_LOGGED else 0
            seen = log.count
            for _ in range(steps):
                if not log.conceal_one():
                    break
                await asyncio.sleep(0)

    def _deliveries(self, ended: threading.Event) -> None:
        """Send the webhooks that are due, shortly after what made them was answered."""
        caught_up = monotonic()
        while not ended.wait(LOOK):
            # Another process may hold the state for long; then the next look does it.
            with suppress(Unavailable):
                if monotonic() - caught_up > CATCH_UP:
                    caught_up = monotonic()
                    self._sandbox.catch_up()
                self._sandbox.deliver()

    async def _rounds(self) -> None:
        """Close what is idle: who sends too slowly must not hold a place for ever."""
        while True:
            await asyncio.sleep(ROUND)
            now = monotonic()
            for connection in tuple(self._open):
                if connection.idle(now) > IDLE:
                    connection.close()


def _listen(host: str, port: int, code: str | None) -> socket.socket:
    """Return a socket to listen on.

    Raises:
        VippsdiagError: others could reach it, and there is no good code.
        OSError: the port is in use, or there is no such address.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    family, _, _, _, address = found[0]
    # Only with its protocol named are answers sent without the delay of 40 ms that
    # gathers small pieces: asyncio looks at it.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # elsewhere it would let two servers share a port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        _see_code(str(address[0]), code)
        listening.bind(address)
    except BaseException:
        listening.close()
        raise
    return listening


def _see_code(address: str, code: str | None) -> None:
    if code is not None and not is_code(code):
        raise VippsdiagError(
            say(
                "An access code has at least {count} characters, all of them letters, "
                "digits, hyphens or underscores.",
                count=SHORTEST_CODE,
            )
        )
    if code is None and address not in LOOPBACK_HOSTS:
        raise VippsdiagError(
            mark(
                "Other machines could reach the sandbox at this address, so it needs "
                "an access code."
            )
        )


def _address(listening: socket.socket) -> str:
    """Return the address to reach it at; by the machine's name if it has several."""
    host, port = listening.getsockname()[:2]
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound to
        host = socket.gethostname()
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(  # noqa: PLR0913 - each is one thing to say about the server
    port: int = 0,
    *,
    announce: Callable[[str], object],
    sandbox: Sandbox | None = None,
    deliver: bool = True,
    host: str = ADDRESS,
    code: str | None = None,
) -> None:
    """Serve until interrupted; Ctrl-C is how it is meant to end, and no error.

    Args:
        port: 0 for a free one.
        announce: called with the address, once the server answers.
        sandbox: a new one if not given.
        deliver: whether webhooks are sent; not if other machines reach the sandbox.
        host: the address to listen on; for one that other machines reach, there has
            to be a code.
        code: the access code that every request has to carry; None for none.

    Raises:
        VippsdiagError: others could reach it, and there is no code, or a short one.
        OSError: the port is in use, or there is no such address.
    """
    with _listen(host, port, code) as listening:
        address = _address(listening)
        # Who is elsewhere must not reach what listens on this machine alone; a code
        # tells that others come too, be it through a proxy.
        own = listening.getsockname()[0] in LOOPBACK_HOSTS and code is None
        deliver = deliver and own
        sandbox = sandbox or Sandbox()
        if code is not None:
            sandbox.state.hide(code)
        server = _Server(sandbox, listening, deliver=deliver, code=code)

        async def main() -> None:
            end = asyncio.Event()
            loop = asyncio.get_running_loop()
            for number in (signal.SIGINT, signal.SIGTERM):
                # Not on Windows, where Ctrl-C raises KeyboardInterrupt.
                with suppress(NotImplementedError):
                    loop.add_signal_handler(number, end.set)
            await server.serve(lambda: announce(address), end)

        _take_more_files()
        # What is there by now stays; looking through it again would take milliseconds.
        # What a call leaves behind is seldom for the collector, so that it may come
        # seldom: it would keep a call in a hundred waiting.
        gc.freeze()
        gc.set_threshold(*SELDOM)
        with suppress(KeyboardInterrupt):
            asyncio.run(main())


def _take_more_files() -> None:
    """Allow as many connections as the system lets a process have."""
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


@contextmanager
def running(
    sandbox: Sandbox | None = None,
    port: int = 0,
    *,
    deliver: bool = True,
    code: str | None = None,
) -> Iterator[str]:
    """Serve in a thread of its own, and yield the address.

    Args:
        sandbox: a new one if not given.
        port: 0 for a free one.
        deliver: whether webhooks are sent.
        code: the access code that every request has to carry; None for none.

    Raises:
        OSError: the port is in use.
        TimeoutError: the server was not ready in time.
    """
    ready = threading.Event()
    with _listen(ADDRESS, port, None) as listening:
        server = _Server(sandbox or Sandbox(), listening, deliver=deliver, code=code)
        loop = asyncio.new_event_loop()
        end = asyncio.Event()

        def main() -> None:
            with asyncio.Runner(loop_factory=lambda: loop) as runner:
                runner.run(server.serve(ready.set, end))

        thread = threading.Thread(target=main, daemon=True)
        thread.start()
        try:
            if not ready.wait(PATIENCE):
                raise TimeoutError("The sandbox did not start.")
            yield _address(listening)
        finally:
            with suppress(RuntimeError):  # it has ended by itself
                loop.call_soon_threadsafe(end.set)
            thread.join(PATIENCE)
