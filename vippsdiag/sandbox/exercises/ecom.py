"""Exercises: eCom, the predecessor of ePayment, which is still in use."""

from typing import Any

from vippsdiag.exchange import Request
from vippsdiag.sandbox.exercises.bench import Bench
from vippsdiag.sandbox.exercises.exercise import Exercise
from vippsdiag.sandbox.exercises.payments import TEST_USER
from vippsdiag.sandbox.keys.units import Unit

PAYMENTS = "/ecomm/v2/payments"
PREFIX = "https://example.com/vipps"


def initiate(bench: Bench, unit: Unit | None = None, **merchant: Any) -> Request:
    """Return the initiation of a payment, with fields of its merchant changed."""
    unit = unit or bench.test
    body = {
        "merchantInfo": {
            "merchantSerialNumber": unit.msn,
            "callbackPrefix": PREFIX,
            "fallBack": f"{PREFIX}/done",
            "isApp": False,
        }
        | merchant,
        "customerInfo": {"mobileNumber": TEST_USER[2:]},
        "transaction": {
            "orderId": bench.reference(),
            "amount": 49900,
            "transactionText": "One blue shirt",
        },
    }
    return bench.api_call(unit, PAYMENTS, "POST", body=body)


def _initiated(bench: Bench) -> None:
    bench.send(initiate(bench))


def _cancel(bench: Bench, number: object) -> Request:
    body = {
        "merchantInfo": {"merchantSerialNumber": number},
        "transaction": {"transactionText": "The shirt is sold out"},
    }
    path = f"{PAYMENTS}/{bench.reference()}/cancel"
    return bench.api_call(bench.test, path, "PUT", body=body)


EXERCISES = (
    Exercise(
        id="a-shop-at-home",
        title="A shop that runs at home",
        story="The plugin of the shop makes the addresses from the shop's own, and the "
        "shop is being set up on a computer at home.",
        goal="Initiate the payment, with an address that the buyer can be sent to.",
        nudges=(
            "Which of the addresses does the answer name?",
            "Where would that address lead on the buyer's phone?",
        ),
        causes=("fallback-url-invalid",),
        call=initiate,
        instead=lambda bench: initiate(bench, fallBack="http://localhost:8080/done"),
        source="vipps-ecom-api#53 and #159",
    ),
    Exercise(
        id="number-in-two-places",
        title="Two numbers in one call",
        story="Before trying it in test, somebody changed the keys and the number in "
        "the header. The body is filled elsewhere.",
        goal="Cancel the payment of the test unit.",
        nudges=(
            "How often does the call name a sales unit?",
            "Compare the number in the body with the one in the header.",
        ),
        causes=("msn-for-other-environment",),
        prepare=_initiated,
        call=lambda bench: _cancel(bench, bench.test.msn),
        instead=lambda bench: _cancel(bench, bench.shop.msn),
        source="facts 1.1, a mixed-up pair is a common mistake",
    ),
)
