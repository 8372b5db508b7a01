"""ePayment: the life of a payment, and every code that its errors have."""

import json
import re
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shop import MSN, NOW, Shop, fresh

from vippsdiag.sandbox import Sandbox, SandboxConfig
from vippsdiag.sandbox.apis import customers
from vippsdiag.sandbox.apis.epayment.problems import PROBLEMS
from vippsdiag.sandbox.apis.userinfo import PHONE
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.state.database import Database
from vippsdiag.sandbox.webhooks.deliveries import LINE, Delivery

ROOT = Path(__file__).parent.parent
PAYMENTS = "/epayment/v1/payments"
REFERENCE = "order-0001"
ONE = f"{PAYMENTS}/{REFERENCE}"
APPROVE = f"/epayment/v1/test/payments/{REFERENCE}/approve"
BUYER: dict[str, Any] = {"customer": {"phoneNumber": PHONE}}
BACK = "https://example.com/done?order=1"
RECEIPT: dict[str, Any] = {
    "orderLines": [
        {
            "name": "socks",
            "id": "1",
            "totalAmount": 1000,
            "totalAmountExcludingTax": 800,
            "totalTaxAmount": 200,
            "taxRate": 2500,
        }
    ],
    "bottomLine": {"currency": "NOK"},
}
EXPRESS: dict[str, Any] = {
    "fixedOptions": [
        {
            "type": "HOME_DELIVERY",
            "brand": "POSTEN",
            "options": [
                {
                    "id": "slow",
                    "name": "Slow",
                    "amount": {"value": 4900, "currency": "NOK"},
                }
            ],
        },
        {
            "type": "PICKUP_POINT",
            "brand": "BRING",
            "isDefault": True,
            "options": [
                {
                    "id": "other",
                    "name": "Other",
                    "amount": {"value": 1, "currency": "NOK"},
                },
                {
                    "id": "quick",
                    "name": "Quick",
                    "amount": {"value": 9900, "currency": "NOK"},
                    "isDefault": True,
                },
            ],
        },
    ]
}


@pytest.fixture
def shop() -> Shop:
    return Shop()


def shop_with(**settings: Any) -> Shop:
    """Return the shop of a unit with other settings."""
    config = SandboxConfig.from_seed()
    units = tuple(replace(unit, **settings) for unit in config.units[:1])
    return Shop(fresh(SandboxConfig(units=units)))


def troubled(*codes: int) -> Shop:
    return shop_with(troubles=frozenset(codes))


def wanted(value: object = 49900, **more: Any) -> dict[str, Any]:
    """Return the body of a creation; a field that is None is left out."""
    body: dict[str, Any] = {
        "amount": {"value": value, "currency": "NOK"},
        "paymentMethod": {"type": "WALLET"},
        "reference": REFERENCE,
        "userFlow": "WEB_REDIRECT",
        "returnUrl": BACK,
    } | more
    return {name: value for name, value in body.items() if value is not None}


def create(shop: Shop, value: object = 49900, status: int = 201, **more: Any) -> Any:
    return shop.ask("POST", PAYMENTS, wanted(value, **more), status)


def approved(shop: Shop, value: int = 49900, **more: Any) -> Shop:
    create(shop, value, **more)
    shop.ask("POST", APPROVE, BUYER)
    return shop


def change(
    shop: Shop, operation: str, value: object, status: int = 200, currency: str = "NOK"
) -> Any:
    body = {"modificationAmount": {"value": value, "currency": currency}}
    return shop.ask("POST", f"{ONE}/{operation}", body, status)


def code_of(problem: Any) -> int:
    """Return the code of an error, and see that the form is right."""
    (extra,) = problem["extraDetails"]
    assert extra["name"] == "ErrorCode"
    assert problem["type"] == f"https://httpstatuses.io/{problem['status']}"
    assert problem["instance"].startswith("/v1/")
    assert problem["traceId"].startswith("00-")
    return int(extra["reason"])


def named(shop: Shop, **more: Any) -> str:
    """Create a payment that is malformed; return the name of the field."""
    problem = create(shop, status=400, **more)
    (extra,) = problem["extraDetails"]
    assert problem["title"] == "Bad Request"
    return str(extra["name"])


def events(shop: Shop) -> list[str]:
    return [event["name"] for event in shop.ask("GET", ONE + "/events")]


def aggregate(shop: Shop) -> dict[str, int]:
    found = shop.ask("GET", ONE)["aggregate"]
    return {name.removesuffix("Amount"): one["value"] for name, one in found.items()}


def later(shop: Shop, **step: float) -> Shop:
    shop.sandbox.advance(timedelta(**step))
    shop.log_in()
    return shop


# The life of a payment.


