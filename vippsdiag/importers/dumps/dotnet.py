"""What .NET writes of a call: a message as text, and what its factory's clients log."""

import re
from collections.abc import Iterator

from vippsdiag.importers.addresses import METHODS
from vippsdiag.importers.finds import Told

_URL = r"https?://[^\s'\"]{1,4000}"
# What ToString makes of an HttpRequestMessage and of an HttpResponseMessage.
_REQUEST = re.compile(
    rf".{{0,200}}?\bMethod: (?P<method>{METHODS}), RequestUri: '(?P<url>{_URL})'"
    r".{0,400}?Headers:\s*(?P<open>\{?)\s*"
)
_RESPONSE = re.compile(
    r".{0,200}?\bStatusCode: (?P<status>[1-5]\d\d), "
    r"ReasonPhrase: '(?P<reason>[^']{0,60})'"
    r".{0,400}?Headers:\s*(?P<open>\{?)\s*"
)
# System.Net.Http.HttpClient.<name>.LogicalHandler and .ClientHandler
_SENDING = re.compile(
    rf".{{0,300}}?\b(?:Start processing|Sending) HTTP request "
    # Serilog puts texts in quotes.
    rf"\"?(?P<method>{METHODS})\"? \"?(?P<url>{_URL})\"?\s*"
)
_RECEIVED = re.compile(
    r".{0,300}?\bReceived HTTP response(?: headers)? after [\d.,]+ ?ms - "
    r"(?P<status>[1-5]\d\d)\s*"
)
_ENDED = re.compile(r".{0,300}?\bEnd processing HTTP request\b.*")
# Microsoft.AspNetCore.Hosting.Diagnostics: what a shop itself was asked.
_SERVED = re.compile(
    rf".{{0,300}}?\bRequest finished (?P<version>HTTP/[\d.]{{1,4}}) "
    rf"(?P<method>{METHODS}) (?P<url>{_URL})(?: .{{1,200}}?)?"
    r" - (?P<status>[1-5]\d\d)(?: .{0,200})?"
)
_HEADER = re.compile(r"\s*(?P<header>[\w-]{1,100}: .*)")
_LOGGER = re.compile(r"(?:trce|dbug|info|warn|fail|crit): [\w.]+\[\d+\]\s*")
_LONGEST = 8_000


def as_text(lines: list[str]) -> Iterator[Told]:
    """Yield the messages that a program printed as text."""
    inside = False
    for number, line in enumerate(lines):
        if start := _start(line):
            inside = True
            yield number, _first(start)
        elif inside and line.strip() == "}":
            inside = False
            yield number, ""
        elif inside and line.strip() != "{":
            header = _HEADER.fullmatch(line)
            inside = header is not None
            if header:
                yield number, header["header"]


def _start(line: str) -> re.Match[str] | None:
    if "Headers:" not in line or len(line) > _LONGEST:
        return None
    return _REQUEST.fullmatch(line) or _RESPONSE.fullmatch(line)


def _first(start: re.Match[str]) -> str:
    if start.re is _RESPONSE:
        return f"HTTP/1.1 {start['status']} {start['reason']}"
    return f"{start['method']} {start['url']} HTTP/1.1"


def logged(lines: list[str]) -> Iterator[Told]:
    """Yield what a client of the factory logged; each call is logged twice."""
    sent = ""
    inside = False
    for number, line in enumerate(lines):
        spoken = " HTTP re" in line and len(line) < _LONGEST
        if start := _SENDING.fullmatch(line) if spoken else None:
            first = f"{start['method']} {start['url']} HTTP/1.1"
            yield number, None if first == sent else first
            sent, inside = first, True
        elif answer := _RECEIVED.fullmatch(line) if spoken else None:
            sent, inside = "", True
            yield number, f"HTTP/1.1 {answer['status']}"
        elif spoken and _ENDED.fullmatch(line):
            sent, inside = "", False
            yield number, ""
        elif inside and (header := _HEADER.fullmatch(line)):
            yield number, None if _LOGGER.fullmatch(line) else header["header"]


def served(lines: list[str]) -> Iterator[Told]:
    """Yield what a server logged of the calls that it answered."""
    for number, line in enumerate(lines):
        spoken = "Request finished HTTP/" in line and len(line) < _LONGEST
        if match := _SERVED.fullmatch(line) if spoken else None:
            yield number, f"{match['method']} {match['url']} {match['version']}"
            yield number, f"{match['version']} {match['status']}"
