"""What is a key in a file and what is none, and how it is told."""

import json
import re
import subprocess
import tracemalloc
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from click.testing import CliRunner
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vippsdiag.check import Confidence
from vippsdiag.checks import CHECKS
from vippsdiag.cli.scan import command
from vippsdiag.diagnosis import diagnose
from vippsdiag.redact import redact
from vippsdiag.render.sarif import render_sarif, scan_sarif
from vippsdiag.samples import (
    CLIENT_ID,
    CLIENT_SECRET,
    SUBSCRIPTION_KEY,
    TEST,
    basic,
    case,
    token,
    token_call,
)
from vippsdiag.scan import Leak, name_before, scan, scan_chunks
from vippsdiag.secret import fingerprint

SETTINGS = f"""VIPPS_CLIENT_ID={CLIENT_ID}
VIPPS_CLIENT_SECRET={CLIENT_SECRET}
VIPPS_SUBSCRIPTION_KEY={SUBSCRIPTION_KEY}
"""

OTHER_TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
UNKNOWN_TOKEN = token(iss=None, tid=None, appid=CLIENT_ID)

LEAKS = {
    "env-secret": (SETTINGS, 2, CLIENT_SECRET),
    "env-key": (SETTINGS, 3, SUBSCRIPTION_KEY),
    "yaml": (f"vipps:\n  client_secret: {CLIENT_SECRET}\n", 2, CLIENT_SECRET),
    "python": (f'# Vipps\nsecret = "{CLIENT_SECRET}"\n', 2, CLIENT_SECRET),
    "php": (
        f"define('VIPPS_CLIENT_SECRET', '{CLIENT_SECRET}');",
        1,
        CLIENT_SECRET,
    ),
    "header": (f"Ocp-Apim-Subscription-Key: {SUBSCRIPTION_KEY}", 1, SUBSCRIPTION_KEY),
    "curl": (
        f"curl -H 'Ocp-Apim-Subscription-Key: {SUBSCRIPTION_KEY}' \\\n",
        1,
        SUBSCRIPTION_KEY,
    ),
    "har": (
        f'{{"name": "ocp-apim-subscription-key", "value": "{SUBSCRIPTION_KEY}"}}',
        1,
        SUBSCRIPTION_KEY,
    ),
    "log-with-token": (f"10:00 got {token()}", 1, token()),
    "production-token": (
        f'"access_token": "{token(iss="https://sts.windows.net/x/", tid="y")}"',
        1,
        token(iss="https://sts.windows.net/x/", tid="y"),
    ),
    "basic-pair": (
        f"POST /miami/v1/token\nAuthorization: {basic(CLIENT_ID, CLIENT_SECRET)}",
        2,
        basic(CLIENT_ID, CLIENT_SECRET).removeprefix("Basic "),
    ),
    "token-of-unknown-tenant": (
        f'"access_token": "{UNKNOWN_TOKEN}"',
        1,
        UNKNOWN_TOKEN,
    ),
    "token-near-the-brand": (f"Vipps: Bearer {OTHER_TOKEN}", 1, OTHER_TOKEN),
    "form": (
        f"grant_type=x&client_secret={quote(CLIENT_SECRET, safe='')}&a=b",
        1,
        CLIENT_SECRET,
    ),
    "attribute": (
        f'<add key="VippsClientSecret" value="{CLIENT_SECRET}" />',
        1,
        CLIENT_SECRET,
    ),
    "column": (f"id,client_secret\n1,{CLIENT_SECRET}\n", 2, CLIENT_SECRET),
    "name-above": (
        f"- name: VIPPS_SUBKEY\n  value: {SUBSCRIPTION_KEY}\n",
        2,
        SUBSCRIPTION_KEY,
    ),
    "sentence": (
        f"Hei! Vår subscription key er {SUBSCRIPTION_KEY}.",
        1,
        SUBSCRIPTION_KEY,
    ),
    "notebook-source": (
        json.dumps({"source": [f'vipps_client_secret = "{CLIENT_SECRET}"\n']}),
        1,
        CLIENT_SECRET,
    ),
    "notebook-output": (
        json.dumps({"text": [f"Ocp-Apim-Subscription-Key: {SUBSCRIPTION_KEY}\n"]}),
        1,
        SUBSCRIPTION_KEY,
    ),
    "widget-state": (
        json.dumps(
            {
                "_model_name": "PasswordModel",
                "description": "Subscription key",
                "layout": "IPY_MODEL_1",
                "value": SUBSCRIPTION_KEY,
            },
            indent=1,
        ),
        5,
        SUBSCRIPTION_KEY,
    ),
}


