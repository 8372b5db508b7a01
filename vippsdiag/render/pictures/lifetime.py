"""How long a token lives: from when to when it is valid, and where now is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from vippsdiag.language import mark, tr
from vippsdiag.render.pictures import drawing
from vippsdiag.render.pictures.amounts import (
    clock,
    duration,
    in_utc,
    milliseconds,
    span,
)
from vippsdiag.render.pictures.drawing import block, line, words
from vippsdiag.token import Token

TITLE = mark("How long the token lives")
NO_SKEW = timedelta(0)

_EDGE, _HEIGHT, _LANE = 8.0, 18.0, 17.0
_ROOM = drawing.WIDTH - 2 * _EDGE

Mark = tuple[str, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifetime:
    """What is shown; all moments are in UTC, and None if they are not known.

    Attributes:
        now: by the clock of the computer that uses the token.
        skew: how far that clock is ahead of the server's; None if not known.
        used: when a call was made with it, by the same clock; None if not known.
    """

    issued: datetime | None
    not_before: datetime | None
    expires: datetime | None
    now: datetime | None
    skew: timedelta | None = None
    used: datetime | None = None

    @property
    def begins(self) -> datetime | None:
        """From when the token is valid."""
        return self.not_before or self.issued

    @property
    def server_now(self) -> datetime | None:
        """Now by the server's clock, as well as it is known: that one decides."""
        return self.by_server(self.now)

    def by_server(self, moment: datetime | None) -> datetime | None:
        """Return a moment of the computer's clock as the server's clock tells it."""
        if moment is None or not self.skew:
            return moment
        try:
            return moment - self.skew
        except OverflowError:
            return moment


def lifetime(
    token: Token,
    now: datetime | None,
    *,
    skew: timedelta | None = None,
    used: datetime | None = None,
) -> Lifetime:
    """Gather what is shown of a token.

    Args:
        token: as it was read.
        now: by the clock of the computer that uses it.
        skew: how far that clock is ahead of the server's.
        used: when a call was made with it, by the same clock.
    """
    return Lifetime(
        issued=in_utc(token.issued),
        not_before=in_utc(token.not_before),
        expires=in_utc(token.expires),
        now=in_utc(now),
        skew=skew,
        used=in_utc(used),
    )


def text(shown: Lifetime) -> str:
    """Return the picture as plain text."""
    lines = [f"{tr(TITLE)}. {verdict(shown)}", use(shown)]
    lines += [f"{name}: {clock(moment)}" for name, moment in _tokens(shown)]
    lines += [f"{name}: {clock(moment)}" for name, moment in _clocks(shown)]
    return "\n".join(filter(None, [*lines, _skew(shown)]))


def verdict(shown: Lifetime) -> str:
    """Return in a sentence whether the token is valid, and for how long."""
    begins, expires = shown.begins, shown.expires
    if begins and expires and expires <= begins:
        return tr("It ends before it begins: it is never valid.")
    if shown.server_now is None:
        whole = span(begins, expires)
        if whole:
            return tr("It lives {time}.", time=duration(whole))
        return tr("Now is not known.")
    said = _standing(shown, shown.server_now)
    whose = tr("That is by the server's clock.")
    return f"{said} {whose}" if shown.skew else said


def _standing(shown: Lifetime, now: datetime) -> str:
    if shown.begins and now < shown.begins:
        left = duration(span(now, shown.begins))
        return tr("It is not valid for another {time}.", time=left)
    if shown.expires is None:
        return tr("It does not say when it expires.")
    if now < shown.expires:
        left = duration(span(now, shown.expires))
        return tr("It is valid for another {time}.", time=left)
    past = span(shown.expires, now)
    if past:
        return tr("It expired {time} ago.", time=duration(past))
    return tr("It expires now.")


def use(shown: Lifetime) -> str:
    """Return in a sentence whether it was valid when it was used; may be empty."""
    at = shown.by_server(shown.used)
    if at is None:
        return ""
    begins, expires = shown.begins, shown.expires
    if begins and at < begins:
        later = duration(span(at, begins))
        return tr(
            "When it was used, it began to be valid only {time} later.", time=later
        )
    if expires and at >= expires:
        past = span(expires, at)
        if not past:
            return tr("When it was used, it had just expired.")
        before = duration(past)
        return tr("When it was used, it had expired {time} before.", time=before)
    return tr("When it was used, it was valid.") if begins and expires else ""


def _skew(shown: Lifetime) -> str:
    if shown.skew is None or shown.skew == NO_SKEW:
        return ""
    apart = duration(abs(milliseconds(shown.skew)))
    if shown.skew > NO_SKEW:
        return tr("This computer's clock is {time} ahead of the server's.", time=apart)
    return tr("This computer's clock is {time} behind the server's.", time=apart)


