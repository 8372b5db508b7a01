"""What HTTP clients log of a call, line by line, put back into HTTP messages.

Each line of such a log has the logger's own words in front, and each client marks in
its own way what was sent and what came back. Without both, the lines are the messages.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from vippsdiag.importers.addresses import METHODS
from vippsdiag.importers.decode import utf8_in
from vippsdiag.importers.dumps import dotnet
from vippsdiag.importers.finds import Find, Told
from vippsdiag.importers.messages import read_messages
from vippsdiag.language import mark

_FRONT = r"(?P<front>.{0,300}?)"
_URL = r"https?://\S{1,4000}"

# OkHttp and Feign: --> POST https://... http/1.1, and <-- 401 https://... (300ms)
_SENT = re.compile(
    rf"{_FRONT}-{{2,3}}> (?P<method>{METHODS}) (?P<url>{_URL})(?: (?:h[23]|HTTP/\S+))?"
    r"(?: \([^()]*\))?\s*",
    re.IGNORECASE,
)
_RECEIVED = re.compile(
    rf"{_FRONT}<-{{2,3}} (?:HTTP/\S+ )?(?P<status>[1-5]\d\d)"
    rf"(?P<reason>(?: [A-Z][\w-]*)*)(?: {_URL})?(?: \([^()]*\))?\s*"
)
_ENDED = re.compile(r"(?:-{2,3}>|<-{2,3}) END .*")
_FAILED = re.compile(r"<-{2,3} (?:HTTP FAILED|ERROR):? ?")
# A message that begins behind the words of a logger.
_BEGUN = re.compile(
    r"(?P<front>\W{0,20}\w.{0,200}[\s:|\]>-] ?)"
    rf"(?P<start>(?:{METHODS}) (?:/|https?://)\S{{0,4000}} HTTP/[\d.]+"
    r"|HTTP/[\d.]+ [1-5]\d\d(?: [A-Z][A-Za-z -]{1,40})?)\s*"
)
_HEADER = re.compile(r":?[\w-]{1,100}:(?: |$).*")
# Apache's client: http-outgoing-0 >> "POST /... HTTP/1.1[\r][\n]"
_OUTGOING = re.compile(
    r".{0,300}?http-outgoing-(?P<number>\d{1,9}) (?:>>|<<) "
    r"(?P<quote>\"?)(?P<text>.*)"
)
_LINE_END = re.compile(r"(?:\[\\r\])?(?:\[\\n\])?\"?$")
# Ruby's net/http: <- "POST /... HTTP/1.1\r\n..." is sent, -> "HTTP/1.1 401 ..." is not.
_LITERAL = re.compile(r"\s*(?:<-|->) (?P<text>\"(?:[^\"\\]|\\.)*+\")\s*")
_RUBYS = re.compile(r"\\(?:x(?P<byte>[0-9A-F]{2})|.)")
_SIZE = re.compile(r"[0-9a-fA-F]{1,6}")
# Faraday: ... INFO -- request: POST https://..., and response: Status 401
_FARADAY = re.compile(r".{0,120}? -- (?P<what>request|response): (?P<text>.*)")
_FARADAYS_START = re.compile(rf"(?:{METHODS}) {_URL}|Status [1-5]\d\d", re.IGNORECASE)
_QUOTED = re.compile(r"(?P<name>[\w-]{1,100}): \"(?P<value>.*)\"")
# Dio: *** Request *** and, each on a line, what belongs to it.
_DIO = re.compile(rf"{_FRONT}\*\*\* (?P<what>\w+) \*\*\*:?\s*")
_DIOS = re.compile(r"(?P<name>uri|method|statusCode|headers|data|Response Text): ?(.*)")
# Ktor: REQUEST: https://..., its method below, headers behind arrows, RESPONSE: 401 ...
_KTOR = re.compile(
    rf"{_FRONT}(?:REQUEST: (?P<url>{_URL})"
    r"|RESPONSE: (?P<status>[1-5]\d\d)(?P<reason>(?: [A-Z][\w-]*)*))\s*"
)
_KTORS_METHOD = re.compile(rf"METHOD: (?:HttpMethod\(value=)?({METHODS})\)?\s*")
# Postman's console: the call, its status and its time, and sections.
_CALLED = re.compile(rf"(?P<method>{METHODS}) (?P<url>{_URL})\s*")
_STATUS = re.compile(r"\s*(?P<status>[1-5]\d\d)(?: [A-Z][\w -]{1,40})?\s*")
_SECTION = re.compile(r"\W*(?P<name>(?:Request|Response) (?:Headers|Body))\W*")
_ASIDE = re.compile(r"\s*(?:[1-5]\d\d(?: \w+)?|[\d.]+ m?s|[\d.]+ [KM]?B|Network)\s*")
_FEW = 6

_LONGEST = 20_000


def read_wires(lines: list[str]) -> list[Find]:
    """Find the calls that an HTTP client logged line by line."""
    text, left = "\n".join(lines), list(lines)
    finds: list[Find] = []
    for sign, read in _DIALECTS:
        found = _finds(list(read(left))) if sign in text else []
        for one in found:
            left[one.first - 1 : one.last] = [""] * (one.last - one.first + 1)
        finds += found
    return finds


def _finds(told: list[Told]) -> list[Find]:
    again = (n + 1 for n, held in told if held is None)
    finds = [Find(kind=mark("a line of a log"), first=n, last=n) for n in again]
    lines = [(n, held) for n, held in told if held is not None]
    for find in read_messages([held for _, held in lines]):
        first, last = lines[find.first - 1][0], lines[find.last - 1][0]
        finds.append(replace(find, first=first + 1, last=last + 1))
    return finds


def _arrows(lines: list[str]) -> Iterator[Told]:
    """Yield what OkHttp and Feign logged, from a first line to an end."""
    behind: Callable[[str], str] | None = None
    for number, line in enumerate(lines):
        start = _arrow(line)
        if start:
            behind = _without(start["front"])
            yield number, _first_line(start)
        elif behind:
            shown = behind(line)
            if _ENDED.match(shown):
                behind = None
            yield number, "" if behind is None else _FAILED.sub("", shown)


def _arrow(line: str) -> re.Match[str] | None:
    if ("-> " not in line and "<-" not in line) or len(line) > _LONGEST:
        return None
    return _SENT.fullmatch(line) or _RECEIVED.fullmatch(line)


def _first_line(start: re.Match[str]) -> str:
    if start.re is _SENT:
        return f"{start['method'].upper()} {start['url']} HTTP/1.1"
    return f"HTTP/1.1 {start['status']}{start['reason']}"


def _without(front: str) -> Callable[[str], str]:
    """Return what takes a logger's words off a line; numbers in them may differ."""
    parts = (re.escape(one) for one in re.split(r"\d+", front.rstrip()))
    words = re.compile(r"\d+".join(parts) + " ?")

    def behind(line: str) -> str:
        found = words.match(line) if front else None
        return line[found.end() :] if found else line

    return behind


