"""What eCom takes, as the specification of 2023 declares it."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

MOST = 2**31 - 1
OrderId = Annotated[str, Meta(pattern=r"^[a-zA-Z0-9-]{1,50}$")]
Text = Annotated[str, Meta(max_length=100)]
Address = Annotated[str, Meta(max_length=255)]
# Numbers where strings are declared come from the guide's own example.
Msn = (
    Annotated[str, Meta(pattern=r"^[0-9]{4,10}$")]
    | Annotated[int, Meta(ge=1000, lt=10**10)]
)
Phone = str | int


class Body(msgspec.Struct, rename="camel"):
    """A part of a request, whose fields are written in camel case."""


class ShippingOption(Body):
    """A way to ship, and what it costs in whole units of the currency."""

    shipping_method: Annotated[str, Meta(max_length=256)]
    shipping_method_id: Annotated[str, Meta(max_length=100)]
    shipping_cost: Annotated[float, Meta(ge=0, le=MOST)] = 0
    is_default: Literal["Y", "N"] = "N"
    priority: int = 0


class Merchant(Body):
    """Who sells, and where the buyer goes afterwards.

    Of the addresses on the shop's side, the one for results is called; those for
    shipping and for consents are read only.
    """

    merchant_serial_number: Msn
    callback_prefix: Address
    fall_back: Address
    is_app: bool = False
    auth_token: Address | None = None
    consent_removal_prefix: Address | None = None
    payment_type: Literal["eComm Regular Payment", "eComm Express Payment"] | None = (
        None
    )
    shipping_details_prefix: Address | None = None
    static_shipping_details: list[ShippingOption] | None = None


class Customer(Body):
    """Who is expected to pay."""

    mobile_number: Phone | None = None


class NewTransaction(Body):
    """What is to be paid."""

    amount: Annotated[int, Meta(ge=100, le=MOST)]
    order_id: OrderId
    transaction_text: Text
    scope: str | None = None
    skip_landing_page: bool = False


class Initiation(Body):
    """A new payment."""

    merchant_info: Merchant
    transaction: NewTransaction
    customer_info: Customer = msgspec.field(default_factory=Customer)


class Owner(Body):
    """Whose payment it is."""

    merchant_serial_number: Msn


class Part(Body):
    """How much of a payment; nothing or 0 for all of it."""

    transaction_text: Text
    amount: Annotated[int, Meta(ge=0, le=MOST)] | None = None


class Action(Body):
    """A capture or a refund."""

    merchant_info: Owner
    transaction: Part


class Reason(Body):
    """Why a payment is cancelled."""

    transaction_text: Text


class Cancellation(Body):
    """A cancellation."""

    merchant_info: Owner
    transaction: Reason
    should_release_remaining_funds: bool = False


class Approval(Body):
    """Who approves in test."""

    customer_phone_number: Phone | None = None
    token: str | None = None
