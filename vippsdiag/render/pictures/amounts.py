"""Numbers, times and texts as the pictures say them.

A number that is none, or that no picture can show, is said to be unknown or too large;
it never breaks a picture. Moments are in UTC, and say so.
"""

import math
import unicodedata
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from vippsdiag.language import mark, several, tr

UNKNOWN = mark("not known")
# Nothing that is counted or timed here is larger.
LARGEST = 10**15
LONGEST = 300

_SECOND = 1000.0
_MINUTE = 60 * _SECOND
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_UNITS = (_DAY, _HOUR, _MINUTE, _SECOND)
# Letters that turn the direction of the text around them.
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def plain(text: object) -> str:
    """Return a text as one line of at most 300 letters."""
    shown = str(text)
    if len(shown) > LONGEST:
        shown = shown[:LONGEST] + "…"
    return clean(shown)


def clean(text: str) -> str:
    """Return a text as one line.

    What XML does not allow, and what would turn the text around it, is replaced.
    """
    return " ".join("".join(map(_allowed, text)).split())


def _allowed(letter: str) -> str:
    if letter.isspace():
        return " "
    noncharacter = ord(letter) & 0xFFFE == 0xFFFE
    refused = unicodedata.category(letter) in {"Cc", "Cs"} or noncharacter
    return "\N{REPLACEMENT CHARACTER}" if refused or letter in _TURNS else letter


def known(value: float | None) -> float | None:
    """Return a number from 0 up to the largest that is shown; None if it is none."""
    if value is None or not 0 <= value < math.inf:
        return None
    return float(min(value, LARGEST))


def count(value: float | None) -> str:
    """Return a number in words, with a comma between thousands."""
    amount = known(value)
    if amount is None:
        return tr(UNKNOWN)
    if amount >= LARGEST:
        return tr("{number:,} or more", number=LARGEST)
    return f"{amount:,.0f}" if amount == int(amount) else f"{amount:,.1f}"


def duration(milliseconds: float | None) -> str:
    """Return a span of time in the unit that suits it."""
    span = known(milliseconds)
    if span is None:
        return tr(UNKNOWN)
    if span < 9.95:
        return f"{span:.1f}".removesuffix(".0") + " ms"
    if span < 999.5:
        return f"{span:.0f} ms"
    return _seconds(span) if span < _MINUTE else _long(span)


def _seconds(span: float) -> str:
    seconds = min(span / _SECOND, 59.9)
    return f"{seconds:.1f}".removesuffix(".0") + " s"


def _long(span: float) -> str:
    """Return a span of a minute or more, with the next smaller unit if it counts."""
    if span >= LARGEST:
        return tr("{number:,} days or more", number=int(LARGEST / _DAY))
    for size, smaller in pairwise(_UNITS):
        if span >= size:
            whole = int(span // size)
            rest = int((span - whole * size) // smaller)
            words = _units(whole, size)
            few = rest and whole < 10
            return f"{words} {_units(rest, smaller)}" if few else words
    return _seconds(span)


def _units(number: int, size: float) -> str:
    if size == _DAY:
        return several("{count:,} day", "{count:,} days", number)
    if size == _HOUR:
        return several("{count:,} hour", "{count:,} hours", number)
    if size == _MINUTE:
        return several("{count:,} minute", "{count:,} minutes", number)
    return several("{count:,} second", "{count:,} seconds", number)


def span(start: datetime | None, end: datetime | None) -> float | None:
    """Return the milliseconds between two moments; None if one is not known."""
    first, last = in_utc(start), in_utc(end)
    return None if first is None or last is None else milliseconds(last - first)


def milliseconds(delta: timedelta) -> float:
    """Return a difference of time in milliseconds."""
    return delta.total_seconds() * _SECOND


def in_utc(moment: datetime | None) -> datetime | None:
    """Return a moment in UTC; None without a time zone, which could be any."""
    if moment is None or moment.tzinfo is None:
        return None
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return None


def clock(moment: datetime | None) -> str:
    """Return a moment to the second, in UTC."""
    utc = in_utc(moment)
    return f"{utc:%Y-%m-%d %H:%M:%S} UTC" if utc else tr(UNKNOWN)
