"""PSP v3: a payment that is passed on to a provider."""

from typing import Any

import pytest
from shop import MSN, Shop

from vippsdiag.sandbox.state.history import MOST

BASE = "/psp/v3/psppayments"
NAME = "7686f7788898767977"
BODY: dict[str, object] = {
    "pspTransactionId": NAME,
    "merchantOrderId": "order-1",
    # The official collection sends a string.
    "amount": "49900",
    "currency": "NOK",
    "pspRedirectUrl": "https://example.com/back",
    "makePaymentUrl": "https://example.com/make",
}


@pytest.fixture
def shop() -> Shop:
    shop = Shop()
    shop.session.headers["Psp-Id"] = "psp-1"
    return shop


def report(status: str, amount: int, **more: object) -> dict[str, object]:
    row = {"pspTransactionId": NAME, "status": status, "amount": amount, **more}
    return {"transactions": [row]}


def force() -> str:
    return f"/psp/v3/integration-test/psppayments/{NAME}/approve"


def test_a_payment_is_approved_and_reported_on(shop: Shop) -> None:
    made = shop.ask("POST", f"{BASE}/init", BODY)
    assert made["pspTransactionId"] == NAME
    approval = {"customerPhoneNumber": "91234567", "token": "token"}
    shop.ask("POST", force(), approval)
    shop.ask("POST", force(), approval, 400)
    answer = shop.ask("POST", f"{BASE}/updateStatus", report("CAPTURED", 40000))
    assert answer == {
        "responseInfo": {"responseCode": "9000", "responseMessage": "SUCCESS"}
    }
    shop.ask("POST", f"{BASE}/updatestatus", report("REFUNDED", 100))
    failed = report("REFUNDED", 100, operationStatus="FAILED")
    shop.ask("POST", f"{BASE}/updatestatus", failed)
    shown: Any = shop.ask("GET", f"{BASE}/{NAME}/details")
    assert shown["transactionSummary"] == {
        "capturedAmount": 40000,
        "remainingAmountToCapture": 9900,
        "refundedAmount": 100,
        "remainingAmountToRefund": 39900,
    }
    assert [
        (row["operation"], row["operationSuccess"])
        for row in shown["transactionLogHistory"]
    ] == [
        ("RESERVED", True),
        ("CAPTURED", True),
        ("REFUNDED", True),
        ("REFUNDED", False),
    ]


def test_of_many_reports_the_last_are_told_of_and_all_are_counted(shop: Shop) -> None:
    shop.ask("POST", f"{BASE}/init", BODY)
    (row,) = report("CAPTURED", 3)["transactions"]  # type: ignore[misc]
    many = {"transactions": [row] * (MOST + 20)}
    shop.ask("POST", f"{BASE}/updatestatus", many)
    shown: Any = shop.ask("GET", f"{BASE}/{NAME}/details")
    assert len(shown["transactionLogHistory"]) == MOST
    assert shown["transactionSummary"]["capturedAmount"] == 3 * (MOST + 20)


@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_the_buyer_decides_on_the_landing_page(shop: Shop, decision: str) -> None:
    url = shop.ask("POST", f"{BASE}/init", BODY)["vippsRedirectUrl"]
    assert "499.00 NOK" in shop.session.get(url).text
    done = shop.session.post(url, data={"decision": decision}, allow_redirects=False)
    assert done.headers["Location"] == "https://example.com/back"
    log = shop.ask("GET", f"{BASE}/{NAME}/details")["transactionLogHistory"]
    assert len(log) == (1 if decision == "approve" else 0)


@pytest.mark.parametrize("header", ["Psp-Id", MSN])
def test_provider_and_merchant_are_named(shop: Shop, header: str) -> None:
    answer = shop.call("GET", f"{BASE}/{NAME}/details", **{header: None})
    assert answer.status_code == 400
    assert answer.json()[0]["errorCode"] == header


def test_a_name_is_used_once(shop: Shop) -> None:
    shop.ask("POST", f"{BASE}/init", BODY)
    (error,) = shop.ask("POST", f"{BASE}/init", BODY, 400)
    assert error["errorCode"] == "pspTransactionId"


def test_a_payment_that_is_not_there_is_named(shop: Shop) -> None:
    (error,) = shop.ask("GET", f"{BASE}/{NAME}/details", status=400)
    assert set(error) == {"errorCode", "errorMessage", "contextId"}
    shop.ask("POST", f"{BASE}/updatestatus", report("CAPTURED", 1), 400)


def test_production_cannot_force_an_approval() -> None:
    shop = Shop(name="Production unit")
    shop.session.headers["Psp-Id"] = "psp-1"
    shop.ask("POST", force(), {"customerPhoneNumber": "91234567", "token": "x"}, 404)


def test_a_unit_without_the_product_is_told_so() -> None:
    shop = Shop(name="Test unit without ePayment")
    shop.session.headers["Psp-Id"] = "psp-1"
    (error,) = shop.ask("GET", f"{BASE}/{NAME}/details", status=400)
    assert error["errorCode"] == "21"