def test_a_payment_is_created_approved_captured_refunded_and_the_rest_cancelled(
    shop: Shop,
) -> None:
    made = create(shop)
    assert made["reference"] == REFERENCE
    assert shop.ask("GET", ONE)["redirectUrl"] == made["redirectUrl"]
    shop.ask("POST", APPROVE, BUYER)
    change(shop, "capture", 1000)
    change(shop, "capture", 2000)
    change(shop, "refund", 500)
    answer = shop.ask("POST", ONE + "/cancel")
    assert answer["state"] == "AUTHORIZED"
    assert aggregate(shop) == {
        "authorized": 49900,
        "captured": 3000,
        "refunded": 500,
        "cancelled": 46900,
    }
    assert events(shop) == [
        "CREATED",
        "AUTHORIZED",
        "CAPTURED",
        "CAPTURED",
        "REFUNDED",
        "CANCELLED",
    ]


def test_a_get_has_what_the_specification_requires(shop: Shop) -> None:
    create(shop, metadata={"order": "1"})
    payment = shop.ask("GET", ONE)
    amount = {"value": 0, "currency": "NOK"}
    assert payment == {
        "aggregate": dict.fromkeys(
            ["authorizedAmount", "cancelledAmount", "capturedAmount", "refundedAmount"],
            amount,
        ),
        "amount": {"value": 49900, "currency": "NOK"},
        "state": "CREATED",
        "paymentMethod": {"type": "WALLET"},
        "profile": {},
        "pspReference": payment["pspReference"],
        "reference": REFERENCE,
        "redirectUrl": payment["redirectUrl"],
        "metadata": {"order": "1"},
    }


def test_an_event_has_a_psp_reference_and_the_key_of_its_call(shop: Shop) -> None:
    shop.call("POST", PAYMENTS, wanted(), Idempotency_Key="key-1")
    shop.ask("POST", APPROVE, BUYER)
    first, second = shop.ask("GET", ONE + "/events")
    assert first | {"pspReference": ""} == {
        "reference": REFERENCE,
        "pspReference": "",
        "name": "CREATED",
        "amount": {"value": 49900, "currency": "NOK"},
        "timestamp": "2026-11-24T12:00:00.000Z",
        "idempotencyKey": "key-1",
        "success": True,
    }
    assert second["idempotencyKey"] is None
    own = shop.ask("GET", ONE)["pspReference"]
    assert len({first["pspReference"], second["pspReference"], own}) == 3


def test_a_payment_that_nobody_approved_is_terminated_by_a_cancel(shop: Shop) -> None:
    create(shop)
    body = {"cancelTransactionOnly": True}
    assert shop.ask("POST", ONE + "/cancel", body)["state"] == "TERMINATED"
    assert events(shop) == ["CREATED", "TERMINATED"]
    assert aggregate(shop)["cancelled"] == 0


def test_an_adjustment_is_answered_in_the_media_type_of_the_specification(
    shop: Shop,
) -> None:
    create(shop)
    answer = shop.call("POST", ONE + "/cancel")
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("step", "state"),
    [
        ({"minutes": 10}, "CREATED"),
        ({"minutes": 10, "seconds": 1}, "EXPIRED"),
    ],
    ids=["in time", "too late"],
)
def test_a_payment_expires_after_ten_minutes(
    shop: Shop, step: dict[str, float], state: str
) -> None:
    create(shop)
    assert later(shop, **step).ask("GET", ONE)["state"] == state
    assert events(shop)[1:] == (["EXPIRED"] if state == "EXPIRED" else [])


def test_a_long_living_payment_expires_when_it_was_asked_to(shop: Shop) -> None:
    create(shop, expiresAt="2026-11-25T13:00:00+01:00", receipt=RECEIPT)
    assert later(shop, hours=24).ask("GET", ONE)["state"] == "CREATED"
    assert later(shop, seconds=1).ask("GET", ONE)["state"] == "EXPIRED"
    (_, event) = shop.ask("GET", ONE + "/events")
    assert event["timestamp"] == "2026-11-25T12:00:00.000Z"


def test_payments_of_two_sales_units_are_apart(shop: Shop) -> None:
    create(shop)
    config = shop.sandbox.config
    other = replace(config.units[1], products=config.units[0].products)
    both = fresh(SandboxConfig(units=(config.units[0], other)))
    one, two = Shop(both), Shop(both, other.name)
    create(one)
    assert code_of(two.ask("GET", ONE, status=404)) == 5090
    create(two, 100)
    assert one.ask("GET", ONE)["amount"]["value"] == 49900


def test_a_partner_creates_a_payment_for_a_connected_unit() -> None:
    partner = Shop(name="Partner")
    owner = Shop(partner.sandbox, "Production unit")
    partner.session.headers[MSN] = owner.unit.msn
    create(partner)
    assert owner.ask("GET", ONE)["state"] == "CREATED"


# What is returned for the flows, and what is read of the customer.


def test_a_web_redirect_leads_to_the_landing_page(shop: Shop) -> None:
    url = create(shop)["redirectUrl"]
    start, _, token = url.partition("?v=2&token=")
    assert start == shop.base + "/dwo-api-application/v1/deeplink/vippsgateway"
    assert len(token) == 32


