"""How the QR API refuses: with `invalidParams`, and no status in the body.

The form, the words of a field that does not match, and those about a landing page's
token are the specification's (high); where a text is inferred, it says so.
"""

import uuid

from vippsdiag.sandbox.gateway.bodies import Flaw
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.forms import Forms
from vippsdiag.sandbox.gateway.gate import Gate, for_product
from vippsdiag.sandbox.gateway.reply import Refusal, Reply, in_json, trace_id

VALIDATION = "https://datatracker.ietf.org/doc/html/rfc7231#section-6.5.1"


def invalid(name: str, reason: str) -> Reply:
    """A field is not as declared (form high)."""
    body = {
        "type": VALIDATION,
        "title": "One or more validation errors occurred.",
        "detail": "BadRequest",
        "instance": trace_id()[:-1] + "0",
        "invalidParams": [{"name": name, "reason": reason}],
    }
    return in_json(400, body)


def told(status: int, title: str, detail: str) -> Reply:
    """Something else is wrong (form high, texts beside each use)."""
    instance = str(uuid.uuid4())
    return in_json(status, {"title": title, "detail": detail, "instance": instance})


def unreadable(call: Call, flaw: Flaw) -> Reply:
    """The body is not as declared (form high, most reasons inferred)."""
    name = flaw.name[:1].upper() + flaw.name[1:]
    reason = flaw.reason.replace(f"The {flaw.name} field", f"The {name} field")
    return invalid(name or "Body", reason)


def header_missing(call: Call, name: str) -> Reply:
    """A required header is missing (form high, reason inferred)."""
    return invalid(name, f"The {name} field is required.")


def number_missing(call: Call) -> Reply:
    """The merchant serial number is missing (form high, reason inferred)."""
    return header_missing(call, "Merchant-Serial-Number")


def forbidden(call: Call) -> Reply:
    """403 as the specification lists it for callback codes (texts inferred)."""
    text = "The sales unit is not allowed to do this with these keys."
    return told(403, "Forbidden", text)


def not_found(call: Call) -> Refusal:
    """404 as the specification lists it (texts inferred)."""
    return Refusal(told(404, "Not found", "There is no QR code of this id."))


def media_type(call: Call) -> Refusal:
    """415 as the specification lists it (texts inferred)."""
    text = "Accept has to be image/*, image/png, image/svg+xml or text/targetUrl."
    return Refusal(told(415, "Unsupported media type", text))


def not_exchanged(name: str, reason: str) -> Refusal:
    """What stands in for a buyer is not valid (form and title high)."""
    body = {
        "title": "Bad request",
        "status": 400,
        "detail": "The request body contains one or more invalid parameters.",
        "extraDetails": [{"name": name, "reason": reason}],
    }
    return Refusal(in_json(400, body))


def exchange_unreadable(call: Call, flaw: Flaw) -> Reply:
    """The body of an exchange is not as declared (form high, reason inferred)."""
    return not_exchanged(flaw.name or "body", flaw.reason).reply


FORMS = Forms(
    number_missing=number_missing,
    other_unit=forbidden,
    not_linked=forbidden,
    not_activated=forbidden,
    header_missing=header_missing,
    unreadable=unreadable,
)
EXCHANGE_FORMS = Forms(
    other_unit=forbidden, not_linked=forbidden, unreadable=exchange_unreadable
)


def gate(*, msn: bool = False, forms: Forms = FORMS) -> Gate:
    """Return the gate of an operation, which may require the number."""
    return for_product("QR", forms, msn=msn)
