"""The commands, as a shell sees them."""

import json
from pathlib import Path

import jsonschema
import pytest

from vippsdiag.checks import CHECKS
from vippsdiag.cli import main
from vippsdiag.samples import CLIENT_SECRET, MISSING_KEY, SUBSCRIPTION_KEY
from vippsdiag.version import __version__

ROOT = Path(__file__).parent.parent
SCHEMA = json.loads((ROOT / "docs" / "report.schema.json").read_text("utf-8"))


def har(status: int, text: str, **headers: str) -> bytes:
    entry = {
        "startedDateTime": "2026-11-24T12:00:00Z",
        "request": {
            "method": "POST",
            "url": "https://apitest.vipps.no/accesstoken/get",
            "headers": [{"name": name, "value": headers[name]} for name in headers],
        },
        "response": {"status": status, "headers": [], "content": {"text": text}},
    }
    return json.dumps({"log": {"version": "1.2", "entries": [entry]}}).encode()


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    path = tmp_path / "broken.har"
    answer = json.dumps({"statusCode": 401, "message": MISSING_KEY})
    path.write_bytes(
        har(401, answer, client_secret=CLIENT_SECRET, api_key=SUBSCRIPTION_KEY)
    )
    return path


@pytest.fixture
def fine(tmp_path: Path) -> Path:
    path = tmp_path / "fine.txt"
    path.write_text(
        "client_id: 6d2b8e14-93c7-4f05-a1d8-5e70b9c3f246\n"
        f"client_secret: {CLIENT_SECRET}\n",
        "utf-8",
    )
    return path


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert __version__ in capsys.readouterr().out


def test_diagnose_says_1_when_an_error_was_found(
    broken: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diagnose", str(broken)]) == 1
    out = capsys.readouterr().out
    assert out.splitlines()[-1].startswith("Certain: ")
    assert CLIENT_SECRET not in out
    assert SUBSCRIPTION_KEY not in out


def test_diagnose_says_0_when_nothing_was_found(
    fine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diagnose", str(fine)]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("Nothing found")


def test_diagnose_prints_one_report_a_line(
    broken: Path, fine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diagnose", str(broken), str(fine), "--format", "jsonl"]) == 1
    reports = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [Path(report["source"]).name for report in reports] == [
        "broken.har",
        "fine.txt",
    ]
    for report in reports:
        jsonschema.validate(report, SCHEMA)


def test_diagnose_goes_on_after_a_file_it_cannot_use(
    tmp_path: Path, broken: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    absent = str(tmp_path / "absent.har")
    assert main(["diagnose", absent, str(broken), "--format", "jsonl"]) == 2
    got = capsys.readouterr()
    assert len(got.out.splitlines()) == 1
    assert got.err.startswith(absent)
    assert "Traceback" not in got.err


BAD = {
    "empty": b"",
    "blank": b" \n\t ",
    "png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "noise": bytes(range(256)) * 50,
    "truncated": har(401, "x")[:150],
    "prose": b"Hello, how are you today?",
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("form", ["table", "json", "jsonl", "markdown"])
def test_bad_input_gets_one_sentence_and_no_traceback(
    name: str, form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    path.write_bytes(BAD[name])
    assert main(["diagnose", str(path), "--format", form]) == 2
    got = capsys.readouterr()
    assert got.out == ""
    assert len(got.err.strip().splitlines()) == 1
    assert got.err.strip().endswith(".")


def test_what_the_user_says_of_the_keys_counts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "call.har"
    path.write_bytes(har(401, "Access denied due to invalid subscription key."))
    assert (
        main(
            ["diagnose", str(path), "--environment", "production", "--format", "jsonl"]
        )
        == 1
    )
    first = json.loads(capsys.readouterr().out)["findings"][0]
    assert (first["check"], first["confidence"]) == (
        "production-keys-on-test",
        "certain",
    )


def test_what_the_user_says_of_the_integration_counts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "call.har"
    path.write_bytes(har(401, "Access denied due to invalid subscription key."))
    told = ["--environment", "production", "--integration", "our Magento shop"]
    assert main(["diagnose", str(path), *told]) == 1
    shown = " ".join(capsys.readouterr().out.split())
    assert "The integration in use: Magento." in shown
    assert "settings, Environment" in shown


def test_explain_prints_a_checks_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "production-keys-on-test"]) == 0
    assert capsys.readouterr().out.startswith("# production-keys-on-test\n")


def test_explain_lists_every_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(CHECKS)


def test_explain_suggests_a_similar_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "production-key-on-test"]) == 2
    assert "production-keys-on-test" in capsys.readouterr().err


def test_a_wrong_option_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diagnose", "--nothing"]) == 2
    assert "nothing" in capsys.readouterr().err


def test_the_public_cases_are_diagnosed(
    shared: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shared / "cases" / "public"
    main(["diagnose", *map(str, sorted(folder.glob("*.har"))), "--format", "jsonl"])
    reports = {
        Path(report["source"]).name: report
        for report in map(json.loads, capsys.readouterr().out.splitlines())
    }
    cases = [
        json.loads(line)
        for line in (folder / "labels.jsonl").read_text("utf-8").splitlines()
    ]
    found = {
        case["case"]: [one["check"] for one in reports[case["case"]]["findings"]]
        for case in cases
    }
    accepted = {case["case"]: set(case["labels"]) for case in cases}
    first = [name for name, checks in found.items() if {*checks[:1]} & accepted[name]]
    assert len(first) >= 34, f"{len(first)} of {len(cases)}"
    for name, checks in found.items():
        assert {*checks[:3]} & accepted[name], name


def test_nothing_is_found_in_healthy_calls(
    shared: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = sorted((shared / "cases" / "healthy").glob("*.har"))
    assert main(["diagnose", *map(str, files), "--format", "jsonl"]) == 0
    for report in map(json.loads, capsys.readouterr().out.splitlines()):
        assert report["findings"] == []
