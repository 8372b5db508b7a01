"""Callbacks and webhooks: do they reach the shop, and does it know them?"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from vippsdiag.check import DOCS, Confidence, Finding, Severity, When, check
from vippsdiag.checks.answers import text_in
from vippsdiag.checks.browser import from_browser
from vippsdiag.checks.client import body_place
from vippsdiag.checks.later import went_well_later
from vippsdiag.checks.worded import search
from vippsdiag.evidence import Evidence, Need, Place, call_of
from vippsdiag.exchange import Exchange, FailureKind, Request, Timing
from vippsdiag.language import Text, say
from vippsdiag.samples import (
    TEST,
    WEBHOOK_URL,
    api_call,
    call,
    case,
    delivery,
)
from vippsdiag.webhooks import is_delivery

WEBHOOKS = DOCS + "APIs/webhooks-api/"


_CALLBACK = "https://shop.example/vipps/callback"
_LOCKED = {"WWW-Authenticate": 'Basic realm="Staging"'}
_SHIELD = "<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>"
OF_A_BOT = {"User-Agent": "scanner"}
STRANGE: dict[str, Any] = {"status": 500, "body": "{}", "answer": "no signature"}


def is_callback(request: Request) -> bool:
    """Tell whether a call is one of Vipps MobilePay to a shop."""
    posted = call_of(request) is None and request.method.upper() == "POST"
    if not posted or from_browser(request):
        return False  # it is a server that calls back
    if is_delivery(request) or _is_event(request.json):
        return True
    # Others call back, too: a path alone tells only if it names who is meant.
    known = _OURS if is_strange(request) else _PATHS
    signed = any(_SIGNED_OTHERWISE.search(name) for name, _ in request.headers)
    return known.search(request.path) is not None and not signed


_OURS = re.compile(r"vipps|mobilepay", re.IGNORECASE)
_PATHS = re.compile(r"callback|webhook|/hooks?/|vipps|mobilepay", re.IGNORECASE)

# Others name a header for the signature of their calls.
_SIGNED_OTHERWISE = re.compile(r"signature|hmac", re.IGNORECASE)


def _is_event(body: object) -> bool:
    """Tell whether a body is that of an event or an eCom callback."""
    names = body.keys() if isinstance(body, dict) else set()
    return {"pspReference", "reference"} <= names or {
        "orderId",
        "transactionInfo",
    } <= names


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER, Need.REQUEST},
    when={When.ELSEWHERE},
    fix="Read the shop's own error log at that time, mend what it names, and answer "
    "callbacks with 200 before doing long work.",
    docs=WEBHOOKS,
    source="woocommerce#72 (medium); that the path is a callback's is an inference",
    broken=lambda: [
        case(call("POST", "https://shop.example/vipps/callback", status=500)),
        case(call("POST", "https://shop.example/vipps/callback", status=302)),
        case(delivery(status=503), delivery(status=200, body='{"reference": "2"}')),
        case(call("POST", _CALLBACK, status=401, answer={"code": "rest_forbidden"})),
        case(call("POST", _CALLBACK, status=401, answer_headers=_LOCKED)),
        case(
            replace(
                call("POST", "https://shop.example/vipps/callback"),
                timing=Timing(wait=12_000),
            )
        ),
    ],
    healthy=lambda: [
        case(call("POST", "https://shop.example/vipps/callback", status=200)),
        case(call("POST", WEBHOOK_URL, status=400, answer="HMAC is not right")),
        case(call("POST", "https://shop.example/checkout", status=500)),
        case(call("POST", WEBHOOK_URL, {"X-Shop-Signature": "a"}, status=500)),
        case(call("POST", "https://a.example/callback/x", OF_A_BOT, **STRANGE)),
        case(delivery(status=503), delivery(status=200)),
        case(
            call(
                "POST",
                "https://shop.example/api/callback",
                {"User-Agent": "Mozilla/5.0"},
                status=500,
            )
        ),
        case(api_call(TEST, status=500)),
    ],
)
def callback_handler_error(evidence: Evidence) -> Iterator[Finding]:
    """The callback arrived, and the shop answered it with an error.

    The payment went well; the shop did not take note of it. The reason stands in the
    shop's own log.
    """
    for exchange, request in evidence.calls():
        if not is_callback(request) or went_well_later(evidence, exchange):
            continue
        trouble = None if speaks_of_signature(exchange) else _trouble(exchange)
        if trouble:
            message, sure = trouble
            yield Finding(message=message, place=body_place(exchange), confidence=sure)


def _trouble(exchange: Exchange) -> tuple[Text, Confidence] | None:
    """Say what went wrong in the shop, and how sure that is; None if nothing did."""
    status = exchange.status or 0
    if 300 <= status < 400:
        redirected = say(
            "The shop answered the callback with {status}. Redirects are not followed.",
            status=status,
        )
        return redirected, Confidence.LIKELY
    if _asks_for_login(exchange):
        asked = say("The shop's server asks for a login before the shop is asked.")
        return asked, Confidence.LIKELY
    if status >= 400 and status != 401:
        answered = say("The shop answered the callback with {status}.", status=status)
        if _stopped(exchange):
            return answered, Confidence.POSSIBLE
        # A shop's firewall, or a page for people, refuses so what it does not know.
        return answered, Confidence.POSSIBLE if status == 403 else Confidence.LIKELY
    if exchange.timing and exchange.timing.total > _LONGEST_WAIT:
        seconds = round(exchange.timing.total / 1000)
        slow = say("The shop took {seconds} seconds.", seconds=seconds)
        return slow, Confidence.POSSIBLE
    return None


def _asks_for_login(exchange: Exchange) -> bool:
    """Tell whether a web server or WordPress lets nobody in without a login."""
    response = exchange.response
    if response is None or response.status not in {401, 403}:
        return False
    asked = (response.headers.get("WWW-Authenticate") or "").lower()
    body = response.json
    code = str(body.get("code")) if isinstance(body, dict) else ""
    return asked.startswith(("basic", "digest")) or code.startswith("rest_")


# Milliseconds: webhooks are given 10 seconds, eCom's callbacks 3 (facts 6.6).
_LONGEST_WAIT = 10_000


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER, Need.REQUEST},
    when={When.ELSEWHERE},
    fix="Open the shop's firewall for the callback hosts, on port 443, and let the "
    "route answer without a login.",
    docs=WEBHOOKS,
    source="facts 6.6, the hosts that callbacks come from (high)",
    broken=lambda: [
        case(
            call(
                "POST",
                "https://shop.example/vipps/callback",
                failure=FailureKind.TIMEOUT,
            )
        ),
        case(call("POST", _CALLBACK, status=403, answer=_SHIELD)),
    ],
    healthy=lambda: [
        case(call("POST", "https://shop.example/vipps/callback", status=200)),
        case(call("POST", _CALLBACK, status=403, answer={"error": "not known"})),
    ],
)
def callback_unreachable(evidence: Evidence) -> Iterator[Finding]:
    """The callback could not reach the shop.

    Callbacks and webhooks come from the internet, from hosts whose names are
    documented. A firewall, a port or a name that only resolves inside keeps them out.
    """
    for exchange, request in evidence.calls():
        if went_well_later(evidence, exchange):
            continue
        if is_callback(request) and exchange.failure:
            yield Finding(
                message=say("No connection to {host} came about.", host=request.host),
                place=Place(exchange=exchange, part="failure"),
            )
        elif is_callback(request) and _stopped(exchange):
            yield Finding(
                message=say("A firewall in front of the shop refused the callback."),
                place=body_place(exchange),
                confidence=Confidence.LIKELY,
            )


# Their pages, and what they ask of a browser before it may go on.
_SHIELDS = re.compile(
    r"just a moment|attention required! \| cloudflare|you have been blocked"
    r"|error code: 10\d\d|wordfence|sucuri|imunify|mod_security|not acceptable!"
    r"|enable javascript and cookies|incapsula|ddos-guard|bot verification",
    re.IGNORECASE,
)


def _stopped(exchange: Exchange) -> bool:
    """Tell whether a shop's firewall answered a call, and the shop never saw it."""
    response = exchange.response
    if response is None or response.status not in {403, 406, 429, 503}:
        return False
    challenged = "cf-mitigated" in response.headers
    return challenged or _SHIELDS.search(text_in(exchange)) is not None


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER, Need.REQUEST},
    when={When.FAILED, When.ELSEWHERE},
    fix="Compare the value that the shop expects with the one that was given when the "
    "payment or the webhook was made, and keep the route open for calls without login.",
    docs=WEBHOOKS,
    source="facts 6.6: eCom sends your own authToken back (high)",
    broken=lambda: [
        case(call("POST", "https://shop.example/vipps/callback", status=401))
    ],
    healthy=lambda: [
        case(call("POST", "https://shop.example/vipps/callback", status=500)),
        case(api_call(TEST, status=401)),
    ],
)
def callback_auth_mismatch(evidence: Evidence) -> Iterator[Finding]:
    """The shop refused the callback, because it did not recognise it.

    The callback carries a word or a signature that only the two sides know. If the shop
    holds another one, it takes the callback for a stranger's.
    """
    for exchange, request in evidence.calls():
        signed = is_delivery(request) or speaks_of_signature(exchange)
        refused = exchange.status in {401, 403} and not signed
        refused = refused and not _stopped(exchange)
        if is_callback(request) and refused:
            yield Finding(
                message=say(
                    "The shop answered the callback with {status}.",
                    status=exchange.status,
                ),
                place=body_place(exchange),
                confidence=Confidence.POSSIBLE
                if _asks_for_login(exchange)
                else Confidence.LIKELY,
            )


