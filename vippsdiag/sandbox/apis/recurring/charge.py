"""A charge: one payment within an agreement, and what time does to it."""

import uuid
from datetime import datetime, timedelta

import msgspec

from vippsdiag.sandbox.apis.payments import REFUSED_AMOUNTS
from vippsdiag.sandbox.state.history import write_down

# A charge is DUE, and the buyer sees it, for about a month (the toolkit's skill, high).
VISIBLE = timedelta(days=30)
# In Norway charges are attempted at 07:00 and 15:00 UTC (the guide of 2023, high), and
# nobody should rely on it.
MORNING, AFTERNOON = timedelta(hours=7), timedelta(hours=15)
CAPTURE_PATIENCE, REFUND_PATIENCE = timedelta(days=180), timedelta(days=365)
# Refunds of one of these amounts fail in test (facts 7.2, high).
REFUSED_REFUNDS = frozenset({123, 124})
FAILURES = {
    "user_action_required": "User action required",
    "charge_amount_too_high": "Amount is higher than the user's specified max amount",
}


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened to a charge."""

    event: str
    amount: int
    at: datetime
    key: str
    success: bool = True
    transaction: str | None = None


class Charge(msgspec.Struct, kw_only=True):
    """A charge; all amounts are in minor units.

    Attributes:
        due: the begin of the day on which it is processed; for a charge that is not
            scheduled, the moment of its creation.
        most: what the buyer agreed to at most; None for any amount.
        transaction: the id of the payment; None before the charge is due.
    """

    id: str
    agreement: str
    amount: int
    currency: str
    description: str
    type: str
    transaction_type: str
    due: datetime
    retry_days: int = 0
    mode: str = "MULTIPLE_ATTEMPTS"
    external: str | None = None
    most: int | None = None
    status: str = "PENDING"
    captured: int = 0
    refunded: int = 0
    cancelled: int = 0
    transaction: str | None = None
    failure: str | None = None
    history: list[Event] = msgspec.field(default_factory=list)

    @property
    def scheduled(self) -> bool:
        """Whether it waits for a day."""
        return self.type == "RECURRING"

    @property
    def attempt(self) -> datetime:
        """When it is processed."""
        return self.due + MORNING if self.scheduled else self.due

    @property
    def last_attempt(self) -> datetime:
        """When it fails for good."""
        if not self.scheduled or self.mode == "SINGLE_ATTEMPT":
            return self.attempt
        return self.due + timedelta(days=self.retry_days) + AFTERNOON

    @property
    def wakes(self) -> datetime | None:
        """When time changes it next; None if time does no more."""
        if self.type == "INITIAL":
            return None
        if self.status == "PENDING":
            return self.due - VISIBLE
        if self.status == "DUE":
            return self.last_attempt if self.failure else self.attempt
        return None

    @property
    def reserved(self) -> int:
        """What is left to capture."""
        return self.amount - self.captured - self.cancelled

    def note(self, event: str, amount: int, at: datetime, key: str) -> None:
        """Write down what happened."""
        moved = event in {"RESERVE", "CAPTURE", "REFUND", "CANCEL"}
        noted = Event(
            event=event,
            amount=amount,
            at=at,
            key=key,
            success=event != "FAIL",
            transaction=transaction_id() if moved and self.transaction else None,
        )
        write_down(self.history, noted)

    def obstacle(self) -> str | None:
        """Return why the buyer's money cannot be had, or None."""
        if self.most is not None and self.amount > self.most:
            return "charge_amount_too_high"
        return "user_action_required" if self.amount in REFUSED_AMOUNTS else None

    def advance(self, now: datetime) -> str | None:
        """Let time pass; return what was noted, if anything was.

        The initial charge waits for the buyer, and not for time.
        """
        if self.type == "INITIAL":
            return None
        if self.status == "PENDING" and now >= self.due - VISIBLE:
            self.status, self.transaction = "DUE", transaction_id()
        if self.status != "DUE" or now < self.attempt:
            return None
        failure = self.obstacle()
        if failure is None:
            return self.process(self.attempt)
        self.failure = failure
        if now < self.last_attempt:
            return None
        self.status = "FAILED"
        self.note("FAIL", self.amount, self.last_attempt, self.own_key)
        return "FAIL"

    @property
    def own_key(self) -> str:
        """The key of what is done without a call, as a captured charge had it."""
        return f"{self.id}-{self.agreement}-ProcessPayment"

    def process(self, at: datetime) -> str:
        """Take the buyer's money; return what was noted."""
        self.transaction = self.transaction or transaction_id()
        if self.transaction_type == "RESERVE_CAPTURE":
            self.status, event = "RESERVED", "RESERVE"
        else:
            self.status, event, self.captured = "CHARGED", "CAPTURE", self.amount
        self.note(event, self.amount, at, self.own_key)
        return event

    def capture(self, amount: int, at: datetime, key: str) -> None:
        """Capture a part of what is reserved."""
        self.captured += amount
        self.status = "PARTIALLY_CAPTURED" if self.reserved else "CHARGED"
        self.note("CAPTURE", amount, at, key)

    def cancel(self, at: datetime, key: str) -> None:
        """Release what is not captured."""
        amount = self.reserved
        self.cancelled += amount
        self.status = "CHARGED" if self.captured else "CANCELLED"
        self.note("CANCEL", amount, at, key)

    def refund(self, amount: int, at: datetime, key: str) -> None:
        """Give back a part of what was captured."""
        self.refunded += amount
        whole = self.refunded == self.captured
        self.status = "REFUNDED" if whole else "PARTIALLY_REFUNDED"
        self.note("REFUND", amount, at, key)

    def happened(self, event: str) -> datetime | None:
        """Return when something happened first."""
        return next((each.at for each in self.history if each.event == event), None)

    def shown(self, external_agreement: str | None) -> dict[str, object]:
        """Return it as the API does."""
        shown: dict[str, object] = {
            "amount": self.amount,
            "currency": self.currency,
            "description": self.description,
            "due": stamp(self.due),
            "id": self.id,
            "agreementId": self.agreement,
            "externalId": self.external,
            "retryDays": self.retry_days,
            "processingMode": self.mode,
            "status": self.status,
            "transactionId": self.transaction,
            "type": self.type,
            "transactionType": self.transaction_type,
            "failureReason": self.failure,
            "summary": {
                "captured": self.captured,
                "refunded": self.refunded,
                "cancelled": self.cancelled,
            },
            "history": [_shown(event) for event in self.history],
        }
        if self.failure:
            shown["failureDescription"] = FAILURES[self.failure]
        if external_agreement:
            shown["externalAgreementId"] = external_agreement
        return shown


def _shown(event: Event) -> dict[str, object]:
    shown: dict[str, object] = {
        "occurred": stamp(event.at),
        "event": event.event,
        "amount": event.amount,
        "idempotencyKey": event.key,
        "success": event.success,
    }
    if event.transaction:
        shown["transactionId"] = event.transaction
    return shown


def stamp(at: datetime) -> str:
    """Return a time as Recurring writes it, to the second."""
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


def transaction_id() -> str:
    """Return a new id with the form of the real ones, ten digits."""
    return str(uuid.uuid4().int % 9_000_000_000 + 1_000_000_000)
