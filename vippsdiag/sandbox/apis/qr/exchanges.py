"""One-time codes for payments, and buyers' codes exchanged for their numbers."""

from typing import Literal
from urllib.parse import parse_qs, urlsplit

import msgspec

from vippsdiag.sandbox.apis import customers
from vippsdiag.sandbox.apis.buyer.landing import PATH, waiting
from vippsdiag.sandbox.apis.payments import PATIENCE
from vippsdiag.sandbox.apis.qr import pictures, problems
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.reply import Refusal, Reply, in_json
from vippsdiag.sandbox.gateway.routes import Route


class OneTime(msgspec.Struct):
    """The landing page of a payment."""

    url: str


class Exchange(msgspec.Struct, rename="camel"):
    """What was scanned."""

    qr_code: str
    requested_data: list[Literal["MSISDN"]] | None = None


class Customer(msgspec.Struct, rename="camel"):
    """A buyer who scanned a code of the shop."""

    customer_token: str = ""


class CustomerExchange(msgspec.Struct, rename="camel"):
    """Whose number is asked for."""

    customer: Customer
    requested_data: list[Literal["MSISDN"]] | None = None


def one_time(call: Call) -> Reply:
    """Make a code of a landing page; it lives as long as the payment waits."""
    given: OneTime = call.given
    kind, size = pictures.wanted(call)
    url = given.url.strip()
    thing = waiting(call, _token(url))
    if thing is None:
        text = "Supplied landing page token is not valid"
        raise Refusal(problems.told(400, "Validation error", text))
    left = int((thing.made + PATIENCE - call.now).total_seconds())
    if left <= 0:
        text = "Payment has already timed out"
        raise Refusal(problems.told(400, "Order timeout", text))
    body = {"url": pictures.url(call, url, kind, size), "expiresIn": left}
    return in_json(200, body)


def _token(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.path != PATH and not parts.path.endswith(PATH):
        return ""
    return parse_qs(parts.query).get("token", [""])[0]


def exchange(call: Call) -> Reply:
    """Return the number of a buyer who showed a personal code."""
    given: Exchange = call.given
    phone = customers.personal(given.qr_code)
    if not phone:
        reason = "The complete data contained in the QR code is required."
        raise problems.not_exchanged("qrCode", reason)
    if "/p/" in given.qr_code:
        return in_json(200, _msisdn(call, phone) | {"version": "2.0"})
    return in_json(200, {"msisdn": phone, "version": "1.0"})


def _msisdn(call: Call, phone: str) -> dict[str, object]:
    return {"msisdn": phone, "timestamp": int(call.now.timestamp())}


def exchange_customer(call: Call) -> Reply:
    """Return the number of a buyer who scanned a code of the shop."""
    given: CustomerExchange = call.given
    found = customers.checked_in(call, given.customer.customer_token)
    if found is None:
        reason = "The customerToken is not valid, or not any more."
        raise problems.not_exchanged("customerToken", reason)
    body = {"msisdn": found.phone, "timestamp": int(found.at.timestamp())}
    return in_json(200, body)


EXCHANGES = problems.gate(forms=problems.EXCHANGE_FORMS)
ROUTES = (
    *(
        Route(
            method="POST",
            template=template,
            gate=problems.gate(),
            serve=one_time,
            body=OneTime,
        )
        for template in ("/qr/v1", "/qr/v1/")
    ),
    Route(
        method="POST",
        template="/qr/v1/exchange",
        gate=EXCHANGES,
        serve=exchange,
        body=Exchange,
    ),
    Route(
        method="POST",
        template="/qr/v1/exchange/customer",
        gate=EXCHANGES,
        serve=exchange_customer,
        body=CustomerExchange,
    ),
)
