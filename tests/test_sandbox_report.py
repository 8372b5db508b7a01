"""Reports: whose ledgers are read with which keys, and what is in them."""

from datetime import timedelta
from typing import Any

import pytest
import requests
from shop import KEY, MSN, NOW, Shop

from vippsdiag.environments import BASE_URLS, Environment
from vippsdiag.sandbox import Sandbox

LEDGERS = "/settlement/v1/ledgers"
PRODUCTION = BASE_URLS[Environment.PRODUCTION]


@pytest.fixture
def shop() -> Shop:
    return Shop(name="Production unit")


def ledger(shop: Shop) -> str:
    (item,) = shop.ask("GET", LEDGERS)["items"]
    return f"/report/v2/ledgers/{item['ledgerId']}/funds"


def sell(shop: Shop, order: str) -> None:
    """Sell and give back a part."""
    owner = {"merchantSerialNumber": shop.unit.msn}
    body = {
        "customerInfo": {},
        "merchantInfo": {
            **owner,
            "callbackPrefix": "https://example.com",
            "fallBack": "https://example.com",
        },
        "transaction": {"orderId": order, "amount": 5000, "transactionText": "Socks"},
    }
    url = shop.ask("POST", "/ecomm/v2/payments", body)["url"]
    shop.session.post(url, data={"decision": "approve"}, allow_redirects=False)
    for name, amount in (("capture", 5000), ("refund", 1000)):
        part = {"amount": amount, "transactionText": "Socks"}
        action = {"merchantInfo": owner, "transaction": part}
        shop.ask("POST", f"/ecomm/v2/payments/{order}/{name}", action)


def accountant(sandbox: Sandbox) -> requests.Session:
    """Return a session of the accountant: a token, and no other key."""
    unit = next(u for u in sandbox.config.units if u.name == "Accounting partner")
    session = sandbox.session()
    answer = session.post(
        PRODUCTION + "/miami/v1/token",
        data={"grant_type": "client_credentials"},
        auth=(unit.client_id, unit.client_secret),
    )
    session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    return session


def test_a_sales_unit_reads_its_own_ledger(shop: Shop) -> None:
    (item,) = shop.ask("GET", LEDGERS)["items"]
    assert item["settlesForRecipientHandles"] == [f"api:{shop.unit.msn}"]
    assert item["owner"] == {"scheme": "business:NO:ORG", "id": "987654321"}
    found = shop.ask("GET", f"{LEDGERS}?settlesForRecipientHandles=api:1")
    assert found["items"] == []


def test_an_accountant_reads_what_was_opened_to_it(shop: Shop) -> None:
    session = accountant(shop.sandbox)
    (item,) = session.get(PRODUCTION + LEDGERS).json()["items"]
    assert item["settlesForRecipientHandles"] == [f"api:{shop.unit.msn}"]
    path = f"/report/v2/ledgers/{item['ledgerId']}/funds/feed"
    assert session.get(PRODUCTION + path).json()["items"] == []
    other = Shop(shop.sandbox, "Production unit of no partner")
    closed = session.get(PRODUCTION + ledger(other) + "/feed")
    assert closed.status_code == 404
    assert closed.json()["title"] == "No such ledgerId"


def test_an_accountant_sends_no_subscription_key(shop: Shop) -> None:
    session = accountant(shop.sandbox)
    session.headers[KEY] = shop.unit.primary
    answer = session.get(PRODUCTION + LEDGERS)
    assert answer.status_code == 401
    assert answer.json() == {
        "code": "Unauthorized",
        "message": "Please check your API keys",
    }


def test_a_partner_reads_no_reports(shop: Shop) -> None:
    partner = Shop(shop.sandbox, "Partner")
    assert partner.call("GET", LEDGERS).status_code == 401
    assert partner.call("GET", LEDGERS, **{MSN: shop.unit.msn}).status_code == 401


def test_the_number_of_another_unit_is_refused(shop: Shop) -> None:
    assert shop.call("GET", LEDGERS, **{MSN: "123456"}).status_code == 401


def test_test_has_no_reports() -> None:
    assert Shop().call("GET", LEDGERS).status_code == 404


def test_what_was_captured_and_refunded_is_on_the_ledger(shop: Shop) -> None:
    sell(shop, "order-1")
    found = shop.ask("GET", ledger(shop) + "/dates/2026-11-24")
    assert found["hasMore"] is False
    assert found["tryLater"] is True
    assert "cursor" not in found
    rows = [
        (row["entryType"], row["amount"], row["balanceBefore"], row["balanceAfter"])
        for row in found["items"]
    ]
    assert rows == [("capture", 5000, 0, 5000), ("refund", -1000, 5000, 4000)]
    assert {row["reference"] for row in found["items"]} == {"order-1"}
    assert found["items"][0]["time"] == "2026-11-24T12:00:00.000000Z"


