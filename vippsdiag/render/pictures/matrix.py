"""What several sets of keys reach: a row a set, a column a product, a word a cell."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vippsdiag.language import mark, several, tr
from vippsdiag.products import PRODUCTS, Reach
from vippsdiag.render.pictures import drawing
from vippsdiag.render.pictures.amounts import plain
from vippsdiag.render.pictures.drawing import block, shape, words

TITLE = mark("What the keys reach")
NOT_ASKED = mark("not asked")
# So many columns stand beside each other; more stand below.
ACROSS = 5

_GOOD, _BAD, _OPEN = drawing.GREEN, drawing.RED, drawing.ORANGE
COLOURS = {
    Reach.REACHED: _GOOD,
    Reach.KEY_REFUSED: _BAD,
    Reach.TOKEN_REFUSED: _BAD,
    Reach.FORBIDDEN: _BAD,
    Reach.NO_TOKEN: _BAD,
    Reach.TOO_MANY: _OPEN,
    Reach.SERVER_ERROR: _OPEN,
    Reach.NO_ANSWER: _OPEN,
    Reach.UNCLEAR: drawing.GREY,
    None: drawing.GREY,
}
_PLACES = {product.name: place for place, product in enumerate(PRODUCTS)}
# How strong a cell's colour is below its word.
TINT = 0.22

_LEFT, _TOP, _HEAD, _ROW = 170.0, 44.0, 26.0, 30.0
_CELL = (drawing.WIDTH - _LEFT) / ACROSS
# Where few products leave room for it, the names of sales units may be long.
_FEW, _NAMES = 3, _CELL + _LEFT

# A set of keys or a sales unit, a product, and what the one reaches of the other.
Found = tuple[str, str, Reach]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One set of keys.

    Attributes:
        name: what people call it.
        cells: what it reaches, in the order of the products; None if not asked.
    """

    name: str
    cells: tuple[Reach | None, ...]

    @property
    def well(self) -> bool:
        """Whether all that was asked for was reached."""
        return all(cell in {Reach.REACHED, None} for cell in self.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """What is shown.

    Attributes:
        products: the names of the columns, in the order of the table of products.
        lines: the sets of keys.
        totals: of each product, how often each word stands, of all sets of keys.
        left_out: how many sets of keys are not shown.
        units: whether a line is a sales unit, and not a set of keys.
    """

    products: tuple[str, ...]
    lines: tuple[Line, ...]
    totals: tuple[tuple[tuple[str, int], ...], ...]
    left_out: int
    units: bool = False


def matrix(found: Iterable[Found], *, units: bool = False) -> Matrix:
    """Gather what is shown of some answers; of the same cell the last one counts.

    Args:
        found: the answers.
        units: whether they are of sales units, and not of sets of keys.
    """
    cells: dict[str, dict[str, Reach]] = {}
    for name, product, reach in found:
        cells.setdefault(plain(name), {})[plain(product)] = reach
    asked = dict.fromkeys(product for row in cells.values() for product in row)
    products = sorted(asked, key=_place)
    lines = [
        Line(name=name, cells=tuple(row.get(product) for product in products))
        for name, row in cells.items()
    ]
    kept = drawing.few(lines, lambda row: not row.well)
    return Matrix(
        products=tuple(products),
        lines=kept,
        totals=tuple(map(_total, zip(*(row.cells for row in lines), strict=True))),
        left_out=len(lines) - len(kept),
        units=units,
    )


def _place(product: str) -> int:
    """Return where a product stands in the table of all; the others come last."""
    return _PLACES.get(product, len(_PLACES))


def _total(column: tuple[Reach | None, ...]) -> tuple[tuple[str, int], ...]:
    return tuple(Counter(map(_word, column)).most_common())


def _word(cell: Reach | None) -> str:
    return tr(cell.value if cell else NOT_ASKED)


def text(shown: Matrix) -> str:
    """Return the picture as plain text, a line for each set of keys."""
    lines = [f"{_title(shown)}. {_counted(shown)}"]
    if len(shown.lines) + shown.left_out > 1:
        lines += map(_summed, shown.products, shown.totals)
    for row in shown.lines:
        cells = zip(shown.products, row.cells, strict=True)
        told = "; ".join(f"{name} {_word(cell)}" for name, cell in cells)
        lines.append(f"{row.name}: {told}.")
    return "\n".join(filter(None, [*lines, _left_out(shown)]))


def _title(shown: Matrix) -> str:
    return tr("What the sales units reach") if shown.units else tr(TITLE)


def _counted(shown: Matrix) -> str:
    number = len(shown.lines) + shown.left_out
    if not number:
        return tr("Nothing was asked.")
    sets = (
        several("{count:,} sales unit", "{count:,} sales units", number)
        if shown.units
        else several("{count:,} set of keys", "{count:,} sets of keys", number)
    )
    asked = several("{count:,} product", "{count:,} products", len(shown.products))
    return f"{sets}, {asked}."


def _summed(product: str, total: tuple[tuple[str, int], ...]) -> str:
    counts = ", ".join(f"{n:,} {word}" for word, n in total)
    return tr("{product} in all: {counts}.", product=product, counts=counts)


def _left_out(shown: Matrix) -> str:
    if not shown.left_out:
        return ""
    if shown.units:
        return several(
            "{count:,} more sales unit not shown.",
            "{count:,} more sales units not shown.",
            shown.left_out,
        )
    return several(
        "{count:,} more set of keys not shown.",
        "{count:,} more sets of keys not shown.",
        shown.left_out,
    )


def svg(shown: Matrix) -> str:
    """Return the picture as SVG."""
    title = _title(shown)
    parts = [words(0, 14, title, bold=True), words(0, 32, _counted(shown), size=11)]
    y = _TOP
    for first in range(0, len(shown.products), ACROSS):
        parts += _band(shown, first, y)
        y += _HEAD + len(shown.lines) * _ROW + 14
    if rest := _left_out(shown):
        parts.append(words(0, y + 6, rest, size=11))
        y += 14
    return drawing.picture(title, text(shown), parts, y)


def _band(shown: Matrix, first: int, y: float) -> Iterator[str]:
    """Return some of the columns, with the names of the rows before them."""
    columns = slice(first, first + ACROSS)
    left = _NAMES if shown.units and len(shown.products) <= _FEW else _LEFT
    for index, product in enumerate(shown.products[columns]):
        x = left + index * _CELL
        yield words(x + 2, y + 17, product, room=_CELL - 6, size=11)
    for number, row in enumerate(shown.lines):
        top = y + _HEAD + number * _ROW
        yield words(0, top + 18, row.name, room=left - 10)
        for index, cell in enumerate(row.cells[columns]):
            told = f"{row.name}, {shown.products[first + index]}: {_word(cell)}"
            yield from _cell(cell, left + index * _CELL, top, told)


def _cell(cell: Reach | None, x: float, y: float, told: str) -> Iterator[str]:
    colour = COLOURS[cell]
    width, height = _CELL - 2, _ROW - 2
    if cell is not None:
        yield block(x, y, width, height, colour, told=told, opacity=TINT)
        yield block(x, y, 4, height, colour)
        yield shape(_sign(cell, x + 14, y + height / 2), colour)
    yield words(x + 23, y + 18, _short(cell), room=width - 25, size=10.5)


def _short(cell: Reach | None) -> str:
    # The longest word is the only one that does not fit.
    return tr("key refused") if cell is Reach.KEY_REFUSED else _word(cell)


def _sign(cell: Reach, x: float, y: float) -> str:
    """Return a round sign for what was reached, a diamond or a bar for the rest."""
    if COLOURS[cell] == _GOOD:
        return f"M{x - 4} {y}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0"
    if COLOURS[cell] == _BAD:
        return f"M{x} {y - 5}l5 5l-5 5l-5 -5"
    return f"M{x - 4} {y - 1}h8v2h-8"
