"""An exercise as text, for a terminal."""

from collections.abc import Iterator
from dataclasses import replace
from textwrap import fill

from vippsdiag.exchange import Exchange
from vippsdiag.render.http import to_http
from vippsdiag.render.values import revealed
from vippsdiag.sandbox.exercises import again
from vippsdiag.sandbox.exercises.attempt import Attempt
from vippsdiag.sandbox.gateway.call import MSN
from vippsdiag.sandbox.gateway.gate import KEY
from vippsdiag.sandbox.keys.units import Unit

WIDTH = 80
AT_HAND = "At hand, and good for the sandbox only:"
STAY = "Do not send this call to the real API"
BRACES = "It puts in what stands in double braces above."


def sheet(attempt: Attempt, hints: int = 0, check: str = "") -> str:
    """Return what a learner gets to see.

    Args:
        attempt: an exercise that was begun.
        hints: how many hints to show.
        check: the command that the mended call is handed to, if there is one. What is
            made anew in each sandbox then has a name in the call.
    """
    return "\n\n".join(_parts(attempt, hints, check))


def _parts(attempt: Attempt, hints: int, check: str) -> Iterator[str]:
    exercise = attempt.exercise
    yield exercise.title
    yield fill(exercise.story, WIDTH)
    yield fill(f"Goal: {exercise.goal}", WIDTH)
    yield AT_HAND
    for unit in attempt.bench.units.values():
        yield "\n".join(_keys(unit, token=bool(check)))
    known = again.known(attempt) if check else attempt.known
    beside = [f"{name}: {value}" for name, value in known.items()]
    beside += [f"{name} = {value}" for name, value in attempt.settings.items()]
    if beside:
        yield "\n".join(beside)
    yield again.shown(attempt) if check else attempt.curl
    yield answer(attempt.failing)
    yield _where_to(attempt, check)
    for number, hint in enumerate(exercise.hints[:hints], 1):
        yield fill(f"Hint {number}: {hint}", WIDTH)


def _keys(unit: Unit, *, token: bool) -> Iterator[str]:
    yield f"{unit.name} ({unit.environment.words})"
    keys = {
        MSN: unit.msn,
        "client_id": unit.client_id,
        "client_secret": unit.client_secret,
        KEY: unit.primary,
        "secondary key": unit.secondary,
        "access token": again.in_braces(again.token_name(unit)) if token else "",
    }
    for name, value in keys.items():
        if value:
            yield f"  {name}: {value}"


def _where_to(attempt: Attempt, check: str) -> str:
    if not check:
        return f"{STAY}; its keys open nothing there."
    lines = [f"{STAY}; mend it, and hand it to this command:", f"  {check}", BRACES]
    if attempt.settings:
        lines.append("Its option --set NAME=VALUE changes a setting.")
    return "\n".join(lines)


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
