"""Views: pure functions from a value to escaped HTML, for notebook and web page.

Every text from outside goes through `escape`. Nothing is loaded from anywhere. No
meaning is carried by colour alone: each state has a word.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from html import escape

from vippsdiag.check import Check, Finding, Report
from vippsdiag.compare import Difference
from vippsdiag.evidence import Evidence
from vippsdiag.exchange import Exchange, Headers, Timing
from vippsdiag.keys import KeySet
from vippsdiag.language import mark, spoken, tr
from vippsdiag.products import Product, Reach
from vippsdiag.render.pictures import lifetime
from vippsdiag.render.style import STYLE
from vippsdiag.render.view import View, view
from vippsdiag.render.words import SEVERITIES, fix_of
from vippsdiag.secret import size
from vippsdiag.shapes import characters, shape_of
from vippsdiag.token import Token

# Characters that fit into any column: a mask with its fingerprint is shorter.
BRIEF = 16
NOTHING, UNSHOWN = mark("nothing"), mark("not shown")


def page(*parts: str) -> str:
    """Return views as one piece of HTML with their style and their language."""
    views = "".join(parts)
    return f'<style>{STYLE}</style><div class="vd" lang="{spoken()}">{views}</div>'


def tag(text: str, kind: str = "") -> str:
    """Return a word in a frame; ``kind`` is as for a notice."""
    return f'<span class="tag {kind}">{escape(text)}</span>'


def picture(title: str, drawn: str) -> str:
    """Return a picture, as SVG, that can be scrolled where it is too wide."""
    scrolled = f'role="group" aria-label="{escape(title)}" tabindex="0"'
    return f'<div class="picture" {scrolled}>{drawn}</div>'


def _row(heads: Sequence[str], cells: Iterable[str]) -> str:
    first, *others = cells
    rest = "".join(
        f'<td data-head="{escape(head)}">{cell}</td>'
        for head, cell in zip(heads[1:], others, strict=True)
    )
    return f'<tr><th scope="row">{first}</th>{rest}</tr>'


def table(caption: str, heads: Sequence[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table; the cells are HTML already, caption and heads are text."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    body = "".join(_row(heads, row) for row in rows)
    return (
        f'<table class="rows"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def notice(text: str, kind: str = "") -> str:
    """Return one sentence; ``kind`` is ``error``, ``warning``, ``good`` or empty."""
    return f'<p class="{escape(kind)}">{escape(text)}</p>'


def title(text: str) -> str:
    """Return the heading of a whole page."""
    return f"<h1>{escape(text)}</h1>"


def section(title: str, *paragraphs: str) -> str:
    """Return a heading and what is said below it; all of it is text."""
    texts = "".join(map(notice, filter(None, paragraphs)))
    return f"<h2>{escape(title)}</h2>{texts}"


def status(text: str, kind: str = "") -> str:
    """Return a sentence that a screen reader speaks when it appears."""
    return f'<div role="status">{notice(text, kind)}</div>'


def code(text: str) -> str:
    """Return a piece of code as it is; it can be scrolled with the keyboard."""
    return f'<div class="card"><pre tabindex="0">{escape(text)}</pre></div>'


def more(title: str, text: str) -> str:
    """Return a text that is shown when it is asked for."""
    summary = f"<summary>{escape(title)}</summary>"
    return f"<details>{summary}<pre>{escape(text)}</pre></details>"


def key_table(keys: KeySet, report: Report) -> str:
    """Return a row for every value: what it looks like and what is wrong with it."""
    rows = []
    for name, value in keys.values():
        findings = [
            (check, finding)
            for check, finding in report.ranked
            if finding.place
            and finding.place.exchange is None
            and finding.place.name == name
        ]
        shape = shape_of(value)
        looks = tr(shape.value if shape else characters(size(value)))
        rows.append(
            (
                escape(name),
                _brief(str(value)),
                escape(looks),
                "<br>".join(map(_remark, findings))
                or f'<span class="good">{escape(tr("Has the right form."))}</span>',
            )
        )
    caption = tr("What your keys look like. Whether they work, only a call can tell.")
    heads = (tr("Value"), tr("Shown as"), tr("Looks like"), tr("Remark"))
    return table(caption, heads, rows)


def _brief(text: str) -> str:
    """Return a value as code; a short one, as a mask is, on one line."""
    whole = ' class="whole"' if len(text) <= BRIEF else ""
    return f"<code{whole}>{escape(text)}</code>"


def _remark(item: tuple[Check, Finding]) -> str:
    check, finding = item
    text = f"{escape(tr(finding.message))} {escape(fix_of(check))}"
    kind = check.severity
    return f"{tag(tr(SEVERITIES[kind]), kind.value)} {text}"


def findings_table(report: Report) -> str:
    """Return the diagnosis: cause, how sure, evidence, fix and link, and what more."""
    shown = view(report)
    first = f"<p><strong>{escape(shown.verdict)}</strong></p>"
    rows = [
        (
            _with_small(row.cause, row.why),
            tag(row.sure, row.check.severity.value),
            _with_small(row.message, row.place),
            escape(row.fix),
            link(row.check.docs, row.check.id),
        )
        for row in shown.rows
    ]
    heads = (
        tr("Cause"),
        tr("How sure"),
        tr("Evidence"),
        tr("How to mend"),
        tr("Read more"),
    )
    caption = tr("What is wrong, best guess first")
    listed = table(caption, heads, rows) if rows else ""
    return first + listed + _more(shown)


def link(address: str, text: str) -> str:
    """Return a link that opens in a page of its own."""
    apart = 'target="_blank" rel="noopener noreferrer"'
    return f'<a href="{escape(address)}" {apart}>{escape(text)}</a>'


def _more(shown: View) -> str:
    said = (*shown.answered, shown.used) if shown.used else shown.answered
    parts = [notice(text, "small") for text in said]
    parts += [comparison_view(shown)] if shown.comparison else []
    parts += [notice(text) for text in shown.tried]
    surer = tr("To be surer: {trial}", trial=shown.trial)
    parts += [notice(surer)] if shown.trial else []
    return "".join(parts)


def comparison_view(shown: View) -> str:
    """Return the call beside the known-good one, and the corrected call."""
    found = shown.comparison
    if found is None:
        return ""
    rows = [
        (
            escape(item.name or tr(item.part)),
            _sent(item),
            escape(tr(item.right or NOTHING)),
        )
        for item in found.differences
    ]
    heads = (tr("What"), tr("You sent"), tr("A call that works has"))
    listed = table(tr("Your call beside one that works"), heads, rows)
    return (
        f"{listed}<p>{escape(tr('The call as it should be:'))}</p>"
        f'<pre tabindex="0">{escape(shown.curl)}</pre>'
    ) + (notice(shown.left, "small") if shown.left else "")


def _sent(item: Difference) -> str:
    if item.sent:
        return f"<code>{escape(item.sent)}</code>"
    return escape(tr(NOTHING if item.shown else UNSHOWN))


def _with_small(text: str, small: str) -> str:
    return f'{escape(text)}<br><span class="small">{escape(small)}</span>'


def side_by_side(exchange: Exchange) -> str:
    """Return request and response beside each other, secrets masked."""
    cards = [_request_card(exchange), _response_card(exchange)]
    notes = [_timing(exchange.timing)] if exchange.timing else []
    if exchange.proxy:
        notes.append(tr("Through the proxy {proxy}.", proxy=exchange.proxy))
    small = f'<p class="small">{escape(" ".join(notes))}</p>' if notes else ""
    return f'<div class="pair">{"".join(cards)}</div>{small}'


def _request_card(exchange: Exchange) -> str:
    request = exchange.request
    if request is None:
        return card(REQUEST, tr("Not known."), Headers(), None)
    return card(
        REQUEST,
        f"{request.method} {request.url}".lstrip(),
        request.headers,
        request.body,
    )


def _response_card(exchange: Exchange) -> str:
    if exchange.failure:
        line = tr(
            "No response ({kind}): {message}",
            kind=exchange.failure.kind,
            message=exchange.failure.message,
        )
        return card(RESPONSE, line, Headers(), None)
    response = exchange.response
    if response is None:
        return card(RESPONSE, tr("Not known."), Headers(), None)
    line = f"{response.status or ''} {response.reason}".strip()
    bare = tr("The body was not recorded.") if response.unread else None
    return card(RESPONSE, line, response.headers, response.body, bare)


# Each with the caption of its headers.
REQUEST = (mark("Request"), mark("Request headers"))
RESPONSE = (mark("Response"), mark("Response headers"))


def card(
    words: tuple[str, str],
    line: str,
    headers: Iterable[tuple[str, str]],
    body: str | None,
    bare: str | None = None,
) -> str:
    """Return a request or a response; the words are its title and a caption.

    Args:
        words: its title, and the caption of its headers.
        line: how it begins.
        headers: names and values.
        body: empty or None for none.
        bare: what is said where there is no body.
    """
    title, caption = map(tr, words)
    rows = [
        (escape(name), f"<code>{escape(str(value))}</code>") for name, value in headers
    ]
    heads = (tr("Header"), tr("Value"))
    listed = table(caption, heads, rows) if rows else ""
    text = (
        f'<pre tabindex="0">{escape(_pretty(str(body)))}</pre>'
        if body
        else notice(bare or tr("No body."), "small")
    )
    return (
        f'<section class="card"><h3>{escape(title)}</h3><pre>{escape(line)}</pre>'
        f"{listed}{text}</section>"
    )


def _pretty(body: str) -> str:
    """Return JSON with line breaks, and any other text as it is."""
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return body


PHASES = {
    "dns": mark("finding the host"),
    "connect": mark("connecting"),
    "tls": "TLS",
    "send": mark("sending"),
    "wait": mark("waiting"),
    "receive": mark("receiving"),
}


def _timing(timing: Timing) -> str:
    if timing.wait is None:
        return tr("Answered in this process, with no network.")
    known = [(words, getattr(timing, name)) for name, words in PHASES.items()]
    words = [f"{tr(name)} {value:.0f} ms" for name, value in known if value is not None]
    total = f"{timing.total:.0f}"
    return tr("Took {total} ms: {phases}.", total=total, phases=", ".join(words))


def token_view(token: Token, now: datetime) -> str:
    """Return what a token says about itself, with its lifetime as a bar."""
    parts = [notice(tr(defect.value), "error") for defect in token.defects]
    rows = [
        (
            escape(name),
            f"<code>{escape(str(value))}</code>",
            _meaning(name, value),
        )
        for name, value in token.claims.items()
    ]
    if rows:
        drawn = lifetime.svg(lifetime.lifetime(token, now))
        parts.append(picture(tr(lifetime.TITLE), drawn))
        heads = (tr("Claim"), tr("Value"), tr("Meaning"))
        parts.append(table(tr("What the token says"), heads, rows))
    return "".join(parts)


CLAIMS = {
    "aud": mark("what it is for"),
    "iss": mark("who issued it"),
    "iat": mark("when it was issued"),
    "nbf": mark("from when it is valid"),
    "exp": mark("until when it is valid"),
    "appid": mark("your client_id"),
    "appidacr": mark("how you were recognised; 1 means by a client_secret"),
    "idp": mark("who knows your client_id; the same as who issued it"),
    "uti": mark("the number of this token"),
    "tid": mark("the directory that issued it; test and production differ"),
    "ver": mark("the version of its form"),
}


_MOMENTS = {"iat", "nbf", "exp"}


def _meaning(name: str, value: object) -> str:
    meaning = tr(CLAIMS.get(name, ""))
    if name in _MOMENTS and isinstance(value, int) and 0 < value < 4_000_000_000:
        meaning = f"{meaning}: {datetime.fromtimestamp(value, UTC):%Y-%m-%d %H:%M} UTC"
    return escape(meaning)


_GOOD = {Reach.REACHED: "good", Reach.UNCLEAR: "", Reach.NO_ANSWER: "warning"}


def access_table(found: Iterable[tuple[Product, Exchange, Reach]]) -> str:
    """Return what the keys can reach, a row for each product that was asked."""
    rows = [
        (
            escape(product.name),
            tag(tr(result.value), _GOOD.get(result, "error")),
            escape(tr(result.words)),
            f"<code>{escape(_call_line(exchange))}</code>",
        )
        for product, exchange, result in found
    ]
    heads = (tr("Product"), tr("Result"), tr("Meaning"), tr("Call"))
    return table(tr("What your keys can reach"), heads, rows)


def _call_line(exchange: Exchange) -> str:
    request = exchange.request
    sent = f"{request.method} {request.path}" if request else ""
    return f"{sent} {exchange.status or tr('no answer')}".strip()


def unused_list(evidence: Evidence) -> str:
    """Return the pieces of a paste that were not understood; empty if none."""
    if not evidence.unused:
        return ""
    items = "".join(f"<li>{escape(tr(item))}</li>" for item in evidence.unused)
    head = escape(tr("Not used from what you pasted:"))
    return f"<p>{head}</p><ul>{items}</ul>"
