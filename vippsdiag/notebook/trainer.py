"""The trainer's view of a workshop: everybody's progress, live."""

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

import ipywidgets as widgets

from vippsdiag.environments import TRAINER_CODE
from vippsdiag.errors import VippsdiagError
from vippsdiag.language import mark, say, tr
from vippsdiag.notebook.mishap import tell
from vippsdiag.notebook.options import relabel
from vippsdiag.notebook.sealed import SealedField, when_ready
from vippsdiag.notebook.seatform import NO_ADDRESS, given_address
from vippsdiag.notebook.voice import Speaking
from vippsdiag.notebook.whisper import Whisper
from vippsdiag.render import board, html
from vippsdiag.render.html import status as said
from vippsdiag.render.values import revealed
from vippsdiag.sandbox import Sandbox
from vippsdiag.sandbox.exercises import EXERCISES
from vippsdiag.sandbox.workshop.course import COURSE
from vippsdiag.sandbox.workshop.link import Link

if TYPE_CHECKING:
    from vippsdiag.sandbox.workshop.messages import Board

NO_CODE = mark("The trainer's code is missing. vippsdiag sandbox printed it.")
# Seconds between two looks at the board.
PAUSE = 1.5


def given_code() -> str | None:
    """Return the trainer's code that this notebook was started with, if any."""
    return os.environ.get(TRAINER_CODE) or None


