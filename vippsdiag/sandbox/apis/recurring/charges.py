"""The operations on charges that there are."""

from vippsdiag.sandbox.apis.recurring import events
from vippsdiag.sandbox.apis.recurring.agreement import Agreement
from vippsdiag.sandbox.apis.recurring.charge import (
    CAPTURE_PATIENCE,
    REFUND_PATIENCE,
    REFUSED_REFUNDS,
    Charge,
)
from vippsdiag.sandbox.apis.recurring.ledger import (
    charges_of,
    keep,
    the_agreement,
    the_charge,
)
from vippsdiag.sandbox.apis.recurring.paging import paged
from vippsdiag.sandbox.apis.recurring.problems import invalid, refusal
from vippsdiag.sandbox.gateway.bodies import Flaw
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.replay import NAME
from vippsdiag.sandbox.gateway.reply import Refusal, Reply, empty, in_json

STATES = (
    "PENDING",
    "DUE",
    "RESERVED",
    "CHARGED",
    "PARTIALLY_CAPTURED",
    "FAILED",
    "CANCELLED",
    "PARTIALLY_REFUNDED",
    "REFUNDED",
    "PROCESSING",
)
CAPTURABLE = frozenset({"RESERVED", "PARTIALLY_CAPTURED"})
CANCELLABLE = frozenset({"PENDING", "DUE", "RESERVED", "PARTIALLY_CAPTURED"})
REFUNDABLE = frozenset({"CHARGED", "PARTIALLY_CAPTURED", "PARTIALLY_REFUNDED"})


def get(call: Call) -> Reply:
    """Return a charge."""
    agreement, charge = the_charge(call)
    return in_json(200, charge.shown(agreement.external))


def charges(call: Call) -> Reply:
    """List the charges of an agreement."""
    agreement = the_agreement(call)
    status = call.asked.get("status")
    if status and status not in STATES:
        raise invalid(call, Flaw("status", f"It has to be one of {', '.join(STATES)}."))
    found = [
        charge
        for charge in charges_of(call, agreement)
        if not status or charge.status == status
    ]
    return paged(call, found, lambda charge: charge.shown(agreement.external))


def capture(call: Call) -> Reply:
    """Capture a reserved charge, or a part of it."""
    agreement, charge = the_charge(call)
    amount: int = call.given.amount
    reserved_at = charge.happened("RESERVE")
    if charge.status not in CAPTURABLE or reserved_at is None:
        raise _no_capture(call, f"The charge is {charge.status}, and not RESERVED.")
    if call.now - reserved_at > CAPTURE_PATIENCE:
        raise _no_capture(call, "A charge can be captured for 180 days.")
    if amount > charge.reserved:
        detail = f"Only {charge.reserved} is left to capture."
        raise refusal(
            call, 400, "charge-capture-failed", detail, Flaw("amount", detail)
        )
    charge.capture(amount, call.now, call.header(NAME))
    return _done(call, agreement, charge)


def _no_capture(call: Call, detail: str) -> Refusal:
    """The identifier is documented (high), status and detail are inferred."""
    return refusal(call, 400, "charge-capture-failed", detail)


def cancel(call: Call) -> Reply:
    """Cancel a charge; of one that is captured in part, the rest."""
    agreement, charge = the_charge(call)
    if charge.status not in CANCELLABLE:
        # The identifier is documented (high), status and detail are inferred.
        detail = f"The charge is {charge.status}."
        raise refusal(call, 400, "cancel-charge-failed", detail)
    charge.cancel(call.now, call.header(NAME))
    return _done(call, agreement, charge)


def refund(call: Call) -> Reply:
    """Refund a charge, or a part of it."""
    agreement, charge = the_charge(call)
    amount: int = call.given.amount
    captured_at = charge.happened("CAPTURE")
    left = charge.captured - charge.refunded
    if charge.status not in REFUNDABLE or captured_at is None:
        raise _no_refund(call, f"The charge is {charge.status}.")
    if call.now - captured_at > REFUND_PATIENCE:
        raise _no_refund(call, "A charge can be refunded for 365 days.")
    if amount > left:
        raise _no_refund(call, f"Only {left} is left to refund.")
    if amount in REFUSED_REFUNDS:
        raise _no_refund(call, "The refund is not possible.")
    charge.refund(amount, call.now, call.header(NAME))
    return _done(call, agreement, charge)


def _no_refund(call: Call, detail: str) -> Refusal:
    """The identifier is documented (high); that it is for refunds is inferred."""
    return refusal(call, 400, "operation-failed", detail)


def _done(call: Call, agreement: Agreement, charge: Charge) -> Reply:
    keep(call, agreement, charge)
    events.of_charge(call, charge)
    return empty(204)
