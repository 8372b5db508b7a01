"""Does the identity provider know the client_id, and the secret to it?"""

import re
from collections.abc import Iterator

from vippsdiag.check import API_KEYS, Confidence, Finding, Severity, When, check
from vippsdiag.checks.answers import (
    Says,
    gives_no_reason,
    identity_codes,
    oauth_error,
    says,
    text_in,
)
from vippsdiag.checks.codes import unset_client
from vippsdiag.checks.environment import key_that_worked
from vippsdiag.checks.pairs import may_change_secret, sends_client
from vippsdiag.checks.renewed import told_renewed
from vippsdiag.checks.sent import is_legible, painted_over
from vippsdiag.conceal import still_masked
from vippsdiag.evidence import Call, Evidence, Need, Place, call_of, quoted_client_id
from vippsdiag.exchange import Exchange, Request, Response
from vippsdiag.keys import lacking_in_basic
from vippsdiag.language import say
from vippsdiag.samples import (
    CLIENT_ID,
    INVALID_KEY,
    KEYS,
    OTHER_CLIENT_ID,
    TEST,
    case,
    gateway,
    identity_provider,
    login_call,
    specialized_call,
    token_call,
)
from vippsdiag.shapes import Shape, is_documented_example, is_placeholder, shape_of

UNKNOWN = identity_provider(
    700016,
    f"Application with identifier '{CLIENT_ID}' was not found in the directory "
    "'VIPPS-TEST'.",
    "unauthorized_client",
)
WRONG = identity_provider(7000215, "Invalid client secret provided.", "invalid_client")
EXPIRED = identity_provider(
    7000222,
    "The provided client secret keys for app 'x' are expired.",
    "invalid_client",
)
CLIENT_REFUSED = {
    "error": "invalid_client",
    "error_description": "Client authentication failed (e.g., unknown client, no "
    "client authentication included, or unsupported authentication method).",
}
NO_SUCH_CLIENT = {
    "error": "invalid_client",
    "error_description": "The requested OAuth 2.0 Client does not exist.",
}


def body_place(exchange: Exchange) -> Place:
    """Return the place of an answer's body."""
    return Place(exchange=exchange, part="response body")


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    fix="Compare the client_id with the portal, from the list of the environment that "
    "you call, and copy it again.",
    docs=API_KEYS,
    source="common-errors-faq of 2022, vipps-ecom-api#183 (body high, medium for "
    "today)",
    broken=lambda: [
        case(token_call(TEST, status=400, answer=UNKNOWN)),
        case(login_call(status=401, answer=NO_SUCH_CLIENT)),
        case(token_call(TEST, status=401, answer="AADSTS7000229: none here")),
        case(
            token_call(
                TEST, headers={"client_id": "REDACTED"}, status=400, answer=UNKNOWN
            )
        ),
        case(Exchange(response=Response(body='{"error": "unauthorized_client"}'))),
    ],
    healthy=lambda: [
        case(token_call(TEST, status=401, answer=WRONG)),
        case(login_call(status=401, answer=CLIENT_REFUSED)),
        case(token_call(TEST, status=400, headers={"client_id": "x"}, answer=UNKNOWN)),
    ],
)
def client_id_unknown(evidence: Evidence) -> Iterator[Finding]:
    """The client_id does not exist in the environment that was reached.

    The client_id is of the other environment, was deleted, or has a character changed.
    On the token call the subscription key was accepted before, so the call went to the
    environment of that key.
    """
    for exchange in evidence.exchanges:
        request = exchange.request
        coded = bool(identity_codes(exchange) & {700016, 70001, 7000229})
        absent = not exchange.ok and says(exchange, Says.NO_CLIENT)
        if not (coded or absent or _unauthorized(exchange)):
            if _refused_in_silence(exchange, request, status=400):
                yield _unsaid(exchange)
            continue
        sent = request.headers.get("client_id") if request else None
        if sent is not None and _is_of_another_form(exchange, sent):
            continue
        quoted = re.search(r"directory '?([\w.-]+\w)", text_in(exchange))
        yield Finding(
            message=say(
                "The identity provider does not know this client_id in the directory "
                "{directory}.",
                directory=quoted[1],
            )
            if quoted
            else say("The identity provider does not know this client_id."),
            place=body_place(exchange),
            confidence=_unknown_sure(exchange),
        )


def _refused_in_silence(
    exchange: Exchange, request: Request | None, *, status: int = 401
) -> bool:
    """Tell whether a call that carries a client was refused without a reason."""
    # The token endpoint answers an unknown client with 400, a wrong secret with 401.
    kind = call_of(request) if request else None
    if request is None or exchange.status != status or not gives_no_reason(exchange):
        return False
    if kind is Call.STANDARD_TOKEN:
        return bool(request.headers.get("client_id")) or not request.shows_headers
    forms = {Call.SPECIALIZED_TOKEN, Call.LOGIN}
    return status == 401 and kind in forms and sends_client(request)


