"""Did client_id and client_secret travel as they should?"""

from collections.abc import Iterator

from vippsdiag.check import (
    ACCESS_TOKEN,
    Confidence,
    Finding,
    Severity,
    When,
    check,
)
from vippsdiag.checks.answers import Says, identity_codes, says
from vippsdiag.checks.authorization import takes_keys
from vippsdiag.checks.codes import missed_parameter, unset_client
from vippsdiag.checks.sent import (
    KEY_HEADER,
    MISSING,
    NO_CLIENT,
    NO_KEY,
    absence,
    carries,
    header_place,
    in_body,
    in_query,
    is_preflight,
    lacks,
    misnamed_client,
    proxied,
)
from vippsdiag.checks.underscores import NO_ID, PROXIED, lost, through_proxy
from vippsdiag.evidence import Call, Evidence, Need, Place, call_of
from vippsdiag.exchange import Exchange, Request
from vippsdiag.keys import Field, lacking_in_basic
from vippsdiag.language import say
from vippsdiag.samples import (
    CLIENT_ID,
    CLIENT_SECRET,
    SUBSCRIPTION_KEY,
    TEST,
    api_call,
    basic,
    call,
    case,
    identity_provider,
    login_call,
    specialized_call,
    token_answer,
    token_call,
)

CHECKOUT = "/checkout/v3/session"
_ALONE = {"Authorization": basic(CLIENT_ID, "")}
UNNAMED: dict[str, str | None] = {"Authorization": None}
_CAMEL: dict[str, str | None] = {"client_id": None, "clientId": CLIENT_ID}
_QUERY = "/accesstoken/get?client_id=a&client_secret=b"
_BODY = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}


def _listed(names: list[Field]) -> str:
    return ", ".join(names)


@check(
    severity=Severity.ERROR,
    needs={Need.REQUEST},
    fix="Send the keys as headers (in Python requests: headers=..., not params=...). "
    "As they were in an address, which is logged, have them regenerated afterwards.",
    docs=ACCESS_TOKEN,
    source="vipps-developers#80 (high)",
    broken=lambda: [
        case(
            token_call(
                TEST,
                path="/accesstoken/get?client_id=a&client_secret=b"
                "&Ocp-Apim-Subscription-Key=c",
                headers=NO_CLIENT | NO_KEY,
                status=401,
                answer=MISSING,
            )
        )
    ],
    healthy=lambda: [
        case(token_call(TEST, headers=NO_KEY, status=401, answer=MISSING)),
        case(login_call(path="/access-management-1.0/access/oauth2/auth?client_id=a")),
        case(token_call(TEST, path=_QUERY, headers=NO_CLIENT)),
    ],
)
def keys_in_query_string(evidence: Evidence) -> Iterator[Finding]:
    """The keys were put into the address.

    The token endpoint reads its three keys from headers and nothing from the address.
    An address is also written to logs on the way, where keys must not be.
    """
    for exchange, request in evidence.calls():
        names = [] if exchange.ok else in_query(request)
        if names:
            yield Finding(
                message=say(
                    "The address holds {names}; the headers do not.",
                    names=_listed(names),
                ),
                place=Place(exchange=exchange, part="request address"),
            )


@check(
    severity=Severity.ERROR,
    needs={Need.REQUEST},
    fix="Send client_id, client_secret and Ocp-Apim-Subscription-Key as headers, and "
    "an empty body.",
    docs=ACCESS_TOKEN,
    source="vipps-developers#80, facts 3.1 (high)",
    broken=lambda: [
        case(
            token_call(
                TEST,
                headers=NO_CLIENT | NO_KEY,
                body={
                    "client_id": CLIENT_ID,
                    "client_secret": CLIENT_SECRET,
                    "subscription_key": SUBSCRIPTION_KEY,
                },
                status=401,
                answer=MISSING,
            )
        ),
        case(
            specialized_call(
                headers={"Authorization": None},
                body="grant_type=client_credentials&client_id=a&client_secret=b",
                status=401,
                answer={"error": "invalid_client"},
            )
        ),
    ],
    healthy=lambda: [
        case(token_call(TEST, headers=NO_KEY, status=401, answer=MISSING)),
        case(login_call(body="grant_type=x&client_id=a&client_secret=b")),
        case(token_call(TEST, headers=NO_CLIENT, body=_BODY)),
    ],
)
def keys_in_body_not_headers(evidence: Evidence) -> Iterator[Finding]:
    """The keys were put into the request's body.

    The standard token endpoint reads its keys from three headers, and the specialized
    one from the Authorization header. Neither looks for them in the body.
    """
    for exchange, request in evidence.calls():
        names = [] if exchange.ok else in_body(request)
        if names:
            yield Finding(
                message=say(
                    "The body holds {names}; the headers do not.", names=_listed(names)
                ),
                place=Place(exchange=exchange, part="request body"),
            )


