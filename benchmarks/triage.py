"""How fast logs are triaged, beside what can be done with them otherwise.

    python benchmarks/triage.py [LINES]

The log is a made-up one of 500 sales units (`exchanges`); its lines are the entries of
a HAR. In one run: `vippsdiag triage` with one process a core; decoding alone, with
msgspec on one core and with the standard library; DuckDB, which counts statuses by
path as the nearest thing that it can; and GoAccess, where it is installed, on the same
calls written as an access log, which holds less (``pip install duckdb``; GoAccess is a
package of most systems). Each is a process of its own, and of each the time and the
most memory of all of its processes together are told.
"""

import json
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path
from subprocess import DEVNULL, Popen
from urllib.parse import urlsplit

import psutil
from exchanges import Log

HERE = Path(__file__).parent
DECODE = """
import sys
from {module} import loads
with open(sys.argv[1], "rb") as log:
    print(sum(loads(line)["response"] is not None for line in log))
"""
MSGSPEC = """
import sys
from msgspec.json import Decoder
decode = Decoder().decode
with open(sys.argv[1], "rb") as log:
    print(sum(decode(line)["response"] is not None for line in log))
"""
DUCKDB = """
import sys
import duckdb
duckdb.sql("set threads to 2")
print(duckdb.sql(
    "select response->>'status' as status, "
    "regexp_replace(request->>'url', '[^/]*[0-9][^/]*', '*', 'g') as address, "
    "count(*) from read_json(?, format='newline_delimited', "
    "columns={request: 'JSON', response: 'JSON'}) group by all", params=[sys.argv[1]]
).fetchall()[:1])
"""


def main() -> None:
    """Write the logs, and measure each way on them in turn."""
    lines = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        log, access = Path(folder, "calls.jsonl"), Path(folder, "access.log")
        write(log, access, lines)
        size = log.stat().st_size
        print(f"{lines:,} calls, {size / 1e9:.2f} GB, {size // lines:,} bytes a call")
        triage = [sys.executable, "-m", "vippsdiag", "triage", "--format", "json"]
        ways = {
            "vippsdiag triage": [*triage, str(log)],
            "the same, one process": [*triage, "--workers", "1", str(log)],
            "msgspec, decoding": [sys.executable, "-c", MSGSPEC, str(log)],
            "json, decoding": [
                sys.executable,
                "-c",
                DECODE.format(module="json"),
                str(log),
            ],
            "DuckDB, statuses": [sys.executable, "-c", DUCKDB, str(log)],
            "GoAccess, access log": [
                "goaccess",
                "--log-format=VCOMBINED",
                "-o",
                str(Path(folder, "report.json")),
                str(access),
            ],
        }
        for name, line in ways.items():
            told = measured(line) if shutil.which(line[0]) else "not installed"
            print(f"{name:24} {told}", flush=True)


def write(log: Path, access: Path, lines: int) -> None:
    """Write the calls as JSON lines, and as an access log."""
    with log.open("wb") as calls, access.open("w") as accesses:
        for line in Log().lines(lines):
            calls.write(line + b"\n")
            call = json.loads(line)
            url = urlsplit(call["request"]["url"])
            status = (call.get("response") or {}).get("status") or 499
            accesses.write(
                f"{url.hostname}:443 192.0.2.1 - - [24/Nov/2026:06:00:00 +0000] "
                f'"{call["request"]["method"]} {url.path} HTTP/1.1" {status} 425 "-" '
                '"curl/8.5.0"\n'
            )


def measured(line: list[str]) -> str:
    """Return how long a command took and how much memory it held at most."""
    start = time.monotonic()
    process = Popen(line, stdout=DEVNULL, stderr=DEVNULL, cwd=HERE.parent)
    most = Most(process.pid)
    status = process.wait()
    took = time.monotonic() - start
    megabytes = most.stop() / 1e6
    failed = "" if status in {0, 1} else f"   ended with {status}"
    return f"{took:7.1f} s   {megabytes:6.0f} MB{failed}"


class Most:
    """The most memory that a process and its children held together (USS)."""

    def __init__(self, pid: int) -> None:
        self.bytes, self._ended = 0, threading.Event()
        self._process = psutil.Process(pid)
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def stop(self) -> int:
        """Return it, in bytes, once the process has ended."""
        self._ended.set()
        self._thread.join()
        return self.bytes

    def _watch(self) -> None:
        while not self._ended.wait(0.1):
            try:
                all_of_it = [self._process, *self._process.children(recursive=True)]
                held = sum(one.memory_full_info().uss for one in all_of_it)
            except psutil.Error:
                continue
            self.bytes = max(self.bytes, held)


if __name__ == "__main__":
    main()
