"""New charges: one, the first, or many at once."""

import uuid
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

import msgspec

from vippsdiag.sandbox.apis.recurring import events
from vippsdiag.sandbox.apis.recurring.agreement import TIMES, Agreement, short
from vippsdiag.sandbox.apis.recurring.bodies import (
    BatchCharge,
    InitialCharge,
    NewCharge,
)
from vippsdiag.sandbox.apis.recurring.charge import Charge
from vippsdiag.sandbox.apis.recurring.drafts import REQUIRED, taken
from vippsdiag.sandbox.apis.recurring.ledger import (
    charges_of,
    find_agreement,
    keep,
    the_agreement,
)
from vippsdiag.sandbox.apis.recurring.problems import invalid, refusal
from vippsdiag.sandbox.gateway.bodies import Flaw
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.replay import NAME
from vippsdiag.sandbox.gateway.reply import Refusal, Reply, in_json

# A charge is due at least one day ahead in both environments, since October 2025, and
# at most two years (the toolkit's skill, high).
SOONEST, LATEST = timedelta(days=1), timedelta(days=2 * 365)
# These charges are of no use for a sum.
VOID = frozenset({"CANCELLED", "FAILED"})


class Obstacle(NamedTuple):
    """Why a charge cannot be made.

    Attributes:
        identifier: of the problem.
        name: the field that it is about; empty for none.
    """

    identifier: str
    detail: str
    name: str = ""

    @property
    def flaws(self) -> tuple[Flaw, ...]:
        """The field that it is about, if it is about one."""
        return (Flaw(self.name, self.detail),) if self.name else ()


def create(call: Call) -> Reply:
    """Create a charge."""
    agreement, given = the_agreement(call), call.given
    _examine(call, given)
    order = given.order_id
    if order and call.room.get(Charge, order):
        raise taken(call, order)
    found = _untimely(call, given.due) or _unpayable(call, agreement, given)
    if found:
        detail = found.detail
        raise refusal(call, 400, found.identifier, detail, *found.flaws)
    return in_json(201, {"chargeId": _make(call, agreement, given).id})


def _examine(call: Call, given: NewCharge) -> None:
    flaws = []
    if given.type == "UNSCHEDULED":
        if call.sandbox.variant("unscheduled-charges") == "refused":
            # The text is documented (high), the identifier inferred.
            detail = "Cannot create a charge with type 'UNSCHEDULED'"
            raise refusal(call, 400, "unsupported-feature", detail)
        if given.processing_mode:
            reason = "An UNSCHEDULED charge has none."
            flaws.append(Flaw("processingMode", reason))
    else:
        if given.due is None:
            flaws.append(Flaw("due", REQUIRED))
        if given.retry_days is None:
            flaws.append(Flaw("retryDays", REQUIRED))
        if given.processing_mode == "SINGLE_ATTEMPT" and given.retry_days:
            reason = "SINGLE_ATTEMPT goes with 0 retryDays."
            flaws.append(Flaw("retryDays", reason))
    if flaws:
        raise invalid(call, *flaws)


def _untimely(call: Call, due: date | None) -> Obstacle | None:
    """Return what is wrong with a day, or None (identifiers high, texts inferred)."""
    today = call.now.date()
    if due is not None and due < today + SOONEST:
        detail = "The due date has to be at least one day ahead."
        return Obstacle("charge-due-too-soon", detail, "due")
    if due is not None and due > today + LATEST:
        detail = "The due date has to be at most two years ahead."
        return Obstacle("charge-due-in-too-long", detail, "due")
    return None


def _unpayable(call: Call, agreement: Agreement, given: NewCharge) -> Obstacle | None:
    """Return why an agreement cannot be charged, or None (texts inferred)."""
    if agreement.status != "ACTIVE":
        detail = f"The agreement is {agreement.status}, and has to be ACTIVE."
        return Obstacle("charge-creation-failed", detail)
    return _too_much(call, agreement, given.amount, given.due or call.now.date())


