"""Codes that lead to a page of the shop, which can be changed after printing."""

import re
from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from vippsdiag.sandbox.apis.buyer.landing import in_name_of, wait, waiting
from vippsdiag.sandbox.apis.buyer.page import buyer_page
from vippsdiag.sandbox.apis.qr import pictures, problems
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.gate import OPEN
from vippsdiag.sandbox.gateway.reply import Refusal, Reply, empty, in_json
from vippsdiag.sandbox.gateway.routes import Route

PATH = "/qr/v1/merchant-redirect"
ONE = PATH + "/{id}"
# What a printed code holds; the real ones are on qr.vipps.no.
SCANNED = "/qr/scan/{token}"
KIND = "redirect"
ID = re.compile(r"[-_+%æøåÆØÅ\w\s]{1,128}", re.ASCII)
ID_PATTERN = r"^[-_+%æøåÆØÅ\w\s]*$"
# The same addresses as the official pattern takes, in a form that is quick to see.
TARGET = re.compile(r"https://[\w.][\w#!:.?+=&%@\-/]*", re.ASCII)
TARGET_PATTERN = r"^https://[\w\.]+([\w#!:.?+=&%@\-/]+)?$"


class RedirectQr(msgspec.Struct, kw_only=True):
    """A code of a shop.

    Attributes:
        id: what the shop calls it.
        target: where it leads.
        token: what the printed code holds; a new code of the same id has a new one.
        until: when it is deleted by itself; None for never.
    """

    id: str
    target: str
    token: str
    until: datetime | None = None


class Creation(msgspec.Struct, rename="camel"):
    """A new code."""

    id: str
    redirect_url: str
    ttl: Annotated[int, Meta(ge=300, le=2_147_483_647)] | None = None


class Update(msgspec.Struct, rename="camel"):
    """A new place to lead to."""

    redirect_url: str


def create(call: Call) -> Reply:
    """Create a code that leads to a page of the shop."""
    given: Creation = call.given
    kind, size = pictures.wanted(call)
    if not ID.fullmatch(given.id):
        raise Refusal(problems.invalid("Id", _reason("Id", ID_PATTERN)))
    target = _target(given.redirect_url)
    if _living(call, given.id):
        # The specification has a body of its own for this (high).
        raise Refusal(in_json(409, {"id": given.id}))
    until = call.now + timedelta(seconds=given.ttl) if given.ttl else None
    token = wait(call, KIND, given.id)
    code = RedirectQr(id=given.id, target=target, token=token, until=until)
    call.room.put(code.id, code)
    return in_json(200, _shown(call, code, kind, size))


def _reason(name: str, pattern: str) -> str:
    return f"The field {name} must match the regular expression '{pattern}'."


def _target(url: str) -> str:
    if len(url) > 2000 or not TARGET.fullmatch(url):
        reason = _reason("RedirectUrl", TARGET_PATTERN)
        raise Refusal(problems.invalid("RedirectUrl", reason))
    return url


def _living(call: Call, name: str) -> RedirectQr | None:
    """Return a code, unless its time is over."""
    code = call.room.get(RedirectQr, name)
    if code and code.until and code.until <= call.now:
        call.room.drop(RedirectQr, name)
        return None
    return code


def _found(call: Call) -> RedirectQr:
    code = _living(call, call.params["id"])
    if code is None:
        raise problems.not_found(call)
    return code


def _shown(call: Call, code: RedirectQr, kind: str, size: int) -> dict[str, Any]:
    left = int((code.until - call.now).total_seconds()) if code.until else -1
    content = call.base + SCANNED.format(token=code.token)
    return {
        "id": code.id,
        "url": pictures.url(call, content, kind, size),
        "redirectUrl": code.target,
        "expiresIn": left,
    }


def read(call: Call) -> Reply:
    """Return a code."""
    kind, size = pictures.wanted(call)
    return in_json(200, _shown(call, _found(call), kind, size))


def listed(call: Call) -> Reply:
    """List the codes of the sales unit."""
    kind, size = pictures.wanted(call)
    codes = [_living(call, code.id) for code in call.room.all(RedirectQr)]
    return in_json(200, [_shown(call, code, kind, size) for code in codes if code])


def update(call: Call) -> Reply:
    """Let a code lead to another page; the printed code stays as it is."""
    given: Update = call.given
    kind, size = pictures.wanted(call)
    code = _found(call)
    code.target = _target(given.redirect_url)
    call.room.put(code.id, code)
    return in_json(200, _shown(call, code, kind, size))


def delete(call: Call) -> Reply:
    """Delete a code; the printed one leads nowhere from then on."""
    call.room.drop(RedirectQr, _found(call).id)
    return empty(200)


def scanned(call: Call) -> Reply:
    """Lead who scanned a printed code to the shop's page."""
    thing = waiting(call, call.params["token"])
    code = _living(in_name_of(call, thing.msn), thing.name) if thing else None
    if code is None or code.token != call.params["token"]:
        text = "<p>The code is not in use, or not any more.</p>"
        return buyer_page(404, "This code leads nowhere", text)
    return Reply(status=302, headers=(("Location", code.target),))


GATE = problems.gate()
ROUTES = (
    Route(method="POST", template=PATH, gate=GATE, serve=create, body=Creation),
    Route(method="GET", template=PATH, gate=GATE, serve=listed),
    Route(method="GET", template=ONE, gate=GATE, serve=read),
    Route(method="PUT", template=ONE, gate=GATE, serve=update, body=Update),
    Route(method="DELETE", template=ONE, gate=GATE, serve=delete),
    Route(method="GET", template=SCANNED, gate=OPEN, serve=scanned),
)
