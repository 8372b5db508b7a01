"""A report as one HTML file: it prints well, and needs nothing from anywhere."""

from datetime import datetime
from html import escape

from vippsdiag.check import Report
from vippsdiag.evidence import tokens
from vippsdiag.language import spoken, tr
from vippsdiag.render import html
from vippsdiag.render.evidence import to_evidence
from vippsdiag.render.pictures import lifetime, timeline, waterfall
from vippsdiag.render.view import View, view
from vippsdiag.token import Token, read_token

STYLE = """
body{margin:2rem auto;padding:0 1rem;max-width:76rem;background:#fff;color:#1b1b1f}
h1{font:600 1.4rem/1.3 system-ui,sans-serif}h2{font:600 1.1rem/1.3 system-ui,sans-serif}
mark{background:#ffe9a8;color:inherit}
@media (prefers-color-scheme:dark){
body{background:#16161a;color:#ececf1}mark{background:#5a4a00}
.vd{color:#ececf1}.vd .small{color:#b9b9c6}.vd a{color:#8ab4f8}
.vd .error{color:#ff8a80}.vd .warning{color:#ffb74d}.vd .good{color:#81c995}}
@media print{body{margin:0;max-width:none}.vd pre,.vd code{max-height:none}
.vd tr,.vd .card{break-inside:avoid}}
"""
# Nothing may be loaded or run, whatever a pasted text holds.
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def render_html(report: Report, source: str) -> str:
    """Return a report as a page of its own, with the redacted evidence inside."""
    shown = view(report)
    title = f"vippsdiag: {source}"
    parts = [
        html.findings_table(report),
        _pictures(report),
        _calls(report),
        _text(report, shown),
        "".join(html.notice(remark, "small") for remark in shown.remarks),
    ]
    body = html.page(*filter(None, parts))
    evidence = to_evidence(report.evidence).replace("<", "\\u003c")
    data = f'<script type="application/json">{evidence}</script>'
    return document(title, body, data)


def document(title: str, body: str, data: str = "") -> str:
    """Return a page of its own, which prints well.

    Args:
        title: what it is called.
        body: views as `vippsdiag.render.html.page` puts them together.
        data: what stands behind it, unseen; HTML.
    """
    return (
        f'<!doctype html>\n<html lang="{spoken()}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title></head>\n<body><h1>{escape(title)}</h1>\n"
        # Behind the style of the views, so that this one has the last word.
        f"{body}\n<style>{STYLE}</style>\n{data}</body></html>\n"
    )


def _pictures(report: Report) -> str:
    """Return what people would rather look at than read, where there is something."""
    exchanges, now = report.evidence.exchanges, report.evidence.now
    parts = []
    if len(exchanges) > 1:
        events = timeline.timeline(exchanges)
        parts.append(
            figure(tr(timeline.TITLE), timeline.svg(events), timeline.text(events))
        )
    timed = waterfall.waterfall(exchanges)
    if any(bar.phases for bar in timed.bars):
        parts.append(
            figure(tr(waterfall.TITLE), waterfall.svg(timed), waterfall.text(timed))
        )
    for token, used in _lives(report)[:3]:
        life = lifetime.lifetime(token, now, used=used)
        parts.append(
            figure(tr(lifetime.TITLE), lifetime.svg(life), lifetime.text(life))
        )
    return "".join(parts)


def figure(title: str, picture: str, text: str) -> str:
    """Return a picture that can be scrolled where it is too wide, and its words."""
    return html.picture(title, picture) + html.more(tr("In words"), text)


def _lives(report: Report) -> list[tuple[Token, datetime | None]]:
    """Return the tokens that say when they end, and when each was used first.

    What was received and what was sent is the same token if it says the same.
    """
    lives: list[tuple[Token, datetime | None]] = []
    for value, place in tokens(report.evidence):
        token = read_token(value)
        sent = place.exchange if place.part == "request header" else None
        used = sent.started if sent else None
        known = next(
            (at for at, one in enumerate(lives) if one[0].claims == token.claims), None
        )
        if known is not None:
            lives[known] = (token, lives[known][1] or used)
        elif token.expires:
            lives.append((token, used))
    return lives


def _calls(report: Report) -> str:
    parts = []
    for number, exchange in enumerate(report.evidence.exchanges[:20], 1):
        call = tr("Call {number}", number=number)
        parts += [f"<h2>{call}</h2>", html.side_by_side(exchange)]
    return "".join(parts)


def _text(report: Report, shown: View) -> str:
    """Return the pasted text, with the lines marked that findings rest on."""
    text = report.evidence.text
    if text is None:
        return ""
    marked = {row.line for row in shown.rows}
    lines = [
        f"<mark>{escape(line)}</mark>" if number in marked else escape(line)
        for number, line in enumerate(text.split("\n"), 1)
    ]
    pieces = "".join(f"<li>{escape(piece)}</li>" for piece in shown.pieces)
    found = f"<ul>{pieces}</ul>" if pieces else ""
    body = "\n".join(lines)
    return f'<h2>{tr("What was pasted")}</h2>{found}<pre tabindex="0">{body}</pre>'
