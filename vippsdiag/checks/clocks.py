"""Two clocks: the sender's and the server's."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache

from vippsdiag.exchange import Exchange

CLOSE = timedelta(minutes=5)


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
    try:
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
