"""What Checkout takes, of its specification of 2025: what a payment needs."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Text = Annotated[str, Meta(min_length=1)]
Value = Annotated[int, Meta(ge=0, le=2_147_483_647)]


class Amount(msgspec.Struct):
    """An amount in minor units."""

    value: Value
    currency: Annotated[str, Meta(min_length=3, max_length=3)]


class Merchant(msgspec.Struct, rename="camel"):
    """Where the shop is told of the payment, and where the buyer goes afterwards."""

    callback_url: str
    return_url: Text
    callback_authorization_token: str


class Transaction(msgspec.Struct, rename="camel"):
    """What is paid."""

    amount: Amount
    payment_description: Annotated[str, Meta(min_length=3, max_length=100)]
    reference: str | None = None


class Subscription(msgspec.Struct, rename="camel"):
    """What is agreed on; the sandbox makes no agreement of it."""

    product_name: Annotated[str, Meta(min_length=1, max_length=45)]
    amount: Amount
    merchant_agreement_url: str


class Creation(msgspec.Struct, rename="camel"):
    """A new session."""

    merchant_info: Merchant
    type: Literal["PAYMENT", "SUBSCRIPTION"] = "PAYMENT"
    reference: str | None = None
    transaction: Transaction | None = None
    subscription: Subscription | None = None


class Update(msgspec.Struct):
    """What changes in a session that was not paid yet."""

    transaction: Transaction | None = None
