"""Run every check on the evidence and rank what they find."""

from vippsdiag.check import Check, Report, rank, run
from vippsdiag.checks import CHECKS
from vippsdiag.evidence import Evidence, Need
from vippsdiag.trials import plan

MOST_PLACES = 5


def diagnose(evidence: Evidence, checks: tuple[Check, ...] = CHECKS) -> Report:
    """Look for causes.

    Args:
        evidence: what to go by.
        checks: which causes to look for; all of them if not given.

    Returns:
        A report with a result for every check, every finding ranked (what breaks the
        call before what does not, sure before possible), and the trials that could
        make it surer. Never raises.
    """
    absent = frozenset(need for need in Need if not need.met(evidence))
    results = tuple(run(item, evidence, absent) for item in checks)
    ranked = rank(
        (result.check, finding)
        for result in results
        for finding in result.findings[:MOST_PLACES]
    )
    trials = plan(evidence, ranked) if ranked else ()
    return Report(evidence=evidence, results=results, ranked=ranked, trials=trials)
