"""How many exchanges a second are diagnosed, beside decoding their JSON alone.

    python benchmarks/diagnosis.py [SECONDS]

The same lines, one HAR entry each, are decoded with the standard library, decoded with
msgspec, and read and diagnosed in full, in turn, on one core. The lines are made up:
half of them calls that work, half of them calls that fail in the ways that people meet.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import msgspec

from vippsdiag.diagnosis import diagnose
from vippsdiag.evidence import Evidence
from vippsdiag.exchange import Exchange
from vippsdiag.importers import read_har
from vippsdiag.render.har import to_har
from vippsdiag.render.values import revealed
from vippsdiag.samples import (
    INVALID_KEY,
    MISSING_KEY,
    PRODUCTION,
    TEST,
    api_call,
    gateway,
    token_call,
)

REFUSED = {"client_id": None}
CALLS: tuple[Exchange, ...] = (
    token_call(TEST),
    token_call(PRODUCTION),
    api_call(TEST),
    api_call(PRODUCTION, path="/recurring/v3/agreements"),
    token_call(TEST, status=401, answer=gateway(401, INVALID_KEY)),
    token_call(TEST, headers=REFUSED, status=401, answer=gateway(401, MISSING_KEY)),
    api_call(TEST, status=403, answer=""),
    api_call(TEST, status=401, headers={"Authorization": "Bearer"}, answer="x"),
)


def lines() -> list[bytes]:
    """Return each call as the text of a HAR with one entry."""
    return [to_har([call], revealed).encode() for call in CALLS]


def full(line: bytes) -> object:
    """Read a line and diagnose it in full."""
    return diagnose(Evidence(exchanges=read_har(line).exchanges)).ranked


WAYS: dict[str, Callable[[bytes], Any]] = {
    "json.loads": json.loads,
    "msgspec": msgspec.json.Decoder().decode,
    "read only": read_har,
    "read and diagnosed": full,
}


def rate(way: Callable[[bytes], Any], texts: list[bytes], seconds: float) -> float:
    """Return how many lines a second a way takes."""
    done, start = 0, time.process_time()
    while time.process_time() - start < seconds:
        for text in texts:
            way(text)
        done += len(texts)
    return done / (time.process_time() - start)


def main() -> None:
    """Measure each way in turn, three times, and print the medians."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    texts = lines()
    rates: dict[str, list[float]] = {name: [] for name in WAYS}
    for _ in range(3):
        for name, way in WAYS.items():
            rates[name].append(rate(way, texts, seconds))
    bare = sorted(rates["json.loads"])[1]
    for name, taken in rates.items():
        median = sorted(taken)[1]
        print(f"{name:20} {median:10,.0f} exchanges/s   {median / bare:8.4f} x")


if __name__ == "__main__":
    main()
