"""A call: one request on its way through the sandbox.

The sandbox is the one place of the package that receives requests, so a call holds
their values as they were sent. It is never printed and never kept; what is kept for
the log is an `Exchange`, whose secrets are concealed.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from vippsdiag.environments import Environment
from vippsdiag.sandbox.keys.units import Unit
from vippsdiag.sandbox.state.state import Room

if TYPE_CHECKING:
    from vippsdiag.sandbox.simulator import Sandbox

MSN = "Merchant-Serial-Number"


@dataclass(slots=True, kw_only=True)
class Call:
    """A request, and what was found out about it.

    Attributes:
        path: as the API sees it, without the prefix that stands for production.
        query: the part behind the question mark.
        headers: the values as sent, by name in lower case.
        base: the address that the client reaches this API at, with no slash behind.
        now: the time as this call sees it.
        params: the variable parts of the path.
        unit: the owner of the token; None before the gate was passed.
        owner: the owner of the subscription key; None before the gate was passed.
        given: the body as the operation declares it; None if it takes none.
    """

    method: str
    path: str
    query: str = field(default="", repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(default=b"", repr=False)
    base: str
    environment: Environment
    now: datetime
    sandbox: "Sandbox" = field(repr=False)
    params: dict[str, str] = field(default_factory=dict, repr=False)
    unit: Unit | None = None
    owner: Unit | None = None
    given: Any = field(default=None, repr=False)
    _msn: str = ""
    _room: Room | None = field(default=None, repr=False)

    def header(self, name: str) -> str:
        """Return the value of a header without blanks around it; empty for none."""
        return self.headers.get(name.lower(), "").strip()

    @property
    def msn(self) -> str:
        """The merchant serial number as sent, or else that of the token's owner."""
        if not self._msn:
            self._msn = self.header(MSN) or (self.unit.msn if self.unit else "")
        return self._msn

    @property
    def room(self) -> Room:
        """The state of the sales unit that the call is about."""
        if self._room is None or not self._msn:
            self._room = Room(self.sandbox.state, f"{self.environment}/{self.msn}")
        return self._room

    @property
    def form(self) -> dict[str, str]:
        """The body read as form fields; of equal names the last counts."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), True))

    @property
    def asked(self) -> dict[str, str]:
        """The fields of the query; of equal names the last counts."""
        return dict(parse_qsl(self.query, True))

    @property
    def basic(self) -> tuple[str, str] | None:
        """The two halves of a ``Basic`` header; None if there is none to read."""
        scheme, _, rest = self.header("Authorization").partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            text = base64.b64decode(rest.strip(), validate=True).decode()
        except (binascii.Error, ValueError):
            return None
        name, colon, secret = text.partition(":")
        return (name, secret) if colon else None
