"""What the bytes say that tcpdump, xxd, hexdump or Wireshark printed."""

import re
from collections.abc import Iterator

from vippsdiag.redact.layers import Layer

# A mail that is answered has a sign before each line.
_PLACE = r"(?:>[ \t]?){0,4}[ \t]*(?:0x)?[0-9a-fA-F]{4,8}:?[ \t]{1,3}"
_BYTES = r"(?:[0-9a-fA-F]{2}){1,2}(?![0-9a-zA-Z])"
_SIGN = re.compile(rf"\n{_PLACE}{_BYTES}[ \t]{{1,3}}{_BYTES}")
_LINE = re.compile(
    rf"(?:\A|(?<=\n)){_PLACE}(?P<bytes>{_BYTES}(?:[ \t]{{1,3}}{_BYTES}){{0,16}})"
    r"(?P<shown>[^\r\n]{0,99})"
)
_BYTE = re.compile("[0-9a-fA-F]{2}")
_GAP = re.compile(r"[ \t]{1,60}\|?")
_MOST = 16

# Where a letter stands as a byte, and where it is shown as itself; None if nowhere.
_Letter = tuple[int | None, int | None]


class Dumped(Layer):
    """The text that the lines of a dump hold; each letter stands there twice."""

    __slots__ = ("_letters_at",)

    def __init__(self, below: Layer, letters: list[tuple[str, _Letter]]) -> None:
        self._letters_at = [at for _, at in letters]
        super().__init__("".join(letter for letter, _ in letters), below)

    def origin(self, place: int) -> int:
        """Return where that which stands at a place is in the text itself."""
        assert self.below is not None  # noqa: S101 - a layer of this kind has one
        return self.below.origin(self._letters_at[place][0] or 0)

    def carry(self) -> None:
        """Write each new letter as a byte and as itself."""
        assert self.below is not None  # noqa: S101 - a layer of this kind has one
        result = self.result
        for first, last in self.marks(0, len(result)):
            for n in range(first, last):
                byte, shown = self._letters_at[n]
                if byte is not None:
                    self.below.put(byte, f"{ord(result[n]) & 0xFF:02x}")
                if shown is not None:
                    self.below.put(shown, result[n])


def dumped(below: Layer) -> Layer | None:
    """Return what the bytes say that are printed in a layer; None if there are none."""
    if not _SIGN.search(below.text):
        return None
    letters = list(_letters(below.text))
    return Dumped(below, letters) if letters else None


def _letters(text: str) -> Iterator[tuple[str, _Letter]]:
    end = 0
    for line in _LINE.finditer(text):
        if text[end : line.start()].strip():
            yield "\n", (None, None)  # another dump
        end = line.end()
        pairs = [*_BYTE.finditer(text, *line.span("bytes"))][:_MOST]
        said = "".join(chr(int(pair[0], 16)) for pair in pairs)
        start = _shown_from(text, pairs[-1].end(), end, said)
        for n, (letter, pair) in enumerate(zip(said, pairs, strict=True)):
            shown = start + n if text[start + n : start + n + 1] == letter else None
            yield letter, (pair.start(), shown)


def _shown_from(text: str, place: int, end: int, said: str) -> int:
    """Return where the letters begin that stand behind the bytes.

    The first of them may be blanks, as what stands before them is.
    """
    gap = _GAP.match(text, place, end)
    last = gap.end() if gap else place
    whole = text.rfind(said, place + 1, last + len(said))
    if whole >= 0:
        return whole  # as in most lines, where every byte is a letter
    starts = range(place + 1, last + 1)
    return max(starts, key=lambda start: _alike(text, start, said), default=end)


def _alike(text: str, start: int, said: str) -> tuple[int, int]:
    shown = text[start : start + len(said)]
    return sum(one == other for one, other in zip(shown, said, strict=False)), start
