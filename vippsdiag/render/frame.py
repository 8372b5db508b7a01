"""A report as a pandas ``DataFrame``, for people who like code."""

from typing import TYPE_CHECKING

from vippsdiag.check import Report
from vippsdiag.language import tr
from vippsdiag.render.words import SEVERITIES, fix_of, sureness, title_of, where

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("cause", "how sure", "severity", "evidence", "where", "fix", "docs")


def to_frame(report: Report) -> "pd.DataFrame":
    """Return the findings, best first, with the check's id as the index."""
    import pandas as pd  # noqa: PLC0415 - 44 MB and 0.4 s, only when asked for

    rows = [
        (
            title_of(check),
            sureness(finding.confidence),
            tr(SEVERITIES[check.severity]),
            tr(finding.message),
            where(report, finding.place),
            fix_of(check),
            check.docs,
        )
        for check, finding in report.ranked
    ]
    ids = [check.id for check, _ in report.ranked]
    return pd.DataFrame(rows, columns=list(COLUMNS), index=pd.Index(ids, name="check"))
