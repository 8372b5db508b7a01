"""What is not in the sandbox's database: codes, keys and tokens; who can read a file.

The shop reaches the sandbox with the access code in the path, as the workshop's do.
"""

import base64
import json
import os
import re
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
import pytest
from places import Place
from shop import NOW, Shop

from vippsdiag.errors import VippsdiagError
from vippsdiag.keys import Field
from vippsdiag.sandbox import Sandbox
from vippsdiag.sandbox.gateway.received import Received
from vippsdiag.sandbox.gateway.reply import Reply
from vippsdiag.sandbox.keys.tokens import MOST_HASHES
from vippsdiag.sandbox.serving.adapter import SandboxAdapter
from vippsdiag.sandbox.serving.entrance import Entrance
from vippsdiag.sandbox.state.database import Database
from vippsdiag.sandbox.state.stored import Stored
from vippsdiag.secret import mask

CODE = "workshop-2026-code"
HOST = "http://192.0.2.7:8000"
BASE = f"{HOST}/_code/{CODE}"
TUNNEL = f"https://tunnel.example/_code/{CODE}"
OTHER = "http://192.0.2.8:9000/_code/another-code-26"
PAYMENTS = "/epayment/v1/payments"
PAYMENT = {
    "amount": {"currency": "NOK", "value": 1000},
    "paymentMethod": {"type": "WALLET"},
    "returnUrl": f"{TUNNEL}/back",
    "userFlow": "WEB_REDIRECT",
    "paymentDescription": "A pair of socks",
}
AGREEMENT = {
    "pricing": {"type": "LEGACY", "amount": 1000, "currency": "NOK"},
    "interval": {"unit": "MONTH", "count": 1},
    "merchantRedirectUrl": "https://shop.example/back",
    "merchantAgreementUrl": "https://shop.example/mine",
    "productName": "Socks",
}


class Note(msgspec.Struct):
    text: str


class Doors(SandboxAdapter):
    """Lets the calls of a session in as a server does, with a code or without."""

    def __init__(self, sandbox: Sandbox, code: str | None) -> None:
        super().__init__(sandbox)
        self._answer = sandbox.answer
        self._entrance = Entrance(code)
        if code:
            sandbox.state.hide(code)

    def send(self, *given: Any, **options: Any) -> Any:
        """Answer a request."""
        self.sandbox.answer = self._let_in  # type: ignore[method-assign]
        try:
            return super().send(*given, **options)
        finally:
            self.sandbox.answer = self._answer  # type: ignore[method-assign]

    def _let_in(self, received: Received) -> Reply:
        return self._answer(self._entrance.enter(received))


class Guest(Shop):
    """A shop that comes by another address."""

    def __init__(self, state: Stored, base: str) -> None:
        super().__init__(Sandbox(clock=lambda: NOW, state=state))
        code = base.rpartition("/_code/")[2] if "/_code/" in base else None
        self.session.mount(base, Doors(self.sandbox, code))
        self.base = base
        self.log_in()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def state(place: Place) -> Stored:
    return place.open()


@pytest.fixture
def guest(state: Stored) -> Guest:
    return Guest(state, BASE)


def pay(guest: Shop, reference: str, **more: object) -> Any:
    body = PAYMENT | {"reference": reference} | more
    return guest.ask("POST", PAYMENTS, body, 201)


