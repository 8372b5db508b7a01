"""Payments: their state, their references, and who may receive and pay."""

import re
from collections.abc import Iterator

from vippsdiag.check import ERRORS, Confidence, Finding, Severity, When, check
from vippsdiag.checks.access import MSN_HEADER
from vippsdiag.checks.answers import gives_no_reason, is_bare
from vippsdiag.checks.client import body_place
from vippsdiag.checks.codes import said, sure_of
from vippsdiag.checks.later import went_well_later
from vippsdiag.environments import Environment
from vippsdiag.evidence import Evidence, Need, Place
from vippsdiag.exchange import Exchange
from vippsdiag.language import say
from vippsdiag.samples import (
    ECOM,
    MSN,
    PRODUCTION,
    TEST,
    api_call,
    call,
    case,
    details,
    ecom,
    ecom_call,
    gateway,
    recurring,
)

CODES_OF = "the ePayment, eCom and Recurring code tables (high)"


def is_bare_conflict(exchange: Exchange) -> bool:
    """Tell whether a call that makes or changes a thing got a bare 409."""
    request = exchange.request
    changes = request is not None and request.method.upper() == "POST"
    return changes and exchange.status == 409 and gives_no_reason(exchange)


def conflicting(exchange: Exchange) -> Finding:
    """Return the finding for a conflict that has no code."""
    return Finding(
        message=say("The answer has the status {status}.", status=exchange.status),
        place=body_place(exchange),
        confidence=Confidence.POSSIBLE,
    )


# What takes a reference or an order's id of the shop's own.
_MAKES = re.compile(r"/(?:payments|session|agreements|charges)/?$", re.IGNORECASE)
_CHANGES = re.compile(r"/(?:cancel|capture|refund)/?$", re.IGNORECASE)


def told_by(evidence: Evidence, check: str) -> Iterator[Finding]:
    """Yield a finding for each answer with a code that a check speaks of.

    Not for a call that went well when it was made again: that was all there was to do.
    """
    for exchange in evidence.exchanges:
        words = said(exchange, check)
        if words and not went_well_later(evidence, exchange):
            yield coded(exchange, words, sure_of(exchange, check))


def coded(
    exchange: Exchange, words: str, sure: Confidence = Confidence.CERTAIN
) -> Finding:
    """Return the finding for a code, with what it means."""
    return Finding(
        message=say("The answer says: {words}", words=words),
        place=body_place(exchange),
        confidence=sure,
    )


def answered(
    status: int, answer: object, path: str = "/epayment/v1/payments"
) -> Exchange:
    """Return a call that changes something and was answered so, for an example."""
    return api_call(TEST, method="POST", status=status, answer=answer, path=path)


def _created(status: int, environment: Environment = TEST, msn: str = MSN) -> Exchange:
    """Return how a payment was made, or was not, for an example."""
    body = {"reference": "order-12345"}
    path = "/epayment/v1/payments"
    headers = {"Idempotency-Key": "k", MSN_HEADER: msn}
    return api_call(
        environment,
        method="POST",
        path=path,
        headers=headers,
        body=body,
        status=status,
        answer="",
    )


