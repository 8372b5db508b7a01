"""Weigh what came of a trial or a probe.

A trial's cause is proved, ruled out, or as open as before. A probe's answer says what
the keys reach.
"""

from dataclasses import replace
from enum import Enum

from vippsdiag.check import (
    Confidence,
    Finding,
    Outcome,
    Ranked,
    Report,
    Result,
    Severity,
    Trial,
    Tried,
    rank,
)
from vippsdiag.checks.answers import (
    Says,
    error_codes,
    identity_codes,
    is_gateway,
    says,
)
from vippsdiag.checks.between import is_of_another
from vippsdiag.checks.later import mended_later
from vippsdiag.exchange import Exchange
from vippsdiag.language import Text, joined, say
from vippsdiag.products import PROBE_REFERENCE, Probe, Reach
from vippsdiag.who import Who, answered_by


class Verdict(Enum):
    """What a trial shows."""

    WENT_THROUGH = "went through"
    GOT_FURTHER = "got further"
    REFUSED_ALIKE = "refused alike"
    NOT_FROM_HERE = "not from here"
    UNCLEAR = "unclear"

    @property
    def proves(self) -> bool:
        """Whether what was changed is what had been wrong."""
        return self in {Verdict.WENT_THROUGH, Verdict.GOT_FURTHER}


def verdict_of(tried: Tried) -> Verdict:
    """Tell what a trial shows."""
    before, after = tried.trial.baseline, tried.exchange
    if tried.control is not None and not _stopped_alike(tried.control, tried.trial):
        return Verdict.NOT_FROM_HERE
    if _tells_nothing(after):
        return Verdict.UNCLEAR
    if after.ok or _reached(after):
        return Verdict.WENT_THROUGH
    if _reason(after) == _reason(before):
        return Verdict.REFUSED_ALIKE
    return Verdict.GOT_FURTHER


def words_of(tried: Tried) -> Text:
    """Return what came of a trial, in a sentence or two."""
    change, now = say(tried.trial.change), _status(tried.exchange)
    match verdict_of(tried):
        case Verdict.WENT_THROUGH:
            return say("We changed only {change}, and it went through.", change=change)
        case Verdict.GOT_FURTHER:
            return say(
                "We changed only {change}, and it got past what had refused it. What "
                "stops it now is something else ({now}).",
                change=change,
                now=now,
            )
        case Verdict.REFUSED_ALIKE:
            return say(
                "We changed only {change}, and it was refused in the same way.",
                change=change,
            )
        case Verdict.UNCLEAR:
            return say(
                "We changed only {change}. The answer does not tell ({now}).",
                change=change,
                now=now,
            )
        case Verdict.NOT_FROM_HERE:
            return say(
                "Sent again from here with nothing changed, the call was not refused "
                "in the same way. Look at the machine that it came from, and at what "
                "is between that machine and the API."
            )


def weigh(report: Report, tried: Tried) -> Report:
    """Return a report that takes into account what came of a trial."""
    verdict = verdict_of(tried)
    chosen = _chosen(report, tried.trial)
    ranked = list(report.ranked)
    if verdict.proves and chosen is not None:
        proved = _proved(chosen, words_of(tried))
        ranked = [proved if item is chosen else item for item in ranked]
        if verdict is Verdict.WENT_THROUGH:
            ranked = [item for item in ranked if not _is_rival(item, tried.trial)]
    elif verdict is Verdict.REFUSED_ALIKE:
        ranked = [item for item in ranked if not _is_refuted(item, tried.trial)]
    return replace(
        report,
        results=tuple(_without(result, ranked) for result in report.results),
        ranked=rank(ranked, mended_later(report.evidence, report.results)),
        trials=tuple(item for item in report.trials if not _is_same(item, tried.trial)),
        tried=(*report.tried, words_of(tried)),
    )


def _is_same(one: Trial, other: Trial) -> bool:
    return one.id == other.id and one.baseline is other.baseline


