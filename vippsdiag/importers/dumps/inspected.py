"""Objects as Node.js prints them: an axios error with its config and its response."""

import json
import re
from typing import Any

from vippsdiag.importers.dumps.calls import call_in
from vippsdiag.importers.finds import Find
from vippsdiag.language import mark

# The fields that make an object worth reading.
_TELLING = re.compile(r"\s*(?:config|response|request|status):\s")
_TOKEN = re.compile(
    r"(?P<text>'(?:[^'\\\n]|\\.)*+'|`(?:[^`\\]|\\.)*+(?:`|\Z)|\"(?:[^\"\\\n]|\\.)*+\")"
    r"|(?P<open>(?:<ref \*\d+> )?(?:[\w$]+ )?(?:\[[\w:. ]+\] )?\{)"
    r"|(?P<note>\[[A-Z][\w.]*(?:[: ][^\[\]]{0,200})?\]|<[^<>\n]{1,200}>)"
    r"|(?P<name>[\w$]+|Symbol\([^()]*\)|\[Symbol\([^()]*\)\])(?=:\s)"
    r"|(?P<mark>[}\[\],:])"
    r"|(?P<bare>[^\s{}\[\],:'\"`]+)|(?P<blank>\s+)|(?P<other>.)",
    re.DOTALL,
)
_KIND = mark("an error as Node.js prints it")
_LONGEST_LINES, _MOST = 2_000, 20
# In so many objects a line may stand that turn out to be none, on average.
_DEEPEST = 20
_PRINTED = re.compile(
    r"-?\d+(?:\.\d+)?|true|false|null|undefined|None|True|False", re.ASCII
)
_OPENING, _CLOSING = ("{", "["), ("}", "]")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


def read_inspected(lines: list[str]) -> list[Find]:
    """Find the calls in the objects that Node.js printed."""
    finds: list[Find] = []
    number, left = 0, _LONGEST_LINES + _DEEPEST * len(lines)
    while number < len(lines) and len(finds) < _MOST and left > 0:
        if lines[number].rstrip()[-1:] != "{":
            number += 1
            continue
        end, seen = _end(lines, number)
        left -= seen
        if end is None:
            number += 1
            continue
        text = "\n".join(lines[number : end + 1])
        read = object_at(text, lines[number].rfind("{"))
        call = call_in(read[0]) if read else None
        if call:
            first = _above(lines, number) + 1
            finds.append(Find(kind=_KIND, first=first, last=end + 1, exchanges=(call,)))
        number = end + 1
    return finds


def _above(lines: list[str], number: int) -> int:
    """Return where the error's message begins that stands above its trace."""
    start = number
    while start and number - start < _MOST and lines[start].lstrip()[:3] == "at ":
        start -= 1
    return start


def _end(lines: list[str], start: int) -> tuple[int | None, int]:
    """Return the line that closes an object, and how many were looked at for it.

    None if it tells nothing or never ends. Node.js indents what is inside; the line
    that is less indented is the end.
    """
    inside: int | None = None
    telling = False
    last = min(start + _LONGEST_LINES, len(lines)) - 1
    for number in range(start + 1, last + 1):
        line = lines[number]
        indent = len(line) - len(line.lstrip())
        inside = indent if inside is None else inside
        if inside == 0 or (line.strip() and indent < inside):
            closed = inside > 0 and telling and line.lstrip()[:1] == "}"
            return number if closed else None, number - start
        telling = telling or (indent == inside and bool(_TELLING.match(line)))
    return None, last - start


def object_at(text: str, start: int, *, code: bool = True) -> tuple[Any, int] | None:
    """Return an object that begins here, and where it ends; None if none does.

    Both Node.js and Python print objects so: names bare or in single quotes.

    Args:
        text: what it stands in.
        start: where its brace is.
        code: whether words may stand for values, as in a program.
    """
    parts, depth, end = [], 0, len(text)
    for match in _TOKEN.finditer(text, start):
        if not code and _is_code(match):
            return None
        parts.append(_json(match))
        depth += (parts[-1] in _OPENING) - (parts[-1] in _CLOSING)
        if depth <= 0:
            end = match.end()
            break
    written = re.sub(r",(\s*[}\]])", r"\1", "".join(parts))
    try:
        return json.JSONDecoder(strict=False).raw_decode(written)[0], end
    except (ValueError, RecursionError):
        return None


def _is_code(match: re.Match[str]) -> bool:
    """Tell whether a word stands for a value, which nothing prints."""
    bare = match.lastgroup in {"bare", "other"} and not _PRINTED.fullmatch(match[0])
    return bare or match[0][:1] == "`"


def _json(match: re.Match[str]) -> str:
    token = match[0]
    kind = match.lastgroup
    if kind == "text":
        return json.dumps(re.sub(r"\\(.)", _escape, token[1:-1], flags=re.DOTALL))
    if kind == "open":
        return "{"
    if kind == "bare" and not re.fullmatch(r"-?\d+(?:\.\d+)?|true|false|null", token):
        return json.dumps(None if token == "undefined" else token)
    return json.dumps(token) if kind in {"name", "note"} else token


def _escape(match: re.Match[str]) -> str:
    return _ESCAPES.get(match[1], match[1])
