"""PowerShell's values.

Values are read as far as they stand in the text: strings, here-strings, hashtables,
what was assigned above, and these joined with a plus. Anything else stays as written.
"""

import json
import re
from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any

from vippsdiag.importers.json_values import fits
from vippsdiag.importers.shells.shell import ADDRESS_LINE, MOST_PIECES, OPTION_LINE

Table = dict[str, Any]

_BLANKS = re.compile(r"(?:[ \t\xa0]+|`[ \t]*\n|<#[^#]*#>)+")
SPACE = re.compile(r"(?:\s+|`[ \t]*\n|#[^\n]*|<#[^#]*#>)+")
_SINGLE = re.compile(r"(?:[^'‘’‚]|['‘’‚]{2})*+")
# An expression between quotes may have quotes of its own.
_DOUBLE = re.compile(
    r"(?:[^\"“”„`$]|`.|[\"“”„]{2}|`$|\$\((?:[^()\n]|\((?:[^()\n]|\([^()\n]{0,200}\)){0,200}"
    r"\)){0,200}\)|\$)*+",
    re.DOTALL,
)
_HERE = re.compile(r"@(?P<quote>['\"])[ \t]*\n(?P<text>.*?)\n(?P=quote)@", re.DOTALL)
VARIABLE = re.compile(
    r"\$(?:\{(?P<braced>[^}\n]+)\}|(?P<name>(?:\w+:)?\w+)(?P<member>(?:\.\w+|\[[^\]\n]*\])*))"
)
_IN_STRING = re.compile(
    r"\$(?:\{([^}\n]+)\}|\((\$\w+(?:\.\w+){0,5})\)|((?:\w+:)?\w+)"
    r"|\(\[char\](?P<code>0x[0-9A-Fa-f]{1,5}|\d{1,6})\))|`(.)",
    re.DOTALL,
)
BARE = re.compile(r"(?:[^\s;|,)}\"'“”‘’`]|`[^\n])+")
_NUMBER = re.compile(r"(?:0|-?[1-9]\d{0,14})(?=\s|[;|,)}]|\Z)")
_KEY = re.compile(r"[\w.-]+")
_CAST = re.compile(r"\[[\w.\[\], ]+\](?=[ \t]*[@$'\"(])")
_NEW_TABLE = re.compile(r"New-Object[^\n;]*|\[\w*ordered\]", re.IGNORECASE)
_TO_JSON = re.compile(
    r"\s*\|\s*ConvertTo-Json(?P<options>(?:[ \t]+-?\w+)*)", re.IGNORECASE
)
_OPERATOR = re.compile(
    r"(?:[ \t]|`[ \t]*\n){0,99}(?P<sign>\+|,?-f\b)\s{0,99}", re.IGNORECASE
)
_ENCODED = re.compile(
    r"\[(?:System\.)?Convert\]::ToBase64String\(\s{0,99}"
    r"\[(?:System\.)?Text\.Encoding\]::(?:ASCII|Default|UTF8)\.GetBytes\(\s{0,99}",
    re.IGNORECASE,
)
_CREDENTIAL = re.compile(
    r"(?:New-Object[ \t]+(?:-TypeName[ \t]+)?)?\[?(?:System\.Management\.Automation\.)?"
    r"PSCredential(?:\]::new)?[ \t]*(?:-ArgumentList[ \t]*)?\(?[ \t]*(?=[\"'$])",
    re.IGNORECASE,
)
_COOKIE = re.compile(
    r"(?:New-Object[ \t]+|\[)(?:System\.)?Net\.Cookie(?:\]::new)?[ \t]*\(?[ \t]*"
    r"(?=[\"'$])",
    re.IGNORECASE,
)
_OPTIONS = re.compile(r"(?:[ \t]+-(?:Depth[ \t]+\d+|Compress))+", re.IGNORECASE)
_CONVERT = re.compile(
    r"ConvertTo-Json(?P<options>(?:[ \t]+-(?:Depth[ \t]+\d+|Compress|InputObject))*)"
    r"(?=[ \t]+[$@(\"'])",
    re.IGNORECASE,
)
_STATIC = re.compile(
    r"\[[\w.]{1,60}\]::\w+(?:\([^()\n]{0,99}\))?(?:\.\w+(?:\([^()\n]{0,99}\))?){0,4}"
)
_SECURE = re.compile(
    r"ConvertTo-SecureString(?:[ \t]+-(?:String|AsPlainText|Force)\b)*", re.IGNORECASE
)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "0": "\0", "\n": ""}
_GROUP_END = re.compile(r"[^)\n]{0,500}\)")
ESCAPED = re.compile(r"`(.)")
_DEEPEST = 40
# What is encoded within what is encoded grows each time.
_LONGEST_PAIR = 2000
# What is longer was not written by a person; the beginning is read.
LONGEST = 100_000
# Values that are made of others grow each time.
_ROOM = 2_000_000


