"""The Webhooks API: who is told of what.

Statuses and schemas are the official specification's, limits and rules the guide's
(facts 6.6, high). The texts of the refusals are inferred, but for what stands beside
them. How deliveries are sent is in `vippsdiag.sandbox.webhooks.courier`.
"""

import base64
import os
import re
import uuid

import msgspec

from vippsdiag.environments import LOOPBACK_HOSTS, split
from vippsdiag.keys import KeyKind
from vippsdiag.sandbox.gateway import answers, gate
from vippsdiag.sandbox.gateway.call import MSN, Call
from vippsdiag.sandbox.gateway.forms import Forms
from vippsdiag.sandbox.gateway.gate import Gate
from vippsdiag.sandbox.gateway.reply import (
    PROBLEM,
    Refusal,
    Reply,
    empty,
    in_json,
    trace_id,
)
from vippsdiag.sandbox.gateway.routes import Route
from vippsdiag.sandbox.state.state import Room
from vippsdiag.sandbox.webhooks.deliveries import Webhook, own_room, partner_room

WEBHOOKS = "/webhooks/v1/webhooks"
# How many webhooks may want one event, for each sales unit and for each partner.
MOST = 25
CHECKED_IN = "user.checked-in.v1"
# The official list of event types (high). Those of Donations are not known by name.
EVENTS = frozenset(
    {
        *(
            f"epayments.payment.{name}.v1"
            for name in (
                "created aborted expired cancelled captured refunded authorized "
                "terminated"
            ).split()
        ),
        *(
            f"recurring.agreement-{name}.v1"
            for name in ("activated", "rejected", "stopped", "expired")
        ),
        *(
            f"recurring.charge-{name}.v1"
            for name in (
                "reserved captured canceled refunded failed creation-failed"
            ).split()
        ),
        "login.merchant-initiated.ping.v1",
        CHECKED_IN,
    }
)
# What an address is written with; anything else has to be percent-encoded.
_ADDRESS = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]{1,2000}")


class Registration(msgspec.Struct, kw_only=True):
    """What a merchant asks to be told, and where."""

    url: str
    events: list[str]


def own_link(call: Call, forms: Forms) -> None:
    """See that the caller may act; a partner without a number acts for itself."""
    if call.header(MSN):
        gate.link(call, forms)
    else:
        gate.own_key(call, forms)


def problem(call: Call, detail: str, **reasons: str) -> Reply:
    """A 400 in the form of the specification (high); the texts are beside each use."""
    body: dict[str, object] = {
        "type": "https://httpstatuses.io/400",
        "title": "Bad Request",
        "status": 400,
        "detail": detail,
        "instance": call.path.removeprefix("/webhooks"),
        "traceId": trace_id(),
    }
    if reasons:
        body["extraDetails"] = [
            {"name": name, "reason": reason} for name, reason in reasons.items()
        ]
    return in_json(400, body, PROBLEM)


def invalid(call: Call, name: str, reason: str) -> Reply:
    """A field is not as it should be (the detail is the specification's, high)."""
    text = "One or more validation errors occurred."
    return problem(call, text, **{name: reason})


FORMS = Forms(
    not_linked=answers.empty_403,
    other_unit=answers.empty_403,
    unreadable=lambda call, flaw: invalid(call, flaw.name or "body", flaw.reason),
)
GATE = Gate(steps=(gate.key, gate.token, own_link), forms=FORMS)


def registered(call: Call) -> Reply:
    """List what is registered; the secrets are not shown again."""
    listed = [
        {"id": webhook.id, "url": webhook.url, "events": webhook.events}
        for webhook in _room(call).all(Webhook)
    ]
    return in_json(200, {"webhooks": listed})


def register(call: Call) -> Reply:
    """Register a webhook, and show its secret once."""
    given: Registration = call.given
    _check_address(call, given.url)
    _check_events(call, given.events)
    _check_limit(call, given.events)
    webhook = Webhook(
        id=str(uuid.uuid4()),
        # The form of the official example of a signature; that of the register call
        # is a GUID (facts section 9, number 11).
        secret=base64.b64encode(os.urandom(64)).decode(),
        url=given.url,
        events=tuple(dict.fromkeys(given.events)),
    )
    _room(call).put(webhook.id, webhook)
    return in_json(201, {"id": webhook.id, "secret": webhook.secret})


def _room(call: Call) -> Room:
    unit = call.unit
    wide = unit is not None and unit.kind is KeyKind.PARTNER and not call.header(MSN)
    name = (
        partner_room(call.environment, unit.client_id)
        if unit and wide
        else own_room(call)
    )
    return Room(call.sandbox.state, name)


def _check_address(call: Call, url: str) -> None:
    """Take https, and http on this machine, which only the sandbox delivers to."""
    parts = split(url)
    host = parts.hostname or ""
    local = host in LOOPBACK_HOSTS
    if not _ADDRESS.fullmatch(url) or parts.scheme not in {"http", "https"}:
        reason = "The URL is not valid."
    elif parts.scheme == "http" and not local:
        reason = "The URL must use HTTPS."
    elif parts.username is not None or parts.fragment:
        reason = "The URL must not have a user name or a fragment."
    elif not local and "." not in host:
        reason = "The URL must be reachable from the internet."
    else:
        return
    raise Refusal(invalid(call, "url", reason))


def _check_events(call: Call, events: list[str]) -> None:
    # "Unsupported values" and the list are from a developer's notes of 2025 (medium).
    unknown = [name for name in events if name not in EVENTS]
    if unknown:
        reason = f"Unsupported values: {', '.join(unknown)}"
        raise Refusal(invalid(call, "events", reason))
    if not events:
        reason = "The events field must name at least one event."
        raise Refusal(invalid(call, "events", reason))


def _check_limit(call: Call, events: list[str]) -> None:
    there = _room(call).all(Webhook)
    for name in dict.fromkeys(events):
        most = 1 if name == CHECKED_IN else MOST
        if sum(name in webhook.events for webhook in there) >= most:
            noun = "webhook" if most == 1 else "webhooks"
            text = f"At most {most} {noun} can be registered for {name}."
            raise Refusal(problem(call, text))


def delete(call: Call) -> Reply:
    """Delete a webhook; what is in line for it is not sent any more.

    For one that is not there, the specification lists 400 only (the text is inferred).
    """
    name = call.params["id"].lower()
    room = _room(call)
    if room.get(Webhook, name) is None:
        raise Refusal(invalid(call, "id", "There is no webhook with this id."))
    room.drop(Webhook, name)
    return empty(204)


ROUTES = (
    Route(method="GET", template=WEBHOOKS, gate=GATE, serve=registered),
    Route(
        method="POST", template=WEBHOOKS, gate=GATE, serve=register, body=Registration
    ),
    Route(method="DELETE", template=WEBHOOKS + "/{id}", gate=GATE, serve=delete),
)
