"""A report as JSON, by the schema in ``docs/report.schema.json``.

Within one version, fields are added and never changed or taken away.
"""

import json
from typing import Any

from vippsdiag.check import Check, Finding, Report, Result
from vippsdiag.evidence import Place
from vippsdiag.render.words import verdict

SCHEMA = "vippsdiag-report/1"


def to_dict(report: Report, source: str) -> dict[str, Any]:
    """Return a report as plain values.

    Args:
        report: what a diagnosis came to.
        source: the file's name, or ``-`` for standard input.
    """
    return {
        "schema": SCHEMA,
        "source": source,
        "verdict": verdict(report),
        "findings": [_finding(report, *item) for item in report.ranked],
        "skipped": [_skipped(result) for result in report.skipped],
        "crashed": [
            {"check": result.check.id, "error": result.crash}
            for result in report.crashed
        ],
        "unused": list(report.evidence.unused),
    }


def _finding(report: Report, check: Check, finding: Finding) -> dict[str, Any]:
    return {
        "check": check.id,
        "confidence": finding.confidence.value,
        "severity": check.severity.value,
        "title": check.title,
        "message": finding.message,
        "at": _at(report, finding.place),
        "why": check.why,
        "fix": check.fix,
        "docs": check.docs,
    }


def _at(report: Report, place: Place | None) -> dict[str, Any]:
    if place is None:
        return {}
    number = report.number(place.exchange) if place.exchange else None
    parts = {
        "exchange": number,
        "part": place.part,
        "name": place.name and str(place.name),
        "position": place.position,
    }
    return {name: value for name, value in parts.items() if value is not None}


def _skipped(result: Result) -> dict[str, Any]:
    missing = [need.value for need in result.missing]
    return {"check": result.check.id, "missing": missing}


def render_json(report: Report, source: str) -> str:
    """Return a report as JSON for reading."""
    return json.dumps(to_dict(report, source), indent=2, ensure_ascii=False)


def render_jsonl(report: Report, source: str) -> str:
    """Return a report as JSON on one line."""
    return json.dumps(to_dict(report, source), ensure_ascii=True)
