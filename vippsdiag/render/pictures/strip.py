"""A strip of calls, the newest on the right: which succeeded, and what was done when.

A call that succeeded is a low bar, one that failed a high diamond with its status: the
shape tells them apart as well as the colour.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from vippsdiag.language import several, tr
from vippsdiag.render.pictures import drawing
from vippsdiag.render.pictures.drawing import block, line, shape, words

_LEFT, _STEP = 8.0, 12.4
_GROUND, _GOOD, _TOP = 134.0, 16.0, 20.0
_LANES, _LANE = 4, 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """One call.

    Attributes:
        number: counted from 1.
        well: whether it succeeded.
        status: of the answer; None if none came.
        mark: what was done right before it; empty for nothing.
        sign: the same where there is no room for words, such as a number.
    """

    number: int
    well: bool
    status: int | None = None
    mark: str = ""
    sign: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """What is shown.

    Attributes:
        beats: the last calls, the oldest first.
        good: how many calls succeeded in all.
        bad: how many failed in all.
    """

    beats: tuple[Beat, ...]
    good: int
    bad: int


def strip(beats: Sequence[Beat], *, good: int, bad: int) -> Strip:
    """Gather what is shown of some calls: the last ones, and how many there were."""
    return Strip(beats=tuple(beats[-drawing.MOST :]), good=good, bad=bad)


def title() -> str:
    """Return what the picture is called."""
    return tr("The shop's calls")


def counted(shown: Strip) -> str:
    """Return in a sentence how many calls succeeded, and how many failed."""
    total = shown.good + shown.bad
    if not total:
        return tr("No calls yet.")
    calls = several("{count} call", "{count} calls", total)
    if not shown.bad:
        return tr("{calls}; none failed.", calls=calls)
    return tr("{calls}; {bad} failed.", calls=calls, bad=shown.bad)


def text(shown: Strip) -> str:
    """Return the picture as plain text: runs of calls that ended alike, and marks."""
    lines = [f"{title()}. {counted(shown)}"]
    for beats in _runs(shown.beats):
        first, last = beats[0], beats[-1]
        if first.mark:
            lines.append(
                tr(
                    "Before call {number}: {mark}.",
                    number=first.number,
                    mark=first.mark,
                )
            )
        lines.append(_run(first, last))
    return "\n".join(lines)


def _runs(beats: tuple[Beat, ...]) -> Iterator[list[Beat]]:
    """Yield the calls in runs that ended alike; a mark begins a new run."""
    run = 0

    def key(beat: Beat) -> tuple[int, bool, int | None]:
        nonlocal run
        run += bool(beat.mark)
        return run, beat.well, None if beat.well else beat.status

    for _, found in groupby(beats, key):
        yield list(found)


def _run(first: Beat, last: Beat) -> str:
    one, other, status = first.number, last.number, _status(first)
    if first is last:
        if first.well:
            return tr("Call {number} succeeded.", number=one)
        return tr("Call {number} failed: {status}.", number=one, status=status)
    if first.well:
        return tr("Calls {first} to {last} succeeded.", first=one, last=other)
    return tr(
        "Calls {first} to {last} failed: {status}.",
        first=one,
        last=other,
        status=status,
    )


def _status(beat: Beat) -> str:
    return str(beat.status) if beat.status else tr("no answer")


def svg(shown: Strip) -> str:
    """Return the picture as SVG."""
    parts = [words(0, 14, f"{title()}. {counted(shown)}", bold=True)]
    width = _LEFT + drawing.MOST * _STEP
    parts.append(line((0, _GROUND), (width, _GROUND), faint=True))
    lanes = [0.0] * _LANES
    for index, beat in enumerate(shown.beats):
        x = _LEFT + index * _STEP
        parts += _beat(beat, x, first=index == 0 or shown.beats[index - 1].well)
        parts += _marked(beat, x, lanes) if beat.mark else []
    parts += _legend()
    return drawing.picture(title(), text(shown), parts, _GROUND + 32)


def _beat(beat: Beat, x: float, *, first: bool) -> Iterator[str]:
    if beat.well:
        told = tr("Call {number} succeeded.", number=beat.number)
        yield block(x, _GROUND - _GOOD, 7, _GOOD, drawing.GREEN, told=told)
        return
    middle = x + 3.5
    y = _GROUND - 24
    yield line((middle, _GROUND), (middle, y), colour=drawing.RED)
    yield shape(f"M{middle:.1f} {y - 7}l6 7l-6 7l-6 -7", drawing.RED)
    if first:
        yield words(middle - 8, y - 11, _status(beat), size=11, bold=True)


def _marked(beat: Beat, x: float, lanes: list[float]) -> Iterator[str]:
    """Return the words for what was done, on a lane that is free, with a line down.

    Args:
        beat: the call that follows it.
        x: where that call is.
        lanes: where the words on each lane end so far.
    """
    long = drawing.length(beat.mark, 11)
    lane = min(range(_LANES), key=lambda index: (lanes[index] > x, index))
    free = lanes[lane] <= x and x + 2 + long <= drawing.WIDTH
    if not free:
        lane = min(range(_LANES), key=lambda index: lanes[index])
    shown = beat.mark if free else beat.sign
    y = _TOP + 14 + lane * _LANE
    lanes[lane] = x + 8 + drawing.length(shown, 11)
    yield line((x - 2, y - 8), (x - 2, _GROUND), dashed=True, faint=True)
    yield words(x + 2, y, shown, size=11)


def _legend() -> Iterator[str]:
    y = _GROUND + 22
    good, bad = tr("succeeded"), tr("failed")
    yield block(0, y - 9, 7, 10, drawing.GREEN)
    yield words(13, y, good, size=11)
    x = 40 + drawing.length(good, 11)
    yield shape(f"M{x:.1f} {y - 10}l6 6l-6 6l-6 -6", drawing.RED)
    yield words(x + 12, y, bad, size=11)
