"""A report as JUnit XML, for continuous integration: a test case for each check.

It is English in every language, as programs read it.
"""

import re
from xml.sax.saxutils import escape, quoteattr

from vippsdiag.check import Outcome, Report, Result, Severity
from vippsdiag.language import ENGLISH, speaking
from vippsdiag.render.evidence import to_evidence
from vippsdiag.render.view import Row, view
from vippsdiag.render.words import SURENESS

# XML 1.0 has no way to write these.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@speaking(ENGLISH)
def render_junit(report: Report, source: str) -> str:
    """Return a report as XML: an error found is a failure, a note is not."""
    shown = view(report)
    cases = [
        _case(result, [row for row in shown.rows if row.check is result.check])
        for result in report.results
    ]
    failures = sum("<failure" in case for case in cases)
    skipped = sum("<skipped" in case for case in cases)
    errors = len(report.crashed)
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<testsuites><testsuite name={_attribute(source)} tests="{len(cases)}" '
        f'failures="{failures}" errors="{errors}" skipped="{skipped}">\n'
        f'<properties><property name="verdict" value={_attribute(shown.verdict)}/>'
        f'<property name="evidence" value={_attribute(to_evidence(report.evidence))}/>'
        f"</properties>\n{''.join(cases)}</testsuite></testsuites>\n"
    )
    return _NOT_XML.sub("\ufffd", text)


def _attribute(text: str) -> str:
    return quoteattr(text, {'"': "&quot;"})


def _case(result: Result, rows: list[Row]) -> str:
    inside = ""
    if rows and result.check.severity is not Severity.NOTE:
        words = "\n".join(map(_words, rows))
        message = _attribute(rows[0].check.title)
        inside = f"<failure message={message}>{escape(words)}</failure>"
    elif result.outcome is Outcome.SKIPPED:
        needed = "; ".join(need.value for need in result.missing)
        inside = f"<skipped message={_attribute('Paste ' + needed)}/>"
    elif result.outcome is Outcome.CRASHED:
        inside = f"<error message={_attribute(result.crash)}/>"
    name = _attribute(result.check.id)
    return f'<testcase classname="vippsdiag" name={name}>{inside}</testcase>\n'


def _words(row: Row) -> str:
    sure = SURENESS[row.finding.confidence]
    place = f" [{row.place}]" if row.place else ""
    return f"{row.finding.message}{place} ({sure}) {row.fix} {row.check.docs}"
