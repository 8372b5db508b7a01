"""Near misses: calls that look like a cause, where it is not, or is not that sure."""

import pytest

from vippsdiag.check import Confidence
from vippsdiag.checks.client import WRONG
from vippsdiag.checks.keys import keys
from vippsdiag.checks.redirects import authorize
from vippsdiag.diagnosis import diagnose
from vippsdiag.environments import Environment
from vippsdiag.evidence import Evidence
from vippsdiag.exchange import Exchange, FailureKind
from vippsdiag.keys import KeyKind
from vippsdiag.samples import (
    PRODUCTION,
    TEST,
    api_call,
    call,
    case,
    details,
    login_call,
    token_call,
)

LANDING = "https://apitest.vipps.no/dwo-api-application/v1/deeplink?v=2&token=abcdef"


def found(evidence: Evidence) -> dict[str, Confidence]:
    return {
        check.id: finding.confidence for check, finding in diagnose(evidence).ranked
    }


@pytest.mark.parametrize("address", [LANDING, "https://pay.vipps.no/?token=abcdef"])
@pytest.mark.parametrize("status", [None, 403])
def test_a_payment_pages_token_belongs_in_its_address(
    address: str, status: int | None
) -> None:
    browser = {"User-Agent": "Mozilla/5.0"}
    assert not found(case(call("GET", address, browser, status=status, answer="")))


@pytest.mark.parametrize("mask", ["[REDACTED]", "***", "xxxxxxxx", "mZ4t..."])
def test_a_secret_that_is_hidden_is_not_known_to_be_the_same(mask: str) -> None:
    hidden = {"client_secret": mask}
    worked = token_call(TEST, headers=hidden)
    refused = token_call(TEST, headers=hidden, status=401, answer=WRONG)
    assert "stale-secret-after-rotation" not in found(case(worked, refused))


def test_two_calls_without_headers_are_not_known_to_have_the_same_keys() -> None:
    url = "https://apitest.vipps.no/accesstoken/get"
    worked = call("POST", url, answer={"access_token": "***"})
    refused = call("POST", url, status=401, answer=WRONG)
    assert "stale-secret-after-rotation" not in found(case(worked, refused))


@pytest.mark.parametrize("environment", [TEST, PRODUCTION], ids=str)
def test_a_secret_that_works_in_the_other_environment_is_not_stale(
    environment: Environment,
) -> None:
    worked = token_call(environment)
    refused = token_call(environment.other, status=401, answer=WRONG)
    assert "stale-secret-after-rotation" not in found(case(worked, refused))


def test_a_sales_units_keys_have_no_partner() -> None:
    unit = "/management/v1/sales-units/384217"
    unknown = api_call(PRODUCTION, path=unit, status=404, answer={"title": "Not found"})
    assert not found(case(unknown, kind=KeyKind.SALES_UNIT))


@pytest.mark.parametrize("query", ["client_secret", "q=client_secret&page=2"])
def test_an_address_that_asks_about_a_key_holds_none(query: str) -> None:
    page = call("GET", f"https://developer.vippsmobilepay.com/search?{query}")
    assert not found(case(page))


def _changed(path: str, header: str, body: object, status: int) -> Exchange:
    """Return a call that changes something, with an id in a header of this name."""
    headers = {header: "1", "Content-Type": "application/json"}
    answer = "" if status == 201 else {"title": "Refused"}
    return api_call(
        TEST,
        method="POST",
        path=path,
        headers=headers,
        body=body,
        status=status,
        answer=answer,
    )


def test_a_senders_own_id_is_no_idempotency_key() -> None:
    path, header = "/webhooks/v1/webhooks", "X-Request-Id"
    calls = [_changed(path, header, {"url": n}, 201 + 199 * n) for n in range(2)]
    assert "idempotency-key-reused" not in found(case(*calls))


@pytest.mark.parametrize(("status", "sure"), [(400, "certain"), (401, "possible")])
def test_a_token_is_refused_whatever_the_idempotency_key(
    status: int, sure: str
) -> None:
    path, header = "/epayment/v1/payments", "Idempotency-Key"
    calls = [_changed(path, header, {"amount": n}, n) for n in (201, status)]
    assert found(case(*calls))["idempotency-key-reused"] == sure


