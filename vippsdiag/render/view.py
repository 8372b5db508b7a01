"""What every form of a report shows, gathered once: the forms differ in looks only."""

from collections.abc import Iterator
from dataclasses import dataclass

from vippsdiag.check import Check, Finding, Report
from vippsdiag.compare import Comparison, compare
from vippsdiag.evidence import Need
from vippsdiag.exchange import Exchange
from vippsdiag.integrations import Integration, integration_of
from vippsdiag.language import tr
from vippsdiag.products import found_nothing
from vippsdiag.render.curl import to_curl
from vippsdiag.render.highlight import line_of
from vippsdiag.render.words import (
    fix_of,
    next_trial,
    sureness,
    title_of,
    verdict,
    where,
    why_of,
)
from vippsdiag.who import answered_by

# What is worth asking for when nothing was found.
ASKED_FOR = (Need.KEYS, Need.TOKEN_CALL, Need.API_CALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One finding as it is shown.

    Every text is in the language that is spoken.

    Attributes:
        cause: the cause in one sentence.
        why: the explanation.
        sure: how sure it is, in a word.
        message: what is so, in this case.
        where: its place in words; empty if only an absence shows it.
        line: of the pasted text, counted from 1; None if no line shows it.
        fix: how to mend it, in the settings of the product in use if it is known.
    """

    check: Check
    finding: Finding
    cause: str
    why: str
    sure: str
    message: str
    where: str
    line: int | None
    fix: str

    @property
    def place(self) -> str:
        """The place and the line in words; empty if there is neither."""
        line = "" if self.line is None else tr("line {number}", number=self.line)
        return ", ".join(filter(None, (self.where, line)))


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A report as it is shown.

    Attributes:
        verdict: the outcome in one line.
        rows: the findings, best first.
        answered: who answered each call, a sentence each.
        integration: the product in use; None if it is not known.
        used: the same in a sentence; may be empty.
        comparison: the call in question beside the known-good one; None if it does
            not differ, or there is none.
        curl: the corrected call; empty if there is no comparison.
        left: what was not corrected in it, in a sentence; may be empty.
        trial: the one trial that would make the report surer; may be empty.
        tried: what came of the trials that were made.
        pieces: what each piece of the paste was taken for.
        remarks: what was not used, what failed, and what more could be given.
    """

    verdict: str
    rows: tuple[Row, ...]
    answered: tuple[str, ...]
    integration: str | None
    used: str
    comparison: Comparison | None
    curl: str
    left: str
    trial: str
    tried: tuple[str, ...]
    pieces: tuple[str, ...]
    remarks: tuple[str, ...]


def view(report: Report) -> View:
    """Gather what is shown of a report."""
    integration = integration_of(report.evidence)
    comparison = _comparison(report)
    rows = tuple(
        Row(
            check=check,
            finding=finding,
            cause=title_of(check),
            why=why_of(check),
            sure=sureness(finding.confidence),
            message=tr(finding.message),
            where=where(report, finding.place),
            line=line_of(report, finding.place),
            fix=fix_of(check, integration),
        )
        for check, finding in report.ranked
    )
    return View(
        verdict=verdict(report),
        rows=rows,
        answered=tuple(_answered(report)),
        integration=integration.name if integration else None,
        used=_used(integration),
        comparison=comparison,
        curl=to_curl(comparison.corrected) if comparison else "",
        left=_left(comparison),
        trial=next_trial(report),
        tried=tuple(map(tr, report.tried)),
        pieces=tuple(tr(excerpt.words) for excerpt in report.evidence.excerpts),
        remarks=tuple(_remarks(report)),
    )


def _used(integration: Integration | None) -> str:
    if integration is None:
        return ""
    return tr("The integration in use: {name}.", name=tr(integration.name))


def _left(comparison: Comparison | None) -> str:
    body = comparison.corrected.body if comparison else None
    return tr("The body is as it was sent.") if body else ""


def _subject(report: Report) -> Exchange | None:
    """Return the call in question: that of the best finding, or the first failure."""
    found = [finding.place.exchange for _, finding in report.ranked if finding.place]
    named = [exchange for exchange in found if exchange and exchange.request]
    failed = [one for one in report.evidence.exchanges if one.request and not one.ok]
    return next(iter([*named, *failed]), None)


def _comparison(report: Report) -> Comparison | None:
    subject = _subject(report)
    found = compare(subject, report.evidence) if subject else None
    return found if found and found.differences else None


def _answered(report: Report) -> Iterator[str]:
    exchanges = report.evidence.exchanges
    for number, exchange in enumerate(exchanges, 1):
        who = answered_by(exchange)
        if who is None or exchange.ok or found_nothing(exchange):
            continue
        if len(exchanges) > 1:
            yield tr(
                "Call {number} was answered by {who}.",
                number=number,
                who=tr(who.value),
            )
        else:
            yield tr("The call was answered by {who}.", who=tr(who.value))


def _remarks(report: Report) -> Iterator[str]:
    yield from (
        tr("Not used: {what}.", what=tr(item)) for item in report.evidence.unused
    )
    for result in report.crashed:
        yield tr(
            "The check {check} failed itself ({crash}); please report it.",
            check=result.check.id,
            crash=result.crash,
        )
    more = asked_for(report)
    if more and not report.ranked:
        yield tr("More can be checked with: {more}.", more=more)


def asked_for(report: Report) -> str:
    """Return what more could be given, in words; empty if there is nothing."""
    missing = {need for result in report.skipped for need in result.missing}
    return "; ".join(tr(need.value) for need in ASKED_FOR if need in missing)
