"""What the bytes say that xxd, hexdump, od, tcpdump or Wireshark printed."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from string import digits, hexdigits, octdigits
from typing import NamedTuple

from vippsdiag.redact.layers import Layer
from vippsdiag.sensitive import ROOTS, any_of

# A mail that is answered has a sign before each line.
_QUOTED = r"(?:>[ \t]?){0,4}[ \t]*"
_PLACE = r"(?:0x)?(?P<place>[0-9a-fA-F]{4,8}):?[ \t]{1,4}"
_GROUP = r"(?:[0-9a-fA-F]{2}){1,8}(?![0-9a-zA-Z])"
_SIGN = re.compile(rf"\n{_QUOTED}{_PLACE}{_GROUP}[ \t]{{1,4}}{_GROUP}")
_LINE = re.compile(
    rf"(?:\A|(?<=\n)){_QUOTED}{_PLACE}"
    rf"(?P<bytes>{_GROUP}(?:[ \t]{{1,4}}{_GROUP}){{0,63}})[^\r\n]{{0,400}}"
)
# Bytes alone, as of "xxd -p" or a database's column, which are letters.
_BYTE = "(?:[2-7][0-9a-fA-F]|0[9aAdD])"
# Those of one line may stand beside other things, and behind what says what they are.
_RUN = (
    r"[02-7](?:(?<![0-9A-Za-z].)|(?<=[0\\][xX].))"
    rf"(?:(?<=0)[9aAdD]|(?<!0)[0-9a-fA-F]){_BYTE}{{11}}"
)
_BYTES = re.compile(
    rf"(?:\A|(?<=\n))(?:{_BYTE}{{30}}\r?\n)++{_BYTE}{{0,30}}(?![^\r\n])"
    rf"|{_RUN}{_BYTE}*+(?![0-9A-Za-z])"
)
# For either digit of such a byte, which ASCII letters may be one.
_TABLES = [
    bytes(chr(code) in letters for code in range(256))
    for letters in ("0234567", hexdigits)
]
_TWELVE = b"\1" * 24
_DIGITS = re.compile(r"[0-9a-fA-F]+")
_GAP = re.compile(r"[ \t]{1,250}[|>]?")
_BASES = (
    (16, frozenset(hexdigits)),
    (8, frozenset(octdigits)),
    (10, frozenset(digits)),
)

_NAME = any_of(ROOTS)

# Where letters stand; None for a letter that stands nowhere.
_Places = Sequence[int | None]


class _Line(NamedTuple):
    """What the bytes of a line say.

    Attributes:
        said: a letter for each byte.
        places: where each is printed as a byte.
        shown: where each stands behind the bytes as itself.
    """

    said: str
    places: _Places
    shown: _Places

    @property
    def alike(self) -> int:
        """How many letters stand behind the bytes as they should."""
        return len(self.shown) - self.shown.count(None)


_BREAK = _Line("\n", (None,), (None,))


class Dumped(Layer):
    """The text that the lines of a dump hold; each letter stands there twice."""

    __slots__ = ("_places", "_shown")

    def __init__(self, below: Layer, lines: list[_Line]) -> None:
        self._places = [place for line in lines for place in line.places]
        self._shown = [place for line in lines for place in line.shown]
        super().__init__("".join([line.said for line in lines]), below)

    def origin(self, place: int) -> int:
        """Return where that which stands at a place is in the text itself."""
        assert self.below is not None  # noqa: S101 - a layer of this kind has one
        return self.below.origin(self._places[place] or 0)

    def carry(self) -> None:
        """Write each new letter as a byte and as itself."""
        assert self.below is not None  # noqa: S101 - a layer of this kind has one
        result = self.result
        for first, last in self.marks(0, len(result)):
            for n in range(first, last):
                byte, shown = self._places[n], self._shown[n]
                if byte is not None:
                    written = self.below.text[byte : byte + 2]
                    self.below.put(byte, _written_like(written, result[n]))
                if shown is not None:
                    # A part of the value may have been found there alone.
                    self.below.force(shown, result[n])


def _written_like(written: str, letter: str) -> str:
    """Return a letter as a byte, with the digits in the case of another byte's."""
    new = f"{ord(letter) & 0xFF:02x}"
    return new.upper() if written.upper() == written != written.lower() else new


def dumped(below: Layer) -> Layer | None:
    """Return what the bytes say that are printed in a layer; None if there are none."""
    text = below.text
    lines = _read(text) if _SIGN.search(text) else _read_bytes(text)
    return Dumped(below, lines) if lines else None


