"""What Order Management takes, as the specification 2.1 of 2025 declares it."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Amount = Annotated[int, Meta(ge=-(2**53), le=2**53)]
Positive = Annotated[int, Meta(ge=0, le=2**53)]
ImageId = Annotated[str, Meta(pattern=r"^[0-9A-Za-z_.-]{1,128}$")]
OrderId = Annotated[str, Meta(pattern=r"^[0-9A-Za-z_.-]{1,100}$")]
Address = Annotated[str, Meta(min_length=1, max_length=2048)]
Kind = Literal[
    "GENERAL", "RECEIPT", "ORDER_CONFIRMATION", "DELIVERY", "TICKET", "BOOKING"
]
Text = Annotated[str, Meta(max_length=1000)]


class Body(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """A part of a request; what was left out is left out when it is shown as well."""


class Category(Body):
    """A button in the app that leads to the shop."""

    category: Kind
    order_details_url: Address
    image_id: ImageId | None = None


class NewCategory(Body):
    """The same, as the third version has it."""

    order_id: OrderId
    payment_type: Annotated[str, Meta(pattern="^(?i:ECOM|RECURRING)$")]
    type: Kind
    url: Address
    image_id: ImageId | None = None


class Image(Body):
    """A picture."""

    image_id: ImageId
    src: Annotated[str, Meta(min_length=1)]
    type: Literal["base64"]


class UnitInfo(Body):
    """How many of what."""

    unit_price: Positive | None
    quantity: Annotated[str, Meta(max_length=10, pattern=r"^\d+(\.\d{1,8})?$")]
    quantity_unit: Literal["PCS", "KG", "KM", "MINUTE", "LITRE", "KWH"] | None = None


class Line(Body):
    """One line of a receipt."""

    name: Text
    id: Text
    total_amount: Amount
    total_amount_excluding_tax: Amount
    total_tax_amount: Amount
    tax_percentage: Annotated[int, Meta(ge=0, le=100)] | None = None
    tax_rate: Annotated[int, Meta(ge=0, le=10_000)] | None = None
    unit_info: UnitInfo | None = None
    discount: Positive | None = None
    product_url: Address | None = None
    is_return: bool | None = None
    is_shipping: bool | None = None


class PaymentSources(Body):
    """What else was paid with."""

    gift_card: Amount | None = None
    card: Amount | None = None
    voucher: Amount | None = None
    cash: Amount | None = None


class Barcode(Body):
    """What a till can scan."""

    format: Literal["EAN-13", "CODE 39", "CODE 128"] | None
    data: Text | None


class ShippingInfo(Body):
    """Deprecated: shipping is a line."""

    amount: Positive | None
    amount_excluding_tax: Positive | None
    tax_amount: Positive | None
    tax_percentage: Annotated[int, Meta(ge=0, le=100)] | None


class BottomLine(Body):
    """What stands below the lines."""

    currency: Literal["NOK", "DKK", "EUR"] | None
    tip_amount: Positive | None = None
    gift_card_amount: Positive | None = None
    pos_id: Text | None = None
    total_amount: Positive | None = None
    total_tax: Positive | None = None
    total_discount: Positive | None = None
    shipping_amount: Positive | None = None
    shipping_info: ShippingInfo | None = None
    payment_sources: PaymentSources | None = None
    barcode: Barcode | None = None
    receipt_number: Text | None = None
    terminal_id: Text | None = None


class Receipt(Body):
    """What was bought."""

    order_lines: Annotated[list[Line], Meta(min_length=1, max_length=1000)]
    bottom_line: BottomLine
