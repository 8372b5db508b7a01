"""A reply: what the sandbox sends back, before it is written out in HTTP."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from email.utils import formatdate
from functools import lru_cache
from typing import Any

import msgspec

from vippsdiag.exchange import Headers, Response

JSON = "application/json; charset=utf-8"
PROBLEM = "application/problem+json"
HTML = "text/html; charset=utf-8"

REASONS = {
    200: "OK",
    201: "Created",
    202: "Accepted",
    204: "No Content",
    302: "Found",
    303: "See Other",
    400: "Bad Request",
    401: "Unauthorized",
    402: "Payment Required",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    413: "Payload Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Entity",
    423: "Locked",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


@dataclass(slots=True, kw_only=True)
class Reply:
    """What is sent back.

    Attributes:
        body: the bytes as they go out.
        kind: the media type of the body; empty for none.
        headers: further headers; length, type and date are added.
        reason: the words beside the status; the usual ones if empty.
        delay: seconds to wait before it is sent.
        cut: after how many bytes of the body the connection ends; None for all.
        reset: whether the connection is reset instead.
        at: when it was answered, on the sandbox's clock; None if it did not look.
    """

    status: int
    body: bytes = b""
    kind: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    reason: str = ""
    delay: float = 0.0
    cut: int | None = None
    reset: bool = False
    at: datetime | None = None

    @property
    def words(self) -> str:
        """The words beside the status."""
        return self.reason or REASONS.get(self.status, "")

    def pairs(self, now: datetime) -> list[tuple[str, str]]:
        """Return every header, with a length that fits the whole body."""
        pairs = [("Content-Length", str(len(self.body)))]
        if self.kind:
            pairs.append(("Content-Type", self.kind))
        if not any(name == "Date" for name, _ in self.headers):
            pairs.append(("Date", http_date(now)))
        pairs.extend(self.headers)
        return pairs

    def response(self, now: datetime) -> Response:
        """Return the reply as the package's own value, with secrets concealed."""
        pairs = self.pairs(now)
        return Response(
            status=self.status,
            reason=self.words,
            headers=Headers(pairs) if self.headers else _headers(tuple(pairs)),
            body=self.body.decode("utf-8", "replace"),
            http_version="HTTP/1.1",
        )


@lru_cache(maxsize=256)
def _headers(pairs: tuple[tuple[str, str], ...]) -> Headers:
    """Return headers that many answers share: length, type and date, and no others."""
    return Headers(pairs)


def http_date(at: datetime) -> str:
    """Return a time as the ``Date`` header has it."""
    return _date(int(at.timestamp()))


@lru_cache(maxsize=4)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)


class Refusal(Exception):  # noqa: N818 - it is an answer, and no error of this program
    """Ends a call with a reply, from wherever in the operation it is raised."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


def in_json(
    status: int,
    body: Any,
    kind: str = JSON,
    *,
    headers: tuple[tuple[str, str], ...] = (),
    reason: str = "",
) -> Reply:
    """Return a reply with a body in JSON."""
    text = msgspec.json.encode(body)
    return Reply(status=status, body=text, kind=kind, headers=headers, reason=reason)


def empty(status: int) -> Reply:
    """Return a reply without a body."""
    return Reply(status=status)


def page(status: int, html: str) -> Reply:
    """Return a page for people."""
    return Reply(status=status, body=html.encode(), kind=HTML)


def trace_id() -> str:
    """Return a new trace id, as the errors of newer APIs hold one."""
    digits = uuid.uuid4().hex
    return f"00-{digits}-{digits[8:24]}-01"
