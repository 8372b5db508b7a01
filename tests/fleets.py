"""What the tests of the fleet share: a practice fleet, and time that never passes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from vippsdiag.environments import Environment
from vippsdiag.fleet import Checked, Fleet, Journal, Target, read_listing
from vippsdiag.sandbox import Sandbox
from vippsdiag.sandbox.gateway.received import Received
from vippsdiag.sandbox.gateway.reply import Reply
from vippsdiag.sandbox.practice.partner import BASE, Practice, practice


@dataclass
class Time:
    """A clock that moves when somebody sleeps."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self.lock:
            self.now += seconds
            self.slept.append(seconds)


class Watched(Sandbox):
    """A sandbox that remembers what was called, without any key.

    Attributes:
        calls: the path and the number of each call.
        actions: what to do when a number is called for the first time.
    """

    def __init__(self, made: Practice) -> None:
        super().__init__(made.config)
        self.calls: list[tuple[str, str]] = []
        self.actions: dict[str, Callable[[], object]] = {}

    def answer(self, received: Received) -> Reply:
        path = received.target.split("/vippsdiag-")[0]
        msn = received.headers().get("merchant-serial-number", "")
        self.calls.append((path.removeprefix("/production"), msn))
        self.actions.pop(msn, lambda: None)()
        return super().answer(received)

    def count(self, path: str) -> int:
        return sum(called == path for called, _ in self.calls)


@dataclass
class Scene:
    """A practice fleet with a sandbox that answers for it."""

    made: Practice
    sandbox: Watched
    time: Time = field(default_factory=Time)

    def fleet(
        self,
        journal: Journal | None = None,
        *,
        workers: int = 1,
        per_second: float | None = None,
        products: tuple[str, ...] = (),
        afresh: bool = False,
        table: Callable[[str], str] = str,
    ) -> Fleet:
        target = Target(
            environment=Environment.SANDBOX,
            sandbox=BASE,
            products=products,
            per_second=per_second,
            workers=workers,
            session=self.sandbox.session,
        )
        return Fleet(
            read_listing(table(self.made.table)).units,
            target,
            keys=self.made.keys,
            journal=journal,
            afresh=afresh,
            clock=self.time.clock,
            sleep=self.time.sleep,
        )


def stopped_at(place: Scene, fleet: Fleet, msn: str) -> list[str]:
    """Run a fleet of one worker until a unit is called, and return what was checked."""
    place.sandbox.actions[msn] = fleet.cancel
    return [one.unit.msn for one in fleet.check()]


def scene(count: int = 20) -> Scene:
    made = practice(count)
    return Scene(made, Watched(made))


def causes(results: list[Checked]) -> dict[str, str]:
    """Return the causes of each unit in one string; empty for one that works."""
    return {
        one.unit.msn: ", ".join(cause.check for cause in one.causes) for one in results
    }
