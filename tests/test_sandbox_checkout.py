"""Checkout: its keys in headers, its sessions, and the payments that come of them."""

from datetime import timedelta
from typing import Any

import pytest
import requests
from shop import KEY, MSN, Shop

SESSIONS = "/checkout/v3/session"
REFERENCE = "order-0001"
ONE = f"{SESSIONS}/{REFERENCE}"
BACK = "https://example.com/done"


@pytest.fixture
def shop() -> Shop:
    return opened(Shop())


def opened(shop: Shop) -> Shop:
    """Let a shop send its keys, and no token."""
    shop.session.headers["client_id"] = shop.unit.client_id
    shop.session.headers["client_secret"] = shop.unit.client_secret
    del shop.session.headers["Authorization"]
    return shop


def wanted(**more: Any) -> dict[str, Any]:
    body: dict[str, Any] = {
        "type": "PAYMENT",
        "reference": REFERENCE,
        "merchantInfo": {
            "callbackUrl": "https://example.com/callback",
            "returnUrl": BACK,
            "callbackAuthorizationToken": "a-token",
        },
        "transaction": {
            "amount": {"value": 1000, "currency": "NOK"},
            "paymentDescription": "One pair of socks",
        },
    } | more
    return {name: value for name, value in body.items() if value is not None}


def create(shop: Shop, status: int = 200, **more: Any) -> Any:
    return shop.ask("POST", SESSIONS, wanted(**more), status)


def decide(shop: Shop, made: Any, decision: str) -> requests.Response:
    browser = shop.sandbox.session()
    url = made["checkoutFrontendUrl"]
    return browser.post(url, data={"decision": decision}, allow_redirects=False)


def state(shop: Shop) -> str:
    return str(shop.ask("GET", ONE)["sessionState"])


def code_of(problem: Any) -> str:
    """Return the code of an error, and see that the form is right."""
    names = {"errorCode", "title", "status", "instance", "errors"}
    assert set(problem) == names
    assert problem["instance"].startswith("urn:uuid:")
    return str(problem["errorCode"])


# Sessions.


def test_a_session_is_created_and_read(shop: Shop) -> None:
    made = create(shop)
    assert made == {
        "token": made["token"],
        "checkoutFrontendUrl": made["checkoutFrontendUrl"],
        "pollingUrl": shop.base + ONE,
    }
    assert made["checkoutFrontendUrl"].endswith(f"token={made['token']}")
    session = shop.ask("GET", made["pollingUrl"])
    assert session == {
        "sessionId": session["sessionId"],
        "merchantSerialNumber": shop.unit.msn,
        "reference": REFERENCE,
        "sessionState": "SessionCreated",
    }


def test_the_buyer_sees_what_is_paid_for(shop: Shop) -> None:
    page = shop.sandbox.session().get(create(shop)["checkoutFrontendUrl"]).text
    for text in ("Pay 10.00 NOK", "One pair of socks", REFERENCE):
        assert text in page


def test_an_approved_session_has_a_payment(shop: Shop) -> None:
    answer = decide(shop, create(shop), "approve")
    assert (answer.status_code, answer.headers["Location"]) == (303, BACK)
    session = shop.ask("GET", ONE)
    amount, nothing = ({"currency": "NOK", "value": value} for value in (1000, 0))
    assert session["sessionState"] == "PaymentSuccessful"
    assert session["paymentMethod"] == "Wallet"
    assert session["paymentDetails"] == {
        "type": "Wallet",
        "amount": amount,
        "state": "AUTHORIZED",
        "aggregate": {
            "authorizedAmount": amount,
            "cancelledAmount": nothing,
            "capturedAmount": nothing,
            "refundedAmount": nothing,
        },
    }


def test_the_payment_is_captured_with_epayment(shop: Shop) -> None:
    decide(shop, create(shop), "approve")
    shop.log_in()
    body = {"modificationAmount": {"value": 1000, "currency": "NOK"}}
    shop.ask("POST", f"/epayment/v1/payments/{REFERENCE}/capture", body)
    captured = shop.ask("GET", ONE)["paymentDetails"]["aggregate"]["capturedAmount"]
    assert captured["value"] == 1000


def test_a_rejected_session_has_none(shop: Shop) -> None:
    made = create(shop)
    decide(shop, made, "reject")
    assert state(shop) == "PaymentTerminated"
    page = decide(shop, made, "approve").text
    assert "You have rejected this payment." in page
    assert "paymentDetails" not in shop.ask("GET", ONE)


def test_a_failed_approval_can_be_tried_again(shop: Shop) -> None:
    transaction = wanted()["transaction"] | {
        "amount": {"value": 151, "currency": "NOK"}
    }
    made = create(shop, transaction=transaction)
    for _ in range(2):
        assert decide(shop, made, "approve").status_code == 303
    session = shop.ask("GET", ONE)
    assert session["sessionState"] == "SessionCreated"
    assert session["paymentDetails"]["state"] == "CREATED"


def test_a_session_expires_after_an_hour(shop: Shop) -> None:
    create(shop)
    shop.sandbox.advance(timedelta(hours=1))
    assert state(shop) == "SessionCreated"
    shop.sandbox.advance(timedelta(seconds=1))
    assert state(shop) == "SessionExpired"


def test_a_session_can_be_ended_and_not_changed_then(shop: Shop) -> None:
    made = create(shop)
    assert shop.ask("POST", ONE + "/expire") is None
    assert state(shop) == "SessionExpired"
    assert "run out" in decide(shop, made, "approve").text
    for method, path in (("POST", ONE + "/expire"), ("PATCH", ONE)):
        problem = shop.ask(method, path, {}, 400)
        assert code_of(problem) == "Session-00400"


