"""The Order Management API: what the buyer sees beside a payment in the app.

It does not look whether there is such an order (the toolkit's skill, high).
"""

import binascii
import uuid
from base64 import b64decode

import msgspec

from vippsdiag.environments import Environment
from vippsdiag.sandbox.apis.orders.bodies import Category, Image, NewCategory, Receipt
from vippsdiag.sandbox.gateway import answers, gate
from vippsdiag.sandbox.gateway.bodies import Flaw
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.forms import Forms
from vippsdiag.sandbox.gateway.gate import Gate
from vippsdiag.sandbox.gateway.reply import (
    JSON,
    Refusal,
    Reply,
    empty,
    in_json,
    trace_id,
)
from vippsdiag.sandbox.gateway.routes import Route

BASE = "/order-management"
PAYMENT_TYPES = frozenset({"ECOM", "RECURRING"})


class Details(msgspec.Struct, kw_only=True):
    """What was told about an order."""

    category: Category | None = None
    receipt: Receipt | None = None


class Picture(msgspec.Struct, kw_only=True):
    """That there is a picture of this name; the picture itself is not kept."""

    id: str


class Button(msgspec.Struct, kw_only=True):
    """A category of the third version."""

    id: str
    given: NewCategory


def error(status: int, title: str, detail: str, *flaws: Flaw) -> Reply:
    """Order Management's own form, whose instance is a trace id (high)."""
    body: dict[str, object] = {
        "type": f"https://httpstatuses.io/{status}",
        "title": title,
        "detail": detail,
        "instance": trace_id(),
    }
    if flaws:
        body["invalidParams"] = [flaw._asdict() for flaw in flaws]
    return in_json(status, body, JSON)


def invalid(*flaws: Flaw) -> Reply:
    """A field that is not as declared (title and detail as in the specification)."""
    title = "One or more validation errors occurred."
    return error(400, title, "BadRequest", *flaws)


def unreadable(call: Call, flaw: Flaw) -> Reply:
    """A body that is not as declared (form high, texts inferred)."""
    return invalid(Flaw(flaw.name or "body", flaw.reason))


def header_missing(call: Call, name: str) -> Reply:
    """A required header is missing (inferred)."""
    return invalid(Flaw(name, f"The {name} field is required."))


def number_missing(call: Call) -> Reply:
    """The merchant serial number is missing (inferred)."""
    return header_missing(call, "Merchant-Serial-Number")


def not_found(what: str) -> Refusal:
    """404 as the specification lists it (texts inferred)."""
    return Refusal(error(404, "NotFound", f"{what} was not found."))


FORMS = Forms(
    number_missing=number_missing,
    header_missing=header_missing,
    unreadable=unreadable,
)


def served(call: Call, forms: Forms) -> None:
    """See whether test has this API: the toolkit says no, the specification yes."""
    test = call.environment is Environment.TEST
    if test and call.sandbox.variant("orders-in-test") == "absent":
        raise Refusal(answers.path_unknown(call))


GATE = Gate(
    steps=(
        served,
        gate.key,
        gate.token,
        gate.number,
        gate.link,
        gate.activation("Order Management"),
    ),
    forms=FORMS,
)


def _name(call: Call) -> str:
    """Return what an order is kept under; payments and charges may share a name."""
    kind = call.params.get("paymentType", "ECOM").upper()
    if kind not in PAYMENT_TYPES:
        raise Refusal(invalid(Flaw("paymentType", "It is ECOM or RECURRING.")))
    return f"{kind}/{call.params['orderId']}"


def _known(call: Call, image: str | None) -> None:
    if image is not None and call.room.get(Picture, image) is None:
        raise Refusal(invalid(Flaw("imageId", "There is no such image.")))


def _done(status: int) -> Reply:
    return in_json(status, str(uuid.uuid4()))


def upload(call: Call) -> Reply:
    """Take a picture; one cannot be replaced (high; the status is inferred)."""
    image: Image = call.given
    try:
        b64decode(image.src, validate=True)
    except (binascii.Error, ValueError):
        raise Refusal(invalid(Flaw("src", "It is not base64."))) from None
    if call.room.get(Picture, image.image_id):
        raise Refusal(error(409, "Conflict", "There is an image of this name."))
    call.room.put(image.image_id, Picture(id=image.image_id))
    return in_json(200, {"imageId": image.image_id})


