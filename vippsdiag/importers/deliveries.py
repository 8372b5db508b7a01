"""A webhook's delivery of which a program printed the headers and the body alone.

What a framework knows of a request has no line with a method and a path: a shop prints
``req.headers`` and ``req.body``, or what its own language makes of them. The headers
that a delivery is signed with are known by their names, however they are printed.
"""

import json
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from vippsdiag.environments import environment_of, split
from vippsdiag.exchange import Exchange, Headers, Request
from vippsdiag.importers.addresses import METHODS
from vippsdiag.importers.finds import Find
from vippsdiag.importers.json_values import JsonValue, fits, json_values
from vippsdiag.language import mark
from vippsdiag.sensitive import plain_name
from vippsdiag.webhooks import content_hash

# What a text with a delivery holds, in the cases in which programs print it.
SIGNED = tuple(
    sign
    for word in ("content-sha256", "content_sha256")
    for sign in (word, word.title(), word.upper(), word.replace("sha", "SHA"))
)
# More of them are a log to be read by a machine.
_MOST = 30
# How many characters before the hash and behind it the other headers can stand, how
# many a body has, and how many can stand between the headers and a body.
_AROUND, _LONGEST, _GAP = 4_000, 6_000, 600
# Between a name and its value: what closes the one, a mark, the next cell or line, and
# what opens the other, which may be a list of one.
_BETWEEN = (
    r"[\"'\]\\]{0,4}(?:\s{0,9}(?:=>|[:=])|[ ]?[\t\n]|,\s{0,9}[\"']?value[\"']?:)\s{0,9}"
    r"(?:(?:array(?::\d)?\s{0,3})?[\[({]\s{0,40}(?:\[?0\]?\s?=>\s?)?)?"
    r"(?:string\(\d{1,4}\)\s)?[\"'\\]{0,4}"
)
_WORD = r"[^\s\"'\\,;\[\](){}<>]{1,400}"
_HASH = "x-ms-content-sha256"
# The headers that are signed or tell what was changed, each with what it can hold.
_HEADERS = {
    "Host": r"(?:[\w-]{1,63}(?:\.[\w-]{1,63}){1,9}|localhost)(?::\d{1,5})?"
    r"|[\w-]{1,63}:\d{2,5}",
    "x-ms-date": r"(?:\w{3}, ?)?\d{1,2} \w{3} \d{4} [\d:]{7,8}(?: [\w+-]{1,6})?"
    r"|\d{4}-\d\d-\d\dT[\d:.]{8,20}(?:Z|[+-][\d:]{4,5})?",
    _HASH: r"[A-Za-z0-9+/=_-]{20,88}|[*•.x]{3,}|\[\w{1,40}\]",
    "Authorization": r"HMAC-SHA256\s+SignedHeaders=[\w;-]{1,200}\s*[&,]\s*"
    r"Signature=[\w+/=%*•.-]{1,200}",
    "User-Agent": r"[^\r\n\"'\]}]{1,200}",
    **dict.fromkeys(
        (
            *("X-Forwarded-Host", "X-Original-Host", "X-Host", "X-Forwarded-Prefix"),
            *("X-Original-URI", "X-Original-URL", "X-Forwarded-Uri", "X-Rewrite-URL"),
            *("X-Forwarded-Path", "X-Script-Name"),
        ),
        _WORD,
    ),
}
_FINDERS = {
    name: re.compile(
        rf"(?<![\w-])(?:HTTP_)?{name.replace('-', '[-_]')}{_BETWEEN}(?P<value>{value})",
        re.IGNORECASE,
    )
    for name, value in _HEADERS.items()
}
_SIGNED = ("x-ms-date", "Authorization")
# What the same program prints of the address, or the server's own line of a log.
_PATH = re.compile(
    r"(?:(?<![\w-])(?:original_?url|request_?uri|path_?info|path|uri|url)"
    rf"{_BETWEEN}|\b(?:{METHODS})\s)"
    rf"(?P<url>/(?!/)(?:{_WORD})?)",
    re.IGNORECASE,
)
_URL = re.compile(r"(?P<url>https?://[^\s\"'<>\\),;\]}]{4,400}(?<![.:]))")
# How far before a body stands what it is called, and how many characters beside an
# address are too few for a key with its name.
_NEAR, _LITTLE = 60, 40
_ORIGINAL = ("X-Original-URI", "X-Forwarded-Uri", "X-Rewrite-URL", "X-Original-URL")
_OURS = ("vipps.no", "vippsmobilepay.com", "github.com")
_HOOK = re.compile(r"hook|callback|vipps|mobilepay", re.IGNORECASE)
# What a program calls a body, and names that only the body of an event has.
_BODIES = ("body", "rawbody", "payload", "data", "content")
_BODY = re.compile(
    r"(?:\b|raw)(?:body|payload|data|content)(?![\w-])[^\n{}]{0,20}\Z", re.IGNORECASE
)
_OF_EVENT = frozenset(
    """agreementId chargeId customerToken eventType merchantSerialNumber msn orderId
    pspReference reference""".split()
)


