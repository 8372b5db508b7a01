"""Taking a seat: alone in this notebook, or in a workshop that somebody holds."""

import os
from collections.abc import Callable

import ipywidgets as widgets

from vippsdiag.environments import SANDBOX_ADDRESS, SEAT_CODE
from vippsdiag.errors import VippsdiagError
from vippsdiag.language import mark, tr
from vippsdiag.notebook.sealed import SealedField, when_ready
from vippsdiag.notebook.voice import Speaking
from vippsdiag.notebook.whisper import Whisper
from vippsdiag.render import html
from vippsdiag.render.html import status as said
from vippsdiag.render.values import revealed
from vippsdiag.sandbox import Sandbox
from vippsdiag.sandbox.workshop.link import Link

ALONE, SHARED = "alone", "shared"
WHERE = {
    ALONE: mark("Alone, in this notebook"),
    SHARED: mark("In a workshop, with a trainer"),
}
# In a sandbox of one's own nobody else reads it.
MYSELF = "1"
NO_ADDRESS = mark(
    "The address of the workshop is missing. The trainer has it: vippsdiag sandbox "
    "printed it when it was started."
)


def given_address() -> str | None:
    """Return the address of the sandbox that was started for this notebook, if any."""
    return os.environ.get(SANDBOX_ADDRESS) or None


class SeatForm(Speaking, widgets.VBox):
    """Asks who learns, and where.

    Args:
        sandbox: one in this process that several share, as in a test; a new one of
            one's own if not given.

    Attributes:
        where: alone, or in a workshop.
        address: the address of the workshop; it may carry its access code.
        name: what the learner is called; the trainer sees it.
        code: the return code of a seat that was taken before.
        take: takes a new seat, or the old one.
        link: the way to the sandbox, with a seat; None before.
        show_code: shows the return code.
    """

    def __init__(self, sandbox: Sandbox | None = None) -> None:
        self.link: Link | None = None
        self._sandbox = sandbox
        self._listeners: list[Callable[[], object]] = []
        self._remark: tuple[str, str] | None = None
        style = {"description_width": "initial"}
        shared = given_address() is not None or sandbox is not None
        self.intro = widgets.HTML()
        self.where = widgets.RadioButtons(
            options=[(text, name) for name, text in WHERE.items()],
            value=SHARED if shared else ALONE,
            style=style,
            layout={"width": "max-content"},
        )
        self.address, self.code = SealedField(""), SealedField("")
        self.name = widgets.Text(
            os.environ.get("JUPYTERHUB_USER", ""),
            style=style,
            layout={"width": "24rem"},
        )
        self.take = widgets.Button(
            button_style="primary", layout={"width": "max-content"}
        )
        self.said = widgets.HTML()
        self.show_code = Whisper("", self._own_code)
        super().__init__()
        self.where.observe(lambda _: self._arrange(), "value")
        self.take.on_click(
            lambda _: when_ready([self.address, self.code], self.take_seat)
        )
        self._arrange()
        self.speak()
        if given_address() and os.environ.get(SEAT_CODE):
            self._sit(lambda link: link.come_back(os.environ[SEAT_CODE]))

    @property
    def alone(self) -> bool:
        """Whether nobody else is in the sandbox."""
        return bool(self.where.value == ALONE)

    def on_seat(self, listener: Callable[[], object]) -> None:
        """Call back when a seat was taken."""
        self._listeners.append(listener)

    def take_seat(self) -> None:
        """Take a seat, or come back to the one that the return code is of."""
        code = self.code.value
        if self.alone:
            self._sit(lambda link: link.take(self.name.value.strip() or MYSELF))
        elif code is not None:
            self._sit(lambda link: link.come_back(code))
        elif not self.name.value.strip():
            self._say(mark("Write the name or the number that you want to have."))
        else:
            self._sit(lambda link: link.take(self.name.value))

    def _sit(self, sits: Callable[[Link], object]) -> None:
        """Take a seat, and tell who wants to know."""
        self.take.disabled = True
        try:
            link = self._link()
            sits(link)
        except VippsdiagError as error:
            self._say(error.text, "error")
            return
        finally:
            self.take.disabled = False
        self.link = link
        for field in (self.address, self.code):
            field.clear()
        self._remark = None
        self._arrange()
        self.paint()
        for listener in self._listeners:
            listener()

    def _link(self) -> Link:
        if self.alone or self._sandbox is not None:
            return Link(self._sandbox)
        address = self.address.value or given_address()
        if address is None:
            raise VippsdiagError(NO_ADDRESS)
        return Link(address)

    def _own_code(self) -> str:
        seat = self.link.seat if self.link else None
        # The page alone is shown it, when the learner asks for it.
        return revealed(seat.code) if seat else ""

    def _say(self, text: str, kind: str = "warning") -> None:
        self._remark = text, kind
        self.paint()

    def _arrange(self) -> None:
        """Show what belongs to the choice, or to the seat that was taken."""
        if self.link is not None:
            shown = [self.intro] + ([] if self.alone else [self.show_code])
            self.children = shown
            return
        shared = self.where.value == SHARED
        known = given_address() is not None or self._sandbox is not None
        fields = [] if known else [self.address]
        fields += [self.name, self.code]
        self.children = [
            self.intro,
            self.where,
            *(fields if shared else []),
            self.take,
            self.said,
        ]

    def paint(self) -> None:
        """Say everything in the language that is spoken."""
        self.intro.value = html.page(html.notice(self._about()))
        self.where.description = tr("Where you learn")
        chosen = self.where.value
        self.where.options = [(tr(text), name) for name, text in WHERE.items()]
        self.where.value = chosen
        self.address.label = tr("Address of the workshop")
        self.address.help = tr(
            "As the trainer gives it, with the access code in it. It is sealed, and is "
            "in no file."
        )
        self.name.description = tr("Your name or a number")
        self.name.placeholder = tr("The trainer sees it")
        self.code.label = tr("Return code, if you had a seat before")
        self.code.help = tr("Leave it empty the first time.")
        self.take.description = tr("Begin")
        self.show_code.label = tr("Show my return code")
        text, kind = self._remark or ("", "")
        self.said.value = html.page(said(tr(text), kind)) if text else ""

    def _about(self) -> str:
        seat = self.link.seat if self.link else None
        if self.link is None or seat is None:
            return tr(
                "Every seat has practice keys of its own, which open nothing but the "
                "sandbox. In a workshop the trainer sees the name that you choose, and "
                "for each exercise how many calls you tried, the hints you took, and "
                "whether it is solved. Nobody else sees it."
            )
        if self.alone:
            return tr(
                "You learn alone. The sandbox is in this notebook, and needs no "
                "network. What you reach ends with it."
            )
        return tr(
            "You sit in the workshop as {name}, seat {number}. The sandbox keeps what "
            "you reach. If this notebook is started again, you come back with your "
            "return code: write it down.",
            name=seat.name,
            number=seat.number,
        )
