"""What is counted of a part of a log, and how counts are added up."""

from collections import Counter
from dataclasses import dataclass, field

# Of each cause so many examples are named, the first ones.
EXAMPLES = 3
# Seconds of a step of the time line.
STEP = 600
# The call failed, and none of the known causes fits.
UNEXPLAINED = "unexplained"

# The file's number, the line (from 1, within its part) and the call in words.
Example = tuple[int, int, str]


@dataclass(slots=True)
class Count:
    """The calls that have one cause.

    Attributes:
        cause: the id of its check.
        calls: how many.
        units: how many of each sales unit.
        sure: how many findings of each confidence.
        first: when the first was sent, in seconds since 1970; None if not known.
        last: when the last was sent.
        examples: the first ones.
    """

    cause: str
    calls: int = 0
    units: Counter[str] = field(default_factory=Counter)
    sure: Counter[str] = field(default_factory=Counter)
    first: float | None = None
    last: float | None = None
    examples: list[Example] = field(default_factory=list)

    def see(self, at: float | None) -> None:
        """Take in when a call was sent."""
        if at is not None:
            self.first = at if self.first is None else min(self.first, at)
            self.last = at if self.last is None else max(self.last, at)

    def add(self, other: "Count", lines: int) -> None:
        """Add the count of a later part; ``lines`` of its file come before it."""
        self.calls += other.calls
        self.units.update(other.units)
        self.sure.update(other.sure)
        self.see(other.first)
        self.see(other.last)
        for file, line, words in other.examples[: EXAMPLES - len(self.examples)]:
            self.examples.append((file, line + lines, words))


@dataclass(slots=True)
class Tally:
    """What is counted.

    Attributes:
        file: the number of the file.
        lines: how many lines were read; of a HAR, how many entries.
        calls: how many calls to Vipps MobilePay were in them.
        failed: how many of them failed.
        units: how many calls of each sales unit.
        causes: of each cause, by the id of its check, the calls that have it first of
            all.
        steps: of each step of time, how many calls had which cause; those that went
            well under an empty one.
    """

    file: int = 0
    lines: int = 0
    calls: int = 0
    failed: int = 0
    units: Counter[str] = field(default_factory=Counter)
    causes: dict[str, Count] = field(default_factory=dict)
    steps: dict[int, Counter[str]] = field(default_factory=dict)

    def call(self, cause: str, at: float | None, unit: str) -> None:
        """Count a call."""
        self.calls += 1
        self.units[unit] += 1
        if at is not None:
            step = int(at // STEP)
            counter = self.steps.get(step)
            if counter is None:
                counter = self.steps[step] = Counter()
            counter[cause] += 1

    def add(self, other: "Tally", lines: int) -> None:
        """Add the counts of a later part; ``lines`` of its file come before it."""
        self.lines += other.lines
        self.calls += other.calls
        self.failed += other.failed
        self.units.update(other.units)
        for cause, count in other.causes.items():
            self.causes.setdefault(cause, Count(cause=cause)).add(count, lines)
        for step, counter in other.steps.items():
            self.steps.setdefault(step, Counter()).update(counter)