def _too_much(
    call: Call, agreement: Agreement, amount: int, day: date
) -> Obstacle | None:
    ceiling = agreement.ceiling
    if ceiling is None:
        return None
    others = sum(
        charge.amount
        for charge in charges_of(call, agreement)
        if charge.type != "INITIAL"
        and charge.status not in VOID
        and agreement.same_interval(charge.due.date(), day)
    )
    if amount + others <= ceiling:
        return None
    legacy = agreement.pricing.type == "LEGACY"
    why = f"{TIMES} times its price" if legacy else "its max amount"
    detail = f"The charges of one interval of the agreement are at most {why} together."
    return Obstacle("charge-amount-too-high", detail, "amount")


def _make(call: Call, agreement: Agreement, given: NewCharge) -> Charge:
    charge = _new(call, agreement, given)
    happened = charge.advance(call.now)
    keep(call, agreement, charge)
    if happened:
        events.of_charge(call, charge)
    return charge


def _new(call: Call, agreement: Agreement, given: NewCharge) -> Charge:
    charge = Charge(
        id=given.order_id or _id(),
        agreement=agreement.id,
        amount=given.amount,
        currency=agreement.pricing.currency,
        description=given.description,
        type=given.type,
        transaction_type=given.transaction_type,
        due=_day(given.due) if given.due else call.now,
        retry_days=given.retry_days or 0,
        mode=given.processing_mode or "MULTIPLE_ATTEMPTS",
        external=given.external_id,
        most=agreement.most,
    )
    charge.note("CREATE", given.amount, call.now, call.header(NAME))
    return charge


def _id() -> str:
    return f"chr-{short(uuid.uuid4())}"


def _day(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def first_charge(call: Call, agreement: Agreement, given: InitialCharge) -> Charge:
    """Return the charge that the buyer pays when accepting."""
    charge = Charge(
        id=given.order_id or _id(),
        agreement=agreement.id,
        amount=given.amount,
        currency=agreement.pricing.currency,
        description=given.description,
        type="INITIAL",
        transaction_type=given.transaction_type,
        due=call.now,
        external=given.external_id,
    )
    charge.note("CREATE", given.amount, call.now, call.header(NAME))
    return charge


def create_many(call: Call) -> Reply:
    """Create many charges; those that cannot be are told in the answer, or later.

    That some faults are told at once and others by an event is documented (high);
    which are which is inferred: here what the agreement stands against comes later.
    """
    valid, invalid = [], []
    for given in call.given:
        errors = _create_one(call, given)
        if errors:
            invalid.append({"chargeBatchItemDto": given, "errors": errors})
        else:
            valid.append(given.order_id)
    return in_json(202, {"validCharges": valid, "invalidCharges": invalid})


def _create_one(call: Call, given: BatchCharge) -> list[str]:
    """Create a charge, and return what is wrong with it at first sight."""
    agreement = find_agreement(call, given.agreement_id)
    if agreement is None:
        return [f"Agreement {given.agreement_id} was not found"]
    try:
        checked = msgspec.convert(msgspec.to_builtins(given), NewCharge)
        _examine(call, checked)
    except msgspec.ValidationError as error:
        return [str(error)]
    except Refusal:
        return ["SINGLE_ATTEMPT goes with 0 retryDays."]
    untimely = _untimely(call, checked.due)
    if untimely:
        return [untimely.detail]
    _create_later(call, agreement, checked)
    return []


def _create_later(call: Call, agreement: Agreement, given: NewCharge) -> None:
    if given.order_id and call.room.get(Charge, given.order_id):
        reason = f"The orderId {given.order_id} was used before."
    else:
        found = _unpayable(call, agreement, given)
        reason = found.detail if found else ""
    if reason:
        events.creation_failed(call, _new(call, agreement, given), reason)
    else:
        _make(call, agreement, given)
