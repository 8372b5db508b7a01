"""Many exchanges at once: those that are alike are diagnosed once.

A log of a million lines holds some hundred kinds of calls. The first line of a kind is
read and diagnosed in full; of the others only the likeness is told, which is what all
that the checks ask for comes to. What a finding says of *this* call, its words and the
trials that would prove it, is made when it is asked for.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vippsdiag.check import Check, Confidence, Report
from vippsdiag.diagnosis import diagnose, without_trials
from vippsdiag.errors import UnreadablePaste
from vippsdiag.evidence import Evidence
from vippsdiag.exchange import Exchange
from vippsdiag.importers.guard import guarded
from vippsdiag.importers.har.exchanges import is_entry, is_logged, to_exchange
from vippsdiag.language import mark

if TYPE_CHECKING:
    from vippsdiag.bulk.likeness import Sight

# So many kinds of calls are remembered.
MOST_KINDS = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """A finding without what is this call's own.

    Attributes:
        check: the cause.
        confidence: how sure it is.
        part: where it shows; None if only an absence shows it.
        name: of the header, field or parameter; None for the whole part.
    """

    check: Check
    confidence: Confidence
    part: str | None = None
    name: str | None = None


# Not frozen: of a million lines each has one, and a frozen one takes twice as long.
@dataclass(slots=True)
class Verdict:
    """What the exchange in a line came to.

    Attributes:
        causes: best first.
        line: the exchange, as it was read.
        sight: what is told of it without a diagnosis; None if that takes reading it.
    """

    causes: tuple[Cause, ...]
    line: bytes = field(repr=False)
    sight: "Sight | None" = None

    def report(self) -> Report:
        """Return the findings in full, with the trials; only the checks that found."""
        checks = tuple(dict.fromkeys(cause.check for cause in self.causes))
        return diagnose(Evidence(exchanges=(read_line(self.line),)), checks)


@guarded
def read_line(line: bytes) -> Exchange:
    """Read a line that holds one entry of a HAR.

    Raises:
        UnreadablePaste: it holds none.
    """
    entry = json.loads(line)
    if not is_entry(entry) or is_logged(entry):
        raise UnreadablePaste(
            mark("This line holds no exchange."), mark("Give entries of a HAR.")
        )
    return to_exchange(entry)


class Bulk:
    """Diagnoses line after line, and remembers what those that are alike came to.

    Attributes:
        lines: how many were diagnosed.
        first: how many of them were the first of their kind, and read in full.
    """

    def __init__(self) -> None:
        self.lines = 0
        self.first = 0
        self._causes: dict[int, tuple[Cause, ...]] = {}
        self._see = _see()

    def diagnose(self, line: bytes) -> Verdict:
        """Look for causes in a line.

        Raises:
            UnreadablePaste: it holds no exchange.
        """
        self.lines += 1
        sight = self._see(line)
        causes = self._causes.get(sight.kind) if sight is not None else None
        if causes is None:
            causes = self._in_full(line, sight)
        return Verdict(causes, line, sight)

    def _in_full(self, line: bytes, sight: "Sight | None") -> tuple[Cause, ...]:
        self.first += 1
        report = without_trials(Evidence(exchanges=(read_line(line),)))
        causes = causes_in(report)
        if sight is not None and not report.crashed:
            if len(self._causes) >= MOST_KINDS:
                del self._causes[next(iter(self._causes))]
            self._causes[sight.kind] = causes
        return causes


def _see() -> "Callable[[bytes], Sight | None]":
    """Return what tells lines apart; without msgspec each is like no other."""
    try:
        from vippsdiag.bulk.likeness import Likeness  # noqa: PLC0415
    except ImportError:
        return lambda _: None
    return Likeness().see


def causes_in(report: Report) -> tuple[Cause, ...]:
    """Return the findings of a report without what is one call's own."""
    return tuple(
        Cause(
            check=check,
            confidence=finding.confidence,
            part=finding.place.part if finding.place else None,
            name=finding.place.name if finding.place else None,
        )
        for check, finding in report.ranked
    )


def diagnose_lines(lines: Iterable[bytes]) -> Iterator[Verdict]:
    """Diagnose lines, each by itself; what holds no exchange is passed over."""
    bulk = Bulk()
    for line in lines:
        try:
            yield bulk.diagnose(line)
        except UnreadablePaste:
            continue
