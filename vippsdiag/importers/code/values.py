"""What values in the source of a program become: text, JSON, a form, headers."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import SplitResult, quote, quote_plus, urlunsplit

from vippsdiag.environments import split
from vippsdiag.importers.json_values import fits
from vippsdiag.secret import MASK

# A value that is made of others grows each time.
LONGEST = 100_000
_LONGEST_NAME = 60
# A longer name was not written by a person.
LONGEST_PATH = 200
_WORD = re.compile(r"[A-Za-z_]\w*")
# A member of the object that a method belongs to is assigned without its name.
_OWN = re.compile(r"^(?:\$?this|self|static|cls)\.(?=\w+$)")
_FORMAT = re.compile(r"%[sdvi%]|\{(?P<number>\d{0,2})\}")


@dataclass(frozen=True, slots=True)
class Name:
    """Something that is there, and whose value the text does not tell."""

    text: str


@dataclass(frozen=True, slots=True)
class Body:
    """A body with the type that it brings along; its text is None if not known."""

    text: str | None = field(repr=False)
    kind: str | None = None


class Form(dict[str, Any]):
    """A table that is a form whatever it is given to, as ``URLSearchParams`` is."""


class Pairs(dict[str, Any]):
    """A table whose entries a call is given one by one, as in Ruby."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function, with what it is given.

    Attributes:
        path: its names, as ``requests.post``; the sign between them is always a dot.
        given: what it is given by its place.
        named: what it is given by a name.
        on: the value whose method it is; None for a function.
        made: whether it makes an object, as ``new`` does.
    """

    path: str
    given: list[Any] = field(repr=False)
    named: dict[str, Any] = field(repr=False)
    on: Any = field(default=None, repr=False)
    made: bool = False

    @property
    def name(self) -> str:
        """The last of its names."""
        return self.path.rpartition(".")[2]

    def at(self, place: int, *names: str) -> Any:
        """Return what it is given at a place, or by a name; None if it is not."""
        for name in names:
            if name in self.named:
                return self.named[name]
        return self.given[place] if len(self.given) > place else None


def text_of(value: Any) -> str:
    """Return a value as it would be sent; one that is not known as a mask."""
    if isinstance(value, str):
        return value
    if isinstance(value, Name):
        # Not more than a word of it, or it could be taken for a variable in a value.
        return MASK + "".join(_WORD.findall(value.text)[-1:])[:_LONGEST_NAME]
    if isinstance(value, Body):
        return value.text or ""
    if isinstance(value, Form):
        return as_form(value)
    if value is None:
        return ""
    return as_json(value)


_BEHIND_HOST = re.compile(rf"(?:https?://[^\s/?]+|{MASK}\w*)(/\S+)")


def either(name: Name, one: Any, other: Any) -> Name | str:
    """Return what has one of two values: of two addresses, what is behind the host."""
    ends = [
        _BEHIND_HOST.fullmatch(value) if isinstance(value, str) else None
        for value in (one, other)
    ]
    if ends[0] and ends[1] and ends[0][1] == ends[1][1]:
        return text_of(name) + ends[0][1]
    return name


def key_of(value: Any) -> str:
    """Return a value as a name in a table; a table itself is none."""
    return "" if isinstance(value, dict | list) else text_of(value)


def as_json(value: Any, *, spaced: bool = False, slashes: bool = False) -> str:
    """Return a value as JSON.

    Args:
        value: which may hold what is not known; that becomes a mask in a string.
        spaced: whether there are blanks behind the signs, as Python writes it.
        slashes: whether slashes are escaped, as PHP does.
    """
    if not fits(value):
        return MASK
    separators = None if spaced else (",", ":")
    made = json.dumps(
        value, default=text_of, separators=separators, ensure_ascii=spaced
    )
    return made.replace("/", "\\/")[:LONGEST] if slashes else made[:LONGEST]


def as_form(value: Any, *, plus: bool = True) -> str:
    """Return a table as the fields of a form."""
    if not fits(value):
        return MASK
    encode = quote_plus if plus else lambda text: quote(text, safe="")
    return "&".join(
        f"{encode(_bytes(name))}={encode(_bytes(text_of(inner)))}"
        for name, inner in pairs_of(value)
    )[:LONGEST]


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def pairs_of(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield names with values, however they are written down: a table, pairs, lines."""
    if isinstance(value, dict):
        for name, inner in value.items():
            one = inner[0] if isinstance(inner, list) and len(inner) == 1 else inner
            yield name, one
        return
    lines = value.split("\n") if isinstance(value, str) else value
    for one in lines if isinstance(lines, list) else ():
        if isinstance(one, str):
            name, mark, inner = one.strip().partition(":")
            if mark:
                yield name.strip(), inner.strip()
        elif isinstance(one, list) and len(one) == 2:
            yield text_of(one[0]), one[1]
        elif isinstance(one, dict):
            name = one.get("name", one.get("key"))
            if isinstance(name, str) and "value" in one:
                yield name, one["value"]