def test_a_push_message_has_no_address(shop: Shop) -> None:
    made = create(shop, userFlow="PUSH_MESSAGE", returnUrl=None, **BUYER)
    assert made == {"reference": REFERENCE}


def test_a_native_redirect_needs_no_return_url(shop: Shop) -> None:
    made = create(shop, userFlow="NATIVE_REDIRECT", returnUrl=None)
    assert "token=" in made["redirectUrl"]


@pytest.mark.parametrize(
    ("wish", "start"),
    [
        (None, "/qr/generate/qr.svg?size=1024&content="),
        ({"format": "IMAGE/SVG+XML"}, "/qr/generate/qr.svg?size=1024&content="),
        (
            {"format": "IMAGE/PNG", "size": 200},
            "/qr/generate/qr.png?size=200&content=",
        ),
        ({"format": "TEXT/TARGETURL"}, "/dwo-api-application/"),
    ],
    ids=["usual", "svg", "png", "text"],
)
def test_a_qr_flow_leads_to_a_picture_or_its_target(
    shop: Shop, wish: object, start: str
) -> None:
    made = create(shop, userFlow="QR", returnUrl=None, qrFormat=wish)
    assert made["redirectUrl"].startswith(shop.base + start)


def test_the_official_collections_numbers_for_strings_are_taken(shop: Shop) -> None:
    number = 1234561700000000001
    made = create(shop, "49900", reference=number, customer={"phoneNumber": int(PHONE)})
    assert made["reference"] == str(number)
    one = shop.ask("GET", f"{PAYMENTS}/{number}")
    assert one["amount"] == {"value": 49900, "currency": "NOK"}


def test_a_scope_is_shared_once_the_payment_is_approved(shop: Shop) -> None:
    create(shop, profile={"scope": "name phoneNumber email"})
    assert shop.ask("GET", ONE)["profile"] == {}
    shop.ask("POST", APPROVE, {"customer": {"phoneNumber": "4798765432"}})
    payment = shop.ask("GET", ONE)
    profile = shop.ask(
        "GET", f"/vipps-userinfo-api/userinfo/{payment['profile']['sub']}"
    )
    assert profile["phone_number"] == "4798765432"
    assert payment["userDetails"]["mobileNumber"] == "4798765432"


def test_express_adds_the_preselected_shipping(shop: Shop) -> None:
    create(shop, profile={"scope": "address"}, shipping=EXPRESS)
    landing = shop.ask("GET", ONE)["redirectUrl"]
    form = {"decision": "approve"}
    shop.session.post(landing, data=form, allow_redirects=False)
    payment = shop.ask("GET", ONE)
    assert payment["aggregate"]["authorizedAmount"]["value"] == 49900 + 9900
    assert payment["shippingDetails"]["shippingOptionId"] == "quick"
    assert payment["shippingDetails"]["address"]["postCode"] == "0154"
    assert payment["userDetails"]["firstName"] == "Ada"
    change(shop, "capture", 49900 + 9900)


def test_a_card_payment_shows_the_cards_number_range(shop: Shop) -> None:
    approved(shop, paymentMethod={"type": "CARD"})
    assert shop.ask("GET", ONE)["paymentMethod"] == {
        "type": "CARD",
        "cardBin": "540185",
    }


def test_the_buyer_of_a_customer_token_is_known_for_fifteen_minutes(
    shop: Shop,
) -> None:
    token = customers.check_in(call_of(shop), "till-1")
    customer = {"customerToken": token}
    create(shop, userFlow="PUSH_MESSAGE", customer=customer)
    later(shop, minutes=15, seconds=1)
    problem = create(shop, status=400, reference="order-0002", customer=customer)
    assert code_of(problem) == 4050


def call_of(shop: Shop) -> Call:
    return Call(
        method="GET",
        path="/",
        headers={MSN.lower(): shop.unit.msn},
        base=shop.base,
        environment=shop.unit.environment,
        now=shop.sandbox.clock(),
        sandbox=shop.sandbox,
    )


def test_a_buyer_who_is_just_old_enough_may_pay(shop: Shop) -> None:
    create(shop, minimumUserAge=35, **BUYER)


@pytest.mark.parametrize(
    ("code", "phone"),
    [
        ("https://qr.vipps.no/28/2/01/031/4798765432?v=1", "4798765432"),
        ("https://qr-mt.vipps.no/p/abc", PHONE),
        ("https://qr.mobilepay.dk/p/abc", PHONE),
        ("https://example.com/p/abc", ""),
        ("4712345678", ""),
    ],
)
def test_personal_codes_are_on_the_hosts_of_the_app(code: str, phone: str) -> None:
    assert customers.personal(code) == phone


# Idempotency and limits.


