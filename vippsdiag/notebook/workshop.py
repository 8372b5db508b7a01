"""The workshop notebook: a seat, a course of exercises, and how far one is."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import ipywidgets as widgets

from vippsdiag.errors import VippsdiagError
from vippsdiag.language import mark, tr
from vippsdiag.notebook.exercise import LEVELS, Exercise
from vippsdiag.notebook.mishap import Mishap
from vippsdiag.notebook.options import relabel
from vippsdiag.notebook.rail import Rail
from vippsdiag.notebook.seatform import SeatForm
from vippsdiag.notebook.trainer import Trainer, given_code
from vippsdiag.notebook.voice import Heading, Speaking
from vippsdiag.render import board, html
from vippsdiag.render.html import status as said
from vippsdiag.sandbox import Sandbox
from vippsdiag.sandbox.exercises import EXERCISES, FAMILIES, find
from vippsdiag.sandbox.exercises import Exercise as Case
from vippsdiag.sandbox.workshop.course import COURSE, level

if TYPE_CHECKING:
    from vippsdiag.sandbox.workshop.messages import Stand

# What can be practised beside the families of the catalogue, by name.
THE_COURSE, EVERYTHING = "course", "everything"
ANY_LEVEL = 0
LEARN, LEAD = "learn", "lead"
ROLES = {LEARN: mark("I learn"), LEAD: mark("I lead the workshop")}


class Workshop(Speaking, widgets.VBox):
    """Exercises on the sandbox, for one learner, and the board for who leads them.

    Args:
        sandbox: one in this process that several share, as in a test.

    Attributes:
        language: the language to speak.
        role: to learn, or to lead.
        seat: takes a seat.
        theme: what to practise: the course, everything, or a family of exercises.
        level: how hard; any to begin with.
        choice: the exercise.
        rail: the course, each exercise of which can be opened.
        way: how far one is.
        exercise: the exercise that is open; None before a seat was taken.
        next: opens the next exercise.
        onward: does so too, below an exercise that is done.
        trainer: the board.
    """

    def __init__(self, sandbox: Sandbox | None = None) -> None:
        self._painting = False
        self._remark: tuple[str, str] | None = None
        self._stand: Stand | None = None
        self.exercise: Exercise | None = None
        self._build(sandbox)
        super().__init__()
        self._offer()
        self._listen()
        self._arrange()
        self.speak()
        if self.seat.link is not None:
            self._sat()

    def _build(self, sandbox: Sandbox | None) -> None:
        """Make the parts, without their texts."""
        self.heading = Heading("03-workshop")
        style = {"description_width": "initial"}
        narrow = {"width": "max-content"}
        self.head, self.about_role, self.way, self.said = (
            widgets.HTML() for _ in range(4)
        )
        self.role = widgets.ToggleButtons(
            options=[(text, name) for name, text in ROLES.items()],
            value=LEAD if given_code() else LEARN,
            style=style | {"button_width": "max-content"},
        )
        self.seat, self.trainer = SeatForm(sandbox), Trainer(sandbox)
        self.mishap = Mishap()
        self.theme, self.level, self.choice = (
            widgets.Dropdown(style=style, layout=narrow) for _ in range(3)
        )
        self.rail = Rail([find(name).title for name in COURSE])
        self.rail.add_class(board.COURSE)
        self.next, self.onward = (widgets.Button(layout=narrow) for _ in range(2))
        chosen = widgets.HBox(
            [self.theme, self.level, self.choice, self.next],
            layout={"flex_flow": "row wrap"},
        )
        self.place = widgets.VBox()
        self.desk = widgets.VBox([self.way, self.rail, chosen, self.said, self.place])

    def _listen(self) -> None:
        """Act on what is chosen and clicked."""
        self.role.observe(lambda _: self._arrange(), "value")
        self.seat.on_seat(self._sat)
        for part in (self.theme, self.level):
            part.observe(lambda _: self._narrow(), "value")
        self.choice.observe(lambda _: self._open(), "value")
        self.rail.on_go(lambda step: setattr(self.choice, "value", COURSE[step]))
        for button in (self.next, self.onward):
            button.on_click(lambda _: self.go_on())

    @property
    def offered(self) -> list[Case]:
        """The exercises of the theme and the level that are chosen."""
        chosen = self.theme.value
        if chosen == THE_COURSE:
            return [find(name) for name in COURSE]
        found = FAMILIES.get(chosen, EXERCISES)
        hard = self.level.value
        return [item for item in found if hard in {ANY_LEVEL, level(item)}]

    @property
    def places(self) -> Mapping[str, board.Place]:
        """How far the seat is with everything that it began."""
        standings = self._stand.standings if self._stand else []
        return {one.exercise: one for one in standings}

    def go_on(self) -> None:
        """Open the next exercise that is not done."""
        names = [item.id for item in self.offered]
        here = names.index(self.choice.value) + 1 if self.choice.value in names else 0
        closed = self._stand.closed if self._stand else []
        for name in names[here:] + names[:here]:
            if name not in closed and not board.is_done(self.places.get(name)):
                self.choice.value = name
                return
        self._say(
            mark("Everything that is chosen here is done. Choose other exercises.")
        )

    def _sat(self) -> None:
        """Open the first exercise that is not done, as soon as there is a seat."""
        self._see_stand()
        self._arrange()
        if board.is_done(self.places.get(self.choice.value)):
            self.go_on()
        else:
            self._open()

    def _see_stand(self) -> None:
        if self.seat.link is None:
            return
        try:
            self._stand = self.seat.link.stand()
        except VippsdiagError as error:
            self._remark = error.text, "error"
        self.paint()

    def _open(self) -> None:
        """Open the exercise that is chosen."""
        name, link = self.choice.value, self.seat.link
        if self._painting or name is None or link is None:
            return
        self._remark = None
        try:
            if self.exercise is None:
                self.exercise = Exercise(name, link)
                self.exercise.on_change(self._see_stand)
            else:
                self.exercise.begin(name)
        except VippsdiagError as error:
            self._remark = error.text, "error"
        self._see_stand()
        self._arrange()

    def _narrow(self) -> None:
        """Offer what fits the theme and the level."""
        if self._painting:
            return
        self._offer()
        self._open()

    def _arrange(self) -> None:
        # The same ones each time: what comes behind a new one is drawn anew.
        top = [self.heading, self.head, self.role]
        if self.role.value == LEAD:
            self.children = [*top, self.trainer, self.mishap]
            return
        parts: list[widgets.Widget] = [*top, self.seat]
        if self.seat.link is not None:
            parts.append(self.desk)
            shown = [self.exercise, self.onward] if self.exercise else []
            self.place.children = shown
        self.children = [*parts, self.mishap]

    def _say(self, text: str, kind: str = "") -> None:
        self._remark = text, kind
        self.paint()

    def _offer(self) -> None:
        """Say the choices in the language that is spoken; what is chosen stays."""
        self._painting = True
        themes = [(tr("The course"), THE_COURSE), (tr("Everything"), EVERYTHING)]
        relabel(self.theme, themes + [(tr(name), name) for name in FAMILIES])
        levels = [(tr("any"), ANY_LEVEL)]
        levels += [(tr(text), int(hard)) for hard, text in LEVELS.items()]
        relabel(self.level, levels)
        relabel(self.choice, [(self._label(item), item.id) for item in self.offered])
        self._painting = False

    def _label(self, item: Case) -> str:
        course = self.theme.value == THE_COURSE
        number = f"{COURSE.index(item.id) + 1}. " if course else ""
        closed = item.id in self._stand.closed if self._stand else False
        place = self.places.get(item.id)
        return board.way_line(f"{number}{tr(item.title)}", place, closed=closed)

    def _paint_rail(self) -> None:
        """Show the course as a rail, and anything else as a list to choose from."""
        course = self.theme.value == THE_COURSE
        self.rail.layout.display = "" if course else "none"
        for part in (self.level, self.choice):
            part.layout.display = "none" if course else ""
        done = enumerate(map(self.places.get, COURSE))
        self.rail.mark_done([step for step, place in done if board.is_done(place)])
        if self.choice.value in COURSE:
            self.rail.current = COURSE.index(self.choice.value)
            self.rail.said = self.rail.told()

    def paint(self) -> None:
        """Say everything in the language that is spoken."""
        about = tr(
            "Each exercise is a call that fails. Find out why: name the cause, or mend "
            "the call until it succeeds, or both. A hint costs a point."
        )
        self.head.value = html.page(board.title_view(tr("The workshop"), about))
        self.role.description = tr("What I do here")
        chosen = self.role.value
        self.role.options = [(tr(text), name) for name, text in ROLES.items()]
        self.role.value = chosen
        self.theme.description = tr("Practise")
        self.level.description = tr("How hard")
        self.choice.description = tr("Exercise")
        self.next.description = tr("Next exercise")
        self.onward.description = tr("Go on to the next exercise")
        done = board.is_done(self.places.get(self.choice.value))
        self.onward.layout.display = "" if done else "none"
        self._offer()
        self._paint_rail()
        names = [item.id for item in self.offered]
        self.way.value = html.page(
            board.COURSE_STYLE, board.score_view(names, self.places)
        )
        text, kind = self._remark or ("", "")
        self.said.value = html.page(said(tr(text), kind)) if text else ""
