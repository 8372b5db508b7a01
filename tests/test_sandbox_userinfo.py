"""What a buyer shared, read with the merchant's token."""

from datetime import timedelta

import pytest
from shop import KEY, NOW, Shop

from vippsdiag.sandbox import Sandbox
from vippsdiag.sandbox.apis.userinfo import Consent
from vippsdiag.sandbox.state.state import Room

SUB = "c06c4afe-d9e1-4c5d-939a-177d752a0944"
ONE = f"/vipps-userinfo-api/userinfo/{SUB}"


@pytest.fixture
def shop() -> Shop:
    return shared(Shop())


def shared(shop: Shop) -> Shop:
    room = Room(shop.sandbox.state, f"test/{shop.unit.msn}")
    scopes = ("name", "phoneNumber")
    room.put(SUB, Consent(sub=SUB, scopes=scopes, phone="4798765432", given=NOW))
    return shop


def test_only_what_was_asked_for_is_shared(shop: Shop) -> None:
    assert shop.ask("GET", ONE) == {
        "sub": SUB,
        "name": "Ada Lovelace",
        "given_name": "Ada",
        "family_name": "Lovelace",
        "phone_number": "4798765432",
        "phone_number_verified": True,
    }


def test_a_subscription_key_may_be_left_out(shop: Shop) -> None:
    assert shop.call("GET", ONE, **{KEY: None}).status_code == 200


def test_a_subscription_key_can_be_refused() -> None:
    sandbox = Sandbox(clock=lambda: NOW, variants={"userinfo-key": "refused"})
    shop = shared(Shop(sandbox))
    assert shop.call("GET", ONE).status_code == 401
    assert shop.call("GET", ONE, **{KEY: None}).status_code == 200


def test_another_units_subscription_key_is_refused(shop: Shop) -> None:
    other = Shop(shop.sandbox, "Test unit without ePayment")
    assert shop.call("GET", ONE, **{KEY: other.unit.primary}).status_code == 403


def test_without_a_token_the_status_in_the_body_is_a_string(shop: Shop) -> None:
    answer = shop.call("GET", ONE, Authorization=None)
    assert answer.status_code == 401
    assert answer.json()["status"] == "401"


def test_a_sub_of_another_sales_unit_is_not_found(shop: Shop) -> None:
    other = Shop(shop.sandbox, "Test unit without ePayment")
    assert other.ask("GET", ONE, status=404)["title"] == "Not Found"


def test_a_profile_expires_after_seven_days(shop: Shop) -> None:
    shop.sandbox.advance(timedelta(days=7))
    shop.log_in()
    assert shop.ask("GET", ONE)["name"] == "Ada Lovelace"
    shop.sandbox.advance(timedelta(seconds=1))
    assert shop.ask("GET", ONE) == {
        "sub": SUB,
        "name": "[Expired]",
        "given_name": "[Expired]",
        "family_name": "[Expired]",
        "phone_number": "[Expired]",
        "phone_number_verified": "[Expired]",
    }
