"""Is the access token sent while it is valid, by clocks that agree?"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from vippsdiag.check import (
    ACCESS_TOKEN,
    Confidence,
    Finding,
    Severity,
    When,
    check,
)
from vippsdiag.checks.answers import Says, says
from vippsdiag.checks.authorization import (
    AUTHORIZATION,
    calls_with_token,
    not_accepted,
    refused,
    sent,
)
from vippsdiag.checks.clocks import CLOSE, clock_off, minutes, server_date
from vippsdiag.checks.later import renewed_after
from vippsdiag.checks.sent import header_place
from vippsdiag.evidence import (
    Call,
    Evidence,
    Need,
    Place,
    call_of,
)
from vippsdiag.exchange import Exchange
from vippsdiag.language import Text, say
from vippsdiag.samples import (
    NOW,
    TEST,
    api_call,
    case,
    token,
    token_call,
)
from vippsdiag.token import Token

ENDED = "Bearer " + token(TEST, issued=NOW - timedelta(hours=3))


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    when={When.FAILED},
    fix="Get a new token, and get the next one before this one ends.",
    docs=ACCESS_TOKEN,
    source="facts 3.1: one hour in test, 24 hours in production (high)",
    broken=lambda: [
        case(
            api_call(
                TEST,
                headers=sent("Bearer " + token(TEST, issued=NOW - timedelta(hours=3))),
                status=401,
            )
        ),
        case(api_call(TEST, headers=sent(ENDED), status=401, started=None)),
        case(api_call(TEST, status=401, answer="The token provided has expired.")),
    ],
    healthy=lambda: [
        case(api_call(TEST, status=401)),
        case(api_call(TEST, status=401, answer="The token provided is not valid.")),
        case(api_call(TEST)),
        case(
            api_call(TEST, headers=sent(ENDED), status=401),
            token_call(TEST),
            api_call(TEST),
        ),
        case(
            api_call(
                TEST,
                headers=sent(ENDED),
                status=401,
                started=None,
                answer_headers={"Date": "Tue, 24 Nov 2026 09:10:00 GMT"},
            )
        ),
    ],
)
def token_expired(evidence: Evidence) -> Iterator[Finding]:
    """The access token had expired when it was sent.

    A token lives for one hour in the test environment and for 24 hours in production.
    """
    for exchange in evidence.exchanges:
        if renewed_after(evidence, exchange):
            continue
        if says(exchange, Says.TOKEN_EXPIRED) and may_be_token(exchange):
            yield Finding(
                message=say("The answer says that the token has expired."),
                place=Place(exchange=exchange, part="response body"),
            )
    for exchange, _, found in calls_with_token(evidence):
        told = says(exchange, Says.TOKEN_EXPIRED) or renewed_after(evidence, exchange)
        if found.expires and not told and not_accepted(exchange):
            yield from _ended(exchange, found.expires, evidence.now)


def _ended(
    exchange: Exchange, end: datetime, now: datetime | None
) -> Iterator[Finding]:
    """Yield a finding if a token had ended when the call was made, or by now."""
    off = clock_off(exchange)
    known = exchange.started or server_date(exchange)
    when = server_date(exchange) if off else known or now
    if when is None or end >= when:
        return
    ended = {"end_day": f"{end:%Y-%m-%d}", "end": f"{end:%H:%M}"}
    yield Finding(
        message=say(
            "The token ended on {end_day} at {end} UTC; the call was made on {day} at "
            "{time} UTC.",
            day=f"{when:%Y-%m-%d}",
            time=f"{when:%H:%M}",
            **ended,
        )
        if known
        else say(
            "The token ended on {end_day} at {end} UTC; when the call was made is not "
            "known.",
            **ended,
        ),
        place=header_place(exchange, AUTHORIZATION),
        confidence=Confidence.LIKELY if off or known is None else Confidence.CERTAIN,
    )


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    when={When.FAILED},
    fix="Set the clock of the machine that sends by a time server.",
    docs=ACCESS_TOKEN,
    source="generic to signed tokens (low); the claims are in facts 3.1",
    broken=lambda: [
        case(
            api_call(
                TEST,
                headers=sent("Bearer " + token(TEST, issued=NOW + timedelta(hours=2))),
                status=401,
            )
        ),
        case(
            api_call(
                TEST,
                status=401,
                answer="",
                answer_headers={"Date": "Tue, 24 Nov 2026 13:20:00 GMT"},
            )
        ),
        case(
            api_call(
                TEST,
                status=401,
                answer="Lifetime validation failed. The token is not yet valid.",
            )
        ),
    ],
    healthy=lambda: [
        case(api_call(TEST, status=401)),
        case(
            api_call(
                TEST,
                status=401,
                answer_headers={"Date": "Tue, 24 Nov 2026 12:00:01 GMT"},
            )
        ),
    ],
)
def clock_skew(evidence: Evidence) -> Iterator[Finding]:
    """The clock of the machine that sends is wrong.

    A token says from when to when it is valid. With a clock that is behind, a new token
    seems to begin in the future; with one that is ahead, it seems to have expired.
    """
    for exchange in evidence.exchanges:
        if says(exchange, Says.TOKEN_EARLY) and may_be_token(exchange):
            yield Finding(
                message=say("The answer says that the token is not valid yet."),
                place=Place(exchange=exchange, part="response body"),
                confidence=Confidence.LIKELY,
            )
    for exchange, _, found in calls_with_token(evidence):
        off = clock_off(exchange)
        if off and refused(exchange):
            yield Finding(
                message=_told_by_date(off),
                place=Place(exchange=exchange, part="response header", name="Date"),
                confidence=_matters(exchange, found),
            )
    for exchange, _, found in calls_with_token(evidence):
        if not exchange.ok and not clock_off(exchange):
            yield from _begins_later(exchange, found, evidence.sent_at(exchange))


def _told_by_date(off: timedelta) -> Text:
    """Say how far the machine's clock is from the server's."""
    if off > timedelta():
        return say(
            "The machine's clock is {minutes} minutes ahead, compared with the "
            "answer's Date.",
            minutes=minutes(off),
        )
    return say(
        "The machine's clock is {minutes} minutes behind, compared with the answer's "
        "Date.",
        minutes=minutes(-off),
    )


def _begins_later(
    exchange: Exchange, found: Token, when: datetime | None
) -> Iterator[Finding]:
    """Yield a finding if a token is not valid yet when it is sent."""
    if when is None or found.not_before is None or found.not_before - when <= CLOSE:
        return
    yield Finding(
        message=say(
            "The token begins {minutes} minutes after the call was made.",
            minutes=minutes(found.not_before - when),
        ),
        place=header_place(exchange, AUTHORIZATION),
        confidence=Confidence.LIKELY,
    )


def may_be_token(exchange: Exchange) -> bool:
    """Tell whether a refusal can be one of an access token: no other call has one."""
    request = exchange.request
    api = request is None or call_of(request) is Call.API
    return api and not exchange.ok and not exchange.failure


def _matters(exchange: Exchange, found: Token) -> Confidence:
    """Tell how sure it is that the clock is why: whether the clocks disagree."""
    date, started, end = server_date(exchange), exchange.started, found.expires
    differs = date and started and end and (date < end) is not (started < end)
    return Confidence.CERTAIN if differs else Confidence.LIKELY