def test_the_same_key_gives_the_same_answer_and_nothing_happens(shop: Shop) -> None:
    approved(shop)
    body = {"modificationAmount": {"value": 1000, "currency": "NOK"}}
    answers = [
        shop.call("POST", ONE + "/capture", body, Idempotency_Key="same")
        for _ in range(2)
    ]
    assert answers[0].content == answers[1].content
    assert aggregate(shop)["captured"] == 1000


def test_one_key_may_be_used_for_each_operation(shop: Shop) -> None:
    key = {"Idempotency_Key": "same"}
    assert shop.call("POST", PAYMENTS, wanted(), **key).status_code == 201
    shop.ask("POST", APPROVE, BUYER)
    body = {"modificationAmount": {"value": 1000, "currency": "NOK"}}
    for operation, sent in (("capture", body), ("refund", body), ("cancel", None)):
        answer = shop.call("POST", f"{ONE}/{operation}", sent, **key)
        assert answer.status_code == 200, operation


def test_a_refusal_is_given_again_for_its_key(shop: Shop) -> None:
    create(shop)
    body = {"modificationAmount": {"value": 1000, "currency": "NOK"}}
    early = shop.call("POST", ONE + "/capture", body, Idempotency_Key="same")
    shop.ask("POST", APPROVE, BUYER)
    again = shop.call("POST", ONE + "/capture", body, Idempotency_Key="same")
    assert early.status_code == 400
    assert again.content == early.content
    change(shop, "capture", 1000)


@pytest.mark.parametrize("key", [None, "", "x" * 51], ids=["none", "empty", "long"])
def test_a_creation_needs_a_key(shop: Shop, key: str | None) -> None:
    answer = shop.call("POST", PAYMENTS, wanted(), Idempotency_Key=key)
    assert answer.status_code == 400
    assert answer.json()["extraDetails"][0]["name"] == "Idempotency-Key"


def test_a_cancel_needs_no_key(shop: Shop) -> None:
    create(shop)
    assert shop.call("POST", ONE + "/cancel", Idempotency_Key=None).status_code == 200


def test_five_captures_a_minute_are_served(shop: Shop) -> None:
    approved(shop)
    for _ in range(5):
        change(shop, "capture", 100)
    body = {"modificationAmount": {"value": 100, "currency": "NOK"}}
    answer = shop.call("POST", ONE + "/capture", body)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "61")
    later(shop, seconds=60)
    change(shop, "capture", 100)


def test_creations_are_counted_by_reference(shop: Shop) -> None:
    for number in range(8):
        create(shop, reference=f"order-{number:04}")
    bare = wanted(reference=None)
    found = [shop.call("POST", PAYMENTS, bare).status_code for _ in range(6)]
    assert found == [400] * 5 + [429]


def test_a_hundred_and_twenty_reads_a_minute_are_served(shop: Shop) -> None:
    create(shop)
    found = [shop.call("GET", ONE).status_code for _ in range(121)]
    assert found == [200] * 120 + [429]


# What the merchant is told.


def told(shop: Shop) -> list[tuple[str, dict[str, Any]]]:
    lined = shop.sandbox.state.all(Delivery, LINE)
    return [(one.event, json.loads(one.body)) for one in lined]


NAMES = "created authorized captured cancelled refunded aborted expired terminated"
HOOKS = [f"epayments.payment.{name}.v1" for name in NAMES.split()]


@pytest.fixture
def listener(shop: Shop) -> Shop:
    body = {"url": "https://example.com/hooks", "events": HOOKS}
    shop.ask("POST", "/webhooks/v1/webhooks", body, 201)
    return shop


def test_the_merchant_is_told_of_each_event(listener: Shop) -> None:
    approved(listener)
    change(listener, "capture", 1000)
    change(listener, "refund", 1000)
    listener.ask("POST", ONE + "/cancel")
    names = [name for name, _ in told(listener)]
    wanted_names = ["created", "authorized", "captured", "refunded", "cancelled"]
    assert names == [f"epayments.payment.{name}.v1" for name in wanted_names]


def test_a_delivery_has_the_fields_of_the_event(listener: Shop) -> None:
    listener.call("POST", PAYMENTS, wanted(), Idempotency_Key="key-1")
    ((_, body),) = told(listener)
    (event,) = listener.ask("GET", ONE + "/events")
    assert body == {
        "msn": listener.unit.msn,
        "reference": REFERENCE,
        "pspReference": event["pspReference"],
        "name": "CREATED",
        "amount": {"value": 49900, "currency": "NOK"},
        "timestamp": "2026-11-24T12:00:00.000Z",
        "idempotencyKey": "key-1",
        "success": True,
    }


def test_a_delivery_of_an_approval_has_the_sub(listener: Shop) -> None:
    approved(listener, profile={"scope": "name"})
    name, body = told(listener)[-1]
    assert name == "epayments.payment.authorized.v1"
    assert body["sub"] == listener.ask("GET", ONE)["profile"]["sub"]
    assert "userDetails" not in body


