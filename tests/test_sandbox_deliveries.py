"""Delivering webhooks: signed, in order, again until acknowledged, and no longer."""

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path

import pytest
from shop import NOW, Shop

from vippsdiag.exchange import Headers, Request
from vippsdiag.sandbox import Sandbox
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.serving.server import running
from vippsdiag.sandbox.state.database import Database
from vippsdiag.sandbox.state.state import Room
from vippsdiag.sandbox.webhooks.courier import Courier
from vippsdiag.sandbox.webhooks.deliveries import (
    MOST_ATTEMPTS,
    Attempt,
    attempts,
    partner_room,
    publish,
)
from vippsdiag.secret import examine
from vippsdiag.webhooks import body_change, verify

PATH = "/webhooks/v1/webhooks"
CREATED, CAPTURED = "epayments.payment.created.v1", "epayments.payment.captured.v1"
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


@pytest.fixture
def shop() -> Shop:
    return Shop()


def register(shop: Shop, url: str = "https://example.com/hooks") -> dict[str, str]:
    body = {"url": url, "events": [CREATED, CAPTURED]}
    made: dict[str, str] = shop.ask("POST", PATH, body, 201)
    return made


def registered(shop: Shop) -> int:
    """Return how many webhooks there are; time may have passed for the token."""
    shop.log_in()
    return len(shop.ask("GET", PATH)["webhooks"])


def happen(shop: Shop, reference: str = "order-0001", name: str = CREATED) -> None:
    """Let something happen in a shop, as an API would tell it."""
    call = Call(
        method="POST",
        path="/",
        headers={"merchant-serial-number": shop.unit.msn},
        base=shop.base,
        environment=shop.unit.environment,
        now=shop.sandbox.clock(),
        sandbox=shop.sandbox,
    )
    publish(call, name, {"msn": shop.unit.msn, "reference": reference})


def log(shop: Shop) -> list[Attempt]:
    room = f"{shop.unit.environment}/{shop.unit.msn}"
    return attempts(Room(shop.sandbox.state, room))


class Receiver:
    """Answers with the statuses that it is given, in turn, and then with 200."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.requests: list[Request] = []

    def __call__(self, request: Request) -> int:
        self.requests.append(request)
        return self.statuses.pop(0) if self.statuses else 200

    @property
    def references(self) -> list[str]:
        return [f"{request.json['reference']}" for request in self.requests]


@contextmanager
def listening(receiver: Receiver) -> Iterator[str]:
    """Let a receiver listen on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers["Content-Length"])
            request = Request(
                method="POST",
                url=f"http://{self.headers['Host']}{self.path}",
                headers=Headers(list(self.headers.items())),
                body=self.rfile.read(size).decode(),
            )
            self.send_response(receiver(request))
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


# What is sent.


def test_a_delivery_is_signed_as_the_documentation_says(shop: Shop) -> None:
    receiver = Receiver()
    with listening(receiver) as address:
        made = register(shop, f"{address}/hooks/vipps?shop=%7E1&x=a//b")
        happen(shop)
        (attempt,) = shop.sandbox.deliver()
    assert (attempt.outcome, attempt.status, attempt.count) == ("delivered", 200, 1)
    (request,) = receiver.requests
    verdict = verify(request, made["secret"])
    assert verdict is not None
    assert verdict.fits
    assert body_change(request) is None
    assert request.headers.get("Webhook-Id") == made["id"]
    assert request.headers.get("x-ms-date") == "Tue, 24 Nov 2026 12:00:00 GMT"
    header = request.headers.get("Authorization") or ""
    assert examine(
        header,
        lambda raw: raw.startswith(
            "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature="
        ),
    )
    assert request.json == {"msn": shop.unit.msn, "reference": "order-0001"}


def test_another_secret_does_not_verify_it(shop: Shop) -> None:
    receiver = Receiver()
    register(shop)
    other = register(shop)
    happen(shop)
    shop.sandbox.deliver(receiver)
    verdict = verify(receiver.requests[0], other["secret"])
    assert verdict is not None
    assert not verdict.fits


def test_only_who_registered_for_an_event_is_told_of_it(shop: Shop) -> None:
    register(shop)
    other = Shop(shop.sandbox, "Test unit without ePayment")
    register(other)
    happen(shop, name="epayments.payment.expired.v1")
    assert shop.sandbox.deliver(Receiver()) == []
    happen(shop)
    assert len(shop.sandbox.deliver(Receiver())) == 1
    assert log(other) == []


def test_a_partner_is_told_of_all_its_merchants(shop: Shop) -> None:
    partner = Shop(shop.sandbox, "Partner")
    register(partner)
    happen(Shop(shop.sandbox, "Production unit"))
    happen(Shop(shop.sandbox, "Production unit of no partner"))
    (attempt,) = shop.sandbox.deliver(Receiver())
    room = partner_room(partner.unit.environment, partner.unit.client_id)
    assert attempts(Room(shop.sandbox.state, room)) == [attempt]


