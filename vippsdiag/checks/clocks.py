"""Two clocks: the sender's and the server's."""

import re
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache

from vippsdiag.exchange import Exchange

CLOSE = timedelta(minutes=5)
# How servers write it today (RFC 9110, IMF-fixdate); it is read four times as fast.
_FIXED = re.compile(
    r"[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) ([12]\d{3}) (\d\d:\d\d:\d\d) GMT", re.ASCII
)
_MONTHS = {
    name: f"{number:02}"
    for number, name in enumerate(
        "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), start=1
    )
}


def minutes(span: timedelta) -> int:
    """Return the whole minutes of a span."""
    return int(span.total_seconds() // 60)


def server_date(exchange: Exchange) -> datetime | None:
    """Return the time on the server's clock; None if the answer has no Date."""
    text = exchange.response.headers.get("Date") if exchange.response else None
    return date_in(text or "")


@lru_cache(maxsize=256)
def date_in(text: str) -> datetime | None:
    """Return the moment that a header names; None if it is none with a time zone."""
    fixed = _FIXED.fullmatch(text)
    try:
        if fixed and (month := _MONTHS.get(fixed[2])):
            iso = f"{fixed[3]}-{month}-{fixed[1]}T{fixed[4]}+00:00"
            return datetime.fromisoformat(iso)
        date = parsedate_to_datetime(text) if text else None
    except ValueError:
        return None
    return date if date and date.tzinfo else None


def clock_off(exchange: Exchange) -> timedelta | None:
    """Return how far the machine's clock is from the server's; None if it is close."""
    return apart(exchange.started, server_date(exchange))


def apart(started: datetime | None, date: datetime | None) -> timedelta | None:
    """Return how far two clocks are from each other; None if they are close."""
    if date is None or started is None:
        return None
    off = started - date
    return off if CLOSE < abs(off) < timedelta(days=20) else None
