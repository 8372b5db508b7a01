"""Do the keys and the host belong to the same environment?"""

from collections.abc import Iterator
from typing import Any

from vippsdiag.check import (
    API_KEYS,
    DOCS,
    Confidence,
    Finding,
    Severity,
    When,
    check,
)
from vippsdiag.checks.answers import Says, found, gives_no_reason, says, text_in
from vippsdiag.checks.sent import KEY_HEADER, header_place, is_legible, is_of_others
from vippsdiag.conceal import still_masked
from vippsdiag.environments import (
    HOSTS,
    Environment,
)
from vippsdiag.evidence import Call, Evidence, Need, Place, call_of
from vippsdiag.exchange import Exchange
from vippsdiag.keys import KeyKind
from vippsdiag.language import say
from vippsdiag.samples import (
    INVALID_KEY,
    OTHER_SUBSCRIPTION_KEY,
    PRODUCTION,
    SUBSCRIPTION_KEY,
    TEST,
    api_call,
    call,
    case,
    gateway,
    identity_provider,
    token_call,
)
from vippsdiag.shapes import Shape, is_hidden, shape_of

INVALID = gateway(401, INVALID_KEY)


UNKNOWN_CLIENT = identity_provider(
    700016,
    "Application with identifier was not found in the directory 'VIPPS-TEST'.",
    "unauthorized_client",
)


# What is left of the refusal in some logs: its beginning, or a header that asks anew.
_CUT: dict[str, Any] = {"answer": "Access denied due to invalid subscr..."}
_CHALLENGED: dict[str, Any] = {
    "answer": "",
    "answer_headers": {
        "WWW-Authenticate": f'AzureApiManagementKey name="{KEY_HEADER}"'
    },
}


def other_gateway(key: str = OTHER_SUBSCRIPTION_KEY) -> Exchange:
    """Return a call that another company's gateway refused, for an example."""
    url = "https://api.freight.example/v1/rates"
    return call("GET", url, {KEY_HEADER: key}, status=401, answer=INVALID)


def key_refused(exchange: Exchange) -> bool:
    """Tell whether the gateway does not know a subscription key that looks right."""
    if not says(exchange, Says.INVALID_KEY):
        return False
    key = exchange.request.headers.get(KEY_HEADER) if exchange.request else None
    if key is None or still_masked(key) or is_hidden(key):
        return True
    return shape_of(key) is Shape.HEX32


def key_that_worked(evidence: Evidence) -> Iterator[Exchange]:
    """Yield the calls whose key is refused, and was taken at the same address before.

    At another address it shows nothing: a key may be good for the token call alone.
    """
    calls = list(evidence.calls(Call.STANDARD_TOKEN, Call.API))
    if not any(key_refused(exchange) for exchange, _ in calls if not exchange.ok):
        return
    worked = set()
    for exchange, request in calls:
        key = request.headers.get(KEY_HEADER) or ""
        if not is_legible(key):
            continue
        sent = request.host, request.path, key
        if exchange.ok:
            worked.add(sent)
        elif sent in worked and key_refused(exchange):
            yield exchange


def told(evidence: Evidence) -> Environment | None:
    """Return the environment that the keys are for, as far as we were told."""
    given = evidence.keys.environment if evidence.keys else None
    answer = given or evidence.context.environment
    return None if answer is Environment.SANDBOX else answer


def kind_of(evidence: Evidence) -> KeyKind | None:
    """Return the kind of keys, as far as we were told."""
    return (evidence.keys.kind if evidence.keys else None) or evidence.context.kind


def works_in(evidence: Evidence, environment: Environment | None) -> bool:
    """Tell whether a call in this environment shows that the keys are made for it."""
    return any(
        exchange.ok and request.environment is environment
        for exchange, request in evidence.token_calls()
    )


def wrong_environment(evidence: Evidence, host: Environment) -> Iterator[Finding]:
    """Find calls to one environment that were refused as the other's keys would be."""
    if _is_another_cause(kind_of(evidence), host):
        return
    keys_for = told(evidence)
    for exchange in evidence.exchanges:
        reached = exchange.request.environment if exchange.request else None
        if reached is not host or works_in(evidence, host):
            continue
        # Without an answer, it is what was said of the keys that tells.
        silent = exchange.response is None and exchange.failure is None
        if keys_for is host.other and (silent or _refused(exchange)):
            yield _keys_of_other(exchange, host)
        elif _refused_in_silence(exchange):
            yield _refused_without_reason(exchange, host, keys_for)
        elif key_refused(exchange):
            yield _key_unknown(exchange, host)