def _blocks(text: str) -> Iterator[re.Match[str]]:
    """Yield every `_BYTES`; a pattern would take long to see where none begins."""
    raw = text.encode("ascii", "replace")
    digits_ = raw.translate(_TABLES[1])
    if _TWELVE not in digits_:
        return
    first, second = (
        int.from_bytes(one, "little") for one in (raw.translate(_TABLES[0]), digits_)
    )
    one = first & second >> 8
    two = one & one >> 16
    four = two & two >> 32
    twelve = (four & four >> 64 & four >> 128).to_bytes(len(raw), "little")
    place = twelve.find(1)
    while place >= 0:
        block = _BYTES.match(text, digits_.rfind(0, 0, place) + 1)
        if block:
            yield block
        end = block.end() if block else digits_.find(0, place)
        place = twelve.find(1, end) if end >= 0 else -1


def _read(text: str) -> list[_Line]:
    """Return the lines as their bytes are printed, and those printed backwards."""
    onwards: list[_Line] = []
    backwards: list[_Line] = []
    end = 0
    for line, groups in _lines(text):
        if text[end : line.start()].strip():
            onwards.append(_BREAK)  # another dump
            backwards.append(_BREAK)
        end = line.end()
        shown = _shown(text, [place for group in groups for place in group], end)
        if len(groups[0]) == 1 or 2 * shown.alike > len(shown.said):
            onwards.append(shown)
            continue
        turned = _shown(text, [place for group in groups for place in group[::-1]], end)
        if turned.alike <= shown.alike:
            onwards.append(shown)
        # Where nothing stands beside it that tells in which order the bytes are, both
        # are read.
        if turned.alike > shown.alike or not shown.alike:
            backwards.append(turned)
    # What is found first is what stands there afterwards.
    likely, other = sorted((onwards, backwards), key=_count_names, reverse=True)
    return [*likely, _BREAK, *other] if backwards else onwards


def _read_bytes(text: str) -> list[_Line]:
    """Return the lines that are nothing but bytes."""
    lines: list[_Line] = []
    for block in _blocks(text):
        for line in _DIGITS.finditer(text, *block.span()):
            said = bytes.fromhex(line[0]).decode("ascii")
            lines.append(_Line(said, range(*line.span(), 2), (None,) * len(said)))
        lines.append(_BREAK)
    return lines


def _count_names(lines: list[_Line]) -> int:
    return len(_NAME.findall("".join([line.said for line in lines]).lower()))


def _lines(text: str) -> Iterator[tuple[re.Match[str], list[range]]]:
    """Yield each line with the places of its bytes, as they are printed in groups."""
    width = 0
    for line, following in pairwise((*_LINE.finditer(text), None)):
        assert line is not None  # noqa: S101 - only the last one is none
        groups = [
            range(*group.span(), 2)
            for group in _DIGITS.finditer(text, *line.span("bytes"))
        ]
        count = sum(map(len, groups))
        width = _width(line, following, count) or min(width or count, count)
        yield line, _first(groups, width)


def _width(line: re.Match[str], following: re.Match[str] | None, count: int) -> int:
    """Return how many bytes a line has by the place of the next one; 0 if unknown.

    Args:
        line: of a dump.
        following: the next line.
        count: how many bytes it seems to have; the letters may look like some too.
    """
    if following is None:
        return 0
    first, second = line["place"], following["place"]
    # Most programs count places in hexadecimal digits, od counts them in octal ones or
    # as it is told.
    widths = [
        int(second, base) - int(first, base)
        for base, signs in _BASES
        if signs.issuperset(first + second)
    ]
    if count in widths:
        return count
    return next((width for width in widths if 0 < width < count), 0)


def _first(groups: list[range], count: int) -> list[range]:
    """Return the groups that hold so many bytes, the last of them cut."""
    kept = []
    for group in groups:
        kept.append(group[:count])
        count -= len(group)
        if count <= 0:
            break
    return kept


def _shown(text: str, places: list[int], end: int) -> _Line:
    """Return what bytes say, with where each letter stands behind them.

    Args:
        text: in which they stand.
        places: of the bytes.
        end: of the line.
    """
    pairs = "".join([text[place : place + 2] for place in places])
    said = bytes.fromhex(pairs).decode("latin-1")
    last = max(places) + 2
    if last == end or text[last:end].isspace():
        return _Line(said, places, (None,) * len(said))
    start = _shown_from(text, last, end, said)
    shown = [
        n if n < end and text[n] == letter else None
        for n, letter in enumerate(said, start)
    ]
    return _Line(said, places, shown)


def _shown_from(text: str, place: int, end: int, said: str) -> int:
    """Return where the letters begin that stand behind the bytes.

    The first of them may be blanks, as what stands before them is.
    """
    gap = _GAP.match(text, place, end)
    last = gap.end() if gap else place
    whole = text.rfind(said, place + 1, min(last + len(said), end))
    if whole >= 0:
        return whole  # as in most lines, where every byte is a letter
    starts = range(place + 1, last + 1)
    return max(starts, key=lambda start: _count(text, start, said), default=end)


def _count(text: str, start: int, said: str) -> tuple[int, int]:
    shown = text[start : start + len(said)]
    return sum(one == other for one, other in zip(shown, said, strict=False)), start
