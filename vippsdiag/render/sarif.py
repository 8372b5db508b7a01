"""Reports and scans as SARIF 2.1.0, which code hosts and editors show in place.

The form: OASIS, Static Analysis Results Interchange Format Version 2.1.0. It is English
in every language, as programs read it.
"""

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from vippsdiag.check import API_KEYS, Check, Confidence, Report, Severity
from vippsdiag.language import ENGLISH, speaking
from vippsdiag.render.evidence import to_evidence
from vippsdiag.render.view import Row, view
from vippsdiag.scan import Leak
from vippsdiag.version import __version__

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
HOME = "https://developer.vippsmobilepay.com/docs/"
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
# One rule for all: what is found is told in the message.
LEAK_RULE = "key-in-file"

Part = dict[str, Any]


@speaking(ENGLISH)
def render_sarif(report: Report, source: str) -> str:
    """Return a report as SARIF.

    Args:
        report: what was found.
        source: the path of the file that the evidence was read from.
    """
    rows = view(report).rows
    checks = list({row.check.id: row.check for row in rows}.values())
    indexes = {check.id: n for n, check in enumerate(checks)}
    results = [
        _result(row, source) | {"ruleIndex": indexes[row.check.id]} for row in rows
    ]
    evidence = to_evidence(report.evidence)
    inside = {"evidence": json.loads(evidence)} if evidence else {}
    return _log([_rule(check) for check in checks], results, inside)


def scan_sarif(leaks: Iterable[Leak]) -> str:
    """Return what a scan found as SARIF; no value is in it."""
    results = [_leak(leak) for leak in leaks]
    return _log([_LEAK] if results else [], results, {})


def _rule(check: Check) -> Part:
    return {
        "id": check.id,
        "shortDescription": {"text": check.title},
        "fullDescription": {"text": check.why},
        "help": {
            "text": f"{check.why} {check.fix}",
            "markdown": f"{check.why}\n\n**{check.fix}**",
        },
        "helpUri": check.docs,
        "defaultConfiguration": {"level": LEVELS[check.severity]},
    }


def _result(row: Row, source: str) -> Part:
    location = _location(source, row.line)
    if row.where:
        location["logicalLocations"] = [{"fullyQualifiedName": row.where}]
    return {
        "ruleId": row.check.id,
        "level": LEVELS[row.check.severity],
        "message": {"text": f"{row.finding.message} {row.fix}"},
        "locations": [location],
        "properties": {"confidence": row.finding.confidence.value},
    }


def _location(path: str, line: int | None = None) -> Part:
    where: Part = {"artifactLocation": {"uri": quote(path, safe="/:.~-_")}}
    if line is not None:
        where["region"] = {"startLine": line}
    return {"physicalLocation": where}


def _leak(leak: Leak) -> Part:
    sure = leak.confidence.rank <= Confidence.LIKELY.rank
    return {
        "ruleId": LEAK_RULE,
        "ruleIndex": 0,
        "level": "error" if sure else "warning",
        "message": {
            "text": f"This is {leak.kind} (fingerprint {leak.fingerprint}). "
            "Take it out of the file, and regenerate it in the portal."
        },
        "locations": [_location(leak.path, leak.line)],
        "partialFingerprints": {"valueSha256/v1": leak.fingerprint},
        "properties": {"confidence": leak.confidence.value},
    }


_LEAK: Part = {
    "id": LEAK_RULE,
    "shortDescription": {"text": "A key of Vipps MobilePay stands in a file."},
    "fullDescription": {
        "text": "Whoever can read the file can use the key. Version control keeps it "
        "after it was taken out."
    },
    "help": {
        "text": "Regenerate the key in the portal, and keep the new one in a vault or "
        "an environment variable."
    },
    "helpUri": API_KEYS,
    "defaultConfiguration": {"level": "error"},
}


def _log(rules: list[Part], results: list[Part], properties: Part) -> str:
    driver = {
        "name": "vippsdiag",
        "version": __version__,
        "informationUri": HOME,
        "rules": rules,
    }
    run = {
        "tool": {"driver": driver},
        "results": results,
        "columnKind": "utf16CodeUnits",
        "properties": properties,
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"
