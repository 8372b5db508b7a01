"""Reading a payment and its events."""

from vippsdiag.sandbox.apis.epayment.express import shared
from vippsdiag.sandbox.apis.epayment.operations import stamp
from vippsdiag.sandbox.apis.payments import Event, Payment
from vippsdiag.sandbox.call import Call
from vippsdiag.sandbox.reply import Reply, in_json

# Of a test card; it is given for cards that were entered by hand alone (inferred).
CARD_BIN = "540185"


def get(call: Call, payment: Payment) -> Reply:
    """Return a payment."""
    method = {"type": payment.method}
    if payment.method != "WALLET" and payment.approved:
        method["cardBin"] = CARD_BIN
    body = payment.shown() | {
        "paymentMethod": method,
        "profile": {"sub": payment.sub} if payment.sub else {},
    }
    if payment.url:
        body["redirectUrl"] = payment.url
    if payment.metadata is not None:
        body["metadata"] = payment.metadata
    return in_json(200, body | shared(payment))


def events(call: Call, payment: Payment) -> Reply:
    """Return what happened to a payment, the oldest first."""
    return in_json(200, [_event(payment, event) for event in payment.events])


def _event(payment: Payment, event: Event) -> dict[str, object]:
    return {
        "reference": payment.reference,
        "pspReference": event.psp_reference,
        "name": event.name,
        "amount": payment.amount(event.value),
        "timestamp": stamp(event.at),
        "idempotencyKey": event.key,
        "success": event.success,
    }
