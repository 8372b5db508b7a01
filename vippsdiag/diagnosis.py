"""Run every check on the evidence and rank what they find."""

from dataclasses import replace
from functools import lru_cache

from vippsdiag.check import Check, Report, Result, When, lacking, rank, run, settled
from vippsdiag.checks import CHECKS
from vippsdiag.checks.later import mended_later
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
        call before what does not, sure before possible, what stops the last attempt
        before what stopped an earlier one), and the trials that could make it surer.
        Never raises.
    """
    report = without_trials(evidence, checks)
    trials = plan(evidence, report.ranked) if report.ranked else ()
    return replace(report, trials=trials) if trials else report


def without_trials(evidence: Evidence, checks: tuple[Check, ...] = CHECKS) -> Report:
    """Look for causes as `diagnose` does, and plan no trials."""
    absent = frozenset(need for need in Need if not need.met(evidence))
    known = _settled(checks, absent, lacking(evidence))
    results = tuple(
        result or run(item, evidence)
        for item, result in zip(checks, known, strict=True)
    )
    found = (
        (result.check, finding)
        for result in results
        for finding in result.findings[:MOST_PLACES]
    )
    ranked = rank(found, mended_later(evidence, results))
    return Report(evidence=evidence, results=results, ranked=ranked)


# Most evidence lacks the same as some other: a call to an API that succeeded.
@lru_cache(maxsize=256)
def _settled(
    checks: tuple[Check, ...], absent: frozenset[Need], lacks: frozenset[When]
) -> tuple[Result | None, ...]:
    """Return how each check ends that need not look, with None for the others."""
    return tuple(settled(item, absent, lacks) for item in checks)