def _is_another_cause(kind: KeyKind | None, host: Environment) -> bool:
    """Tell whether keys of this kind are not taken for those of another environment.

    There are no test keys of some kinds.
    """
    if kind is KeyKind.PARTNER and host is Environment.TEST:
        return True
    return kind is not None and kind.production_only and host is Environment.PRODUCTION


def _keys_of_other(exchange: Exchange, host: Environment) -> Finding:
    return Finding(
        message=say(
            "The keys are for {keys}; the call went to {host}, which is {reached}.",
            keys=host.other.words,
            host=HOSTS[host],
            reached=host.words,
        ),
        place=Place(exchange=exchange, part="request address"),
    )


def _refused_without_reason(
    exchange: Exchange, host: Environment, keys_for: Environment | None
) -> Finding:
    shown = exchange.request is not None and exchange.request.shows_headers
    return Finding(
        message=say(
            "{host} refused the keys and did not say why. Keys of {other} are a usual "
            "reason.",
            host=HOSTS[host],
            other=host.other.words,
        ),
        place=Place(exchange=exchange, part="request address"),
        confidence=Confidence.LIKELY
        if keys_for is not host and shown
        else Confidence.POSSIBLE,
    )


def _key_unknown(exchange: Exchange, host: Environment) -> Finding:
    return Finding(
        message=say(
            "{host} does not know this subscription key, as it answers to keys of "
            "{other}.",
            host=HOSTS[host],
            other=host.other.words,
        ),
        place=header_place(exchange, KEY_HEADER),
        confidence=Confidence.LIKELY,
    )


def _refused(exchange: Exchange) -> bool:
    told = key_refused(exchange) or "AADSTS70001" in text_in(exchange)
    return told or _refused_in_silence(exchange)


def _refused_in_silence(exchange: Exchange) -> bool:
    """Tell whether a token call with all of its keys was answered with a bare 401.

    One that is shown without headers may have had them. The official text of 2026
    names the other environment as the reason.
    """
    request = exchange.request
    if request is None or call_of(request) is not Call.STANDARD_TOKEN:
        return False
    if exchange.status != 401 or not gives_no_reason(exchange):
        return False
    if not request.shows_headers:
        return True
    sent = [request.headers.get(name) for name in ("client_id", "client_secret")]
    key = request.headers.get(KEY_HEADER) or ""
    looks = still_masked(key) or is_hidden(key) or shape_of(key) is Shape.HEX32
    return looks and all(sent)


@check(
    severity=Severity.ERROR,
    needs={Need.REQUEST},
    fix="Use the keys of your test sales unit (portal: For developers, API keys, "
    "Test), or send the call to api.vipps.no.",
    docs=API_KEYS,
    source="vipps-developers#52, confirmed by a maintainer; woocommerce#101 (high); "
    "for a 401 without words, the access token text of 2026 (an inference)",
    broken=lambda: [
        case(token_call(TEST, status=401, answer=INVALID)),
        case(token_call(TEST, status=401, answer=INVALID), environment=PRODUCTION),
        case(token_call(TEST, status=None), environment=PRODUCTION),
        case(token_call(TEST, status=401, answer="")),
    ],
    healthy=lambda: [
        case(token_call(TEST, headers={KEY_HEADER: "no key"}, status=401, answer="")),
        case(token_call(PRODUCTION, status=401, answer=INVALID)),
        case(token_call(TEST, status=None), environment=TEST),
        case(
            token_call(TEST),
            api_call(
                TEST,
                headers={KEY_HEADER: OTHER_SUBSCRIPTION_KEY},
                status=401,
                answer=INVALID,
            ),
        ),
    ],
)
def production_keys_on_test(evidence: Evidence) -> Iterator[Finding]:
    """Production keys were used in the test environment.

    Test and production have separate sales units with separate keys, and the portal
    lists them separately. To the other environment, a key is simply unknown.
    """
    yield from wrong_environment(evidence, Environment.TEST)


