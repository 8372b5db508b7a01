"""The sentences about a fleet that all its forms share."""

from collections.abc import Sequence
from math import ceil

from vippsdiag.fleet.fleet import Progress
from vippsdiag.fleet.listing import Listing, Remark
from vippsdiag.fleet.summary import Action, Change, Summary
from vippsdiag.fleet.unit import Checked, Standing
from vippsdiag.language import mark, several, tr
from vippsdiag.products import Reach
from vippsdiag.render.words import fix_of, sureness, title_of

STANDINGS = {
    Standing.WORKS: mark("works"),
    Standing.FAILS: mark("fails"),
    Standing.UNKNOWN: mark("not known"),
}
REACHES = {
    Reach.REACHED: mark("reached"),
    Reach.KEY_REFUSED: mark("subscription key refused"),
    Reach.TOKEN_REFUSED: mark("token refused"),
    Reach.FORBIDDEN: mark("not allowed"),
    Reach.NO_TOKEN: mark("no token"),
    Reach.TOO_MANY: mark("too many calls"),
    Reach.SERVER_ERROR: mark("server error"),
    Reach.NO_ANSWER: mark("no answer"),
    Reach.UNCLEAR: mark("unclear"),
}
# So many numbers are listed in a sentence.
MOST_NUMBERS = 6
_MINUTE, _HOUR = 60, 3600


def units_words(count: int) -> str:
    """Return a number of sales units in words."""
    return several("{count:,} sales unit", "{count:,} sales units", count)


def headline(summary: Summary) -> str:
    """Return in a sentence how a fleet is."""
    total = len(summary.results)
    works, unknown = summary.count(Standing.WORKS), summary.count(Standing.UNKNOWN)
    if total and works == total:
        return several(
            "{count:,} sales unit was checked, and it works.",
            "{count:,} sales units were checked, and all of them work.",
            total,
        )
    fails = summary.count(Standing.FAILS)
    parts = several(
        "{works:,} of {units} work; {count:,} does not.",
        "{works:,} of {units} work; {count:,} do not.",
        fails,
        works=works,
        units=units_words(total),
    )
    if not unknown:
        return parts
    return f"{parts} " + several(
        "Of {count:,} it cannot be told: the service gave no usable answer.",
        "Of {count:,} it cannot be told: the service gave no usable answer.",
        unknown,
    )


def plan(summary: Summary) -> str:
    """Return in a sentence how much there is to do; empty if nothing is known."""
    count = sum(action.check is not None for action in summary.actions)
    if not count:
        return ""
    if count < len(summary.actions):
        return several(
            "{count} thing to do would mend what has a known cause:",
            "{count} things to do would mend what has a known cause:",
            count,
        )
    return several(
        "{count} thing to do would mend all of it:",
        "{count} things to do would mend all of it:",
        count,
    )


def cause_words(action: Action) -> str:
    """Return the cause of an action in a sentence."""
    check = action.check
    if check is None:
        return tr("No known cause fits; look at one of these units by itself.")
    title = title_of(check)
    if not action.product:
        return title
    return f"{title.removesuffix('.')} ({action.product})."


def sure_words(action: Action) -> str:
    """Return how sure the cause of an action is; empty without a cause."""
    return sureness(action.confidence) if action.confidence else ""


def fix_words(action: Action) -> str:
    """Return what to do, as an imperative; empty if that is not known."""
    check = action.check
    return fix_of(check) if check else ""


def whose(action: Action) -> str:
    """Return which units an action is about, and what they share."""
    units = units_words(len(action.units))
    if not action.shared:
        return units
    first = action.units[0].unit
    if first.keys is None:
        return tr("{units}: all that use the keys for all", units=units)
    return tr(
        "{units}: all that use the keys of line {line}", units=units, line=first.line
    )


def numbers(units: Sequence[Checked]) -> str:
    """Return the merchant serial numbers of some units; the first few of many."""
    shown = ", ".join(one.unit.msn for one in units[:MOST_NUMBERS])
    rest = len(units) - MOST_NUMBERS
    if rest <= 0:
        return shown
    return tr("{numbers} and {rest:,} more", numbers=shown, rest=rest)


def causes_of(one: Checked) -> str:
    """Return the ids of a unit's causes."""
    return ", ".join(
        f"{cause.check} ({cause.product})" if cause.product else cause.check
        for cause in one.causes
    )


def change_lines(change: Change) -> list[str]:
    """Return what is different from the last run, a sentence each."""
    when = f"{change.since:%Y-%m-%d %H:%M} UTC"
    parts = (
        (tr("Broke"), change.broke),
        (tr("Healed"), change.healed),
        (tr("Fails otherwise now"), change.other),
        (tr("New in the list"), change.new),
    )
    lines = [
        tr("{what}: {units} ({numbers}).", what=what, units=count, numbers=which)
        for what, count, which in (
            (what, units_words(len(units)), numbers(units)) for what, units in parts
        )
        if which
    ]
    if change.gone:
        units = units_words(len(change.gone))
        lines.append(tr("No longer in the list: {units}.", units=units))
    if not lines:
        return [tr("The same as in the last run, of {when}.", when=when)]
    return [tr("Since the last run, of {when}:", when=when), *lines]


def remark_words(remark: Remark) -> str:
    """Return what there is to say about a row, with its line."""
    return tr("Line {line}: {words}", line=remark.line, words=tr(remark.words))


def listing_words(listing: Listing) -> str:
    """Return in a sentence what was read."""
    read = tr("{units} in the list.", units=units_words(len(listing.units)))
    if not listing.lost:
        return read
    return f"{read} " + several(
        "{count:,} row cannot be used; it is named below, and not checked.",
        "{count:,} rows cannot be used; they are named below, and not checked.",
        listing.lost,
    )


def confirmation(count: int, products: Sequence[str]) -> str:
    """Return what is about to happen in production."""
    return tr(
        "This calls production for {units}: the token call, and reading calls to "
        "{products}. Nothing is changed, and no money moves.",
        units=units_words(count),
        products=", ".join(products),
    )


def progress_words(progress: Progress) -> str:
    """Return in a sentence how far a run is."""
    said = tr(
        "{done:,} of {total:,} checked.", done=progress.done, total=progress.total
    )
    if progress.done == progress.total:
        return said
    if progress.pause >= 1:
        pause = several(
            "The service asked to wait {count} second.",
            "The service asked to wait {count} seconds.",
            ceil(progress.pause),
        )
        return f"{said} {pause}"
    if progress.seconds_left is None:
        return said
    return f"{said} {_left(progress.seconds_left)}"


def _left(seconds: float) -> str:
    """Return about how long it will take still; nobody needs it to the second."""
    if seconds < _MINUTE:
        tens = max(5, 5 * round(seconds / 5))
        return tr("About {count} seconds left.", count=tens)
    if seconds < _HOUR:
        return several(
            "About {count} minute left.",
            "About {count} minutes left.",
            round(seconds / _MINUTE),
        )
    return several(
        "About {count} hour left.",
        "About {count} hours left.",
        round(seconds / _HOUR),
    )
