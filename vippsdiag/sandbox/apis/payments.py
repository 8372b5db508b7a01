"""A payment: its amounts, its state and what happened to it."""

from datetime import datetime, timedelta

import msgspec

# Every sales unit has one payment to read at first.
SAMPLE_REFERENCE = "sandbox-payment-1"
# Landing page and app give the buyer five minutes each (facts 6.7).
PATIENCE = timedelta(minutes=10)
# An approval of one of these amounts fails (facts 7.2, high); that the payment then
# stays as it was, with an event that tells of no success, is inferred.
REFUSED_AMOUNTS = frozenset({151, 182, 183, 184, 186, 187, 197, 201, 202})


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened to a payment."""

    name: str
    value: int
    at: datetime
    key: str | None
    success: bool = True


class Payment(msgspec.Struct, kw_only=True):
    """A payment; all amounts are in minor units."""

    reference: str
    psp_reference: str
    value: int
    currency: str
    created: datetime
    method: str = "WALLET"
    state: str = "CREATED"
    authorized: int = 0
    captured: int = 0
    cancelled: int = 0
    refunded: int = 0
    events: list[Event] = msgspec.field(default_factory=list)

    def note(self, name: str, value: int, at: datetime, key: str | None = None) -> None:
        """Write down what happened."""
        self.events.append(Event(name=name, value=value, at=at, key=key))

    def expire(self, now: datetime) -> None:
        """Let the payment end if the buyer has done nothing for too long."""
        if self.state == "CREATED" and now - self.created > PATIENCE:
            self.state = "EXPIRED"
            self.note("EXPIRED", self.value, self.created + PATIENCE)

    def approve(self, now: datetime) -> bool:
        """Approve as the buyer; tell whether the money could be reserved."""
        success = self.value not in REFUSED_AMOUNTS
        event = Event(
            name="AUTHORIZED", value=self.value, at=now, key=None, success=success
        )
        self.events.append(event)
        if success:
            self.state, self.authorized = "AUTHORIZED", self.value
        return success

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
    )
    payment.note("CREATED", payment.value, now)
    payment.approve(now)
    return payment
