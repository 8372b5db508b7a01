"""Exercises: Recurring, from the agreement to the charge."""

from datetime import timedelta
from typing import Any

from vippsdiag.exchange import Request
from vippsdiag.sandbox.exercises import flaws
from vippsdiag.sandbox.exercises.bench import Bench
from vippsdiag.sandbox.exercises.exercise import Exercise
from vippsdiag.sandbox.exercises.payments import TEST_USER
from vippsdiag.sandbox.keys.units import Unit

AGREEMENTS = "/recurring/v3/agreements"
AGREEMENT = "agreement"
LATER = "a month from now"
MONTH = 30


def _draft(bench: Bench, unit: Unit | None = None) -> Request:
    body = {
        "pricing": {"type": "LEGACY", "amount": 9900, "currency": "NOK"},
        "interval": {"unit": "MONTH", "count": 1},
        "merchantRedirectUrl": "https://example.com/return",
        "merchantAgreementUrl": "https://example.com/agreement",
        "productName": "The daily paper",
        "phoneNumber": TEST_USER,
    }
    return bench.api_call(unit or bench.test, AGREEMENTS, "POST", body=body)


def _drafted(bench: Bench) -> None:
    answer = bench.send(_draft(bench)).response
    bench.made[AGREEMENT] = answer.json["agreementId"] if answer else ""


def _accept(bench: Bench) -> None:
    path = f"{AGREEMENTS}/{bench.made[AGREEMENT]}/accept"
    body = {"phoneNumber": TEST_USER}
    bench.send(bench.api_call(bench.test, path, "PATCH", body=body))


def _accepted(bench: Bench) -> None:
    _drafted(bench)
    _accept(bench)


def _charge(bench: Bench, days: int = MONTH, amount: int = 9900) -> Request:
    today = bench.sandbox.clock().date()
    due = today + timedelta(days=days)
    bench.made[LATER] = (today + timedelta(days=MONTH)).isoformat()
    body: dict[str, Any] = {
        "amount": amount,
        "description": "The paper of this month",
        "transactionType": "DIRECT_CAPTURE",
        "type": "RECURRING",
        "due": due.isoformat(),
        "retryDays": 3,
    }
    path = f"{AGREEMENTS}/{bench.made[AGREEMENT]}/charges"
    return bench.api_call(bench.test, path, "POST", body=body)


EXERCISES = (
    Exercise(
        id="a-first-subscription",
        title="The first subscription",
        story="The newspaper has two sales units in test, and wants to sell "
        "subscriptions through them.",
        goal="Draft the agreement with a unit that has Recurring: the test unit.",
        nudges=(
            "The body is right. What does the answer say of the sales unit?",
            "Recurring is ordered for each sales unit, apart from ePayment.",
        ),
        causes=("product-not-activated",),
        call=_draft,
        instead=lambda bench: _draft(bench, bench.bare),
        source="Recurring's problem invalid-sale-unit; WooCommerce Subscriptions",
    ),
    Exercise(
        id="version-two",
        title="A program from some years ago",
        story="A program that was written in 2020 goes into use again.",
        goal="Draft the agreement with the test unit.",
        nudges=(
            "Nothing is at this address any more. Which part of it has an age?",
            "Look up the present version in the documentation.",
        ),
        causes=("api-version-retired", "api-path-wrong"),
        call=_draft,
        flaw=lambda call: flaws.at_path(call, "/v3/", "/v2/"),
        source="the change logs of Recurring",
    ),
    Exercise(
        id="not-accepted-yet",
        title="The first paper is on its way",
        story="A reader ordered the paper a minute ago, and the program charges the "
        "first month at once.",
        goal="Charge the first month.",
        nudges=(
            "In which state is the agreement?",
            (
                "The reader accepts it in the app; in test, a call to /accept does. "
                "Take a new Idempotency-Key then: the same one has the same answer."
            ),
        ),
        causes=("operation-not-allowed-in-state",),
        prepare=_drafted,
        call=_charge,
        mend=_accept,
        source="Recurring's problem charge-creation-failed",
    ),
    Exercise(
        id="due-today",
        title="Due today",
        story="The program charges every reader on the day on which the paper is "
        "printed.",
        goal="Charge the month, on a day that gives the reader time.",
        nudges=(
            "Which field does the answer name?",
            "The reader sees a charge in the app before it is due.",
            "Let it be due tomorrow, or later.",
        ),
        causes=("request-value-invalid",),
        prepare=_accepted,
        call=_charge,
        instead=lambda bench: _charge(bench, days=0),
        source="Recurring's problem charge-due-too-soon",
    ),
    Exercise(
        id="a-year-in-one",
        title="A year at once",
        story="A reader pays 99 kroner a month, and asks on the phone to pay for two "
        "years at once.",
        goal="Charge a month.",
        nudges=(
            "What did the reader agree to, and what is charged?",
            "An agreement has a highest amount for each interval.",
            "Charge 9900 now, and the next month when it comes.",
        ),
        causes=("request-value-invalid",),
        prepare=_accepted,
        call=_charge,
        instead=lambda bench: _charge(bench, amount=237600),
        exact=frozenset({"amount"}),
        source="Recurring's problem charge-amount-too-high",
    ),
)
