"""Whether a call is the one that was to be mended, and succeeds.

What the mended call leaves as it was has to be left as it was: the method, the path,
the environment, who calls for which sales unit, and what the body says. So another,
easier call does not count.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from vippsdiag.exchange import Exchange, Request
from vippsdiag.language import Text, mark, say
from vippsdiag.sandbox.exercises.bench import Bench
from vippsdiag.sandbox.exercises.exercise import Exercise
from vippsdiag.sandbox.exercises.seen import Fields, Seen, read
from vippsdiag.sandbox.gateway.reply import REASONS
from vippsdiag.sandbox.keys.units import Unit

# What `spoken` calls the units, to be translated.
CALLED = (
    mark("the test unit"),
    mark("the test unit without ePayment"),
    mark("the production unit"),
    mark("the production unit of no partner"),
    mark("the partner"),
    mark("the accounting partner"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What came of a try.

    Attributes:
        solved: whether the exercise is solved.
        words: why not, or that it is.
    """

    solved: bool
    words: Text


class _Difference(NamedTuple):
    """What makes a call another one than the one that has to succeed.

    Attributes:
        words: what is so, for the learner.
        old: whether it was so in the failing call. As long as the call fails, its
            answer says so, and to say it here would give the solution away.
    """

    words: Text
    old: bool = False


def judge(
    exercise: Exercise, bench: Bench, failing: Request, tried: Exchange
) -> Checked:
    """Tell whether a call solves an exercise.

    Args:
        exercise: what it is to solve.
        bench: where it was made.
        failing: the call that was to be mended.
        tried: the call that was made, with its answer.
    """
    if tried.request is None:
        return _not_yet(say("There is an answer, but no call. Hand in both."))
    wanted = read(bench.sandbox, exercise.call(bench))
    before = read(bench.sandbox, failing)
    given = read(bench.sandbox, tried.request)
    works = exercise.works(tried)
    for difference in _differences(exercise, wanted, given, before):
        if works or not difference.old:
            return _not_yet(difference.words)
    return _answered(tried, works)


def _not_yet(words: Text) -> Checked:
    return Checked(solved=False, words=words)


def _answered(tried: Exchange, works: bool) -> Checked:
    if works:
        return Checked(solved=True, words=say("Solved: the same call succeeds."))
    if tried.status is None:
        why = tried.failure.message if tried.failure else ""
        if why:
            return _not_yet(say("No answer came. {why}", why=why))
        return _not_yet(say("No answer came."))
    status = f"{tried.status} {REASONS.get(tried.status, '')}".strip()
    return _not_yet(say("The call is still answered with {status}.", status=status))


def _differences(
    exercise: Exercise, wanted: Seen, given: Seen, before: Seen
) -> Iterator[_Difference]:
    if not given.where:
        words = say("The address is not whole: it begins with https:// and a host.")
        yield _Difference(words, given.where == before.where)
    elif given.where != wanted.where:
        words = say(
            "This call goes to {given}, and it has to go to {wanted}.",
            given=given.where,
            wanted=wanted.where,
        )
        yield _Difference(words, given.where == before.where)
    if given.what != wanted.what:
        words = say(
            "{method} {path} is not the call that has to succeed. The goal: {goal}",
            method=given.method,
            path=given.path,
            goal=Text(exercise.goal, {}),
        )
        yield _Difference(words, given.what == before.what)
    yield from _other_people(wanted, given, before)
    yield from _other_values(wanted.query, given.query, before.query)
    for name in sorted(given.query.keys() - wanted.query.keys()):
        words = say("Leave {name} out of the address.", name=name)
        yield _Difference(words, name in before.query)
    yield from _other_values(wanted.fields, given.fields, before.fields, exercise.exact)


def _other_people(wanted: Seen, given: Seen, before: Seen) -> Iterator[_Difference]:
    for what, mine, theirs, old in (
        (
            say("the client_id and the token"),
            wanted.caller,
            given.caller,
            before.caller,
        ),
        (say("the subscription key"), wanted.owner, given.owner, before.owner),
    ):
        if mine and theirs and mine is not theirs:
            words = say(
                "For {what}, use the keys of {mine}, not of {theirs}.",
                what=what,
                mine=spoken(mine),
                theirs=spoken(theirs),
            )
            yield _Difference(words, theirs is old)
    if wanted.caller and given.caller and wanted.msn != given.msn:
        words = (
            say("The call has to be made for the sales unit {msn}.", msn=wanted.msn)
            if wanted.msn
            else say("The call has to be made for the sales unit itself.")
        )
        yield _Difference(words, given.msn == before.msn)


def spoken(unit: Unit) -> Text:
    """Return what a unit is called in a sentence."""
    return Text(f"the {unit.name[:1].lower()}{unit.name[1:]}", {})


# Each login gives another.
_ONCE = frozenset({"code"})


def _other_values(
    wanted: Fields, given: Fields, before: Fields, exact: frozenset[str] = frozenset()
) -> Iterator[_Difference]:
    """Yield the values that were right before, or have to be exact, and differ."""
    for name, value in wanted.items():
        right = before.get(name) == value or not (before or name in _ONCE)
        if given.get(name) == value or not (right or name in exact):
            continue
        old = given.get(name) == before.get(name)
        if right:
            words = say(
                "Leave {name} as it was; it is not what has to be mended.", name=name
            )
        else:
            words = say("{name} is not yet what is meant.", name=name)
        missing = say("{name} is missing.", name=name)
        yield _Difference(words if name in given else missing, old)
