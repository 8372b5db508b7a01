"""The entries of a ledger: what the payments of a sales unit did to its balance."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from vippsdiag.sandbox.apis import ecom, payments, recurring
from vippsdiag.sandbox.call import Call
from vippsdiag.sandbox.state import Room

CAPTURE, REFUND = "capture", "refund"


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


def _signed(kind: str, amount: int) -> int:
    return -amount if kind == REFUND else amount


def _payments(room: Room) -> Iterator[Entry]:
    kinds = {"CAPTURED": CAPTURE, "REFUNDED": REFUND}
    for payment in room.all(payments.Payment):
        for event in payment.events:
            kind = kinds.get(event.name)
            if kind and event.success:
                yield Entry(
                    at=event.at,
                    kind=kind,
                    amount=_signed(kind, event.value),
                    currency=payment.currency,
                    reference=payment.reference,
                    psp_reference=event.psp_reference,
                )


def _orders(room: Room) -> Iterator[Entry]:
    kinds = {"CAPTURE": CAPTURE, "REFUND": REFUND}
    for order in room.all(ecom.Order):
        for entry in order.history:
            kind = kinds.get(entry.operation)
            if kind and entry.success:
                yield Entry(
                    at=entry.at,
                    kind=kind,
                    amount=_signed(kind, entry.amount),
                    currency="NOK",
                    reference=order.id,
                    psp_reference=entry.transaction,
                )


def _charges(room: Room) -> Iterator[Entry]:
    kinds = {"CAPTURE": CAPTURE, "REFUND": REFUND}
    for charge in room.all(recurring.Charge):
        for event in charge.history:
            kind = kinds.get(event.event)
            if kind and event.success:
                yield Entry(
                    at=event.at,
                    kind=kind,
                    amount=_signed(kind, event.amount),
                    currency=charge.currency,
                    reference=charge.external or charge.id,
                    psp_reference=event.transaction or charge.id,
                )