def test_an_issuer_of_the_other_environment_may_have_its_slash() -> None:
    path = "vipps.no/access-management-1.0/access/"
    test, production = f"https://apitest.{path}", f"https://api.{path}"
    words = f"unexpected iss value, expected {test}, got: {production}"
    page = f"{production}.well-known/openid-configuration"
    failed = call("GET", page, failure=FailureKind.OTHER, message=words)
    assert "issuer-slash-missing" not in found(case(failed))


def test_the_names_in_metadata_are_the_shops_own() -> None:
    body = {"amount": {"value": 100}, "metadata": {"order_id": "1", "amount": "1"}}
    made = _changed("/epayment/v1/payments", "Idempotency-Key", body, 400)
    assert not found(case(made))


def test_eight_digits_have_no_country_whatever_they_begin_with() -> None:
    body = {"amount": {"currency": "NOK"}, "customer": {"phoneNumber": "45123456"}}
    answer = details("7010", "Customer not found")
    path = "/epayment/v1/payments"
    refused = api_call(
        TEST, method="POST", path=path, body=body, status=400, answer=answer
    )
    causes = found(case(refused))
    assert "test-user-invalid" not in causes
    assert "phone-number-malformed" in causes


def test_an_origin_is_not_said_to_be_there_where_none_is_shown() -> None:
    failed = token_call(TEST, failure=FailureKind.CORS, message="CORS policy")
    _, finding = diagnose(case(failed)).ranked[0]
    assert finding.message == "The error is one that a browser gives to a web page."
    assert finding.place is not None
    assert finding.place.part == "failure"


@pytest.mark.parametrize(
    ("status", "answer"),
    [(403, "No CSRF cookie set"), (400, "Missing required header: X-Cart")],
    ids=["cookie", "header"],
)
def test_what_a_shop_says_of_its_own_calls_is_not_ours(
    status: int, answer: str
) -> None:
    page = call("POST", "https://shop.example/cart", status=status, answer=answer)
    assert not found(case(page))


@pytest.mark.parametrize("name", ["code", "errorCode"])
def test_a_list_whose_items_have_numbers_is_no_error(name: str) -> None:
    items = [{name: "10" if name == "code" else None, "name": "Shoes"}]
    assert not found(case(api_call(TEST, answer=items)))


def test_a_forced_approval_that_fails_may_have_other_reasons() -> None:
    path = "/epayment/v1/test/payments/order-12345/approve"
    failed = api_call(TEST, method="POST", path=path, status=500, answer="")
    causes = {check.id: one for check, one in diagnose(case(failed)).ranked}
    finding = causes["test-user-not-ready"]
    assert finding.confidence is Confidence.LIKELY
    assert "says" not in finding.message


def test_the_addresses_of_two_logins_may_differ() -> None:
    opened = [authorize(f"&redirect_uri=https%3A%2F%2F{n}.no") for n in ("a", "b")]
    form = "grant_type=authorization_code&code=c&redirect_uri=https://b.no"
    refused = login_call(body=form, status=400, answer={"error": "invalid_grant"})
    assert "redirect-uri-mismatch" not in found(case(*opened, refused))


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("1", "It says to wait 1 second."),
        ("30", "It says to wait 30 seconds."),
        ("Wed, 25 Nov 2026 12:00:30 GMT", "It says to wait until 2026-11-25 12:00:30"),
        ("soon", "too many calls."),
    ],
)
def test_how_long_to_wait_is_told_as_the_answer_says_it(asked: str, told: str) -> None:
    answered = api_call(TEST, status=429, answer_headers={"Retry-After": asked})
    [(_, finding)] = diagnose(case(answered)).ranked
    assert told in finding.message
    assert finding.message.count("wait") == told.count("wait")


@pytest.mark.parametrize("name", ["client_id", "subscription_key", "client_secret"])
def test_one_character_is_told_in_the_singular(name: str) -> None:
    messages = [
        str(finding.message) for _, finding in diagnose(keys(**{name: "b"})).ranked
    ]
    assert any("has 1 character" in message for message in messages)
    assert not any("1 characters" in message for message in messages)
