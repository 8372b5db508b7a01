"""The sentences that every form of a report shares."""

from vippsdiag.check import (
    Check,
    Confidence,
    Finding,
    Outcome,
    Report,
    Severity,
    Trial,
)
from vippsdiag.evidence import Place
from vippsdiag.exchange import Exchange
from vippsdiag.products import PROBE_REFERENCE

SURENESS = {
    Confidence.PROVED: "proved",
    Confidence.CERTAIN: "certain",
    Confidence.LIKELY: "likely",
    Confidence.POSSIBLE: "possible",
}


def where(report: Report, place: Place | None) -> str:
    """Return the place of a finding, with the number of the exchange if several."""
    if place is None:
        return ""
    if place.exchange is None or len(report.evidence.exchanges) == 1:
        return place.words
    return f"exchange {report.number(place.exchange)}, {place.words}"


def causes(report: Report) -> list[tuple[Check, Finding]]:
    """Return the findings above a note, the best one of each check."""
    best: dict[str, tuple[Check, Finding]] = {}
    for check, finding in report.ranked:
        if check.severity is not Severity.NOTE:
            best.setdefault(check.id, (check, finding))
    return list(best.values())


def verdict(report: Report) -> str:
    """Return the outcome in one line."""
    found = causes(report)
    if not found:
        return _nothing(report)
    check, finding = found[0]
    sureness = SURENESS[finding.confidence].capitalize()
    line = f"{sureness}: {check.title}"
    others = len(found) - 1
    if others:
        line += f" {others} more {'cause' if others == 1 else 'causes'} listed."
    return line


def _failed(exchange: Exchange) -> bool:
    """Tell whether a call failed; a probe that found nothing did what it should."""
    path = exchange.request.path if exchange.request else ""
    probe = exchange.status == 404 and PROBE_REFERENCE in path
    return bool(exchange.failure or (exchange.status or 0) >= 400) and not probe


def _nothing(report: Report) -> str:
    passed = sum(item.outcome is Outcome.PASSED for item in report.results)
    lacking = len(report.skipped)
    failed = any(map(_failed, report.evidence.exchanges))
    if failed:
        return "The call failed, and none of the known causes fits what is here."
    if not passed:
        return "Nothing to check: there are no keys and no calls here."
    noted = " (notes apart)" if report.ranked else ""
    return (
        f"Nothing found{noted}: {passed} checks passed, {lacking} had too little to "
        "go by."
    )


def trial_line(trial: Trial) -> str:
    """Return in one sentence what a trial would do."""
    request = trial.request
    call = f"{request.method} {request.path} at {request.host}"
    again = "a reading call in place of the one that failed" if trial.stand_in else call
    return f"Send {again}, and change only {trial.change}."


def trial_lines(trial: Trial) -> list[str]:
    """Return a trial as it is shown before it is made."""
    calls = [trial.token_request] if trial.token_request else []
    calls.append(trial.request)
    lines = [f"{trial.id}: changes only {trial.change}."]
    lines += [f"  It sends {request.method} {request.url}" for request in calls]
    if trial.stand_in:
        lines.append("  That is a reading call; the one that failed changes something.")
    lines.append(f"  If it goes through, it proves: {', '.join(sorted(trial.proves))}.")
    if trial.lacking:
        lines.append(f"  It cannot be made yet. {trial.lacking}")
    return lines


def next_trial(report: Report) -> str:
    """Return the one trial that would make a report surer; empty if there is none.

    Nothing is suggested where the first cause is certain or proved already.
    """
    found = causes(report)
    if not report.trials or not found:
        return ""
    sure = found[0][1].confidence in {Confidence.PROVED, Confidence.CERTAIN}
    return "" if sure else trial_line(report.trials[0])
