"""Is the access token the right one, and at the right place?"""

import re
from collections.abc import Iterator

from vippsdiag.check import (
    ACCESS_TOKEN,
    Confidence,
    Finding,
    Severity,
    When,
    check,
)
from vippsdiag.checks.answers import (
    Says,
    gives_no_reason,
    is_gateway,
    says,
    text_in,
)
from vippsdiag.checks.authorization import (
    AUTHORIZATION,
    REFUSED,
    access_token_missing,
    authorization_header_malformed,
    bearer_duplicated,
    bearer_prefix_missing,
    calls_with_token,
    not_accepted,
    refused,
    sent,
    takes_keys,
    token_malformed,
)
from vippsdiag.checks.codes import said
from vippsdiag.checks.later import renewed_after
from vippsdiag.checks.sent import (
    KEY_HEADER,
    carries,
    carries_token,
    header_place,
    sent_token,
)
from vippsdiag.checks.subscription_key import USERINFO
from vippsdiag.checks.validity import clock_skew, may_be_token, token_expired
from vippsdiag.environments import Environment
from vippsdiag.evidence import (
    Evidence,
    Need,
    Place,
)
from vippsdiag.exchange import Exchange, Request
from vippsdiag.keys import Field
from vippsdiag.language import Text, say
from vippsdiag.samples import (
    CLIENT_ID,
    INVALID_KEY,
    OTHER_CLIENT_ID,
    OTHER_SUBSCRIPTION_KEY,
    PRODUCTION,
    TEST,
    api_call,
    call,
    case,
    gateway,
    token,
    token_call,
)
from vippsdiag.shapes import GUID

CALLBACK = "https://shop.example/vipps/callback"


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    when={When.FAILED},
    fix="Fetch the token from the host that you send the request to.",
    docs=ACCESS_TOKEN,
    source="facts 3.1: the test directory is known (high), that every other one is "
    "production is an inference",
    broken=lambda: [
        case(
            token_call(TEST),
            api_call(PRODUCTION, status=401, headers=sent("Bearer " + token(TEST))),
        ),
        case(api_call(TEST, status=401, headers=sent("Bearer " + token(PRODUCTION)))),
        case(
            token_call(TEST),
            api_call(PRODUCTION, status=401, headers=sent("Bearer ***")),
        ),
    ],
    healthy=lambda: [
        case(token_call(TEST), api_call(TEST, status=401)),
        case(token_call(PRODUCTION), api_call(PRODUCTION)),
        case(token_call(TEST), api_call(TEST, status=401, headers=sent("Bearer ***"))),
    ],
)
def token_from_other_environment(evidence: Evidence) -> Iterator[Finding]:
    """The access token was issued by the other environment.

    Test and production each issue their own tokens, and accept no others.
    """
    for exchange in evidence.exchanges:
        if says(exchange, Says.TOKEN_FOREIGN) and may_be_token(exchange):
            yield _foreign(exchange)
    for exchange, request, found in calls_with_token(evidence):
        issuer, host = found.environment, request.environment
        if issuer and host and issuer is not host and not_accepted(exchange):
            known = issuer is Environment.TEST
            yield Finding(
                message=say(
                    "The token was issued in {issuer}; the call went to {host}.",
                    issuer=issuer.words,
                    host=host.words,
                ),
                place=header_place(exchange, AUTHORIZATION),
                confidence=Confidence.CERTAIN if known else Confidence.LIKELY,
            )
    for exchange, request in evidence.api_calls():
        came_from = _fetched_elsewhere(evidence, request)
        if came_from and refused(exchange) and carries_token(request):
            yield Finding(
                message=say(
                    "The token was issued in {issuer}; the call went to {host}.",
                    issuer=came_from.words,
                    host=came_from.other.words,
                ),
                place=header_place(exchange, AUTHORIZATION),
                confidence=Confidence.LIKELY,
            )


