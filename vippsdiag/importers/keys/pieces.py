"""The pieces that a text with keys is taken apart into."""

from dataclasses import dataclass, field

from vippsdiag.importers.keys.names import NO_HEADING, Heading


@dataclass(frozen=True, slots=True)
class Piece:
    """A value with the name that it stands under, raw.

    Attributes:
        path: the sections that it stands in, and the name; empty if it has no name.
        value: as written, without the quotes of the syntax.
        line: where it stands, counted from 1; 0 where lines mean nothing.
        group: tells rows and list entries apart; those of one group belong together.
        heading: what the headings above it say.
        commented: whether it stands in a comment.
    """

    path: tuple[str, ...]
    value: str = field(repr=False)
    line: int = 0
    group: tuple[int, ...] = ()
    heading: Heading = NO_HEADING
    commented: bool = False


@dataclass(frozen=True, slots=True)
class Pieces:
    """Everything that was found in a text.

    Attributes:
        found: in the order of the text.
        prose: the numbers of the lines that held something that is no piece.
    """

    found: tuple[Piece, ...] = ()
    prose: tuple[int, ...] = ()
