"""What a workshop on a hub costs: ``python benchmarks/hub.py [LEARNERS]``.

It runs the hub of `deploy/` for real, with a server and a kernel for each learner and
for the trainer. All servers begin at once; then each learner solves an exercise through
a kernel, one after another, and the trainer's notebook notes when its board shows it.
Memory is the proportional set size, which shares what processes share: it can be added
up. The proxy has to be there: ``python tests/npm.py deploy``.
"""

import argparse
import os
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import fmean, median
from tempfile import TemporaryDirectory

import psutil

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from hubs import LEAD, SEEN, SIT, SOLVE, Hub, until

from vippsdiag.hub import TRAINER

LEARNERS = 20
# What runs, by what stands in its command line; the first that fits is it.
PARTS = {
    "a seat's kernel": "ipykernel_launcher",
    "a seat's server": "jupyterhub.singleuser",
    "the sandbox": "vippsdiag sandbox",
    "the culler": "jupyterhub_idle_culler",
    "the proxy": "configurable-http-proxy",
    "the hub": "jupyterhub",
}


def main() -> None:
    """Run a workshop, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("learners", nargs="?", type=int, default=LEARNERS)
    names = [f"learner-{n}" for n in range(1, parser.parse_args().learners + 1)]
    with TemporaryDirectory(prefix="hub-", dir="/tmp") as folder:
        hub = Hub(Path(folder))
        hub.start()
        try:
            run(hub, names)
        finally:
            hub.stop()


def run(hub: Hub, names: list[str]) -> None:
    """Hold the workshop."""
    start, load = time.monotonic(), os.getloadavg()[0]
    tell("learners", str(len(names)))
    hub.begin(TRAINER, *names)
    tell(
        "load of the machine before and after", f"{load:.1f}, {os.getloadavg()[0]:.1f}"
    )
    tell("all servers are up after", f"{time.monotonic() - start:.1f} s")
    with ExitStack() as opened:
        trainer = opened.enter_context(hub.kernel(TRAINER))
        trainer.run(LEAD)
        kernels = [opened.enter_context(hub.kernel(name)) for name in names]
        for kernel in kernels:
            kernel.run(SIT)
        tell("all sit at an exercise after", f"{time.monotonic() - start:.1f} s")
        solved = {}
        for name, kernel in zip(names, kernels, strict=True):
            done, solved[name] = kernel.run(SOLVE)
            if not done:
                sys.exit(f"{name} did not solve the exercise.")
        seen = until(lambda: len(now := trainer.run(SEEN)) == len(names) and now)
        late = [seen[name] - when for name, when in solved.items()]
        tell("the board shows it after, median", f"{median(late):.1f} s")
        tell("the board shows it after, at most", f"{max(late):.1f} s")
        weigh(hub)


def weigh(hub: Hub) -> None:
    """Print the memory of everything that runs."""
    if hub.process is None:
        return
    found: dict[str, list[float]] = {part: [] for part in PARTS}
    used: dict[str, list[float]] = {part: [] for part in PARTS}
    first = psutil.Process(hub.process.pid)
    for process in (first, *first.children(recursive=True)):
        line = " ".join(process.cmdline())
        part = next((part for part, sign in PARTS.items() if sign in line), None)
        if part and "multiprocessing" not in line:
            found[part].append(process.memory_full_info().pss / 2**20)
            used[part].append(sum(process.cpu_times()[:2]))
    for part, sizes in found.items():
        number = f"{part} (of {len(sizes)})" if len(sizes) > 1 else part
        memory, cpu = fmean(sizes), fmean(used[part])
        tell(number, f"{memory:.0f} MB, {cpu:.1f} s of CPU so far")
    tell("memory of everything", f"{sum(map(sum, found.values())):.0f} MB")


def tell(what: str, value: str) -> None:
    """Print a line."""
    print(f"{what:<44}{value}", flush=True)


if __name__ == "__main__":
    main()
