"""Is it the right token endpoint, the right path and method?"""

from collections.abc import Iterator

from vippsdiag.check import (
    ACCESS_TOKEN,
    DOCS,
    Confidence,
    Finding,
    Severity,
    When,
    check,
)
from vippsdiag.checks.answers import Says, is_bare, is_gateway, says
from vippsdiag.checks.operations import is_operation
from vippsdiag.checks.sent import is_preflight
from vippsdiag.environments import OTHER_DOCUMENTED_HOSTS, is_web_site
from vippsdiag.evidence import (
    LOGIN_BASE,
    LOGIN_TOKEN_PATH,
    SPECIALIZED_TOKEN_PATH,
    STANDARD_TOKEN_PATH,
    Call,
    Evidence,
    Need,
    Place,
    call_of,
)
from vippsdiag.exchange import Exchange, Request
from vippsdiag.language import Text, say
from vippsdiag.products import Product, product_at
from vippsdiag.samples import (
    PRODUCTION,
    TEST,
    api_call,
    call,
    case,
    gateway,
    login_call,
    token_call,
)

NOT_FOUND = gateway(404, "Resource not found")
_UNIT = "/management/v1/sales-units/384217"
_LOGIN_TOKEN = "https://apitest.vipps.no" + LOGIN_TOKEN_PATH
_LOGIN_PAGE = "https://apitest.vipps.no" + LOGIN_BASE + "/oauth2/auth"


def address(exchange: Exchange) -> Place:
    """Return the place of a request's address."""
    return Place(exchange=exchange, part="request address")


def unmatched(exchange: Exchange) -> bool:
    """Tell whether the gateway found no operation for method and path."""
    if exchange.status == 405:
        return True
    if exchange.status != 404:
        return False
    return _says_no_path(exchange) or is_bare(exchange)


def _says_no_path(exchange: Exchange) -> bool:
    """Tell whether the gateway says that there is no such path.

    In a problem, an API says the same of an id that it does not have.
    """
    body = exchange.response.json if exchange.response else None
    problem = isinstance(body, dict) and "title" in body and not is_gateway(exchange)
    return says(exchange, Says.NO_SUCH_PATH) and not problem


def shown_method(request: Request) -> str:
    """Return the method for a message; anything else in its place is not shown."""
    known = request.method.isalpha() and len(request.method) <= 10
    return request.method if known else say("unknown")


EXACT = {
    Call.STANDARD_TOKEN: (STANDARD_TOKEN_PATH,),
    Call.SPECIALIZED_TOKEN: (SPECIALIZED_TOKEN_PATH,),
}


# Everything that Login's discovery document names (facts 3.4).
LOGIN_PATHS = frozenset(
    LOGIN_BASE + end for end in ("/oauth2/auth", "/oauth2/token", "/oauth2/revoke")
)


def has_right_path(request: Request) -> bool:
    """Tell whether a token or Login call has a documented path; case is no matter."""
    path = request.path.lower()
    kind = call_of(request)
    if kind is Call.LOGIN:
        return path in LOGIN_PATHS or ".well-known/" in path
    return kind in EXACT and path in EXACT[kind]


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER, Need.REQUEST},
    when={When.FAILED},
    fix="Send POST to /accesstoken/get; for Login, to "
    "/access-management-1.0/access/oauth2/token.",
    docs=ACCESS_TOKEN,
    source="vipps-developers#59, login-api#39 (medium); the gateway's default (low)",
    broken=lambda: [
        case(
            token_call(
                TEST, path="/recurring/accesstoken/get", status=404, answer=NOT_FOUND
            )
        ),
        case(token_call(TEST, path="/accesstoken", status=404, answer=NOT_FOUND)),
        case(login_call(path="/oauth2/token", status=404, answer=NOT_FOUND)),
        case(
            login_call(path=LOGIN_BASE + "/oauth2/tokens", status=404, answer=NOT_FOUND)
        ),
    ],
    healthy=lambda: [
        case(login_call(status=404, answer=NOT_FOUND)),
        case(token_call(TEST, path="/accessToken/get")),
        case(api_call(TEST, path="/nothing/v1", status=404, answer=NOT_FOUND)),
    ],
)
def token_path_wrong(evidence: Evidence) -> Iterator[Finding]:
    """The token request went to a path that does not exist.

    The token has one address for every product. It is not below a product's path.
    """
    kinds = (Call.STANDARD_TOKEN, Call.SPECIALIZED_TOKEN, Call.LOGIN)
    for exchange, request in evidence.calls(*kinds):
        if exchange.status in {404, 405} and not has_right_path(request):
            yield Finding(
                message=say("There is nothing at {path}.", path=request.path),
                place=address(exchange),
            )