def _chosen(report: Report, trial: Trial) -> Ranked | None:
    """Return the finding that a trial proves: the best of those that it could."""
    return next((item for item in report.ranked if item[0].id in trial.proves), None)


def _proved(item: Ranked, words: str) -> Ranked:
    check, finding = item
    message = joined(finding.message, words)
    return check, replace(finding, message=message, confidence=Confidence.PROVED)


def _is_unsure(finding: Finding) -> bool:
    return finding.confidence in {Confidence.LIKELY, Confidence.POSSIBLE}


def _is_rival(item: Ranked, trial: Trial) -> bool:
    """Tell whether a finding was another guess at why the same call failed."""
    check, finding = item
    here = finding.place is not None and finding.place.exchange is trial.baseline
    return here and check.severity is Severity.ERROR and _is_unsure(finding)


def _is_refuted(item: Ranked, trial: Trial) -> bool:
    check, finding = item
    return check.id in trial.proves and _is_unsure(finding)


def _without(result: Result, ranked: list[Ranked]) -> Result:
    """Return a result, ruled out if none of its findings is left."""
    left = any(check is result.check for check, _ in ranked)
    if result.outcome is not Outcome.FOUND or left:
        return result
    return replace(result, outcome=Outcome.RULED_OUT, findings=())


def _tells_nothing(after: Exchange) -> bool:
    """Tell whether the API did not look at the call, or it was not the API at all."""
    busy = after.status is None or after.status == 429 or after.status >= 500
    return busy or _is_nowhere(after) or _is_from_between(after)


def _is_nowhere(exchange: Exchange) -> bool:
    """Tell whether there is no such path; that may be said before keys are looked at.

    Of the APIs only the gateway says so, and another server with a page.
    """
    page = says(exchange, Says.HTML)
    return exchange.status == 404 and (page or is_gateway(exchange))


_BETWEEN = {Who.FIREWALL, Who.PROXY, Who.CACHE}


def _is_from_between(exchange: Exchange) -> bool:
    """Tell whether something answered in place of the API."""
    request = exchange.request
    other = request is not None and is_of_another(exchange, request)
    return other or answered_by(exchange) in _BETWEEN


_REACH_BY_STATUS = {
    401: Reach.TOKEN_REFUSED,
    403: Reach.FORBIDDEN,
    429: Reach.TOO_MANY,
}


def reach(probe: Probe, exchange: Exchange) -> Reach:
    """Read the answer to a probe.

    A 404 counts as reached only if the product itself gave it.
    """
    status = exchange.status
    if status is None:
        return Reach.NO_ANSWER
    if status >= 500:
        return Reach.SERVER_ERROR
    if status != 429 and _is_from_between(exchange):
        return Reach.UNCLEAR
    if status == 401 and "subscription key" in exchange.text.lower():
        return Reach.KEY_REFUSED
    if status in probe.accepted:
        return Reach.UNCLEAR if _is_nowhere(exchange) else Reach.REACHED
    return _REACH_BY_STATUS.get(status, Reach.UNCLEAR)


def _stopped_alike(control: Exchange, trial: Trial) -> bool:
    """Tell whether the call failed from here as it had failed before.

    A reading call in place of another need only fail: its answer has another form.
    """
    if control.status is None or control.status == 429 or control.status >= 500:
        return False
    if trial.stand_in:
        return not control.ok and not _reached(control)
    return _reason(control) == _reason(trial.baseline)


def _reached(exchange: Exchange) -> bool:
    """Tell whether a probe reached its product, which does not know the payment."""
    path = exchange.request.path if exchange.request else ""
    return exchange.status == 404 and PROBE_REFERENCE in path


def _reason(exchange: Exchange) -> tuple[object, ...]:
    """Return what an answer refuses for."""
    said = tuple(what for what in Says if says(exchange, what))
    return exchange.status, said, identity_codes(exchange), error_codes(exchange)


def _status(exchange: Exchange) -> Text:
    if exchange.status:
        return say("status {status}", status=exchange.status)
    return say("no answer came")