def _foreign(exchange: Exchange) -> Finding:
    """Return the finding for a refused signature, which may be a webhook's as well."""
    response = exchange.response
    asked = response.headers.get("WWW-Authenticate") if response else None
    named = asked or _OF_TOKEN.search(text_in(exchange))
    alone = exchange.request is None and not named
    return Finding(
        message=say(
            "The text says that a signature is not right, but not whether it is a "
            "token's or a webhook's."
        )
        if alone
        else say("The answer refuses the token's issuer or signature."),
        place=Place(exchange=exchange, part="response body"),
        confidence=Confidence.POSSIBLE if alone else Confidence.LIKELY,
    )


_OF_TOKEN = re.compile("token|jwt|issuer|audience|IDX", re.IGNORECASE)


def _fetched_elsewhere(evidence: Evidence, request: Request) -> Environment | None:
    """Return where tokens were fetched, if not where a token that is hidden went."""
    token = sent_token(request)
    if request.environment is None or (token and token.claims):
        return None
    issued = {call.environment for one, call in evidence.token_calls() if one.ok}
    other = request.environment.other
    return other if issued == {other} else None


def client_ids(evidence: Evidence) -> set[str]:
    """Return the client ids that are in use, in lower case."""
    return {
        str(value.value).lower()
        for value in evidence.values()
        if value.field is Field.CLIENT_ID and GUID.fullmatch(str(value.value))
    }


@check(
    severity=Severity.ERROR,
    needs={Need.API_CALL, Need.TOKEN, Need.KEYS},
    when={When.FAILED, When.API},
    fix="Keep the token beside the keys that it was issued for, and get a new one when "
    "the keys change.",
    docs=ACCESS_TOKEN,
    source="facts 1.5: the same keys for token and call (high); appid is the client_id",
    broken=lambda: [
        case(
            token_call(TEST),
            api_call(
                TEST,
                status=401,
                headers=sent("Bearer " + token(TEST, client_id=OTHER_CLIENT_ID)),
            ),
        ),
        case(
            token_call(TEST),
            api_call(TEST, status=401, headers={KEY_HEADER: OTHER_SUBSCRIPTION_KEY}),
        ),
    ],
    healthy=lambda: [
        case(token_call(TEST), api_call(TEST, status=401)),
        case(
            token_call(TEST, headers={"client_id": CLIENT_ID.upper()}),
            api_call(TEST, status=401),
        ),
        case(api_call(TEST, status=401)),
    ],
)
def token_from_other_sales_unit(evidence: Evidence) -> Iterator[Finding]:
    """The access token belongs to other keys than the call.

    A token is issued for one client_id. It is often kept in a cache, and stays there
    when the keys are changed.
    """
    known = client_ids(evidence)
    pair = _pair(evidence)
    used = [
        (call.environment, call.headers.get(KEY_HEADER))
        for other, call in evidence.token_calls()
        if other.ok and carries(call, KEY_HEADER)
    ]
    used = list(dict.fromkeys(used))
    for exchange, request, found in calls_with_token(evidence):
        place = header_place(exchange, AUTHORIZATION)
        if not not_accepted(exchange) or exchange.status is None:
            continue
        if found.client_id and known and found.client_id.lower() not in known:
            yield Finding(
                message=say(
                    "The token was issued for the client {client_id}, which is not "
                    "among the keys.",
                    client_id=found.client_id,
                ),
                place=place,
            )
        elif found.claims and _other_key(request, used, pair):
            yield Finding(
                message=say(
                    "The token call used another subscription key than this call."
                ),
                place=header_place(exchange, KEY_HEADER),
                confidence=Confidence.LIKELY,
            )


def _pair(evidence: Evidence) -> set[str | None]:
    """Return the two subscription keys that were pasted, which are interchangeable."""
    keys = evidence.keys
    return {keys.subscription_key, keys.secondary_subscription_key} if keys else set()


