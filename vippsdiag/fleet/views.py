"""Views of a fleet as HTML: what was read, what to do, what works where."""

from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape

from vippsdiag.fleet.listing import Listing
from vippsdiag.fleet.summary import Action, Change, Summary
from vippsdiag.fleet.unit import Checked, Standing
from vippsdiag.fleet.words import (
    REACHES,
    STANDINGS,
    cause_words,
    causes_of,
    change_lines,
    fix_words,
    headline,
    listing_words,
    numbers,
    plan,
    remark_words,
    sure_words,
    whose,
)
from vippsdiag.language import several, tr
from vippsdiag.products import Reach
from vippsdiag.render import html
from vippsdiag.render.pictures import bars, matrix

# So many rows are shown; the CSV has all of them.
MOST_ROWS = 200
MOST_REMARKS = 20
_KINDS = {Standing.WORKS: "good", Standing.FAILS: "error", Standing.UNKNOWN: "warning"}


def listing_view(listing: Listing) -> str:
    """Return what was read of a list, and the rows that cannot be used."""
    kind = "warning" if listing.lost else "good"
    first = html.status(listing_words(listing), kind)
    items = [remark_words(remark) for remark in listing.remarks[:MOST_REMARKS]]
    rest = len(listing.remarks) - MOST_REMARKS
    if rest > 0:
        items.append(several("{count:,} more row.", "{count:,} more rows.", rest))
    listed = "".join(f"<li>{escape(item)}</li>" for item in items)
    return first + (f"<ul>{listed}</ul>" if items else "")


def actions_view(summary: Summary) -> str:
    """Return how a fleet is, and the fewest things to do about it."""
    first = f"<p><strong>{escape(headline(summary))}</strong></p>"
    if not summary.actions:
        return first
    rows = [
        (
            escape(whose(action)),
            _with_small(cause_words(action), action.cause),
            html.tag(sure_words(action)) if action.check else "",
            escape(fix_words(action)),
            escape(numbers(action.units)),
        )
        for action in summary.actions
    ]
    heads = (tr("Units"), tr("Cause"), tr("How sure"), tr("What to do"), tr("Which"))
    return first + html.table(plan(summary), heads, rows)


def _with_small(text: str, small: str) -> str:
    return f'{escape(text)}<br><span class="small">{escape(small)}</span>'


def change_view(change: Change) -> str:
    """Return what is different from the last run."""
    head, *lines = change_lines(change)
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return html.notice(head) + (f"<ul>{items}</ul>" if items else "")


def units_view(units: Sequence[Checked], products: Sequence[str]) -> str:
    """Return a row for each unit: what it reaches, and why not more."""
    rows = [
        (
            escape(one.unit.msn),
            escape(one.unit.name),
            html.tag(tr(STANDINGS[one.standing]), _KINDS[one.standing]),
            *(_cell(one, name) for name in products),
            escape(causes_of(one)),
        )
        for one in units[:MOST_ROWS]
    ]
    heads = (tr("MSN"), tr("Name"), tr("State"), *products, tr("Cause"))
    caption = several("{count:,} sales unit", "{count:,} sales units", len(units))
    table = html.table(caption, heads, rows)
    rest = len(units) - MOST_ROWS
    if rest <= 0:
        return table
    more = several(
        "{count:,} more unit is not shown; the CSV file has all of them.",
        "{count:,} more units are not shown; the CSV file has all of them.",
        rest,
    )
    return table + html.notice(more, "small")


def _cell(one: Checked, product: str) -> str:
    told = one.reach.get(product)
    if told is None:
        return f'<span class="small">{escape(tr("not asked"))}</span>'
    kind = "good" if told is Reach.REACHED else "error"
    return f'<span class="{kind}">{escape(tr(REACHES[told]))}</span>'


def heat_view(units: Iterable[Checked]) -> str:
    """Return what works where as a picture."""
    found = (
        (f"{one.unit.msn} {one.unit.name}".strip(), product, told)
        for one in units
        for product, told in one.reach.items()
    )
    drawn = matrix.svg(matrix.matrix(found, units=True))
    return html.picture(tr("What the sales units reach"), drawn)


def bars_view(summary: Summary) -> str:
    """Return how many units each cause concerns, as a picture."""
    counted: Counter[str] = Counter()
    for action in summary.actions:
        counted[cause_words(action)] += len(action.units)
    groups = ((cause, {tr("sales units"): n}) for cause, n in counted.items())
    title = tr("Units by cause")
    drawn = bars.svg(bars.bars(title, tr("sales units"), groups))
    return html.picture(title, drawn)


def chosen(summary: Summary, action: Action | None) -> tuple[Checked, ...]:
    """Return the units that an action is about; all of them without one.

    What does not work comes first, by what is to be done about it.
    """
    if action is not None:
        return action.units
    order = [one for action in summary.actions for one in action.units]
    works = [one for one in summary.results if one.standing is Standing.WORKS]
    return tuple({id(one): one for one in (*order, *works)}.values())
