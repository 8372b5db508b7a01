"""What was seen of a documented operation, and whether it is served at all."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import requests
from official import Edition, Operation

from vippsdiag.sandbox.simulator import ROUTES


def is_served(method: str, path: str, *, production: bool = True) -> bool:
    """Tell whether the sandbox's routing table has an operation."""
    return any(
        Operation(route.method, route.template).serves(method, path)
        for route in ROUTES.all
        if production or not route.production
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """A call, its answer, and what of them is not as documented."""

    edition: Edition
    operation: str
    status: int
    faults: tuple[str, ...]


def observe(
    editions: Iterable[Edition],
    request: requests.PreparedRequest,
    response: requests.Response,
) -> Iterator[Observed]:
    """Hold a call to an official host, and its answer, against every file."""
    path = str(urlsplit(request.url or "").path)
    for edition in editions:
        for operation in edition.operations:
            if operation.serves(request.method or "", path):
                # In what letters a path is written does not matter to the real hosts.
                asked = request.copy()
                asked.url = (request.url or "").replace(path, operation.spelled(path))
                yield Observed(
                    edition=edition,
                    operation=str(operation),
                    status=response.status_code,
                    faults=tuple(edition.faults(asked, response)),
                )
