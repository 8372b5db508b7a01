"""Who answered: the service, a firewall, or somebody between?"""

import re
from collections.abc import Iterator
from datetime import UTC

from vippsdiag.check import DOCS, ERRORS, Confidence, Finding, Severity, When, check
from vippsdiag.checks.answers import is_bare, text_in
from vippsdiag.checks.between import is_between, is_of_another
from vippsdiag.checks.client import body_place
from vippsdiag.checks.clocks import date_in
from vippsdiag.checks.codes import codes_in, said
from vippsdiag.checks.later import went_well_later
from vippsdiag.checks.network import _failed, failures, refused_by_proxy
from vippsdiag.checks.software import is_server_exception
from vippsdiag.checks.worded import search
from vippsdiag.environments import is_web_site
from vippsdiag.evidence import Call, Evidence, Need, Place, call_of
from vippsdiag.exchange import Exchange, FailureKind, Request
from vippsdiag.language import Text, joined, say
from vippsdiag.products import product_at
from vippsdiag.samples import (
    INVALID_KEY,
    PRODUCTION,
    TEST,
    api_call,
    call,
    case,
    gateway,
    specialized_call,
    token_call,
)
from vippsdiag.who import Who, answered_by, is_forward_proxy


def _paid(reference: str, status: int) -> Exchange:
    body, path = {"reference": reference}, "/epayment/v1/payments"
    return api_call(TEST, method="POST", path=path, body=body, status=status)


_OWN_PROXY = "https://vipps-proxy.example/accesstoken/get"
_DAY = "/report/v2/ledgers/302321/funds/dates/2026-11-29"
_UNKNOWN = {"code": "10001", "message": "There is no report yet"}
_NGINX = "<html><hr><center>nginx/1.24.0</center></html>"


def _is_vipps(exchange: Exchange) -> bool:
    return exchange.request is None or call_of(exchange.request) is not None


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    when={When.FAILED},
    fix="Send the call again with a plain User-Agent of your own and without unusual "
    "characters in its values; if it still is refused, send the support the time and "
    "the address.",
    docs=ERRORS,
    source="vipps-ecom-api#183 shows a firewall rule on the token call (medium); that "
    "an empty 403 comes from it is an inference, Webhooks apart",
    broken=lambda: [
        case(
            api_call(
                TEST,
                path="/epayment/v1/payments/order-12345",
                status=403,
                answer="",
                headers={"User-Agent": "python-requests/2.31.0"},
            )
        ),
        case(
            token_call(
                TEST,
                status=403,
                answer="<html><h1>403 "
                "Forbidden</h1>Microsoft-Azure-Application-Gateway",
            )
        ),
        case(token_call(TEST, status=403, answer="error code: 1020")),
        case(token_call(TEST, status=403, answer="")),
        case(token_call(TEST, status=403, answer="HTTP 403: Forbidden")),
        case(specialized_call(status=403, answer="")),
        case(token_call(TEST, status=403, answer="403 - Forbidden: Access is denied.")),
        case(token_call(TEST, status=403, answer="OWASP_3.0 942110 Matched")),
        case(token_call(TEST, status=403, answer="<h2>403 - Forbidden</h2>")),
        case(
            api_call(
                TEST,
                status=403,
                answer={"error": "Blocked by the web application firewall"},
            )
        ),
    ],
    healthy=lambda: [
        case(api_call(TEST, status=403, answer="")),
        case(api_call(TEST, status=403, answer={"title": "Forbidden"})),
        case(api_call(TEST, path="/qr/v1/merchant-redirect", status=406, answer="")),
    ],
)
def waf_blocked(evidence: Evidence) -> Iterator[Finding]:
    """A web application firewall refused the call before the API saw it.

    Firewalls look for patterns that attacks use. An unusual character in a value, or
    the User-Agent that a script sends by default, can be one of them.
    """
    for exchange in evidence.exchanges:
        request = exchange.request
        if exchange.status not in {403, 406} or not _is_vipps(exchange):
            continue
        product = product_at(request.path) if request else None
        empty = exchange.status == 403 and is_bare(exchange)
        firewall = answered_by(exchange) is Who.FIREWALL
        tokens = {Call.STANDARD_TOKEN, Call.SPECIALIZED_TOKEN}
        token = request is not None and call_of(request) in tokens
        served = token or (product is not None and product.name != "Webhooks")
        # Of a line of a log it is not known that the answer was empty.
        empty = empty and request is not None and request.shows_headers
        if firewall:
            yield Finding(
                message=say(
                    "The refusal has the form of a firewall's, not of the API's."
                ),
                place=body_place(exchange),
                confidence=Confidence.LIKELY,
            )
        elif empty and served:
            yield Finding(
                message=say(
                    "No reason is shown for the refusal. Some firewalls give none."
                ),
                place=body_place(exchange),
                confidence=Confidence.POSSIBLE,
            )


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    when={When.FAILED},
    fix="Look at https://status.vippsmobilepay.com, wait, and send the same call "
    "again.",
    docs=ERRORS,
    source="vipps-developers#67, login-api#36 (medium)",
    broken=lambda: [
        case(
            token_call(
                TEST,
                status=500,
                answer={"responseInfo": {"responseCode": "1000"}},
            )
        ),
        case(api_call(TEST, status=503, answer="")),
        case(
            call(
                "GET",
                "https://apitest.vipps.no/access-management-1.0/access/oauth2/auth",
                status=302,
                answer_headers={"Location": "https://a.example/cb?error=server_error"},
            )
        ),
    ],
    healthy=lambda: [
        case(api_call(TEST, status=404, answer="")),
        case(api_call(PRODUCTION, path=_DAY, status=404, answer=_UNKNOWN)),
        case(call("POST", "https://shop.example/callback", status=500)),
        case(api_call(TEST, status=503, answer=""), api_call(TEST)),
        case(token_call(TEST, status=503, answer="", body=""), token_call(TEST)),
    ],
)
def service_outage(evidence: Evidence) -> Iterator[Finding]:
    """The service itself had a problem.

    The answer does not blame the request. If the status page shows no incident and the
    same call fails again, compare the types of the values in the body.
    """
    for exchange in evidence.exchanges:
        server = exchange.status is not None and exchange.status >= 500
        # What is not there, such as a report of today, is no problem of the service.
        words = said(exchange, "service-outage") if exchange.status != 404 else None
        if went_well_later(evidence, exchange):
            continue
        if (server and _is_vipps(exchange)) or words:
            yield Finding(
                message=say("The answer says: {words}", words=words)
                if words
                else say("The answer has the status {status}.", status=exchange.status),
                place=body_place(exchange),
                confidence=_outage_sure(exchange),
            )