def test_the_amount_of_a_session_can_be_changed(shop: Shop) -> None:
    made = create(shop)
    amount = {"value": 2000, "currency": "NOK"}
    transaction = {"amount": amount, "paymentDescription": "Two pairs"}
    assert shop.ask("PATCH", ONE, {"transaction": transaction}) is None
    decide(shop, made, "approve")
    assert shop.ask("GET", ONE)["paymentDetails"]["amount"] == amount


def test_a_reference_may_stand_in_the_transaction_or_nowhere(shop: Shop) -> None:
    transaction = wanted()["transaction"] | {"reference": "order-0002"}
    made = create(shop, reference=None, transaction=transaction)
    assert made["pollingUrl"].endswith("/order-0002")
    made = create(shop, reference=None)
    assert shop.ask("GET", made["pollingUrl"])["sessionState"] == "SessionCreated"


def test_a_subscription_is_a_session_as_well(shop: Shop) -> None:
    subscription = {
        "productName": "A newspaper",
        "amount": {"value": 9900, "currency": "NOK"},
        "interval": {"unit": "MONTH", "count": 1},
        "merchantAgreementUrl": "https://example.com/me",
    }
    more: dict[str, Any] = {"type": "SUBSCRIPTION", "transaction": None}
    made = create(shop, **more, subscription=subscription)
    page = shop.sandbox.session().get(made["checkoutFrontendUrl"]).text
    assert "Pay 99.00 NOK" in page


# What is refused.


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({"merchantInfo": None}, "merchantInfo"),
        ({"merchantInfo": {"callbackUrl": "x"}}, "merchantInfo.returnUrl"),
        ({"transaction": None}, "transaction"),
        ({"type": "SUBSCRIPTION"}, "subscription"),
        ({"type": "GIFT"}, "type"),
        ({"reference": "short"}, "reference"),
        ({"transaction": {"paymentDescription": "abc"}}, "transaction.amount"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value),
)
def test_what_is_invalid_is_named(shop: Shop, more: dict[str, Any], name: str) -> None:
    problem = create(shop, 400, **more)
    assert code_of(problem) == "Validation-00100"
    assert list(problem["errors"]) == [name]


def test_an_unknown_session_is_answered_as_it_was_seen(shop: Shop) -> None:
    problem = shop.ask("GET", ONE, status=404)
    assert code_of(problem) == "Session-00100"
    assert problem["title"] == "Session expired or not known."


def test_a_reference_is_taken_once(shop: Shop) -> None:
    create(shop)
    assert code_of(create(shop, 409)) == "Session-00200"


def test_a_key_may_be_sent_and_then_counts(shop: Shop) -> None:
    bodies = wanted(), wanted(), wanted(reference="order-0002")
    found = [
        shop.call("POST", SESSIONS, body, Idempotency_Key="same") for body in bodies
    ]
    assert found[0].content == found[1].content
    assert code_of(found[2].json()) == "Session-00300"
    assert shop.call("POST", SESSIONS, bodies[2], Idempotency_Key=None).ok


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"client_id": None}, 401, "Auth-00100"),
        ({"client_id": "x"}, 401, "Auth-00100"),
        ({"client_secret": None}, 401, "Auth-00100"),
        ({"client_secret": "x"}, 401, "Auth-00100"),
        ({MSN: "999999"}, 403, "Auth-00200"),
    ],
    ids=["no id", "other id", "no secret", "other secret", "other number"],
)
def test_keys_that_do_not_fit_are_refused(
    shop: Shop, changed: dict[str, str | None], status: int, code: str
) -> None:
    for name, value in changed.items():
        shop.session.headers[name] = value or ""
        if value is None:
            del shop.session.headers[name]
    answer = shop.call("GET", ONE)
    assert (answer.status_code, code_of(answer.json())) == (status, code)


@pytest.mark.parametrize("key", ["", "0" * 32], ids=["none", "unknown"])
def test_the_gateway_asks_for_the_subscription_key_first(shop: Shop, key: str) -> None:
    answer = shop.call("GET", ONE, **{KEY: key, MSN: "999999"})
    assert answer.status_code == 401
    assert answer.json()["statusCode"] == 401


def test_another_units_subscription_key_is_refused(shop: Shop) -> None:
    other = Shop(shop.sandbox, "Test unit without ePayment").unit
    answer = shop.call("GET", ONE, **{KEY: other.primary})
    assert (answer.status_code, code_of(answer.json())) == (403, "Auth-00200")
    assert answer.json()["title"] == "Invalid subscription or configuration"


def test_a_unit_without_checkout_is_refused() -> None:
    shop = opened(Shop(name="Test unit without ePayment"))
    answer = shop.call("GET", ONE)
    assert (answer.status_code, code_of(answer.json())) == (403, "Auth-00200")


def test_keys_of_production_are_not_known_in_test() -> None:
    shop = opened(Shop(name="Production unit"))
    create(shop)
    shop.session.headers[KEY] = Shop(shop.sandbox).unit.primary
    shop.base = "https://apitest.vipps.no"
    assert shop.call("GET", ONE).status_code == 401


def test_a_partner_acts_for_connected_units_only() -> None:
    shop = opened(Shop(name="Partner"))
    number = next(iter(shop.unit.connected))
    body = wanted()
    assert shop.call("POST", SESSIONS, body, **{MSN: number}).ok
    assert shop.call("POST", SESSIONS, body, **{MSN: "999999"}).status_code == 403
    assert shop.call("POST", SESSIONS, body).status_code == 403
