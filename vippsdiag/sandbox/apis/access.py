"""The two token endpoints."""

from vippsdiag.environments import Environment
from vippsdiag.evidence import SPECIALIZED_TOKEN_PATH, STANDARD_TOKEN_PATH
from vippsdiag.sandbox.gateway import answers, gate
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.gate import KEY, OPEN, Gate
from vippsdiag.sandbox.gateway.reply import Refusal, Reply
from vippsdiag.sandbox.gateway.routes import Route
from vippsdiag.sandbox.keys.tokens import DIRECTORY_NAMES
from vippsdiag.sandbox.keys.units import Unit


def standard(call: Call) -> Reply:
    """Issue a token for the keys in the headers."""
    if call.header("Origin"):
        raise Refusal(answers.cross_origin(call.now))
    body = call.sandbox.mint.standard(_client(call), call.now)
    if call.sandbox.variant("token-numbers") == "numbers":
        return answers.token({name: _number(value) for name, value in body.items()})
    return answers.token(body)


def _number(value: str) -> str | int:
    return int(value) if value.isdecimal() else value


def _client(call: Call) -> Unit:
    """Return whose client and secret these are."""
    client_id, now = call.header("client_id"), call.now
    if not client_id:
        raise Refusal(answers.parameter_missing("client_id", now))
    unit = call.sandbox.keyring.by_client(client_id)
    if not unit or unit.environment is not call.environment or unit.kind.specialized:
        directory = DIRECTORY_NAMES[call.environment]
        raise Refusal(answers.client_unknown(client_id, directory, now))
    secret = call.header("client_secret")
    if not secret:
        raise Refusal(answers.secret_missing(now))
    if secret != unit.client_secret:
        raise Refusal(answers.secret_wrong(unit.client_id, now))
    return unit


def specialized(call: Call) -> Reply:
    """Issue a token for the keys in a Basic header."""
    test = call.environment is Environment.TEST
    if test and call.sandbox.variant("specialized-in-test") == "absent":
        raise Refusal(answers.path_unknown(call))
    pair = call.basic
    granted = call.form.get("grant_type") == "client_credentials"
    if pair is None or not granted or call.header(KEY):
        raise Refusal(answers.client_refused())
    unit = call.sandbox.keyring.by_client(pair[0])
    known = unit is not None and unit.environment is call.environment
    if not unit or not known or not unit.kind.specialized:
        raise Refusal(answers.client_refused())
    if pair[1] != unit.client_secret:
        raise Refusal(answers.client_refused())
    return answers.token(call.sandbox.mint.specialized(unit, call.now))


ROUTES = (
    Route(
        method="POST",
        template=STANDARD_TOKEN_PATH,
        gate=Gate(steps=(gate.key,)),
        serve=standard,
    ),
    Route(method="POST", template=SPECIALIZED_TOKEN_PATH, gate=OPEN, serve=specialized),
)