def _other_key(
    request: Request,
    used: list[tuple[Environment | None, str | None]],
    pair: set[str | None],
) -> bool:
    """Tell whether the token calls that fit used a key that we cannot pair."""
    here = request.headers.get(KEY_HEADER)
    there = {key for environment, key in used if environment is request.environment}
    if here is None or not there or here in there:
        return False
    return not (here in pair and there & pair)


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    when={When.FAILED},
    fix="Get a new token with the same keys, and send it at once as Authorization: "
    "Bearer. If that is refused too, compare the host of the two calls.",
    docs=ACCESS_TOKEN,
    source="the official errors page: 401 and this text mean a token that is "
    "malformed, expired or without Bearer (high)",
    broken=lambda: [
        case(api_call(TEST, status=401, answer=REFUSED)),
        case(api_call(TEST, status=401, answer="")),
    ],
    healthy=lambda: [
        case(api_call(TEST, status=401, answer=gateway(401, INVALID_KEY))),
        case(api_call(TEST, headers=sent(token(TEST)), status=401, answer=REFUSED)),
        case(call("POST", CALLBACK, sent("own-word"), status=401, answer=REFUSED)),
        case(
            api_call(
                TEST,
                headers={AUTHORIZATION: "Basic YTpi"},
                status=401,
                answer=REFUSED,
            )
        ),
    ],
)
def token_invalid(evidence: Evidence) -> Iterator[Finding]:
    """The access token was refused, and the evidence does not tell why.

    It has the form of a token, it has not expired as far as can be seen, and the scheme
    is right. It may have been issued for other keys, or by the other environment.
    """
    refused_ones = [one for one in evidence.exchanges if _token_refused(evidence, one)]
    explained = _explained(evidence) if refused_ones else set()
    for exchange in refused_ones:
        if id(exchange) not in explained or _is_bare_line(exchange):
            bare = _bare(exchange)
            yield Finding(
                message=_words(exchange, bare=bare),
                place=Place(exchange=exchange, part="response body"),
                confidence=Confidence.POSSIBLE if bare else Confidence.LIKELY,
            )


def _words(exchange: Exchange, *, bare: bool) -> Text:
    if bare:
        return say("The call was refused, and the answer does not say why.")
    if exchange.request:
        return say("The token was refused.")
    return say("The answer says that the access token was refused.")


def _is_bare_line(exchange: Exchange) -> bool:
    """Tell whether a call is shown without headers, so that nothing explains it."""
    return exchange.request is not None and not exchange.request.shows_headers


def _bare(exchange: Exchange) -> bool:
    """Tell whether a call was refused without a word, as some APIs do for a token."""
    words = says(exchange, Says.TOKEN_REFUSED) or said(exchange, "token-invalid")
    silent = not words and gives_no_reason(exchange)
    return silent and exchange.status == 401 and exchange.request is not None


def _explained(evidence: Evidence) -> set[int]:
    """Return the identities of the exchanges whose token another check speaks of."""
    others = (
        access_token_missing,
        authorization_header_malformed,
        bearer_prefix_missing,
        bearer_duplicated,
        token_malformed,
        token_expired,
        clock_skew,
        token_from_other_environment,
        token_from_other_sales_unit,
    )
    return {
        id(finding.place.exchange)
        for other in others
        for finding in other.look(evidence)
        if finding.place
    }


def _token_refused(evidence: Evidence, exchange: Exchange) -> bool:
    request = exchange.request
    coded = said(exchange, "token-invalid")
    if not coded and not says(exchange, Says.TOKEN_REFUSED) and not _bare(exchange):
        return False
    if request is None:
        texts = is_gateway(exchange) or "token" in text_in(exchange).lower()
        return exchange.status in {401, None} and texts
    if not refused(exchange) or not may_be_token(exchange):
        return False
    if renewed_after(evidence, exchange) or takes_keys(request):
        return False
    userinfo = request.path.lower().startswith(USERINFO) and carries(
        request, KEY_HEADER
    )
    return (carries_token(request) or not request.shows_headers) and not userinfo
