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
from vippsdiag.integrations import Integration, setting_for
from vippsdiag.keys import Field
from vippsdiag.language import mark, several, tr
from vippsdiag.products import found_nothing
from vippsdiag.render.quote import quote

SURENESS = {
    Confidence.PROVED: mark("proved"),
    Confidence.CERTAIN: mark("certain"),
    Confidence.LIKELY: mark("likely"),
    Confidence.POSSIBLE: mark("possible"),
}
SEVERITIES = {
    Severity.ERROR: mark("error"),
    Severity.WARNING: mark("warning"),
    Severity.NOTE: mark("note"),
}


def title_of(check: Check) -> str:
    """Return the cause in one sentence."""
    return tr(check.title, context=check.id)


def why_of(check: Check) -> str:
    """Return the explanation."""
    return tr(check.why, context=check.id)


def fix_of(check: Check, integration: Integration | None = None) -> str:
    """Return how to mend it, with this product's own setting if it is known.

    The product's own sentence comes first, for it is what the reader has before them.
    """
    fix = tr(check.fix, context=check.id)
    if integration is None:
        return fix
    if own := integration.fixes.get(check.id):
        return f"{tr(own)} {fix}"
    setting = setting_for(integration.name, check.id)
    return f"{_called(integration.name, *setting)} {fix}" if setting else fix


def _called(product: str, field: Field, setting: str) -> str:
    return tr(
        'In the settings of {product}, the {key} is called "{setting}".',
        product=tr(product),
        key=field.value,
        setting=setting,
    )


def sureness(confidence: Confidence) -> str:
    """Return in a word how sure a finding is."""
    return tr(SURENESS[confidence])


def where(report: Report, place: Place | None) -> str:
    """Return the place of a finding, with the number of the exchange if several."""
    if place is None:
        return ""
    if place.exchange is None or len(report.evidence.exchanges) == 1:
        return tr(place.words)
    number = report.number(place.exchange)
    return tr("exchange {number}, {place}", number=number, place=tr(place.words))


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
    sure = sureness(finding.confidence).capitalize()
    line = tr("{sure}: {cause}", sure=sure, cause=title_of(check))
    others = len(found) - 1
    more = several("{count} more cause listed.", "{count} more causes listed.", others)
    return f"{line} {more}" if others else line


def _failed(exchange: Exchange) -> bool:
    """Tell whether a call failed; a probe that found nothing did what it should."""
    bad = exchange.failure or (exchange.status or 0) >= 400
    return bool(bad) and not found_nothing(exchange)


def _nothing(report: Report) -> str:
    passed = sum(item.outcome is Outcome.PASSED for item in report.results)
    lacking = len(report.skipped)
    failed = list(filter(_failed, report.evidence.exchanges))
    if any(one.response and one.response.unread for one in failed):
        return tr(
            "The call failed, and the body of the answer, which may say why, was not "
            "recorded. Save the HAR with its content, or paste the answer."
        )
    if failed:
        unknown = tr("The call failed, and none of the known causes fits what is here.")
        own = next(filter(None, map(quote, reversed(failed))), "")
        said = tr("The answer itself says: {words}", words=own)
        return f"{unknown} {said}" if own else unknown
    if not passed:
        return tr("Nothing to check: there are no keys and no calls here.")
    if report.ranked:
        return tr(
            "Nothing found (notes apart): {passed} checks passed, {lacking} had too "
            "little to go by.",
            passed=passed,
            lacking=lacking,
        )
    return tr(
        "Nothing found: {passed} checks passed, {lacking} had too little to go by.",
        passed=passed,
        lacking=lacking,
    )


def trial_line(trial: Trial) -> str:
    """Return in one sentence what a trial would do."""
    request = trial.request
    if trial.stand_in:
        return tr(
            "Send a reading call in place of the one that failed, and change only "
            "{change}.",
            change=tr(trial.change),
        )
    return tr(
        "Send {method} {path} at {host}, and change only {change}.",
        method=request.method,
        path=request.path,
        host=request.host,
        change=tr(trial.change),
    )


def trial_lines(trial: Trial) -> list[str]:
    """Return a trial as it is shown before it is made."""
    calls = [trial.token_request] if trial.token_request else []
    calls.append(trial.request)
    lines = [
        tr("{name}: changes only {change}.", name=trial.id, change=tr(trial.change))
    ]
    lines += [
        "  " + tr("It sends {method} {url}", method=one.method, url=one.url)
        for one in calls
    ]
    if trial.stand_in:
        says = tr("That is a reading call; the one that failed changes something.")
        lines.append(f"  {says}")
    proved = ", ".join(sorted(trial.proves))
    lines.append("  " + tr("If it goes through, it proves: {causes}.", causes=proved))
    if trial.lacking:
        lacking = tr(trial.lacking)
        lines.append("  " + tr("It cannot be made yet. {lacking}", lacking=lacking))
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
