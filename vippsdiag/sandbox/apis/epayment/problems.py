"""ePayment's errors: the numeric codes, each with its title (facts 6.4, high).

Only for 6080 and 5090 the whole body is documented. The other statuses are inferred:
403 for what a sales unit may not do (the specification lists it for the creation), 409
for conflicts, 423 for a locked payment, else 400. Their details are in words of our
own, for the official ones change and are not to be relied on.
"""

from collections.abc import Mapping
from typing import NamedTuple

from vippsdiag.sandbox.gateway import answers
from vippsdiag.sandbox.gateway.bodies import Flaw
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.reply import Refusal, Reply
from vippsdiag.sandbox.keys.units import Unit


class Problem(NamedTuple):
    """What stands in an answer with a code."""

    title: str
    detail: str
    status: int = 400


PROBLEMS: Mapping[int, Problem] = {
    3010: Problem("Internal error", "Something failed inside.", 500),
    4010: Problem(
        "Capture idempotency conflict",
        "The Idempotency-Key was used for another capture.",
        409,
    ),
    4020: Problem("Idempotency error", "The Idempotency-Key already exists.", 409),
    4040: Problem(
        "Invalid amount", "An amount is a whole number of minor units, up to 65000000."
    ),
    4050: Problem("Invalid CustomerToken", "The customerToken is not valid."),
    4060: Problem("Invalid PersonalQr", "The personalQr is not valid."),
    4070: Problem(
        "Invalid phone number",
        "The number has to consist of country code and number, in digits alone.",
    ),
    4080: Problem("Invalid scope", "The scope is not known."),
    4090: Problem("Invalid URL", "The URL is not valid."),
    4100: Problem(
        "Metadata capacity exceeded", "The metadata may have 5 entries at most."
    ),
    4110: Problem(
        "Metadata duplicate keys not allowed", "A key of the metadata occurs twice."
    ),
    4120: Problem(
        "Metadata key length exceeded",
        "A key of the metadata may have 100 characters at most.",
    ),
    4130: Problem(
        "Metadata value length exceeded",
        "A value of the metadata may have 500 characters at most.",
    ),
    4140: Problem("Missing required parameter", "A parameter is missing."),
    4150: Problem("Reference exists", "The reference is taken.", 409),
    4160: Problem(
        "Invalid payment method type", "The paymentMethod.type does not fit."
    ),
    5010: Problem(
        "Blocking sources not applicable",
        "Sources can be blocked for Danish and Finnish sales units only.",
    ),
    5020: Problem(
        "Express payment not allowed", "The sales unit may not use Express.", 403
    ),
    5030: Problem("Illegal scope", "The sales unit may not ask for this scope.", 403),
    5040: Problem(
        "Invalid currency for merchant",
        "The currency is not that of the sales unit's market.",
    ),
    5050: Problem(
        "Long-living payment not allowed",
        "The sales unit may not set expiresAt.",
        403,
    ),
    5060: Problem(
        "Merchant bank account not verified",
        "The merchant's bank account has to be verified first.",
        403,
    ),
    5070: Problem("Payment cannot be created", "The payment cannot be created."),
    5080: Problem(
        "PUSH_MESSAGE not allowed",
        "The sales unit may not skip the landing page.",
        403,
    ),
    5090: Problem("Reference not found", "The reference does not exist.", 404),
    5100: Problem("Refund not possible", "The sales unit cannot refund."),
    6010: Problem("Amount too small", "The amount is below the least one."),
    6020: Problem(
        "Attempted refund before reservation", "The payment is not reserved yet."
    ),
    6030: Problem(
        "Cancel period expired", "The time to cancel this reservation is over."
    ),
    6040: Problem(
        "Cannot cancel a captured payment",
        "The whole payment is captured; it can be refunded.",
    ),
    6050: Problem(
        "Cannot cancel a non-reserved payment", "The payment was never reserved."
    ),
    6060: Problem(
        "Cannot cancel authorized payment",
        "The payment is reserved, and cancelTransactionOnly was asked for.",
    ),
    6070: Problem(
        "Cannot capture a cancelled payment", "The reservation was cancelled."
    ),
    6080: Problem(
        "Cannot capture before reservation",
        "The amount you tried to capture is not reserved. The user must accept the "
        "payment before capture can be done.",
    ),
    6090: Problem("Capture amount too high", "There is less left of the reservation."),
    6100: Problem(
        "Capture period expired", "The time to capture this reservation is over."
    ),
    6110: Problem(
        "Expiration date is too late", "The expiresAt is more than 60 days away."
    ),
    6120: Problem(
        "Expiration date is too soon", "The expiresAt is less than 10 minutes away."
    ),
    6130: Problem(
        "Long living payments require a receipt", "With expiresAt goes a receipt."
    ),
    6140: Problem(
        "Must capture full amount", "This payment cannot be captured in parts."
    ),
    6150: Problem("Not enough refundable", "There is less left to refund."),
    6160: Problem(
        "Order processing", "Another operation on this payment is running.", 423
    ),
    6170: Problem("Payment already captured", "The whole payment is captured."),
    6180: Problem("Payment already refunded", "All that was captured is refunded."),
    6190: Problem("Payment cannot be cancelled", "The state does not allow it."),
    6200: Problem("Payment cannot be captured", "The state does not allow it."),
    6210: Problem("Payment cannot be refunded", "The state does not allow it."),
    6220: Problem("Refund period expired", "The time to refund is over."),
    6230: Problem("Payment is already reserved", "The payment was approved before."),
    6250: Problem(
        "Cannot cancel processing payment", "The payment is being processed."
    ),
    6260: Problem("Funds unavailable", "The bank has released the reservation."),
    6280: Problem(
        "Capture failed, please try again later", "The capture did not go through."
    ),
    7010: Problem(
        "Customer not found", "No user has this number, or the user may not pay here."
    ),
    10010: Problem("Approve failed", "The approval did not go through."),
    10020: Problem("Approve not allowed", "This payment cannot be approved so.", 403),
    10030: Problem("Identification required", "The user has to identify."),
    10040: Problem("Invalid payment source", "The user's card cannot be used."),
    10050: Problem("No cards", "The user has no card."),
    10060: Problem(
        "Operation not supported", "Express payments cannot be approved so."
    ),
    10070: Problem("Payment limit exceeded", "A limit of the user is exceeded."),
}