@check(
    severity=Severity.ERROR,
    needs={Need.REQUEST},
    when={When.STANDARD_TOKEN},
    fix="Name the headers client_id and client_secret, with an underscore.",
    docs=ACCESS_TOKEN,
    source="facts 3.1 and M4; vipps-developers#59 (medium)",
    broken=lambda: [
        case(
            token_call(
                TEST,
                headers=NO_CLIENT | {"client-id": "a", "client-secret": "b"},
                status=400,
                answer=identity_provider(900144, "'client_id'", "invalid_request"),
            )
        ),
        case(token_call(TEST, headers=_CAMEL, status=400, answer="")),
    ],
    healthy=lambda: [
        case(token_call(TEST)),
        case(token_call(TEST, headers=NO_CLIENT)),
        case(token_call(TEST, headers=_CAMEL)),
    ],
)
def client_header_name_wrong(evidence: Evidence) -> Iterator[Finding]:
    """The client's headers have other names than the token endpoint reads.

    The names hold an underscore, which is unusual for headers. With a dash, or written
    as one word, they are other headers.
    """
    for exchange, request in evidence.calls(Call.STANDARD_TOKEN):
        for name, right in misnamed_client(request).items():
            if not exchange.ok and not carries(request, right):
                yield Finding(
                    message=say(
                        "The header is named {name}; it should be {right}.",
                        name=name,
                        right=right,
                    ),
                    place=header_place(exchange, name),
                    # Where there is no such path, no header was read.
                    confidence=Confidence.LIKELY
                    if exchange.status == 404
                    else Confidence.CERTAIN,
                )


_TOKEN = "https://apitest.vipps.no/accesstoken/get"
_OF_ANOTHER = "https://shop.example/api/accesstoken/get"
_OF_A_SHOP = "http://localhost:3000/api/access-token"
_REQUIRED = "AADSTS90014: The required field 'client_id' is missing."
# The identity provider's codes for a client or a secret that did not arrive.
_ABSENT = {900144, 90014, 7000216, 7000218, 70002}


def _stopped_elsewhere(exchange: Exchange) -> bool:
    """Tell whether the answer is about something else, so that both arrived or not."""
    if exchange.status == 429:
        return True
    about_key = says(exchange, Says.MISSING_KEY) or says(exchange, Says.INVALID_KEY)
    return about_key or bool(identity_codes(exchange) - _ABSENT)


def _needs_client(exchange: Exchange, request: Request) -> bool:
    """Tell whether a call takes the client's headers, and may be refused for them."""
    if not request.shows_headers and exchange.status not in {400, 401}:
        return False  # what is not shown is asked for where it may be the reason
    if call_of(request) is Call.STANDARD_TOKEN:
        body = exchange.response.json if exchange.response else None
        return not (isinstance(body, dict) and "access_token" in body)
    return exchange.status == 401 and takes_keys(request)


def _is_of_a_shop(request: Request) -> bool:
    """Tell whether a call without any of the keys goes to some other server."""
    keys = ("client_id", "client_secret", KEY_HEADER)
    known = request.environment is not None or "." not in request.host
    return not known and not any(carries(request, name) for name in keys)


def _told_alone(evidence: Evidence, name: str) -> Iterator[Finding]:
    """Find what an answer without its request misses, or a library says is not set."""
    for exchange in evidence.exchanges:
        missed = missed_parameter(exchange) == name
        missed = missed or (name == "client_secret" and _no_secret(exchange))
        alone = exchange.request is None and missed
        if alone or unset_client(exchange) == name:
            yield Finding(
                message=say(
                    "The identity provider says that no {name} arrived.", name=name
                )
                if alone
                else say("The answer says that {name} is not set.", name=name),
                place=Place(exchange=exchange, part="response body"),
                confidence=Confidence.LIKELY,
            )


