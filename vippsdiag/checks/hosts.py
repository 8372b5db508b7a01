"""Did the call go to a host that serves it?"""

import re
from collections.abc import Iterator

from vippsdiag.check import (
    DOCS,
    SERVERS,
    Confidence,
    Finding,
    Severity,
    When,
    check,
)
from vippsdiag.checks.answers import is_bare, text_in
from vippsdiag.checks.codes import said
from vippsdiag.checks.sent import KEY_HEADER
from vippsdiag.environments import (
    HOSTS,
    OFFICIAL_DOMAINS,
    OTHER_DOCUMENTED_HOSTS,
    RETIRED_DOMAIN,
    RETIRED_HOSTS,
    UNDOCUMENTED_HOSTS,
    Environment,
)
from vippsdiag.evidence import (
    STANDARD_TOKEN_PATH,
    Call,
    Evidence,
    Need,
    Place,
    call_of,
)
from vippsdiag.exchange import Exchange, Request
from vippsdiag.language import Text, say
from vippsdiag.products import product_at
from vippsdiag.samples import (
    PRODUCTION,
    SUBSCRIPTION_KEY,
    TEST,
    api_call,
    call,
    case,
    gateway,
    specialized_call,
    token_call,
)

_OWN = "http://localhost:3000/accesstoken/get"
_KEPT: dict[str, str | None] = {"Host": "localhost:3000"}
_PAGE = "<!doctype html><html><title>Shop</title></html>"
_KEYED = {KEY_HEADER: SUBSCRIPTION_KEY}


@check(
    severity=Severity.ERROR,
    needs={Need.REQUEST},
    fix="Send test calls to https://apitest.vipps.no and production calls to "
    "https://api.vipps.no.",
    docs=SERVERS,
    source="facts 2: these hosts are in no official document (high); whether they "
    "resolve is not known",
    broken=lambda: [
        case(
            call(
                "GET", "https://api.vippsmobilepay.com/webhooks/v1/webhooks", status=404
            )
        ),
        case(call("POST", "https://apitest-portal.vipps.no/accesstoken", status=None)),
        case(call("GET", "https://api-test.vipps.no/webhooks/v1/webhooks")),
        case(call("GET", "https://api.mobilepay.dk/v1/payments", _KEYED)),
        case(call("POST", "https://a1b2.tech-02.net/accesstoken/get", status=None)),
    ],
    healthy=lambda: [
        case(token_call(TEST, status=404)),
        case(call("POST", "https://shop.example/vipps/callback", status=404)),
        case(call("GET", "https://checkout.vipps.no/checkout.js")),
        case(call("GET", "https://app.mobilepay.dk/v1/status")),
    ],
)
def host_unknown(evidence: Evidence) -> Iterator[Finding]:
    """The call went to a host that is not a documented one of the API.

    There are two hosts for every API and every market: apitest.vipps.no for test and
    api.vipps.no for production. Others were guessed, or were in use years ago.
    """
    for exchange, request in evidence.calls():
        host = request.host
        if host in RETIRED_HOSTS or host.endswith(RETIRED_DOMAIN):
            message = say("{host} is no longer in use.", host=host)
        elif host in UNDOCUMENTED_HOSTS or _is_meant_for_an_api(request):
            message = say("{host} is not a documented host.", host=host)
        else:
            continue
        yield Finding(
            message=message, place=Place(exchange=exchange, part="request address")
        )


def _is_meant_for_an_api(request: Request) -> bool:
    """Tell whether a host that looks official was called as the API's.

    A browser gets pages and scripts from others, which are in no list.
    """
    tokens = call_of(request) in {Call.STANDARD_TOKEN, Call.SPECIALIZED_TOKEN}
    versioned = re.search(r"/v\d", request.path) is not None
    keyed = KEY_HEADER in request.headers
    served = tokens or (versioned and (keyed or product_at(request.path) is not None))
    return served and _looks_official(request.host)


def _looks_official(host: str) -> bool:
    ours = host.endswith(OFFICIAL_DOMAINS)
    callbacks = host.startswith("callback-")
    known = {*HOSTS.values(), *OTHER_DOCUMENTED_HOSTS}
    return ours and not callbacks and host not in known


@check(
    severity=Severity.ERROR,
    needs={Need.REQUEST},
    fix="Set the base address to https://apitest.vipps.no or https://api.vipps.no, and "
    "let a proxy send that name as Host.",
    docs=SERVERS,
    source="facts 2 (high)",
    broken=lambda: [
        case(call("POST", "https://portal.vippsmobilepay.com/accesstoken/get")),
        case(call("POST", "https://apitest.vipps.noaccesstoken/get", status=None)),
        case(
            call("GET", "https://developer.vippsmobilepay.com/epayment/v1/payments/x")
        ),
        case(call("POST", "https://https://api.vipps.no/accesstoken/get", status=None)),
        case(call("POST", _OWN, status=404, answer="<pre>Cannot POST /accesstoken")),
        case(call("POST", _OWN, status=404, answer=_PAGE)),
        case(token_call(TEST, headers=_KEPT, status=404, answer=_PAGE)),
    ],
    healthy=lambda: [
        case(token_call(TEST)),
        case(call("GET", "https://pay.vipps.no/?token=x")),
        case(call("GET", "https://developer.vippsmobilepay.com/docs/access-token")),
        case(call("POST", _OWN, status=404, answer=gateway(404, "Resource not found"))),
        case(call("POST", _OWN, status=500, answer=_PAGE)),
        case(token_call(TEST, headers={"Host": "[REDACTED]"}, status=404, answer="")),
        case(call("GET", "https://shop.example/checkout", answer=_PAGE)),
    ],
)
def base_url_wrong(evidence: Evidence) -> Iterator[Finding]:
    """The base address is that of a web site, not of the API.

    The portal, the documentation and the payment pages have hosts of their own. The
    API answers at apitest.vipps.no and api.vipps.no only.
    """
    for exchange, request in evidence.calls():
        address = Place(exchange=exchange, part="request address")
        message = _wrong_address(request)
        if message:
            yield Finding(message=message, place=address)
        elif other := _other_host(exchange, request):
            yield Finding(
                message=say("The header Host says {host}.", host=other),
                place=Place(exchange=exchange, part="request header", name="Host"),
                confidence=Confidence.LIKELY,
            )
        elif _answered_by_a_page(exchange, request):
            yield Finding(
                message=say(
                    "{host} answered with a page of its own; the API is not there.",
                    host=request.host,
                ),
                place=address,
                confidence=Confidence.LIKELY,
            )


