"""Finding agreements and charges as they are by now.

What time does to an agreement and its charges is done when they are next asked for, or
when the sandbox catches up, dated as if it had been done then. Each agreement knows
when that is, so that a read with nothing to do stays cheap.
"""

from vippsdiag.sandbox.apis.recurring import events
from vippsdiag.sandbox.apis.recurring.agreement import PATIENCE, Agreement, next_change
from vippsdiag.sandbox.apis.recurring.charge import Charge
from vippsdiag.sandbox.apis.recurring.problems import not_found
from vippsdiag.sandbox.gateway.call import Call

# What stopping an agreement cancels (the guide of 2023 and the toolkit's skill, high).
STOPPED_WITH = frozenset({"PENDING", "DUE", "RESERVED"})
# How many charges of an agreement are kept: two pages, as long as they usually are.
MOST_CHARGES = 1_000


def find_agreement(call: Call, name: str) -> Agreement | None:
    """Return an agreement as it is by now."""
    agreement = call.room.get(Agreement, name)
    if agreement is None or not _behind(call, agreement):
        return agreement
    with call.sandbox.state.change():
        # Another process may have been faster.
        agreement = call.room.get(Agreement, name)
        if agreement is not None and _behind(call, agreement):
            _catch_up(call, agreement)
    return agreement


def all_agreements(call: Call) -> list[Agreement]:
    """Return all agreements of a sales unit as they are by now, the oldest first."""
    return [
        (find_agreement(call, each.id) or each) if _behind(call, each) else each
        for each in call.room.all(Agreement)
    ]


def catch_up(call: Call) -> None:
    """Do what time has done to the agreements of a sales unit."""
    for agreement in call.room.due(Agreement, call.now):
        find_agreement(call, agreement.id)


def _behind(call: Call, agreement: Agreement) -> bool:
    return agreement.wakes is not None and agreement.wakes <= call.now


def _catch_up(call: Call, agreement: Agreement) -> None:
    expiry = agreement.created + PATIENCE
    if agreement.status == "PENDING" and expiry <= call.now:
        agreement.end("EXPIRED", "EXPIRE", expiry, None)
        events.of_agreement(call, agreement)
        withdraw(call, agreement)
    charges = charges_of(call, agreement)
    for charge in charges:
        happened = charge.advance(call.now)
        call.room.put(charge.id, charge)
        if happened:
            events.of_charge(call, charge)
    save(call, agreement, charges)


def withdraw(call: Call, agreement: Agreement) -> None:
    """Cancel the initial charge of an agreement that was not accepted (inferred)."""
    for charge in charges_of(call, agreement):
        if charge.status == "PENDING":
            charge.cancel(call.now, charge.own_key)
            call.room.put(charge.id, charge)


def stop(call: Call, agreement: Agreement, actor: str, key: str = "") -> None:
    """Stop an agreement, with the charges that wait.

    That the buyer's stop cancels the same as the merchant's is inferred.

    Args:
        call: in the name of the sales unit.
        agreement: it is ACTIVE.
        actor: who stops it, as the history names them.
        key: the idempotency key; the charges' own if there is none.
    """
    agreement.end("STOPPED", "STOP", call.now, actor)
    events.of_agreement(call, agreement)
    charges = charges_of(call, agreement)
    for charge in charges:
        if charge.status in STOPPED_WITH:
            charge.cancel(call.now, key or charge.own_key)
            call.room.put(charge.id, charge)
            events.of_charge(call, charge)
    save(call, agreement, charges)


def charges_of(call: Call, agreement: Agreement) -> list[Charge]:
    """Return the charges of an agreement, the oldest first."""
    found = (call.room.get(Charge, name) for name in agreement.charges)
    return [charge for charge in found if charge]


def save(call: Call, agreement: Agreement, charges: list[Charge] | None = None) -> None:
    """Keep an agreement, with the time at which it changes next."""
    known = charges_of(call, agreement) if charges is None else charges
    agreement.wakes = next_change(agreement, known)
    call.room.put(agreement.id, agreement)


def keep(call: Call, agreement: Agreement, charge: Charge) -> None:
    """Keep a charge, and when it changes next; waking up too early does no harm."""
    call.room.put(charge.id, charge)
    if charge.id not in agreement.charges:
        agreement.charges.append(charge.id)
        _forget_oldest(call, agreement)
    moments = (agreement.wakes, charge.wakes)
    agreement.wakes = min((moment for moment in moments if moment), default=None)
    call.room.put(agreement.id, agreement)


def _forget_oldest(call: Call, agreement: Agreement) -> None:
    """Forget the oldest charges of an agreement that has too many."""
    for name in agreement.charges[:-MOST_CHARGES]:
        call.room.drop(Charge, name)
    del agreement.charges[:-MOST_CHARGES]


def the_agreement(call: Call) -> Agreement:
    """Return the agreement that a path names.

    Raises:
        Refusal: there is none.
    """
    name = call.params["agreementId"]
    agreement = find_agreement(call, name)
    if agreement is None:
        raise not_found(call, f"Agreement {name}")
    return agreement


def the_charge(call: Call) -> tuple[Agreement, Charge]:
    """Return the charge that a path names, and its agreement.

    Raises:
        Refusal: there is none, or it is another agreement's.
    """
    name = call.params["chargeId"]
    charge = call.room.get(Charge, name)
    owner = call.params.get("agreementId", charge.agreement if charge else "")
    agreement = find_agreement(call, owner)
    if charge is None or agreement is None or charge.agreement != agreement.id:
        raise not_found(call, f"Charge {name}")
    # The agreement may just have caught up with time, and the charge with it.
    return agreement, call.room.get(Charge, name) or charge