@pytest.mark.parametrize(("text", "line", "value"), LEAKS.values(), ids=LEAKS)
def test_a_key_is_found_and_not_shown(text: str, line: int, value: str) -> None:
    found = [leak for leak in scan(text, "f") if leak.line == line]
    assert [leak.fingerprint for leak in found] == [fingerprint(value)]
    assert value not in repr(found)


HARMLESS = {
    "checksum": f"md5 = {SUBSCRIPTION_KEY}",
    "lone": SUBSCRIPTION_KEY,
    "lone-base64": CLIENT_SECRET,
    "trace": "traceId: 00-813b63975adcaaeef2b0ec7c103c40e3-706492e906541d31-01",
    "client-id": f"vipps_client_id={CLIENT_ID}",
    "example": "client_secret: Y8Kteew6GE3ZmeycEt6egg== # vipps",
    "example-key": "Ocp-Apim-Subscription-Key: 0f14ebcab0ec4b29ae0cb90d91b4a84a",
    "placeholder": "VIPPS_CLIENT_SECRET=<your client secret>",
    "words": "VIPPS_CLIENT_SECRET=your_client_secret_here",
    "template": "vipps_client_secret: ${VIPPS_CLIENT_SECRET}",
    "code": "vipps.client_secret = settings.vipps_client_secret",
    "function": "client_secret = read_client_secret_from_vault(vipps)",
    "masked": "Ocp-Apim-Subscription-Key: ********************************",
    "pseudonyms": redact(SETTINGS + token()).text,
    "cut": f"client_secret: {CLIENT_SECRET[:12]}...",
    "other-token": f"token: {OTHER_TOKEN}",
    "other-column": f"id,api_token\n1,{SUBSCRIPTION_KEY}\n",
    "password": 'password = "hunter2hunter2"',
    "other-service": "stripe_api_token=tok_1a2B3c4D5e6F7g8H",
}


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS)
def test_what_is_no_key_is_not_found(text: str) -> None:
    assert scan(text, "f") == []


def test_lone_values_are_found_when_asked_for() -> None:
    found = scan(f"x {SUBSCRIPTION_KEY}", "f", all_shapes=True)
    assert [leak.confidence for leak in found] == [Confidence.POSSIBLE]


def test_a_name_alone_is_less_sure_than_a_name_with_the_brand() -> None:
    sure = scan(f"vipps client_secret: {CLIENT_SECRET}", "f")
    unsure = scan(f"client_secret: {CLIENT_SECRET}", "f")
    assert sure[0].confidence.rank < unsure[0].confidence.rank


def test_a_key_in_two_places_is_found_at_both() -> None:
    text = f"Ocp-Apim-Subscription-Key: {SUBSCRIPTION_KEY}\n"
    assert [leak.line for leak in scan(text * 2, "f")] == [1, 2]


def run(*arguments: str | Path) -> tuple[int, str, str]:
    words = [str(argument) for argument in arguments]
    result = CliRunner().invoke(command, words, standalone_mode=False)
    return result.return_value, result.stdout, result.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "app.env").write_text(SETTINGS)
    (tmp_path / "logo.png").write_bytes(b"\x89PNG\r\n\0\0")
    (tmp_path / "readme.txt").write_text("nothing here")
    return tmp_path


def test_the_command_tells_path_line_kind_and_fingerprint(folder: Path) -> None:
    status, out, err = run(folder)
    assert status == 1
    path = (folder / "app.env").as_posix()
    assert out.splitlines() == [
        f"{path}:2: a client_secret, fingerprint ff178bf1 (likely)",
        f"{path}:3: a subscription key, fingerprint 0376130b (certain)",
    ]
    assert err == "2 found in 2 files. 1 file, binary or unreadable, was passed over.\n"
    assert CLIENT_SECRET not in out + err


def test_a_long_text_is_scanned_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vippsdiag.scan._PIECE", 4000)
    text = "".join(f"line {n} of a log\n{SETTINGS}" for n in range(400))
    whole = scan(text, "a.log")
    assert len(whole) > 400
    chunks = [text[n : n + 777] for n in range(0, len(text), 777)]
    assert scan_chunks(chunks, "a.log") == whole
    split = f"{'a' * 5000}\nVIPPS_CLIENT_SECRET:\n{CLIENT_SECRET}\n{'a' * 5000}"
    assert scan_chunks([split[:5022], split[5022:]], "a.log") == scan(split, "a.log")


def test_memory_does_not_grow_with_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vippsdiag.scan._PIECE", 200_000)
    line = "2026-11-24 12:00:00 INFO nothing to be seen here, and more of it behind\n"
    peaks = []
    for times in (10, 40):
        tracemalloc.start()
        assert scan_chunks((line * 1000 for _ in range(times)), "a.log") == []
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0]