def test_a_day_is_complete_when_it_is_over(shop: Shop) -> None:
    path = ledger(shop) + "/dates/"
    shop.ask("GET", path + "2026-11-25", status=404)
    assert shop.ask("GET", path + "2026-11-23")["tryLater"] is False
    answer = shop.ask("GET", path + "yesterday", status=400)
    assert answer["code"] == "10002"


def test_the_feed_goes_on_where_it_was_left(shop: Shop) -> None:
    path = ledger(shop) + "/feed"
    first = shop.call("GET", path)
    assert first.headers["Vipps-Feed-Page-Size"] == "1000"
    assert first.json()["items"] == []
    assert first.json()["tryLater"] is True
    sell(shop, "order-1")
    second = shop.ask("GET", f"{path}?cursor={first.json()['cursor']}")
    assert len(second["items"]) == 2
    shop.sandbox.advance(timedelta(hours=1))
    sell(shop, "order-2")
    third = shop.ask("GET", f"{path}?cursor={second['cursor']}")
    assert {row["reference"] for row in third["items"]} == {"order-2"}
    assert shop.ask("GET", f"{path}?cursor={third['cursor']}")["items"] == []
    for wrong in ("x", "ZmFsc2U6MQ==", "%C3%A5"):
        assert shop.ask("GET", f"{path}?cursor={wrong}", status=400)["code"] == "10002"


def test_payments_and_charges_are_on_the_ledger_too(shop: Shop) -> None:
    sample = "/epayment/v1/payments/sandbox-payment-1"
    part = {"modificationAmount": {"currency": "NOK", "value": 100}}
    shop.ask("GET", sample)
    shop.ask("POST", f"{sample}/capture", part)
    body = {
        "pricing": {"amount": 2500, "currency": "NOK"},
        "merchantRedirectUrl": "https://example.com",
        "merchantAgreementUrl": "https://example.com",
        "productName": "Socks",
        "initialCharge": {
            "amount": 500,
            "description": "Now",
            "transactionType": "DIRECT_CAPTURE",
            "orderId": "first",
        },
    }
    url = shop.ask("POST", "/recurring/v3/agreements", body, 201)[
        "vippsConfirmationUrl"
    ]
    shop.session.post(url, data={"decision": "approve"}, allow_redirects=False)
    rows: list[Any] = shop.ask("GET", ledger(shop) + "/feed")["items"]
    assert {(row["reference"], row["amount"]) for row in rows} == {
        ("sandbox-payment-1", 100),
        ("first", 500),
    }


def test_a_charge_is_on_the_ledger_when_it_was_due(shop: Shop) -> None:
    body = {
        "pricing": {"amount": 2500, "currency": "NOK"},
        "merchantRedirectUrl": "https://example.com",
        "merchantAgreementUrl": "https://example.com",
        "productName": "Socks",
    }
    made = shop.ask("POST", "/recurring/v3/agreements", body, 201)
    url = made["vippsConfirmationUrl"]
    shop.session.post(url, data={"decision": "approve"}, allow_redirects=False)
    charge = {
        "amount": 2500,
        "description": "Socks",
        "due": "2026-11-26",
        "retryDays": 0,
        "transactionType": "DIRECT_CAPTURE",
    }
    path = f"/recurring/v3/agreements/{made['agreementId']}/charges"
    shop.ask("POST", path, charge, 201)
    assert shop.ask("GET", ledger(shop) + "/feed")["items"] == []
    shop.sandbox.advance(timedelta(days=3))
    shop.log_in()
    (row,) = shop.ask("GET", ledger(shop) + "/feed")["items"]
    assert row["ledgerDate"] == "2026-11-26"


def test_there_are_no_fees_here(shop: Shop) -> None:
    sell(shop, "order-1")
    assert (
        shop.ask("GET", ledger(shop).replace("funds", "fees") + "/feed")["items"] == []
    )
    shop.ask("GET", ledger(shop).replace("funds", "payouts") + "/feed", status=400)


def test_the_older_operation_reads_days(shop: Shop) -> None:
    sell(shop, "order-1")
    number = ledger(shop).split("/")[4]
    path = "/report/v1/ledgertransactions"
    query = f"?ledgerId={number}&ledgerDate=2026-11-24"
    assert len(shop.ask("GET", path + query)["items"]) == 2
    query = f"?ledgerId={number}&fromLedgerDate=2026-11-25&toLedgerDate=2026-11-26"
    assert shop.ask("GET", path + query)["items"] == []
    shop.ask("GET", f"{path}?ledgerId=302321&ledgerDate=2022-10-01", status=404)
    assert shop.ask("GET", path, status=400)["code"] == "10002"


def test_the_clock_decides_what_is_today() -> None:
    shop = Shop(Sandbox(clock=lambda: NOW), "Production unit")
    shop.sandbox.advance(timedelta(days=1))
    shop.log_in()
    assert shop.ask("GET", ledger(shop) + "/dates/2026-11-24")["tryLater"] is False