_OF_SIGNATURE = re.compile(r"signature|\bhmac\b", re.IGNORECASE)


def speaks_of_signature(exchange: Exchange) -> bool:
    """Tell whether a shop refused a call for its signature."""
    refused = exchange.status in {400, 401, 403}
    return refused and search(_OF_SIGNATURE, text_in(exchange)) is not None


_EVENT = {"msn", "pspReference", "reference", "agreementId", "chargeId", "orderId"}


def is_strange(request: Request) -> bool:
    """Tell whether a call with headers holds nothing that Vipps MobilePay tells of."""
    body = request.json if request.shows_headers else None
    return isinstance(body, dict) and not _EVENT & body.keys()


_PAID = re.compile(r"/(?:payments|agreements|session|charges)(?:/|$)", re.IGNORECASE)


@check(
    severity=Severity.NOTE,
    needs={Need.REQUEST},
    when={When.FAILED, When.ELSEWHERE},
    fix="After a payment, ask for its state as well (first after 5 seconds, then every "
    "2), and once more later for those that stayed open.",
    docs=WEBHOOKS,
    source="facts 6.6 and 6.7: an eCom callback is tried once; the official webhooks "
    "text of 2026 asks for both (high)",
    broken=lambda: [
        case(call("POST", "https://shop.example/vipps/callback", status=500)),
        case(delivery(status=503)),
    ],
    healthy=lambda: [
        case(call("POST", "https://shop.example/vipps/callback", status=200)),
        case(
            call("POST", "https://shop.example/vipps/callback", status=500),
            api_call(TEST, path="/epayment/v1/payments/order-12345"),
        ),
    ],
)
def callback_not_guaranteed(evidence: Evidence) -> Iterator[Finding]:
    """The shop learns of a payment from callbacks alone.

    A callback can be late or lost; eCom's is sent once. The API itself always knows the
    payment's state.
    """
    reads = any(
        request.method.upper() == "GET" and _PAID.search(request.path)
        for _, request in evidence.api_calls()
    )
    for exchange, request in evidence.calls():
        if is_callback(request) and not exchange.ok and not reads:
            if exchange.status is None and exchange.failure is None:
                continue
            yield Finding(
                message=say(
                    "A callback failed, and no call here asks for the payment."
                ),
                place=Place(exchange=exchange, part="request address"),
                confidence=Confidence.POSSIBLE,
            )