def test_a_payment_that_expires_is_told_of_once_it_is_looked_at(listener: Shop) -> None:
    create(listener)
    later(listener, minutes=11).ask("GET", ONE)
    listener.ask("GET", ONE)
    names = [name for name, _ in told(listener)]
    assert names == [HOOKS[0], "epayments.payment.expired.v1"]


def test_a_terminated_payment_is_told_of(listener: Shop) -> None:
    create(listener)
    listener.ask("POST", ONE + "/cancel")
    assert told(listener)[-1][0] == "epayments.payment.terminated.v1"


def test_a_failed_approval_stays_noted_down_in_a_file(tmp_path: Path) -> None:
    with closing(Database(tmp_path / "state.db")) as state:
        shop = Shop(Sandbox(clock=lambda: NOW, state=state))
        create(shop, 151)
        shop.ask("POST", APPROVE, BUYER, 400)
        assert events(shop) == ["CREATED", "AUTHORIZED"]


def test_a_failed_approval_is_told_of_as_one(listener: Shop) -> None:
    create(listener, 151)
    listener.ask("POST", APPROVE, BUYER, 400)
    name, body = told(listener)[-1]
    assert (name, body["success"]) == ("epayments.payment.authorized.v1", False)
    assert listener.ask("GET", ONE)["state"] == "CREATED"


# What is malformed has the name of the field, and no code.


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"amount": None}, "amount"),
        ({"amount": {"value": 1}}, "amount.currency"),
        ({"amount": {"value": "x", "currency": "NOK"}}, "amount.value"),
        ({"amount": {"value": 1, "currency": "XXX"}}, "amount.currency"),
        ({"paymentMethod": {"type": "CASH"}}, "paymentMethod.type"),
        ({"reference": "short"}, "reference"),
        ({"reference": "order/0001"}, "reference"),
        ({"reference": 10**70}, "reference"),
        ({"userFlow": "EMAIL"}, "userFlow"),
        ({"paymentDescription": "ab"}, "paymentDescription"),
        ({"returnUrl": "https://example.com/" + "x" * 2500}, "returnUrl"),
        ({"minimumUserAge": 101}, "minimumUserAge"),
        ({"customer": {"phoneNumber": PHONE, "customerToken": "x"}}, "customer"),
        ({"userFlow": "QR", "paymentMethod": {"type": "CARD"}}, "userFlow"),
        ({"userFlow": "QR", "qrFormat": {"format": "GIF"}}, "qrFormat.format"),
        ({"expiresAt": "tomorrow", "receipt": RECEIPT}, "expiresAt"),
        ({"expiresAt": "2026-13-01T00:00:00Z", "receipt": RECEIPT}, "expiresAt"),
        ({"receipt": {"orderLines": [], "bottomLine": {}}}, "receipt.orderLines"),
        ({"metadata": {"a": 1}}, "metadata[...]"),
        ({"shipping": {}, "profile": {"scope": "address"}}, "shipping"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value),
)
def test_what_is_malformed_is_named(
    shop: Shop, changed: dict[str, Any], field: str
) -> None:
    assert named(shop, **changed) == field


def test_a_receipt_needs_one_of_the_two_taxes(shop: Shop) -> None:
    (line,) = RECEIPT["orderLines"]
    bare = {name: value for name, value in line.items() if name != "taxRate"}
    assert named(shop, receipt=RECEIPT | {"orderLines": [bare]}) == "receipt.orderLines"
    create(shop, receipt=RECEIPT | {"orderLines": [bare | {"taxPercentage": 25}]})


def test_a_body_that_is_no_json_is_malformed(shop: Shop) -> None:
    headers = {"Idempotency-Key": "key-1"}
    url = shop.base + PAYMENTS
    answer = shop.session.post(url, data="{", headers=headers)
    assert answer.status_code == 400
    assert answer.json()["extraDetails"] == [
        {"name": "body", "reason": "The body is not valid JSON."}
    ]


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("https://example.com", 201),
        ("https://example.com:8443/a?b=c#d", 201),
        ("myshop://done", 201),
        ("my.shop+app://done/now?x=1", 201),
        ("http://example.com", 400),
        ("https://localhost/done", 400),
        ("https://", 400),
        ("https://example.com:port/", 400),
        ("https://exa mple.com/", 400),
        ("https://example.com/\n", 400),
        ("https://[::1/", 400),
        ("example.com", 400),
        ("myshop:done", 400),
        ("javascript://example.com/%0aalert(1)", 400),
    ],
)
def test_a_return_url_has_https_or_the_scheme_of_an_app(
    shop: Shop, url: str, status: int
) -> None:
    answer = create(shop, status=status, returnUrl=url)
    assert status == 201 or code_of(answer) == 4090


NAMES_OF_FIELDS = """
    amount value currency paymentMethod type blockedSources reference userFlow customer
    phoneNumber personalQr customerToken minimumUserAge profile scope returnUrl
    expiresAt qrFormat format size paymentDescription receipt orderLines bottomLine
    metadata shipping fixedOptions dynamicOptions options cardPassthrough
""".split()
NUMBERS = count(1)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.sampled_from(["NOK", "WALLET", "CARD", "name nin", "https://a.b", "2026"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(NAMES_OF_FIELDS), inner, max_size=4)
    ),
    max_leaves=8,
)


