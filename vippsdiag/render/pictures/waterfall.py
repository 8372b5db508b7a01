"""Where the time of a call went: its phases as bars on one axis of time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from vippsdiag.exchange import Exchange, Timing
from vippsdiag.language import mark, tr
from vippsdiag.render.pictures import drawing
from vippsdiag.render.pictures.amounts import clock, duration, in_utc, known, span
from vippsdiag.render.pictures.calls import called, left_out, outcome, went_well
from vippsdiag.render.pictures.drawing import block, line, words

TITLE = mark("Where the time went")
PHASES = {
    "dns": drawing.PURPLE,
    "connect": drawing.ORANGE,
    "tls": drawing.TEAL,
    "send": drawing.GREY,
    "wait": drawing.BLUE,
    "receive": drawing.GREEN,
}
# Calls that are further apart than this many times the longest of them would be dots.
FAR = 20

_TOP, _ROW = 62.0, 54.0
# The axis; what a call took stands to the right of it.
_ROOM = drawing.WIDTH - 80.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One call.

    Attributes:
        call: its method, path and host.
        outcome: its status, or why there is none.
        failed: whether it did not succeed, as far as that is known.
        phases: the milliseconds of each phase that is known, in order.
        started: when it was sent; None if not known.
        offset: milliseconds from the axis' beginning to the call's.
    """

    call: str
    outcome: str
    failed: bool
    phases: tuple[tuple[str, float], ...]
    started: datetime | None
    offset: float

    @property
    def took(self) -> float:
        """The milliseconds of all phases that are known."""
        return sum(value for _, value in self.phases)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waterfall:
    """What is shown.

    Attributes:
        bars: the calls, in the order of time as far as that is known.
        shared: whether all bars begin at the same moment's zero; otherwise each begins
            at its own call.
        left_out: how many calls are not shown.
    """

    bars: tuple[Bar, ...]
    shared: bool
    left_out: int

    @property
    def end(self) -> float:
        """The milliseconds that the axis reaches to; never 0."""
        return max((bar.offset + bar.took for bar in self.bars), default=0) or 1.0


def waterfall(exchanges: Iterable[Exchange]) -> Waterfall:
    """Gather what is shown of some calls."""
    every = list(exchanges)
    kept = drawing.few(every, lambda one: went_well(one) is False)
    starts = [moment for one in kept if (moment := in_utc(one.started))]
    first = min(starts, default=None)
    longest = max((_took(_phases(one.timing)) for one in kept), default=0.0)
    spread = span(first, max(starts, default=None)) or 0.0
    shared = len(starts) == len(kept) and spread <= FAR * longest
    bars = [_bar(one, first if shared else in_utc(one.started)) for one in kept]
    if len(starts) == len(kept):
        bars.sort(key=lambda bar: bar.started.timestamp() if bar.started else 0.0)
    return Waterfall(bars=tuple(bars), shared=shared, left_out=len(every) - len(kept))


def _bar(exchange: Exchange, zero: datetime | None) -> Bar:
    started = in_utc(exchange.started)
    return Bar(
        call=called(exchange),
        outcome=outcome(exchange),
        failed=went_well(exchange) is False,
        phases=_phases(exchange.timing),
        started=started,
        offset=span(zero, started) or 0.0,
    )


def _phases(timing: Timing | None) -> tuple[tuple[str, float], ...]:
    found = ((name, known(getattr(timing, name, None))) for name in PHASES)
    return tuple((name, value) for name, value in found if value is not None)


def _took(phases: tuple[tuple[str, float], ...]) -> float:
    return sum(value for _, value in phases)


def text(shown: Waterfall) -> str:
    """Return the picture as plain text, a line for each call."""
    lines = [f"{tr(TITLE)}. {_axis(shown)}"]
    for number, bar in enumerate(shown.bars, 1):
        lines.append(f"{number}. {bar.call}: {bar.outcome}; {_spoken(bar, shown)}.")
    return "\n".join(filter(None, [*lines, left_out(shown.left_out)]))


