"""Management: who sees which sales units and merchants."""

from typing import Any

import pytest
from shop import KEY, MSN, NOW, Shop

from vippsdiag.sandbox import Sandbox

BASE = "/management/v1"
ORDER: dict[str, Any] = {
    "businessIdentifier": {"scheme": "business:NO:ORG", "id": "987654321"},
    "productType": "PAYMENT_INTEGRATION",
}


@pytest.fixture
def shop() -> Shop:
    return Shop(name="Production unit")


@pytest.fixture
def partner(shop: Shop) -> Shop:
    return Shop(shop.sandbox, "Partner")


def test_a_sales_unit_sees_itself(shop: Shop) -> None:
    (item,) = shop.ask("GET", f"{BASE}/sales-units")
    assert item == {"msn": shop.unit.msn, "name": "Production unit"}
    one = shop.ask("GET", f"{BASE}/sales-units/{shop.unit.msn}")
    assert one["configuration"] == {
        "paymentAllowed": True,
        "captureType": "ReserveCapture",
        "skipLandingPageAllowed": False,
        "recurringAllowed": True,
    }
    other = Shop(shop.sandbox, "Production unit of no partner")
    shop.ask("GET", f"{BASE}/sales-units/{other.unit.msn}", status=404)


def test_a_partner_sees_what_it_may_act_for(shop: Shop, partner: Shop) -> None:
    assert partner.ask("GET", f"{BASE}/sales-units") == [
        {"msn": shop.unit.msn, "name": "Production unit"}
    ]
    other = Shop(shop.sandbox, "Production unit of no partner")
    answer = partner.ask("GET", f"{BASE}/sales-units/{other.unit.msn}", status=404)
    assert answer["title"] == "Not Found"
    refused = partner.call("GET", f"{BASE}/sales-units", **{MSN: other.unit.msn})
    assert refused.status_code == 403


def test_a_merchant_is_found_by_its_number(shop: Shop) -> None:
    one = f"{BASE}/merchants/business:NO:ORG/987654321"
    merchant = shop.ask("GET", one)
    assert merchant["businessIdentifier"] == ORDER["businessIdentifier"]
    assert shop.ask("GET", f"{BASE}/merchants") == {"merchants": [merchant]}
    assert shop.ask("GET", one + "/sales-units")[0]["msn"] == shop.unit.msn
    assert shop.ask("GET", one + "/contracts") == {"urls": []}
    shop.ask("GET", f"{BASE}/merchants/business:NO:ORG/987654350", status=404)
    # The official collection leaves out a part of this path.
    shop.ask("GET", f"{BASE}/merchants/:orgno/sales-units", status=404)


def test_only_a_partner_is_told_who_it_is(shop: Shop, partner: Shop) -> None:
    assert partner.ask("GET", f"{BASE}/partners/whoami")["name"] == "Partner"
    shop.ask("GET", f"{BASE}/partners/whoami", status=403)
    (package,) = partner.ask("GET", f"{BASE}/partners/price-packages")
    assert package["pricePackageId"]


def test_a_partner_orders_a_product_and_takes_it_back(partner: Shop) -> None:
    made = partner.ask("POST", f"{BASE}/product-orders", ORDER, 201)
    assert made["prefillUrl"].endswith(made["prefilledOrderId"])
    one = f"{BASE}/product-orders/{made['prefilledOrderId']}"
    assert partner.ask("GET", one)["prefillStatus"] == "RECEIVED"
    partner.ask("DELETE", one)
    partner.ask("GET", one, status=404)


def test_an_order_of_nothing_names_the_field(partner: Shop) -> None:
    body = ORDER | {"productType": "SOCKS"}
    answer = partner.ask("POST", f"{BASE}/product-orders", body, 400)
    assert answer["extraDetails"][0]["key"] == "productType"


def test_a_sales_unit_can_be_renamed_and_switched_off(shop: Shop) -> None:
    one = f"{BASE}/sales-units/{shop.unit.msn}"
    shop.ask("PATCH", one, {"name": "Socks and more"})
    assert shop.ask("GET", one)["name"] == "Socks and more"
    assert shop.ask("GET", f"{BASE}/api-quality/sales-units/{shop.unit.msn}") == {
        "ApiQualityItems": []
    }
    shop.ask("PATCH", one, {"status": "DEACTIVATED"})
    shop.ask("GET", one, status=404)


def test_a_bad_token_has_the_answer_of_the_specification(shop: Shop) -> None:
    answer = shop.call("GET", f"{BASE}/sales-units", Authorization="Bearer x")
    assert answer.status_code == 401
    assert answer.json()["title"] == "Not authorized to create a product order"


def test_another_units_subscription_key_is_refused(shop: Shop) -> None:
    other = Shop(shop.sandbox, "Production unit of no partner")
    path = f"{BASE}/sales-units"
    assert shop.call("GET", path, **{KEY: other.unit.primary}).status_code == 403


def test_test_has_no_management() -> None:
    shop = Shop(Sandbox(clock=lambda: NOW))
    assert shop.call("GET", f"{BASE}/sales-units").status_code == 404


# The Partner API, which came before.


def test_the_older_api_is_for_partners(shop: Shop, partner: Shop) -> None:
    old = "/partner-api/v0"
    assert partner.ask("GET", f"{old}/merchants/987654321") == {"msn": [shop.unit.msn]}
    unit = partner.ask("GET", f"{old}/salesunits/{shop.unit.msn}")
    assert unit["additionalDetails"]["recurring"] is True
    partner.ask("GET", f"{old}/merchants/987654350", status=404)
    partner.ask("GET", f"{old}/merchants/1", status=400)
    partner.ask("GET", f"{old}/salesunits/111111", status=404)
    answer = partner.ask("GET", f"{old}/salesunits/12", status=400)
    assert answer["detail"] == "MSN must be 5 or 6 digits"
    shop.ask("GET", f"{old}/merchants/987654321", status=403)
    refused = partner.call("GET", f"{old}/merchants/1", Authorization="Bearer x")
    assert refused.json() == {"code": 401, "message": "Unauthorized"}


def test_the_older_api_takes_orders(partner: Shop) -> None:
    path = "/partner-api/v1/products/orders"
    body = {"orgno": "987654321", "productType": "VIPPS_PA_NETT"}
    assert partner.ask("POST", path, body)["prefilledOrderId"]
    answer = partner.ask("POST", path, body | {"orgno": "1"}, 400)
    assert answer["detail"].startswith("orgno: ")
