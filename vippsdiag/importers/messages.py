"""HTTP messages as text: raw ones, and what ``curl -v`` prints."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice, takewhile

from vippsdiag.exchange import Exchange, Headers, Request, Response
from vippsdiag.importers.addresses import METHODS, is_of_api
from vippsdiag.importers.answers import is_only_an_answer
from vippsdiag.importers.bodies import shortened
from vippsdiag.importers.failures import find_failure
from vippsdiag.importers.finds import Find
from vippsdiag.importers.json_values import json_end, whole_json
from vippsdiag.language import mark

_METHODS = f"{METHODS}|CONNECT"
_REQUEST = re.compile(
    rf"(?P<mark>> ?)?(?P<method>{_METHODS}) (?P<target>\S+) "
    r"(?P<version>HTTP/\d(?:\.\d)?)\s*"
)
# Without a version only where a header, a body or the answer follows.
_SHORT_REQUEST = re.compile(
    rf"(?P<mark>> ?)?(?P<method>{_METHODS}) (?P<target>(?:https?://|/)\S*)"
    r"(?P<version>)\s*"
)
_RESPONSE = re.compile(
    r"(?P<mark>< ?)?(?P<version>HTTP/\d(?:\.\d)?) (?P<status>[1-5]\d\d)"
    # Symfony writes behind it what was called.
    r"(?: (?P<reason>(?! ?returned for \").*))?"
)
_HEADER = re.compile(r"(?P<name>:?[\w!#$%&'*+.^`|~-]{1,200}):[ \t]*(?P<value>.*)")
# What people and tools write between the messages.
_HEADING = re.compile(
    r"\W*(?:(?:the|raw|http|full|my) ){0,3}"
    r"(?:request|response|answer|reply|forespørsel|svar)(?: (?:headers?|body))?\W*"
    r"|#{3}.*|-{3,}|={3,}|[<>]{3,}|`{3}\w*",
    re.IGNORECASE,
)
# What curl says about its own doings, and its progress meter.
_CURL_NOTE = re.compile(r"\* |[{}] \[\d+ bytes|\s*% Total|\s*Dload|\s*\d+ +\d+ +\d+ ")
_GLUED_NOTE = re.compile(r"\* (?:Connection|Closing|Curl_http_done)\b.*$", re.DOTALL)
_LONGEST_START, _MOST = 8_000, 1_000
_FIRST_LETTERS = frozenset(" GPDHOC<>")
_ERROR = re.compile(r"(?:[\w.]{0,80}(?:Error|Exception)\b|curl: \(\d)")
_ANSWERED = re.compile(
    r"[^\w\"]{0,3}(?:(?:response|status|answer|svar|http)(?: ?code)?\W{1,3}){0,2}"
    r"[1-5]\d\d(?:[ -]{1,3}[A-Z][A-Za-z -]{1,30})?[^\w,]*",
    re.IGNORECASE,
)
# A body in JSON may stand directly below the headers: people leave the blank line out.
_FIRST_OF_JSON = frozenset("{[")
_FIRST_OF_DATA = _FIRST_OF_JSON | {"<"}
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


def read_messages(lines: list[str]) -> list[Find]:
    """Find the HTTP messages in the lines of a text."""
    messages = list(islice(_messages(lines), _MOST))
    marked = any(one.start["mark"] for one in messages)
    # Behind a proxy that a tunnel was asked of, the port is the proxy's.
    tunnel = any(
        one.is_request and one.start["method"] == "CONNECT" for one in messages
    )
    notes = () if tunnel else (line for line in lines if line.startswith("* "))
    plain = any(map(_PLAIN_PORT.search, notes))
    finds = list(_finds(messages, "http" if plain else "https"))
    finds = [one for one in finds if one.exchanges != (Exchange(),)]
    return [_with_notes(find, lines) for find in finds] if marked else finds


def _with_notes(find: Find, lines: list[str]) -> Find:
    """Return a find with the notes that curl printed before and behind it."""
    first, last = find.first, find.last
    while first > 1 and _CURL_NOTE.match(lines[first - 2]):
        first -= 1
    while last < len(lines) and _CURL_NOTE.match(lines[last]):
        if find_failure(lines[last]):
            break
        last += 1
    return replace(find, first=first, last=last)


def _start(lines: list[str], index: int) -> re.Match[str] | None:
    line = lines[index]
    if line[:1] not in _FIRST_LETTERS or len(line) > _LONGEST_START:
        return None
    line = line.rstrip()
    start = _REQUEST.fullmatch(line) or _RESPONSE.fullmatch(line)
    if start or index + 1 == len(lines):
        return start
    short = _SHORT_REQUEST.fullmatch(line)
    return short if short and _goes_on(lines[index + 1 : index + 3], short) else None


def _goes_on(below: list[str], start: re.Match[str]) -> bool:
    """Tell whether a header, a body or the answer stands below a request's line."""
    if _header(below[0], start) or below[0][:1] in _FIRST_OF_JSON:
        return True
    answer = next(filter(str.strip, below), "")
    return _RESPONSE.fullmatch(answer.rstrip()) is not None


