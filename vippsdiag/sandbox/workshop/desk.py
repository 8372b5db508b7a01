"""What a seat does at an exercise; the sandbox does it, so that nothing can be claimed.

An exercise that is being worked at is in the memory of the process. Where it is gone,
because the sandbox was started again, it is begun again.
"""

from typing import TYPE_CHECKING

from vippsdiag.errors import VippsdiagError
from vippsdiag.exchange import Exchange
from vippsdiag.language import say
from vippsdiag.sandbox.exercises import again, find
from vippsdiag.sandbox.exercises.attempt import Attempt
from vippsdiag.sandbox.exercises.exercise import FIRST_FINDINGS
from vippsdiag.sandbox.state.state import Room
from vippsdiag.sandbox.workshop.course import choices
from vippsdiag.sandbox.workshop.messages import (
    Answer,
    Guess,
    Outcome,
    Said,
    Sent,
    Sheet,
    Standing,
)
from vippsdiag.sandbox.workshop.progress import Progress
from vippsdiag.sandbox.workshop.seats import Seat, room_of

if TYPE_CHECKING:
    from vippsdiag.sandbox.simulator import Sandbox

# How many exercises of a seat are kept as they are; an older one is begun again.
MOST_OPEN = 3


class ExerciseClosed(VippsdiagError):  # noqa: N818 - named for what happened
    """The trainer has closed an exercise for everybody."""


class Desk:
    """The desk of a seat.

    Args:
        sandbox: where the exercises are played.
        seat: whose desk it is.
    """

    def __init__(self, sandbox: "Sandbox", seat: Seat) -> None:
        self._sandbox = sandbox
        self._seat = seat
        self._open = sandbox.roll.open.setdefault(seat.number, {})

    def standings(self) -> list[Standing]:
        """Return how far the seat is with everything that it began."""
        now = self._sandbox.clock()
        known = sorted(self._known(), key=lambda item: item.since)
        return [Standing.of(progress, now) for progress in known]

    def current(self) -> str:
        """Return the id of the exercise that is worked at now; empty for none."""
        known = self._known()
        latest = max(known, key=lambda item: item.last or item.since, default=None)
        return latest.exercise if latest else ""

    def _known(self) -> list[Progress]:
        room = Room(self._sandbox.state, room_of(self._seat.number))
        return room.all(Progress)

    def clear(self) -> None:
        """Forget what the seat has reached."""
        self._open.clear()
        self._sandbox.state.empty(Progress, room_of(self._seat.number))

    def begin(self, name: str) -> Sheet:
        """Begin an exercise, or begin it anew."""
        attempt = self._begun(name)
        failing = attempt.failing
        found = [check.id for check, _ in attempt.diagnosis().ranked]
        before = attempt.bench.exchanges
        return Sheet(
            exercise=name,
            call=Sent.of(attempt.to_mend),
            answer=Answer.of(failing),
            before=[
                (Sent.of(one.request), Answer.of(one)) for one in before if one.request
            ],
            hand=again.at_hand(attempt),
            settings=dict(attempt.settings),
            choices=list(choices(attempt.exercise, found)),
            standing=self._standing(attempt),
        )

    def hint(self, name: str) -> Standing:
        """Take the next hint; which one it is, its number tells."""
        attempt, _ = self._at(name)
        attempt.hint()
        return self._standing(attempt)

    def choose(self, name: str, cause: str) -> Guess:
        """Say which cause it is."""
        attempt, _ = self._at(name)
        right = attempt.choose(cause)
        return Guess(right=right, standing=self._standing(attempt))

    def call(self, name: str, sent: Sent, settings: dict[str, str]) -> Outcome:
        """Make a call, and tell whether it solves the exercise."""
        attempt, anew = self._at(name)
        here = again.filler(attempt)
        for key in attempt.settings.keys() & settings.keys():
            attempt.settings[key] = here(settings[key])
        made = attempt.call(again.filled(attempt, sent.request()))
        checked = attempt.check(made)
        found, still = self._found(attempt, made)
        return Outcome(
            answer=Answer.of(made),
            solved=checked.solved,
            words=Said.of(checked.words),
            found=found,
            still=still,
            anew=anew,
            standing=self._standing(attempt),
        )

    def _found(self, attempt: Attempt, made: Exchange) -> tuple[list[str], bool]:
        """Return what the diagnosis finds, and whether the cause is still there."""
        if attempt.exercise.works(made):
            return [], False
        ranked = attempt.diagnosis_of(made).ranked
        found = [check.id for check, _ in ranked[:FIRST_FINDINGS]]
        causes = set(attempt.exercise.causes)
        known = attempt.progress
        if not (known.solved or known.named):
            # Whatever could stand for the cause would tell it as well.
            before = {check.id for check, _ in attempt.diagnosis().ranked}
            return [one for one in found if one not in causes | before], bool(
                causes & set(found)
            )
        return found, bool(causes & set(found))

    def _at(self, name: str) -> tuple[Attempt, bool]:
        """Return an exercise that is being worked at, and whether it began just now."""
        self._see_open(name)
        attempt = self._open.get(name)
        return (attempt, False) if attempt else (self._begun(name), True)

    def _begun(self, name: str) -> Attempt:
        self._see_open(name)
        number = self._seat.number
        attempt = Attempt(
            find(name),
            self._sandbox,
            number,
            units=self._sandbox.roll.units_of(number),
            room=room_of(number),
        )
        self._open.pop(name, None)
        self._open[name] = attempt
        while len(self._open) > MOST_OPEN:
            del self._open[next(iter(self._open))]
        return attempt

    def _see_open(self, name: str) -> None:
        if name in self._sandbox.roll.lesson().closed:
            raise ExerciseClosed(say("The trainer has closed this exercise for now."))

    def _standing(self, attempt: Attempt) -> Standing:
        return Standing.of(attempt.progress, self._sandbox.clock())
