"""Views of a workshop: one's own way through it, and everybody's for the trainer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Protocol

from vippsdiag.language import several, tr
from vippsdiag.render import html

# Who has not solved an exercise after so many minutes is stuck, or has gone for coffee.
STUCK_MINUTES = 10


class Place(Protocol):
    """How far somebody is with one exercise.

    Attributes:
        minutes: since it was begun, or until it was done.
        idle: minutes since something was done at it.
    """

    solved: bool
    named: bool
    tries: int
    hints: int
    points: int
    minutes: int
    idle: int


def is_done(place: Place | None) -> bool:
    """Tell whether the call was mended, or the cause named."""
    return place is not None and (place.solved or place.named)


def is_stuck(place: Place | None) -> bool:
    """Tell whether it takes long."""
    return place is not None and not is_done(place) and place.minutes >= STUCK_MINUTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A seat on the board.

    Attributes:
        places: by the id of the exercise; those that were begun.
    """

    number: int
    name: str
    places: Mapping[str, Place]

    @property
    def points(self) -> int:
        """All the points of the seat."""
        return sum(place.points for place in self.places.values())


def title_view(title: str, text: str) -> str:
    """Return the title of a page, and what it is for."""
    return f"<h2>{escape(title)}</h2>{html.notice(text)}"


def state_of(place: Place | None) -> str:
    """Return in a word or two how far an exercise is; empty if it was not begun."""
    if place is None:
        return ""
    if place.solved:
        return tr("solved")
    return tr("cause named") if place.named else tr("begun")


def board_view(
    lines: Sequence[Line], exercises: Mapping[str, str], closed: Sequence[str]
) -> str:
    """Return the table of seats and exercises.

    Args:
        lines: the seats.
        exercises: the titles of the columns, by id.
        closed: the ids of those that are closed.
    """
    if not lines:
        return html.notice(tr("Nobody has taken a seat yet."))
    heads = [tr("Seat"), tr("Points")]
    for name, title in exercises.items():
        heads.append(f"{title} ({tr('closed')})" if name in closed else title)
    rows = [
        (
            escape(f"{line.number}. {line.name}"),
            str(line.points),
            *(_cell(line.places.get(name)) for name in exercises),
        )
        for line in lines
    ]
    caption = several("{count} seat", "{count} seats", len(lines))
    listed = html.table(caption, heads, rows)
    name = escape(tr("The seats and how far they are"))
    scrolled = f'role="group" aria-label="{name}" tabindex="0"'
    return f'<div style="overflow-x:auto" {scrolled}>{listed}</div>'


def _cell(place: Place | None) -> str:
    if place is None:
        return '<span class="small">–</span>'
    kind = "good" if is_done(place) else "warning" if is_stuck(place) else ""
    word = html.tag(tr("stuck") if is_stuck(place) else state_of(place), kind)
    return f'{word}<br><span class="small">{escape(_counts(place))}</span>'


def _counts(place: Place) -> str:
    parts = [several("{count} try", "{count} tries", place.tries)]
    if place.hints:
        parts.append(several("{count} hint", "{count} hints", place.hints))
    parts.append(tr("{count} min", count=place.minutes))
    if not is_done(place) and place.idle >= 2:
        parts.append(tr("quiet for {count} min", count=place.idle))
    return ", ".join(parts)


def stuck_view(lines: Sequence[Line], exercises: Mapping[str, str]) -> str:
    """Return at which exercise most people are stuck; a sentence in any case."""
    counted = {
        name: sum(is_stuck(line.places.get(name)) for line in lines)
        for name in exercises
    }
    most = max(counted.values(), default=0)
    if not most:
        return html.notice(
            tr(
                "Nobody is stuck: no exercise is open for {count} minutes or longer.",
                count=STUCK_MINUTES,
            )
        )
    names = [exercises[name] for name, number in counted.items() if number == most]
    people = several("{count} person", "{count} people", most)
    return html.notice(
        tr(
            "Most are stuck at: {title} ({people}, for {count} minutes or longer).",
            title="; ".join(names),
            people=people,
            count=STUCK_MINUTES,
        ),
        "warning",
    )


def way_view(
    exercises: Mapping[str, str],
    places: Mapping[str, Place],
    closed: Sequence[str],
    current: str,
) -> str:
    """Return one's own way: every exercise with how far it is, and the points."""
    items = []
    for name, title in exercises.items():
        place = places.get(name)
        words = [state_of(place)] if place else []
        if place and place.points:
            words.append(several("{count} point", "{count} points", place.points))
        words += [tr("closed by the trainer")] if name in closed else []
        here = f" {html.tag(tr('you are here'))}" if name == current else ""
        rest = (
            f' <span class="small">{escape(", ".join(words))}</span>' if words else ""
        )
        items.append(f"<li>{escape(title)}{rest}{here}</li>")
    done = sum(is_done(places.get(name)) for name in exercises)
    points = sum(place.points for place in places.values())
    head = tr(
        "Done: {done} of {all}. Points: {points}.",
        done=done,
        all=len(exercises),
        points=points,
    )
    first = f'<div role="status"><p><strong>{escape(head)}</strong></p></div>'
    return f"{first}<ol>{''.join(items)}</ol>"
