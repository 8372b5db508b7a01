"""The six generic tests that every check must pass, whatever it looks for."""

import pytest

from vippsdiag.check import Check, Finding, Outcome, Report, Severity, lacking
from vippsdiag.checks import CHECKS
from vippsdiag.diagnosis import diagnose
from vippsdiag.evidence import Evidence

BROKEN = [(item, n, case) for item in CHECKS for n, case in enumerate(item.broken, 1)]
HEALTHY = [(item, n, case) for item in CHECKS for n, case in enumerate(item.healthy, 1)]


def names(cases: list[tuple[Check, int, Evidence]]) -> list[str]:
    return [f"{item.id}-{n}" for item, n, _ in cases]


def of(report: Report, check: Check) -> list[Finding]:
    return [finding for item, finding in report.ranked if item is check]


@pytest.mark.parametrize(("check", "n", "case"), BROKEN, ids=names(BROKEN))
def test_every_check_finds_its_broken_examples(
    check: Check, n: int, case: Evidence
) -> None:
    assert of(diagnose(case), check), f"{check.id} misses broken example {n}"


@pytest.mark.parametrize(("check", "n", "case"), HEALTHY, ids=names(HEALTHY))
def test_every_check_passes_its_healthy_examples(
    check: Check, n: int, case: Evidence
) -> None:
    assert not of(diagnose(case), check), f"{check.id} fires on healthy example {n}"


@pytest.mark.parametrize(("check", "n", "case"), BROKEN, ids=names(BROKEN))
def test_a_broken_example_breaks_one_thing_only(
    check: Check, n: int, case: Evidence
) -> None:
    report = diagnose(case)
    own = of(report, check)[0]
    if check.severity is Severity.NOTE:
        return  # what is only worth knowing is known beside something else
    others = {
        item.id
        for item, finding in report.ranked
        if item is not check
        and item.severity is not Severity.NOTE
        and finding.confidence.rank <= own.confidence.rank
    }
    assert not others, f"example {n} of {check.id} is as surely {others}"


@pytest.mark.parametrize("case", [BROKEN, HEALTHY], ids=["broken", "healthy"])
def test_no_check_crashes_on_any_example(
    case: list[tuple[Check, int, Evidence]],
) -> None:
    crashed = {
        (result.check.id, result.crash)
        for _, _, evidence in case
        for result in diagnose(evidence).crashed
    }
    assert not crashed


@pytest.mark.parametrize("check", CHECKS, ids=lambda item: item.id)
def test_every_check_is_complete_and_skips_on_empty_evidence(check: Check) -> None:
    assert check.broken
    assert check.healthy
    assert check.fix.endswith(".")
    assert check.title.endswith(".")
    assert check.why.endswith(".")
    assert len(check.title) <= 90
    assert check.docs.startswith("https://developer.vippsmobilepay.com/docs/")
    result = next(item for item in diagnose(Evidence()).results if item.check is check)
    assert result.outcome is Outcome.SKIPPED
    assert result.missing


@pytest.mark.parametrize("check", CHECKS, ids=lambda item: item.id)
def test_a_check_would_find_nothing_where_it_is_not_asked_to_look(
    check: Check,
) -> None:
    found = {
        f"{item.id}-{n}"
        for item, n, evidence in (*BROKEN, *HEALTHY)
        if check.when & lacking(evidence) and check.look(evidence)
    }
    assert not found


def test_ids_are_unique() -> None:
    ids = [item.id for item in CHECKS]
    assert len(ids) == len(set(ids))
