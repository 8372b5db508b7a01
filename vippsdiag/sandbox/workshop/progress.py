"""How far somebody is with an exercise."""

from datetime import datetime

import msgspec

# Where the progress is kept that belongs to no workshop.
ROOM = "exercises"
# How many points an exercise gives that is solved without a hint, and how many more
# there are for whoever names its cause at the first guess.
MOST_POINTS = 3
FOR_THE_CAUSE = 1


class Progress(msgspec.Struct, kw_only=True):
    """How far a seat is with an exercise; the sandbox remembers it.

    Attributes:
        seat: the number of the seat.
        exercise: the id of the exercise.
        since: when it was begun first.
        last: when something was done at it last; None if that is not known.
        turns: how often it was begun.
        tries: how many calls were made.
        hints: how many hints were taken.
        solved: when it was solved; None if it is not.
        guesses: how often a cause was chosen.
        named: when the right cause was chosen; None if it was not.
    """

    seat: int
    exercise: str
    since: datetime
    last: datetime | None = None
    turns: int = 0
    tries: int = 0
    hints: int = 0
    solved: datetime | None = None
    guesses: int = 0
    named: datetime | None = None

    @property
    def points(self) -> int:
        """What it is worth: every hint costs a point, and a try costs nothing."""
        mended = max(MOST_POINTS - self.hints, 0) if self.solved else 0
        return mended + (FOR_THE_CAUSE if self.named and self.guesses == 1 else 0)
