"""The sandbox's own description: it is OpenAPI, and it says what is served."""

import json
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from vippsdiag.cli.sandbox import command
from vippsdiag.sandbox import Sandbox
from vippsdiag.sandbox.apis import ROUTES
from vippsdiag.sandbox.control.describe import openapi
from vippsdiag.sandbox.gateway import gate
from vippsdiag.sandbox.gateway.received import Received

PAYMENTS = "/epayment/v1/payments"


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(openapi("http://127.0.0.1:8080")))
    return found


def operations(described: dict[str, Any]) -> dict[tuple[str, str], Any]:
    return {
        (method.upper(), path): operation
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    }


def test_it_is_openapi(described: dict[str, Any]) -> None:
    validate(described)
    assert described["openapi"] == "3.1.0"


def test_it_describes_all_that_is_served_and_nothing_else(
    described: dict[str, Any],
) -> None:
    served = {(route.method, route.template) for route in ROUTES.all}
    assert operations(described).keys() == served


def test_every_operation_has_a_name_of_its_own_and_a_summary(
    described: dict[str, Any],
) -> None:
    found = operations(described).values()
    names = [operation["operationId"] for operation in found]
    assert len(set(names)) == len(names)
    assert all(operation["summary"] for operation in found)


def test_it_says_what_a_gate_asks_for(described: dict[str, Any]) -> None:
    for route in ROUTES.all:
        operation = described["paths"][route.template][route.method.lower()]
        (asked,) = operation["security"] or [{}]
        assert ("subscription_key" in asked) is (gate.key in route.gate.steps)
        assert ("access_token" in asked) is (gate.token in route.gate.steps)
        numbers = [
            parameter["required"]
            for parameter in operation["parameters"]
            if parameter["name"] == "Merchant-Serial-Number"
        ]
        if gate.number in route.gate.steps:
            assert numbers == [True]


def test_it_says_what_a_payment_is_made_of(described: dict[str, Any]) -> None:
    create = described["paths"][PAYMENTS]["post"]
    names = {parameter["name"] for parameter in create["parameters"]}
    assert names == {"Merchant-Serial-Number", "Idempotency-Key"}
    schema = create["requestBody"]["content"]["application/json"]["schema"]
    validator = Draft202012Validator(schema | {"components": described["components"]})
    body = {
        "amount": {"value": 1000, "currency": "NOK"},
        "paymentMethod": {"type": "WALLET"},
        "reference": "order-12345",
        "userFlow": "WEB_REDIRECT",
    }
    assert validator.is_valid(body)
    assert not validator.is_valid({"amount": 1000})


def test_the_token_endpoints_say_where_the_keys_go(described: dict[str, Any]) -> None:
    standard = described["paths"]["/accesstoken/get"]["post"]["security"]
    assert standard == [{"subscription_key": [], "client_id": [], "client_secret": []}]
    specialized = described["paths"]["/miami/v1/token"]["post"]
    assert specialized["security"] == [{"client": []}]
    (kind,) = specialized["requestBody"]["content"]
    assert kind == "application/x-www-form-urlencoded"


def test_both_environments_are_named(described: dict[str, Any]) -> None:
    assert [server["url"] for server in described["servers"]] == [
        "http://127.0.0.1:8080",
        "http://127.0.0.1:8080/production",
    ]


def test_the_sandbox_serves_it(described: dict[str, Any]) -> None:
    reply = Sandbox().answer(
        Received(
            method="GET",
            base="http://127.0.0.1:8080",
            target="/_sandbox/openapi.json",
        )
    )
    assert json.loads(reply.body) == described


def test_the_command_prints_it() -> None:
    done = CliRunner().invoke(command, ["--describe"])
    assert done.exit_code == 0
    assert json.loads(done.output)["paths"].keys() == openapi()["paths"].keys()
