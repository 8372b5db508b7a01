"""What a value looks like, and what is wrong with its looks.

Shapes: facts section 1.2. "Looks right" is all that a shape can say; whether a key is
right only the API can tell. Every function takes a value that may be a `Secret` and
answers with a place, a name or a yes or no, never with the value.
"""

import re
from collections.abc import Set
from enum import StrEnum
from sys import maxsize
from typing import NamedTuple

from vippsdiag.language import Text, say
from vippsdiag.secret import Secret, examine


class Shape(StrEnum):
    """What a value looks like, in words that a person understands."""

    GUID = "a GUID, as a client_id has"
    HEX32 = "32 hexadecimal digits, as a subscription key has"
    BASE64 = "Base64, as a client_secret has"
    MSN = "4 to 7 digits, as a merchant serial number has"
    ORGANISATION = "an organisation number"
    TOKEN = "an access token"
    DASHED_HEX = "a subscription key with dashes put in"


def characters(count: int) -> Text:
    """Say how many characters there are, in the singular where it is one."""
    if count == 1:
        return say("1 character")
    return say("{count} characters", count=f"{count:,}")


GUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
GUID_OUTLINE = re.compile(r"(?=.*-)[\w]{6,10}-(?:[\w]{2,6}-){2,4}[\w]{8,14}", re.ASCII)
HEX32 = re.compile(r"[0-9a-fA-F]{32}")
BASE64 = re.compile(r"[A-Za-z0-9+/]{16,}={0,2}")
BASE64_URL = re.compile(r"[A-Za-z0-9_~.+/-]{16,}={0,2}")
# Specifications said 4 to 6 digits until 2024; 7 digits are in use (facts 1.3).
MSN = re.compile(r"[0-9]{4,7}")
# 9 digits in Norway, 8 in Denmark; Finland's has a dash before the last digit.
ORGANISATION = re.compile(r"[0-9]{8,9}|[0-9]{7}-[0-9]|(?:NO ?)?[0-9]{9}(?: ?MVA)?")
TOKEN = re.compile(r"(?:bearer\s+)*eyJ[\w-]{5,}(?:\.[\w-]*){0,2}", re.IGNORECASE)

# Lengths seen in documentation: 24 and 28 (facts 1.2; the length is not fixed).
USUAL_SECRET_LENGTHS = frozenset({24, 28, 40, 44})

# Each with how long it is at least and at most.
_SHAPES = (
    (TOKEN, Shape.TOKEN, 8, maxsize),
    (GUID, Shape.GUID, 36, 36),
    (HEX32, Shape.HEX32, 32, 32),
    (MSN, Shape.MSN, 4, 7),
    (ORGANISATION, Shape.ORGANISATION, 8, 16),
    (BASE64, Shape.BASE64, 16, maxsize),
)


def shape_of(value: str) -> Shape | None:
    """Return what a value looks like, blanks around it apart; None if like nothing."""
    return examine(value, _shape)


def _shape(raw: str) -> Shape | None:
    text = raw.strip()
    size = len(text)
    for pattern, shape, least, most in _SHAPES:
        if least <= size <= most and pattern.fullmatch(text):
            return shape
    return None


class Slip(NamedTuple):
    """A character that should not be there.

    Attributes:
        position: counted from 1, as people count.
        name: what the character is, in words.
    """

    position: int
    name: Text


