"""Arrays and objects as PHP prints them, read into Python's own values.

``print_r`` sets every value as it is and tells by the indentation where it ends;
``var_dump`` tells the length of each text in bytes; ``var_export`` writes code.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

_DEEPEST = 40
# How many lines one print_r can take, and how far a text without its length is read.
_LONGEST_LINES, _LONGEST_TEXT = 4_000, 200_000
# How often the end of a text may be looked for that is not where it should be.
PATIENCE = 50

_ENTRY = re.compile(r"\s*\[(?P<name>[^\]\n]{0,200})\] => ?(?P<text>.*)", re.DOTALL)
_DUMP_KEY = re.compile(
    r"\s*\[(?:\"(?P<name>[^\"\n]{0,200})\"(?::[\w\":\\@]{1,200})?|(?P<index>-?\d{1,9}))"
    r"\]=>\s*"
)
_DUMP_OPEN = re.compile(r"&?(?:array\(\d+\)|object\([^()\n]{1,200}\)#\d+ \(\d+\)) \{")
_DUMP_STRING = re.compile(r"string\((?P<length>\d{1,9})\) \"")
_DUMP_SCALAR = re.compile(
    r"(?:int|float|bool|enum|resource|uninitialized)\((?P<value>[^()\n]{0,200})\)"
    r"(?: of type \(\w+\))?|NULL|\*RECURSION\*"
)
_DUMP_END = re.compile(r"\"(?=\s*(?:\[(?:\"|\d)|\}(?:\s|\Z)|\Z))")
_EXPORT_KEY = re.compile(
    r"\s*(?:'(?P<name>(?:[^'\\]|\\.){0,200}+)'|(?P<index>-?\d{1,9})) =>\s*"
)
_EXPORT_OPEN = re.compile(
    r"(?:\(object\) ?|\\?[A-Za-z][\w\\]{0,200}::__set_state\()?array ?\("
)
_EXPORT_STRING = re.compile(r"'(?P<text>(?:[^'\\]|\\.)*+)',?", re.DOTALL)
_EXPORT_SCALAR = re.compile(
    r"(?P<value>-?[\d.]{1,40}|true|false|NULL)\b,?", re.IGNORECASE
)
_WORDS = {"true": True, "false": False, "null": None}


class Printed(NamedTuple):
    """What was read: the value, and where it ends."""

    value: Any
    end: int
    closed: bool


@dataclass(slots=True)
class Patience:
    """How often a search may still be in vain, so that the work does not grow."""

    left: int = PATIENCE


@dataclass(slots=True)
class _Level:
    """One array that is open."""

    close: int
    inside: int | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    last: list[str] | None = None


def opens_print_r(lines: list[str], number: int) -> int | None:
    """Return the line of the first entry of a print_r that begins here, or None."""
    line = lines[number].rstrip()
    bracket = number if line[-1:] == "(" else number + 1
    if not _is_named(line.removesuffix("(")) or bracket + 1 >= len(lines):
        return None
    if bracket > number and lines[bracket].strip() != "(":
        return None
    inside = bracket + 1
    while inside < min(len(lines), bracket + 3) and not lines[inside].strip():
        inside += 1
    begun = inside < len(lines) and _ENTRY.match(lines[inside])
    return inside if begun else None


def _is_named(line: str) -> bool:
    """Tell whether a line ends with what print_r writes above an array or object."""
    if not line.rstrip().endswith(("Array", " Object")):
        return False
    words = line[-300:].split()
    return words[-1] == "Array" or (words[-1] == "Object" and len(words) > 1)


def read_print_r(lines: list[str], start: int) -> Printed:
    """Read what print_r printed of an array, from its first entry on.

    What is indented otherwise than the entries belongs to the value above. Where
    the end is cut off, the last value is its first line.
    """
    levels = [_Level(close=_close(lines, start))]
    number = end = start
    while number < min(len(lines), start + _LONGEST_LINES):
        line, level = lines[number], levels[-1]
        indent = _indent(line)
        if line.strip() == ")" and indent == level.close:
            levels.pop()
            if not levels:
                return Printed(_joined(level.fields), number, closed=True)
            levels[-1].last = None
        elif (entry := _entry(line, indent, level)) is not None:
            number, end = _enter(lines, number, entry, levels), number
        elif level.last is not None:
            level.last.append(line)
        elif line.strip():
            break
        number += 1
    last = levels[-1].last
    if last:
        del last[1:]
    return Printed(_joined(levels[0].fields), end, closed=False)


def _close(lines: list[str], start: int) -> int:
    """Return how far the bracket is indented that stands above the first entry."""
    above = (
        line for line in reversed(lines[max(start - 3, 0) : start]) if line.strip()
    )
    bracket = next(above, "")
    return _indent(bracket) if bracket.strip() == "(" else 0


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _entry(line: str, indent: int, level: _Level) -> re.Match[str] | None:
    if level.inside is not None and indent != level.inside:
        return None
    entry = _ENTRY.match(line)
    if entry:
        level.inside = indent
    return entry


def _enter(
    lines: list[str], number: int, entry: re.Match[str], levels: list[_Level]
) -> int:
    """Put an entry to its level, or open the array in it; return the last line."""
    # An object's member has its class behind it: name:protected.
    name, text = entry["name"].partition(":")[0], entry["text"]
    level = levels[-1]
    below = lines[number + 1] if number + 1 < len(lines) else ""
    if below.strip() == "(" and _is_named(text) and len(levels) < _DEEPEST:
        inner = _Level(close=_indent(below))
        level.fields.setdefault(name, inner.fields)
        level.last = None
        levels.append(inner)
        return number + 1
    level.last = [text]
    level.fields.setdefault(name, level.last)
    return number


def _joined(fields: dict[str, Any]) -> Any:
    """Return an array with its texts in one piece each; as a list if it is one."""
    return _listed(
        {
            name: _joined(one) if isinstance(one, dict) else "\n".join(one).strip()
            for name, one in fields.items()
        }
    )


def _listed(fields: dict[str, Any]) -> Any:
    """Return an array as a list if its names are the numbers from 0 on."""
    numbered = fields and all(name == str(number) for number, name in enumerate(fields))
    return list(fields.values()) if numbered else fields


def in_lines(line: str) -> list[str]:
    """Return a print_r that a browser showed in one line as it was printed."""
    line = re.sub(r"\b(Array|Object) \( (?=[\[)])", r"\1\n(\n", line)
    line = re.sub(r" (?=\[[^\]\n]{1,200}\] => )", "\n", line)
    return re.sub(r" \)(?=\s|\Z)", "\n)\n", line).split("\n")


class _Form(NamedTuple):
    """How var_dump or var_export writes."""

    key: re.Pattern[str]
    open: re.Pattern[str]
    scalar: re.Pattern[str]
    close: re.Pattern[str]
    string: Callable[[str, int, Patience], tuple[str, int] | None]


def _dumped_string(text: str, place: int, patience: Patience) -> tuple[str, int] | None:
    opening = _DUMP_STRING.match(text, place)
    if opening is None:
        return None
    start, length = opening.end(), int(opening["length"])
    if _DUMP_END.match(text, start + length):
        return text[start : start + length], start + length + 1
    if patience.left <= 0:
        return None
    # A letter can have several bytes.
    piece = text[start : start + length].encode("utf-8", "replace")[:length]
    value = piece.decode("utf-8", "ignore")
    # The ends of lines may have been two bytes each.
    for one in (value, value[: len(value) - value.count("\n")]):
        end = start + len(one)
        if _DUMP_END.match(text, end):
            return one, end + 1
    patience.left -= 1
    found = _DUMP_END.search(text, start, start + _LONGEST_TEXT)
    return (text[start : found.start()], found.end()) if found else None


def _exported_string(
    text: str, place: int, patience: Patience
) -> tuple[str, int] | None:
    if text[place : place + 1] != "'" or patience.left <= 0:
        return None
    found = _EXPORT_STRING.match(text, place)
    if found is None:
        patience.left -= 1
        return None
    return re.sub(r"\\([\\'])", r"\1", found["text"]), found.end()


_DUMPED = _Form(
    _DUMP_KEY, _DUMP_OPEN, _DUMP_SCALAR, re.compile(r"\s*\}"), _dumped_string
)
_EXPORTED = _Form(
    _EXPORT_KEY, _EXPORT_OPEN, _EXPORT_SCALAR, re.compile(r"\s*\)+,?"), _exported_string
)


def read_var_dump(text: str, place: int, patience: Patience) -> Printed:
    """Read what var_dump printed of an array, from behind its bracket on."""
    return _read(text, place, _DUMPED, patience)


def read_var_export(text: str, place: int, patience: Patience) -> Printed:
    """Read what var_export printed of an array, from behind its bracket on."""
    return _read(text, place, _EXPORTED, patience)


def _read(text: str, place: int, form: _Form, patience: Patience) -> Printed:
    """Read entries up to the end of their array, or to what is none."""
    root: dict[str, Any] = {}
    levels = [root]
    while levels:
        if close := form.close.match(text, place):
            place = close.end()
            levels.pop()
            continue
        key = form.key.match(text, place)
        if key is None or len(levels) > _DEEPEST:
            break
        name, place = key["name"] or key["index"] or "", key.end()
        if opening := form.open.match(text, place):
            place = opening.end()
            levels.append(levels[-1].setdefault(name, {}))
            if not isinstance(levels[-1], dict):
                break
        elif (value := _value(text, place, form, patience)) is not None:
            levels[-1].setdefault(name, value[0])
            place = value[1]
        else:
            break
    return Printed(_as_lists(root), place, closed=not levels)


def _value(
    text: str, place: int, form: _Form, patience: Patience
) -> tuple[Any, int] | None:
    """Return a value that is no array, with its end; None if there is none."""
    string = form.string(text, place, patience)
    if string is not None:
        return string
    scalar = form.scalar.match(text, place)
    if scalar is None:
        return None
    value = scalar["value"]
    return _WORDS.get((value or "").lower(), value), scalar.end()


def _as_lists(value: Any) -> Any:
    """Return arrays in arrays with those as lists that are some."""
    if not isinstance(value, dict):
        return value
    return _listed({name: _as_lists(inner) for name, inner in value.items()})