@dataclass(frozen=True, slots=True)
class _Block:
    """The headers of one delivery, with where they stand in the text."""

    start: int
    end: int
    named: dict[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Body:
    """A body as it was sent, with where it stands; None if that is not known."""

    start: int
    end: int
    sent: str | None = field(repr=False)


def read_deliveries(lines: list[str]) -> list[Find]:
    """Read the deliveries that are printed without a line of a request."""
    text = "\n".join(lines)
    breaks = [match.start() for match in re.finditer("\n", text)]
    return [
        Find(
            kind=mark("a webhook's delivery"),
            first=bisect_left(breaks, start) + 1,
            last=bisect_left(breaks, end) + 1,
            exchanges=(Exchange(request=request),) if request else (),
            whole=request is not None,
        )
        for start, end, request in _deliveries(text)
    ]


def _deliveries(text: str) -> Iterator[tuple[int, int, Request | None]]:
    """Yield each delivery with where it begins and ends.

    And where the address stands that it was sent to, without a request.
    """
    marks = [match.start() for match in islice(_FINDERS[_HASH].finditer(text), _MOST)]
    places = zip((0, *marks), marks, (*marks[1:], len(text)), strict=False)
    blocks = [block for place in places if (block := _block(text, *place))]
    done = 0
    for n, block in enumerate(blocks):
        stop = blocks[n + 1].start if n + 1 < len(blocks) else len(text)
        body = _body(text, block, done, stop)
        start, end = min(block.start, body.start), max(block.end, body.end)
        around = max(done, start - _GAP), min(stop, end + _GAP)
        address = _PATH.search(text, *around) or _registered(text, block.named)
        if address and _is_alone(text, *address.span()):
            yield (*address.span(), None)
        yield start, end, _request(block.named, address, body.sent)
        done = end


def _is_alone(text: str, start: int, end: int) -> bool:
    """Tell whether a line says little else; otherwise keys may stand in it."""
    first, last = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    return start - first + (last if last >= 0 else len(text)) - end < _LITTLE


def _block(text: str, before: int, place: int, behind: int) -> _Block | None:
    """Return the headers around a hash, the nearest of each name.

    None if there are too few of them for a delivery.

    Args:
        text: all of it.
        before: where the hash before this one stands.
        place: where this one does.
        behind: where the next one does.
    """
    first, last = max(before, place - _AROUND), min(behind, place + _AROUND)
    found: dict[str, re.Match[str]] = {}
    for name, finder in _FINDERS.items():
        matches = finder.finditer(text, first, last)
        nearest = min(matches, key=lambda one: abs(one.start() - place), default=None)
        if nearest:
            found[name] = nearest
    if _HASH not in found or not found.keys() & _SIGNED:
        return None
    start = min(match.start() for match in found.values())
    end = max(match.end() for match in found.values())
    return _Block(start, end, {name: one["value"] for name, one in found.items()})


def _body(text: str, block: _Block, done: int, stop: int) -> _Body:
    """Return the body that is printed behind the headers, before or around them."""
    first, last = max(done, block.start - _LONGEST), min(stop, block.end + _LONGEST)
    values = [
        JsonValue(first + one.start, first + one.end, one.value)
        for one in json_values(text[first:last])
    ]
    hashed = block.named[_HASH]
    for one in sorted(values, key=lambda value: value.start < block.start):
        if one.start < block.end and block.start < one.end:
            return _Body(one.start, one.end, _beside(one.value, hashed))
        if _is_body(text, block, one):
            written = text[one.start : one.end]
            return _Body(one.start, one.end, _as_sent(written, one.value, hashed))
    return _Body(block.start, block.end, None)


def _is_body(text: str, block: _Block, one: JsonValue) -> bool:
    """Tell whether JSON near the headers is the body that came with them."""
    gap = (block.end, one.start) if one.start >= block.end else (one.end, block.start)
    if gap[1] - gap[0] > _GAP:
        return False
    named = one.value.keys() if isinstance(one.value, dict) else ()
    before = text[max(0, one.start - _NEAR) : one.start]
    return bool(_OF_EVENT & set(named) or _BODY.search(before))


def _beside(whole: Any, hashed: str) -> str | None:
    """Return the body beside the headers in one object; None if it is not known."""
    fields = whole.items() if isinstance(whole, dict) else ()
    named = {plain_name(str(name)): value for name, value in fields}
    body = next((named[name] for name in _BODIES if name in named), None)
    if isinstance(body, str | None):
        return body
    return _as_sent(None, body, hashed)


def _as_sent(written: str | None, value: Any, hashed: str) -> str | None:
    """Return a body as it was sent; None if a program only printed what it says.

    Whoever prints a body over several lines has written it anew for that, which is no
    fault of the shop's. Then only its hash tells how it was sent.
    """
    if fits(value):
        anew = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        if anew != written and content_hash(anew) == hashed:
            return anew
    return written if written and "\n" not in written else None


def _registered(text: str, named: dict[str, str]) -> re.Match[str] | None:
    """Return the address that a text names as the webhook's; None if it names none."""
    urls = [one for one in islice(_URL.finditer(text), _MOST) if _has_path(one["url"])]
    own = (one for one in urls if split(one["url"]).netloc == named.get("Host"))
    hooks = (one for one in urls if _HOOK.search(split(one["url"]).path))
    return next(own, None) or next(hooks, None)


def _request(
    named: dict[str, str], address: re.Match[str] | None, body: str | None
) -> Request:
    """Return the request; its address has no path if none is told."""
    told = address["url"] if address else None
    path = next((named[one] for one in _ORIGINAL if one in named), "")
    url = (
        told
        if told and "://" in told
        else f"https://{named.get('Host', '')}{told or path}"
    )
    return Request(method="POST", url=url, headers=Headers(named.items()), body=body)


def _has_path(url: str) -> bool:
    """Tell whether an address has a path, and is no API's and of no documentation."""
    address = split(url)
    others = environment_of(url) is not None or (address.hostname or "").endswith(_OURS)
    return bool(address.path) and not others
