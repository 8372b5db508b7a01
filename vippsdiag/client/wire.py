"""Record what goes over the wire, and how long each phase takes.

The headers are taken where the connection writes them: their names, spelling and order
are what was sent, those included that the HTTP library adds by itself.
"""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from time import perf_counter
from typing import Any

from requests import PreparedRequest, Session
from requests.adapters import HTTPAdapter
from urllib3 import PoolManager, ProxyManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError

from vippsdiag.conceal import conceal_named
from vippsdiag.environments import split
from vippsdiag.exchange import Timing


@dataclass(slots=True, kw_only=True)
class Recording:
    """What one call did on the wire.

    Attributes:
        headers: in the order in which they were written, concealed at once, so that
            no traceback that shows this value shows theirs.
        times: in seconds; what did not happen is not in it.
    """

    headers: list[tuple[str, str]] = field(default_factory=list)
    times: dict[str, float] = field(default_factory=dict)

    def wrote(self, name: str, value: str) -> None:
        """Take down a header."""
        self.headers.append((name, conceal_named(name, value)))

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Measure a phase; one that fails is measured too."""
        start = perf_counter()
        try:
            yield
        finally:
            self.times[name] = self.times.get(name, 0.0) + perf_counter() - start

    def timing(self) -> Timing:
        """Return the phases in milliseconds."""
        return Timing(**{name: 1000 * time for name, time in self.times.items()})

    @contextmanager
    def around(self) -> Iterator[None]:
        """Measure a whole call as waiting, where no connection measures the phases."""
        start = perf_counter()
        yield
        if "send" not in self.times:
            total = perf_counter() - start
            self.times["wait"] = total - self.times.get("receive", 0.0)

    def complete(self, request: PreparedRequest) -> None:
        """Take the headers from the request, where no connection wrote them.

        The first two are those that a connection would have added.
        """
        if self.headers:
            return
        self.wrote("Host", split(request.url or "").netloc)
        self.wrote("Accept-Encoding", "identity")
        for name, value in request.headers.items():
            self.wrote(_text(name), _text(value))


Recorder = Callable[[], Recording]


def _recording(base: type[HTTPConnection], recorder: Recorder) -> type[HTTPConnection]:
    """Return a connection class that writes down what it does."""

    class RecordingConnection(base):  # type: ignore[misc, valid-type]
        _dns_host: str
        # Set for all connections by some notebooks, it would print every header.
        debuglevel = 0

        def _new_conn(self) -> Any:
            recording, name = recorder(), self._dns_host
            with recording.phase("dns"):
                addresses = _resolve(name, self.port)
            with recording.phase("connect"):
                try:
                    return self._first_of(addresses or [name])
                finally:
                    # The certificate is checked against the name.
                    self._dns_host = name

        def _first_of(self, addresses: list[str]) -> Any:
            *others, last = addresses
            for address in others:
                self._dns_host = address
                # The refused one is a kind of the one that timed out.
                with suppress(ConnectTimeoutError):
                    return super()._new_conn()
            self._dns_host = last
            return super()._new_conn()

        def connect(self) -> None:
            recording = recorder()
            before = sum(recording.times.values())
            start = perf_counter()
            super().connect()
            if isinstance(self.sock, ssl.SSLSocket):
                known = sum(recording.times.values()) - before
                recording.times["tls"] = perf_counter() - start - known

        def _tunnel(self) -> None:
            with recorder().phase("connect"):
                super()._tunnel()

        def putrequest(self, *arguments: Any, **options: Any) -> None:
            recorder().headers.clear()
            super().putrequest(*arguments, **options)

        def putheader(self, header: Any, *values: Any) -> None:
            text = ", ".join(map(_text, values))
            if "@@@SKIP_HEADER@@@" not in text:
                recorder().wrote(_text(header), text)
            super().putheader(header, *values)

        def endheaders(self, *arguments: Any, **options: Any) -> None:
            if self.sock is None and self.auto_open:
                self.connect()
            with recorder().phase("send"):
                super().endheaders(*arguments, **options)

        def getresponse(self) -> Any:
            with recorder().phase("wait"):
                return super().getresponse()

    return RecordingConnection


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _resolve(name: str, port: int) -> list[str]:
    """Return the addresses of a host; none if that fails, for the library to tell."""
    try:
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(item[4][0]) for item in found))


class RecordingAdapter(HTTPAdapter):
    """Sends over connections that write down what they do."""

    def __init__(self) -> None:
        self.recording = Recording()
        super().__init__(max_retries=0)

    def _classes(self) -> dict[str, type[HTTPConnectionPool]]:
        plain = _recording(HTTPConnection, lambda: self.recording)
        secure = _recording(HTTPSConnection, lambda: self.recording)

        class Plain(HTTPConnectionPool):
            ConnectionCls = plain

        class Secure(HTTPSConnectionPool):
            ConnectionCls = secure  # type: ignore[assignment]

        return {"http": Plain, "https": Secure}

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """Make the pools of recording connections."""
        super().init_poolmanager(*arguments, **options)
        self._record(self.poolmanager)

    def proxy_manager_for(self, *arguments: Any, **options: Any) -> ProxyManager:
        """Do the same for calls through a proxy."""
        made = super().proxy_manager_for(*arguments, **options)
        self._record(made)
        return made  # type: ignore[no-any-return]

    def _record(self, manager: PoolManager) -> None:
        manager.pool_classes_by_scheme = self._classes()


def recording_session() -> Session:
    """Return a session whose connections write down what they do; for one thread."""
    session = Session()
    session.headers.clear()
    # Each call stands for itself: a cookie of the call before is one thing more that
    # could explain an answer.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.adapters.clear()
    for scheme in ("https://", "http://"):
        session.mount(scheme, RecordingAdapter())
    return session
