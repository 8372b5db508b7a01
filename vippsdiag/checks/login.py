"""Login's token call: how the client authenticates, and the code."""

import re
from collections.abc import Iterator

from vippsdiag.check import Confidence, Finding, Severity, When, check
from vippsdiag.checks.answers import (
    Says,
    identity_codes,
    is_bare,
    oauth_error,
    says,
    text_in,
)
from vippsdiag.checks.client import CLIENT_REFUSED, body_place
from vippsdiag.checks.codes import codes_in
from vippsdiag.checks.pairs import names_client_twice, sends_client
from vippsdiag.checks.payments import told_by
from vippsdiag.checks.redirects import AUTHORIZE, LOGIN_DOCS, authorize
from vippsdiag.checks.sent import absence
from vippsdiag.evidence import LOGIN_BASE, Call, Evidence, Need, Place, call_of
from vippsdiag.exchange import Exchange, Request
from vippsdiag.language import say
from vippsdiag.samples import TEST, call, case, identity_provider, login_call
from vippsdiag.secret import examine

_TWICE = "grant_type=authorization_code&code=c&client_id=a&client_secret=b"
_CODE_ENDED = {"invalid_grant", "expired_token", "AADSTS70008", "AADSTS54005"}


def _is_token_request(request: Request) -> bool:
    return request.path.lower().rstrip("/").endswith("/token")


@check(
    severity=Severity.ERROR,
    needs={Need.LOGIN_CALL},
    when={When.LOGIN},
    fix="Make the token call from your server, with client_id and client_secret as a "
    "Basic pair (or in the form, if the portal is set to client_secret_post).",
    docs=LOGIN_DOCS,
    source="login-api#97 and #98, confirmed by a maintainer (high); that a 401 without "
    "a word means it, where no client is sent, is inferred",
    broken=lambda: [
        case(
            login_call(
                headers={"Authorization": None}, status=401, answer=CLIENT_REFUSED
            )
        ),
        case(login_call(headers={"Authorization": None}, status=401, answer="")),
        case(
            login_call(
                headers={"Authorization": None},
                status=401,
                answer=identity_provider(7000218, "No client_secret.", "x"),
            )
        ),
    ],
    healthy=lambda: [
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
        named = bool(identity_codes(exchange) & {7000216, 7000218})
        named = named or oauth_error(exchange) == "invalid_client"
        silent = exchange.status == 401 and is_bare(exchange)
        if named or silent:
            words = say(
                "The call has no client_secret, neither as a Basic pair nor in the "
                "form."
            )
            sure = Confidence.CERTAIN if named else Confidence.LIKELY
            yield absence(exchange, request, "Authorization", words, sure)


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    fix="Send the client the way the portal is set to (For developers, Set up login: "
    "basic or post), or change the setting there.",
    docs=LOGIN_DOCS,
    source="the OAuth server's own text (medium); facts 3.4, basic is the default "
    "(high)",
    broken=lambda: [
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
        ),
        case(login_call(body=_TWICE, status=401, answer=CLIENT_REFUSED)),
    ],
    healthy=lambda: [case(login_call(status=401, answer=CLIENT_REFUSED))],
)
def token_endpoint_auth_method_mismatch(evidence: Evidence) -> Iterator[Finding]:
    """The client authenticates in another way than is set in the portal.

    There are two ways: as a Basic pair in a header (the default), or in the form. Each
    sales unit is set to one of them, and the other is refused.
    """
    for exchange in evidence.exchanges:
        if not exchange.ok and says(exchange, Says.AUTH_METHOD):
            yield Finding(
                message=say("The answer names the method that it expects."),
                place=body_place(exchange),
            )
        elif oauth_error(exchange) == "invalid_client" and _posts(exchange):
            twice = exchange.request and names_client_twice(exchange.request)
            yield Finding(
                message=say("The client is named in a header and in the form, too.")
                if twice
                else say(
                    "The client is named in the form; in a header is the default."
                ),
                place=Place(exchange=exchange, part="request body"),
                confidence=Confidence.LIKELY if twice else Confidence.POSSIBLE,
            )


def _posts(exchange: Exchange) -> bool:
    """Tell whether a Login token call has the secret in the form."""
    request = exchange.request
    if request is None or call_of(request) is not Call.LOGIN:
        return False
    return bool(request.form.get("client_secret"))


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    when={When.FAILED},
    fix="Start the login again and use the new code once, within a couple of minutes, "
    "with the same redirect URI in both calls.",
    docs=LOGIN_DOCS,
    source="facts 3.4 (high)",
    broken=lambda: [
        case(login_call(TEST, status=400, answer={"error": "invalid_grant"}))
    ],
    healthy=lambda: [case(login_call(TEST, status=401, answer=CLIENT_REFUSED))],
)
def authorization_code_invalid(evidence: Evidence) -> Iterator[Finding]:
    """The authorization code is not valid any more, or not for this call.

    A code can be used once, ends after a couple of minutes, and is bound to the client
    and to the redirect URI that it was made for. Client and secret were accepted.
    """
    for exchange in evidence.exchanges:
        token = exchange.request and call_of(exchange.request) is Call.STANDARD_TOKEN
        if _CODE_ENDED & set(codes_in(exchange)) and not token:
            yield Finding(
                message=say("Login answers that the code is not valid for this call."),
                place=body_place(exchange),
                confidence=Confidence.LIKELY,
            )


