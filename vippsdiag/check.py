"""What a check is, what it finds, and the report that holds all of it.

A check is a function with its metadata above it, its text in its docstring and its
examples beside it. The id is the function's name with hyphens: it names the cause,
never the symptom, and never changes.
"""

import inspect
from collections.abc import Callable, Collection, Iterable, Iterator, Set
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache, wraps

from vippsdiag.evidence import Call, Evidence, Need, Place, call_of
from vippsdiag.exchange import Exchange, Request, once

DOCS = "https://developer.vippsmobilepay.com/docs/"
API_KEYS = DOCS + "knowledge-base/api-keys/"
ACCESS_TOKEN = DOCS + "APIs/access-token-api/"
HTTP_HEADERS = DOCS + "knowledge-base/http-headers/"
ERRORS = DOCS + "knowledge-base/errors/"
SERVERS = DOCS + "knowledge-base/servers/"


class Severity(StrEnum):
    """How much a cause matters: it breaks the call, it will, or it is worth a look."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Severity).index(self)


class Confidence(StrEnum):
    """How sure a finding is."""

    PROVED = "proved"
    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"

    @property
    def rank(self) -> int:
        """0 for the surest."""
        return list(Confidence).index(self)


class Outcome(StrEnum):
    """How a check ended."""

    FOUND = "found"
    PASSED = "passed"
    SKIPPED = "skipped"
    CRASHED = "crashed"
    RULED_OUT = "ruled out"


class When(StrEnum):
    """What must be so for a check to find anything; where it is not, it has passed.

    A `Need` is asked for when it is missing. This is seen at a glance, and spares the
    look at every call that could not show the cause.
    """

    FAILED = "a call did not succeed, or only its answer is known"
    STANDARD_TOKEN = "a call to the standard token endpoint"
    SPECIALIZED_TOKEN = "a call to the specialized token endpoint"
    LOGIN = "a call to Login"
    API = "a call to an API"
    ELSEWHERE = "a call that does not go to Vipps MobilePay"


_CALLS = {
    Call.STANDARD_TOKEN: When.STANDARD_TOKEN,
    Call.SPECIALIZED_TOKEN: When.SPECIALIZED_TOKEN,
    Call.LOGIN: When.LOGIN,
    Call.API: When.API,
    None: When.ELSEWHERE,
}


def lacking(evidence: Evidence) -> frozenset[When]:
    """Return what is not so in this evidence."""
    found = {_CALLS[call_of(request)] for _, request in evidence.calls()}
    if not all(one.ok and one.request for one in evidence.exchanges):
        found.add(When.FAILED)
    return frozenset(When) - found


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One cause, seen in one place.

    Attributes:
        message: what is so, in this case, in one sentence.
        place: where it shows; None if only an absence shows it.
        confidence: how sure it is.
        evidence: what it rests on besides the place, in a few words; may be empty.
    """

    message: str
    place: Place | None = None
    confidence: Confidence = Confidence.CERTAIN
    evidence: str = ""


Look = Callable[[Evidence], Iterator[Finding]]
# Made when they are asked for: a diagnosis has no use for them.
Examples = Callable[[], list[Evidence]]


