"""The Management API: merchants, sales units and orders of products. Production only.

A partner sees the sales units that it may act for, a sales unit sees itself. What is
not active, or not connected, is not there (404, high).
"""

import uuid

import msgspec

from vippsdiag.keys import KeyKind
from vippsdiag.sandbox.apis.management.bodies import ProductOrder, SalesUnitChange
from vippsdiag.sandbox.gateway import gate
from vippsdiag.sandbox.gateway.bodies import Flaw
from vippsdiag.sandbox.gateway.call import MSN, Call
from vippsdiag.sandbox.gateway.forms import Forms
from vippsdiag.sandbox.gateway.gate import Gate
from vippsdiag.sandbox.gateway.replay import Once
from vippsdiag.sandbox.gateway.reply import PROBLEM, Refusal, Reply, empty, in_json
from vippsdiag.sandbox.gateway.routes import Route
from vippsdiag.sandbox.keys.units import Unit
from vippsdiag.sandbox.state.state import Room

BASE = "/management/v1"
KIND = "application/json;charset=UTF-8"
SCHEMES = {
    "NO": "business:NO:ORG",
    "DK": "business:DK:CVR",
    "FI": "business:FI:Y-tunnus",
}
REGISTER = "https://portal.vippsmobilepay.com/register/vippspanett/"
# Made up, as are the partner's number and its one price package.
PACKAGE = "8a11afb7-c223-48ed-8ca6-4722b97261aa"
PARTNER_ID = "123456"


class Renamed(msgspec.Struct, kw_only=True):
    """What was changed in a sales unit."""

    name: str | None = None
    active: bool = True


class Ordered(msgspec.Struct, kw_only=True):
    """That a product was ordered."""

    id: str


def problem(status: int, title: str, detail: str, *flaws: Flaw) -> Reply:
    """Management's form; its extra details have a key and a value (high)."""
    body: dict[str, object] = {
        "type": f"https://httpstatuses.io/{status}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": str(uuid.uuid4()),
    }
    if flaws:
        body["extraDetails"] = [
            {"key": flaw.name, "value": flaw.reason} for flaw in flaws
        ]
    return in_json(status, body, PROBLEM)


def unauthorized(call: Call) -> Reply:
    """The example of the specification, whatever was called (high)."""
    title = "Not authorized to create a product order"
    detail = (
        f"{title}. Check whether Authorization token and Ocp-Apim-Subscription-Key "
        "are correct."
    )
    return problem(401, title, detail)


def forbidden(call: Call) -> Reply:
    """403: the keys are of another kind, or of another unit (inferred)."""
    return problem(403, "Forbidden", "These keys may not do this.")


def unreadable(call: Call, flaw: Flaw) -> Reply:
    """A body that is not as declared (form high, texts inferred)."""
    which = Flaw(flaw.name or "body", flaw.reason)
    return problem(400, "Bad Request", "The request is not valid.", which)


def header_missing(call: Call, name: str) -> Reply:
    """A header that is required (inferred)."""
    return unreadable(call, Flaw(name, f"The {name} field is required."))


def conflict(call: Call) -> Reply:
    """The idempotency key was sent with another body (inferred)."""
    detail = "The Idempotency-Key was used for another body."
    return problem(409, "Conflict", detail)


def not_found(what: str) -> Refusal:
    """Not there, not active or not connected: one answer for all (high)."""
    return Refusal(problem(404, "Not Found", f"{what} was not found."))


def own_link(call: Call, forms: Forms) -> None:
    """See who calls; a partner may leave the number out, for it sees all it has."""
    gate.own_key(call, forms)
    if call.header(MSN):
        gate.link(call, forms)


FORMS = Forms(
    token=unauthorized,
    not_linked=forbidden,
    other_unit=forbidden,
    not_activated=forbidden,
    unreadable=unreadable,
    header_missing=header_missing,
    conflict=conflict,
)
GATE = Gate(
    steps=(gate.key, gate.token, own_link, gate.activation("Management")), forms=FORMS
)


def visible(call: Call) -> list[Unit]:
    """Return the sales units that the caller sees."""
    unit = call.unit
    numbers = sorted(unit.connected | {unit.msn}) if unit else []
    found = (call.sandbox.keyring.by_number(call.environment, msn) for msn in numbers)
    return [each for each in found if each and _renamed(call, each).active]


def _room(call: Call, unit: Unit) -> Room:
    return Room(call.sandbox.state, f"{call.environment}/{unit.msn}")


def _renamed(call: Call, unit: Unit) -> Renamed:
    return _room(call, unit).get(Renamed, unit.msn) or Renamed()


def named(call: Call, unit: Unit) -> str:
    """Return what a sales unit is called by now."""
    return _renamed(call, unit).name or unit.name


def _identifier(unit: Unit) -> dict[str, str]:
    return {"scheme": SCHEMES[unit.market], "id": unit.organisation}


def sales_units(call: Call) -> Reply:
    """List the sales units."""
    return _listed(call, visible(call))


def _listed(call: Call, units: list[Unit]) -> Reply:
    found = [{"msn": unit.msn, "name": named(call, unit)} for unit in units]
    return in_json(200, found, KIND)


def _one(call: Call) -> Unit:
    for unit in visible(call):
        if unit.msn == call.params["msn"]:
            return unit
    raise not_found(f"Sales unit {call.params['msn']}")


