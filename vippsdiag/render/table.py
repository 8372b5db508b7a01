"""A report as a table for the terminal; its last line is the verdict."""

from io import StringIO

from vippsdiag.check import Report
from vippsdiag.evidence import Need
from vippsdiag.render.words import SURENESS, verdict, where

# What is worth asking for when nothing was found.
ASKED_FOR = (Need.KEYS, Need.TOKEN_CALL, Need.API_CALL)


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

    out = StringIO()
    console = Console(file=out, width=width, color_system=None, emoji=False)
    if report.ranked:
        table = Table(title=Text(source), title_justify="left", show_lines=True)
        for name, ratio in ("Cause", 3), ("How sure", 1), ("Evidence", 4), ("Fix", 4):
            table.add_column(name, ratio=ratio, overflow="fold")
        # An id is there to be copied: it stays on one line.
        table.columns[0].min_width = max(len(check.id) for check, _ in report.ranked)
        for check, finding in report.ranked:
            sure = f"{SURENESS[finding.confidence]} ({check.severity})"
            place = where(report, finding.place)
            evidence = finding.message + (f"\n[{place}]" if place else "")
            cells = f"{check.title}\n{check.id}", sure, evidence, check.fix
            table.add_row(*map(Text, cells))
        console.print(table)
    else:
        console.print(Text(source))
    for line in _remarks(report):
        console.print(Text(line))
    console.print(Text(verdict(report)), soft_wrap=True)
    return out.getvalue()


def _remarks(report: Report) -> list[str]:
    lines = [f"Not used: {item}." for item in report.evidence.unused]
    lines += [
        f"The check {result.check.id} failed itself ({result.crash}); please report it."
        for result in report.crashed
    ]
    if not report.ranked:
        missing = {need for result in report.skipped for need in result.missing}
        shown = "; ".join(need.value for need in ASKED_FOR if need in missing)
        lines += [f"More can be checked with: {shown}."] if shown else []
    return lines
