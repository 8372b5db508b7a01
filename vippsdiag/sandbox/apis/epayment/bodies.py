"""What ePayment's operations take, as its specification 1.8.1 declares it.

Numbers are taken for the reference and for the phone number, for the official
collection sends them so. An amount is taken with decimals, to be refused with its own
code. What nothing depends on, such as the data of airlines, is not looked at.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Text = Annotated[str, Meta(max_length=255)]
Whole = Annotated[int, Meta(ge=0)]
Percent = Annotated[int, Meta(ge=0, le=100)]
PerTenThousand = Annotated[int, Meta(ge=0, le=10_000)]

Currency = Literal["NOK", "DKK", "EUR", "SEK", "USD", "GBP"]


class Body(Struct, rename="camel"):
    """A part of a body; its fields are named as in JSON."""


class Amount(Body):
    """An amount in minor units."""

    value: int | float
    currency: Currency


class Customer(Body):
    """Who is to pay, in one of three ways."""

    phone_number: str | int | None = None
    personal_qr: Annotated[str, Meta(min_length=5, max_length=255)] | None = None
    customer_token: str | None = None


class Method(Body):
    """What it is paid with."""

    type: Literal["WALLET", "CARD", "CARD_PASSTHROUGH"]
    blocked_sources: list[Literal["COMMERCIAL_CARDS"]] | None = None


class Profile(Body):
    """What the buyer is asked to share."""

    scope: str | None = None


class QrFormat(Body):
    """What the picture is to be like."""

    format: Literal["TEXT/TARGETURL", "IMAGE/SVG+XML", "IMAGE/PNG"]
    size: Annotated[int, Meta(ge=100, le=2000)] | None = None


class OrderLine(Body):
    """One line of a receipt."""

    name: str
    id: str
    total_amount: int
    total_amount_excluding_tax: int
    total_tax_amount: int
    tax_percentage: Percent | None = None
    tax_rate: PerTenThousand | None = None
    discount: Whole | None = None
    is_return: bool | None = None
    is_shipping: bool | None = None


class BottomLine(Body):
    """The end of a receipt."""

    currency: Currency
    tip_amount: Whole | None = None
    receipt_number: str | None = None


class Receipt(Body):
    """What was bought."""

    order_lines: Annotated[list[OrderLine], Meta(min_length=1)]
    bottom_line: BottomLine


class ShippingOption(Body):
    """One way to send the goods."""

    id: str
    amount: Amount
    name: str
    is_default: bool | None = None
    priority: int | None = None


class ShippingGroup(Body):
    """The ways to send the goods that one carrier offers."""

    type: Literal["HOME_DELIVERY", "PICKUP_POINT", "MAILBOX", "IN_STORE", "OTHER"]
    brand: Literal[
        "POSTEN",
        "BRING",
        "POSTNORD",
        "HELTHJEM",
        "PORTERBUDDY",
        "DHL",
        "INSTABOX",
        "FEDEX",
        "MATKAHUOLTO",
        "GLS",
        "POSTI",
        "GORDON",
        "OTHER",
    ]
    options: list[ShippingOption]
    is_default: bool | None = None
    priority: int | None = None


class DynamicOptions(Body):
    """Where to ask how the goods can be sent."""

    callback_url: str
    callback_authorization_token: str | None = None


class Shipping(Body):
    """How the goods can be sent, in Express."""

    dynamic_options: DynamicOptions | None = None
    fixed_options: list[ShippingGroup] | None = None


class CardPassthrough(Body):
    """What a PSP's card payment needs."""

    psp_reference: Annotated[str, Meta(max_length=64)]
    card_callback_url: str
    allowed_card_types: list[
        Literal["VISA_DEBIT", "VISA_CREDIT", "MC_CREDIT", "MC_DEBIT", "DANKORT"]
    ]


class Creation(Body):
    """A new payment."""

    amount: Amount
    payment_method: Method
    reference: str | int
    user_flow: Literal["PUSH_MESSAGE", "NATIVE_REDIRECT", "WEB_REDIRECT", "QR"]
    customer: Customer | None = None
    minimum_user_age: Percent | None = None
    customer_interaction: Literal["CUSTOMER_PRESENT", "CUSTOMER_NOT_PRESENT"] | None = (
        None
    )
    profile: Profile | None = None
    return_url: Annotated[str, Meta(max_length=2500)] | None = None
    expires_at: str | None = None
    qr_format: QrFormat | None = None
    payment_description: Annotated[str, Meta(min_length=3, max_length=100)] | None = (
        None
    )
    receipt: Receipt | None = None
    receipt_url: str | None = None
    metadata: dict[str, str] | None = None
    shipping: Shipping | None = None
    card_passthrough: CardPassthrough | None = None


class Modification(Body):
    """What to capture or refund."""

    modification_amount: Amount


class Cancellation(Body):
    """How to cancel."""

    cancel_transaction_only: bool = False


class Approval(Body):
    """Whose approval is played."""

    customer: Customer | None = None
    token: str | None = None
