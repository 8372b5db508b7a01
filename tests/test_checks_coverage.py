"""Every documented cause, code and row of the facts has a check that speaks of it."""

import re
import time
from dataclasses import replace
from pathlib import Path

import pytest

from vippsdiag.checks import CHECKS
from vippsdiag.checks.codes import CODES
from vippsdiag.diagnosis import diagnose
from vippsdiag.exchange import Exchange, Response
from vippsdiag.integrations import INTEGRATIONS
from vippsdiag.samples import (
    TEST,
    api_call,
    case,
    details,
    ecom,
    identity_provider,
    login_call,
    recurring,
)
from vippsdiag.secret import Secret

IDS = {check.id for check in CHECKS}

# Documented codes, by product; a new one is added here first, and fails until a check
# speaks of it.
EPAYMENT = """3010 4010 4020 4040 4050 4060 4070 4080 4090 4100 4110 4120 4130 4140 4150
4160 5010 5020 5030 5040 5050 5060 5070 5080 5090 5100 6010 6020 6030 6040 6050 6060
6070 6080 6090 6100 6110 6120 6130 6140 6150 6160 6170 6180 6190 6200 6210 6220 6230
6250 6260 6280 7010 10010 10020 10030 10040 10050 10060 10070""".split()
ECOM = """31 32 33 34 35 36 37 38 39 41 42 43 44 45 51 52 53 61 62 63 71 72 73 74 81 82
91 92 93 94 95 97 98 99 1082 1501""".split()
RECURRING = """validation-error invalid-agreement-id invalid-json unsupported-media-type
not-authorized idempotency-key-header charge-amount-too-high charge-due-too-soon
charge-due-in-too-long unsupported-feature illegal-agreement-update
invalid-suggested-max-amount cancel-charge-failed charge-creation-failed
charge-capture-failed missing-request-header invalid-sale-unit resource-not-found
operation-failed conflict idempotency-conflict""".split()
OAUTH = """invalid_client unauthorized_client invalid_grant invalid_scope access_denied
server_error login_required interaction_required invalid_app_callback_uri
app_callback_uri_not_registered outdated_app_version wrong_challenge
unknown_reject_reason authorization_pending slow_down expired_token old_app
invalid_user unsupported_grant_type unsupported_response_type""".split()
IDENTITY = """700016 70001 7000215 7000216 7000218 7000222 900144 90014 9002326 50011
50012""".split()
REPORT = ["10001", "10002"]

# What the rest of an example has to be for a code to be told of.
_BODY = {"unsupported-media-type": "application/x-www-form-urlencoded"}


def _posted(answer: object, status: int = 400, kind: str | None = None) -> Exchange:
    return api_call(
        TEST,
        method="POST",
        path="/epayment/v1/payments",
        headers={"Content-Type": kind or "application/json"},
        body={"amount": {"currency": "NOK", "value": 100}},
        status=status,
        answer=answer,
    )


def _recurring(code: str) -> Exchange:
    status = {"not-authorized": 401, "unsupported-media-type": 415}.get(code, 400)
    return _posted(recurring(code), status, _BODY.get(code))


def _oauth(code: str) -> Exchange:
    status = 401 if code == "invalid_client" else 400
    return login_call(status=status, answer={"error": code})


def _identity(code: str) -> Exchange:
    missing = "The request body must contain the following parameter: 'code'."
    text = missing if code in {"900144", "90014"} else "Something about it."
    body = identity_provider(int(code), text, "invalid_request")
    return Exchange(response=login_call(status=400, answer=body).response)


EXAMPLES = {
    **{f"epayment-{code}": (code, _posted(details(code, "x"))) for code in EPAYMENT},
    **{f"ecom-{code}": (code, _posted(ecom(code, "x"))) for code in ECOM},
    "ecom-merchant-51": ("Merchant 51", _posted(ecom("51", "x"), 403)),
    **{f"recurring-{code}": (code, _recurring(code)) for code in RECURRING},
    **{f"oauth-{code}": (code, _oauth(code)) for code in OAUTH},
    **{f"identity-{code}": (f"AADSTS{code}", _identity(code)) for code in IDENTITY},
    **{
        f"report-{code}": (code, _posted({"errorCode": int(code), "errorMessage": "x"}))
        for code in REPORT
    },
}
del EXAMPLES["ecom-51"]


