"""Regenerated keys: an owner puts a new key in the place of one that it has.

Sales unit keys are regenerated in the portal, and the old value stops working (facts
1.5, high). How soon is not documented: here it stops at once (inferred). Tokens that
were issued before go on until they expire, for what becomes of them is not documented
either (facts section 9, number 15).
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec

from vippsdiag.keys import Field
from vippsdiag.sandbox.keys.units import SandboxConfig, Unit

# The attribute of a unit that holds each key that can be regenerated.
PLACES: Mapping[Field, str] = {
    Field.SUBSCRIPTION_KEY: "primary",
    Field.SECONDARY_SUBSCRIPTION_KEY: "secondary",
    Field.CLIENT_SECRET: "client_secret",
}


class Regenerated(msgspec.Struct):
    """How often each key was regenerated, by unit and place."""

    times: dict[str, int]

    def again(self, name: str, place: str) -> "Regenerated":
        """Return the same with a key regenerated once more."""
        key = _named(name, place)
        return Regenerated(times=self.times | {key: self.times.get(key, 0) + 1})

    def applied(self, config: SandboxConfig) -> SandboxConfig:
        """Return the units with the keys that they have now."""
        return replace(config, units=tuple(map(self._unit, config.units)))

    def _unit(self, unit: Unit) -> Unit:
        changed: dict[str, Any] = {}
        for place in PLACES.values():
            value = getattr(unit, place)
            for _ in range(self.times.get(_named(unit.name, place), 0)):
                value = _next(place, value)
            changed[place] = value
        return replace(unit, **changed)


def can(unit: Unit, key: Field) -> bool:
    """Tell whether a unit has a key of this kind, and it can be regenerated."""
    return key in PLACES and bool(getattr(unit, PLACES[key]))


def _named(name: str, place: str) -> str:
    return f"{place} of {name}"


def _next(place: str, value: str) -> str:
    """Return the key that follows: the same in the notebook, the server and a test."""
    digest = hashlib.sha256(f"vippsdiag/regenerated/{value}".encode()).digest()[:16]
    secret = place == PLACES[Field.CLIENT_SECRET]
    return base64.b64encode(digest).decode() if secret else digest.hex()
