"""What eCom tells a shop at the address that it gave, and with which words."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Thread
from typing import Any

import msgspec
import pytest
from shop import Shop

from vippsdiag.exchange import Request
from vippsdiag.sandbox.apis.payments import REFUSED_AMOUNTS
from vippsdiag.sandbox.control.log_page import listed
from vippsdiag.sandbox.webhooks import courier
from vippsdiag.sandbox.webhooks.deliveries import LINE, Delivery
from vippsdiag.secret import examine

PAYMENTS = "/ecomm/v2/payments"
ORDER = "acme-shop-123-order123abc"
TOKEN = "a-word-of-the-shop-19"
EXPRESS = {
    "paymentType": "eComm Express Payment",
    "consentRemovalPrefix": "https://example.com/consents",
}
AT = "2026-11-24T12:00:00.000Z"


@pytest.fixture
def shop() -> Shop:
    return Shop()


def initiated(
    shop: Shop, amount: int = 20000, scope: str | None = None, **merchant: object
) -> str:
    """Initiate a payment, and return the address of the buyer's page."""
    body = {
        "customerInfo": {"mobileNumber": "91234567"},
        "merchantInfo": {
            "merchantSerialNumber": shop.unit.msn,
            "callbackPrefix": "https://example.com/callbacks",
            "authToken": TOKEN,
            "fallBack": "https://example.com/back",
            **merchant,
        },
        "transaction": {
            "orderId": ORDER,
            "amount": amount,
            "transactionText": "One pair of socks",
            "scope": scope,
        },
    }
    url: str = shop.ask("POST", PAYMENTS, body)["url"]
    return url


def decide(shop: Shop, url: str, decision: str) -> None:
    shop.session.post(url, data={"decision": decision}, allow_redirects=False)


def told(shop: Shop, status: int = 200) -> list[Request]:
    """Return what the shop was told now, and answer it with a status."""
    requests: list[Request] = []

    def receive(request: Request) -> int:
        requests.append(request)
        return status

    shop.sandbox.deliver(receive)
    return requests


def body(shop: Shop) -> dict[str, Any]:
    """Return the one thing that the shop was told now."""
    (request,) = told(shop)
    found: dict[str, Any] = msgspec.json.decode(examine(request.body or "", str))
    return found


def test_the_shop_is_told_of_a_reservation_with_its_own_token(shop: Shop) -> None:
    url = initiated(shop)
    assert told(shop) == []
    decide(shop, url, "approve")
    (request,) = told(shop)
    assert request.method == "POST"
    assert request.url == f"https://example.com/callbacks/v2/payments/{ORDER}"
    tokens = [text for name, text in request.headers if name == "Authorization"]
    assert [examine(token, str) for token in tokens] == [TOKEN]
    sent = msgspec.json.decode(examine(request.body or "", str))
    transaction = sent["transactionInfo"].pop("transactionId")
    history = shop.ask("GET", f"{PAYMENTS}/{ORDER}/details")["transactionLogHistory"]
    assert transaction == history[0]["transactionId"]
    assert sent == {
        "merchantSerialNumber": shop.unit.msn,
        "orderId": ORDER,
        "transactionInfo": {"amount": 20000, "status": "RESERVED", "timeStamp": AT},
    }


def test_without_a_token_there_is_no_such_header(shop: Shop) -> None:
    decide(shop, initiated(shop, authToken=None), "approve")
    (request,) = told(shop)
    assert "Authorization" not in dict(request.headers)


def test_the_shop_is_told_that_the_buyer_said_no(shop: Shop) -> None:
    decide(shop, initiated(shop), "reject")
    assert body(shop)["transactionInfo"]["status"] == "CANCELLED"


def test_the_shop_is_told_once_that_nobody_did_anything(shop: Shop) -> None:
    initiated(shop)
    shop.sandbox.advance(timedelta(hours=1))
    found = body(shop)["transactionInfo"]
    assert found["status"] == "REJECTED"
    assert found["timeStamp"] == "2026-11-24T12:10:00.000Z"
    shop.log_in()
    shop.ask("GET", f"{PAYMENTS}/{ORDER}/details")
    assert told(shop) == []


def test_the_shop_is_told_why_nothing_could_be_reserved(shop: Shop) -> None:
    decide(shop, initiated(shop, amount=max(REFUSED_AMOUNTS)), "approve")
    found = body(shop)
    assert found["transactionInfo"]["status"] == "RESERVE_FAILED"
    assert found["errorInfo"]["errorGroup"] == "Payment"
    assert found["errorInfo"]["errorCode"]
    assert found["errorInfo"]["errorMessage"]


def test_of_an_express_payment_buyer_and_shipping_are_told(shop: Shop) -> None:
    decide(shop, initiated(shop, **EXPRESS), "approve")
    found = body(shop)
    details = shop.ask("GET", f"{PAYMENTS}/{ORDER}/details")
    assert found["transactionInfo"]["status"] == "RESERVE"
    assert found["userDetails"] == details["userDetails"]
    address = found["shippingDetails"]["address"]
    assert address.pop("zipCode") == address["postCode"]
    assert found["shippingDetails"] == details["shippingDetails"]


