"""How long the command line takes, beside its peers in the same run.

    python benchmarks/startup.py [RUNS]

Each command is started anew in turn with the others, so that a busy machine slows all
of them. Printed are medians in milliseconds and the ratio to a bare interpreter. The
peers: the interpreter alone, and the interpreter importing click (which every command
line made with it must pay) or pandas (which vippsdiag loads only when asked).
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CODE = "from vippsdiag.cli import main; raise SystemExit(main({arguments!r}))"


def command(*arguments: str) -> list[str]:
    """Return the command line of vippsdiag, without the installer's wrapper."""
    return [sys.executable, "-c", CODE.format(arguments=list(arguments))]


def commands(case: Path) -> dict[str, list[str]]:
    """Return what is timed, by name."""
    return {
        "python -c pass": [sys.executable, "-c", "pass"],
        "import click": [sys.executable, "-c", "import click"],
        "import pandas": [sys.executable, "-c", "import pandas"],
        "vippsdiag --version": command("--version"),
        "vippsdiag diagnose, jsonl": command(
            "diagnose", str(case), "--format", "jsonl"
        ),
        "vippsdiag diagnose, table": command("diagnose", str(case)),
    }


def once(line: list[str]) -> float:
    """Run a command and return how long it took, in milliseconds."""
    start = time.perf_counter()
    subprocess.run(
        line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
    )
    return 1000 * (time.perf_counter() - start)


def sample(folder: Path) -> Path:
    """Write a HAR of one failing call, and return its path."""
    answer = {
        "statusCode": 401,
        "message": "Access denied due to missing subscription key.",
    }
    entry = {
        "startedDateTime": "2026-11-24T12:00:00Z",
        "request": {
            "method": "POST",
            "url": "https://apitest.vipps.no/accesstoken/get",
            "headers": [
                {"name": "client_id", "value": "6d2b8e14-93c7-4f05-a1d8-5e70b9c3f246"}
            ],
        },
        "response": {
            "status": 401,
            "headers": [],
            "content": {"text": json.dumps(answer)},
        },
    }
    path = folder / "call.har"
    path.write_text(
        json.dumps({"log": {"version": "1.2", "entries": [entry]}}), "utf-8"
    )
    return path


def main() -> None:
    """Time every command and print the table."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory() as folder:
        lines = commands(sample(Path(folder)))
        times: dict[str, list[float]] = {name: [] for name in lines}
        for turn in range(runs + 1):
            for name, line in lines.items():
                took = once(line)
                if turn:  # the first turn warms the caches
                    times[name].append(took)
    bare = statistics.median(times["python -c pass"])
    for name, taken in times.items():
        median = statistics.median(taken)
        print(f"{name:28} {median:7.0f} ms   {median / bare:5.1f} x")


if __name__ == "__main__":
    main()