@check(
    severity=Severity.ERROR,
    needs={Need.REQUEST},
    when={When.FAILED},
    fix="Send the token request as POST: to /accesstoken/get with an empty body, to "
    "Login and /miami/v1/token with a form.",
    docs=ACCESS_TOKEN,
    source="the gateway answers 404, not 405, for a method it does not know (generic; "
    "for Login inferred); RFC 9110, 9.1: the method is case-sensitive",
    broken=lambda: [
        case(token_call(TEST, method="GET", status=404, answer=NOT_FOUND)),
        # cURL sends the method as it is typed.
        case(token_call(TEST, method="post", status=404, answer=NOT_FOUND)),
        case(call("GET", _LOGIN_TOKEN, status=404, answer=NOT_FOUND)),
    ],
    healthy=lambda: [
        case(call("GET", _LOGIN_TOKEN, status=401, answer={"error": "x"})),
        case(call("GET", _LOGIN_PAGE, status=404, answer=NOT_FOUND)),
        case(token_call(TEST, status=404, answer=NOT_FOUND)),
        case(token_call(TEST, method="OPTIONS", status=404)),
    ],
)
def token_method_wrong(evidence: Evidence) -> Iterator[Finding]:
    """The token request has another method than POST.

    Every token is asked for with POST, also where the path ends with "get". The gateway
    looks for method and path together, and says that there is nothing.
    """
    kinds = (Call.STANDARD_TOKEN, Call.SPECIALIZED_TOKEN, Call.LOGIN)
    for exchange, request in evidence.calls(*kinds):
        if exchange.ok or request.method in {"POST", "OPTIONS", ""}:
            continue
        if has_right_path(request) and not _opens_a_page(exchange, request):
            yield Finding(
                message=say(
                    "The method is {method}; it should be POST.",
                    method=shown_method(request),
                ),
                place=address(exchange),
            )


def _opens_a_page(exchange: Exchange, request: Request) -> bool:
    """Tell whether a Login call asks for no token, or the gateway knew what to do."""
    token = request.path.lower() == LOGIN_TOKEN_PATH and unmatched(exchange)
    return call_of(request) is Call.LOGIN and not token


_AGREEMENT = "/recurring/v3/agreements/agr_unknown"
_LACKING = {"type": "https://x.no/#resource-not-found", "title": "Resource not found"}
ASKS: dict[str, str | None] = {"Access-Control-Request-Method": "GET"}


@check(
    severity=Severity.ERROR,
    needs={Need.API_CALL},
    when={When.FAILED, When.API},
    fix="Compare method and path with the API's reference, letter by letter.",
    docs=DOCS + "APIs/",
    source="the gateway's default answer (low); login-api#39",
    broken=lambda: [
        case(
            api_call(TEST, path="/epayments/v1/payments", status=404, answer=NOT_FOUND)
        ),
        case(api_call(TEST, method="PUT", status=404, answer=NOT_FOUND)),
        case(api_call(TEST, path="/epayment/payments", status=404, answer="<html>")),
        case(api_call(TEST, path="/webhooks/v1/x", status=404, answer="404 Not Found")),
    ],
    healthy=lambda: [
        case(api_call(TEST, status=404, answer={"title": "Reference not found"})),
        case(api_call(TEST, path=_AGREEMENT, status=404, answer=_LACKING)),
        case(api_call(TEST, path="/epayment/v1/payments/a", status=404, answer="")),
        case(api_call(TEST, path="/recurring/v3/charges/a", status=404, answer="")),
        case(api_call(TEST, path="/qr/v1/merchant-redirect/a", status=404, answer="")),
        case(api_call(PRODUCTION, path=_UNIT, status=404, answer="Not Found")),
        case(api_call(TEST, path="/favicon.ico", status=404, answer="<html>")),
        case(api_call(TEST, path="/favicon.ico", status=404, answer="")),
        case(api_call(TEST, path="/", status=404, answer="")),
        case(call("GET", "https://checkout.vipps.no/a/b", status=404, answer="")),
        case(api_call(TEST, method="OPTIONS", headers=ASKS, status=404)),
        case(token_call(TEST, method="GET", status=404, answer=NOT_FOUND)),
    ],
)
def api_path_wrong(evidence: Evidence) -> Iterator[Finding]:
    """The API has no operation with this method and path.

    The gateway answers 404 before it asks any API. An API that lacks the payment or the
    agreement itself answers in its own words.
    """
    for exchange, request in evidence.api_calls():
        product = product_at(request.path)
        absent = product and request.environment not in product.environments
        if absent or _explained(exchange, request) or _is_a_browsers(request):
            continue
        told = _says_no_path(exchange)
        if not told and is_operation(request):
            continue
        if unmatched(exchange) or _is_of_no_api(exchange, request):
            yield Finding(
                message=_not_served(request, product),
                place=address(exchange),
                confidence=Confidence.CERTAIN
                if exchange.status == 405 or told
                else Confidence.LIKELY,
            )