def test_of_a_buyer_who_said_no_nothing_is_told(shop: Shop) -> None:
    decide(shop, initiated(shop, **EXPRESS), "reject")
    assert body(shop).keys() == {"merchantSerialNumber", "orderId", "transactionInfo"}


def test_a_profile_that_was_asked_for_is_told(shop: Shop) -> None:
    decide(shop, initiated(shop, scope="name"), "approve")
    found = body(shop)
    assert found["userDetails"]["mobileNumber"] == "91234567"
    assert found["transactionInfo"]["status"] == "RESERVED"


def test_what_the_shop_does_itself_is_not_told(shop: Shop) -> None:
    decide(shop, initiated(shop), "approve")
    assert len(told(shop)) == 1
    change = {
        "merchantInfo": {"merchantSerialNumber": shop.unit.msn},
        "transaction": {"transactionText": "Socks"},
    }
    shop.ask("PUT", f"{PAYMENTS}/{ORDER}/cancel", change)
    assert told(shop) == []


def test_there_is_one_attempt(shop: Shop) -> None:
    decide(shop, initiated(shop), "approve")
    assert len(told(shop, 500)) == 1
    shop.sandbox.advance(timedelta(days=1))
    assert told(shop) == []
    (shown,) = listed(shop.sandbox, 0, rendered=False)["deliveries"]
    assert (shown["outcome"], shown["status"]) == ("given up", 500)


def test_the_token_is_in_no_list(shop: Shop) -> None:
    decide(shop, initiated(shop), "approve")
    (delivery,) = shop.sandbox.state.all(Delivery, LINE)
    assert TOKEN not in repr(delivery)
    told(shop)
    shown = listed(shop.sandbox, 0, rendered=True)
    assert "ecom.callback.RESERVED" in str(shown)
    assert TOKEN not in str(shown)


def test_the_address_of_an_app_is_not_called(shop: Shop) -> None:
    app = {"isApp": True, "callbackPrefix": "shop://127.0.0.1", "fallBack": "shop://x"}
    initiated(shop, **app)
    shop.sandbox.advance(timedelta(hours=1))
    assert told(shop) == []


# Over the network: to this machine, and nowhere else.


@pytest.fixture
def receiver() -> Iterator[tuple[str, "Queue[tuple[str, str]]"]]:
    """An address on this machine, and the paths and tokens that it is called with."""
    got: Queue[tuple[str, str]] = Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            got.put((self.path, self.headers["Authorization"]))
            self.send_response(302)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as made:
        thread = Thread(target=made.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{made.server_port}/shop", got
        made.shutdown()
        thread.join()


def test_a_shop_on_this_machine_is_called_and_not_redirected(
    shop: Shop, receiver: tuple[str, "Queue[tuple[str, str]]"]
) -> None:
    url, got = receiver
    decide(shop, initiated(shop, callbackPrefix=url), "approve")
    (attempt,) = shop.sandbox.deliver()
    assert got.get(timeout=5) == (f"/shop/v2/payments/{ORDER}", TOKEN)
    assert got.empty()
    assert (attempt.status, attempt.outcome) == (302, "given up")


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"callbackPrefix": "https://example.com"}, id="elsewhere"),
        pytest.param({"callbackPrefix": "http://localhost:1/ø"}, id="letter"),
        pytest.param({"callbackPrefix": "http://localhost:1/a b"}, id="blank"),
        pytest.param(
            {"callbackPrefix": "http://localhost:{port}", "authToken": "a\r\nb: c"},
            id="line",
        ),
        pytest.param(
            {"callbackPrefix": "http://localhost:{port}", "authToken": "→"}, id="arrow"
        ),
    ],
)
def test_what_cannot_be_sent_is_told_and_does_not_stop_the_rest(
    shop: Shop, changed: dict[str, str], receiver: tuple[str, Any]
) -> None:
    url, got = receiver
    port = url.partition("127.0.0.1:")[2].partition("/")[0]
    changed = {name: text.replace("{port}", port) for name, text in changed.items()}
    decide(shop, initiated(shop, **changed), "approve")
    (attempt,) = shop.sandbox.deliver()
    assert attempt.outcome == "not sent"
    assert attempt.reason
    assert got.empty()


def test_a_shop_that_does_not_answer_is_not_waited_for(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert courier.CALLBACK_PATIENCE == 3.0
    monkeypatch.setattr(courier, "CALLBACK_PATIENCE", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        prefix = f"http://127.0.0.1:{silent.getsockname()[1]}"
        decide(shop, initiated(shop, callbackPrefix=prefix), "approve")
        (attempt,) = shop.sandbox.deliver()
    assert attempt.reason == "No answer came within 0.1 seconds."
