"""Reports of every form: they hold no secret, and opened again they say the same."""

import contextlib
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest

from vippsdiag.check import Report
from vippsdiag.checks import CHECKS
from vippsdiag.diagnosis import diagnose
from vippsdiag.errors import UnreadablePaste
from vippsdiag.evidence import Evidence
from vippsdiag.importers import read_file, read_paste
from vippsdiag.importers.reports import read_report
from vippsdiag.language import speaking
from vippsdiag.redact import Redaction
from vippsdiag.render.evidence import to_evidence
from vippsdiag.render.json import render_json
from vippsdiag.render.junit import render_junit
from vippsdiag.render.markdown import render_markdown
from vippsdiag.render.page import render_html
from vippsdiag.render.sarif import render_sarif
from vippsdiag.render.words import fix_of
from vippsdiag.samples import (
    CLIENT_ID,
    CLIENT_SECRET,
    INVALID_KEY,
    KEYS,
    OTHER_SUBSCRIPTION_KEY,
    SUBSCRIPTION_KEY,
    TEST,
    api_call,
    case,
    gateway,
    token,
    token_call,
)

FORMS: dict[str, Callable[[Report, str], str]] = {
    "html": render_html,
    "json": render_json,
    "junit": render_junit,
    "markdown": render_markdown,
    "sarif": render_sarif,
}
SECRETS = (
    CLIENT_SECRET,
    SUBSCRIPTION_KEY,
    OTHER_SUBSCRIPTION_KEY,
    token(TEST).rsplit(".", 1)[1],
)
HOSTILE = "</script></td><img src=x onerror=alert(1)>&quot;]]>```\u0000"
FULL = case(
    token_call(TEST),
    api_call(TEST, status=401, answer=gateway(401, INVALID_KEY)),
    keys=KEYS,
)
forms = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)


def found(report: Report) -> list[tuple[str, str]]:
    return [(check.id, finding.confidence.value) for check, finding in report.ranked]


def again(evidence: Evidence, form: Callable[[Report, str], str]) -> Report:
    return diagnose(read_paste(form(diagnose(evidence), "call.har")))


@forms
def test_a_report_holds_no_secret(form: Callable[[Report, str], str]) -> None:
    text = form(diagnose(FULL), "call.har")
    assert [secret for secret in SECRETS if secret in text] == []


@forms
def test_a_report_that_is_opened_again_says_the_same(
    form: Callable[[Report, str], str],
) -> None:
    before = diagnose(FULL)
    assert found(before)
    assert found(again(FULL, form)) == found(before)


def test_every_broken_example_can_be_opened_again() -> None:
    changed = {}
    for check in CHECKS:
        for number, evidence in enumerate(check.broken, 1):
            before = found(diagnose(evidence))
            after = found(diagnose(read_paste(to_evidence(evidence))))
            if evidence.webhook_secret:
                # With a pseudonym for a secret, no signature can be made again.
                before, after = [x[:1] for x in before], [x[:1] for x in after]
            if before != after:
                changed[f"{check.id}-{number}"] = (before, after)
    assert changed == {}


@forms
def test_a_hostile_text_breaks_no_form(form: Callable[[Report, str], str]) -> None:
    evidence = case(
        token_call(
            TEST,
            headers={"client_id": HOSTILE, "X-Name": HOSTILE},
            status=401,
            answer=HOSTILE,
        )
    )
    text = form(diagnose(evidence), HOSTILE)
    assert found(diagnose(read_paste(text))) == found(diagnose(evidence))


def test_the_page_loads_nothing_and_runs_nothing() -> None:
    evidence = case(token_call(TEST, status=401, answer=HOSTILE))
    text = render_html(diagnose(evidence), HOSTILE)
    assert "default-src &#x27;none&#x27;" in text
    shown = re.sub(r"&lt;.*?&gt;|<script.*?</script>", "", text, flags=re.DOTALL)
    assert re.findall(r"<img|<link|<iframe|src=|onerror", shown) == []
    assert text.count("<script") == text.count("</script>") == 1
    assert '<script type="application/json">' in text


def test_the_page_marks_the_line_that_a_finding_rests_on() -> None:
    text = f"client_id: 6d2b8e14-93c7-4fo5-a1d8-5e70b9c3f246\nsecret: {CLIENT_SECRET}"
    page = render_html(diagnose(read_paste(text)), "x")
    assert "<mark>client_id: 6d2b8e14-93c7-4fo5-a1d8-5e70b9c3f246</mark>" in page


