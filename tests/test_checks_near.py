"""Near misses: calls that look like a cause, where it is not, or is not that sure."""

import pytest

from vippsdiag.check import Confidence
from vippsdiag.checks.client import WRONG
from vippsdiag.diagnosis import diagnose
from vippsdiag.environments import Environment
from vippsdiag.evidence import Evidence
from vippsdiag.keys import KeyKind
from vippsdiag.samples import PRODUCTION, TEST, api_call, call, case, token_call

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
