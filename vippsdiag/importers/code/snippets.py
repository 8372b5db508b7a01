"""Requests in the source of a program: Python, JavaScript, PHP, C#, Java, Go and more.

Nothing is run. Calls that are known to send are followed, and what they are given is
read as far as it stands in the text. Where the text does not say which headers are
sent, there is no request.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from vippsdiag.exchange import Exchange
from vippsdiag.importers.code.calls import called
from vippsdiag.importers.code.program import Program
from vippsdiag.importers.code.source import Code
from vippsdiag.importers.code.values import Name, text_of
from vippsdiag.importers.guard import guarded
from vippsdiag.importers.shells.curl import LARGEST, curl_exchanges
from vippsdiag.importers.shells.curl_options import curl_operations
from vippsdiag.secret import size

# A longer text is no snippet; its beginning is read.
LONGEST = 200_000
# Without one of these words there is no call that sends.
_SENDS = re.compile(
    r"\b(?:\w{0,30}client|conn|requests|httpx|session|urllib\d?|aiohttp|HTTPS?Connection|fetch|axios|got|ky"
    r"|superagent|unirest|ajax|XMLHttpRequest|curl_(?:init|setopt\w*)|Guzzle\w*|wp_(?:safe_)?"
    r"remote_\w+|Http|HTTP_Request2|file_get_contents|HttpRequestMessage|HttpClient"
    r"|RestClient|RestRequest|http|Net::HTTP|HTTParty|Faraday|OkHttpClient|HttpRequest"
    r"|HttpURLConnection|Unirest|RestTemplate|WebClient|HttpPost|HttpGet|URLRequest|Dio"
    r"|https?\.request|Request)\b[^\n]{0,80}?[(:]",
    re.IGNORECASE,
)
_ADDRESSED = re.compile(
    r"://|\bUri\.https?\(|HTTPS?Connection|\bhost(?:name)?\b", re.IGNORECASE
)
_PIECE = re.compile(
    r"(?P<comment>//[^\n]*|#(?![{\[])[^\n]*|/\*(?:[^*]|\*(?!/))*+(?:\*/)?)"
    r"|(?P<string>(?<![\w\\])(?:\"\"\"(?:[^\"]|\"(?!\"\"))*+\"\"\""
    r"|\"(?:[^\"\\\n]|\\.)*+\"|'(?:[^'\\\n]|\\.)*+'))"
    r"|(?P<name>[$@]?[A-Za-z_][\w$]*)"
)
_TARGET = re.compile(
    r"(?P<path>[$@]?[A-Za-z_][\w$]*(?:(?:\.|->|::)[$\w]+)*)"
    r"(?P<index>[ \t]*\??\[(?P<key>[^\]\n]{0,100})\])?"
    r"(?:[ \t]*+,[ \t]*+[\w$]++){0,3}+(?P<type>[ \t]*+:[ \t]*+[\w<>\[\]?., |]{1,60}+)?"
    r"[ \t]*+(?:\|\|)?(?P<sign>:=|=)(?![=>~])[ \t]*\n?[ \t]*"
)
_TAKEN = re.compile(
    r"(?:del|delete|unset)\b[ \t(]{1,9}(?P<path>\$?[A-Za-z_]\w*)"
    r"(?:\[[\"'](?P<key>[^\"'\n]{1,200})[\"']\]|\.(?P<member>\w+)(?![\w(]))"
)
# ``["curl", "-X", ...]``, and ``"curl", ["-X", ...]``.
_NAMED = r"[\"'](?:[\w/]{0,40}/)?curl(?:\.exe)?[\"']\s{0,99},"
_LISTED = re.compile(
    rf"(?P<list>\[)(?=\s{{0,99}}{_NAMED})|{_NAMED}\s{{0,99}}(?P<rest>\[)"
)
_MOST_LISTS, _MOST_WORDS = 50, 500
_KEYWORDS = frozenset(
    """if for foreach while switch catch function def func fun class elif else elsif
    using val import from include require package public private protected static async
    return const let var final echo""".split()
)
# Python: ``if test: url = other``; what stands before the colon is no name with a type.
_CONDITIONS = frozenset({"if", "elif", "while"})


@dataclass(frozen=True, slots=True)
class Snippet:
    """A request with its place in the text."""

    start: int
    end: int
    exchange: Exchange


@guarded
def read_snippets(text: str) -> tuple[Snippet, ...]:
    """Read the requests that programs in a text send, and those of cURL's lists."""
    return (*_find_listed(text), *_within(find_snippets(text)))


