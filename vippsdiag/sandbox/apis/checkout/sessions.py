"""Checkout's sessions: what is kept of them, and what is done with them."""

import uuid
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from vippsdiag.sandbox.apis.buyer.landing import address, wait
from vippsdiag.sandbox.apis.checkout.bodies import Amount, Creation, Update
from vippsdiag.sandbox.apis.checkout.problems import (
    header_missing,
    not_found,
    problem,
    unreadable,
)
from vippsdiag.sandbox.apis.epayment.operations import REFERENCE, payment_of
from vippsdiag.sandbox.apis.payments import Payment
from vippsdiag.sandbox.gateway.bodies import Flaw
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.reply import Refusal, Reply, empty, in_json

PATH = "/checkout/v3/session"
KIND = "checkout"
# How long a session lives (inferred).
PATIENCE = timedelta(hours=1)
# A session knows three of the states of a payment; the others end it.
STATES = frozenset({"CREATED", "AUTHORIZED"})


class Session(msgspec.Struct, kw_only=True):
    """A session; once it is paid, the payment of its reference has the rest.

    Attributes:
        ended: what ended it, if anything did: expired, or rejected.
    """

    id: str
    reference: str
    token: str
    value: int
    currency: str
    description: str
    back: str
    until: datetime
    ended: Literal["", "expired", "rejected"] = ""


def create(call: Call) -> Reply:
    """Create a session."""
    given: Creation = call.given
    session = _made(call, given)
    call.room.put(session.reference, session)
    body = {
        "token": session.token,
        "checkoutFrontendUrl": address(call, session.token),
        "pollingUrl": f"{call.base}{PATH}/{session.reference}",
    }
    return in_json(200, body)


def _made(call: Call, given: Creation) -> Session:
    amount = _amount(call, given)
    reference = _reference(call, given)
    return Session(
        id=str(uuid.uuid4()),
        reference=reference,
        token=wait(call, KIND, reference),
        value=amount.value,
        currency=amount.currency,
        description=_description(given),
        back=given.merchant_info.return_url,
        until=call.now + PATIENCE,
    )


def _description(given: Creation) -> str:
    if given.transaction:
        return given.transaction.payment_description
    return given.subscription.product_name if given.subscription else ""


def _amount(call: Call, given: Creation) -> Amount:
    """Return what is paid at once, or else the price of what is agreed on."""
    if given.type == "SUBSCRIPTION" and given.subscription is None:
        raise _required(call, "subscription")
    if given.transaction:
        return given.transaction.amount
    if given.type == "PAYMENT" or given.subscription is None:
        raise _required(call, "transaction")
    return given.subscription.amount


def _required(call: Call, name: str) -> Refusal:
    return Refusal(header_missing(call, name))


def _reference(call: Call, given: Creation) -> str:
    older = given.transaction.reference if given.transaction else None
    reference = given.reference or older or str(uuid.uuid4())
    if not REFERENCE.fullmatch(reference):
        reason = "The reference has to have 8 to 64 letters, digits and hyphens."
        raise Refusal(unreadable(call, Flaw("reference", reason)))
    if call.room.get(Session, reference) or payment_of(call, reference):
        title = "A session of this reference exists."
        raise Refusal(problem(409, "Session-00200", title))
    return reference


def _found(call: Call) -> Session:
    session = call.room.get(Session, call.params["reference"])
    if session is None:
        raise Refusal(not_found(call))
    return session


def read(call: Call) -> Reply:
    """Return a session."""
    session = _found(call)
    payment = call.room.get(Payment, session.reference)
    body: dict[str, object] = {
        "sessionId": session.id,
        "merchantSerialNumber": call.msn,
        "reference": session.reference,
        "sessionState": state_of(call, session, payment),
    }
    if payment:
        body["paymentMethod"] = "Wallet"
        shown = payment.shown()
        body["paymentDetails"] = {
            "type": "Wallet",
            "amount": shown["amount"],
            "state": payment.state if payment.state in STATES else "TERMINATED",
            "aggregate": shown["aggregate"],
        }
    return in_json(200, body)


def state_of(call: Call, session: Session, payment: Payment | None) -> str:
    """Return the state of a session, as the API names it."""
    if payment and payment.state == "AUTHORIZED":
        return "PaymentSuccessful"
    if session.ended == "rejected" or (payment and payment.state not in STATES):
        return "PaymentTerminated"
    if session.ended == "expired" or call.now > session.until:
        return "SessionExpired"
    return "SessionCreated"


def _open(call: Call) -> Session:
    """Return a session that can still be changed."""
    session = _found(call)
    payment = call.room.get(Payment, session.reference)
    if state_of(call, session, payment) != "SessionCreated":
        title = "The session cannot be changed any more."
        raise Refusal(problem(400, "Session-00400", title))
    return session


def update(call: Call) -> Reply:
    """Change the amount of a session."""
    given: Update = call.given
    session = _open(call)
    if given.transaction:
        amount = given.transaction.amount
        session.value, session.currency = amount.value, amount.currency
        session.description = given.transaction.payment_description
        call.room.put(session.reference, session)
    return empty(200)


def expire(call: Call) -> Reply:
    """End a session before its time."""
    session = _open(call)
    session.ended = "expired"
    call.room.put(session.reference, session)
    return empty(200)
