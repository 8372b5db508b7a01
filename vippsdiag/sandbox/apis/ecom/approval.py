"""What the buyer decides on an order, in the app or through the test's own call."""

from vippsdiag.environments import Environment
from vippsdiag.sandbox.apis.buyer.landing import Landing, Shown, money
from vippsdiag.sandbox.apis.customers import (
    NEVER_APPROVED,
    NOBODY,
    WITHOUT_CARDS,
)
from vippsdiag.sandbox.apis.ecom.callbacks import CANCELLED, FAILED, RESERVED, keep
from vippsdiag.sandbox.apis.ecom.errors import (
    not_allowed,
    payment,
    processed,
    user_unknown,
)
from vippsdiag.sandbox.apis.ecom.order import Order
from vippsdiag.sandbox.apis.ecom.orders import KIND, find, the_order
from vippsdiag.sandbox.apis.payments import REFUSED_AMOUNTS
from vippsdiag.sandbox.apis.userinfo import msisdn, share
from vippsdiag.sandbox.gateway import answers
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.reply import Refusal, Reply, empty

# The forced results of facts 7.2, told in the codes that fit them (inferred).
FAILURES = {
    186: (44, "Refused by the issuer: Expired card."),
    187: (41, "The user does not have a valid card."),
    201: (45, "Reservation failed, reason unknown."),
}
REFUSED = (42, "Refused by the issuer.")


def approve(call: Call, order: Order, phone: str) -> bool:
    """Approve as the buyer; tell whether the money could be reserved."""
    success = order.amount not in REFUSED_AMOUNTS
    entry = order.note("RESERVE", order.amount, call.now, success=success)
    order.approved = success
    asked = order.scope or ("name address email phoneNumber" if order.shipping else "")
    if success and asked:
        order.sub = share(call, asked, phone or order.phone)
    if success:
        keep(call, order, entry, RESERVED)
    else:
        keep(call, order, entry, FAILED, failure(order))
    return success


def failure(order: Order) -> tuple[int, str]:
    """Return code and text of why the money of an order cannot be reserved."""
    return FAILURES.get(order.amount, REFUSED)


def force(call: Call) -> Reply:
    """Approve as the buyer would; only test has this operation.

    Express payments cannot be approved so (high; the code is inferred).
    """
    if call.environment is not Environment.TEST:
        raise Refusal(answers.path_unknown(call))
    order = the_order(call)
    if order.approved or order.ended:
        raise processed()
    if order.shipping is not None:
        raise not_allowed()
    phone = msisdn(str(call.given.customer_phone_number or "")) or msisdn(order.phone)
    _look_at(phone)
    if not approve(call, order, phone):
        raise payment(*failure(order))
    return empty(200)


def _look_at(phone: str) -> None:
    """See that a test user can approve (codes high; whose is which is ours)."""
    if phone == NOBODY:
        raise user_unknown()
    if phone == NEVER_APPROVED:
        raise payment(1082, "This person is not BankID verified.")
    if phone == WITHOUT_CARDS:
        raise payment(*FAILURES[187])


def _show(call: Call, name: str) -> Shown | None:
    order = find(call, name)
    if order is None:
        return None
    rows = [("What", order.text), ("Amount", money(order.amount, "NOK"))]
    if order.scope:
        rows.append(("Shares", order.scope))
    ended = "This payment has ended." if order.ended else ""
    if order.approved:
        ended = "This payment is approved."
    return Shown(title="Payment", rows=tuple(rows), ended=ended, back=order.back)


def _approve(call: Call, name: str) -> None:
    order = find(call, name)
    if order and not order.approved and not order.ended:
        approve(call, order, "")


def _reject(call: Call, name: str) -> None:
    order = find(call, name)
    if order and not order.approved and not order.ended:
        keep(call, order, order.end(call.now), CANCELLED)


LANDING = Landing(kind=KIND, show=_show, approve=_approve, reject=_reject)