@pytest.mark.parametrize(("code", "exchange"), EXAMPLES.values(), ids=list(EXAMPLES))
def test_every_documented_code_is_spoken_of(code: str, exchange: Exchange) -> None:
    assert code in CODES, f"no check speaks of {code}"
    assert CODES[code].check in _found(exchange)


def _found(exchange: Exchange) -> set[str]:
    return {check.id for check, _ in diagnose(case(exchange)).ranked}


def test_every_code_in_the_table_names_a_check_and_ends_as_a_sentence() -> None:
    for code, (check, words) in CODES.items():
        assert check in IDS, code
        assert not words or words.endswith("."), code


def test_ecom_51_of_a_payment_is_about_its_state() -> None:
    answer = [{"errorGroup": "Payment", "errorCode": "51", "errorMessage": "x"}]
    assert "operation-not-allowed-in-state" in _found(_posted(answer))
    assert "product-not-activated" not in _found(_posted(answer))


# The rows of the facts by short names of our own, with the checks that speak of them.
ROWS = {
    # 3.2, the token endpoint.
    "T1 key absent": "subscription-key-missing",
    "T2 key unknown": "subscription-key-invalid",
    "T3 subscription not found": "subscription-key-invalid",
    "T4 client unknown": "client-id-unknown",
    "T5 secret wrong": "client-secret-wrong",
    "T6 client absent": "client-id-missing",
    "T6 secret absent": "client-secret-missing",
    "T7 Origin": "cors-browser-call",
    "T7 Origin of a proxy": "origin-header-forwarded",
    "T8 path": "token-path-wrong",
    "T9 method": "token-method-wrong",
    "T10 platform": "service-outage",
    "T11 firewall": "waf-blocked",
    "T12 rate": "rate-limited",
    "T13 TLS": "tls-failure",
    "T13 HTTP/2": "client-http2-unsupported",
    "keys in the body": "keys-in-body-not-headers",
    "keys in the address": "keys-in-query-string",
    "swapped": "keys-swapped",
    "regenerated": "stale-secret-after-rotation",
    "too many token calls": "token-not-reused",
    "client header's name": "client-header-name-wrong",
    # 3.3, the specialized flow.
    "miami without grant": "grant-type-missing",
    "miami with a subscription key": "subscription-key-on-specialized-flow",
    "miami content type": "content-type-wrong",
    "miami keys in the body": "keys-in-body-not-headers",
    "miami for the wrong kind": "wrong-token-flow",
    # 3.4, Login.
    "Login client refused": "client-secret-wrong",
    "Login without a secret": "token-endpoint-client-auth-missing",
    "Login basic or post": "token-endpoint-auth-method-mismatch",
    "Login line break": "client-secret-encoding",
    "Login code": "authorization-code-invalid",
    "Login redirect URI": "redirect-uri-mismatch",
    "Login redirect URI's form": "redirect-uri-invalid",
    "Login scope": "scope-invalid",
    "Login ended by the user": "login-ended-by-user",
    "Login app too old": "user-app-outdated",
    "Login unit inactive": "sales-unit-deactivated",
    "Login cookie": "login-cookie-lost",
    "Login state": "login-state-length",
    "Login path": "token-path-wrong",
    "CIBA pending": "login-not-answered-yet",
    "CIBA unknown user": "test-user-invalid",
    "issuer's slash": "issuer-slash-missing",
    "PKCE plain": "pkce-method-plain",
    "no refresh tokens": "grant-type-unsupported",
    # 4, headers.
    "Authorization absent": "access-token-missing",
    "Bearer missing": "bearer-prefix-missing",
    "Bearer twice": "bearer-duplicated",
    "Authorization's form": "authorization-header-malformed",
    "key's header name": "subscription-key-header-name-wrong",
    "key on userinfo": "subscription-key-sent-to-userinfo",
    "MSN header": "msn-header-missing",
    "MSN header of partners": "msn-missing-partner",
    "Psp-Id": "psp-id-missing",
    "Idempotency-Key absent": "idempotency-key-missing",
    "Idempotency-Key too long": "idempotency-key-too-long",
    "Idempotency-Key with another body": "idempotency-conflict",
    "Idempotency-Key and a replayed refusal": "idempotency-key-reused",
    "Vipps-System too long": "system-header-too-long",
    "Vipps-System of partners": "system-headers-missing",
    "Content-Type absent": "content-type-missing",
    "Content-Type": "content-type-wrong",
    "Accept of QR": "accept-header-wrong",
    "Retry-After": "rate-limited",
    # 6.2 and 6.3, statuses and messages.
    "token refused": "token-invalid",
    "Invalid MSN": "msn-for-other-environment",
    "Invalid MSN, super merchant": "msn-not-connected-to-partner",
    "Invalid MSN, PSP": "msn-of-other-psp",
    "not allowed for eCommerce": "product-not-activated",
    "order not found": "order-of-other-msn",
    "unit deactivated": "sales-unit-deactivated",
    "callbackUrl invalid": "callback-url-invalid",
    "UnsupportedHttpVerb": "wrong-http-method",
    "500 for a number": "msn-as-integer",
    "500 for an amount": "amount-not-an-integer",
    "500 for a name": "field-name-misspelt",
    "500 for broken JSON": "body-not-json",
    "500 at force approve": "test-user-not-ready",
    "423": "payment-locked",
    "502": "service-outage",
    "two apps": "production-app-with-test-environment",
    # 6.6, webhooks.
    "signature": "webhook-signature-mismatch",
    "callback's own word": "callback-auth-mismatch",
    "callback answered with an error": "callback-handler-error",
    "callback cannot reach": "callback-unreachable",
    "callback once": "callback-not-guaranteed",
    # 6.7, network.
    "egress": "network-egress-blocked",
    "DNS": "dns-resolution-failure",
    "clock": "clock-skew",
    "cache": "intermediary-cache-or-proxy",
    # 8.1, the catalogue.
    "M1 test keys": "test-keys-on-production",
    "M1 production keys": "production-keys-on-test",
    "M2": "keys-of-other-sales-unit",
    "M3": "subscription-key-header-name-wrong",
    "M4": "underscore-headers-dropped",
    "M5": "keys-in-query-string",
    "M6": "keys-swapped",
    "M7": "value-contains-hidden-characters",
    "M7 letter": "client-id-malformed",
    "M7 cut": "value-truncated",
    "M8": "bearer-prefix-missing",
    "M9 expired": "token-expired",
    "M9 other keys": "token-from-other-sales-unit",
    "M9 other environment": "token-from-other-environment",
    "M10": "wrong-token-flow",
    "M10 product": "kind-of-keys-not-for-product",
    "M11 test": "partner-keys-on-test",
    "M11 no number": "msn-missing-partner",
    "M11 not connected": "msn-not-connected-to-partner",
    "M12": "product-not-activated",
    "M13": "cors-browser-call",
    "M13 keys in a page": "keys-exposed",
    "M14 host": "host-unknown",
    "M14 path": "api-path-wrong",
    "M15 number": "msn-as-integer",
    "M15 organisation": "organisation-number-as-msn",
    "M16": "webhook-signature-mismatch",
    "M17": "stale-secret-after-rotation",
    "M18 production": "test-user-on-production",
    "M18 test": "real-user-in-test",
    "M19": "tls-failure",
    "M20": "product-not-in-test",
}


