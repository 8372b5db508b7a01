"""What Management takes, as its specification 1.1.6 and the toolkit's skill have it."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Url = Annotated[str, Meta(pattern=r"^https://[^\s/]+\.[^\s/]+", max_length=2048)]


class Body(msgspec.Struct, rename="camel"):
    """A part of a request, whose fields are written in camel case."""


class Identifier(Body):
    """Which merchant, by the number of its country's register."""

    scheme: Annotated[str, Meta(min_length=10, max_length=20)]
    id: Annotated[str, Meta(pattern=r"^[0-9]{8,9}$")]


class Account(Body):
    """Where the money goes."""

    scheme: Annotated[str, Meta(min_length=5, max_length=20)]
    id: Annotated[str, Meta(pattern=r"^[0-9]{9,34}$")]


class Website(Body):
    """Where the merchant sells."""

    url: Url
    terms_url: Url
    test_website_url: Url | None = None
    test_website_username: str | None = None
    test_website_password: str | None = None


class ProductOrder(Body):
    """A form that a partner fills in for a merchant; it is not kept."""

    business_identifier: Identifier
    product_type: Literal[
        "VIPPS_PA_NETT",
        "VIPPS_LOGG_INN",
        "VIPPS_CHECKOUT",
        "VIPPS_I_KASSA",
        "PAYMENT_INTEGRATION",
    ]
    sales_unit_name: Annotated[str, Meta(min_length=1, max_length=30)] | None = None
    sales_unit_logo: str | None = None
    settlement_bank_account: Account | None = None
    price_package_id: str | None = None
    product_use_case: Literal["Website", "WebsiteWithTest", "App", "Unknown"] | None = (
        None
    )
    annual_turnover: Annotated[int, Meta(ge=0, le=999_999_999)] | None = None
    intended_purpose: str | None = None
    website: Website | None = None


class SalesUnitChange(Body):
    """What is to be changed in a sales unit."""

    name: Annotated[str, Meta(min_length=1, max_length=50)] | None = None
    sales_unit_logo: str | None = None
    status: Literal["ACTIVE", "DEACTIVATED"] | None = None
