"""Two clocks: the sender's and the server's."""

import re
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache

from vippsdiag.exchange import Exchange

CLOSE = timedelta(minutes=5)
# What lies further apart is no clock that is wrong.
_FAR = timedelta(days=20)
# How servers write a day today (RFC 9110, IMF-fixdate).
_DAY = re.compile(r"[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) ([12]\d{3})", re.ASCII)
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


def date_in(text: str) -> datetime | None:
    """Return the moment that a header names; None if it is none with a time zone."""
    # As servers write it today, which is read far faster than all that was allowed.
    if text[16:25:3] != " ::" or text[25:] != " GMT" or not (iso := _day(text[:16])):
        return _any_date(text)
    try:
        return datetime.fromisoformat(f"{iso}{text[16:25]}+00:00")
    except ValueError:
        return _any_date(text)


def _any_date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text) if text else None
    except ValueError:
        return None
    return date if date and date.tzinfo else None


@lru_cache(maxsize=256)
def _day(text: str) -> str | None:
    """Return a day as ISO 8601 writes it; None if it is written in another way."""
    found = _DAY.fullmatch(text)
    month = _MONTHS.get(found[2]) if found else None
    return f"{found[3]}-{month}-{found[1]}" if found and month else None


def clock_off(exchange: Exchange) -> timedelta | None:
    """Return how far the machine's clock is from the server's; None if it is close."""
    return apart(exchange.started, server_date(exchange))


def apart(started: datetime | None, date: datetime | None) -> timedelta | None:
    """Return how far two clocks are from each other; None if they are close."""
    if date is None or started is None:
        return None
    off = started - date
    return off if CLOSE < abs(off) < _FAR else None
