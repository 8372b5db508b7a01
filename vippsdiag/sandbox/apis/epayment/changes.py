"""Capturing, refunding and cancelling a payment."""

from datetime import timedelta
from typing import NoReturn

from vippsdiag.sandbox.apis.epayment.bodies import Amount, Cancellation, Modification
from vippsdiag.sandbox.apis.epayment.operations import keep
from vippsdiag.sandbox.apis.epayment.problems import (
    obstruct,
    refusal,
    reply,
    unit_of,
)
from vippsdiag.sandbox.apis.epayment.rules import amount
from vippsdiag.sandbox.apis.payments import Event, Payment
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.replay import NAME
from vippsdiag.sandbox.gateway.reply import PROBLEM, Reply, in_json

# How long a reservation lives (the toolkit's skill on the lifecycle, high).
RESERVED = {"NO": timedelta(days=180)}
RESERVED_ELSEWHERE = timedelta(days=14)
REFUNDABLE = timedelta(days=365)
# Refunds of these amounts fail in test (facts 7.2, high; their codes inferred).
UNREFUNDABLE, TOO_LATE = 123, 124


def capture(call: Call, payment: Payment) -> Reply:
    """Capture a part of what is reserved, or all of it."""
    given: Modification = call.given
    value = _changed(call, payment, given.modification_amount)
    obstruct(call, 3010, 6160, 6260, 6280)
    _capturable(call, payment)
    if value > payment.uncaptured:
        raise refusal(call, 6090, f"{payment.uncaptured} are left of the reservation.")
    if value < payment.uncaptured:
        obstruct(call, 6140)
    payment.captured += value
    event = payment.note("CAPTURED", value, call.now, call.header(NAME))
    return _adjusted(call, payment, event)


def _changed(call: Call, payment: Payment, given: Amount) -> int:
    """Return an amount to capture or refund."""
    value = amount(call, given, "modificationAmount")
    if value == 0 or given.currency != payment.currency:
        text = f"The amount has to be more than 0, in {payment.currency}."
        raise refusal(call, 4040, text)
    return value


def _capturable(call: Call, payment: Payment) -> None:
    if payment.state == "CREATED":
        raise refusal(call, 6080)
    if payment.state != "AUTHORIZED":
        _wrong_state(call, 6200, payment, "captured")
    if payment.uncaptured == 0:
        raise refusal(call, 6070 if payment.cancelled else 6170)
    if _ended(call, payment):
        raise refusal(call, 6100)


def _ended(call: Call, payment: Payment) -> bool:
    """Tell whether the time to capture or cancel a reservation is over."""
    longest = RESERVED.get(unit_of(call).market, RESERVED_ELSEWHERE)
    return payment.approved is None or call.now - payment.approved > longest


def _wrong_state(call: Call, code: int, payment: Payment, verb: str) -> NoReturn:
    text = (
        f"Reference `{payment.reference}` cannot be {verb}. "
        f"Invalid state: `{payment.state}`."
    )
    raise refusal(call, code, text)


def refund(call: Call, payment: Payment) -> Reply:
    """Refund a part of what is captured, or all of it."""
    given: Modification = call.given
    value = _changed(call, payment, given.modification_amount)
    obstruct(call, 3010, 5100, 6160)
    _refundable(call, payment, value)
    payment.refunded += value
    event = payment.note("REFUNDED", value, call.now, call.header(NAME))
    return _adjusted(call, payment, event)


def _refundable(call: Call, payment: Payment, value: int) -> None:
    if payment.state == "CREATED":
        raise refusal(call, 6020)
    if payment.state != "AUTHORIZED" or value == UNREFUNDABLE:
        _wrong_state(call, 6210, payment, "refunded")
    if payment.refunded and payment.refundable == 0:
        raise refusal(call, 6180)
    if value > payment.refundable:
        raise refusal(call, 6150, f"{payment.refundable} are left to refund.")
    old = payment.approved is None or call.now - payment.approved > REFUNDABLE
    if old or value == TOO_LATE:
        raise refusal(call, 6220)


def cancel(call: Call, payment: Payment) -> Reply:
    """Cancel a payment that nobody approved, or the rest of a reservation."""
    given: Cancellation = call.given or Cancellation()
    obstruct(call, 3010, 6160, 6250)
    key = call.header(NAME) or None
    if payment.state == "CREATED":
        return _adjusted(call, payment, payment.end("TERMINATED", call.now, key))
    _cancellable(call, payment, given)
    value = payment.uncaptured
    payment.cancelled += value
    event = payment.note("CANCELLED", value, call.now, key)
    return _adjusted(call, payment, event)


def _cancellable(call: Call, payment: Payment, given: Cancellation) -> None:
    if payment.state == "TERMINATED":
        _wrong_state(call, 6190, payment, "cancelled")
    if payment.state != "AUTHORIZED":
        raise refusal(call, 6050)
    if given.cancel_transaction_only:
        raise refusal(call, 6060)
    if payment.uncaptured == 0 and not payment.cancelled:
        raise refusal(call, 6040)
    if payment.uncaptured == 0:
        _wrong_state(call, 6190, payment, "cancelled")
    if _ended(call, payment):
        raise refusal(call, 6030)


def _adjusted(call: Call, payment: Payment, event: Event) -> Reply:
    """Answer with the payment, in the media type that the specification names."""
    keep(call, payment, event)
    return in_json(200, payment.shown(), PROBLEM)


def capture_conflict(call: Call) -> Reply:
    """A capture's key was sent with another body: code 4010 (status inferred)."""
    return reply(call, 4010)


def refund_conflict(call: Call) -> Reply:
    """A refund's key was sent with another body: code 4150 (status inferred)."""
    text = "The Idempotency-Key was used for another refund."
    return reply(call, 4150, text, "Refund idempotency conflict")
