"""Views of a workshop: one's own way through it, and everybody's for the trainer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Protocol

from vippsdiag.language import several, tr
from vippsdiag.render import html

# Who has not solved an exercise after so many minutes is stuck, or has gone for coffee.
STUCK_MINUTES = 10

# Of the rail with the course: titles have longer words than the names of steps.
COURSE = "vd-course"
COURSE_STYLE = f"""<style>
.{COURSE} .vd-rail ol{{grid-template-columns:repeat(auto-fit,minmax(11rem,1fr))}}
</style>"""


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


def is_tried(place: Place) -> bool:
    """Tell whether somebody did more than open it."""
    return bool(place.tries or place.hints or place.named or place.solved)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A seat on the board.

    Attributes:
        places: by the id of the exercise; those that were begun.
        current: the id of the one that is worked at now; empty for none.
    """

    number: int
    name: str
    places: Mapping[str, Place]
    current: str = ""

    @property
    def points(self) -> int:
        """All the points of the seat."""
        return sum(place.points for place in self.places.values())

    def is_stuck(self, name: str) -> bool:
        """Tell whether what is worked at now takes long."""
        place = self.places.get(name)
        return (
            place is not None
            and name == self.current
            and not is_done(place)
            and place.minutes >= STUCK_MINUTES
        )


def title_view(title: str, text: str) -> str:
    """Return the title of a page, and what it is for."""
    return f"<h2>{escape(title)}</h2>{html.notice(text)}"


def state_of(place: Place | None) -> str:
    """Return in a word or two how far an exercise is; empty if it was not begun."""
    if place is None:
        return ""
    if place.solved:
        return tr("solved")
    if place.named:
        return tr("cause named")
    return tr("begun") if is_tried(place) else tr("opened")


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
            *(_cell(line, name) for name in exercises),
        )
        for line in lines
    ]
    caption = several("{count} seat", "{count} seats", len(lines))
    listed = html.table(caption, heads, rows)
    name = escape(tr("The seats and how far they are"))
    scrolled = f'role="group" aria-label="{name}" tabindex="0"'
    return f'<div style="overflow-x:auto" {scrolled}>{listed}</div>'


def _cell(line: Line, name: str) -> str:
    place, stuck = line.places.get(name), line.is_stuck(name)
    if place is None:
        return '<span class="small">–</span>'
    kind = "good" if is_done(place) else "warning" if stuck else ""
    word = html.tag(tr("stuck") if stuck else state_of(place), kind)
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
    counted = {name: sum(line.is_stuck(name) for line in lines) for name in exercises}
    most = max(counted.values(), default=0)
    if not most:
        return html.notice(
            tr(
                "Nobody works at the same exercise for {count} minutes or longer.",
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


def way_line(title: str, place: Place | None, *, closed: bool) -> str:
    """Return an exercise in the list of one's own, with how far it is."""
    words = [state_of(place)] if place else []
    if place and place.points:
        words.append(several("{count} point", "{count} points", place.points))
    words += [tr("closed by the trainer")] if closed else []
    return f"{title} – {', '.join(words)}" if words else title


def score_view(names: Sequence[str], places: Mapping[str, Place]) -> str:
    """Return how much is done, and all the points."""
    done = sum(is_done(places.get(name)) for name in names)
    points = sum(place.points for place in places.values())
    text = tr(
        "Done: {done} of {all}. Points: {points}.",
        done=done,
        all=len(names),
        points=points,
    )
    return f'<div role="status"><p><strong>{escape(text)}</strong></p></div>'
