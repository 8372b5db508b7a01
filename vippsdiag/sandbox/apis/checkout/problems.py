"""How Checkout refuses, and whom it lets in: its keys are headers of every call.

The form and the code Session-00100 are known (facts 5, medium); the other codes and
all other texts are inferred.
"""

import uuid

from vippsdiag.keys import KeyKind
from vippsdiag.sandbox.gateway import gate
from vippsdiag.sandbox.gateway.bodies import Flaw
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.forms import Forms
from vippsdiag.sandbox.gateway.gate import Gate
from vippsdiag.sandbox.gateway.reply import Refusal, Reply, in_json


def problem(status: int, code: str, title: str, **errors: list[str]) -> Reply:
    """Checkout's own form."""
    body = {
        "errorCode": code,
        "title": title,
        "status": status,
        "instance": f"urn:uuid:{uuid.uuid4()}",
        "errors": errors,
    }
    # The specification names plain JSON for it.
    return in_json(status, body)


def unreadable(call: Call, flaw: Flaw) -> Reply:
    """The body is not as declared (form high, code and text inferred)."""
    errors = {flaw.name or "body": [flaw.reason]}
    return problem(400, "Validation-00100", "The request is not valid.", **errors)


def header_missing(call: Call, name: str) -> Reply:
    """A header is missing or too long (inferred)."""
    return unreadable(call, Flaw(name, f"The {name} field is required."))


def unauthorized(call: Call) -> Reply:
    """The client's keys are not valid (status high, code and text inferred)."""
    return problem(401, "Auth-00100", "Invalid credentials.")


def forbidden(call: Call) -> Reply:
    """The unit, its number or its keys do not go together (title medium)."""
    return problem(403, "Auth-00200", "Invalid subscription or configuration")


def conflict(call: Call) -> Reply:
    """The idempotency key was sent with another body (status high, rest inferred)."""
    return problem(409, "Session-00300", "The Idempotency-Key was used before.")


def not_found(call: Call) -> Reply:
    """There is no such session, or no more (facts 5, medium)."""
    return problem(404, "Session-00100", "Session expired or not known.")


FORMS = Forms(
    token=unauthorized,
    not_linked=forbidden,
    other_unit=forbidden,
    not_activated=forbidden,
    header_missing=header_missing,
    unreadable=unreadable,
    conflict=conflict,
)


def client(call: Call, forms: Forms) -> None:
    """Find the owner of the client's keys, which are in headers."""
    unit = call.sandbox.keyring.by_client(call.header("client_id"))
    known = unit is not None and unit.environment is call.environment
    if not unit or not known or unit.client_secret != call.header("client_secret"):
        raise Refusal(forms.token(call))
    if unit.kind not in {KeyKind.SALES_UNIT, KeyKind.PARTNER}:
        raise Refusal(forms.token(call))
    call.unit = unit


GATE = Gate(
    steps=(gate.key, client, gate.link, gate.activation("Checkout")), forms=FORMS
)
