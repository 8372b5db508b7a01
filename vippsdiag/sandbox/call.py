"""A call: one request on its way through the sandbox."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from vippsdiag.environments import Environment
from vippsdiag.exchange import Request
from vippsdiag.sandbox.units import Unit
from vippsdiag.secret import examine

if TYPE_CHECKING:
    from vippsdiag.sandbox.gate import Keyring
    from vippsdiag.sandbox.state import State, UnitState

MSN = "Merchant-Serial-Number"


@dataclass(slots=True, kw_only=True)
class Call:
    """A request, and what was found out about it.

    Attributes:
        params: the variable parts of the path.
        unit: the owner of the token; None before the gate was passed.
        owner: the owner of the subscription key; None before the gate was passed.
    """

    request: Request
    environment: Environment
    now: datetime
    keyring: "Keyring"
    state: "State"
    params: dict[str, str] = field(default_factory=dict)
    unit: Unit | None = None
    owner: Unit | None = None

    @property
    def msn(self) -> str:
        """The number as sent; no secret, but something else may stand there."""
        return examine(self.request.headers.get(MSN) or "", str.strip)

    @property
    def acts(self) -> bool:
        """Whether the owner of the token may act for the number."""
        unit, msn = self.unit, self.msn
        return unit is not None and (msn == unit.msn or msn in unit.connected)

    @property
    def room(self) -> "UnitState":
        """The state of the sales unit that the call is about."""
        return self.state.of(self.msn, self.environment, self.now)
