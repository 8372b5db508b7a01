"""What an importer found in a text: a piece, what it was taken for, and where."""

from dataclasses import dataclass

from vippsdiag.exchange import Exchange

# A line by its index, and what it holds of a message; None if it says it once more.
Told = tuple[int, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    """One piece of a paste.

    Attributes:
        kind: what it was taken for, with its article: ``a cURL command``.
        first: its first line, counted from 1.
        last: its last line.
        exchanges: what it says was sent and answered, in its order.
        whole: whether its lines hold nothing else; if not, they may hold keys too.
        code: whether its lines are a program's, where names stand for values.
    """

    kind: str
    first: int
    last: int
    exchanges: tuple[Exchange, ...] = ()
    whole: bool = True
    code: bool = False
