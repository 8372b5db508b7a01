"""What happens when the buyer accepts, rejects or stops an agreement."""

from vippsdiag.sandbox.apis.buyer.landing import Landing, Shown, money
from vippsdiag.sandbox.apis.recurring import events
from vippsdiag.sandbox.apis.recurring.agreement import Agreement, interval_shown
from vippsdiag.sandbox.apis.recurring.charge import Charge
from vippsdiag.sandbox.apis.recurring.ledger import (
    find_agreement,
    save,
    stop,
    withdraw,
)
from vippsdiag.sandbox.apis.userinfo import share
from vippsdiag.sandbox.gateway.call import Call

KIND = "agreement"
ENDED = {
    "ACTIVE": "This agreement is accepted.",
    "STOPPED": "This agreement is stopped or was rejected.",
    "EXPIRED": "This agreement has expired.",
}


def accept(call: Call, agreement: Agreement, phone: str) -> None:
    """Accept as the buyer; if the initial charge fails, the agreement expires (high).

    Args:
        call: of the buyer, or of the test that stands in for one.
        agreement: what is accepted; it is PENDING.
        phone: the buyer's number; that of the draft if empty.
    """
    initial = call.room.get(Charge, agreement.initial) if agreement.initial else None
    if initial and not _paid(call, initial):
        agreement.end("EXPIRED", "EXPIRE", call.now, None)
        events.of_agreement(call, agreement)
        save(call, agreement)
        return
    agreement.status, agreement.start = "ACTIVE", call.now
    if agreement.pricing.type == "VARIABLE":
        # What is suggested is preselected for the buyer.
        agreement.most = agreement.pricing.suggested_max_amount
    if agreement.scope:
        agreement.sub = share(call, agreement.scope, phone or agreement.phone)
    agreement.note("ACTIVATE", call.now, "USER")
    save(call, agreement)
    events.of_agreement(call, agreement)
    if initial:
        events.of_charge(call, initial)


def _paid(call: Call, initial: Charge) -> bool:
    initial.due = call.now
    initial.failure = initial.obstacle()
    if initial.failure:
        initial.status = "FAILED"
        initial.note("FAIL", initial.amount, call.now, initial.own_key)
        events.of_charge(call, initial)
    else:
        initial.process(call.now)
    call.room.put(initial.id, initial)
    return not initial.failure


def reject(call: Call, agreement: Agreement) -> None:
    """Reject as the buyer; the agreement is then STOPPED (the guide of 2023, high)."""
    agreement.end("STOPPED", "REJECT", call.now, "USER")
    save(call, agreement)
    events.of_agreement(call, agreement)
    withdraw(call, agreement)


def _show(call: Call, name: str) -> Shown | None:
    agreement = find_agreement(call, name)
    if agreement is None:
        return None
    return Shown(
        title="Agreement",
        rows=tuple(_rows(call, agreement)),
        ended=ENDED.get(agreement.status, ""),
        back=agreement.redirect,
        stoppable=agreement.status == "ACTIVE",
    )


def _rows(call: Call, agreement: Agreement) -> list[tuple[str, str]]:
    pricing = agreement.pricing
    rows = [("Product", agreement.product)]
    if agreement.description:
        rows.append(("Description", agreement.description))
    if pricing.amount is not None and pricing.type == "LEGACY":
        rows.append(("Price", money(pricing.amount, pricing.currency)))
    if pricing.suggested_max_amount is not None and pricing.type == "VARIABLE":
        most = money(pricing.suggested_max_amount, pricing.currency)
        rows.append(("At most", most))
    if agreement.interval:
        rows.append(("Interval", str(interval_shown(agreement.interval)["text"])))
    initial = call.room.get(Charge, agreement.initial) if agreement.initial else None
    if initial:
        rows.append(("To pay now", money(initial.amount, initial.currency)))
    if agreement.scope:
        rows.append(("Shares", agreement.scope))
    return rows


def _approve(call: Call, name: str) -> None:
    agreement = find_agreement(call, name)
    if agreement and agreement.status == "PENDING":
        accept(call, agreement, "")


def _reject(call: Call, name: str) -> None:
    agreement = find_agreement(call, name)
    if agreement and agreement.status == "PENDING":
        reject(call, agreement)


def _stop(call: Call, name: str) -> None:
    agreement = find_agreement(call, name)
    if agreement and agreement.status == "ACTIVE":
        stop(call, agreement, "USER")


LANDING = Landing(kind=KIND, show=_show, approve=_approve, reject=_reject, stop=_stop)
