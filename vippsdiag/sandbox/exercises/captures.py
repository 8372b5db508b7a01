"""Exercises: what follows the creation of a payment of ePayment."""

from datetime import timedelta

from vippsdiag.exchange import Request
from vippsdiag.sandbox.exercises import flaws
from vippsdiag.sandbox.exercises.bench import Bench
from vippsdiag.sandbox.exercises.exercise import Exercise
from vippsdiag.sandbox.exercises.payments import (
    PAYMENTS,
    PRICE,
    TEST_USER,
    create,
    created,
)
from vippsdiag.sandbox.gateway.replay import NAME
from vippsdiag.sandbox.keys.units import Unit

CAPTURE = "Capture the whole payment."


def _change(bench: Bench, name: str = "capture", value: int = 49900) -> Request:
    path = f"{PAYMENTS}/{bench.reference()}/{name}"
    body = {"modificationAmount": PRICE | {"value": value}}
    return bench.api_call(bench.test, path, "POST", body=body)


def _approval(bench: Bench, unit: Unit | None = None) -> Request:
    path = f"/epayment/v1/test/payments/{bench.reference()}/approve"
    body = {"customer": {"phoneNumber": TEST_USER}}
    return bench.api_call(unit or bench.test, path, "POST", body=body)


def _approve(bench: Bench) -> None:
    bench.send(_approval(bench))


def _created_twice(bench: Bench) -> None:
    for unit in (bench.test, bench.shop):
        bench.send(create(bench, unit))


def _with_the_key(bench: Bench) -> Request:
    return flaws.with_value(_change(bench), NAME, f"{bench.reference()}-key")


def _captured_too_early(bench: Bench) -> None:
    created(bench)
    bench.show(_with_the_key(bench))
    _approve(bench)


def _reserved(bench: Bench) -> None:
    created(bench)
    _approve(bench)


def _captured(bench: Bench) -> None:
    _reserved(bench)
    bench.send(_change(bench))


def _captured_in_parts(bench: Bench) -> None:
    _reserved(bench)
    for _ in range(5):
        bench.send(_change(bench, value=100))


EXERCISES = (
    Exercise(
        id="before-the-buyer",
        title="As fast as possible",
        story="The program creates a payment and captures it at once, so that nothing "
        "is left for later.",
        goal=CAPTURE,
        nudges=(
            "What has to happen between the creation and the capture, and who does it?",
            (
                "Open the payment's page, or approve it by a call in test; capture it "
                "then. The same key has the same answer, so take a new one."
            ),
        ),
        causes=("operation-not-allowed-in-state",),
        prepare=created,
        call=_change,
        mend=_approve,
        source="code 6080, the official example",
    ),
    Exercise(
        id="the-answer-of-before",
        title="The answer of before",
        story="The first capture came too early. Now the buyer has approved the "
        "payment, and the program sends the very same call once more.",
        goal=CAPTURE,
        nudges=(
            "Read the payment. Is the answer still true?",
            "What tells the API that this is the same request as before?",
            (
                "The answer to a key is given again, also if it was a refusal. The "
                "capture needs a new key."
            ),
        ),
        causes=("operation-not-allowed-in-state", "idempotency-key-reused"),
        prepare=_captured_too_early,
        call=_change,
        instead=_with_the_key,
        source="facts section 4, idempotency",
    ),
    Exercise(
        id="approved-without-the-buyer",
        title="A call that approves",
        story="In the tests of the program a call approves every payment. The shop "
        "tries that in production, where a first order waits.",
        goal="Approve the payment of the test unit by a call.",
        nudges=(
            "Who approves a payment in production?",
            "The path says where this call is meant for.",
            "Make it in test, with the keys of the test unit.",
        ),
        causes=("operation-not-allowed-in-state",),
        prepare=_created_twice,
        call=_approval,
        instead=lambda bench: _approval(bench, bench.shop),
        source="code 10020",
    ),
    Exercise(
        id="shipping-on-top",
        title="Shipping comes on top",
        story="The buyer approved 499 kroner. When the parcel was weighed, the shop "
        "captured the price with the shipping.",
        goal="Capture what was approved.",
        nudges=(
            "Compare the amount with what the buyer approved.",
            "Read the payment: its aggregate says how much is reserved.",
            "Capture 49900, and ask for the shipping in a payment of its own.",
        ),
        causes=("operation-not-allowed-in-state",),
        prepare=_reserved,
        call=_change,
        instead=lambda bench: _change(bench, value=58800),
        exact=frozenset({"modificationAmount.value"}),
        source="code 6090",
    ),
    Exercise(
        id="money-back",
        title="Money back",
        story="The shop captured 499 kroner, and pays back the price and the postage "
        "that the buyer had for the return.",
        goal="Refund the whole payment.",
        nudges=(
            "What can be refunded, and what was captured?",
            "A refund gives back what came in by this payment, and no more.",
            "Refund 49900.",
        ),
        causes=("operation-not-allowed-in-state",),
        prepare=_captured,
        call=lambda bench: _change(bench, "refund"),
        instead=lambda bench: _change(bench, "refund", 57800),
        exact=frozenset({"modificationAmount.value"}),
        source="code 6150",
    ),
    Exercise(
        id="a-loop-without-a-pause",
        title="Once more, and once more",
        story="The parcel goes out in six parts, and the program captures a sixth of "
        "the payment each time, one after the other.",
        goal="Make the sixth capture.",
        nudges=(
            "How many calls were made, and in what time?",
            "The answer says when to come again.",
        ),
        causes=("rate-limited",),
        prepare=_captured_in_parts,
        call=lambda bench: _change(bench, value=100),
        mend=lambda bench: bench.sandbox.advance(timedelta(minutes=1)),
        source="facts 5.2: five changes a minute",
    ),
)
