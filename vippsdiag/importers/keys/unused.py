"""What was left over of a text with keys, named for people with no value in it."""

import re
from collections.abc import Iterable, Iterator
from operator import itemgetter

from vippsdiag.conceal import conceal
from vippsdiag.evidence import Excerpt
from vippsdiag.importers.keys.names import Name
from vippsdiag.importers.keys.pieces import Piece
from vippsdiag.language import Text, joined, mark, say
from vippsdiag.shapes import Shape, shape_of

# The first and the last of lines that follow each other.
Lines = tuple[int, int]

_TELLING = frozenset({Shape.GUID, Shape.HEX32, Shape.BASE64, Shape.TOKEN})
_PLAIN_NAME = re.compile(r"(?:[A-Za-zæøåäöÆØÅÄÖ]{1,24}+[ ._:/-]?+){1,6}+\d{0,2}")


def unused_in(
    pieces: Iterable[tuple[Piece, Name]], prose: tuple[int, ...]
) -> list[str | Lines]:
    """Return what was not used, in the order of the lines: words, or lines of text.

    Args:
        pieces: each with what it was taken for.
        prose: the numbers of the lines that held something that is no piece.
    """
    found: list[tuple[int, str | Lines]] = [*_pieces(pieces), *_prose(prose)]
    return [what for _, what in sorted(found, key=itemgetter(0))]


def words_for(unused: str | Lines) -> str:
    """Return what was not used in words."""
    if isinstance(unused, str):
        return unused
    return Excerpt(kind=mark("text"), first=unused[0], last=unused[1]).words


def _pieces(pieces: Iterable[tuple[Piece, Name]]) -> Iterator[tuple[int, str]]:
    for piece, name in pieces:
        what, at = _described(piece, name), piece.line
        yield at, say("line {line}: {what}", line=at, what=what) if at else what


def _described(piece: Piece, name: Name) -> Text:
    label = _shown(piece.path) if piece.path else None
    if piece.commented:
        known = name.field.value if name.field else label or say("a setting")
        if piece.line:
            return say("{name}, commented out", name=known)
        return say("{name}, switched off", name=known)
    shape = shape_of(piece.value)
    if shape in _TELLING:
        return _like(shape, label)
    if not piece.value and (not label or label.count(" ") > 1):
        return say("text")
    return joined(label) if label else say("a value whose name is not shown")


def _like(shape: Shape | None, label: str | None) -> Text:
    if label is None:
        return say("something that looks like {shape}", shape=shape)
    return say(
        "something that looks like {shape}, under the name {name}",
        shape=shape,
        name=label,
    )


def _prose(lines: tuple[int, ...]) -> Iterator[tuple[int, Lines]]:
    """Yield the lines that were not understood, neighbours together, by the first."""
    start = previous = None
    for line in (*lines, None):
        if start is not None and previous is not None and line != previous + 1:
            yield start, (start, previous)
            start = None
        start, previous = (line if start is None else start), line


def _shown(path: tuple[str, ...]) -> str | None:
    """Return a name that may be shown; None if it might be a value.

    A value in the place of a name has digits in it or is long.
    """
    name = ".".join(path)
    harmless = _PLAIN_NAME.fullmatch(name) and len(name) <= 60
    return name if harmless and conceal(name) == name else None
