"""What happened over time: a column a step, the calls of each cause upon each other."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from vippsdiag.language import several, tr
from vippsdiag.render.pictures import drawing
from vippsdiag.render.pictures.amounts import clock, count, in_utc, plain
from vippsdiag.render.pictures.drawing import block, line, words

# A column that is narrower than this cannot be read.
COLUMNS = 60
# So many causes can be told apart; the rest is counted together.
KINDS = len(drawing.COLOURS) - 1

_LEFT, _TOP, _HEIGHT = 64.0, 74.0, 150.0
_ROOM = drawing.WIDTH - _LEFT

Numbers = Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What happened in a span of time.

    Attributes:
        start: when it begins, in UTC.
        values: a number for each kind, in their order.
    """

    start: datetime
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What is shown.

    Attributes:
        title: what is counted.
        kinds: what each part of a column stands for, the most first.
        columns: in the order of time, with no gap.
        step: how long each column is.
    """

    title: str
    kinds: tuple[str, ...]
    columns: tuple[Column, ...]
    step: timedelta


def history(
    title: str, steps: Iterable[tuple[datetime, Numbers]], step: timedelta
) -> History:
    """Gather what is shown.

    Args:
        title: what is counted.
        steps: when each step begins and the number of each kind in it; a step in
            which nothing happened may be missing.
        step: how long each is; several are taken together where there are too many.
    """
    found = [(moment, numbers) for at, numbers in steps if (moment := in_utc(at))]
    found.sort(key=lambda one: one[0])
    sums: Counter[str] = Counter()
    for _, numbers in found:
        sums.update(numbers)
    order = sorted(sums, key=lambda kind: (-sums[kind], kind))
    named, rest = order[:KINDS], order[KINDS:]
    kinds = (*map(plain, named), *([tr("other")] if rest else []))
    if not found:
        return History(title=plain(title), kinds=kinds, columns=(), step=step)
    first, last = found[0][0], found[-1][0]
    together = -(-(int((last - first) / step) + 1) // COLUMNS)
    wide = step * together
    columns: list[Counter[str]] = [
        Counter() for _ in range(int((last - first) / wide) + 1)
    ]
    for at, numbers in found:
        columns[int((at - first) / wide)].update(numbers)
    return History(
        title=plain(title),
        kinds=kinds,
        columns=tuple(
            Column(start=first + number * wide, values=_values(numbers, named, rest))
            for number, numbers in enumerate(columns)
        ),
        step=wide,
    )


def _values(numbers: Numbers, named: list[str], rest: list[str]) -> tuple[int, ...]:
    values = [numbers.get(kind, 0) for kind in named]
    return (*values, *([sum(numbers.get(kind, 0) for kind in rest)] if rest else []))


def text(shown: History) -> str:
    """Return the picture as plain text, a line for each column with something in it."""
    lines = [f"{shown.title}. {_head(shown)}"]
    for column in shown.columns:
        pairs = zip(shown.kinds, column.values, strict=True)
        told = ", ".join(f"{kind} {count(value)}" for kind, value in pairs if value)
        if told:
            lines.append(f"{clock(column.start)}: {told}.")
    return "\n".join(lines)


def _head(shown: History) -> str:
    if not shown.columns:
        return tr("Nothing was counted.")
    minutes = int(shown.step.total_seconds() // 60)
    span = several("{count:,} minute", "{count:,} minutes", minutes)
    return tr("Each column is {span}, in UTC.", span=span)


def svg(shown: History) -> str:
    """Return the picture as SVG."""
    parts = [words(0, 14, shown.title, room=drawing.WIDTH, bold=True)]
    parts.append(words(0, 32, _head(shown), size=11))
    if shown.columns:
        colours = list(zip(shown.kinds, drawing.COLOURS, strict=False))
        parts.append(drawing.legend(54, colours))
        parts += _axes(shown)
        for number, column in enumerate(shown.columns):
            parts += _column(shown, number, column)
    bottom = _TOP + _HEIGHT + 30 if shown.columns else 40
    return drawing.picture(shown.title, text(shown), parts, bottom)


def _most(shown: History) -> int:
    return max(sum(column.values) for column in shown.columns) or 1


def _axes(shown: History) -> Iterator[str]:
    bottom = _TOP + _HEIGHT
    yield line((_LEFT, bottom), (drawing.WIDTH, bottom), faint=True)
    yield words(_LEFT - 8, _TOP + 6, count(_most(shown)), size=11, anchor="end")
    yield words(_LEFT - 8, bottom, "0", size=11, anchor="end")
    yield words(_LEFT, bottom + 18, clock(shown.columns[0].start), size=11)
    if len(shown.columns) > 1:
        last = clock(shown.columns[-1].start)
        yield words(drawing.WIDTH, bottom + 18, last, size=11, anchor="end")


def _column(shown: History, number: int, column: Column) -> Iterator[str]:
    width = _ROOM / max(len(shown.columns), 6)
    x, y = _LEFT + number * width, _TOP + _HEIGHT
    pairs = zip(shown.kinds, column.values, drawing.COLOURS, strict=False)
    for kind, value, colour in pairs:
        height = value / _most(shown) * _HEIGHT
        if not value:
            continue
        # What is not nothing is seen.
        height = max(height, 1.0)
        y -= height
        told = f"{clock(column.start)}: {kind} {count(value)}"
        yield block(x + 0.5, y, max(width - 1, 1), height, colour, told=told)
