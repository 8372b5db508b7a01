"""A report as JSON, by the schema in ``docs/report.schema.json``.

Within one version, fields are added and never changed or taken away. It is English in
every language, as programs read it.
"""

import json
from itertools import starmap
from typing import Any

from vippsdiag.check import Report, Result, Trial
from vippsdiag.evidence import Place
from vippsdiag.exchange import Exchange
from vippsdiag.language import ENGLISH, speaking
from vippsdiag.render.view import Row, View, view
from vippsdiag.render.words import trial_line
from vippsdiag.who import answered_by

SCHEMA = "vippsdiag-report/1"


@speaking(ENGLISH)
def to_dict(report: Report, source: str) -> dict[str, Any]:
    """Return a report as plain values.

    Args:
        report: what a diagnosis came to.
        source: the file's name, or ``-`` for standard input.
    """
    shown = view(report)
    return {
        "schema": SCHEMA,
        "source": source,
        "verdict": shown.verdict,
        "findings": [_finding(report, row) for row in shown.rows],
        "skipped": [_skipped(result) for result in report.skipped],
        "crashed": [
            {"check": result.check.id, "error": result.crash}
            for result in report.crashed
        ],
        "unused": list(report.evidence.unused),
        "pieces": list(shown.pieces),
        "integration": shown.integration,
        "exchanges": list(starmap(_exchange, enumerate(report.evidence.exchanges, 1))),
        "comparison": _comparison(report, shown),
        "trials": [_trial(trial) for trial in report.trials],
        "tried": list(shown.tried),
    }


def _finding(report: Report, row: Row) -> dict[str, Any]:
    check, finding = row.check, row.finding
    return {
        "check": check.id,
        "confidence": finding.confidence.value,
        "severity": check.severity.value,
        "title": check.title,
        "message": finding.message,
        "at": _at(report, finding.place, row.line),
        "why": check.why,
        "fix": row.fix,
        "docs": check.docs,
    }


def _at(report: Report, place: Place | None, line: int | None) -> dict[str, Any]:
    if place is None:
        return {}
    number = report.number(place.exchange) if place.exchange else None
    parts = {
        "exchange": number,
        "part": place.part,
        "name": place.name and str(place.name),
        "position": place.position,
        "line": line,
    }
    return {name: value for name, value in parts.items() if value is not None}


def _exchange(number: int, exchange: Exchange) -> dict[str, Any]:
    who, request = answered_by(exchange), exchange.request
    return {
        "number": number,
        "method": request.method if request else None,
        "url": str(request.url) if request else None,
        "status": exchange.status,
        "answered_by": who.value if who else None,
    }


def _comparison(report: Report, shown: View) -> dict[str, Any] | None:
    found = shown.comparison
    if found is None:
        return None
    differences = [
        {"part": d.part, "name": d.name, "sent": d.sent, "right": d.right}
        for d in found.differences
    ]
    number = report.number(found.exchange)
    return {"exchange": number, "differences": differences, "curl": shown.curl}


def _trial(trial: Trial) -> dict[str, Any]:
    return {
        "trial": trial.id,
        "change": trial.change,
        "sends": trial_line(trial),
        "proves": sorted(trial.proves),
        "lacking": trial.lacking,
    }


def _skipped(result: Result) -> dict[str, Any]:
    missing = [need.value for need in result.missing]
    return {"check": result.check.id, "missing": missing}


def render_json(report: Report, source: str) -> str:
    """Return a report as JSON for reading, with the redacted evidence inside."""
    # Redaction takes a while to load, and a line of JSON has no use for it.
    from vippsdiag.render.evidence import to_evidence  # noqa: PLC0415

    evidence = to_evidence(report.evidence)
    inside = {"evidence": json.loads(evidence) if evidence else None}
    return json.dumps(to_dict(report, source) | inside, indent=2, ensure_ascii=False)


def render_jsonl(report: Report, source: str) -> str:
    """Return a report as JSON on one line."""
    return json.dumps(to_dict(report, source), ensure_ascii=True)
