"""What code has in a value's place: where the value comes from, mostly, and not itself.

A call is one if its name has several words or parts, as in ``config.get(...)``, or if
it is given a text; nobody's password looks like that. What a function is given is the
value, as in ``b64decode("...")``, unless it reads a setting of that name.
"""

import re
from typing import NamedTuple

_JOINT = r"(?:\??\.|!\.|->|::)"
_PATH = rf"[$@]?[A-Za-z_]\w*+(?:{_JOINT}\$?[A-Za-z_]\w*+)*+"
# Most values go on otherwise behind their first letters.
MAYBE_CODE = re.compile(
    r"!|(?:await|new|try)\b|[$@]?[A-Za-z_]\w*+(?=[?!]?[.(\[<]|->|::)"
)
_TEXT = r"(?:[a-z]{1,2}|[$@])?(?P<quote>[\"'`])(?P<text>[^\"'`\r\n]{0,500})(?P=quote)"
# What there is if the setting is not set.
_DEFAULT = r"(?:,\s{0,99}(?P<other>[\"'`])(?P<default>[^\"'`\r\n]{1,500})(?P=other))?"
_CALL = re.compile(
    rf"(?:(?:await|new|try[?!]?)\s)*+(?P<path>{_PATH})[?!]?(?:<[\w<>, ?]{{1,40}}>)?"
    rf"(?P<bracket>[(\[])\s{{0,99}}(?:{_TEXT}{_DEFAULT})?(?:\)|(?:\]\[?[\"'\w]{{0,40}})*)"
)
# Behind such a call its other arguments may follow.
_ARGUMENTS = re.compile(
    r"[^()\"'`\r\n]{0,200}(?:\([^()\"'`\r\n]{0,99}\)[^()\r\n]{0,99})?\)"
)
_READS = re.compile(
    "ask|conf|env|fetch|find|get|input|load|lookup|option|param|prop|read|resolve"
    "|retrieve|setting|var",
    re.IGNORECASE,
)
# A setting is called so, and so is an entry of a list.
_NAME = re.compile(r"[A-Za-z_:][A-Za-z_.:/ {}$-]*|[A-Z][A-Z_0-9]*")
_SEVERAL_WORDS = re.compile(r"[.:>_]|[a-z][A-Z]")
# Where something else has the value; what YAML puts in its place.
_ELSEWHERE = re.compile(
    rf"!(?:GetAtt|ImportValue|Ref|Sub|env|reference|secret|vault)\b"
    rf"|{_PATH}\[:[a-z_]+\]|Optional\[\w+\]"
    rf"|\$[A-Za-z_]+(?:->[A-Za-z_]+)+(?=[;,)\s]|\Z)"
    rf"|(?:args|body|cfg|conf|config|context|ctx|data|env|local|module|options|opts"
    rf"|params|process|props|req|request|res|resp|response|self|settings|state|this"
    rf"|var)(?:{_JOINT}[A-Za-z_]+)+(?=[;,)\s]|\Z)"
    rf"|[A-Za-z_]+{_JOINT}(?:[A-Za-z_]+{_JOINT})*+[A-Za-z_]*(?:[kK]ey|[pP]assword|[rR]esult"
    rf"|[sS]ecret|[tT]oken|[vV]alue)(?=[;,)\s]|\Z)"
)


class Expression(NamedTuple):
    """What stands in a value's place.

    Attributes:
        value: from where to where the value is; None if it is not there.
        end: where what was read of it ends.
    """

    value: tuple[int, int] | None
    end: int


def expression(text: str, start: int) -> Expression | None:
    """Return what code stands where it may; None if none does."""
    if elsewhere := _ELSEWHERE.match(text, start):
        return Expression(None, elsewhere.end())
    call = _CALL.match(text, start)
    if call is None:
        return None
    if call["text"] is not None:
        return Expression(_given(call), call.end())
    rest = _ARGUMENTS.match(text, call.end())
    is_call = call["bracket"] == "(" and _SEVERAL_WORDS.search(call["path"])
    return Expression(None, rest.end() if rest else call.end()) if is_call else None


def _given(call: re.Match[str]) -> tuple[int, int] | None:
    """Return where the text is that a function is given for a value."""
    reads = call["bracket"] == "[" or _READS.search(call["path"])
    if not reads or not _NAME.fullmatch(call["text"]):
        return call.span("text")
    return call.span("default") if call["default"] else None