@cache
def steady_shop() -> Shop:
    return Shop()


@given(changed=st.dictionaries(st.sampled_from(NAMES_OF_FIELDS), JSON, max_size=4))
def test_any_body_of_a_creation_gets_an_answer(changed: dict[str, Any]) -> None:
    body = wanted(reference=f"order-{next(NUMBERS):05}") | changed
    answer = steady_shop().call("POST", PAYMENTS, body)
    assert answer.status_code in {201, 400, 403, 409, 429}, answer.text


@given(
    operation=st.sampled_from(["capture", "refund", "cancel", "approve"]),
    body=st.one_of(
        JSON, st.fixed_dictionaries({}, optional={"modificationAmount": JSON})
    ),
)
def test_any_body_of_a_change_gets_an_answer(operation: str, body: object) -> None:
    shop, reference = steady_shop(), f"order-{next(NUMBERS):05}"
    shop.ask("POST", PAYMENTS, wanted(reference=reference), 201)
    path = f"{PAYMENTS}/{reference}/{operation}"
    if operation == "approve":
        path = f"/epayment/v1/test/payments/{reference}/approve"
    answer = shop.call("POST", path, body)
    assert answer.status_code in {200, 400}, answer.text


# Every code.


def refused(status: int = 400, shop: Callable[[], Shop] = Shop, **more: Any) -> Any:
    """Return what provokes a code by a creation."""
    value = more.pop("value", 49900)
    return lambda: create(shop(), value, status, **more)


def repeated(operation: str) -> Any:
    shop = approved(Shop())
    change(shop, "capture", 1000)
    bodies = [
        {"modificationAmount": {"value": value, "currency": "NOK"}}
        for value in (100, 200)
    ]
    _, answer = (
        shop.call("POST", f"{ONE}/{operation}", body, Idempotency_Key="same")
        for body in bodies
    )
    return answer.json()


def repeated_creation() -> Any:
    shop = Shop()
    bodies = wanted(), wanted(reference="order-0002")
    _, answer = (
        shop.call("POST", PAYMENTS, body, Idempotency_Key="same") for body in bodies
    )
    return answer.json()


def doubled_metadata() -> Any:
    text = json.dumps(wanted(metadata={"key-1": "a"}))
    text = text.replace('"key-1": "a"', '"key-1": "a", "key-1": "a"')
    shop, headers = Shop(), {"Idempotency-Key": "key"}
    return shop.session.post(shop.base + PAYMENTS, data=text, headers=headers).json()


@pytest.mark.parametrize(
    "beside",
    [*("[" * depth + "]" * depth for depth in range(900, 1000, 3)), "9" * 5000],
    ids=lambda beside: f"{beside[0]} {len(beside)}",
)
def test_whatever_stands_beside_metadata_gets_an_answer(beside: str) -> None:
    text = json.dumps(wanted(metadata={"key-1": "a"}))[:-1] + f', "more": {beside}}}'
    shop, headers = Shop(), {"Idempotency-Key": "key"}
    answer = shop.session.post(shop.base + PAYMENTS, data=text, headers=headers)
    assert answer.status_code in {201, 400}


def created(*codes: int, **more: Any) -> Shop:
    shop = troubled(*codes)
    create(shop, more.pop("value", 49900), **more)
    return shop


def captured(value: int = 49900, *codes: int) -> Shop:
    shop = approved(troubled(*codes))
    change(shop, "capture", value)
    return shop


def refunded() -> Shop:
    shop = captured()
    change(shop, "refund", 49900)
    return shop


def terminated() -> Shop:
    shop = created()
    cancel(shop, 200)
    return shop


def cancelled() -> Shop:
    shop = approved(Shop())
    shop.ask("POST", ONE + "/cancel")
    return shop


def cancel(shop: Shop, status: int = 400, **body: object) -> Any:
    return shop.ask("POST", ONE + "/cancel", body or None, status)


def force(shop: Shop, phone: str = PHONE, status: int = 400) -> Any:
    body = {"customer": {"phoneNumber": phone}}
    return shop.ask("POST", APPROVE, body, status)


def in_days(days: float) -> str:
    return (NOW + timedelta(days=days)).isoformat()


