"""The frame of the pages that a buyer sees: readable, light or dark, with no script."""

import base64
import hashlib
from html import escape

from vippsdiag.sandbox.gateway.reply import Reply, page

STYLE = """
:root{color-scheme:light dark}
body{margin:2rem auto;padding:0 1rem;max-width:32rem;font:1rem/1.5 system-ui,sans-serif;
background:#fff;color:#1b1b1f}
h1{font-size:1.4rem}dt{color:#55555f}dd{margin:0 0 .6rem;overflow-wrap:anywhere}
button{font:inherit;padding:.6rem 1.4rem;margin:.4rem .6rem .4rem 0;border-radius:.4rem;
border:2px solid #3d3ab8;background:#fff;color:#3d3ab8;cursor:pointer}
button.yes{background:#3d3ab8;color:#fff}a{color:#3d3ab8}
:focus-visible{outline:3px solid #b35c00;outline-offset:2px}
@media (prefers-color-scheme:dark){body{background:#16161a;color:#ececf1}
dt{color:#b9b9c6}button{background:#16161a;color:#b4b2ff;border-color:#b4b2ff}
button.yes{background:#b4b2ff;color:#16161a}a{color:#b4b2ff}}
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
# Nothing is loaded and nothing runs. Where a form may lead to is left open: browsers
# hold the answer's redirection against it too, and that goes to the shop.
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
)


def buyer_page(status: int, title: str, body: str) -> Reply:
    """Return a page.

    Args:
        status: of the answer.
        title: a heading, which is escaped here.
        body: what stands below it, in HTML, with every value escaped.
    """
    html = (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>\n"
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>\n"
    )
    reply = page(status, html)
    reply.headers = HEADERS
    return reply
