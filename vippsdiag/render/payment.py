"""Views of a payment: how far it is, and what happened to it."""

from html import escape
from typing import Any

from vippsdiag.exchange import Exchange
from vippsdiag.language import mark, tr
from vippsdiag.render import html

CAPTURED = "CAPTURED"
# What each state means, and how it is shown. The API's own word for a payment that was
# captured is still AUTHORIZED; the amounts tell.
STATES = {
    "CREATED": (
        mark("Not paid yet: the payment waits for the buyer."),
        "warning",
    ),
    "AUTHORIZED": (
        mark(
            "Paid: the buyer has approved, and the amount is reserved. In a shop you "
            "capture it when you send the goods."
        ),
        "good",
    ),
    CAPTURED: (mark("Paid and captured: the amount is yours."), "good"),
    "ABORTED": (mark("Not paid: the buyer has rejected it."), "error"),
    "EXPIRED": (mark("Not paid: the time for it has run out."), "error"),
    "TERMINATED": (mark("Not paid: the shop has cancelled it."), "error"),
}


def state_of(payment: Exchange) -> str:
    """Return a payment's state, and CAPTURED where all was captured; empty if none."""
    body = _body(payment)
    if not isinstance(body, dict):
        return ""
    state = str(body.get("state", ""))
    amounts: Any = body.get("aggregate")
    if state == "AUTHORIZED" and isinstance(amounts, dict):
        captured, whole = map(
            _value, (amounts.get("capturedAmount"), body.get("amount"))
        )
        if whole and captured == whole:
            return CAPTURED
    return state


def _body(exchange: Exchange) -> Any:
    return exchange.response.json if exchange.response and exchange.ok else None


def _value(amount: Any) -> int | None:
    value = amount.get("value") if isinstance(amount, dict) else None
    return value if isinstance(value, int) else None


def amount_words(amount: Any) -> str:
    """Return an amount in minor units as people write it."""
    value = _value(amount)
    if value is None:
        return ""
    return f"{value // 100}.{value % 100:02} {amount.get('currency', '')}".strip()


def events_view(payment: Exchange, events: Exchange) -> str:
    """Return how far a payment is, and what happened to it as a table."""
    state = state_of(payment)
    unread = mark("The payment could not be read. The diagnosis below says why.")
    words, kind = STATES.get(state, (unread, "error"))
    first = html.status(tr(words), kind)
    listed: Any = _body(events)
    rows = [
        (
            f"<code>{escape(str(event.get('name', '')))}</code>",
            escape(amount_words(event.get("amount"))),
            escape(str(event.get("timestamp", ""))),
            escape(tr("yes") if event.get("success") else tr("no")),
        )
        for event in (listed if isinstance(listed, list) else [])
        if isinstance(event, dict)
    ]
    heads = (tr("Event"), tr("Amount"), tr("When (UTC)"), tr("It succeeded"))
    return first + (html.table(tr("What happened to it"), heads, rows) if rows else "")
