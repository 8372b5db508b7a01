"""The log as a page: the last calls, both sides of each, and what is wrong with them.

Nothing is loaded from anywhere, and nothing leaves this machine. What is shown has its
secrets concealed. Without a script the page is as complete, and a reload renews it.
"""

import base64
import hashlib
from collections.abc import Iterator
from html import escape
from itertools import islice
from typing import TYPE_CHECKING, Any

from vippsdiag.conceal import conceal
from vippsdiag.exchange import Exchange, Headers
from vippsdiag.keys import KeyKind
from vippsdiag.render import html, style, words
from vippsdiag.sandbox.control.log import Entry
from vippsdiag.sandbox.control.log_assets import SCRIPT, STYLE
from vippsdiag.sandbox.gateway.reply import Reply, page
from vippsdiag.sandbox.state.state import Room
from vippsdiag.sandbox.webhooks.deliveries import Attempt, attempts, partner_room

if TYPE_CHECKING:
    from vippsdiag.sandbox.simulator import Sandbox

# A diagnosis takes some milliseconds, and nobody reads a hundred calls.
MOST_SHOWN = 25
MOST_DELIVERIES = 25


def log_page(sandbox: "Sandbox", base: str) -> Reply:
    """Return the page.

    Args:
        sandbox: whose log it is.
        base: the address that it was asked at.
    """
    shown = list(_newest(sandbox, 0))
    calls = "".join(f"<li>{entry_html(entry)}</li>" for entry in shown)
    last = shown[0].number if shown else 0
    text = (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>The sandbox: last calls</title><style>{_STYLE}</style></head>\n"
        f'<body class="vd"><main><h1>The last calls to the sandbox</h1>\n{_intro(base)}'
        '<p id="news" role="status"></p>'
        '<button id="pause" type="button" hidden>Pause</button>'
        f'<ol id="calls" reversed data-last="{last}">{calls}</ol>\n'
        f'<div id="deliveries">{deliveries_html(sandbox)}</div></main>\n'
        f"<script>{SCRIPT}</script></body></html>\n"
    )
    reply = page(200, text)
    reply.headers = (("Content-Security-Policy", _POLICY),)
    return reply


def listed(sandbox: "Sandbox", after: int, *, rendered: bool) -> dict[str, Any]:
    """Return the calls after a number, the newest first, and the deliveries."""
    shown = list(_newest(sandbox, after))
    found = {
        "last": sandbox.log.count,
        "entries": [_entry(entry, rendered=rendered) for entry in shown],
        "deliveries": [_delivery(attempt) for attempt in _attempts(sandbox)],
    }
    return found | ({"html": deliveries_html(sandbox)} if rendered else {})


def _newest(sandbox: "Sandbox", after: int) -> Iterator[Entry]:
    entries = (one for one in reversed(list(sandbox.log)) if one.number > after)
    return islice(entries, MOST_SHOWN)


# One call.


def _entry(entry: Entry, *, rendered: bool) -> dict[str, Any]:
    exchange = entry.exchange
    found = {
        "number": entry.number,
        "at": entry.at,
        "outcome": outcome(exchange),
        "verdict": verdict(entry),
        "checks": _checks(entry),
        "faults": entry.faults,
        **_sides(exchange),
    }
    return found | ({"html": entry_html(entry)} if rendered else {})


def _checks(entry: Entry) -> list[str]:
    found = words.causes(entry.report) if _is_diagnosed(entry) else []
    return [check.id for check, _ in found]


def _sides(exchange: Exchange) -> dict[str, Any]:
    request, response = exchange.request, exchange.response
    sides: dict[str, Any] = {"request": None, "response": None}
    if request:
        sides["request"] = {
            "method": request.method,
            "url": str(request.url),
            "headers": _pairs(request.headers),
            "body": str(request.body or ""),
        }
    if response:
        sides["response"] = {
            "status": response.status,
            "headers": _pairs(response.headers),
            "body": response.text,
        }
    return sides


def _pairs(headers: Headers) -> list[tuple[str, str]]:
    return [(str(name), str(value)) for name, value in headers]


def outcome(exchange: Exchange) -> str:
    """Return what came of a call, in words that need no colour."""
    if exchange.response is None:
        return "no answer: the connection was reset"
    status = exchange.status or 0
    line = f"{status} {exchange.response.reason}".strip()
    if status < 400:
        return f"answered: {line}"
    return f"refused: {line}" if status < 500 else f"failed: {line}"


