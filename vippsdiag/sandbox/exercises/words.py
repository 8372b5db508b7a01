"""An exercise as text, for a terminal."""

from collections.abc import Iterator
from dataclasses import replace
from textwrap import fill

from vippsdiag.exchange import Exchange
from vippsdiag.render.http import to_http
from vippsdiag.render.values import revealed
from vippsdiag.sandbox.exercises.attempt import Attempt

WIDTH = 80


def sheet(attempt: Attempt, hints: int = 0) -> str:
    """Return what a learner gets to see.

    Args:
        attempt: an exercise that was begun.
        hints: how many hints to show.
    """
    return "\n\n".join(_parts(attempt, hints))


def _parts(attempt: Attempt, hints: int) -> Iterator[str]:
    exercise = attempt.exercise
    yield exercise.title
    yield fill(exercise.story, WIDTH)
    yield fill(f"Goal: {exercise.goal}", WIDTH)
    beside = [f"{name}: {value}" for name, value in attempt.known.items()]
    beside += [f"{name} = {value}" for name, value in attempt.settings.items()]
    if beside:
        yield "\n".join(beside)
    yield attempt.curl
    yield answer(attempt.failing)
    for number, hint in enumerate(exercise.hints[:hints], 1):
        yield fill(f"Hint {number}: {hint}", WIDTH)


def sent_in(attempt: Attempt) -> str:
    """Return the failing call as somebody would send it who asks for help.

    Its keys are practice keys; they open nothing but the sandbox.
    """
    failing = attempt.failing
    if failing.failure:
        return f"{attempt.curl}\n\n{failing.failure.message}"
    return f"{attempt.curl}\n\n{to_http(replace(failing, request=None), revealed)}"


def answer(exchange: Exchange) -> str:
    """Return what came back, or why nothing did."""
    if exchange.failure:
        return f"No answer: {exchange.failure.message}"
    reason = exchange.response.reason if exchange.response else ""
    return f"{exchange.status} {reason}\n{exchange.text}".strip()
