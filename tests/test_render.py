"""Rendered output, to the letter where people read it."""

import json
import re
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from vippsdiag.check import Outcome
from vippsdiag.checks import CHECKS
from vippsdiag.diagnosis import diagnose
from vippsdiag.evidence import Evidence
from vippsdiag.exchange import Exchange, Headers, Request, Response
from vippsdiag.render import html
from vippsdiag.render.curl import to_curl
from vippsdiag.render.frame import COLUMNS, to_frame
from vippsdiag.render.json import render_json, render_jsonl, to_dict
from vippsdiag.render.markdown import check_page, render_markdown
from vippsdiag.render.quote import quote
from vippsdiag.render.reply import to_reply
from vippsdiag.render.table import render_table
from vippsdiag.render.view import view
from vippsdiag.render.words import verdict
from vippsdiag.samples import (
    CLIENT_SECRET,
    INVALID_KEY,
    KEYS,
    MISSING_KEY,
    NOW,
    SUBSCRIPTION_KEY,
    TEST,
    api_call,
    case,
    gateway,
    specialized_call,
    token,
    token_call,
)
from vippsdiag.token import read_token

SCHEMA = json.loads(
    (Path(__file__).parent.parent / "docs" / "report.schema.json").read_text("utf-8")
)
MISNAMED = case(
    token_call(
        TEST,
        headers={"Ocp-Apim-Subscription-Key": None, "api-key": SUBSCRIPTION_KEY},
        status=401,
        answer=gateway(401, MISSING_KEY),
    )
)
HOSTILE = "</td><script>alert(1)</script>|`*"
ATTACK = Evidence(
    exchanges=(
        Exchange(
            request=Request(
                method="POST",
                url=f"https://apitest.vipps.no/accesstoken/get/{HOSTILE}",
                headers=Headers([("client_id", HOSTILE), (HOSTILE, HOSTILE)]),
                body=HOSTILE,
            ),
            response=Response(
                status=404, headers=Headers([(HOSTILE, HOSTILE)]), body=HOSTILE
            ),
        ),
    ),
    unused=(HOSTILE,),
)


def test_table_ends_with_the_verdict() -> None:
    text = render_table(diagnose(MISNAMED), "call.har", 100)
    assert text.splitlines()[-1] == (
        "Certain: The subscription key was sent under another header's name."
    )
    assert "subscription-key-header-name-wrong" in text


@pytest.mark.parametrize("width", [60, 80, 100, 160])
def test_table_fits_and_loses_nothing(width: int) -> None:
    report = diagnose(MISNAMED)
    check, finding = report.ranked[0]
    lines = render_table(report, "call.har", width).splitlines()
    rows = [line.split("│")[1:-1] for line in lines if line.startswith("│")]
    assert all(len(line) == width for line in lines if line.startswith("│"))
    cells = ["".join("".join(part).split()) for part in zip(*rows, strict=True)]
    assert cells[0] == "".join(f"{check.title}{check.id}".split())
    assert cells[2].startswith("".join(finding.message.split()))
    assert cells[3] == "".join(check.fix.split())


def test_verdict_counts_the_other_causes() -> None:
    report = diagnose(
        case(token_call(TEST, status=401, answer=gateway(401, INVALID_KEY)))
    )
    assert verdict(report) == (
        "Likely: Production keys were used in the test environment. "
        "1 more cause listed."
    )


def test_verdict_of_nothing_says_what_was_done() -> None:
    passed = sum(
        item.outcome is Outcome.PASSED for item in diagnose(case(token_call())).results
    )
    assert verdict(diagnose(case(token_call(TEST)))).startswith(
        f"Nothing found: {passed} checks passed"
    )
    assert verdict(diagnose(Evidence())) == (
        "Nothing to check: there are no keys and no calls here."
    )


