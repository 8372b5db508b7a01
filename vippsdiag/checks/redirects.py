"""Login in the browser: the redirect address and what the authorize call asks for."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, unquote, urlencode

from vippsdiag.check import DOCS, Confidence, Finding, Severity, When, check
from vippsdiag.checks.answers import (
    Says,
    is_of_another,
    oauth_error,
    redirected_error,
    says,
    text_in,
)
from vippsdiag.checks.client import CLIENT_REFUSED, body_place
from vippsdiag.checks.codes import codes_in
from vippsdiag.checks.payments import coded
from vippsdiag.checks.registered import compared, difference
from vippsdiag.environments import split
from vippsdiag.evidence import LOGIN_BASE, Call, Evidence, Need, Place, call_of
from vippsdiag.exchange import Exchange, Request
from vippsdiag.language import joined, say
from vippsdiag.products import Flow, product_at
from vippsdiag.samples import TEST, api_call, call, case, login_call
from vippsdiag.shapes import characters

LOGIN_DOCS = DOCS + "APIs/login-api/"
AUTHORIZE = f"https://apitest.vipps.no{LOGIN_BASE}/oauth2/auth"
# Not registered, or not the one that the code was made for.
_REFUSED = {
    *("AADSTS50011", "AADSTS500112"),
    *("invalid_app_callback_uri", "app_callback_uri_not_registered"),
}
_PAGE = f"https://apitest.vipps.no{LOGIN_BASE}/error?error=invalid_request"
_ASKED = "client_id=a&response_type=code&scope=openid&state=abcdefgh1234"
_CALLBACK = "https%3A%2F%2Fx.no%2Fcb"
NOT_REGISTERED = (
    'The "redirect_uri" provided with your request does not match any of your '
    "preregistered URIs."
)


def authorize(query: str = "", status: int = 302, answer: object = "") -> Exchange:
    """Return the call that opens Login in a browser, for an example."""
    redirect = "" if "redirect_uri" in query else f"&redirect_uri={_CALLBACK}"
    asked = _ASKED if "state=" not in query else _ASKED.rpartition("&")[0]
    url = f"{AUTHORIZE}?{asked}{redirect}{query}"
    return call("GET", url, status=status, answer=answer)


def _sent_on(error: str, description: str) -> Exchange:
    told = urlencode({"error": error, "error_description": description})
    url = f"{AUTHORIZE}?{_ASKED}&redirect_uri={_CALLBACK}"
    return call(
        "GET", url, status=302, answer_headers={"Location": f"/oauth2/error?{told}"}
    )


def isauthorize(request: Request) -> bool:
    """Tell whether a request opens Login in a browser."""
    return request.path.lower().rstrip("/").endswith("/oauth2/auth")


def parameter(request: Request, name: str) -> str | None:
    """Return a parameter of the address, decoded; None if it is not there."""
    return next(iter(parse_qs(request.query).get(name, [])), None)


def redirect_uris(evidence: Evidence) -> Iterator[tuple[str, Place]]:
    """Yield each redirect URI that was sent, with its place."""
    for exchange, request in evidence.calls(Call.LOGIN):
        asked = parameter(request, "redirect_uri")
        posted = request.form.get("redirect_uri")
        if asked:
            place = Place(
                exchange=exchange, part="request address", name="redirect_uri"
            )
            yield asked, place
        if posted:
            place = Place(exchange=exchange, part="request body", name="redirect_uri")
            yield posted, place


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    fix="Register the redirect URI in the portal (For developers, Set up login) "
    "exactly as it is sent: scheme, host, port, path, and the slash at the end.",
    docs=LOGIN_DOCS,
    source="login-api#68 (high)",
    broken=lambda: [
        case(authorize(status=400, answer="Invalid redirect_uri")),
        case(authorize(status=400, answer=NOT_REGISTERED)),
        case(
            authorize(),
            login_call(
                body="grant_type=authorization_code&redirect_uri=https://x.no/cb/",
                status=400,
                answer={"error": "invalid_grant"},
            ),
        ),
        case(authorize(status=400, answer={"error": "invalid_app_callback_uri"})),
        case(_sent_on("invalid_request", "The redirect_uri does not match any.")),
        case(call("GET", _PAGE, answer=f"<html>{NOT_REGISTERED}")),
    ],
    healthy=lambda: [
        case(authorize(status=400, answer="missing response_type")),
        case(authorize(status=400, answer="redirect_uri parameter must be provided")),
        case(_sent_on("invalid_request", "The response_type is missing.")),
        case(login_call(status=401, answer=CLIENT_REFUSED)),
        case(call("GET", _PAGE, answer="<html>Log in to go to redirect_uri")),
        case(authorize(), login_call(status=400, answer={"error": "invalid_grant"})),
        case(
            api_call(
                TEST,
                method="POST",
                path="/qr/v1/merchant-redirect",
                status=400,
                answer=NOT_REGISTERED,
            )
        ),
    ],
)
def redirect_uri_mismatch(evidence: Evidence) -> Iterator[Finding]:
    """The redirect URI is not registered, or is not the same in both calls.

    Login compares the whole address, letter by letter. One slash at the end, another
    port or www before the host makes it another address.
    """
    sent = list(redirect_uris(evidence))
    for exchange in evidence.exchanges:
        if (exchange.ok and not _is_login_page(exchange)) or _of_another_product(
            exchange
        ):
            continue
        if says(exchange, Says.REDIRECT_URI) or _REFUSED & set(codes_in(exchange)):
            own = [uri for uri, place in sent if place.exchange is exchange]
            first = next(iter([*own, *(uri for uri, _ in sent)]), "")
            near = compared(evidence, first) if first else None
            what = say("The answer says that the redirect URI is not registered.")
            yield Finding(
                message=joined(what, near) if near else what,
                place=body_place(exchange),
            )
        elif _opened_in_vain(exchange):
            yield Finding(
                message=say(
                    "The answer has the status {status}.", status=exchange.status
                ),
                place=body_place(exchange),
                confidence=Confidence.POSSIBLE,
            )
    yield from _two_addresses(sent)


def _two_addresses(sent: list[tuple[str, Place]]) -> Iterator[Finding]:
    """Compare what the two calls of a login name, if the second was refused."""
    opened: list[str] = []
    for uri, place in sent:
        if place.part == "request address":
            opened.append(uri)
        elif opened and uri not in opened and _is_refused(place.exchange):
            yield Finding(
                message=joined(
                    say("The two calls name two redirect URIs."),
                    difference(uri, opened[-1]),
                ),
                place=place,
            )


def _is_refused(exchange: Exchange | None) -> bool:
    named = exchange is not None and oauth_error(exchange)
    return named in {"invalid_grant", "invalid_client"}


def _opened_in_vain(exchange: Exchange) -> bool:
    """Tell whether the login page was refused with nothing to go by.

    An address that is not registered is why most are: the page cannot send it back.
    """
    request = exchange.request
    if request is None or exchange.status != 400 or not isauthorize(request):
        return False
    told = text_in(exchange).strip() or redirected_error(exchange)
    return not told and parameter(request, "redirect_uri") is not None


def _is_login_page(exchange: Exchange) -> bool:
    """Tell whether Login shows a page: one that tells of an error may be a success."""
    request = exchange.request
    login = request is not None and call_of(request) is Call.LOGIN
    return login and says(exchange, Says.HTML)


def _of_another_product(exchange: Exchange) -> bool:
    """Tell whether a call is one of a product that has redirect addresses of its own.

    A QR code redirects too, and nobody registers where to.
    """
    product = product_at(exchange.request.path) if exchange.request else None
    return product is not None and Flow.LOGIN not in product.flows


@check(
    severity=Severity.ERROR,
    needs={Need.REQUEST},
    when={When.LOGIN},
    fix="Use a plain https address without #; for an app, a scheme with a path, such "
    "as myapp://return.",
    docs=LOGIN_DOCS,
    source="facts 3.4, rules for redirect URIs (high)",
    broken=lambda: [
        case(authorize("&redirect_uri=https%3A%2F%2Fx.no%2F%23cb", status=400)),
        case(authorize("&redirect_uri=myapp%3A%2F%2F", status=400)),
    ],
    healthy=lambda: [
        case(authorize("&redirect_uri=myapp%3A%2F%2Freturn", status=400)),
        case(authorize("&redirect_uri=http%3A%2F%2Flocalhost%3A8080%2Fcb", status=400)),
    ],
)
def redirect_uri_invalid(evidence: Evidence) -> Iterator[Finding]:
    """The redirect URI has a form that Login does not take.

    A part behind # never reaches a server, and a scheme of an app needs a path.
    """
    for uri, place in redirect_uris(evidence):
        parts = split(unquote(uri))
        bare = parts.scheme not in {"http", "https", ""} and not parts.netloc
        if "#" in unquote(uri) or (bare and not parts.path.strip("/")):
            yield Finding(
                message=say("The redirect URI has a #.")
                if "#" in unquote(uri)
                else say("The redirect URI has a scheme and no path."),
                place=place,
            )


@check(
    severity=Severity.ERROR,
    needs={Need.REQUEST},
    when={When.LOGIN},
    fix="Make state and nonce random, with 8 characters at least and a few dozen at "
    "most; keep what is longer on your server.",
    docs=LOGIN_DOCS,
    source="facts 3.4: at least 8 characters; one of over 1000 is answered with 502 "
    "(high)",
    broken=lambda: [
        case(authorize("&state=abc", status=400)),
        case(authorize("&state=" + "s" * 1200, status=502)),
    ],
    healthy=lambda: [
        case(authorize("&state=abcdefgh", status=400)),
        case(authorize(status=502)),
    ],
)
def login_state_length(evidence: Evidence) -> Iterator[Finding]:
    """The state of the login is too short or too long.

    State ties the answer to the question. Login refuses one of fewer than 8 characters,
    and the gateway one that makes the address too long.
    """
    for exchange, request in evidence.calls(Call.LOGIN):
        if not isauthorize(request) or exchange.ok:
            continue
        state = parameter(request, "state") or ""
        length = max(len(state), len(parameter(request, "nonce") or ""))
        short = bool(state) and len(state) < 8
        if short or (length >= 1000 and exchange.status in {None, 414, 431, 502}):
            yield Finding(
                message=say("state has {size}.", size=characters(len(state)))
                if short
                else say("state or nonce has {size}.", size=characters(length)),
                place=Place(exchange=exchange, part="request address", name="state"),
                confidence=Confidence.CERTAIN
                if oauth_error(exchange) in {"", "invalid_request", "invalid_state"}
                else Confidence.POSSIBLE,
            )


@check(
    severity=Severity.ERROR,
    needs={Need.REQUEST},
    when={When.LOGIN},
    fix="Send code_challenge_method=S256, with the SHA-256 of the verifier as the "
    "challenge.",
    docs=LOGIN_DOCS,
    source="facts 3.4: Login supports S256 alone, and the default is plain (high)",
    broken=lambda: [
        case(authorize("&code_challenge=abc&code_challenge_method=plain", status=400)),
        case(authorize("&code_challenge=abc", status=400)),
    ],
    healthy=lambda: [
        case(authorize("&code_challenge=abc&code_challenge_method=S256", status=400)),
        case(authorize(status=400)),
    ],
)
def pkce_method_plain(evidence: Evidence) -> Iterator[Finding]:
    """PKCE is used with the method plain, which Login does not take.

    If no method is named, plain is meant. Login lists S256 as the only one.
    """
    for exchange, request in evidence.calls(Call.LOGIN):
        method = parameter(request, "code_challenge_method")
        challenged = parameter(request, "code_challenge")
        if isauthorize(request) and challenged and method != "S256":
            yield Finding(
                message=say("code_challenge_method is {method}.", method=method)
                if method
                else say("code_challenge_method is missing."),
                place=Place(exchange=exchange, part="request address"),
                confidence=Confidence.LIKELY,
            )


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    fix="Start the login in the user's own browser, not in a frame or a web view, and "
    "let it keep the cookies until the end.",
    docs=LOGIN_DOCS,
    source="facts 3.4, the text of the login page (high)",
    broken=lambda: [
        case(authorize(status=400, answer="No CSRF value available in the session"))
    ],
    healthy=lambda: [case(authorize(status=400, answer=NOT_REGISTERED))],
)
def login_cookie_lost(evidence: Evidence) -> Iterator[Finding]:
    """The browser lost the login's cookie on the way.

    Frames, web views in apps and strict privacy settings keep cookies back. An address
    that was opened twice, or in another browser, has none either.
    """
    for exchange in evidence.exchanges:
        if is_of_another(exchange):
            continue  # others write of a cookie of their own
        if re.search(r"no csrf (?:value|cookie)", text_in(exchange), re.IGNORECASE):
            yield coded(exchange, say("the session's cookie is not there."))
