"""All exercises, in the order of the page."""

from collections.abc import Mapping

from vippsdiag.errors import VippsdiagError
from vippsdiag.language import say
from vippsdiag.sandbox.exercises import (
    calls,
    captures,
    codes,
    ecom,
    events,
    keys,
    ledgers,
    login,
    payments,
    recurring,
    tokens,
    ways,
)
from vippsdiag.sandbox.exercises.exercise import Exercise

FAMILIES: Mapping[str, tuple[Exercise, ...]] = {
    "The keys": keys.EXERCISES,
    "The access token": tokens.EXERCISES,
    "For whom and where": calls.EXERCISES,
    "On the way": ways.EXERCISES,
    "ePayment": payments.EXERCISES + captures.EXERCISES,
    "eCom": ecom.EXERCISES,
    "Recurring": recurring.EXERCISES,
    "QR": codes.EXERCISES,
    "Reports": ledgers.EXERCISES,
    "Login": login.EXERCISES,
    "Webhooks": events.EXERCISES,
}
EXERCISES = tuple(item for family in FAMILIES.values() for item in family)


def find(name: str) -> Exercise:
    """Return the exercise with an id.

    Raises:
        VippsdiagError: there is none.
    """
    for exercise in EXERCISES:
        if exercise.id == name:
            return exercise
    raise VippsdiagError(
        say(
            "There is no exercise named {name}. They are listed by: vippsdiag "
            "exercises",
            name=name,
        )
    )
