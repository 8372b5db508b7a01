"""What Recurring takes, as the specifications of 2023 and 2025 declare it.

Bounds that the newer one leaves out are those of the older (least amounts, the 45
characters of a charge's description, which the toolkit of 2026 names as well).
"""

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

MOST = 2**31 - 1
Amount = Annotated[int, Meta(ge=100, le=MOST)]
Number = Annotated[int, Meta(ge=-MOST, le=MOST)]
Part = Annotated[int, Meta(ge=1, le=MOST)]
Price = Annotated[int, Meta(ge=0, le=MOST)]
Moment = Annotated[datetime, Meta(tz=True)]
Product = Annotated[str, Meta(min_length=1, max_length=45)]
Description = Annotated[str, Meta(max_length=100)]
ChargeText = Annotated[str, Meta(min_length=1, max_length=45)]
Comment = Annotated[str, Meta(min_length=1, max_length=100)]
External = Annotated[str, Meta(min_length=1, max_length=64)]
OrderId = Annotated[str, Meta(pattern=r"^[a-zA-Z0-9-]{1,64}$")]
# With the country's code or, as the official collections send it, without.
Phone = (
    Annotated[str, Meta(pattern=r"^\+?[0-9]{8,15}$")]
    | Annotated[int, Meta(ge=10**7, lt=10**15)]
)
Currency = Literal["NOK", "DKK", "EUR"]
Transaction = Literal["DIRECT_CAPTURE", "RESERVE_CAPTURE"]
RetryDays = Annotated[int, Meta(ge=0, le=14)]
Mode = Literal["MULTIPLE_ATTEMPTS", "SINGLE_ATTEMPT"]


class Body(msgspec.Struct, rename="camel"):
    """A part of a request, whose fields are written in camel case."""


class Pricing(Body, kw_only=True):
    """What the buyer pays each interval; without a type it is LEGACY."""

    type: Literal["LEGACY", "VARIABLE", "FLEXIBLE"] = "LEGACY"
    currency: Currency
    amount: Amount | None = None
    suggested_max_amount: Amount | None = None


class Period(Body):
    """A unit of time and how many of it."""

    unit: Literal["YEAR", "MONTH", "WEEK", "DAY"]
    count: Annotated[int, Meta(ge=1, le=31)]


class Campaign(Body):
    """A lower price for a while; which fields are needed depends on the type."""

    type: Literal[
        "PRICE_CAMPAIGN", "PERIOD_CAMPAIGN", "EVENT_CAMPAIGN", "FULL_FLEX_CAMPAIGN"
    ]
    price: Price
    end: Moment | None = None
    period: Period | None = None
    event_date: Moment | None = None
    event_text: Annotated[str, Meta(min_length=1, max_length=15)] | None = None
    interval: Period | None = None


class InitialCharge(Body):
    """What the buyer pays when accepting the agreement."""

    amount: Amount
    description: Comment
    transaction_type: Transaction
    order_id: OrderId | None = None
    external_id: External | None = None


class Draft(Body):
    """A new agreement."""

    pricing: Pricing
    merchant_redirect_url: Annotated[str, Meta(min_length=1, max_length=2048)]
    product_name: Product
    merchant_agreement_url: Annotated[str, Meta(max_length=1024)] | None = None
    product_description: Description | None = None
    interval: Period | None = None
    campaign: Campaign | None = None
    initial_charge: InitialCharge | None = None
    phone_number: Phone | None = None
    scope: str | None = None
    external_id: External | None = None
    is_app: bool | None = False
    skip_landing_page: bool | None = False


class NewPricing(Body):
    """The part of an agreement's pricing that can be changed."""

    amount: Amount | None = None
    suggested_max_amount: Amount | None = None


class NewInterval(Body):
    """Another interval; a flexible one has no period."""

    type: Literal["RECURRING", "FLEXIBLE"] = "RECURRING"
    period: Period | None = None


class Change(Body):
    """What is to be changed in an agreement."""

    product_name: Product | None = None
    product_description: Description | None = None
    merchant_agreement_url: Annotated[str, Meta(max_length=1024)] | None = None
    external_id: External | None = None
    status: Literal["STOPPED"] | None = None
    pricing: NewPricing | None = None
    interval: NewInterval | None = None


class Accept(Body):
    """Who accepts."""

    phone_number: Phone


class NewCharge(Body):
    """A new charge."""

    amount: Amount
    description: ChargeText
    transaction_type: Transaction
    type: Literal["RECURRING", "UNSCHEDULED"] = "RECURRING"
    due: date | None = None
    retry_days: RetryDays | None = None
    processing_mode: Mode | None = None
    order_id: OrderId | None = None
    external_id: External | None = None


class BatchCharge(Body, omit_defaults=True):
    """One of many new charges; what is wrong with it is told in the answer."""

    agreement_id: str
    amount: Number
    description: str
    transaction_type: Transaction
    due: str
    retry_days: Number
    order_id: str
    processing_mode: Mode | None = None
    external_id: str | None = None


Batch = Annotated[list[BatchCharge], Meta(max_length=2000)]


class Capture(Body):
    """How much of a reserved charge is captured."""

    amount: Part
    description: Comment | None = None


class Refund(Body):
    """How much of a captured charge is refunded, and why."""

    amount: Part
    description: Comment
