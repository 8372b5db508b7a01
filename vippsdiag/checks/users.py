"""Users: test users, real ones, their numbers and their apps."""

import re
from collections.abc import Iterator

from vippsdiag.check import DOCS, Confidence, Finding, Severity, When, check
from vippsdiag.checks.answers import Says, says, text_in
from vippsdiag.checks.client import body_place
from vippsdiag.checks.codes import codes_in, said, sure_of
from vippsdiag.checks.environment import told
from vippsdiag.checks.later import went_well_later
from vippsdiag.checks.payments import answered, coded
from vippsdiag.checks.urls import fields
from vippsdiag.environments import Environment
from vippsdiag.evidence import Evidence, Need, Place, call_of
from vippsdiag.exchange import Exchange, Request
from vippsdiag.language import say
from vippsdiag.samples import (
    PRODUCTION,
    TEST,
    api_call,
    call,
    case,
    details,
    ecom,
)
from vippsdiag.secret import examine

USERS = DOCS + "test-environment/"
UNKNOWN_USER = {"81", "7010", "invalid_user", "unknown_user_id"}
APPROVE = re.compile(r"/(?:integration-)?test/payments/[^/]+/approve|/accept/?$")
PAYMENT = "/epayment/v1/payments"
_BODY = {"customer": {"phoneNumber": "4799999999"}, "amount": {"currency": "NOK"}}


def host_of(evidence: Evidence, exchange: Exchange) -> Environment | None:
    """Return the environment of a call, or the one that was told of."""
    request = exchange.request
    return (request.environment if request else None) or told(evidence)


def _in_test(evidence: Evidence, exchange: Exchange) -> bool:
    return host_of(evidence, exchange) is Environment.TEST


def refuses_user(exchange: Exchange) -> bool:
    """Tell whether an answer refuses the user."""
    known = not UNKNOWN_USER.isdisjoint(codes_in(exchange))
    # A shop's own pages tell of the age too.
    page = exchange.ok and exchange.request and call_of(exchange.request) is None
    return known or (not page and says(exchange, Says.NO_USER))


def _create(phone: str, **parts: object) -> Exchange:
    body = {
        "customer": {"phoneNumber": phone},
        "amount": {"currency": "NOK", "value": 100},
    }
    headers = {"Content-Type": "application/json"}
    return api_call(
        TEST, method="POST", path=PAYMENT, headers=headers, body=body, **parts
    )


_NUMBERS = (
    "phoneNumber",
    "mobileNumber",
    "customerPhoneNumber",
    "internationalMobileNumber",
)
_COUNTRIES = {"NOK": "47", "DKK": "45", "EUR": "358", "SEK": "46"}


def _number(request: Request) -> tuple[str, str, str] | None:
    """Return the field with a phone number, what is odd about it, and its country.

    None if the body holds no phone number that can be read.
    """

    def question(raw: str) -> tuple[str, str, str] | None:
        pattern = rf'"({"|".join(_NUMBERS)})"\s*:\s*"?([^",}}\n]*)'
        match = re.search(pattern, raw)
        if not match or not re.search(r"\d{4}", match[2]):
            return None
        number = match[2].strip()
        # A number of eight digits is one without its country, whatever it begins with.
        codes = _COUNTRIES.values() if len(number) > 8 else ()
        country = next(filter(number.startswith, codes), "")
        return match[1], _oddness(number, match[1]), country

    return examine(request.body, question) if request.body else None


def _is_login(request: Request | None) -> bool:
    return request is not None and "/vipps-login" in request.path


