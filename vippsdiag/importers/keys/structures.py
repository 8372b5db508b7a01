"""JSON, XML and tables taken apart into names and values."""

import html
import json
import re
from bisect import bisect
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from vippsdiag.importers.keys.names import Heading, read_heading, understand
from vippsdiag.importers.keys.pieces import Piece

# Settings that name a value beside it: Postman, Azure, Kubernetes, HAR headers.
_NAME_KEYS = ("key", "name", "label")
_VALUE_KEYS = ("value", "currentValue", "initialValue", "val")
_DEEPEST = 60
# Some thousand key sets; nobody has more.
MOST_PIECES = 10_000

_ATTRIBUTES = re.compile(
    r"<\w[^<>]{0,200}?\b(?:key|name|id)\s*=\s*"
    r"(?P<q>[\"'])(?P<name>[^\"'<>]{1,80})(?P=q)[^<>]{0,200}?"
    r"(?:\bvalue\s*=\s*(?P<v>[\"'])(?P<value>[^\"'<>]*+)(?P=v)[^<>]*+>"
    r"|>\s*+(?:<value[^<>]*+>)?(?P<text>[^<>]*+)</[\w:.-]*>)",
    re.IGNORECASE,
)
_ELEMENT = re.compile(
    r"<(?P<name>[\w:.-]{1,80}+)(?:\s[^<>]*+)?>(?P<value>[^<>]*+)</(?P=name)\s*>"
)
# A row of a table or a list of terms: <th>name</th><td>value</td>.
_CELLS = re.compile(
    r"<(?:th|td|dt)\b[^<>]*+>(?P<name>[^<>]{1,80})</\w+>\s*"
    r"<(?:td|dd)\b[^<>]*+>\s*+(?:<code>)?(?P<value>[^<>]*+)</[\w:]*>",
    re.IGNORECASE,
)
_XML = (_ATTRIBUTES, _CELLS, _ELEMENT)
_MOST_TAGS = 20_000
_TAGS = re.compile(r"</?[\w:?][^<>]*>")
_COMMENTED = re.compile(r"<!--(?:(?!-->|<!--).)*+-->", re.DOTALL)


def read_json(text: str) -> list[Piece] | None:
    """Take a JSON text apart; None if it is not JSON with anything in it."""
    value = _loaded(text, '{["')
    value = _loaded(value, "{[") if isinstance(value, str) else value
    return None if value is None else list(islice(_walk(value, (), ()), MOST_PIECES))


def _loaded(text: str, openings: str) -> Any:
    """Read JSON that begins in one of some ways; None if it is none."""
    if text.lstrip()[:1] not in set(openings):
        return None
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _walk(value: Any, path: tuple[str, ...], group: tuple[int, ...]) -> Iterator[Piece]:
    if len(path) + len(group) > _DEEPEST:
        yield Piece(path, "", group=group)
        return
    if isinstance(value, str):
        # JSON in a JSON string, as secret stores keep it.
        whole = ":" in value and value.rstrip().endswith("}")
        inside = _loaded(value, "{") if whole else None
        value = inside if isinstance(inside, dict) else value
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
    titled = isinstance(title, str) and read_heading(title) is not None
    inside = (*path, str(title)) if titled else path
    for key, inner in value.items():
        if not (titled and key == "name"):
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
    if not ("</" in text or "/>" in text) or text.count("<") > _MOST_TAGS:
        return found, text

    ends = _line_ends(text)

    def comment(match: re.Match[str]) -> str:
        inner, above = match[0], bisect(ends, match.start())
        for pattern in _XML:
            inner = _take(pattern, inner, found, commented=True, above=above)
        return re.sub(r"[^\n]", " ", match[0])

    rest = _COMMENTED.sub(comment, text)
    for pattern in _XML:
        rest = _take(pattern, rest, found)
    return found, _TAGS.sub(_blank, rest) if found else rest


def _blank(tag: re.Match[str]) -> str:
    """Return a blank in the place of a tag, and the ends of its lines."""
    return " " + "\n" * tag[0].count("\n")


def _line_ends(text: str) -> list[int]:
    return [match.start() for match in re.finditer("\n", text)]


def _take(
    pattern: re.Pattern[str],
    text: str,
    found: list[Piece],
    *,
    commented: bool = False,
    above: int = 0,
) -> str:
    """Move the settings whose names are known out of a text, line for line."""
    ends = _line_ends(text)

    def take(match: re.Match[str]) -> str:
        groups = match.groupdict()
        raw = groups.get("value") or groups.get("text") or ""
        if understand((match["name"],)).field is None:
            return match[0]
        line = above + bisect(ends, match.start()) + 1
        value = html.unescape(raw)
        found.append(Piece((match["name"],), value, line, commented=commented))
        return "\n" * match[0].count("\n")

    return pattern.sub(take, text)