def _unsaid(exchange: Exchange) -> Finding:
    return Finding(
        message=say("The call was refused, and the answer does not say why."),
        place=body_place(exchange),
        confidence=Confidence.POSSIBLE,
    )


def _is_of_another_form(exchange: Exchange, sent: str) -> bool:
    hidden = still_masked(sent) or painted_over(exchange, sent)
    return not hidden and not _is_a_client_id(sent)


def _unauthorized(exchange: Exchange) -> bool:
    """Tell whether the token endpoint calls the client unauthorized, without a code."""
    request = exchange.request
    token = request is None or call_of(request) is Call.STANDARD_TOKEN
    return token and oauth_error(exchange) == "unauthorized_client"


def _unknown_sure(exchange: Exchange) -> Confidence:
    """Tell how sure it is that a client_id is unknown rather than no client_id."""
    quoted = quoted_client_id(exchange)
    odd = quoted is not None and not _is_a_client_id(quoted)
    told = identity_codes(exchange) or says(exchange, Says.NO_CLIENT)
    bare = exchange.request is None and not told
    return Confidence.POSSIBLE if odd or bare else Confidence.LIKELY


def _is_a_client_id(value: str) -> bool:
    return shape_of(value) is Shape.GUID and not is_documented_example(value)


def secret_refused(exchange: Exchange) -> bool:
    """Tell whether the answer says that the secret does not fit the client."""
    codes = identity_codes(exchange)
    if exchange.ok or codes & _OTHER_SECRET or says(exchange, Says.NO_SECRET):
        return False
    return says(exchange, Says.SECRET_REFUSED) or bool(codes & _WRONG_SECRET)


# The second and third are the older codes of the same.
_WRONG_SECRET = {7000215, 50012, 70002}
_OTHER_SECRET = {7000216, 7000218, 7000222}


def client_refused(exchange: Exchange) -> bool:
    """Tell whether the answer says that client and secret together do not fit."""
    if exchange.ok or identity_codes(exchange) - _WRONG_SECRET:
        return False
    if says(exchange, Says.NO_CLIENT):
        return False
    return oauth_error(exchange) == "invalid_client"


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    when={When.FAILED},
    fix="Copy the client_secret again, from the same row of the portal as the "
    "client_id, and restart what keeps it in memory.",
    docs=API_KEYS,
    source="the identity provider's code 7000215 (generic, medium); login-api#39",
    broken=lambda: [
        case(token_call(TEST, status=401, answer=WRONG)),
        case(login_call(status=401, answer=CLIENT_REFUSED)),
        case(specialized_call(status=401, answer={"error": "invalid_client"})),
    ],
    healthy=lambda: [
        case(token_call(TEST, status=400, answer=UNKNOWN)),
        case(token_call(TEST, status=401, answer=EXPIRED)),
    ],
)
def client_secret_wrong(evidence: Evidence) -> Iterator[Finding]:
    """The client_secret does not belong to the client_id.

    The two are issued together, one pair for each sales unit and environment. A secret
    of another row, or one that was regenerated since, does not fit.
    """
    for exchange in evidence.exchanges:
        request = exchange.request
        silent = request is not None and _refused_in_silence(exchange, request)
        if not (secret_refused(exchange) or client_refused(exchange) or silent):
            continue
        if request and call_of(request) and _explained(exchange, request):
            continue
        if silent:
            yield _unsaid(exchange)
            continue
        raw = request is not None and may_change_secret(request)
        yield Finding(
            message=say("The answer says that client_id and client_secret do not fit."),
            place=body_place(exchange),
            confidence=Confidence.POSSIBLE if raw else Confidence.LIKELY,
        )


