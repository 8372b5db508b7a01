"""Regenerated keys: the new one works, the old one does not, and nothing else ends."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from vippsdiag.client import Client
from vippsdiag.environments import Environment
from vippsdiag.keys import Field, KeySet
from vippsdiag.products import PRODUCTS
from vippsdiag.sandbox import Sandbox
from vippsdiag.sandbox.gateway.received import Received
from vippsdiag.sandbox.gateway.reply import Reply
from vippsdiag.sandbox.state.database import Database
from vippsdiag.secret import size
from vippsdiag.shapes import Shape, shape_of

NAME = "Test unit"
PROBE = PRODUCTS[0].probe
KEYS = [
    pytest.param(Field.SUBSCRIPTION_KEY, id="primary"),
    pytest.param(Field.SECONDARY_SUBSCRIPTION_KEY, id="secondary"),
    pytest.param(Field.CLIENT_SECRET, id="client-secret"),
]


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(clock=lambda: datetime(2026, 11, 24, 12, tzinfo=UTC))


def client(sandbox: Sandbox, keys: KeySet) -> Client:
    address = "http://127.0.0.1"
    session = sandbox.session()
    return Client(keys, Environment.SANDBOX, sandbox=address, session=session)


def status(sandbox: Sandbox, keys: KeySet) -> int | None:
    return client(sandbox, keys).token().status


def only(keys: KeySet, key: Field) -> KeySet:
    """Return the keys with one of the two subscription keys alone."""
    other = Field.SECONDARY_SUBSCRIPTION_KEY
    if key is not other:
        return keys.with_value(other, None)
    found = keys.secondary_subscription_key
    return keys.with_value(Field.SUBSCRIPTION_KEY, found).with_value(other, None)


@pytest.mark.parametrize("key", KEYS)
def test_the_new_key_works_and_the_old_one_is_refused(
    sandbox: Sandbox, key: Field
) -> None:
    before = only(sandbox.keys_of(NAME), key)
    sandbox.regenerate(NAME, key)
    assert status(sandbox, before) == 401
    assert status(sandbox, only(sandbox.keys_of(NAME), key)) == 200


@pytest.mark.parametrize("key", KEYS)
def test_the_new_key_has_the_old_ones_shape(sandbox: Sandbox, key: Field) -> None:
    before = getattr(sandbox.keys_of(NAME), key.attribute)
    sandbox.regenerate(NAME, key)
    after = getattr(sandbox.keys_of(NAME), key.attribute)
    assert after != before
    assert shape_of(after) is shape_of(before)
    assert shape_of(after) in {Shape.HEX32, Shape.BASE64}
    assert size(after) == size(before)


def test_the_other_subscription_key_goes_on_working(sandbox: Sandbox) -> None:
    before = sandbox.keys_of(NAME)
    sandbox.regenerate(NAME, Field.SUBSCRIPTION_KEY)
    assert status(sandbox, only(before, Field.SECONDARY_SUBSCRIPTION_KEY)) == 200


def test_a_token_from_before_goes_on_after_the_secret_was_regenerated(
    sandbox: Sandbox,
) -> None:
    used = client(sandbox, sandbox.keys_of(NAME))
    used.token()
    sandbox.regenerate(NAME, Field.CLIENT_SECRET)
    assert PROBE is not None
    assert used.probe(PROBE).status == 200
    assert used.token().status == 401


def test_each_key_can_be_regenerated_again_and_never_comes_back(
    sandbox: Sandbox,
) -> None:
    seen = set()
    for _ in range(4):
        seen.add(sandbox.unit(NAME).primary)
        sandbox.regenerate(NAME, Field.SUBSCRIPTION_KEY)
    assert len(seen) == 4


def test_a_reset_brings_the_first_keys_back(sandbox: Sandbox) -> None:
    before = sandbox.keys_of(NAME)
    sandbox.regenerate(NAME, Field.SUBSCRIPTION_KEY)
    sandbox.reset()
    assert status(sandbox, before) == 200
    assert sandbox.keys_of(NAME) == before


def test_who_shares_the_file_knows_the_new_key(tmp_path: Path) -> None:
    first, second = (Sandbox(state=Database(tmp_path / "state.db")) for _ in range(2))
    before = second.keys_of(NAME)
    first.regenerate(NAME, Field.CLIENT_SECRET)
    assert status(second, before) == 401
    assert status(second, second.keys_of(NAME)) == 200


def test_a_key_that_a_unit_does_not_have_cannot_be_regenerated(
    sandbox: Sandbox,
) -> None:
    with pytest.raises(KeyError):
        sandbox.regenerate("Accounting partner", Field.SUBSCRIPTION_KEY)
    with pytest.raises(KeyError):
        sandbox.regenerate(NAME, Field.MSN)


def ask(sandbox: Sandbox, body: object) -> Reply:
    received = Received(
        method="POST",
        base="http://127.0.0.1:1",
        target="/_sandbox/units/regenerate",
        pairs=(("Content-Type", "application/json"),),
        body=json.dumps(body).encode(),
    )
    return sandbox.answer(received)


def test_it_can_be_asked_for_over_http_and_tells_the_new_keys(
    sandbox: Sandbox,
) -> None:
    before = sandbox.unit(NAME).primary
    reply = ask(sandbox, {"unit": NAME, "key": "subscription_key"})
    units: list[dict[str, Any]] = json.loads(reply.body)["units"]
    assert reply.status == 200
    assert units[0]["subscription_key"] == sandbox.unit(NAME).primary != before


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param(
            {"unit": NAME, "key": "msn"},
            "key: These can be regenerated: subscription_key, "
            "secondary_subscription_key, client_secret.",
            id="no-key",
        ),
        pytest.param(
            {"unit": "Nobody", "key": "client_secret"},
            "unit: There is no unit of that name, or it has no such key.",
            id="no-unit",
        ),
    ],
)
def test_it_says_what_it_cannot_do(sandbox: Sandbox, body: object, words: str) -> None:
    reply = ask(sandbox, body)
    assert (reply.status, json.loads(reply.body)) == (400, {"message": words})
