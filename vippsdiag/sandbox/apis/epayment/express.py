"""Express: the ways to send the goods, and what the buyer shares with the approval."""

from collections.abc import Iterator, Mapping
from typing import Any

from vippsdiag.sandbox.apis.epayment import bodies
from vippsdiag.sandbox.apis.payments import Payment, Shipping
from vippsdiag.sandbox.apis.userinfo import PERSON, PHONE

# All of it is required where a person is described (specification 1.8.1).
WHOLE_PERSON = frozenset({"name", "email", "phoneNumber"})
# Where a merchant's own endpoint would be asked, which the sandbox does not do.
UNASKED = Shipping(option="sandbox", name="Shipping of the sandbox", cost=0)


def preselected(shipping: bodies.Shipping | None) -> Shipping | None:
    """Return the way that the app offers first; here the buyer takes that one."""
    if shipping is None:
        return None
    options = list(_options(shipping.fixed_options or []))
    if not options:
        return UNASKED
    first = next((option for option in options if option.is_default), options[0])
    return Shipping(option=first.id, name=first.name, cost=int(first.amount.value))


def _options(
    groups: list[bodies.ShippingGroup],
) -> Iterator[bodies.ShippingOption]:
    """Yield all options, those of the default group first."""
    for group in sorted(groups, key=lambda group: not group.is_default):
        yield from group.options


def shared(payment: Payment) -> dict[str, object]:
    """Return what the buyer shared; nothing before the approval."""
    if payment.approved is None:
        return {}
    body: dict[str, object] = {}
    if payment.shipping:
        body["shippingDetails"] = _sent(payment.shipping)
    if payment.shipping or set(payment.scope.split()) >= WHOLE_PERSON:
        body["userDetails"] = _person(payment.phone or PHONE)
    return body


def _sent(shipping: Shipping) -> dict[str, object]:
    return {
        "address": _address(),
        "shippingCost": shipping.cost,
        "shippingOptionId": shipping.option,
        "shippingOptionName": shipping.name,
    }


def _address() -> dict[str, object]:
    home: Mapping[str, Any] = PERSON["address"]["address"]  # type: ignore[assignment]
    return {
        "addressLine1": home["street_address"],
        "city": home["region"],
        "country": home["country"],
        "postCode": home["postal_code"],
    }


def _person(phone: str) -> dict[str, object]:
    return {
        "email": PERSON["email"]["email"],
        "firstName": PERSON["name"]["given_name"],
        "lastName": PERSON["name"]["family_name"],
        "mobileNumber": phone,
        "addresses": [_address()],
    }