def verdict(entry: Entry) -> str:
    """Return the diagnosis in one line; empty if there is nothing to say.

    Of a connection that the sandbox itself reset, there is not; and what no API saw
    is not diagnosed.
    """
    if entry.unclear:
        # The answer has the rest, such as all that could have been asked for.
        return str(conceal(entry.unclear.partition(". ")[0])).rstrip(".") + "."
    exchange = entry.exchange
    well = _went_well(exchange) and not words.causes(entry.report)
    return "" if well or exchange.failure else words.verdict(entry.report)


def _is_diagnosed(entry: Entry) -> bool:
    return not entry.unclear and bool(verdict(entry))


def _went_well(exchange: Exchange) -> bool:
    """Tell whether a call was answered, if only with where to go on."""
    return exchange.status is not None and exchange.status < 400


def entry_html(entry: Entry) -> str:
    """Return one call, folded, with request and response side by side."""
    exchange = entry.exchange
    request = exchange.request
    call = f"{request.method} {request.path}" if request else "A call"
    kind = "good" if _went_well(exchange) else "error"
    said = verdict(entry)
    report = html.findings_table(entry.report) if _is_diagnosed(entry) else ""
    faults = "".join(
        html.notice(f"This went wrong on purpose: {fault}", "warning")
        for fault in entry.faults
    )
    sides = html.side_by_side(exchange)
    # A long body scrolls, by the keyboard as well.
    sides = sides.replace("<pre>", '<pre tabindex="0">')
    return (
        f'<details id="call-{entry.number}"><summary><h2>{escape(call)}</h2> '
        f'<span class="tag {kind}">{escape(outcome(exchange))}</span> '
        f'<span class="small">{entry.at:%H:%M:%S} UTC</span> '
        f"<span>{escape(said)}</span></summary>"
        f"{faults}{report}{sides}</details>"
    )


# What was delivered.


def _attempts(sandbox: "Sandbox") -> list[Attempt]:
    """Return what came of the deliveries of all sales units, the newest first."""
    names = {f"{unit.environment}/{unit.msn}" for unit in sandbox.config.units}
    names |= {
        partner_room(unit.environment, unit.client_id)
        for unit in sandbox.config.units
        if unit.kind is KeyKind.PARTNER
    }
    found = [item for name in names for item in attempts(Room(sandbox.state, name))]
    found.sort(key=lambda item: item.at, reverse=True)
    return found[:MOST_DELIVERIES]


def _delivery(attempt: Attempt) -> dict[str, Any]:
    return {
        "at": attempt.at,
        "event": attempt.event,
        "url": str(conceal(attempt.url)),
        "outcome": attempt.outcome,
        "status": attempt.status,
        "reason": attempt.reason,
        "body": str(conceal(attempt.body)),
    }


def deliveries_html(sandbox: "Sandbox") -> str:
    """Return webhooks and callbacks that were sent as a table; empty if none were."""
    rows = "".join(
        f'<tr><th scope="row">{escape(item["event"])}</th>'
        f"<td>{item['at']:%H:%M:%S} UTC</td><td><code>{escape(item['url'])}</code></td>"
        f'<td><span class="tag">{escape(item["outcome"])}</span> {item["status"] or ""}'
        f"</td><td>{escape(item['reason'])}</td>"
        f'<td><pre tabindex="0">{escape(item["body"])}</pre></td></tr>'
        for item in map(_delivery, _attempts(sandbox))
    )
    if not rows:
        return ""
    names = ("Event", "When", "To", "Outcome", "Why", "What was sent")
    heads = "".join(f'<th scope="col">{name}</th>' for name in names)
    return (
        '<h2>Webhooks and callbacks that were sent</h2><div class="wide" role="region" '
        'aria-label="Webhooks and callbacks that were sent" tabindex="0"><table>'
        f"<caption>The newest first</caption><thead><tr>{heads}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


# The frame.


def _intro(base: str) -> str:
    address = escape(base)
    return (
        f"<p>Base address for test: <code>{address}</code>. For production: "
        f"<code>{address}/production</code>. Secrets are masked here. The newest call "
        "is first; open one to see it whole.</p>"
        "<noscript><p>Reload the page to see newer calls.</p></noscript>"
    )


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


_STYLE = style.STYLE + STYLE
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_hash(_STYLE)}'; "
    f"script-src 'sha256-{_hash(SCRIPT)}'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
