"""Calls to a running sandbox, each held against the official files."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
from official import Edition, Operation
from serving import Served

from vippsdiag.environments import BASE_URLS
from vippsdiag.sandbox import Unit
from vippsdiag.sandbox.simulator import ROUTES

SYSTEM = {
    "Vipps-System-Name": "conformance",
    "Vipps-System-Version": "1.0",
    "Vipps-System-Plugin-Name": "conformance",
    "Vipps-System-Plugin-Version": "1.0",
}


def is_served(method: str, path: str, *, production: bool = True) -> bool:
    """Tell whether the sandbox's routing table has an operation."""
    return any(
        Operation(route.method, route.template).serves(method, path)
        for route in ROUTES.all
        if production or not route.production
    )


class NotServedError(Exception):
    """The routing table has no such operation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """A call, its answer, and what of them is not as documented."""

    edition: Edition
    operation: str
    status: int
    faults: tuple[str, ...]


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
        self._note(request, response)
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

    def _note(
        self, request: requests.PreparedRequest, response: requests.Response
    ) -> None:
        path = str(urlsplit(request.url or "").path)
        for edition in self.editions:
            for operation in edition.operations:
                if operation.serves(request.method or "", path):
                    observed = Observed(
                        edition=edition,
                        operation=str(operation),
                        status=response.status_code,
                        faults=tuple(edition.faults(request, response)),
                    )
                    self.observed.append(observed)
