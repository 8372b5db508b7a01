"""Whose each key is."""

from collections.abc import Iterable

from vippsdiag.environments import Environment
from vippsdiag.sandbox.units import Unit


class Keyring:
    """Finds the owner of a key."""

    def __init__(self, units: Iterable[Unit]) -> None:
        units = tuple(units)
        self._by_client = {unit.client_id: unit for unit in units}
        self._by_number = {(unit.environment, unit.msn): unit for unit in units}
        self._by_key = {
            key: unit for unit in units for key in (unit.primary, unit.secondary) if key
        }

    def by_client(self, client_id: str) -> Unit | None:
        """Return the unit with a client_id."""
        return self._by_client.get(client_id.lower())

    def by_key(self, key: str) -> Unit | None:
        """Return the unit with a subscription key."""
        return self._by_key.get(key.lower())

    def by_number(self, environment: Environment, msn: str) -> Unit | None:
        """Return the sales unit with a merchant serial number."""
        return self._by_number.get((environment, msn)) if msn else None
