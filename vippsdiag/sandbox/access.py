"""The two token endpoints."""

from functools import partial

from vippsdiag.evidence import SPECIALIZED_TOKEN_PATH, STANDARD_TOKEN_PATH, basic_pair
from vippsdiag.exchange import Response
from vippsdiag.sandbox import answers
from vippsdiag.sandbox.call import Call
from vippsdiag.sandbox.gate import KEY, has_key, is_blank, is_value, open_to_all
from vippsdiag.sandbox.routes import Route
from vippsdiag.sandbox.tokens import DIRECTORY_NAMES
from vippsdiag.sandbox.units import Unit
from vippsdiag.secret import examine


def standard(call: Call) -> Response:
    """Issue a token for the keys in the headers."""
    if call.request.headers.get("Origin"):
        return answers.cross_origin(call.now)
    found = _client(call)
    if isinstance(found, Response):
        return found
    return answers.token(call.keyring.mint.standard(found, call.now), call.now)


def _client(call: Call) -> Unit | Response:
    """Return whose client and secret these are, or the refusal."""
    headers, now = call.request.headers, call.now
    client_id = headers.get("client_id") or ""
    if is_blank(client_id):
        return answers.parameter_missing("client_id", now)
    unit = call.keyring.by_client(client_id)
    if not unit or unit.environment is not call.environment or unit.kind.specialized:
        directory = DIRECTORY_NAMES[call.environment]
        quote = partial(answers.client_unknown, directory=directory, now=now)
        return examine(client_id, lambda raw: quote(raw.strip()))
    secret = headers.get("client_secret") or ""
    if is_blank(secret):
        return answers.secret_missing(now)
    if not is_value(secret, unit.client_secret):
        return answers.secret_wrong(unit.client_id, now)
    return unit


def specialized(call: Call) -> Response:
    """Issue a token for the keys in a Basic header."""
    request, now = call.request, call.now
    pair = basic_pair(request.headers.get("Authorization") or "")
    granted = request.form.get("grant_type") == "client_credentials"
    if pair is None or not granted or request.headers.get(KEY):
        return answers.client_refused(now)
    unit = call.keyring.by_client(pair[0])
    known = unit is not None and unit.environment is call.environment
    if not unit or not known or not unit.kind.specialized:
        return answers.client_refused(now)
    if not is_value(pair[1], unit.client_secret):
        return answers.client_refused(now)
    return answers.token(call.keyring.mint.specialized(unit, now), now)


ROUTES = (
    Route(method="POST", template=STANDARD_TOKEN_PATH, gate=has_key, serve=standard),
    # The newest specification says that test does not serve this one.
    Route(
        method="POST",
        template=SPECIALIZED_TOKEN_PATH,
        gate=open_to_all,
        serve=specialized,
        production=True,
    ),
)
