"""Exercises: webhooks, and whether the shop believes them."""

import json
import uuid

from vippsdiag.exchange import Request
from vippsdiag.sandbox.exercises import flaws
from vippsdiag.sandbox.exercises.bench import Bench
from vippsdiag.sandbox.exercises.between import WEBHOOK_SECRET
from vippsdiag.sandbox.exercises.exercise import Exercise

HERE, ELSEWHERE = "webhook secret, production", "webhook secret, test"
ACCEPTED = "The shop accepts the webhook as it was sent."
EVENT = {
    "msn": "",
    "reference": "acme-shop-123-order123abc",
    "pspReference": "sandbox-psp-reference-1",
    "name": "AUTHORIZED",
    "amount": {"currency": "NOK", "value": 49900},
    "success": True,
}


def _delivered(bench: Bench) -> Request:
    """Return a delivery of production; the secret is new for every seat."""
    body = json.dumps(EVENT | {"msn": bench.shop.msn}, separators=(",", ":"))
    return bench.delivery(body, bench.known[HERE])


def _registered(bench: Bench) -> None:
    for name in (HERE, ELSEWHERE):
        seed = f"{bench.shop.client_id} {name}"
        bench.known[name] = str(uuid.uuid5(uuid.NAMESPACE_OID, seed))
    bench.settings[WEBHOOK_SECRET] = bench.known[HERE]


def _registered_twice(bench: Bench) -> None:
    _registered(bench)
    bench.settings[WEBHOOK_SECRET] = bench.known[ELSEWHERE]


def _right_secret(bench: Bench) -> None:
    bench.settings[WEBHOOK_SECRET] = bench.known[HERE]


EXERCISES = (
    Exercise(
        id="which-registration",
        title="A webhook that nobody believes",
        story="The shop registered its webhook again when it moved to production. Its "
        "own check of the signature refuses every delivery since then.",
        goal=ACCEPTED,
        nudges=(
            "Who answers here, and with what does it compare the signature?",
            (
                "Every registration answers with a secret of its own. Which one does "
                "the shop use? You can change its setting."
            ),
        ),
        causes=("webhook-signature-mismatch",),
        prepare=_registered_twice,
        call=_delivered,
        mend=_right_secret,
        source="M16",
    ),
    Exercise(
        id="written-anew",
        title="Read, and written again",
        story="In front of the shop stands a small service that reads each webhook, "
        "notes it, and sends it on in neat JSON.",
        goal=ACCEPTED,
        nudges=(
            "The secret is the right one. What else is signed?",
            (
                "The hash in x-ms-content-sha256 is that of the body as it was sent, "
                "without a blank too many."
            ),
        ),
        causes=("webhook-signature-mismatch",),
        prepare=_registered,
        call=_delivered,
        flaw=lambda call: flaws.with_body(
            call, lambda text: json.dumps(json.loads(text))
        ),
        source="M16",
    ),
)
