"""The ePayment API."""

import re
from collections.abc import Callable
from datetime import datetime

from vippsdiag.sandbox import answers
from vippsdiag.sandbox.apis.payments import SAMPLE_REFERENCE, Event, Payment, sample
from vippsdiag.sandbox.call import Call
from vippsdiag.sandbox.forms import Forms
from vippsdiag.sandbox.gate import for_product
from vippsdiag.sandbox.limits import Limit
from vippsdiag.sandbox.reply import Refusal, Reply, in_json
from vippsdiag.sandbox.routes import Route

# Before version 1.7.0 of the specification (January 2025) the most were 50.
REFERENCE = re.compile(r"[a-zA-Z0-9-]{8,64}")
PAYMENTS = "/epayment/v1/payments"
ONE = PAYMENTS + "/{reference}"


def reference_not_found(call: Call) -> Reply:
    """Code 5090: ePayment FAQ and error list (texts high, the whole body medium)."""
    reference = call.params["reference"]
    return answers.problem(
        404,
        "Reference not found",
        f"The reference `{reference}` does not exist for MSN {call.msn}",
        instance=f"/v1/payments/{reference}",
        extraDetails=[{"name": "ErrorCode", "reason": "5090"}],
    )


def other_unit(call: Call) -> Reply:
    """The number, or the subscription key, is another unit's.

    With a number of another unit it is not known whether the answer is 401, 403 or 404
    (facts section 9, number 7); the documented code 5090 names that case.
    """
    if call.unit is call.owner and "reference" in call.params:
        return reference_not_found(call)
    return answers.other_unit(call)


FORMS = Forms(other_unit=other_unit)
GATE = for_product("ePayment", FORMS, msn=True)
# Facts 5.2, as are the others.
READS = Limit(
    calls=120,
    per=lambda call: (
        call.params["reference"],
        call.header("Ocp-Apim-Subscription-Key"),
    ),
)


def _found(call: Call) -> Payment:
    reference = call.params["reference"]
    if not REFERENCE.fullmatch(reference):
        raise Refusal(answers.invalid("reference", REFERENCE.pattern))
    payment = call.room.get(Payment, reference)
    if payment is None and reference == SAMPLE_REFERENCE:
        payment = sample(call.now)
        call.room.put(reference, payment)
    if payment is None:
        raise Refusal(reference_not_found(call))
    payment.expire(call.now)
    return payment


def about(serve: Callable[[Call, Payment], Reply]) -> Callable[[Call], Reply]:
    """Look the payment up before an operation on it."""

    def operation(call: Call) -> Reply:
        return serve(call, _found(call))

    operation.__doc__ = serve.__doc__
    return operation


def get(call: Call, payment: Payment) -> Reply:
    """Return a payment."""
    body = payment.shown() | {"paymentMethod": {"type": payment.method}, "profile": {}}
    return in_json(200, body)


def events(call: Call, payment: Payment) -> Reply:
    """Return what happened to a payment, the oldest first."""
    listed = [_event(payment, event) for event in payment.events]
    return in_json(200, listed)


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
    Route(method="GET", template=ONE, gate=GATE, serve=about(get), limit=READS),
    Route(
        method="GET",
        template=ONE + "/events",
        gate=GATE,
        serve=about(events),
        limit=READS,
    ),
)
