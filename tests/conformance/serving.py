"""The sandbox as a process of its own, and whose keys the clients are given."""

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import requests

from vippsdiag.environments import SANDBOX_PRODUCTION
from vippsdiag.sandbox import SandboxConfig, Unit

# Seconds that a sandbox may live in these tests.
PATIENCE = 300
UNITS = {unit.name: unit for unit in SandboxConfig.from_seed().units}
TEST = UNITS["Test unit"]
PRODUCTION = UNITS["Production unit"]


@dataclass(frozen=True, slots=True)
class Served:
    """A running sandbox."""

    address: str
    process: "subprocess.Popen[str]"

    @property
    def production(self) -> str:
        """Where it answers as production."""
        return self.address + SANDBOX_PRODUCTION

    def base(self, unit: Unit) -> str:
        """Return where a unit's calls go."""
        return self.production if unit.environment == "production" else self.address


@contextmanager
def hurried(running: Served) -> Iterator[None]:
    """Let the sandbox's clock run ahead: what happens after seconds happens at once."""
    ended = threading.Event()

    def hurry() -> None:
        while not ended.wait(0.1):
            address = f"{running.address}/_sandbox/clock"
            requests.post(address, json={"advance": 6}, timeout=10)

    clock = threading.Thread(target=hurry)
    clock.start()
    try:
        yield
    finally:
        ended.set()
        clock.join()


@contextmanager
def served(*options: str) -> Iterator[Served]:
    """Run `vippsdiag sandbox` until the block ends; then it is killed."""
    line = [sys.executable, "-m", "vippsdiag", "sandbox", *options]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as process:
        # What never answers must not keep the tests waiting for ever.
        overdue = threading.Timer(PATIENCE, process.kill)
        overdue.start()
        try:
            yield Served(_address(process), process)
        finally:
            overdue.cancel()
            process.kill()


def _address(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            return found[0]
    raise AssertionError(f"The sandbox named no address: {said!r}")
