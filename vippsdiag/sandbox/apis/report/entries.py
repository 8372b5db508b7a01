"""The entries of a ledger: what the payments of a sales unit did to its balance."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from vippsdiag.sandbox.apis import ecom, payments, recurring
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.state.state import Room

CAPTURE, REFUND = "capture", "refund"
# As eCom and Recurring name them.
KINDS = {"CAPTURE": CAPTURE, "REFUND": REFUND}


class Entry(NamedTuple):
    """One movement of money; a refund is negative."""

    at: datetime
    kind: str
    amount: int
    currency: str
    reference: str
    psp_reference: str


def entries(call: Call) -> list[Entry]:
    """Return all movements of the sales unit of a call, the oldest first.

    Captures and refunds are there; fees and payouts, which are for the real platform to
    decide, are not.
    """
    # Charges that are due are taken when they are asked for.
    recurring.all_agreements(call)
    room = call.room
    found = [*_payments(room), *_orders(room), *_charges(room)]
    return sorted(found, key=lambda entry: entry.at)


def _entry(kind: str, amount: int, *, at: datetime, **more: str) -> Entry:
    """Return a movement; a refund takes the amount away."""
    signed = -amount if kind == REFUND else amount
    return Entry(at=at, kind=kind, amount=signed, **more)


def _payments(room: Room) -> Iterator[Entry]:
    kinds = {"CAPTURED": CAPTURE, "REFUNDED": REFUND}
    for payment in room.all(payments.Payment):
        for event in payment.events:
            if event.success and event.name in kinds:
                yield _entry(
                    kinds[event.name],
                    event.value,
                    at=event.at,
                    currency=payment.currency,
                    reference=payment.reference,
                    psp_reference=event.psp_reference,
                )


def _orders(room: Room) -> Iterator[Entry]:
    for order in room.all(ecom.Order):
        for entry in order.history:
            if entry.success and entry.operation in KINDS:
                yield _entry(
                    KINDS[entry.operation],
                    entry.amount,
                    at=entry.at,
                    currency="NOK",
                    reference=order.id,
                    psp_reference=entry.transaction,
                )


def _charges(room: Room) -> Iterator[Entry]:
    for charge in room.all(recurring.Charge):
        for event in charge.history:
            if event.success and event.event in KINDS:
                yield _entry(
                    KINDS[event.event],
                    event.amount,
                    at=event.at,
                    currency=charge.currency,
                    reference=charge.external or charge.id,
                    psp_reference=event.transaction or charge.id,
                )
