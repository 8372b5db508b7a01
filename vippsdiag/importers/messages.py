"""HTTP messages as text: raw ones, and what ``curl -v`` prints."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from vippsdiag.exchange import Exchange, Headers, Request, Response

_REQUEST = re.compile(
    r"(?P<mark>> ?)?(?P<method>GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|CONNECT) "
    r"(?P<target>\S+) (?P<version>HTTP/\d(?:\.\d)?)\s*"
)
_RESPONSE = re.compile(
    r"(?P<mark>< ?)?(?P<version>HTTP/\d(?:\.\d)?) (?P<status>\d{3})(?: (?P<reason>.*))?"
)
_HEADER = re.compile(r"(?P<name>[\w!#$%&'*+.^`|~-]+):[ \t]*(?P<value>.*)")
# What curl says about its own doings, and its progress meter.
_CURL_NOTE = re.compile(r"\* |[{}] \[\d+ bytes|\s*% Total|\s*Dload|\s*\d+ +\d+ +\d+ ")
_GLUED_NOTE = re.compile(r"\* (?:Connection|Closing|Curl_http_done)\b.*$", re.DOTALL)
_PLAIN_PORT = re.compile(r"port 80\b|:80$")


@dataclass(slots=True)
class Message:
    """A request or a response in a text.

    Attributes:
        first: the index of its first line.
        end: the index of the line behind it.
    """

    start: re.Match[str]
    first: int
    end: int
    headers: list[tuple[str, str]] = field(default_factory=list, repr=False)
    body: str | None = field(default=None, repr=False)

    @property
    def is_request(self) -> bool:
        """Whether it is a request and no response."""
        return "method" in self.start.re.groupindex


def read_messages(lines: list[str]) -> tuple[list[Exchange], set[int]]:
    """Find the HTTP messages in a text.

    Returns:
        The exchanges, and the indexes of the lines that they stand on.
    """
    messages = list(_messages(lines))
    used = {index for one in messages for index in range(one.first, one.end)}
    if any(one.start["mark"] for one in messages):
        used |= {index for index, line in enumerate(lines) if _CURL_NOTE.match(line)}
    plain = any(_PLAIN_PORT.search(line) for line in lines if line.startswith("* "))
    return list(_exchanges(messages, "http" if plain else "https")), used


def _start(line: str) -> re.Match[str] | None:
    return _REQUEST.fullmatch(line) or _RESPONSE.fullmatch(line)


def _messages(lines: list[str]) -> Iterator[Message]:
    index = 0
    while index < len(lines):
        start = _start(lines[index].rstrip())
        if start is None:
            index += 1
            continue
        message = Message(start, index, index + 1)
        _read_headers(message, lines)
        _read_body(message, lines)
        yield message
        index = message.end


def _read_headers(message: Message, lines: list[str]) -> None:
    mark = (message.start["mark"] or "").strip()
    for index in range(message.end, len(lines)):
        line = lines[index].rstrip("\r")
        if mark and not line.startswith(mark):
            # A note of curl's between the headers, or their end.
            if not _CURL_NOTE.match(line):
                return
            continue
        header = _HEADER.fullmatch(line.removeprefix(mark).lstrip(" "))
        if header is None:
            return
        message.headers.append((header["name"], header["value"].rstrip(" \t")))
        message.end = index + 1


def _read_body(message: Message, lines: list[str]) -> None:
    """Read the body behind the blank line; ``curl -v`` shows that of responses."""
    mark = (message.start["mark"] or "").strip()
    place = message.end
    blank = place < len(lines) and not lines[place].removeprefix(mark).strip()
    if not blank:
        return
    message.end = place + 1
    if mark == ">":
        return
    end = message.end
    while end < len(lines) and not _start(lines[end].rstrip()):
        if mark and (_CURL_NOTE.match(lines[end]) or lines[end].startswith(">")):
            break
        end += 1
    body, length = body_of(lines[message.end : end])
    message.body = body
    message.end += length


def body_of(lines: list[str]) -> tuple[str | None, int]:
    """Return the body that some lines begin with, and how many lines it takes.

    JSON ends where it ends, markup with its last tag, and a text with a blank line.
    """
    text = "\n".join(lines).lstrip("\n")
    skipped = len(lines) - (text.count("\n") + 1) if text else len(lines)
    if not text.strip():
        return None, 0
    end = json_end(text, len(text) - len(text.lstrip()))
    if end is None:
        closing = list(re.finditer(r"</[\w:]+>", text)) if text.startswith("<") else []
        stop = text.find("\n\n")
        end = closing[-1].end() if closing else stop if stop >= 0 else len(text)
    body = _GLUED_NOTE.sub("", text[:end]).strip()
    return body or None, skipped + text.count("\n", 0, end) + 1


def json_end(text: str, start: int) -> int | None:
    """Return where a JSON object or list ends that begins here; None if none does."""
    if text[start : start + 1] not in {"{", "["}:
        return None
    try:
        return json.JSONDecoder(strict=False).raw_decode(text, start)[1]
    except (ValueError, RecursionError):
        return None


def _exchanges(messages: list[Message], scheme: str) -> Iterator[Exchange]:
    """Put each response to the request before it."""
    waiting: Message | None = None
    for message in messages:
        if message.is_request:
            if waiting:
                yield _exchange(waiting, None, scheme)
            waiting = message
        elif not message.start["status"].startswith("1"):
            yield _exchange(waiting, message, scheme)
            waiting = None
    if waiting:
        yield _exchange(waiting, None, scheme)


def _exchange(
    request: Message | None, response: Message | None, scheme: str
) -> Exchange:
    return Exchange(
        request=_request(request, scheme) if request else None,
        response=_response(response) if response else None,
    )


def _request(message: Message, scheme: str) -> Request | None:
    """Return the request; None without a host, for then it has no address."""
    headers = Headers(message.headers)
    target, host = message.start["target"], headers.get("Host")
    if target.startswith("/"):
        if not host:
            return None
        target = f"{scheme}://{host}{target}"
    return Request(
        method=message.start["method"],
        url=target,
        headers=headers,
        body=message.body,
        http_version=message.start["version"],
    )


def _response(message: Message) -> Response:
    return Response(
        status=int(message.start["status"]),
        reason=(message.start["reason"] or "").strip(),
        headers=Headers(message.headers),
        body=message.body,
        http_version=message.start["version"],
    )
