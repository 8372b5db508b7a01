"""Exercises: Login, from the redirect URI to the tokens."""

import base64
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlencode

from vippsdiag.environments import split
from vippsdiag.evidence import LOGIN_BASE, LOGIN_TOKEN_PATH
from vippsdiag.exchange import Exchange, Request
from vippsdiag.samples import basic
from vippsdiag.sandbox.exercises import flaws
from vippsdiag.sandbox.exercises.bench import Bench, request
from vippsdiag.sandbox.exercises.exercise import Exercise
from vippsdiag.sandbox.exercises.flaws import AUTHORIZATION
from vippsdiag.sandbox.exercises.payments import TEST_USER
from vippsdiag.sandbox.keys.units import Unit
from vippsdiag.secret import examine

TOKENS = "Exchange the code for the user's tokens, with the test unit."
BEGIN = "Begin a login with the test unit, and be sent on to the user."
FORM = "application/x-www-form-urlencoded"
STATE = "a-state-of-16-ch"
NEW_CODE = "code of a new login"
LOGIN = "login"
CIBA = "/vipps-login-ciba/api/backchannel/authentication"


def _callback(bench: Bench) -> str:
    """Return an address that the test unit registered."""
    return bench.test.redirect_uris[0]


def begun(bench: Bench, callback: str = "", unit: Unit | None = None) -> Request:
    """Return the call that begins a login in the browser."""
    unit = unit or bench.test
    asked = {
        "client_id": unit.client_id,
        "response_type": "code",
        "scope": "openid name",
        "state": STATE,
        "redirect_uri": callback or unit.redirect_uris[0],
    }
    path = f"{LOGIN_BASE}/oauth2/auth?{urlencode(asked)}"
    return request("GET", bench.url(unit.environment, path), {})


def led_on(exchange: Exchange) -> bool:
    """Tell whether the user is sent on, and not back with an error."""
    target = _location(exchange)
    return exchange.status == 302 and "error" not in parse_qs(split(target).query)


def _location(exchange: Exchange) -> str:
    response = exchange.response
    found = response.headers.get("Location") if response else None
    return examine(found or "", lambda raw: raw)


def new_code(bench: Bench, unit: Unit | None = None) -> str:
    """Log in as the test user does, and return the code that the site gets."""
    page = _location(bench.send(begun(bench, unit=unit)))
    approved = request("POST", page, {"Content-Type": FORM}, "decision=approve")
    back = request("GET", _location(bench.send(approved)), {})
    fields = parse_qs(split(_location(bench.send(back))).query)
    return fields["code"][0]


def exchanged(bench: Bench, code: str = "", unit: Unit | None = None) -> Request:
    """Return the call that exchanges a code, a new one if none is given."""
    unit = unit or bench.test
    form = {
        "grant_type": "authorization_code",
        "code": code or new_code(bench, unit),
        "redirect_uri": unit.redirect_uris[0],
    }
    return _posted(bench, unit, LOGIN_TOKEN_PATH, form)


def _used(bench: Bench) -> Request:
    code = new_code(bench)
    bench.send(exchanged(bench, code))
    return exchanged(bench, code)


def _in_the_form(bench: Bench) -> Request:
    call = exchanged(bench)
    pair = {
        "client_id": bench.test.client_id,
        "client_secret": bench.test.client_secret,
    }
    body = f"{flaws.body(call)}&{urlencode(pair)}"
    return flaws.without(replace(call, body=body), AUTHORIZATION)


def _with_a_line_break(bench: Bench) -> Request:
    """Encode the pair as a shell's echo does, which adds a line break."""
    pair = f"{bench.test.client_id}:{bench.test.client_secret}\n"
    text = "Basic " + base64.b64encode(pair.encode()).decode()
    return flaws.with_value(exchanged(bench), AUTHORIZATION, text)


def _posted(bench: Bench, unit: Unit, path: str, form: dict[str, str]) -> Request:
    pair = basic(unit.client_id, unit.client_secret)
    headers = {AUTHORIZATION: pair, "Content-Type": FORM}
    return request("POST", bench.url(unit.environment, path), headers, urlencode(form))


def _asked(bench: Bench) -> None:
    form = {"scope": "openid name", "login_hint": f"urn:msisdn:{TEST_USER}"}
    answer = bench.send(_posted(bench, bench.test, CIBA, form)).response
    bench.made[LOGIN] = answer.json["auth_req_id"] if answer else ""


