"""A learner at an exercise: trying calls, taking hints, and how it goes."""

from collections import deque
from collections.abc import Iterable
from datetime import datetime

from vippsdiag.check import Report
from vippsdiag.diagnosis import diagnose
from vippsdiag.errors import UnreadablePaste
from vippsdiag.exchange import Exchange, Request
from vippsdiag.importers import read_paste
from vippsdiag.keys import KeySet
from vippsdiag.language import mark
from vippsdiag.render.curl import to_curl
from vippsdiag.render.values import revealed
from vippsdiag.sandbox.exercises.bench import Bench
from vippsdiag.sandbox.exercises.exercise import Exercise
from vippsdiag.sandbox.exercises.solved import Checked, judge
from vippsdiag.sandbox.gateway.received import of_request
from vippsdiag.sandbox.keys.units import Unit
from vippsdiag.sandbox.simulator import Sandbox
from vippsdiag.sandbox.state.state import Room
from vippsdiag.sandbox.workshop.progress import ROOM, Progress

# How many of the calls that were made are remembered.
MOST_KEPT = 100


def progress(sandbox: Sandbox) -> list[Progress]:
    """Return how far every seat is, by seat and by when it began."""
    known = Room(sandbox.state, ROOM).all(Progress)
    return sorted(known, key=lambda item: (item.seat, item.since))


class Attempt:
    """One learner at one exercise; `vippsdiag.sandbox.exercises.start` begins it.

    Args:
        exercise: what is to be solved.
        sandbox: what answers.
        seat: whose keys are used.
        address: where the sandbox is served; the API's own hosts if empty.
        units: the keys of the seat, where they are not made from its number.
        room: where the progress is kept.

    Attributes:
        to_mend: the call to mend.
        failing: the same, with its answer.
    """

    def __init__(  # noqa: PLR0913 - each is one thing to say about it
        self,
        exercise: Exercise,
        sandbox: Sandbox,
        seat: int = 0,
        address: str = "",
        *,
        units: Iterable[Unit] | None = None,
        room: str = ROOM,
    ) -> None:
        self.exercise = exercise
        self._sandbox = sandbox
        self._name = f"{seat}/{exercise.id}"
        self._seat = seat
        self._room = Room(sandbox.state, room)
        begun = self._change(turns=1)
        self.bench = Bench(
            sandbox,
            seat,
            name=exercise.id,
            turn=begun.turns,
            address=address,
            units=units,
        )
        self._made: deque[Exchange] = deque(maxlen=MOST_KEPT)
        exercise.prepare(self.bench)
        call = exercise.failing(self.bench)
        self.to_mend = call
        self.failing = self.bench.send(call)

    @property
    def keys(self) -> dict[str, KeySet]:
        """The keys of the seat, by the name of who has them."""
        return {name: unit.keys() for name, unit in self.bench.units.items()}

    @property
    def known(self) -> dict[str, str]:
        """What there is to hand beside the keys, such as a webhook's secret."""
        known = self.exercise.known
        return {name: make(self.bench) for name, make in known.items()}

    @property
    def settings(self) -> dict[str, str]:
        """What can be set beside the call; empty for most exercises."""
        return self.bench.settings

    @property
    def curl(self) -> str:
        """The call to mend as a cURL command; the keys in it open nothing else."""
        return to_curl(self.to_mend, revealed)

    @property
    def progress(self) -> Progress:
        """How far it is."""
        found = self._room.get(Progress, self._name)
        now = self._sandbox.clock()
        return found or Progress(seat=self._seat, exercise=self.exercise.id, since=now)

    def diagnosis(self) -> Report:
        """Return what vippsdiag finds in the call to mend."""
        return self.diagnosis_of(self.failing)

    def diagnosis_of(self, exchange: Exchange) -> Report:
        """Return what vippsdiag finds in a call that was made."""
        return diagnose(self.bench.evidence(exchange))

    def hint(self) -> str:
        """Return the next hint; the last one again when there is no more."""
        hints = self.exercise.hints
        taken = min(self.progress.hints + 1, len(hints))
        self._change(hints=taken - self.progress.hints)
        return hints[taken - 1]

    def solution(self) -> Request | None:
        """Return the mended call; None before the last hint was taken."""
        if self.progress.hints < len(self.exercise.hints):
            return None
        return self.exercise.call(self.bench)

    def call(self, request: Request) -> Exchange:
        """Make a call; `check` tells whether it solves the exercise."""
        self._change(tries=1)
        exchange = self.bench.send(request)
        self._made.append(exchange)
        return exchange

    def paste(self, text: str) -> Exchange:
        """Make the call in a text, such as a changed cURL command.

        Raises:
            UnreadablePaste: there is no call in it.
        """
        for exchange in reversed(read_paste(text).exchanges):
            if exchange.request:
                return self.call(exchange.request)
        raise UnreadablePaste(mark("There is no call in this text."))

    def check(self, exchange: Exchange) -> Checked:
        """Tell whether a call solves the exercise, and why not.

        An answer from elsewhere does not count: a call that was not made with `call`,
        and that the sandbox did not answer just now, is made again.
        """
        if exchange.request and not self._was_made(exchange):
            exchange = self.call(exchange.request)
        checked = judge(self.exercise, self.bench, self.to_mend, exchange)
        if checked.solved and self.progress.solved is None:
            self._change(solved=self._sandbox.clock())
        return checked

    def choose(self, cause: str) -> bool:
        """Say which check's cause it is; tell whether that is right.

        Once it is right, or solved, saying more changes nothing.
        """
        right, before = cause in self.exercise.causes, self.progress
        if not (before.named or before.solved):
            now = self._sandbox.clock()
            self._change(guesses=1, named=now if right else None)
        return right

    def _was_made(self, exchange: Exchange) -> bool:
        if any(exchange is made for made in self._made):
            return True
        logged = (entry.exchange for entry in self._sandbox.log)
        return any(_are_one(exchange, entry) for entry in logged)

    def _change(  # noqa: PLR0913 - one for each thing that is counted
        self,
        *,
        turns: int = 0,
        tries: int = 0,
        hints: int = 0,
        solved: datetime | None = None,
        guesses: int = 0,
        named: datetime | None = None,
    ) -> Progress:
        with self._sandbox.change():
            now = self.progress
            now.turns += turns
            now.tries += tries
            now.hints += hints
            now.solved = now.solved or solved
            now.guesses += guesses
            now.named = now.named or named
            now.last = self._sandbox.clock()
            self._room.put(self._name, now)
        return now


def _are_one(one: Exchange, other: Exchange) -> bool:
    """Tell whether two records are of one call: the same was sent and answered."""
    if not (one.request and one.response and other.request and other.response):
        return False
    sent, kept = of_request(one.request), of_request(other.request)
    same = (sent.method, sent.target, sent.body) == (
        kept.method,
        kept.target,
        kept.body,
    )
    headers = kept.headers()
    body, kept_body = one.response.body or "", other.response.body or ""
    answered = one.status == other.status and body == kept_body
    return (
        same
        and answered
        and all(headers.get(name) == value for name, value in sent.headers().items())
    )
