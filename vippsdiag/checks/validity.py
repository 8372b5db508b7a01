"""Is the access token sent while it is valid, by clocks that agree?"""

import re
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
from vippsdiag.conceal import still_masked
from vippsdiag.evidence import (
    Call,
    Evidence,
    Need,
    Place,
    call_of,
    received_token,
)
from vippsdiag.exchange import Exchange
from vippsdiag.language import Text, say
from vippsdiag.samples import (
    NOW,
    PRODUCTION,
    TEST,
    api_call,
    call,
    case,
    specialized_call,
    token,
    token_call,
)
from vippsdiag.token import Token, bearer_of, read_token

ENDED = "Bearer " + token(TEST, issued=NOW - timedelta(hours=3))


def _fetched(after: int = 0) -> Exchange:
    """Return how a token for 15 minutes is fetched, some minutes later."""
    answer = {"access_token": "***", "token_type": "Bearer", "expires_in": 900}
    return specialized_call(answer=answer, started=NOW + timedelta(minutes=after))


def _asked(after: int) -> Exchange:
    """Return a call that is refused, some minutes later, with a hidden token."""
    started = NOW + timedelta(minutes=after)
    return api_call(PRODUCTION, headers=sent("Bearer ***"), status=401, started=started)


def _logged(after: int) -> Exchange:
    """Return the same as a log tells of it, without headers."""
    url = "https://api.vipps.no/report/v2/ledgers"
    return call("GET", url, status=401, started=NOW + timedelta(minutes=after))


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
        case(_fetched(), _asked(16)),
        case(_fetched(), _logged(16)),
    ],
    healthy=lambda: [
        case(api_call(TEST, status=401)),
        case(api_call(TEST, status=401, answer="The token provided is not valid.")),
        case(api_call(TEST)),
        case(_fetched(), _asked(14)),
        case(_fetched(), _logged(14)),
        case(_fetched(), _fetched(10), _asked(16)),
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
    for exchange, end, sure in _outlived(evidence):
        if not says(exchange, Says.TOKEN_EXPIRED):
            yield from _ended(exchange, end, evidence.now, sure)


def _outlived(evidence: Evidence) -> Iterator[tuple[Exchange, datetime, Confidence]]:
    """Yield each refused call with a token that does not say when it ends.

    With it comes the end that the last token call before it gave: it is sure for that
    very token, and likely for one that is hidden or not shown.
    """
    last: dict[str, Exchange] = {}
    kinds = (Call.STANDARD_TOKEN, Call.SPECIALIZED_TOKEN, Call.API)
    for exchange, request in evidence.calls(*kinds):
        if call_of(request) is not Call.API:
            if exchange.ok:
                last[request.host] = exchange
            continue
        source = last.get(request.host)
        end = _end_given(source) if source else None
        value = bearer_of(request.headers.get(AUTHORIZATION) or "")
        if source is None or end is None or not refused(exchange):
            continue
        same = value is not None and value == received_token(source)
        if value is None:
            silent = not request.shows_headers
        else:
            silent = still_masked(value) or (same and read_token(value).expires is None)
        if silent and not renewed_after(evidence, exchange):
            yield exchange, end, Confidence.CERTAIN if same else Confidence.LIKELY


def _end_given(exchange: Exchange) -> datetime | None:
    """Return when the token ends that a token call gave, as its answer says."""
    body = exchange.response.json if exchange.response else None
    seconds = str(body.get("expires_in")) if isinstance(body, dict) else ""
    if exchange.started is None or not re.fullmatch(r"[0-9]{1,7}", seconds):
        return None
    return exchange.started + timedelta(seconds=int(seconds))


def _ended(
    exchange: Exchange,
    end: datetime,
    now: datetime | None,
    sure: Confidence = Confidence.CERTAIN,
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
        confidence=Confidence.LIKELY if off or known is None else sure,
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
        case(
            api_call(
                TEST,
                status=401,
                answer="",
                answer_headers={"Date": "Tue, 24 Nov 2026 10:00:00 GMT"},
                started=None,
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
            when = exchange.started or server_date(exchange) or evidence.now
            yield from _begins_later(exchange, found, when)


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
