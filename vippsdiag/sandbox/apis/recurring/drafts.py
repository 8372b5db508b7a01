"""What makes a draft of an agreement impossible, beyond its fields' own bounds."""

from collections.abc import Iterator

from vippsdiag.sandbox.apis.recurring.bodies import Campaign, Draft, Pricing
from vippsdiag.sandbox.apis.recurring.charge import Charge
from vippsdiag.sandbox.apis.recurring.problems import invalid, refusal
from vippsdiag.sandbox.gateway.bodies import Flaw
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.reply import Refusal

# The most that may be suggested, in minor units (the toolkit's skill, high).
CEILINGS = {"NOK": 2_000_000, "DKK": 30_000_000, "EUR": 200_000}
# What each kind of campaign needs (the specifications and the guide of 2023, high).
NEEDED = {
    "PRICE_CAMPAIGN": ("end",),
    "PERIOD_CAMPAIGN": ("period",),
    "EVENT_CAMPAIGN": ("event_date", "event_text"),
    "FULL_FLEX_CAMPAIGN": ("end", "interval"),
}
REQUIRED = "This field is required."


def examine(call: Call, draft: Draft) -> None:
    """See that a draft can become an agreement.

    Raises:
        Refusal: it cannot; the answer names every field that stands in the way.
    """
    flaws = [*_pricing(draft.pricing), *_campaign(draft), *_addresses(draft)]
    if flaws:
        raise invalid(call, *flaws)
    suggest(call, draft.pricing.suggested_max_amount, draft.pricing.currency)
    if draft.skip_landing_page:
        # Sales units have to be allowed to; none is here (403 high, the rest inferred).
        detail = "The sales unit is not allowed to skip the landing page."
        raise refusal(call, 403, "unsupported-feature", detail)
    first = draft.initial_charge
    if first and first.order_id and call.room.get(Charge, first.order_id):
        raise taken(call, first.order_id)


def taken(call: Call, order: str) -> Refusal:
    """An orderId is unique for a number (high); status and identifier are inferred."""
    detail = f"The orderId {order} was used before."
    return refusal(call, 409, "conflict", detail, Flaw("orderId", detail))


def suggest(call: Call, amount: int | None, currency: str) -> None:
    """See that a suggested amount is not too high."""
    most = CEILINGS[currency]
    if amount is not None and amount > most:
        detail = f"suggestedMaxAmount is at most {most} {currency} in minor units."
        flaw = Flaw("pricing.suggestedMaxAmount", detail)
        raise refusal(call, 400, "invalid-suggested-max-amount", detail, flaw)


def _pricing(pricing: Pricing) -> Iterator[Flaw]:
    if pricing.type == "LEGACY" and pricing.amount is None:
        yield Flaw("pricing.amount", REQUIRED)
    if pricing.type == "VARIABLE" and pricing.suggested_max_amount is None:
        yield Flaw("pricing.suggestedMaxAmount", REQUIRED)


def _campaign(draft: Draft) -> Iterator[Flaw]:
    campaign = draft.campaign
    if campaign is None:
        return
    if draft.pricing.type != "LEGACY":
        yield Flaw("campaign", "Only agreements with LEGACY pricing have campaigns.")
    yield from (Flaw(f"campaign.{name}", REQUIRED) for name in _missing(campaign))


def _missing(campaign: Campaign) -> Iterator[str]:
    for name in NEEDED[campaign.type]:
        if getattr(campaign, name) is None:
            first, *rest = name.split("_")
            yield first + "".join(word.title() for word in rest)


def _addresses(draft: Draft) -> Iterator[Flaw]:
    """Check the addresses; those of an app are not looked at (high)."""
    page = draft.merchant_agreement_url
    if page is None and draft.pricing.currency == "NOK":
        yield Flaw("merchantAgreementUrl", REQUIRED)
    if page is not None and not secure(page) and not draft.is_app:
        yield Flaw("merchantAgreementUrl", "It has to begin with https.")
    scheme, mark, _ = draft.merchant_redirect_url.partition("://")
    if not draft.is_app and (not mark or scheme.lower() == "http"):
        reason = "It has to begin with https, or with an app's own scheme."
        yield Flaw("merchantRedirectUrl", reason)


def secure(address: str) -> bool:
    """Tell whether an address is one of the web, with https."""
    return address.lower().startswith("https://") and len(address) > len("https://")
