"""A learner at an exercise: trying calls, taking hints, and how it goes."""

from datetime import datetime

import msgspec

from vippsdiag.check import Report
from vippsdiag.diagnosis import diagnose
from vippsdiag.errors import UnreadablePaste
from vippsdiag.exchange import Exchange, Request
from vippsdiag.importers import read_paste
from vippsdiag.keys import KeySet
from vippsdiag.render.curl import to_curl
from vippsdiag.render.values import revealed
from vippsdiag.sandbox.exercises.bench import Bench
from vippsdiag.sandbox.exercises.exercise import MOST_POINTS, Exercise
from vippsdiag.sandbox.exercises.solved import Checked, judge
from vippsdiag.sandbox.received import of_request
from vippsdiag.sandbox.simulator import Sandbox
from vippsdiag.sandbox.state import Room

ROOM = "exercises"


class Progress(msgspec.Struct, kw_only=True):
    """How far a seat is with an exercise; the sandbox remembers it.

    Attributes:
        seat: the number of the seat.
        exercise: the id of the exercise.
        since: when it was begun first.
        turns: how often it was begun.
        tries: how many calls were made.
        hints: how many hints were taken.
        solved: when it was solved; None if it is not.
    """

    seat: int
    exercise: str
    since: datetime
    turns: int = 0
    tries: int = 0
    hints: int = 0
    solved: datetime | None = None

    @property
    def points(self) -> int:
        """What it is worth: every hint costs a point, and a try costs nothing."""
        return max(MOST_POINTS - self.hints, 0) if self.solved else 0


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

    Attributes:
        to_mend: the call to mend.
        failing: the same, with its answer.
    """

    def __init__(
        self, exercise: Exercise, sandbox: Sandbox, seat: int = 0, address: str = ""
    ) -> None:
        self.exercise = exercise
        self._sandbox = sandbox
        self._name = f"{seat}/{exercise.id}"
        self._seat = seat
        begun = self._change(turns=1)
        self.bench = Bench(
            sandbox, seat, name=exercise.id, turn=begun.turns, address=address
        )
        self._made: list[Exchange] = []
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
        room = Room(self._sandbox.state, ROOM)
        found = room.get(Progress, self._name)
        now = self._sandbox.clock()
        return found or Progress(seat=self._seat, exercise=self.exercise.id, since=now)

    def diagnosis(self) -> Report:
        """Return what vippsdiag finds in the call to mend."""
        return diagnose(self.bench.evidence(self.failing))

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
        raise UnreadablePaste("There is no call in this text.")

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

    def _was_made(self, exchange: Exchange) -> bool:
        if any(exchange is made for made in self._made):
            return True
        logged = (entry.exchange for entry in self._sandbox.log)
        return any(_are_one(exchange, entry) for entry in logged)

    def _change(
        self,
        *,
        turns: int = 0,
        tries: int = 0,
        hints: int = 0,
        solved: datetime | None = None,
    ) -> Progress:
        with self._sandbox.change():
            now = self.progress
            now.turns += turns
            now.tries += tries
            now.hints += hints
            now.solved = now.solved or solved
            Room(self._sandbox.state, ROOM).put(self._name, now)
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
