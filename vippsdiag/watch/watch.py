"""The watch itself: each look is a run of the fleet, compared with what was known."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime

from vippsdiag.client.certificate import Certificate, certificate_of
from vippsdiag.environments import HOSTS, Environment
from vippsdiag.fleet import Checked, Fleet, Journal, SalesUnit, Target, summarise
from vippsdiag.keys import KeySet
from vippsdiag.watch.look import Look, News, Subject, Thing, sound, things


def _now() -> datetime:
    return datetime.now(UTC)


class Watch:
    """Looks at sales units again and again.

    Args:
        units: which.
        target: where they are called, and how fast.
        keys: for all units that have none of their own.
        journal: where results are kept and what was told, so that a watch that is
            started again tells only what has changed; in memory if not given.
        certificate: returns the certificate of a host.
        now: returns the time.
    """

    def __init__(  # noqa: PLR0913 - each is one thing to say about a watch
        self,
        units: Sequence[SalesUnit],
        target: Target,
        *,
        keys: KeySet | None = None,
        journal: Journal | None = None,
        certificate: Callable[[str], Certificate] = certificate_of,
        now: Callable[[], datetime] = _now,
    ) -> None:
        self._units, self._target, self._keys = units, target, keys
        self._journal = journal or Journal()
        self._certificate, self._now = certificate, now
        self._known: dict[Thing, bool] = {}
        self._begun = False
        self._fleet: Fleet | None = None

    def look(self) -> Look:
        """Call everything once, and say what is otherwise than before.

        Raises:
            HostNotAllowed: keys may not go to this address.
        """
        at = self._now()
        # What a look that was stopped had found is not how it is now.
        self._fleet = fleet = Fleet(
            self._units,
            self._target,
            keys=self._keys,
            journal=self._journal,
            afresh=True,
        )
        before = fleet.before()
        if not self._begun:
            self._remember(before[1].values() if before else ())
        self._begun = True
        for _ in fleet.check():
            pass
        summary = summarise(fleet.results, fleet.products, before)
        certificates = tuple(map(self._certificate, self._hosts()))
        told = [*things(summary.results), *sound(certificates, at)]
        news = tuple(self._learn(iter(told)))
        if not fleet.cancelled:
            broken = [thing for thing, works in self._known.items() if not works]
            self._journal.keep_trouble(self._scope, broken)
        return Look(at=at, summary=summary, certificates=certificates, news=news)

    def stop(self) -> None:
        """End a look that is under way; it may be called from a signal's handler."""
        if self._fleet:
            self._fleet.cancel()

    def _remember(self, before: Iterable[Sequence[Checked]]) -> None:
        """Take in what was told before this was started, and how it was since."""
        for subject, whose, product in self._journal.trouble(self._scope):
            self._known[Subject(subject), whose, product] = False
        for results in before:
            self._learn(things(results))

    @property
    def _scope(self) -> str:
        return f"{self._target.environment} {self._target.plays}"

    def _learn(self, told: Iterator[tuple[Thing, News]]) -> list[News]:
        """Take in what is so now; return what is otherwise than it was known."""
        news = []
        for thing, one in told:
            # What works at the first look is what everybody expects.
            if self._known.get(thing, True) is not one.works:
                news.append(one)
            self._known[thing] = one.works
        return news

    def _hosts(self) -> list[str]:
        """Return the hosts whose certificates matter; the sandbox has none."""
        environment = self._target.environment
        return [] if environment is Environment.SANDBOX else [HOSTS[environment]]
