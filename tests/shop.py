"""A shop with the keys of one sales unit; the sandbox answers it in process."""

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any

import requests

from vippsdiag.environments import BASE_URLS
from vippsdiag.sandbox import Sandbox, SandboxConfig
from vippsdiag.sandbox.keys.tokens import KEY_ID, ROOM, Mint, SigningKey
from vippsdiag.sandbox.keys.units import Unit
from vippsdiag.sandbox.state.state import Memory

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
KEY, MSN = "Ocp-Apim-Subscription-Key", "Merchant-Serial-Number"


@cache
def _signing_key() -> SigningKey:
    """Make the key that signs tokens once, for it takes a while."""
    state = Memory()
    _ = Mint(state).key
    made = state.get(SigningKey, ROOM, KEY_ID)
    assert made is not None
    return made


def fresh(config: SandboxConfig | None = None) -> Sandbox:
    """Return a new sandbox whose clock stands still at `NOW`."""
    state = Memory()
    state.put(ROOM, KEY_ID, _signing_key())
    return Sandbox(config, clock=lambda: NOW, state=state)


class Shop:
    """Calls with the headers that a shop sends.

    Args:
        sandbox: what answers; one whose clock stands still at `NOW` if not given.
        name: the unit whose keys are used.
        units: where to find it; those that the sandbox begins with if not given.
    """

    def __init__(
        self,
        sandbox: Sandbox | None = None,
        name: str = "Test unit",
        *,
        units: Iterable[Unit] | None = None,
    ) -> None:
        self.sandbox = sandbox or fresh()
        units = self.sandbox.config.units if units is None else units
        self.unit = next(unit for unit in units if unit.name == name)
        self.base = BASE_URLS[self.unit.environment]
        self.session = self.sandbox.session()
        self.session.headers[KEY] = self.unit.primary
        if self.unit.msn:
            self.session.headers[MSN] = self.unit.msn
        self.log_in()

    def log_in(self) -> None:
        """Fetch a new token."""
        keys = {
            "client_id": self.unit.client_id,
            "client_secret": self.unit.client_secret,
        }
        answer = self.session.post(self.base + "/accesstoken/get", headers=keys)
        token = answer.json()["access_token"]
        self.session.headers["Authorization"] = f"Bearer {token}"

    def call(
        self, method: str, path: str, body: object = None, **headers: str | None
    ) -> requests.Response:
        """Send a call; a header without a value is left out."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        fresh: dict[str, Any] = {"Idempotency-Key": str(uuid.uuid4())} | named
        url = path if path.startswith("http") else self.base + path
        return self.session.request(
            method, url, json=body, headers=fresh, allow_redirects=False
        )

    def ask(
        self, method: str, path: str, body: object = None, status: int = 200
    ) -> Any:
        """Send a call that has to be answered with a status; return what it says."""
        answer = self.call(method, path, body)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None
