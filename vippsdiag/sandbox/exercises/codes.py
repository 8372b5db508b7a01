"""Exercises: QR codes."""

from vippsdiag.exchange import Request
from vippsdiag.sandbox.exercises import flaws
from vippsdiag.sandbox.exercises.bench import Bench
from vippsdiag.sandbox.exercises.exercise import Exercise
from vippsdiag.sandbox.gateway.call import MSN

CODES = "/qr/v1/merchant-callback"


def _listed(bench: Bench) -> Request:
    return bench.api_call(bench.test, CODES, headers={"Accept": "image/svg+xml"})


EXERCISES = (
    Exercise(
        id="a-code-on-every-table",
        title="A code on every table",
        story="A restaurant lists the codes on its tables. The other calls of the "
        "program name no sales unit, and work.",
        goal="List the callback codes of the test unit.",
        nudges=(
            "The answer names what this call wants and the others did not.",
            "A code belongs to one sales unit. Which header says which?",
        ),
        causes=("msn-header-missing", "request-header-missing"),
        call=_listed,
        flaw=lambda call: flaws.without(call, MSN),
        source="the QR specification",
    ),
)