def _outage_sure(exchange: Exchange) -> Confidence:
    """Tell how sure it is that it is not the request: less so if it changes a thing."""
    request = exchange.request
    changes = request is not None and request.method.upper() not in {"GET", "HEAD"}
    doubtful = changes and request is not None and call_of(request) is Call.API
    malformed = {"3010", "99"} & set(codes_in(exchange))
    between = answered_by(exchange) is Who.PROXY and (
        exchange.status != 503 or is_forward_proxy(exchange)
    )
    doubted = doubtful or malformed or between or is_server_exception(exchange)
    return Confidence.POSSIBLE if doubted else Confidence.LIKELY


# The identity provider's codes are for a loop of calls, and for too many.
_TOO_FAST = {"slow_down", "AADSTS50196", "AADSTS90055"}


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    when={When.FAILED},
    fix="Wait as long as Retry-After says, send fewer calls, and use a token for its "
    "whole life.",
    docs=ERRORS,
    source="the official ePayment error list; token limits are not documented (medium)",
    broken=lambda: [
        case(api_call(TEST, status=429, answer=gateway(429, "Rate limit"))),
        case(_paid("order-12345", 429), _paid("order-12346", 201)),
        case(token_call(TEST, status=400, answer="AADSTS50196: a request loop")),
    ],
    healthy=lambda: [
        case(api_call(TEST, status=404)),
        case(call("POST", "https://statistics.example/collect", status=429)),
        case(call("GET", "https://pay.vipps.no/api/status", status=429)),
        case(api_call(TEST, status=429), api_call(TEST)),
        case(_paid("order-12345", 429), _paid("order-12345", 201)),
    ],
)
def rate_limited(evidence: Evidence) -> Iterator[Finding]:
    """Too many calls were made in a short time.

    There are limits for each operation and payment. Asking for a new token before each
    call is the fastest way to reach one.
    """
    for exchange in evidence.exchanges:
        quota = search(_QUOTA, text_in(exchange))
        slow = bool(_TOO_FAST & set(codes_in(exchange)))
        request = exchange.request
        if request is not None and is_web_site(request.host):
            continue  # a page for people asks its own server
        if not _is_vipps(exchange) or went_well_later(evidence, exchange):
            continue
        if exchange.status == 429 or (quota and not exchange.ok) or slow:
            many = say("The answer says that there were too many calls.")
            wait = _wait(exchange)
            yield Finding(
                message=joined(many, wait) if wait else many,
                place=body_place(exchange),
            )