def test_nothing_is_sent_twice(shop: Shop) -> None:
    register(shop)
    happen(shop)
    assert len(shop.sandbox.deliver(Receiver())) == 1
    assert shop.sandbox.deliver(Receiver()) == []


def test_nothing_is_sent_for_a_deleted_webhook(shop: Shop) -> None:
    made = register(shop)
    happen(shop)
    shop.ask("DELETE", f"{PATH}/{made['id']}", status=204)
    assert shop.sandbox.deliver(Receiver()) == []


def test_a_webhook_can_be_deleted_while_its_receiver_is_asked(shop: Shop) -> None:
    made = register(shop)
    happen(shop)

    def receive(_: Request) -> int:
        shop.ask("DELETE", f"{PATH}/{made['id']}", status=204)
        return 500

    assert len(shop.sandbox.deliver(receive)) == 1
    assert shop.ask("GET", PATH) == {"webhooks": []}
    shop.sandbox.advance(DAY)
    assert shop.sandbox.deliver(receive) == []


# What becomes of it.


def test_500_twice_and_then_200(shop: Shop) -> None:
    receiver = Receiver(500, 503)
    with listening(receiver) as address:
        register(shop, address)
        happen(shop)
        shop.sandbox.advance(10 * SECOND)
        done = shop.sandbox.deliver()
    assert [attempt.status for attempt in done] == [500, 503, 200]
    assert [attempt.outcome for attempt in done] == ["failed", "failed", "delivered"]
    assert [attempt.at for attempt in done] == [NOW, NOW + 2 * SECOND, NOW + 4 * SECOND]
    assert [attempt.again for attempt in done] == [done[1].at, done[2].at, None]
    assert done[0].reason == "The receiver answered 500."


def test_an_attempt_waits_for_its_time(shop: Shop) -> None:
    register(shop)
    happen(shop)
    receiver = Receiver(500)
    assert len(shop.sandbox.deliver(receiver)) == 1
    shop.sandbox.advance(1 * SECOND)
    assert shop.sandbox.deliver(receiver) == []
    shop.sandbox.advance(1 * SECOND)
    assert len(shop.sandbox.deliver(receiver)) == 1


def test_a_redirection_is_no_acknowledgement_and_is_not_followed(shop: Shop) -> None:
    receiver = Receiver(302)
    with listening(receiver) as address:
        register(shop, address)
        happen(shop)
        (attempt,) = shop.sandbox.deliver()
    assert (attempt.outcome, attempt.status) == ("failed", 302)
    assert "redirections are not followed" in attempt.reason
    assert len(receiver.requests) == 1


def test_nobody_listens(shop: Shop) -> None:
    with listening(Receiver()) as address:
        pass
    register(shop, address)
    happen(shop)
    (attempt,) = shop.sandbox.deliver()
    assert (attempt.outcome, attempt.status) == ("failed", None)
    assert attempt.reason == "Nothing listens at this address."


def test_a_receiver_that_does_not_answer_in_time(shop: Shop) -> None:
    asked: queue.Queue[None] = queue.Queue()

    class Slow(Receiver):
        def __call__(self, _: Request) -> int:
            asked.get(timeout=10)
            return 200

    with listening(Slow()) as address:
        register(shop, address)
        happen(shop)
        sandbox = shop.sandbox
        lock = threading.RLock()
        courier = Courier(sandbox.state, sandbox.clock, lock, patience=0.05)
        (attempt,) = courier.deliver()
        asked.put(None)
    assert (attempt.outcome, attempt.status) == ("failed", None)
    assert attempt.reason == "No answer came within 0.05 seconds."


def test_a_receiver_that_speaks_no_http(shop: Shop) -> None:
    with running(Sandbox(), deliver=False) as address:
        register(shop, address.replace("http://", "https://"))
        happen(shop)
        (attempt,) = shop.sandbox.deliver()
    assert (attempt.outcome, attempt.status) == ("failed", None)


def test_what_would_leave_this_machine_is_not_sent(shop: Shop) -> None:
    register(shop, "https://127.0.0.1.example.com/hooks")
    happen(shop)
    (attempt,) = shop.sandbox.deliver()
    assert (attempt.outcome, attempt.status, attempt.again) == ("not sent", None, None)
    assert attempt.reason == (
        "The sandbox delivers to receivers on this machine only, not to "
        "127.0.0.1.example.com."
    )
    shop.sandbox.advance(30 * DAY)
    assert shop.sandbox.deliver() == []
    assert registered(shop) == 1


# The ladder.


