"""JSON, XML and tables taken apart into names and values."""

import csv
import html
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from vippsdiag.importers.lines import split_lines
from vippsdiag.importers.names import Heading, read_heading, understand
from vippsdiag.importers.pieces import Piece

# Settings that name a value beside it: Postman, Azure, Kubernetes, HAR headers.
_NAME_KEYS = ("key", "name", "label")
_VALUE_KEYS = ("value", "currentValue", "initialValue", "val")
_DEEPEST = 60

_ATTRIBUTES = re.compile(
    r"<\w[^<>]*?\b(?:key|name|id)\s*=\s*(?P<q>[\"'])(?P<name>[^\"'<>]+)(?P=q)[^<>]*?"
    r"(?:\bvalue\s*=\s*(?P<v>[\"'])(?P<value>[^\"'<>]*)(?P=v)[^<>]*>"
    r"|>\s*(?:<value[^<>]*>)?(?P<text>[^<>]*)</)",
    re.IGNORECASE,
)
_ELEMENT = re.compile(
    r"<(?P<name>[\w:.-]+)(?:\s[^<>]*)?>(?P<value>[^<>]*)</(?P=name)\s*>"
)
_COMMENTED = re.compile(r"<!--.*?-->", re.DOTALL)


def read_json(text: str) -> list[Piece] | None:
    """Take a JSON text apart; None if it is not JSON with anything in it."""
    if text.lstrip()[:1] not in {"{", "["}:
        return None
    try:
        value = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
    return list(_walk(value, (), ())) if isinstance(value, dict | list) else None


def _walk(value: Any, path: tuple[str, ...], group: tuple[int, ...]) -> Iterator[Piece]:
    if len(path) > _DEEPEST:
        return
    if isinstance(value, dict):
        yield from _walk_object(value, path, group)
    elif isinstance(value, list):
        settings = bool(value) and all(_setting(entry) for entry in value)
        for index, entry in enumerate(value):
            yield from _walk(entry, path, group if settings else (*group, index))
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield Piece(path, str(value), group=group, heading=_heading(path))


def _walk_object(
    value: dict[str, Any], path: tuple[str, ...], group: tuple[int, ...]
) -> Iterator[Piece]:
    setting = _setting(value)
    if setting:
        name, inner = setting
        disabled = value.get("enabled") is False or value.get("disabled") is True
        for piece in _walk(inner, (*path, name), group):
            yield Piece(piece.path, piece.value, 0, group, piece.heading, disabled)
        return
    # A title of the whole, such as the name of a Postman environment.
    title = value.get("name")
    inside = (*path, title) if isinstance(title, str) and read_heading(title) else path
    for key, inner in value.items():
        yield from _walk(inner, (*inside, str(key)), group)


def _setting(value: Any) -> tuple[str, Any] | None:
    """Return the name and the value of an object that stands for one setting."""
    if not isinstance(value, Mapping):
        return None
    name = next((value[key] for key in _NAME_KEYS if key in value), None)
    held = next((key for key in _VALUE_KEYS if key in value), None)
    if not isinstance(name, str) or held is None or isinstance(value[held], dict):
        return None
    return name, value[held]


def _heading(path: tuple[str, ...]) -> Heading:
    headings = [found for found in map(read_heading, path[:-1]) if found]
    return headings[-1] if headings else Heading()


def read_xml(text: str) -> tuple[list[Piece], str]:
    """Take the settings of an XML text out of it.

    Returns:
        The pieces whose names are known, and the text without them, line for line.
    """
    found: list[Piece] = []
    if "</" not in text and "/>" not in text:
        return found, text

    def take(match: re.Match[str], *, commented: bool = False) -> str:
        groups = match.groupdict()
        raw = groups.get("value") or groups.get("text") or ""
        if understand((match["name"],)).field is None:
            return match[0]
        line = text.count("\n", 0, match.start()) + 1
        value = html.unescape(raw)
        found.append(Piece((match["name"],), value, line, commented=commented))
        return "\n" * match[0].count("\n")

    def comment(match: re.Match[str]) -> str:
        for pattern in (_ATTRIBUTES, _ELEMENT):
            for inner in pattern.finditer(text, *match.span()):
                take(inner, commented=True)
        return re.sub(r"[^\n]", " ", match[0])

    rest = _COMMENTED.sub(comment, text)
    for pattern in (_ATTRIBUTES, _ELEMENT):
        # Every replacement keeps the line breaks, but not the length.
        text, rest = rest, pattern.sub(take, rest)
    return found, re.sub(r"</?[\w:?][^<>]*>", " ", rest) if found else rest


def read_table(text: str) -> tuple[list[Piece], str]:
    """Take a table out of a text: a line of names, and lines of values below it.

    Returns:
        The pieces, and the text without the table, line for line.
    """
    lines = split_lines(text)
    for index, line in enumerate(lines[:-1]):
        for delimiter in "\t;,|":
            if line.count(delimiter) and (names := _header(line, delimiter)):
                found, end = _rows(lines, index + 1, names, delimiter)
                if found:
                    lines[index:end] = [""] * (end - index)
                    return found, "\n".join(lines)
    return [], text


def _cells(line: str, delimiter: str) -> list[str]:
    if delimiter == "|":
        line = line.strip().strip("|")
    try:
        cells = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []
    return [cell.strip(" ") for cell in cells]


def _header(line: str, delimiter: str) -> list[str] | None:
    names = _cells(line, delimiter)
    known = [name for name in names if understand((name,)).field]
    if len(known) < 2 or any(re.search(r"[:=]", name) for name in names):
        return None
    return names


def _rows(
    lines: list[str], start: int, names: list[str], delimiter: str
) -> tuple[list[Piece], int]:
    """Read the rows below a header, down to the first line that is none."""
    found: list[Piece] = []
    for index in range(start, len(lines)):
        cells = _cells(lines[index], delimiter)
        if len(cells) != len(names):
            return found, index
        if re.fullmatch(r"[\s|:+-]*", lines[index]):
            continue
        # A column may say which environment a row is for.
        headings = [found for found in map(read_heading, cells) if found]
        heading = headings[0] if headings else Heading()
        for name, cell in zip(names, cells, strict=True):
            if cell and read_heading(cell) is None:
                found.append(Piece((name,), cell, index + 1, (index,), heading))
    return found, len(lines)
