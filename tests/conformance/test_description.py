"""Schemathesis on the sandbox's own description of itself."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests
from conftest import Results
from serving import PRODUCTION, TEST, Served, served

from vippsdiag.environments import Environment
from vippsdiag.sandbox import Unit
from vippsdiag.sandbox.simulator import ROUTES

pytestmark = pytest.mark.conformance

DESCRIPTION = "/_sandbox/openapi.json"
# Not the phase of coverage: it takes two seconds and more for each operation. With two
# workers, Hypothesis trips over a fault of Python 3.11.
EFFORT = ("--phases", "examples,fuzzing", "--max-examples", "5", "--workers", "1")


def headers(running: Served, unit: Unit) -> dict[str, str]:
    """Return the headers of a call, so that more than the gate is reached."""
    keys = {
        "client_id": unit.client_id,
        "client_secret": unit.client_secret,
        "Ocp-Apim-Subscription-Key": unit.primary,
    }
    address = f"{running.base(unit)}/accesstoken/get"
    token = requests.post(address, headers=keys, timeout=10).json()["access_token"]
    return {
        "Authorization": f"Bearer {token}",
        "Ocp-Apim-Subscription-Key": unit.primary,
        "Merchant-Serial-Number": unit.msn,
    }


def line(running: Served, unit: Unit, report: Path) -> list[str]:
    """Return the command for what the environment of a unit alone serves."""
    production = unit.environment is Environment.PRODUCTION
    found = [sys.executable, "-m", "schemathesis.cli", "run", *EFFORT]
    found += [running.address + DESCRIPTION, "--url", running.base(unit)]
    found += ["--checks", "not_a_server_error", "--seed", "1", "--no-color"]
    found += ["--generation-database", "none"]
    found += ["--report", "json", "--report-json-path", str(report)]
    for path in {r.template for r in ROUTES.all if r.production is production}:
        found += ["--include-path", path]
    for name, value in headers(running, unit).items():
        found += ["--header", f"{name}: {value}"]
    return found


@pytest.mark.parametrize("unit", [TEST, PRODUCTION], ids=lambda unit: unit.name)
def test_no_made_up_call_is_answered_with_500(
    unit: Unit, tmp_path: Path, results: Results
) -> None:
    report = tmp_path / "report.json"
    with served() as running:
        described = requests.get(running.address + DESCRIPTION, timeout=10)
        assert described.ok, f"The sandbox does not describe itself at {DESCRIPTION}."
        command = line(running, unit, report)
        done = subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, check=False
        )
    assert report.is_file(), done.stdout + done.stderr
    told: dict[str, Any] = json.loads(report.read_text("utf-8"))
    operations, cases = told["operations"], told["test_cases"]
    row = (
        unit.environment.value,
        f"{operations['tested']}/{operations['selected']} operations",
        f"{cases['generated']} calls",
        f"{cases['unique_failures']} answered with 500",
    )
    results.setdefault("Schemathesis on the sandbox's description", []).append(row)
    assert done.returncode == 0, done.stdout
    assert operations["tested"] == operations["selected"] > 0


def test_the_description_has_every_operation() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "vippsdiag", "sandbox", "--describe"],
        capture_output=True,
        text=True,
        check=True,
    )
    paths = json.loads(told.stdout)["paths"]
    described = {(m.upper(), path) for path, item in paths.items() for m in item}
    assert {(route.method, route.template) for route in ROUTES.all} <= described
