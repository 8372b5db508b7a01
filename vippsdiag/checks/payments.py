"""Payments: their state, their users, their numbers."""

import re
from collections.abc import Iterator

from vippsdiag.check import DOCS, ERRORS, Confidence, Finding, Severity, check
from vippsdiag.checks.answers import error_codes, oauth_error
from vippsdiag.checks.client import body_place
from vippsdiag.checks.environment import told
from vippsdiag.checks.urls import fields
from vippsdiag.environments import Environment
from vippsdiag.evidence import Evidence, Need, Place
from vippsdiag.samples import (
    ECOM,
    PRODUCTION,
    TEST,
    api_call,
    case,
    details,
    ecom,
    ecom_call,
)

# eCom: 51, 52, 61 to 63, 71 to 74 in the group Payment, 92, 95; ePayment 6080 to 6250.
STATE_CODES = set("51 52 61 62 63 71 72 73 74 92 95".split()) | {
    "6080",
    "6090",
    "6100",
    "6150",
    "6160",
    "6220",
    "6250",
    "5100",
}


_CHANGES = re.compile(r"/(?:cancel|capture|refund)/?$", re.IGNORECASE)


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    fix="Ask for the payment's state first, and do only what that state allows: "
    "capture what is reserved, refund what is captured, cancel what is not captured.",
    docs=ERRORS,
    source="the ePayment and eCom code tables (high); for a 500 without a code, "
    "vipps-ecom-api#198, an inference",
    broken=[
        case(
            api_call(
                TEST,
                method="POST",
                path="/epayment/v1/payments/order-12345/capture",
                status=400,
                answer=details("6080", "Cannot capture before reservation"),
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
    ],
    healthy=[
        case(api_call(TEST, method="POST", path=ECOM + "/x", status=500)),
        case(
            api_call(
                TEST, method="POST", path=ECOM + "/x/capture", status=401, answer=""
            )
        ),
    ],
)
def operation_not_allowed_in_state(evidence: Evidence) -> Iterator[Finding]:
    """The payment is in a state in which this cannot be done.

    A payment is reserved by the user, then captured, then perhaps refunded. Each step
    needs the one before it.
    """
    for exchange in evidence.exchanges:
        path = exchange.request.path if exchange.request else ""
        changes = bool(_CHANGES.search(path))
        code = bool(error_codes(exchange) & STATE_CODES) and not exchange.ok
        vague = exchange.status == 500 and changes
        if code or vague:
            yield Finding(
                message="The payment's state does not allow this step.",
                place=body_place(exchange),
                confidence=Confidence.CERTAIN if code else Confidence.LIKELY,
            )


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    fix="Approve one payment by hand in the test app with this test user, who needs a "
    "card there; then try again.",
    docs=DOCS + "test-environment/",
    source="vipps-ecom-api#192; facts 7.2 (high): the text speaks of the number",
    broken=[
        case(api_call(TEST, status=400, answer=ecom("81", "Invalid phone number")))
    ],
    healthy=[
        case(
            api_call(PRODUCTION, status=400, answer=ecom("81", "User not registered"))
        ),
        case(api_call(TEST, status=400, answer=ecom("82", "App version"))),
    ],
)
def test_user_not_ready(evidence: Evidence) -> Iterator[Finding]:
    """The test user has no card yet, or has never paid in the test app.

    The number may be right all the same. A real person's number does not work in the
    test environment either: there, only generated test users do.
    """
    for exchange in evidence.exchanges:
        host = exchange.request.environment if exchange.request else told(evidence)
        user = error_codes(exchange) & {"81", "10030", "10050"}
        if user and host is Environment.TEST:
            yield Finding(
                message="The answer refuses the user's phone number.",
                place=body_place(exchange),
                confidence=Confidence.LIKELY,
            )


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    fix="Use the number of a generated test user (portal: For developers, Test users).",
    docs=DOCS + "test-environment/",
    source="the official errors page, eCom code 81 and ePayment code 7010 (high)",
    broken=[
        case(api_call(TEST, status=400, answer=details("7010", "Customer not found")))
    ],
    healthy=[
        case(api_call(PRODUCTION, status=400, answer=details("7010", "Not found"))),
        case(api_call(TEST, status=400, answer=ecom("82", "App version"))),
    ],
)
def real_user_in_test(evidence: Evidence) -> Iterator[Finding]:
    """A real person's phone number was used in the test environment.

    The test environment has its own users, who are generated. It knows no others.
    """
    for exchange in evidence.exchanges:
        host = exchange.request.environment if exchange.request else told(evidence)
        codes = error_codes(exchange) & {"81", "7010"}
        if codes and host is Environment.TEST:
            unknown = "7010" in codes
            yield Finding(
                message="The test environment does not know the user.",
                place=body_place(exchange),
                confidence=Confidence.LIKELY if unknown else Confidence.POSSIBLE,
            )


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    fix="Use the number of a real user in production, and keep test users to the test "
    "environment.",
    docs=DOCS + "test-environment/",
    source="the official errors page, eCom code 81 and ePayment code 7010 (high)",
    broken=[
        case(api_call(PRODUCTION, status=400, answer=ecom("81", "User not registered")))
    ],
    healthy=[
        case(api_call(TEST, status=400, answer=ecom("81", "User not registered")))
    ],
)
def test_user_on_production(evidence: Evidence) -> Iterator[Finding]:
    """The phone number is not a user's in production.

    It may be a test user's number, be written in another form, or belong to somebody
    who is no user.
    """
    for exchange in evidence.exchanges:
        host = exchange.request.environment if exchange.request else told(evidence)
        user = error_codes(exchange) & {"81", "7010"}
        if user and host is Environment.PRODUCTION:
            yield Finding(
                message="The answer refuses the user's phone number.",
                place=body_place(exchange),
                confidence=Confidence.LIKELY,
            )


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER, Need.REQUEST},
    fix='Send merchantSerialNumber as a string: "123456", with quotes.',
    docs=ERRORS,
    source="the official errors page: as a number it has caused a 500 (high)",
    broken=[case(ecom_call(status=500, merchantSerialNumber=384217))],
    healthy=[
        case(ecom_call(status=500)),
        case(ecom_call(status=200, merchantSerialNumber=384217)),
    ],
)
def msn_as_integer(evidence: Evidence) -> Iterator[Finding]:
    """The merchant serial number was sent as a number instead of a string.

    In JSON, a number and a string of digits are different things. The API expects the
    string, and may fail on the number without saying so.
    """
    for exchange, request in evidence.calls():
        value = fields(request.json).get("merchantSerialNumber")
        number = isinstance(value, int) and not isinstance(value, bool)
        if number and (exchange.status == 400 or (exchange.status or 0) >= 500):
            yield Finding(
                message="merchantSerialNumber has no quotes around it.",
                place=Place(
                    exchange=exchange, part="request body", name="merchantSerialNumber"
                ),
                confidence=Confidence.LIKELY,
            )


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    fix="Give each payment a reference of its own; with two shops on one sales unit, "
    "give each shop a prefix.",
    docs=ERRORS,
    source="eCom code 34 and ePayment code 4150 (high)",
    broken=[case(ecom_call(status=400, answer=ecom("34", "Duplicate order id")))],
    healthy=[
        case(ecom_call(status=404, answer=ecom("35", "Requested Order not found")))
    ],
)
def order_id_reused(evidence: Evidence) -> Iterator[Finding]:
    """A payment with this reference exists already.

    References are unique for each sales unit, for good.
    """
    for exchange in evidence.exchanges:
        if error_codes(exchange) & {"34", "4150"} and not exchange.ok:
            yield Finding(
                message="The answer says that the reference is in use.",
                place=body_place(exchange),
            )


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    fix="Use a new Idempotency-Key for each new request, also after a corrected one.",
    docs=DOCS + "knowledge-base/http-headers/",
    source="ePayment codes 4010 and 4020, eCom code 93, Recurring (high)",
    broken=[
        case(
            api_call(
                TEST, method="POST", status=409, answer=details("4020", "Idempotency")
            )
        )
    ],
    healthy=[case(api_call(TEST, status=409, answer=details("4150", "Reference")))],
)
def idempotency_conflict(evidence: Evidence) -> Iterator[Finding]:
    """The same idempotency key was used with another body.

    The key says: this is the same request again. With the same key, even the answer to
    a refused request is repeated, so a corrected request needs a new key.
    """
    for exchange in evidence.exchanges:
        codes = error_codes(exchange) & {"4010", "4020", "93"}
        named = "idempotency-conflict" in exchange.text
        if (codes or named) and not exchange.ok and not oauth_error(exchange):
            yield Finding(
                message="The answer says that the key was used before.",
                place=body_place(exchange),
            )