def everything(guest: Guest) -> None:
    """Do what makes the sandbox hand out addresses, and what should not be done."""
    unit = guest.unit
    pay(guest, "in-a-browser")
    pay(guest, "as-a-picture", userFlow="QR")
    pay(guest, "with-a-key", metadata={"key": unit.primary, "other": unit.secondary})
    body = PAYMENT | {"reference": "key-as-key"}
    guest.call("POST", PAYMENTS, body, Idempotency_Key=unit.primary)
    guest.call("POST", PAYMENTS, body, Idempotency_Key=unit.client_secret)
    guest.ask("GET", f"{PAYMENTS}/in-a-browser")
    guest.ask("POST", "/recurring/v3/agreements", AGREEMENT, 201)
    session = {
        "merchantInfo": {
            "callbackUrl": f"{TUNNEL}/told",
            "returnUrl": f"{TUNNEL}/back",
            "callbackAuthorizationToken": "callbacks-come-with-this",
        },
        "transaction": {
            "amount": {"value": 1000, "currency": "NOK"},
            "reference": "a-checkout",
            "paymentDescription": unit.client_secret,
        },
    }
    keys = {
        "client_id": unit.client_id,
        "client_secret": unit.client_secret,
    }
    guest.session.headers.update(keys)
    guest.ask("POST", "/checkout/v3/session", session)
    hook = {"url": f"{TUNNEL}/hook", "events": ["epayments.payment.created.v1"]}
    guest.ask("POST", "/webhooks/v1/webhooks", hook, 201)
    code = {"id": "a-code", "redirectUrl": "https://shop.example/code"}
    guest.ask("POST", "/qr/v1/merchant-redirect", code)
    pay(guest, "told-to-a-hook")


def shapes(secret: str) -> list[bytes]:
    """Return how a text may be written: plainly, in an address, and in Base64."""
    found = [secret.encode(), quote(secret, safe="").encode()]
    for shift in range(3):
        coded = base64.b64encode(b"." * shift + secret.encode())
        found.append(coded[4 if shift else 0 : -4])
    return found


def test_no_code_no_key_and_no_token_is_kept(guest: Guest, place: Place) -> None:
    everything(guest)
    token = str(guest.session.headers["Authorization"]).removeprefix("Bearer ")
    written = place.written()
    unit = guest.unit
    for secret in (CODE, token, unit.client_secret, unit.primary, unit.secondary):
        for shape in shapes(secret):
            assert shape not in written, shape
    # It would hold them, were they not left out.
    assert b"in-a-browser" in written
    assert "•••".encode() in written


def test_an_address_is_told_by_the_base_that_the_caller_uses(
    state: Stored, guest: Guest
) -> None:
    other = Guest(state, OTHER)
    made = pay(guest, "one-payment")["redirectUrl"]
    assert made.startswith(f"{BASE}/dwo-api")
    seen = other.ask("GET", f"{PAYMENTS}/one-payment")["redirectUrl"]
    assert seen == made.replace(BASE, OTHER)


def test_an_answer_that_is_given_again_is_filled_in_for_who_gets_it(
    state: Stored, guest: Guest
) -> None:
    other = Guest(state, OTHER)
    body = PAYMENT | {"reference": "as-a-picture", "userFlow": "QR"}
    first, second = (
        shop.call("POST", PAYMENTS, body, Idempotency_Key="once").json()["redirectUrl"]
        for shop in (guest, other)
    )
    assert first.startswith(f"{BASE}/qr/generate/qr.svg?")
    assert f"content={quote(BASE, safe='')}%2Fdwo-api" in first
    again = first.replace(BASE, OTHER)
    assert second == again.replace(quote(BASE, safe=""), quote(OTHER, safe=""))


def test_a_base_with_a_quotation_mark_leaves_an_answer_json() -> None:
    shop = Shop()
    asked = Received(
        method="POST",
        base='http://odd"host',
        target=PAYMENTS,
        pairs=(*shop.session.headers.items(), ("Idempotency-Key", "once")),
        body=json.dumps(PAYMENT | {"reference": "one-payment"}).encode(),
    )
    answer = json.loads(shop.sandbox.answer(asked).body)
    assert answer["redirectUrl"].startswith('http://odd"host/dwo-api')


def test_what_was_hidden_in_a_name_is_found_by_it(state: Stored) -> None:
    shop = Guest(state, BASE)
    body = PAYMENT | {"reference": "key-as-key"}
    first, again = (
        shop.call("POST", PAYMENTS, body, Idempotency_Key=shop.unit.primary)
        for _ in range(2)
    )
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()


