"""Apps: the user's is too old, is of the other environment, or shows nothing."""

import re
from collections.abc import Iterator

from vippsdiag.check import DOCS, Confidence, Finding, Severity, When, check
from vippsdiag.checks.answers import Says, says
from vippsdiag.checks.client import body_place
from vippsdiag.checks.payments import told_by
from vippsdiag.checks.urls import fields
from vippsdiag.checks.users import PAYMENT, USERS, host_of
from vippsdiag.environments import Environment
from vippsdiag.evidence import Evidence, Need, Place
from vippsdiag.exchange import Exchange
from vippsdiag.language import say
from vippsdiag.samples import TEST, api_call, call, case, ecom, ecom_call, login_call


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    when={When.FAILED},
    fix="Ask the user to update the app; meanwhile, offer another way.",
    docs=DOCS + "knowledge-base/errors/",
    source="eCom code 82, Login's outdated_app_version and CIBA's old_app (high)",
    broken=lambda: [
        case(ecom_call(status=400, answer=ecom("82", "App version not supported"))),
        case(login_call(status=400, answer={"error": "old_app"})),
    ],
    healthy=lambda: [
        case(ecom_call(status=400, answer=ecom("81", "User not registered")))
    ],
)
def user_app_outdated(evidence: Evidence) -> Iterator[Finding]:
    """The user's app is too old for this.

    Nothing is wrong with the keys or the request.
    """
    yield from told_by(evidence, "user-app-outdated")


def _landing(location: str) -> Exchange:
    headers = {"Location": location}
    return call(
        "GET", "https://pay-mt.vipps.no/?a=b", status=302, answer_headers=headers
    )


_DEEPLINK = re.compile(r"\bvipps(?P<test>MT)?://", re.IGNORECASE)


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    fix="Open the address as the API gave it: vippsMT:// for the test app, vipps:// "
    "for the app of production. Keep only one of the two apps on a phone.",
    docs=USERS,
    source="facts 7.2 for the schemes (high), the Login FAQ for the text (medium)",
    broken=lambda: [
        case(_landing("vipps://?token=abc"), environment=TEST),
        case(_landing("vipps://?token=abc")),
        case(ecom_call(), call("GET", "vipps://?token=abc", status=None)),
        case(
            api_call(TEST, path=PAYMENT, status=None),
            login_call(status=400, answer="Error: Could not get Vipps Login token"),
        ),
    ],
    healthy=lambda: [
        case(_landing("vippsMT://?token=abc"), environment=TEST),
        case(_landing("vippsMT://?token=abc")),
        case(call("GET", "vipps://?token=abc", status=None)),
        case(login_call(status=400, answer={"error": "invalid_grant"})),
    ],
)
def production_app_with_test_environment(evidence: Evidence) -> Iterator[Finding]:
    """The app of the other environment was opened.

    The test app and the app of production are two apps. Each knows the payments and
    logins of its own environment alone.
    """
    for exchange in evidence.exchanges:
        host = _reached(evidence, exchange)
        opened = _opened(exchange)
        mixed = (
            opened
            and host
            and (opened is Environment.TEST) != (host is Environment.TEST)
        )
        if mixed or says(exchange, Says.OTHER_APP):
            yield Finding(
                message=say(
                    "The app of {opened} was opened for {host}.",
                    opened=opened.words,
                    host=host.words,
                )
                if mixed and opened and host
                else say("The app says that it got no token for this login."),
                place=Place(exchange=exchange, part="request address")
                if mixed
                else body_place(exchange),
                confidence=Confidence.CERTAIN if mixed else Confidence.LIKELY,
            )


def _reached(evidence: Evidence, exchange: Exchange) -> Environment | None:
    """Return the environment of a call, or the one that all calls here go to."""
    known = host_of(evidence, exchange)
    request = exchange.request
    if known or request is None:
        return known
    if request.host.endswith("-mt.vipps.no"):
        return Environment.TEST
    met = {one.environment for _, one in evidence.calls() if one.environment}
    return met.pop() if len(met) == 1 else None


def _opened(exchange: Exchange) -> Environment | None:
    """Return the environment of the app that an address opens."""
    url = str(exchange.request.url) if exchange.request else ""
    location = exchange.response.headers.get("Location") if exchange.response else ""
    match = _DEEPLINK.match(url) or _DEEPLINK.match(str(location or ""))
    if match is None:
        return None
    return Environment.TEST if match["test"] else Environment.PRODUCTION


def _pushed(flow: str = "PUSH_MESSAGE") -> Exchange:
    body = {"userFlow": flow, "reference": "order-12345"}
    headers = {"Content-Type": "application/json", "Idempotency-Key": "k"}
    return api_call(
        TEST, method="POST", path=PAYMENT, body=body, status=201, headers=headers
    )


def _read(state: str) -> Exchange:
    return api_call(TEST, path=PAYMENT + "/order-12345", answer={"state": state})


@check(
    severity=Severity.WARNING,
    needs={Need.API_CALL},
    when={When.API},
    fix="Open the test app and pull down to refresh; check that it is logged in with "
    "this test user, that it may send notifications, and that it is not the app of "
    "production.",
    docs=USERS,
    source="the official CIBA text of 2026 on refreshing (medium); that a payment "
    "which stays open was not seen is an inference",
    broken=lambda: [
        case(_pushed(), _read("CREATED"), _read("CREATED")),
        case(_pushed(), _read("EXPIRED")),
    ],
    healthy=lambda: [
        case(_pushed(), _read("AUTHORIZED")),
        case(_pushed("WEB_REDIRECT"), _read("CREATED"), _read("CREATED")),
    ],
)
def test_app_push_not_delivered(evidence: Evidence) -> Iterator[Finding]:
    """The payment was made, and does not show up in the test app.

    A payment of this kind is sent to the user's phone. If nobody acts there, it stays
    as it was made until its time is over.
    """
    pushed = False
    waiting = 0
    for exchange, request in evidence.api_calls():
        if request.environment is not Environment.TEST or not exchange.ok:
            continue
        sent = fields(request.json)
        if (
            sent.get("userFlow") == "PUSH_MESSAGE"
            or sent.get("skipLandingPage") is True
        ):
            pushed, waiting = True, 0
            continue
        state = str(fields(exchange.response and exchange.response.json).get("state"))
        waiting += state in {"CREATED", "INITIATE"}
        if pushed and (waiting > 1 or state == "EXPIRED"):
            yield Finding(
                message=say(
                    "The payment was sent to the phone, and is still {state}.",
                    state=state,
                ),
                place=body_place(exchange),
                confidence=Confidence.POSSIBLE,
            )
            return
