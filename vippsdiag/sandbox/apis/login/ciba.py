"""Logins that the merchant begins with a phone number (CIBA)."""

import re
from datetime import timedelta

from vippsdiag.sandbox.apis import customers, userinfo
from vippsdiag.sandbox.apis.buyer.landing import landing_url
from vippsdiag.sandbox.apis.login.client import authenticated
from vippsdiag.sandbox.apis.login.decisions import KIND, expect
from vippsdiag.sandbox.apis.login.discovery import CIBA as AUTHENTICATION
from vippsdiag.sandbox.apis.login.discovery import SCOPES, USER_EXISTS
from vippsdiag.sandbox.apis.login.logins import CIBA, CIBA_REDIRECT, Login, new_name
from vippsdiag.sandbox.apis.login.problems import NO_STORE, refused
from vippsdiag.sandbox.apis.login.token import INTERVAL
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.gate import OPEN
from vippsdiag.sandbox.gateway.reply import Refusal, Reply, in_json
from vippsdiag.sandbox.gateway.routes import Route
from vippsdiag.sandbox.keys.units import Unit

# Seconds (the toolkit's skill, high).
EXPIRY, SHORTEST, LONGEST = 600, 60, 900
BINDING_MESSAGE = re.compile(r"[A-Z0-9\-]{5,8}")
MSISDN, CUSTOMER_TOKEN = "urn:msisdn:", "urn:customer-token:"
TO_WEBPAGE = "login_to_webpage"
# Where the user decides; the real one is an app (the sandbox's own).
PAGE = "Sandbox-Page"


def begin(call: Call) -> Reply:
    """Begin a login; the user is asked."""
    own, unit = authenticated(call)
    form = call.form
    phone = _known(own, form.get("login_hint", ""))
    scope = form.get("scope", "").split()
    if "openid" not in scope:
        raise Refusal(refused("invalid_scope"))
    message = form.get("binding_message", "")
    if message and not BINDING_MESSAGE.fullmatch(message):
        raise Refusal(refused("invalid_binding_message"))
    seconds = _expiry(form.get("requested_expiry", ""))
    redirected = form.get("requested_flow") == TO_WEBPAGE
    login = Login(
        name=new_name(),
        flow=CIBA_REDIRECT if redirected else CIBA,
        scope=" ".join(name for name in dict.fromkeys(scope) if name in SCOPES),
        begun=call.now,
        ends=call.now + timedelta(seconds=seconds),
        redirect_uri=_redirect_uri(unit, form) if redirected else "",
        phone=phone,
        binding_message=message,
    )
    expect(own, login)
    body = {"auth_req_id": login.name, "expires_in": seconds, "interval": INTERVAL}
    page = (PAGE, landing_url(own, KIND, login.name))
    return in_json(200, body, headers=(*NO_STORE, page))


def _known(call: Call, hint: str) -> str:
    phone = _phone(call, hint)
    if phone is None:
        detail = "The login_hint has to be urn:msisdn: and a number in digits, or "
        raise Refusal(
            refused("invalid_request", f"{detail}urn:customer-token: and a token.")
        )
    if not phone or phone == customers.NOBODY:
        # The name of the further field is documented, its place here is inferred.
        raise Refusal(refused("unknown_user_id", error_code="invalid_user"))
    return phone


def _phone(call: Call, hint: str) -> str | None:
    """Return the number that a hint leads to; None if the hint is malformed."""
    if hint.startswith(CUSTOMER_TOKEN):
        found = customers.checked_in(call, hint.removeprefix(CUSTOMER_TOKEN))
        return found.phone if found else ""
    if not hint.startswith(MSISDN):
        return None
    phone = userinfo.msisdn(hint.removeprefix(MSISDN))
    return phone if customers.MSISDN.fullmatch(phone) else None


def _expiry(given: str) -> int:
    if not given:
        return EXPIRY
    if not (given.isascii() and given.isdecimal() and len(given) < 9):
        raise Refusal(refused("invalid_request"))
    if not SHORTEST <= int(given) <= LONGEST:
        detail = f"The requested_expiry is between {SHORTEST} and {LONGEST} seconds."
        raise Refusal(refused("invalid_request", detail))
    return int(given)


def _redirect_uri(unit: Unit, form: dict[str, str]) -> str:
    if form.get("redirect_uri") not in unit.redirect_uris:
        detail = "The redirect_uri is none of those that are registered."
        raise Refusal(refused("invalid_request", detail))
    return form["redirect_uri"]


def user_exists(call: Call) -> Reply:
    """Tell whether somebody has an account."""
    own, _ = authenticated(call)
    phone = _phone(own, call.form.get("login_hint", ""))
    if phone is None:
        raise Refusal(refused("invalid_request"))
    return in_json(200, {"exists": bool(phone) and phone != customers.NOBODY})


ROUTES = (
    Route(method="POST", template=AUTHENTICATION, gate=OPEN, serve=begin),
    Route(method="POST", template=USER_EXISTS, gate=OPEN, serve=user_exists),
)
