"""A bounded choice out of any number of things: the first and the last of each kind."""

from collections import deque
from collections.abc import Hashable, Iterator
from typing import Generic, TypeVar

Item = TypeVar("Item")

# How many of each kind are kept from the beginning, and how many from the end.
EACH = 50
# More kinds than this are not told apart.
KINDS = 60


class Sample(Generic[Item]):
    """The first and the last items of each kind, in the order they came.

    Attributes:
        left_out: how many items were not kept.
    """

    def __init__(self, each: int = EACH) -> None:
        self._each = each
        self._first: dict[Hashable, list[tuple[int, Item]]] = {}
        self._last: dict[Hashable, deque[tuple[int, Item]]] = {}
        self._count = 0
        self.left_out = 0

    def add(self, kind: Hashable, item: Item) -> None:
        """Take an item in; an earlier one of its kind may have to go."""
        kind = kind if kind in self._first or len(self._first) < KINDS else None
        first = self._first.setdefault(kind, [])
        self._count += 1
        if len(first) < self._each:
            first.append((self._count, item))
            return
        last = self._last.setdefault(kind, deque(maxlen=self._each))
        self.left_out += len(last) == self._each
        last.append((self._count, item))

    def __iter__(self) -> Iterator[Item]:
        kept = [pair for part in self._first.values() for pair in part]
        kept += [pair for part in self._last.values() for pair in part]
        return iter([item for _, item in sorted(kept, key=lambda pair: pair[0])])