# Two checks are never equal; as a key one is found by what it is.
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Check:
    """A check with everything that is said about its cause.

    Attributes:
        id: names the cause; public, never renamed, never reused.
        title: the cause in one sentence.
        why: the explanation.
        fix: what to do, as an imperative.
        docs: the address of the documentation page to read.
        source: where the knowledge comes from, with its confidence.
        needs: what must be there before the check can speak.
        when: what must be so for it to find anything.
        examples: make what `broken` and `healthy` hold.
    """

    id: str
    severity: Severity
    title: str
    why: str
    fix: str
    docs: str
    source: str
    needs: frozenset[Need]
    when: frozenset[When]
    examples: tuple[Examples, Examples]
    look: Callable[[Evidence], tuple[Finding, ...]]

    @property
    def broken(self) -> tuple[Evidence, ...]:
        """Examples that have this cause."""
        return tuple(self.examples[0]())

    @property
    def healthy(self) -> tuple[Evidence, ...]:
        """Near misses, which do not have it."""
        return tuple(self.examples[1]())


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How one check ended.

    Attributes:
        findings: not empty only when something was found.
        missing: what to paste, when the check was skipped.
        crash: the class name of the exception, when the check crashed.
    """

    check: Check
    outcome: Outcome
    findings: tuple[Finding, ...] = ()
    missing: tuple[Need, ...] = ()
    crash: str = ""


Ranked = tuple[Check, Finding]


def rank(found: Iterable[Ranked], mended: Collection[str] = ()) -> tuple[Ranked, ...]:
    """Return findings best first: by severity, then by how sure they are.

    What was mended in a later attempt (``mended``: the ids of those checks) comes after
    what was not, unless it is proved. What is equal stays in the order of the checks.
    """

    def key(item: Ranked) -> tuple[int, bool, int]:
        check, finding = item
        past = check.id in mended and finding.confidence is not Confidence.PROVED
        return check.severity.rank, past, finding.confidence.rank

    return tuple(sorted(found, key=key))


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One reading call with one thing changed, made to prove or rule out a cause.

    Attributes:
        id: names what is changed; public.
        change: what is changed, as it stands in "We changed only ...".
        baseline: the call that failed.
        unchanged: that call as it can be sent again, with the baseline's secrets.
        request: the same call with the change.
        token_request: the token call to make first, whose token the call then
            carries; None for none.
        proves: the ids of the checks whose cause is proved if it goes through.
        stand_in: whether it is a reading call in place of one that changes something.
        lacking: what is missing to send it, as a sentence; empty if nothing is.
    """

    id: str
    change: str
    baseline: Exchange
    unchanged: Request
    request: Request
    token_request: Request | None = None
    proves: frozenset[str] = frozenset()
    stand_in: bool = False
    lacking: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What came of a trial.

    Attributes:
        exchange: the call with the change.
        control: the call as it was, made again from the same place; None if the
            baseline was made from there already.
    """

    trial: Trial
    exchange: Exchange
    control: Exchange | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a diagnosis came to.

    Attributes:
        evidence: what it was made from.
        results: one for every check, in the order of the checks.
        ranked: every finding with its check, best first.
        trials: what could be tried to be surer, the most telling first.
        tried: what came of the trials that were made, a sentence each.
    """

    evidence: Evidence
    results: tuple[Result, ...]
    ranked: tuple[Ranked, ...]
    trials: tuple[Trial, ...] = ()
    tried: tuple[str, ...] = ()

    def number(self, exchange: Exchange) -> int:
        """Return the number of an exchange, counted from 1, as people count."""
        exchanges = self.evidence.exchanges
        return next(n for n, item in enumerate(exchanges, 1) if item is exchange)

    @property
    def skipped(self) -> list[Result]:
        """The checks that lacked something."""
        return [item for item in self.results if item.outcome is Outcome.SKIPPED]

    @property
    def crashed(self) -> list[Result]:
        """The checks that failed themselves."""
        return [item for item in self.results if item.outcome is Outcome.CRASHED]

    @property
    def worst(self) -> Severity | None:
        """The severity of the worst finding; None if nothing was found."""
        severities = [check.severity for check, _ in self.ranked]
        return min(severities, key=lambda item: item.rank, default=None)


def check(  # noqa: PLR0913 - a check is complete or it does not import
    *,
    severity: Severity,
    needs: set[Need],
    when: Set[When] = frozenset(),
    fix: str,
    docs: str,
    source: str,
    broken: Examples,
    healthy: Examples,
) -> Callable[[Look], Check]:
    """Turn a function into a `Check`.

    The id is its name, the title the first line of its docstring, the explanation the
    rest.

    Raises:
        TypeError: a part is missing. A half-declared check does not import.
    """

    def declare(look: Look) -> Check:
        # Another check may build on what this one finds.
        @once
        @wraps(look)
        def found(evidence: Evidence) -> tuple[Finding, ...]:
            return tuple(look(evidence))

        name = look.__name__
        title, _, why = inspect.cleandoc(look.__doc__ or "").partition("\n\n")
        parts: dict[str, object] = {
            "title": title,
            "explanation": why,
            "fix": fix,
            "docs": docs,
        }
        parts |= {"source": source, "needs": needs}
        parts |= {"broken examples": broken, "healthy examples": healthy}
        missing = ", ".join(part for part, content in parts.items() if not content)
        if missing:
            raise TypeError(f"Check {name} lacks: {missing}.")
        return Check(
            id=name.replace("_", "-"),
            severity=severity,
            title=" ".join(title.split()),
            why=" ".join(why.split()),
            fix=fix,
            docs=docs,
            source=source,
            needs=frozenset(needs),
            when=frozenset(when),
            examples=(broken, healthy),
            look=found,
        )

    return declare


def settled(
    item: Check, absent: frozenset[Need], lacks: frozenset[When]
) -> Result | None:
    """Return how a check ends without a look; None if it has to look.

    Args:
        item: the check.
        absent: the pieces that the evidence does not hold.
        lacks: what is not so in the evidence.
    """
    if item.needs & absent:
        missing = tuple(need for need in Need if need in item.needs & absent)
        return Result(check=item, outcome=Outcome.SKIPPED, missing=missing)
    return _passed(item) if item.when & lacks else None


def run(item: Check, evidence: Evidence) -> Result:
    """Run one check; whatever it does, there is a result."""
    try:
        found = tuple(item.look(evidence))
    except Exception as error:  # noqa: BLE001 - its text may hold evidence
        return Result(check=item, outcome=Outcome.CRASHED, crash=type(error).__name__)
    if not found:
        return _passed(item)
    return Result(check=item, outcome=Outcome.FOUND, findings=found)


@lru_cache(maxsize=256)
def _passed(item: Check) -> Result:
    return Result(check=item, outcome=Outcome.PASSED)
