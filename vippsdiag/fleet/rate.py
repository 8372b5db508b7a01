"""How fast calls may follow each other at one host."""

from collections.abc import Callable
from threading import Lock
from time import monotonic


class Rate:
    """A token bucket, and the pause that the API asked for; for several threads.

    Args:
        per_second: how many calls a second, on the average; None for no limit.
        burst: how many may follow each other at once after a pause.
        clock: returns seconds; only their differences count.
    """

    def __init__(
        self,
        per_second: float | None,
        *,
        burst: int = 1,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._interval = 1 / per_second if per_second else 0.0
        self._slack = (burst - 1) * self._interval
        self._clock = clock
        self._lock = Lock()
        self._next = self._held_until = float("-inf")

    def reserve(self) -> float:
        """Take the next place in the line; return the seconds to wait for it.

        After the wait, `pause` tells whether the API has asked for a pause meanwhile.
        """
        with self._lock:
            now = self._clock()
            begin = max(now, self._held_until)
            place = max(begin, self._next - self._slack)
            self._next = max(self._next, place) + self._interval
            return place - now

    def hold(self, seconds: float) -> None:
        """Let nobody call for some seconds: the API asked for it."""
        with self._lock:
            self._held_until = max(self._held_until, self._clock() + seconds)

    @property
    def pause(self) -> float:
        """How many seconds nobody may call still; 0 if somebody may."""
        with self._lock:
            return max(0.0, self._held_until - self._clock())
