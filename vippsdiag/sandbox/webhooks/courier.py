"""Sending what is in line: signed, in order, and again if it is not acknowledged.

The rules are of facts 6.6 (high, unless said otherwise). A callback is sent once, and
not signed. Only receivers on this machine are sent to; what would go elsewhere is kept
as not sent.
"""

import http.client
import ssl
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import RLock
from typing import NamedTuple

from vippsdiag.environments import LOOPBACK_HOSTS, split
from vippsdiag.exchange import Request
from vippsdiag.sandbox.gateway.received import Received
from vippsdiag.sandbox.gateway.reply import http_date
from vippsdiag.sandbox.state.state import Room, State
from vippsdiag.sandbox.webhooks.deliveries import (
    LINE,
    Attempt,
    Callback,
    Delivery,
    Webhook,
    keep,
    next_number,
)
from vippsdiag.webhooks import content_hash, sign

# What the receiver answers to a delivery: a status.
Receive = Callable[[Request], int]
# Seconds in which a delivery has to be acknowledged.
PATIENCE = 10.0
# The same for a callback of eCom.
CALLBACK_PATIENCE = 3.0
# After this long a delivery is given up, and a webhook whose receiver never answered
# is removed (that this is noticed when a delivery fails is inferred).
GIVEN_UP = timedelta(days=7)
REMOVED = timedelta(days=14)
# Waits before the next attempt, by how many there were; then hourly, then daily.
WAITS = (2, 2, 2, 2, 60, 120)
HOURLY = 29
# How many are taken at once, and for how long whoever sends them has them alone, in
# case its process ends.
MOST_TAKEN = 20
TAKEN = timedelta(minutes=5)
# So that a receiver whose answers make new events cannot hold on to the sender.
MOST_AT_ONCE = 1_000
BROKE = "The connection broke before an answer came."


class Outcome(NamedTuple):
    """What came back; no status if nothing did."""

    status: int | None
    reason: str
    sent: bool = True

    @property
    def acknowledged(self) -> bool:
        """Whether the delivery has arrived."""
        return self.status is not None and 200 <= self.status < 300