LIVING: dict[str, Any] = {"receipt": RECEIPT}
PUSH: dict[str, Any] = {"userFlow": "PUSH_MESSAGE"}
PROVOKED: dict[str, Callable[[], Any]] = {
    "3010 by the unit": refused(500, lambda: troubled(3010)),
    "4010": lambda: repeated("capture"),
    "4020": repeated_creation,
    "4040 decimals": refused(value=1.5),
    "4040 too much": refused(value=65_000_001),
    "4040 negative": refused(value=-1),
    "4040 no end": refused(value="inf"),
    "4040 no number": refused(value="nan"),
    "4040 capture of nothing": lambda: change(approved(Shop()), "capture", 0, 400),
    "4040 other currency": lambda: change(approved(Shop()), "capture", 100, 400, "DKK"),
    "4050": refused(**PUSH, customer={"customerToken": "unknown"}),
    "4060": refused(**PUSH, customer={"personalQr": "https://example.com/p/x"}),
    "4070 short": refused(**PUSH, customer={"phoneNumber": "12345678"}),
    "4070 prefix": refused(**PUSH, customer={"phoneNumber": "+4712345678"}),
    "4070 long number": refused(**PUSH, customer={"phoneNumber": 10**20}),
    "4080": refused(profile={"scope": "name shoeSize"}),
    "4090": refused(returnUrl="http://example.com"),
    "4090 receipt": refused(receiptUrl="http://example.com"),
    "4100": refused(metadata={str(number): "" for number in range(6)}),
    "4110": doubled_metadata,
    "4120": refused(metadata={"x" * 101: ""}),
    "4130": refused(metadata={"x": "x" * 501}),
    "4140 return url": refused(returnUrl=None),
    "4140 customer": refused(**PUSH),
    "4140 empty customer": refused(**PUSH, customer={}),
    "4140 passthrough": refused(paymentMethod={"type": "CARD_PASSTHROUGH"}),
    "4140 scope of Express": refused(shipping=EXPRESS),
    "4140 approval": lambda: created().ask("POST", APPROVE, {}, 400),
    "4150": lambda: create(created(), status=409),
    "4150 refund": lambda: repeated("refund"),
    "4160": refused(
        cardPassthrough={
            "pspReference": "x",
            "cardCallbackUrl": "https://example.com",
            "allowedCardTypes": ["DANKORT"],
        }
    ),
    "5010": refused(
        paymentMethod={"type": "WALLET", "blockedSources": ["COMMERCIAL_CARDS"]}
    ),
    "5020": refused(403, lambda: troubled(5020), shipping=EXPRESS),
    "5020 card": refused(403, paymentMethod={"type": "CARD"}, shipping=EXPRESS),
    "5030": refused(403, lambda: troubled(5030), profile={"scope": "nin"}),
    "5040": refused(amount={"value": 100, "currency": "DKK"}),
    "5040 in Finland": refused(shop=lambda: shop_with(market="FI")),
    "5050": refused(403, lambda: troubled(5050), expiresAt=in_days(1), **LIVING),
    "5060": refused(403, lambda: troubled(5060)),
    "5070": refused(400, lambda: troubled(5070)),
    "5080": refused(403, lambda: troubled(5080), **PUSH, **BUYER),
    "5090": lambda: Shop().ask("GET", ONE, status=404),
    "5090 capture": lambda: change(Shop(), "capture", 1, 404),
    "5100": lambda: change(captured(49900, 5100), "refund", 100, 400),
    "6010": refused(value=99),
    "6020": lambda: change(created(), "refund", 100, 400),
    "6030": lambda: cancel(later(approved(Shop()), days=181)),
    "6040": lambda: cancel(captured()),
    "6050": lambda: cancel(later(created(), minutes=11)),
    "6060": lambda: cancel(approved(Shop()), cancelTransactionOnly=True),
    "6070": lambda: change(cancelled(), "capture", 100, 400),
    "6080": lambda: change(created(), "capture", 100, 400),
    "6090": lambda: change(captured(49800), "capture", 101, 400),
    "6100": lambda: change(later(approved(Shop()), days=181), "capture", 100, 400),
    "6110": refused(expiresAt=in_days(60.01), **LIVING),
    "6120": refused(expiresAt=in_days(0.001), **LIVING),
    "6130": refused(expiresAt=in_days(1)),
    "6140": lambda: change(approved(troubled(6140)), "capture", 100, 400),
    "6150": lambda: change(captured(100), "refund", 101, 400),
    "6160": lambda: change(approved(troubled(6160)), "capture", 100, 423),
    "6170": lambda: change(captured(), "capture", 1, 400),
    "6180": lambda: change(refunded(), "refund", 1, 400),
    "6190 cancelled": lambda: cancel(cancelled()),
    "6190 terminated": lambda: cancel(terminated()),
    "6200": lambda: change(later(created(), minutes=11), "capture", 100, 400),
    "6210": lambda: change(later(created(), minutes=11), "refund", 100, 400),
    "6210 forced": lambda: change(captured(), "refund", 123, 400),
    "6220": lambda: change(later(captured(), days=366), "refund", 100, 400),
    "6220 forced": lambda: change(captured(), "refund", 124, 400),
    "6230": lambda: force(approved(Shop())),
    "6250": lambda: cancel(approved(troubled(6250))),
    "6260": lambda: change(approved(troubled(6260)), "capture", 100, 400),
    "6280": lambda: change(approved(troubled(6280)), "capture", 100, 400),
    "7010": refused(**PUSH, customer={"phoneNumber": customers.NOBODY}),
    "7010 age": refused(minimumUserAge=36, **BUYER),
    "7010 age at the approval": lambda: force(created(minimumUserAge=36)),
    "10010 amount": lambda: force(created(value=151)),
    "10010 expired": lambda: force(later(created(), minutes=11)),
    "10010 token": lambda: created().ask("POST", APPROVE, {"token": "x"}, 400),
    "10020 by hand": lambda: force(created(), customers.NEVER_APPROVED, 403),
    "10030": lambda: force(created(value=202)),
    "10040 expired": lambda: force(created(value=186)),
    "10040 invalid": lambda: force(created(value=187)),
    "10050": lambda: force(created(), customers.WITHOUT_CARDS),
    "10060": lambda: force(created(profile={"scope": "address"}, shipping=EXPRESS)),
    "10070": lambda: force(created(value=184)),
}