# With nothing behind it that goes on.
_BARE_ISSUER = re.compile(rf"{LOGIN_BASE}(?![\w/-]|\.\w)")
_COMPARED = re.compile(
    r"\biss(?:uer)?\b.{0,200}(?:mismatch|unexpected|(?:does|did) not match|expected)"
    r"|(?:mismatch|unexpected|expected).{0,200}\biss(?:uer)?\b",
    re.IGNORECASE | re.DOTALL,
)


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    when={When.FAILED},
    fix="Ask for scopes by the names that Login lists (openid name phoneNumber address "
    "birthDate email), and have others approved for the sales unit first.",
    docs=LOGIN_DOCS,
    source="facts 3.4, ePayment code 4080 (high); newest texts say that scopes outside "
    "the plan are dropped silently",
    broken=lambda: [case(authorize(status=400, answer={"error": "invalid_scope"}))],
    healthy=lambda: [case(authorize(status=400, answer={"error": "invalid_request"}))],
)
def scope_invalid(evidence: Evidence) -> Iterator[Finding]:
    """A scope that was asked for is not known, or not allowed.

    Scopes are separated by blanks and written with the capitals of the list.
    """
    yield from told_by(evidence, "scope-invalid")


@check(
    severity=Severity.NOTE,
    needs={Need.ANSWER},
    when={When.FAILED},
    fix="Show the user a way to try again; there is nothing to mend in the keys.",
    docs=LOGIN_DOCS,
    source="facts 3.4, errors of the browser flow (high)",
    broken=lambda: [
        case(
            call(
                "GET",
                AUTHORIZE,
                status=302,
                answer_headers={"Location": "https://x.no/cb?error=access_denied"},
            )
        )
    ],
    healthy=lambda: [
        case(
            call(
                "GET",
                AUTHORIZE,
                status=302,
                answer_headers={"Location": "https://x.no/cb?code=abc"},
            )
        )
    ],
)
def login_ended_by_user(evidence: Evidence) -> Iterator[Finding]:
    """The login was ended by the user or in the user's app.

    The user said no, chose another number, or did not go on.
    """
    yield from told_by(evidence, "login-ended-by-user")


@check(
    severity=Severity.NOTE,
    needs={Need.ANSWER},
    when={When.FAILED},
    fix="Go on asking, no faster than the interval that was given.",
    docs=LOGIN_DOCS,
    source="facts 3.4, CIBA (high)",
    broken=lambda: [
        case(login_call(status=400, answer={"error": "authorization_pending"}))
    ],
    healthy=lambda: [case(login_call(status=400, answer={"error": "slow_down"}))],
)
def login_not_answered_yet(evidence: Evidence) -> Iterator[Finding]:
    """The user has not answered the login yet.

    This is no error: the same call gets the tokens once the user has confirmed.
    """
    yield from told_by(evidence, "login-not-answered-yet")


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    when={When.FAILED},
    fix="Send response_type=code and then grant_type=authorization_code; when the "
    "token has ended, let the user log in again.",
    docs=LOGIN_DOCS,
    source="facts 3.4: no refresh tokens, no implicit flow (high)",
    broken=lambda: [
        case(
            login_call(
                body="grant_type=refresh_token&refresh_token=x",
                status=400,
                answer={"error": "unsupported_grant_type"},
            )
        ),
        case(authorize(status=400, answer={"error": "unsupported_response_type"})),
    ],
    healthy=lambda: [case(login_call(status=400, answer={"error": "invalid_grant"}))],
)
def grant_type_unsupported(evidence: Evidence) -> Iterator[Finding]:
    """Login was asked for a flow that it does not have.

    It has the authorization code flow and CIBA: no refresh tokens, and no tokens in the
    address.
    """
    for exchange in evidence.exchanges:
        codes = {"unsupported_grant_type", "unsupported_response_type", "AADSTS70003"}
        if codes & set(codes_in(exchange)):
            form = exchange.request.form.get("grant_type") if exchange.request else None
            yield Finding(
                message=say("The call asked for {form}.", form=form)
                if form
                else say("The answer says that it does not have this flow."),
                place=body_place(exchange),
            )


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    fix=f"Write the issuer as https://api.vipps.no{LOGIN_BASE}/ with the slash at "
    "its end.",
    docs=LOGIN_DOCS,
    source="facts 3.4: the issuer ends with a slash (high); the libraries' texts are "
    "generic",
    broken=lambda: [
        case(
            call(
                "GET",
                f"https://api.vipps.no{LOGIN_BASE}.well-known/openid-configuration",
                status=404,
                answer="Resource not found",
            )
        ),
        case(
            call(
                "GET",
                f"https://api.vipps.no{LOGIN_BASE}/.well-known/openid-configuration",
                answer="unexpected iss value, expected https://api.vipps.no/"
                "access-management-1.0/access, got: https://api.vipps.no/"
                "access-management-1.0/access/",
            )
        ),
    ],
    healthy=lambda: [
        case(
            call(
                "GET",
                f"https://api.vipps.no{LOGIN_BASE}/.well-known/openid-configuration",
                status=404,
            )
        )
    ],
)
def issuer_slash_missing(evidence: Evidence) -> Iterator[Finding]:
    """The issuer is written without the slash at its end.

    Libraries compare the issuer letter by letter with the one that Login names, and
    build the address of its configuration from it.
    """
    for exchange in evidence.exchanges:
        request = exchange.request
        glued = request is not None and LOGIN_BASE + ".well-known" in request.path
        words = exchange.failure.message if exchange.failure else text_in(exchange)
        if glued or (_BARE_ISSUER.search(words) and _COMPARED.search(words)):
            yield Finding(
                message=say(
                    "The issuer that is configured lacks the slash at its end."
                ),
                place=Place(exchange=exchange, part="request address")
                if glued
                else body_place(exchange),
                confidence=Confidence.CERTAIN if glued else Confidence.LIKELY,
            )
