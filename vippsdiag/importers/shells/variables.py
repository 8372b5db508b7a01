"""The variables that a text assigns for a POSIX shell."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice

from vippsdiag.importers.shells.printed import printed
from vippsdiag.importers.shells.shell import Posix

_DECLARED = r"(?:(?:export|local|readonly|declare(?:[ ]-\w+)?)[ \t]+)?"
# Behind a prompt, or at the beginning of a line.
_ASSIGNED = re.compile(
    r"^(?:[^\n'\"=]{0,80}[$#%>;&][ \t]+|[ \t]*)"
    rf"{_DECLARED}(?=[A-Za-z_]\w*=)",
    re.MULTILINE,
)
_NAME = re.compile(r"(?P<name>[A-Za-z_]\w*)=(?!\()")
# What may stand behind an assignment; before a command it is for that command alone.
_NEXT = re.compile(
    rf"[ \t]*(?:(?:(?:;|&&)[ \t]*{_DECLARED})?(?=[A-Za-z_]\w*=)|(?P<end>$|[;&#]))",
    re.MULTILINE,
)
_READ = re.compile(
    r"^[ \t]*read(?:[ ]-\w+(?:[ ]''|[ ]\"\")?){0,4}[ ]+"
    r"(?P<name>[A-Za-z_]\w*)[ ]*(?=<<)",
    re.MULTILINE,
)
_ARRAY = re.compile(
    r"(?:^|;)[ \t]*(?P<name>[A-Za-z_]\w*)(?P<more>\+?)=\(\s{0,99}", re.MULTILINE
)
_SPREAD = re.compile(r"\$\{(\w+)\[[@*]\]\}")
_MOST_ARRAYS = 20
_MOST = 500
# No value that a person assigned is longer.
_LONGEST = 20_000

Assigned = list[tuple[int, str, str]]


def assigned(text: str) -> Assigned:
    """Return the variables that a text assigns: where, the name and the value.

    A value is filled in with those above it. One that only a command would tell stands
    for itself.
    """
    known: dict[str, str] = {}
    result: Assigned = []
    starts = [*_ASSIGNED.finditer(text), *_READ.finditer(text)]
    done = 0
    for start in sorted(starts, key=lambda one: one.start())[:_MOST]:
        if start.start() < done or len(result) > _MOST:
            continue
        for place, name, value, end in _statement(text, start, known):
            known[name] = value
            result.append((place, name, value))
            done = end
    return result


def _statement(
    text: str, start: re.Match[str], known: Mapping[str, str]
) -> list[tuple[int, str, str, int]]:
    """Return what one statement assigns; nothing if it is for a command alone."""
    if start.re is _READ:
        fed = Posix(text, start.end("name") + 1, known, printed=printed).read()
        return [(start.start(), start["name"], (fed.stdin or "").strip(), fed.end)]
    found: list[tuple[int, str, str, int]] = []
    seen = dict(known)
    place, whole = start.end(), 0
    while (name := _NAME.match(text, place)) and len(found) < _MOST:
        value, end = _value(text, name, seen)
        follows = None if value is None else _NEXT.match(text, end)
        if value is None or follows is None:
            # What stands before a semicolon was for the shell all the same.
            return found[:whole]
        seen[name["name"]] = value
        found.append((name.start(), name["name"], value, end))
        if follows["end"] is not None and not _NAME.match(text, follows.end()):
            break
        whole = len(found) if re.search("[;&]", follows[0]) else whole
        place = follows.end()
    return found


def _value(
    text: str, name: re.Match[str], known: Mapping[str, str]
) -> tuple[str | None, int]:
    """Return the value behind a name, and its end; None if it is not whole."""
    reader = Posix(text[: name.end() + _LONGEST], name.end(), known, printed=printed)
    value = reader.word()
    value = value if value is None else value[:_LONGEST]
    if value is None or "$(" in value or "`" in value:
        value = None if value is None else f"${name['name']}"
    return value, reader.place


def arrays(text: str, known: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the lists of words that a text assigns, by their names."""
    found: dict[str, list[str]] = {}
    for one in islice(_ARRAY.finditer(text), _MOST_ARRAYS):
        before = found.get(one["name"], []) if one["more"] else []
        found[one["name"]] = before + Posix(text, one.end(), known).read().words
    return found


def spread(words: list[str], lists: Mapping[str, list[str]]) -> Iterator[str]:
    """Yield words, with those of a list where it is named: ``"${name[@]}"``."""
    for word in words:
        named = _SPREAD.fullmatch(word)
        yield from lists.get(named[1], [word]) if named else [word]