def wait_after(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts.

    >>> wait_after(1), wait_after(5), wait_after(28), wait_after(29)
    (datetime.timedelta(seconds=2), datetime.timedelta(seconds=60), \
datetime.timedelta(seconds=3600), datetime.timedelta(days=1))
    """
    if attempts <= len(WAITS):
        return timedelta(seconds=WAITS[attempts - 1])
    return timedelta(hours=1) if attempts < HOURLY else timedelta(days=1)


class Courier:
    """Sends what is due; several processes may share a line.

    Args:
        state: where the line is.
        clock: the sandbox's, which may be moved on.
        lock: held while the state is read or changed, and never while sending: the
            receiver may call the sandbox before it answers.
        patience: seconds to wait for an acknowledgement.
    """

    def __init__(
        self,
        state: State,
        clock: Callable[[], datetime],
        lock: RLock,
        patience: float = PATIENCE,
    ) -> None:
        self._state = state
        self._clock = clock
        self._lock = lock
        self._patience = patience
        self._sending = RLock()

    def deliver(self, receive: Receive | None = None) -> list[Attempt]:
        """Send what is due, in the order in which it became so.

        After the clock was moved on, every attempt is made that would have been made
        in the meantime, as of its time.

        Args:
            receive: takes the deliveries instead of their addresses.
        """
        done: list[Attempt] = []
        with self._sending:
            while len(done) < MOST_AT_ONCE:
                taken = self._take()
                if not taken:
                    break
                try:
                    tried = (self._try(delivery, receive) for delivery in taken)
                    done.extend(attempt for attempt in tried if attempt is not None)
                except BaseException:
                    self._give_back(taken)
                    raise
        return done

    def _take(self) -> list[Delivery]:
        """Take some of what is due, so that no other process sends it as well."""
        with self._lock:
            now = self._clock()
            # Mostly nothing is due; then the file is not kept from other processes.
            if not self._state.due(Delivery, LINE, now):
                return []
            with self._state.change():
                taken = _due(self._state.all(Delivery, LINE), now)
                for delivery in taken:
                    delivery.taken = now + TAKEN
                    self._state.put(LINE, str(delivery.number), delivery)
                return taken

    def _give_back(self, taken: list[Delivery]) -> None:
        """Leave in line what was not sent, because the receiver is at fault here."""
        with self._lock, self._state.change():
            for delivery in taken:
                name = str(delivery.number)
                kept = self._state.get(Delivery, LINE, name)
                if kept is not None:
                    kept.taken = None
                    self._state.put(LINE, name, kept)

    def _try(self, delivery: Delivery, receive: Receive | None) -> Attempt | None:
        """Send a delivery, unless its webhook is there no more."""
        target: Webhook | Callback | None = delivery.callback
        if target is None:
            with self._lock:
                target = self._state.get(Webhook, delivery.room, delivery.webhook)
                if target is None:
                    self._state.drop(Delivery, LINE, str(delivery.number))
                    return None
        outcome = self._send(delivery, target, receive)
        return self._record(delivery, target, outcome)

    def _send(
        self, delivery: Delivery, target: Webhook | Callback, receive: Receive | None
    ) -> Outcome:
        if isinstance(target, Webhook):
            message, patience = _signed(delivery, target), self._patience
        else:
            message, patience = _called(delivery, target), CALLBACK_PATIENCE
        if receive is None:
            return _over_http(message, patience)
        return _answered(receive(message.request()))

    def _record(
        self, delivery: Delivery, target: Webhook | Callback, outcome: Outcome
    ) -> Attempt:
        with self._lock, self._state.change():
            result, again = self._settled(delivery, target, outcome)
            room = Room(self._state, delivery.room)
            attempt = Attempt(
                number=next_number(room),
                at=delivery.due,
                webhook=delivery.webhook,
                url=target.url,
                event=delivery.event,
                body=delivery.body,
                count=delivery.attempts + 1,
                status=outcome.status,
                outcome=result,
                reason=outcome.reason,
                again=again,
            )
            keep(room, attempt)
            self._move_on(delivery, again)
        return attempt

    def _settled(
        self, delivery: Delivery, target: Webhook | Callback, outcome: Outcome
    ) -> tuple[str, datetime | None]:
        """Return what the attempt came to, and when it is made again."""
        if not outcome.sent:
            return "not sent", None
        if isinstance(target, Callback):
            return "delivered" if outcome.acknowledged else "given up", None
        return self._webhook_settled(delivery, target, outcome)

    def _webhook_settled(
        self, delivery: Delivery, webhook: Webhook, outcome: Outcome
    ) -> tuple[str, datetime | None]:
        at = delivery.due
        since = None if outcome.acknowledged else webhook.failing_since or at
        if since != webhook.failing_since:
            webhook.failing_since = since
            self._put(delivery.room, webhook)
        if since is None:
            return "delivered", None
        if at - since >= REMOVED:
            self._state.drop(Webhook, delivery.room, webhook.id)
            return "removed", None
        again = at + wait_after(delivery.attempts + 1)
        if again - (delivery.first or at) > GIVEN_UP:
            return "given up", None
        return "failed", again

    def _put(self, room: str, webhook: Webhook) -> None:
        # It may have been deleted while its receiver was asked.
        if self._state.get(Webhook, room, webhook.id) is not None:
            self._state.put(room, webhook.id, webhook)

    def _move_on(self, delivery: Delivery, again: datetime | None) -> None:
        """Put the delivery back in line, or let the next about the same thing go."""
        name = str(delivery.number)
        if again is None:
            self._state.drop(Delivery, LINE, name)
            self._release(delivery)
        elif self._state.get(Delivery, LINE, name) is not None:
            delivery.first = delivery.first or delivery.due
            delivery.attempts += 1
            delivery.due, delivery.taken = again, None
            self._state.put(LINE, name, delivery)

    def _release(self, ended: Delivery) -> None:
        """Let the next about the same thing go, not before this one has ended."""
        # What was sent when it happened has held up nothing.
        if not ended.about or not (ended.attempts or ended.waited):
            return
        for other in self._state.all(Delivery, LINE):
            if other.about == ended.about and other.webhook == ended.webhook:
                other.due, other.waited = max(other.due, ended.due), True
                self._state.put(LINE, str(other.number), other)
                return


def _due(line: list[Delivery], now: datetime) -> list[Delivery]:
    """Return what is due first; of those about one thing, only the oldest may go.

    As many as can be sent one after another before any of them would be sent again.
    """
    heads: dict[tuple[str, str | int], Delivery] = {}
    for delivery in line:
        about = delivery.about or delivery.number
        heads.setdefault((delivery.webhook, about), delivery)
    due = [
        head
        for head in heads.values()
        if head.due <= now and (head.taken is None or head.taken <= now)
    ]
    due.sort(key=lambda head: (head.due, head.number))
    return [head for head in due[:MOST_TAKEN] if head.due - due[0].due < wait_after(1)]


def _signed(delivery: Delivery, webhook: Webhook) -> Received:
    parts = split(webhook.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    date, hashed = http_date(delivery.due), content_hash(delivery.body)
    signature = sign(
        webhook.secret,
        path=target,
        date=date,
        host=parts.netloc,
        body_hash=hashed,
    )
    names = "x-ms-date;host;x-ms-content-sha256"
    return Received(
        method="POST",
        base=f"{parts.scheme}://{parts.netloc}",
        target=target,
        pairs=(
            ("Host", parts.netloc),
            ("Content-Type", "application/json; charset=utf-8"),
            ("User-Agent", "vippsdiag-sandbox"),
            ("x-ms-date", date),
            ("x-ms-content-sha256", hashed),
            (
                "Authorization",
                f"HMAC-SHA256 SignedHeaders={names}&Signature={signature}",
            ),
            ("Webhook-Id", webhook.id),
        ),
        body=delivery.body.encode(),
    )


def _called(delivery: Delivery, callback: Callback) -> Received:
    """Return a callback as it is sent; headers but Authorization are inferred."""
    parts = split(callback.url)
    host = parts.netloc.rpartition("@")[2]
    pairs = [
        ("Host", host),
        ("Content-Type", "application/json;charset=UTF-8"),
        ("User-Agent", "vippsdiag-sandbox"),
    ]
    if callback.authorization:
        pairs.append(("Authorization", callback.authorization))
    return Received(
        method="POST",
        base=f"{parts.scheme}://{host}",
        target=parts.path + (f"?{parts.query}" if parts.query else ""),
        pairs=tuple(pairs),
        body=delivery.body.encode(),
    )


def _over_http(message: Received, patience: float) -> Outcome:
    parts = split(message.base)
    host = parts.hostname or ""
    if host not in LOOPBACK_HOSTS:
        words = (
            f"The sandbox delivers to receivers on this machine only, not to {host}."
        )
        return Outcome(None, words, sent=False)
    secure = parts.scheme == "https"
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    connection = kind(host, parts.port, timeout=patience)
    try:
        # As it was signed: a library that tidies the path would break the signature.
        headers = dict(message.pairs)
        connection.request("POST", message.target, message.body, headers)
        # Redirections are answers like others here, and are not followed.
        return _answered(connection.getresponse().status)
    except OSError as error:
        return Outcome(None, _reason(error, patience))
    except (ValueError, http.client.InvalidURL):
        words = "The address or the token holds a character that HTTP does not allow."
        return Outcome(None, words, sent=False)
    except http.client.HTTPException:
        return Outcome(None, BROKE)
    finally:
        connection.close()


def _reason(error: OSError, patience: float) -> str:
    if isinstance(error, TimeoutError):
        return f"No answer came within {patience:g} seconds."
    if isinstance(error, ssl.SSLError):
        return "The receiver's certificate is not trusted."
    if isinstance(error, ConnectionRefusedError):
        return "Nothing listens at this address."
    return BROKE


def _answered(status: int) -> Outcome:
    if 200 <= status < 300:
        return Outcome(status, "The receiver acknowledged it.")
    if 300 <= status < 400:
        return Outcome(
            status, f"The receiver answered {status}; redirections are not followed."
        )
    return Outcome(status, f"The receiver answered {status}.")
