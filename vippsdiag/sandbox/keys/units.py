"""The sales units, the partner and the accountant that the sandbox knows.

Their keys have the real shapes and are made from a seed, so that the same seed gives
the same keys in the notebook, in the server and in a test. They open nothing else.
"""

import base64
import hashlib
import uuid
from dataclasses import dataclass, field, replace
from typing import Any

from vippsdiag.environments import Environment
from vippsdiag.keys import KeyKind, KeySet
from vippsdiag.products import PRODUCTS

# Where Login may lead, as a unit's owner would have entered it in the portal; the last
# one is the official Postman environment's.
REDIRECT_URIS = (
    "https://example.com/callback",
    "http://localhost:3000/callback",
    "http://localhost",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """The owner of one set of keys.

    Attributes:
        name: what people choose it by.
        products: the APIs that are activated for it.
        connected: for a partner, the merchant serial numbers it may act for.
        redirect_uris: where Login may lead, byte for byte.
        secret_in_form: whether the token endpoint of Login takes the client secret in
            the form (client_secret_post) instead of in a Basic header.
        market: the country that it is registered in: NO, DK or FI.
        organisation: the number of the merchant that it belongs to.
        ledgers: for an accountant, the merchant serial numbers whose merchants let it
            read their ledgers.
        troubles: codes of ePayment's errors that its settings lead to wherever they
            apply, such as 5080 where PUSH_MESSAGE was not approved.
    """

    name: str
    environment: Environment
    kind: KeyKind
    client_id: str
    client_secret: str = field(repr=False)
    primary: str = field(repr=False, default="")
    secondary: str = field(repr=False, default="")
    msn: str = ""
    products: frozenset[str] = frozenset()
    connected: frozenset[str] = frozenset()
    redirect_uris: tuple[str, ...] = REDIRECT_URIS
    secret_in_form: bool = False
    market: str = "NO"
    organisation: str = "987654321"
    ledgers: frozenset[str] = frozenset()
    troubles: frozenset[int] = frozenset()

    def keys(self) -> KeySet:
        """Return the keys as a user would have them."""
        return KeySet(
            client_id=self.client_id,
            client_secret=self.client_secret,
            subscription_key=self.primary or None,
            secondary_subscription_key=self.secondary or None,
            msn=self.msn or next(iter(sorted(self.connected)), None),
            kind=self.kind,
            environment=self.environment,
        )

    def shown(self) -> dict[str, object]:
        """Return what its owner would see in the portal, with the keys as they are."""
        return {
            "name": self.name,
            "environment": self.environment,
            "kind": self.kind,
            "merchant_serial_number": self.msn,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "subscription_key": self.primary,
            "secondary_subscription_key": self.secondary,
            "products": sorted(self.products),
            "connected": sorted(self.connected),
        }


ALL = frozenset(product.name for product in PRODUCTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxConfig:
    """What the sandbox begins with.

    Attributes:
        units: every owner of keys.
    """

    units: tuple[Unit, ...]

    @property
    def secrets(self) -> tuple[str, ...]:
        """The keys that are nobody's but their owner's."""
        return tuple(
            key
            for unit in self.units
            for key in (unit.client_secret, unit.primary, unit.secondary)
            if key
        )

    @classmethod
    def from_seed(cls, seed: int | str = 0) -> "SandboxConfig":
        """Return two test units, two production units, a partner and an accountant.

        The partner may act for the first production unit, and for no other; that
        unit's ledger is the one that the accountant may read.
        """
        test, production = Environment.TEST, Environment.PRODUCTION
        shop = _unit(seed, "Production unit", production, products=ALL)
        other = _unit(seed, "Production unit of no partner", production, products=ALL)
        return cls(
            units=(
                _unit(seed, "Test unit", test, products=ALL),
                _unit(seed, "Test unit without ePayment", test, products={"Webhooks"}),
                shop,
                replace(other, organisation="987654350"),
                _partner(seed, shop),
                _accountant(seed, shop),
            )
        )


def _digest(seed: int | str, name: str, part: str) -> bytes:
    return hashlib.sha256(f"vippsdiag/{seed}/{name}/{part}".encode()).digest()


def _client(seed: int | str, name: str) -> dict[str, Any]:
    secret = base64.b64encode(_digest(seed, name, "client_secret")[:16])
    number = _digest(seed, name, "client_id")[:16]
    return {
        "client_id": str(uuid.UUID(bytes=number, version=4)),
        "client_secret": secret.decode(),
    }


def _keys(seed: int | str, name: str) -> dict[str, Any]:
    parts = ("primary", "secondary")
    keys = {part: _digest(seed, name, part)[:16].hex() for part in parts}
    return _client(seed, name) | keys


def _unit(
    seed: int | str,
    name: str,
    environment: Environment,
    products: set[str] | frozenset[str],
) -> Unit:
    number = int.from_bytes(_digest(seed, name, "msn")[:4]) % 900_000 + 100_000
    return Unit(
        name=name,
        environment=environment,
        kind=KeyKind.SALES_UNIT,
        msn=str(number),
        products=frozenset(products),
        **_keys(seed, name),
    )


def unit_made(seed: int | str, name: str, kind: KeyKind) -> Unit:
    """Return an owner of keys in production, with every product and no number."""
    return Unit(
        name=name,
        environment=Environment.PRODUCTION,
        kind=kind,
        products=ALL,
        **_keys(seed, name),
    )


def _partner(seed: int | str, shop: Unit) -> Unit:
    partner = unit_made(seed, "Partner", KeyKind.PARTNER)
    return replace(partner, connected=frozenset({shop.msn}))


def _accountant(seed: int | str, shop: Unit) -> Unit:
    name = "Accounting partner"
    return Unit(
        name=name,
        environment=Environment.PRODUCTION,
        kind=KeyKind.ACCOUNTING,
        ledgers=frozenset({shop.msn}),
        **_client(seed, name),
    )