def test_the_ladder_with_the_clock_moved_to_day_7(shop: Shop) -> None:
    register(shop)
    happen(shop)
    shop.sandbox.advance(7 * DAY)
    done = shop.sandbox.deliver(lambda _: 503)
    waits = [later.at - earlier.at for earlier, later in pairwise(done)]
    seconds = [int(wait.total_seconds()) for wait in waits]
    assert seconds == [2] * 4 + [60, 120] + [3600] * 22 + [86400] * 6
    assert [attempt.count for attempt in done] == list(range(1, 36))
    assert {attempt.outcome for attempt in done[:-1]} == {"failed"}
    assert (done[-1].outcome, done[-1].again) == ("given up", None)
    assert log(shop) == done
    shop.sandbox.advance(7 * DAY)
    assert shop.sandbox.deliver(lambda _: 503) == []


def test_a_failing_event_holds_up_later_ones_of_the_same_payment(shop: Shop) -> None:
    register(shop)
    happen(shop, "order-0001")
    happen(shop, "order-0001", CAPTURED)
    happen(shop, "order-0002")
    receiver = Receiver(500)
    shop.sandbox.deliver(receiver)
    assert receiver.references == ["order-0001", "order-0002"]
    shop.sandbox.advance(2 * SECOND)
    done = shop.sandbox.deliver(receiver)
    assert [(one.event, one.at) for one in done] == [
        (CREATED, NOW + 2 * SECOND),
        (CAPTURED, NOW + 2 * SECOND),
    ]


def test_an_event_that_is_given_up_lets_later_ones_go(shop: Shop) -> None:
    register(shop)
    happen(shop, "order-0001")
    happen(shop, "order-0001", CAPTURED)
    shop.sandbox.advance(8 * DAY)
    done = shop.sandbox.deliver(Receiver(*[500] * 35))
    assert [one.outcome for one in done[-2:]] == ["given up", "delivered"]
    assert done[-1].event == CAPTURED
    assert done[-1].at == done[-2].at