def _tokens(shown: Lifetime) -> list[Mark]:
    """Return the token's own moments; those that are the same stand together."""
    found: dict[datetime, str] = {}
    named = (
        (tr("issued"), shown.issued),
        (tr("valid from"), shown.not_before),
        (tr("expires"), shown.expires),
    )
    for name, moment in named:
        if moment:
            found[moment] = f"{found[moment]}, {name}" if moment in found else name
    return [
        (name[:1].upper() + name[1:], moment) for moment, name in sorted(found.items())
    ]


def _clocks(shown: Lifetime) -> list[Mark]:
    """Return when it was used, and now, by both clocks if they differ."""
    used = [(tr("Used"), shown.used)] if shown.used else []
    return [*used, *_nows(shown)]


def _nows(shown: Lifetime) -> list[Mark]:
    if shown.now is None or shown.server_now is None:
        return []
    if shown.now == shown.server_now:
        return [(tr("Now"), shown.now)]
    return [
        (tr("Now by this computer's clock"), shown.now),
        (tr("Now by the server's clock"), shown.server_now),
    ]


def svg(shown: Lifetime) -> str:
    """Return the picture as SVG."""
    tokens, clocks = _tokens(shown), _clocks(shown)
    standing = f"{verdict(shown)} {use(shown)}"
    title = tr(TITLE)
    parts = [words(0, 14, title, bold=True), words(0, 32, standing)]
    every = [moment for _, moment in (*tokens, *clocks)]
    bottom = 40.0
    if every:
        top = 50 + len(clocks) * _LANE
        scale = _Scale(start=min(every), end=max(every), top=top)
        parts += _bar(shown, scale)
        parts += _marks(clocks, scale, above=True)
        parts += _marks(tokens, scale, above=False)
        bottom = top + _HEIGHT + len(tokens) * _LANE + 8
    if skew := _skew(shown):
        bottom += 16
        parts.append(words(0, bottom - 4, skew, size=11))
    return drawing.picture(title, text(shown), parts, bottom)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scale:
    """Where a moment stands in the picture, and where the bar does."""

    start: datetime
    end: datetime
    top: float

    def at(self, moment: datetime) -> float:
        whole = span(self.start, self.end) or 0.0
        share = (span(self.start, moment) or 0.0) / whole if whole else 0.0
        return _EDGE + share * _ROOM


def _bar(shown: Lifetime, scale: _Scale) -> Iterator[str]:
    """Return the time that the token is valid on the line of all time."""
    middle = scale.top + _HEIGHT / 2
    yield line((_EDGE, middle), (_EDGE + _ROOM, middle), faint=True)
    begins, expires = shown.begins, shown.expires
    if begins is None or expires is None or expires <= begins:
        return
    left, right = scale.at(begins), scale.at(expires)
    told = tr("valid from {start} to {end}", start=clock(begins), end=clock(expires))
    width = max(right - left, 3)
    yield block(left, scale.top, width, _HEIGHT, drawing.GREY, told=told, opacity=0.45)
    # What is left of it.
    now = max(shown.server_now or begins, begins)
    if now < expires:
        x = scale.at(now)
        yield block(x, scale.top, right - x, _HEIGHT, drawing.GREEN, told=told)


def _marks(marks: list[Mark], scale: _Scale, *, above: bool) -> Iterator[str]:
    """Return lines to the bar with their words, each in a lane of its own."""
    labels = [(scale.at(moment), f"{name}: {clock(moment)}") for name, moment in marks]
    for lane, (x, label, anchor) in enumerate(_beside(labels)):
        y = scale.top - 8 - lane * _LANE
        if not above:
            y = scale.top + _HEIGHT + 15 + lane * _LANE
        yield line((x, y), (x, scale.top + (_HEIGHT if above else 0)))
        beside = x + 4 if anchor == "start" else x - 4
        yield words(beside, y, label, size=11, anchor=anchor)


def _beside(labels: list[tuple[float, str]]) -> list[tuple[float, str, str]]:
    """Return the labels from the bar outwards, each with its anchor.

    Those that stand right of their lines come last to first, those left of them first
    to last: so no line goes through the words of its neighbour.
    """
    fits = {label: x + drawing.length(label, 11) < drawing.WIDTH for x, label in labels}
    left = [(x, label, "end") for x, label in sorted(labels) if not fits[label]]
    right = [(x, label, "start") for x, label in sorted(labels) if fits[label]]
    return [*left, *reversed(right)]
