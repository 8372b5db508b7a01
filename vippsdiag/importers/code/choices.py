"""Names that have one value or another, by what is so when a program runs."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from vippsdiag.importers.code.branches import Branches
from vippsdiag.importers.code.source import Code
from vippsdiag.importers.code.values import Name, either

# How many requests there are, and how far the one in hand is.
Reached = tuple[int, bool, bool]

# What stands between two values of a name of which it has one.
_ELSE = re.compile(
    r"^[ \t})]*#?(?:case|default|elif|else|elseif|elsif|when)\b|[;}][ \t]*else\b",
    re.MULTILINE,
)
# Ruby: ``url = other if test``.
_IF_BEHIND = re.compile(r"[ \t]+(?:if|unless)\b")


@dataclass(frozen=True, slots=True)
class _Kept:
    """A value that a name has up to the end of a part that may be left out.

    Attributes:
        end: where that part ends.
        before: where the name was given the value that it has otherwise.
        otherwise: that value.
    """

    end: int
    path: str
    before: int
    otherwise: Any
    reached: Reached


class Choices:
    """Knows which names have a value that is not told.

    Args:
        code: reads the source, and knows the values of its names.
    """

    def __init__(self, code: Code) -> None:
        self._code = code
        # Looked for when they are asked for.
        self._elses: list[int] | None = None
        self._branches: Branches | None = None
        self._assigned: dict[str, tuple[int, Reached]] = {}
        self._either: set[str] = set()
        self._kept: list[_Kept] = []

    def given(self, path: str, value: Any, place: int, reached: Reached) -> Any:
        """Return the value that a name has now; a `Name` if it may have another.

        Args:
            path: the name.
            value: what it is given.
            place: where, in the source.
            reached: how far the requests are.
        """
        former = self._code.known_as(path)
        before = self._code.known.get(former)
        other = (isinstance(before, str) and before) or former in self._either
        start, reached_then = self._assigned.get(former, (place, reached))
        self._assigned[path] = place, reached
        if start == place or not other or before == value:
            return value
        if _IF_BEHIND.match(self._code.text, self._code.place):
            return self._unknown(path, start, reached, (before, value))
        self._branches = self._branches or Branches(self._code.text)
        end = self._branches.end(place, start)
        if end is not None:
            self._kept.append(_Kept(end, path, start, before, reached))
        # Behind a request it is given its value for the next one.
        elif self._is_apart(start, place) and reached_then == reached:
            return self._unknown(path, start, reached, (before, value))
        self._either.discard(path)
        return value

    def left(self, place: int, reached: Reached) -> Iterator[str]:
        """Yield the names whose value is not told any more, and may still be asked for.

        Args:
            place: how far the source is read.
            reached: how far the requests are.
        """
        while self._kept and self._kept[-1].end <= place:
            kept = self._kept.pop()
            values = kept.otherwise, self._code.known.get(kept.path)
            self._code.known[kept.path] = self._unknown(
                kept.path, kept.before, kept.reached, values
            )
            if kept.reached == reached:
                yield kept.path

    def _unknown(
        self, path: str, before: int, reached: Reached, values: tuple[Any, Any]
    ) -> Name | str:
        self._assigned[path] = before, reached
        self._either.add(path)
        return either(Name(path), *values)

    def _is_apart(self, start: int, place: int) -> bool:
        """Tell whether what is done only if something is not so begins in between."""
        if self._elses is None:
            self._elses = [one.start() for one in _ELSE.finditer(self._code.text)]
        return bisect_left(self._elses, start) < bisect_left(self._elses, place)
