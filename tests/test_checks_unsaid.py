"""What the evidence does not say is said to be possible, and no more."""

import re
import time

import pytest

from vippsdiag.check import Confidence, Outcome
from vippsdiag.checks.client import CLIENT_REFUSED
from vippsdiag.checks.operations import is_operation
from vippsdiag.diagnosis import diagnose
from vippsdiag.environments import Environment
from vippsdiag.evidence import LOGIN_TOKEN_PATH, Evidence
from vippsdiag.exchange import Exchange, FailureKind, Request
from vippsdiag.importers.paste import read_paste
from vippsdiag.keys import KeyKind, KeySet
from vippsdiag.products import product_at
from vippsdiag.samples import (
    MISSING_KEY,
    PRODUCTION,
    SUBSCRIPTION_KEY,
    TEST,
    api_call,
    call,
    case,
    ecom_call,
    gateway,
    identity_provider,
    token_call,
)
from vippsdiag.sandbox.apis import ROUTES

HOST = "https://apitest.vipps.no"
PAYMENTS = f"{HOST}/epayment/v1/payments"


def found(evidence: Evidence) -> dict[str, Confidence]:
    return {
        check.id: finding.confidence for check, finding in diagnose(evidence).ranked
    }


# A line of a log tells of a call, and of none of its headers.
LINES = {
    f"POST {HOST}/accesstoken/get 401": {
        "client-id-missing",
        "client-secret-wrong",
        "production-keys-on-test",
    },
    f"2026-11-20 12:00:01 INFO POST {HOST}/accesstoken/get -> 400 Bad Request": {
        "client-id-missing",
        "client-id-unknown",
    },
    f'DEBUG {HOST}:443 "POST /accesstoken/get HTTP/1.1" 401 None': {
        "client-id-missing",
        "client-secret-wrong",
        "production-keys-on-test",
    },
    f"GET {HOST}/epayment/v1/payments/order-12345 401 (Unauthorized)": {
        "access-token-missing",
        "token-invalid",
    },
    f"POST {HOST}/epayment/v1/payments 400 (Bad Request)": {"msn-header-missing"},
    f"POST {HOST}/miami/v1/token 401 (Unauthorized)": {"client-id-missing"},
}


@pytest.mark.parametrize(("line", "causes"), LINES.items(), ids=LINES)
def test_of_a_header_that_is_not_shown_nobody_is_sure(
    line: str, causes: set[str]
) -> None:
    assert found(read_paste(line)) == dict.fromkeys(causes, Confidence.POSSIBLE)


def test_a_header_that_is_missing_beside_others_is_missing() -> None:
    evidence = case(token_call(headers={"client_id": None}, status=401, answer=""))
    assert found(evidence)["client-id-missing"] is Confidence.CERTAIN
    evidence = case(api_call(headers={"Authorization": None}, status=401, answer=""))
    assert found(evidence)["access-token-missing"] is Confidence.CERTAIN


@pytest.mark.parametrize("host", [TEST, PRODUCTION], ids=str)
def test_a_refusal_that_is_empty_may_be_a_firewalls(host: Environment) -> None:
    refused = token_call(host, status=403, answer="")
    assert found(case(refused)) == {"waf-blocked": Confidence.POSSIBLE}


def test_a_call_that_is_refused_without_a_word_has_no_sure_cause() -> None:
    causes = found(case(api_call(status=401, answer="")))
    assert causes == {"token-invalid": Confidence.POSSIBLE}


# Of these there is no specification, and nothing of them in the sandbox.
UNSPECIFIED = ("sales/report/v1/ledgers", "donations/v1/agreements")


def _served() -> list[tuple[str, str]]:
    """Every method and path of an API in the sandbox, which follows the official ones.

    Login has paths for pages, too, and checks of its own.
    """
    named = [
        (route.method, route.template.replace("{paymentType}", "ecom"))
        for route in ROUTES.all
    ]
    named += [("GET", f"/{path}/{{id}}") for path in UNSPECIFIED]
    apis = [(method, path, product_at(path)) for method, path in named]
    return [(method, path) for method, path, api in apis if api and api.name != "Login"]


@pytest.mark.parametrize(("method", "path"), _served(), ids=str)
def test_no_operation_that_is_served_is_said_to_be_none(method: str, path: str) -> None:
    request = Request(method=method, url=HOST + re.sub(r"\{[^}]*\}", "a-1", path))
    assert is_operation(request)
    assert not is_operation(Request(method="TRACE", url=request.url))


