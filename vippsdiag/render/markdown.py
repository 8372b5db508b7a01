"""A report and a check's page as Markdown."""

import re
from collections.abc import Iterable

from vippsdiag.check import Check, Report
from vippsdiag.language import tr
from vippsdiag.render.evidence import to_evidence
from vippsdiag.render.view import Row, View, view
from vippsdiag.render.words import SEVERITIES, fix_of, title_of, why_of

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#~])")


def escape(text: str) -> str:
    """Return a text that Markdown shows as it is, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def render_markdown(report: Report, source: str) -> str:
    """Return a report to paste into a ticket."""
    shown = view(report)
    lines = [f"## {escape(source)}", "", f"**{escape(shown.verdict)}**", ""]
    for row in shown.rows:
        lines += _row(row)
    lines += _list(tr("Found in the text"), shown.pieces)
    lines += _list(tr("Who answered"), shown.answered)
    lines += _comparison(shown)
    lines += _list(tr("Tried"), shown.tried)
    lines += _list(tr("To be surer"), [shown.trial] if shown.trial else [])
    lines += [escape(shown.used)] if shown.used else []
    lines += [escape(remark) for remark in shown.remarks]
    lines += _evidence(report)
    return "\n".join(lines).rstrip() + "\n"


def _evidence(report: Report) -> list[str]:
    """Return the redacted evidence, folded away."""
    evidence = to_evidence(report.evidence)
    if not evidence:
        return []
    head = ["", f"<details><summary>{tr('Evidence, redacted')}</summary>", ""]
    return [*head, *fenced(evidence, "json"), "", "</details>"]


def fenced(text: str, kind: str) -> list[str]:
    """Return the lines of a block of code; its fence does not stand in the text."""
    longest = max(map(len, re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return [fence + kind, text, fence]


def _row(row: Row) -> list[str]:
    check = row.check
    sure = f"{row.sure} ({tr(SEVERITIES[check.severity])})"
    return [
        f"### {escape(row.cause)}",
        "",
        f"- {tr('How sure')}: {sure}",
        f"- {tr('What')}: {escape(row.message)}",
        *([f"- {tr('Where')}: {escape(row.place)}"] if row.place else []),
        f"- {tr('Why')}: {escape(row.why)}",
        f"- {tr('Fix')}: {escape(row.fix)}",
        f"- {tr('More')}: <{check.docs}> (`{check.id}`)",
        "",
    ]


def _list(title: str, items: Iterable[str]) -> list[str]:
    shown = [f"- {escape(item)}" for item in items]
    return [f"### {title}", "", *shown, ""] if shown else []


def _comparison(shown: View) -> list[str]:
    if shown.comparison is None:
        return []
    words = [tr(item.words) for item in shown.comparison.differences]
    return [
        *_list(tr("Beside the known-good call"), words),
        f"### {tr('The call as it should be')}",
        "",
        *fenced(shown.curl, "sh"),
        "",
        *([escape(shown.left), ""] if shown.left else []),
    ]


def check_page(check: Check) -> str:
    """Return everything that is said about one check."""
    needs = "; ".join(tr(need.value) for need in sorted(check.needs))
    return "\n".join(
        [
            f"# {check.id}",
            "",
            f"**{escape(title_of(check))}**",
            "",
            escape(why_of(check)),
            "",
            f"- {tr('How to mend')}: {escape(fix_of(check))}",
            f"- {tr('Severity')}: {tr(SEVERITIES[check.severity])}",
            f"- {tr('Needs')}: {escape(needs)}",
            f"- {tr('Read more')}: <{check.docs}>",
            f"- {tr('Known from')}: {escape(check.source)}",
            "",
        ]
    )
