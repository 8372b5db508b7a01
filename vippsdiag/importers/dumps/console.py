"""What a browser's developer tools show of one call, copied from the screen."""

import re
from collections.abc import Iterator

from vippsdiag.exchange import Exchange, Headers, Request, Response
from vippsdiag.importers.answers import as_status
from vippsdiag.importers.finds import Find
from vippsdiag.language import mark

# The name and the value stand on one line, or on two lines below each other.
_URL = re.compile(r"\s*Request URL:?\s*(?P<value>https?://\S+)?\s*")
_FIELD = re.compile(
    r"\s*(?P<name>Request Method|Status Code|Remote Address|Referrer Policy):?"
    r"\s*(?P<value>\S.*?)?\s*"
)
_SECTION = re.compile(r"\s*(?P<name>Request|Response) Headers\b.{0,40}", re.IGNORECASE)
_HEADER = re.compile(r"\s*(?P<name>:?[A-Za-z][\w-]{1,60}):\s*(?P<value>.*?)\s*")
_NAME = re.compile(r"\s*(?P<name>:?[A-Za-z][\w-]{1,60}):?\s*")
# What the panel says besides.
_ASIDE = re.compile(
    r"\W*(?:Provisional headers are shown\b.{0,80}|Learn more|Raw"
    r"|View (?:parsed|source))\W*",
    re.IGNORECASE,
)
# What people write above what the panel shows elsewhere.
_BODY = re.compile(
    r"\s*(?:answer|body|payload|preview|request|response|svar):\s*", re.IGNORECASE
)
_GENERAL = frozenset(
    ("URL", "Request Method", "Status Code", "Remote Address", "Referrer Policy")
)
# Headers that only a request has.
_SENT = frozenset(
    """accept authorization client_id client_secret ocp-apim-subscription-key referer
    user-agent""".split()
)
_FIRST = re.compile(r"(\d{3})\b ?(.*)")
_KIND = mark("a call as the browser's developer tools show it")
# How many lines one call can take.
_LONGEST = 200

Pairs = list[tuple[str, str]]
# A line by its index, the name and the value on it.
Field = tuple[int, str, str]


def read_console(lines: list[str]) -> list[Find]:
    """Find the calls that were copied from a browser's list of requests."""
    starts = [n for n, line in enumerate(lines) if _is_start(line)]
    ends = [*starts[1:], len(lines)][: len(starts)]
    finds = (
        _find(lines, start, min(end, start + _LONGEST))
        for start, end in zip(starts, ends, strict=True)
    )
    return [find for find in finds if find]


def _is_start(line: str) -> bool:
    return "Request URL" in line and len(line) < 8000 and bool(_URL.fullmatch(line))


def _find(lines: list[str], start: int, end: int) -> Find | None:
    general: dict[str, str] = {}
    headers: dict[str, Pairs] = {"request": [], "response": []}
    section, last = "", start
    untitled: list[Field] = []
    for number, name, value in _fields(lines, start, end):
        if not name:
            section = value
        elif section:
            headers[section].append((name, value))
        elif name in _GENERAL:
            general.setdefault(name, value)
        else:
            untitled.append((number, name, value))
            continue
        last = number
    for section, number, *pair in _titled(untitled, "Status Code" in general):
        headers[section].append((pair[0], pair[1]))
        last = max(last, number)
    exchange = _exchange(general, headers)
    if exchange is None:
        return None
    return Find(kind=_KIND, first=start + 1, last=last + 1, exchanges=(exchange,))


def _titled(fields: list[Field], answered: bool) -> Iterator[tuple[str, int, str, str]]:
    """Yield headers that were copied without their titles, each with its section.

    Those that were received come first, and each of the two is sorted by the names.
    """
    runs: list[list[Field]] = []
    for one in fields:
        if not runs or one[1].lower() < runs[-1][-1][1].lower():
            runs.append([])
        runs[-1].append(one)
    sections = ["response", "request"]
    alone = len(runs) == 1 and any(one[1].lower() in _SENT for one in runs[0])
    for section, run in zip(sections[not answered or alone :], runs, strict=False):
        for one in run:
            yield section, *one


def _fields(lines: list[str], start: int, end: int) -> Iterator[Field]:
    """Yield each field with its line; a section begins with an empty name."""
    below = (match := _URL.fullmatch(lines[start])) and match["value"] is None
    number, section, untitled = start, False, False
    while number < end:
        line = lines[number]
        if untitled and not line.strip():
            return
        if not line.strip() or len(line) > 20_000 or _ASIDE.fullmatch(line):
            number += 1
            continue
        if match := _SECTION.fullmatch(line):
            section = True
            yield number, "", match["name"].lower()
        elif match := _field(line, section=section, below=bool(below)):
            untitled = not section and match.re is _NAME
            value = match.groupdict().get("value")
            if value is None and number + 1 < end and lines[number + 1].strip():
                number += 1
                value = lines[number].strip()
            yield number, match.groupdict().get("name") or "URL", value or ""
        else:
            return
        number += 1


def _field(line: str, *, section: bool, below: bool) -> re.Match[str] | None:
    """Return a field of the panel; its value may stand below its name."""
    if section:
        named = _NAME.fullmatch(line)
        return (named if below else None) or _HEADER.fullmatch(line) or named
    untitled = below and line.rstrip()[-1:] == ":" and not _BODY.fullmatch(line)
    named = _NAME.fullmatch(line) if untitled else None
    return _URL.fullmatch(line) or _FIELD.fullmatch(line) or named


def _exchange(general: dict[str, str], headers: dict[str, Pairs]) -> Exchange | None:
    url, method = general.get("URL", ""), general.get("Request Method", "")
    if not url.startswith("http"):
        return None
    status = _FIRST.match(general.get("Status Code", ""))
    number = as_status(status[1]) if status else None
    request = response = None
    if method.isalpha():
        request = Request(
            method=method.upper(), url=url, headers=_of(headers, "request")
        )
    if status and number:
        response = Response(
            status=number,
            reason=status[2].split(" (")[0].strip(),
            headers=_of(headers, "response"),
        )
    return Exchange(request=request, response=response) if request or response else None


def _of(headers: dict[str, Pairs], section: str) -> Headers:
    return Headers(pair for pair in headers[section] if not pair[0].startswith(":"))
