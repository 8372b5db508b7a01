"""``Invoke-RestMethod`` and ``Invoke-WebRequest``, and what was assigned for them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from vippsdiag.exchange import Exchange, Headers, Request
from vippsdiag.importers.shells.curl import (
    FORM_TYPE,
    MOST,
    basic,
    encoded,
    proxy_shown,
)
from vippsdiag.importers.shells.curl_options import ADDRESS
from vippsdiag.importers.shells.powershell import SPACE, Parser, joined, text_of

# PowerShell has the name of cURL for a command of its own, with other options.
ALIAS_FOLLOWED = (
    r"(?:[ \t]+[\"']?(?:https?:|\$)\S+)?[ \t]+-"
    r"(?:Body|ContentType|Headers|Method|Uri|UseBasicParsing)\b"
)
_COMMAND = re.compile(
    r"(?<![\w-])(?<!^\+ )(?:Invoke[-–‑]RestMethod|Invoke[-–‑]WebRequest|irm|iwr"
    rf"|curl(?={ALIAS_FOLLOWED}))(?=[ \t`])",
    re.IGNORECASE | re.MULTILINE,
)
_STATEMENT = re.compile(
    r"(?:^|(?<=;)|(?<=\())[ \t]*(?:PS[^>\n]*>[ \t]*)?(?:\[[\w.]+\][ \t]*)?"
    r"\$(?P<name>(?:env:)?\w+)[ \t]*"
    r"(?P<how>\+?=(?!=)|\.(?:Cookies\.)?Add\("
    r"|\[(?=[ \t]*['\"])|\.(?=[\w-]+[ \t]*=(?!=)))"
    rf"|{_COMMAND.pattern}",
    re.IGNORECASE | re.MULTILINE,
)
# What is assigned is the answer of a command.
_OPENED = re.compile(rf"[(\s]*(?={_COMMAND.pattern})", re.IGNORECASE)
# No value that a person piped into a command is longer.
_FARTHEST = 5000
# More than these are no script that a person pasted.
MOST_STATEMENTS = 2000
_PARAMETER = re.compile(r"[-–—‑](?P<name>[A-Za-z]+)(?P<mark>:[ \t]*)?")
_SPLAT = re.compile(r"@(?P<name>\w+)")
_NAMES = (
    "uri method custommethod headers body contenttype authentication token credential"
    " useragent proxy infile form outfile timeoutsec websession sessionvariable"
).split()
_MOST_COOKIES = 100
_SWITCHES = frozenset(
    """usebasicparsing skipcertificatecheck allowunencryptedauthentication passthru
    skipheadervalidation skiphttperrorcheck disablekeepalive usedefaultcredentials
    noproxy verbose debug resume preserveauthorizationonredirect""".split()
)


@dataclass(slots=True)
class Invocation:
    """A command found in a text, with the assignments right above it.

    Attributes:
        start: the place where it begins, assignments included.
        end: the place behind it.
    """

    start: int
    end: int
    exchange: Exchange
    reads_file: bool = False


def find_invocations(text: str) -> Iterator[Invocation]:
    """Yield each command, in the order of the text."""
    if _COMMAND.search(text) is None:
        return
    parser = Parser(text)
    start, end, found = -1, -1, 0
    for match in islice(_STATEMENT.finditer(text), MOST_STATEMENTS):
        if match.start() < end:
            continue
        if start < 0 or text[end : match.start()].strip():
            start = match.start()
        parser.place = match.end()
        if match["name"]:
            _assign(parser, match["name"].lower(), match["how"].lower())
            end = parser.place
            continue
        piped = _piped(parser, match.start(), max(end, 0))
        parser.place = match.end()
        given = _parameters(parser)
        if piped is not None:
            start = min(start, piped[0])
            given.setdefault("body", piped[1])
        end = parser.place
        exchange = _exchange(given)
        if exchange:
            yield Invocation(start, end, exchange, "infile" in given)
            found += 1
        start = -1
        if found >= MOST:
            return


def _piped(parser: Parser, place: int, done: int) -> tuple[int, Any] | None:
    """Return where a value begins that a pipe gives to a command, and the value."""
    pipe = parser.text.rfind("|", max(done, place - _FARTHEST), place)
    if pipe < 0 or parser.text[pipe + 1 : place].strip(" \t\n`"):
        return None
    near = max(done, pipe - _FARTHEST)
    line = max(parser.text.rfind("\n", near, pipe) + 1, near)
    paragraph = max(parser.text.rfind("\n\n", near, pipe) + 2, near)
    for start in dict.fromkeys((done, line, paragraph)):
        if pipe - start > _FARTHEST:
            continue
        parser.place = start
        parser.skip(SPACE)
        begin = parser.place
        value = parser.value()
        parser.skip(SPACE)
        if parser.place == pipe:
            return begin, value
    return None


def variables_above(text: str, end: int) -> dict[str, Any]:
    """Return what is assigned up to a place, by names in lower case."""
    parser = Parser(text[:end])
    done = 0
    for match in islice(_STATEMENT.finditer(parser.text), MOST_STATEMENTS):
        if match["name"] and match.start() >= done:
            parser.place = match.end()
            _assign(parser, match["name"].lower(), match["how"].lower())
            done = parser.place
    return parser.variables


def _assign(parser: Parser, name: str, how: str) -> None:
    """Take down what a statement does to a variable."""
    parser.skip()
    if how in {"=", "+="}:
        if opened := _OPENED.match(parser.text, parser.place):
            parser.place = opened.end()
            return
        value = parser.value()
        if how == "+=":
            value = parser.made(joined("+", parser.variables.get(name), value))
        parser.variables[name] = value
        parser.leave()
        return
    table = parser.variables.get(name)
    if how == ".cookies.add(":
        cookie = text_of(parser.value())
        if isinstance(table, dict) and isinstance(
            kept := table.setdefault("cookies", []), list
        ):
            kept.append(cookie)
        parser.place += parser.at(")")
        return
    key = parser.key() if how == "." else parser.value()
    parser.skip()
    if parser.at("]"):
        parser.place += 1
        parser.skip()
    if isinstance(table, dict) and parser.at(",", "="):
        parser.place += 1
        table[text_of(key)] = parser.value()
        parser.place += parser.at(")")


def _parameters(parser: Parser) -> dict[str, Any]:
    """Read what a command is given, by the full names of its parameters."""
    given: dict[str, Any] = {}
    while not parser.ended():
        before = parser.place
        if splat := _SPLAT.match(parser.text, parser.place):
            parser.place = splat.end()
            table = parser.variables.get(splat["name"].lower())
            if isinstance(table, dict):
                given |= {_full(name): value for name, value in table.items()}
        elif parameter := _PARAMETER.match(parser.text, parser.place):
            parser.place = parameter.end()
            name = _full(parameter["name"])
            if name in _SWITCHES or parser.ended():
                continue
            if not _PARAMETER.match(parser.text, parser.place):
                given[name] = parser.value()
        else:
            given.setdefault("uri", parser.value())
        if parser.place == before:
            parser.place += 1
    return given


def _full(name: str) -> str:
    """Return a parameter's full name; its first letters are enough."""
    short = name.lower()
    if short in _NAMES or short in _SWITCHES:
        return short
    fitting = [full for full in _NAMES if full.startswith(short)]
    return fitting[0] if len(fitting) == 1 else short


