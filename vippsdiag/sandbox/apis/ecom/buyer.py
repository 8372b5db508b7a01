"""What a shop is told about the buyer of an order, in answers and in callbacks."""

import hashlib
from base64 import b64encode

from vippsdiag.sandbox.apis.ecom.order import Order
from vippsdiag.sandbox.apis.userinfo import PERSON, Consent
from vippsdiag.sandbox.gateway.call import Call


def user(call: Call, sub: str) -> dict[str, object]:
    """Return who the buyer is."""
    consent = call.room.get(Consent, sub)
    number = consent.phone[-8:] if consent else ""
    digest = hashlib.sha256(sub.encode()).digest()[:16]
    return {
        "email": PERSON["email"]["email"],
        "firstName": PERSON["name"]["given_name"],
        "lastName": PERSON["name"]["family_name"],
        "mobileNumber": number,
        "userId": b64encode(digest, b"+/").decode(),
    }


def shipping(order: Order) -> dict[str, object]:
    """Return where an express order goes, and how."""
    chosen = (order.shipping or [])[0]
    return {
        "address": {
            "addressLine1": "Suburbia 23",
            "addressLine2": "",
            "city": "Oslo",
            "country": "Norway",
            "postCode": "0154",
        },
        "shippingCost": chosen.cost,
        "shippingMethod": chosen.method,
        "shippingMethodId": chosen.id,
    }
