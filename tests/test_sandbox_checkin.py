"""Check-in: somebody stands at the till."""

import pytest
from shop import Shop

PATH = "/point-of-sale/v1/loyalty-check-in"


@pytest.mark.parametrize("number", ["4791234567", 4791234567])
def test_a_member_checks_in(number: object) -> None:
    body = {"phoneNumber": number, "isMember": True}
    assert Shop().ask("POST", PATH, body) == "4791234567"


def test_a_number_of_another_country_is_named() -> None:
    body = {"phoneNumber": "4591234567", "isMember": True}
    answer = Shop().ask("POST", PATH, body, 400)
    assert answer["invalidParams"][0]["name"] == "phoneNumber"


def test_a_unit_without_the_product_is_refused() -> None:
    body = {"phoneNumber": "4791234567", "isMember": True}
    Shop(name="Test unit without ePayment").ask("POST", PATH, body, 403)
