"""A check is complete or does not import, and always ends in a result."""

from collections.abc import Iterator
from typing import Any

import pytest

from vippsdiag.check import (
    Check,
    Confidence,
    Finding,
    Outcome,
    Report,
    Severity,
    check,
)
from vippsdiag.diagnosis import diagnose
from vippsdiag.evidence import Evidence, Need
from vippsdiag.samples import CLIENT_SECRET, KEYS, api_call, case, token_call

PARTS: dict[str, Any] = {
    "severity": Severity.ERROR,
    "needs": {Need.KEYS},
    "fix": "Mend it.",
    "docs": "https://developer.vippsmobilepay.com/docs/",
    "source": "made up",
    "broken": [Evidence()],
    "healthy": [Evidence()],
}


def something_is_wrong(evidence: Evidence) -> Iterator[Finding]:
    """Something is
    wrong.

    This is
    why.
    """
    yield Finding(message=f"{len(evidence.exchanges)} exchanges.")


def made(look: Any = something_is_wrong, **parts: Any) -> Check:
    return check(**PARTS | parts)(look)


def test_a_check_takes_its_texts_from_its_function() -> None:
    item = made()
    assert item.id == "something-is-wrong"
    assert item.title == "Something is wrong."
    assert item.why == "This is why."
    assert item.needs == {Need.KEYS}


LACKING = {
    "fix": ({"fix": ""}, "fix"),
    "docs": ({"docs": ""}, "docs"),
    "source": ({"source": ""}, "source"),
    "needs": ({"needs": set()}, "needs"),
    "broken": ({"broken": []}, "broken examples"),
    "healthy": ({"healthy": []}, "healthy examples"),
    "two": ({"fix": "", "docs": ""}, "fix, docs"),
}


@pytest.mark.parametrize(("parts", "lacking"), LACKING.values(), ids=LACKING)
def test_a_half_declared_check_does_not_import(
    parts: dict[str, Any], lacking: str
) -> None:
    with pytest.raises(
        TypeError, match=f"^Check something_is_wrong lacks: {lacking}.$"
    ):
        made(**parts)


def test_a_check_without_a_text_or_an_explanation_does_not_import() -> None:
    def no_text(evidence: Evidence) -> Iterator[Finding]:
        yield Finding(message=repr(evidence))

    def no_reason(evidence: Evidence) -> Iterator[Finding]:
        """Only a title."""
        yield Finding(message=repr(evidence))

    with pytest.raises(TypeError, match="title, explanation"):
        made(no_text)
    with pytest.raises(TypeError, match="lacks: explanation"):
        made(no_reason)


def only(report: Report) -> tuple[Outcome, str]:
    [result] = report.results
    return result.outcome, result.crash


def test_a_check_that_lacks_something_is_skipped_and_says_what() -> None:
    item = made(needs={Need.TOKEN_CALL, Need.KEYS})
    [result] = diagnose(Evidence(), (item,)).skipped
    assert result.missing == (Need.KEYS, Need.TOKEN_CALL)
    assert diagnose(case(token_call()), (item,)).skipped == []


def test_a_check_that_finds_nothing_has_passed() -> None:
    report = diagnose(case(keys=KEYS), (made(nothing_is_wrong),))
    assert only(report) == (Outcome.PASSED, "")
    assert report.worst is None


def nothing_is_wrong(evidence: Evidence) -> Iterator[Finding]:
    """Nothing is wrong.

    This is why.
    """
    del evidence
    yield from ()


def it_breaks(evidence: Evidence) -> Iterator[Finding]:
    """It breaks.

    This is why.
    """
    yield Finding(message="The first finding.")
    raise ValueError(CLIENT_SECRET, evidence)


def it_is_no_iterator(evidence: Evidence) -> Any:
    """It is no iterator.

    This is why.
    """
    del evidence


@pytest.mark.parametrize(
    ("look", "crash"),
    [(it_breaks, "ValueError"), (it_is_no_iterator, "TypeError")],
    ids=["raises", "no-iterator"],
)
def test_a_check_that_crashes_tells_the_class_of_the_error_and_no_more(
    look: Any, crash: str
) -> None:
    report = diagnose(case(keys=KEYS), (made(look), made()))
    [result] = report.crashed
    assert (result.outcome, result.crash) == (Outcome.CRASHED, crash)
    assert result.findings == ()
    assert CLIENT_SECRET not in repr(result)
    assert [item.id for item, _ in report.ranked] == ["something-is-wrong"]


def test_ranks_begin_with_the_worst_and_the_surest() -> None:
    assert [item.rank for item in Severity] == [0, 1, 2]
    assert [item.rank for item in Confidence] == [0, 1, 2, 3]


def test_an_exchange_has_the_number_that_people_count() -> None:
    first, second = token_call(), token_call()
    report = diagnose(case(first, second, api_call()), (made(),))
    assert report.number(second) == 2
    assert report.number(first) == 1