def _oddness(number: str, name: str) -> str:
    if number.startswith("+"):
        return say("The number has a plus sign before it.")
    if number.startswith("00"):
        return say("The number has two zeros before it.")
    if not number.isdigit():
        return say("The number has signs other than digits in it.")
    if len(number) == 8 and name == "phoneNumber":
        return say("The number has no country code before it.")
    usual = 8 <= len(number) <= 15
    return "" if usual else say("The number has an unusual number of digits.")


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    when={When.FAILED},
    fix="Write the number with the country code and digits alone, such as 4791234567: "
    "no plus sign, no zeros before it, no blanks.",
    docs=DOCS + "knowledge-base/errors/",
    source="ePayment code 4070, eCom code 81; the form is in the specifications (high)",
    broken=lambda: [
        case(_create("+4799999999", status=400, answer=details("4070", "Invalid"))),
        case(_create("99999999", status=400, answer=details("7010", "Not found"))),
    ],
    healthy=lambda: [
        case(_create("4799999999", status=400, answer=details("7010", "Not found"))),
        case(_create("+4799999999", status=400, answer=details("4040", "Amount"))),
    ],
)
def phone_number_malformed(evidence: Evidence) -> Iterator[Finding]:
    """The phone number is not written as the API reads it.

    A number has its country code and its digits, and nothing else. The answer may say
    that there is no such user.
    """
    for exchange in evidence.exchanges:
        request = exchange.request
        number = _number(request) if request and not exchange.ok else None
        words = said(exchange, "phone-number-malformed")
        # Who logs in writes a number as people do.
        about = words or (refuses_user(exchange) and not _is_login(request))
        if number and number[1] and about:
            yield Finding(
                message=number[1],
                place=Place(exchange=exchange, part="request body", name=number[0]),
            )
        elif words:
            yield coded(exchange, words, Confidence.LIKELY)


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    when={When.FAILED},
    fix="Approve one payment by hand in the test app with this test user, who needs a "
    "card there that has not expired; then try again.",
    docs=USERS,
    source="vipps-ecom-api#192; facts 7.2 (high): the text speaks of the number",
    broken=lambda: [
        case(answered(400, ecom("81", "Invalid phone number"))),
        case(answered(400, details("10050", "No cards"))),
        case(answered(500, "", path="/epayment/v1/test/payments/order-12345/approve")),
    ],
    healthy=lambda: [
        case(
            api_call(PRODUCTION, status=400, answer=ecom("81", "User not registered"))
        ),
        case(answered(400, ecom("82", "App version"))),
        case(answered(500, "", path=PAYMENT)),
        case(answered(400, details("10010", "Approve failed")), answered(201, {})),
    ],
)
def test_user_not_ready(evidence: Evidence) -> Iterator[Finding]:
    """The test user has no card yet, or has never paid in the test app.

    The number may be right all the same. A real person's number does not work in the
    test environment either: there, only generated test users do.
    """
    for exchange in evidence.exchanges:
        words = said(exchange, "test-user-not-ready")
        path = exchange.request.path if exchange.request else ""
        expired = exchange.status == 500 and APPROVE.search(path)
        if went_well_later(evidence, exchange):
            continue
        if words:
            yield coded(exchange, words, sure_of(exchange, "test-user-not-ready"))
        elif expired:
            yield Finding(
                message=say(
                    "The forced approval failed as it does for a test card that "
                    "expired."
                ),
                place=body_place(exchange),
                confidence=Confidence.LIKELY,
            )
        elif "81" in codes_in(exchange) and _in_test(evidence, exchange):
            words = say("there is no such user (81).")
            unknown = _calls_unknown(exchange)
            sure = Confidence.POSSIBLE if unknown else Confidence.LIKELY
            yield coded(exchange, words, sure)


_UNKNOWN = re.compile(
    r"not registered|\bunknown\b|not a (?:valid )?vipps", re.IGNORECASE
)


