"""An agreement: the buyer's standing consent to be charged."""

import base64
import uuid
from datetime import date, datetime, timedelta

import msgspec

from vippsdiag.sandbox.apis.recurring.bodies import Campaign, Period, Pricing
from vippsdiag.sandbox.apis.recurring.charge import Charge, stamp
from vippsdiag.sandbox.state.history import write_down

# A draft waits for ten minutes (the guide of 2023 and the toolkit's skill, high).
PATIENCE = timedelta(minutes=10)
# Charges in one interval may be five times the price together (the skill, high).
TIMES = 5
# Cross-border agreements are not supported, so the currency tells the country.
COUNTRIES = {"NOK": "NO", "DKK": "DK", "EUR": "FI"}


class Milestone(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened to an agreement, and who did it."""

    event: str
    at: datetime
    actor: str | None


class Agreement(msgspec.Struct, kw_only=True):
    """An agreement.

    Attributes:
        most: what the buyer of a variable agreement chose to pay at most.
        charges: the ids of its charges, the oldest first.
        token: what the buyer's page is found by.
        is_app: whether its address is the app's own, for a shop that is an app itself.
        initial: the id of the charge that is made on acceptance.
        wakes: when time changes it, or a charge of it, next.
    """

    id: str
    uuid: str
    pricing: Pricing
    product: str
    description: str | None
    redirect: str
    page: str
    created: datetime
    interval: Period | None = None
    campaign: Campaign | None = None
    phone: str = ""
    scope: str = ""
    external: str | None = None
    token: str = ""
    is_app: bool = False
    status: str = "PENDING"
    start: datetime | None = None
    stop: datetime | None = None
    most: int | None = None
    sub: str | None = None
    initial: str | None = None
    charges: list[str] = msgspec.field(default_factory=list)
    history: list[Milestone] = msgspec.field(default_factory=list)
    wakes: datetime | None = None

    def note(self, event: str, at: datetime, actor: str | None) -> None:
        """Write down what happened."""
        write_down(self.history, Milestone(event=event, at=at, actor=actor))

    def end(self, status: str, event: str, at: datetime, actor: str | None) -> None:
        """Reach a state that nothing leads out of."""
        self.status, self.stop = status, at
        self.note(event, at, actor)

    @property
    def ceiling(self) -> int | None:
        """What charges of one interval may be together; None for no limit."""
        pricing = self.pricing
        if pricing.type == "FLEXIBLE":
            return None
        if pricing.type == "LEGACY":
            return (pricing.amount or 0) * TIMES
        return max(pricing.suggested_max_amount or 0, self.most or 0)

    def same_interval(self, one: date, other: date) -> bool:
        """Tell whether two days are in one interval; without one, only the same day."""
        if self.interval is None:
            return one == other
        begin = (self.start or self.created).date()
        numbers = {number(day, begin, self.interval) for day in (one, other)}
        return len(numbers) == 1

    def shown(self, base: str) -> dict[str, object]:
        """Return it as the API does.

        Args:
            base: the address that the API is reached at.
        """
        userinfo = f"{base}/vipps-userinfo-api/userinfo/{self.sub}"
        shown: dict[str, object] = {
            "id": self.id,
            "uuid": self.uuid,
            "created": stamp(self.created),
            "start": stamp(self.start) if self.start else None,
            "stop": stamp(self.stop) if self.stop else None,
            "status": self.status,
            "productName": self.product,
            "pricing": self._pricing(),
            # Without an interval the specification wants an object nevertheless.
            "interval": interval_shown(self.interval) if self.interval else {},
            "campaign": self._campaign() if self.campaign else None,
            "merchantAgreementUrl": self.page,
            "merchantRedirectUrl": self.redirect,
            "countryCode": COUNTRIES[self.pricing.currency],
            "sub": self.sub,
            "userinfoUrl": userinfo if self.sub else None,
            "history": [_shown(milestone) for milestone in self.history],
        }
        if self.description:
            shown["productDescription"] = self.description
        if self.external:
            shown["externalId"] = self.external
        return shown

    def _pricing(self) -> dict[str, object]:
        pricing = self.pricing
        amounts = {
            "amount": pricing.amount,
            "suggestedMaxAmount": pricing.suggested_max_amount,
            "maxAmount": self.most,
        }
        kept = {name: value for name, value in amounts.items() if value is not None}
        return {"type": pricing.type, "currency": pricing.currency, **kept}

    def _campaign(self) -> dict[str, object]:
        """Return the campaign; a period ends that long after the start."""
        campaign = self.campaign
        assert campaign is not None  # noqa: S101 - asked for by its only caller
        end = campaign.end
        if campaign.period:
            end = after(self.start or self.created, campaign.period)
        parts = {
            "end": stamp(end) if end else None,
            "period": campaign.period,
            "eventDate": stamp(campaign.event_date) if campaign.event_date else None,
            "eventText": campaign.event_text,
            "interval": campaign.interval,
        }
        kept = {name: value for name, value in parts.items() if value is not None}
        return {"type": campaign.type, "price": campaign.price, **kept}


def number(day: date, begin: date, interval: Period) -> int:
    """Return in which interval a day is, counted from the one that it began in.

    Intervals are whole weeks, months or years: the guide's examples charge at the end
    of one month and at the beginning of a later one.
    """
    distance = _units(day, interval.unit) - _units(begin, interval.unit)
    return distance // interval.count


def _units(day: date, unit: str) -> int:
    if unit == "YEAR":
        return day.year
    if unit == "MONTH":
        return day.year * 12 + day.month
    return (day.toordinal() - 1) // 7 if unit == "WEEK" else day.toordinal()


_DAYS = {"DAY": 1, "WEEK": 7, "MONTH": 30, "YEAR": 365}


def after(begin: datetime, period: Period) -> datetime:
    """Return a moment later by a period; a month has 30 days here, a year 365."""
    return begin + timedelta(days=_DAYS[period.unit] * period.count)


def interval_shown(interval: Period) -> dict[str, object]:
    """Return an interval with the words that the buyer reads."""
    unit, count = interval.unit.lower(), interval.count
    text = f"every {unit}" if count == 1 else f"every {count} {unit}s"
    return {"unit": interval.unit, "count": count, "text": text}


def _shown(milestone: Milestone) -> dict[str, object]:
    at = stamp(milestone.at)
    return {"occurred": at, "event": milestone.event, "actor": milestone.actor}


def new_ids() -> tuple[str, str]:
    """Return the id of a new agreement, and the UUID that it is short for."""
    made = uuid.uuid4()
    return f"agr_{short(made)}", str(made)


def short(number: uuid.UUID) -> str:
    """Return eight characters of a UUID, for the ids that people read."""
    return base64.b32encode(number.bytes[:5]).decode()


def next_change(agreement: Agreement, charges: list[Charge]) -> datetime | None:
    """Return when time changes an agreement, or a charge of it, next."""
    moments = [charge.wakes for charge in charges]
    if agreement.status == "PENDING":
        moments.append(agreement.created + PATIENCE)
    return min((moment for moment in moments if moment), default=None)
