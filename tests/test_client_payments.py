"""Creating and changing test payments: where it is sent, and where never."""

from collections.abc import Callable

import pytest
import requests

from vippsdiag.client import Client, Order
from vippsdiag.client.order import is_phone
from vippsdiag.environments import BASE_URLS, Environment
from vippsdiag.errors import UnsafeCall
from vippsdiag.exchange import Exchange, Response
from vippsdiag.render.payment import state_of
from vippsdiag.samples import KEYS
from vippsdiag.sandbox import Sandbox
from vippsdiag.secret import Secret

PHONE = "4790000017"
ORDER = Order(value=1000, currency="NOK", phone=Secret(PHONE))

CHANGES: dict[str, Callable[[Client], object]] = {
    "create": lambda client: client.create_payment(ORDER),
    "approve": lambda client: client.approve_payment(ORDER),
    "capture": lambda client: client.capture_payment(ORDER),
}


class Forbidden(requests.adapters.BaseAdapter):
    """Fails the test if anything is sent."""

    def send(self, *_: object, **__: object) -> requests.Response:  # type: ignore[override]
        pytest.fail("a request was sent")

    def close(self) -> None:
        pass


def shut() -> requests.Session:
    session = requests.Session()
    for scheme in ("https://", "http://"):
        session.mount(scheme, Forbidden())
    return session


def client_of(name: str, path: str = "") -> Client:
    sandbox = Sandbox()
    return Client(
        sandbox.keys_of(name),
        Environment.SANDBOX,
        sandbox="http://127.0.0.1" + path,
        session=sandbox.session(),
    )


def test_a_payment_is_created_approved_captured_and_read() -> None:
    client = client_of("Test unit")
    client.token()
    assert client.create_payment(ORDER).status == 201
    payment, events = client.read_payment(ORDER)
    assert payment.response is not None
    assert payment.response.json["state"] == "CREATED"
    assert client.approve_payment(ORDER).status == 200
    assert client.capture_payment(ORDER).status == 200
    payment, events = client.read_payment(ORDER)
    assert payment.response is not None
    assert payment.response.json["state"] == "AUTHORIZED"
    assert payment.response.json["aggregate"]["capturedAmount"]["value"] == 1000
    assert events.response is not None
    names = [event["name"] for event in events.response.json]
    assert names == ["CREATED", "AUTHORIZED", "CAPTURED"]


def test_a_payment_needs_no_phone_number() -> None:
    client = client_of("Test unit")
    client.token()
    exchange = client.create_payment(Order(value=1000, currency="NOK"))
    assert exchange.status == 201
    assert exchange.request is not None
    assert "customer" not in exchange.request.json


def test_the_phone_number_is_sent_and_never_shown() -> None:
    client = client_of("Test unit")
    client.token()
    exchange = client.create_payment(ORDER)
    assert exchange.request is not None
    assert exchange.request.json["customer"] == {"phoneNumber": "•••"}
    assert PHONE not in repr(exchange)
    assert PHONE not in repr(ORDER)
    assert PHONE not in ORDER.creation()


def test_every_change_has_an_idempotency_key_of_its_own() -> None:
    client = client_of("Test unit")
    client.token()
    made = [client.create_payment(Order(value=1, currency="NOK")) for _ in "ab"]
    keys = {one.request.headers.get("Idempotency-Key") for one in made if one.request}
    assert len(keys) == 2
    assert None not in keys


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(
    ("environment", "sandbox"),
    [
        (Environment.PRODUCTION, None),
        (Environment.SANDBOX, "http://127.0.0.1/production"),
    ],
    ids=["production", "sandbox as production"],
)
def test_no_payment_is_changed_in_production(
    change: str, environment: Environment, sandbox: str | None
) -> None:
    client = Client(KEYS, environment, sandbox=sandbox, session=shut())
    with pytest.raises(UnsafeCall, match="test and in the sandbox only"):
        CHANGES[change](client)
    assert client.exchanges == []


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(
    "address",
    [
        BASE_URLS[Environment.PRODUCTION],
        "https://api.vipps.no:443",
        "HTTPS://API.VIPPS.NO",
        "https://evil.example",
        "https://apitest.vipps.no.evil.example",
        "",
    ],
)
def test_an_address_that_is_changed_later_changes_no_payment(
    change: str, address: str
) -> None:
    client = Client(KEYS, Environment.TEST, session=shut())
    client.base_url = address
    with pytest.raises(UnsafeCall):
        CHANGES[change](client)


@pytest.mark.parametrize(
    ("value", "well"),
    [
        ("4790000017", True),
        (" 4790000017 ", True),
        ("+4790000017", False),
        ("90000017", False),
        ("47 900 00 017", False),
        ("", False),
    ],
    ids=["whole", "blanks", "plus", "no country", "grouped", "empty"],
)
def test_a_phone_number_has_its_country_code_and_digits_alone(
    value: str, well: bool
) -> None:
    assert is_phone(value) is well
    assert is_phone(Secret(value)) is well


def test_a_payment_without_an_amount_has_its_state_all_the_same() -> None:
    body = '{"state": "AUTHORIZED", "aggregate": {}}'
    read = Exchange(response=Response(status=200, body=body))
    assert state_of(read) == "AUTHORIZED"
