"""Is a key where others can read it, and is a token asked for too often?"""

from collections.abc import Iterator
from datetime import timedelta

from vippsdiag.check import ACCESS_TOKEN, API_KEYS, Confidence, Finding, Severity, check
from vippsdiag.checks.browser import from_browser
from vippsdiag.checks.environment import other_gateway
from vippsdiag.checks.sent import (
    KEY_HEADER,
    carries,
    header_place,
    is_of_others,
    named_in_query,
)
from vippsdiag.environments import HOSTS, LOOPBACK_HOSTS, Environment
from vippsdiag.evidence import Call, Evidence, Need, Place, call_of
from vippsdiag.exchange import Exchange, Request
from vippsdiag.keys import Field
from vippsdiag.language import say
from vippsdiag.samples import (
    CLIENT_SECRET,
    NOW,
    SUBSCRIPTION_KEY,
    TEST,
    call,
    case,
    token_call,
)
from vippsdiag.token import LIFETIMES, SPECIALIZED_LIFETIME

_SECRETS = {Field.CLIENT_SECRET, Field.SUBSCRIPTION_KEY}
_PASSED_ON = "https://cors.example/https://apitest.vipps.no/accesstoken/get"
_SECRET = {"client_secret": CLIENT_SECRET}
# When a tenth of a token's life is left in test.
_RENEWED = timedelta(minutes=54)


@check(
    severity=Severity.WARNING,
    needs={Need.REQUEST},
    fix="Keep the keys on your server, and have these regenerated in the portal once "
    "nothing uses them any more.",
    docs=API_KEYS,
    source="the official API keys page and best practices of 2026 (high)",
    broken=lambda: [
        case(token_call(TEST, headers={"User-Agent": "Mozilla/5.0", "Origin": "x"})),
        case(call("POST", _PASSED_ON, _SECRET)),
        case(token_call(TEST), other_gateway(SUBSCRIPTION_KEY)),
        case(token_call(TEST, path="/accesstoken/get?client_secret=a")),
    ],
    healthy=lambda: [
        case(token_call(TEST)),
        case(token_call(TEST), other_gateway()),
        case(call("POST", "http://127.0.0.1:8000/accesstoken/get", _SECRET)),
        case(
            call("GET", "https://shop.example/?page=1", {"User-Agent": "Mozilla/5.0"})
        ),
        case(call("GET", "https://search.example/?q=where+is+client_secret&page=1")),
    ],
)
def keys_exposed(evidence: Evidence) -> Iterator[Finding]:
    """A key is where others can read it.

    Whoever has the keys can act as the merchant. A web page, an app, an address or a
    stranger's server cannot keep them.
    """
    for exchange, request in evidence.calls():
        found = _exposed(exchange, request)
        if not found:
            continue
        message, place = found
        if place.name != KEY_HEADER or not is_of_others(evidence, exchange):
            yield Finding(message=message, place=place, confidence=Confidence.LIKELY)


def _exposed(exchange: Exchange, request: Request) -> tuple[str, Place] | None:
    if _SECRETS & set(named_in_query(request.query)):
        place = Place(exchange=exchange, part="request address")
        return say("The address holds a key; addresses are written to logs."), place
    name = next((n for n in ("client_secret", KEY_HEADER) if carries(request, n)), None)
    if name is None:
        return None
    place = header_place(exchange, name)
    if from_browser(request):
        return say(
            "A browser sent {name}, so it stands in a web page.", name=name
        ), place
    ours = {*HOSTS.values(), *LOOPBACK_HOSTS}
    if request.host and request.host not in ours and call_of(request) is not Call.API:
        return say("{name} was sent to {host}.", name=name, host=request.host), place
    return None


@check(
    severity=Severity.NOTE,
    needs={Need.TOKEN_CALL},
    fix="Keep the token for its whole life, and get the next one when a tenth of it is "
    "left.",
    docs=ACCESS_TOKEN,
    source="the official access token text of 2026 (high)",
    broken=lambda: [case(token_call(TEST), token_call(TEST), token_call(TEST))],
    healthy=lambda: [
        case(token_call(TEST), token_call(TEST, status=401, answer="")),
        case(*(token_call(TEST, started=NOW + n * _RENEWED) for n in range(4))),
        case(*(token_call(TEST, headers={"client_id": name}) for name in "abc")),
    ],
)
def token_not_reused(evidence: Evidence) -> Iterator[Finding]:
    """A new access token is asked for again and again.

    A token lives for an hour in test and a day in production. Asking for one before
    each call is the fastest way to a limit.
    """
    given: dict[tuple[str | None, ...], list[Exchange]] = {}
    for exchange, request in evidence.token_calls():
        names = ("client_id", "Authorization")
        client = request.host, *(request.headers.get(name) for name in names)
        if exchange.ok:
            given.setdefault(client, []).append(exchange)
    for worked in given.values():
        if any(map(_within_a_life, worked, worked[2:])):
            yield Finding(
                message=say(
                    "{count} tokens were asked for, and each was given.",
                    count=len(worked),
                ),
                place=Place(exchange=worked[-1], part="request address"),
                confidence=Confidence.LIKELY,
            )


def _within_a_life(first: Exchange, third: Exchange) -> bool:
    """Tell whether a token was still good when the next but one was fetched."""
    request, began, then = first.request, first.started, third.started
    if request is None or began is None or then is None:
        return True  # as far as is known
    life = LIFETIMES[request.environment or Environment.PRODUCTION]
    if call_of(request) is Call.SPECIALIZED_TOKEN:
        life = SPECIALIZED_LIFETIME
    return then - began < timedelta(seconds=life)
