"""Was the call made from a browser?"""

import re
from collections.abc import Iterator

from vippsdiag.check import ERRORS, Confidence, Finding, Severity, check
from vippsdiag.checks.answers import Says, identity_codes, is_bare, says
from vippsdiag.checks.sent import KEY_HEADER, is_preflight
from vippsdiag.environments import HOSTS, LOOPBACK_HOSTS, is_web_site, split
from vippsdiag.evidence import Call, Evidence, Need, Place, call_of
from vippsdiag.exchange import Exchange, FailureKind, Request
from vippsdiag.language import Text, say
from vippsdiag.samples import (
    TEST,
    api_call,
    call,
    case,
    identity_provider,
    token_call,
)

CROSS_ORIGIN = identity_provider(
    9002326,
    "Cross-origin token redemption is permitted only for the 'Single-Page Application' "
    "client-type.",
    "invalid_request",
)


LOCAL = re.compile(r"//(?:localhost|127\.|\[::1\])")


def crossed_origins(exchange: Exchange) -> bool:
    """Tell whether the identity provider took a call for one of a web page."""
    return says(exchange, Says.CROSS_ORIGIN) or 9002326 in identity_codes(exchange)


def origin(exchange: Exchange) -> Place:
    """Return the place of the Origin header."""
    return Place(exchange=exchange, part="request header", name="Origin")


def from_browser(request: Request) -> bool:
    """Tell whether a browser sent a request, by the headers that only browsers send."""
    agent = request.headers.get("User-Agent") or ""
    fetch = any(name.lower().startswith("sec-ch-") for name, _ in request.headers)
    return "Mozilla/" in agent or fetch


TOKEN_URL = "https://apitest.vipps.no/accesstoken/get"


def _preflight(status: int) -> Exchange:
    headers = {
        "Origin": "https://shop.example",
        "Access-Control-Request-Method": "POST",
    }
    return call("OPTIONS", TOKEN_URL, headers, status=status, answer="")


_OF_PAGE: dict[str, str | None] = {
    "Origin": "https://shop.example",
    "User-Agent": "Mozilla/5.0",
    KEY_HEADER: None,
}


def _from_page(page: str | None, words: str) -> Exchange:
    headers = {"Origin": page, "User-Agent": "Mozilla/5.0", KEY_HEADER: None}
    return api_call(TEST, headers=headers, failure=FailureKind.OTHER, message=words)


# Words that leave no other reason; others are what a page is told of any failure.
_NAMED = re.compile(r"\bcors|cross-origin|access-control|err_blocked", re.IGNORECASE)


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    fix="Make the call from your server. As the keys were in a web page, have them "
    "regenerated.",
    docs=ERRORS,
    source="vipps-ecom-api#236 and #246, vipps-developers#153 (high); that a page was "
    "shown nothing is inferred from its Origin",
    broken=lambda: [
        case(
            token_call(
                TEST,
                headers={"Origin": "https://shop.example", "User-Agent": "Mozilla/5.0"},
                status=400,
                answer=CROSS_ORIGIN,
            )
        ),
        case(token_call(TEST, failure=FailureKind.CORS, message="CORS policy")),
        case(
            token_call(
                TEST, failure=FailureKind.CORS, message="TypeError: Failed to fetch"
            )
        ),
        case(_preflight(404), _preflight(401)),
        case(_from_page("https://shop.example", "net::ERR_FAILED")),
        case(api_call(TEST, headers=_OF_PAGE, status=400, answer="")),
    ],
    healthy=lambda: [
        case(_preflight(204)),
        case(call("OPTIONS", TOKEN_URL, status=404)),
        case(token_call(TEST, status=400, answer="")),
        case(token_call(TEST, headers={"Origin": "https://shop.example"})),
        case(call("POST", "https://statistics.example/", failure=FailureKind.CORS)),
        case(_from_page("https://login.vipps.no", "net::ERR_ABORTED")),
        case(_from_page(None, "net::ERR_FAILED")),
        case(api_call(TEST, headers=_OF_PAGE, status=400, answer={"title": "x"})),
    ],
)
def cors_browser_call(evidence: Evidence) -> Iterator[Finding]:
    """The API was called from a web page.

    The APIs are made to be called from a server. A page in a browser is refused, and
    whoever opens the page can read the keys in it.
    """
    for exchange in evidence.exchanges:
        request = exchange.request
        if request is not None and call_of(request) is None:
            continue
        failed = exchange.failure and exchange.failure.kind is FailureKind.CORS
        asked = _asked_in_vain(exchange)
        failed = failed or _shown_nothing(exchange)
        if failed or asked or crossed_origins(exchange):
            sure = asked or (request is not None and from_browser(request))
            message, place = _shown_by(exchange)
            yield Finding(
                message=message,
                place=place,
                confidence=_sure_failed(exchange)
                if failed
                else (Confidence.CERTAIN if sure else Confidence.POSSIBLE),
            )


