"""Changing and stopping an agreement."""

from collections.abc import Iterator

from vippsdiag.sandbox.apis.recurring.agreement import Agreement
from vippsdiag.sandbox.apis.recurring.bodies import Change, Pricing
from vippsdiag.sandbox.apis.recurring.drafts import secure, suggest
from vippsdiag.sandbox.apis.recurring.ledger import save, stop, the_agreement
from vippsdiag.sandbox.apis.recurring.problems import refusal
from vippsdiag.sandbox.gateway.bodies import Flaw
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.replay import NAME
from vippsdiag.sandbox.gateway.reply import Refusal, Reply, empty


def update(call: Call) -> Reply:
    """Change an agreement, or stop it."""
    agreement, change = the_agreement(call), call.given
    if change.status:
        return _stop(call, agreement, change)
    if agreement.status != "ACTIVE":
        raise _not_active(call)
    _examine(call, agreement.pricing, change)
    agreement.product = change.product_name or agreement.product
    agreement.description = change.product_description or agreement.description
    agreement.page = change.merchant_agreement_url or agreement.page
    agreement.external = change.external_id or agreement.external
    if change.interval:
        agreement.interval = change.interval.period
    if change.pricing:
        agreement.pricing = _repriced(agreement.pricing, change)
    save(call, agreement)
    return empty(204)


def _stop(call: Call, agreement: Agreement, change: Change) -> Reply:
    if change != Change(status="STOPPED"):
        # That this is a 400 is documented (high); the identifier is inferred.
        reason = "An agreement is stopped on its own, with no other change."
        raise _illegal(call, Flaw("status", reason))
    if agreement.status == "STOPPED":
        return empty(204)
    if agreement.status != "ACTIVE":
        raise _not_active(call)
    stop(call, agreement, "MERCHANT", call.header(NAME))
    return empty(204)


def _not_active(call: Call) -> Refusal:
    """The text as the page of problems had it in 2022 (high for then)."""
    reason = "Cannot modify an agreement which is not active."
    return _illegal(call, Flaw("status", reason))


def _illegal(call: Call, *flaws: Flaw) -> Refusal:
    return refusal(call, 400, "illegal-agreement-update", "Illegal update", *flaws)


def _examine(call: Call, pricing: Pricing, change: Change) -> None:
    flaws = [*_flaws(pricing, change)]
    if flaws:
        # The statuses are documented (high), the texts inferred.
        raise _illegal(call, *flaws)
    if change.pricing:
        suggest(call, change.pricing.suggested_max_amount, pricing.currency)


def _flaws(pricing: Pricing, change: Change) -> Iterator[Flaw]:
    page, interval, new = change.merchant_agreement_url, change.interval, change.pricing
    if page is not None and not secure(page):
        yield Flaw("merchantAgreementUrl", "It has to begin with https.")
    if interval and (interval.type == "RECURRING") != bool(interval.period):
        yield Flaw(
            "interval.period", "RECURRING needs a period, and FLEXIBLE has none."
        )
    if new and new.amount is not None and pricing.type != "LEGACY":
        yield Flaw("pricing.amount", "Only LEGACY pricing has an amount.")
    suggested = new.suggested_max_amount if new else None
    if suggested is not None and pricing.type != "VARIABLE":
        reason = "Only VARIABLE pricing has one."
        yield Flaw("pricing.suggestedMaxAmount", reason)


def _repriced(pricing: Pricing, change: Change) -> Pricing:
    new = change.pricing
    amount = new.amount if new else None
    suggested = new.suggested_max_amount if new else None
    return Pricing(
        type=pricing.type,
        currency=pricing.currency,
        amount=amount or pricing.amount,
        suggested_max_amount=suggested or pricing.suggested_max_amount,
    )
