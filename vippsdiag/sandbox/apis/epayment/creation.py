"""Creating a payment."""

from vippsdiag.sandbox.apis.buyer.landing import wait
from vippsdiag.sandbox.apis.epayment import express, rules
from vippsdiag.sandbox.apis.epayment.bodies import Creation
from vippsdiag.sandbox.apis.epayment.operations import (
    REFERENCE,
    REFERENCE_REASON,
    keep,
    payment_of,
)
from vippsdiag.sandbox.apis.epayment.problems import malformed, refusal
from vippsdiag.sandbox.apis.epayment.queries import start
from vippsdiag.sandbox.apis.payments import PATIENCE, Line, Payment, new_reference
from vippsdiag.sandbox.apis.qr import pictures
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.replay import NAME
from vippsdiag.sandbox.gateway.reply import Refusal, Reply, in_json

KIND = "payment"


def create(call: Call) -> Reply:
    """Create a payment."""
    given: Creation = call.given
    reference = _reference(call, given.reference)
    rules.creation(call, given)
    phone = rules.phone_of(call, given.customer, given.minimum_user_age)
    if payment_of(call, reference):
        text = f"The reference `{reference}` already exists."
        raise refusal(call, 4150, text)
    payment = _made(call, given, reference, phone)
    body = {"reference": reference}
    if given.user_flow != "PUSH_MESSAGE":
        _wait(call, given, payment)
        body["redirectUrl"] = start(call, payment)
    event = payment.note("CREATED", payment.total, call.now, call.header(NAME))
    keep(call, payment, event)
    return in_json(201, body)


def _reference(call: Call, given: str | int) -> str:
    reference = "" if isinstance(given, int) and given >= 10**64 else str(given)
    if not REFERENCE.fullmatch(reference):
        raise Refusal(malformed(call, "reference", REFERENCE_REASON))
    return reference


def _made(call: Call, given: Creation, reference: str, phone: str) -> Payment:
    until = rules.moment(given.expires_at) if given.expires_at else None
    lines = given.receipt.order_lines if given.receipt else ()
    return Payment(
        reference=reference,
        psp_reference=new_reference(),
        value=int(given.amount.value),
        currency=given.amount.currency,
        created=call.now,
        deadline=until or call.now + PATIENCE,
        method=given.payment_method.type,
        back=given.return_url or "",
        description=given.payment_description or "",
        scope=(given.profile.scope if given.profile else "") or "",
        phone=phone,
        least_age=given.minimum_user_age or 0,
        shipping=express.preselected(given.shipping),
        lines=tuple(Line(name=one.name, value=one.total_amount) for one in lines),
        metadata=given.metadata,
    )


def _wait(call: Call, given: Creation, payment: Payment) -> None:
    """Let the buyer decide, on a page or by a code that leads there.

    The app is not there to be opened, so NATIVE_REDIRECT leads to the page as well.
    """
    payment.token = wait(call, KIND, payment.reference)
    if given.user_flow == "QR":
        wanted = given.qr_format
        payment.picture = wanted.format.lower() if wanted else pictures.SVG
        payment.size = (wanted.size if wanted else None) or pictures.USUAL
