"""Check many sales units at once, and keep what was found."""

import queue
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Event, Lock, Thread
from time import monotonic, sleep
from typing import TypeAlias

from vippsdiag.fleet.ask import Cancelled, Patience
from vippsdiag.fleet.journal import Journal
from vippsdiag.fleet.judge import Judge
from vippsdiag.fleet.rate import Rate
from vippsdiag.fleet.target import Target
from vippsdiag.fleet.tokens import Tokens
from vippsdiag.fleet.unit import Checked, SalesUnit, fingerprint_of, read_checked
from vippsdiag.fleet.visit import Visitor
from vippsdiag.keys import Field, KeySet

# How many results may wait to be written down.
MOST_WAITING = 64
# A wait of so many seconds is not cut short.
SHORT = 2.0
# Seconds between looks at threads that are about to end.
LOOK = 0.05
# Seconds after which Ctrl-C is heard at the latest.
LONGEST_WAIT = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is.

    Attributes:
        done: how many units are checked, those of before a stop included.
        total: how many there are.
        seconds_left: about how long it will take still; None while nobody can tell.
        pause: how many seconds nobody may call, because the API asked for it.
    """

    done: int
    total: int
    seconds_left: float | None
    pause: float = 0.0


@dataclass(frozen=True, slots=True)
class _Failed:
    """An error in a thread; it is raised where the results are waited for."""

    error: BaseException


# None says that a thread has ended.
_Arrivals: TypeAlias = "queue.Queue[Checked | _Failed | None]"
_Row = tuple[SalesUnit, KeySet, str]


class Fleet:
    """Checks many sales units.

    Args:
        units: which; each number with its keys once.
        target: where, and how.
        keys: for all units that have none of their own.
        journal: where results are kept; in memory if not given.
        afresh: begin anew, even if the last run was stopped.
        clock: returns seconds; only their differences count.
        sleep: waits for some seconds, in place of a real clock.

    Attributes:
        results: those of before a stop, and those that came since.
        resumed: how many of them are from before a stop.

    Raises:
        VippsdiagError: there is no probe for a product.
    """

    def __init__(  # noqa: PLR0913 - each is one thing to say about a run
        self,
        units: Sequence[SalesUnit],
        target: Target,
        *,
        keys: KeySet | None = None,
        journal: Journal | None = None,
        afresh: bool = False,
        clock: Callable[[], float] = monotonic,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        self.target = target
        self._total = len(units)
        self._journal = journal or Journal()
        self._clock, self._sleeping = clock, sleep
        self._begun: float | None = None
        self._stop, self._asked = Event(), False
        self._lock = Lock()
        probes = target.probes()
        self._scope = f"{target.environment} {target.plays} {','.join(probes)}"
        known = self._journal.begin(self._scope, afresh=afresh)
        self.results: list[Checked] = []
        self._todo: list[_Row] = []
        shared = (keys or KeySet()).with_value(Field.MSN, None)
        marks: dict[KeySet, str] = {}
        for unit in units:
            own = unit.keys or shared
            if own not in marks:
                marks[own] = fingerprint_of(own, self._journal.salt)
            holder = marks[own]
            body = known.get((unit.msn, holder))
            if body is None:
                self._todo.append((unit, own, holder))
            else:
                self.results.append(read_checked(unit, holder, body))
        self.resumed = len(self.results)
        self._judge = Judge(target.plays)
        rate = Rate(target.per_second, burst=target.workers, clock=clock)
        self._visitor = Visitor(
            target=target,
            probes=probes,
            tokens=Tokens((holder for _, _, holder in self._todo), clock),
            patience=Patience(rate=rate, sleep=self._sleep),
            judge=self._judge,
        )

    @property
    def products(self) -> tuple[str, ...]:
        """The names of the products that are asked."""
        return tuple(self._visitor.probes)

    @property
    def progress(self) -> Progress:
        """How far the run is."""
        done, left = len(self.results), None
        since = done - self.resumed
        if self._begun is not None and since:
            each = (self._clock() - self._begun) / since
            left = each * (self._total - done)
        pause = self._visitor.patience.rate.pause
        return Progress(done=done, total=self._total, seconds_left=left, pause=pause)

    @property
    def complete(self) -> bool:
        """Whether every unit was checked."""
        return len(self.results) == self._total

    @property
    def diagnosed(self) -> int:
        """How many outcomes were diagnosed in full; all others are like one of them."""
        return self._judge.diagnosed

    def before(self) -> tuple[datetime, dict[str, list[Checked]]] | None:
        """Return when the last complete run began, and its results by number."""
        last = self._journal.before(self._scope)
        if last is None:
            return None
        found: dict[str, list[Checked]] = {}
        for (msn, holder), body in last[1].items():
            one = read_checked(SalesUnit(msn=msn), holder, body)
            found.setdefault(msn, []).append(one)
        return last[0], found

    def cancel(self) -> None:
        """Stop: what is under way ends, and what was found stays."""
        self._asked = True
        self._stop.set()

    @property
    def cancelled(self) -> bool:
        """Whether somebody stopped the run."""
        return self._asked

    def check(self) -> Iterator[Checked]:
        """Check what is left, and yield each result once it is in the journal.

        Raises:
            HostNotAllowed: keys may not go to this address.
        """
        arrived: _Arrivals = queue.Queue(MOST_WAITING)
        self._begun = self._clock()
        left = iter(self._todo)
        count = max(1, min(self.target.workers, len(self._todo)))
        threads = [
            Thread(target=self._work, args=(left, arrived), daemon=True)
            for _ in range(count)
        ]
        for thread in threads:
            thread.start()
        try:
            yield from self._arriving(arrived, count)
        finally:
            self._stop.set()
            _drain(arrived, threads)
        if self.complete:
            self._journal.end()

    def _arriving(self, arrived: _Arrivals, working: int) -> Iterator[Checked]:
        while working:
            try:
                # Without an end it could not be interrupted on Windows.
                one = arrived.get(timeout=LONGEST_WAIT)
            except queue.Empty:
                continue
            if one is None:
                working -= 1
            elif isinstance(one, _Failed):
                raise one.error
            else:
                self._journal.keep(one.unit.msn, one.holder, one.to_json())
                self.results.append(one)
                yield one

    def _work(self, left: Iterator[_Row], arrived: _Arrivals) -> None:
        """Check one unit after another, over connections of this thread's own."""
        session = self.target.connect()
        try:
            while not self._stop.is_set():
                with self._lock:
                    row = next(left, None)
                if row is None:
                    break
                unit, keys, holder = row
                arrived.put(self._visitor.check(unit, keys, holder, session))
        except Cancelled:
            pass
        except BaseException as error:  # noqa: BLE001 - raised where it is waited for
            arrived.put(_Failed(error))
        finally:
            session.close()
            arrived.put(None)

    def _sleep(self, seconds: float) -> bool:
        """Wait for some seconds; tell whether the run was stopped meanwhile.

        A short wait comes to its end, so that what is under way does.
        """
        if seconds <= 0:
            return False
        if self._sleeping is not None:
            self._sleeping(seconds)
            return seconds > SHORT and self._stop.is_set()
        if seconds > SHORT:
            return self._stop.wait(seconds)
        sleep(seconds)
        return False


def _drain(arrived: _Arrivals, threads: list[Thread]) -> None:
    """Let the threads end, whatever they still want to hand over."""
    while any(thread.is_alive() for thread in threads):
        try:
            arrived.get(timeout=LOOK)
        except queue.Empty:
            continue
