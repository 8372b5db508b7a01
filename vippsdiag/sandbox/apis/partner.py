"""The Partner API, which the Management API replaced. Production only, partner keys."""

import uuid
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from vippsdiag.keys import KeyKind
from vippsdiag.sandbox.apis.management import REGISTER, named, visible
from vippsdiag.sandbox.gateway import gate
from vippsdiag.sandbox.gateway.bodies import Flaw
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.forms import Forms
from vippsdiag.sandbox.gateway.gate import Gate
from vippsdiag.sandbox.gateway.replay import Once
from vippsdiag.sandbox.gateway.reply import Refusal, Reply, in_json
from vippsdiag.sandbox.gateway.routes import Route
from vippsdiag.sandbox.keys.units import Unit

BASE = "/partner-api"
KIND = "application/json;charset=UTF-8"


class ProductOrder(msgspec.Struct):
    """A form that a partner fills in for a merchant; what is optional is not read."""

    orgno: Annotated[str, Meta(pattern="^[0-9]{9}$")]
    productType: Literal[  # noqa: N815 - as it is written in the request
        "VIPPS_PA_NETT", "VIPPS_LOGG_INN", "VIPPS_CHECKOUT", "VIPPS_I_KASSA"
    ]


def error(status: int, title: str, detail: str) -> Reply:
    """The form of the specification of 2023 (high)."""
    body: dict[str, Any] = {
        "type": f"https://httpstatuses.io/{status}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": str(uuid.uuid4()),
    }
    return in_json(status, body, KIND)


def unauthorized(call: Call) -> Reply:
    """The form for this alone (high, the text inferred)."""
    return in_json(401, {"code": 401, "message": "Unauthorized"}, KIND)


def forbidden(call: Call) -> Reply:
    """403 as the specification lists it (texts inferred)."""
    return error(403, "Forbidden", "Only partner keys may do this.")


def unreadable(call: Call, flaw: Flaw) -> Reply:
    """A body that is not as declared (texts inferred)."""
    return error(400, "Validation error", f"{flaw.name or 'body'}: {flaw.reason}")


def header_missing(call: Call, name: str) -> Reply:
    """A header that is required (inferred)."""
    return error(400, "Validation error", f"The header {name} is required.")


def conflict(call: Call) -> Reply:
    """The idempotency key was sent with another body (inferred)."""
    return error(422, "Conflict", "The Idempotency-Key was used for another body.")


def partner(call: Call, forms: Forms) -> None:
    """See that a partner calls; a number is not needed."""
    gate.own_key(call, forms)
    if call.unit is None or call.unit.kind is not KeyKind.PARTNER:
        raise Refusal(forms.other_unit(call))


FORMS = Forms(
    token=unauthorized,
    other_unit=forbidden,
    not_activated=forbidden,
    unreadable=unreadable,
    header_missing=header_missing,
    conflict=conflict,
)
GATE = Gate(
    steps=(gate.key, gate.token, partner, gate.activation("Partner")), forms=FORMS
)


def _digits(text: str, least: int, most: int) -> bool:
    return text.isascii() and text.isdecimal() and least <= len(text) <= most


def merchant(call: Call) -> Reply:
    """Return the numbers of a merchant's sales units that the partner may act for."""
    number = call.params["orgno"]
    if not _digits(number, 9, 9):
        detail = "The organisation number must be 9 digits"
        raise Refusal(error(400, "orgno validation error", detail))
    found = [unit.msn for unit in visible(call) if unit.organisation == number]
    if not found:
        raise Refusal(error(404, "Not found", f"Merchant {number} does not exist."))
    return in_json(200, {"msn": found}, KIND)


def sales_unit(call: Call) -> Reply:
    """Return a sales unit."""
    number = call.params["msn"]
    if not _digits(number, 5, 6):
        # The example of the specification (high).
        detail = "MSN must be 5 or 6 digits"
        raise Refusal(error(400, "MSN validation error", detail))
    for unit in visible(call):
        if unit.msn == number:
            return in_json(200, _shown(call, unit), KIND)
    raise Refusal(error(404, "Not found", f"Sales unit {number} does not exist."))


def _shown(call: Call, unit: Unit) -> dict[str, Any]:
    pays = "ePayment" in unit.products
    return {
        "msn": unit.msn,
        "name": named(call, unit),
        "orgno": unit.organisation,
        "additionalDetails": {
            "skipLandingPage": False,
            "isPureLogin": not pays,
            "captureType": "ReserveCapture" if pays else "NotApplicable",
            "recurring": "Recurring" in unit.products,
        },
    }


def order(call: Call) -> Reply:
    """Take an order of a product."""
    made = str(uuid.uuid4())
    body = {"prefilledOrderId": made, "returnUrl": REGISTER + made}
    return in_json(200, body, KIND)


ROUTES = (
    Route(
        method="GET",
        template=BASE + "/v0/merchants/{orgno}",
        gate=GATE,
        serve=merchant,
        production=True,
    ),
    Route(
        method="GET",
        template=BASE + "/v0/salesunits/{msn}",
        gate=GATE,
        serve=sales_unit,
        production=True,
    ),
    Route(
        method="POST",
        template=BASE + "/v1/products/orders",
        gate=GATE,
        serve=order,
        body=ProductOrder,
        once=Once(),
        production=True,
    ),
)
