"""The authorize endpoint: it checks the request and leads to the user, and back.

The user decides on the landing page, as for a payment; in the real one, in the app.
"""

import re
from datetime import timedelta
from urllib.parse import quote, urlencode

from vippsdiag.sandbox.apis.buyer.landing import Landing, Shown, in_name_of, landing_url
from vippsdiag.sandbox.apis.login import problems
from vippsdiag.sandbox.apis.login.client import can_log_in
from vippsdiag.sandbox.apis.login.decisions import KIND, decide, settled
from vippsdiag.sandbox.apis.login.discovery import AUTHORIZE, SCOPES
from vippsdiag.sandbox.apis.login.logins import (
    APPROVED,
    BROWSER,
    REJECTED,
    Login,
    new_name,
)
from vippsdiag.sandbox.gateway import answers
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.gate import OPEN
from vippsdiag.sandbox.gateway.reply import Refusal, Reply
from vippsdiag.sandbox.gateway.routes import Route
from vippsdiag.sandbox.keys.units import Unit

# How long the user may take (inferred: as for a payment).
PATIENCE = timedelta(minutes=10)
SHORTEST_STATE = 8
# Longer ones lead to a 502 (the FAQ of Login, high).
LONGEST = 1_000
METHODS = ("plain", "S256")
CHALLENGE = re.compile(r"[A-Za-z0-9\-._~]{43,128}")
# What the user is told is shared.
WORDS = {
    "name": "name",
    "phoneNumber": "phone number",
    "nin": "national identity number",
    "address": "addresses",
    "birthDate": "date of birth",
    "delegatedConsents": "choices on marketing",
    "email": "e-mail address",
    "gender": "gender",
}
# What comes back instead of a decision: the verifier of a login.
VERIFIER = "login_verifier"


def authorize(call: Call) -> Reply:
    """Check what is asked for, and send the user on."""
    asked = call.asked
    if VERIFIER in asked:
        with call.sandbox.state.change():
            return end(call, asked[VERIFIER], asked.get("msn", ""))
    unit = _client(call, asked)
    redirect_uri = asked.get("redirect_uri", "")
    if redirect_uri not in unit.redirect_uris:
        raise Refusal(problems.shown(400, "invalid_request", problems.NOT_REGISTERED))
    if len(asked.get("state", "")) >= LONGEST or len(asked.get("nonce", "")) >= LONGEST:
        raise Refusal(answers.gateway(502, "Bad Gateway"))
    error = _error(call, asked)
    if error:
        return back(redirect_uri, _failed(error, asked.get("state", "")))
    own = in_name_of(call, unit.msn)
    login = _begun(own, asked)
    own.room.put(login.name, login)
    return _to(landing_url(own, KIND, login.name))


def _client(call: Call, asked: dict[str, str]) -> Unit:
    """Find the sales unit: by client_id, or by its number, as partners send it.

    Until 2023 the number stood in a parameter of its own. (The texts are documented,
    the status is the specification's.)
    """
    keyring, client_id = call.sandbox.keyring, asked.get("client_id", "")
    number = client_id or asked.get("msn", "")
    unit = keyring.by_client(client_id) or keyring.by_number(call.environment, number)
    if unit is None or unit.environment is not call.environment or not can_log_in(unit):
        raise Refusal(problems.shown(401, "invalid_client", problems.NO_CLIENT))
    return unit


def _error(call: Call, asked: dict[str, str]) -> str:
    """Return what is wrong with a request; empty if nothing is."""
    if asked.get("response_type") != "code":
        return "unsupported_response_type"
    if _scope_is_wrong(call, asked.get("scope", "").split()):
        return "invalid_scope"
    if len(asked.get("state", "")) < SHORTEST_STATE:
        return "invalid_state"
    if _challenge_is_wrong(asked):
        return "invalid_request"
    return "login_required" if asked.get("prompt") == "none" else ""


