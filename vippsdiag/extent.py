"""Where a value begins and ends that stands beside its name in a text.

Blanks, backslashes and tags are counted up to a limit, and what was read is not read
again, so that a megabyte of them takes a moment.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from string import ascii_letters, digits, hexdigits

from vippsdiag.expression import MAYBE_CODE, expression
from vippsdiag.phones import GROUPED
from vippsdiag.wording import is_hollow

Span = tuple[int, int]

# Two of them are one within a cell of a file of commas.
QUOTE = r"(?:\\{0,16}(?:\"(?:\"(?=[\w+/:]))?|')|`\"|&quot;|%22|%27|[“”„‘’`])"
# Those too that a page or a word processor puts in a blank's place.
BLANK = r"[ \t\u00a0\u2000-\u200b\u202f\u2060\u3000\ufeff]"
# What a terminal shows in a colour.
COLOUR = r"\x1b\[[\d;]{0,12}m"
BLANKS = rf"(?:{BLANK}*+(?:(?:%20|\\[nrt]|%0A|%09|{COLOUR}){BLANK}*+){{0,8}}+)"
# What HTML writes around a value. An element of another name may hold one.
TAG = (
    r"</?(?:a|b|br|button|code|dd|div|dt|em|font|h[1-6]|i|input|kbd|label|li|p|pre|samp"
    r"|select|small|span|strong|td|th|tr|tt|u)(?:\s[^<>]{0,200})?/?>"
)
_EQUALS = frozenset({"=", "%3D", "%3d"})
_BLANKS = re.compile(BLANKS, re.IGNORECASE)
# Markdown's stars are no part of a value, unless it is all stars, nor is its fence or
# the word that PHP has for a list.
_OPENED = re.compile(
    rf"(?:{BLANKS}(?:{TAG}|<!\[CDATA\[|\r?\n[ \t]*+```\w{{0,20}}[ \t]*+(?=\r?\n)"
    r"|(?:\r?\n[ \t]*+)?array(?:\s{0,200}\(\s{0,200}(?:\[\d\]|\d) =>"
    r"|\(\d{1,4}\) \{\s{0,200}\[\d\]=>)"
    r"|(?:new )?(?:\[\]string|string\[\]|\[\]) ?\{(?=[\"'])"
    r"|\{(?:code|noformat)(?::[^{}\r\n]{0,40})?\}"
    rf"|(?<!\*)\*{{1,3}}(?=[ ]?{QUOTE}|[ ]?[\w+/.~-]{{8}}))"
    rf"|{BLANKS}\{{\s{{0,99}}{QUOTE}(?:number|(?:array|string)?value)"
    rf"{QUOTE}\s{{0,9}}:|{BLANKS}\{{\s{{0,99}}{QUOTE}values{QUOTE}\s{{0,9}}:\s{{0,9}}\["
    rf"|{BLANKS}`{{2,3}}(?=[\w+/])){{0,8}}+",
    re.IGNORECASE,
)
# PHP says of what type a value is. Before a colon the quote ends a name in JSON.
_QUOTED = re.compile(
    rf"{BLANKS}(?:\r?\n[ \t]*+)?(?:string\(\d{{1,6}}\) )?\[?"
    rf"{BLANKS}(?:\r?\n[ \t]*+)?(?P<quote>{QUOTE})(?!: [\"\[{{\dtfn-])",
    re.IGNORECASE,
)
# The rest of a value that a program puts together.
_GOES_ON = re.compile(
    r"(?P<quote>[\"'])\s{0,99}(?:[+.&]|\.\.|\\\r?\n)\s{0,99}(?P=quote)"
    r"(?P<value>[A-Za-z0-9+/=_~-]{4,500})(?=(?P=quote))"
)
_JOINS = frozenset(" \t\r\n+.&\\")
# A command whose answer is the value: it sends something, or prints what is there.
_COMMAND = re.compile(
    r"['\"]?(?:\$\(|`)[ ]{0,3}(?:(?:curl|https?|wget)[ ]"
    r"|(?:echo|printf)(?:[ ]{1,3}-\w{1,3})*[ ]{1,3}"
    r"(?:(?P<quote>['\"])(?:%[bdsq]|\\n|:){1,9}(?P=quote)[ ]{1,3})?['\"]?"
    r"(?P<value>(?:[^\r\n|`)]|\)(?=[^\s|\"'`)])){0,4000}(?<=[^\s|`)'\"])))"
)
_RUNS = frozenset("$`'\"")
_VARIABLES = re.compile(r"(?:\$\{?\w+\}?|[:\s\"'])+")
# What the two begin with, and what says that the value stands in the next line.
_OPENERS = frozenset("<\r\n[*{`|>")
_OPENING_LETTERS = frozenset("AaNnSs")
_TRIPLE = ('"""', "'''")
_OPENING_WORDS = ("array", "new ", "string(")
_QUOTES = frozenset("\\\"'&%“”„‘’`")
_CLOSING = {"“": "”", "„": "”“", "‘": "’"}
_LIST = re.compile(rf"{BLANKS}(?P<bracket>\[)\s*+(?=[\"'\w+\\-])")
_ITEM = re.compile(
    r"(?:(?P<quote>\\{0,16}[\"'])(?P<quoted>(?:(?!(?P=quote))(?:\\.|[^\\\r\n]))*+)"
    r"(?P=quote)|(?P<bare>[\w+-][^\[\]{}\"'\\,\r\n]*+))\s*+(?P<more>,\s*+|(?=\]))"
)
_BRACKETED = re.compile(
    r"<([^<>\"\r\n]{1,500})>|\{{1,2}([^{}\[\]\"'<>:,\r\n]{1,500})\}{1,2}"
    r"|\[([^{}\[\]\"'<>,\r\n]{1,500})\]"
)
# What a value is if there is none: process.env.SECRET || "..."
_OR = re.compile(
    r"(?:['\"][^'\"\r\n]{0,60}['\"])?\)?[ \t\r\n]{0,20}(?:\|\||\?\?|\?:|or\b)"
    r"[ \t\r\n]{0,20}(?P<quote>['\"`])(?P<value>[^'\"`\r\n]{1,500})(?P=quote)"
)
# The same in a template: {{ secret | default("...") }}
_DEFAULT = re.compile(
    r"\{\{[^{}\"'\r\n]{0,80}\|\s?default\b[ (]{1,3}"
    r"(?P<quote>[\"'])(?P<value>[^\"'{}\r\n]{4,500})(?P=quote)"
)
# Where a value without quotes may end; a search for one of these signs is quick.
_STOP = re.compile(r"[\s\0,;&|){}\]\"'`”’><%\\\x1b]")
# And where it does: before the next name, or at the punctuation that closes what it
# stands in.
_CLOSERS = r"[,;)}\]\"'`”’>]"
_END = re.compile(
    rf"{_STOP.pattern}(?:(?<=[\s\0])"
    rf"|(?<=[,;&|])(?={BLANKS}{QUOTE}?[\w.\-%]++{QUOTE}?\s*(?:[:=]|%3A|%3D))"
    rf"|(?<={_CLOSERS}){_CLOSERS}*(?=[\s<>,:;)}}\]]|\{{(?:code|noformat)\b|$)"
    r"|(?<=<)(?=[/!?]|[a-z][^<>]{0,200}>)|(?<=%)(?:2[267]|0[AD])|(?<=&)quot;"
    r"|(?<=\{)(?=(?:code|noformat)[:}])"
    r"|(?<=\\)(?=[\\\"'nrt\s]|u[0-9a-f]{4}|$))",
    re.IGNORECASE,
)
# A header's value takes its line; a quote within it belongs to one of its parts.
_LINE_END = re.compile(
    r"[\r\n\0<>\\]|[\"'](?:(?<!=[\"'])|(?=[\s)\]}]|$))"
    r"(?!\s{0,9}[;,]\s{0,9}[\w.-]{1,60}=)"
)
# A sentence may go on behind a token or a key, which a header never does.
_IN_SENTENCE = re.compile(
    r"(?:eyJ[\w.…-]{3,}+|[0-9a-f]{32}"
    r"|(?=\S*?[A-Z])(?=\S*?[a-z])(?=\S*?\d)[A-Za-z0-9+/_-]{24,}+={0,2}+)"
    r"(?=[.,;:]?(?:[ ]{1,2}[/(]?(?:[A-ZÆØÅÄÖ]{1,5}|\d{1,7}"
    r"|[A-Za-zÆØÅÄÖæøåäö][a-zæøåäö_./:-]{0,60})[).,:;!?]*+){1,40}\s*\Z)"
)
# Of those that a stop can be, these end every value.
_ALWAYS = frozenset(" \t\r\n\0\x1b")
_LINE_STOP = re.compile(r"[\r\n\0<>\\\"'\x1b]")
_JSON_WORD = re.compile(r"(?:null|true|false|-?\d[\d.eE+-]*)(?=\s{0,9}[,}\]])")
# A number that is written in groups: +47 123 45 678; a key that blanks got into.
_APART = r"(?: |\r?\n(?:> ?){0,4})"
_SPACED_KEY = rf"(?![0-9a-f]{{32}})(?:[0-9a-f]{_APART}?){{31}}[0-9a-f](?![\w-])"
# A day whose month is a word: 3. mars 1980.
DAY = (
    r"\d{1,2}\.?[ ](?i:apr|aug|de[cs]|elo|feb|hei|helm|huh|jan|joul|ju[ln]|kes|lok"
    r"|ma[aijr]|nov|o[ck]t|sep|syys|tamm|touk)[^\W\d_]{0,9}\.?,?[ ]\d{2,4}(?!\w)"
)
# Most values have a letter that no group has before a group could end.
_MAYBE = r"(?=[0-9a-f]{1,31}+(?![0-9a-z])|\d{9,11}[a-z]|[^0-9a-f])"
_GROUPS = re.compile(f"{_MAYBE}(?:{_SPACED_KEY}|{DAY}|{GROUPED})", re.IGNORECASE)
_NO_GROUPS = frozenset(ascii_letters) - frozenset(hexdigits)
_SCHEMES = re.compile(
    rf"{BLANKS}(?:(?:bearer|basic)(?:\s|%20|\+(?!\d))+|(?:urn:)?(?:msisdn|tel):(?=[\d+(]))*",
    re.IGNORECASE,
)
# Before a value that begins so stands neither a blank nor what could be one of those.
_NO_SCHEME = frozenset(ascii_letters + digits + "+-/<") - frozenset("bBmMtTuU")
# In a form or an address the next field begins behind this; a password may hold it.
_NEXT_FIELD = re.compile(r"&(?![^\s&=%]{1,40}[!#*?@^~])")
# In YAML a sign may say that the value stands there.
_NEXT_LINE = re.compile(
    r"[ \t]*+(?:[|>][+-]?[ \t]*+)?\r?\n[ \t]*+(?:>[> ]{0,9})?"
    r"(?!>)([^\s:={}\[\]]+={0,2})[ \t]*(?:\r?\n|$)"
)


