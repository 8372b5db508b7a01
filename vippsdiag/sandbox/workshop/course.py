"""Which exercises a workshop of two hours has, how hard each is, and what to choose."""

import hashlib
from collections.abc import Collection, Iterable
from enum import IntEnum

from vippsdiag.check import Check, Severity
from vippsdiag.checks import CHECKS
from vippsdiag.sandbox.exercises import EXERCISES, FAMILIES, Exercise

# In an order in which each needs what was learnt before: a value that is missing or in
# the wrong place, the environment, the token, whose call it is, the way there, the
# body, the order of events, and what comes back.
COURSE = (
    "two-keys-are-enough",
    "two-fields-four-values",
    "quotes-from-a-file",
    "moved-to-production",
    "a-word-in-front",
    "since-this-morning",
    "a-missing-letter",
    "which-sales-unit",
    "behind-a-proxy",
    "kroner-and-ore",
    "before-the-buyer",
    "which-registration",
)
# The right cause, and wrong ones that could be it.
CHOICES = 4


class Level(IntEnum):
    """How hard an exercise is."""

    EASY = 1
    MEDIUM = 2
    HARD = 3


# The answer says it, or it shows at first sight.
_EASY = frozenset(
    """
    two-keys-are-enough two-fields-four-values double-click-copy quotes-from-a-file
    name-in-the-portal parameters-of-a-library as-other-token-endpoints a-tidy-key
    read-from-a-picture variable-without-a-value example-left-in-place
    hyphen-for-underscore empty-variable a-word-in-front a-word-too-many
    a-header-named-bearer no-token-at-all quotes-around-the-token get-means-get
    an-extra-v1 a-number-of-nine-digits a-missing-letter a-plausible-host
    kroner-and-ore another-currency written-by-hand body-cut-short
    """.split()
)
# Several calls, a setting elsewhere, or two things that look alike have to be seen.
_HARD = frozenset(
    """
    token-of-a-neighbour one-cache-for-both the-clock-on-the-wall behind-a-proxy
    at-the-customers a-lively-description one-key-for-two before-the-buyer
    the-answer-of-before approved-without-the-buyer a-loop-without-a-pause
    number-in-two-places not-accepted-yet a-year-in-one reports-for-a-partner
    secret-in-the-form echo-adds-something no-secret-in-the-browser the-back-button
    asked-on-the-phone which-registration written-anew not-connected
    """.split()
)
# What comes to mind where few other checks are of the same family.
_NEAR = {
    "webhook-signature-mismatch": "callback-unreachable callback-url-invalid "
    "clock-skew",
}
# What can be said as well where something is the cause; it is no wrong choice.
_TRUE_TOO = {
    "authorization-header-malformed": "access-token-missing",
    "bearer-duplicated": "authorization-header-malformed",
    "bearer-prefix-missing": "authorization-header-malformed",
    "client-header-name-wrong": "client-secret-missing",
    "client-secret-wrong": "client-id-of-other-app",
    "grant-type-missing": "request-parameter-missing",
    "keys-in-body-not-headers": "client-secret-missing",
    "keys-in-query-string": "client-secret-missing",
    "keys-swapped": "client-id-malformed",
    "real-user-in-test": "test-user-invalid",
    "subscription-key-header-name-wrong": "subscription-key-missing",
    "token-malformed": "authorization-header-malformed",
    "token-path-wrong": "api-path-wrong",
    "underscore-headers-dropped": "client-secret-missing",
    "webhook-signature-mismatch": "callback-auth-mismatch callback-handler-error",
}


def level(exercise: Exercise) -> Level:
    """Return how hard an exercise is."""
    if exercise.id in _EASY:
        return Level.EASY
    return Level.HARD if exercise.id in _HARD else Level.MEDIUM


def theme(exercise: Exercise) -> str:
    """Return the name of the family that an exercise is in; empty if in none."""
    return next((name for name, some in FAMILIES.items() if exercise in some), "")


def choices(exercise: Exercise, found: Collection[str]) -> tuple[str, ...]:
    """Return the ids of four checks, one of which names the cause.

    The order and the wrong ones are the same for everybody.

    Args:
        exercise: whose cause it is.
        found: what the diagnosis finds in the failing call; none of it is wrong.
    """
    out = {*exercise.causes, *found}
    out.update(_TRUE_TOO.get(exercise.causes[0], "").split())
    wrong = [check.id for check in _plausible(exercise) if check.id not in out]
    taken = [exercise.causes[0], *list(dict.fromkeys(wrong))[: CHOICES - 1]]
    return tuple(sorted(taken, key=lambda name: _mixed(exercise, name)))


def _plausible(exercise: Exercise) -> Iterable[Check]:
    """Yield checks, those first that are taken for the right one most easily."""
    family = exercise.check.look.__module__
    errors = [check for check in CHECKS if check.severity is Severity.ERROR]
    errors.sort(key=lambda check: _mixed(exercise, check.id))
    played = {item.causes[0] for item in EXERCISES}
    theirs = {item.causes[0] for item in FAMILIES.get(theme(exercise), ())}
    near = [check for check in errors if check.look.__module__ == family]
    named = _NEAR.get(exercise.causes[0], "").split()
    yield from (check for check in errors if check.id in named)
    yield from (check for check in near if check.id in theirs)
    yield from (check for check in near if check.id in played)
    yield from near
    yield from (check for check in errors if check.id in theirs)
    yield from (check for check in errors if check.id in played)


def _mixed(exercise: Exercise, name: str) -> bytes:
    return hashlib.sha256(f"{exercise.id}/{name}".encode()).digest()
