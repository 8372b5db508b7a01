"""The first payment: created in test or in the sandbox, approved, and seen paid."""

import json
import os
from dataclasses import replace
from typing import Any

import ipywidgets as widgets

from vippsdiag.client import Client, Order
from vippsdiag.client.order import is_phone
from vippsdiag.environments import SANDBOX_ADDRESS, Environment
from vippsdiag.errors import UnsafeCall, VippsdiagError
from vippsdiag.exchange import Exchange
from vippsdiag.language import mark, tr
from vippsdiag.notebook.choice import Choice
from vippsdiag.notebook.keyform import KeyForm
from vippsdiag.notebook.link import OpenLink
from vippsdiag.notebook.sealed import SealedField
from vippsdiag.notebook.step import Step, action
from vippsdiag.notebook.steps import TokenStep
from vippsdiag.notebook.views import ROW, Timeline
from vippsdiag.render import html
from vippsdiag.render.payment import events_view, state_of
from vippsdiag.sandbox.apis.userinfo import PHONE
from vippsdiag.secret import Secret, examine

# The markets' own: a sales unit takes the one of its country.
CURRENCIES = ("NOK", "DKK", "EUR")
# In minor units; the least that every market takes, and the most.
USUAL, LEAST, MOST = 1000, 100, 65_000_000
NOT_HERE = mark(
    "In production nothing is created from here: it would be a real payment, of real "
    "money, that somebody would see in the app. Make your first real payment in your "
    "own shop, when the list of the last step is done."
)
PRACTICE_NOT_HERE = mark(
    "These practice keys play production, and in production nothing is created from "
    "here. Choose the practice keys of the test unit, and get a token again."
)


class PaymentStep(Step):
    """Creates a payment, in test or in the sandbox; never in production.

    Args:
        form: the keys.
        token: the step that has the token.

    Attributes:
        amount: in minor units.
        currency: of the sales unit's market.
        phone: of a test user, if there is one.
        link: opens the payment page, where the buyer approves.
        approve: approves in the buyer's place.
        order: the payment; None before it was created.
        approval: the call that approved it; None if it was not approved from here.
    """

    label = mark("Create the payment")
    hint = mark("No money moves: it is a test payment.")

    def __init__(self, form: KeyForm, token: TokenStep) -> None:
        self.token = token
        self.order: Order | None = None
        self.approval: Exchange | None = None
        self.amount = widgets.BoundedIntText(
            value=USUAL,
            min=LEAST,
            max=MOST,
            step=100,
            style={"description_width": "initial"},
            layout={"width": "30rem", "max_width": "100%"},
        )
        self.currency = Choice(mark("Currency"), [(one, one) for one in CURRENCIES])
        self.phone = SealedField("")
        self.link = OpenLink(mark("Open the payment page"))
        self.approve = action()
        self.approve.on_click(lambda _: form.when_ready(self.play_buyer))
        self.order_form = widgets.VBox(
            [widgets.HBox([self.amount, self.currency], layout=ROW), self.phone]
        )
        super().__init__(form, self.order_form)
        self.next = widgets.HBox([self.approve, self.link], layout=ROW)
        parts, calls = self.children[:-1], self.children[-1]
        self.children = (*parts, self.next, calls)
        form.on_change(self.paint)
        self.phone.on_value(lambda _: self.paint())

    @property
    def done(self) -> bool:
        """Whether there is a payment."""
        return self.order is not None

    @property
    def allowed(self) -> bool:
        """Whether the keys are for an environment that payments are created in."""
        return self.form.plays is Environment.TEST

    def clear(self) -> None:
        """Forget the payment."""
        self.order, self.approval = None, None
        self.link.lead_to(None)
        super().clear()

    def run(self) -> None:
        """Create the payment, once a phone number that was typed has arrived."""
        self.phone.when_ready(super().run)

    def work(self) -> None:
        """Create the payment."""
        self.clear()
        client = self._client()
        order = Order(
            value=int(self.amount.value),
            currency=str(self.currency.value),
            phone=self._phone(),
        )
        exchange = client.create_payment(order)
        self.calls.show(exchange)
        if exchange.ok:
            self.order = order
            self.link.lead_to(self._address(exchange))

    def _client(self) -> Client:
        if not self.allowed:
            raise UnsafeCall(self._not_here())
        return self.token.ready

    def _phone(self) -> Secret | None:
        number = self.phone.value
        if number is not None and not is_phone(number):
            raise VippsdiagError(
                mark(
                    "The phone number needs its country code, and digits only: 47 and "
                    "eight digits for Norway, for instance."
                )
            )
        return number

    def _address(self, exchange: Exchange) -> str | None:
        """Return the payment page's address; none for a sandbox that has no page."""
        sandbox = self.form.environment.value is Environment.SANDBOX
        if sandbox and not os.environ.get(SANDBOX_ADDRESS):
            return None
        body = exchange.response.body if exchange.response else None
        return examine(body or "", _redirect_url)

    def play_buyer(self) -> None:
        """Approve the payment in the buyer's place."""
        self.attempt(self._approve)

    def _approve(self) -> None:
        if self.order is None:
            return
        # In the sandbox every number is a test user's.
        order = replace(self.order, phone=self.order.phone or Secret(PHONE))
        self.approval = self._client().approve_payment(order)
        self.calls.show(*self.calls.exchanges[:1], self.approval)

    def _not_here(self) -> str:
        sandbox = self.form.environment.value is Environment.SANDBOX
        return PRACTICE_NOT_HERE if sandbox else NOT_HERE

    def paint(self) -> None:
        """Say what can be done here, and what came of it."""
        super().paint()
        self.amount.description = tr("Amount in minor units (1000 is 10.00)")
        self.phone.label = tr("Phone number of a test user, if you like")
        self.phone.help = tr(
            "With country code, such as 47 for Norway. You find your test users in the "
            "portal: “For developers”, “Test users”. Never a real person's number."
        )
        self.approve.description = tr("Approve as the buyer")
        self.order_form.layout.display = "" if self.allowed else "none"
        self.button.disabled = not self.allowed
        if not self.allowed:
            self.view.value = html.page(html.notice(tr(self._not_here())))
        waiting = self.done and not (self.approval and self.approval.ok)
        known = self.order is not None and self.order.phone is not None
        sandbox = self.form.environment.value is Environment.SANDBOX
        can = waiting and (sandbox or known)
        self.approve.layout.display = "" if can else "none"

    def told(self) -> str:
        """Say whether there is a payment, and what the buyer does now."""
        if not self.done:
            text = tr("The payment was not created. The diagnosis below says why.")
            return html.status(text, "error")
        if self.approval is not None and self.approval.ok:
            text = tr("The payment is approved. The next step shows that it is paid.")
            return html.status(text, "good")
        first = tr("The payment is created, and waits ten minutes for the buyer.")
        parts = [html.status(first, "good"), html.notice(self._advice())]
        if self.approval is not None:
            failed = tr(
                "It was not approved: the answer has the status {status}. A test user "
                "has to approve one payment in the app first.",
                status=self.approval.status,
            )
            parts.append(html.status(failed, "error"))
        return "".join(parts)

    def _advice(self) -> str:
        if self.form.environment.value is not Environment.SANDBOX:
            return tr(
                "Open the payment page and approve in the test app (MT) with a test "
                "user. With the phone number of a test user who has approved once, the "
                "button does it too."
            )
        if self.link.shown:
            return tr(
                "Play the buyer: approve with the button, or on the payment page, "
                "which is on the machine that runs the notebook. From there it goes on "
                "to example.com, in the place of your shop."
            )
        return tr(
            "Play the buyer: approve with the button. This sandbox lives inside the "
            "notebook, and has no payment page to open."
        )


