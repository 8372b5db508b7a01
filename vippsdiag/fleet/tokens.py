"""One access token for each set of keys, shared by the units that share the keys."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock

from vippsdiag.exchange import Exchange
from vippsdiag.fleet.unit import Cause

# How much of its life a token may have behind it; the documentation says 90 %.
USABLE = 0.9
# Where an answer does not say how long a token lives; test tokens live an hour.
USUAL_SECONDS = 3000
# A younger token that is refused would be refused again.
YOUNG = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """What a token call came to.

    Attributes:
        exchange: the call.
        token: None if it brought none.
        seconds: how long it is valid; None if the answer does not say.
        causes: why it brought none, if that was tried; empty if it was not.
    """

    exchange: Exchange
    token: str | None
    seconds: int | None = None
    causes: tuple[Cause, ...] = ()


class _Held:
    """The token of one set of keys, and the lock under which it is asked for."""

    __slots__ = ("at", "issue", "lock")

    def __init__(self) -> None:
        self.lock = Lock()
        self.issue: Issue | None = None
        self.at = 0.0


class Tokens:
    """Asks for each token once, whoever needs it first; the others wait for it.

    Args:
        holders: the fingerprint of the keys of every unit; what only one unit needs
            is forgotten when that unit is done.
        clock: returns seconds; only their differences count.
    """

    def __init__(self, holders: Iterable[str], clock: Callable[[], float]) -> None:
        self._left = Counter(holders)
        self._clock = clock
        self._lock = Lock()
        self._held: dict[str, _Held] = {}

    def of(self, holder: str, ask: Callable[[], Issue]) -> Issue:
        """Return what the token call of a set of keys came to.

        Args:
            holder: the fingerprint of the keys.
            ask: makes the call.
        """
        held = self._place(holder)
        with held.lock:
            if held.issue is None or self._aged(held):
                held.issue, held.at = ask(), self._clock()
            return held.issue

    def renewed(self, holder: str, refused: Issue, ask: Callable[[], Issue]) -> Issue:
        """Return a token in place of one that was refused, if that is worth a call."""
        held = self._place(holder)
        with held.lock:
            same = held.issue is refused or held.issue is None
            if same and self._clock() - held.at >= YOUNG:
                held.issue, held.at = ask(), self._clock()
            return held.issue or refused

    def done(self, holder: str) -> None:
        """Say that a unit needs its token no longer."""
        with self._lock:
            self._left[holder] -= 1
            if self._left[holder] <= 0:
                self._held.pop(holder, None)

    def _place(self, holder: str) -> _Held:
        with self._lock:
            return self._held.setdefault(holder, _Held())

    def _aged(self, held: _Held) -> bool:
        issue = held.issue
        if issue is None or issue.token is None:
            return False
        life = issue.seconds or USUAL_SECONDS
        return self._clock() - held.at > life * USABLE
