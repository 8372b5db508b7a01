"""Exercises: calls that fail, to be mended in the sandbox.

`start` gives a learner a call that fails; `Attempt.call` sends another one, and
`Attempt.check` says whether the same call succeeds now. `from_exchange` makes an
exercise of a real report.
"""

from vippsdiag.sandbox.exercises.attempt import Attempt, progress
from vippsdiag.sandbox.exercises.bench import classroom
from vippsdiag.sandbox.exercises.catalogue import EXERCISES, FAMILIES, find
from vippsdiag.sandbox.exercises.exercise import Exercise
from vippsdiag.sandbox.exercises.reports import (
    Unplayable,
    from_evidence,
    from_exchange,
)
from vippsdiag.sandbox.exercises.solved import Checked
from vippsdiag.sandbox.simulator import Sandbox
from vippsdiag.sandbox.workshop.progress import Progress

__all__ = [
    "EXERCISES",
    "FAMILIES",
    "Attempt",
    "Checked",
    "Exercise",
    "Progress",
    "Unplayable",
    "classroom",
    "find",
    "from_evidence",
    "from_exchange",
    "progress",
    "start",
]


def start(
    exercise: str | Exercise, sandbox: Sandbox, seat: int = 0, *, address: str = ""
) -> Attempt:
    """Begin an exercise, or begin it anew; what was reached before stays.

    Args:
        exercise: its id, or one that was made from a report.
        sandbox: what answers; see `classroom` for one with many seats.
        seat: the number of the learner's seat.
        address: where the sandbox is served; the API's own hosts if empty.

    Raises:
        VippsdiagError: there is no such exercise, or no such seat.
    """
    found = find(exercise) if isinstance(exercise, str) else exercise
    return Attempt(found, sandbox, seat, address)
