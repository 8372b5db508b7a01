"""An order: its amounts, and what happened to it."""

import uuid
from datetime import datetime, timedelta

import msgspec

from vippsdiag.sandbox.state.history import write_down

# Landing page and app give the buyer five minutes each (facts 6.7).
PATIENCE = timedelta(minutes=10)


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an order's history."""

    operation: str
    amount: int
    text: str
    at: datetime
    transaction: str
    request: str = ""
    success: bool = True


class Shipping(msgspec.Struct, frozen=True, kw_only=True):
    """How an express order is shipped."""

    method: str
    id: str
    cost: float


class Order(msgspec.Struct, kw_only=True):
    """An order; all amounts are in minor units.

    Attributes:
        back: where the buyer goes afterwards.
        callback: what the address begins with at which the shop is told.
        authorization: what it is told with, in the header of that name.
        shipping: the ways to ship an express order; None for a regular one.
        history: the oldest first.
    """

    id: str
    amount: int
    text: str
    created: datetime
    back: str
    callback: str = ""
    authorization: str = ""
    phone: str = ""
    scope: str = ""
    shipping: list[Shipping] | None = None
    approved: bool = False
    ended: bool = False
    captured: int = 0
    refunded: int = 0
    cancelled: int = 0
    sub: str | None = None
    history: list[Entry] = msgspec.field(default_factory=list)

    @property
    def left(self) -> int:
        """What is reserved and not captured."""
        return self.amount - self.captured - self.cancelled if self.approved else 0

    def note(  # noqa: PLR0913 - an entry has as many parts
        self,
        operation: str,
        amount: int,
        at: datetime,
        *,
        text: str = "",
        request: str = "",
        success: bool = True,
    ) -> Entry:
        """Write down what happened; reservation and initiation are one transaction."""
        same = self.history[0].transaction if operation == "RESERVE" else None
        entry = Entry(
            operation=operation,
            amount=amount,
            text=text or self.text,
            at=at,
            transaction=same or new_transaction(),
            request=request,
            success=success,
        )
        write_down(self.history, entry)
        return entry

    @property
    def wakes(self) -> datetime | None:
        """When time changes it; None if time does no more."""
        return None if self.approved or self.ended else self.created + PATIENCE

    def is_over(self, now: datetime) -> bool:
        """Tell whether the buyer has done nothing for too long."""
        return self.wakes is not None and now > self.wakes

    def end(self, at: datetime) -> Entry:
        """End before it was approved."""
        self.ended = True
        return self.note("CANCEL", self.amount, at)

    def reserved_at(self) -> datetime:
        """Return when the buyer's money was reserved."""
        found = (each.at for each in self.history if each.operation == "RESERVE")
        return next(found, self.created)

    def summary(self) -> dict[str, int]:
        """Return the amounts as the API does."""
        return {
            "capturedAmount": self.captured,
            "refundedAmount": self.refunded,
            "remainingAmountToCapture": self.left,
            "remainingAmountToRefund": self.captured - self.refunded,
        }


def new_transaction() -> str:
    """Return a new id with the form of the real ones, ten digits."""
    return str(uuid.uuid4().int % 1_000_000_000 + 5_000_000_000)


def stamp(at: datetime) -> str:
    """Return a time as eCom writes it."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