def test_the_line_is_not_read_for_each_delivery(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(shop)
    for number in range(100):
        happen(shop, f"order-{number}")
    reads: list[str] = []
    everything = shop.sandbox.state.all
    monkeypatch.setattr(
        shop.sandbox.state,
        "all",
        lambda kind, room: reads.append(room) or everything(kind, room),
    )
    assert len(shop.sandbox.deliver(Receiver())) == 100
    assert len(reads) < 20


def test_what_became_due_is_sent_in_order(shop: Shop) -> None:
    register(shop)
    happen(shop, "order-0001")
    shop.sandbox.advance(3 * SECOND)
    happen(shop, "order-0002")
    shop.sandbox.advance(60 * SECOND)
    done = shop.sandbox.deliver(lambda _: 500)
    times = [one.at for one in done]
    assert times == sorted(times)
    assert len(done) == 10


def test_a_webhook_is_removed_after_two_weeks_without_an_answer(shop: Shop) -> None:
    register(shop)
    for _ in range(2):
        happen(shop)
        shop.sandbox.advance(8 * DAY)
        done = shop.sandbox.deliver(lambda _: 500)
    assert (done[-1].outcome, done[-1].again) == ("removed", None)
    assert timedelta(days=14) <= done[-1].at - NOW < timedelta(days=15)
    assert registered(shop) == 0
    happen(shop)
    assert shop.sandbox.deliver(lambda _: 500) == []


def test_one_answer_within_two_weeks_keeps_a_webhook(shop: Shop) -> None:
    register(shop)
    happen(shop)
    shop.sandbox.advance(8 * DAY)
    shop.sandbox.deliver(lambda _: 500)
    happen(shop)
    shop.sandbox.deliver(Receiver())
    shop.sandbox.advance(8 * DAY)
    happen(shop)
    shop.sandbox.deliver(lambda _: 500)
    assert registered(shop) == 1


# What is kept.


def test_the_attempts_are_bounded(shop: Shop, tmp_path: Path) -> None:
    shop = Shop(Sandbox(clock=lambda: NOW, state=Database(tmp_path / "state.db")))
    register(shop)
    for _ in range(2):
        for number in range(MOST_ATTEMPTS // 2 + 1):
            happen(shop, f"order-{number}")
        shop.sandbox.deliver(Receiver())
    kept = log(shop)
    assert len(kept) == MOST_ATTEMPTS
    assert [one.number for one in kept] == list(range(3, MOST_ATTEMPTS + 3))


def test_a_line_in_a_file_outlives_the_process(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    state = Database(path)
    shop = Shop(Sandbox(clock=lambda: NOW, state=state))
    register(shop)
    happen(shop)
    state.close()
    state = Database(path)
    again = Sandbox(clock=lambda: NOW, state=state)
    assert [one.outcome for one in again.deliver(Receiver())] == ["delivered"]
    state.close()


def test_what_another_process_has_taken_is_left_to_it_for_a_while(
    tmp_path: Path,
) -> None:
    first, second = Database(tmp_path / "a.db"), Database(tmp_path / "a.db")
    shop = Shop(Sandbox(clock=lambda: NOW, state=first))
    other = Sandbox(clock=lambda: NOW, state=second)
    register(shop)
    happen(shop)
    seen: list[int] = []

    def receive(_: Request) -> int:
        seen.append(len(other.deliver(Receiver())))
        other.advance(timedelta(minutes=6))
        seen.append(len(other.deliver(Receiver())))
        return 200

    shop.sandbox.deliver(receive)
    assert seen == [0, 1]
    first.close()
    second.close()


def test_a_receiver_may_call_the_sandbox(shop: Shop) -> None:
    register(shop)
    happen(shop)

    def receive(_: Request) -> int:
        shop.ask("GET", PATH)
        shop.sandbox.deliver()
        return 200

    assert [one.outcome for one in shop.sandbox.deliver(receive)] == ["delivered"]


def test_a_receiver_of_python_that_fails_leaves_all_in_line(shop: Shop) -> None:
    register(shop)
    happen(shop, "order-0001")
    happen(shop, "order-0002")

    def receive(request: Request) -> int:
        if request.json["reference"] == "order-0002":
            raise KeyError("mine")
        return 200

    with pytest.raises(KeyError, match="mine"):
        shop.sandbox.deliver(receive)
    receiver = Receiver()
    shop.sandbox.deliver(receiver)
    assert receiver.references == ["order-0002"]


def test_a_payment_tells_of_itself_from_creation_to_capture(shop: Shop) -> None:
    register(shop)
    amount = {"currency": "NOK", "value": 49900}
    path = "/epayment/v1/payments"
    body = {
        "amount": amount,
        "paymentMethod": {"type": "WALLET"},
        "reference": "order-0001",
        "userFlow": "WEB_REDIRECT",
        "returnUrl": "https://example.com/thanks",
    }
    shop.ask("POST", path, body, 201)
    customer = {"customer": {"phoneNumber": "4712345678"}}
    shop.ask(
        "POST", f"/epayment/v1/test/payments/{body['reference']}/approve", customer
    )
    capture = {"modificationAmount": amount}
    shop.ask("POST", f"{path}/{body['reference']}/capture", capture)
    receiver = Receiver()
    done = shop.sandbox.deliver(receiver)
    assert [one.event for one in done] == [CREATED, CAPTURED]
    told = [request.json for request in receiver.requests]
    assert [one["name"] for one in told] == ["CREATED", "CAPTURED"]
    assert [one["msn"] for one in told] == [shop.unit.msn] * 2
    assert told[1]["amount"] == amount


# The server.


def test_the_server_delivers_by_itself() -> None:
    arrived: queue.Queue[Request] = queue.Queue()

    class Receiving(Receiver):
        def __call__(self, request: Request) -> int:
            arrived.put(request)
            return 200

    shop = Shop(Sandbox())
    with listening(Receiving()) as address, running(shop.sandbox):
        made = register(shop, address)
        happen(shop)
        request = arrived.get(timeout=20)
    verdict = verify(request, made["secret"])
    assert verdict is not None
    assert verdict.fits


def test_the_server_sends_what_became_due_when_the_clock_is_moved() -> None:
    arrived: queue.Queue[Request] = queue.Queue()

    class Receiving(Receiver):
        def __call__(self, request: Request) -> int:
            arrived.put(request)
            return 500

    shop = Shop(Sandbox())
    with listening(Receiving()) as address, running(shop.sandbox):
        register(shop, address)
        happen(shop)
        arrived.get(timeout=20)
        shop.sandbox.advance(7 * DAY)
        for _ in range(34):
            arrived.get(timeout=20)


def test_the_server_can_be_kept_from_delivering() -> None:
    before = threading.active_count()
    shop = Shop(Sandbox())
    with running(shop.sandbox, deliver=False):
        register(shop)
        happen(shop)
        assert threading.active_count() == before + 1
    assert len(shop.sandbox.deliver(Receiver())) == 1


def test_dates_are_as_of_the_attempt(shop: Shop) -> None:
    register(shop)
    happen(shop)
    shop.sandbox.advance(timedelta(hours=3))
    receiver = Receiver(*[500] * 7)
    shop.sandbox.deliver(receiver)
    last = datetime(2026, 11, 24, 13, 3, 8, tzinfo=UTC)
    assert log(shop)[7].at == last
    assert receiver.requests[7].headers.get("x-ms-date") == (
        "Tue, 24 Nov 2026 13:03:08 GMT"
    )