def _axis(shown: Waterfall) -> str:
    """Return what the axis' zero is."""
    if not shown.bars:
        return tr("No calls.")
    if shown.shared:
        return tr("Time runs from {time}.", time=clock(shown.bars[0].started))
    if len(shown.bars) == 1:
        return tr("Time runs from the start of the call, which is not known.")
    if all(bar.started for bar in shown.bars):
        return tr("Each bar runs from its own call's start; the calls are far apart.")
    return tr("Each bar runs from its own call's start; not every start is known.")


def _spoken(bar: Bar, shown: Waterfall) -> str:
    """Return when a call was sent, how long it took, and its phases."""
    start = ""
    if shown.shared:
        start = tr("starts at {time}", time=duration(bar.offset)) + ", "
    elif bar.started:
        start = tr("sent {time}", time=clock(bar.started)) + ", "
    took = tr("took {time}", time=duration(bar.took)) + ": " if bar.phases else ""
    return f"{start}{took}{_told(bar)}"


def _told(bar: Bar, between: str = ", ") -> str:
    """Return the phases in words, and which of them were not measured."""
    if not bar.phases:
        return tr("no phase was measured")
    parts = between.join(f"{name} {duration(value)}" for name, value in bar.phases)
    missing = [name for name in PHASES if name not in dict(bar.phases)]
    if not missing:
        return parts
    return f"{parts}; " + tr("not measured: {phases}", phases=", ".join(missing))


def svg(shown: Waterfall) -> str:
    """Return the picture as SVG."""
    title = tr(TITLE)
    parts = [words(0, 14, title, bold=True), words(0, 32, _axis(shown), size=11)]
    bottom = _TOP + len(shown.bars) * _ROW
    if shown.bars:
        parts.append(drawing.legend(52, PHASES.items()))
        parts += _scale(shown, bottom)
    for index, bar in enumerate(shown.bars):
        parts += _row(bar, shown, _TOP + index * _ROW)
    rest = left_out(shown.left_out)
    parts += [words(0, bottom + 34, rest, size=11)] if rest else []
    return drawing.picture(title, text(shown), parts, bottom + (40 if rest else 22))


def _scale(shown: Waterfall, bottom: float) -> Iterator[str]:
    yield line((0, bottom), (_ROOM, bottom), faint=True)
    for share, anchor in ((0.0, "start"), (0.5, "middle"), (1.0, "end")):
        x = share * _ROOM
        yield line((x, bottom), (x, bottom + 4))
        at = duration(share * shown.end)
        yield words(x, bottom + 16, at, size=11, anchor=anchor)


def _row(bar: Bar, shown: Waterfall, y: float) -> Iterator[str]:
    outcome_room = drawing.WIDTH * 0.3
    yield words(0, y + 15, bar.call, room=drawing.WIDTH - outcome_room - 12)
    yield words(
        drawing.WIDTH,
        y + 15,
        bar.outcome,
        room=outcome_room,
        size=11,
        anchor="end",
        bold=bar.failed,
    )
    yield from _phase_blocks(bar, _ROOM / shown.end, y + 21)
    total = duration(bar.took) if bar.phases else ""
    yield words(drawing.WIDTH, y + 31, total, size=11, anchor="end")
    told = _told(bar, " · ")
    yield words(0, y + 46, told, room=drawing.WIDTH, size=10.5)


def _phase_blocks(bar: Bar, scale: float, y: float) -> Iterator[str]:
    """Return a block for each phase, on a track of all time."""
    x = bar.offset * scale
    yield block(0, y, _ROOM, 12, drawing.CURRENT, opacity=0.08)
    yield line((x, y - 2), (x, y + 14))
    for name, value in bar.phases:
        # A phase of no time is no block; a short one still shows.
        width = max(value * scale, 1.0) if value else 0.0
        if width:
            told = f"{name} {duration(value)}"
            yield block(x, y, width, 12, PHASES[name], told=told)
        x += width
