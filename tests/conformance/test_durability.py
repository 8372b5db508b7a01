"""A sandbox that keeps its state in a file, and is killed in the middle of writing."""

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from serving import TEST, Served, served

pytestmark = pytest.mark.conformance

PAYMENTS = "/epayment/v1/payments"
WRITERS = 4


def session(running: Served) -> requests.Session:
    """Return a session with the headers of a call."""
    made = requests.Session()
    made.trust_env = False
    made.headers["Ocp-Apim-Subscription-Key"] = TEST.primary
    keys = {"client_id": TEST.client_id, "client_secret": TEST.client_secret}
    answer = made.post(f"{running.address}/accesstoken/get", headers=keys, timeout=10)
    made.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    made.headers["Merchant-Serial-Number"] = TEST.msn
    return made


def create_until_it_ends(running: Served, acknowledged: list[str]) -> None:
    """Create payments until nobody answers; note those that were acknowledged."""
    with session(running) as calls:
        while True:
            reference = str(uuid.uuid4())
            body = {
                "amount": {"currency": "NOK", "value": 1000},
                "paymentMethod": {"type": "WALLET"},
                "reference": reference,
                "returnUrl": "https://example.com/return",
                "userFlow": "WEB_REDIRECT",
            }
            once = {"Idempotency-Key": reference}
            try:
                answer = calls.post(
                    running.address + PAYMENTS, json=body, headers=once, timeout=10
                )
            except requests.RequestException:
                return
            assert answer.status_code == 201, answer.text
            acknowledged.append(reference)


def lost(running: Served, references: list[str]) -> list[str]:
    """Return the payments that are not there."""
    with session(running) as calls:
        address = running.address + PAYMENTS
        return [
            reference
            for reference in references
            if not calls.get(f"{address}/{reference}", timeout=10).ok
        ]


def test_nothing_that_was_acknowledged_is_lost(tmp_path: Path) -> None:
    acknowledged: list[str] = []
    for turn in range(3):
        with (
            ThreadPoolExecutor(WRITERS) as writers,
            served("--db", str(tmp_path / "state.db")) as running,
        ):
            assert lost(running, acknowledged) == []
            ended = [
                writers.submit(create_until_it_ends, running, acknowledged)
                for _ in range(WRITERS)
            ]
            while len(acknowledged) < 50 * (turn + 1):
                assert not any(writer.done() for writer in ended)
                time.sleep(0.01)
            running.process.kill()
            for writer in ended:
                writer.result()
    with served("--db", str(tmp_path / "state.db")) as running:
        assert lost(running, acknowledged) == []
