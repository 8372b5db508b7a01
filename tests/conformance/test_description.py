"""Schemathesis on the sandbox's own description of itself."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import requests
from conftest import Results
from serving import TEST, Served, served

pytestmark = pytest.mark.conformance

DESCRIPTION = "/_sandbox/openapi.json"
# Not the phase of coverage: it takes two seconds and more for each operation.
EFFORT = ("--phases", "examples,fuzzing", "--max-examples", "5")


def token(running: Served) -> str:
    keys = {
        "client_id": TEST.client_id,
        "client_secret": TEST.client_secret,
        "Ocp-Apim-Subscription-Key": TEST.primary,
    }
    url = f"{running.address}/accesstoken/get"
    answer = requests.post(url, headers=keys, timeout=10)
    found: str = answer.json()["access_token"]
    return found


def test_no_made_up_call_is_answered_with_500(tmp_path: Path, results: Results) -> None:
    report = tmp_path / "report.json"
    with served() as running:
        described = requests.get(running.address + DESCRIPTION, timeout=10)
        assert described.ok, f"The sandbox does not describe itself at {DESCRIPTION}."
        headers = {
            "Authorization": f"Bearer {token(running)}",
            "Ocp-Apim-Subscription-Key": TEST.primary,
            "Merchant-Serial-Number": TEST.msn,
        }
        line = [sys.executable, "-m", "schemathesis.cli", "run"]
        line += [running.address + DESCRIPTION, "--url", running.address, *EFFORT]
        line += ["--checks", "not_a_server_error", "--seed", "1"]
        line += ["--generation-database", "none", "--no-color"]
        line += ["--report", "json", "--report-json-path", str(report)]
        for name, value in headers.items():
            line += ["--header", f"{name}: {value}"]
        done = subprocess.run(
            line, cwd=tmp_path, capture_output=True, text=True, check=False
        )
    assert report.is_file(), done.stdout + done.stderr
    told = json.loads(report.read_text("utf-8"))
    operations, cases = told["operations"], told["test_cases"]
    row = (
        f"{operations['tested']}/{operations['total']} operations",
        f"{cases['generated']} calls",
        f"{cases['unique_failures']} answered with 500",
    )
    results["Schemathesis on the sandbox's own description"] = [row]
    assert done.returncode == 0, done.stdout
    assert operations["tested"] == operations["total"] > 0