def _within(snippets: Iterable[Snippet]) -> Iterator[Snippet]:
    """Yield requests, as long as they carry no more than a person would write."""
    left = LARGEST
    for one in snippets:
        left -= _weight(one.exchange)
        if left < 0:
            return
        yield one


def _weight(exchange: Exchange) -> int:
    request = exchange.request
    if request is None:
        return 0
    told = (request.url, request.body or "", *(one for _, one in request.headers))
    return sum(map(size, told))


def find_snippets(text: str) -> Iterator[Snippet]:
    """Yield the requests that programs in a text send."""
    text = text[:LONGEST]
    if not _ADDRESSED.search(text) or _SENDS.search(text) is None:
        return
    program = Program(text, called)
    _follow(program)
    for draft in program.finish():
        for exchange in draft.exchanges():
            yield Snippet(draft.start, min(draft.end, len(text)), exchange)


def _find_listed(text: str) -> Iterator[Snippet]:
    """Yield the requests of cURL commands whose words stand in a list of strings."""
    code: Code | None = None
    for match in islice(_LISTED.finditer(text), _MOST_LISTS):
        code = code or Code(text, lambda call: Name(call.path))
        code.place = max(match.start("list"), match.start("rest"))
        code.left = _MOST_WORDS
        words = code.value()
        if not isinstance(words, list):
            continue
        told = [text_of(word) for word in words]
        told = told[match["list"] is not None :]
        for exchange in curl_exchanges(curl_operations(told)):
            yield Snippet(match.start(), min(code.place, len(text)), exchange)


def _follow(program: Program) -> None:
    """Go through a program, statement by statement."""
    code = program.code
    condition = False
    while code.left > 0 and (piece := _PIECE.search(code.text, code.place)):
        code.place = piece.end()
        if piece["name"] is None or piece["name"] in _KEYWORDS:
            condition = piece["name"] in _CONDITIONS
            continue
        program.start = piece.start()
        _leave(program, piece.start())
        if taken := _TAKEN.match(code.text, piece.start()):
            _take_away(code, taken)
        elif (target := _TARGET.match(code.text, piece.start())) and not (
            condition and target["type"]
        ):
            _assign(program, code, target)
        else:
            code.place = piece.start()
            code.value()
            code.place = max(code.place, piece.end())
        condition = False


def _take_away(code: Code, taken: re.Match[str]) -> None:
    """Take an entry out of a table: ``del headers["a"]``, ``delete headers.a``."""
    table = code.known.get(taken["path"])
    if isinstance(table, dict):
        table.pop(taken["key"] or taken["member"], None)
    code.place = taken.end()


def _assign(program: Program, code: Code, target: re.Match[str]) -> None:
    """Take down what a statement assigns."""
    code.place = target.end()
    if program.first is None:
        program.first = target.start()
    program.made = False
    value = code.value()
    code.place = max(code.place, target.end())
    path = target["path"].replace("->", ".").replace("::", ".")
    if target["index"]:
        place = code.place
        code.place = target.start("key")
        key = code.value() if target["key"].strip() else Name("")
        code.place = place
        if target["key"].strip():
            program.entry(path, key, value)
        elif isinstance(table := code.known.get(path), list):
            table.append(value)
        return
    program.keep(path)
    value = program.choices.given(path, value, target.start(), program.so_far())
    code.known[path] = value
    if "." in path:
        program.attribute(path, value)


def _leave(program: Program, place: int) -> None:
    """Forget values that names have only up to a place."""
    for path in program.choices.left(place, program.so_far()):
        if "." in path:
            program.attribute(path, Name(path))
