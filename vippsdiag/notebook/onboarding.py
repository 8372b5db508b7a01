"""The onboarding notebook: from where the keys are to the first paid test payment."""

import ipywidgets as widgets

from vippsdiag.check import Severity
from vippsdiag.language import mark, tr
from vippsdiag.notebook.checklist import GoLive
from vippsdiag.notebook.diagnosis import DiagnosisStep
from vippsdiag.notebook.guide import KeyGuide
from vippsdiag.notebook.keyform import KeyForm
from vippsdiag.notebook.mishap import Mishap
from vippsdiag.notebook.payment import PaidStep, PaymentStep
from vippsdiag.notebook.rail import Rail
from vippsdiag.notebook.step import action
from vippsdiag.notebook.steps import AccessStep, TokenStep
from vippsdiag.notebook.views import ROW
from vippsdiag.notebook.voice import Heading, Speaking
from vippsdiag.render import html

# What each step is called, and why it is there.
STEPS = (
    (
        mark("Where the keys are"),
        mark(
            "To call the API you need keys. They are in the portal; this is the way. "
            "If you only want to look around, go on: practice keys are filled in "
            "already, and they need neither a portal nor a network."
        ),
    ),
    (
        mark("Your keys"),
        mark(
            "Paste everything into the box, or each value into its field. The table "
            "says at once what looks wrong. What you enter is sealed in this page, and "
            "is never written to a file."
        ),
    ),
    (
        mark("Get a token"),
        mark(
            "Every call needs an access token. The keys are sent as headers, and the "
            "token comes back; it lives one hour in test and 24 hours in production. "
            "This call shows whether the keys belong together and to this environment."
        ),
    ),
    (
        mark("What the keys reach"),
        mark(
            "A token does not show that the merchant serial number is right, or that a "
            "product is active for your sales unit. These calls do. They only read. "
            "One asks for a payment that does not exist: 404 is the good answer to it."
        ),
    ),
    (
        mark("Create a payment"),
        mark(
            "Your shop creates a payment and gets back the address of the payment "
            "page. You send the buyer there, and the buyer approves in the app. The "
            "Idempotency-Key makes it safe to send the same call again after a "
            "time-out."
        ),
    ),
    (
        mark("See it paid"),
        mark(
            "Your shop asks how far the payment is, or a webhook tells it. Never trust "
            "the buyer's return alone: the page can be closed too early."
        ),
    ),
    (
        mark("Go live"),
        mark(
            "What changes from test to production. Tick off what is done; the list can "
            "be saved and printed, and holds none of your values."
        ),
    ),
)
KEYS, TOKEN, LAST = 1, 2, len(STEPS) - 1


class Panel(Speaking, widgets.VBox):
    """One step with its heading, and why it is there."""

    def __init__(self, number: int, *parts: widgets.Widget) -> None:
        self._number = number
        self.head = widgets.HTML()
        super().__init__([self.head, *parts])
        self.speak()

    def paint(self) -> None:
        """Set the heading and the reason."""
        name, why = STEPS[self._number]
        title = tr("{number}. {name}", number=self._number + 1, name=tr(name))
        self.head.value = html.page(html.section(title, tr(why)))


