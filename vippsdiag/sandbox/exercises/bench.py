"""A learner's bench: the keys of a seat, what stands between, and how to send.

Every seat of a workshop has sales units of its own in one sandbox, so that nobody is in
anybody's way.
"""

import json
import uuid
from collections.abc import Iterable, Mapping
from datetime import timedelta
from itertools import count
from typing import Any

from vippsdiag.environments import (
    BASE_URLS,
    HOSTS,
    LOOPBACK_HOSTS,
    SANDBOX_PRODUCTION,
    Environment,
)
from vippsdiag.errors import VippsdiagError
from vippsdiag.evidence import (
    SPECIALIZED_TOKEN_PATH,
    STANDARD_TOKEN_PATH,
    Context,
    Evidence,
)
from vippsdiag.exchange import Exchange, Failure, FailureKind, Headers, Request
from vippsdiag.language import say
from vippsdiag.samples import basic
from vippsdiag.sandbox.exercises.between import (
    HOOK,
    SHOP,
    ahead,
    at_the_shop,
    on_the_way,
    through_proxy,
)
from vippsdiag.sandbox.gateway.call import MSN
from vippsdiag.sandbox.gateway.gate import KEY
from vippsdiag.sandbox.gateway.reply import http_date
from vippsdiag.sandbox.keys.units import SandboxConfig, Unit
from vippsdiag.sandbox.simulator import Sandbox
from vippsdiag.webhooks import content_hash, sign

Changes = Mapping[str, str | None]


def classroom(seats: int) -> SandboxConfig:
    """Return what a sandbox begins with for so many seats, numbered from 0."""
    configs = map(SandboxConfig.from_seed, range(seats))
    return SandboxConfig(
        units=tuple(unit for config in configs for unit in config.units)
    )


