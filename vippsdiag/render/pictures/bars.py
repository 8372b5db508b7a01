"""Numbers beside each other as grouped bars: causes by environment, for a fleet."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from vippsdiag.language import mark, several, tr
from vippsdiag.render.pictures import drawing
from vippsdiag.render.pictures.amounts import count, known, plain
from vippsdiag.render.pictures.drawing import block, line, words

# So many kinds can be told apart; the rest is counted together.
KINDS = len(drawing.COLOURS)
OTHER = mark("other")

_LEFT, _RIGHT, _BAR, _BETWEEN = 270.0, 190.0, 16.0, 12.0
# Long names take of the room for the bars, up to here.
_MOST_LEFT, _NAME = 420.0, 11.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What belongs together, such as a cause.

    Attributes:
        name: what people call it.
        values: a number for each kind, in their order; None if not known.
    """

    name: str
    values: tuple[float | None, ...]

    @property
    def sum(self) -> float:
        """All that is known, together."""
        return sum(known(value) or 0.0 for value in self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """What is shown.

    Attributes:
        title: what is counted.
        unit: what the numbers count, in the plural, such as ``sales units``.
        kinds: what the bars of each group stand for, such as the environments.
        groups: the most first.
        left_out: how many groups are not shown.
    """

    title: str
    unit: str
    kinds: tuple[str, ...]
    groups: tuple[Group, ...]
    left_out: int


def bars(
    title: str, unit: str, numbers: Iterable[tuple[str, Mapping[str, float | None]]]
) -> Bars:
    """Gather what is shown.

    Args:
        title: what is counted.
        unit: what the numbers count, in the plural.
        numbers: each group with a number for each kind; a kind that a group lacks
            counts as 0, and None as not known.
    """
    every = [(plain(name), dict(values)) for name, values in numbers]
    kinds = tuple(dict.fromkeys(kind for _, values in every for kind in values))
    named = kinds if len(kinds) <= KINDS else kinds[: KINDS - 1]
    rest = kinds[len(named) :]
    groups = [
        Group(name=name, values=tuple(_values(values, named, rest)))
        for name, values in every
    ]
    groups.sort(key=lambda group: -group.sum)
    return Bars(
        title=plain(title),
        unit=plain(unit),
        kinds=(*map(plain, named), *([tr(OTHER)] if rest else [])),
        groups=tuple(groups[: drawing.MOST]),
        left_out=max(0, len(groups) - drawing.MOST),
    )


def _values(
    values: Mapping[str, float | None], named: tuple[str, ...], rest: tuple[str, ...]
) -> Iterator[float | None]:
    for kind in named:
        yield values.get(kind, 0)
    if rest:
        yield sum(known(values.get(kind)) or 0 for kind in rest)


def text(shown: Bars) -> str:
    """Return the picture as plain text, a line for each group."""
    lines = [_head(shown)]
    for group in shown.groups:
        pairs = zip(shown.kinds, group.values, strict=True)
        told = ", ".join(_number(kind, value, shown) for kind, value in pairs)
        lines.append(f"{group.name}: {told}.")
    return "\n".join(filter(None, [*lines, _left_out(shown)]))


def _number(kind: str, value: float | None, shown: Bars) -> str:
    """Return a number, after its kind if there are several."""
    return f"{kind} {count(value)}" if len(shown.kinds) > 1 else count(value)


def _head(shown: Bars) -> str:
    return f"{shown.title}. {_unit(shown)}"


def _unit(shown: Bars) -> str:
    if not shown.groups:
        return tr("Nothing was counted.")
    return tr("Counted in {unit}.", unit=shown.unit)


def _left_out(shown: Bars) -> str:
    told = several(
        "{count:,} more group not shown.",
        "{count:,} more groups not shown.",
        shown.left_out,
    )
    return told if shown.left_out else ""


def svg(shown: Bars) -> str:
    """Return the picture as SVG."""
    parts = [words(0, 14, shown.title, room=drawing.WIDTH, bold=True)]
    parts.append(words(0, 32, _unit(shown), size=11))
    y = 44.0
    if len(shown.kinds) > 1:
        colours = zip(shown.kinds, drawing.COLOURS, strict=False)
        parts.append(drawing.legend(54, colours))
        y = 70.0
    for group in shown.groups:
        parts += _group(group, shown, y)
        y += len(shown.kinds) * _BAR + _BETWEEN
    if rest := _left_out(shown):
        parts.append(words(0, y + 8, rest, size=11))
        y += 14
    return drawing.picture(shown.title, text(shown), parts, y)


def _group(group: Group, shown: Bars, y: float) -> Iterator[str]:
    largest = max(
        (known(value) or 0.0 for one in shown.groups for value in one.values),
        default=0.0,
    )
    height = len(shown.kinds) * _BAR
    left = _left(shown)
    yield words(0, y + 12, group.name, room=left - 12, size=_NAME)
    yield line((left, y - 2), (left, y + height), faint=True)
    bars_of = zip(shown.kinds, group.values, drawing.COLOURS, strict=False)
    for index, (kind, value, colour) in enumerate(bars_of):
        top = y + index * _BAR
        amount = known(value) or 0.0
        # What is not nothing is seen.
        room = drawing.WIDTH - left - _RIGHT
        width = max(amount / largest * room, 1.5) if amount else 0.0
        told = _number(kind, value, shown)
        if width:
            yield block(left, top, width, _BAR - 3, colour, told=told)
        yield words(left + width + 6, top + 11, told, room=_RIGHT - 10, size=11)


def _left(shown: Bars) -> float:
    """Return where the bars begin: behind the longest name, within limits."""
    names = (drawing.length(group.name, _NAME) + 12 for group in shown.groups)
    return min(_MOST_LEFT, max([_LEFT, *names]))