class Onboarding(Speaking, widgets.VBox):
    """The whole notebook; its parts can be used alone as well.

    Attributes:
        rail: the steps, and how far they are.
        guide: where the keys are.
        form: the keys.
        token: the step that gets a token.
        access: the step that shows what the keys reach.
        payment: the step that creates a payment.
        paid: the step that sees it paid.
        golive: the list before going live.
        diagnosis: what is wrong and how to mend it.
        back: opens the step before.
        next: opens the step after.
        said: what happened that the user did not ask for; what to do next.
    """

    def __init__(self) -> None:
        self.guide = KeyGuide()
        self.form = KeyForm()
        self.token = TokenStep(self.form)
        self.access = AccessStep(self.form, self.token)
        self.payment = PaymentStep(self.form, self.token)
        self.paid = PaidStep(self.form, self.payment)
        self.golive = GoLive()
        self._calls = (self.token, self.access, self.payment, self.paid)
        self._anew = False
        self.form.on_change(self._start_again)
        self.diagnosis = DiagnosisStep(self.form, *self._calls)
        self.rail = Rail([name for name, _ in STEPS])
        self.back, self.next = action(), action()
        self.said = widgets.HTML()
        self._diagnosis = widgets.VBox([widgets.HTML(), self.diagnosis])
        self._panels = [
            Panel(number, part)
            for number, part in enumerate(
                (self.guide, self.form, *self._calls, self.golive)
            )
        ]
        self._wire()
        moves = widgets.HBox([self.back, self.next], layout=ROW)
        top = [Heading("01-onboarding"), self.rail]
        super().__init__(
            [*top, *self._panels, self.said, moves, self._diagnosis, Mishap()]
        )
        self.speak()

    def _wire(self) -> None:
        self.rail.on_go(lambda _: self.paint())
        self.back.on_click(lambda _: self.rail.go(self.rail.current - 1))
        self.next.on_click(lambda _: self.rail.go(self.rail.current + 1))
        for step in self._calls:
            step.on_change(self._went_on)
        self.golive.ticks.observe(lambda _: self.paint(), "ticked")

    def _start_again(self) -> None:
        """Forget calls that were made with other keys, and say so."""
        self._anew = any(step.begun for step in self._calls)
        for step in self._calls:
            step.clear()
        self.paint()

    def _went_on(self) -> None:
        self._anew = False
        self.paint()

    @property
    def done(self) -> list[int]:
        """The numbers of the steps that are done, by what really happened."""
        filled = self.form.filled
        whole = filled and not self.form.key_set.missing
        states = (
            filled,
            whole and self.form.report.worst is not Severity.ERROR,
            *(step.done for step in self._calls),
            self.golive.complete,
        )
        return [number for number, state in enumerate(states) if state]

    def paint(self) -> None:
        """Show the open step, how far all of them are, and what comes next."""
        if not hasattr(self, "_panels"):
            return  # the parts speak before the whole is put together
        now = self.rail.current
        self.rail.mark_done(self.done)
        for number, panel in enumerate(self._panels):
            panel.layout.display = "" if number == now else "none"
        asked = KEYS <= now < LAST
        self._diagnosis.layout.display = "" if asked else "none"
        title = html.section(tr("What is wrong, and how to mend it"))
        self._diagnosis.children[0].value = html.page(title)
        self._paint_moves(now)

    def _paint_moves(self, now: int) -> None:
        # Named before it is shown: the page draws one change after the other.
        if now:
            name = tr(STEPS[now - 1][0])
            self.back.description = tr("Back: {name}", name=name)
        if now < LAST:
            name = tr(STEPS[now + 1][0])
            self.next.description = tr("Next: {name}", name=name)
        self.back.layout.display = "" if now else "none"
        self.next.layout.display = "" if now < LAST else "none"
        self.next.button_style = "primary" if now in self.done or not now else ""
        parts = [html.status(self._anew_words())] if self._anew else []
        advice = self.advice()
        parts += [html.notice(advice)] if advice else []
        self.said.value = html.page(*parts) if parts else ""

    def _anew_words(self) -> str:
        return tr(
            "The keys have changed. The steps from the token on start anew: what was "
            "called with the other keys is forgotten."
        )

    def advice(self) -> str:
        """Return what to do next where that needs a word; empty if it does not."""
        now = self.rail.current
        if KEYS <= now < LAST and self.diagnosis.report.worst is Severity.ERROR:
            return tr(
                "Before you go on, mend the first cause in the table below, and do "
                "this step again."
            )
        if now == LAST - 1 and self.paid.done:
            return tr(
                "That is the whole way. With the keys of your own test sales unit the "
                "steps are the same: choose Test in step 2."
            )
        return ""
