"""The sandbox as a server on this machine: a thin ASGI adapter over `handle`.

No WSGI server: those drop headers with an underscore, and client_id is one.
"""

import asyncio
import os
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import uvicorn

from vippsdiag.exchange import Headers, Request, Response
from vippsdiag.sandbox.adapter import raw_body
from vippsdiag.sandbox.answers import gateway
from vippsdiag.sandbox.simulator import Sandbox

ADDRESS = "127.0.0.1"
MOST_BYTES = 1_000_000
# Seconds to wait for the server to be ready, on a busy machine.
PATIENCE = 10

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Application:
    """An ASGI application that asks a sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    async def __call__(
        self, scope: dict[str, Any], receive: Receive, send: Send
    ) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        body = await _body(receive)
        if body is None:
            answer = gateway(413, "The body is larger than 1 MB.", self.sandbox.clock())
        else:
            answer = self.sandbox.handle(_request(scope, body))
        await _send(send, answer)


async def _body(receive: Receive) -> bytes | None:
    """Read the body; None if it is too large."""
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b""
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MOST_BYTES:
            return None
        if not message.get("more_body"):
            return b"".join(parts)


def _request(scope: dict[str, Any], body: bytes) -> Request:
    path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
    query = scope["query_string"].decode("latin-1")
    url = f"http://{ADDRESS}{path}" + (f"?{query}" if query else "")
    pairs = (
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, value in scope["headers"]
    )
    return Request(
        method=scope["method"],
        url=url,
        headers=Headers(pairs),
        body=body.decode("utf-8", "replace") if body else None,
    )


async def _send(send: Send, answer: Response) -> None:
    # The server counts the length itself.
    headers = [
        (name.encode(), str(value).encode("latin-1"))
        for name, value in answer.headers
        if name != "Content-Length"
    ]
    body = raw_body(answer)
    headers.append((b"content-length", str(len(body)).encode()))
    start = {"type": "http.response.start", "status": answer.status, "headers": headers}
    await send(start)
    await send({"type": "http.response.body", "body": body})


class _Server(uvicorn.Server):
    """Tells when it is ready."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], object]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()


def _server(sandbox: Sandbox, ready: Callable[[], object]) -> _Server:
    config = uvicorn.Config(
        Application(sandbox),
        lifespan="off",
        ws="none",
        access_log=False,  # a log of requests could hold keys
        log_level="warning",
        date_header=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    return _Server(config, ready)


def _listen(port: int) -> socket.socket:
    # Only with its protocol named are answers sent without the delay of 40 ms that
    # gathers small pieces: asyncio looks at it.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # elsewhere it would let two servers share a port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((ADDRESS, port))
    except OSError:
        listening.close()
        raise
    return listening


def _address(listening: socket.socket) -> str:
    return f"http://{ADDRESS}:{listening.getsockname()[1]}"


def serve(
    port: int = 0,
    *,
    announce: Callable[[str], object],
    sandbox: Sandbox | None = None,
) -> None:
    """Serve until interrupted; Ctrl-C is how it is meant to end, and no error.

    Args:
        port: 0 for a free one.
        announce: called with the address, once the server answers.
        sandbox: a new one if not given.

    Raises:
        OSError: the port is in use.
    """
    with _listen(port) as listening:
        address = _address(listening)
        server = _server(sandbox or Sandbox(), lambda: announce(address))
        with suppress(KeyboardInterrupt):
            asyncio.run(server.serve(sockets=[listening]))


@contextmanager
def running(sandbox: Sandbox | None = None, port: int = 0) -> Iterator[str]:
    """Serve in a thread of its own, and yield the address.

    Raises:
        OSError: the port is in use.
        TimeoutError: the server was not ready in time.
    """
    ready = threading.Event()
    with _listen(port) as listening:
        server = _server(sandbox or Sandbox(), ready.set)
        thread = threading.Thread(
            target=lambda: asyncio.run(server.serve(sockets=[listening])), daemon=True
        )
        thread.start()
        try:
            if not ready.wait(PATIENCE):
                raise TimeoutError("The sandbox did not start.")
            yield _address(listening)
        finally:
            server.should_exit = True
            thread.join(PATIENCE)
