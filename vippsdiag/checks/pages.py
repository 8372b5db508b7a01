"""Write ``docs/checks.md`` from the checks: ``python -m vippsdiag.checks.pages``."""

from pathlib import Path

from vippsdiag.check import Check
from vippsdiag.checks import CHECKS

PAGE = Path("docs/checks.md")


def _entry(check: Check) -> str:
    return f"""
## {check.id}

**{check.title}** {check.why}

- How to mend: {check.fix}
- Severity: {check.severity}
- Known from: {check.source}
- [Documentation]({check.docs})
"""


def checks_page() -> str:
    """Return the page of all checks."""
    head = f"""# The checks

Made from the code by `python -m vippsdiag.checks.pages`; not to be edited by hand.
There are {len(CHECKS)} checks. An id names a cause, and is never renamed or reused.
"""
    return head + "".join(map(_entry, CHECKS))


if __name__ == "__main__":
    PAGE.write_text(checks_page(), "utf-8")
