"""Exercises: webhooks, and whether the shop believes them."""

import json
import uuid

from vippsdiag.exchange import Request
from vippsdiag.sandbox.exercises import flaws
from vippsdiag.sandbox.exercises.bench import Bench
from vippsdiag.sandbox.exercises.between import WEBHOOK_SECRET
from vippsdiag.sandbox.exercises.exercise import Exercise

ACCEPTED = "The shop accepts the webhook as it was sent."
EVENT = {
    "msn": "",
    "reference": "acme-shop-123-order123abc",
    "pspReference": "sandbox-psp-reference-1",
    "name": "AUTHORIZED",
    "amount": {"currency": "NOK", "value": 49900},
    "success": True,
}


def _here(bench: Bench) -> str:
    """Return the secret of the registration in production; every seat has its own."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, bench.shop.client_id))


def _elsewhere(bench: Bench) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, bench.test.client_id))


SECRETS = {
    "secret of the webhook, production": _here,
    "secret of the webhook, test": _elsewhere,
}


def _delivered(bench: Bench) -> Request:
    body = json.dumps(EVENT | {"msn": bench.shop.msn}, separators=(",", ":"))
    return bench.delivery(body, _here(bench))


def _set_right(bench: Bench) -> None:
    bench.settings[WEBHOOK_SECRET] = _here(bench)


def _set_elsewhere(bench: Bench) -> None:
    bench.settings[WEBHOOK_SECRET] = _elsewhere(bench)


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
        known=SECRETS,
        prepare=_set_elsewhere,
        call=_delivered,
        mend=_set_right,
        source="catalogue M16",
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
        known=SECRETS,
        prepare=_set_right,
        call=_delivered,
        flaw=lambda call: flaws.with_body(
            call, lambda text: json.dumps(json.loads(text))
        ),
        source="catalogue M16",
    ),
)
