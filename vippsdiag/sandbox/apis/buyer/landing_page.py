"""The page on which a buyer approves, rejects or stops; in the real one this is an app.

The address has the form of the landing page's (facts 2); what stands on the page is
the sandbox's own.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from html import escape
from urllib.parse import quote

from vippsdiag.sandbox.apis import checkout, ecom, epayment, login, psp, qr, recurring
from vippsdiag.sandbox.apis.buyer.landing import (
    PATH,
    Landing,
    Shown,
    in_name_of,
    waiting,
)
from vippsdiag.sandbox.apis.buyer.page import HEADERS, buyer_page
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.gate import OPEN
from vippsdiag.sandbox.gateway.reply import Reply
from vippsdiag.sandbox.gateway.routes import Route

# What a product may have let through as an address, and a browser would run.
_NO_LINK = ("javascript:", "data:", "vbscript:")
STOP = "stop"

_KINDS: tuple[Landing, ...] = (
    # Each product adds its own here, in the order of their names.
    checkout.LANDING,
    ecom.LANDING,
    epayment.LANDING,
    login.LANDING,
    psp.LANDING,
    qr.LANDING,
    recurring.LANDING,
)
LANDINGS: Mapping[str, Landing] = {landing.kind: landing for landing in _KINDS}


def visit(call: Call) -> Reply:
    """Show what waits for the buyer."""
    found = _found(call)
    if found is None:
        return _unknown()
    own, landing, name = found
    shown = landing.show(own, name)
    return _unknown() if shown is None else _shown(own, shown)


def decide(call: Call) -> Reply:
    """Do what the buyer decided, and send the buyer back to the shop."""
    found, decision = _found(call), call.form.get("decision")
    if found is None:
        return _unknown()
    own, landing, name = found
    shown = landing.show(own, name)
    if shown is None:
        return _unknown()
    decided = _decided(landing, shown, decision)
    if decided is None:
        return _shown(own, shown)
    decided(own, name)
    # Who stops something in the app has not come from the shop.
    if decision == STOP or not _leads_somewhere(shown.back):
        done = landing.show(own, name) or shown
        return _shown(own, replace(done, ended=done.ended or "This is done."))
    return Reply(status=303, headers=(("Location", _in_ascii(shown.back)), *HEADERS))


def _decided(
    landing: Landing, shown: Shown, decision: str | None
) -> Callable[[Call, str], None] | None:
    """Return what a decision does; None if it cannot be made."""
    if shown.ended:
        return landing.stop if shown.stoppable and decision == STOP else None
    return {"approve": landing.approve, "reject": landing.reject}.get(decision or "")


def _found(call: Call) -> tuple[Call, Landing, str] | None:
    thing = waiting(call, call.asked.get("token", ""))
    landing = LANDINGS.get(thing.kind) if thing else None
    if thing is None or landing is None:
        return None
    return in_name_of(call, thing.msn), landing, thing.name


def _unknown() -> Reply:
    text = (
        "Nothing waits here for a decision. It may have ended, or the address is "
        "not complete. Please start again in the shop."
    )
    return buyer_page(404, "This link has ended", f"<p>{text}</p>")


def _shown(call: Call, shown: Shown) -> Reply:
    state = () if shown.ended else (("State", "Waits for your decision"),)
    rows = (*shown.rows, ("Shop", _shop(call)), *state)
    listed = "".join(
        f"<dt>{escape(label)}</dt><dd>{escape(text)}</dd>" for label, text in rows
    )
    after = _ended(shown) if shown.ended else _form(shown)
    return buyer_page(200, shown.title, f"<dl>{listed}</dl>{after}")


def _shop(call: Call) -> str:
    name = call.unit.name if call.unit else "Sales unit"
    return f"{name} (sales unit {call.msn})"


def _form(shown: Shown) -> str:
    # Without an action, a form is sent to the address of its page.
    label = escape(f"Your decision: {shown.title}")
    return (
        f'<form method="post" aria-label="{label}">'
        '<button class="yes" name="decision" value="approve">Approve</button>'
        '<button name="decision" value="reject">Reject</button></form>'
        "<p>This page of the sandbox stands in for the app. No money moves.</p>"
    )


def _ended(shown: Shown) -> str:
    text = f'<p role="status">{escape(shown.ended)}</p>'
    if shown.stoppable:
        text += _stop(shown)
    if not _leads_somewhere(shown.back):
        return text
    return f'{text}<p><a href="{escape(shown.back)}">Go back to the shop</a></p>'


def _stop(shown: Shown) -> str:
    label = escape(f"Stop: {shown.title}")
    return (
        f'<form method="post" aria-label="{label}">'
        f'<button name="decision" value="{STOP}">Stop</button></form>'
        "<p>As the buyer can at any time in the app.</p>"
    )


def _leads_somewhere(back: str) -> bool:
    # Browsers pass over what cannot be seen in an address.
    seen = "".join(mark for mark in back.lower() if mark.isprintable() and mark != " ")
    return bool(seen) and not seen.startswith(_NO_LINK)


def _in_ascii(address: str) -> str:
    return quote(address, safe="%/:=&?~#+!$,;'@()*[]", errors="replace")


ROUTES = (
    Route(method="GET", template=PATH, gate=OPEN, serve=visit),
    Route(method="POST", template=PATH, gate=OPEN, serve=decide),
)