HIDDEN = {
    "\n": say("a line break"),
    "\r": say("a line break"),
    "\t": say("a tab"),
    "\x0b": say("a vertical tab"),
    "\x0c": say("a form feed"),
    "\x85": say("a line break"),
    "\u2028": say("a line break"),
    "\u2029": say("a line break"),
    "\u00a0": say("a non-breaking space"),
    "\u202f": say("a narrow non-breaking space"),
    "\u2007": say("a figure space"),
    "\u2009": say("a thin space"),
    "\u3000": say("a wide space"),
    "\u200b": say("a zero-width space"),
    "\u200c": say("a zero-width non-joiner"),
    "\u200d": say("a zero-width joiner"),
    "\u200e": say("a left-to-right mark"),
    "\u200f": say("a right-to-left mark"),
    "\u2060": say("a word joiner"),
    "\u00ad": say("a soft hyphen"),
    "\ufeff": say("a byte order mark"),
    "\u2018": say("a curly quote"),
    "\u2019": say("a curly quote"),
    "\u201a": say("a low quote"),
    "\u201c": say("a curly quote"),
    "\u201d": say("a curly quote"),
    "\u201e": say("a low quote"),
    "\u00ab": say("a quote"),
    "\u00bb": say("a quote"),
    "\u2010": say("a typographic hyphen"),
    "\u2011": say("a non-breaking hyphen"),
    "\u2012": say("a dash in a hyphen's place"),
    "\u2013": say("a dash in a hyphen's place"),
    "\u2014": say("a dash in a hyphen's place"),
    "\u2212": say("a minus sign in a hyphen's place"),
    '"': say("a quote"),
    "'": say("a quote"),
    "`": say("a backtick"),
    " ": say("a blank"),
    "%": say("a percent sign"),
}
_HYPHENS = dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
_CLEAN = str.maketrans(dict.fromkeys(HIDDEN) | _HYPHENS)
# Only these stay in a value if they stand inside it: they may belong to it.
_KEPT = {"%"}


def hidden_characters(value: str) -> list[Slip]:
    """Find the characters that no key has, by position.

    Blanks around the value do not count: HTTP takes them away, so they are no cause.
    Line breaks around it do count, for no HTTP library sends them.
    """

    def question(raw: str) -> list[Slip]:
        start = len(raw) - len(raw.lstrip(" \t"))
        end = len(raw.rstrip(" \t"))
        inner = enumerate(raw[start:end], start + 1)
        return [
            Slip(place, _character(character))
            for place, character in inner
            if _out_of_place(character)
        ]

    return examine(value, question)


def _out_of_place(character: str) -> bool:
    if character in _KEPT:
        return False
    return character in HIDDEN or not " " <= character <= "~"


def _character(character: str) -> Text:
    if character in HIDDEN:
        return HIDDEN[character]
    if character.isprintable():
        return say("the character {character}", character=character)
    code = f"U+{ord(character):04X}"
    return say("the invisible character {code}", code=code)


def cleaned(value: str) -> str:
    """Return the value without blanks, quotes and invisible characters."""

    def question(raw: str) -> str:
        return raw.translate(_CLEAN)

    if isinstance(value, Secret):
        return Secret(examine(value, lambda raw: Secret(question(raw))))
    return question(value)


_HEX = frozenset("0123456789abcdefABCDEF")
# Who reads or scans a value takes these for a zero and a one.
LOOK_LIKE_DIGITS = frozenset("oOlI")


def letters_in_guid(value: str) -> list[Slip]:
    """Find letters in a value of a GUID's outline that a GUID cannot hold."""

    def question(raw: str) -> list[Slip]:
        text = raw.strip()
        outline = GUID_OUTLINE.fullmatch(text) and len(text) == 36
        return _letters(text, _HEX | {"-"}) if outline else []

    return examine(value, question)


def letters_in_key(value: str) -> list[Slip]:
    """Find letters that look like digits in a value as long as a subscription key."""

    def question(raw: str) -> list[Slip]:
        text = raw.strip()
        misread = len(text) == 32 and set(text) <= _HEX | LOOK_LIKE_DIGITS
        return _letters(text, _HEX) if misread else []

    return examine(value, question)


def _letters(text: str, known: Set[str]) -> list[Slip]:
    return [
        Slip(place, say("the letter {letter}", letter=character))
        for place, character in enumerate(text, 1)
        if character not in known
    ]


