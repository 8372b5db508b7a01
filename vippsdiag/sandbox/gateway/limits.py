"""How often an operation may be called (facts 5.2)."""

from collections.abc import Callable
from dataclasses import dataclass

from vippsdiag.sandbox.gateway import answers
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.reply import Refusal

WINDOW = 60
# How many counters are kept; the oldest are forgotten.
MOST_COUNTERS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How many calls a minute are served.

    Attributes:
        calls: how many.
        per: what they are counted by, such as the reference and the number.
    """

    calls: int
    per: Callable[[Call], tuple[str, ...]]


class Counters:
    """Counts calls in windows of a minute, which begin with the first call."""

    def __init__(self) -> None:
        self._begun: dict[tuple[object, ...], tuple[float, int]] = {}

    def count(self, call: Call, operation: str, limit: Limit) -> None:
        """Count a call.

        Raises:
            Refusal: there were too many; the answer says when to come again.
        """
        name = (operation, call.environment, *limit.per(call))
        now = call.now.timestamp()
        begin, calls = self._begun.get(name, (now, 0))
        if now - begin >= WINDOW or now < begin:
            begin, calls = now, 0
        if calls >= limit.calls:
            raise Refusal(answers.too_many(int(begin + WINDOW - now) + 1))
        if name not in self._begun and len(self._begun) >= MOST_COUNTERS:
            del self._begun[next(iter(self._begun))]
        self._begun[name] = begin, calls + 1
