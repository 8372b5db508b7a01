"""Is there a payment by this reference or id?"""

import re
from collections.abc import Iterator

from vippsdiag.check import ERRORS, Confidence, Finding, Severity, When, check
from vippsdiag.checks.access import MSN_HEADER
from vippsdiag.checks.answers import gives_no_reason, is_bare, is_gateway
from vippsdiag.checks.client import body_place
from vippsdiag.checks.codes import said
from vippsdiag.checks.later import went_well_later
from vippsdiag.checks.operations import is_operation
from vippsdiag.checks.urls import fields
from vippsdiag.evidence import Evidence, Need, call_of
from vippsdiag.exchange import Exchange, Request
from vippsdiag.language import say
from vippsdiag.products import PROBE_REFERENCE
from vippsdiag.samples import (
    ECOM,
    MSN,
    TEST,
    api_call,
    case,
    details,
    ecom,
    ecom_call,
)

_PAYMENTS = "/epayment/v1/payments"
# What people call a payment that is not there, to see whether the keys are taken.
MADE_UP = ("not-exist", "notexist", "nonexist", "non-exist", "unknown", "no-such-")


def asks_for_nothing(path: str) -> bool:
    """Tell whether a reference says itself that there is no such payment."""
    return any(word in path.lower() for word in (PROBE_REFERENCE, *MADE_UP))


_BY_ID = re.compile(
    r"/(?:payments|agreements|charges|session|categories|receipts)/[^/]", re.IGNORECASE
)


def _is_not_there(exchange: Exchange) -> bool:
    """Tell whether an API, not the gateway, found nothing by an id, and no more."""
    path = exchange.request.path if exchange.request else ""
    own = exchange.response is not None and isinstance(exchange.response.json, dict)
    bare = own and not is_gateway(exchange) and gives_no_reason(exchange)
    request = exchange.request
    silent = request is not None and is_bare(exchange) and is_operation(request)
    there = exchange.status == 404 and _BY_ID.search(path) is not None
    return there and (bare or silent)


def _is_shops(exchange: Exchange) -> bool:
    """Tell whether a shop answered, which has orders of its own."""
    return exchange.request is not None and call_of(exchange.request) is None


# A payment as one sales unit knows it: its number, as sent, and the reference.
_Named = tuple[str | None, str]
_IDS = ("reference", "orderId", "chargeId")


def _made(evidence: Evidence) -> set[_Named]:
    """Return the payments, orders and charges that calls here made."""
    return {
        (request.headers.get(MSN_HEADER), name)
        for exchange, request in evidence.api_calls()
        if exchange.ok and request.method == "POST" and exchange.response
        for body in (request.json, exchange.response.json)
        for name in _ids_in(body)
    }


def _ids_in(body: object) -> Iterator[str]:
    """Yield what a body names a payment by; eCom and Checkout do so one level down."""
    top = fields(body)
    for part in (top, fields(top.get("transaction"))):
        for name in _IDS:
            if isinstance(value := part.get(name), str):
                yield value


def _is_made(request: Request | None, made: set[_Named]) -> bool:
    """Tell whether a call looks for something that was made here."""
    if request is None or not made:
        return False
    msn = request.headers.get(MSN_HEADER)
    last = request.path.split("/")[-2 if _PART.search(request.path) else -1]
    return (msn, last) in made


# What is asked for of a payment, behind its id.
_PART = re.compile(r"/(?:details|status|events)$", re.IGNORECASE)


_RECEIPT = "/order-management/v2/ecom/receipts/order-12345"


def _not_found(reference: str) -> Exchange:
    answer = details("5090", "Reference not found")
    return api_call(TEST, path=f"{_PAYMENTS}/{reference}", status=404, answer=answer)


def _no_order() -> Exchange:
    answer = ecom("35", "Requested Order not found")
    path = ECOM + "/order-12345/details"
    return api_call(TEST, path=path, status=404, answer=answer)


def _create(
    reference: object, msn: str = MSN, of: str = _PAYMENTS, within: str = ""
) -> Exchange:
    named = {"orderId" if within else "reference": reference}
    return api_call(
        TEST,
        method="POST",
        path=of,
        headers={MSN_HEADER: msn},
        body={within: named} if within else named,
        status=201,
    )


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    when={When.FAILED},
    fix="Use the keys and the merchant serial number that the payment was made with, "
    "and compare the reference letter by letter.",
    docs=ERRORS,
    source="the official errors page, ePayment code 5090 and eCom code 35 (high); that "
    "a 404 without a word means it, where the path is right, is inferred",
    broken=lambda: [
        case(_not_found("order-12345")),
        case(
            api_call(TEST, status=404, answer=ecom("35", "Requested Order not found"))
        ),
        case(ecom_call(404, "The order with the id order-12345 was not found")),
        case(_create("order-12345", "654321"), _not_found("order-12345")),
        case(_create(["order-12345"]), _not_found("order-12345")),
        case(api_call(TEST, path=f"{_PAYMENTS}/order-12345", status=404, answer="")),
        case(api_call(TEST, path=_RECEIPT, status=404, answer={"title": "No order"})),
    ],
    healthy=lambda: [
        case(_not_found("vippsdiag-probe")),
        case(_not_found("does-not-exist-1")),
        case(ecom_call(400, "Payment method not found")),
        case(_not_found("order-12345"), _create("order-12345")),
        case(_no_order(), _create("order-12345", of=ECOM, within="transaction")),
        case(_not_found("order-1"), api_call(TEST, path=f"{_PAYMENTS}/order-1")),
    ],
)
def order_of_other_msn(evidence: Evidence) -> Iterator[Finding]:
    """The payment does not exist for this merchant serial number.

    The keys and the token were accepted. Either the reference is wrong, or the payment
    was made by another sales unit; the answer is the same.
    """
    made = _made(evidence)
    for exchange in evidence.exchanges:
        path = exchange.request.path if exchange.request else ""
        words = said(exchange, "order-of-other-msn")
        asked = asks_for_nothing(path) or _is_made(exchange.request, made)
        asked = asked or went_well_later(evidence, exchange)
        unnamed = _is_not_there(exchange)
        if unnamed and not words and not asked:
            words = say("there is nothing by this id.")
        if words and not asked:
            yield Finding(
                message=say("The answer says: {words}", words=words),
                place=body_place(exchange),
                confidence=Confidence.POSSIBLE
                if unnamed or _is_shops(exchange)
                else Confidence.LIKELY,
            )
