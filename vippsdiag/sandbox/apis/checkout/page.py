"""What the buyer sees of a session, where the real one fills in a form."""

from collections.abc import Mapping

from vippsdiag.sandbox.apis.buyer.landing import Landing, Shown, money
from vippsdiag.sandbox.apis.checkout.sessions import KIND, Session, state_of
from vippsdiag.sandbox.apis.epayment.operations import keep
from vippsdiag.sandbox.apis.payments import Payment, new_reference
from vippsdiag.sandbox.gateway.call import Call

ENDED: Mapping[str, str] = {
    "PaymentSuccessful": "You have approved this payment.",
    "PaymentTerminated": "You have rejected this payment.",
    "SessionExpired": "The time for this payment has run out.",
}


def _show(call: Call, name: str) -> Shown | None:
    session = call.room.get(Session, name)
    if session is None:
        return None
    payment = call.room.get(Payment, name)
    amount = money(session.value, session.currency)
    rows = [("Amount", amount), ("For", session.description), ("Reference", name)]
    return Shown(
        title=f"Pay {amount}",
        rows=tuple(rows),
        ended=ENDED.get(state_of(call, session, payment), ""),
        back=session.back,
    )


def _approve(call: Call, name: str) -> None:
    """Make the payment of a session, and reserve its amount."""
    session = call.room.get(Session, name)
    if session is None:
        return
    payment = call.room.get(Payment, name) or _payment(call, session)
    keep(call, payment, payment.approve(call.now))


def _payment(call: Call, session: Session) -> Payment:
    payment = Payment(
        reference=session.reference,
        psp_reference=new_reference(),
        value=session.value,
        currency=session.currency,
        created=call.now,
        deadline=session.until,
        back=session.back,
        description=session.description,
    )
    keep(call, payment, payment.note("CREATED", payment.total, call.now))
    return payment


def _reject(call: Call, name: str) -> None:
    session = call.room.get(Session, name)
    if session:
        session.ended = "rejected"
        call.room.put(name, session)


LANDING = Landing(kind=KIND, show=_show, approve=_approve, reject=_reject)
