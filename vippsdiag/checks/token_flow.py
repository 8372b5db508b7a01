"""Is the call written for the flow of these keys, standard or specialized?"""

from collections.abc import Iterator

from vippsdiag.check import ACCESS_TOKEN, Finding, Severity, When, check
from vippsdiag.checks.answers import is_gateway
from vippsdiag.checks.environment import kind_of
from vippsdiag.checks.flow import address
from vippsdiag.checks.pairs import is_as_specialized
from vippsdiag.checks.sent import (
    KEY_HEADER,
    MISSING,
    NO_CLIENT,
    NO_KEY,
    carries,
)
from vippsdiag.evidence import (
    SPECIALIZED_TOKEN_PATH,
    Call,
    Evidence,
    Need,
    call_of,
)
from vippsdiag.keys import KeyKind
from vippsdiag.language import say
from vippsdiag.products import Flow, product_at
from vippsdiag.samples import (
    CLIENT_ID,
    CLIENT_SECRET,
    INVALID_KEY,
    KEYS,
    PRODUCTION,
    api_call,
    basic,
    case,
    gateway,
    specialized_call,
    token_call,
)

_PAIR = {"Authorization": basic(CLIENT_ID, CLIENT_SECRET)}
_AS_OTHER: dict[str, str | None] = NO_KEY | NO_CLIENT | _PAIR
SALES = "/sales/report/v1/ledgers"


@check(
    severity=Severity.ERROR,
    needs={Need.REQUEST},
    when={When.FAILED},
    fix="Sales unit, partner and PSP keys: POST /accesstoken/get. Accounting and "
    "merchant-level keys: POST /miami/v1/token.",
    docs=ACCESS_TOKEN,
    source="facts 1.1 and 3.3: the kind of keys decides the flow (high)",
    broken=lambda: [
        case(token_call(PRODUCTION, status=401, answer=""), kind=KeyKind.ACCOUNTING),
        case(
            specialized_call(status=401, answer={"error": "x"}),
            kind=KeyKind.SALES_UNIT,
        ),
        case(specialized_call(status=401, answer={"error": "x"}), keys=KEYS),
        case(api_call(PRODUCTION, path=SALES, status=401, answer={"code": "x"})),
        case(token_call(PRODUCTION, headers=_AS_OTHER, status=401, answer=MISSING)),
        case(
            specialized_call(
                headers={
                    "Authorization": None,
                    "client_id": CLIENT_ID,
                    "client_secret": CLIENT_SECRET,
                },
                status=401,
                answer={"error": "x"},
            )
        ),
    ],
    healthy=lambda: [
        case(
            api_call(
                PRODUCTION,
                path=SALES,
                headers={KEY_HEADER: None},
                status=401,
                answer={"code": "x"},
            )
        ),
        case(
            api_call(
                PRODUCTION, path=SALES, status=401, answer=gateway(401, INVALID_KEY)
            )
        ),
        case(token_call(PRODUCTION), kind=KeyKind.SALES_UNIT),
        case(specialized_call(status=401), kind=KeyKind.ACCOUNTING),
        case(token_call(PRODUCTION, status=401)),
    ],
)
def wrong_token_flow(evidence: Evidence) -> Iterator[Finding]:
    """The kind of keys and the token endpoint do not fit.

    There are two token endpoints. Which one to use depends on the kind of keys, not on
    the API that is called afterwards.
    """
    kind = kind_of(evidence)
    yield from _other_flow(evidence)
    for exchange, request in evidence.token_calls():
        specialized = call_of(request) is Call.SPECIALIZED_TOKEN
        if (
            kind is None
            and specialized
            and not exchange.ok
            and _has_subscription(evidence)
        ):
            yield Finding(
                message=say(
                    "The keys hold a subscription key, as those of the standard flow "
                    "do; the call went to {path}.",
                    path=request.path,
                ),
                place=address(exchange),
            )
        if kind is None or exchange.ok or specialized is kind.specialized:
            continue
        yield Finding(
            message=say(
                "The keys are {kind} keys; the call went to {path}.",
                kind=kind,
                path=request.path,
            ),
            place=address(exchange),
        )


def _other_flow(evidence: Evidence) -> Iterator[Finding]:
    """Find calls that are written as those of the other flow are."""
    yield from _pair_to_standard(evidence)
    for exchange, request in evidence.calls(Call.SPECIALIZED_TOKEN):
        bare = not carries(request, "Authorization")
        if bare and carries(request, "client_secret") and not exchange.ok:
            yield Finding(
                message=say(
                    "The keys are headers, as in the standard flow; {path} reads a "
                    "Basic pair.",
                    path=request.path,
                ),
                place=address(exchange),
            )
    if any(exchange.ok for exchange, _ in evidence.calls(Call.SPECIALIZED_TOKEN)):
        return  # the token is the right one, and the key is spoken of by itself
    for exchange, request in evidence.api_calls():
        product = product_at(request.path)
        only = product is not None and product.flows == {Flow.SPECIALIZED}
        refused = exchange.status in {401, 403} and not is_gateway(exchange)
        if product and only and refused and carries(request, KEY_HEADER):
            yield Finding(
                message=say(
                    "{name} takes tokens of {path} alone, and no subscription key; "
                    "the call carries one.",
                    name=product.name,
                    path=SPECIALIZED_TOKEN_PATH,
                ),
                place=address(exchange),
            )


def _pair_to_standard(evidence: Evidence) -> Iterator[Finding]:
    """Find calls to the standard token endpoint with what the other one reads."""
    for exchange, request in evidence.calls(Call.STANDARD_TOKEN):
        if is_as_specialized(request) and exchange.status in {400, 401}:
            yield Finding(
                message=say(
                    "The keys are a Basic pair, as in the specialized flow; {path} "
                    "reads headers.",
                    path=request.path,
                ),
                place=address(exchange),
            )


def _has_subscription(evidence: Evidence) -> bool:
    return evidence.keys is not None and evidence.keys.subscription_key is not None
