"""How a payment is approved: by the buyer on the landing page, or by a test's call."""

from collections.abc import Mapping

from vippsdiag.environments import Environment
from vippsdiag.sandbox.apis import customers
from vippsdiag.sandbox.apis.buyer.landing import Landing, Shown, money, waiting
from vippsdiag.sandbox.apis.epayment import rules
from vippsdiag.sandbox.apis.epayment.bodies import Approval
from vippsdiag.sandbox.apis.epayment.creation import KIND
from vippsdiag.sandbox.apis.epayment.operations import keep, payment_of
from vippsdiag.sandbox.apis.epayment.problems import obstruct, refusal, reply
from vippsdiag.sandbox.apis.payments import Payment
from vippsdiag.sandbox.apis.userinfo import share
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.reply import Reply, empty

# What a call is told when one of the amounts makes an approval fail (facts 7.2 for the
# amounts, high; which code goes with which is inferred).
FAILURES: Mapping[int, int] = {
    184: 10070,
    186: 10040,
    187: 10040,
    202: 10030,
}
ENDED = {
    "AUTHORIZED": "You have approved this payment.",
    "ABORTED": "You have rejected this payment.",
    "EXPIRED": "The time for this payment has run out.",
    "TERMINATED": "The shop has cancelled this payment.",
}


def force(call: Call, payment: Payment) -> Reply:
    """Approve a payment in the buyer's place; only test allows it."""
    given: Approval = call.given or Approval()
    if call.environment is not Environment.TEST:
        raise refusal(call, 10020, "Only in test can payments be approved so.")
    obstruct(call, 3010, 10010, 10020, 10030, 10040, 10050, 10060, 10070)
    _user(call, payment, given)
    if payment.shipping:
        raise refusal(call, 10060)
    if payment.state == "AUTHORIZED":
        raise refusal(call, 6230)
    if payment.state != "CREATED":
        raise refusal(call, 10010, f"The state is `{payment.state}`.")
    if not _approved(call, payment):
        # Not raised, for what was noted down has to stay.
        return reply(call, FAILURES.get(payment.value, 10010))
    return empty(200)


def _user(call: Call, payment: Payment, given: Approval) -> None:
    """See who approves; the collection sends a token that is none beside the user."""
    phone = rules.phone_of(call, given.customer, payment.least_age)
    if not phone and not given.token:
        raise rules.missing(call, "customer")
    if not phone:
        thing = waiting(call, given.token or "")
        if thing is None or thing.name != payment.reference or thing.msn != call.msn:
            raise refusal(call, 10010, "The token is not this payment's.")
    if phone == customers.WITHOUT_CARDS:
        raise refusal(call, 10050)
    if phone == customers.NEVER_APPROVED:
        raise refusal(call, 10020, "This user has to approve one payment by hand.")
    payment.phone = payment.phone or phone


def _approved(call: Call, payment: Payment) -> bool:
    event = payment.approve(call.now)
    if event.success and payment.scope:
        payment.sub = share(call, payment.scope, payment.phone)
    keep(call, payment, event)
    return event.success


def _show(call: Call, name: str) -> Shown | None:
    payment = payment_of(call, name)
    if payment is None:
        return None
    return Shown(
        title=f"Pay {money(payment.total, payment.currency)}",
        rows=tuple(_rows(payment)),
        ended=ENDED.get(payment.state) or _too_young(call, payment),
        back=payment.back,
    )


def _too_young(call: Call, payment: Payment) -> str:
    if customers.age(call.now) >= payment.least_age:
        return ""
    return f"This payment is for people of {payment.least_age} years and more."


def _rows(payment: Payment) -> list[tuple[str, str]]:
    rows = [("Amount", money(payment.total, payment.currency))]
    if payment.description:
        rows.append(("For", payment.description))
    rows += [(one.name, money(one.value, payment.currency)) for one in payment.lines]
    if payment.shipping:
        cost = money(payment.shipping.cost, payment.currency)
        rows.append(("Shipping", f"{payment.shipping.name}, {cost}"))
    if payment.scope:
        rows.append(("Is shared with the shop", payment.scope))
    rows.append(("Reference", payment.reference))
    return rows


def _approve(call: Call, name: str) -> None:
    payment = payment_of(call, name)
    if payment and payment.state == "CREATED":
        _approved(call, payment)


def _reject(call: Call, name: str) -> None:
    payment = payment_of(call, name)
    if payment and payment.state == "CREATED":
        keep(call, payment, payment.end("ABORTED", call.now))


LANDING = Landing(kind=KIND, show=_show, approve=_approve, reject=_reject)