def _header(line: str, start: re.Match[str]) -> re.Match[str] | None:
    mark = (start["mark"] or "").strip()
    return _HEADER.fullmatch(line.rstrip("\r").removeprefix(mark).lstrip(" "))


def _messages(lines: list[str]) -> Iterator[Message]:
    index = 0
    while index < len(lines):
        start = _start(lines, index)
        if start is None:
            index += 1
            continue
        message = Message(start, index, index + 1)
        _read_headers(message, lines)
        _read_body(message, lines)
        yield message
        index = message.end


def _read_headers(message: Message, lines: list[str]) -> None:
    mark = _mark(message, lines)
    for index in range(message.end, len(lines)):
        line = lines[index].rstrip("\r")
        if mark and not line.startswith(mark):
            # A note of curl's between the headers, or their end.
            if not _CURL_NOTE.match(line):
                return
            continue
        folded = message.headers and line[:1] in {" ", "\t"} and line.strip()
        header = _header(line, message.start)
        if folded and not mark and (header is None or not _indented(message, lines)):
            name, value = message.headers[-1]
            message.headers[-1] = (name, f"{value} {line.strip()}")
            message.end = index + 1
            continue
        if header is None:
            return
        message.headers.append((header["name"], header["value"].rstrip(" \t")))
        message.end = index + 1


def _mark(message: Message, lines: list[str]) -> str:
    """Return what stands before each header; PHP has it before the first line only."""
    mark = (message.start["mark"] or "").strip()
    below = lines[message.end].rstrip("\r") if message.end < len(lines) else ""
    alone = mark == ">" and _HEADER.fullmatch(below) is not None
    return "" if alone else mark


def _indented(message: Message, lines: list[str]) -> bool:
    """Tell whether all headers are indented, so that none of them is folded."""
    return lines[message.first + 1][:1] in {" ", "\t"}


def _read_body(message: Message, lines: list[str]) -> None:
    """Read the body behind the blank line; ``curl -v`` shows that of responses."""
    mark = (message.start["mark"] or "").strip()
    place = message.end
    if place == len(lines):
        return
    if not lines[place].removeprefix(mark).strip():
        message.end = place + 1
    elif mark or lines[place].lstrip()[:1] not in _FIRST_OF_JSON:
        return
    if mark == ">" and not _is_json(lines, message.end):
        return
    end = message.end
    while end < len(lines) and not _start(lines, end):
        if mark and (_CURL_NOTE.match(lines[end]) or lines[end].startswith(">")):
            break
        end += 1
    below = lines[message.end : end]
    if _is_empty(message) and below[:1] and below[0].lstrip()[:1] not in _FIRST_OF_DATA:
        return
    if not _begins_with_json(below):
        below = list(takewhile(lambda line: not _ends_body(message, line), below))
    body, length = body_of(below)
    if body and _is_its_answer(message, body):
        return
    message.body = body
    message.end += length


def _is_empty(message: Message) -> bool:
    """Tell whether a message says that it has no body: words below are a person's."""
    length = Headers(message.headers).get("Content-Length") or ""
    status = "" if message.is_request else message.start["status"]
    return status in {"204", "304"} or length.strip() == "0"


