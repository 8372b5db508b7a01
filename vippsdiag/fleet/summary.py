"""What to do about a fleet: the fewest things that explain what does not work."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from vippsdiag.check import Check, Confidence
from vippsdiag.checks import CHECKS
from vippsdiag.fleet.unit import Cause, Checked, Standing
from vippsdiag.products import Reach

# Nothing that is known fits.
NO_CAUSE = ""
_BY_ID = {check.id: check for check in CHECKS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing to mend.

    Attributes:
        cause: the id of the check; empty if no known cause fits.
        product: the API that it is about; empty if it is about all of them.
        confidence: how sure it is, where it is least sure; None without a cause.
        units: those that it explains.
        shared: whether these are all the units, and several, that use one set of keys.
    """

    cause: str
    product: str
    confidence: Confidence | None
    units: tuple[Checked, ...]
    shared: bool

    @property
    def check(self) -> Check | None:
        """Everything that is said about the cause; None if none fits."""
        return _BY_ID.get(self.cause)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is different from the last run.

    Attributes:
        since: when that run began.
        broke: what worked then, and fails now.
        healed: what failed then, and works now.
        other: what fails for another cause now, or cannot be told any more.
        new: what was not in the list then.
        gone: the numbers that are not in the list any more.
    """

    since: datetime
    broke: tuple[Checked, ...]
    healed: tuple[Checked, ...]
    other: tuple[Checked, ...]
    new: tuple[Checked, ...]
    gone: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a run came to.

    Attributes:
        results: in the order of the list.
        products: the APIs that were asked.
        actions: what to do, what explains the most units first.
        change: what is different from the last run; None if there is none to compare.
    """

    results: tuple[Checked, ...]
    products: tuple[str, ...]
    actions: tuple[Action, ...]
    change: Change | None = None

    def count(self, standing: Standing) -> int:
        """Return how many units stand like this."""
        return sum(one.standing is standing for one in self.results)


Before = tuple[datetime, Mapping[str, Sequence[Checked]]]


def summarise(
    results: Sequence[Checked], products: Sequence[str], before: Before | None = None
) -> Summary:
    """Group results by what is to be done.

    Args:
        results: what came of each unit, in any order.
        products: the APIs that were asked.
        before: when the last run began, and what came of each number.
    """
    ordered = sorted(results, key=lambda one: one.unit.line)
    return Summary(
        results=tuple(ordered),
        products=tuple(products),
        actions=tuple(_actions(ordered)),
        change=_change(ordered, *before) if before else None,
    )


# What is to be done: a cause, the product that it is about, the keys that are shared.
_Thing = tuple[str, str, str]
# What is to be explained: a unit, and a product that it did not reach.
_Need = tuple[int, str]


def _actions(results: list[Checked]) -> Iterator[Action]:
    """Yield the fewest things that explain everything, the largest first."""
    users = Counter(one.holder for one in results)
    explains: dict[_Thing, dict[_Need, int]] = {}
    for index, one in enumerate(results):
        for thing, need, rank in _offers(index, one, users):
            explains.setdefault(thing, {})[need] = rank
    left = {need for needs in explains.values() for need in needs}
    while left:
        thing, needs = max(
            explains.items(), key=lambda item: _worth(item[1], left, item[0])
        )
        mine = {need: rank for need, rank in needs.items() if need in left}
        units = dict.fromkeys(index for index, _ in mine)
        keys = {results[index].holder for index in units}
        yield Action(
            cause=thing[0],
            product=thing[1],
            confidence=list(Confidence)[max(mine.values())] if thing[0] else None,
            units=tuple(results[index] for index in units),
            shared=len(units) > 1 and [users[one] for one in keys] == [len(units)],
        )
        left -= set(mine)
        del explains[thing]


def _offers(
    index: int, one: Checked, users: Counter[str]
) -> Iterator[tuple[_Thing, _Need, int]]:
    """Yield each thing that would explain something of a unit."""
    missed = [name for name, told in one.reach.items() if told is not Reach.REACHED]
    # Keys of one unit alone are the same thing to do as those of the next.
    keys = one.holder if users[one.holder] > 1 else ""
    explained: set[str] = set()
    for cause in one.causes:
        for name in missed:
            if cause.product in {"", name}:
                explained.add(name)
                yield _thing(cause, keys), (index, name), cause.confidence.rank
    for name in missed:
        if name not in explained:
            yield (NO_CAUSE, name, keys), (index, name), 0


def _thing(cause: Cause, keys: str) -> _Thing:
    # A product is ordered for each unit by itself, whoever has the keys.
    return cause.check, cause.product, "" if cause.product else keys


def _worth(
    needs: Mapping[_Need, int], left: set[_Need], thing: _Thing
) -> tuple[int, int, _Thing]:
    """Return how much a thing explains, and how surely."""
    mine = [rank for need, rank in needs.items() if need in left]
    return len(mine), -sum(mine), thing


def _change(
    results: list[Checked], since: datetime, before: Mapping[str, Sequence[Checked]]
) -> Change:
    broke, healed, other, new = [], [], [], []
    for one in results:
        last = before.get(one.unit.msn)
        if not last:
            new.append(one)
            continue
        # With keys that are the same as then, if there are several.
        then = next((old for old in last if old.holder == one.holder), last[0])
        pair = then.standing, one.standing
        if pair == (Standing.WORKS, Standing.FAILS):
            broke.append(one)
        elif pair == (Standing.FAILS, Standing.WORKS):
            healed.append(one)
        elif one.standing is not Standing.WORKS and one.causes != then.causes:
            other.append(one)
    here = {one.unit.msn for one in results}
    return Change(
        since=since,
        broke=tuple(broke),
        healed=tuple(healed),
        other=tuple(other),
        new=tuple(new),
        gone=tuple(msn for msn in before if msn not in here),
    )
