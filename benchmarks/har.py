"""How fast a HAR is read, beside haralyzer in the same run.

    python benchmarks/har.py [MEGABYTES] [RUNS]

haralyzer is installed into a virtual environment of its own that is thrown away. Both
read the same made-up file in turn, each in a new process that reports how long reading
took and how much memory it needed at most; starting Python and importing is not
counted. haralyzer's task is to make the file's entries with their statuses and
addresses; vippsdiag's is all that its evidence needs: choosing the entries, and
concealing every secret in those that it keeps.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

READ = """
import json, resource, sys, time
{imports}
start = time.perf_counter()
{work}
took = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([took, peak]))
"""
OURS = READ.format(
    imports="from vippsdiag.importers import read_file",
    work="assert read_file(sys.argv[1]).exchanges",
)
STANDARD = READ.format(
    imports="from vippsdiag.importers.decode import chunks_of\n"
    "from vippsdiag.importers.har.reader import har_from",
    work="with open(sys.argv[1], 'rb') as file:\n"
    "    assert har_from(chunks_of(file), fast=False).exchanges",
)
THEIRS = READ.format(
    imports="from haralyzer import HarParser",
    work="with open(sys.argv[1], encoding='utf-8') as file:\n"
    "    har = HarParser(json.load(file))\n"
    "assert all(e.status and e.request.url for p in har.pages for e in p.entries)",
)


def entry(number: int) -> dict[str, object]:
    """Return an entry; one of fifty has to do with Vipps MobilePay."""
    ours = number % 50 == 0
    host = "apitest.vipps.no/epayment/v1/payments" if ours else "shop.example/item"
    headers = [{"name": f"header-{n}", "value": f"some value {n}"} for n in range(14)]
    items = [{"number": n, "text": f'quoted "{n}" {{['} for n in range(10)]
    return {
        "pageref": "page_1",
        "startedDateTime": "2026-11-24T12:00:00.000Z",
        "time": 12.5,
        "request": {
            "method": "GET",
            "url": f"https://{host}/{number}",
            "httpVersion": "h2",
            "headers": headers,
            "queryString": [],
            "cookies": [],
            "headersSize": -1,
            "bodySize": 0,
        },
        "response": {
            "status": 200 if number % 3 else 401,
            "statusText": "",
            "httpVersion": "h2",
            "headers": headers,
            "cookies": [],
            "content": {
                "size": 500,
                "mimeType": "application/json",
                "text": json.dumps(items),
            },
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": -1,
        },
        "cache": {},
        "timings": {"dns": -1, "connect": -1, "send": 0.1, "wait": 10, "receive": 1},
    }


def write(path: Path, size: int) -> int:
    """Write a HAR of about this many bytes, and return how many entries it has."""
    page = {
        "startedDateTime": "2026-11-24T12:00:00.000Z",
        "id": "page_1",
        "title": "shop",
        "pageTimings": {"onContentLoad": 1, "onLoad": 2},
    }
    head = {"version": "1.2", "creator": {"name": "made up", "version": "1"}}
    count = written = 0
    with path.open("w", encoding="utf-8") as file:
        start = json.dumps({"log": head | {"pages": [page]}})
        file.write(start[:-2] + ', "entries": [')
        while written < size:
            written += file.write((", " if count else "") + json.dumps(entry(count)))
            count += 1
        file.write("]}}")
    return count


def once(python: str, code: str, path: Path) -> tuple[float, float]:
    """Run a reader and return its seconds and its peak in megabytes."""
    done = subprocess.run(
        [python, "-c", code, str(path)], check=True, capture_output=True, text=True
    )
    took, peak = json.loads(done.stdout)
    return took, peak


def main() -> None:
    """Time both and print the table."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    with tempfile.TemporaryDirectory() as folder:
        peers = Path(folder) / "peers"
        venv.create(peers, with_pip=True)
        python = str(peers / "bin" / "python")
        install = [python, "-m", "pip", "install", "-q", "haralyzer==2.4.0"]
        subprocess.run(install, check=True)
        path = Path(folder) / "made-up.har"
        count = write(path, size * 1_000_000)
        readers = {
            "vippsdiag": (sys.executable, OURS),
            "vippsdiag, without msgspec": (sys.executable, STANDARD),
            "haralyzer 2.4.0": (python, THEIRS),
        }
        results: dict[str, list[tuple[float, float]]] = {name: [] for name in readers}
        for _ in range(runs):
            for name, (program, code) in readers.items():
                results[name].append(once(program, code, path))
    print(f"{count} entries, {size} MB, median of {runs}")
    theirs = statistics.median(took for took, _ in results["haralyzer 2.4.0"])
    for name, taken in results.items():
        took = statistics.median(seconds for seconds, _ in taken)
        peak = statistics.median(megabytes for _, megabytes in taken)
        print(
            f"{name:28} {took:6.2f} s {count / took:9.0f} entries/s "
            f"{theirs / took:5.1f} x {peak:6.0f} MB"
        )


if __name__ == "__main__":
    main()
