"""Did the secret arrive as it was, through the form or the header that carries it?"""

import base64
from collections.abc import Iterator

from vippsdiag.check import DOCS, Confidence, Finding, Severity, When, check
from vippsdiag.checks.answers import Says, is_bare, says
from vippsdiag.checks.client import CLIENT_REFUSED, client_refused, secret_refused
from vippsdiag.checks.pairs import (
    basic_oddity,
    encoded_twice,
    plus_in_basic,
    sends_raw_secret,
)
from vippsdiag.checks.sent import header_place
from vippsdiag.evidence import Evidence, Need, Place, call_of
from vippsdiag.language import Text, say
from vippsdiag.samples import (
    CLIENT_ID,
    CLIENT_SECRET,
    TEST,
    basic,
    call,
    case,
    identity_provider,
    login_call,
    token_call,
)

UNREADABLE = {
    "error": "invalid_request",
    "error_hint": "The client secret in the HTTP authorization header could not be "
    'decoded from "application/x-www-form-urlencoded".',
}


_OTHERS, _RAW = "https://oauth.example/token", "client_secret=abc+def/ghi="
_WITH_BREAK = {"Authorization": basic(CLIENT_ID, CLIENT_SECRET + "\n")}


def _in_utf16(user: str, password: str) -> str:
    pair = f"{user}:{password}".encode("utf-16-le")
    return f"Basic {base64.b64encode(pair).decode()}"


def _with_header(secret: str) -> Evidence:
    answer = identity_provider(7000215, "Invalid client secret.", "invalid_client")
    headers = {"client_secret": secret}
    return case(token_call(TEST, headers=headers, status=401, answer=answer))


def _with_form(secret: str) -> Evidence:
    return case(
        login_call(
            headers={"Authorization": None},
            body="grant_type=authorization_code&client_secret=" + secret,
            status=401,
            answer="AADSTS7000215: Invalid client secret is provided",
        )
    )


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER, Need.REQUEST},
    when={When.FAILED},
    fix="Let your HTTP library encode the form (+ becomes %2B, / becomes %2F, = "
    "becomes %3D), and make the Base64 of a Basic pair from UTF-8, without a line "
    "break at its end.",
    docs=DOCS + "APIs/login-api/",
    source="azure-docs#48187, login-api#39 for the line break (high); that a 401 "
    "without a word means it is inferred from the request",
    broken=lambda: [
        case(
            login_call(
                headers={"Authorization": None},
                body="grant_type=authorization_code&client_secret=abc+def/ghi=",
                status=401,
                answer="AADSTS7000215: Invalid client secret is provided",
            )
        ),
        *(
            case(
                login_call(
                    headers={"Authorization": header},
                    status=401,
                    answer=CLIENT_REFUSED,
                )
            )
            for header in (
                basic(CLIENT_ID, CLIENT_SECRET + "\n"),
                basic(CLIENT_ID, CLIENT_SECRET.replace("=", "%3D")),
                f"Basic {CLIENT_ID}:{CLIENT_SECRET}",
                basic(CLIENT_ID, CLIENT_SECRET)[: 6 + 76] + "\n" + "Zw==",
                _in_utf16(CLIENT_ID, CLIENT_SECRET),
            )
        ),
        case(login_call(status=400, answer=UNREADABLE)),
        _with_header(CLIENT_SECRET.replace("=", "%3D")),
        _with_form("abc%252Bdef%252Fghi%253D"),
        case(login_call(headers=_WITH_BREAK, status=401, answer="")),
    ],
    healthy=lambda: [
        case(login_call(status=401, answer=CLIENT_REFUSED)),
        _with_header(CLIENT_SECRET),
        _with_form("abc%2Bdef%2Fghi%3D"),
        case(call("POST", _OTHERS, body=_RAW, status=401, answer="")),
    ],
)
def client_secret_encoding(evidence: Evidence) -> Iterator[Finding]:
    """The client_secret was changed by the way it was encoded.

    In a form, a + means a blank, so a secret that holds one must be percent-encoded. In
    a Basic pair, a line break that the shell added becomes a part of the secret.
    """
    for exchange, request in evidence.calls():
        refused = secret_refused(exchange) or client_refused(exchange)
        ours = call_of(request) is not None
        refused = refused or (ours and exchange.status == 401 and is_bare(exchange))
        unread = not exchange.ok and says(exchange, Says.UNREADABLE_SECRET)
        twice = encoded_twice(request)
        if refused and twice and not unread:
            yield Finding(
                message=say("The secret was percent-encoded once too often."),
                place=Place(exchange=exchange, part=twice, name="client_secret"),
                confidence=Confidence.LIKELY,
            )
        elif unread or (refused and sends_raw_secret(request)):
            odd = basic_oddity(request)
            yield Finding(
                message=_what(odd, unread=bool(unread)),
                place=header_place(exchange, "Authorization")
                if odd or unread
                else Place(exchange=exchange, part="request body"),
                confidence=Confidence.LIKELY,
            )
        elif refused and plus_in_basic(request):
            yield Finding(
                message=say(
                    "The secret holds a +, which some servers read as a blank."
                ),
                place=header_place(exchange, "Authorization"),
                confidence=Confidence.POSSIBLE,
            )


def _what(odd: Text | None, *, unread: bool) -> Text:
    if odd:
        return odd
    if unread:
        return say("The answer says that the secret could not be decoded.")
    return say(
        "The secret holds characters that were sent as they are, and mean something "
        "else there."
    )
