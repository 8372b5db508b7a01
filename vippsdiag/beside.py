"""Where a value stands that no mark ties to its name: in an attribute, a cell, below.

Each pattern is tried at the root of a name, and finds the rest of the name and the
value. Repetitions have limits, so that a megabyte of anything takes a moment.
"""

import re
from collections.abc import Iterator

from vippsdiag.extent import BLANK, QUOTE, TAG, Span
from vippsdiag.phones import NATIONAL
from vippsdiag.tables import IsName

# What holds settings in XML; in HTML these are no elements.
_ELEMENT = rf"(?:{TAG}|</?(?:data|key|name|string|value)>)"
# Other attributes of the same element or object.
_OTHERS = (
    rf"(?:\s{{0,99}},?\s{{0,99}}{QUOTE}?[\w.\-]{{1,40}}{QUOTE}?\s{{0,9}}[:=]\s{{0,9}}"
    rf"(?:true|false|null|\d{{1,9}}|{QUOTE}[^\"'“”<>\r\n]{{0,99}}{QUOTE})){{0,4}}?"
)
# Where nothing else tells it, only what has a digit and some length is taken for a
# value, for the next word may be an ordinary one, or the name of the next value.
_TELLING = (
    r"(?:bearer\s++)?(?!\(?[\w.\-]*+\)?(?::\s|=[^\s=\"'“”<>,;]))"
    r"(?!\d{4}-\d\d-\d\d\b|\d\d?[.:]\d\d[-–]\d\d?[.:]\d\d\b|AADSTS\d"
    r"|\(?[\w./\\:@-]*\.[a-z]{1,5}:\d{1,6}\b(?!\w)|HTTP/\d|\w{3,20}\(\d{1,5}\))"
    r"(?:(?=[^\s\"'“”`|<>\d]{0,400}+\d)|(?=[A-Za-z+/]{16,})(?-i:(?=[A-Za-z+/]*?[A-Z][a-z][A-Z])))(?:[^\s\"'“”`|<>,;\\]|\\/){8,}"
)
# {"name": "client_secret", "value": "..."} and <add key="..." value="..."/>
_ATTRIBUTE = re.compile(
    rf"(?P<name>[\w.:\- ]{{0,200}}+){QUOTE}(?:\s{{0,9}}:\s{{0,99}}\{{)?{_OTHERS}\s*+"
    rf"(?:,\s*+)?(?:{QUOTE}|@)?(?:(?:config|meta|option|setting)_)?value{QUOTE}?\s*+[:=]\s*+"
    # OpenTelemetry names the type of a value before it.
    rf"(?:\{{\s{{0,99}}+{QUOTE}(?:array|string)?values?{QUOTE}\s*+:\s*+\[?\s*+){{0,3}}+"
    rf"(?:\[\s{{0,99}}+|N)?{QUOTE}(?P<value>(?:\\.|[^\"'“”\r\n\\])++)",
    re.IGNORECASE,
)
# <setting name="client_secret" type="String"><value>... and <secret type="text">...
_CONTENT = re.compile(
    rf"(?P<name>[\w.\-]{{0,200}}+)(?:{QUOTE}|\s[\w:]{{1,20}}=)[^<>\r\n]{{0,250}}(?<![=-])>\s{{0,9}}"
    rf"(?:{_ELEMENT}\s{{0,9}}){{0,8}}+(?P<value>{_TELLING})",
    re.IGNORECASE,
)
# An element with attributes, whatever it holds: <Password Type="...">...
_TYPED = re.compile(
    r"(?P<name>[\w.\-]{0,200}+)(?:\s{1,9}[\w:.\-]{1,40}=(?:\"[^\"<>]{0,300}\"|'[^'<>]{0,300}'))"
    r"{1,6}+\s?>\s{0,9}(?P<value>[^<>\s][^<>\r\n]{1,300}?)\s{0,9}</(?:\w+:)?\w*(?P=name)>"
)
# - name: CLIENT_SECRET, and value: ... below it; Terraform's variables have a default.
_BELOW = re.compile(
    rf"(?P<name>[\w.\-]{{0,200}}+){QUOTE}?[ \t]*+(?:\{{[ \t]*+)?\r?\n"
    r"(?:[ \t]*+(?:description|nullable|sensitive|type)[ \t]*+[:=].{0,200}\n){0,4}"
    rf"[ \t]*+(?:default|value)[ \t]*+[:=][ \t]*+(?P<quote>{QUOTE})?"
    r"(?P<value>(?(quote)[^\"'“”\r\n]++|[^\s\"'“”{\[]++))",
    re.IGNORECASE,
)
# The client_id that a function is given which fetches a token, before the secret.
_GUID = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
_ID_FIRST = rf"(?!(?<=token\(){QUOTE}{_GUID}{QUOTE},\s{{0,9}}{QUOTE})"
# What a page that was copied whole has beside a value.
_BUTTON = (
    "(?:copy|dölj|hide|kopier|kopiera|kopioi|kopiér|näytä|piilota|show|skjul|vis|visa)"
)
# Nothing but blanks, a link word, a comma or tags between the two.
SPACED = re.compile(
    r"(?P<name>[\w.\-]*+(?: (?:- )?[A-Za-zÆØÅÄÖæøåäö][\w.\-]*+){0,2}?)"
    r"(?:[ ]?\([\w ,.]{1,30}\)(?=\s))?"
    rf"(?:(?:{QUOTE}\s*+(?:,\s*+|;(?:s:\d{{1,5}}:)?){QUOTE}"
    rf"|[:=]?[ ]?{QUOTE}\s{{0,9}}[+.]\s{{0,9}}{QUOTE}"
    r"|[,;](?=[^\s,;]{8,400}[ \t]*(?:\r?\n|\Z))"
    rf"|{BLANK}++(?:(?:is|was|er|var|är|on|hedder|heter|lyder"
    r"|beg(?:ynner|ins)[ ](?:på|with)|börjar[ ]på|starts[ ]with"
    r"|->|→|[-–]|\.{2,9})\s++)?"
    rf"|\*{{0,3}}[ \t]*+[|│┃][ \t]*+|[ \t]++--(?:body|value)[ =]"
    rf"|\((?={QUOTE}){_ID_FIRST}"
    rf"|(?:[ \t]*+\r?\n){{1,2}}+(?:{_BUTTON}\r?\n)?+[ \t]*+(?:=>[ ](?={QUOTE}))?"
    rf"|{QUOTE}?[\])]{{1,2}}[ \t]*+\r?\n(?:(?:=>|<)[ ])?(?={QUOTE})"
    rf"|(?=[\"'\] <])(?:[\"']?\])?[ ]?(?:{_ELEMENT}\s{{0,9}}){{1,8}}+"
    rf"|</[\w.:]{{1,30}}>\s{{0,99}}<[^<>]{{0,99}}value[\"']?>\s{{0,9}}){QUOTE}?)"
    rf"(?P<value>{NATIONAL}|{_TELLING})",
    re.IGNORECASE,
)
# A part of a form with a boundary, in which a field has lines of its own.
_BREAK = r"(?:\r?\n|(?:\\{1,16}r)?\\{1,16}n)"
_PART = re.compile(
    r"(?P<name>[\w.\-]{0,200}+)(?:\]?\[\w{0,40}){0,4}\]?\\{0,16}\""
    rf"(?:{_BREAK}content-[\w-]{{1,40}}:[^\r\n\\]{{0,200}}){{0,3}}{_BREAK}{{2}}"
    r"(?P<value>[^\r\n\\]{1,500})",
    re.IGNORECASE,
)
# Each with pieces of text one of which every place has where it matches, without case;
# surer ones first.
PATTERNS = (
    (_PART, ("form-data",)),
    (_ATTRIBUTE, ("value",)),
    (_BELOW, ("value", "default")),
    (_TYPED, ("</",)),
    (_CONTENT, (">",)),
)
_ID_NAME = rf"(?:id|key|name|field){QUOTE}?\s{{0,9}}[:=]\s{{0,9}}[@N]?{QUOTE}"
# The same attributes the other way round, up to where the name begins.
_REVERSED = re.compile(
    rf"value{QUOTE}?\s{{0,9}}[:=(]\s{{0,9}}[@N]?{QUOTE}(?P<value>(?:\\.|[^\"'“”\r\n\\])++)"
    rf"{QUOTE}{_OTHERS}\s{{0,99}},?\s{{0,99}}(?:WHERE\s{{1,9}})?{QUOTE}?\w{{0,20}}?{_ID_NAME}\Z",
    re.IGNORECASE,
)
_NAMED = re.compile(rf"{_ID_NAME}\Z", re.IGNORECASE)
_QUOTES = frozenset("\"'`“”„‘’;27")
_FULL_NAME = re.compile(r"[\w.:\- ]{0,200}+")
# What most often stands before a name, and in none.
_ENDS = frozenset("\n\"'{[(<&?,;:=")
_HEAD = re.compile(r"(?s:.*[^\w.\- ])?")
FARTHEST = 64
_COOKIES = re.compile(rf"cookies{QUOTE}\s{{0,99}}:\s{{0,99}}\[", re.IGNORECASE)
_COOKIE = re.compile(
    r"[\s,]{0,99}+\{[^{}]{0,4000}?"
    rf"{QUOTE}value{QUOTE}\s{{0,9}}:\s{{0,9}}{QUOTE}(?P<value>(?:\\.|[^\"\\])*+)"
    r"[^{}]{0,4000}\}",
)
# So far before its name a value is looked for.
_NEAR = 600


def head(text: str, root: int) -> int:
    """Return where the name begins that a root is in, as far as it matters."""
    if text[root - 1 : root] in _ENDS:
        return root
    match = _HEAD.match(text, max(0, root - FARTHEST), root)
    return match.end() if match else root


def reversed_attributes(text: str, roots: list[int], is_name: IsName) -> Iterator[Span]:
    """Yield the values that stand before their names."""
    for root in roots:
        start = head(text, root)
        # The last sign of a quote is quick to see.
        quoted = text[start - 1 : start] in _QUOTES
        if not quoted or not _NAMED.search(text, max(0, start - FARTHEST), start):
            continue
        match = _REVERSED.search(text, max(0, start - _NEAR), start)
        name = _FULL_NAME.match(text, start)
        if match and name and is_name(name[0].replace(":", " ")):
            yield match.span("value")


def cookies(text: str, roots: list[int]) -> Iterator[Span]:
    """Yield the values in a capture's list of cookies, whatever their names."""
    for root in roots:
        match = _COOKIES.match(text, root)
        while match and (match := _COOKIE.match(text, match.end())):
            yield match.span("value")
