"""What the counting came to."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from vippsdiag.check import Check, Confidence
from vippsdiag.checks import CHECKS
from vippsdiag.triage.tally import STEP, UNEXPLAINED, Count, Tally

_BY_ID = {check.id: check for check in CHECKS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The calls with one cause.

    Attributes:
        check: the cause; None if none of the known causes fits.
        calls: how many calls have it before any other.
        sure: how sure it is in the surest of them; None without a check.
        units: the merchant serial number, or else the client_id, of each sales unit
            with the number of its calls; the most first. An empty one is not known.
        first: when the first of them was sent; None if not known.
        last: when the last of them was sent.
        examples: file, line and call of the first ones.
    """

    check: Check | None
    calls: int
    sure: Confidence | None
    units: tuple[tuple[str, int], ...]
    first: datetime | None
    last: datetime | None
    examples: tuple[tuple[str, int, str], ...]

    @property
    def id(self) -> str:
        """The id of the check, or the word for a call that nothing explains."""
        return self.check.id if self.check else UNEXPLAINED


@dataclass(frozen=True, slots=True, kw_only=True)
class Triage:
    """What is in some logs.

    Attributes:
        files: their paths.
        lines: how many lines, or entries of a HAR, were read.
        calls: how many calls to Vipps MobilePay were in them.
        failed: how many of the calls failed.
        units: how many sales units made them.
        groups: the causes, the one with the most calls first.
        steps: of each step of time, when it begins and how many calls had which
            cause; those that went well under an empty one.
    """

    files: tuple[str, ...]
    lines: int
    calls: int
    failed: int
    units: int
    groups: tuple[Group, ...]
    steps: tuple[tuple[datetime, dict[str, int]], ...]


def total(tallies: Iterable[Tally], paths: list[str]) -> Triage:
    """Add up counts, which come in the order of their parts."""
    whole, lines = Tally(), Counter[int]()
    for tally in tallies:
        whole.add(tally, lines[tally.file])
        lines[tally.file] += tally.lines
    groups = [_group(name, count, paths) for name, count in whole.causes.items()]
    groups.sort(key=lambda group: (-group.calls, group.id))
    return Triage(
        files=tuple(paths),
        lines=whole.lines,
        calls=whole.calls,
        failed=whole.failed,
        units=len([unit for unit in whole.units if unit]),
        groups=tuple(groups),
        steps=tuple(
            (datetime.fromtimestamp(step * STEP, UTC), dict(sorted(counter.items())))
            for step, counter in sorted(whole.steps.items())
        ),
    )


def _group(name: str, count: Count, paths: list[str]) -> Group:
    sure = [Confidence(one) for one in count.sure]
    return Group(
        check=_BY_ID.get(name),
        calls=count.calls,
        sure=min(sure, key=lambda one: one.rank, default=None),
        units=tuple(sorted(count.units.items(), key=lambda one: (-one[1], one[0]))),
        first=_moment(count.first),
        last=_moment(count.last),
        examples=tuple(
            (paths[file], line, told) for file, line, told in count.examples
        ),
    )


def _moment(at: float | None) -> datetime | None:
    return None if at is None else datetime.fromtimestamp(at, UTC)