def _poll(bench: Bench) -> Request:
    form = {
        "grant_type": "urn:openid:params:grant-type:ciba",
        "auth_req_id": bench.made[LOGIN],
    }
    return _posted(bench, bench.test, LOGIN_TOKEN_PATH, form)


EXERCISES = (
    Exercise(
        id="a-slash-at-the-end",
        title="A slash at the end",
        story="The site moved to a new framework, which writes every address with a "
        "slash at the end. Since then nobody can log in.",
        goal=BEGIN,
        nudges=(
            "Which address does the answer speak of?",
            "Compare it with the registered one, letter by letter.",
        ),
        causes=("redirect-uri-mismatch",),
        known={"registered redirect URI": _callback},
        call=begun,
        instead=lambda bench: begun(bench, _callback(bench) + "/"),
        works=led_on,
        source="login-api#68; public case oauth-redirect-slash-oidcclient-6",
    ),
    Exercise(
        id="a-short-state",
        title="A state of four digits",
        story="The site counts its logins, and sends the number as the state.",
        goal=BEGIN,
        nudges=(
            "The user was sent back at once. What does the address say?",
            "How long is the state, and how long does it have to be?",
        ),
        causes=("login-state-length",),
        call=begun,
        flaw=lambda call: flaws.at_path(call, STATE, "0042"),
        works=led_on,
        source="facts 3.4",
    ),
    Exercise(
        id="secret-in-the-form",
        title="Two ways to say who you are",
        story="The library puts the client_id and the client_secret into the form. In "
        "the portal the sales unit is set to the other way, which is the default.",
        goal=TOKENS,
        nudges=(
            "Both values are right. Where are they?",
            "The pair goes into a header, encoded as Base64.",
        ),
        causes=("token-endpoint-auth-method-mismatch",),
        known={NEW_CODE: new_code},
        call=exchanged,
        instead=_in_the_form,
        source="facts 3.4; public case hydra-method-mismatch-perses",
    ),
    Exercise(
        id="echo-adds-something",
        title="Encoded in a shell",
        story="The pair was encoded with echo and base64 in a terminal, and copied "
        "into the configuration.",
        goal=TOKENS,
        nudges=(
            "Decode the pair in the header. What is at its end?",
            "echo ends its line. There is an option, or printf, that does not.",
        ),
        causes=("client-secret-encoding",),
        known={NEW_CODE: new_code},
        call=exchanged,
        instead=_with_a_line_break,
        source="login-api#39",
    ),
    Exercise(
        id="no-secret-in-the-browser",
        title="A page without a server",
        story="The site is one page that runs in the browser. Nothing in it is secret, "
        "so it sends the code alone.",
        goal=TOKENS,
        nudges=(
            "Who exchanges the code here? The answer says that it is not known.",
            "Clients without a secret are not supported; a server has to do it.",
        ),
        causes=("token-endpoint-client-auth-missing",),
        known={NEW_CODE: new_code},
        call=exchanged,
        flaw=lambda call: flaws.without(call, AUTHORIZATION),
        source="login-api#97",
    ),
    Exercise(
        id="the-back-button",
        title="The back button",
        story="The user went back in the browser, and the page that exchanges the code "
        "was loaded once more.",
        goal=TOKENS,
        nudges=(
            "Client and secret were accepted. What is the answer about?",
            "How often can a code be used?",
        ),
        causes=("authorization-code-invalid",),
        known={NEW_CODE: new_code},
        call=exchanged,
        instead=_used,
        source="facts 3.4",
    ),
    Exercise(
        id="half-of-the-path",
        title="The end of the path",
        story="The path of the token endpoint was taken from a tutorial on OAuth.",
        goal=TOKENS,
        nudges=(
            "Nothing is there. Which part of the path could be missing?",
            "The discovery document lists the endpoints.",
        ),
        causes=("token-path-wrong",),
        known={NEW_CODE: new_code},
        call=exchanged,
        flaw=lambda call: flaws.at_path(call, LOGIN_BASE, ""),
        source="login-api#39",
    ),
    Exercise(
        id="asked-on-the-phone",
        title="A login on the phone",
        story="Somebody calls the support, who sends a login to the caller's app, and "
        "asks for the result at once.",
        goal="Get the tokens of the caller.",
        nudges=(
            "The answer is no refusal. What is it waiting for?",
            "The first answer named an interval, in seconds.",
        ),
        causes=("login-not-answered-yet",),
        prepare=_asked,
        call=_poll,
        mend=lambda bench: bench.sandbox.advance(timedelta(seconds=6)),
        source="facts 3.4, CIBA",
    ),
)