def _captured(status: int, answer: object) -> tuple[Exchange, Exchange]:
    """Return a capture that was answered so, and went well when it was repeated."""
    path = "/epayment/v1/payments/order-12345/capture"
    return answered(status, answer, path), answered(200, {}, path)


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    when={When.FAILED},
    fix="Ask for the payment's state first, and do only what that state allows: "
    "capture what is reserved, refund what is captured, cancel what is not captured.",
    docs=ERRORS,
    source=CODES_OF + "; for a 500 without a code, vipps-ecom-api#198, an inference",
    broken=lambda: [
        case(
            answered(
                400,
                details("6080", "Cannot capture before reservation"),
                path="/epayment/v1/payments/order-12345/capture",
            )
        ),
        case(
            api_call(
                TEST,
                method="PUT",
                path=ECOM + "/order-12345/cancel",
                status=500,
                answer={"responseInfo": {"responseCode": 500}},
            )
        ),
        case(answered(400, recurring("illegal-agreement-update"))),
    ],
    healthy=lambda: [
        case(api_call(TEST, method="POST", path=ECOM + "/x", status=500)),
        case(answered(401, "", path=ECOM + "/x/capture")),
        case(call("POST", "https://a.example/", status=400, answer=ecom("51", "x"))),
        case(answered(400, details("6160", "Order processing"))),
        case(*_captured(400, details("6080", "Cannot capture before reservation"))),
        case(*_captured(500, "")),
    ],
)
def operation_not_allowed_in_state(evidence: Evidence) -> Iterator[Finding]:
    """The payment is in a state in which this cannot be done.

    A payment is reserved by the user, then captured, then perhaps refunded. Each step
    needs the one before it, and has a time in which it is possible.
    """
    yield from told_by(evidence, "operation-not-allowed-in-state")
    for exchange in evidence.exchanges:
        path = exchange.request.path if exchange.request else ""
        changes = exchange.status == 500 and _CHANGES.search(path) and not exchange.ok
        if changes and not went_well_later(evidence, exchange):
            yield Finding(
                message=say(
                    "The call changes a payment, and the answer gives no reason."
                ),
                place=body_place(exchange),
                confidence=Confidence.LIKELY,
            )


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    when={When.FAILED},
    fix="Wait a few seconds, and send the same request again with the same "
    "Idempotency-Key.",
    docs=ERRORS,
    source=CODES_OF + "; 423 in the official status list (high)",
    broken=lambda: [
        case(answered(400, details("6160", "Order processing"))),
        case(answered(423, "")),
    ],
    healthy=lambda: [
        case(answered(400, details("6190", "Payment cannot be cancelled"))),
        case(*_captured(423, "")),
    ],
)
def payment_locked(evidence: Evidence) -> Iterator[Finding]:
    """Another operation on the same payment is still under way.

    Only one thing at a time can be done to a payment. The request itself is fine.
    """
    for exchange in evidence.exchanges:
        words = said(exchange, "payment-locked")
        if exchange.status == 423 and not words:
            words = say("the payment is locked (423).")
        if words and not went_well_later(evidence, exchange):
            yield coded(exchange, words, sure_of(exchange, "payment-locked"))


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    when={When.FAILED},
    fix="Let the user try again with another card in the app; for code 6260, ask for "
    "the payment anew.",
    docs=ERRORS,
    source=CODES_OF,
    broken=lambda: [
        case(ecom_call(status=400, answer=ecom("42", "Refused by issuer bank")))
    ],
    healthy=lambda: [case(ecom_call(status=400, answer=ecom("82", "App version")))],
)
def payment_declined(evidence: Evidence) -> Iterator[Finding]:
    """The user's bank or card did not allow the payment.

    Keys, token and request were fine: the payment reached the user, and was declined.
    """
    yield from told_by(evidence, "payment-declined")


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    when={When.FAILED},
    fix="Ask the support to raise the limit, or wait until the period is over.",
    docs=ERRORS,
    source=CODES_OF,
    broken=lambda: [case(ecom_call(status=400, answer=ecom("32", "Limit exceeded")))],
    healthy=lambda: [case(ecom_call(status=400, answer=ecom("37", "Not available")))],
)
def merchant_limit_exceeded(evidence: Evidence) -> Iterator[Finding]:
    """The merchant has reached a limit for payments.

    A merchant can receive so much, and make so many requests. This is no limit of the
    calls in a minute, and no matter of keys.
    """
    yield from told_by(evidence, "merchant-limit-exceeded")


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    when={When.FAILED},
    fix="Give each payment a reference of its own; with two shops on one sales unit, "
    "give each shop a prefix.",
    docs=ERRORS,
    source="eCom code 34 and ePayment code 4150 (high)",
    broken=lambda: [
        case(ecom_call(status=400, answer=ecom("34", "Duplicate order id"))),
        case(
            answered(
                409,
                {"errorCode": "Conflict", "detail": "Reference a-1 already exists"},
                path="/checkout/v3/session",
            )
        ),
        case(_created(201), _created(400)),
    ],
    healthy=lambda: [
        case(_created(400), _created(201)),
        case(_created(201), _created(400, PRODUCTION)),
        case(_created(201), _created(400, msn="654321")),
        case(ecom_call(status=404, answer=ecom("35", "Requested Order not found"))),
        case(answered(409, details("4020", "Idempotency"))),
        case(answered(409, "", path="/webhooks/v1/webhooks")),
    ],
)
def order_id_reused(evidence: Evidence) -> Iterator[Finding]:
    """A payment with this reference exists already.

    References are unique for each sales unit, for good.
    """
    yield from told_by(evidence, "order-id-reused")
    for exchange, request in evidence.api_calls():
        if is_bare_conflict(exchange) and _MAKES.search(request.path):
            yield conflicting(exchange)
    yield from _made_again(evidence)


# A reference or an order's id, in a body whose secrets are masked.
_REFERENCE = re.compile(r'"(?:orderId|reference)"\s*:\s*"([^"]+)"')


def _made_again(evidence: Evidence) -> Iterator[Finding]:
    """Find a call that was refused without a word, for what an earlier one made."""
    made: set[tuple[str, str | None, str]] = set()
    for exchange, request in evidence.api_calls():
        named = _REFERENCE.search(str(request.body or ""))
        if request.method.upper() != "POST" or not _MAKES.search(request.path):
            continue
        # The same reference is another one in the other environment or sales unit.
        unit = request.url, request.headers.get(MSN_HEADER)
        name = (*unit, named[1]) if named else None
        if exchange.ok and name:
            made.add(name)
        elif name in made and exchange.status == 400 and is_bare(exchange):
            yield Finding(
                message=say("An earlier call made a payment with this reference."),
                place=Place(exchange=exchange, part="request body"),
                confidence=Confidence.LIKELY,
            )


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    when={When.FAILED},
    fix="Finish what the portal asks for (the agreement, the bank account, the sales "
    "unit's settings), or ask the support what is missing.",
    docs=ERRORS,
    source=CODES_OF,
    broken=lambda: [
        case(answered(400, details("5060", "Bank account not verified"))),
        case(ecom_call(status=400, answer=ecom("36", "Agreement not signed"))),
    ],
    healthy=lambda: [
        case(answered(403, details("5080", "PUSH_MESSAGE not allowed"))),
        case(answered(404, gateway(404, "Resource not found"))),
    ],
)
def sales_unit_not_ready(evidence: Evidence) -> Iterator[Finding]:
    """The sales unit is not completely set up.

    Something that is done in the portal or by signing is still missing. No change of
    the code makes this call work.
    """
    yield from told_by(evidence, "sales-unit-not-ready")