def _redirect_url(raw: str) -> Secret | None:
    try:
        body: Any = json.loads(raw)
    except ValueError:
        return None
    address = body.get("redirectUrl") if isinstance(body, dict) else None
    return Secret(address) if isinstance(address, str) else None


class PaidStep(Step):
    """Reads the payment, and what happened to it; takes the money if asked to.

    Args:
        form: the keys.
        payment: the step that created the payment.

    Attributes:
        capture: takes what is reserved; hidden if there is nothing to take.
        timeline: all calls so far, in time.
    """

    label = mark("See whether it is paid")
    hint = mark("Press this as often as you like.")

    def __init__(self, form: KeyForm, payment: PaymentStep) -> None:
        self.payment = payment
        self.read: tuple[Exchange, Exchange] | None = None
        self.capture = action()
        self.capture.on_click(lambda _: form.when_ready(self.take))
        self.timeline = Timeline()
        super().__init__(form)
        button, view, calls = self.children
        self.children = (button, view, self.capture, self.timeline, calls)

    @property
    def state(self) -> str:
        """What the API calls the payment's state; empty if it was not read."""
        return state_of(self.read[0]) if self.read else ""

    @property
    def done(self) -> bool:
        """Whether the buyer has paid."""
        return self.state in {"AUTHORIZED", "CAPTURED"}

    def clear(self) -> None:
        """Forget what was read."""
        self.read = None
        self.timeline.show(())
        super().clear()

    def work(self) -> None:
        """Read the payment and its events."""
        self._read()

    def _read(self, *before: Exchange) -> None:
        order, client = self._order(), self.payment.token.ready
        self.read = client.read_payment(order)
        self.calls.show(*before, *self.read)
        self.timeline.show(client.exchanges)

    def _order(self) -> Order:
        if self.payment.order is None:
            raise VippsdiagError(mark("Create a payment first."))
        return self.payment.order

    def take(self) -> None:
        """Take the whole amount of the approved payment, and read it again."""
        self.attempt(self._capture)

    def _capture(self) -> None:
        captured = self.payment.token.ready.capture_payment(self._order())
        self._read(captured)

    def paint(self) -> None:
        """Say how far the payment is."""
        super().paint()
        self.capture.description = tr("Take the money (capture)")
        reserved = self.state == "AUTHORIZED"
        self.capture.layout.display = "" if reserved else "none"

    def told(self) -> str:
        """Say how far the payment is, and what happened to it."""
        return events_view(*self.read) if self.read else ""