def _not_served(request: Request, product: Product | None) -> Text:
    method, path = shown_method(request), request.path
    if not request.method and product and is_operation(request):
        return say(
            "{api} has {path}, but not with the method that was used.",
            api=product.name,
            path=path,
        )
    if not request.method:
        return say("There is nothing at {path}.", path=path)
    if product:
        return say(
            "{api} has no {method} {path}.", api=product.name, method=method, path=path
        )
    return say("No API has {method} {path}.", method=method, path=path)


def _is_of_no_api(exchange: Exchange, request: Request) -> bool:
    """Tell whether a path that no API is known to serve was not found."""
    known = product_at(request.path) is not None
    return exchange.status == 404 and request.environment is not None and not known


def _is_a_browsers(request: Request) -> bool:
    """Tell whether a browser asks on its own: for a page of ours, or for a file."""
    file = "." in request.path.rpartition("/")[2] and product_at(request.path) is None
    page = request.path in {"", "/"} or is_web_site(request.host)
    return request.method.upper() == "GET" and (file or page)


def _explained(exchange: Exchange, request: Request) -> bool:
    landing = request.host in OTHER_DOCUMENTED_HOSTS or "/dwo-api" in request.path
    other = _bad_verb(exchange) or retired(request) is not None
    return landing or other or is_preflight(request)


RETIRED = {
    "/ecomm/v1": say("/ecomm/v2, or the ePayment API"),
    "/recurring/v1": "/recurring/v3",
    "/recurring/v2": "/recurring/v3",
    "/psp/v1": say("the ePayment API for PSPs"),
    "/psp/v2": say("the ePayment API for PSPs"),
    "/checkout/v2": say("a newer checkout"),
    "/api/v2/accesstoken": STANDARD_TOKEN_PATH,
}


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER, Need.REQUEST},
    when={When.FAILED},
    fix="Move to the version that the API's page names; the paths and some fields are "
    "different.",
    docs=DOCS + "APIs/",
    source="facts 2, older API versions in the change logs (medium)",
    broken=lambda: [
        case(api_call(TEST, path="/recurring/v2/agreements", status=404, answer=""))
    ],
    healthy=lambda: [
        case(
            api_call(TEST, path="/recurring/v3/agreements", status=404, answer={"a": 1})
        ),
        case(api_call(TEST, path="/ecomm/v1/payments", status=200)),
    ],
)
def api_version_retired(evidence: Evidence) -> Iterator[Finding]:
    """This version of the API is no longer served.

    Old versions are switched off some time after a new one has come. The keys stay the
    same.
    """
    for exchange, request in evidence.calls():
        found = retired(request)
        if found and exchange.status in {404, 405, 410}:
            yield Finding(
                message=say(
                    "{path} is an old version; now it is {found}.",
                    path=request.path,
                    found=found,
                ),
                place=address(exchange),
            )


def retired(request: Request) -> str | None:
    """Return what took the place of an old path; None if it is not an old one."""
    path = request.path.lower()
    return next((new for old, new in RETIRED.items() if path.startswith(old)), None)


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER, Need.REQUEST},
    when={When.FAILED},
    fix="Send the user's browser there with a plain link or redirect (GET), not a "
    "form.",
    docs=DOCS + "knowledge-base/errors/",
    source="vipps-ecom-api#221: x-ms-error-code UnsupportedHttpVerb (medium)",
    broken=lambda: [
        case(call("POST", "https://pay.vipps.no/?token=x", status=405)),
        case(
            call(
                "POST",
                "https://api.vipps.no/dwo-api-application/v1/deeplink",
                status=405,
                answer_headers={"x-ms-error-code": "UnsupportedHttpVerb"},
            )
        ),
    ],
    healthy=lambda: [
        case(call("GET", "https://pay.vipps.no/?token=x", status=404)),
        case(token_call(TEST, method="GET", status=405)),
    ],
)
def wrong_http_method(evidence: Evidence) -> Iterator[Finding]:
    """The address was reached with a method that it does not support.

    The payment's landing page is opened by the user's browser. A form that is posted to
    it, or a redirect that keeps the method POST, is refused.
    """
    for exchange, request in evidence.calls():
        landing = request.host in OTHER_DOCUMENTED_HOSTS or "/dwo-api" in request.path
        if exchange.status == 405 and (landing or _bad_verb(exchange)):
            yield Finding(
                message=say(
                    "{method} is not supported there.", method=shown_method(request)
                ),
                place=address(exchange),
            )


def _bad_verb(exchange: Exchange) -> bool:
    headers = exchange.response.headers if exchange.response else None
    return (
        headers is not None and headers.get("x-ms-error-code") == "UnsupportedHttpVerb"
    )