def test_verdict_of_a_failed_call_with_no_cause_does_not_say_that_all_is_well() -> None:
    report = diagnose(case(api_call(TEST, status=418, answer={"title": "teapot"})))
    assert verdict(report) == (
        "The call failed, and none of the known causes fits what is here. "
        "The answer itself says: teapot"
    )
    silent = diagnose(case(api_call(TEST, status=418, answer="")))
    assert verdict(silent) == (
        "The call failed, and none of the known causes fits what is here."
    )


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"title": "Bad", "detail": "No\n  tea"}, "No tea"),
        ([{"errorCode": "999", "errorMessage": "Odd"}], "Odd"),
        ({"error": {"code": "x1", "message": "Inner"}}, "Inner"),
        ({"errors": {"A.B": ["too long"]}}, "A.B: too long"),
        (
            {"title": "Bad", "extraDetails": [{"name": "x", "reason": "not y"}]},
            "Bad; x: not y",
        ),
        ({"errors": [{"message": "one"}, "two"]}, "one; two"),
        ("plain words", "plain words"),
        ("<html><body>page</body></html>", ""),
        ({"detail": f"Not {CLIENT_SECRET} client_secret={CLIENT_SECRET}"}, None),
        ({"detail": "x" * 5_000}, "x" * 300 + "…"),
        ({"detail": {"detail": {"detail": {"detail": {"detail": "deep"}}}}}, ""),
        ({"status": 418, "errorCode": "12"}, ""),
        ({"detail": "\x1b[31mred\u202e"}, "[31mred"),
    ],
)
def test_what_an_answer_says_of_itself(answer: object, words: str | None) -> None:
    said = quote(api_call(TEST, status=418, answer=answer))  # type: ignore[arg-type]
    assert CLIENT_SECRET not in said
    assert words is None or said == words


def test_verdict_of_a_failed_call_says_that_its_answer_was_not_recorded() -> None:
    asked = token_call(TEST, status=401)
    unread = replace(asked, response=Response(status=401, unread=True))
    assert verdict(diagnose(case(unread))) == (
        "The call failed, and the body of the answer, which may say why, was not "
        "recorded. Save the HAR with its content, or paste the answer."
    )


@pytest.mark.parametrize(
    "evidence",
    [MISNAMED, ATTACK, Evidence(), case(keys=KEYS)],
    ids=["misnamed", "attack", "empty", "keys"],
)
def test_json_follows_the_documented_schema(evidence: Evidence) -> None:
    jsonschema.validate(json.loads(render_json(diagnose(evidence), "x")), SCHEMA)
    line = render_jsonl(diagnose(evidence), "x")
    assert "\n" not in line
    jsonschema.validate(json.loads(line), SCHEMA)


def test_json_counts_exchanges_and_characters_from_one() -> None:
    keys = KEYS.with_value(
        next(iter(KEYS.values()))[0], "6d2b8e14-93c7-4fo5-a1d8-5e70b9c3f246"
    )
    found = to_dict(diagnose(case(keys=keys)), "x")["findings"][0]
    assert found["check"] == "client-id-malformed"
    assert found["at"] == {"part": "keys", "name": "client_id", "position": 17}
    first = to_dict(diagnose(MISNAMED), "x")["findings"][0]
    assert first["at"] == {
        "exchange": 1,
        "part": "request header",
        "name": "api-key",
    }


def test_html_escapes_everything() -> None:
    report = diagnose(ATTACK)
    text = "".join(
        [
            html.findings_table(report),
            html.side_by_side(ATTACK.exchanges[0]),
            html.unused_list(ATTACK),
            html.notice(HOSTILE, HOSTILE),
            html.token_view(read_token(HOSTILE), NOW),
        ]
    )
    assert "<script" not in text


def test_markdown_escapes_everything() -> None:
    text = render_markdown(diagnose(ATTACK), HOSTILE)
    prose = re.sub(r"(`{3,})(?:sh|json)\n.*?\n\1", "", text, flags=re.DOTALL)
    assert "<script" not in prose.replace("\\<script", "")


