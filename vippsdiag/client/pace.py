"""How long the API asked to wait."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from math import ceil

from vippsdiag.exchange import Exchange

# Where a 429 does not say how long; undocumented, so this is a guess on the safe side.
USUAL_SECONDS = 30
# Nobody waits longer; a larger number is a mistake somewhere.
MOST_SECONDS = 3600


def seconds_to_wait(exchanges: Sequence[Exchange], now: datetime) -> int:
    """Return how many seconds the API asked to wait still, by its last answer.

    ``Retry-After`` holds seconds or a date (RFC 9110, section 10.2.3).
    """
    last = exchanges[-1] if exchanges else None
    if last is None or last.response is None or last.status not in {429, 503}:
        return 0
    asked = last.response.headers.get("Retry-After")
    if asked is None and last.status == 503:
        return 0
    since = last.started or now
    end = min(_end(asked or "", since), since + timedelta(seconds=MOST_SECONDS))
    return max(0, ceil((end - now).total_seconds()))


def _end(asked: str, since: datetime) -> datetime:
    text = asked.strip()
    if text.isascii() and text.isdecimal():
        return since + timedelta(seconds=int(text[:9]))
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return since + timedelta(seconds=USUAL_SECONDS)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