class Trainer(Speaking, widgets.VBox):
    """Shows who is how far, and closes or opens exercises for all.

    It looks again and again in the background, and holds up nothing meanwhile.

    Args:
        sandbox: one in this process that several share, as in a test.
        pause: seconds between two looks.

    Attributes:
        address: the address of the workshop, with its access code.
        code: the trainer's code; ``vippsdiag sandbox`` prints it.
        lead: opens the board.
        view: the board.
        seat: the seat that the buttons are about.
        forget: lets that seat begin again.
        show_code: shows the return code of that seat.
        choice: the exercise that the buttons are about.
        toggle: closes or opens that exercise for all.
        board: what was seen last; None before.
    """

    def __init__(self, sandbox: Sandbox | None = None, *, pause: float = PAUSE) -> None:
        self.board: Board | None = None
        self._sandbox, self._pause = sandbox, pause
        self._link: Link | None = None
        self._task: asyncio.Task[None] | None = None
        self._remark: tuple[str, str] | None = None
        style = {"description_width": "initial"}
        wide = {"width": "max-content"}
        self.about, self.view, self.said = (widgets.HTML() for _ in range(3))
        self.address, self.code = SealedField(""), SealedField("")
        self.lead, self.forget, self.toggle = (
            widgets.Button(layout=wide) for _ in range(3)
        )
        self.lead.button_style = "primary"
        self.seat, self.choice = (
            widgets.Dropdown(style=style, layout=wide) for _ in range(2)
        )
        self.show_code = Whisper("", self._code_of_seat)
        super().__init__()
        self.lead.on_click(lambda _: when_ready([self.address, self.code], self.enter))
        self.forget.on_click(lambda _: self._do(self.let_begin_again))
        self.toggle.on_click(lambda _: self._do(self.open_or_close))
        self.choice.observe(lambda _: self._name_toggle(), "value")
        self.seat.observe(lambda _: self.show_code.forget(), "value")
        self._arrange()
        self.speak()
        if given_code():
            self.enter()

    # What the trainer does.

    def enter(self) -> None:
        """Open the board, and keep it up to date."""
        self._do(self._lead)

    def _lead(self) -> None:
        code = self.code.value or given_code()
        if code is None:
            raise VippsdiagError(NO_CODE)
        link = self._linked()
        self.board = link.lead(code)
        self._link = link
        self.address.clear()
        self.code.clear()
        self._arrange()
        self.follow()

    def _linked(self) -> Link:
        if self._sandbox is not None:
            return Link(self._sandbox)
        address = self.address.value or given_address()
        if address is None:
            raise VippsdiagError(NO_ADDRESS)
        return Link(address)

    def let_begin_again(self) -> None:
        """Forget what the chosen seat has reached."""
        if self._link and self.seat.value:
            self.board = self._link.reset(self.seat.value)
            text = say("Seat {number} begins again.", number=self.seat.value)
            self._remark = text, "good"

    def open_or_close(self) -> None:
        """Close the chosen exercise for all, or open it again."""
        if self._link and self.board and self.choice.value:
            name = self.choice.value
            is_open = name in self.board.closed
            self.board = self._link.set_open(name, is_open=is_open)

    def follow(self) -> None:
        """Look again and again, where there is something that this can run on."""
        self.stop()
        with suppress(RuntimeError):  # a plain program has no event loop
            self._task = asyncio.get_running_loop().create_task(self._follow())

    def stop(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def close(self) -> None:
        """Look no more, and leave the page."""
        self.stop()
        super().close()

    async def _follow(self) -> None:
        while self._link is not None:
            await asyncio.sleep(self._pause)
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - nobody sees a task's errors
                tell(type(error))
                return

    async def look(self) -> None:
        """Look once, without holding up the kernel; show what has changed."""
        link, before = self._link, self.board
        if link is None:
            return
        try:
            found = await asyncio.to_thread(link.board)
        except VippsdiagError as error:
            remark = error.text, "error"
            changed, self._remark = remark != self._remark, remark
        else:
            # What the trainer did in the meantime is newer.
            newest = found if self.board is before else self.board
            lost = self._remark is not None and self._remark[1] == "error"
            self._remark = None if lost else self._remark
            changed, self.board = newest != before or lost, newest
        if changed:
            self.paint()

    # What is shown.

    def _do(self, action: Callable[[], object]) -> None:
        self._remark = None
        try:
            action()
        except VippsdiagError as error:
            self._remark = error.text, "error"
        self.paint()

    def _code_of_seat(self) -> str:
        if self._link is None or not self.seat.value:
            return ""
        return revealed(self._link.code_of(self.seat.value).code)

    def _arrange(self) -> None:
        if self._link is None:
            known = given_address() is not None or self._sandbox is not None
            fields = [self.code] if known else [self.address, self.code]
            self.children = [self.about, *fields, self.lead, self.said]
            return
        wrap = {"flex_flow": "row wrap"}
        self.children = [
            self.about,
            self.view,
            widgets.HBox([self.choice, self.toggle], layout=wrap),
            widgets.HBox([self.seat, self.forget, self.show_code], layout=wrap),
            self.said,
        ]

    @property
    def columns(self) -> dict[str, str]:
        """The titles of the exercises on the board: the course, and what was begun."""
        rows = self.board.rows if self.board else []
        begun = {one.exercise for row in rows for one in row.standings}
        names = [*COURSE, *(item.id for item in EXERCISES if item.id not in COURSE)]
        known = {item.id: item.title for item in EXERCISES}
        return {
            name: tr(known[name]) for name in names if name in COURSE or name in begun
        }

    def paint(self) -> None:
        """Say everything in the language that is spoken."""
        self.about.value = html.page(html.notice(self._about()))
        self.address.label = tr("Address of the workshop")
        self.address.help = tr(
            "As vippsdiag sandbox printed it, with the access code in it. It is "
            "sealed, and is in no file."
        )
        self.code.label = tr("Trainer's code")
        self.code.help = tr("vippsdiag sandbox printed it as well. Tell it to nobody.")
        self.lead.description = tr("Open the board")
        self.seat.description, self.choice.description = tr("Seat"), tr("Exercise")
        self.forget.description = tr("Let this seat begin again")
        self.show_code.label = tr("Show its return code")
        self._paint_board()
        text, kind = self._remark or ("", "")
        self.said.value = html.page(said(tr(text), kind)) if text else ""

    def _paint_board(self) -> None:
        found = self.board
        if found is None:
            return
        lines = [
            board.Line(
                number=row.number,
                name=row.name,
                places={one.exercise: one for one in row.standings},
                current=row.current,
            )
            for row in found.rows
        ]
        columns = self.columns
        relabel(
            self.seat, [(f"{line.number}. {line.name}", line.number) for line in lines]
        )
        relabel(self.choice, [(title, name) for name, title in columns.items()])
        self._name_toggle()
        self.view.value = html.page(
            board.stuck_view(lines, columns),
            board.board_view(lines, columns, found.closed),
        )

    def _name_toggle(self) -> None:
        closed = self.board is not None and self.choice.value in self.board.closed
        self.toggle.description = (
            tr("Open it for all") if closed else tr("Close it for all")
        )

    def _about(self) -> str:
        if self._link is None:
            return tr(
                "Start the sandbox of the workshop on a machine that all can reach: "
                "vippsdiag sandbox --host 0.0.0.0 --db FILE. It prints an address for "
                "the learners and a code for you, and keeps in FILE what is reached."
            )
        return tr(
            "Everybody's progress, up to date within two seconds. Only you see this."
        )
