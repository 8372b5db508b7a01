"""What reaches the sandbox: a request as it came, with its values readable.

A `Request` of the package conceals its secrets. The sandbox is what the keys are sent
to, so here, as where they are sent, they are revealed.
"""

import msgspec

from vippsdiag.environments import (
    HOSTS,
    SANDBOX_PRODUCTION,
    Environment,
    split,
)
from vippsdiag.exchange import Headers, Request
from vippsdiag.secret import Secret


class Received(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A request as it came.

    Attributes:
        base: scheme, host and port of the address that the client used.
        target: path and query.
        pairs: the headers in order.
    """

    method: str
    base: str
    target: str
    pairs: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def __repr__(self) -> str:
        """Return it without anything that may be secret."""
        return f"Received({self.method} {self.base})"

    def headers(self) -> dict[str, str]:
        """Return the values by name in lower case; of equal names the first counts."""
        found = {name.lower(): value for name, value in self.pairs}
        if len(found) < len(self.pairs):
            found = {name.lower(): value for name, value in reversed(self.pairs)}
        return found

    def request(self) -> Request:
        """Return it as the package's own value, with secrets concealed."""
        return Request(
            method=self.method,
            url=self.base + self.target,
            headers=Headers(self.pairs),
            body=self.body.decode("utf-8", "replace") if self.body else None,
        )


def of_request(request: Request) -> Received:
    """Return a request of the package as if it had been sent."""
    parts = split(_open(request.url))
    query = f"?{parts.query}" if parts.query else ""
    return Received(
        method=request.method,
        base=f"{parts.scheme}://{parts.netloc}",
        target=(parts.path or "/") + query,
        pairs=tuple((_open(name), _open(value)) for name, value in request.headers),
        body=_open(request.body or "").encode("utf-8", "surrogatepass"),
    )


def _open(value: str) -> str:
    return value.reveal() if isinstance(value, Secret) else value


def environment_at(base: str, path: str) -> tuple[Environment, str, str]:
    """Return which environment an address plays, its base, and the path as it sees it.

    On this machine production is below a prefix; any unknown host is test.
    """
    host = base.partition("://")[2].rpartition(":")[0] or base.partition("://")[2]
    if host == HOSTS[Environment.PRODUCTION]:
        return Environment.PRODUCTION, base, path
    below = path == SANDBOX_PRODUCTION or path.startswith(SANDBOX_PRODUCTION + "/")
    if below and host not in HOSTS.values():
        path = path.removeprefix(SANDBOX_PRODUCTION) or "/"
        return Environment.PRODUCTION, base + SANDBOX_PRODUCTION, path
    return Environment.TEST, base, path