def test_no_rendering_shows_a_secret() -> None:
    call = token_call(TEST, status=401, answer={"client_secret": CLIENT_SECRET})
    report = diagnose(case(call, api_call(TEST, status=401), keys=KEYS))
    text = "".join(
        [
            html.page(html.key_table(KEYS, report), html.findings_table(report)),
            *map(html.side_by_side, report.evidence.exchanges),
            render_json(report, "x"),
            render_jsonl(report, "x"),
            render_markdown(report, "x"),
            render_table(report, "x", 200),
            to_frame(report).to_string(),
            to_curl(call.request) if call.request else "",
            repr(report),
        ]
    )
    assert CLIENT_SECRET not in text
    assert SUBSCRIPTION_KEY not in text
    assert token(TEST) not in text


def test_a_number_that_is_not_known_has_a_variable_of_its_own_name() -> None:
    bare = Request(method="GET", url="https://api.vipps.no/epayment/v1/payments/r-1")
    text = view(diagnose(case(Exchange(request=bare, response=Response(status=401)))))
    assert '"Merchant-Serial-Number: $MERCHANT_SERIAL_NUMBER"' in text.curl


@pytest.mark.parametrize("body", ['{"amount": {"value": 4.9}}', None])
def test_a_body_that_was_not_mended_is_said_to_be_as_it_was_sent(
    body: str | None,
) -> None:
    request = Request(
        method="POST", url="https://api.vipps.no/epayment/v1/payments", body=body
    )
    report = diagnose(case(Exchange(request=request, response=Response(status=400))))
    said = "The body is as it was sent."
    for text in (
        render_table(report, "x", 200),
        render_markdown(report, "x"),
        html.findings_table(report),
    ):
        assert "curl -X POST" in text
        assert (said in text) is bool(body)
    if body:
        assert said in to_reply(report)


def test_curl_has_a_variable_in_each_secrets_place() -> None:
    request = token_call(TEST).request
    assert request is not None
    assert to_curl(request) == "\n".join(
        [
            "curl -X POST 'https://apitest.vipps.no/accesstoken/get' \\",
            "  -H 'client_id: 6d2b8e14-93c7-4f05-a1d8-5e70b9c3f246' \\",
            '  -H "client_secret: $CLIENT_SECRET" \\',
            '  -H "Ocp-Apim-Subscription-Key: $SUBSCRIPTION_KEY" \\',
            "  -H 'Merchant-Serial-Number: 384217'",
        ]
    )


def test_curl_sends_an_empty_body_where_one_was_sent() -> None:
    request = token_call(TEST, headers={"Content-Length": "0"}).request
    assert request is not None
    assert to_curl(request).endswith(" \\\n  --data ''")


def test_curl_keeps_the_scheme_of_an_authorization_header() -> None:
    request, other = api_call(TEST).request, specialized_call().request
    assert request is not None
    assert other is not None
    assert '-H "Authorization: Bearer $ACCESS_TOKEN"' in to_curl(request)
    assert '-H "Authorization: Basic $BASIC_PAIR"' in to_curl(other)


def test_frame_has_its_columns_even_when_nothing_was_found() -> None:
    frame = to_frame(diagnose(Evidence()))
    assert list(frame.columns) == list(COLUMNS)
    assert frame.empty
    assert to_frame(diagnose(MISNAMED)).index[0] == "subscription-key-header-name-wrong"


def test_token_view_says_how_long_it_lives() -> None:
    text = html.token_view(read_token(token(TEST)), NOW)
    assert "It is valid for another 1 hour 5 minutes." in text
    assert "your client_id" in text


@pytest.mark.parametrize("check", CHECKS, ids=lambda item: item.id)
def test_every_check_has_a_page(check: object) -> None:
    assert check_page(check).startswith(f"# {check.id}\n")  # type: ignore[attr-defined, arg-type]
