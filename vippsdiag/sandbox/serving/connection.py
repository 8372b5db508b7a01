"""One connection to the sandbox: HTTP/1.1 in, HTTP/1.1 out.

A framework on a ready server costs three times what an answer of the sandbox costs
(measured in `benchmarks/sandbox.py`), and cannot break a connection off, which faults
have to. So the parser is a library's and what is around it is here.
"""

import asyncio
import os
import socket
import struct
from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import cast

import httptools

from vippsdiag.sandbox.gateway import answers
from vippsdiag.sandbox.gateway.received import Received
from vippsdiag.sandbox.gateway.reply import Reply

MOST_BYTES = 1_000_000
# All the header lines together; what servers usually take is 8 to 64 KB.
MOST_HEADER_BYTES = 64_000
# One request as it is on the wire: a body can be sent in pieces of a byte.
MOST_RAW_BYTES = 16 * MOST_BYTES
# What is read and thrown away, so that who sends too much can still read the answer.
MOST_IGNORED = 64_000_000
# How many requests may wait on one connection.
MOST_WAITING = 32
# Two numbers, which are shorter on Windows.
LINGER = "hh" if os.name == "nt" else "ii"

Answer = Callable[[Received], tuple[Reply, list[tuple[str, str]]]]


class Connection(asyncio.Protocol):
    """Reads requests, and writes the answers in the same order.

    Args:
        answer: what the sandbox says to a request.
        base: the address of the server, for requests that name no host.
        open_connections: where the connection enters itself while it is open.
    """

    def __init__(
        self, answer: Answer, base: str, open_connections: "set[Connection]"
    ) -> None:
        self._answer = answer
        self._base = base
        self._all = open_connections
        self._waiting: deque[tuple[Received | None, bool]] = deque()
        self._pause: asyncio.TimerHandle | None = None
        self._ignored: int | None = None
        self._last = monotonic()

    def idle(self, now: float) -> float:
        """Return for how many seconds no request was completed or answered.

        Pieces of a request do not count: who sends a byte a second is idle as well.
        """
        return 0.0 if self._pause else now - self._last

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        # Of TCP it is one of these, though not every event loop's says so.
        self._transport = cast("asyncio.Transport", transport)
        self._parser = httptools.HttpRequestParser(self)
        self._all.add(self)
        self.on_message_begin()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        del exc
        self._all.discard(self)
        if self._pause:
            self._pause.cancel()
        # The two hold each other; so neither has to wait for the collector.
        del self._parser

    def data_received(self, data: bytes) -> None:
        """Read a piece of a request, or of several."""
        if self._ignored is not None:
            self._ignore(len(data))
            return
        self._piece = len(data)
        self._raw_bytes += self._piece
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._close_after()
        except httptools.HttpParserError:
            self._give_up()
        self._measure()
        self._work()

    def pause_writing(self) -> None:
        """Read nothing more from somebody who does not read."""
        self._transport.pause_reading()

    def resume_writing(self) -> None:
        """Go on reading."""
        self._transport.resume_reading()

    # What the parser calls.

    def on_message_begin(self) -> None:
        """Begin a request."""
        self._url = b""
        self._host = ""
        self._pairs: list[tuple[str, str]] = []
        self._pieces: list[bytes] = []
        self._body_bytes = self._raw_bytes = 0
        self._in_head = True

    def on_url(self, url: bytes) -> None:
        """Take the address, or a piece of it."""
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""
        self._pairs.append((name.decode("latin-1"), value.decode("latin-1")))

    def on_headers_complete(self) -> None:
        """See how large they are, and encourage who asked whether to go on."""
        self._in_head = False
        if self._raw_bytes + self._piece > MOST_HEADER_BYTES:
            self._see_size()
        # The first one of two hosts counts.
        for name, value in reversed(self._pairs):
            size = len(name)
            if size == 4 and name.lower() == "host":
                self._host = value
            elif size == 6 and name.lower() == "expect" and "100" in value:
                self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body."""
        self._body_bytes += len(body)
        if self._body_bytes <= MOST_BYTES:
            self._pieces.append(body)
        elif self._ignored is None:
            self._pieces.clear()
            self._refuse(answers.too_large())

    def on_message_complete(self) -> None:
        """Put the request in its place in the line."""
        self._last = monotonic()
        self._raw_bytes = 0
        if self._ignored is None:
            self._waiting.append((self._received(), self._parser.should_keep_alive()))

    # What is done with a request.

    def _see_size(self) -> None:
        """Refuse large headers; what was read may hold other requests as well."""
        size = sum(len(name) + len(value) for name, value in self._pairs)
        if size + len(self._url) > MOST_HEADER_BYTES:
            self._refuse(_headers_too_large())

    def _give_up(self) -> None:
        """Answer what came before something that is not HTTP, and end."""
        self._work()
        if self._pause or self._waiting:
            self._ignored = 0
            self._close_after()
        elif not self._transport.is_closing():
            self._refuse(answers.gateway(400, "The request is not valid HTTP."))

    def _measure(self) -> None:
        """Refuse what never comes to an end, such as a line that is a header's."""
        if self._ignored is not None:
            return
        if self._in_head and self._raw_bytes > MOST_HEADER_BYTES:
            self._refuse(_headers_too_large())
        elif self._raw_bytes > MOST_RAW_BYTES:
            self._refuse(answers.too_large())

    def _received(self) -> Received:
        target = str(self._url, "latin-1")
        return Received(
            method=str(self._parser.get_method(), "latin-1"),
            base=f"http://{self._host}" if self._host else self._base,
            target=target if target.startswith("/") else f"/{target}",
            pairs=tuple(self._pairs),
            body=b"".join(self._pieces),
        )

    def _work(self) -> None:
        while self._waiting and self._pause is None:
            if self._transport.is_closing():
                return
            received, keep = self._waiting.popleft()
            if received is None:
                self._transport.close()
                return
            reply, pairs = self._answer(received)
            if reply.delay:
                self._transport.pause_reading()
                self._pause = asyncio.get_running_loop().call_later(
                    reply.delay, self._go_on, reply, pairs, received.method, keep
                )
            else:
                self._write(reply, pairs, received.method, keep=keep)
        if len(self._waiting) > MOST_WAITING:
            self._transport.pause_reading()

    def _go_on(
        self, reply: Reply, pairs: list[tuple[str, str]], method: str, keep: bool
    ) -> None:
        self._pause = None
        self._write(reply, pairs, method, keep=keep)
        if not self._transport.is_closing():
            self._transport.resume_reading()
            self._work()

    def _write(
        self, reply: Reply, pairs: list[tuple[str, str]], method: str, *, keep: bool
    ) -> None:
        if reply.reset:
            self._reset()
            return
        if reply.headers:
            # Of those that are always there, each is one line.
            pairs = _single(pairs)
        lines = [f"{name}: {value}\r\n" for name, value in pairs]
        if not keep:
            lines.append("Connection: close\r\n")
        text = f"HTTP/1.1 {reply.status} {reply.words}\r\n{''.join(lines)}\r\n"
        head = text.encode("latin-1", "replace")
        body = b"" if method == "HEAD" else reply.body[: reply.cut]
        self._transport.write(head + body)
        self._last = monotonic()
        if not keep or reply.cut is not None:
            self._transport.close()

    def _reset(self) -> None:
        # With no time to linger, closing sends a reset instead of an end.
        own = self._transport.get_extra_info("socket")
        own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack(LINGER, 1, 0))
        self._transport.abort()

    # How it ends.

    def _refuse(self, reply: Reply) -> None:
        """Answer, and read on without listening: a reset could overtake the answer."""
        if self._ignored is not None:
            return
        self._ignored = 0
        self._waiting.clear()
        lines = f"HTTP/1.1 {reply.status} {reply.words}\r\nConnection: close\r\n"
        kind = f"Content-Type: {reply.kind}\r\nContent-Length: {len(reply.body)}\r\n"
        self._transport.write((lines + kind + "\r\n").encode() + reply.body)
        if self._transport.can_write_eof():
            self._transport.write_eof()

    def _ignore(self, size: int) -> None:
        self._ignored = (self._ignored or 0) + size
        if self._ignored > MOST_IGNORED:
            self._transport.abort()

    def _close_after(self) -> None:
        self._waiting.append((None, False))

    def close(self) -> None:
        """End the connection now."""
        self._transport.abort()


def _headers_too_large() -> Reply:
    return answers.gateway(431, "The headers are larger than 64 KB.")


def _single(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return headers that are one line each, whatever was asked for."""
    return [
        (name, " ".join(value.splitlines()) if not value.isprintable() else value)
        for name, value in pairs
    ]