def _explained(exchange: Exchange, request: Request) -> bool:
    """Tell whether the request itself shows another cause of the refusal."""
    kind = call_of(request)
    lacking = lacking_in_basic(request.headers.get("Authorization") or "")
    if lacking or unset_client(exchange):
        return True
    if kind is Call.STANDARD_TOKEN:
        value = request.headers.get("client_secret") or ""
        left = is_placeholder(value) and not still_masked(value)
        return is_documented_example(value) or (
            left and not painted_over(exchange, value)
        )
    if kind is Call.SPECIALIZED_TOKEN:
        key = "Ocp-Apim-Subscription-Key" in request.headers
        return key or not sends_client(request) or "grant_type" not in request.form
    return not sends_client(request) or says(exchange, Says.AUTH_METHOD)


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    fix="Regenerate the keys in the portal, put the new client_secret in place, and "
    "restart what uses it.",
    docs=API_KEYS,
    source="the identity provider's code 7000222 (generic, medium)",
    broken=lambda: [case(token_call(TEST, status=401, answer=EXPIRED))],
    healthy=lambda: [case(token_call(TEST, status=401, answer=WRONG))],
)
def client_secret_expired(evidence: Evidence) -> Iterator[Finding]:
    """The client_secret was valid once and has expired.

    The identity provider knows the secret, and says that its time is over.
    """
    for exchange in evidence.exchanges:
        if 7000222 in identity_codes(exchange):
            yield Finding(
                message=say(
                    "The identity provider answers that the secret has expired."
                ),
                place=body_place(exchange),
            )


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    when={When.FAILED},
    fix="Look whether the keys were regenerated; if so, put the new ones everywhere, "
    "and restart or clear what keeps the old ones.",
    docs=API_KEYS,
    source="facts 1.5: old keys stop working when regenerated (high)",
    broken=lambda: [
        case(token_call(TEST), token_call(TEST, status=401, answer=WRONG)),
        case(
            token_call(TEST),
            token_call(TEST, status=401, answer=gateway(401, INVALID_KEY)),
        ),
    ],
    healthy=lambda: [
        case(token_call(TEST, status=401, answer=WRONG)),
        case(token_call(TEST), token_call(TEST)),
        case(token_call(TEST, status=401, answer=WRONG), token_call(TEST)),
        case(
            token_call(TEST, status=401, answer=gateway(401, INVALID_KEY)),
            token_call(TEST),
        ),
    ],
)
def stale_secret_after_rotation(evidence: Evidence) -> Iterator[Finding]:
    """The keys were regenerated, and a running system still uses the old ones.

    Regenerated keys replace the old ones at once. A plugin, a cache or a server that
    was not restarted goes on with what it has.
    """
    worked = set()
    for exchange, request in evidence.calls(Call.STANDARD_TOKEN):
        client = _client(request)
        if exchange.ok:
            worked.add(client)
        elif client and client in worked and secret_refused(exchange):
            yield Finding(
                message=say(
                    "The same client_id and client_secret worked in another call."
                ),
                place=body_place(exchange),
            )
    for exchange in key_that_worked(evidence):
        worked_before = say("The same subscription key worked in the same call before.")
        yield Finding(message=worked_before, place=body_place(exchange))
    yield from told_renewed(evidence, secret_refused)


def _client(request: Request) -> tuple[str, ...] | None:
    """Return whose call it is, and to where; None if a half is not to be seen."""
    halves = [
        request.headers.get(name) or "" for name in ("client_id", "client_secret")
    ]
    return (request.host, *halves) if all(map(is_legible, halves)) else None


_APP = re.compile(r"\bapp(?:lication)? '([0-9a-f-]{36})'", re.IGNORECASE)


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    when={When.FAILED, When.STANDARD_TOKEN},
    fix="Take client_id and client_secret from one row of the portal, the row of the "
    "sales unit that you mean, and look which settings the running system reads.",
    docs=API_KEYS,
    source="facts 1.1, a set of keys for each sales unit (high); that the identity "
    "provider quotes another id is generic (medium)",
    broken=lambda: [
        case(
            token_call(
                TEST, headers={"client_id": OTHER_CLIENT_ID}, status=400, answer=UNKNOWN
            ),
            keys=KEYS,
        ),
    ],
    healthy=lambda: [
        case(token_call(TEST, status=400, answer=UNKNOWN), keys=KEYS),
        case(
            token_call(
                TEST,
                headers={"client_id": CLIENT_ID.upper()},
                status=401,
                answer=WRONG,
            ),
            keys=KEYS,
        ),
    ],
)
def client_id_of_other_app(evidence: Evidence) -> Iterator[Finding]:
    """The client_id belongs to another sales unit or application than is meant.

    The running system often has its keys from another place than the one that was
    looked at: a second settings page, an older file, a variable of the server.
    """
    pasted = evidence.keys.client_id if evidence.keys else None
    for exchange, request in evidence.calls(Call.STANDARD_TOKEN):
        sent = request.headers.get("client_id")
        if exchange.ok or sent is None or not _is_a_client_id(sent):
            continue
        named = _APP.search(text_in(exchange))
        if pasted and _is_a_client_id(pasted) and pasted.lower() != sent.lower():
            yield Finding(
                message=say(
                    "The request carries {sent}; the keys here have {pasted}.",
                    sent=sent,
                    pasted=pasted,
                ),
                place=Place(exchange=exchange, part="request header", name="client_id"),
            )
        elif named and named[1].lower() != sent.lower():
            yield Finding(
                message=say(
                    "The answer speaks of {named}; the request carries {sent}.",
                    named=named[1],
                    sent=sent,
                ),
                place=body_place(exchange),
                confidence=Confidence.POSSIBLE,
            )