def _shown_by(exchange: Exchange) -> tuple[Text, Place]:
    """Return what shows a web page, and where: its Origin, or a browser's error."""
    request = exchange.request
    named = request is not None and "Origin" in request.headers
    if exchange.failure and not named:
        said = say("The error is one that a browser gives to a web page.")
        return said, Place(exchange=exchange, part="failure")
    return say("The call came with an Origin, as a web page's does."), origin(exchange)


def _asked_in_vain(exchange: Exchange) -> bool:
    """Tell whether a browser asked the API for a page, and was not let."""
    request = exchange.request
    return request is not None and is_preflight(request) and not exchange.ok


def _shown_nothing(exchange: Exchange) -> bool:
    """Tell whether somebody's page called the API and was shown no answer, or no word.

    A browser that keeps an answer from a page records no status, and no reason.
    """
    request, failure = exchange.request, exchange.failure
    if request is None or not from_browser(request):
        return False
    if exchange.response and (exchange.ok or not is_bare(exchange)):
        return False
    page = split(request.headers.get("Origin") or "").hostname or ""
    ours = is_web_site(page) or page in HOSTS.values() or page == request.host
    ours = ours or request.host in LOOPBACK_HOSTS
    named = failure is not None and failure.kind is not FailureKind.OTHER
    return bool(page) and not ours and not named


def _sure_failed(exchange: Exchange) -> Confidence:
    words = exchange.failure.message if exchange.failure else ""
    return Confidence.CERTAIN if _NAMED.search(words) else Confidence.LIKELY


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER, Need.REQUEST},
    fix="Let the proxy or the tool remove the Origin header before it sends the call "
    "on.",
    docs=ERRORS,
    source="vipps-ecom-api#236; ms-365-mcp-server#413 (high); that a 400 without a "
    "word means it is inferred",
    broken=lambda: [
        case(
            token_call(
                TEST,
                headers={"Origin": "http://localhost:8000"},
                status=400,
                answer=CROSS_ORIGIN,
            )
        ),
        case(token_call(TEST, headers={"Origin": "http://a"}, status=400, answer="")),
    ],
    healthy=lambda: [
        case(token_call(TEST, status=400, answer="")),
        case(
            token_call(
                TEST,
                headers={"Origin": "https://a.example", "User-Agent": "Mozilla/5.0"},
                status=400,
                answer=CROSS_ORIGIN,
            )
        ),
    ],
)
def origin_header_forwarded(evidence: Evidence) -> Iterator[Finding]:
    """A proxy or a tool sent on the Origin header of a web page.

    The identity provider takes any call with an Origin for one of a web page, and
    refuses it. A development server that rewrites the host keeps the Origin.
    """
    for exchange, request in evidence.calls():
        value = request.headers.get("Origin")
        token = call_of(request) is Call.STANDARD_TOKEN and exchange.status == 400
        silent = token and bool(value) and is_bare(exchange)
        told = call_of(request) is not None and crossed_origins(exchange)
        if (told or silent) and not from_browser(request):
            yield Finding(
                message=say("The call carries Origin: {value}.", value=value)
                if value
                else say("The answer says that the call carried an Origin header."),
                place=origin(exchange),
                confidence=Confidence.LIKELY,
            )
