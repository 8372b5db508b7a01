"""The variables that a text assigns for a POSIX shell."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice

from vippsdiag.importers.shell import Posix

_VALUE = (
    r"(?P<name>[A-Za-z_]\w*)=(?:\"(?P<double>(?:[^\"\n$`\\]|\$(?!\())*)\""
    r"|'(?P<single>[^'\n]*)'|(?P<bare>(?:[^\s'\"$`;&|\\()]|\$(?!\())+))"
)
_END = r"(?=[ \t]*(?:$|[;&#]))"
_ASSIGNED = re.compile(
    rf"^(?:[^\n'\"=]{{0,80}}[$#%>;&][ \t]+|[ \t]*)(?:export[ \t]+)?{_VALUE}{_END}",
    re.MULTILINE,
)
# Several at once, which without this word would be for the command behind them alone.
_EXPORTED = re.compile(r"^[ \t]*export[ \t]+(?P<all>\w+=.*)$", re.MULTILINE)
_ONE = re.compile(rf"(?<!\S){_VALUE}(?=\s|[;&]|$)")
_NAMED = re.compile(r"\$(?:\{(\w+)\}|([A-Za-z_]\w*))")
_ARRAY = re.compile(r"^[ \t]*(?P<name>[A-Za-z_]\w*)=\(\s{0,99}", re.MULTILINE)
_SPREAD = re.compile(r"\$\{(\w+)\[[@*]\]\}")
_MOST_ARRAYS = 20
_MOST = 500
# A value that is made of others is made of a few.
_LONGEST = 2000

Assigned = list[tuple[int, str, str]]


def assigned(text: str) -> Assigned:
    """Return the variables that a text assigns: where, the name and the value.

    A value is filled in with those above it.
    """
    found = {one.start("name"): one for one in islice(_all(text), _MOST)}
    known: dict[str, str] = {}
    result: Assigned = []
    for place, one in sorted(found.items()):
        value = one["single"] or one["double"] or one["bare"] or ""
        if one["single"] is None and len(value) <= _LONGEST:
            value = _NAMED.sub(
                lambda name: known.get(name[1] or name[2], name[0]), value
            )[:_LONGEST]
        known[one["name"]] = value
        result.append((place, one["name"], value))
    return result


def arrays(text: str, known: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the lists of words that a text assigns, by their names."""
    return {
        one["name"]: Posix(text, one.end(), known).read().words
        for one in islice(_ARRAY.finditer(text), _MOST_ARRAYS)
    }


def spread(words: list[str], lists: Mapping[str, list[str]]) -> Iterator[str]:
    """Yield words, with those of a list where it is named: ``"${name[@]}"``."""
    for word in words:
        named = _SPREAD.fullmatch(word)
        yield from lists.get(named[1], [word]) if named else [word]


def _all(text: str) -> Iterator[re.Match[str]]:
    yield from _ASSIGNED.finditer(text)
    for line in _EXPORTED.finditer(text):
        yield from _ONE.finditer(text, *line.span("all"))
