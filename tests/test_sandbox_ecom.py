"""eCom v2: an order from its initiation to a refund, and each code of its errors."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shop import MSN, NOW, Shop

from vippsdiag.sandbox import Sandbox

PAYMENTS = "/ecomm/v2/payments"
ORDER = "acme-shop-123-order123abc"
ONE = f"{PAYMENTS}/{ORDER}"


@pytest.fixture
def shop() -> Shop:
    return Shop()


def initiation(shop: Shop, **changed: object) -> dict[str, Any]:
    """What initiates a payment; changes are named as merchant__callbackPrefix."""
    body: dict[str, Any] = {
        "customerInfo": {"mobileNumber": "91234567"},
        "merchantInfo": {
            "merchantSerialNumber": shop.unit.msn,
            "callbackPrefix": "https://example.com/callbacks",
            "fallBack": "https://example.com/back",
        },
        "transaction": {
            "orderId": ORDER,
            "amount": 20000,
            "transactionText": "One pair of socks",
        },
    }
    for name, value in changed.items():
        part, _, field = name.partition("__")
        body[{"merchant": "merchantInfo", "customer": "customerInfo"}.get(part, part)][
            field
        ] = value
    return body


def action(shop: Shop, amount: int | None = None, **more: object) -> dict[str, object]:
    """What captures, refunds or cancels."""
    return {
        "merchantInfo": {"merchantSerialNumber": shop.unit.msn},
        "transaction": {"amount": amount, "transactionText": "Socks on the way"},
        **more,
    }


def force(order: str) -> str:
    return f"/ecomm/v2/integration-test/payments/{order}/approve"


def approved(shop: Shop, **changed: object) -> None:
    shop.ask("POST", PAYMENTS, initiation(shop, **changed))
    shop.ask("POST", force(ORDER), {"customerPhoneNumber": "91234567"})


def code(answer: Any) -> str:
    """Return group and code of the one error in an answer."""
    (error,) = answer
    assert error["contextId"]
    assert error["errorMessage"]
    return f"{error['errorGroup']} {error['errorCode']}"


def test_an_order_is_paid_captured_and_refunded(shop: Shop) -> None:
    answer = shop.ask("POST", PAYMENTS + "/", initiation(shop))
    assert answer["orderId"] == ORDER
    assert answer["url"].split("=")[1] == "2&token"
    before = shop.ask("GET", f"{ONE}/details")
    assert [each["operation"] for each in before["transactionLogHistory"]] == [
        "INITIATE"
    ]
    assert "transactionSummary" not in before
    shop.ask("POST", force(ORDER), {"customerPhoneNumber": "91234567"})
    assert shop.ask("GET", f"{ONE}/status")["transactionInfo"]["status"] == "RESERVE"
    answer = shop.ask("POST", f"{ONE}/capture", action(shop, 15000))
    assert answer["transactionInfo"]["status"] == "Captured"
    assert answer["transactionSummary"] == {
        "capturedAmount": 15000,
        "refundedAmount": 0,
        "remainingAmountToCapture": 5000,
        "remainingAmountToRefund": 15000,
    }
    shop.ask("POST", f"{ONE}/capture", action(shop))
    answer = shop.ask("POST", f"{ONE}/refund", action(shop, 500))
    assert answer["transaction"]["status"] == "Refund"
    assert answer["transactionSummary"]["remainingAmountToRefund"] == 19500
    after = shop.ask("GET", f"{ONE}/details")
    assert [each["operation"] for each in after["transactionLogHistory"]] == [
        "REFUND",
        "CAPTURE",
        "CAPTURE",
        "RESERVE",
        "INITIATE",
    ]
    assert after["transactionSummary"]["refundedAmount"] == 500
    # The reservation is the initiated transaction, and each capture one of its own.
    numbers = [each["transactionId"] for each in after["transactionLogHistory"]]
    assert numbers[3] == numbers[4]
    assert len(set(numbers)) == 4


def test_a_cancelled_order_is_void_if_it_was_reserved(shop: Shop) -> None:
    approved(shop)
    answer = shop.ask("PUT", f"{ONE}/cancel", action(shop))
    assert answer["transactionInfo"]["status"] == "Cancelled"
    details = shop.ask("GET", f"{ONE}/details")
    assert details["transactionLogHistory"][0]["operation"] == "VOID"
    shop.ask("POST", PAYMENTS, initiation(shop, transaction__orderId="second"))
    shop.ask("PUT", f"{PAYMENTS}/second/cancel", action(shop))
    details = shop.ask("GET", f"{PAYMENTS}/second/details")
    assert details["transactionLogHistory"][0]["operation"] == "CANCEL"


def test_the_rest_of_a_captured_order_can_be_released(shop: Shop) -> None:
    approved(shop)
    shop.ask("POST", f"{ONE}/capture", action(shop, 15000))
    assert code(shop.ask("PUT", f"{ONE}/cancel", action(shop), 400)) == "Payment 51"
    release = action(shop, shouldReleaseRemainingFunds=True)
    summary = shop.ask("PUT", f"{ONE}/cancel", release)["transactionSummary"]
    assert summary["capturedAmount"] == 15000
    assert summary["remainingAmountToCapture"] == 0
    log = shop.ask("GET", f"{ONE}/details")["transactionLogHistory"]
    assert (log[0]["operation"], log[0]["amount"]) == ("VOID", 5000)
    assert code(shop.ask("POST", f"{ONE}/capture", action(shop), 400)) == (
        "VippsError 91"
    )
    shop.ask("POST", f"{ONE}/refund", action(shop, 15000))


def test_an_order_ends_when_the_buyer_does_nothing(shop: Shop) -> None:
    shop.ask("POST", PAYMENTS, initiation(shop))
    shop.sandbox.advance(timedelta(minutes=10, seconds=1))
    last = shop.ask("GET", f"{ONE}/details")["transactionLogHistory"][0]
    assert last["operation"] == "CANCEL"
    assert last["timeStamp"] == "2026-11-24T12:10:00.000Z"
    answer = shop.ask("POST", force(ORDER), {}, 400)
    assert code(answer) == "VippsError 92"


@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_the_buyer_decides_on_the_landing_page(shop: Shop, decision: str) -> None:
    url = shop.ask("POST", PAYMENTS, initiation(shop))["url"]
    assert "200.00 NOK" in shop.session.get(url).text
    done = shop.session.post(url, data={"decision": decision}, allow_redirects=False)
    assert done.headers["Location"] == "https://example.com/back"
    last = shop.ask("GET", f"{ONE}/details")["transactionLogHistory"][0]
    assert last["operation"] == {"approve": "RESERVE", "reject": "CANCEL"}[decision]


def test_an_express_order_has_an_address(shop: Shop) -> None:
    ways = [
        {"shippingMethod": "Walking", "shippingMethodId": "a", "shippingCost": 99},
        {
            "shippingMethod": "Running",
            "shippingMethodId": "b",
            "shippingCost": 199,
            "isDefault": "Y",
        },
    ]
    body = initiation(
        shop,
        merchant__paymentType="eComm Express Payment",
        merchant__consentRemovalPrefix="https://example.com/consents",
        merchant__staticShippingDetails=ways,
        merchant__merchantSerialNumber=int(shop.unit.msn),
    )
    url = shop.ask("POST", PAYMENTS, body)["url"]
    assert code(shop.ask("POST", force(ORDER), {}, 400)) == "VippsError 91"
    shop.session.post(url, data={"decision": "approve"}, allow_redirects=False)
    details = shop.ask("GET", f"{ONE}/details")
    assert details["shippingDetails"]["shippingMethod"] == "Running"
    assert details["userDetails"]["mobileNumber"] == "91234567"


def test_a_profile_can_be_read_after_the_payment(shop: Shop) -> None:
    approved(shop, transaction__scope="name phoneNumber")
    sub = shop.ask("GET", f"{ONE}/details")["sub"]
    shown = shop.ask("GET", f"/vipps-userinfo-api/userinfo/{sub}")
    assert shown["phone_number"] == "4791234567"


def test_the_same_request_id_gives_the_same_answer(shop: Shop) -> None:
    approved(shop)
    key = {"X-Request-Id": "once"}
    first = shop.call("POST", f"{ONE}/capture", action(shop, 100), **key)
    assert shop.call("POST", f"{ONE}/capture", action(shop, 100), **key).content == (
        first.content
    )
    log = shop.ask("GET", f"{ONE}/details")["transactionLogHistory"]
    assert log[0]["requestId"] == "once"
    assert log[1]["operation"] == "RESERVE"
    other = shop.call("POST", f"{ONE}/capture", action(shop, 200), **key)
    assert other.status_code == 409
    assert code(other.json()) == "VippsError 93"
    # The key is of one operation alone.
    assert shop.call("POST", f"{ONE}/refund", action(shop, 100), **key).ok
    long = shop.call(
        "POST", f"{ONE}/refund", action(shop), **{"X-Request-Id": "x" * 41}
    )
    assert code(long.json()) == "InvalidRequest X-Request-Id"


REFUSED: dict[str, tuple[dict[str, object], int]] = {
    "InvalidRequest transaction.amount": ({"transaction__amount": 99}, 400),
    "InvalidRequest transaction.orderId": ({"transaction__orderId": "a b"}, 400),
    "InvalidRequest merchantInfo.callbackPrefix": (
        {"merchant__callbackPrefix": "http://example.com"},
        400,
    ),
    "InvalidRequest merchantInfo.fallBack": ({"merchant__fallBack": "nowhere"}, 400),
    "InvalidRequest merchantInfo.consentRemovalPrefix": (
        {"merchant__paymentType": "eComm Express Payment"},
        400,
    ),
    "User 81": ({"customer__mobileNumber": "1234"}, 400),
    "Merchant 38": ({"transaction__skipLandingPage": True}, 403),
    "Merchant 51": ({"transaction__scope": "name nin"}, 403),
    "Merchant Unauthorized": ({"merchant__merchantSerialNumber": "123456"}, 403),
}


@pytest.mark.parametrize("expected", REFUSED)
def test_an_impossible_initiation_has_its_code(shop: Shop, expected: str) -> None:
    changed, status = REFUSED[expected]
    answer = shop.ask("POST", PAYMENTS, initiation(shop, **changed), status)
    assert code(answer) == expected


def test_a_phone_number_is_mended_where_that_is_possible(shop: Shop) -> None:
    for number, sent in enumerate(("+47 912 34 567", "4791234567", 91234567)):
        body = initiation(
            shop, customer__mobileNumber=sent, transaction__orderId=f"o-{number}"
        )
        shop.ask("POST", PAYMENTS, body)


def test_an_app_may_have_addresses_of_its_own(shop: Shop) -> None:
    body = initiation(shop, merchant__isApp=True, merchant__fallBack="myapp")
    assert shop.ask("POST", PAYMENTS, body)["url"].startswith("vippsMT://?v=2&token=")


def test_a_second_order_of_the_same_name_is_34(shop: Shop) -> None:
    shop.ask("POST", PAYMENTS, initiation(shop))
    answer = shop.ask("POST", PAYMENTS, initiation(shop), 400)
    assert code(answer) == "Merchant 34"


def test_an_unknown_order_is_35(shop: Shop) -> None:
    answer = shop.ask("GET", f"{ONE}/details", status=404)
    assert code(answer) == "Merchant 35"
    assert answer[0]["errorMessage"] == (
        f"The orderId '{ORDER}' does not exist for MSN {shop.unit.msn}."
    )


def test_capture_and_refund_have_their_codes(shop: Shop) -> None:
    shop.ask("POST", PAYMENTS, initiation(shop))
    assert code(shop.ask("POST", f"{ONE}/capture", action(shop), 400)) == "Payment 62"
    shop.ask("POST", force(ORDER), {})
    assert code(shop.ask("POST", force(ORDER), {}, 400)) == "VippsError 92"
    answer = shop.ask("POST", f"{ONE}/capture", action(shop, 20001), 400)
    assert code(answer) == "Payment 61"
    assert code(shop.ask("POST", f"{ONE}/refund", action(shop), 400)) == "Payment 72"
    shop.ask("POST", f"{ONE}/capture", action(shop))
    answer = shop.ask("POST", f"{ONE}/capture", action(shop), 400)
    assert code(answer) == "VippsError 92"
    answer = shop.ask("POST", f"{ONE}/refund", action(shop, 20001), 400)
    assert code(answer) == "Payment 71"


def test_a_cancelled_order_has_its_codes(shop: Shop) -> None:
    approved(shop)
    shop.ask("PUT", f"{ONE}/cancel", action(shop))
    assert code(shop.ask("POST", f"{ONE}/refund", action(shop), 400)) == "Payment 73"
    assert code(shop.ask("PUT", f"{ONE}/cancel", action(shop), 400)) == "VippsError 92"


def test_captures_and_refunds_have_a_last_day(shop: Shop) -> None:
    approved(shop)
    shop.ask("POST", f"{ONE}/capture", action(shop, 100))
    shop.sandbox.advance(timedelta(days=181))
    shop.log_in()
    assert code(shop.ask("POST", f"{ONE}/capture", action(shop), 400)) == "Payment 98"
    shop.sandbox.advance(timedelta(days=185))
    shop.log_in()
    assert code(shop.ask("POST", f"{ONE}/refund", action(shop), 400)) == "Payment 95"


@pytest.mark.parametrize(
    ("amount", "expected"),
    [(151, "42"), (186, "44"), (187, "41"), (201, "45")],
)
def test_an_amount_that_fails_is_told_in_a_code(
    shop: Shop, amount: int, expected: str
) -> None:
    shop.ask("POST", PAYMENTS, initiation(shop, transaction__amount=amount))
    assert code(shop.ask("POST", force(ORDER), {}, 400)) == f"Payment {expected}"
    last = shop.ask("GET", f"{ONE}/details")["transactionLogHistory"][0]
    assert (last["operation"], last["operationSuccess"]) == ("RESERVE", False)
    assert shop.ask("GET", f"{ONE}/status")["transactionInfo"]["status"] == "FAILED"


@pytest.mark.parametrize(
    ("phone", "expected"),
    [
        pytest.param("00000000", "User 81", id="nobody"),
        pytest.param("00000001", "Payment 41", id="no-card"),
        pytest.param("00000002", "Payment 1082", id="never-approved"),
    ],
)
def test_some_test_users_cannot_approve(shop: Shop, phone: str, expected: str) -> None:
    shop.ask("POST", PAYMENTS, initiation(shop))
    answer = shop.ask("POST", force(ORDER), {"customerPhoneNumber": phone}, 400)
    assert code(answer) == expected


def test_a_number_of_nobody_is_81(shop: Shop) -> None:
    body = initiation(shop, customer__mobileNumber="00000000")
    assert code(shop.ask("POST", PAYMENTS, body, 400)) == "User 81"


def test_production_cannot_force_an_approval() -> None:
    shop = Shop(name="Production unit")
    shop.ask("POST", PAYMENTS, initiation(shop))
    shop.ask("POST", force(ORDER), {}, 404)


def test_a_unit_without_payments_is_97() -> None:
    shop = Shop(name="Test unit without ePayment")
    assert code(shop.ask("GET", f"{ONE}/details", status=403)) == "Merchant 97"


def test_a_partner_is_told_of_a_number_that_is_not_its_merchants() -> None:
    sandbox = Sandbox(clock=lambda: NOW)
    other = Shop(sandbox, "Production unit of no partner")
    answer = Shop(sandbox, "Partner").call(
        "GET", f"{ONE}/details", **{MSN: other.unit.msn}
    )
    assert answer.status_code == 403
    assert answer.json()[0]["errorMessage"].startswith(
        f"Invalid MSN: {other.unit.msn}. This MSN is not valid for the provided super"
    )


def test_a_bad_token_is_refused_in_the_gateways_form(shop: Shop) -> None:
    answer = shop.call("GET", f"{ONE}/details", Authorization="Bearer nothing")
    assert answer.status_code == 401
    assert answer.json()["responseInfo"]["responseMessage"] == "Unauthorized"


FUZZED = Shop()
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@settings(max_examples=100)
@given(
    field=st.sampled_from(
        [
            "customer__mobileNumber",
            "merchant__fallBack",
            "merchant__isApp",
            "merchant__merchantSerialNumber",
            "merchant__staticShippingDetails",
            "transaction__amount",
            "transaction__orderId",
            "transaction__scope",
        ]
    ),
    value=VALUES,
)
def test_no_initiation_breaks_the_sandbox(field: str, value: object) -> None:
    answer = FUZZED.call("POST", PAYMENTS, initiation(FUZZED, **{field: value}))
    assert answer.status_code in {200, 400, 403}, answer.text
