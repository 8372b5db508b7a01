"""How long a partner's 5,000 sales units take: ``python benchmarks/fleet.py``.

The sandbox answers in a process of its own, on this machine; the peer is what one would
write instead, with plain requests in threads: the same calls, once each, with nothing
recorded, concealed, diagnosed or written down. Both run in a fresh process; the time is
that of a clock on the wall, and CPU is the process's own. To see that memory is flat,
ours is also run with a tenth of the units.
"""

import argparse
import csv
import io
import json
import resource
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock, local
from time import perf_counter, process_time

import requests

from vippsdiag.environments import Environment
from vippsdiag.fleet import Fleet, Target, read_listing
from vippsdiag.sandbox import Sandbox
from vippsdiag.sandbox.practice.partner import Practice, practice
from vippsdiag.sandbox.serving.server import serve as run_server

UNITS = 5_000
WORKERS = 8


def main() -> None:
    """Run one part, or all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", nargs="?", default="all")
    parser.add_argument("address", nargs="?", default="")
    parser.add_argument("--units", type=int, default=UNITS)
    parser.add_argument("--workers", type=int, default=WORKERS)
    given = parser.parse_args()
    if given.part == "serve":
        serve(given.units)
    elif given.part in PARTS:
        print(json.dumps(measured(given.part, given)))
    else:
        compare(given.units, given.workers)


def serve(units: int) -> None:
    """Answer for a practice fleet, and print the address."""

    def announce(address: str) -> None:
        print(f"{address}/production", flush=True)

    run_server(
        announce=announce, sandbox=Sandbox(practice(units).config), deliver=False
    )


@contextmanager
def serving(units: int) -> Iterator[str]:
    """Serve a practice fleet in another process, and yield its address."""
    line = [sys.executable, __file__, "serve", "--units", str(units)]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def measured(part: str, given: argparse.Namespace) -> dict[str, float]:
    """Run a part, and return what it cost."""
    made = practice(given.units)
    before = _peak()
    start, cpu = perf_counter(), process_time()
    calls, right = PARTS[part](made, given.address, given.workers)
    return {
        "seconds": perf_counter() - start,
        "cpu": process_time() - cpu,
        "calls": calls,
        "right": right,
        "before": before,
        "grew": _peak() - before,
    }


def _peak() -> float:
    """Return the most memory that the process had, in MB."""
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def ours(made: Practice, address: str, workers: int) -> tuple[int, int]:
    """Check a fleet; return the calls that succeeded or failed, and right causes."""
    target = Target(
        environment=Environment.SANDBOX,
        sandbox=address,
        per_second=None,
        workers=workers,
    )
    fleet = Fleet(read_listing(made.table).units, target, keys=made.keys)
    right = 0
    for one in fleet.check():
        found = [cause.check for cause in one.causes]
        planted = made.planted[one.unit.msn]
        right += found == ([planted] if planted else [])
    return 0, right


def plain(made: Practice, address: str, workers: int) -> tuple[int, int]:
    """Make the same calls with plain requests, once each."""
    rows = list(csv.DictReader(io.StringIO(made.table), delimiter=";"))
    threads, lock, tokens, held = local(), Lock(), {}, Counter()
    shared = made.keys
    keys = (
        shared.client_id,
        shared.client_secret.reveal(),
        shared.subscription_key.reveal(),
    )

    def session() -> requests.Session:
        if not hasattr(threads, "session"):
            threads.session = requests.Session()
        return threads.session

    def token(own: tuple[str, str, str]) -> str | None:
        with lock:
            if own not in tokens:
                names = ("client_id", "client_secret", "Ocp-Apim-Subscription-Key")
                headers = dict(zip(names, own, strict=True))
                answer = session().post(f"{address}/accesstoken/get", headers=headers)
                tokens[own] = answer.json().get("access_token")
                held["calls"] += 1
            return tokens[own]

    def check(row: dict[str, str]) -> None:
        own = tuple(list(row.values())[2:5])
        own = own if own[0] else keys
        bearer = token(own)
        if bearer is None:
            return
        headers = {
            "Authorization": f"Bearer {bearer}",
            "Ocp-Apim-Subscription-Key": own[2],
            "Merchant-Serial-Number": row["Merchant-Serial-Number"],
        }
        for path in ("webhooks/v1/webhooks", "epayment/v1/payments/vippsdiag-0000"):
            answer = session().get(f"{address}/{path}", headers=headers)
            held["calls"] += 1
            if path.startswith("webhooks") and answer.status_code != 200:
                return

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(check, rows))
    return held["calls"], 0


PARTS = {"ours": ours, "plain": plain}


def run(part: str, units: int, workers: int) -> dict[str, float]:
    """Run a part in a process of its own, against a sandbox of its own."""
    with serving(units) as address:
        line = [sys.executable, __file__, part, address]
        options = ["--units", str(units), "--workers", str(workers)]
        done = subprocess.run(
            [*line, *options], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(done.stderr)
        asked = requests.get(
            address.removesuffix("/production") + "/_sandbox/log.json", timeout=5
        ).json()
    found: dict[str, float] = json.loads(done.stdout)
    found["answered"] = asked["last"]
    return found


def compare(units: int, workers: int) -> None:
    """Print a line for each."""
    for name, part, count in (
        ("vippsdiag fleet", "ours", units),
        ("plain requests in threads", "plain", units),
        ("vippsdiag fleet, a tenth", "ours", units // 10),
    ):
        one = run(part, count, workers)
        right = f", right cause for {one['right']:,}" if part == "ours" else ""
        print(
            f"{name}: {count:,} units, {one['answered']:,} calls in "
            f"{one['seconds']:.1f} s ({one['cpu']:.1f} s CPU, "
            f"{1000 * one['cpu'] / one['answered']:.2f} ms a call), memory grew by "
            f"{one['grew']:.0f} MB to {one['before'] + one['grew']:.0f} MB{right}"
        )


if __name__ == "__main__":
    main()
