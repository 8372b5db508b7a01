"""What was asked and answered last, for people to look at.

An answer must not wait for its log, so what is kept at first is what went by, as it
was. Its secrets are concealed when somebody looks, or a moment later by the server;
from then on nothing else is left of it.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import structs

from vippsdiag.exchange import Exchange, Failure, FailureKind
from vippsdiag.sandbox.gateway.received import Received
from vippsdiag.sandbox.gateway.reply import Reply
from vippsdiag.sandbox.serving.entrance import PREFIX, SHORTEST_CODE
from vippsdiag.secret import MASK

if TYPE_CHECKING:
    from vippsdiag.check import Report

# How many exchanges are kept, and how much of a body.
MOST = 100
LONGEST_BODY = 20_000
# Where a diagnosis takes the sandbox to be, however it was reached.
HERE = "http://127.0.0.1"
# Addresses that were handed out to who came with the access code in the path hold it.
CODE = re.compile(rf"(?<={PREFIX})[A-Za-z0-9_-]{{{SHORTEST_CODE},}}")


class Entry:
    """One exchange in the log.

    Attributes:
        number: counts all exchanges from 1.
        at: when it was answered, on the sandbox's clock.
        faults: what was made to go wrong with it, as it is written.
        unclear: why the sandbox itself refused it, before any API saw it; or empty.
    """

    __slots__ = ("_exchange", "_raw", "_report", "at", "faults", "number", "unclear")

    def __init__(
        self,
        number: int,
        at: datetime,
        raw: tuple[Received, Reply],
        faults: tuple[str, ...],
        unclear: str,
    ) -> None:
        self.number = number
        self.at = at
        self.faults = faults
        self.unclear = unclear
        self._raw: tuple[Received, Reply] | None = raw
        self._exchange: Exchange | None = None
        self._report: Report | None = None

    @property
    def exchange(self) -> Exchange:
        """The exchange with its secrets concealed; what it was before is dropped."""
        raw = self._raw
        if raw is not None:
            self._exchange = _concealed(*raw, self.at)
            self._raw = None
        assert self._exchange is not None  # noqa: S101 - one of the two is there
        return self._exchange

    @property
    def raw(self) -> bool:
        """Whether its secrets are not concealed yet."""
        return self._raw is not None

    @property
    def report(self) -> "Report":
        """What the package itself says about it."""
        from vippsdiag.diagnosis import diagnose  # noqa: PLC0415 - start-up counts
        from vippsdiag.evidence import Evidence  # noqa: PLC0415

        if self._report is None:
            evidence = Evidence(exchanges=(_here(self.exchange),), now=self.at)
            self._report = diagnose(evidence)
        return self._report


class Log:
    """The last exchanges, the oldest first."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=MOST)
        self._count = 0
        self._paused = False

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Keep nothing for a while: what is done at a seat is for nobody else."""
        before, self._paused = self._paused, True
        try:
            yield
        finally:
            self._paused = before

    def add(
        self,
        received: Received,
        reply: Reply,
        at: datetime,
        faults: tuple[str, ...] = (),
        unclear: str = "",
    ) -> None:
        """Keep an exchange."""
        if self._paused:
            return
        self._count += 1
        raw = received, reply
        self._entries.append(Entry(self._count, at, raw, faults, unclear))

    @property
    def count(self) -> int:
        """How many there were in all."""
        return self._count

    def __iter__(self) -> Iterator[Entry]:
        return iter(tuple(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    def conceal_one(self) -> bool:
        """Conceal the secrets of one exchange; tell whether there was one to do."""
        for entry in reversed(tuple(self._entries)):
            if entry.raw:
                _ = entry.exchange
                return True
        return False

    def clear(self) -> None:
        """Forget all of them."""
        self._entries.clear()


def _concealed(received: Received, reply: Reply, at: datetime) -> Exchange:
    origin = "/".join(received.base.split("/", 3)[:3])
    request = structs.replace(
        received,
        base=origin,
        pairs=_without_code(received.pairs),
        body=_body_without_code(received.body),
    ).request()
    if reply.reset:
        failure = Failure(kind=FailureKind.RESET, message="Connection reset by peer")
        return Exchange(request=request, failure=failure, started=at)
    headers = _without_code(reply.headers)
    shown = replace(reply, headers=headers, body=_readable(reply))
    return Exchange(request=request, response=shown.response(at), started=at)


def _readable(reply: Reply) -> bytes:
    """Return the beginning of a body; of a picture there is nothing to read."""
    if reply.kind.startswith("image/") and "svg" not in reply.kind:
        return f"({len(reply.body)} bytes of {reply.kind})".encode()
    return _body_without_code(reply.body[: reply.cut])


def _body_without_code(body: bytes) -> bytes:
    """Return the beginning of a body."""
    beginning = body[:LONGEST_BODY]
    if PREFIX.encode() not in beginning:
        return beginning
    text = beginning.decode("utf-8", "surrogateescape")
    return CODE.sub(MASK, text).encode("utf-8", "surrogateescape")


def _without_code(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, CODE.sub(MASK, value)) for name, value in pairs)


def _here(exchange: Exchange) -> Exchange:
    """Return an exchange as if it had come from this machine.

    In a workshop the sandbox has another address, which is no documented host.
    """
    request = exchange.request
    if request is None or request.environment is not None:
        return exchange
    path = str(request.url).split("/", 3)[3:]
    return replace(exchange, request=replace(request, url="/".join([HERE, *path])))