def _no_secret(exchange: Exchange) -> bool:
    codes = bool(identity_codes(exchange) & {7000216, 7000218})
    return codes or (not exchange.ok and says(exchange, Says.NO_SECRET))


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    when={When.FAILED},
    fix="Send the header client_id with the client_id from the portal.",
    docs=ACCESS_TOKEN,
    source="facts 3.1 (high); the identity provider's texts are generic (low)",
    broken=lambda: [
        case(
            token_call(
                TEST,
                headers={"client_id": None},
                status=400,
                answer=NO_ID,
            )
        ),
        case(token_call(TEST, status=400, answer=_REQUIRED)),
        case(token_call(TEST, headers=NO_CLIENT, status=400, answer="")),
        case(specialized_call(headers=UNNAMED, status=401, answer="")),
        case(api_call(TEST, path=CHECKOUT, status=401, answer="")),
        case(login_call(status=401, answer="invalid_client (client_id is undefined)")),
    ],
    healthy=lambda: [
        case(api_call(TEST, path=CHECKOUT, status=404, answer="")),
        case(api_call(TEST, status=401, answer="")),
        case(token_call(TEST, headers=NO_CLIENT, status=429)),
        case(specialized_call(status=401, answer="")),
        case(token_call(TEST, status=400, answer="")),
        case(token_call(TEST, headers=NO_CLIENT, status=0, answer=token_answer(""))),
        case(
            token_call(TEST, headers={"client_id": None, "client-id": "a"}, status=400)
        ),
        case(call("POST", _OF_A_SHOP, {"Accept": "*/*"}, status=401, answer="")),
        case(call("POST", _OF_ANOTHER, {"Accept": "*/*"}, status=401, answer="")),
        case(through_proxy(), token_call(TEST, headers=PROXIED, answer=NO_ID)),
        case(call("POST", _TOKEN, status=502, answer="<html>502 Bad Gateway</html>")),
    ],
)
def client_id_missing(evidence: Evidence) -> Iterator[Finding]:
    """The request has no client_id.

    The token endpoint needs the headers client_id, client_secret and
    Ocp-Apim-Subscription-Key. An empty header counts as none.
    """
    yield from _told_alone(evidence, "client_id")
    for exchange, request in evidence.calls(Call.SPECIALIZED_TOKEN):
        refused = exchange.status in {400, 401}
        bare = not carries(request, "Authorization") and lacks(request, "client_id")
        if refused and bare:
            words = say("The call has no Basic pair of client_id and secret.")
            yield absence(exchange, request, "Authorization", words)
    for exchange, request in evidence.calls(Call.STANDARD_TOKEN, Call.API):
        if exchange.ok or exchange.failure or _stopped_elsewhere(exchange):
            continue
        if is_preflight(request) or not _needs_client(exchange, request):
            continue
        named = missed_parameter(exchange) == "client_id"
        if not named and _is_of_a_shop(request):
            continue
        if lacks(request, "client_id") and not proxied(request):
            words = (
                say("The request has no client_id header.")
                if carries(request, "client_secret")
                else say("The request has no client_id header and no client_secret.")
            )
            yield absence(exchange, request, "client_id", words)
        elif named and carries(request, "client_id") and not lost(exchange):
            yield Finding(
                message=say("The request names a client_id, but none arrived."),
                place=header_place(exchange, "client_id"),
                confidence=Confidence.LIKELY,
            )


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    when={When.FAILED},
    fix="Send the header client_secret with the client_secret from the portal; in a "
    "Basic pair, put it behind the colon.",
    docs=ACCESS_TOKEN,
    source="facts 3.1 (high); the identity provider's codes are generic (low)",
    broken=lambda: [
        case(
            token_call(
                TEST,
                headers={"client_secret": None},
                status=401,
                answer=identity_provider(7000218, "client_secret", "invalid_client"),
            )
        ),
        case(token_call(TEST, headers={"client_secret": ""}, status=401, answer="")),
        case(specialized_call(headers=_ALONE, status=401, answer={"error": "x"})),
    ],
    healthy=lambda: [
        case(token_call(TEST, status=401, answer="")),
        case(token_call(TEST, headers={"client_secret": None, "client-secret": "x"})),
    ],
)
def client_secret_missing(evidence: Evidence) -> Iterator[Finding]:
    """The request has no client_secret.

    The token endpoint needs the headers client_id, client_secret and
    Ocp-Apim-Subscription-Key. An empty header counts as none.
    """
    yield from _told_alone(evidence, "client_secret")
    for exchange, request in evidence.calls(Call.SPECIALIZED_TOKEN, Call.LOGIN):
        pair = request.headers.get("Authorization") or ""
        alone = lacking_in_basic(pair) is Field.CLIENT_SECRET
        if exchange.status in {400, 401} and alone:
            yield Finding(
                message=say("The Basic pair holds no client_secret."),
                place=header_place(exchange, "Authorization"),
            )
    for exchange, request in evidence.calls(Call.STANDARD_TOKEN):
        if exchange.ok or exchange.failure or _stopped_elsewhere(exchange):
            continue
        absent = lacks(request, "client_secret") and not lacks(request, "client_id")
        if absent:
            yield Finding(
                message=say("The request has no client_secret header."),
                place=header_place(exchange, "client_secret"),
            )
        elif _no_secret(exchange) and not proxied(request):
            yield Finding(
                message=say("The identity provider got no client_secret."),
                place=header_place(exchange, "client_secret"),
                confidence=Confidence.LIKELY,
            )
