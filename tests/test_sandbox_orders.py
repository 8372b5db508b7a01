"""Order Management: receipts, buttons and pictures beside a payment."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shop import MSN, NOW, Shop

from vippsdiag.sandbox import Sandbox

BASE = "/order-management"
LINE: dict[str, object] = {
    "name": "Socks",
    "id": "line_item_1",
    "totalAmount": 1000,
    "totalAmountExcludingTax": 800,
    "totalTaxAmount": 200,
    "taxRate": 2500,
    "unitInfo": {"unitPrice": 400, "quantity": "2.5", "quantityUnit": "KG"},
    "isReturn": False,
}
RECEIPT: dict[str, object] = {
    "orderLines": [LINE],
    "bottomLine": {"currency": "NOK", "receiptNumber": "123"},
}
CATEGORY: dict[str, object] = {
    "category": "GENERAL",
    "orderDetailsUrl": "https://example.com/order-1",
}
ONE = f"{BASE}/v2/ecom/order-1"


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_a_receipt_and_a_category_are_shown_as_they_were_given(shop: Shop) -> None:
    shop.ask("PUT", f"{BASE}/v2/eCom/categories/order-1", CATEGORY)
    shop.ask("POST", f"{BASE}/v2/ECOM/receipts/order-1", RECEIPT, 201)
    assert shop.ask("GET", ONE) == {"category": CATEGORY, "receipt": RECEIPT}


def test_a_receipt_is_taken_once(shop: Shop) -> None:
    path = f"{BASE}/v2/ECOM/receipts/order-1"
    shop.ask("POST", path, RECEIPT, 201)
    assert shop.ask("POST", path, RECEIPT, 409)["title"] == "Conflict"
    # A charge may have the name of a payment.
    shop.ask("POST", f"{BASE}/v2/recurring/receipts/order-1", RECEIPT, 201)


def test_a_category_is_replaced(shop: Shop) -> None:
    path = f"{BASE}/v2/ECOM/categories/order-1"
    for kind in ("TICKET", "BOOKING"):
        shop.ask("PUT", path, CATEGORY | {"category": kind})
    assert shop.ask("GET", ONE)["category"]["category"] == "BOOKING"


def test_a_picture_is_uploaded_first_and_once(shop: Shop) -> None:
    path = f"{BASE}/v2/ECOM/categories/order-1"
    pictured = CATEGORY | {"imageId": "socks-1"}
    answer = shop.ask("PUT", path, pictured, 400)
    assert answer["invalidParams"][0]["name"] == "imageId"
    image = {"imageId": "socks-1", "src": "aGVsbG8=", "type": "base64"}
    assert shop.ask("POST", f"{BASE}/v1/images", image) == {"imageId": "socks-1"}
    shop.ask("PUT", path, pictured)
    shop.ask("POST", f"{BASE}/v1/images", image, 409)
    answer = shop.ask("POST", f"{BASE}/v1/images", image | {"src": "%"}, 400)
    assert answer["invalidParams"] == [{"name": "src", "reason": "It is not base64."}]


def test_the_first_version_has_the_same_orders(shop: Shop) -> None:
    shop.ask("PUT", f"{BASE}/v1/orders/order-1", CATEGORY)
    shop.ask("GET", f"{BASE}/v1/receipts/order-1", status=404)
    shop.ask("POST", f"{BASE}/v1/receipts/order-1", RECEIPT)
    assert shop.ask("GET", f"{BASE}/v1/orders/order-1") == CATEGORY
    assert shop.ask("GET", f"{BASE}/v1/receipts/order-1") == RECEIPT
    assert shop.ask("GET", ONE) == {"category": CATEGORY, "receipt": RECEIPT}


def test_the_third_version_has_categories_of_their_own(shop: Shop) -> None:
    body = {
        "orderId": "order-1",
        "paymentType": "ECOM",
        "type": "RECEIPT",
        "url": "https://example.com",
    }
    path = f"{BASE}/v3/categories"
    made = shop.ask("POST", path, body, 201)
    one = f"{path}/{made['categoryId']}"
    assert shop.ask("GET", one) == made | body
    assert shop.ask("GET", path + "?orderId=order-1") == {"categories": [made | body]}
    assert shop.ask("GET", path + "?orderId=order-2") == {"categories": []}
    shop.ask("DELETE", one)
    shop.ask("GET", one, status=404)


@pytest.mark.parametrize("path", [ONE, f"{BASE}/v1/orders/x", f"{BASE}/v1/receipts/x"])
def test_what_was_never_told_is_not_found(shop: Shop, path: str) -> None:
    answer = shop.ask("GET", path, status=404)
    assert set(answer) == {"type", "title", "detail", "instance"}


def test_there_are_two_kinds_of_payment(shop: Shop) -> None:
    answer = shop.ask("GET", f"{BASE}/v2/epayment/order-1", status=400)
    assert answer["invalidParams"][0]["name"] == "paymentType"


def test_a_number_is_needed(shop: Shop) -> None:
    answer = shop.call("GET", ONE, **{MSN: None})
    assert answer.status_code == 400
    assert answer.json()["invalidParams"][0]["name"] == MSN


def test_test_can_be_without_it() -> None:
    sandbox = Sandbox(clock=lambda: NOW, variants={"orders-in-test": "absent"})
    shop = Shop(sandbox)
    assert shop.call("GET", f"{BASE}/v3/categories").status_code == 404
    other = Shop(sandbox, "Production unit")
    assert other.call("GET", f"{BASE}/v3/categories").status_code == 200


FUZZED = Shop()
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@settings(max_examples=50)
@given(field=st.sampled_from([*LINE, "discount", "productUrl"]), value=VALUES)
def test_no_receipt_breaks_the_sandbox(field: str, value: Any) -> None:
    body = RECEIPT | {"orderLines": [LINE | {field: value}]}
    answer = FUZZED.call("POST", f"{BASE}/v2/ECOM/receipts/order", body)
    assert answer.status_code in {201, 400, 409}, answer.text