@check(
    severity=Severity.ERROR,
    needs={Need.REQUEST},
    fix="Use the keys of your production sales unit (portal: For developers, API keys, "
    "Production), or send the call to apitest.vipps.no.",
    docs=API_KEYS,
    source="the official errors page; woocommerce#101 (high)",
    broken=lambda: [
        case(token_call(PRODUCTION, status=401, answer=INVALID)),
        case(token_call(PRODUCTION, status=401, answer=INVALID), environment=TEST),
    ],
    healthy=lambda: [
        case(token_call(TEST, status=401, answer=INVALID)),
        case(token_call(PRODUCTION, status=401, answer=INVALID), kind=KeyKind.PARTNER),
        case(token_call(PRODUCTION, status=None), environment=PRODUCTION),
    ],
)
def test_keys_on_production(evidence: Evidence) -> Iterator[Finding]:
    """Test keys were used in production.

    Test and production have separate sales units with separate keys, and the portal
    lists them separately. To the other environment, a key is simply unknown.
    """
    yield from wrong_environment(evidence, Environment.PRODUCTION)


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    fix="Copy the primary or secondary subscription key again, from the row of your "
    "sales unit and from the list of the environment that you call.",
    docs=API_KEYS,
    source="the official errors page (high)",
    broken=lambda: [
        case(
            token_call(TEST),
            api_call(
                TEST,
                headers={KEY_HEADER: OTHER_SUBSCRIPTION_KEY},
                status=401,
                answer=INVALID,
            ),
        ),
        *(
            case(token_call(TEST), api_call(TEST, status=401, **answer))
            for answer in (_CUT, _CHALLENGED)
        ),
    ],
    healthy=lambda: [
        case(token_call(TEST, headers={KEY_HEADER: SUBSCRIPTION_KEY[:30]}, status=401)),
        case(token_call(TEST, status=401)),
        case(api_call(TEST, status=400, answer="Due to cancelled subscription")),
        case(token_call(TEST), other_gateway()),
    ],
)
def subscription_key_invalid(evidence: Evidence) -> Iterator[Finding]:
    """The gateway does not know this subscription key.

    It may be a key of the other environment, one that was regenerated since, or one
    with a digit changed. The answer is the same for all of them.
    """
    for exchange in evidence.exchanges:
        if key_refused(exchange) and not is_of_others(evidence, exchange):
            request = exchange.request
            proved = request is not None and works_in(evidence, request.environment)
            yield Finding(
                message=say(
                    "The gateway answers that the subscription key is invalid."
                ),
                place=Place(exchange=exchange, part="response body"),
                confidence=Confidence.LIKELY if proved else Confidence.POSSIBLE,
            )


@check(
    severity=Severity.ERROR,
    needs={Need.REQUEST},
    when={When.FAILED},
    fix="In the test environment, use the keys of a test sales unit.",
    docs=DOCS + "partner/partner-keys/",
    source="partner-keys.md of 2023 and the official texts of 2026 (high)",
    broken=lambda: [
        case(token_call(TEST, status=401, answer=INVALID), kind=KeyKind.PARTNER),
        case(token_call(TEST, status=None), kind=KeyKind.PARTNER),
    ],
    healthy=lambda: [
        case(token_call(PRODUCTION), kind=KeyKind.PARTNER),
        case(token_call(TEST), api_call(TEST, status=400), kind=KeyKind.PARTNER),
        case(token_call(TEST, status=401), kind=KeyKind.SALES_UNIT),
    ],
)
def partner_keys_on_test(evidence: Evidence) -> Iterator[Finding]:
    """Partner keys were used in the test environment, where they do not exist.

    Partner keys are made for production only. For testing, a partner gets ordinary
    keys of test sales units.
    """
    if kind_of(evidence) is not KeyKind.PARTNER or works_in(evidence, Environment.TEST):
        return  # the keys that brought a token there are others
    for exchange, request in evidence.calls(Call.STANDARD_TOKEN, Call.API):
        if request.environment is Environment.TEST and not exchange.ok:
            yield Finding(
                message=say("The keys are partner keys; the call went to test."),
                place=Place(exchange=exchange, part="request address"),
            )


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    fix="Send the merchant serial number of a sales unit in the environment that you "
    "call; the portal shows it beside the keys.",
    docs=API_KEYS,
    source="the official errors page (high): the text has several causes",
    broken=lambda: [
        case(
            api_call(
                TEST,
                status=400,
                answer="Invalid MSN: 654321. Check your API keys on portal.vipps.no.",
            )
        )
    ],
    healthy=lambda: [case(api_call(TEST, status=400, answer="Invalid amount"))],
)
def msn_for_other_environment(evidence: Evidence) -> Iterator[Finding]:
    """The merchant serial number is one of the other environment.

    Test and production sales units have different numbers, even for the same business.
    """
    for exchange in evidence.exchanges:
        match = found(exchange, Says.INVALID_MSN)
        others = says(exchange, Says.SUPER_MERCHANT) or says(exchange, Says.OTHER_PSP)
        if match and match["number"]:
            yield Finding(
                message=say(
                    "The answer says that {number} is not valid here.",
                    number=match["number"],
                ),
                place=Place(exchange=exchange, part="response body"),
                confidence=Confidence.POSSIBLE if others else Confidence.LIKELY,
            )
