"""A report as a table for the terminal; its last line is the verdict."""

from collections.abc import Iterator
from io import StringIO

from vippsdiag.check import Report
from vippsdiag.language import mark, tr
from vippsdiag.render.view import Row, View, view
from vippsdiag.render.words import SEVERITIES

COLUMNS = (mark("Cause"), mark("How sure"), mark("Evidence"), mark("Fix"))
# What the lines between four columns and the blanks beside them take.
LINES = 13


def render_table(report: Report, source: str, width: int = 100) -> str:
    """Return a report as text.

    Args:
        report: what a diagnosis came to.
        source: the file's name.
        width: of the terminal, in characters.
    """
    from rich.console import Console  # noqa: PLC0415 - it costs more than a diagnosis
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    shown = view(report)
    out = StringIO()
    console = Console(file=out, width=width, color_system=None, emoji=False)
    if shown.rows:
        table = Table(title=Text(source), title_justify="left", show_lines=True)
        for name, columns in zip(COLUMNS, _widths(shown, width), strict=True):
            table.add_column(tr(name), width=columns, overflow="fold")
        for row in shown.rows:
            table.add_row(*map(Text, _cells(row)))
        console.print(table)
    else:
        console.print(Text(source))
    for line in _lines(shown):
        console.print(Text(line), soft_wrap=line.startswith((" ", "curl")))
    console.print(Text(shown.verdict), soft_wrap=True)
    return out.getvalue()


def _widths(shown: View, width: int) -> tuple[int, int, int, int]:
    """Return the columns' widths; an id stays on one line, if there is room."""
    longest = max(len(row.check.id) for row in shown.rows)
    cause = min(longest, width * 3 // 8 if width > 90 else width // 4)
    sure = max(len(tr("How sure")), *(len(row.sure) for row in shown.rows))
    rest = width - LINES - cause - sure
    return cause, sure, rest // 2, rest - rest // 2


def _cells(row: Row) -> tuple[str, str, str, str]:
    sure = f"{row.sure}\n({tr(SEVERITIES[row.check.severity])})"
    evidence = row.message + (f"\n[{row.place}]" if row.place else "")
    return f"{row.cause}\n{row.check.id}", sure, evidence, row.fix


def _lines(shown: View) -> Iterator[str]:
    if shown.pieces:
        yield tr("Found in the text: {pieces}.", pieces="; ".join(shown.pieces))
    yield from shown.answered
    if shown.comparison:
        yield tr("Beside the known-good call:")
        yield from (f"- {tr(item.words)}" for item in shown.comparison.differences)
        yield tr("The call as it should be:")
        yield from shown.curl.split("\n")
    if shown.left:
        yield shown.left
    yield from shown.tried
    if shown.trial:
        yield tr("To be surer: {trial}", trial=shown.trial)
    if shown.used:
        yield shown.used
    yield from shown.remarks
