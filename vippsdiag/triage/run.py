"""Who counts: this process, one process a core, or the workers of a Dask cluster."""

import os
import sys
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain, islice
from multiprocessing import get_context
from typing import Any

from vippsdiag.errors import UnreadablePaste
from vippsdiag.language import mark, say
from vippsdiag.triage.count import count_part
from vippsdiag.triage.cut import PART, Part
from vippsdiag.triage.tally import Tally

# So many parts for each worker are read ahead; memory holds no more of them.
AHEAD = 3
# A log with fewer parts is counted before other processes would have started.
FEW = 2
# Windows waits for no more processes than this at once.
MOST_ON_WINDOWS = 61
NO_CLUSTER = mark("To use a cluster, install vippsdiag[cluster].")


def counted(
    parts: Iterator[Part], *, workers: int | None, scheduler: str | None
) -> Iterator[Tally]:
    """Yield the counts of parts, in the order of the parts."""
    if scheduler:
        yield from _on_cluster(parts, scheduler)
        return
    number = workers or os.cpu_count() or 1
    if sys.platform == "win32":
        number = min(number, MOST_ON_WINDOWS)
    first = list(islice(parts, FEW + 1))
    if number == 1 or (len(first) <= FEW and all(map(_is_small, first))):
        yield from map(count_part, chain(first, parts))
        return
    # A child that is started anew has nothing of the parent's threads and locks.
    context = get_context("spawn")
    with ProcessPoolExecutor(number, mp_context=context) as pool:
        try:
            yield from _in_order(pool, chain(first, parts), number * AHEAD)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _is_small(part: Part) -> bool:
    return part.end - part.start <= 2 * PART


def _in_order(
    pool: ProcessPoolExecutor, parts: Iterator[Part], ahead: int
) -> Iterator[Tally]:
    waiting: deque[Future[Tally]] = deque()
    for part in parts:
        waiting.append(pool.submit(count_part, part))
        if len(waiting) >= ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _on_cluster(parts: Iterator[Part], scheduler: str) -> Iterator[Tally]:
    try:
        from distributed import Client  # noqa: PLC0415 - an extra
    except ImportError:
        raise UnreadablePaste(NO_CLUSTER) from None
    try:
        client: Any = Client(scheduler, timeout=10, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        kind = type(error).__name__
        raise UnreadablePaste(
            say(
                "The scheduler {address} does not answer ({error}).",
                address=scheduler,
                error=kind,
            ),
            mark("Give the address that it printed, such as tcp://127.0.0.1:8786."),
        ) from None
    with client:
        ahead = AHEAD * max(1, len(client.scheduler_info()["workers"]))
        waiting: deque[Any] = deque()
        for part in parts:
            # Pure would let the scheduler take two alike parts for one.
            waiting.append(client.submit(count_part, part, pure=False))
            if len(waiting) >= ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
