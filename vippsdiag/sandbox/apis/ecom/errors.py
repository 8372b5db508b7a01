"""How eCom writes its refusals: an array of errors with groups and codes.

Groups, codes and texts: the last official guide (2023, high); statuses where nothing is
said are inferred. Codes that no call to the sandbox can bring about are left out: 31 to
33, 36, 37 and 39 (the merchant), 52, 63 and 74 (failures of the other side), 82 (the
app), 94 and 99 (faults).
"""

import uuid

from vippsdiag.sandbox.gateway import answers
from vippsdiag.sandbox.gateway.bodies import Flaw
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.forms import Forms
from vippsdiag.sandbox.gateway.reply import Refusal, Reply, in_json

KIND = "application/json;charset=UTF-8"


def error(status: int, group: str, code: str, message: str) -> Reply:
    """Return a refusal in eCom's form."""
    body = [
        {
            "errorGroup": group,
            "errorCode": code,
            "errorMessage": message,
            "contextId": str(uuid.uuid4()),
        }
    ]
    return in_json(status, body, KIND)


def payment(code: int, message: str) -> Refusal:
    """The state of the payment stands against it."""
    return Refusal(error(400, "Payment", str(code), message))


def invalid(name: str, message: str) -> Refusal:
    """A field is not as it has to be; its name is the code (high)."""
    return Refusal(error(400, "InvalidRequest", name, message))


def user_unknown() -> Refusal:
    """Code 81 (high)."""
    text = (
        "The phone number is either incorrectly formatted (see the API specification), "
        "is not a Vipps user, or the user cannot pay businesses. Vipps cannot give "
        "more details."
    )
    return Refusal(error(400, "User", "81", text))


def order_unknown(call: Call, order: str) -> Refusal:
    """Code 35 (group and code high, the status of the partner README)."""
    text = f"The orderId '{order}' does not exist for MSN {call.msn}."
    return Refusal(error(404, "Merchant", "35", text))


def order_taken() -> Refusal:
    """Code 34 (high; the status is inferred)."""
    text = (
        "Duplicate orderId. The orderId must be unique for each MSN. It has already "
        "been used for this MSN."
    )
    return Refusal(error(400, "Merchant", "34", text))


def no_skipping() -> Refusal:
    """Code 38 (high; the status is inferred): no sales unit here may."""
    text = "The sales unit is not allowed to skip the landing page. See the FAQ."
    return Refusal(error(403, "Merchant", "38", text))


def no_nin() -> Refusal:
    """Code 51 of the group Merchant, with its status (high): no sales unit here may."""
    return Refusal(error(403, "Merchant", "51", "The Nin scope is not allowed"))


def not_allowed() -> Refusal:
    """Code 91 (high; the status is inferred)."""
    return Refusal(error(400, "VippsError", "91", "The transaction is not allowed."))


def processed() -> Refusal:
    """Code 92 (high; the status is inferred)."""
    text = "The transaction has already been processed."
    return Refusal(error(400, "VippsError", "92", text))


def msn_invalid(call: Call, number: str) -> Refusal:
    """A number in the body that is not the caller's, as E1 is for the header."""
    text = (
        f"Invalid MSN: {number}. Check your API keys on portal.vipps.no and see the "
        "eCom FAQ for tips."
    )
    return Refusal(error(403, "Merchant", "Unauthorized", text))


def not_activated(call: Call) -> Reply:
    """Code 97, with its status (high)."""
    text = "The sales unit is not allowed to perform payments. See the FAQ."
    return error(403, "Merchant", "97", text)


def conflict(call: Call) -> Reply:
    """Code 93 (high); that the status is 409 is of the facts on idempotency."""
    kind = "refund" if call.path.lower().endswith("/refund") else "capture"
    text = (
        f"The {kind} request must be identical to the previous request(s) in an "
        "idempotent retry."
    )
    return error(409, "VippsError", "93", text)


def unreadable(call: Call, flaw: Flaw) -> Reply:
    """A body that is not as declared (form high, texts inferred)."""
    return error(400, "InvalidRequest", flaw.name or "body", flaw.reason)


def header_missing(call: Call, name: str) -> Reply:
    """A header that is too long or not there (inferred)."""
    return error(400, "InvalidRequest", name, "The header has 1 to 40 characters.")


FORMS = Forms(
    not_linked=answers.invalid_msn,
    other_unit=answers.invalid_msn,
    not_activated=not_activated,
    unreadable=unreadable,
    header_missing=header_missing,
    conflict=conflict,
)
