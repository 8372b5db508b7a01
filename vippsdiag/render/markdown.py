"""A report and a check's page as Markdown."""

import re

from vippsdiag.check import Check, Report
from vippsdiag.render.words import SURENESS, verdict, where

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#~])")


def escape(text: str) -> str:
    """Return a text that Markdown shows as it is, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def render_markdown(report: Report, source: str) -> str:
    """Return a report to paste into a ticket."""
    lines = [f"## {escape(source)}", "", f"**{escape(verdict(report))}**", ""]
    for check, finding in report.ranked:
        place = where(report, finding.place)
        lines += [
            f"### {escape(check.title)}",
            "",
            f"- How sure: {SURENESS[finding.confidence]} ({check.severity})",
            f"- What: {escape(finding.message)}",
            *([f"- Where: {escape(place)}"] if place else []),
            f"- Why: {escape(check.why)}",
            f"- Fix: {escape(check.fix)}",
            f"- More: <{check.docs}> (`{check.id}`)",
            "",
        ]
    lines += [f"Not used: {escape(item)}." for item in report.evidence.unused]
    return "\n".join(lines).rstrip() + "\n"


def check_page(check: Check) -> str:
    """Return everything that is said about one check."""
    needs = "; ".join(need.value for need in sorted(check.needs))
    return "\n".join(
        [
            f"# {check.id}",
            "",
            f"**{escape(check.title)}**",
            "",
            escape(check.why),
            "",
            f"- How to mend: {escape(check.fix)}",
            f"- Severity: {check.severity}",
            f"- Needs: {escape(needs)}",
            f"- Read more: <{check.docs}>",
            f"- Known from: {escape(check.source)}",
            "",
        ]
    )