@pytest.mark.parametrize(("row", "check"), ROWS.items(), ids=list(ROWS))
def test_every_row_of_the_facts_has_a_check(row: str, check: str) -> None:
    assert check in IDS, row


def test_every_cause_that_is_listed_has_a_check(shared: Path) -> None:
    text = (shared / "reference" / "causes.md").read_text("utf-8")
    table = text.partition("## Ambiguous")[0]
    listed = set(re.findall(r"^\| `([a-z0-9-]+)` \|", table, re.MULTILINE))
    assert len(listed) > 80
    assert listed <= IDS


def test_every_integration_mends_checks_that_exist() -> None:
    for item in INTEGRATIONS:
        assert set(item.fixes) <= IDS, item.name


HOSTILE = {
    "blanks": "a " * 500_000,
    "names": "error code " * 90_000,
    "quotes": "AADSTS application with identifier '" * 28_000,
    "parameters": "parameter: 'x" * 70_000,
    "addresses": "redirect_uri " * 75_000,
    "brackets": "[" * 1_000_000,
    "empty": "",
    "binary": "\x00\ufffd\x1b" * 300_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
def test_no_answer_makes_a_check_crash_or_take_long(text: str) -> None:
    # Made without its parts being concealed, which is not what is measured here.
    hidden = Secret(text, text)
    answer = Response(status=400, body=hidden)
    exchanges = [
        replace(api_call(TEST, method="POST"), response=answer),
        replace(login_call(), response=answer),
        Exchange(response=answer),
    ]
    began = time.perf_counter()
    report = diagnose(case(*exchanges))
    assert time.perf_counter() - began < 30
    assert not report.crashed
