"""A call that one sandbox showed, and another one is to answer.

The keys of a seat are the same in every sandbox. Tokens, agreements and codes are not.
A sheet has a name in braces in the place of each, or a token as it was, and `filled`
puts in what the other sandbox knows.
"""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from urllib.parse import parse_qs, quote, unquote_plus

from vippsdiag.errors import UnreadablePaste
from vippsdiag.evidence import Evidence
from vippsdiag.exchange import Exchange, Headers, Request
from vippsdiag.language import mark
from vippsdiag.render.values import revealed
from vippsdiag.samples import basic
from vippsdiag.sandbox.exercises import flaws
from vippsdiag.sandbox.exercises.attempt import Attempt
from vippsdiag.sandbox.exercises.login import NEW_CODE
from vippsdiag.sandbox.exercises.solved import spoken
from vippsdiag.sandbox.keys.units import Unit
from vippsdiag.token import read_token

CODE = "code"
NEW_KEY = "new idempotency key"
HINT = mark("Hand in the mended call as cURL, raw HTTP or HAR.")
_NAME = re.compile(r"(?:\{\{|%7B%7B)([\w +%,-]{1,80}?)(?:\}\}|%7D%7D)", re.IGNORECASE)
# An address, or a form: what stands there is encoded.
_FORM = re.compile(r"https?://|[\w.-]+=")
_TOKEN = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+")


def in_braces(name: str) -> str:
    """Return a name as it stands in a call."""
    return "{{" + name + "}}"


def token_name(unit: Unit) -> str:
    """Return what stands in a call for a new access token of a unit."""
    return f"access token of {spoken(unit)}"


def shown(attempt: Attempt) -> str:
    """Return the call to mend as a cURL command, with names for what is made anew."""
    text = attempt.curl
    for name, value in _of_the_call(attempt).items():
        text = text.replace(value, in_braces(name))
    return text


def known(attempt: Attempt) -> dict[str, str]:
    """Return what is to hand beside the keys, with names for what is made anew."""
    found = attempt.known
    return found | {name: in_braces(name) for name in found if name == NEW_CODE}


def at_hand(attempt: Attempt) -> dict[str, str]:
    """Return everything a learner can put into a call, by the name for it in braces.

    What is made anew each time is empty here.
    """
    return {
        name: value if isinstance(value, str) else ""
        for name, value in _names(attempt).items()
    }


def filler(attempt: Attempt) -> Callable[[str], str]:
    """Return what puts into a text what this sandbox knows, for names and tokens."""
    names = _names(attempt)

    def here(text: str) -> str:
        text = _TOKEN.sub(lambda found: _token(attempt, found[0]), revealed(text))
        encoded = bool(_FORM.match(text))

        def named(found: re.Match[str]) -> str:
            made = names.get(" ".join(unquote_plus(found[1]).split()))
            if made is None:
                return found[0]
            value = made if isinstance(made, str) else made()
            return quote(value, safe="") if encoded else value

        return _NAME.sub(named, text)

    return here


def filled(attempt: Attempt, call: Request) -> Request:
    """Return a call with what this sandbox knows in the place of names and tokens."""
    here = filler(attempt)
    return Request(
        method=call.method,
        url=here(call.url),
        headers=Headers([(name, here(value)) for name, value in call.headers]),
        body=None if call.body is None else here(call.body),
    )


def play(attempt: Attempt, evidence: Evidence, wait: timedelta) -> Exchange:
    """Make the calls that a learner hands in, and return the last one with its answer.

    Args:
        attempt: an exercise that was begun, and that nothing was tried at.
        evidence: the calls; answers to them do not count.
        wait: how much time passes before the last one.

    Raises:
        UnreadablePaste: there is no call.
    """
    calls = [one.request for one in evidence.exchanges if one.request]
    if not calls:
        raise UnreadablePaste(mark("There is no call in this text."), HINT)
    for call in calls[:-1]:
        attempt.bench.send(filled(attempt, call))
    attempt.bench.sandbox.advance(wait)
    return attempt.call(filled(attempt, calls[-1]))


def _of_the_call(attempt: Attempt) -> dict[str, str]:
    """Return what was made for the call to mend, by its name."""
    codes = parse_qs(flaws.body(attempt.to_mend)).get(CODE)
    return attempt.bench.made | ({CODE: codes[0]} if codes else {})


def _names(attempt: Attempt) -> dict[str, str | Callable[[], str]]:
    bench, known = attempt.bench, attempt.exercise.known
    # What belongs to this case comes first.
    names: dict[str, str | Callable[[], str]] = {}
    names[NEW_KEY] = lambda: str(uuid.uuid4())
    names |= _of_the_call(attempt)
    for name, make in known.items():
        # A login gives a new code each time.
        names[name] = partial(make, bench) if name == NEW_CODE else make(bench)
    for unit in bench.units.values():
        names |= _of_unit(unit)
        names[token_name(unit)] = partial(bench.token, unit)
    return names


def _of_unit(unit: Unit) -> dict[str, str]:
    values = {
        "client_id": unit.client_id,
        "client_secret": unit.client_secret,
        "primary key": unit.primary,
        "secondary key": unit.secondary,
        "merchant serial number": unit.msn,
        "Basic pair": basic(unit.client_id, unit.client_secret).removeprefix("Basic "),
    }
    who = spoken(unit)
    return {f"{what} of {who}": value for what, value in values.items() if value}


def _token(attempt: Attempt, raw: str) -> str:
    """Return what stands for a token of a sheet; itself if it is not of this seat.

    One that has expired stands for the one in the call to mend, if that has expired
    too. Any other stands for a new one, for a sheet may lie about for a day.
    """
    bench = attempt.bench
    owner = next((unit for unit in bench.units.values() if _is_of(raw, unit)), None)
    if owner is None:
        return raw
    if _is_old(attempt, raw):
        for _, value in attempt.to_mend.headers:
            for other in _TOKEN.findall(revealed(value)):
                if _is_of(other, owner) and _is_old(attempt, other):
                    return str(other)
    return bench.token(owner)


def _is_of(token: str, unit: Unit) -> bool:
    return revealed(read_token(token).client_id or "") == unit.client_id


def _is_old(attempt: Attempt, token: str) -> bool:
    expires = read_token(token).expires
    return expires is not None and expires <= attempt.bench.sandbox.clock()
