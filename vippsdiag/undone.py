"""What a delivery was before something on its way changed it.

Of each part that is signed there are a few forms which servers and frameworks are known
to change, and of the secret a few ways in which it is mistaken for the key.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import unquote

from vippsdiag.environments import split
from vippsdiag.exchange import Request
from vippsdiag.language import Text, say

# No server takes a longer one, so there is nothing to try.
_LONGEST_PATH = 4000
# Headers in which a proxy notes what it changed.
_FORWARDED_HOSTS = ("X-Forwarded-Host", "X-Original-Host", "X-Host", "Disguised-Host")
_FORWARDED_PATHS = (
    "X-Original-URI",
    "X-Original-URL",
    "X-Forwarded-Uri",
    "X-Rewrite-URL",
)
_FORWARDED_PREFIXES = ("X-Forwarded-Prefix", "X-Forwarded-Path", "X-Script-Name")


@dataclass(frozen=True, slots=True)
class Change:
    """What was done to one part of a delivery; empty words mean nothing was.

    Attributes:
        part: date, host, path, body or key.
        words: what is so, in one sentence; empty for the part as it is.
    """

    part: str
    words: str = ""


Option = tuple[str, Change]


def _unique(part: str, values: Iterator[tuple[str, Text]]) -> Iterator[Option]:
    seen = set()
    for value, words in values:
        if value not in seen:
            seen.add(value)
            yield value, Change(part, words)


def dates(request: Request) -> Iterator[Option]:
    """Yield the dates that may have been signed, the one that is there first."""
    given = request.headers.get("x-ms-date") or ""

    def values() -> Iterator[tuple[str, Text]]:
        yield given.strip(), say("")
        for other in ((request.headers.get("Date") or "").strip(), _as_sent(given)):
            if other:
                yield other, say("The header x-ms-date is not the one that was signed.")

    return _unique("date", values())


def _as_sent(date: str) -> str:
    """Return a moment in the form in which deliveries have it; empty if it is none.

    A server on the way may write it in another zone, or in ISO's form.
    """
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            return format_datetime(read(date.strip()).astimezone(UTC), usegmt=True)
        except (ValueError, TypeError, OverflowError):
            continue
    return ""


def hosts(request: Request, url: str) -> Iterator[Option]:
    """Yield the hosts that may have been signed, the one that is there first."""
    address = split(url)

    def values() -> Iterator[tuple[str, Text]]:
        host = request.headers.get("Host") or address.netloc
        yield host, say("")
        others = [request.headers.get(name) or "" for name in _FORWARDED_HOSTS]
        forwarded = re.search(
            r'host="?([^;,"\s]+)', request.headers.get("Forwarded") or "", re.IGNORECASE
        )
        others += [forwarded[1] if forwarded else "", address.netloc]
        others += [address.hostname or "", host.partition(":")[0], host.lower()]
        for other in filter(None, (item.split(",")[0].strip() for item in others)):
            yield (
                other,
                say(
                    "The Host header was changed on the way; {host} was signed.",
                    host=other,
                ),
            )

    return _unique("host", values())


def paths(request: Request, url: str) -> Iterator[Option]:
    """Yield the paths that may have been signed, the one that is there first."""
    address = split(url)
    query = f"?{address.query}" if address.query else ""

    def values() -> Iterator[tuple[str, Text]]:
        path = address.path or "/"
        yield path + query, say("")
        if len(path) > _LONGEST_PATH:
            return
        other = path.rstrip("/") if path.endswith("/") else path + "/"
        yield (
            other + query,
            say("A slash was added to the end of the path.")
            if path.endswith("/")
            else say("A slash is missing from the end of the path."),
        )
        yield from _forwarded_paths(request, path + query)
        yield path, say("A query was added to the path.")
        yield unquote(path) + query, say("The path was percent-encoded on the way.")
        yield from _longer_paths(path, query)

    return _unique("path", values())


def _forwarded_paths(request: Request, path: str) -> Iterator[tuple[str, Text]]:
    for name in _FORWARDED_PATHS:
        value = request.headers.get(name)
        if value:
            parts = split(value)
            whole = parts.path + (f"?{parts.query}" if parts.query else "")
            yield (
                whole,
                say(
                    "The path was changed on the way; the one in {name} was signed.",
                    name=name,
                ),
            )
    for name in _FORWARDED_PREFIXES:
        value = (request.headers.get(name) or "").rstrip("/")
        if value:
            yield (
                value + path,
                say("The prefix {prefix} was taken from the path.", prefix=value),
            )


def _longer_paths(path: str, query: str) -> Iterator[tuple[str, Text]]:
    """Yield the path without what a proxy may have put before it."""
    pieces = path.split("/")[1:]
    for count in range(1, min(len(pieces), 4)):
        words = (
            say("The first part of the path was put there on the way.")
            if count == 1
            else say(
                "The first {count} parts of the path were put there on the way.",
                count=count,
            )
        )
        yield "/" + "/".join(pieces[count:]) + query, words


def keys() -> Iterator[Option]:
    """Yield the names of `KEYS`, the documented way first."""
    for name in KEYS:
        yield name, Change("key", name)


def _decoded(raw: str) -> bytes | None:
    try:
        return base64.b64decode(raw.strip(), validate=True)
    except (binascii.Error, ValueError):
        return None


# How the secret's characters become the key; the first is the documented way.
KEYS: dict[str, Callable[[str], bytes | None]] = {
    say(""): lambda raw: raw.encode(),
    say("The secret has blanks or a line break around it."): lambda raw: (
        raw.strip().encode()
    ),
    say("The secret has quotes around it."): lambda raw: raw.strip(
        " \r\n\t\"'"
    ).encode(),
    say("The secret was decoded from Base64; its characters are the key."): _decoded,
}