def _exchange(given: dict[str, Any]) -> Exchange | None:
    url = text_of(given.get("uri")).strip()
    if not ADDRESS.match(url) or " " in url:
        return None
    if "://" not in url and not url.startswith(("$", "<", "{", "%")):
        url = f"http://{url}"
    method = text_of(given.get("custommethod") or given.get("method") or "GET").upper()
    body = given.get("body")
    if isinstance(body, Mapping) and method == "GET":
        url += ("&" if "?" in url else "?") + _form(body)
        body = None
    elif isinstance(body, Mapping):
        body = _form(body)
    body = None if body is None or "infile" in given else text_of(body)
    headers = Headers(_headers(given, method, body))
    request = Request(method=method, url=url, headers=headers, body=body)
    proxy = proxy_shown(text_of(given.get("proxy")))
    return Exchange(request=request, proxy=proxy)


def _form(table: Mapping[str, Any]) -> str:
    return "&".join(
        f"{encoded(name)}={encoded(text_of(value))}" for name, value in table.items()
    )


def _headers(
    given: dict[str, Any], method: str, body: str | None
) -> Iterator[tuple[str, str]]:
    table = given.get("headers")
    own = table if isinstance(table, dict) else {}
    taken = {name.lower() for name in own}
    scheme = text_of(given.get("authentication")).lower()
    if scheme in {"bearer", "oauth"} and "token" in given:
        yield "Authorization", f"Bearer {text_of(given['token'])}"
    user = text_of(given.get("credential"))
    if scheme == "basic" and ":" in user:
        yield "Authorization", basic(user)
    for name, value in own.items():
        yield name, text_of(value)
    kind = text_of(given.get("contenttype"))
    if kind:
        yield "Content-Type", kind
    elif body is not None and method == "POST" and "content-type" not in taken:
        yield "Content-Type", FORM_TYPE
    session = given.get("websession")
    session = session if isinstance(session, dict) else {}
    agent = given.get("useragent", _named(session, "useragent"))
    if agent is not None and "user-agent" not in taken:
        yield "User-Agent", text_of(agent)
    cookies = session.get("cookies")
    if isinstance(cookies, list) and cookies and "cookie" not in taken:
        yield "Cookie", "; ".join(map(text_of, cookies[:_MOST_COOKIES]))


def _named(table: Mapping[str, Any], name: str) -> Any:
    """Return an entry of a table, whatever case its name is in."""
    return next((value for key, value in table.items() if key.lower() == name), None)
