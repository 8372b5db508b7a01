"""The official Postman collections, run by newman with the keys of the sandbox."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from serving import Served

from vippsdiag.environments import BASE_URLS, SANDBOX_PRODUCTION, Environment
from vippsdiag.sandbox import Unit

# Milliseconds between two requests, where time has to pass for a buyer to decide.
PAUSES = {"login": "300"}
BASES = {"base_url": False, "base_url_production": True}
LOGIN = "/access-management-1.0/access"
DISCOVERY = LOGIN + "/.well-known/openid-configuration"
# What the login collection reads from the answer to the discovery request.
DISCOVERED = {
    "well-known_uri": DISCOVERY,
    "token_endpoint": LOGIN + "/oauth2/token",
    "init_ciba_endpoint": "/vipps-login-ciba/api/backchannel/authentication",
    "userinfo_endpoint": "/vipps-userinfo-api/userinfo/",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One request of a flow, as it was answered."""

    name: str
    request: requests.PreparedRequest
    response: requests.Response
    complaints: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.response.status_code} {self.name}"

    def told(self) -> str:
        """Return the step with what was answered, for whoever mends it."""
        answer = self.response.text[:300]
        return f"{self} | {self.request.url} | {answer} {self.complaints}"


def operations(collection: Path) -> Iterator[tuple[str, str, bool]]:
    """Yield the method and path of each request, and whether production is asked."""
    for item in json.loads(collection.read_text("utf-8"))["item"]:
        request = item["request"]
        raw = (
            request["url"] if isinstance(request["url"], str) else request["url"]["raw"]
        )
        found = re.match(r"\{\{([\w-]+)\}\}(.*)", raw)
        assert found, raw
        path = DISCOVERED.get(found[1]) or urlsplit(found[2]).path
        yield request["method"], path, BASES.get(found[1], False)


def run(
    collection: Path, environment: Path, node: Path, served: Served, unit: Unit
) -> list[Step]:
    """Run a collection as it is; only the variables are ours."""
    report = node / f"{collection.stem}.json"
    line = [
        str(node / "node_modules/.bin/newman"),
        *("run", str(collection), "--environment", str(environment)),
        *("--reporters", "json", "--reporter-json-export", str(report)),
        *(
            "--timeout-request",
            "5000",
            "--delay-request",
            PAUSES.get(collection.stem, "1"),
        ),
    ]
    for name, value in variables(served, unit).items():
        line += ["--env-var", f"{name}={value}"]
    # Node.js warns of its own old modules, and no proxy stands before this machine.
    quiet = {**os.environ, "NODE_NO_WARNINGS": "1", "NO_PROXY": "127.0.0.1"}
    done = subprocess.run(line, capture_output=True, text=True, check=False, env=quiet)
    assert report.is_file(), done.stdout + done.stderr
    steps = list(_steps(json.loads(report.read_text("utf-8"))))
    report.unlink()
    return steps


def variables(served: Served, unit: Unit) -> dict[str, str]:
    """Return what a person would fill in, and what no environment file has."""
    key = unit.primary
    names = ("name", "version", "plugin_name", "plugin_version")
    return {
        **{f"system_{name}": "conformance" for name in names},
        "base_url": served.address,
        "base_url_production": served.production,
        "well-known_uri": served.address + DISCOVERY,
        "client_id": unit.client_id,
        "client_secret": unit.client_secret,
        "Ocp-Apim-Subscription-Key": key,
        "OcpApimSubscriptionKey": key,
        "Ocp-Apim-Subscription-Key-PSP": key,
        "merchantSerialNumber": unit.msn,
        "msn": unit.msn,
        "targetMerchantSerialNumber": unit.msn,
        "mobileNumber": "12345678",
        "internationalMobileNumber": "4712345678",
        "orgno": "987654321",
        "amount_capture": "1000",
        "merchantOrderId": "{{$guid}}",
        "collection_version": "2.0",
        "qr-id": "conformance",
    }


def _steps(report: dict[str, Any]) -> Iterator[Step]:
    for execution in report["run"]["executions"]:
        yield Step(
            name=execution["item"]["name"],
            request=_request(execution["request"]),
            response=_response(execution.get("response") or {}),
            complaints=tuple(_complaints(execution)),
        )


def _request(sent: dict[str, Any]) -> requests.PreparedRequest:
    """Return a request as it would have been to an official host."""
    parts = sent["url"].get("path", [])
    production = parts[:1] == [SANDBOX_PRODUCTION.strip("/")]
    environment = Environment.PRODUCTION if production else Environment.TEST
    path = "/".join(parts[1:] if production else parts)
    headers = {header["key"]: header["value"] for header in sent.get("header", ())}
    body = sent.get("body", {}).get("raw")
    url = f"{BASE_URLS[environment]}/{path}"
    return requests.Request(sent["method"], url, headers, data=body).prepare()


def _response(got: dict[str, Any]) -> requests.Response:
    response = requests.Response()
    response.status_code = got.get("code", 0)
    for header in got.get("header", ()):
        response.headers[header["key"]] = header["value"]
    stream = got.get("stream", {}).get("data", ())
    response._content = bytes(stream)  # the only way to make one
    return response


def _complaints(execution: dict[str, Any]) -> Iterator[str]:
    """Yield why a request was not sent, a script threw or an assertion failed."""
    if execution.get("requestError"):
        yield str(execution["requestError"].get("code"))
    for assertion in execution.get("assertions", ()):
        if assertion.get("error"):
            yield assertion["error"]["message"]
    for script in ("prerequestScript", "testScript"):
        for ran in execution.get(script, ()):
            if ran.get("error"):
                yield ran["error"]["message"]
