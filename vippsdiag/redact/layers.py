r"""A text and what is written in it in other ways: escaped, folded, in Base64.

Each layer is a text that was read out of the one below it. Whatever is replaced in a
layer has the same length as what it replaces, and is carried down to the layer below
letter by letter, in the way that it was written there. So a key that is in the text as
``%2B``, as ``\\u002b``, wrapped by a mail program or within a longer Base64 text is
found and replaced as if it stood there plainly.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from html import unescape
from operator import ne

from vippsdiag.extent import COLOUR

_ESCAPE = re.compile(
    r"%[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}|\\[/\"'\\]|\^[\\\"^]"
    rf"|&#[0-9]{{2,7}};|&#[xX][0-9A-Fa-f]{{2,6}};|&[a-zA-Z]{{2,6}};|{COLOUR}"
)
# What each of them begins with, which is quicker to find.
_MARK = re.compile(r"[%\\^&\x1b]")
_NUMBERED = re.compile(r"(%|=|\\u|\\x|&#[xX]?)([0-9A-Fa-f]+)(;?)")
# What hides a name or a quote; an escaped quote in JSON hides nothing.
HARD = re.compile(r"\\u|\\x|&[#a-zA-Z]|%[0-9A-F]|\^[\\\"]|\x1b", re.IGNORECASE)
# The patterns below begin with the few letters that they can begin with, and look back
# behind those: a search then passes over all others in no time.
_LINE_BREAK = (
    r"(?:=(?<!==)[ \t]*+(?:\\r)?(?:\\n|\r?\n)| (?<![ \t] )[ \t]*+(?:\\r)?(?:\\n|\r?\n)"
    r"|\t(?<![ \t]\t)[ \t]*+(?:\\r)?(?:\\n|\r?\n)|\\r(?:\\n|\r?\n)|\\n|\r\n|\n)"
    r"[ \t>|]*+"
)
_BREAK = re.compile(f"{_LINE_BREAK}(?:{_LINE_BREAK})*+")
# A line break within a value: behind a long line, behind the sign of a mail program or
# before an indented line, where what follows looks like the rest of a key.
_BEFORE = r"(?<=[\w+/.-]{8}.)"
# Behind a longer one that has a line of its own, or letters that are mixed by chance.
_ALONE = r"(?=[\w+/.-]*+={0,2}[\"',;)}\]]*+\r?(?:\n|\Z))"
_CHANCE = r"(?=[\w+/.-]*?[a-z]\d?[A-Z])(?=[\w+/.-]{20}|[\w+/.-]*?\d)"
_LONG = (
    r"(?<=[^\n]{64}\n)"
    rf"(?:(?<![^\n]{{101}}\n)|(?<![^\n]{{257}}\n){_ALONE}|{_CHANCE})"
    rf"|(?:(?<=[\w+/.-]{{32}}\n)|(?<=[\w+/.-]{{32}}\r\n)){_CHANCE}"
)
_INDENT = rf"(?:[ \t>]+|{_LONG})"
# What a line of a log or a row of numbers begins with, or an id.
_OTHER = (
    r"[0-9a-fA-F]{8}-|[a-z]{3,8}[_-][\w-]{1,16}\s|\d+[.):]?\s"
    r"|\d{1,4}[-./]\d\d?[-./\s]|v\d+\.\d|\d{5,}[,;|](?=\S)"
)
_FOLD = re.compile(
    rf"(?s:={_BEFORE}[ \t]*\r?\n(?:(?=[\w+/.-]{{8}})|{_INDENT})"
    rf"| {_BEFORE}[ \t]*\r?\n{_INDENT}|\t{_BEFORE}[ \t]*\r?\n{_INDENT}"
    rf"|\r{_BEFORE}\n{_INDENT}|\n{_BEFORE}{_INDENT})(?!{_OTHER})"
    r"(?=[\w+/.-]*?(?:[0-9=]|[a-z][A-Z]))"
    r"(?=[\w+/.-]*+={0,2}(?:[\s\"',;)}\]]|\Z))"
)
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
        self._open()
        end = start + len(text)
        if not self.holds_new(start, end):
            self._letters[start:end] = text
        else:
            for n, letter in enumerate(text, start):
                if not self._fresh[n]:
                    self._letters[n] = letter
        self._mark(start, end)

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
        found = _NEW.finditer(self._fresh, start, end)
        return [(match.start() - start, match.end() - start) for match in found]

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


class Unescaped(Layer):
    """A layer that was read by taking escapes, or line breaks, for what they mean.

    A piece is where it begins and ends in the layer below, and what it means. A long
    text has a million of them.
    """

    __slots__ = ("_pieces", "_places")

    def __init__(self, below: Layer, pieces: Iterable[tuple[int, int, str]]) -> None:
        self._pieces = list(pieces)
        self._places: list[int] = []
        text, parts = below.text, []
        done = place = 0
        for start, end, meaning in self._pieces:
            place += start - done
            self._places.append(place)
            parts.append(text[done:start])
            parts.append(meaning)
            place += len(meaning)
            done = end
        parts.append(text[done:])
        super().__init__("".join(parts), below)

    def means(self, spans: set[tuple[int, int]]) -> bool:
        """Tell whether what stands there in the layer below has a meaning here."""
        return spans <= {(start, end) for start, end, _ in self._pieces}

    def is_plain(self, start: int, end: int) -> bool:
        """Tell whether this stands in the layer below as it stands here."""
        n = bisect_right(self._places, start)
        escaped = n and start < self._places[n - 1] + len(self._pieces[n - 1][2])
        return not escaped and bisect_left(self._places, end, n) == n

    def origin(self, place: int) -> int:
        """Return where that which stands at a place is in the text itself."""
        assert self.below is not None  # noqa: S101 - a layer of this kind has one
        n = bisect_right(self._places, place)
        if not n:
            return self.below.origin(place)
        start, end, meant = self._pieces[n - 1]
        behind = place - self._places[n - 1] - len(meant)
        return self.below.origin(start if behind < 0 else end + behind)

    def carry(self) -> None:
        """Write each letter in the way that the one in its place was written."""
        result = self.result
        for match in _NEW.finditer(self._fresh):
            place, last = match.span()
            # Pieces that mean nothing share their place with the next one.
            n = bisect_right(self._places, place)
            several = n < len(self._places) and self._places[n] < last
            if several and self._is_done(n, place, last):
                continue
            while place < last:
                place = self._carry(n, place, last, result)
                while n < len(self._places) and self._places[n] <= place:
                    n += 1

    def _is_done(self, n: int, place: int, last: int) -> bool:
        """Tell whether everything is new already where this was read."""
        assert self.below is not None  # noqa: S101 - a layer of this kind has one
        first, end = self._span(n, place)
        if last - place > 1:
            end = self._span(bisect_right(self._places, last - 1, n), last - 1)[1]
        return self.below.is_new(first, end)

    def _span(self, n: int, place: int) -> tuple[int, int]:
        """Return from where to where a letter is written in the layer below."""
        start, end, meant = self._pieces[n - 1] if n else (0, 0, "")
        behind = place - len(meant) - (self._places[n - 1] if n else 0)
        return (start, end) if behind < 0 else (end + behind, end + behind + 1)

    def _carry(self, n: int, place: int, last: int, result: str) -> int:
        """Write what is new up to the next piece, and return how far that is.

        Args:
            n: how many pieces begin up to the place.
            place: of the first new letter.
            last: where what is new ends.
            result: all of this layer, with everything replaced.
        """
        assert self.below is not None  # noqa: S101 - a layer of this kind has one
        start, end, meant = self._pieces[n - 1] if n else (0, 0, "")
        behind = place - len(meant) - (self._places[n - 1] if n else 0)
        if behind < 0:
            written, one = self.below.text[start:end], result[place]
            as_before = one == self.text[place]
            self.below.put(start, written if as_before else _written_like(written, one))
            return place + 1
        if n < len(self._places):
            last = min(last, self._places[n])
        self.below.put(end + behind, result[place:last])
        return last


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


@lru_cache(maxsize=4096)
def _written_like(written: str, one: str) -> str:
    match = _NUMBERED.fullmatch(written)
    if not match or (size := len(match[2])) == 0:
        return written
    form = f"0{size}d" if match[1] == "&#" else f"0{size}x"
    number = format(ord(one), form)
    number = number.upper() if match[2].upper() == match[2] else number
    return match[1] + number + match[3] if len(number) == size else written


def pieces(
    text: str, matches: Iterable[re.Match[str]], *, lines: bool
) -> Iterator[tuple[int, int, str]]:
    """Yield where something is written in another way, and what it means.

    With ``lines``, the lines in which nothing matches mean nothing.
    """
    done = 0
    for match in matches:
        start, end = match.span()
        if lines and (line := text.find("\n", done, start)) >= 0:
            yield line + 1 if done else 0, text.rfind("\n", 0, start) + 1, ""
        written = match[0]
        meant = _meaning(written)
        if meant != written:
            yield start, end, meant
        done = end
    rest = text.find("\n", done) if lines else -1
    if rest >= 0:
        yield rest, len(text), ""


def meaning(text: str) -> str:
    """Return what a text says whose escapes are taken for what they mean."""
    if not _MARK.search(text):
        return text
    return _ESCAPE.sub(lambda match: _meaning(match[0]), text)


def written_as(text: str, new: str) -> str:
    """Return what says something new in the way in which a text was written.

    Args:
        text: with escapes.
        new: of the length of what the text means.
    """
    parts: list[str] = []
    place = done = 0
    for start, end, meant in pieces(text, _ESCAPE.finditer(text), lines=False):
        behind = place + start - done
        parts.append(new[place:behind])
        place, done = behind + len(meant), end
        one, written = new[behind:place], text[start:end]
        parts.append(_written_like(written, one) if one != meant else written)
    return "".join((*parts, new[place:]))


@lru_cache(maxsize=4096)
def _meaning(written: str) -> str:
    number = _NUMBERED.fullmatch(written)
    if number and number[1] != "&#":
        code = int(number[2], 16)
        return chr(code) if code <= 0x10FFFF else written
    if written[0] == "&":
        meant = unescape(written)
        return meant if len(meant) == 1 else written
    return written[1] if written[0] in "\\^" and written[1] in "/\"'\\^" else ""


def unescaped(below: Layer) -> Layer | None:
    """Return what the escapes in a layer mean; None if there are none.

    Only the lines that hold an escape are in it.
    """
    if not _ESCAPE.search(below.text):
        return None
    return Unescaped(
        below, pieces(below.text, _ESCAPE.finditer(below.text), lines=True)
    )


def unfolded(below: Layer, mail: Unescaped | None = None) -> Layer | None:
    """Return a layer without the line breaks that are within values.

    None if there are none, or none but those that a mail program may have made: the
    mail is read as it was meant.
    """
    folds = list(_FOLD.finditer(below.text))
    if not folds or (mail and mail.means({fold.span() for fold in folds})):
        return None
    return Unescaped(below, pieces(below.text, folds, lines=True))


def unwrapped(below: Layer) -> Layer | None:
    """Return a layer with no line breaks, for looking for what is known already."""
    if not _BREAK.search(below.text):
        return None
    return Unescaped(
        below, pieces(below.text, _BREAK.finditer(below.text), lines=False)
    )
