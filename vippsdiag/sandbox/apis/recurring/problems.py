"""How Recurring writes its refusals: RFC 7807, with identifiers of its own.

Identifiers, and what each is for: the official page of problems (high, 2023); form:
the specifications (high); statuses and details are inferred where nothing is said.
"""

import uuid

from vippsdiag.sandbox.gateway.bodies import Flaw
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.forms import Forms
from vippsdiag.sandbox.gateway.reply import PROBLEM, REASONS, Refusal, Reply, in_json

PAGE = (
    "https://developer.vippsmobilepay.com/docs/APIs/recurring-api/"
    "recurring-api-problems#"
)
INVALID_JSON = "The body is not valid JSON."


def problem(
    call: Call, status: int, identifier: str, detail: str, *flaws: Flaw
) -> Reply:
    """Return a refusal in Recurring's form.

    The extra details are called name and reason in the specification of 2025, and
    field and text in that of 2023, so they can be switched.
    """
    older = call.sandbox.variant("recurring-details") == "field-text"
    name, reason = ("field", "text") if older else ("name", "reason")
    body = {
        "type": PAGE + identifier,
        "title": REASONS[status],
        "status": status,
        "detail": detail,
        "instance": call.path.removeprefix("/recurring"),
        "contextId": str(uuid.uuid4()),
        "extraDetails": [{name: flaw.name, reason: flaw.reason} for flaw in flaws],
    }
    return in_json(status, body, PROBLEM)


def refusal(
    call: Call, status: int, identifier: str, detail: str, *flaws: Flaw
) -> Refusal:
    """A refusal, to be raised."""
    return Refusal(problem(call, status, identifier, detail, *flaws))


def invalid(call: Call, *flaws: Flaw) -> Refusal:
    """Fields that are not as they have to be."""
    return refusal(call, 400, "validation-error", "Input validation failed", *flaws)


def not_found(call: Call, what: str) -> Refusal:
    """404 as the specification lists it (identifier high, detail inferred)."""
    return refusal(call, 404, "resource-not-found", f"{what} was not found")


def token(call: Call) -> Reply:
    """The official page of problems (high)."""
    return problem(call, 401, "not-authorized", "JWT token is invalid.")


def not_activated(call: Call) -> Reply:
    """The identifier is of the page of problems, the detail of the FAQ (high).

    That they stand together, and the status, is inferred.
    """
    detail = "merchant.not.allowed.for.recurring.operation"
    return problem(call, 403, "invalid-sale-unit", detail)


def other_unit(call: Call) -> Reply:
    """Token, subscription key and number of two units (inferred)."""
    return problem(call, 403, "invalid-sale-unit", "The sales unit is not allowed.")


def header_missing(call: Call, name: str) -> Reply:
    """Identifiers high; that the key's own covers too long ones as well (high)."""
    if name == "Idempotency-Key":
        detail = "Missing or invalid Idempotency-Key header"
        return problem(call, 400, "idempotency-key-header", detail)
    return problem(call, 400, "missing-request-header", f"Missing header {name}")


def unreadable(call: Call, flaw: Flaw) -> Reply:
    """No JSON at all, or a field that is not as declared (identifiers high)."""
    if flaw.reason == INVALID_JSON:
        return problem(call, 400, "invalid-json", "JSON body is invalid")
    named = Flaw(flaw.name or "body", flaw.reason)
    return invalid(call, named).reply


def conflict(call: Call) -> Reply:
    """409 is documented (high), and the identifier; the detail is inferred."""
    detail = "The Idempotency-Key was used before, for another request."
    return problem(call, 409, "idempotency-conflict", detail)


FORMS = Forms(
    token=token,
    other_unit=other_unit,
    not_activated=not_activated,
    header_missing=header_missing,
    unreadable=unreadable,
    conflict=conflict,
)
