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
from vippsdiag.checks.sent import header_place
from vippsdiag.evidence import Evidence, Need, Place, call_of
from vippsdiag.exchange import Exchange, FailureKind, Request, Timing
from vippsdiag.language import say
from vippsdiag.samples import (
    TEST,
    WEBHOOK_BODY,
    WEBHOOK_SECRET,
    WEBHOOK_URL,
    api_call,
    call,
    case,
    delivery,
)
from vippsdiag.shapes import is_redacted
from vippsdiag.webhooks import (
    body_change,
    is_delivery,
    is_signed,
    registered_secret,
    verify,
)

WEBHOOKS = DOCS + "APIs/webhooks-api/"


_OF_A_BOT = {"User-Agent": "scanner"}
_STRANGE: dict[str, Any] = {"status": 500, "body": "{}", "answer": "no signature"}


def _is_callback(request: Request) -> bool:
    posted = call_of(request) is None and request.method.upper() == "POST"
    if not posted or from_browser(request):
        return False  # it is a server that calls back
    if is_delivery(request) or _is_event(request.json):
        return True
    # Others call back, too: a path alone tells only if it names who is meant.
    known = _OURS if _is_strange(request) else _PATHS
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
        case(call("POST", "https://a.example/callback/x", _OF_A_BOT, **_STRANGE)),
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
        status = exchange.status or 0
        if not _is_callback(request) or went_well_later(evidence, exchange):
            continue
        if status >= 300 and status not in {401, 403}:
            if _speaks_of_signature(exchange):
                continue
            yield Finding(
                message=say(
                    "The shop answered the callback with {status}. Redirects are not "
                    "followed.",
                    status=status,
                )
                if status < 400
                else say(
                    "The shop answered the callback with {status}.", status=status
                ),
                place=body_place(exchange),
                confidence=Confidence.LIKELY,
            )
        elif status == 403 and not _speaks_of_signature(exchange):
            # A shop's firewall, or a page for people, refuses so what it does not know.
            yield Finding(
                message=say(
                    "The shop answered the callback with {status}.", status=status
                ),
                place=body_place(exchange),
                confidence=Confidence.POSSIBLE,
            )
        elif exchange.timing and exchange.timing.total > _LONGEST_WAIT:
            yield Finding(
                message=say(
                    "The shop took {seconds} seconds.",
                    seconds=round(exchange.timing.total / 1000),
                ),
                place=body_place(exchange),
                confidence=Confidence.POSSIBLE,
            )


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
        )
    ],
    healthy=lambda: [
        case(call("POST", "https://shop.example/vipps/callback", status=200))
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
        if _is_callback(request) and exchange.failure:
            yield Finding(
                message=say("No connection to {host} came about.", host=request.host),
                place=Place(exchange=exchange, part="failure"),
            )


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
        signed = is_delivery(request) or _speaks_of_signature(exchange)
        refused = exchange.status in {401, 403} and not signed
        if _is_callback(request) and refused:
            yield Finding(
                message=say(
                    "The shop answered the callback with {status}.",
                    status=exchange.status,
                ),
                place=body_place(exchange),
                confidence=Confidence.LIKELY,
            )


def _speaks_of_signature(exchange: Exchange) -> bool:
    words = re.search(r"signature|\bhmac\b", text_in(exchange), re.IGNORECASE)
    return exchange.status in {400, 401, 403} and words is not None


_EVENT = {"msn", "pspReference", "reference", "agreementId", "chargeId", "orderId"}


def _is_strange(request: Request) -> bool:
    """Tell whether a call with headers holds nothing that Vipps MobilePay tells of."""
    body = request.json if request.shows_headers else None
    return isinstance(body, dict) and not _EVENT & body.keys()


def _part_place(exchange: Exchange, part: str) -> Place:
    """Return where a changed part of a delivery shows."""
    headers = {"date": "x-ms-date", "host": "Host"}
    if part in headers:
        return header_place(exchange, headers[part])
    names = {"path": "request address", "body": "request body", "key": "keys"}
    if part == "key":
        return Place(part=names[part], name=say("webhook secret"))
    return Place(exchange=exchange, part=names[part])


@check(
    severity=Severity.ERROR,
    needs={Need.REQUEST},
    when={When.FAILED, When.ELSEWHERE},
    fix="Hash the body as it arrived, before anything reads it; sign with the host and "
    "the path that were registered; use the characters of that registration's secret "
    "as the key.",
    docs=WEBHOOKS,
    source="facts 6.6, recomputed from the official example (high); which change was "
    "made is shown by undoing it",
    broken=lambda: [
        case(delivery(WEBHOOK_URL + "/"), webhook_secret=WEBHOOK_SECRET),
        case(
            delivery(headers={"Host": "10.0.0.7", "X-Forwarded-Host": "shop.example"}),
            webhook_secret=WEBHOOK_SECRET,
        ),
        case(delivery(body=WEBHOOK_BODY.replace(":", ": "))),
        case(delivery(), webhook_secret=WEBHOOK_SECRET + "\n"),
        case(delivery(), webhook_secret="d0a1f7c2-5e48-4b93-9a6d-1c7f3e82b504"),
        case(delivery(), webhook_secret=WEBHOOK_SECRET),
        case(call("POST", WEBHOOK_URL, status=401, answer="Invalid signature")),
    ],
    healthy=lambda: [
        case(delivery(status=200), webhook_secret=WEBHOOK_SECRET),
        case(delivery(headers={"x-ms-content-sha256": "***"}, status=500)),
        case(call("POST", WEBHOOK_URL, status=401)),
        case(call("POST", WEBHOOK_URL, _OF_A_BOT, **_STRANGE | {"status": 401})),
    ],
)
def webhook_signature_mismatch(evidence: Evidence) -> Iterator[Finding]:
    """The webhook's signature is not what the shop computes.

    The signature covers method, path, date, host and the hash of the raw body. A proxy
    that changes the host or the path, a framework that writes the body anew, or the
    secret of another registration gives another signature.
    """
    for exchange, request in evidence.calls():
        if exchange.ok or exchange.failure or not _is_callback(request):
            continue
        if went_well_later(evidence, exchange):
            continue
        if not is_delivery(request):
            if _speaks_of_signature(exchange) and not _is_strange(request):
                yield Finding(
                    message=say("The shop says that the signature is not right."),
                    place=body_place(exchange),
                    confidence=Confidence.LIKELY,
                )
            continue
        found = list(_changes(evidence, exchange, request))
        yield from found
        if not found and exchange.status in {None, 400, 401, 403}:
            yield _unexplained(evidence, exchange, request)


def _changes(
    evidence: Evidence, exchange: Exchange, request: Request
) -> Iterator[Finding]:
    change = body_change(request)
    if change:
        yield Finding(
            message=change.words,
            place=_part_place(exchange, "body"),
            confidence=Confidence.CERTAIN
            if _secret(evidence) or exchange.status in {None, 400, 401, 403}
            # A shop that broke down did not refuse; the body may be cut for sharing.
            else Confidence.POSSIBLE,
        )
    secret = _secret(evidence)
    verdict = verify(request, secret) if secret else None
    for item in verdict.changes if verdict else ():
        yield Finding(message=item.words, place=_part_place(exchange, item.part))
    if verdict and not verdict.fits and not verdict.changes and not change:
        yield Finding(
            message=say(
                "The signature was not made with this secret, whatever is undone; "
                "it is that of another registration or environment."
            ),
            place=_part_place(exchange, "key"),
            confidence=Confidence.LIKELY,
        )


def _secret(evidence: Evidence) -> str | None:
    """Return what webhooks are signed with, if it was not redacted.

    It is told, or it stands in the answer to the registration.
    """
    registered = filter(None, map(registered_secret, evidence.exchanges))
    secret = evidence.webhook_secret or next(registered, None)
    return None if secret is None or is_redacted(secret) else secret


def _unexplained(evidence: Evidence, exchange: Exchange, request: Request) -> Finding:
    """Return what is left to say when nothing in the delivery was changed."""
    if not is_signed(request):
        message = say(
            "The Authorization header that a delivery is signed in is missing."
        )
    elif _secret(evidence):
        message = say(
            "Signature and body are right for this secret, so it is the shop that "
            "computes something else."
        )
    else:
        message = say(
            "The shop refused a signed delivery; with the webhook's secret, what "
            "differs can be named."
        )
    return Finding(
        message=message,
        place=header_place(exchange, "Authorization"),
        confidence=Confidence.LIKELY,
    )


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
        if _is_callback(request) and not exchange.ok and not reads:
            if exchange.status is None and exchange.failure is None:
                continue
            yield Finding(
                message=say(
                    "A callback failed, and no call here asks for the payment."
                ),
                place=Place(exchange=exchange, part="request address"),
                confidence=Confidence.POSSIBLE,
            )