def test_the_command_says_when_there_is_nothing(folder: Path) -> None:
    status, out, err = run(folder / "readme.txt")
    assert (status, out, err) == (0, "", "No key was found in 1 file.\n")


def test_a_path_that_is_not_there_is_told(folder: Path) -> None:
    status, _, err = run(folder / "readme.txt", folder / "gone")
    assert status == 2
    assert "gone: there is no such file." in err


def test_what_git_ignores_is_passed_over_unless_asked_for(folder: Path) -> None:
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    (folder / ".gitignore").write_text("*.env\n")
    assert run(folder)[0] == 0
    assert run("--all", folder)[0] == 1
    assert run(folder / "app.env")[0] == 1


def test_the_command_prints_json(folder: Path) -> None:
    _, out, _ = run("--format", "json", folder)
    found = json.loads(out)
    assert [leak["line"] for leak in found] == [2, 3]
    assert set(found[0]) == {"path", "line", "kind", "fingerprint", "confidence"}


def check_sarif(text: str) -> list[dict[str, Any]]:
    """Check what the schema of SARIF 2.1.0 asks for; return the results."""
    log = json.loads(text)
    assert log["version"] == "2.1.0"
    assert log["$schema"].startswith("https://")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"]
    rules = driver["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule["shortDescription"]["text"]
        assert rule["help"]["text"]
        assert rule["helpUri"].startswith("https://")
        assert rule["defaultConfiguration"]["level"] in {"error", "warning", "note"}
    for result in run["results"]:
        assert result["message"]["text"]
        assert result["level"] in {"error", "warning", "note"}
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["properties"]["confidence"] in set(Confidence)
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert " " not in place["artifactLocation"]["uri"]
        assert place.get("region", {}).get("startLine", 1) >= 1
    results: list[dict[str, Any]] = run["results"]
    return results


# The name, its mark and what is between the mark and the value, in one pattern.
NAME_AND_MARK = re.compile(
    r"([A-Za-z][\w.\- ]{2,60}?)\\{0,8}[\"']?\]?\s{0,4}(?:=>|:=|[:=,>])\s{0,4}"
    r"(?:\\{0,8}[\"']?value\\{0,8}[\"']?\s{0,4}[:=]\s{0,4})?\\{0,8}[\"'\[]{0,2}$"
)
WORD = re.compile(r"([A-Za-z][\w\-]{2,40})\W{1,6}$")
PIECES = st.sampled_from(
    [*"a1é_-. \n\"'\\[]=:,>", "ab", "value", "name", " " * 5, "x" * 30]
)


@settings(max_examples=1000)
@given(st.lists(PIECES, max_size=16).map("".join))
@example('"client_secret", "value": "')
@example("=ab  =")
@example("abc---------- =")
@example("x" * 59 + "-a" + " " * 6 + ":")
def test_the_name_before_a_value_is_what_one_pattern_finds(before: str) -> None:
    found = NAME_AND_MARK.search(before) or WORD.search(before)
    assert name_before(before) == (found[1].strip() if found else None)


def test_a_scan_is_sarif() -> None:
    leak = Leak(
        path="a folder/app.env",
        line=3,
        kind="a client_secret",
        fingerprint="ff178bf1",
        confidence=Confidence.POSSIBLE,
    )
    (result,) = check_sarif(scan_sarif([leak]))
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "a%20folder/app.env"
    assert place["region"] == {"startLine": 3}
    assert result["level"] == "warning"
    assert check_sarif(scan_sarif([])) == []


@pytest.mark.parametrize("check", CHECKS, ids=lambda item: item.id)
def test_every_finding_of_a_report_is_sarif(check: Any) -> None:
    report = diagnose(check.broken[0])
    text = render_sarif(report, "call.har")
    results = check_sarif(text)
    assert [result["ruleId"] for result in results] == [
        item.id for item, _ in report.ranked
    ]
    assert CLIENT_SECRET not in text
    assert SUBSCRIPTION_KEY not in text


def test_a_report_with_nothing_found_is_sarif() -> None:
    assert check_sarif(render_sarif(diagnose(case(token_call(TEST))), "x")) == []


def test_the_hook_runs_the_command() -> None:
    import yaml  # noqa: PLC0415 - only this test reads YAML

    path = Path(__file__).parent.parent / ".pre-commit-hooks.yaml"
    (hook,) = yaml.safe_load(path.read_text())
    assert hook["entry"] == "vippsdiag scan"
    assert hook["language"] == "python"
