"""Did the subscription key travel as it should?"""

from collections.abc import Iterator

from vippsdiag.check import (
    ACCESS_TOKEN,
    API_KEYS,
    HTTP_HEADERS,
    Confidence,
    Finding,
    Severity,
    When,
    check,
)
from vippsdiag.checks.answers import Says, is_bare, says
from vippsdiag.checks.environment import kind_of
from vippsdiag.checks.pairs import is_as_specialized
from vippsdiag.checks.sent import (
    KEY_HEADER,
    MISSING,
    NO_KEY,
    STANDARD,
    carries,
    header_place,
    is_preflight,
    misnamed_key,
    moved,
)
from vippsdiag.evidence import Call, Evidence, Need, Place, call_of
from vippsdiag.exchange import Exchange, Request
from vippsdiag.keys import KeyKind
from vippsdiag.language import say
from vippsdiag.products import Flow, product_at
from vippsdiag.samples import (
    INVALID_KEY,
    PRODUCTION,
    SUBSCRIPTION_KEY,
    TEST,
    api_call,
    case,
    gateway,
    specialized_call,
    token_call,
)

# What is left of the gateway's refusal in some logs: its beginning, or its header.
CUT = '{ "statusCode": 401, "message": "Access denied due to missing subs'
CHALLENGE = {
    "WWW-Authenticate": 'AzureApiManagementKey realm="https://apitest.vipps.no/",'
    f'name="{KEY_HEADER}",type="header"'
}


_MISNAMED = NO_KEY | {"subscription-key": SUBSCRIPTION_KEY}
_REPORT, _USERINFO = "/settlement/v1/ledgers", "/vipps-userinfo-api/userinfo/"


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    fix="Send the header Ocp-Apim-Subscription-Key with the primary or the secondary "
    "subscription key.",
    docs=HTTP_HEADERS,
    source="vipps-developers#80, the official errors page (high); that a 401 without a "
    "word means it, where the key is missing, is inferred",
    broken=lambda: [
        case(token_call(TEST, headers=NO_KEY, status=401, answer=MISSING)),
        case(token_call(TEST, headers={KEY_HEADER: ""}, status=401, answer=MISSING)),
        case(api_call(TEST, headers=NO_KEY, status=401, answer=MISSING)),
        case(token_call(TEST, status=401, answer=MISSING)),
        case(api_call(TEST, headers=NO_KEY, status=401, answer=CUT)),
        case(api_call(TEST, headers=NO_KEY, status=401, answer_headers=CHALLENGE)),
        case(api_call(TEST, headers=NO_KEY, status=401, answer="")),
        case(token_call(TEST, headers=NO_KEY, status=401, answer='"Unauthorized"')),
        case(token_call(TEST, headers=NO_KEY, status=401, answer="{}")),
    ],
    healthy=lambda: [
        case(token_call(TEST, status=401, answer=gateway(401, INVALID_KEY))),
        case(api_call(TEST, status=401, answer_headers=CHALLENGE)),
        case(api_call(TEST, headers=NO_KEY, path=_REPORT, status=401, answer="")),
        case(api_call(TEST, headers=NO_KEY, path=_USERINFO, status=401, answer="")),
        case(specialized_call()),
        case(token_call(TEST)),
        case(
            token_call(PRODUCTION, headers=NO_KEY, status=401, answer=MISSING),
            kind=KeyKind.ACCOUNTING,
        ),
    ],
)
def subscription_key_missing(evidence: Evidence) -> Iterator[Finding]:
    """No subscription key reached the gateway.

    Every call of the standard flow carries the subscription key in a header, the token
    call too. The gateway looks there only, and asks for the key before anything else.
    """
    kind = kind_of(evidence)
    if kind and kind.specialized:
        return  # no subscription key belongs to such keys
    for exchange in evidence.exchanges:
        request = exchange.request
        silent = request is not None and _refused_unsaid(exchange, request)
        if not says(exchange, Says.MISSING_KEY) and not silent:
            continue
        if request and is_preflight(request):
            continue
        if request is None or not request.shows_headers:
            yield Finding(
                message=say("The gateway says that there was no subscription key."),
                place=Place(exchange=exchange, part="response body"),
                confidence=Confidence.LIKELY,
            )
        elif carries(request, KEY_HEADER):
            yield Finding(
                message=say(
                    "The request names the key, but the gateway did not get it. "
                    "Look at what a proxy on the way sends on."
                ),
                place=header_place(exchange, KEY_HEADER),
                confidence=Confidence.LIKELY,
            )
        elif not misnamed_key(request) and not moved(request):
            yield Finding(
                message=say("The request has no {header} header.", header=KEY_HEADER),
                place=header_place(exchange, KEY_HEADER),
                confidence=_absent_sure(request, silent=silent),
            )


def _absent_sure(request: Request, *, silent: bool) -> Confidence:
    """Tell how sure it is that the key is what a call lacks, not the other flow."""
    if is_as_specialized(request):
        return Confidence.POSSIBLE
    return Confidence.LIKELY if silent else Confidence.CERTAIN


# No key goes with a user's token, nor with the Basic pair that CIBA takes.
_KEYLESS = {"Userinfo", "Login CIBA"}


def _refused_unsaid(exchange: Exchange, request: Request) -> bool:
    """Tell whether a call that needs the key lacks it, and a bare 401 came back."""
    if exchange.status != 401 or not is_bare(exchange) or not request.shows_headers:
        return False
    product = product_at(request.path)
    served = product is not None and product.name not in _KEYLESS
    needs = served and product is not None and product.flows == {Flow.STANDARD}
    token = call_of(request) is Call.STANDARD_TOKEN
    return (token or needs) and not carries(request, KEY_HEADER)


