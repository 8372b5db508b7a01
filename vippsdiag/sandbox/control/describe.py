"""The sandbox's own description, as OpenAPI 3.1, made from its routing table.

It says what the sandbox serves, not what the real API does; for that there are the
official specifications.
"""

from collections.abc import Iterable
from inspect import cleandoc
from typing import Any

import msgspec

from vippsdiag.environments import SANDBOX_PRODUCTION
from vippsdiag.evidence import SPECIALIZED_TOKEN_PATH, STANDARD_TOKEN_PATH
from vippsdiag.sandbox.apis import ROUTES
from vippsdiag.sandbox.apis.payments import SAMPLE_REFERENCE
from vippsdiag.sandbox.gateway import gate
from vippsdiag.sandbox.gateway.call import MSN
from vippsdiag.sandbox.gateway.routes import Route
from vippsdiag.version import __version__

SCHEMAS = "#/components/schemas/{name}"
# What is there from the beginning, so that a reading call finds something.
EXAMPLES = {"reference": SAMPLE_REFERENCE}

SECURITY = {
    "subscription_key": {"type": "apiKey", "in": "header", "name": gate.KEY},
    "access_token": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": f"From POST {STANDARD_TOKEN_PATH}.",
    },
    "specialized_token": {
        "type": "http",
        "scheme": "bearer",
        "description": f"From POST {SPECIALIZED_TOKEN_PATH}.",
    },
    "client_id": {"type": "apiKey", "in": "header", "name": "client_id"},
    "client_secret": {"type": "apiKey", "in": "header", "name": "client_secret"},
    "client": {"type": "http", "scheme": "basic"},
}
# What each step of a gate asks for.
STEPS: dict[gate.Step, str] = {
    gate.key: "subscription_key",
    gate.token: "access_token",
    gate.specialized_token: "specialized_token",
}
CLIENTS = {
    STANDARD_TOKEN_PATH: ("client_id", "client_secret"),
    SPECIALIZED_TOKEN_PATH: ("client",),
}


def openapi(base: str = "http://127.0.0.1") -> dict[str, Any]:
    """Return the description.

    Args:
        base: the address of the sandbox, with no slash behind.
    """
    bodies, schemas = _schemas(ROUTES.all)
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES.all:
        operations = paths.setdefault(route.template, {})
        operations[route.method.lower()] = _operation(route, bodies)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "The sandbox of vippsdiag",
            "version": __version__,
            "description": "A stand-in for the Vipps MobilePay APIs, for tests.",
        },
        "servers": [
            {"url": base, "description": "As the test environment."},
            {"url": base + SANDBOX_PRODUCTION, "description": "As production."},
        ],
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": SECURITY},
    }


def _schemas(routes: Iterable[Route]) -> tuple[dict[Any, Any], dict[str, Any]]:
    """Return the schema of every kind of body, and what they refer to."""
    kinds = list({route.body for route in routes if route.body is not None})
    found, components = msgspec.json.schema_components(kinds, ref_template=SCHEMAS)
    return dict(zip(kinds, found, strict=True)), components


def _operation(route: Route, bodies: dict[Any, Any]) -> dict[str, Any]:
    summary, _, more = cleandoc(route.serve.__doc__ or "").partition("\n\n")
    found: dict[str, Any] = {
        "operationId": _identifier(route),
        "summary": " ".join(summary.split()),
        "tags": [route.parts[1]],
        "parameters": [*_in_path(route), *_in_headers(route)],
        "responses": _responses(),
        "security": _security(route),
    }
    if more:
        found["description"] = " ".join(more.split())
    if route.body is not None:
        schema = {"schema": bodies[route.body]}
        found["requestBody"] = {
            "required": not route.optional,
            "content": {"application/json": schema},
        }
    elif route.template == SPECIALIZED_TOKEN_PATH:
        found["requestBody"] = _GRANT
    return found


_GRANT = {
    "required": True,
    "content": {
        "application/x-www-form-urlencoded": {
            "schema": {
                "type": "object",
                "required": ["grant_type"],
                "properties": {"grant_type": {"const": "client_credentials"}},
            }
        }
    },
}


def _identifier(route: Route) -> str:
    # Some paths are served with a slash at the end and without.
    words = (part.strip("{}") or "slash" for part in route.parts[1:])
    return "-".join([route.method.lower(), *words])


def _in_path(route: Route) -> list[dict[str, Any]]:
    names = (name for _, name in route.variable)
    return [_parameter(name, "path", EXAMPLES.get(name, "")) for name in names]


def _in_headers(route: Route) -> list[dict[str, Any]]:
    found = []
    if gate.number in route.gate.steps:
        found.append(_parameter(MSN, "header"))
    elif gate.link in route.gate.steps:
        found.append(_parameter(MSN, "header", required=False))
    if route.once:
        once = route.once
        key = _parameter(once.name, "header", required=once.required)
        key["schema"] |= {"maxLength": once.longest}
        found.append(key)
    return found


def _parameter(
    name: str, where: str, example: str = "", *, required: bool = True
) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string", "minLength": 1}
    if name == MSN:
        schema["pattern"] = "^[0-9]{4,7}$"
    found: dict[str, Any] = {
        "name": name,
        "in": where,
        "required": required,
        "schema": schema,
    }
    return found | ({"example": example} if example else {})


def _security(route: Route) -> list[dict[str, list[str]]]:
    names = [STEPS[step] for step in route.gate.steps if step in STEPS]
    names += CLIENTS.get(route.template, ())
    return [{name: [] for name in names}] if names else []


def _responses() -> dict[str, Any]:
    return {
        "2XX": {"description": "It was done."},
        "3XX": {"description": "It goes on at another address."},
        "4XX": {"description": "It was refused, in the form of the product."},
    }
