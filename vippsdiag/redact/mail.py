"""What a mail program wrote as quoted-printable, read as it was meant.

Where an equals sign can stand for itself as well, a text is read in both ways, for what
looks like the sign of a mail program may be the beginning of a key.
"""

import re
from collections.abc import Iterator

from vippsdiag.mailed import BARE, EQUALS, LINE, SIGN
from vippsdiag.redact.layers import Layer, Unescaped, pieces

_HINT = re.compile(r"=3D|quoted-printable|Quoted-Printable|QUOTED-PRINTABLE")
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


def from_mail(below: Layer) -> Layer | None:
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

    Where nearly all equals signs stand as they are, others look like one by chance.
    """
    rare = text.count(EQUALS) * _BY_CHANCE < text.count("=")
    place = 0
    while match := SIGN.search(text, place):
        start = text.rfind("\n", place, match.start()) + 1 or place
        place = text.find("\n", match.start()) + 1 or len(text)
        signs = text.count(EQUALS, start, place)
        if rare and not signs:
            continue
        if not rare or text.count("=", start, place) < _BY_CHANCE * signs:
            yield from SIGN.finditer(text, start, place)
