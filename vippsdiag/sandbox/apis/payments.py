"""A payment: its amounts, its state and what happened to it."""

import os
from datetime import datetime, timedelta

import msgspec

from vippsdiag.sandbox.state.history import write_down

# Every sales unit has one payment to read at first.
SAMPLE_REFERENCE = "sandbox-payment-1"
# Landing page and app give the buyer five minutes each (facts 6.7).
PATIENCE = timedelta(minutes=10)
# An approval of one of these amounts fails (facts 7.2, high); that the payment then
# stays as it was, with an event that tells of no success, is inferred.
REFUSED_AMOUNTS = frozenset({151, 182, 183, 184, 186, 187, 197, 201, 202})


def new_reference() -> str:
    """Return a PSP reference, which has the form of a GUID.

    It is made without the class for GUIDs, which costs more than all the rest of it.
    """
    digits = os.urandom(16).hex()
    head = f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}"
    return f"{head}-{digits[20:]}"


class Event(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One thing that happened to a payment.

    Attributes:
        psp_reference: each event has one of its own.
        key: the idempotency key of the call that did it.
    """

    name: str
    value: int
    at: datetime
    psp_reference: str
    key: str | None = None
    success: bool = True


class Line(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One line of a receipt, as the buyer sees it."""

    name: str
    value: int


class Shipping(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How the goods are sent, in Express.

    Attributes:
        option: the id of the option.
        name: as the buyer sees it.
        cost: is added to the amount.
    """

    option: str
    name: str
    cost: int


class Payment(msgspec.Struct, kw_only=True, gc=False):
    """A payment; all amounts are in minor units.

    Attributes:
        value: without the shipping of Express.
        deadline: when it expires if the buyer does nothing.
        token: what the buyer's page is found by; empty if there is none.
        picture: the kind of QR code that is handed out in its place; empty for none.
        size: of that QR code, in pixels.
        back: where the buyer goes afterwards; empty for nowhere.
        scope: what profile was asked for.
        phone: the buyer's number, if it is known.
        least_age: of the buyer, in whole years.
        sub: what the profile can be read by, once the buyer has approved.
        shipping: of Express; None for other payments.
        approved: when the buyer approved.
    """

    reference: str
    psp_reference: str
    value: int
    currency: str
    created: datetime
    deadline: datetime
    method: str = "WALLET"
    state: str = "CREATED"
    authorized: int = 0
    captured: int = 0
    cancelled: int = 0
    refunded: int = 0
    token: str = ""
    picture: str = ""
    size: int = 0
    back: str = ""
    description: str = ""
    scope: str = ""
    phone: str = ""
    least_age: int = 0
    sub: str = ""
    shipping: Shipping | None = None
    lines: tuple[Line, ...] = ()
    metadata: dict[str, str] | None = None
    approved: datetime | None = None
    events: list[Event] = msgspec.field(default_factory=list)

    @property
    def total(self) -> int:
        """What the buyer approves."""
        return self.value + (self.shipping.cost if self.shipping else 0)

    @property
    def uncaptured(self) -> int:
        """What can still be captured or cancelled."""
        return self.authorized - self.captured - self.cancelled

    @property
    def refundable(self) -> int:
        """What can still be refunded."""
        return self.captured - self.refunded

    def note(
        self,
        name: str,
        value: int,
        at: datetime,
        key: str | None = None,
        *,
        success: bool = True,
    ) -> Event:
        """Write down what happened."""
        event = Event(
            name=name,
            value=value,
            at=at,
            psp_reference=new_reference(),
            key=key,
            success=success,
        )
        write_down(self.events, event)
        return event

    @property
    def wakes(self) -> datetime | None:
        """When time changes it; None if time does no more."""
        return self.deadline if self.state == "CREATED" else None

    def is_over(self, now: datetime) -> bool:
        """Tell whether the buyer has done nothing for too long."""
        return self.state == "CREATED" and now > self.deadline

    def expire(self) -> Event:
        """End because the buyer has done nothing for too long."""
        return self.end("EXPIRED", self.deadline)

    def approve(self, now: datetime) -> Event:
        """Approve as the buyer; the event tells whether the money was reserved."""
        success = self.value not in REFUSED_AMOUNTS
        if success:
            self.state, self.authorized = "AUTHORIZED", self.total
            self.approved = now
        return self.note("AUTHORIZED", self.total, now, success=success)

    def end(self, state: str, now: datetime, key: str | None = None) -> Event:
        """End before it was approved: ABORTED, EXPIRED or TERMINATED."""
        self.state = state
        return self.note(state, self.total, now, key)

    def amount(self, value: int) -> dict[str, object]:
        """Return an amount in the payment's currency, as the API writes it."""
        return {"currency": self.currency, "value": value}

    def shown(self) -> dict[str, object]:
        """Return what the answers about a payment have in common."""
        return {
            "amount": self.amount(self.value),
            "state": self.state,
            "aggregate": {
                "authorizedAmount": self.amount(self.authorized),
                "cancelledAmount": self.amount(self.cancelled),
                "capturedAmount": self.amount(self.captured),
                "refundedAmount": self.amount(self.refunded),
            },
            "pspReference": self.psp_reference,
            "reference": self.reference,
        }


def sample(now: datetime) -> Payment:
    """Return the payment that is there at first: approved, and not yet captured."""
    payment = Payment(
        reference=SAMPLE_REFERENCE,
        psp_reference="sandbox-psp-reference-1",
        value=49900,
        currency="NOK",
        created=now,
        deadline=now + PATIENCE,
    )
    payment.note("CREATED", payment.value, now)
    payment.approve(now)
    return payment
