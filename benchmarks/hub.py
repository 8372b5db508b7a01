"""What a workshop on a hub costs: ``python benchmarks/hub.py [LEARNERS]``.

It runs the hub of `deploy/` for real, with a server and a kernel for each learner and
for the trainer. The trainer, the first and the last learner are at pages of their own
in a real Chromium; the others do the same through kernels. All servers begin at once,
and all learners solve an exercise at once. What counts is how long it takes until a
row of the board on the trainer's page says so: from a learner's click, or from the
moment that a kernel was told.

Memory is the proportional set size, which shares what processes share: it can be added
up. The proxy has to be there: ``python tests/npm.py deploy``. With ``--postgres`` the
workshop is kept on a PostgreSQL server, and everything is killed and begins anew.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import fmean, median
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, expect, sync_playwright

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "browser"))

from chromium import HOW, find_chromium
from harness import BROWSER_FLAGS
from hubpage import find_board, find_seat, log_in, mend, seen_on, send
from hubs import PATIENCE, SIT, SOLVE, STAND, Hub, Kernel, until
from postgres import HOW as NO_POSTGRES
from postgres import find_postgres, running

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
    parser.add_argument("--postgres", action="store_true")
    given = parser.parse_args()
    names = [f"learner-{n}" for n in range(1, given.learners + 1)]
    expect.set_options(timeout=1000 * PATIENCE)
    with ExitStack() as opened:
        more = {}
        if given.postgres:
            more["VIPPSDIAG_HUB_DB"] = opened.enter_context(database())
        folder = opened.enter_context(TemporaryDirectory(prefix="hub-", dir="/tmp"))
        pages = opened.enter_context(browsers(TRAINER, names[0], names[-1]))
        hub = Hub(Path(folder), more)
        hub.start()
        opened.callback(hub.stop)
        run(hub, names, pages)
        if given.postgres:
            begin_anew(hub, names)


@contextmanager
def database() -> Iterator[str]:
    """Yield the address of a database on a server of its own."""
    programs = find_postgres() or sys.exit(NO_POSTGRES)
    with running(programs) as server:
        yield server.address("sandbox")


@contextmanager
def browsers(*names: str) -> Iterator[dict[str, Page]]:
    """Yield a page for each, none of which knows of the others."""
    chromium = find_chromium() or sys.exit(HOW)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=BROWSER_FLAGS
        )
        pages = {name: browser.new_context().new_page() for name in names}
        for page in pages.values():
            page.set_default_timeout(1000 * PATIENCE)
        yield pages
        browser.close()


def run(hub: Hub, names: list[str], pages: Mapping[str, Page]) -> None:
    """Hold the workshop."""
    first, *others, last = names
    start, load = time.monotonic(), os.getloadavg()[0]
    tell("learners", f"{len(names)}, two of them and the trainer in a browser")
    with ThreadPoolExecutor(len(others)) as pool, ExitStack() as opened:
        log_in(pages[TRAINER], hub, TRAINER)
        log_in(pages[first], hub, first)
        begun = pool.submit(hub.begin, *others)
        time.sleep(1)
        log_in(pages[last], hub, last)
        begun.result()
        tell("the servers of the others are up after", since(start))
        find_seat(pages[first], first)
        find_seat(pages[last], last)
        kernels = {name: opened.enter_context(hub.kernel(name)) for name in others}
        list(pool.map(lambda kernel: kernel.run(SIT), kernels.values()))
        find_board(pages[TRAINER], *names)
        for name in (first, last):
            mend(pages[name])
        tell("all sit at an exercise after", since(start))
        told = {name: pool.submit(solve, kernel) for name, kernel in kernels.items()}
        clicked = {name: send(pages[name]) for name in (first, last)}
        solved = clicked | {name: when.result() for name, when in told.items()}
    seen = until(
        lambda: len(now := seen_on(pages[TRAINER])) == len(names) and now, "the rows"
    )
    late = {name: seen[name] - when for name, when in solved.items()}
    took = max(solved.values()) - min(solved.values())
    tell("all solved it within", f"{took:.1f} s")
    tell("its row on the page says so after, median", f"{median(late.values()):.2f} s")
    tell("its row on the page says so after, at most", f"{max(late.values()):.2f} s")
    tell("of those who clicked", ", ".join(f"{late[name]:.2f} s" for name in clicked))
    tell("load of the machine before, and now", f"{load:.1f}, {os.getloadavg()[0]:.1f}")
    weigh(hub)


def solve(kernel: Kernel) -> float:
    """Solve the exercise; return when, in seconds since 1970."""
    done, when = kernel.run(SOLVE)
    if not done:
        raise RuntimeError("the exercise is not solved")
    return float(when)


def begin_anew(hub: Hub, names: list[str]) -> None:
    """Kill everything, begin again, and see that nothing is lost."""
    hub.crash()
    start = time.monotonic()
    hub.start()
    hub.begin(*names)
    for name in names:
        with hub.kernel(name) as kernel:
            if kernel.run(STAND) != ["two-keys-are-enough"]:
                sys.exit(f"What {name} has reached is lost.")
    tell("killed; all have what they reached after", since(start))


def since(start: float) -> str:
    """Return how long ago a moment was."""
    return f"{time.monotonic() - start:.1f} s"


def weigh(hub: Hub) -> None:
    """Print the memory of everything that runs."""
    found: dict[str, list[float]] = {part: [] for part in PARTS}
    used: dict[str, list[float]] = {part: [] for part in PARTS}
    for process in hub.processes():
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
