"""Run every check on the evidence and rank what they find."""

from vippsdiag.check import Check, Finding, Report, run
from vippsdiag.checks import CHECKS
from vippsdiag.evidence import Evidence

MOST_PLACES = 5


def diagnose(evidence: Evidence, checks: tuple[Check, ...] = CHECKS) -> Report:
    """Look for causes.

    Args:
        evidence: what to go by.
        checks: which causes to look for; all of them if not given.

    Returns:
        A report with a result for every check, and every finding ranked: what breaks
        the call before what does not, sure before possible. Never raises.
    """
    results = tuple(run(item, evidence) for item in checks)
    found = [
        (result.check, finding)
        for result in results
        for finding in result.findings[:MOST_PLACES]
    ]
    # The sort is stable: what is equal stays in the order of the checks.
    ranked = sorted(found, key=_rank)
    return Report(evidence=evidence, results=results, ranked=tuple(ranked))


def _rank(item: tuple[Check, Finding]) -> tuple[int, int]:
    check, finding = item
    return check.severity.rank, finding.confidence.rank
