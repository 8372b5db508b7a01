"""Login: the redirect address and the way the client authenticates."""

from collections.abc import Iterator

from vippsdiag.check import DOCS, Confidence, Finding, Severity, check
from vippsdiag.checks.answers import Says, oauth_error, says
from vippsdiag.checks.client import CLIENT_REFUSED, body_place, sends_client
from vippsdiag.evidence import LOGIN_BASE, Call, Evidence, Need, Place
from vippsdiag.exchange import Request
from vippsdiag.samples import TEST, call, case, login_call
from vippsdiag.secret import examine

LOGIN_DOCS = DOCS + "APIs/login-api/"
AUTHORIZE = f"https://apitest.vipps.no{LOGIN_BASE}/oauth2/auth?redirect_uri=x"


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    fix="Register the redirect URI in the portal (For developers, Set up login) "
    "exactly as it is sent: scheme, host, port, path, and the slash at the end.",
    docs=LOGIN_DOCS,
    source="login-api#68 (high)",
    broken=[
        case(call("GET", AUTHORIZE, status=400, answer="Invalid redirect_uri")),
        case(
            call(
                "GET",
                AUTHORIZE,
                status=400,
                answer='The "redirect_uri" provided with your request does not match '
                "any of your preregistered URIs.",
            )
        ),
    ],
    healthy=[
        case(call("GET", AUTHORIZE, status=400, answer="missing response_type")),
        case(login_call(status=401, answer=CLIENT_REFUSED)),
    ],
)
def redirect_uri_mismatch(evidence: Evidence) -> Iterator[Finding]:
    """The redirect URI is not one of the registered ones.

    Login compares the whole address, letter by letter. One slash at the end, another
    port or www before the host makes it another address.
    """
    for exchange in evidence.exchanges:
        if not exchange.ok and says(exchange, Says.REDIRECT_URI):
            yield Finding(
                message="The answer says that the redirect URI is not registered.",
                place=body_place(exchange),
            )


def _is_token_request(request: Request) -> bool:
    return request.path.lower().rstrip("/").endswith("/token")


@check(
    severity=Severity.ERROR,
    needs={Need.LOGIN_CALL},
    fix="Make the token call from your server, with client_id and client_secret as a "
    "Basic pair (or in the form, if the portal is set to client_secret_post).",
    docs=LOGIN_DOCS,
    source="login-api#97 and #98, confirmed by a maintainer (high)",
    broken=[
        case(
            login_call(
                headers={"Authorization": None}, status=401, answer=CLIENT_REFUSED
            )
        )
    ],
    healthy=[
        case(login_call(status=401, answer=CLIENT_REFUSED)),
        case(
            login_call(
                headers={"Authorization": None},
                body="grant_type=authorization_code&client_secret=x",
                status=401,
                answer=CLIENT_REFUSED,
            )
        ),
    ],
)
def token_endpoint_client_auth_missing(evidence: Evidence) -> Iterator[Finding]:
    """The Login token call does not say who makes it.

    Login needs the client_id and the client_secret on this call, also with PKCE. An app
    or a web page cannot keep a secret, so the call belongs on a server.
    """
    for exchange, request in evidence.calls(Call.LOGIN):
        header = request.headers.get("Authorization") or ""
        bearer = examine(header, lambda raw: raw[:7].lower() == "bearer ")
        if bearer or sends_client(request) or not _is_token_request(request):
            continue
        if oauth_error(exchange) == "invalid_client":
            yield Finding(
                message="The call has no client_secret, neither as a Basic pair nor in "
                "the form.",
                place=Place(exchange=exchange, part="request body"),
            )


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    fix="Send the client the way the portal is set to (For developers, Set up login: "
    "basic or post), or change the setting there.",
    docs=LOGIN_DOCS,
    source="the OAuth server's own text (medium); facts 3.4, basic is the default "
    "(high)",
    broken=[
        case(
            login_call(
                status=401,
                answer={
                    "error": "invalid_client",
                    "error_description": "The OAuth 2.0 Client supports client "
                    "authentication method 'client_secret_post', but method "
                    "'client_secret_basic' was requested.",
                },
            )
        )
    ],
    healthy=[case(login_call(status=401, answer=CLIENT_REFUSED))],
)
def token_endpoint_auth_method_mismatch(evidence: Evidence) -> Iterator[Finding]:
    """The client authenticates in another way than is set in the portal.

    There are two ways: as a Basic pair in a header (the default), or in the form. Each
    sales unit is set to one of them, and the other is refused.
    """
    for exchange in evidence.exchanges:
        if not exchange.ok and says(exchange, Says.AUTH_METHOD):
            yield Finding(
                message="The answer names the method that it expects.",
                place=body_place(exchange),
            )


@check(
    severity=Severity.ERROR,
    needs={Need.LOGIN_CALL},
    fix="Start the login again and use the new code once, within a couple of minutes, "
    "with the same redirect URI in both calls.",
    docs=LOGIN_DOCS,
    source="facts 3.4 (high)",
    broken=[case(login_call(TEST, status=400, answer={"error": "invalid_grant"}))],
    healthy=[case(login_call(TEST, status=401, answer=CLIENT_REFUSED))],
)
def authorization_code_invalid(evidence: Evidence) -> Iterator[Finding]:
    """The authorization code is not valid any more, or not for this call.

    A code can be used once, ends after a couple of minutes, and is bound to the client
    and to the redirect URI that it was made for. Client and secret were accepted.
    """
    for exchange, _ in evidence.calls(Call.LOGIN):
        if oauth_error(exchange) == "invalid_grant":
            yield Finding(
                message="Login answers that the code is not valid for this call.",
                place=body_place(exchange),
                confidence=Confidence.LIKELY,
            )