# Left in a value whose writer meant to fill it in. Case does not matter. No name is so
# long that a search from each of many brackets would take long.
TEMPLATE = re.compile(
    r"\$?\{\{.{0,200}?\}\}|\$\{[^}]{0,200}\}|\$\([\w.]{1,200}\)|\$env:\w+"
    r"|%[A-Za-z_]\w{0,200}%|<%=?.{0,200}?%>|\$[A-Za-z_]\w*|@[A-Z_]{3,}@|__[A-Z_]+__"
    r"|\{[A-Za-z_][\w.-]{0,200}\}|#\{.{0,200}?\}#?"
    r"|(?:process|import\.meta)\.env\.\w+|@Microsoft\.KeyVault\([^()]*\)"
    r"|os\.environ(?:\.get)?(?:[\[(][\"']?\w*[\"']?[\])]?)?"
    r"|(?:(?<!\w)\w++[.:]{1,2})?(?:env|getenv|GetEnvironmentVariable)\([\"']?\w+[\"']?\)"
    r"|\$?_?ENV\[[\"']?\w+[\"']?\]",
    re.IGNORECASE,
)
_MARKS = re.compile(r"[{$%<@(\[]|__|environ|\.env", re.IGNORECASE)
PLACEHOLDER = re.compile(
    r"<[^<>]+>|\[[^\[\]]+\]|(?:your|my|the|insert|enter|add|put|paste|replace|change"
    r"|copy|fill)[\s_-].*|.*(?:[\s_-]here|changeme|placeholder|todo|example|dummy)"
    r"|x{4,}.*|[x-]{8,}|\*{3,}|(?:client|merchant|subscription|api)[\s_-]?"
    r"(?:id|secret|key|msn|serial[\s_-]?number)|string|test|secret|foo|bar|abc|123"
    r"|([0-9a-f])\1{7}-(?:\1{4}-){3}\1{12}|12345678-(?:1234-){3}123456789(?:012|abc)"
    r"|a{8,}=*|0{8,}|(?:.*[\s_-])?goes[\s_-]here|tbd|n/a"
    # Norwegian, Danish, Swedish and Finnish: your, put in.
    r"|(?:din|ditt|dit|sett inn|inds[æa]t|klistra in|lis[äa][äa]|sinun)[\s_-].*",
    re.IGNORECASE | re.DOTALL,
)
# Printed in official documentation and specifications.
DOCUMENTED_EXAMPLES = frozenset(
    {
        "0f14ebcab0eb4b29ae0cb90d91b4a84a",
        "0f14ebcab0ec4b29ae0cb90d91b4a84a",
        "3aa91172-40d1-475b-a11c-e9b8a8f801c3",
        "9658f4e2-26a8-4343-9b75-67ae9380232d",
        "AAAAAAAAAAAAAAAAAAAAAA==",
        "Y8Kteew6GE3ZmeycEt6egg==",
        "da7d5b0e18a84aeda961c0c31b75c2a9",
        "fb492b5e-7907-4d83-ba20-c7fb60ca35de",
        "fb492b5e-7907-4d83-bc20-c7fb60ca35de",
        "testdzlJbUZaM1lqODlnUUtrUHI=",
    }
)


# The whole of a value is where another program would have found the value: a secret
# manager's address, a setting's name, the name of a variable. A name in capitals counts
# if it says that it is one of a key.
_REFERENCE = re.compile(
    r"(?:[Bb]earer\s+)?(?:(?P<address>op://|vault:|arn:aws:(?:secretsmanager|ssm):"
    r"|projects/[\w-]+/secrets/|(?:file://)?/run/secrets/|ENC\()\S+"
    r"|(?P<name>!secret \w+|(?:secrets|vars)\.\w+|\(\([\w.-]+\)\)|\[\[[\w.-]+\]\]|!\w+!"
    r"|[A-Z][A-Z0-9]*_(?:[A-Z0-9]+_)*(?:ID|SECRET|KEY|TOKEN|MSN|NUMBER)"
    r"(?:_(?:TEST|PROD(?:UCTION)?))?)"
    r"|(?P<call>(?:[\w.]+\.)?(?:get|getProperty|[Cc]onfig(?:uration)?)"
    r"[(\[][\"'][\w.:-]+[\"'][\])]))"
)


def _reference_in(raw: str) -> str | None:
    """Return the reference that a value is in whole, without what it leads to."""
    found = _REFERENCE.fullmatch(raw.strip()) if len(raw) < _LONGEST_REFERENCE else None
    if found is None:
        return None
    if found["address"]:
        return f"{found['address']}…"
    words = str(found["name"] or found["call"])
    # What stands there may be a key itself.
    return words if all(map(_is_name, re.findall(r"\w+", words))) else "…"


_LONGEST_REFERENCE = 200


def template_in(value: str) -> str | None:
    """Return the variable that was left in a value, or None."""

    def question(raw: str) -> str | None:
        # Most values hold none of these, and the pattern is slow on long ones.
        found = TEMPLATE.search(raw) if _MARKS.search(raw) else None
        return _named_only(found[0]) if found else _reference_in(raw)

    return examine(value, question)


