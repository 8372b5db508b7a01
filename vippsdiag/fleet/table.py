"""A fleet as tables for the terminal: what to do first, then what fails."""

from collections.abc import Iterator
from io import StringIO
from typing import TYPE_CHECKING

from vippsdiag.fleet.summary import Summary
from vippsdiag.fleet.unit import Standing
from vippsdiag.fleet.words import (
    REACHES,
    STANDINGS,
    cause_words,
    causes_of,
    change_lines,
    fix_words,
    headline,
    numbers,
    plan,
    sure_words,
    whose,
)
from vippsdiag.language import several, tr

if TYPE_CHECKING:
    from rich.table import Table

# So many units that do not work are listed.
MOST_UNITS = 30
# From this width on, in characters, there is room for a column of names.
WIDE = 96


def render_fleet(summary: Summary, width: int = 100) -> str:
    """Return a fleet as text; the first line says how it is.

    Args:
        summary: what a run came to.
        width: of the terminal, in characters.
    """
    from rich.console import Console  # noqa: PLC0415 - it costs more than the rest
    from rich.text import Text  # noqa: PLC0415

    out = StringIO()
    console = Console(file=out, width=width, color_system=None, emoji=False)
    console.print(Text(headline(summary)))
    if summary.actions:
        console.print(Text(plan(summary)))
        to_do = (tr("Units"), tr("Cause"), tr("What to do"), tr("Which"))
        console.print(_table(to_do, _action_rows(summary), width))
        failing = (tr("MSN"), tr("Name"), *summary.products, tr("Cause"))
        console.print(_table(failing, _unit_rows(summary), width))
        if rest := _rest(summary):
            console.print(Text(rest))
    for line in change_lines(summary.change) if summary.change else ():
        console.print(Text(line))
    return out.getvalue()


def _table(
    columns: tuple[str, ...], rows: Iterator[tuple[str, ...]], width: int
) -> "Table":
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    widths = {tr("Units"): 18, tr("Which"): 17}
    if width >= WIDE:
        # The names of causes stay on one line, where there is room.
        widths[tr("Cause")] = 28
    table = Table(show_lines=True)
    for name in columns:
        table.add_column(Text(name), overflow="fold", width=widths.get(name))
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _rest(summary: Summary) -> str:
    """Say how many units that do not work are not shown; nothing if all are."""
    rest = len(summary.results) - summary.count(Standing.WORKS) - MOST_UNITS
    if rest <= 0:
        return ""
    return several(
        "{count:,} more unit that does not work is not shown; --format csv lists all.",
        "{count:,} more units that do not work are not shown; --format csv lists all.",
        rest,
    )


def _action_rows(summary: Summary) -> Iterator[tuple[str, ...]]:
    for action in summary.actions:
        cause = cause_words(action)
        if action.check:
            cause += f"\n{action.cause}\n({sure_words(action)})"
        yield whose(action), cause, fix_words(action), numbers(action.units)


def _unit_rows(summary: Summary) -> Iterator[tuple[str, ...]]:
    shown = [one for one in summary.results if one.standing is not Standing.WORKS]
    for one in shown[:MOST_UNITS]:
        told = (
            tr(REACHES[one.reach[name]]) if name in one.reach else tr("not asked")
            for name in summary.products
        )
        cause = causes_of(one) or tr(STANDINGS[one.standing])
        yield one.unit.msn, one.unit.name, *told, cause