def test_the_agreement_of_an_app_has_the_apps_address(guest: Guest) -> None:
    body = AGREEMENT | {"isApp": True}
    made = guest.ask("POST", "/recurring/v3/agreements", body, 201)
    name = made["agreementId"]
    seen = guest.ask("GET", f"/recurring/v3/agreements/{name}")
    assert made["vippsConfirmationUrl"].startswith("vippsMT://?v=2&token=")
    assert seen["vippsConfirmationUrl"] == made["vippsConfirmationUrl"]


@pytest.mark.parametrize(
    "secret",
    [
        pytest.param("0123456789abcdef0123456789abcdef", id="a subscription key"),
        pytest.param("AbCdEfGhIjKlMnOpQrStUv==", id="a client secret"),
        pytest.param("a-code-of-words", id="an access code"),
    ],
)
def test_what_is_hidden_is_in_no_thing_and_in_no_name(
    state: Stored, place: Place, secret: str
) -> None:
    state.hide(secret)
    state.put("room", f"a {secret} b", Note(text=f"/{secret}/"))
    found = state.get(Note, "room", f"a {secret} b")
    assert found == Note(text=f"/{mask(secret)}/")
    written = place.written()
    assert secret.encode() not in written


def test_a_key_that_was_regenerated_is_not_kept(guest: Guest, place: Place) -> None:
    guest.sandbox.regenerate("Test unit", Field.SECONDARY_SUBSCRIPTION_KEY)
    key = guest.sandbox.unit("Test unit").secondary
    assert key != guest.unit.secondary
    pay(guest, "with-a-new-key", metadata={"key": key})
    written = place.written()
    assert b"with-a-new-key" in written
    assert key.encode() not in written


def test_the_hashes_of_a_hundred_tokens_are_at_hand() -> None:
    shop = Shop()
    for _ in range(3):
        shop.ask("GET", "/webhooks/v1/webhooks")
        shop.log_in()
    mint = shop.sandbox.mint
    assert len(mint._hashes) == 3
    for number in range(2 * MOST_HASHES):
        mint._remember(f"token-{number}")
    assert len(mint._hashes) == MOST_HASHES
    mint.find("a token that is none")
    assert "a token that is none" not in mint._hashes


# Who can read it.

posix = pytest.mark.skipif(os.name != "posix", reason="other systems have other rights")


@posix
def test_a_file_that_others_could_read_is_closed_to_them(path: Path) -> None:
    Database(path).close()
    beside = [path.with_name("state-wal"), path.with_name("state-shm")]
    with closing(Database(path)) as made:
        for each in (path, *beside):
            each.chmod(0o644)
        with closing(Database(path)):
            assert [stat.S_IMODE(each.stat().st_mode) for each in (path, *beside)] == [
                0o600
            ] * 3
        made.close()


@posix
def test_a_file_that_cannot_be_closed_to_others_is_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Database(path).close()
    path.chmod(0o644)
    monkeypatch.setattr(Path, "chmod", _not_allowed)
    with pytest.raises(
        VippsdiagError, match="Others can read the file state, and only"
    ):
        Database(path)


def _not_allowed(path: Path, mode: int) -> None:
    del path, mode
    raise PermissionError(1, "Operation not permitted")


@posix
def test_the_file_of_another_program_keeps_its_rights(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE book (title TEXT)")
    path.chmod(0o644)
    with pytest.raises(VippsdiagError, match="another program"):
        Database(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_a_file_of_the_older_layout_is_refused_and_left_as_it_was(path: Path) -> None:
    with closing(sqlite3.connect(path)) as older:
        older.execute(
            "CREATE TABLE thing (number INTEGER PRIMARY KEY, kind TEXT NOT NULL, "
            "room TEXT NOT NULL, name TEXT NOT NULL, body BLOB NOT NULL, "
            "UNIQUE (kind, room, name))"
        )
        older.execute("PRAGMA user_version = 1")
    before = path.read_bytes()
    said = (
        "The file state was made by another version of the sandbox, in another form. "
        "Give the name of a new file."
    )
    with pytest.raises(VippsdiagError, match=re.escape(said)):
        Database(path)
    assert path.read_bytes() == before