# A variable's marks and its name, what an environment is asked for, and what is behind.
_VARIABLE = re.compile(
    r"(\W*)([A-Za-z_][\w.-]*)((?:(?<=env):|[\[(][\"']?)([A-Za-z_]\w*))?(.*)", re.DOTALL
)
_PIECES = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")


def _named_only(variable: str) -> str:
    """Return a variable without what may be a value: a default, or a key in braces."""
    parts = _VARIABLE.fullmatch(variable)
    if parts is None or not _is_name(parts[2]):
        return "…" if re.search(r"\w", variable) else variable
    asked = parts[3] or "" if parts[4] and _is_name(parts[4]) else ""
    behind = parts[5] if not asked or asked == parts[3] else ""
    lost = (parts[3] and not asked) or re.search(r"\w", behind)
    return f"{parts[1]}{parts[2]}{asked}" + ("…" if lost else behind)


def _is_name(word: str) -> bool:
    """Tell whether a word is one that people make up, of few digits and whole words."""
    pieces = _PIECES.findall(word)
    long = sum(map(len, pieces)) >= 2.5 * len(pieces) or len(pieces) < 4
    return long and sum(map(str.isdigit, word)) <= 2 and len(word) <= 40


# What JavaScript, Python, Go, Ruby and Java write for a variable without a value.
_NOTHING = re.compile(
    r"undefined|\(?null\)?|None|nil|<nil>|NaN|\[object \w+\]|System\.String(?:\[\])?"
    r"|Promise \{.*|(?:async )?function\b.*|<(?:bound method|coroutine|built-in) .*",
    re.IGNORECASE | re.DOTALL,
)


def is_word_for_nothing(value: str) -> bool:
    """Tell whether a value is what a program writes where it has none."""
    return examine(value, lambda raw: bool(_NOTHING.fullmatch(raw.strip(" \"'"))))


def is_placeholder(value: str) -> bool:
    """Tell whether a value is a word that asks to be replaced, not a value."""
    values = {Shape.MSN, Shape.ORGANISATION, Shape.TOKEN}

    def question(raw: str) -> bool:
        asks = PLACEHOLDER.fullmatch(raw.strip(" \"'")) is not None
        # A token in the brackets of an example is one all the same.
        return asks and _shape(raw) not in values and not raw.startswith("<eyJ")

    return examine(value, question)


def is_documented_example(value: str) -> bool:
    """Tell whether a value is printed as an example in the documentation."""
    return examine(value, lambda raw: raw.strip(" \"'") in DOCUMENTED_EXAMPLES)


CUT = re.compile(
    r"\.\.\.|…|<truncated>|\(truncated[\w ]{0,20}\)|\[truncated\]|\[\.\.\.\]",
    re.IGNORECASE,
)


# What loggers and people put over a value: OkHttp has blocks, a field for a password
# has dots.
MASK_SIGNS = "*•●█■"
MASK_WORDS = "redacted|removed|masked|hidden|censored|filtered|scrubbed"
# A part of a value that somebody masked: signs, or a word in brackets. The last bracket
# may have been taken for the text's.
MASKED = re.compile(
    rf"[{MASK_SIGNS}]{{2,}}|x{{5,}}|[<\[(](?:{MASK_WORDS}|secret)\b[>\])]?",
    re.IGNORECASE,
)
# One star is all that .NET logs of a header.
_ROW = re.compile(rf"(?s)(?=.*?(?:[xX_{MASK_SIGNS}-]{{3}}|[{MASK_SIGNS}]))[\WxX_]+")


def is_hidden(value: str) -> bool:
    """Tell whether signs or a word in brackets stand for a value, or a part of it."""

    def question(raw: str) -> bool:
        return bool(_ROW.fullmatch(raw) or MASKED.search(raw))

    return examine(value, question)


# What a pseudonym begins with, which redaction puts in a secret's place.
HEX_MARK, WORD_MARK = "0dac7ed0", "redact"
_SIGNS = re.compile(r"[\W_]+")


def is_redacted(value: str) -> bool:
    """Tell whether a pseudonym stands in a value's place: nothing is signed with it."""
    marks = (HEX_MARK, WORD_MARK)
    return examine(value, lambda raw: _SIGNS.sub("", raw).lower().startswith(marks))


def is_cut(value: str) -> bool:
    """Tell whether a value says itself that a part of it is missing."""
    return examine(value, lambda raw: bool(CUT.search(raw)))