@dataclass(slots=True)
class Parser:
    """Reads PowerShell from a place in a text.

    Attributes:
        variables: what was assigned so far, by names in lower case.
        left: how many more values are read, before it is enough.
        room: how many characters may still be made of others.
    """

    text: str = field(repr=False)
    place: int = 0
    variables: dict[str, Any] = field(default_factory=dict, repr=False)
    depth: int = 0
    left: int = MOST_PIECES
    room: int = _ROOM

    def skip(self, blanks: re.Pattern[str] = _BLANKS) -> None:
        """Pass over blanks and what counts as such."""
        if match := blanks.match(self.text, self.place):
            self.place = match.end()

    def at(self, *signs: str) -> bool:
        """Tell whether one of these comes next."""
        return self.text.startswith(signs, self.place)

    def ended(self) -> bool:
        """Tell whether the statement is over; a mail may have wrapped its lines."""
        self.skip()
        self.left -= 1
        over = self.left < 0 or self.place >= len(self.text)
        if over or self.at(";", "|", ")", "}", "&"):
            return True
        if not self.at("\n"):
            return False
        below = self.place + 1
        if OPTION_LINE.match(self.text, below) or ADDRESS_LINE.match(self.text, below):
            self.place = below
            self.skip()
            return False
        return True

    def leave(self) -> None:
        """Pass over what is left of a statement on its line."""
        stop = self.text.find("\n", self.place)
        stop = stop if stop >= 0 else len(self.text)
        if ";" not in self.text[self.place : stop]:
            self.place = stop

    def value(self) -> Any:
        """Read a value: a string, or a table."""
        value = self._operand()
        while operator := _OPERATOR.match(self.text, self.place):
            self.place = operator.end()
            value = self.made(joined(operator["sign"], value, self._operand()))
        if to_json := _TO_JSON.match(self.text, self.place):
            self.place = to_json.end()
            compress = "-compress" in to_json["options"].lower()
            value = self.made(as_json(value, compress=compress))
        return value

    def made(self, value: Any) -> Any:
        """Return what was made of other values, as long as there is room for it."""
        if isinstance(value, str):
            self.room -= len(value)
            self.left = self.left if self.room > 0 else 0
        return value

    def _operand(self) -> Any:  # noqa: PLR0911 - one for each kind of value
        self.skip()
        self.left -= 1
        if self.left < 0:
            self.place = len(self.text)
            return ""
        while cast := _CAST.match(self.text, self.place):
            self.place = cast.end()
        if here := _HERE.match(self.text, self.place):
            self.place = here.end()
            text = here["text"]
            return text if here["quote"] == "'" else self._expanded(text[:LONGEST])
        if self.at("@{"):
            self.place += 2
            return self._table()
        if self.at("@("):
            return self._array()
        if self.depth <= _DEEPEST:
            self.depth += 1
            called = self._called()
            self.depth -= 1
            if called is not None:
                return called
        if secure := _SECURE.match(self.text, self.place):
            self.place = secure.end()
            self.skip()
        if new := _NEW_TABLE.match(self.text, self.place):
            self.place = new.end()
            return {}
        if self.at("("):
            return self._group()
        if self.at(*"'‘’‚\"“”„"):
            return self.string()
        if variable := VARIABLE.match(self.text, self.place):
            self.place = variable.end()
            return self.looked_up(variable)
        return self._bare()

    def _bare(self) -> str | int:
        if number := _NUMBER.match(self.text, self.place):
            self.place = number.end()
            return int(number[0])
        if bare := BARE.match(self.text, self.place):
            self.place = bare.end()
            return ESCAPED.sub(r"\1", bare[0][:LONGEST])
        self.place += not self.at("\n", ";", "|", ")", "}")
        return ""

    def string(self) -> str:
        """Read a string in quotes of either kind."""
        single = self.at(*"'‘’‚")
        pattern = _SINGLE if single else _DOUBLE
        match = pattern.match(self.text, self.place + 1)
        end = match.end() if match else self.place + 1
        if end >= len(self.text):
            # Nobody closed it: it ends with its line.
            stop = self.text.find("\n", self.place)
            end = stop if stop >= 0 else len(self.text)
        content = self.text[self.place + 1 : min(end, self.place + LONGEST)]
        self.place = end + (self.text[end : end + 1] not in {"\n", ""})
        if single:
            return re.sub(r"(['‘’‚])['‘’‚]", r"\1", content)
        return self._expanded(re.sub(r"([\"“”„])[\"“”„]", r"\1", content))

    def _expanded(self, content: str) -> str:
        """Fill in what is known, and undo escapes."""

        def piece(match: re.Match[str]) -> str:
            if match["code"]:
                return _character(match["code"])
            if match[5] is not None:
                return _ESCAPES.get(match[5], match[5])
            name = match[1] or (match[2] or "")[1:] or match[3]
            name, *members = name.split(".")
            known = self.variables.get(name.lower())
            known = member_of(known, members) if members else known
            told = match[0] if known is None else self.made(text_of(known))
            return told if self.room > 0 else match[0]

        return _IN_STRING.sub(piece, content)

    def looked_up(self, match: re.Match[str]) -> Any:
        """Return what a variable holds; as it is written if that is not known."""
        name = (match["braced"] or match["name"]).lower()
        known = self.variables.get(name)
        if name in {"true", "false", "null"}:
            return json.loads(name)
        if members := match["member"]:
            names = members[1:].split(".") if "[" not in members else [members]
            known = member_of(known, names)
        return match[0] if known is None else known

    def _group(self) -> Any:
        self.place += 1
        if self.depth > _DEEPEST:
            return ""
        self.depth += 1
        self.skip(SPACE)
        value = self.value()
        if rest := _GROUP_END.match(self.text, self.place):
            self.place = rest.end()
        self.depth -= 1
        return value

    def _array(self) -> list[Any]:
        self.place += 2
        found: list[Any] = []
        self.depth += 1
        while self.depth <= _DEEPEST:
            self.skip(SPACE)
            if self.at(",", ";"):
                self.place += 1
                continue
            before = self.place
            if self.at(")") or self.left < 0 or self.place >= len(self.text):
                break
            found.append(self.value())
            if self.place == before:
                break
        self.place += self.at(")")
        self.depth -= 1
        return found

    def _called(self) -> str | None:
        """Read a method that says how a value is written; None if it is no such."""
        if encoded := _ENCODED.match(self.text, self.place):
            self.place = encoded.end()
            pair = text_of(self.value())[:_LONGEST_PAIR]
            raw = pair.encode("utf-8", "surrogatepass")
            self._closed(2)
            return b64encode(raw).decode()
        if credential := _CREDENTIAL.match(self.text, self.place):
            self.place = credential.end()
            return ":".join(self._arguments(2))
        if cookie := _COOKIE.match(self.text, self.place):
            self.place = cookie.end()
            return "=".join(self._arguments(2))
        if convert := _CONVERT.match(self.text, self.place):
            self.place = convert.end()
            value = self._operand()
            options = convert["options"]
            if behind := _OPTIONS.match(self.text, self.place):
                self.place = behind.end()
                options += behind[0]
            return as_json(value, compress="-compress" in options.lower())
        if static := _STATIC.match(self.text, self.place):
            self.place = static.end()
            return static[0]
        return None

    def _arguments(self, count: int) -> list[str]:
        """Read what a method is called with, up to its bracket; the first few of it."""
        found = [text_of(self.value())]
        self.skip(SPACE)
        while self.at(",") and self.left > 0:
            self.place += 1
            self.skip(SPACE)
            found.append(text_of(self.value()))
            self.skip(SPACE)
        self._closed(1)
        return found[:count]

    def _closed(self, count: int) -> None:
        for _ in range(count):
            self.skip(SPACE)
            self.place += self.at(")")

    def _table(self) -> Table:
        table: Table = {}
        self.depth += 1
        while self.depth <= _DEEPEST:
            self.skip(SPACE)
            if self.at(";", ","):
                self.place += 1
                continue
            if self.at("}"):
                self.place += 1
                break
            name = self.key()
            self.skip()
            if name is None or not self.at("="):
                break
            self.place += 1
            self.skip(SPACE)
            table[name] = self.value()
        self.depth -= 1
        return table

    def key(self) -> str | None:
        """Read the name of an entry; None if there is none."""
        if self.at(*"'‘’‚\"“”„"):
            return self.string()
        match = _KEY.match(self.text, self.place)
        if match is None:
            return None
        self.place = match.end()
        return match[0]