WORDS = {
    "Transaction already processed": Confidence.LIKELY,
    "errorCode: 92, Transaction already processed": Confidence.CERTAIN,
}


@pytest.mark.parametrize(("words", "sure"), WORDS.items(), ids=WORDS)
def test_the_words_of_a_code_are_less_sure_than_its_number(
    words: str, sure: Confidence
) -> None:
    causes = found(case(ecom_call(400, words)))
    assert causes == {"operation-not-allowed-in-state": sure}


def test_an_order_that_a_shop_does_not_find_may_be_its_own() -> None:
    url = "https://shop.example/vipps/orders/1"
    lost = call("GET", url, status=404, answer={"message": "Order not found"})
    assert found(case(lost))["order-of-other-msn"] is Confidence.POSSIBLE


@pytest.mark.parametrize(
    ("path", "header"),
    [
        ("/ecomm/v2/payments/order-12345/capture", "X-Request-Id"),
        ("/epayment/v1/payments/order-12345/capture", "Idempotency-Key"),
    ],
)
def test_the_header_that_lets_a_call_be_repeated_is_the_apis_own(
    path: str, header: str
) -> None:
    refused = api_call(method="POST", path=path, status=400, answer="")
    (told,) = [
        str(finding.message)
        for check, finding in diagnose(case(refused)).ranked
        if check.id == "idempotency-key-missing"
    ]
    assert told == f"The call carries no {header}, which it needs."


def test_of_a_call_that_is_not_there_nobody_says_that_its_keys_fit() -> None:
    report = diagnose(case(token_call()))
    (skipped,) = (
        one for one in report.results if one.check.id == "keys-of-other-sales-unit"
    )
    assert skipped.outcome is Outcome.SKIPPED


LOCAL = "http://127.0.0.1/x"
REFUSED = {
    "fallback": ({"fallBack": LOCAL}, {"fallback-url-invalid": Confidence.CERTAIN}),
    "callback": (
        {"callbackPrefix": LOCAL},
        {"callback-url-invalid": Confidence.CERTAIN},
    ),
    "both": (
        {"fallBack": LOCAL, "callbackPrefix": LOCAL},
        {
            "callback-url-invalid": Confidence.LIKELY,
            "fallback-url-invalid": Confidence.LIKELY,
        },
    ),
}


@pytest.mark.parametrize(("sent", "causes"), REFUSED.values(), ids=REFUSED)
def test_an_address_that_is_refused_unnamed_is_the_one_that_is_not_public(
    sent: dict[str, str], causes: dict[str, Confidence]
) -> None:
    assert found(case(ecom_call(400, "Invalid IP address", **sent))) == causes


def test_who_got_no_answer_is_told() -> None:
    words = {"error": "https://api.vipps.no/x: connect ETIMEDOUT 192.0.2.7:443"}
    shops = call("POST", "https://shop.example/pay", status=500, answer=words)
    own = token_call(failure=FailureKind.TIMEOUT)
    told = [str(one.message) for _, one in diagnose(case(shops, own)).ranked]
    assert told == [
        "The shop got no answer from the API (timeout).",
        "There was no answer (timeout).",
    ]


WAITS = {
    "cURL": "Operation timed out after 5001 milliseconds with 0 bytes received",
    "cURL in part": "Operation timed out after 9 milliseconds with 4 out of 9 bytes",
    "requests": "HTTPSConnectionPool(host='x', port=443): Read timed out.",
    "httpx": "httpx.ReadTimeout: The read operation timed out",
    "undici": "HeadersTimeoutError: Headers Timeout Error",
    "Go": "context deadline exceeded while reading body",
    "Connection timed out after 5001 milliseconds": "",
    "Operation timed out": "",
    "connect ETIMEDOUT 192.0.2.7:443": "",
}


@pytest.mark.parametrize(("name", "words"), WAITS.items(), ids=WAITS)
def test_who_was_connected_was_not_kept_from_it_for_sure(name: str, words: str) -> None:
    own = token_call(failure=FailureKind.TIMEOUT, message=words or name)
    sure = Confidence.POSSIBLE if words else Confidence.LIKELY
    assert found(case(own)) == {"network-egress-blocked": sure}


def test_a_callback_that_a_shop_forbids_may_have_met_its_firewall() -> None:
    refused = call("POST", "https://shop.example/vipps/callback", status=403)

    causes = found(case(refused))

    assert causes["callback-auth-mismatch"] is Confidence.LIKELY
    assert causes["callback-handler-error"] is Confidence.POSSIBLE


