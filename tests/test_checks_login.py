"""What is told of a login that fails: the redirect URI, and the Basic pair."""

import base64
import json

import pytest

from vippsdiag.check import Report
from vippsdiag.checks.client import CLIENT_REFUSED
from vippsdiag.checks.redirects import NOT_REGISTERED, authorize
from vippsdiag.diagnosis import diagnose
from vippsdiag.importers import read_paste
from vippsdiag.language import tr
from vippsdiag.redact import redact
from vippsdiag.samples import (
    CLIENT_ID,
    CLIENT_SECRET,
    TEST,
    basic,
    case,
    login_call,
    token_call,
)

AUTHORIZE = authorize().request
assert AUTHORIZE is not None
REFUSED = json.dumps({"error": "invalid_request", "error_description": NOT_REGISTERED})


def messages(report: Report, check: str) -> list[str]:
    return [tr(one.message) for found, one in report.ranked if found.id == check]


def pasted(sentence: str) -> list[str]:
    text = f"We open {AUTHORIZE.url}\n\nand get: {REFUSED}\n\n{sentence}\n"
    first = messages(diagnose(read_paste(text)), "redirect-uri-mismatch")
    redacted = diagnose(read_paste(redact(text).text))
    assert messages(redacted, "redirect-uri-mismatch") == first
    return first


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        (
            "It should be https://x.no/cb/.",
            "https://x.no/cb/. They differ at character",
        ),
        ("Ours is http://x.no/cb", "They differ at character 5: 's' here, ':' there."),
        ("We have https://www.x.no/cb", "They differ at character 9"),
        ("I portalen er https://x.no/auth/done registrert", "at character 14"),
        ("Rekisteröity on https://x.no/valmis", "compared with https://x.no/valmis."),
    ],
)
def test_a_redirect_uri_is_compared_with_the_one_that_is_told(
    sentence: str, words: str
) -> None:
    assert words in pasted(sentence)[0]


@pytest.mark.parametrize(
    "sentence",
    [
        "Our shop is https://x.no/ and it worked last week.",
        "We registered https://x.no/cb in the portal.",
        "See https://github.example/cb for the code that registers it.",
    ],
)
def test_no_other_address_is_taken_for_the_registered_one(sentence: str) -> None:
    assert pasted(sentence) == [
        "The answer says that the redirect URI is not registered."
    ]


CROSSED = "Cross-origin token redemption is permitted only for the 'x' client-type"


@pytest.mark.parametrize(
    ("answer", "check"),
    [
        (f"AADSTS90023: {CROSSED}", "cors-browser-call"),
        (f'{{"error_description": "{CROSSED}"}}', "cors-browser-call"),
        ("AADSTS500112: The reply address does not match.", "redirect-uri-mismatch"),
        ("AADSTS90033: A transient error has occurred.", "service-outage"),
    ],
)
def test_what_the_identity_provider_says_is_known_by_its_words_and_numbers(
    answer: str, check: str
) -> None:
    call = token_call(TEST, status=400, answer=answer)
    assert messages(diagnose(case(call)), check)


def test_a_refused_origin_is_known_by_its_words_alone() -> None:
    assert messages(diagnose(read_paste(f"Error: {CROSSED}")), "cors-browser-call")


UTF16 = f"{CLIENT_ID}:{CLIENT_SECRET}".encode("utf-16-le")


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (basic(CLIENT_ID, CLIENT_SECRET + "\n"), "ends with a line break"),
        (basic(CLIENT_ID, CLIENT_SECRET + "\r\n"), "ends with a line break"),
        (basic(CLIENT_ID, " " + CLIENT_SECRET), "a blank before or behind it"),
        (basic(CLIENT_ID, CLIENT_SECRET.replace("=", "%3D")), "percent-encoded"),
        (f"Basic {CLIENT_ID}:{CLIENT_SECRET}", "behind Basic without Base64"),
        (f"Basic {base64.b64encode(UTF16).decode()}", "UTF-16 instead of UTF-8"),
        (f"Basic {'QUJD' * 19}\nQUI=", "is broken into lines"),
    ],
)
def test_what_is_wrong_with_a_basic_pair_is_named(header: str, words: str) -> None:
    call = login_call(
        headers={"Authorization": header}, status=401, answer=CLIENT_REFUSED
    )
    found = messages(diagnose(case(call)), "client-secret-encoding")
    assert len(found) == 1
    assert words in found[0]
    assert CLIENT_SECRET not in found[0]


def test_a_pair_that_is_as_it_should_be_is_not_named() -> None:
    call = login_call(status=401, answer=CLIENT_REFUSED)
    assert not messages(diagnose(case(call)), "client-secret-encoding")
