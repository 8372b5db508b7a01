"""A diagnosis looks for every cause and ranks what it finds."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vippsdiag.check import Check, Confidence, Finding, Outcome, Severity, Tried
from vippsdiag.checks import CHECKS
from vippsdiag.diagnosis import MOST_PLACES, diagnose
from vippsdiag.evidence import Context, Evidence, Need
from vippsdiag.exchange import Exchange, Headers, Request, Response
from vippsdiag.keys import KeySet
from vippsdiag.proof import weigh
from vippsdiag.samples import (
    CLIENT_ID,
    CLIENT_SECRET,
    KEYS,
    SUBSCRIPTION_KEY,
    api_call,
    case,
    ecom,
    identity_provider,
    token,
    token_call,
)


def found(name: str, severity: Severity, *sure: Confidence) -> Check:
    def look(evidence: Evidence) -> Iterator[Finding]:
        del evidence
        for item in sure:
            yield Finding(message=name, confidence=item)

    return replace(
        CHECKS[0], id=name, severity=severity, needs=frozenset({Need.KEYS}), look=look
    )


def test_findings_are_ranked_by_severity_and_then_by_confidence() -> None:
    checks = (
        found("note", Severity.NOTE, Confidence.PROVED),
        found("possible", Severity.ERROR, Confidence.POSSIBLE),
        found("warning", Severity.WARNING, Confidence.CERTAIN),
        found("two", Severity.ERROR, Confidence.LIKELY, Confidence.CERTAIN),
        found("proved", Severity.ERROR, Confidence.PROVED),
        found("as-possible", Severity.ERROR, Confidence.POSSIBLE),
    )
    report = diagnose(case(keys=KEYS), checks)
    assert [(item.id, finding.confidence.value) for item, finding in report.ranked] == [
        ("proved", "proved"),
        ("two", "certain"),
        ("two", "likely"),
        ("possible", "possible"),
        ("as-possible", "possible"),
        ("warning", "certain"),
        ("note", "proved"),
    ]
    assert report.worst is Severity.ERROR
    assert [result.check for result in report.results] == list(checks)


def test_one_cause_is_shown_at_a_few_places_only() -> None:
    many = found("many", Severity.ERROR, *[Confidence.CERTAIN] * 50)
    report = diagnose(case(keys=KEYS), (many,))
    assert len(report.ranked) == MOST_PLACES
    assert len(report.results[0].findings) == 50


def test_without_evidence_every_check_is_skipped() -> None:
    report = diagnose(Evidence())
    assert {result.outcome for result in report.results} == {Outcome.SKIPPED}
    assert len(report.results) == len(CHECKS)
    assert report.ranked == ()
    assert report.worst is None


def test_a_call_that_works_has_no_error() -> None:
    report = diagnose(case(token_call(), api_call(), keys=KEYS))
    assert report.worst is not Severity.ERROR
    assert report.crashed == []


TEXTS = st.text(max_size=40) | st.sampled_from(
    [
        "{{x}}",
        "",
        " ",
        "Bearer ",
        "Basic ",
        "eyJ.e.",
        CLIENT_SECRET,
        "\ud800",
        "[" * 9_000,
    ]
)
NAMES = TEXTS | st.sampled_from(
    """Authorization client_id client_secret Ocp-Apim-Subscription-Key Content-Type
    Merchant-Serial-Number Idempotency-Key User-Agent Date Content-Length""".split()
)
URLS = st.one_of(
    TEXTS,
    st.sampled_from(["accesstoken/get", "miami/v1/token", "epayment/v1/payments"]).map(
        "https://apitest.vipps.no/".__add__
    ),
    TEXTS.map("https://api.vipps.no/".__add__),
)
HEADERS = st.lists(st.tuples(NAMES, TEXTS), max_size=6).map(Headers)
ODD_BODIES = """null [] [1] NaN {"error":1} {"extraDetails":{}} {"a":[[]]}
    {"error_description":null,"error_codes":"x"} {"access_token":"eyJ"}
    {"amount":{"value":"x"}} [{"errorCode":1,"errorMessage":null}]"""
BODIES = st.none() | TEXTS | st.sampled_from(ODD_BODIES.split())
STATUSES = st.none() | st.sampled_from([0, -1, 200, 302, 400, 401, 403, 404, 500, 999])
RESPONSES = st.builds(Response, status=STATUSES, headers=HEADERS, body=BODIES)
REQUESTS = st.builds(Request, method=TEXTS, url=URLS, headers=HEADERS, body=BODIES)
EXCHANGES = st.builds(
    Exchange, request=st.none() | REQUESTS, response=st.none() | RESPONSES
)
SETS = st.builds(
    KeySet, client_id=TEXTS, client_secret=TEXTS, subscription_key=TEXTS, msn=TEXTS
)
CONTEXTS = st.builds(Context, product=TEXTS, client=TEXTS)


@settings(max_examples=150, deadline=None)
@given(
    keys=st.none() | SETS,
    exchanges=st.lists(EXCHANGES, max_size=3).map(tuple),
    context=CONTEXTS,
)
def test_no_evidence_makes_a_check_crash(
    keys: KeySet | None, exchanges: tuple[Exchange, ...], context: Context
) -> None:
    report = diagnose(Evidence(keys=keys, exchanges=exchanges, context=context))
    assert {result.check.id: result.crash for result in report.crashed} == {}
    shown = [(finding.message, finding.evidence) for _, finding in report.ranked]
    assert CLIENT_SECRET not in repr(shown)


@pytest.mark.parametrize("item", CHECKS, ids=lambda item: item.id)
def test_a_crash_of_one_check_leaves_the_others_as_they_are(item: Check) -> None:
    def broken(evidence: Evidence) -> Any:
        raise KeyError(evidence)

    example = item.broken[0]
    checks = (replace(item, id="crashes", look=broken), item)
    report = diagnose(example, checks)
    assert [result.outcome for result in report.results] == [
        Outcome.CRASHED,
        Outcome.FOUND,
    ]


def test_what_stops_the_last_attempt_comes_before_what_stopped_an_earlier_one() -> None:
    def bare() -> Exchange:
        return api_call(headers={"Authorization": token()}, status=401, answer="")

    def refused() -> Exchange:
        return api_call(status=403, answer=ecom("97", "Merchant Not Allowed"))

    def first(*exchanges: Exchange) -> str:
        return diagnose(case(*exchanges)).ranked[0][0].id

    assert first(bare(), refused()) == "product-not-activated"
    assert first(refused(), bare()) == "bearer-prefix-missing"
    assert first(bare(), bare(), refused()) == "product-not-activated"
    assert first(bare(), refused(), bare()) == "bearer-prefix-missing"


def test_what_was_mended_comes_later_however_sure_it_is_and_stays_there() -> None:
    swapped = {"client_id": CLIENT_SECRET, "client_secret": CLIENT_ID}
    wrong = identity_provider(7000215, "Invalid client secret.", "invalid_client")
    second = token_call(status=401, answer=wrong)
    report = diagnose(case(token_call(headers=swapped, status=400, answer=""), second))
    assert report.ranked[0][0].id == "client-secret-wrong"
    tried = Tried(trial=report.trials[0], exchange=report.trials[0].baseline)
    assert weigh(report, tried).ranked[0][0].id == "client-secret-wrong"


def test_a_value_that_is_sent_again_unchanged_is_not_left_behind() -> None:
    quoted = {"Ocp-Apim-Subscription-Key": f'"{SUBSCRIPTION_KEY}"'}
    first = token_call(headers=quoted | {"client_id": None}, status=401, answer="")
    example = quoted | {"client_id": "your-client-id"}
    report = diagnose(case(first, token_call(headers=example, status=401, answer="")))
    assert report.ranked[0][0].id == "value-contains-hidden-characters"
