"""The sandbox: a function from a request to a response, and its state."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import RLock
from typing import TYPE_CHECKING

import msgspec

from vippsdiag.environments import BASE_URLS, Environment
from vippsdiag.exchange import Request, Response
from vippsdiag.keys import Field, KeySet
from vippsdiag.sandbox.apis import PASSING, ROUTES
from vippsdiag.sandbox.control.log import Log
from vippsdiag.sandbox.faults import Asked, Faults, FaultUnclear
from vippsdiag.sandbox.gateway import answers
from vippsdiag.sandbox.gateway.bodies import Unreadable, read
from vippsdiag.sandbox.gateway.call import MSN, Call
from vippsdiag.sandbox.gateway.limits import Counters
from vippsdiag.sandbox.gateway.received import Received, environment_at, of_request
from vippsdiag.sandbox.gateway.replay import replayed
from vippsdiag.sandbox.gateway.reply import Refusal, Reply
from vippsdiag.sandbox.gateway.routes import Route, params
from vippsdiag.sandbox.keys.keyring import Keyring
from vippsdiag.sandbox.keys.regenerated import PLACES, Regenerated, can
from vippsdiag.sandbox.keys.tokens import Mint, SigningKey
from vippsdiag.sandbox.keys.units import SandboxConfig, Unit
from vippsdiag.sandbox.state.state import Memory, State
from vippsdiag.sandbox.variants import chosen
from vippsdiag.sandbox.webhooks.courier import Courier, Receive
from vippsdiag.sandbox.webhooks.deliveries import Attempt
from vippsdiag.sandbox.workshop.progress import ROOM as EXERCISES
from vippsdiag.sandbox.workshop.progress import Progress
from vippsdiag.sandbox.workshop.seats import KINDS, Roll

if TYPE_CHECKING:
    import requests


CLOCK = "clock"
KEYS = "keys"
# About a hundred years, in seconds; the calendar of the computer ends in 9999.
MOST_AHEAD = 100 * 365 * 86400.0
# What is about the sandbox itself is below this path; no API has one like it.
CONTROL = "/_sandbox"


class Ahead(msgspec.Struct):
    """How far the clock was moved, in seconds."""

    seconds: float


def utc_now() -> datetime:
    """Return the time now, in UTC."""
    return datetime.now(UTC)


class Sandbox:
    """A stand-in for the Vipps MobilePay APIs, with state of its own.

    Args:
        config: the sales units that it knows; those of seed 0 if not given.
        clock: returns the time, with a time zone; `advance` moves what the sandbox
            takes for the time ahead of it.
        state: where it remembers things; in memory if not given.
        variants: choices other than the default; see `vippsdiag.sandbox.variants`.

    Raises:
        VippsdiagError: there is no such variant.
    """

    def __init__(
        self,
        config: SandboxConfig | None = None,
        *,
        clock: Callable[[], datetime] = utc_now,
        state: State | None = None,
        variants: Mapping[str, str] | None = None,
    ) -> None:
        self._first = self.config = config or SandboxConfig.from_seed()
        self._clock = clock
        self.state = state or Memory()
        self._regenerated: Regenerated | None = None
        self.roll = Roll(self.state, self.config.units)
        self.keyring = Keyring(self.config.units, self.roll.news())
        self.state.hide(*self.config.secrets)
        self.mint = Mint(self.state)
        self._variants = chosen(variants or {})
        self._counters = Counters()
        self.log = Log()
        # Threads of a test or a notebook may share one sandbox.
        self._lock = RLock()
        self.faults = Faults(self.state, self._lock)
        self._courier = Courier(self.state, self.clock, self._lock)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the units, for `keys_of`."""
        return tuple(unit.name for unit in self.config.units)

    def keys_of(self, name: str) -> KeySet:
        """Return the keys of a unit.

        Raises:
            KeyError: there is no unit of that name.
        """
        return self.unit(name).keys()

    def unit(self, name: str) -> Unit:
        """Return a unit with the keys that it has now.

        Raises:
            KeyError: there is no unit of that name.
        """
        self._see_keys()
        for unit in self.config.units:
            if unit.name == name:
                return unit
        raise KeyError(name)

    def regenerate(self, name: str, key: Field) -> None:
        """Put a new key in the place of one that a unit has; the old one ends at once.

        Raises:
            KeyError: there is no unit of that name, or it has no such key.
        """
        with self._lock, self.state.change():
            if not can(self.unit(name), key):
                raise KeyError(key)
            before = self._regenerated or Regenerated(times={})
            self.state.put(KEYS, KEYS, before.again(name, PLACES[key]))
            self._see_keys()

    def _see_keys(self) -> None:
        """See which keys were regenerated; others may share the state."""
        found = self.state.get(Regenerated, KEYS, KEYS)
        if found != self._regenerated:
            self._regenerated = found
            self.config = found.applied(self._first) if found else self._first
            self.keyring = Keyring(self.config.units, self.roll.news())
            self.state.hide(*self.config.secrets)

    def clock(self) -> datetime:
        """Return the time as the sandbox sees it, in UTC."""
        ahead = self.state.get(Ahead, CLOCK, CLOCK)
        now = self._clock()
        return now + timedelta(seconds=ahead.seconds) if ahead else now

    def advance(self, step: timedelta) -> None:
        """Move the clock on; payments, tokens and deliveries see it.

        Raises:
            OverflowError: it would be more than a hundred years ahead.
        """
        with self._lock, self.state.change():
            ahead = self.state.get(Ahead, CLOCK, CLOCK) or Ahead(seconds=0)
            if ahead.seconds + step.total_seconds() > MOST_AHEAD:
                raise OverflowError("The sandbox's clock would be too far ahead.")
            ahead.seconds += step.total_seconds()
            self.state.put(CLOCK, CLOCK, ahead)
        self.catch_up()

    def catch_up(self) -> None:
        """Do what time has done: payments expire, charges become due, webhooks tell.

        What is asked for is always up to date; this is for what nobody asks for,
        whoever's it is: the seats of a workshop are looked at too.
        """
        for kind, passes in PASSING.items():
            with self._lock:
                rooms = self.state.rooms_due(kind, self.clock())
            for room in rooms:
                with self._lock, self.state.change():
                    passes(self._of_room(room))

    def _of_room(self, room: str) -> Call:
        """Return a call in the name of the sales unit that has a room."""
        name, _, msn = room.partition("/")
        environment = Environment(name)
        return Call(
            method="",
            path="",
            headers={MSN.lower(): msn},
            base=BASE_URLS[environment],
            environment=environment,
            now=self.clock(),
            sandbox=self,
            unit=self.keyring.by_number(environment, msn),
        )

    @contextmanager
    def change(self) -> Iterator[None]:
        """Change the state by hand; no call comes between, and it is all or nothing."""
        with self._lock, self.state.change():
            yield

    def deliver(self, receive: Receive | None = None) -> list[Attempt]:
        """Send the webhooks that are due; return what came of each attempt.

        Args:
            receive: takes the deliveries, and returns a status, instead of the
                addresses that were registered; for where there is no socket.
        """
        return self._courier.deliver(receive)

    def reset(self) -> None:
        """Forget everything that happened; the signing key and a workshop stay."""
        with self._lock:
            self.state.clear(SigningKey, *KINDS)
            self.state.empty(Progress, EXERCISES)
            self._see_keys()
            self._counters = Counters()
            self.log.clear()

    def variant(self, name: str) -> str:
        """Return the choice for something that is known in two ways."""
        return self._variants[name]

    def session(self) -> "requests.Session":
        """Return a session whose calls are answered here, with no socket."""
        from vippsdiag.sandbox.serving.adapter import session  # noqa: PLC0415 - loads requests

        return session(self)

    def handle(self, request: Request) -> Response:
        """Answer a request as the API would. Never raises."""
        reply = self.answer(of_request(request))
        return reply.response(reply.at or self.clock())

    def answer(self, received: Received) -> Reply:
        """Answer a request as the API would. Never raises."""
        if received.target.startswith(CONTROL):
            from vippsdiag.sandbox.control import control  # noqa: PLC0415 - start-up

            with self._lock:
                return control.answer(self, received)
        headers = received.headers()
        if received.target == "/" and "text/html" in headers.get("accept", ""):
            # Somebody has opened the address of the sandbox in a browser.
            return Reply(status=302, headers=(("Location", CONTROL),))
        with self._lock:
            self._see_keys()
            now = self.clock()
            try:
                asked = self.faults.on(received, headers)
            except FaultUnclear as error:
                reply = answers.gateway(400, str(error))
                self.log.add(received, reply, now, unclear=str(error))
                return reply
            if asked is not None:
                return self._faulty(asked, now)
            reply = self.reply(received, headers, now)
            reply.at = now
            self.log.add(received, reply, now)
        return reply

    def _faulty(self, asked: Asked, now: datetime) -> Reply:
        from vippsdiag.sandbox.faults.strike import strike  # noqa: PLC0415 - start-up

        received, reply = strike(self, asked, now)
        faults = tuple(str(fault) for fault, _ in asked.faults)
        self.log.add(received, reply, now, faults)
        return reply

    def reply(
        self, received: Received, headers: Mapping[str, str], now: datetime
    ) -> Reply:
        """Answer a request at a time, with no fault and no log."""
        call = self.call(received, headers, now)
        try:
            return self._serve(call)
        except Refusal as refusal:
            return refusal.reply

    def call(
        self, received: Received, headers: Mapping[str, str], now: datetime
    ) -> Call:
        """Return a request as the operations see it."""
        path, _, query = received.target.partition("?")
        environment, base, path = environment_at(received.base, path)
        return Call(
            method=received.method.upper(),
            path=path,
            query=query,
            headers=headers,
            body=received.body,
            base=base,
            environment=environment,
            now=now,
            sandbox=self,
        )

    def _serve(self, call: Call) -> Reply:
        served = ROUTES.find(call.path, call.environment)
        if not served:
            return answers.path_unknown(call)
        route = served.get(call.method)
        if route is None:
            return answers.method_unknown()
        call.params = params(route, call.path)
        route.gate(call)
        if route.limit:
            operation = f"{route.method} {route.template}"
            self._counters.count(call, operation, route.limit)
        if call.method == "GET":
            return route.serve(call)
        with self.state.change():
            try:
                return _changed(call, route)
            except Refusal as refusal:
                # What was done before it was refused stays, in a file as in memory.
                return refusal.reply


def _changed(call: Call, route: Route) -> Reply:
    forms = route.gate.forms

    def serve(call: Call) -> Reply:
        if route.body and (call.body or not route.optional):
            try:
                call.given = read(route.body, call.body)
            except Unreadable as error:
                raise Refusal(forms.unreadable(call, error.flaw)) from None
        return route.serve(call)

    return replayed(call, route.once, forms, serve) if route.once else serve(call)
