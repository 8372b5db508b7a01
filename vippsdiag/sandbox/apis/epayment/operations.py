"""What ePayment's operations have in common: gate, limits, lookup and events."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import msgspec

from vippsdiag.sandbox.apis.epayment import problems
from vippsdiag.sandbox.apis.epayment.express import shared
from vippsdiag.sandbox.apis.payments import SAMPLE_REFERENCE, Event, Payment, sample
from vippsdiag.sandbox.gateway import answers
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.forms import Forms
from vippsdiag.sandbox.gateway.gate import KEY, Gate, for_product
from vippsdiag.sandbox.gateway.limits import Limit
from vippsdiag.sandbox.gateway.reply import Refusal, Reply
from vippsdiag.sandbox.webhooks import deliveries

PAYMENTS = "/epayment/v1/payments"
ONE = PAYMENTS + "/{reference}"
# Before version 1.7.0 of the specification (January 2025) the most were 50.
REFERENCE = re.compile(r"[a-zA-Z0-9-]{8,64}")
REFERENCE_REASON = (
    "The field Reference must match the regular expression '^[a-zA-Z0-9-]{8,64}$'."
)


def other_unit(call: Call) -> Reply:
    """The number, or the subscription key, is another unit's.

    With a number of another unit it is not known whether the answer is 401, 403 or 404
    (facts section 9, number 7); the documented code 5090 names that case.
    """
    if call.unit is call.owner and "reference" in call.params:
        return problems.not_found(call)
    return answers.other_unit(call)


def number_missing(call: Call) -> Reply:
    """The merchant serial number is missing: 400 naming the field (inferred)."""
    return problems.malformed(
        call,
        "Merchant-Serial-Number",
        "The Merchant-Serial-Number field is required.",
    )


def conflict(call: Call) -> Reply:
    """The idempotency key was sent with another body: code 4020 (status inferred)."""
    return problems.reply(call, 4020)


FORMS = Forms(
    number_missing=number_missing,
    other_unit=other_unit,
    header_missing=problems.header_missing,
    unreadable=problems.unreadable,
    conflict=conflict,
)


def gate(conflict: Callable[[Call], Reply] = conflict) -> Gate:
    """Return the gate of an operation, which may tell of conflicts in its own way."""
    return for_product("ePayment", replace(FORMS, conflict=conflict), msn=True)


GATE = gate()


class _Named(msgspec.Struct):
    reference: str | int = ""


def _named(call: Call) -> tuple[str, ...]:
    """Count a creation by its reference; all without one are counted as the same."""
    try:
        reference = msgspec.json.decode(call.body, type=_Named).reference
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        reference = ""
    return (
        "" if isinstance(reference, int) and reference >= 10**64 else str(reference),
        call.msn,
    )


# Facts 5.2, high.
CREATIONS = Limit(calls=5, per=_named)
CHANGES = Limit(calls=5, per=lambda call: (call.params["reference"], call.msn))
READS = Limit(calls=120, per=lambda call: (call.params["reference"], call.header(KEY)))


def about(serve: Callable[[Call, Payment], Reply]) -> Callable[[Call], Reply]:
    """Look the payment up before an operation on it."""

    def operation(call: Call) -> Reply:
        return serve(call, _found(call))

    operation.__doc__ = serve.__doc__
    return operation


def _found(call: Call) -> Payment:
    reference = call.params["reference"]
    if not REFERENCE.fullmatch(reference):
        raise Refusal(problems.malformed(call, "reference", REFERENCE_REASON))
    payment = payment_of(call, reference)
    if payment is None:
        raise Refusal(problems.not_found(call))
    return payment


def payment_of(call: Call, reference: str) -> Payment | None:
    """Return a payment as it is now; None if there is none of that reference.

    A payment whose time is over ends when it is next asked for, or when the sandbox
    catches up, dated as if it had ended then.
    """
    payment = call.room.get(Payment, reference)
    if payment is None and reference == SAMPLE_REFERENCE:
        payment = sample(call.now)
        call.room.put(reference, payment)
    if payment is None or not payment.is_over(call.now):
        return payment
    with call.sandbox.state.change():
        # Another process may have been faster.
        payment = call.room.get(Payment, reference)
        if payment is not None and payment.is_over(call.now):
            keep(call, payment, payment.expire())
    return payment


def keep(call: Call, payment: Payment, event: Event) -> None:
    """Keep what happened to a payment, and tell the merchant of it."""
    call.room.put(payment.reference, payment)
    if deliveries.registered(call):
        _tell(call, payment, event)


def _tell(call: Call, payment: Payment, event: Event) -> None:
    body: dict[str, object] = {
        "msn": call.msn,
        "reference": payment.reference,
        "pspReference": event.psp_reference,
        "name": event.name,
        "amount": payment.amount(event.value),
        "timestamp": stamp(event.at),
        "success": event.success,
    }
    if event.key:
        body["idempotencyKey"] = event.key
    if event.name == "AUTHORIZED":
        body |= shared(payment)
        if payment.sub:
            body["sub"] = payment.sub
    name = f"epayments.payment.{event.name.lower()}.v1"
    deliveries.publish(call, name, body, at=event.at)


def catch_up(call: Call) -> None:
    """Let the payments of a sales unit expire whose time has come."""
    for payment in call.room.due(Payment, call.now):
        payment_of(call, payment.reference)


def stamp(at: datetime) -> str:
    """Return a time as the answers write it."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