def sales_unit(call: Call) -> Reply:
    """Return a sales unit, and what it may do."""
    unit = _one(call)
    pays = "ePayment" in unit.products
    body = {
        "msn": unit.msn,
        "name": named(call, unit),
        "businessIdentifier": _identifier(unit),
        "configuration": {
            "paymentAllowed": pays,
            "captureType": "ReserveCapture" if pays else "NotApplicable",
            "skipLandingPageAllowed": False,
            "recurringAllowed": "Recurring" in unit.products,
        },
    }
    return in_json(200, body, KIND)


def change(call: Call) -> Reply:
    """Change a sales unit, as the older specification has it.

    In 2026 there is no such operation any more (the toolkit's skill, high).
    """
    unit, given = _one(call), call.given
    renamed = _renamed(call, unit)
    renamed.name = given.name or renamed.name
    renamed.active = given.status != "DEACTIVATED"
    _room(call, unit).put(unit.msn, renamed)
    return empty(200)


def quality(call: Call) -> Reply:
    """Return how well a sales unit's calls do: nothing is counted here."""
    _one(call)
    return in_json(200, {"ApiQualityItems": []}, KIND)


def _merchants(call: Call) -> list[Unit]:
    """Return one sales unit of each merchant."""
    return list({unit.organisation: unit for unit in visible(call)}.values())


def _of_merchant(call: Call) -> list[Unit]:
    wanted = {"scheme": call.params["scheme"], "id": call.params["id"]}
    found = [unit for unit in visible(call) if _identifier(unit) == wanted]
    if not found:
        raise not_found(f"Merchant {wanted['scheme']} {wanted['id']}")
    return found


def _merchant(unit: Unit) -> dict[str, object]:
    return {
        "businessIdentifier": _identifier(unit),
        "name": f"Merchant {unit.organisation}",
        "status": "ACTIVE",
        "countryCode": unit.market,
    }


def merchants(call: Call) -> Reply:
    """List the merchants."""
    found = [_merchant(unit) for unit in _merchants(call)]
    return in_json(200, {"merchants": found}, KIND)


def merchant(call: Call) -> Reply:
    """Return a merchant."""
    return in_json(200, _merchant(_of_merchant(call)[0]), KIND)


def units_of_merchant(call: Call) -> Reply:
    """List a merchant's sales units."""
    return _listed(call, _of_merchant(call))


def contracts(call: Call) -> Reply:
    """Return a merchant's contracts: there are none here."""
    _of_merchant(call)
    return in_json(200, {"urls": []}, KIND)


def _partner(call: Call) -> Unit:
    if call.unit is None or call.unit.kind is not KeyKind.PARTNER:
        raise Refusal(forbidden(call))
    return call.unit


def whoami(call: Call) -> Reply:
    """Tell a partner who it is; other keys are refused (the status is inferred)."""
    partner = _partner(call)
    body = {
        "partnerId": PARTNER_ID,
        "name": partner.name,
        "level": "Vipps Partner",
        "status": "ACTIVE",
    }
    return in_json(200, body, KIND)


def packages(call: Call) -> Reply:
    """List what a partner's merchants may pay: there is one price."""
    _partner(call)
    package = {
        "pricePackageId": PACKAGE,
        "name": "Standard",
        "description": "1.75 %",
        "visibleInSignupForm": True,
        "productType": "ePayment",
    }
    return in_json(200, [package], KIND)


def _orders(call: Call) -> Room:
    """Return where a partner's orders are kept."""
    return Room(call.sandbox.state, f"{call.environment}/{_partner(call).client_id}")


def order(call: Call) -> Reply:
    """Take an order of a product, for a merchant to look at and to send."""
    made = Ordered(id=str(uuid.uuid4()))
    _orders(call).put(made.id, made)
    body = {"prefilledOrderId": made.id, "prefillUrl": REGISTER + made.id}
    return in_json(201, body)


def _ordered(call: Call) -> Ordered:
    found = _orders(call).get(Ordered, call.params["order"])
    if found is None:
        raise not_found(f"Product order {call.params['order']}")
    return found


def ordered(call: Call) -> Reply:
    """Return an order: no merchant of the sandbox ever opens one."""
    found = _ordered(call)
    body = {"prefilledOrderId": found.id, "prefillStatus": "RECEIVED"}
    return in_json(200, body, KIND)


def withdraw(call: Call) -> Reply:
    """Take an order back."""
    _orders(call).drop(Ordered, _ordered(call).id)
    return empty(200)


_MERCHANT = BASE + "/merchants/{scheme}/{id}"
_UNIT, _ORDER = BASE + "/sales-units/{msn}", BASE + "/product-orders/{order}"

ROUTES = tuple(
    Route(
        method=method,
        template=template,
        gate=GATE,
        serve=serve,
        body=body,
        once=Once() if method == "POST" else None,
        production=True,
    )
    for method, template, serve, body in (
        ("GET", BASE + "/sales-units", sales_units, None),
        ("GET", _UNIT, sales_unit, None),
        ("PATCH", _UNIT, change, SalesUnitChange),
        ("GET", BASE + "/api-quality/sales-units/{msn}", quality, None),
        ("GET", BASE + "/merchants", merchants, None),
        ("GET", _MERCHANT, merchant, None),
        ("GET", _MERCHANT + "/sales-units", units_of_merchant, None),
        ("GET", _MERCHANT + "/contracts", contracts, None),
        ("GET", BASE + "/partners/whoami", whoami, None),
        ("GET", BASE + "/partners/price-packages", packages, None),
        ("POST", BASE + "/product-orders", order, ProductOrder),
        ("GET", _ORDER, ordered, None),
        ("DELETE", _ORDER, withdraw, None),
    )
)
