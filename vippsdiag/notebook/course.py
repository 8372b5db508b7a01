"""A list being checked in a thread of its own, so that the notebook can be used."""

from collections.abc import Callable
from itertools import count
from pathlib import Path
from threading import Event, Lock, Thread

from vippsdiag.errors import VippsdiagError
from vippsdiag.fleet import Fleet, Journal, Listing, Summary, Target, summarise
from vippsdiag.keys import KeySet
from vippsdiag.language import say

# Seconds between two looks at the progress, and after how many of them what was found
# so far is shown: it is a page full.
STEP = 0.25
STEPS = 12


class Course:
    """The runs of a list, one after another; each goes on from the one before.

    Args:
        journal: where the results are kept; in memory if not given.
        step: called while a run goes on, and when it has ended.
        found: called with what was found so far, and with None when it is forgotten.

    Attributes:
        fleet: the run; None before the first.
        problem: what ended it, as texts to be said; empty if nothing did.
        running: whether units are being checked.
    """

    def __init__(
        self,
        journal: Path | None,
        step: Callable[[], object],
        found: Callable[[Summary | None], object],
    ) -> None:
        self.fleet: Fleet | None = None
        self.problem: tuple[str, ...] = ()
        self.running = False
        self._path, self._journal = journal, Journal(journal)
        self._step, self._found = step, found
        self._thread: Thread | None = None
        self._afresh = False
        self._showing = Lock()

    @property
    def stopped(self) -> bool:
        """Whether a run was stopped that can go on."""
        return not self.running and self.fleet is not None and not self.fleet.complete

    def begin(self, listing: Listing, target: Target, keys: KeySet | None) -> None:
        """Check a list, or what is left of it."""
        self.problem = ()
        if self._path:
            # One run at a time writes in a file.
            self.wait()
        try:
            self.fleet = Fleet(
                listing.units,
                target,
                keys=keys,
                journal=self._journal,
                afresh=self._afresh,
            )
        except VippsdiagError as error:
            self.problem = error.args
            return
        self.running, self._afresh = True, False
        self._thread = Thread(target=self._run, args=(self.fleet,), daemon=True)
        self._thread.start()

    def forget(self) -> None:
        """Forget what was found, and begin the next run anew."""
        self.stop()
        self.running, self.problem, self.fleet = False, (), None
        if self._path is None:
            self._journal = Journal()
        self._found(None)

    def afresh(self) -> None:
        """Begin the next run anew, even if the one before was stopped."""
        self.forget()
        self._afresh = True

    def stop(self) -> None:
        """Stop; what is under way is still written down."""
        if self.fleet is not None:
            self.fleet.cancel()

    def wait(self) -> None:
        """Wait until the run has ended."""
        if self._thread is not None:
            self._thread.join()

    def end(self) -> None:
        """Stop, and let others have the journal; nothing can be checked then."""
        self.stop()
        self.wait()
        self._journal.close()

    def _run(self, fleet: Fleet) -> None:
        """Check every unit, while another thread shows what was found."""
        ended = Event()
        Thread(target=self._watch, args=(fleet, ended), daemon=True).start()
        problem: tuple[str, ...] = ()
        try:
            for _ in fleet.check():
                pass
        except VippsdiagError as error:
            problem = error.args
        except Exception as error:  # noqa: BLE001 - told where the progress stands
            name = type(error).__name__
            problem = (say("The check ended by itself ({reason}).", reason=name),)
        # What is shown last is what is known last.
        with self._showing:
            ended.set()
            if fleet is self.fleet:
                self.running, self.problem = False, problem
                before = fleet.before()
                self._found(summarise(fleet.results, fleet.products, before))
                self._step()

    def _watch(self, fleet: Fleet, ended: Event) -> None:
        """Show from time to time how far a run is, and what was found so far."""
        for number in count(1):
            ended.wait(STEP)
            with self._showing:
                if ended.is_set() or fleet is not self.fleet:
                    return
                self._step()
                if number % STEPS == 0:
                    self._found(summarise(tuple(fleet.results), fleet.products))