def _wrong_address(request: Request) -> Text | None:
    """Say what is wrong with an address by itself; None if nothing is."""
    glued = next((h for h in HOSTS.values() if _glued(request.host, h)), None)
    if glued:
        return say("Behind {glued} a slash is missing.", glued=glued)
    if request.host in {"http", "https"}:
        return say("The address says https:// twice.")
    served = product_at(request.path) or call_of(request) is Call.STANDARD_TOKEN
    if request.host in OTHER_DOCUMENTED_HOSTS and served:
        return say("{host} is not a host of the API.", host=request.host)
    return None


def _other_host(exchange: Exchange, request: Request) -> str | None:
    """Return the host that a header names, if a call to the API failed for another."""
    sent = (request.headers.get("Host") or "").lower().removesuffix(":443")
    named = re.fullmatch(r"[a-z\d.-]+(?::\d+)?", sent) is not None
    strange = named and sent != request.host and request.host in HOSTS.values()
    unknown = exchange.status in {400, 404, 421} and (
        is_bare(exchange) or _SERVERS_OWN.search(text_in(exchange))
    )
    return sent if strange and unknown else None


def _answered_by_a_page(exchange: Exchange, request: Request) -> bool:
    """Tell whether a path of the API was asked for at a server that does not know it.

    An address without a host goes to where the page itself came from.
    """
    keyed = KEY_HEADER in request.headers and product_at(request.path)
    exact = request.path.lower() == STANDARD_TOKEN_PATH or keyed
    elsewhere = request.host not in {*HOSTS.values(), *OTHER_DOCUMENTED_HOSTS}
    missed = exchange.status in {200, 404, 405}
    return bool(
        exact and elsewhere and missed and _SERVERS_OWN.search(text_in(exchange))
    )


# A page, or the words of Express.
_SERVERS_OWN = re.compile(
    r"^\s*<(?:!doctype|html|pre>)|\bCannot (?:GET|POST|PUT|PATCH|DELETE) /",
    re.IGNORECASE,
)


def _glued(host: str, known: str) -> bool:
    return host != known and host.startswith(known) and host[len(known)] != "."


@check(
    severity=Severity.ERROR,
    needs={Need.REQUEST},
    fix="Write https:// before the host. As the keys went out readable, have them "
    "regenerated.",
    docs=SERVERS,
    source="facts 6.7, TLS 1.2 or newer is needed (high)",
    broken=lambda: [
        case(call("POST", "http://api.vipps.no/accesstoken/get", status=None))
    ],
    healthy=lambda: [
        case(token_call(TEST)),
        case(call("POST", "http://127.0.0.1/accesstoken/get")),
    ],
)
def http_not_https(evidence: Evidence) -> Iterator[Finding]:
    """The call was made without encryption.

    The API answers over https only. Over http, anybody on the way can read the keys.
    """
    for exchange, request in evidence.calls():
        if request.scheme == "http" and request.host in HOSTS.values():
            yield Finding(
                message=say("The address begins with http://."),
                place=Place(exchange=exchange, part="request address"),
            )


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER, Need.REQUEST},
    when={When.FAILED},
    fix="Call this API in production, or test your code against the sandbox.",
    docs=DOCS + "test-environment/",
    source="facts 7.2 (high)",
    broken=lambda: [
        case(api_call(TEST, path="/settlement/v1/ledgers", status=404)),
        case(api_call(TEST, path="/management/v1/sales-units", status=401)),
        case(
            specialized_call(
                environment=TEST, status=404, answer=gateway(404, "Resource not found")
            )
        ),
    ],
    healthy=lambda: [
        case(specialized_call(environment=TEST, status=401, answer={"error": "x"})),
        case(api_call(PRODUCTION, path="/settlement/v1/ledgers", status=404)),
        case(api_call(TEST, status=404)),
    ],
)
def product_not_in_test(evidence: Evidence) -> Iterator[Finding]:
    """This API is not served in the test environment.

    Report, Sales, Management, Donations and the Partner API exist in production only.
    """
    for exchange, request in evidence.calls(Call.SPECIALIZED_TOKEN):
        if request.environment is Environment.TEST and exchange.status == 404:
            yield Finding(
                message=say(
                    "{name} is not served in {environment}.",
                    name=request.path,
                    environment=request.environment.words,
                ),
                place=Place(exchange=exchange, part="request address"),
                confidence=Confidence.LIKELY,
            )
    for exchange, request in evidence.api_calls():
        if said(exchange, "product-not-in-test"):
            yield Finding(
                message=say(
                    "The answer says that this operation is not supported in test."
                ),
                place=Place(exchange=exchange, part="response body"),
            )
        product = product_at(request.path)
        served = product is None or request.environment in product.environments
        if not served and product and request.environment and not exchange.ok:
            yield Finding(
                message=say(
                    "{name} is not served in {environment}.",
                    name=product.name,
                    environment=request.environment.words,
                ),
                place=Place(exchange=exchange, part="request address"),
            )