@pytest.mark.parametrize(
    ("error", "sure"),
    [("invalid_scope", Confidence.POSSIBLE), ("invalid_request", Confidence.CERTAIN)],
)
def test_a_short_state_is_not_the_reason_where_the_answer_names_another(
    error: str, sure: Confidence
) -> None:
    address = f"{HOST}/access-management-1.0/access/oauth2/auth?state=abc"
    login = call("GET", address, status=400, answer={"error": error})
    assert found(case(login))["login-state-length"] is sure


def test_of_a_call_without_headers_only_the_gateway_tells_what_was_missing() -> None:
    address = f"{HOST}/accesstoken/get"
    bare = call("POST", address, status=401, answer=gateway(401, MISSING_KEY))
    assert found(case(bare)) == {"subscription-key-missing": Confidence.LIKELY}


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (
            "/qr/v1/merchant-redirect",
            "QR has /qr/v1/merchant-redirect, but not with the method that was used.",
        ),
        ("/epayment/payments", "There is nothing at /epayment/payments."),
    ],
    ids=["another method", "another path"],
)
def test_a_method_that_is_not_known_is_not_named(path: str, words: str) -> None:
    answer = gateway(404, "Resource not found")
    asked = call("", f"https://api.vipps.no{path}", status=404, answer=answer)
    said = [str(one.message) for item, one in diagnose(case(asked)).ranked]
    assert words in said


def test_a_letter_that_looks_like_a_digit_is_shown_where_it_stands_in_a_key() -> None:
    wrong = SUBSCRIPTION_KEY[:2] + "O" + SUBSCRIPTION_KEY[3:]
    evidence = Evidence(keys=KeySet(subscription_key=wrong))
    ((check, finding),) = diagnose(evidence).ranked
    assert check.id == "subscription-key-malformed"
    assert finding.message == (
        "In the Ocp-Apim-Subscription-Key, character 3 is the letter O; a key holds "
        "only 0 to 9 and a to f."
    )


@pytest.mark.parametrize("mask", ["██", "*", "●●●●●●", "[FILTERED]", "■■■■", "**"])
def test_what_a_logger_puts_over_a_value_is_no_fault_in_it(mask: str) -> None:
    names = ("client_id", "client_secret", "Ocp-Apim-Subscription-Key")
    headers = dict.fromkeys(names, mask)
    answer = identity_provider(7000215, "Invalid client secret.", "invalid_client")
    evidence = case(token_call(TEST, headers=headers, status=401, answer=answer))
    assert found(evidence).keys() == {"client-secret-wrong"}


@pytest.mark.parametrize("row", ["*", "x", "-", "[", "- ", "*x", "{{"])
def test_a_long_row_of_signs_takes_no_longer_than_a_second(row: str) -> None:
    value = row * 20_000 + "a"
    headers = {"client_secret": value, "Ocp-Apim-Subscription-Key": value}
    began = time.perf_counter()
    diagnose(case(token_call(TEST, headers=headers, status=401)))
    assert time.perf_counter() - began < 5


# What a call lacks of which no header is shown, each with what it was answered.
UNSHOWN = {
    "psp-id-missing": call("POST", f"{HOST}/psp/v3/psppayments/init", status=400),
    "content-type-missing": call("POST", PAYMENTS, body={"amount": 1}, status=415),
    "idempotency-key-missing": call(
        "POST", PAYMENTS, status=400, answer={"detail": "Idempotency-Key is too long"}
    ),
    "token-endpoint-client-auth-missing": call(
        "POST",
        HOST + LOGIN_TOKEN_PATH,
        body="code=x",
        status=401,
        answer=CLIENT_REFUSED,
    ),
    "accept-header-wrong": call("GET", f"{HOST}/qr/v1/merchant-redirect", status=400),
    "msn-header-missing": call(
        "POST", PAYMENTS, status=403, answer={"title": "MSN 123456 is not allowed"}
    ),
}


@pytest.mark.parametrize(("cause", "line"), UNSHOWN.items(), ids=UNSHOWN)
def test_what_is_not_shown_is_not_said_to_be_missing(
    cause: str, line: Exchange
) -> None:
    assert found(case(line))[cause] is Confidence.POSSIBLE


def test_a_partners_call_without_headers_is_not_said_to_lack_any() -> None:
    line = call("GET", "https://api.vipps.no/webhooks/v1/webhooks", status=403)
    causes = found(case(line, kind=KeyKind.PARTNER))
    assert causes["msn-missing-partner"] is Confidence.POSSIBLE
    assert "system-headers-missing" not in causes