def _scope_is_wrong(call: Call, scopes: list[str]) -> bool:
    unknown = not set(scopes) <= set(SCOPES)
    refused = unknown and call.sandbox.variant("login-scope") == "refused"
    return refused or "openid" not in scopes


def _challenge_is_wrong(asked: dict[str, str]) -> bool:
    challenge, method = asked.get("code_challenge"), asked.get("code_challenge_method")
    if challenge is None:
        return method is not None
    known = method is None or method in METHODS
    return not known or not CHALLENGE.fullmatch(challenge)


def _begun(call: Call, asked: dict[str, str]) -> Login:
    # Scopes that there are not are dropped without a word (2026, high).
    scope = " ".join(
        name for name in dict.fromkeys(asked["scope"].split()) if name in SCOPES
    )
    return Login(
        name=new_name(),
        flow=BROWSER,
        scope=scope,
        begun=call.now,
        ends=call.now + PATIENCE,
        redirect_uri=asked["redirect_uri"],
        state=_text(asked["state"]),
        nonce=_text(asked.get("nonce", "")),
        challenge=asked.get("code_challenge", ""),
        method=asked.get("code_challenge_method", "plain"),
    )


def _text(value: str) -> str:
    """Return a value as it can be kept: half a character cannot."""
    return value.encode("utf-8", "replace").decode()


def end(call: Call, name: str, msn: str) -> Reply:
    """Lead back to the merchant, with a code or with an error."""
    own = in_name_of(call, msn)
    login = own.room.get(Login, name) if own.unit else None
    if login is None or not login.decision or login.token or not login.redirect_uri:
        text = "This login has ended. Please start again where you came from."
        raise Refusal(problems.shown(400, "invalid_request", text))
    if login.decision == REJECTED:
        return back(login.redirect_uri, _failed("access_denied", login.state))
    fields = {"code": login.new_code(call.now)}
    own.room.put(login.name, login)
    if login.flow == BROWSER:
        fields |= {"state": login.state, "scope": login.scope}
    return back(login.redirect_uri, fields)


def _failed(error: str, state: str) -> dict[str, str]:
    fields = {"error": error, "error_description": problems.TEXTS[error]}
    return fields | {"state": state} if state else fields


def back(redirect_uri: str, fields: dict[str, str]) -> Reply:
    """Lead to the merchant's address, whose own query stays."""
    mark = "&" if "?" in redirect_uri else "?"
    return _to(
        f"{redirect_uri}{mark}{urlencode(fields, quote_via=quote, errors='replace')}"
    )


def _to(address: str) -> Reply:
    # 302 as the specification has it (high).
    headers = (("Location", address), ("Cache-Control", "no-store"))
    return Reply(status=302, headers=headers)


def show(call: Call, name: str) -> Shown | None:
    """Show the user what is asked for."""
    login = settled(call, name)
    if login is None:
        return None
    shared = [WORDS[name] for name in login.scope.split() if name in WORDS]
    rows = [("You share", ", ".join(shared) or "nothing but that it is you")]
    if login.binding_message:
        rows.append(("Compare this with what the shop shows", login.binding_message))
    query = urlencode({VERIFIER: login.name, "msn": call.msn})
    back_to = f"{call.base}{AUTHORIZE}?{query}" if login.redirect_uri else ""
    return Shown(
        title="Log in", rows=tuple(rows), ended=_ended(call, login), back=back_to
    )


def _ended(call: Call, login: Login) -> str:
    if login.decision:
        return f"You have {login.decision} this login."
    return "" if call.now < login.ends else "The time to decide is over."


def approve(call: Call, name: str) -> None:
    """Log in, as the user decided."""
    decide(call, name, APPROVED)


def reject(call: Call, name: str) -> None:
    """Log nobody in, as the user decided."""
    decide(call, name, REJECTED)


LANDING = Landing(kind=KIND, show=show, approve=approve, reject=reject)
ROUTES = (Route(method="GET", template=AUTHORIZE, gate=OPEN, serve=authorize),)
