"""The ePayment API."""

import re
from collections.abc import Callable
from datetime import datetime

from vippsdiag.exchange import Response
from vippsdiag.sandbox import answers
from vippsdiag.sandbox.call import Call
from vippsdiag.sandbox.gate import for_product
from vippsdiag.sandbox.payments import Event, Payment
from vippsdiag.sandbox.routes import Route

REFERENCE = re.compile(r"[a-zA-Z0-9-]{8,64}")
PAYMENTS = "/epayment/v1/payments"
ONE = PAYMENTS + "/{reference}"
GATE = for_product("ePayment")


def _found(call: Call) -> Payment | Response:
    reference, now = call.params["reference"], call.now
    if not REFERENCE.fullmatch(reference):
        return answers.reference_malformed(now)
    # With a number of another unit it is not known whether the answer is 401, 403
    # or 404 (facts section 9, number 7); the documented code 5090 names that case.
    payment = call.room.payments.get(reference) if call.acts else None
    if payment is None:
        return answers.reference_not_found(reference, call.msn, now)
    payment.expire(now)
    return payment


def about(serve: Callable[[Call, Payment], Response]) -> Callable[[Call], Response]:
    """Look the payment up before an operation on it."""

    def operation(call: Call) -> Response:
        found = _found(call)
        return found if isinstance(found, Response) else serve(call, found)

    return operation


def get(call: Call, payment: Payment) -> Response:
    """Return a payment."""
    body = payment.shown() | {"paymentMethod": {"type": payment.method}, "profile": {}}
    return answers.answer(200, body, call.now)


def events(call: Call, payment: Payment) -> Response:
    """Return what happened to a payment, the oldest first."""
    listed = [_event(payment, event) for event in payment.events]
    return answers.answer(200, listed, call.now)


def _event(payment: Payment, event: Event) -> dict[str, object]:
    return {
        "reference": payment.reference,
        "pspReference": payment.psp_reference,
        "name": event.name,
        # The specification of 2024 requires this name as well, and describes it not.
        "paymentAction": event.name,
        "amount": payment.amount(event.value),
        "timestamp": _stamp(event.at),
        "idempotencyKey": event.key,
        "success": event.success,
    }


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


ROUTES = (
    Route(method="GET", template=ONE, gate=GATE, serve=about(get)),
    Route(method="GET", template=ONE + "/events", gate=GATE, serve=about(events)),
)