def _character(code: str) -> str:
    number = int(code, 0) if code.startswith("0x") else int(code)
    return chr(number) if number < 0x110000 else ""


def member_of(value: Any, names: list[str]) -> Any:
    """Return what a table holds under names, whatever their case; None if not known."""
    for name in names:
        if not isinstance(value, dict):
            return None
        plain = {key.lower(): one for key, one in value.items()}
        value = plain.get(name.lower())
    return value


def joined(sign: str, first: Any, second: Any) -> Any:
    """Return what an operator makes of two values."""
    if sign.lower() == "-f":
        values = second if isinstance(second, list) else [second]
        filled = text_of(first)
        for n, value in enumerate(map(text_of, values[:_DEEPEST])):
            if filled.count(f"{{{n}}}") * len(value) > LONGEST:
                break
            filled = filled.replace(f"{{{n}}}", value)
        return filled[:LONGEST]
    if isinstance(first, dict) and isinstance(second, dict):
        return first | second
    return (text_of(first) + text_of(second))[:LONGEST]


def text_of(value: Any) -> str:
    """Return a value as PowerShell would write it into a string."""
    if value is None:
        return ""
    return value if isinstance(value, str) else as_json(value, compress=True)


def as_json(value: Any, *, compress: bool = False) -> str:
    """Return what ``ConvertTo-Json`` makes of a value."""
    if isinstance(value, str):
        # Only what is written there can be turned into JSON.
        return value if value.startswith("$") else json.dumps(value)
    if not fits(value):
        return ""
    separators = (",", ":") if compress else None
    indent = None if compress else 2
    return json.dumps(value, indent=indent, separators=separators, ensure_ascii=False)