def _behind_words(lines: list[str]) -> Iterator[Told]:
    """Yield messages that a logger's words stand before, or before the first line."""
    behind: Callable[[str], str] | None = None
    for number, line in enumerate(lines):
        named = "HTTP/" in line[:_LONGEST] and not _sign(line)
        begun = _BEGUN.fullmatch(line) if named else None
        below = lines[number + 1] if begun and number + 1 < len(lines) else ""
        if begun and _HEADER.fullmatch(_without(begun["front"])(below)):
            behind = _without(begun["front"])
            yield number, begun["start"]
        elif behind:
            yield number, behind(line)


def _outgoing(lines: list[str]) -> Iterator[Told]:
    """Yield what Apache's client logged; where it did so twice, once."""
    found = [(n, match) for n, line in enumerate(lines) if (match := _sign(line))]
    # Several connections are open at once, and each has its own messages.
    found.sort(key=lambda one: int(one[1]["number"]))
    quoted = any(match["quote"] for _, match in found)
    for number, match in found:
        text = _LINE_END.sub("", match["text"]) if quoted else match["text"]
        if bool(match["quote"]) != quoted or _SIZE.fullmatch(text):
            yield number, None
        else:
            yield number, text


def _sign(line: str) -> re.Match[str] | None:
    return _OUTGOING.fullmatch(line) if "http-outgoing-" in line[:400] else None


def _literals(lines: list[str]) -> Iterator[Told]:
    """Yield what Ruby's net/http printed: texts as its programs write them."""
    for number, line in enumerate(lines):
        match = _LITERAL.fullmatch(line) if len(line) < 100_000 else None
        if match is None:
            continue
        try:
            text = json.loads(_RUBYS.sub(_escape, match["text"]), strict=False)
        except ValueError:
            continue
        text = utf8_in(text) if "\\x" in match["text"] else text
        if not _SIZE.fullmatch(text.strip()):
            for part in text.removesuffix("\r\n").split("\r\n"):
                yield number, part


def _escape(match: re.Match[str]) -> str:
    """Return an escape of Ruby's as JSON has it; bytes are letters for now."""
    if match["byte"]:
        return f"\\u00{match['byte']}"
    return {"\\#": "#", "\\e": "\\u001b"}.get(match[0], match[0])


