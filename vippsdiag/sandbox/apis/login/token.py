"""The token endpoint: a code, or an ``auth_req_id``, for tokens. None is refreshed."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from datetime import timedelta

from vippsdiag.sandbox.apis.login.client import authenticated
from vippsdiag.sandbox.apis.login.decisions import settled
from vippsdiag.sandbox.apis.login.discovery import REVOKE, TOKEN
from vippsdiag.sandbox.apis.login.logins import (
    APPROVED,
    BROWSER,
    CIBA,
    CIBA_REDIRECT,
    Login,
    find,
    revoke,
    revoke_all,
    tokens,
)
from vippsdiag.sandbox.apis.login.problems import refused
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.gate import OPEN
from vippsdiag.sandbox.gateway.reply import Refusal, Reply, empty
from vippsdiag.sandbox.gateway.routes import Route
from vippsdiag.sandbox.keys.units import Unit

# Seconds between two polls of one login (high).
INTERVAL = 5
Form = Mapping[str, str]


def token(call: Call) -> Reply:
    """Issue tokens; the order of the checks is that of the usual software (low)."""
    form = call.form
    grant = form.get("grant_type")
    if not grant:
        detail = "Request parameter 'grant_type' is missing."
        raise Refusal(refused("invalid_request", detail))
    own, unit = authenticated(call)
    serve = GRANTS.get(grant)
    if serve is None:
        raise Refusal(refused("unsupported_grant_type"))
    return serve(own, unit, form)


def by_code(call: Call, unit: Unit, form: Form) -> Reply:
    """Exchange the code of a browser login."""
    login = _of_code(call, form, BROWSER)
    same = form.get("redirect_uri") == login.redirect_uri
    if not same or not verifies(login, form.get("code_verifier", "")):
        raise Refusal(refused("invalid_grant"))
    return tokens(call, unit, login)


def by_redirect_code(call: Call, unit: Unit, form: Form) -> Reply:
    """Exchange the code of a login that began elsewhere and ended in a browser."""
    return tokens(call, unit, _of_code(call, form, CIBA_REDIRECT))


def _of_code(call: Call, form: Form, flow: str) -> Login:
    code = form.get("code", "")
    login = find(call, code)
    if login is None or login.flow != flow or not login.has(code):
        raise Refusal(refused("invalid_grant"))
    if not login.takes(code, call.now):
        # Who uses a code twice may have stolen it (the standard).
        revoke_all(call, login)
        raise Refusal(refused("invalid_grant"))
    return login


def verifies(login: Login, verifier: str) -> bool:
    """Tell whether a code verifier fits the challenge; none fits none."""
    if login.method == "plain":
        return verifier == login.challenge
    digest = hashlib.sha256(verifier.encode("utf-8", "replace")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == login.challenge


def by_request(call: Call, unit: Unit, form: Form) -> Reply:
    """Ask whether the user has approved a login that the merchant began."""
    login = settled(call, form.get("auth_req_id", ""))
    if login is None or login.flow != CIBA or login.token:
        raise Refusal(refused("invalid_grant"))
    if login.decision == APPROVED:
        return tokens(call, unit, login)
    if login.decision:
        return refused("access_denied")
    if call.now >= login.ends:
        return refused("expired_token")
    return _pending(call, login)


def _pending(call: Call, login: Login) -> Reply:
    before, login.polled = login.polled, call.now
    call.room.put(login.name, login)
    if before and call.now - before < timedelta(seconds=INTERVAL):
        return refused("slow_down")
    return refused("authorization_pending")


def end_token(call: Call) -> Reply:
    """Revoke an access token (the standard; that it is 200 for any is inferred)."""
    authenticated(call)
    revoke(call, call.form.get("token", ""))
    return empty(200)


GRANTS: Mapping[str, Callable[[Call, Unit, Form], Reply]] = {
    "authorization_code": by_code,
    "urn:openid:params:grant-type:ciba": by_request,
    "urn:vipps:params:grant-type:ciba-redirect": by_redirect_code,
}
ROUTES = (
    Route(method="POST", template=TOKEN, gate=OPEN, serve=token),
    Route(method="POST", template=REVOKE, gate=OPEN, serve=end_token),
)
