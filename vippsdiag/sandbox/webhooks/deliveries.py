"""What the API tells merchants: events, delivered to where they registered.

Here an event is put in line, once for each webhook that wants it. What is in line is
sent by `vippsdiag.sandbox.webhooks.courier`, after the call that made the event was
answered.
"""

from datetime import datetime

import msgspec

from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.state.state import Room

# Everything that waits to be sent, of all sales units.
LINE = "deliveries"
# How many attempts are kept for each sales unit; the oldest are forgotten.
MOST_ATTEMPTS = 500
# What an event is about: a failing delivery holds up later ones about the same thing.
_ABOUT = ("reference", "agreementId", "auth_req_id")


class Webhook(msgspec.Struct, kw_only=True):
    """What was registered.

    Attributes:
        secret: signs the deliveries; its characters are the key.
        failing_since: when its receiver stopped to acknowledge; None while it does.
    """

    id: str
    secret: str
    url: str
    events: tuple[str, ...]
    failing_since: datetime | None = None


class Callback(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Where something is told once that has no webhook, as older products do.

    Attributes:
        url: the address.
        authorization: the header of that name; empty for none.
    """

    url: str
    authorization: str = ""

    def __repr__(self) -> str:
        """Return it without anything that may be secret."""
        return "Callback()"


class Delivery(msgspec.Struct, kw_only=True, gc=False):
    """One event on its way to one webhook, or to a callback's address.

    Attributes:
        room: where the webhook is kept, and what comes of it.
        webhook: its id; empty for a callback.
        about: which later deliveries have to wait for this one; empty for none.
        due: when it is to be sent, or to be sent again.
        first: when it was first sent.
        attempts: how often it was sent.
        taken: until when somebody who sends it may take; None if nobody does.
        waited: whether another one about the same thing held it up.
    """

    number: int
    room: str
    webhook: str
    event: str
    body: str
    about: str
    due: datetime
    first: datetime | None = None
    attempts: int = 0
    taken: datetime | None = None
    waited: bool = False
    callback: Callback | None = None

    @property
    def wakes(self) -> datetime:
        """When it is to be sent."""
        return self.due


class Attempt(msgspec.Struct, kw_only=True, gc=False):
    """What came of sending a delivery once.

    Attributes:
        number: counts the attempts of a sales unit.
        at: when, on the sandbox's clock.
        webhook: its id; empty for a callback.
        count: which attempt of this delivery it was, from 1.
        status: what the receiver answered; None if it did not, or was not asked.
        outcome: "delivered", "failed", "given up", "removed" (the webhook was, after
            two weeks), or "not sent".
        reason: what is so, in a sentence.
        again: when it is sent again; None if it is not.
    """

    number: int
    at: datetime
    webhook: str
    url: str
    event: str
    body: str
    count: int
    status: int | None
    outcome: str
    reason: str
    again: datetime | None = None


class Numbers(msgspec.Struct, kw_only=True):
    """The number that was given last."""

    last: int


def publish(
    call: Call, name: str, body: dict[str, object], *, at: datetime | None = None
) -> None:
    """Tell of an event in the sales unit that a call is about.

    Args:
        call: what made it happen.
        name: the event as the Webhooks API names it.
        body: what the delivery says.
        at: when it will happen, if not now; see `withdraw`.
    """
    state = call.sandbox.state
    for room, webhook in registered(call):
        if name in webhook.events:
            number = next_number(Room(state, LINE))
            delivery = Delivery(
                number=number,
                room=room,
                webhook=webhook.id,
                event=name,
                body=msgspec.json.encode(body).decode(),
                about=_about(body),
                due=at or call.now,
            )
            state.put(LINE, str(number), delivery)


def call_back(
    call: Call, name: str, callback: Callback, body: dict[str, object], *, at: datetime
) -> None:
    """Put in line what a shop is told at an address that it gave.

    Args:
        call: what made it happen.
        name: what the attempt is listed as.
        callback: where to.
        body: what is told.
        at: when it happened.
    """
    state = call.sandbox.state
    number = next_number(Room(state, LINE))
    delivery = Delivery(
        number=number,
        room=own_room(call),
        webhook="",
        event=name,
        body=msgspec.json.encode(body).decode(),
        about="",
        due=at,
        callback=callback,
    )
    state.put(LINE, str(number), delivery)


def registered(call: Call) -> list[tuple[str, Webhook]]:
    """Return the webhooks that may be told of what a call does, each with its room."""
    state = call.sandbox.state
    rooms = (own_room(call), *_partner_rooms(call))
    return [(room, hook) for room in rooms for hook in state.all(Webhook, room)]


def own_room(call: Call) -> str:
    """Return where the webhooks of a call's sales unit are kept."""
    return f"{call.environment}/{call.msn}"


def partner_room(environment: str, client_id: str) -> str:
    """Return where the webhooks are kept that a partner has for all its merchants."""
    return f"{environment}/{client_id}"


def _partner_rooms(call: Call) -> list[str]:
    partners = call.sandbox.keyring.partners_of(call.environment, call.msn)
    return [partner_room(call.environment, unit.client_id) for unit in partners]


def _about(body: dict[str, object]) -> str:
    found = (f"{name}={body[name]}" for name in _ABOUT if name in body)
    return next(found, "")


def next_number(room: Room) -> int:
    """Return the next number of a room."""
    numbers = room.get(Numbers, "numbers") or Numbers(last=0)
    numbers.last += 1
    room.put("numbers", numbers)
    return numbers.last


def withdraw(call: Call, body: dict[str, object]) -> None:
    """Take out of the line what would have told of a thing; it happens otherwise."""
    state, about = call.sandbox.state, _about(body)
    for delivery in state.all(Delivery, LINE):
        if delivery.about == about and delivery.first is None:
            state.drop(Delivery, LINE, str(delivery.number))


def keep(room: Room, attempt: Attempt) -> None:
    """Keep what came of an attempt, in the place of the oldest if there are many."""
    room.put(str(attempt.number % MOST_ATTEMPTS), attempt)


def attempts(room: Room) -> list[Attempt]:
    """Return what came of the deliveries of a sales unit, the oldest first.

    Args:
        room: `Call.room` of the sales unit; those of a partner-wide webhook are in the
            room that `partner_room` names.
    """
    return sorted(room.all(Attempt), key=lambda attempt: attempt.number)