def _wait(exchange: Exchange) -> Text | None:
    """Say how long the answer asks to wait: seconds or a date (RFC 9110, 10.2.3)."""
    response = exchange.response
    asked = (response.headers.get("Retry-After") or "").strip() if response else ""
    if asked.isascii() and asked.isdecimal():
        if int(asked[:9]) == 1:
            return say("It says to wait 1 second.")
        return say("It says to wait {wait} seconds.", wait=asked[:9])
    until = date_in(asked)
    if until is None:
        return None
    time = f"{until.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    return say("It says to wait until {time}.", time=time)


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    fix="Find what stands between (a proxy, a CDN, a login page of the network), and "
    "make the call without it.",
    docs=DOCS + "knowledge-base/servers/",
    source="the API answers in JSON (high); who else answered is an inference",
    broken=lambda: [
        case(token_call(TEST, answer="<!doctype html><title>Sign in</title>")),
        case(token_call(TEST, failure=FailureKind.PROXY)),
        case(token_call(TEST, answer="ok")),
        case(token_call(TEST, status=407, answer="")),
        case(token_call(TEST, status=503, answer="<title>Generated by squid</title>")),
        case(call("POST", _OWN_PROXY, status=502, answer=_NGINX)),
        case(call("POST", _OWN_PROXY, status=525, answer="error code: 525")),
        case(token_call(TEST, status=403, answer=_NGINX)),
        case(token_call(TEST, status=403, answer="Error: status 403: " + _NGINX)),
        case(token_call(TEST, answer_headers={"X-Cache": "HIT", "Age": "4012"})),
        case(
            api_call(
                TEST, status=401, answer="", answer_headers={"CF-Cache-Status": "HIT"}
            )
        ),
        case(
            token_call(
                TEST,
                status=401,
                answer=gateway(401, INVALID_KEY),
                answer_headers={"X-Cache": "TCP_REMOTE_HIT"},
            )
        ),
        case(
            token_call(
                TEST,
                status=302,
                answer="",
                answer_headers={"Location": "http://wifi.example/login"},
            )
        ),
    ],
    healthy=lambda: [
        case(token_call(TEST)),
        case(call("GET", "https://pay.vipps.no/", answer="<html>")),
        case(
            call(
                "GET",
                "https://pay-mt.vipps.no/?token=x",
                status=302,
                answer_headers={"Location": "https://shop.example/return"},
            )
        ),
        case(token_call(TEST, answer_headers={"X-Cache": "MISS", "Age": "0"})),
        case(
            token_call(
                TEST,
                status=401,
                answer=gateway(401, INVALID_KEY),
                answer_headers={"X-Cache": "TCP_MISS"},
            )
        ),
        case(
            call(
                "POST",
                "http://api.vipps.no/accesstoken/get",
                status=301,
                answer_headers={"Location": "https://api.vipps.no/accesstoken/get"},
            )
        ),
    ],
)
def intermediary_cache_or_proxy(evidence: Evidence) -> Iterator[Finding]:
    """Something between the client and the API answered instead of it.

    The API answers in JSON. A page comes from a proxy, a CDN or the sign-in page of a
    network; headers such as Age and X-Cache say that an old answer was given again.
    """
    for exchange in failures(evidence, FailureKind.PROXY):
        yield Finding(
            message=say("The proxy did not let the call through."),
            place=_failed(exchange),
            confidence=Confidence.POSSIBLE
            if refused_by_proxy(exchange)
            else Confidence.LIKELY,
        )
    for exchange, request in evidence.calls(
        Call.STANDARD_TOKEN, Call.SPECIALIZED_TOKEN, Call.API
    ):
        if exchange.response is None:
            continue
        if is_of_another(exchange, request):
            who = answered_by(exchange) if is_between(exchange) else None
            yield Finding(
                message=say(
                    "The answer is not what the API sends; it has the form of {who}.",
                    who=who or say("another server"),
                ),
                place=body_place(exchange),
                confidence=Confidence.LIKELY,
            )
        elif answered_by(exchange) is Who.CACHE and _must_be_fresh(request):
            yield Finding(
                message=say("The answer's headers say that it comes from a cache."),
                place=Place(exchange=exchange, part="response header"),
                confidence=Confidence.LIKELY if exchange.ok else Confidence.CERTAIN,
            )


_QUOTA = re.compile(r"rate limit is exceeded|call volume quota", re.IGNORECASE)


def _must_be_fresh(request: Request) -> bool:
    """Tell whether an answer out of a cache would be wrong: any but Login's lists."""
    return ".well-known" not in request.path
