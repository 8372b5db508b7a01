"""A line of a log: one exchange as an entry of a HAR, decoded at a glance.

Only what a diagnosis can depend on is decoded, and only if it has the form that tools
write today. Whatever else there is, the importer of HAR files reads.
"""

import json
import re
from typing import Annotated, Any, Literal

import msgspec

from vippsdiag.environments import BASE_URLS
from vippsdiag.importers.har.exchanges import timing_of, version_of


class Header(msgspec.Struct, gc=False):
    """A header as sent."""

    name: str
    value: str


class Body(msgspec.Struct, gc=False):
    """What a request or a response carried, in no encoding of its own."""

    text: str | None = None
    encoding: Literal[""] = ""
    params: list[msgspec.Raw] | None = None
    size: float | None = 0


class Request(msgspec.Struct, rename="camel", gc=False):
    """What was sent."""

    method: Annotated[str, msgspec.Meta(min_length=1)]
    url: str
    headers: msgspec.Raw
    post_data: Body | None = None
    query_string: list[msgspec.Raw] | None = None
    typed: str = msgspec.field(default="", name="_method")
    body: None = None  # only loggers put one here


class Response(msgspec.Struct, rename="camel", gc=False):
    """What came back."""

    status: int
    headers: list[Header]
    status_text: str = ""
    content: Body | None = None
    body: None = None


class Line(msgspec.Struct, rename={"started": "startedDateTime"}, gc=False):
    """One exchange."""

    request: Request
    response: Response | None = None
    started: str = ""


_OURS = tuple(f"{url}/" for url in BASE_URLS.values())
# Longer ones are rare, and may hold anything.
LONGEST = 1 << 16
_DECODER = msgspec.json.Decoder(Line)
_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])
# Python reads no number of more digits (`sys.get_int_max_str_digits`), msgspec does.
MOST_DIGITS = 4300
# Of such a number ten digits stand so far apart.
_STRIDE, _LONG_NUMBER = 430, re.compile(rb"[0-9]{10}")
# What a request and an entry hold that says nothing of why no response came.
_ASKED = frozenset(
    """
    method url httpVersion cookies headers queryString postData headersSize bodySize
    """.split()
)
_USUAL = frozenset(
    "request startedDateTime time timings cache pageref connection".split()
)


def line_from(line: bytes) -> Line | None:
    """Decode a line; None if it has another form than most."""
    if len(line) > MOST_DIGITS and (
        len(line) > LONGEST or _LONG_NUMBER.search(line[::_STRIDE])
    ):
        return None
    try:
        # What msgspec passes over it does not decode.
        if not line.isascii():
            line.decode()
        read = _DECODER.decode(line)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None
    request = read.request
    url, body = request.url, request.post_data
    if (
        not url.startswith(_OURS)
        or (request.query_string and "?" not in url)
        or (body is not None and body.params and not body.text)
    ):
        return None
    return read


def rest_of(line: bytes) -> tuple[object, ...]:
    """Return all that may say why no response came, as it is written."""
    entry = _MEMBERS.decode(line)
    asked = _MEMBERS.decode(entry["request"])
    return (*_others(asked, _ASKED), None, *_others(entry, _USUAL))


def was_recorded(line: bytes) -> bool:
    """Tell whether something but its time says that an exchange was recorded."""
    entry: dict[str, Any] = json.loads(line)
    return bool(timing_of(entry) or version_of(entry["request"]))


def _others(members: dict[str, msgspec.Raw], known: frozenset[str]) -> list[object]:
    return [(name, bytes(members[name])) for name in members if name not in known]