class Ends:
    """Where the values without quotes end in a text.

    In a form many values may stand before the same end, and a search for that may
    take the rest of the text.
    """

    __slots__ = ("_found", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        # The last search for either kind of end: from where on, and what it found.
        self._found = {False: (0, -1), True: (0, -1)}

    def behind(self, start: int, *, whole_line: bool) -> int:
        """Return the first end from a place on: a line's, or any."""
        first, end = self._found[whole_line]
        if not first <= start <= end:
            match = (_LINE_END if whole_line else _END).search(self.text, start)
            end = match.start() if match else len(self.text)
            self._found[whole_line] = start, end
        return end


def spans(ends: Ends, start: int, mark: str, *, whole_line: bool) -> Iterable[Span]:
    """Return where each value begins and ends that belongs to a name.

    Args:
        ends: of the text in which the name and its values stand.
        start: the place behind the mark.
        mark: what stands between the name and its value, such as a colon.
        whole_line: the value takes its line, as a header's does.
    """
    text = ends.text
    blanks = _BLANKS.match(text, start)
    place = blanks.end() if blanks else start
    first = text[place : place + 1]
    opens = first in _OPENERS or (
        first in _OPENING_LETTERS
        and text[place : place + 7].lower().startswith(_OPENING_WORDS)
    )
    if not opens and first not in _QUOTES:
        # Most values begin so, and then nothing else can stand before them.
        is_code = MAYBE_CODE.match(text, place) and not whole_line
        code = expression(text, place) if is_code else None
        span = code.value if code else _bare(ends, place, mark, whole_line=whole_line)
        end = code.end if code else span[1] if span else len(text)
        other = _OR.match(text, end)
        values = (other.span("value"),) if other else ()
        return (span, *values) if span else values
    if text.startswith(_TRIPLE, place):
        start = place + 2
    opened = _OPENED.match(text, start) if opens else None
    start = opened.end() if opened else start
    return _spans(ends, start, mark, whole_line=whole_line)


def _spans(ends: Ends, start: int, mark: str, *, whole_line: bool) -> Iterator[Span]:
    text = ends.text
    if mark != ">" and (items := list(_items(text, start))):
        yield from items
    elif quoted := _QUOTED.match(text, start):
        value = _inside(quoted["quote"]).match(text, quoted.end())
        yield value.span() if value else (start, start)
        while value and text[value.end() + 1 : value.end() + 2] in _JOINS:
            if value := _GOES_ON.match(text, value.end()):
                yield value.span("value")
    elif below := _NEXT_LINE.match(text, start):
        yield below.span(1)
    elif span := _bare(ends, start, mark, whole_line=whole_line):
        yield span


def _items(text: str, start: int) -> Iterator[Span]:
    """Yield the values of a list; a list that is cut or holds lists is none."""
    opened = _LIST.match(text, start)
    words = opened and _BRACKETED.match(text, opened.start("bracket"))
    if not opened or (words and is_hollow(words[0])):
        return
    place = opened.end()
    while item := _ITEM.match(text, place):
        yield item.span("quoted" if item["quote"] else "bare")
        place = item.end()


def _bare(ends: Ends, start: int, mark: str, *, whole_line: bool) -> Span | None:
    """Return where a value without quotes begins and ends."""
    text = ends.text
    first = text[start : start + 1]
    if first not in _NO_SCHEME:
        scheme = _SCHEMES.match(text, start)
        start = scheme.end() if scheme else start
        first = text[start : start + 1]
    if first in _RUNS and (run := _COMMAND.match(text, start)):
        return _printed(run)
    word = _JSON_WORD.match(text, start) if whole_line else None
    if word is None and first not in _NO_GROUPS:
        word = _GROUPS.match(text, start)
    if word:
        return word.span()
    # Behind an element's name, what begins with such a bracket is an element in it.
    opens = first in {"<", "{", "["} and mark != ">"
    if opens and (bracketed := _BRACKETED.match(text, start)):
        return bracketed.span()
    if first in {"{", "["}:
        other = _DEFAULT.match(text, start)
        return other.span("value") if other else None
    stop = _stop(ends, start, whole_line=whole_line)
    if whole_line:
        said = _IN_SENTENCE.match(text, start, stop)
        return said.span() if said else (start, stop)
    return start, _field_end(text, start, stop, mark)


def _field_end(text: str, start: int, stop: int, mark: str) -> int:
    """Return where a value ends if it stands in a form or an address."""
    in_form = mark in _EQUALS and not text[start - 1].isspace()
    ampersand = text.find("&", start, stop) if in_form else -1
    field = _NEXT_FIELD.search(text, ampersand, stop) if ampersand >= 0 else None
    return field.start() if field else stop


def _printed(run: re.Match[str]) -> Span | None:
    """Return what a command prints; what one sends has names of its own."""
    printed = run["value"]
    if not printed or _VARIABLES.fullmatch(printed):
        return None
    return run.span("value")


def _stop(ends: Ends, start: int, *, whole_line: bool) -> int:
    """Return where a value without quotes ends."""
    first = (_LINE_STOP if whole_line else _STOP).search(ends.text, start)
    if first is None or first[0] in _ALWAYS:
        return first.start() if first else len(ends.text)
    return ends.behind(first.start(), whole_line=whole_line)


@lru_cache(maxsize=32)
def _inside(quote: str) -> re.Pattern[str]:
    """Return the pattern of what a kind of quote can hold.

    Whatever the quote, a value ends before the quote of the JSON text that it is in.
    """
    if len(quote) > 1:
        return re.compile(rf"(?:(?!{re.escape(quote)}|\\+[\"'])[^\"\r\n])*+")
    closing = re.escape(_CLOSING.get(quote, quote))
    return re.compile(rf"(?:\\.|[^{closing}\\\r\n\"])*+")
