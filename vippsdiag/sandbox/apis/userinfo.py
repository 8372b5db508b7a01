"""The Userinfo API: what a buyer shared while paying or agreeing.

Asking for a `sub` with the merchant's token is here; the variant without one takes the
user's token and belongs to Login.
"""

import hashlib
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from vippsdiag.sandbox.gateway import gate
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.forms import Forms
from vippsdiag.sandbox.gateway.gate import Gate
from vippsdiag.sandbox.gateway.reply import Refusal, Reply, in_json
from vippsdiag.sandbox.gateway.routes import Route

TEMPLATE = "/vipps-userinfo-api/userinfo/{sub}"
# A profile can be read for 168 hours after the consent (the toolkit's skill, high).
PATIENCE = timedelta(hours=168)
EXPIRED = "[Expired]"
PHONE = "4712345678"

_HOME: dict[str, object] = {
    "address_type": "home",
    "country": "NO",
    "formatted": "Suburbia 23\n0154\nOslo\nNO",
    "postal_code": "0154",
    "region": "Oslo",
    "street_address": "Suburbia 23",
}
# What each scope opens (the toolkit's skill, high); the person is made up. The number
# has the form of a national identity number, with a month that there is not.
PERSON: Mapping[str, Mapping[str, object]] = {
    "name": {"name": "Ada Lovelace", "given_name": "Ada", "family_name": "Lovelace"},
    "address": {"address": _HOME, "other_addresses": []},
    "email": {"email": "ada@example.com", "email_verified": True},
    "phoneNumber": {"phone_number": PHONE, "phone_number_verified": True},
    "birthDate": {"birthdate": "1990-12-10"},
    "nin": {"nin": "10929012345"},
}


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """A buyer's consent to share a profile with one sales unit.

    Attributes:
        sub: what the API calls the buyer, towards this unit alone.
        scopes: what may be read.
        phone: with the country's code.
    """

    sub: str
    scopes: tuple[str, ...]
    phone: str
    given: datetime


def share(call: Call, scope: str, phone: str = "") -> str:
    """Note down a buyer's consent, and return the `sub` to read the profile by.

    It is the same at each consent of one person to one sales unit.

    Args:
        call: whose sales unit the profile is shared with.
        scope: what was asked for, with blanks between.
        phone: the buyer's number; that of a test user if empty.
    """
    phone = msisdn(phone) or PHONE
    digest = hashlib.sha256(f"{call.environment}/{call.msn}/{phone}".encode()).digest()
    sub = str(uuid.UUID(bytes=digest[:16], version=4))
    scopes = tuple(name for name in dict.fromkeys(scope.split()) if name in PERSON)
    consent = Consent(sub=sub, scopes=scopes, phone=phone, given=call.now)
    call.room.put(sub, consent)
    return sub


def msisdn(phone: str) -> str:
    """Return a number with its country's code; eight digits alone are Norwegian."""
    digits = phone.removeprefix("+")
    return f"47{digits}" if len(digits) == 8 else digits


def profile(consent: Consent, now: datetime) -> dict[str, object]:
    """Return what a consent opens; after its time the words stand in for the values."""
    opened: dict[str, Any] = {}
    for scope in consent.scopes:
        opened |= PERSON[scope]
    if "phone_number" in opened:
        opened["phone_number"] = consent.phone
    if now - consent.given > PATIENCE:
        opened = dict.fromkeys(opened, EXPIRED)
    return {"sub": consent.sub, **opened}


def error(call: Call, status: int, title: str, detail: str) -> Reply:
    """Userinfo's own form, whose status is a string (specification 2.0.3, medium)."""
    body = {
        "type": f"https://httpstatuses.io/{status}",
        "title": title,
        "status": str(status),
        "detail": detail,
        "instance": str(uuid.uuid4()),
    }
    return in_json(status, body)


def token_refused(call: Call) -> Reply:
    """The status is documented (high), the texts are inferred."""
    return error(call, 401, "Unauthorized", "The access token is not valid.")


def forbidden(call: Call) -> Reply:
    """403 as the specification lists it (texts inferred)."""
    return error(call, 403, "Forbidden", "The number is not of this sales unit.")


FORMS = Forms(token=token_refused, not_linked=forbidden, other_unit=forbidden)


def may_have_key(call: Call, forms: Forms) -> None:
    """Take a subscription key or none, or none alone (facts 5.4: it is disputed)."""
    if not call.header(gate.KEY):
        return
    if call.sandbox.variant("userinfo-key") == "refused":
        detail = "This call takes no subscription key."
        raise Refusal(error(call, 401, "Unauthorized", detail))
    gate.key(call, forms)


def link(call: Call, forms: Forms) -> None:
    """See that the caller may act for the number; a key, if any, has to be its own."""
    call.owner = call.owner or call.unit
    gate.link(call, forms)


def get(call: Call) -> Reply:
    """Return a profile."""
    consent = call.room.get(Consent, call.params["sub"])
    if consent is None:
        detail = "There is no consent for this sub at this sales unit."
        raise Refusal(error(call, 404, "Not Found", detail))
    return in_json(200, profile(consent, call.now))


GATE = Gate(steps=(may_have_key, gate.token, link), forms=FORMS)
ROUTES = (Route(method="GET", template=TEMPLATE, gate=GATE, serve=get),)
