"""The table of APIs, and what a probe's answer says."""

import pytest

from vippsdiag.environments import Environment
from vippsdiag.exchange import Exchange, FailureKind
from vippsdiag.products import (
    PROBE_REFERENCE,
    PRODUCTS,
    Product,
    Reach,
    found_nothing,
    probes,
    product_at,
)
from vippsdiag.proof import reach
from vippsdiag.render.pictures.calls import went_well
from vippsdiag.samples import INVALID_KEY, api_call, gateway

PATHS = {
    "/epayment/v1/payments": "ePayment",
    "/EPAYMENT/v1/payments": "ePayment",
    "/recurring/v3/agreements": "Recurring",
    "/webhooks/v1/webhooks": "Webhooks",
    "/access-management-1.0/access/oauth2/token": "Login",
    "/order-management/v2/ecom/receipts/x": "Order Management",
    "/report/v2/ledgers": "Report",
    "/settlement/v1/ledgers": "Report",
    "/management/v1/sales-units": "Management",
    "/merchant-management/psp/v1": "PSP Signup",
    "/psp/v3/psppayments": "PSP",
    "/checkout/v3/session": "Checkout",
    "/ecomm/v2/payments": "eCom",
    "/qr/v1": "QR",
    "/qr/v12/x": None,
    "/accesstoken/get": None,
    "/": None,
    "": None,
}


@pytest.mark.parametrize(("path", "name"), PATHS.items(), ids=[repr(p) for p in PATHS])
def test_a_path_belongs_to_one_api(path: str, name: str | None) -> None:
    found = product_at(path)
    assert (found.name if found else None) == name


@pytest.mark.parametrize(
    ("reference", "status", "probe"),
    [
        (PROBE_REFERENCE + "1a2b3c", 404, True),
        (PROBE_REFERENCE + "1a2b3c", 401, False),
        ("test-payment-1a2b3c", 404, False),
    ],
    ids=["probe", "refused", "payment"],
)
def test_a_probe_that_finds_nothing_did_not_fail(
    reference: str, status: int, *, probe: bool
) -> None:
    path = f"/epayment/v1/payments/{reference}"
    exchange = api_call(Environment.TEST, path=path, status=status)
    assert found_nothing(exchange) is probe
    assert went_well(exchange) is probe


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.name)
def test_an_api_is_found_by_each_of_its_paths(product: Product) -> None:
    for path in product.paths:
        assert path == path.lower()
        assert product_at(path) is product
    assert product.environments
    assert product.flows


@pytest.mark.parametrize("environment", Environment, ids=lambda item: item.value)
def test_a_probe_reads_and_changes_nothing(environment: Environment) -> None:
    sent = probes(environment)
    assert [product.name for product, _ in sent] == ["Webhooks", "ePayment"]
    assert {probe.method for _, probe in sent} == {"GET"}
    assert all(product_at(probe.path) is product for product, probe in sent)


PROBE = {item.name: probe for item, probe in probes(Environment.TEST)}["ePayment"]
ANSWERS = {
    "found": (api_call(status=200), Reach.REACHED),
    "not-found-by-the-product": (
        api_call(status=404, answer={"title": "Not found"}),
        Reach.REACHED,
    ),
    "not-found-by-the-gateway": (
        api_call(status=404, answer=gateway(404, "Resource not found")),
        Reach.UNCLEAR,
    ),
    "not-found-by-another-server": (
        api_call(status=404, answer="<html>nginx</html>"),
        Reach.UNCLEAR,
    ),
    "a-networks-login-page": (
        api_call(status=200, answer="<html>Log in to the guest network</html>"),
        Reach.UNCLEAR,
    ),
    "kept-by-a-cache": (
        api_call(status=200, answer_headers={"Age": "70"}),
        Reach.UNCLEAR,
    ),
    "refused-by-a-firewall": (
        api_call(
            status=403,
            answer="<html>Attention Required! | Cloudflare</html>",
            answer_headers={"Server": "cloudflare", "CF-RAY": "x"},
        ),
        Reach.UNCLEAR,
    ),
    "refused-by-a-proxy": (
        api_call(status=407, answer="<html>Squid</html>"),
        Reach.UNCLEAR,
    ),
    "key": (api_call(status=401, answer=gateway(401, INVALID_KEY)), Reach.KEY_REFUSED),
    "token": (api_call(status=401, answer=""), Reach.TOKEN_REFUSED),
    "forbidden": (api_call(status=403), Reach.FORBIDDEN),
    "too-many": (api_call(status=429), Reach.TOO_MANY),
    "server": (api_call(status=503), Reach.SERVER_ERROR),
    "redirect": (api_call(status=302), Reach.UNCLEAR),
    "wrong": (api_call(status=400), Reach.UNCLEAR),
    "failure": (api_call(failure=FailureKind.DNS), Reach.NO_ANSWER),
    "nothing": (Exchange(), Reach.NO_ANSWER),
}


@pytest.mark.parametrize(("exchange", "said"), ANSWERS.values(), ids=ANSWERS)
def test_an_answer_says_what_was_reached(exchange: Exchange, said: Reach) -> None:
    assert reach(PROBE, exchange) is said


@pytest.mark.parametrize("item", Reach, ids=lambda item: item.name)
def test_what_was_reached_is_said_in_a_sentence(item: Reach) -> None:
    assert item.words.endswith(".")
