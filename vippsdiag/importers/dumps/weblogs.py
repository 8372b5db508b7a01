"""The logs of servers and frameworks: each call in a line, and what went wrong."""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from vippsdiag.conceal import conceal
from vippsdiag.exchange import Exchange, FailureKind, Headers, Request, Response
from vippsdiag.importers.addresses import METHODS, sent_back_in
from vippsdiag.importers.failures import failure_from
from vippsdiag.importers.finds import Find
from vippsdiag.importers.vipps import concerns
from vippsdiag.language import mark, say

# The combined format, with a host in front or behind where a server was told to.
_ACCESS = re.compile(
    r"(?P<before>\S{1,255} (?:\S{1,255} ){1,3})\[(?P<time>[^\]]{20,40})\] "
    rf"\"(?P<method>{METHODS}) (?P<target>[^\s\"]{{1,4000}})"
    r"(?: (?P<version>HTTP/[\d.]+))?\" (?P<status>\d{3}) \S{1,20}"
    r"(?: \"(?P<referer>[^\"]{0,4000})\" \"(?P<agent>[^\"]{0,1000})\")?"
    r"(?P<rest>.{0,1000})"
)
# What frameworks print while somebody develops: with a version, or with the time that
# it took. A client's log has the whole address.
_BRIEF = re.compile(
    rf"(?:(?!://).){{0,200}}?(?<![\w/])\"?(?P<method>{METHODS}) "
    r"(?P<target>/[^\s\"]{0,4000})"
    r"(?: (?P<version>HTTP/[\d.]+)\"|(?=.{0,60} [\d.]+ ?m?s\b))"
    r" (?:responded )?(?P<status>[1-5]\d\d)"
    # A time, a size, and the reason; behind anything else more is told.
    r"(?: +(?:in|-|m?s|bytes|[\d.,]{1,20}(?:m?s|k?B)?|[A-Z][a-z]{1,20})){0,8}\s*"
)
_HOST = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}(?::\d+)?", re.IGNORECASE)
_REST_HOST = re.compile(r"\bhost[=:]\s?\"?((?:[\w-]+\.)+[a-z]{2,})", re.IGNORECASE)
_ERROR = re.compile(
    r"(?P<time>\d{4}/\d\d/\d\d \d\d:\d\d:\d\d) \[(?P<level>\w+)\] [\d#]+: (?:\*\d+ )?"
    r"(?P<message>.{1,8000})"
)
_PART = re.compile(r", (client|server|request|upstream|host|subrequest): ")
_REQUEST_LINE = re.compile(rf"\"?({METHODS}) (\S+)")
_NO_FAULT = frozenset("debug notice".split())
_UNDERSCORE = "client sent invalid header line"
# So few lines were chosen by a person.
FEW = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of an access log.

    Attributes:
        target: the path with the query, or the whole address.
        host: the server's name; empty if the line names none.
        started: when it was written; None if that is not known.
    """

    method: str
    target: str
    host: str
    status: int
    version: str | None = None
    agent: str | None = None
    referer: str | None = None
    started: datetime | None = None


def read_weblogs(lines: list[str]) -> list[Find]:
    """Find the calls in the lines of a web server's logs.

    Of many lines only those are taken that have to do with Vipps MobilePay; a few
    were chosen by somebody, and are all taken.
    """
    matches = [(number, _match(line)) for number, line in enumerate(lines, 1)]
    found = [(number, match) for number, match in matches if match]
    finds = []
    for number, match in found:
        if len(found) > FEW and not concerns(match[0]):
            finds.append(Find(kind=mark("a line of a log"), first=number, last=number))
        elif match.re is _ERROR:
            finds.append(_error(match, number))
        elif match.re is _BRIEF:
            finds.append(access_find(_brief(match), number))
        else:
            finds.append(_access(match, number))
    return finds


def _match(line: str) -> re.Match[str] | None:
    if len(line) > 20_000:
        return None
    full = "[" in line and (_ACCESS.fullmatch(line) or _ERROR.fullmatch(line))
    return full or (_BRIEF.fullmatch(line) if " /" in line else None)


def _brief(match: re.Match[str]) -> Entry:
    return Entry(
        method=match["method"],
        target=match["target"],
        host="",
        status=int(match["status"]),
        version=match["version"],
    )


def _access(match: re.Match[str], number: int) -> Find:
    return access_find(
        Entry(
            method=match["method"],
            target=match["target"],
            host=_host(match),
            status=int(match["status"]),
            version=match["version"],
            agent=match["agent"],
            referer=match["referer"],
            started=_time(match["time"]),
        ),
        number,
    )


def access_find(entry: Entry, number: int) -> Find:
    """Return what a line of an access log tells."""
    host, target = entry.host, entry.target
    kind = mark("a line of an access log")
    if target.startswith("/") and not host:
        kind = say(
            "a line of an access log, without a host: {method} {path}",
            method=entry.method,
            path=conceal(target.partition("?")[0]),
        )
    pairs = {"Host": host, "User-Agent": entry.agent, "Referer": entry.referer}
    # Without a host the path is all that is known: the server's own has no name there.
    whole = f"https://{host}{target}" if host and "://" not in target else target
    request: Request | None = Request(
        method=entry.method,
        url=whole,
        headers=Headers((n, v) for n, v in pairs.items() if v and v != "-"),
        http_version=entry.version,
    )
    response = Response(status=entry.status) if 100 <= entry.status <= 599 else None
    for _, _, body in sent_back_in(target):
        # What counts is Login's answer, not what the shop made of it.
        request, response = None, Response(body=body)
    exchange = Exchange(request=request, response=response, started=entry.started)
    return Find(kind=kind, first=number, last=number, exchanges=(exchange,))


def _host(match: re.Match[str]) -> str:
    """Return the host that the line names, in front or behind; empty for none."""
    words = match["before"].split()
    # The first word is the client's address, unless the server's name stands there.
    named = [word for word in words if _HOST.fullmatch(word)]
    if len(words) > 3 and named:
        return named[0].removesuffix(":443")
    behind = _REST_HOST.search(match["rest"] or "")
    return behind[1] if behind else ""


def _time(text: str) -> datetime | None:
    for form in ("%d/%b/%Y:%H:%M:%S %z", "%Y-%m-%dT%H:%M:%S%z"):
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    return None


def _error(match: re.Match[str], number: int) -> Find:
    kind = mark("a line of a web server's error log")
    message, *parts = _PART.split(match["message"])
    told = dict(
        zip(parts[::2], (part.strip('"') for part in parts[1::2]), strict=False)
    )
    underscore = message.startswith(_UNDERSCORE)
    failure = failure_from(_safe(message))
    if underscore:
        # The words are like those of a client that cannot read an answer.
        failure = replace(failure, kind=FailureKind.OTHER)
    known = failure.kind is not FailureKind.OTHER or underscore
    if match["level"] in _NO_FAULT or not known:
        return Find(kind=kind, first=number, last=number)
    exchange = Exchange(request=_of_error(told), failure=failure)
    return Find(kind=kind, first=number, last=number, exchanges=(exchange,))


def _safe(message: str) -> str:
    """Return a message without the value of the header that it quotes."""
    return re.sub(r'(invalid header line: "[\w.-]{1,80}):[^"]*', r"\1: ...", message)


def _of_error(told: dict[str, str]) -> Request | None:
    line = _REQUEST_LINE.match(told.get("request", ""))
    host = told.get("host") or told.get("server", "")
    if line is None or not _HOST.fullmatch(host):
        return None
    return Request(method=line[1], url=f"https://{host}{line[2]}")
