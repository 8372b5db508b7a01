"""What a call says, read as the sandbox reads it, to compare two calls."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from vippsdiag.environments import Environment
from vippsdiag.exchange import Request
from vippsdiag.sandbox.gateway.call import MSN, Call
from vippsdiag.sandbox.gateway.gate import KEY
from vippsdiag.sandbox.gateway.received import of_request
from vippsdiag.sandbox.keys.units import Unit
from vippsdiag.sandbox.simulator import Sandbox

# Values by the names that lead to them, with dots between.
Fields = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A call, in the parts that two calls can differ in.

    Attributes:
        host: as it was called, for hosts that are not the API's.
        caller: whose client_id or token it is; None if it is nobody's.
        owner: whose subscription key it is; None if it is nobody's.
        msn: the sales unit that it is about.
        fields: what the body says; empty if it cannot be read.
    """

    host: str
    environment: Environment | None
    method: str
    path: str
    query: Fields
    caller: Unit | None
    owner: Unit | None
    msn: str
    fields: Fields

    @property
    def where(self) -> str:
        """The environment, or else the host, as a person says it."""
        return self.environment.words if self.environment else self.host

    @property
    def what(self) -> tuple[str, str]:
        """The method and the path."""
        return self.method, self.path.lower()


def read(sandbox: Sandbox, request: Request) -> Seen:
    """Read a call."""
    received = of_request(request)
    call = sandbox.call(received, received.headers(), sandbox.clock())
    caller = _caller(sandbox, call)
    return Seen(
        host=request.host,
        environment=request.environment,
        method=call.method,
        path=call.path,
        query=call.asked,
        caller=caller,
        owner=sandbox.keyring.by_key(call.header(KEY)),
        msn=call.header(MSN) or (caller.msn if caller else ""),
        fields=fields_of(call.body.decode("utf-8", "replace")),
    )


def _caller(sandbox: Sandbox, call: Call) -> Unit | None:
    pair = call.basic
    client_id = call.header("client_id") or (pair[0] if pair else "")
    if not client_id:
        issued = sandbox.mint.find(call.header("Authorization").rpartition(" ")[2])
        client_id = issued.client_id if issued else call.form.get("client_id", "")
    return sandbox.keyring.by_client(client_id)


def fields_of(body: str) -> Fields:
    """Return what a body in JSON or of a form says; empty if it cannot be read."""
    text = body.strip()
    if text[:1] not in ("{", "["):
        return dict(parse_qsl(text, True))
    try:
        return dict(_leaves(json.loads(text), ""))
    except (ValueError, RecursionError):
        return {}


def _leaves(value: Any, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, below in value.items():
            yield from _leaves(below, f"{name}.{key}" if name else key)
    elif isinstance(value, list):
        for number, below in enumerate(value):
            yield from _leaves(below, f"{name}.{number}")
    else:
        yield name, f"{value}"