def _faraday(lines: list[str]) -> Iterator[Told]:
    """Yield what Faraday logged: headers in quotes, a line each."""
    before = ""
    for number, line in enumerate(lines):
        match = _FARADAY.fullmatch(line) if " -- re" in line[:200] else None
        text = match["text"] if match else line
        if match and _FARADAYS_START.fullmatch(text):
            before = match["what"]
            status = text.removeprefix("Status ")
            yield number, f"HTTP/1.1 {status}" if status != text else f"{text} HTTP/1.1"
        elif before and (not match or match["what"] == before):
            header = _QUOTED.fullmatch(text)
            yield number, f"{header['name']}: {header['value']}" if header else text


def _dio(lines: list[str]) -> Iterator[Told]:
    """Yield what Dio logged, in the order of an HTTP message."""
    behind: Callable[[str], str] | None = None
    fields: dict[str, str] = {}
    for number, line in enumerate(lines):
        if begun := _DIO.fullmatch(line) if "***" in line[:400] else None:
            behind, fields = _without(begun["front"]), {}
            yield number, ""
        elif behind:
            yield from _of_dio(number, behind(line), fields)


def _of_dio(number: int, line: str, fields: dict[str, str]) -> Iterator[Told]:
    match = _DIOS.fullmatch(line)
    if match is None:
        if "headers" in fields and line != "null":
            yield number, line.lstrip() if line[:1] == " " else line
        return
    name, value = match.groups()
    fields[name] = value
    if name == "headers" and "method" in fields:
        yield number, f"{fields['method']} {fields.get('uri', '')} HTTP/1.1"
    elif name == "headers" and "statusCode" in fields:
        yield number, f"HTTP/1.1 {fields['statusCode']}"
    elif name in {"data", "Response Text"}:
        yield number, ""


def _ktor(lines: list[str]) -> Iterator[Told]:
    """Yield what Ktor logged: the method stands below the address."""
    behind: Callable[[str], str] | None = None
    url, inside = "", False
    for number, line in enumerate(lines):
        named = "REQUEST: " in line or "RESPONSE: " in line
        if begun := _KTOR.fullmatch(line) if named and len(line) < _LONGEST else None:
            behind, url, inside = _without(begun["front"]), begun["url"] or "", False
            if begun["status"]:
                yield number, f"HTTP/1.1 {begun['status']}{begun['reason']}"
            continue
        shown = behind(line).rstrip() if behind else ""
        if url and (method := _KTORS_METHOD.fullmatch(shown)):
            yield number, f"{method[1]} {url} HTTP/1.1"
            url = ""
        elif shown in {"BODY START", "BODY END"}:
            inside = shown == "BODY START"
            yield number, ""
        elif inside or shown.startswith("-> "):
            yield number, shown.removeprefix("-> ")


def _console(lines: list[str]) -> Iterator[Told]:
    """Yield what was copied from Postman's console."""
    status = ""
    for number, line in enumerate(lines):
        if called := _CALLED.fullmatch(line):
            status = _status_below(lines[number + 1 : number + 1 + _FEW])
            if status:
                yield number, f"{called['method']} {called['url']} HTTP/1.1"
        elif status:
            yield from _of_console(number, line, status)


def _status_below(lines: list[str]) -> str:
    """Return the status of a call in the console; empty if it is none."""
    found = (match["status"] for line in lines if (match := _STATUS.fullmatch(line)))
    sections = any(_SECTION.fullmatch(line) for line in lines)
    return next(found, "") if sections else ""


def _of_console(number: int, line: str, status: str) -> Iterator[Told]:
    section = _SECTION.fullmatch(line)
    header = _QUOTED.fullmatch(line)
    if section and section["name"] == "Response Headers":
        yield number, f"HTTP/1.1 {status}"
    elif section and section["name"].endswith("Body"):
        yield number, ""
    elif header:
        yield number, f"{header['name']}: {header['value']}"
    elif not section and not _ASIDE.fullmatch(line):
        yield number, line


_DIALECTS: tuple[tuple[str, Callable[[list[str]], Iterator[Told]]], ...] = (
    ("--> ", _arrows),
    ("http-outgoing-", _outgoing),
    ('<- "', _literals),
    (" -- request: ", _faraday),
    ("*** Request ***", _dio),
    ("METHOD: ", _ktor),
    ("Response Headers", _console),
    (", Version: ", dotnet.as_text),
    (" HTTP request ", dotnet.logged),
    ("Request finished HTTP/", dotnet.served),
    ("HTTP/", _behind_words),
)
SIGNS = tuple(sign for sign, _ in _DIALECTS)