@check(
    severity=Severity.ERROR,
    needs={Need.REQUEST},
    fix="Name the header Ocp-Apim-Subscription-Key, whatever the portal or the plugin "
    "calls the value.",
    docs=HTTP_HEADERS,
    source="facts 1.4: the rename to Vipps-Subscription-Key was announced in 2022 and "
    "never became the header's name (high); the answer to it is inferred (medium)",
    broken=lambda: (
        [
            case(
                token_call(
                    TEST,
                    headers=NO_KEY | {name: SUBSCRIPTION_KEY},
                    status=401,
                    answer=MISSING,
                )
            )
            for name in (
                "Vipps-Subscription-Key",
                "api-key",
                "ocp_apim_subscription_key",
            )
        ]
        + [case(token_call(TEST, headers=_MISNAMED, status=401, answer=""))]
    ),
    healthy=lambda: [
        case(token_call(TEST, headers=NO_KEY, status=401, answer=MISSING)),
        case(token_call(TEST, headers={"api-key": SUBSCRIPTION_KEY})),
        case(
            token_call(
                TEST,
                headers=NO_KEY | {"api-key": SUBSCRIPTION_KEY},
                status=401,
                answer=gateway(401, INVALID_KEY),
            )
        ),
    ],
)
def subscription_key_header_name_wrong(evidence: Evidence) -> Iterator[Finding]:
    """The subscription key was sent under another header's name.

    The portal, the documentation of some years and several plugins call the value
    Vipps-Subscription-Key. The header to send has always been
    Ocp-Apim-Subscription-Key.
    """
    for exchange, request in evidence.calls(*STANDARD):
        if carries(request, KEY_HEADER):
            continue
        name = misnamed_key(request)
        silent = _refused_unsaid(exchange, request)
        told = says(exchange, Says.MISSING_KEY) or exchange.response is None
        if name and (told or silent):
            yield Finding(
                message=say(
                    "The key was sent as {name}; the gateway does not look there.",
                    name=name,
                ),
                place=header_place(exchange, name),
                confidence=Confidence.CERTAIN if told else Confidence.LIKELY,
            )


@check(
    severity=Severity.ERROR,
    needs={Need.REQUEST},
    when={When.SPECIALIZED_TOKEN},
    fix="Leave out the header Ocp-Apim-Subscription-Key on this call.",
    docs=ACCESS_TOKEN,
    source="official access token text of 2026: it refuses the call as invalid_client "
    "(high)",
    broken=lambda: [
        case(
            specialized_call(
                headers={KEY_HEADER: SUBSCRIPTION_KEY},
                status=401,
                answer={"error": "invalid_client"},
            )
        ),
        case(
            specialized_call(),
            api_call(
                PRODUCTION, path="/sales/report/v1/ledgers", status=401, answer=""
            ),
        ),
    ],
    healthy=lambda: [
        case(specialized_call(status=401, answer={"error": "invalid_client"})),
        case(specialized_call(headers={KEY_HEADER: SUBSCRIPTION_KEY})),
        case(token_call(PRODUCTION)),
    ],
)
def subscription_key_on_specialized_flow(evidence: Evidence) -> Iterator[Finding]:
    """A subscription key was sent with the specialized token call.

    POST /miami/v1/token takes the client_id and the client_secret as a Basic pair and
    no subscription key. With one, it refuses the whole call. The calls that follow
    carry the token alone.
    """
    for exchange, request in evidence.calls(Call.SPECIALIZED_TOKEN):
        if not exchange.ok and carries(request, KEY_HEADER):
            yield Finding(
                message=say("The call carries the header {header}.", header=KEY_HEADER),
                place=header_place(exchange, KEY_HEADER),
            )
    issued = any(exchange.ok for exchange, _ in evidence.calls(Call.SPECIALIZED_TOKEN))
    for exchange, request in evidence.api_calls():
        if issued and exchange.status == 401 and carries(request, KEY_HEADER):
            yield Finding(
                message=say(
                    "The token is of the specialized flow, and the call carries "
                    "{header} as well.",
                    header=KEY_HEADER,
                ),
                place=header_place(exchange, KEY_HEADER),
                confidence=Confidence.LIKELY,
            )


USERINFO = "/vipps-userinfo-api/userinfo"


@check(
    severity=Severity.ERROR,
    needs={Need.API_CALL},
    when={When.FAILED, When.API},
    fix="Leave out the header Ocp-Apim-Subscription-Key on the userinfo call.",
    docs=API_KEYS.replace("knowledge-base/api-keys", "APIs/userinfo-api"),
    source="facts 5.4, sources disagree for /userinfo/{sub} (medium); "
    "vipps-ecom-api#248",
    broken=lambda: [
        case(api_call(TEST, path=USERINFO + "/c06c4afe", status=401, answer="HTTP 401"))
    ],
    healthy=lambda: [
        case(api_call(TEST, path=USERINFO + "/c06c4afe", status=404)),
        case(api_call(TEST, path=USERINFO + "/c06c4afe", headers=NO_KEY, status=401)),
    ],
)
def subscription_key_sent_to_userinfo(evidence: Evidence) -> Iterator[Finding]:
    """The userinfo call carries a subscription key, which it does not take.

    Userinfo belongs to Login. Several official texts say that a subscription key on
    this call is answered with 401; others send one. Without it, both are right.
    """
    for exchange, request in evidence.api_calls():
        here = request.path.lower().startswith(USERINFO)
        both = carries(request, KEY_HEADER) and carries(request, "Authorization")
        if here and both and exchange.status == 401:
            yield Finding(
                message=say(
                    "The call was refused, and carries {header}.", header=KEY_HEADER
                ),
                place=header_place(exchange, KEY_HEADER),
                confidence=Confidence.LIKELY,
            )
