"""The sandbox as a process of its own, and whose keys the clients are given."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from vippsdiag.environments import SANDBOX_PRODUCTION
from vippsdiag.sandbox import SandboxConfig, Unit

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
def served(*options: str) -> Iterator[Served]:
    """Run `vippsdiag sandbox` until the block ends; then it is killed."""
    line = [sys.executable, "-m", "vippsdiag", "sandbox", *options]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", said)
        assert found, f"The sandbox named no address: {said!r}"
        try:
            yield Served(found[0], process)
        finally:
            process.kill()
