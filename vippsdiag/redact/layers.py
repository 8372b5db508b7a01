r"""A text and what is written in it in other ways: escaped, folded, in Base64.

Each layer is a text that was read out of the one below it. Whatever is replaced in a
layer has the same length as what it replaces, and is carried down to the layer below
letter by letter, in the way that it was written there. So a key that is in the text as
``%2B``, as ``\\u002b``, wrapped by a mail program or within a longer Base64 text is
found and replaced as if it stood there plainly.
"""

import re
from collections.abc import Iterable, Iterator
from operator import ne
from sys import maxsize

_NEW = re.compile(rb"[^\0]+")
_SLICE = 512
# A few letters between, by chance the same or punctuation, make no end.
_DIFFERENT = re.compile(rb"[^\0]++(?:\0{1,8}+[^\0]++)*+")


class Layer:
    """A text whose letters can be replaced one by one.

    Attributes:
        text: as it was read.
        below: what it was read out of; None for the text itself.
    """

    __slots__ = ("_fresh", "_letters", "_searched", "below", "text")

    def __init__(self, text: str, below: "Layer | None" = None) -> None:
        self.text = text
        self.below = below
        self._searched = text
        self._letters: list[str] = []
        # One for each letter, as soon as there is a new one. By chance a new letter is
        # the one that stood there.
        self._fresh = bytearray()

    def start_from(self, text: str, marks: Iterable[tuple[int, int]]) -> None:
        """Replace all of it at once; nothing was replaced before.

        Args:
            text: with what was replaced.
            marks: from where to where each value goes that was replaced.
        """
        self._searched = text
        if text is not self.text:
            self._fresh = bytearray(len(text))
            for start, end in marks:
                self._mark(start, end)

    def _mark(self, start: int, end: int) -> None:
        self._fresh[start:end] = b"\1" * (end - start)

    def _open(self) -> None:
        if not self._letters:
            self._letters = list(self._searched)
            self._fresh = self._fresh or bytearray(len(self._letters))

    def put(self, start: int, text: str) -> None:
        """Replace what stands at a place; what was replaced before stays so."""
        end = start + len(text)
        if self.is_new(start, end):
            return
        self._open()
        if not self.holds_new(start, end):
            self._letters[start:end] = text
        else:
            for n, letter in enumerate(text, start):
                if not self._fresh[n]:
                    self._letters[n] = letter
        self._mark(start, end)

    def put_all(self, found: Iterable[tuple[int, str]]) -> None:
        """Replace what stands at some places, which come one behind the other."""
        if self._fresh or self._letters:
            for start, text in found:
                self.put(start, text)
            return
        parts: list[str] = []
        marks: list[tuple[int, int]] = []
        done = 0
        for start, text in found:
            if start >= done:
                parts += self.text[done:start], text
                done = start + len(text)
                marks.append((start, done))
        if parts:
            self.start_from("".join((*parts, self.text[done:])), marks)

    def force(self, start: int, text: str) -> None:
        """Replace what stands at a place, whatever was put there before."""
        self._open()
        end = start + len(text)
        self._letters[start:end] = text
        self._mark(start, end)

    def holds(self, start: int, text: str) -> bool:
        """Tell whether this stands at a place, after what was replaced."""
        if not self._letters:
            return self._searched.startswith(text, start)
        return "".join(self._letters[start : start + len(text)]) == text

    def holds_new(self, start: int, end: int) -> bool:
        """Tell whether a letter was replaced from one place to another."""
        return self._fresh.find(1, start, end) >= 0

    def marks(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return from where to where letters are new, counted from a place."""
        found = self.replaced(start, end)
        return [(first - start, last - start) for first, last in found]

    def replaced(self, start: int = 0, end: int = maxsize) -> Iterator[tuple[int, int]]:
        """Yield from where to where letters are new, between two places."""
        return (match.span() for match in _NEW.finditer(self._fresh, start, end))

    def is_new(self, start: int, end: int) -> bool:
        """Tell whether every letter was replaced from one place to another."""
        return bool(self._fresh) and self._fresh.find(0, start, end) < 0

    def left(self, start: int, end: int) -> int:
        """Return how many letters and digits were not replaced."""
        text = self.text[start:end]
        if not self.holds_new(start, end):
            return sum(map(str.isalnum, text))
        pairs = zip(text, self._fresh[start:end], strict=True)
        return sum(not new and one.isalnum() for one, new in pairs)

    @property
    def page(self) -> "Layer":
        """The text itself, from which all was read."""
        return self.below.page if self.below else self

    @property
    def result(self) -> str:
        """The text with everything replaced."""
        return "".join(self._letters) if self._letters else self._searched

    def is_plain(self, start: int, end: int) -> bool:  # noqa: ARG002
        """Tell whether this stands in the layer below as it stands here."""
        return False

    def origin(self, place: int) -> int:
        """Return where that which stands at a place is in the text itself."""
        return place

    def carry(self) -> None:
        """Write what was replaced into the layer below."""


def differences(old: str, new: str) -> Iterator[tuple[int, int]]:
    """Yield where two texts of one length differ, more or less: from where to where."""
    for first in range(0, len(old), _SLICE):
        piece = new[first : first + _SLICE]
        if not old.startswith(piece, first):
            was = old[first : first + _SLICE]
            for match in _DIFFERENT.finditer(_compared(was, piece)):
                yield first + match.start(), first + match.end()


def _compared(old: str, new: str) -> bytes:
    """Return a byte for each letter, which is 0 where two texts are the same."""
    if len(old) == 1 or not (old.isascii() and new.isascii()):
        return bytes(map(ne, old, new))
    first, second = (int.from_bytes(one.encode(), "little") for one in (old, new))
    return (first ^ second).to_bytes(len(old), "little")