class Bench:
    """The place of one learner.

    Args:
        sandbox: what answers; it must know the keys of the seat.
        seat: the number of the seat, which its keys are made from.
        name: what is being done here; references begin with it.
        turn: how often that was begun, so that references are new each time.
        address: where the sandbox is served; the API's own hosts if empty.
        units: the keys of the seat, where they are not made from its number.

    Attributes:
        settings: what can be set beside the call, such as how a proxy behaves.
        made: what was made for the case, such as an agreement, by what it is.
        exchanges: what went before the call and belongs to the case.
        context: what is known about the case.
        refused_agent: a User-Agent that the firewall in front of the API refuses.

    Raises:
        VippsdiagError: the sandbox has no such seat.
    """

    def __init__(  # noqa: PLR0913 - each is one thing to say about the place
        self,
        sandbox: Sandbox,
        seat: int = 0,
        *,
        name: str = "order",
        turn: int = 1,
        address: str = "",
        units: Iterable[Unit] | None = None,
    ) -> None:
        self.sandbox = sandbox
        self.seat = seat
        self.settings: dict[str, str] = {}
        self.made: dict[str, str] = {}
        self.exchanges: list[Exchange] = []
        self.context = Context()
        self.refused_agent = ""
        self._name = f"{name}-{turn}"
        self._keys = count(1)
        self._address = address.rstrip("/")
        units = SandboxConfig.from_seed(seat).units if units is None else units
        self.units = {unit.name: unit for unit in units}
        known = sandbox.keyring.by_client
        if not all(known(unit.client_id) for unit in self.units.values()):
            raise VippsdiagError(say("The sandbox has no seat {seat}.", seat=seat))

    # Who there is.

    @property
    def test(self) -> Unit:
        """A sales unit in test, with every product."""
        return self.units["Test unit"]

    @property
    def bare(self) -> Unit:
        """A sales unit in test without ePayment."""
        return self.units["Test unit without ePayment"]

    @property
    def shop(self) -> Unit:
        """A sales unit in production, which the partner may act for."""
        return self.units["Production unit"]

    @property
    def stranger(self) -> Unit:
        """A sales unit in production, which the partner may not act for."""
        return self.units["Production unit of no partner"]

    @property
    def partner(self) -> Unit:
        """A partner."""
        return self.units["Partner"]

    @property
    def accountant(self) -> Unit:
        """An accounting partner."""
        return self.units["Accounting partner"]

    def know(self, **parts: Any) -> None:
        """Take something for known about the case; the names are `Context`'s."""
        self.context = Context(**parts)

    # What a call is made of.

    def reference(self, word: str = "") -> str:
        """Return a reference that is new in this turn, and the same all through it."""
        return f"{self._name}-{word}" if word else self._name

    def url(self, environment: Environment, path: str) -> str:
        """Return the address of a path."""
        if not self._address:
            return BASE_URLS[environment] + path
        production = environment is Environment.PRODUCTION
        return self._address + (SANDBOX_PRODUCTION if production else "") + path

    def token(self, unit: Unit, age: timedelta = timedelta()) -> str:
        """Return an access token of a unit that was issued a while ago."""
        issued = self.sandbox.clock() - age
        mint = self.sandbox.mint
        with self.sandbox.change():
            if unit.kind.specialized:
                return str(mint.specialized(unit, issued)["access_token"])
            return mint.standard(unit, issued)["access_token"]

    def token_call(
        self, unit: Unit, at: Environment | None = None, **changes: str | None
    ) -> Request:
        """Return the call for a token; a header given as None is left out."""
        headers: dict[str, str | None] = {
            "client_id": unit.client_id,
            "client_secret": unit.client_secret,
            KEY: unit.primary,
            MSN: unit.msn or None,
        }
        url = self.url(at or unit.environment, STANDARD_TOKEN_PATH)
        return request("POST", url, headers | changes)

    def specialized_call(self, unit: Unit, at: Environment | None = None) -> Request:
        """Return the call for a token of the specialized endpoint."""
        headers = {
            "Authorization": basic(unit.client_id, unit.client_secret),
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
        }
        url = self.url(at or unit.environment, SPECIALIZED_TOKEN_PATH)
        return request("POST", url, headers, "grant_type=client_credentials")

    def api_call(
        self,
        unit: Unit,
        path: str = "/webhooks/v1/webhooks",
        method: str = "GET",
        *,
        body: object = None,
        headers: Changes | None = None,
    ) -> Request:
        """Return a call to an API with a new token; None leaves a header out.

        What changes something has a new idempotency key.
        """
        sent: dict[str, str | None] = {
            "Authorization": f"Bearer {self.token(unit)}",
            KEY: unit.primary or None,
            MSN: unit.msn or None,
        }
        if method != "GET":
            sent["Idempotency-Key"] = self._key(unit)
        if body is not None:
            sent["Content-Type"] = "application/json"
        url = self.url(unit.environment, path)
        return request(method, url, sent | dict(headers or {}), body)

    def _key(self, unit: Unit) -> str:
        """Return an idempotency key: new in this turn, the same in every sandbox."""
        name = f"{unit.client_id} {self._name} {next(self._keys)}"
        return str(uuid.uuid5(uuid.NAMESPACE_OID, name))

    def delivery(self, body: str, secret: str) -> Request:
        """Return a webhook as it reaches the shop, signed with a secret."""
        date, hashed = http_date(self.sandbox.clock()), content_hash(body)
        path = HOOK.partition(SHOP)[2]
        signed = sign(secret, path=path, date=date, host=SHOP, body_hash=hashed)
        headers = {
            "Host": SHOP,
            "x-ms-date": date,
            "x-ms-content-sha256": hashed,
            "Authorization": "HMAC-SHA256 SignedHeaders=x-ms-date;host;"
            f"x-ms-content-sha256&Signature={signed}",
        }
        return request("POST", HOOK, headers, body)

    # What becomes of it.

    def send(self, call: Request) -> Exchange:
        """Send a call the way it goes from here, and return it as it arrived."""
        call = through_proxy(call, self.settings)
        now = self.sandbox.clock() + ahead(self.settings)
        if call.host == SHOP:
            response = at_the_shop(call, self.settings)
        elif call.host in HOSTS.values() or call.host in LOOPBACK_HOSTS:
            answered = on_the_way(call, self.settings, self.refused_agent)
            response = answered or self.sandbox.handle(call)
        else:
            words = f"Could not resolve host: {call.host}"
            failure = Failure(kind=FailureKind.DNS, message=words)
            return Exchange(request=call, failure=failure, started=now)
        return Exchange(request=call, response=response, started=now)

    def show(self, call: Request) -> Exchange:
        """Send a call that belongs to the case and goes before the one to mend."""
        exchange = self.send(call)
        self.exchanges.append(exchange)
        return exchange

    def evidence(self, exchange: Exchange) -> Evidence:
        """Return what there is to go by once a call was made."""
        return Evidence(
            exchanges=(*self.exchanges, exchange),
            context=self.context,
            now=self.sandbox.clock(),
            webhook_secret=self.settings.get("webhook_secret"),
        )


def request(method: str, url: str, headers: Changes, body: object = None) -> Request:
    """Return a request; a header given as None is left out."""
    sent = [(name, value) for name, value in headers.items() if value is not None]
    text = body if body is None or isinstance(body, str) else json.dumps(body)
    return Request(method=method, url=url, headers=Headers(sent), body=text)
