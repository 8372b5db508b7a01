"""How many exchanges a second are diagnosed, beside decoding their JSON alone.

    python benchmarks/diagnosis.py [LINES]

The lines are a made-up log of 500 sales units (`exchanges`): no two are the same, and
of each hundred calls some thirteen fail. They are taken in parts. Each part is decoded
with the standard library and with msgspec, and diagnosed in bulk, in turn, in one
process on one core; the bulk begins with an empty memory, so that what it reads in full
counts. Of every part a few lines are read and diagnosed in full, as a single paste is,
and a few are diagnosed in bulk and their findings put in words.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

import msgspec
from exchanges import Log

from vippsdiag.bulk import Bulk, read_line
from vippsdiag.diagnosis import diagnose
from vippsdiag.evidence import Evidence

PARTS = 50
# Of each part so many lines are diagnosed in full.
FEW = 40


def full(line: bytes) -> object:
    """Read a line and diagnose it in full, as a single paste is."""
    return diagnose(Evidence(exchanges=(read_line(line),))).ranked


def worded(bulk: Bulk) -> Callable[[bytes], object]:
    """Return a way to diagnose a line in bulk and put what was found in words."""

    def way(line: bytes) -> object:
        verdict = bulk.diagnose(line)
        return verdict.report().ranked if verdict.causes else ()

    return way


def main() -> None:
    """Measure each way on each part in turn, and print what they took in all."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    lines, size, bulk = Log().lines(count), count // PARTS, Bulk()
    ways: dict[str, tuple[Callable[[bytes], Any], int]] = {
        "json.loads": (json.loads, size),
        "msgspec": (msgspec.json.Decoder().decode, size),
        "in bulk": (bulk.diagnose, size),
        "in bulk, in words": (worded(Bulk()), FEW),
        "one by one": (full, FEW),
    }
    taken, letters = dict.fromkeys(ways, 0.0), 0
    for _ in range(PARTS):
        part = list(islice(lines, size))
        letters += sum(map(len, part))
        for name, (way, most) in ways.items():
            taken[name] += seconds(way, part[:most])
    rates = {name: PARTS * most / taken[name] for name, (_, most) in ways.items()}
    for name, rate in rates.items():
        ratio = rate / rates["json.loads"]
        print(f"{name:20} {rate:10,.0f} exchanges/s   {ratio:8.4f} x")
    alike = 1 - bulk.first / bulk.lines
    print(f"{bulk.lines:,} lines of {letters // bulk.lines:,} bytes in the mean;")
    print(f"{alike:.2%} were like one before, {bulk.first} were read in full.")


def seconds(way: Callable[[bytes], Any], part: Sequence[bytes]) -> float:
    """Return how long a way takes for some lines, in seconds of this process."""
    start = time.process_time()
    for line in part:
        way(line)
    return time.process_time() - start


if __name__ == "__main__":
    main()
