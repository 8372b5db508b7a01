"""Reading a payment and its events."""

from vippsdiag.sandbox.apis.buyer.landing import address
from vippsdiag.sandbox.apis.epayment.express import shared
from vippsdiag.sandbox.apis.epayment.operations import stamp
from vippsdiag.sandbox.apis.payments import Event, Payment
from vippsdiag.sandbox.apis.qr import pictures
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.reply import Reply, in_json

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
    if payment.token:
        body["redirectUrl"] = start(call, payment)
    if payment.metadata is not None:
        body["metadata"] = payment.metadata
    return in_json(200, body | shared(payment))


def start(call: Call, payment: Payment) -> str:
    """Return where the buyer decides, or a code that leads there.

    It is not kept as a whole: it begins as the caller's addresses do, and that may be
    with the access code.
    """
    page = address(call, payment.token)
    if not payment.picture:
        return page
    return pictures.url(call, page, payment.picture, payment.size)


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
