"""What the counting came to, as a table, as JSON and as a page."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from html import escape
from io import StringIO

from vippsdiag.language import mark, several, tr
from vippsdiag.render import html
from vippsdiag.render.page import document, figure
from vippsdiag.render.pictures import history
from vippsdiag.render.words import fix_of, sureness, title_of
from vippsdiag.triage.result import Group, Triage
from vippsdiag.triage.tally import STEP

TITLE = mark("Calls that failed, by cause")
NO_CAUSE = mark("The call failed, and none of the known causes fits.")
NO_FIX = mark("Give one of the examples to vippsdiag diagnose, with its answer.")
# So many sales units are named for each cause; JSON names all of them.
UNITS = 5


def to_table(shown: Triage, width: int = 100) -> str:
    """Return the result as text.

    Args:
        shown: what was counted.
        width: of the terminal, in characters.
    """
    from rich.console import Console  # noqa: PLC0415 - it takes a while to load
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    out = StringIO()
    console = Console(file=out, width=width, color_system=None, emoji=False)
    if shown.groups:
        table = Table(show_lines=True)
        for name, justify in _heads():
            table.add_column(name, justify=justify, overflow="fold")  # type: ignore[arg-type]
        for group in shown.groups:
            table.add_row(*map(Text, _cells(group)))
        console.print(table)
    console.print(Text(summary(shown)), soft_wrap=True)
    return out.getvalue()


def _heads() -> list[tuple[str, str]]:
    return [
        (tr("Cause"), "left"),
        (tr("Calls"), "right"),
        (tr("Sales units"), "left"),
        (tr("From, until"), "left"),
        (tr("Examples"), "left"),
    ]


def _cells(group: Group) -> tuple[str, str, str, str, str]:
    sure = f"{sureness(group.sure)}: " if group.sure else ""
    return (
        f"{sure}{cause_of(group)}\n{group.id}",
        f"{group.calls:,}",
        "\n".join(_units(group)),
        f"{_moment(group.first)}\n{_moment(group.last)}",
        "\n".join(f"{file}:{line}\n{told}" for file, line, told in group.examples),
    )


def cause_of(group: Group) -> str:
    """Return the cause of a group in a sentence."""
    return title_of(group.check) if group.check else tr(NO_CAUSE)


def _units(group: Group) -> Iterator[str]:
    for unit, calls in group.units[:UNITS]:
        yield f"{unit or tr('not known')}: {calls:,}"
    more = len(group.units) - UNITS
    if more > 0:
        yield several("{count:,} more", "{count:,} more", more)


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}Z" if at else tr("not known")


def summary(shown: Triage) -> str:
    """Return the numbers in a sentence or two."""
    if not shown.calls:
        return tr("There is no call to Vipps MobilePay in it.")
    units = several("{count:,} sales unit", "{count:,} sales units", shown.units)
    return tr(
        "{calls:,} calls of {units} in {lines:,} lines. {failed:,} failed.",
        calls=shown.calls,
        units=units,
        lines=shown.lines,
        failed=shown.failed,
    )


def to_json(shown: Triage) -> str:
    """Return the result as JSON, always in English; the same for the same logs."""
    return json.dumps(
        {
            "files": list(shown.files),
            "lines": shown.lines,
            "calls": shown.calls,
            "failed": shown.failed,
            "units": shown.units,
            "causes": [_in_json(group) for group in shown.groups],
            "steps": [
                {"start": start.isoformat(), "seconds": STEP, "calls": numbers}
                for start, numbers in shown.steps
            ],
        },
        indent=2,
        ensure_ascii=False,
    )


def _in_json(group: Group) -> dict[str, object]:
    return {
        "id": group.id,
        "title": group.check.title if group.check else NO_CAUSE,
        "fix": group.check.fix if group.check else NO_FIX,
        "calls": group.calls,
        "confidence": group.sure,
        "first": group.first.isoformat() if group.first else None,
        "last": group.last.isoformat() if group.last else None,
        "units": [{"unit": unit or None, "calls": n} for unit, n in group.units],
        "examples": [
            {"file": file, "line": line, "call": told}
            for file, line, told in group.examples
        ],
    }


def to_page(shown: Triage) -> str:
    """Return the result as a page of its own."""
    rows = [
        (
            escape(cause_of(group))
            + f'<br><span class="small">{escape(group.id)}</span>',
            f"{group.calls:,}",
            escape(sureness(group.sure) if group.sure else ""),
            "<br>".join(map(escape, _units(group))),
            f"{_moment(group.first)}<br>{_moment(group.last)}",
            escape(fix_of(group.check) if group.check else tr(NO_FIX)),
            "<br>".join(
                f"<code>{escape(file)}:{line}</code> {escape(told)}"
                for file, line, told in group.examples
            ),
        )
        for group in shown.groups
    ]
    heads = [name for name, _ in _heads()]
    heads = [*heads[:2], tr("How sure"), *heads[2:4], tr("How to mend"), heads[4]]
    parts = [html.notice(summary(shown)), _picture(shown)]
    parts += [html.table(tr("Causes"), heads, rows)] if rows else []
    return document(f"vippsdiag: {', '.join(shown.files)}", html.page(*parts))


def _picture(shown: Triage) -> str:
    failed = [
        (at, {cause: n for cause, n in numbers.items() if cause})
        for at, numbers in shown.steps
    ]
    if not any(numbers for _, numbers in failed):
        return ""
    told = history.history(tr(TITLE), failed, timedelta(seconds=STEP))
    return figure(told.title, history.svg(told), history.text(told))