@pytest.mark.parametrize("form", [render_json, render_junit, render_sarif])
def test_a_report_for_programs_is_english(form: Callable[[Report, str], str]) -> None:
    report = diagnose(FULL)
    check, _ = report.ranked[0]
    with speaking("nb"):
        told = form(report, "x")
        assert fix_of(check) not in told
    assert check.fix in told


def test_junit_counts_what_it_holds() -> None:
    report = diagnose(FULL)
    (suite,) = ET.fromstring(render_junit(report, "call.har"))
    cases = suite.findall("testcase")
    assert len(cases) == len(CHECKS) == int(suite.attrib["tests"])
    failed = [item.attrib["name"] for item in cases if item.find("failure") is not None]
    assert failed
    assert len(failed) == int(suite.attrib["failures"])
    assert set(failed) <= {check.id for check, _ in report.ranked}


def test_sarif_names_the_checks_as_rules() -> None:
    (run,) = json.loads(render_sarif(diagnose(FULL), "call.har"))["runs"]
    rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert {result["ruleId"] for result in run["results"]} <= rules
    assert run["results"]


def test_evidence_that_would_hold_a_secret_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Same:
        def __init__(self, text: str) -> None:
            self.text = text

    def nothing(text: str, _: object) -> Same:
        return Same(text)

    monkeypatch.setattr("vippsdiag.render.evidence.redact", nothing)
    assert to_evidence(FULL) == ""
    text = render_json(diagnose(FULL), "x")
    assert json.loads(text)["evidence"] is None
    assert CLIENT_SECRET not in text


def test_a_report_that_is_not_whole_is_said_to_be_so() -> None:
    with pytest.raises(UnreadablePaste, match="not whole"):
        read_paste('{"schema": "vippsdiag-evidence/1", "har": {"log": ')


def test_a_mail_that_only_speaks_of_a_report_is_read_as_a_mail() -> None:
    evidence = read_paste(
        '2026-11-25 10:00:00 ERROR {"error": "unauthorized_client"}\n'
        f'client_id: {CLIENT_ID} "vippsdiag-evidence/1" was in the file I sent.'
    )
    assert evidence.keys
    assert evidence.keys.client_id


def test_evidence_in_another_order_is_opened_again() -> None:
    value = json.loads(to_evidence(FULL))
    for text in (json.dumps(value, sort_keys=True), json.dumps({"a": 1} | value)):
        evidence = read_paste(text)
        assert found(diagnose(evidence)) == found(diagnose(FULL))


@pytest.mark.parametrize(
    "value",
    [
        {"keys": 3, "har": 4, "unused": 6, "now": 5, "environment": []},
        {"now": "2026-11-29T10:00:00"},
        {"har": {"log": {"entries": [1, None]}}, "keys": {"client_id": 3}},
        {"keys": {"other": "x"}, "kind": "nothing"},
        {"keys": {"client_id": 3, "client_secret": {"a": 1}, "msn": None}},
    ],
    ids=["types", "moment", "entries", "names", "values"],
)
def test_evidence_of_another_form_does_no_harm(value: dict[str, object]) -> None:
    text = json.dumps({"schema": "vippsdiag-evidence/1"} | value)
    with contextlib.suppress(UnreadablePaste):
        evidence = read_report(text)
        assert isinstance(evidence, Evidence)
        assert evidence.now is None


def test_reports_of_the_public_cases_can_be_opened_again(shared: Path) -> None:
    for path in sorted((shared / "cases" / "public").glob("*.har")):
        evidence = read_file(path)
        before = found(diagnose(evidence))
        assert found(diagnose(read_paste(to_evidence(evidence)))) == before, path.name


def test_evidence_that_is_no_json_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "vippsdiag.render.evidence.redact", lambda *_: Redaction(text="{")
    )
    assert to_evidence(FULL) == ""
    assert json.loads(render_json(diagnose(FULL), "x"))["evidence"] is None


def test_a_file_of_evidence_is_no_har(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    report = json.loads(render_json(diagnose(FULL), "x"))
    for value in (report["evidence"], report):
        for sort in (False, True):
            path.write_text(json.dumps(value, sort_keys=sort))
            assert found(diagnose(read_file(path))) == found(diagnose(FULL))
