"""What happens by itself, when its time has come, and is told of by webhooks."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from time import time

import pytest
from shop import NOW, Shop, fresh

from vippsdiag.sandbox import Sandbox
from vippsdiag.sandbox.serving import server
from vippsdiag.sandbox.serving.server import running

EXPIRED = "epayments.payment.expired.v1"
TAKEN = "recurring.charge-captured.v1"
GONE = "recurring.agreement-expired.v1"
AGREEMENTS = "/recurring/v3/agreements"


@pytest.fixture(params=["the sandbox's own", "a seat's"])
def shop(request: pytest.FixtureRequest) -> Shop:
    made = seat_in(fresh()) if request.param == "a seat's" else Shop()
    events = [EXPIRED, TAKEN, GONE]
    register(made, "https://example.com/hooks", events)
    return made


def register(shop: Shop, url: str, events: list[str]) -> None:
    shop.ask("POST", "/webhooks/v1/webhooks", {"url": url, "events": events}, 201)


def pay(shop: Shop, reference: str) -> None:
    body = {
        "amount": {"currency": "NOK", "value": 1000},
        "paymentMethod": {"type": "WALLET"},
        "reference": reference,
        "returnUrl": "https://example.com/back",
        "userFlow": "WEB_REDIRECT",
    }
    shop.ask("POST", "/epayment/v1/payments", body, 201)


def agree(shop: Shop) -> str:
    body = {
        "interval": {"unit": "MONTH", "count": 1},
        "pricing": {"type": "LEGACY", "amount": 9900, "currency": "NOK"},
        "productName": "Magazine",
        "merchantRedirectUrl": "https://example.com/back",
        "merchantAgreementUrl": "https://example.com/agreement",
    }
    one: str = shop.ask("POST", AGREEMENTS, body, 201)["agreementId"]
    return f"{AGREEMENTS}/{one}"


def seat_in(sandbox: Sandbox, name: str = "Test unit") -> Shop:
    """Return a shop with keys of a new seat of a workshop."""
    seat = sandbox.roll.take("Anna", NOW)
    return Shop(sandbox, name, units=sandbox.roll.units_of(seat.number))


def told(shop: Shop) -> list[tuple[str, datetime]]:
    """Return the events that were sent, with the time of each."""
    attempts = shop.sandbox.deliver(lambda _: 200)
    return [(attempt.event, attempt.at) for attempt in attempts]


def test_a_payment_that_nobody_asks_for_expires_when_its_time_has_come(
    shop: Shop,
) -> None:
    pay(shop, "order-0001")
    shop.sandbox.advance(timedelta(minutes=9))
    assert told(shop) == []
    shop.sandbox.advance(timedelta(hours=5))
    assert told(shop) == [(EXPIRED, NOW + timedelta(minutes=10))]


def test_what_was_told_of_is_not_told_of_again(shop: Shop) -> None:
    pay(shop, "order-0001")
    shop.sandbox.advance(timedelta(hours=1))
    shop.log_in()
    assert shop.ask("GET", "/epayment/v1/payments/order-0001")["state"] == "EXPIRED"
    shop.sandbox.advance(timedelta(hours=1))
    assert [event for event, _ in told(shop)] == [EXPIRED]


def test_an_agreement_that_nobody_accepts_expires(shop: Shop) -> None:
    agree(shop)
    shop.sandbox.advance(timedelta(days=1))
    assert [event for event, _ in told(shop)] == [GONE]


def test_a_charge_is_taken_on_its_day_though_nobody_asks(shop: Shop) -> None:
    one = agree(shop)
    accept = {"phoneNumber": "4712345678"}
    shop.call("PATCH", f"{one}/accept", accept).raise_for_status()
    charge = {
        "amount": 9900,
        "description": "December",
        "due": "2026-12-24",
        "retryDays": 5,
        "transactionType": "DIRECT_CAPTURE",
        "type": "RECURRING",
    }
    shop.ask("POST", f"{one}/charges", charge, 201)
    shop.sandbox.advance(timedelta(days=60))
    assert told(shop) == [(TAKEN, datetime(2026, 12, 24, 7, tzinfo=UTC))]


def test_a_sandbox_that_was_started_again_tells_a_seats_partner() -> None:
    before = fresh()
    shop = seat_in(before, "Production unit")
    partner = Shop(before, "Partner", units=before.roll.units_of(1))
    register(partner, "https://example.com/hooks", [EXPIRED])
    pay(shop, "order-0001")
    shop.sandbox = Sandbox(clock=lambda: NOW, state=before.state)
    shop.sandbox.advance(timedelta(hours=1))
    assert [event for event, _ in told(shop)] == [EXPIRED]


@pytest.fixture
def receiver() -> Iterator[tuple[str, Event]]:
    arrived = Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()
            arrived.set()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as made:
        thread = Thread(target=made.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{made.server_port}/hooks", arrived
        made.shutdown()
        thread.join()


@pytest.mark.parametrize("make", [Shop, seat_in], ids=["own", "seat"])
def test_the_server_looks_by_itself(
    make: Callable[[Sandbox], Shop],
    receiver: tuple[str, Event],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(server, "CATCH_UP", 0.0)
    url, arrived = receiver
    # A clock that goes on by itself, as the real one does; here by hand.
    ahead = [0.0]
    sandbox = Sandbox(clock=lambda: datetime.fromtimestamp(time() + ahead[0], UTC))
    shop = make(sandbox)
    register(shop, url, [EXPIRED])
    pay(shop, "order-0001")
    with running(sandbox):
        assert not arrived.wait(0.3)
        ahead[0] = 3600.0
        assert arrived.wait(10)


def test_reads_and_other_calls_on_one_path_are_counted_apart(shop: Shop) -> None:
    for _ in range(5):
        assert shop.call("GET", AGREEMENTS).status_code == 200
    assert shop.call("GET", AGREEMENTS).status_code == 429
    agree(shop)