def refusal(call: Call, code: int, detail: str = "", title: str = "") -> Refusal:
    """Return the answer with a code, to be raised.

    Args:
        call: what is refused.
        code: the number.
        detail: what is wrong with this call; the usual words if empty.
        title: where one code has two meanings.
    """
    return Refusal(reply(call, code, detail, title))


def reply(call: Call, code: int, detail: str = "", title: str = "") -> Reply:
    """Return the answer with a code."""
    problem = PROBLEMS[code]
    return answers.problem(
        problem.status,
        title or problem.title,
        detail or problem.detail,
        instance=instance(call),
        extraDetails=[{"name": "ErrorCode", "reason": str(code)}],
    )


def malformed(call: Call, name: str, reason: str) -> Reply:
    """A field is not as declared: 400 naming it, without a code (errors page, high)."""
    return answers.problem(
        400,
        "Bad Request",
        "See extraDetails for further details",
        instance=instance(call),
        extraDetails=[{"name": name, "reason": reason}],
    )


def unreadable(call: Call, flaw: Flaw) -> Reply:
    """The body is not as declared (form high, reasons inferred)."""
    return malformed(call, flaw.name or "body", flaw.reason)


def header_missing(call: Call, name: str) -> Reply:
    """A required header is missing or too long (form high, reason inferred)."""
    return malformed(
        call, name, f"The {name} field is required, with up to 50 letters."
    )


def not_found(call: Call) -> Reply:
    """Code 5090: ePayment FAQ and error list (texts high, the whole body medium)."""
    reference = call.params["reference"]
    return reply(
        call, 5090, f"The reference `{reference}` does not exist for MSN {call.msn}"
    )


def instance(call: Call) -> str:
    """Return the path as the answers name it, without the API's own part."""
    path = call.path
    return path[len("/epayment") :] if path.lower().startswith("/epayment") else path


def unit_of(call: Call) -> Unit:
    """Return the sales unit that a call is about, whoever makes it."""
    unit = call.sandbox.keyring.by_number(call.environment, call.msn) or call.unit
    assert unit is not None  # noqa: S101 - the gate has found it
    return unit


def obstruct(call: Call, *codes: int) -> None:
    """Refuse if the sales unit's settings lead to one of these errors.

    Raises:
        Refusal: with the first of the codes.
    """
    troubles = unit_of(call).troubles
    if troubles:
        for code in codes:
            if code in troubles:
                raise refusal(call, code)
