"""What a test payment is made of: the bodies of the calls that create and change it.

The fields are those of ePayment's specification 1.8.1.
"""

import json
import re
import uuid
from dataclasses import dataclass, field

from vippsdiag.conceal import conceal
from vippsdiag.secret import examine

PAYMENTS = "/epayment/v1/payments"
FORCED = "/epayment/v1/test/payments"
# With its country code, in digits alone.
MSISDN = re.compile(r"\d{9,15}")
# Nothing of ours is there; it is what a shop's own page would be.
RETURN_URL = "https://example.com/paid"


def _reference() -> str:
    return f"test-payment-{uuid.uuid4().hex[:12]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A test payment.

    Attributes:
        value: in minor units; 1000 is 10.00.
        currency: the one of the sales unit's market.
        phone: of a test user, with country code; None leaves it to the payment page.
        description: what the buyer reads.
        return_url: where the buyer goes afterwards.
        reference: what the shop calls it; unique.
    """

    value: int
    currency: str
    phone: str | None = None
    description: str = "Test payment"
    return_url: str = RETURN_URL
    reference: str = field(default_factory=_reference)

    @property
    def path(self) -> str:
        """Where it is read."""
        return f"{PAYMENTS}/{self.reference}"

    def creation(self) -> str:
        """Return the body that creates it; a phone number in it is concealed."""
        body: dict[str, object] = {
            "amount": {"currency": self.currency, "value": self.value},
            "paymentMethod": {"type": "WALLET"},
            "reference": self.reference,
            "returnUrl": self.return_url,
            "userFlow": "WEB_REDIRECT",
            "paymentDescription": self.description,
        }
        return self._with_customer(body) if self.phone else json.dumps(body)

    def approval(self) -> str:
        """Return the body that approves it in the buyer's place."""
        return self._with_customer({})

    def capture(self) -> str:
        """Return the body that takes the whole amount."""
        amount = {"currency": self.currency, "value": self.value}
        return json.dumps({"modificationAmount": amount})

    def _with_customer(self, body: dict[str, object]) -> str:
        return examine(
            self.phone or "",
            lambda raw: conceal(
                json.dumps(body | {"customer": {"phoneNumber": raw.strip()}})
            ),
        )


def is_phone(value: str) -> bool:
    """Tell whether a value is a phone number as the API takes it."""
    return examine(value, lambda raw: MSISDN.fullmatch(raw.strip()) is not None)
