"""What an exercise is: a call that works, what is wrong with it, and its texts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from vippsdiag.check import Check
from vippsdiag.checks import CHECKS
from vippsdiag.exchange import Exchange, Request
from vippsdiag.sandbox.exercises.bench import Bench

# Among how many of a diagnosis' findings the cause of an exercise has to be.
FIRST_FINDINGS = 3


def _nothing(bench: Bench) -> None:
    """Most exercises need no more than the keys."""


def ok(exchange: Exchange) -> bool:
    """Tell whether a call succeeded, as most do: with a status from 200 to 299."""
    return exchange.ok


def _as_it_is(call: Request) -> Request:
    """Where something beside the call is wrong."""
    return call


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """A call that fails, to be mended.

    Attributes:
        id: names it; public, never renamed.
        title: what it is about, without what is wrong.
        story: the situation, for the learner.
        goal: what has to succeed, as an imperative.
        nudges: the hints before the last one; the last is the check's own fix.
        causes: the ids of the checks that find what is wrong; any of them counts.
        call: makes the call as it works.
        flaw: gives the call what is wrong with it.
        instead: makes the failing call, where it is made of other things than the one
            that works.
        prepare: what has to be there before the call, such as a payment.
        mend: what has to be done beside the call, such as approving a payment; it is
            the other half of the solution.
        known: what the learner has to hand beside the keys, such as a webhook's secret;
            made when it is looked at.
        works: tells whether an answer is that of a call that succeeds.
        exact: the fields of the body that have to be as in the mended call, although
            they were not so in the failing one.
        source: where such a case is known from.
    """

    id: str
    title: str
    story: str
    goal: str
    nudges: tuple[str, ...]
    causes: tuple[str, ...]
    call: Callable[[Bench], Request]
    flaw: Callable[[Request], Request] = _as_it_is
    instead: Callable[[Bench], Request] | None = None
    prepare: Callable[[Bench], None] = _nothing
    mend: Callable[[Bench], None] = _nothing
    known: Mapping[str, Callable[[Bench], str]] = field(default_factory=dict)
    works: Callable[[Exchange], bool] = ok
    exact: frozenset[str] = frozenset()
    source: str

    def failing(self, bench: Bench) -> Request:
        """Return the call that fails."""
        return self.flaw((self.instead or self.call)(bench))

    @cached_property
    def check(self) -> Check:
        """The check whose cause this is an exercise for."""
        return next(check for check in CHECKS if check.id == self.causes[0])

    @property
    def hints(self) -> tuple[str, ...]:
        """The hints, from a nudge to what mends the call."""
        return (*self.nudges, self.check.fix)
