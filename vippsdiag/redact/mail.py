"""What a mail program wrote as quoted-printable or in Base64, read as it was meant.

Where an equals sign can stand for itself as well, a text is read in both ways, for what
looks like the sign of a mail program may be the beginning of a key.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterator

from vippsdiag.mailed import BARE, EQUALS, LINE, SIGN
from vippsdiag.redact.escapes import Unescaped, pieces
from vippsdiag.redact.layers import Layer

_SAYS = r"quoted-printable|Quoted-Printable|QUOTED-PRINTABLE"
_HINT = re.compile(f"=3D|{_SAYS}")
# Lines as mail programs break them: all but the last are of some length.
_LINES = re.compile(
    r"^(?:[A-Za-z0-9+/]{60,76}\r?\n)++(?:[A-Za-z0-9+/]{2,76}+={0,2}(?=\s*$))?",
    re.MULTILINE,
)
_LINE = re.compile(r"\S+")
_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# One value in 4,096 begins with "3D", one of upper-case digits in 256.
_BY_CHANCE = 100


def unmailed(page: Layer) -> Layer | None:
    """Return a text with the lines as they were meant that can mean nothing else.

    Nothing of it was replaced yet. None if there are no such lines.
    """
    if EQUALS not in page.text:
        return None
    matches = list(_sure(page.text))
    if not matches:
        return None
    return _Meant(page, pieces(page.text, matches, lines=False))


class _Meant(Unescaped):
    """A text as it was meant, which is searched instead of the one below it."""

    __slots__ = ()

    def is_plain(self, start: int, end: int) -> bool:  # noqa: ARG002
        """Tell that nothing in it is looked for in the layer below."""
        return False


def unpacked(page: Layer) -> Layer | None:
    """Return a text with what it says where its lines are Base64, as in many a mail.

    Nothing of it was replaced yet. None if there are no such lines.
    """
    found = [
        (match.start(), match.end(), said)
        for match in _LINES.finditer(page.text)
        if (said := _said(match[0]))
    ]
    return _Packed(page, found) if found else None


def _said(lines: str) -> str:
    """Return what lines of Base64 say; nothing if that is no text to read."""
    try:
        text = b64decode("".join(lines.split()), validate=True).decode()
    except ValueError:
        return ""
    words = sum(map(str.isspace, text)) > 1 and not _UNREADABLE.search(text)
    return text if words else ""


class _Packed(_Meant):
    """A text in which some lines were Base64."""

    __slots__ = ()

    def carry(self) -> None:
        """Write what is new, and pack the lines anew that something is new in."""
        assert self.below is not None  # noqa: S101 - a layer of this kind has one
        result, end = self.result, len(self.below.text)
        place = done = 0
        for start, stop, said in [*self._pieces, (end, end, "")]:
            behind = place + start - done
            for first, last in self.marks(place, behind):
                self.below.put(done + first, result[place + first : place + last])
            place, done = behind + len(said), stop
            if self.holds_new(behind, place):
                self._pack(start, stop, result[behind:place])

    def _pack(self, start: int, stop: int, said: str) -> None:
        assert self.below is not None  # noqa: S101 - a layer of this kind has one
        lines = self.below.text[start:stop]
        packed = b64encode(said.encode()).decode()
        if len(packed) != len("".join(lines.split())):
            packed = "A" * len(lines)  # it cannot be said here, and must not stay
        for line in _LINE.finditer(lines):
            size = len(line[0])
            self.below.put(start + line.start(), packed[:size])
            packed = packed[size:]


def _sure(text: str) -> Iterator[re.Match[str]]:
    """Yield the signs of a mail program in lines that it wrote for sure."""
    place = 0
    while (found := text.find(EQUALS, place)) >= 0:
        line = LINE.match(text, _start(text, place, found))
        assert line is not None  # noqa: S101 - everything is a line
        start, place = line.span()
        if not BARE.search(text, start, place):
            yield from SIGN.finditer(text, start, place)


def _start(text: str, least: int, place: int) -> int:
    """Return where the line begins that a place is in, with those it goes on from."""
    start = text.rfind("\n", least, place) + 1 or least
    while start > least:
        before = text.rfind("\n", least, start - 1) + 1 or least
        line = text[before:start].rstrip("\r\n \t")
        if not line.endswith("=") or line.endswith("=="):
            break
        start = before
    return start


def from_mail(below: Layer) -> Unescaped | None:
    """Return what the lines mean that a mail program may have written.

    None if there are none.
    """
    if not _HINT.search(below.text):
        return None
    matches = list(_perhaps(below.text))
    if not matches:
        return None
    return Unescaped(below, pieces(below.text, matches, lines=True))


def _perhaps(text: str) -> Iterator[re.Match[str]]:
    """Yield what may be signs of a mail program.

    Where nearly all equals signs stand as they are, others look like one by chance,
    unless the mail says that it is written so.
    """
    rare = text.count(EQUALS) * _BY_CHANCE < text.count("=")
    rare = rare and not re.search(_SAYS, text)
    place = 0
    while match := SIGN.search(text, place):
        start = text.rfind("\n", place, match.start()) + 1 or place
        place = text.find("\n", match.start()) + 1 or len(text)
        signs = text.count(EQUALS, start, place)
        if rare and not signs:
            continue
        if not rare or text.count("=", start, place) < _BY_CHANCE * signs:
            yield from SIGN.finditer(text, start, place)
