"""An exchange: one request, and what came back or why nothing did."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property, lru_cache, wraps
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from vippsdiag.conceal import conceal, conceal_named
from vippsdiag.environments import Environment, api_path, behaves_as, split

Derived = TypeVar("Derived")

# No value that is told by its shape is shorter.
_SHORTEST_SECRET = 16


class Memo:
    """Room beside a value that never changes for what is derived from it.

    A hundred checks ask for the same. What is derived is no part of the value: it is
    not compared, shown or pickled.
    """

    __slots__ = ("__dict__",)


Kept = TypeVar("Kept", bound=Memo)


def once(derive: Callable[[Kept], Derived]) -> Callable[[Kept], Derived]:
    """Make a function of a value derive it the first time only (see `Memo`)."""
    name = f"{derive.__module__}.{derive.__qualname__}"

    @wraps(derive)
    def derived(value: Kept) -> Derived:
        memo = value.__dict__
        if name not in memo:
            memo[name] = derive(value)
        found: Derived = memo[name]
        return found

    return derived


class Headers:
    """Header names and values in the order they were sent, names without case.

    Values that are secret are concealed when the headers are made, so that no other
    code has to think of it.
    """

    __slots__ = ("_named", "_pairs")

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self._pairs = tuple(
            (_header_name(name), conceal_named(name, value)) for name, value in pairs
        )
        self._named: dict[str, list[str]] = {}
        for name, value in self._pairs:
            self._named.setdefault(name.lower(), []).append(value)

    def get(self, name: str) -> str | None:
        """Return the first value of a header, or None."""
        values = self._named.get(name.lower())
        return values[0] if values else None

    def all(self, name: str) -> list[str]:
        """Return every value of a header, in order."""
        return list(self._named.get(name.lower(), ()))

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._pairs)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.get(name) is not None

    def __len__(self) -> int:
        return len(self._pairs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Headers) and self._pairs == other._pairs

    def __hash__(self) -> int:
        return hash(self._pairs)

    def __repr__(self) -> str:
        return f"Headers({list(self._pairs)!r})"


def _header_name(name: str) -> str:
    """Conceal a name that is none: a value that slipped into its place."""
    return conceal(name) if len(name) >= _SHORTEST_SECRET else name


@lru_cache(maxsize=64)
def _parse_json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


# Guzzle, Axios and others write the answer behind words of their own.
_LONGEST_MESSAGE = 20_000
_BEGINS = re.compile(r"(?<![\w$#{])(?:\{\s*\"|\[\s*\{\s*\")")


def _quoted_json(text: str) -> Any:
    """Return the JSON that a message quotes, also if it was cut; None if none."""
    if len(text) > _LONGEST_MESSAGE or text[:1] in {"", "<"}:
        return None
    begins = _BEGINS.search(text)
    if begins is None:
        return None
    try:
        return json.JSONDecoder().raw_decode(text, begins.start())[0]
    except (ValueError, RecursionError):
        return _cut_json(text[begins.start() :])


def _cut_json(text: str) -> Any:
    """Return what is whole in JSON that was cut off; None if nothing is."""
    opened: list[str] = []
    whole = ""
    for match in _TOKENS.finditer(text):
        sign = match[0]
        if sign in "{[":
            opened.append("}" if sign == "{" else "]")
        elif sign in "}]" and opened:
            opened.pop()
        if sign in ",}]" and opened:
            before = text[: match.start() if sign == "," else match.end()]
            whole = before + "".join(reversed(opened))
    return _parse_json(whole)


# A string counts as one sign, whatever stands in it.
_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],]')


def _json(body: str | None) -> Any:
    # The shown form of a body is still JSON, with masks where the secrets were.
    return None if body is None else _parse_json(str(body).removeprefix("\ufeff"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Request(Memo):
    """What was sent.

    Attributes:
        method: as sent; to HTTP, ``post`` is another method than ``POST``. Empty if it
            is not known, as where an exception names an address alone.
        url: with scheme and host; secrets in the query are concealed.
        headers: as sent, in that order.
        body: as text; None if there was none or it is not known.
        http_version: such as ``HTTP/1.1``; None if not known.
    """

    method: str
    url: str
    headers: Headers = field(default_factory=Headers)
    body: str | None = None
    http_version: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "url", conceal(self.url))
        if self.body is not None:
            object.__setattr__(self, "body", conceal(self.body))

    @property
    def shows_headers(self) -> bool:
        """Whether any header is known: a line of a log tells of none."""
        return next(iter(self.headers), None) is not None

    @cached_property
    def host(self) -> str:
        """The host of the address, in lower case; empty if there is none."""
        return split(str(self.url)).hostname or ""

    @cached_property
    def scheme(self) -> str:
        """``https`` or ``http``; empty if the address has none."""
        return split(str(self.url)).scheme

    @cached_property
    def path(self) -> str:
        """The path as the API sees it."""
        return api_path(str(self.url))

    @cached_property
    def environment(self) -> Environment | None:
        """Test or production, by the host; the sandbox plays one of the two."""
        return behaves_as(str(self.url))

    @cached_property
    def query(self) -> str:
        """The part behind the question mark, with secrets masked."""
        return split(str(self.url)).query

    @cached_property
    def json(self) -> Any:
        """The body read as JSON, with secrets masked; None if it is not JSON."""
        return _json(self.body)

    @cached_property
    def form(self) -> dict[str, str]:
        """The body read as form fields, with secrets masked."""
        text = str(self.body or "")
        return {} if text[:1] in "{[<" else dict(parse_qsl(text, True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Response(Memo):
    """What came back.

    Attributes:
        status: the HTTP status; None if only the body is known.
        reason: the words beside the status; empty if not known.
        headers: as received, in that order.
        body: as text; None if there was none or it is not known.
        unread: whether there was a body that is not known: it was not recorded, or
            cannot be read. Nothing follows from what it does not say.
    """

    status: int | None = None
    reason: str = ""
    headers: Headers = field(default_factory=Headers)
    body: str | None = None
    unread: bool = False
    http_version: str | None = None

    def __post_init__(self) -> None:
        if self.body is not None:
            object.__setattr__(self, "body", conceal(self.body))

    @cached_property
    def json(self) -> Any:
        """The body read as JSON, with secrets masked; None if it is not JSON.

        Of a client's message that quotes an answer it is what is quoted.
        """
        found = _json(self.body)
        return _quoted_json(self.text) if found is None else found

    @cached_property
    def text(self) -> str:
        """The body with secrets masked; empty if there is none."""
        return str(self.body or "")

    @property
    def ok(self) -> bool:
        """Whether the status is known and says success."""
        return self.status is not None and 200 <= self.status < 300


class FailureKind(StrEnum):
    """Why no response came."""

    DNS = "dns"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    TLS = "tls"
    PROXY = "proxy"
    PROTOCOL = "protocol"
    CORS = "cors"
    RESET = "reset"
    UNREACHABLE = "unreachable"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """No response came.

    Attributes:
        kind: what sort of failure it was.
        message: the client's own words, with secrets masked.
    """

    kind: FailureKind
    message: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "message", conceal(self.message))


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long each phase took, in milliseconds; None where it is not known."""

    dns: float | None = None
    connect: float | None = None
    tls: float | None = None
    send: float | None = None
    wait: float | None = None
    receive: float | None = None

    @property
    def total(self) -> float:
        """The sum of the phases that are known, in milliseconds."""
        phases = self.dns, self.connect, self.tls, self.send, self.wait, self.receive
        return sum(phase for phase in phases if phase is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange(Memo):
    """One request with its response, or with the reason why there is none.

    Attributes:
        request: None if only an answer is known (a pasted error text).
        response: None if none came or it is not known.
        failure: why none came; None if one came or it is not known.
        timing: None if not known.
        started: when the request was sent; None if not known.
        proxy: the proxy that it went through, without credentials; None for none.
    """

    request: Request | None = None
    response: Response | None = None
    failure: Failure | None = None
    timing: Timing | None = None
    started: datetime | None = None
    proxy: str | None = None

    @property
    def status(self) -> int | None:
        """The response's status; None if there is none."""
        return self.response.status if self.response else None

    @property
    def ok(self) -> bool:
        """Whether a response came and says success."""
        return self.response is not None and self.response.ok

    @cached_property
    def text(self) -> str:
        """The response's body with secrets masked; empty if there is none."""
        return self.response.text if self.response else ""
