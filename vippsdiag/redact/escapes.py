"""A layer in which escapes and line breaks are taken for what they mean."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from html import unescape

from vippsdiag.extent import COLOUR
from vippsdiag.redact.layers import Layer

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
# A mail's line that goes on has 76 characters at most (RFC 2045), and marks before it.
_MAILED = r"(?<![^\n]{101})"
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
    rf"(?s:={_BEFORE}{_MAILED}[ \t]*\r?\n(?:(?=[\w+/.-]{{8}})|{_INDENT})"
    rf"| {_BEFORE}[ \t]*\r?\n{_INDENT}|\t{_BEFORE}[ \t]*\r?\n{_INDENT}"
    rf"|\r{_BEFORE}\n{_INDENT}|\n{_BEFORE}{_INDENT})(?!{_OTHER})"
    r"(?=[\w+/.-]*?(?:[0-9=]|[a-z][A-Z]))"
    r"(?=[\w+/.-]*+={0,2}(?:[\s\"',;)}\]]|\Z))"
)


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
        assert self.below is not None  # noqa: S101 - a layer of this kind has one
        self.below.put_all(self._written())

    def _written(self) -> Iterator[tuple[int, str]]:
        """Yield what is new, as it is written below, and from where on."""
        result, places, count = self.result, self._places, len(self._places)
        for first, last in self.replaced():
            place = first
            # Pieces that mean nothing share their place with the next one.
            n = bisect_right(places, place)
            if n < count and places[n] < last and self._is_done(n, place, last):
                continue
            while place < last:
                start, end, meant = self._pieces[n - 1] if n else (0, 0, "")
                behind = place - len(meant) - (places[n - 1] if n else 0)
                if behind < 0:
                    yield start, self._letter(start, end, place, result[place])
                    place += 1
                else:
                    stop = min(last, places[n]) if n < count else last
                    yield end + behind, result[place:stop]
                    place = stop
                while n < count and places[n] <= place:
                    n += 1

    def _letter(self, start: int, end: int, place: int, new: str) -> str:
        """Return how a letter is written below in the place of the one before it."""
        assert self.below is not None  # noqa: S101 - a layer of this kind has one
        written = self.below.text[start:end]
        return written if new == self.text[place] else _written_like(written, new)

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
