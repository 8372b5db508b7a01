"""Calls to a running sandbox, each held against the official files."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import requests
from observing import Observed, is_served, observe
from official import Edition
from serving import Served

from vippsdiag.environments import BASE_URLS
from vippsdiag.sandbox import Unit

SYSTEM = {
    "Vipps-System-Name": "conformance",
    "Vipps-System-Version": "1.0",
    "Vipps-System-Plugin-Name": "conformance",
    "Vipps-System-Plugin-Version": "1.0",
}


class NotServedError(Exception):
    """The routing table has no such operation."""


@dataclass(kw_only=True)
class Caller:
    """Calls as a merchant would, and notes what was observed."""

    served: Served
    unit: Unit
    editions: Iterable[Edition]
    observed: list[Observed] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    token: str = ""
    last: requests.Response = field(default_factory=requests.Response)

    def keys(self) -> dict[str, str]:
        """Return the two headers of the keys themselves."""
        unit = self.unit
        return {"client_id": unit.client_id, "client_secret": unit.client_secret}

    def __call__(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        status: int,
        headers: dict[str, str | None] | None = None,
        form: dict[str, str] | None = None,
    ) -> Any:
        """Send a request, hold it and its answer against the files, return the JSON.

        Args:
            headers: besides the usual ones; None leaves one out.
        """
        if not is_served(method, path.partition("?")[0]):
            raise NotServedError(f"{method} {path}")
        request = requests.Request(
            method,
            BASE_URLS[self.unit.environment] + path,
            headers={k: v for k, v in (self._usual() | (headers or {})).items() if v},
            json=body,
            data=form,
        ).prepare()
        self.last = response = self._send(request)
        said = f"{method} {path}: {response.status_code} {response.text[:300]}"
        assert response.status_code == status, f"{said}, and {status} was expected"
        self.observed += observe(self.editions, request, response)
        return response.json() if response.content else None

    def _usual(self) -> dict[str, str | None]:
        return {
            "Accept": "application/json",
            "Authorization": f"Bearer {self.token}",
            "Ocp-Apim-Subscription-Key": self.unit.primary,
            "Merchant-Serial-Number": self.unit.msn,
            "Idempotency-Key": str(uuid.uuid4()),
            **SYSTEM,
        }

    def _send(self, request: requests.PreparedRequest) -> requests.Response:
        official = BASE_URLS[self.unit.environment]
        sent = request.copy()
        sent.url = (request.url or "").replace(official, self.served.base(self.unit))
        with requests.Session() as session:
            session.trust_env = False
            return session.send(sent, timeout=10, allow_redirects=False)
