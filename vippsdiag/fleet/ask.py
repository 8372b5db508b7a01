"""The calls of one sales unit, each made until its answer can be believed.

Who calls thousands of times meets whatever goes wrong once in a while. A call that
succeeded is believed at once; one that failed is made again until the same answer came
several times, so that no passing trouble is taken for the cause.
"""

from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import UTC, datetime

from vippsdiag.client.pace import seconds_to_wait
from vippsdiag.exchange import Exchange
from vippsdiag.fleet.judge import mark
from vippsdiag.fleet.rate import Rate
from vippsdiag.keys import KeySet

# An answer that came so often is believed.
ENOUGH = 3
# So often a call is made until what came most often is believed.
MOST_CALLS = 8
# So often the API may ask to wait before one and the same call.
MOST_PAUSES = 10
# Seconds before a call is made again that brought no answer or a server's error;
# twice as long each time.
FIRST_WAIT, LONGEST_WAIT = 0.25, 4.0


class Cancelled(Exception):  # noqa: N818 - named for what happened
    """The run was cancelled; the unit counts as not checked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """When calls are made, and how often.

    Attributes:
        rate: how fast they may follow each other.
        sleep: waits for some seconds; returns whether the run was cancelled.
        enough: how often the same failing answer has to come until it is believed.
    """

    rate: Rate
    sleep: Callable[[float], bool]
    enough: int = ENOUGH

    def wait(self) -> None:
        """Wait until a call may be made.

        Raises:
            Cancelled: the run was cancelled meanwhile.
        """
        while True:
            seconds = self.rate.reserve()
            if self.sleep(max(0.0, seconds)):
                raise Cancelled
            if not self.rate.pause:
                return

    def settled(
        self,
        call: Callable[[], Exchange],
        succeeded: Callable[[Exchange], bool],
        keys: KeySet,
    ) -> Exchange:
        """Make a call until its answer can be believed.

        Args:
            call: makes it.
            succeeded: tells whether it succeeded.
            keys: what it is made with.

        Raises:
            Cancelled: the run was cancelled meanwhile.
        """
        seen: Counter[Hashable] = Counter()
        latest: dict[Hashable, Exchange] = {}
        pauses, again = 0, FIRST_WAIT
        while True:
            self.wait()
            exchange = call()
            if succeeded(exchange):
                return exchange
            pause = seconds_to_wait((exchange,), datetime.now(UTC))
            if pause and pauses < MOST_PAUSES:
                pauses += 1
                self.rate.hold(pause)
                continue
            answer = mark(exchange, keys)
            seen[answer] += 1
            latest[answer] = exchange
            if seen[answer] >= self.enough or seen.total() >= MOST_CALLS:
                return latest[seen.most_common(1)[0][0]]
            if exchange.status is None or exchange.status >= 500:
                if self.sleep(again):
                    raise Cancelled
                again = min(2 * again, LONGEST_WAIT)
