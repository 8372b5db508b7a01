"""What happened when: the calls in the order of time, who answered, and the gaps."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from vippsdiag.exchange import Exchange
from vippsdiag.language import mark, several, tr
from vippsdiag.render.pictures import drawing
from vippsdiag.render.pictures.amounts import clock, duration, in_utc, span
from vippsdiag.render.pictures.calls import called, left_out, outcome, went_well
from vippsdiag.render.pictures.drawing import line, shape, words
from vippsdiag.who import Who, answered_by

TITLE = mark("What happened when")
# A pause that a person notices, in milliseconds.
PAUSE = 10_000.0
LAST = datetime.max.replace(tzinfo=UTC)

_DOT, _TEXT, _TOP, _ROW = 172.0, 192.0, 44.0, 42.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One call.

    Attributes:
        at: when it was sent; None if not known.
        gap: milliseconds since the call that is shown before it; None if not known.
        call: its method, path and host.
        outcome: its status, or why there is none.
        well: whether it succeeded; None if not known.
        who: who answered, in words.
    """

    at: datetime | None
    gap: float | None
    call: str
    outcome: str
    well: bool | None
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """What is shown.

    Attributes:
        events: the calls; those whose time is not known come last, as given.
        left_out: how many calls are not shown.
    """

    events: tuple[Event, ...]
    left_out: int


def timeline(exchanges: Iterable[Exchange]) -> Timeline:
    """Gather what is shown of some calls."""
    ordered = sorted(exchanges, key=lambda one: in_utc(one.started) or LAST)
    kept = drawing.few(ordered, lambda one: went_well(one) is False)
    before = (None, *(one.started for one in kept))
    events = tuple(_event(one, last) for one, last in zip(kept, before, strict=False))
    return Timeline(events=events, left_out=len(ordered) - len(kept))


def _event(exchange: Exchange, before: datetime | None) -> Event:
    return Event(
        at=in_utc(exchange.started),
        gap=span(before, exchange.started),
        call=called(exchange),
        outcome=outcome(exchange),
        well=went_well(exchange),
        who=_who(exchange),
    )


def _who(exchange: Exchange) -> str:
    who = answered_by(exchange)
    if who is Who.NOBODY:
        return tr("nobody answered")
    if who is None:
        return tr("who answered is not known")
    return tr("answered by {who}", who=tr(who.value))


def text(shown: Timeline) -> str:
    """Return the picture as plain text, a line for each call."""
    lines = [f"{tr(TITLE)}. {_counted(shown)}"]
    for number, event in enumerate(shown.events, 1):
        gap = f" ({_gap(event)})" if event.gap is not None else ""
        told = f"{event.call}: {event.outcome}, {event.who}"
        lines.append(f"{number}. {_when(event)}{gap}: {told}.")
    return "\n".join(filter(None, [*lines, left_out(shown.left_out)]))


def _counted(shown: Timeline) -> str:
    number = len(shown.events) + shown.left_out
    if not number:
        return tr("No calls.")
    calls = several("{count:,} call", "{count:,} calls", number)
    failed = sum(event.well is False for event in shown.events)
    if not failed:
        return tr("{calls}; none of them failed.", calls=calls)
    if shown.left_out and failed == len(shown.events):
        return tr(
            "{calls}; {failed} or more of them failed.", calls=calls, failed=failed
        )
    return tr("{calls}; {failed} of them failed.", calls=calls, failed=failed)


def _when(event: Event) -> str:
    return clock(event.at) if event.at else tr("time not known")


def _gap(event: Event) -> str:
    if event.gap == 0:
        return tr("at once")
    return tr("{time} later", time=duration(event.gap))


def svg(shown: Timeline) -> str:
    """Return the picture as SVG."""
    title = tr(TITLE)
    parts = [words(0, 14, title, bold=True), words(0, 32, _counted(shown), size=11)]
    for index, event in enumerate(shown.events):
        y = _TOP + 14 + index * _ROW
        if index:
            parts.append(_thread(event, y))
        parts += _entry(event, y)
    bottom = _TOP + len(shown.events) * _ROW
    rest = left_out(shown.left_out)
    parts += [words(0, bottom + 14, rest, size=11)] if rest else []
    return drawing.picture(title, text(shown), parts, bottom + (20 if rest else 0))


def _thread(event: Event, y: float) -> str:
    """Return the line from the event before; dashed for a pause."""
    pause = event.gap is None or event.gap >= PAUSE
    return line((_DOT, y - _ROW + 9), (_DOT, y - 9), dashed=pause, faint=True)


def _entry(event: Event, y: float) -> Iterator[str]:
    yield _mark(event.well, y)
    yield words(0, y + 4, _when(event), size=11)
    yield words(0, y + 18, _gap(event) if event.gap is not None else "", size=10.5)
    room = drawing.WIDTH - _TEXT
    yield words(_TEXT, y + 4, event.call, room=room)
    yield words(
        _TEXT,
        y + 19,
        f"{event.outcome}, {event.who}",
        room=room,
        size=11,
        bold=event.well is False,
    )


def _mark(well: bool | None, y: float) -> str:
    """Return a dot for success, a diamond for failure, a ring for neither."""
    if well is False:
        points = f"M{_DOT} {y - 7}l7 7l-7 7l-7 -7"
        return shape(points, drawing.RED)
    ring = f"M{_DOT - 5} {y}a5 5 0 1 0 10 0a5 5 0 1 0 -10 0"
    colour = drawing.GREEN if well else drawing.GREY
    return shape(ring, colour, hollow=well is None)
