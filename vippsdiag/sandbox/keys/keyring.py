"""Whose each key is."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import TypeVar

from vippsdiag.environments import Environment
from vippsdiag.keys import KeyKind
from vippsdiag.sandbox.keys.units import Unit

Name = TypeVar("Name", bound=Hashable)


class Keyring:
    """Finds the owner of a key.

    Args:
        units: the owners.
        more: returns owners that were added since; asked where nobody is found.
    """

    def __init__(
        self, units: Iterable[Unit], more: Callable[[], Iterable[Unit]] = tuple
    ) -> None:
        self._more = more
        self._by_client: dict[str, Unit] = {}
        self._by_number: dict[tuple[Environment, str], Unit] = {}
        self._by_key: dict[str, Unit] = {}
        self._partners: dict[tuple[Environment, str], list[Unit]] = {}
        self._add(units)

    def _add(self, units: Iterable[Unit]) -> None:
        for unit in units:
            if unit.client_id in self._by_client:
                continue
            self._by_client[unit.client_id] = unit
            self._by_number[unit.environment, unit.msn] = unit
            for key in filter(None, (unit.primary, unit.secondary)):
                self._by_key[key] = unit
            if unit.kind is KeyKind.PARTNER:
                for number in unit.connected:
                    found = self._partners.setdefault((unit.environment, number), [])
                    found.append(unit)

    def by_client(self, client_id: str) -> Unit | None:
        """Return the unit with a client_id."""
        return self._find(self._by_client, client_id.lower()) if client_id else None

    def by_key(self, key: str) -> Unit | None:
        """Return the unit with a subscription key."""
        return self._find(self._by_key, key.lower()) if key else None

    def by_number(self, environment: Environment, msn: str) -> Unit | None:
        """Return the sales unit with a merchant serial number."""
        return self._find(self._by_number, (environment, msn)) if msn else None

    def partners_of(self, environment: Environment, msn: str) -> Iterable[Unit]:
        """Return the partners that may act for a sales unit."""
        return self._partners.get((environment, msn), ())

    def _find(self, table: Mapping[Name, Unit], name: Name) -> Unit | None:
        found = table.get(name)
        if found is None:
            self._add(self._more())
            found = table.get(name)
        return found