def is_known(value: Any) -> bool:
    """Tell whether the text says what all of a table is, up to its values."""
    if isinstance(value, Name):
        return False
    return not (isinstance(value, dict) and "**" in value)


def formatted(form: str, values: list[Any]) -> str:
    """Return what a form with ``%s`` or ``{}`` in it becomes."""
    places = count()
    room = LONGEST

    def one(match: re.Match[str]) -> str:
        nonlocal room
        if match[0] == "%%":
            return "%"
        number = int(match["number"]) if match["number"] else next(places)
        if number >= len(values) or room < 0:
            return match[0]
        told = text_of(values[number])
        room -= len(told)
        return told if room >= 0 else match[0]

    return _FORMAT.sub(one, form)[:LONGEST]


def joined(sign: str, first: Any, second: Any) -> Any:
    """Return what an operator makes of two values."""
    if isinstance(first, dict) and isinstance(second, dict):
        return first | second
    if isinstance(first, list) and isinstance(second, list):
        return first + second
    if sign == "%":
        values = second if isinstance(second, list) else [second]
        return formatted(text_of(first), values)
    return (text_of(first) + text_of(second))[:LONGEST]


def with_entries(made: Any, items: Any) -> Any:
    """Return an object that is given entries where it is made."""
    if isinstance(made, dict):
        return made | dict(pairs_of(items))
    return items if isinstance(made, Name) else made


def number_of(text: str) -> Any:
    """Return the number that a text is, whatever letters say of its kind."""
    plain = text.rstrip("fFlLmMdDuU").replace("_", "")
    try:
        return int(plain)
    except ValueError:
        return float(plain)


def member_of(value: Any, name: str, path: str) -> Any:
    """Return a member of a value; a `Name` if it is not known."""
    if isinstance(value, dict) and name in value:
        return value[name]
    if isinstance(value, dict | list) and name == "to_json":
        return as_json(value)
    if isinstance(value, str) and "://" in value and name in _PARTS:
        return _PARTS[name](split(value))
    return (
        value if isinstance(value, str) and name in _SAME else Name(path[:LONGEST_PATH])
    )


_PARTS: dict[str, Callable[[SplitResult], str]] = {
    **dict.fromkeys(("host", "hostname", "Host"), lambda parts: parts.netloc),
    **dict.fromkeys(("path", "pathname"), lambda parts: parts.path),
    "request_uri": lambda parts: urlunsplit(("", "", parts.path, parts.query, "")),
}
# Members of a text that are the text.
_SAME = frozenset("bytes utf8 utf8CString href url text".split())


def word_of(value: Any) -> str:
    """Return the name of what is not known; empty for anything else."""
    return value.text if isinstance(value, Name) else ""


def without_owner(path: str) -> str:
    """Return the name of a member without the object that a method belongs to."""
    return _OWN.sub("", path)