def _begins_with_json(lines: list[str]) -> bool:
    """Tell whether a whole object or list is first, which ends where it ends."""
    text = "\n".join(lines)
    return json_end(text, len(text) - len(text.lstrip())) is not None


def _is_its_answer(message: Message, body: str) -> bool:
    """Tell whether what stands below a call of the API is what was answered.

    People leave out what stands between the two.
    """
    request = _request(message, "https") if message.is_request else None
    called = request is not None and is_of_api(str(request.url))
    return called and is_only_an_answer(whole_json(body))


def _is_json(lines: list[str], place: int) -> bool:
    """Tell whether JSON stands there, and no note of curl's on how much it sent."""
    text = lines[place] if place < len(lines) else ""
    return text[:1] in _FIRST_OF_JSON and not _CURL_NOTE.match(text)


def _ends_body(message: Message, line: str) -> bool:
    """Tell whether a line is a heading, or says how a request was answered, or not."""
    if _HEADING.fullmatch(line[:200]):
        return True
    if not message.is_request:
        return False
    failed = _ERROR.match(line) and find_failure(line)
    return bool(failed or _ANSWERED.fullmatch(line[:200]))


def body_of(lines: list[str]) -> tuple[str | None, int]:
    """Return the body that some lines begin with, and how many lines it takes.

    JSON ends where it ends, markup with its last tag, and a text with a blank line.
    Words below several blank lines are the sender's own.
    """
    text = "\n".join(lines).lstrip("\n")
    skipped = len(lines) - (text.count("\n") + 1) if text else len(lines)
    if not text.strip() or (skipped and text.lstrip()[:1] not in _FIRST_OF_DATA):
        return None, 0
    end = json_end(text, len(text) - len(text.lstrip()))
    if end is None:
        closing = list(re.finditer(r"</[\w:]+>", text)) if text.startswith("<") else []
        stop = text.find("\n\n")
        end = closing[-1].end() if closing else stop if stop >= 0 else len(text)
    body = _GLUED_NOTE.sub("", text[:end]).strip()
    return body or None, skipped + text.count("\n", 0, end) + 1


def _finds(messages: list[Message], scheme: str) -> Iterator[Find]:
    """Put each response to the request before it."""
    waiting: Message | None = None
    for message in messages:
        if message.is_request:
            if waiting:
                yield _find(waiting, None, scheme)
            waiting = message
        elif not message.start["status"].startswith("1"):
            yield _find(waiting, message, scheme)
            waiting = None
    if waiting:
        yield _find(waiting, None, scheme)


def _find(request: Message | None, response: Message | None, scheme: str) -> Find:
    parts = [one for one in (request, response) if one]
    exchange = Exchange(
        request=_request(request, scheme) if request else None,
        response=_response(response) if response else None,
    )
    kind = mark("an HTTP request") if request else mark("an HTTP response")
    return Find(
        kind=mark("an HTTP request with its response") if len(parts) == 2 else kind,
        first=parts[0].first + 1,
        last=parts[-1].end,
        exchanges=(exchange,),
    )


def _request(message: Message, scheme: str) -> Request | None:
    """Return the request; None without a host, for then it has no address."""
    known = Headers(message.headers)
    target, host = message.start["target"], known.get("Host") or known.get(":authority")
    if target.startswith("/"):
        if not host:
            return None
        target = f"{known.get(':scheme') or scheme}://{host}{target}"
    return Request(
        method=message.start["method"],
        url=target,
        headers=_without_pseudo(message),
        body=shortened(message.body) if message.body else None,
        http_version=message.start["version"] or None,
    )


def _without_pseudo(message: Message) -> Headers:
    return Headers(pair for pair in message.headers if not pair[0].startswith(":"))


def _response(message: Message) -> Response:
    return Response(
        status=int(message.start["status"]),
        reason=(message.start["reason"] or "").strip(),
        headers=_without_pseudo(message),
        body=shortened(message.body) if message.body else None,
        http_version=message.start["version"],
    )