def _calls_unknown(exchange: Exchange) -> bool:
    """Tell whether a payment was not made for a user that an answer does not know.

    Of the approval of a payment, and of a number, it says so of a user without a card.
    """
    path = exchange.request.path if exchange.request else ""
    told = _UNKNOWN.search(text_in(exchange)) is not None
    return told and not APPROVE.search(path)


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    fix="Use the number of a generated test user (portal: For developers, Test users).",
    docs=USERS,
    source="the official errors page, eCom code 81 and ePayment code 7010 (high)",
    broken=lambda: [case(answered(400, details("7010", "Customer not found")))],
    healthy=lambda: [
        case(api_call(PRODUCTION, status=400, answer=details("7010", "Not found"))),
        case(answered(400, "The text must be at least 15 characters")),
        case(answered(400, "Beløpet må være minst 15 kr")),
        case(answered(400, ecom("82", "App version"))),
    ],
)
def real_user_in_test(evidence: Evidence) -> Iterator[Finding]:
    """A real person's phone number was used in the test environment.

    The test environment has its own users, who are generated. It knows no others.
    """
    for exchange in evidence.exchanges:
        host = host_of(evidence, exchange)
        if refuses_user(exchange) and host is not Environment.PRODUCTION:
            doubted = "81" in codes_in(exchange) and not _calls_unknown(exchange)
            sure = host is Environment.TEST and not doubted
            yield Finding(
                message=say("The test environment does not know the user.")
                if host
                else say("The user is not known, as a real one is not in test."),
                place=body_place(exchange),
                confidence=Confidence.LIKELY if sure else Confidence.POSSIBLE,
            )


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    fix="Use the number of a real user in production, and keep test users to the test "
    "environment.",
    docs=USERS,
    source="the official errors page, eCom code 81 and ePayment code 7010 (high)",
    broken=lambda: [
        case(api_call(PRODUCTION, status=400, answer=ecom("81", "User not registered")))
    ],
    healthy=lambda: [case(answered(400, ecom("81", "User not registered")))],
)
def test_user_on_production(evidence: Evidence) -> Iterator[Finding]:
    """The phone number is not a user's in production.

    It may be a test user's number, be written in another form, or belong to somebody
    who is no user or is too young to pay companies.
    """
    for exchange in evidence.exchanges:
        host = host_of(evidence, exchange)
        if refuses_user(exchange) and host is not Environment.TEST:
            yield Finding(
                message=say("The answer refuses the user."),
                place=body_place(exchange),
                confidence=Confidence.LIKELY if host else Confidence.POSSIBLE,
            )


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    fix="Take a test user of the sales unit's own market (portal: For developers, Test "
    "users), and type its number as it is shown there.",
    docs=USERS,
    source="facts 7.2: test users are of the sales unit's market (high); CIBA's "
    "user-exists (medium)",
    broken=lambda: [
        case(_create("4599999999", status=400, answer=ecom("81", "Not registered"))),
        case(
            call(
                "POST",
                "https://apitest.vipps.no/vipps-login-ciba/api/v1/user-exists",
                answer={"exists": False},
            )
        ),
    ],
    healthy=lambda: [
        case(_create("4799999999", status=400, answer=ecom("81", "Not registered"))),
        case(
            call(
                "POST",
                "https://apitest.vipps.no/vipps-login-ciba/api/v1/user-exists",
                answer={"exists": True},
            )
        ),
    ],
)
def test_user_invalid(evidence: Evidence) -> Iterator[Finding]:
    """The phone number is not one of a test user who can use this sales unit.

    Test users are generated for one market, and a sales unit takes those of its own.
    """
    for exchange, request in evidence.calls():
        if request.environment is not Environment.TEST:
            continue
        body = exchange.response.json if exchange.response else None
        if isinstance(body, dict) and body.get("exists") is False:
            yield Finding(
                message=say("The answer says that there is no such user."),
                place=body_place(exchange),
            )
        currency = fields(request.json).get("currency")
        number = _number(request) if refuses_user(exchange) else None
        home = _COUNTRIES.get(str(currency))
        if number and home and number[2] and number[2] != home:
            yield Finding(
                message=say(
                    "The number is of +{country}, the payment in {currency}.",
                    country=number[2],
                    currency=currency,
                ),
                place=Place(exchange=exchange, part="request body", name=number[0]),
            )
