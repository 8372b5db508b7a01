"""What the sandbox remembers, a sales unit at a time."""

from dataclasses import dataclass, field
from datetime import datetime

from vippsdiag.environments import Environment
from vippsdiag.sandbox.payments import Payment, sample


@dataclass(slots=True, kw_only=True)
class UnitState:
    """The state of one sales unit."""

    payments: dict[str, Payment] = field(default_factory=dict)


class State:
    """The state of all sales units."""

    def __init__(self) -> None:
        self._units: dict[tuple[Environment, str], UnitState] = {}

    def of(self, msn: str, environment: Environment, now: datetime) -> UnitState:
        """Return the state of a sales unit, which has one payment to read at first.

        Only a number that the caller may act for may be given.
        """
        found = self._units.get((environment, msn))
        if found is None:
            payment = sample(now)
            found = UnitState(payments={payment.reference: payment})
            self._units[environment, msn] = found
        return found
