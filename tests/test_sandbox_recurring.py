"""Agreements and charges: what Recurring answers, and what time does to them."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shop import KEY, NOW, Shop

from vippsdiag.exchange import Request
from vippsdiag.sandbox import Sandbox
from vippsdiag.sandbox.apis.recurring import events, ledger
from vippsdiag.sandbox.state.history import MOST

AGREEMENTS = "/recurring/v3/agreements"
PROBLEMS = (
    "https://developer.vippsmobilepay.com/docs/APIs/recurring-api/"
    "recurring-api-problems#"
)
DAY = timedelta(days=1)


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """What merchants are told."""
    told: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(
        events, "publish", lambda _, name, body, **_at: told.append((name, body))
    )
    return told


def draft(**more: object) -> dict[str, object]:
    """What drafts an agreement."""
    body: dict[str, object] = {
        "pricing": {"type": "LEGACY", "amount": 2500, "currency": "NOK"},
        "interval": {"unit": "MONTH", "count": 1},
        "merchantRedirectUrl": "https://example.com/redirect",
        "merchantAgreementUrl": "https://example.com/agreement",
        "productName": "Socks each month",
    }
    return body | more


def charge(**more: object) -> dict[str, object]:
    """What creates a charge."""
    body: dict[str, object] = {
        "amount": 2500,
        "description": "Socks",
        "due": "2026-12-01",
        "retryDays": 2,
        "transactionType": "DIRECT_CAPTURE",
    }
    return body | more


def drafted(shop: Shop, **more: object) -> str:
    """Draft an agreement and return its path."""
    answer = shop.ask("POST", AGREEMENTS, draft(**more), 201)
    return f"{AGREEMENTS}/{answer['agreementId']}"


def accepted(shop: Shop, **more: object) -> str:
    """Accept an agreement and return its path."""
    one = drafted(shop, **more)
    shop.ask("PATCH", f"{one}/accept", {"phoneNumber": "4712345678"}, 204)
    return one


def charged(shop: Shop, one: str, **more: object) -> str:
    """Create a charge and return its path."""
    made = shop.ask("POST", f"{one}/charges", charge(**more), 201)
    return f"{one}/charges/{made['chargeId']}"


def wait(shop: Shop, step: timedelta) -> None:
    shop.sandbox.advance(step)
    shop.log_in()


def refused(answer: Any) -> str:
    """Return the identifier of the problem."""
    return str(answer["type"]).removeprefix(PROBLEMS)


# Agreements.


def test_a_draft_waits_for_the_buyer(shop: Shop) -> None:
    answer = shop.ask("POST", AGREEMENTS, draft(), 201)
    assert answer["agreementId"].startswith("agr_")
    assert answer["chargeId"] is None
    one = shop.ask("GET", f"{AGREEMENTS}/{answer['agreementId']}")
    assert one["status"] == "PENDING"
    assert one["uuid"] == answer["uuid"]
    assert one["start"] is None
    assert one["campaign"] is None
    assert one["interval"] == {"unit": "MONTH", "count": 1, "text": "every month"}
    assert one["pricing"] == {"type": "LEGACY", "currency": "NOK", "amount": 2500}
    assert one["countryCode"] == "NO"


def test_the_token_of_the_confirmation_stands_behind_the_second_equals_sign(
    shop: Shop,
) -> None:
    url = shop.ask("POST", AGREEMENTS, draft(), 201)["vippsConfirmationUrl"]
    assert url.split("=")[1] == "2&token"
    assert url.split("=")[2]


def test_an_app_gets_an_address_of_the_app(shop: Shop) -> None:
    body = draft(isApp=True, merchantRedirectUrl="myapp")
    url = shop.ask("POST", AGREEMENTS, body, 201)["vippsConfirmationUrl"]
    assert url.startswith("vippsMT://?v=2&token=")


def test_what_the_official_collection_sends_is_taken(shop: Shop) -> None:
    body = draft(
        interval={"unit": "MONTH", "count": "2"},
        pricing={"amount": 2500, "currency": "NOK"},
        phoneNumber="12345678",
        scope="address name email birthDate phoneNumber",
    )
    one = f"{AGREEMENTS}/{shop.ask('POST', AGREEMENTS, body, 201)['agreementId']}"
    shop.ask("PATCH", f"{one}/accept", {"phoneNumber": "12345678"}, 204)
    shown = shop.ask("GET", one)
    assert shown["interval"]["count"] == 2
    assert shown["userinfoUrl"].endswith(f"/vipps-userinfo-api/userinfo/{shown['sub']}")
    assert shop.ask("GET", shown["userinfoUrl"])["phone_number"] == "4712345678"


def test_a_draft_expires_after_ten_minutes(shop: Shop, told: list[Any]) -> None:
    one = drafted(shop)
    shop.sandbox.advance(timedelta(minutes=10))
    shown = shop.ask("GET", one)
    assert shown["status"] == "EXPIRED"
    assert shown["stop"] == "2026-11-24T12:10:00Z"
    answer = shop.ask("PATCH", f"{one}/accept", {"phoneNumber": "4712345678"}, 400)
    assert refused(answer) == "operation-failed"
    shop.ask("GET", one)
    assert [name for name, _ in told] == ["recurring.agreement-expired.v1"]


def test_acceptance_is_told_of(shop: Shop, told: list[Any]) -> None:
    one = accepted(shop, externalId="socks-1")
    shown = shop.ask("GET", one)
    assert shown["status"] == "ACTIVE"
    assert shown["start"] == "2026-11-24T12:00:00Z"
    assert [each["event"] for each in shown["history"]] == ["CREATE", "ACTIVATE"]
    assert told == [
        (
            "recurring.agreement-activated.v1",
            {
                "agreementId": shown["id"],
                "agreementUUID": shown["uuid"],
                "agreementExternalId": "socks-1",
                "eventType": "recurring.agreement-activated.v1",
                "occurred": "2026-11-24T12:00:00Z",
                "actor": "USER",
                "msn": shop.unit.msn,
            },
        )
    ]


def test_some_test_users_cannot_accept(shop: Shop) -> None:
    one = drafted(shop)
    answer = shop.ask("PATCH", f"{one}/accept", {"phoneNumber": "4700000000"}, 400)
    assert refused(answer) == "operation-failed"
    assert shop.ask("GET", one)["status"] == "PENDING"


def test_production_cannot_force_an_acceptance() -> None:
    shop = Shop(name="Production unit")
    one = drafted(shop)
    shop.ask("PATCH", f"{one}/accept", {"phoneNumber": "4712345678"}, 404)
    assert shop.ask("GET", one)["status"] == "PENDING"


@pytest.mark.parametrize("decision", ["approve", "reject"])
def test_the_buyer_decides_on_the_landing_page(shop: Shop, decision: str) -> None:
    more = {"amount": 500, "description": "Now", "transactionType": "DIRECT_CAPTURE"}
    answer = shop.ask("POST", AGREEMENTS, draft(initialCharge=more), 201)
    one = f"{AGREEMENTS}/{answer['agreementId']}"
    url = answer["vippsConfirmationUrl"]
    page = shop.session.get(url)
    assert "Socks each month" in page.text
    assert "25.00 NOK" in page.text
    assert "5.00 NOK" in page.text
    done = shop.session.post(url, data={"decision": decision}, allow_redirects=False)
    assert done.headers["Location"] == "https://example.com/redirect"
    approved = decision == "approve"
    assert shop.ask("GET", one)["status"] == ("ACTIVE" if approved else "STOPPED")
    status = "CHARGED" if approved else "CANCELLED"
    assert shop.ask("GET", f"{one}/charges/{answer['chargeId']}")["status"] == status
    again = shop.session.post(url, data={"decision": "approve"})
    assert again.status_code == 200
    assert "This agreement is" in again.text


def test_the_buyer_stops_an_agreement_on_its_page(
    shop: Shop, told: list[tuple[str, dict[str, Any]]]
) -> None:
    answer = shop.ask("POST", AGREEMENTS, draft(), 201)
    one, url = f"{AGREEMENTS}/{answer['agreementId']}", answer["vippsConfirmationUrl"]
    assert 'value="stop"' not in shop.session.get(url).text
    shop.session.post(url, data={"decision": "stop"})
    assert shop.ask("GET", one)["status"] == "PENDING"
    shop.session.post(url, data={"decision": "approve"}, allow_redirects=False)
    path = charged(shop, one)
    assert 'value="stop"' in shop.session.get(url).text
    shop.session.post(url, data={"decision": "reject"})
    assert shop.ask("GET", one)["status"] == "ACTIVE"
    told.clear()
    stop = {"decision": "stop"}
    page = shop.session.post(url, data=stop, allow_redirects=False)
    assert page.status_code == 200
    assert "This agreement is stopped" in page.text
    assert 'value="stop"' not in page.text
    shown = shop.ask("GET", one)
    assert (shown["status"], shown["stop"]) == ("STOPPED", "2026-11-24T12:00:00Z")
    assert shown["history"][-1]["event"] == "STOP"
    assert shop.ask("GET", path)["status"] == "CANCELLED"
    shop.session.post(url, data=stop)
    assert [(name, body.get("actor")) for name, body in told] == [
        ("recurring.agreement-stopped.v1", "USER"),
        ("recurring.charge-canceled.v1", None),
    ]


CAMPAIGNS: dict[str, dict[str, object]] = {
    "price": {"type": "PRICE_CAMPAIGN", "price": 1, "end": "2040-01-01T00:00:00Z"},
    "period": {
        "type": "PERIOD_CAMPAIGN",
        "price": 1,
        "period": {"unit": "WEEK", "count": "2"},
    },
    "event": {
        "type": "EVENT_CAMPAIGN",
        "price": 1,
        "eventDate": "2040-12-25T00:00:00Z",
        "eventText": "Until Christmas",
    },
    "full flex": {
        "type": "FULL_FLEX_CAMPAIGN",
        "price": 1,
        "end": "2040-01-01T00:00:00Z",
        "interval": {"unit": "WEEK", "count": 4},
    },
}


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_each_campaign_is_shown(shop: Shop, name: str) -> None:
    one = drafted(shop, campaign=CAMPAIGNS[name])
    shown = shop.ask("GET", one)["campaign"]
    assert shown["type"] == CAMPAIGNS[name]["type"]
    assert shown["price"] == 1
    if name == "period":
        assert shown["end"] == "2026-12-08T12:00:00Z"
        assert shown["period"] == {"unit": "WEEK", "count": 2}


def test_a_campaign_names_what_it_lacks(shop: Shop) -> None:
    body = draft(campaign={"type": "EVENT_CAMPAIGN", "price": 1})
    answer = shop.ask("POST", AGREEMENTS, body, 400)
    assert refused(answer) == "validation-error"
    names = [detail["name"] for detail in answer["extraDetails"]]
    assert names == ["campaign.eventDate", "campaign.eventText"]


IMPOSSIBLE: dict[str, tuple[dict[str, object], int, str, list[str]]] = {
    "no price": (
        {"pricing": {"type": "LEGACY", "currency": "NOK"}},
        400,
        "validation-error",
        ["pricing.amount"],
    ),
    "a price that is too low": (
        {"pricing": {"amount": 99, "currency": "NOK"}},
        400,
        "validation-error",
        ["pricing.amount"],
    ),
    "an unknown currency": (
        {"pricing": {"amount": 100, "currency": "SEK"}},
        400,
        "validation-error",
        ["pricing.currency"],
    ),
    "a variable price without an amount": (
        {"pricing": {"type": "VARIABLE", "currency": "NOK"}},
        400,
        "validation-error",
        ["pricing.suggestedMaxAmount"],
    ),
    "too high an amount": (
        {
            "pricing": {
                "type": "VARIABLE",
                "currency": "NOK",
                "suggestedMaxAmount": 2_000_001,
            }
        },
        400,
        "invalid-suggested-max-amount",
        ["pricing.suggestedMaxAmount"],
    ),
    "a campaign of a flexible price": (
        {
            "pricing": {"type": "FLEXIBLE", "currency": "NOK"},
            "campaign": CAMPAIGNS["price"],
        },
        400,
        "validation-error",
        ["campaign"],
    ),
    "no page": (
        {"merchantAgreementUrl": None},
        400,
        "validation-error",
        ["merchantAgreementUrl"],
    ),
    "a page without https": (
        {"merchantAgreementUrl": "http://example.com"},
        400,
        "validation-error",
        ["merchantAgreementUrl"],
    ),
    "a way back without https": (
        {"merchantRedirectUrl": "http://example.com"},
        400,
        "validation-error",
        ["merchantRedirectUrl"],
    ),
    "no landing page": ({"skipLandingPage": True}, 403, "unsupported-feature", []),
    "too long a name": (
        {"productName": "x" * 46},
        400,
        "validation-error",
        ["productName"],
    ),
    "a phone number with letters": (
        {"phoneNumber": "my number"},
        400,
        "validation-error",
        ["phoneNumber"],
    ),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_an_impossible_draft_is_refused(shop: Shop, name: str) -> None:
    more, status, identifier, fields = IMPOSSIBLE[name]
    answer = shop.ask("POST", AGREEMENTS, draft(**more), status)
    assert refused(answer) == identifier
    assert [detail["name"] for detail in answer["extraDetails"]] == fields
    assert answer["status"] == status
    assert answer["instance"] == "/v3/agreements"
    assert answer["contextId"]


def test_extra_details_can_have_their_older_names() -> None:
    shop = Shop(
        Sandbox(clock=lambda: NOW, variants={"recurring-details": "field-text"})
    )
    answer = shop.ask("POST", AGREEMENTS, {}, 400)
    (detail,) = answer["extraDetails"]
    assert detail["field"] == "pricing"
    assert detail["text"] == "The pricing field is required."


def test_agreements_are_listed_by_status(shop: Shop) -> None:
    active, waiting = accepted(shop), drafted(shop)
    listed = shop.ask("GET", AGREEMENTS)
    assert [each["id"] for each in listed] == [active.rpartition("/")[2]]
    listed = shop.ask("GET", AGREEMENTS + "?status=PENDING")
    assert [each["id"] for each in listed] == [waiting.rpartition("/")[2]]
    shop.sandbox.advance(timedelta(minutes=10))
    assert shop.ask("GET", AGREEMENTS + "?status=PENDING") == []
    answer = shop.ask("GET", AGREEMENTS + "?status=PAUSED", status=400)
    assert refused(answer) == "validation-error"


def test_agreements_come_in_pages(shop: Shop) -> None:
    names = [accepted(shop).rpartition("/")[2] for _ in range(5)]
    pages = AGREEMENTS + "?pageSize=2&pageNumber="
    listed = [shop.ask("GET", pages + page) for page in ("1", "3")]
    assert [[each["id"] for each in page] for page in listed] == [names[:2], names[4:]]
    created = int(NOW.timestamp() * 1000)
    assert shop.ask("GET", f"{AGREEMENTS}?createdAfter={created}") == []
    assert refused(shop.ask("GET", AGREEMENTS + "?pageSize=2", status=400)) == (
        "validation-error"
    )


def test_a_token_leads_to_the_next_page(shop: Shop) -> None:
    one = accepted(shop)
    ids = [f"order-{number}" for number in range(501)]
    batch = [
        {"agreementId": one.rpartition("/")[2], **charge(amount=100, orderId=name)}
        for name in ids
    ]
    # An interval of its own for each, so that none is too much.
    shop.ask("PATCH", one, {"pricing": {"amount": 2_000_000}}, 204)
    made = shop.ask("POST", AGREEMENTS + "/charges", batch, 202)
    assert len(made["validCharges"]) == 501
    first = shop.call("GET", f"{one}/charges", Continuation_Token="{{unset}}")
    assert len(first.json()) == 500
    token = first.headers["Continuation-Token"]
    second = shop.call("GET", f"{one}/charges", Continuation_Token=token)
    assert [each["id"] for each in second.json()] == ["order-500"]
    assert "Continuation-Token" not in second.headers


def test_a_list_may_be_asked_for_five_times_a_minute(shop: Shop) -> None:
    for _ in range(5):
        shop.ask("GET", AGREEMENTS)
    answer = shop.call("GET", AGREEMENTS)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    shop.sandbox.advance(timedelta(minutes=1))
    shop.ask("GET", AGREEMENTS)


def test_an_agreement_can_be_changed(shop: Shop) -> None:
    one = accepted(shop)
    changes: list[dict[str, object]] = [
        {"productName": "Warm socks", "productDescription": "Of wool"},
        {"pricing": {"amount": 3000}},
        {"interval": {"type": "FLEXIBLE"}},
    ]
    for change in changes:
        shop.ask("PATCH", one, change, 204)
    shown = shop.ask("GET", one)
    assert shown["productName"] == "Warm socks"
    assert shown["productDescription"] == "Of wool"
    assert shown["pricing"]["amount"] == 3000
    assert shown["interval"] == {}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"pricing": {"suggestedMaxAmount": 3000}}, id="amount-of-another"),
        pytest.param({"interval": {"type": "RECURRING"}}, id="no-period"),
        pytest.param({"merchantAgreementUrl": "http://example.com"}, id="no-https"),
        pytest.param({"status": "STOPPED", "productName": "x"}, id="stopped-and-more"),
    ],
)
def test_an_impossible_change_is_refused(shop: Shop, change: object) -> None:
    answer = shop.ask("PATCH", accepted(shop), change, 400)
    assert refused(answer) == "illegal-agreement-update"


def test_a_stop_cancels_what_waits_and_can_be_repeated(
    shop: Shop, told: list[Any]
) -> None:
    one = accepted(shop)
    path = charged(shop, one)
    told.clear()
    for _ in range(2):
        shop.ask("PATCH", one, {"status": "STOPPED"}, 204)
    assert shop.ask("GET", one)["status"] == "STOPPED"
    assert shop.ask("GET", path)["status"] == "CANCELLED"
    assert [name for name, _ in told] == [
        "recurring.agreement-stopped.v1",
        "recurring.charge-canceled.v1",
    ]
    assert told[0][1]["actor"] == "MERCHANT"
    answer = shop.ask("PATCH", one, {"productName": "x"}, 400)
    assert refused(answer) == "illegal-agreement-update"
    answer = shop.ask("POST", f"{one}/charges", charge(), 400)
    assert refused(answer) == "charge-creation-failed"


# Charges.


def test_a_charge_is_taken_when_it_is_due(shop: Shop, told: list[Any]) -> None:
    one = accepted(shop)
    path = charged(shop, one, due="2027-01-15", externalId="invoice-1")
    told.clear()
    shown = shop.ask("GET", path)
    assert shown["status"] == "PENDING"
    assert shown["transactionId"] is None
    assert shown["due"] == "2027-01-15T00:00:00Z"
    wait(shop, timedelta(days=22))
    assert shop.ask("GET", path)["status"] == "DUE"
    wait(shop, timedelta(days=30))
    shown = shop.ask("GET", path)
    assert shown["status"] == "CHARGED"
    assert shown["summary"] == {"captured": 2500, "refunded": 0, "cancelled": 0}
    assert [each["event"] for each in shown["history"]] == ["CREATE", "CAPTURE"]
    assert shown["history"][1]["occurred"] == "2027-01-15T07:00:00Z"
    assert [name for name, _ in told] == ["recurring.charge-captured.v1"]
    body = told[0][1]
    assert body["occurred"] == "2027-01-15T07:00:00Z"
    assert body["chargeId"] == shown["id"]
    assert body["amountCaptured"] == 2500
    assert body["chargeExternalId"] == "invoice-1"
    assert body["transactionId"].isdecimal()


def test_a_reserved_charge_is_captured_refunded_and_released(
    shop: Shop, told: list[Any]
) -> None:
    one = accepted(shop)
    path = charged(shop, one, transactionType="RESERVE_CAPTURE")
    answer = shop.ask("POST", f"{path}/capture", {"amount": 1}, 400)
    assert refused(answer) == "charge-capture-failed"
    wait(shop, timedelta(days=7))
    assert shop.ask("GET", path)["status"] == "RESERVED"
    answer = shop.ask("POST", f"{path}/capture", {"amount": 2501}, 400)
    assert refused(answer) == "charge-capture-failed"
    shop.ask("POST", f"{path}/capture", {"amount": 1500, "description": "x"}, 204)
    assert shop.ask("GET", path)["status"] == "PARTIALLY_CAPTURED"
    shop.ask("DELETE", path, status=204)
    shown = shop.ask("GET", path)
    assert shown["status"] == "CHARGED"
    assert shown["summary"] == {"captured": 1500, "refunded": 0, "cancelled": 1000}
    shop.ask("POST", f"{path}/refund", {"amount": 500, "description": "x"}, 204)
    assert shop.ask("GET", path)["status"] == "PARTIALLY_REFUNDED"
    answer = shop.ask(
        "POST", f"{path}/refund", {"amount": 1001, "description": "x"}, 400
    )
    assert refused(answer) == "operation-failed"
    shop.ask("POST", f"{path}/refund", {"amount": 1000, "description": "x"}, 204)
    assert shop.ask("GET", path)["status"] == "REFUNDED"
    assert [name.split(".")[1] for name, _ in told[1:]] == [
        "charge-reserved",
        "charge-captured",
        "charge-canceled",
        "charge-refunded",
        "charge-refunded",
    ]


def test_captures_and_refunds_have_a_last_day(shop: Shop) -> None:
    one = accepted(shop)
    late = charged(shop, one, transactionType="RESERVE_CAPTURE")
    taken = charged(shop, one)
    wait(shop, timedelta(days=188))
    answer = shop.ask("POST", f"{late}/capture", {"amount": 2500}, 400)
    assert answer["detail"] == "A charge can be captured for 180 days."
    wait(shop, timedelta(days=190))
    answer = shop.ask("POST", f"{taken}/refund", {"amount": 1, "description": "x"}, 400)
    assert answer["detail"] == "A charge can be refunded for 365 days."


def test_a_charge_that_fails_is_tried_again_until_its_last_day(
    shop: Shop, told: list[Any]
) -> None:
    path = charged(shop, accepted(shop), amount=151)
    told.clear()
    wait(shop, timedelta(days=8))
    shown = shop.ask("GET", path)
    assert shown["status"] == "DUE"
    assert shown["failureReason"] == "user_action_required"
    wait(shop, timedelta(days=2))
    shown = shop.ask("GET", path)
    assert shown["status"] == "FAILED"
    assert shown["history"][-1]["occurred"] == "2026-12-03T15:00:00Z"
    assert [name for name, _ in told] == ["recurring.charge-failed.v1"]


def test_a_single_attempt_fails_at_once(shop: Shop) -> None:
    single = {"processingMode": "SINGLE_ATTEMPT", "retryDays": 0}
    path = charged(shop, accepted(shop), amount=151, **single)
    wait(shop, timedelta(days=7))
    assert shop.ask("GET", path)["history"][-1]["occurred"] == "2026-12-01T07:00:00Z"
    answer = shop.ask(
        "POST",
        f"{accepted(shop)}/charges",
        charge(processingMode="SINGLE_ATTEMPT"),
        400,
    )
    assert answer["extraDetails"][0]["name"] == "retryDays"


WRONG_DAYS = {
    "2026-11-24": "charge-due-too-soon",
    "2028-11-24": "charge-due-in-too-long",
    "2026-13-01": "validation-error",
}


@pytest.mark.parametrize("due", WRONG_DAYS)
def test_a_due_date_is_a_day_ahead_and_two_years_at_most(shop: Shop, due: str) -> None:
    answer = shop.ask("POST", f"{accepted(shop)}/charges", charge(due=due), 400)
    assert refused(answer) == WRONG_DAYS[due]
    assert answer["extraDetails"][0]["name"] == "due"


def test_tomorrow_is_early_enough(shop: Shop) -> None:
    charged(shop, accepted(shop), due="2026-11-25")


def test_charges_of_one_month_are_five_times_the_price_at_most(shop: Shop) -> None:
    one = accepted(shop)
    charged(shop, one, amount=10_000)
    answer = shop.ask("POST", f"{one}/charges", charge(amount=2501), 400)
    assert refused(answer) == "charge-amount-too-high"
    charged(shop, one, amount=2500, due="2026-12-31")
    charged(shop, one, amount=12_500, due="2027-01-01")


def test_a_variable_agreement_has_the_most_that_its_buyer_chose(shop: Shop) -> None:
    pricing = {"type": "VARIABLE", "suggestedMaxAmount": 3000, "currency": "NOK"}
    one = accepted(shop, pricing=pricing)
    assert shop.ask("GET", one)["pricing"]["maxAmount"] == 3000
    answer = shop.ask("POST", f"{one}/charges", charge(amount=3001), 400)
    assert refused(answer) == "charge-amount-too-high"
    # The buyer is not asked again, so what is more than before is not paid.
    shop.ask("PATCH", one, {"pricing": {"suggestedMaxAmount": 4000}}, 204)
    path = charged(shop, one, amount=3001)
    wait(shop, timedelta(days=11))
    shown = shop.ask("GET", path)
    assert shown["failureReason"] == "charge_amount_too_high"
    assert shown["status"] == "FAILED"


def test_a_flexible_agreement_has_no_limit(shop: Shop) -> None:
    one = accepted(shop, pricing={"type": "FLEXIBLE", "currency": "DKK"}, interval=None)
    charged(shop, one, amount=2_000_000)
    assert shop.ask("GET", one)["countryCode"] == "DK"


def test_an_initial_charge_is_paid_with_the_acceptance(
    shop: Shop, told: list[Any]
) -> None:
    first = {
        "amount": 500,
        "description": "Now",
        "transactionType": "RESERVE_CAPTURE",
        "orderId": "first-order",
    }
    answer = shop.ask("POST", AGREEMENTS, draft(initialCharge=first), 201)
    assert answer["chargeId"] == "first-order"
    one = f"{AGREEMENTS}/{answer['agreementId']}"
    path = f"{one}/charges/first-order"
    assert shop.ask("GET", path)["status"] == "PENDING"
    shop.ask("PATCH", f"{one}/accept", {"phoneNumber": "4712345678"}, 204)
    shown = shop.ask("GET", path)
    assert shown["status"] == "RESERVED"
    assert shown["type"] == "INITIAL"
    assert [name for name, _ in told] == [
        "recurring.agreement-activated.v1",
        "recurring.charge-reserved.v1",
    ]
    again = shop.ask("POST", AGREEMENTS, draft(initialCharge=first), 409)
    assert refused(again) == "conflict"


def test_an_agreement_expires_with_its_initial_charge(shop: Shop) -> None:
    first = {"amount": 151, "description": "x", "transactionType": "DIRECT_CAPTURE"}
    one = accepted(shop, initialCharge=first)
    assert shop.ask("GET", one)["status"] == "EXPIRED"
    (shown,) = shop.ask("GET", f"{one}/charges")
    assert shown["status"] == "FAILED"


def test_the_initial_charge_of_an_expired_draft_is_cancelled(shop: Shop) -> None:
    first = {"amount": 500, "description": "x", "transactionType": "DIRECT_CAPTURE"}
    one = drafted(shop, initialCharge=first)
    shop.sandbox.advance(timedelta(minutes=10))
    (shown,) = shop.ask("GET", f"{one}/charges")
    assert shown["status"] == "CANCELLED"


@pytest.mark.parametrize(
    ("unit", "count", "same", "next_one"),
    [
        pytest.param("DAY", 3, "2026-11-26", "2026-11-27", id="days"),
        # The agreement begins on a Tuesday.
        pytest.param("WEEK", 1, "2026-11-29", "2026-11-30", id="weeks"),
        pytest.param("MONTH", 3, "2027-01-31", "2027-02-01", id="quarters"),
        pytest.param("YEAR", 1, "2026-12-31", "2027-01-01", id="years"),
    ],
)
def test_intervals_are_whole_units_from_the_start(
    shop: Shop, unit: str, count: int, same: str, next_one: str
) -> None:
    one = accepted(shop, interval={"unit": unit, "count": count})
    charged(shop, one, amount=12_500, due="2026-11-25")
    answer = shop.ask("POST", f"{one}/charges", charge(amount=100, due=same), 400)
    assert refused(answer) == "charge-amount-too-high"
    charged(shop, one, amount=12_500, due=next_one)


def test_a_cancelled_charge_leaves_room_for_another(shop: Shop) -> None:
    one = accepted(shop)
    path = charged(shop, one, amount=12_500)
    shop.ask("DELETE", path, status=204)
    charged(shop, one, amount=12_500)
    answer = shop.ask("DELETE", path, status=400)
    assert refused(answer) == "cancel-charge-failed"


def test_a_charge_is_found_by_its_id_alone(shop: Shop) -> None:
    path = charged(shop, accepted(shop, externalId="mine"), orderId="december-1")
    shown = shop.ask("GET", "/recurring/v3/charges/december-1")
    assert shown == shop.ask("GET", path)
    assert shown["externalAgreementId"] == "mine"


def test_an_order_id_is_used_once(shop: Shop) -> None:
    one = accepted(shop)
    charged(shop, one, orderId="december-1")
    answer = shop.ask("POST", f"{one}/charges", charge(orderId="december-1"), 409)
    assert refused(answer) == "conflict"


def test_the_oldest_charges_of_an_agreement_are_forgotten(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "MOST_CHARGES", 5)
    one = accepted(shop, pricing={"type": "FLEXIBLE", "currency": "NOK"})
    made = [charged(shop, one) for _ in range(8)]
    shown = shop.ask("GET", f"{one}/charges")
    assert [f"{one}/charges/{each['id']}" for each in shown] == made[3:]
    shop.ask("GET", made[2], status=404)
    shop.ask("GET", made[3])


def test_of_many_captures_the_sum_and_the_first_and_last_are_told(shop: Shop) -> None:
    one = accepted(shop, pricing={"type": "FLEXIBLE", "currency": "NOK"})
    path = charged(shop, one, transactionType="RESERVE_CAPTURE", amount=20_000)
    wait(shop, 8 * DAY)
    for number in range(MOST + 10):
        if number % 5 == 0:
            wait(shop, timedelta(minutes=2))
        shop.ask("POST", f"{path}/capture", {"amount": 101 + number}, 204)
    shown = shop.ask("GET", path)
    events = [each["event"] for each in shown["history"]]
    assert len(events) == MOST
    assert events[:3] == ["CREATE", "RESERVE", "CAPTURE"]
    assert shown["history"][-1]["amount"] == 100 + MOST + 10
    assert shown["summary"]["captured"] == sum(range(101, 101 + MOST + 10))
    back = {"amount": 125, "description": "Too many socks"}
    shop.ask("POST", f"{path}/refund", back, 204)


def test_charges_are_listed_by_status(shop: Shop) -> None:
    one = accepted(shop)
    near, far = charged(shop, one), charged(shop, one, due="2027-03-01")
    assert len(shop.ask("GET", f"{one}/charges")) == 2
    (shown,) = shop.ask("GET", f"{one}/charges?status=PENDING")
    assert far.endswith(shown["id"])
    (shown,) = shop.ask("GET", f"{one}/charges?status=DUE")
    assert near.endswith(shown["id"])
    assert refused(shop.ask("GET", f"{one}/charges?status=LATE", status=400)) == (
        "validation-error"
    )


def test_an_unscheduled_charge_needs_permission(shop: Shop) -> None:
    body = {
        "amount": 2500,
        "description": "Socks",
        "transactionType": "DIRECT_CAPTURE",
        "type": "UNSCHEDULED",
    }
    answer = shop.ask("POST", f"{accepted(shop)}/charges", body, 400)
    assert answer["detail"] == "Cannot create a charge with type 'UNSCHEDULED'"
    allowed = Sandbox(clock=lambda: NOW, variants={"unscheduled-charges": "served"})
    other = Shop(allowed)
    one = accepted(other)
    made = other.ask("POST", f"{one}/charges", body, 201)
    shown = other.ask("GET", f"{one}/charges/{made['chargeId']}")
    assert shown["status"] == "CHARGED"
    answer = other.ask(
        "POST", f"{one}/charges", body | {"processingMode": "SINGLE_ATTEMPT"}, 400
    )
    assert answer["extraDetails"][0]["name"] == "processingMode"


def test_many_charges_are_made_at_once(shop: Shop, told: list[Any]) -> None:
    one = accepted(shop)
    name = one.rpartition("/")[2]
    batch = [
        {"agreementId": name, **charge(orderId="good")},
        {"agreementId": "agr_unknown", **charge(orderId="of-nobody")},
        {"agreementId": name, **charge(orderId="too-soon", due="2026-11-24")},
        {"agreementId": name, **charge(orderId="too-little", amount=1)},
        {"agreementId": name, **charge(orderId="too-much", amount=12_500)},
        {"agreementId": name, **charge(orderId="good")},
    ]
    told.clear()
    answer = shop.ask("POST", AGREEMENTS + "/charges", batch, 202)
    assert answer["validCharges"] == ["good", "too-much", "good"]
    assert [each["chargeBatchItemDto"] for each in answer["invalidCharges"]] == batch[
        1:4
    ]
    assert all(each["errors"] for each in answer["invalidCharges"])
    assert [(kind, body["chargeId"]) for kind, body in told] == [
        ("recurring.charge-creation-failed.v1", "too-much"),
        ("recurring.charge-creation-failed.v1", "good"),
    ]
    assert len(shop.ask("GET", f"{one}/charges")) == 1


def test_more_than_2000_charges_are_too_many(shop: Shop) -> None:
    item = {"agreementId": "agr_x", **charge(orderId="x")}
    answer = shop.ask("POST", AGREEMENTS + "/charges", [item] * 2001, 400)
    assert refused(answer) == "validation-error"


def test_a_registered_webhook_is_told_of_all_that_happens(shop: Shop) -> None:
    names = [*events.AGREEMENT.values(), *events.CHARGE.values()]
    hook = {
        "url": "https://example.com/hooks",
        "events": [*names, events.CREATION_FAILED],
    }
    shop.ask("POST", "/webhooks/v1/webhooks", hook, 201)
    one = accepted(shop)
    path = charged(shop, one)
    wait(shop, timedelta(days=7))
    shop.ask("GET", path)
    shop.ask("PATCH", one, {"status": "STOPPED"}, 204)
    sent: list[str] = []

    def receive(request: Request) -> int:
        sent.append(json.loads(str(request.body))["eventType"])
        return 200

    for _ in range(3):
        shop.sandbox.deliver(receive)
    assert sent == [
        "recurring.agreement-activated.v1",
        "recurring.charge-captured.v1",
        "recurring.agreement-stopped.v1",
    ]


# The same call again.


def test_the_same_key_gives_the_same_answer(shop: Shop) -> None:
    key = {"Idempotency-Key": "k" * 40}
    first = shop.call("POST", AGREEMENTS, draft(), **key)
    assert shop.call("POST", AGREEMENTS, draft(), **key).content == first.content
    other = shop.call("POST", AGREEMENTS, draft(productName="Shoes"), **key)
    assert other.status_code == 409
    assert refused(other.json()) == "idempotency-conflict"


@pytest.mark.parametrize("key", [None, "k" * 41, "a/b", "a#b"])
def test_a_key_is_needed_and_has_a_form(shop: Shop, key: str | None) -> None:
    answer = shop.call("POST", AGREEMENTS, draft(), **{"Idempotency-Key": key})
    assert answer.status_code == 400
    assert refused(answer.json()) == "idempotency-key-header"


# What keeps a call out.


def test_a_unit_without_recurring_is_told_so() -> None:
    shop = Shop(name="Test unit without ePayment")
    answer = shop.call("GET", AGREEMENTS)
    assert answer.status_code == 403
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"] == "merchant.not.allowed.for.recurring.operation"
    assert refused(answer.json()) == "invalid-sale-unit"


def test_a_bad_token_is_refused_in_recurrings_own_form(shop: Shop) -> None:
    answer = shop.call("GET", AGREEMENTS, Authorization="Bearer nothing")
    assert answer.status_code == 401
    assert refused(answer.json()) == "not-authorized"
    assert answer.json()["detail"] == "JWT token is invalid."


def test_the_word_bearer_may_be_in_lower_case_as_in_the_official_collection(
    shop: Shop,
) -> None:
    named = str(shop.session.headers["Authorization"])
    lower = named.replace("Bearer", "bearer")
    assert shop.call("GET", AGREEMENTS, Authorization=lower).status_code == 200
    other = named.replace("Bearer", "Basic")
    assert shop.call("GET", AGREEMENTS, Authorization=other).status_code == 401


def test_a_subscription_key_is_needed(shop: Shop) -> None:
    answer = shop.call("GET", AGREEMENTS, **{KEY: None})
    assert answer.json()["message"].startswith("Access denied due to missing")


def test_what_is_not_there_is_not_found(shop: Shop) -> None:
    one = accepted(shop)
    other = accepted(shop)
    path = charged(shop, one).rpartition("/")[2]
    for missing in (
        f"{AGREEMENTS}/agr_unknown",
        f"{AGREEMENTS}/agr_unknown/charges",
        f"{one}/charges/chr-unknown",
        f"{other}/charges/{path}",
        "/recurring/v3/charges/chr-unknown",
    ):
        assert refused(shop.ask("GET", missing, status=404)) == "resource-not-found"


@pytest.mark.parametrize(
    ("body", "kind", "status", "identifier"),
    [
        pytest.param("{", "application/json", 400, "invalid-json", id="no-json"),
        pytest.param("a=b", "text/plain", 415, "unsupported-media-type", id="text"),
    ],
)
def test_a_body_that_is_no_json_is_refused(
    shop: Shop, body: str, kind: str, status: int, identifier: str
) -> None:
    headers = {"Content-Type": kind, "Idempotency-Key": "k"}
    answer = shop.session.post(shop.base + AGREEMENTS, data=body, headers=headers)
    assert answer.status_code == status
    assert refused(answer.json()) == identifier


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
FUZZED = Shop()
FUZZED_AGREEMENT = accepted(FUZZED)


@settings(max_examples=100)
@given(
    field=st.sampled_from([*draft(), "campaign", "initialCharge", "scope", "isApp"]),
    value=VALUES,
)
def test_no_draft_breaks_the_sandbox(field: str, value: object) -> None:
    FUZZED.sandbox.advance(timedelta(minutes=1))
    FUZZED.log_in()
    body = json.loads(json.dumps(draft(**{field: value})))
    answer = FUZZED.call("POST", AGREEMENTS, body)
    assert answer.status_code in {201, 400}, answer.text
    if answer.status_code == 201:
        FUZZED.ask("GET", f"{AGREEMENTS}/{answer.json()['agreementId']}")


@settings(max_examples=100)
@given(
    field=st.sampled_from([*charge(), "orderId", "type", "processingMode"]),
    value=VALUES,
)
def test_no_charge_breaks_the_sandbox(field: str, value: object) -> None:
    item = {"agreementId": FUZZED_AGREEMENT.rpartition("/")[2], "orderId": "x"}
    body = charge(**{field: value})
    answer = FUZZED.call("POST", f"{FUZZED_AGREEMENT}/charges", body)
    assert answer.status_code in {201, 400, 409}, answer.text
    answer = FUZZED.call("POST", AGREEMENTS + "/charges", [item | body])
    assert answer.status_code in {202, 400, 429}, answer.text
