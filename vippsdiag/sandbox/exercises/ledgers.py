"""Exercises: reports, for the merchant and for the accountant."""

from vippsdiag.exchange import Request
from vippsdiag.keys import KeyKind
from vippsdiag.sandbox.exercises.bench import Bench
from vippsdiag.sandbox.exercises.exercise import Exercise
from vippsdiag.sandbox.gateway.call import MSN
from vippsdiag.sandbox.keys.units import Unit

LEDGERS = "/settlement/v1/ledgers"


def _listed(bench: Bench, unit: Unit | None = None) -> Request:
    return bench.api_call(unit or bench.shop, LEDGERS)


EXERCISES = (
    Exercise(
        id="reports-in-test",
        title="Trying the reports",
        story="The bookkeeping wants to see how the reports look before the shop goes "
        "live.",
        goal="List the ledgers of the production unit.",
        nudges=(
            "The path is the documented one. Where is it served?",
            "Some APIs exist in one environment only.",
        ),
        causes=("product-not-in-test",),
        call=_listed,
        instead=lambda bench: _listed(bench, bench.test),
        source="catalogue M20",
    ),
    Exercise(
        id="reports-for-a-partner",
        title="Reports for all merchants",
        story="A partner would like to show its merchants their reports, with the keys "
        "that it has for everything else.",
        goal="List the ledgers that the accounting partner may read.",
        nudges=(
            "Partner keys open most APIs. Which ones not?",
            "A merchant lets an accounting partner read its reports, in the portal.",
        ),
        causes=("kind-of-keys-not-for-product",),
        prepare=lambda bench: bench.know(kind=KeyKind.PARTNER),
        call=lambda bench: _listed(bench, bench.accountant),
        instead=lambda bench: bench.api_call(
            bench.partner, LEDGERS, headers={MSN: bench.shop.msn}
        ),
        source="facts 1.1",
    ),
)