@pytest.mark.parametrize("case", PROVOKED)
def test_each_code_can_be_provoked(case: str) -> None:
    problem = PROVOKED[case]()
    code = int(case.partition(" ")[0])
    assert code_of(problem) == code
    assert problem["status"] == PROBLEMS[code].status
    if case != "4150 refund":
        assert problem["title"] == PROBLEMS[code].title


NEAR_MISSES: dict[str, Callable[[], Any]] = {
    "4040": refused(201, value=65_000_000),
    "4100 to 4130": refused(
        201, metadata={str(number) * 100: "x" * 500 for number in range(5)}
    ),
    "5010": refused(
        201,
        lambda: shop_with(market="DK"),
        amount={"value": 1, "currency": "DKK"},
        paymentMethod={"type": "WALLET", "blockedSources": ["COMMERCIAL_CARDS"]},
    ),
    "5030": refused(201, profile={"scope": "nin"}),
    "5040": refused(
        201, lambda: shop_with(market="FI"), amount={"value": 1, "currency": "EUR"}
    ),
    "5080": refused(201, **PUSH, **BUYER),
    "6010": refused(201, value=100),
    "6030": lambda: cancel(later(approved(Shop()), days=180), 200),
    "6040": lambda: cancel(captured(49899), 200),
    "6060": lambda: cancel(approved(Shop()), 200, cancelTransactionOnly=False),
    "6090": lambda: change(captured(49800), "capture", 100, 200),
    "6100": lambda: change(later(approved(Shop()), days=180), "capture", 1, 200),
    "6110": refused(201, expiresAt=in_days(60), **LIVING),
    "6120": refused(201, expiresAt=in_days(1 / 144), **LIVING),
    "6140": lambda: change(approved(troubled(6140)), "capture", 49900, 200),
    "6150": lambda: change(captured(100), "refund", 100, 200),
    "6220": lambda: change(later(captured(), days=365), "refund", 100, 200),
}


@pytest.mark.parametrize("case", NEAR_MISSES)
def test_what_just_keeps_to_a_rule_is_served(case: str) -> None:
    NEAR_MISSES[case]()


@pytest.mark.parametrize(("days", "status"), [(14, 200), (15, 400)])
def test_a_danish_reservation_lives_for_fourteen_days(days: int, status: int) -> None:
    shop = shop_with(market="DK")
    create(shop, amount={"value": 100, "currency": "DKK"})
    shop.ask("POST", APPROVE, BUYER)
    change(later(shop, days=days), "capture", 100, status, "DKK")


def test_force_approve_is_for_test_alone() -> None:
    shop = Shop(name="Production unit")
    create(shop)
    assert code_of(shop.ask("POST", APPROVE, BUYER, 403)) == 10020


def test_a_payment_can_be_approved_with_its_token(shop: Shop) -> None:
    token = create(shop)["redirectUrl"].rpartition("token=")[2]
    shop.ask("POST", APPROVE, {"token": token})
    assert shop.ask("GET", ONE)["state"] == "AUTHORIZED"


def test_the_token_of_another_payment_approves_nothing(shop: Shop) -> None:
    create(shop)
    other = create(shop, reference="order-0002")["redirectUrl"]
    body = {"token": other.rpartition("token=")[2]}
    assert code_of(shop.ask("POST", APPROVE, body, 400)) == 10010


def test_the_documentation_says_how_to_meet_each_code() -> None:
    text = (ROOT / "docs" / "sandbox-payments.md").read_text("utf-8")
    rows = re.findall(r"^\| ([\d, ]+) \|", text.partition("each code")[2], re.MULTILINE)
    listed = [int(code) for row in rows for code in row.split(", ")]
    assert listed == sorted(set(listed), key=listed.index)
    assert set(listed) == PROBLEMS.keys()


def test_no_code_is_left_out() -> None:
    assert {int(case.partition(" ")[0]) for case in PROVOKED} == PROBLEMS.keys()