def categorize(call: Call) -> Reply:
    """Give an order its button, or another one."""
    _known(call, call.given.image_id)
    name = _name(call)
    order = call.room.get(Details, name) or Details()
    order.category = call.given
    call.room.put(name, order)
    return empty(200) if _first(call) else _done(200)


def _first(call: Call) -> bool:
    return call.path.lower().startswith(f"{BASE}/v1/")


def receive(call: Call) -> Reply:
    """Take a receipt; that is possible once (high)."""
    name = _name(call)
    order = call.room.get(Details, name) or Details()
    if order.receipt:
        raise Refusal(error(409, "Conflict", "There is a receipt of this order."))
    order.receipt = call.given
    call.room.put(name, order)
    return empty(200) if _first(call) else _done(201)


def _order(call: Call) -> Details:
    order = call.room.get(Details, _name(call))
    if order is None:
        raise not_found(f"Order {call.params['orderId']}")
    return order


def order(call: Call) -> Reply:
    """Return what was told about an order."""
    found = _order(call)
    parts = {"category": found.category, "receipt": found.receipt}
    return in_json(200, {name: part for name, part in parts.items() if part})


def category(call: Call) -> Reply:
    """Return an order's button."""
    found = _order(call)
    if found.category is None:
        raise not_found(f"A category of {call.params['orderId']}")
    return in_json(200, found.category)


def receipt(call: Call) -> Reply:
    """Return an order's receipt."""
    found = _order(call)
    if found.receipt is None:
        raise not_found(f"A receipt of {call.params['orderId']}")
    return in_json(200, found.receipt)


def add(call: Call) -> Reply:
    """Add a button, as the third version has it."""
    _known(call, call.given.image_id)
    button = Button(id=str(uuid.uuid4()), given=call.given)
    call.room.put(button.id, button)
    return in_json(201, {"categoryId": button.id})


def buttons(call: Call) -> Reply:
    """List the buttons, of one order if that is asked."""
    wanted = call.asked.get("orderId")
    found = [
        _shown(button)
        for button in call.room.all(Button)
        if wanted in {None, button.given.order_id}
    ]
    return in_json(200, {"categories": found})


def _shown(button: Button) -> dict[str, object]:
    given = button.given
    shown: dict[str, object] = {
        "categoryId": button.id,
        "orderId": given.order_id,
        "paymentType": given.payment_type.upper(),
        "type": given.type,
        "url": given.url,
    }
    return shown | ({"imageId": given.image_id} if given.image_id else {})


def _button(call: Call) -> Button:
    button = call.room.get(Button, call.params["categoryId"])
    if button is None:
        raise not_found(f"Category {call.params['categoryId']}")
    return button


def button(call: Call) -> Reply:
    """Return a button."""
    return in_json(200, _shown(_button(call)))


def remove(call: Call) -> Reply:
    """Remove a button."""
    call.room.drop(Button, _button(call).id)
    return empty(200)


_V2 = BASE + "/v2/{paymentType}"
_V3 = BASE + "/v3/categories"
_FIRST_ORDER, _FIRST_RECEIPT = (
    BASE + "/v1/orders/{orderId}",
    BASE + "/v1/receipts/{orderId}",
)

ROUTES = tuple(
    Route(method=method, template=template, gate=GATE, serve=serve, body=body)
    for method, template, serve, body in (
        ("POST", BASE + "/v1/images", upload, Image),
        ("GET", _FIRST_ORDER, category, None),
        ("PUT", _FIRST_ORDER, categorize, Category),
        ("GET", _FIRST_RECEIPT, receipt, None),
        ("POST", _FIRST_RECEIPT, receive, Receipt),
        ("PUT", _V2 + "/categories/{orderId}", categorize, Category),
        ("POST", _V2 + "/receipts/{orderId}", receive, Receipt),
        ("GET", _V2 + "/{orderId}", order, None),
        ("GET", _V3, buttons, None),
        ("POST", _V3, add, NewCategory),
        ("GET", _V3 + "/{categoryId}", button, None),
        ("DELETE", _V3 + "/{categoryId}", remove, None),
    )
)
