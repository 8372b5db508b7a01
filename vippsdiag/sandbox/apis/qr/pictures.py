"""Pictures of codes, at addresses that need no keys.

The sandbox draws no code, for that needs a library: a picture shows the address that
the code would hold, so that it can be opened or copied.
"""

import struct
import zlib
from html import escape
from urllib.parse import quote

from vippsdiag.sandbox.apis.qr import problems
from vippsdiag.sandbox.call import Call
from vippsdiag.sandbox.gate import OPEN
from vippsdiag.sandbox.reply import Refusal, Reply
from vippsdiag.sandbox.routes import Route

# The real ones are on qr.vipps.no.
PATH = "/qr/generate/qr"
LEAST, USUAL, MOST = 100, 1024, 2000
# In bytes; a code holds little more.
LONGEST = 2000
# Opened by itself, a picture is a page; nothing may run in it.
HEADERS = (
    ("Content-Security-Policy", "default-src 'none'"),
    ("X-Content-Type-Options", "nosniff"),
)
SVG, PNG, TEXT = "image/svg+xml", "image/png", "text/targeturl"


def url(call: Call, content: str, kind: str, size: int = USUAL) -> str:
    """Return the address of a picture, or what it holds if text is asked for."""
    if kind == TEXT:
        return content
    ending = "svg" if kind == SVG else "png"
    return f"{call.base}{PATH}.{ending}?size={size}&content={quote(content, safe='')}"


def wanted(call: Call) -> tuple[str, int]:
    """Return the kind of picture and the size that the headers ask for.

    Anything (``*/*``) is taken for PNG, as is ``image/*``; that is inferred.
    """
    named = call.header("Accept") or "*/*"
    for part in named.lower().split(","):
        kind = part.partition(";")[0].strip()
        if kind in {"*/*", "image/*", PNG}:
            return PNG, size_of(call.header("Size"), "Size")
        if kind in {SVG, "image/svg"}:
            return SVG, size_of(call.header("Size"), "Size")
        if kind == TEXT:
            return TEXT, USUAL
    raise problems.media_type(call)


def size_of(text: str, name: str) -> int:
    """Return a size in pixels; the usual one for an empty text."""
    if not text:
        return USUAL
    if text.isascii() and text.isdecimal() and len(text) < 5:
        size = int(text)
        if LEAST <= size <= MOST:
            return size
    reason = f"The field {name} must be between {LEAST} and {MOST}."
    raise Refusal(problems.invalid(name, reason))


def svg(call: Call) -> Reply:
    """Return a picture as SVG."""
    content, size = _asked(call)
    body = _svg(content, size).encode()
    return Reply(status=200, body=body, kind=SVG, headers=HEADERS)


def png(call: Call) -> Reply:
    """Return a picture as PNG."""
    content, size = _asked(call)
    return Reply(status=200, body=_png(content, size), kind=PNG, headers=HEADERS)


def _asked(call: Call) -> tuple[str, int]:
    content = call.asked.get("content", "").encode()[:LONGEST].decode(errors="ignore")
    return content, size_of(call.asked.get("size", ""), "size")


def _svg(content: str, size: int) -> str:
    shown = escape("".join(mark if mark.isprintable() else " " for mark in content))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" '
        f'viewBox="0 0 100 100" role="img" aria-label="{shown}"><title>{shown}</title>'
        '<rect width="100" height="100" fill="#fff"/>'
        '<rect x="4" y="4" width="92" height="92" fill="none" stroke="#1b1b1f" '
        'stroke-width="2"/>'
        '<text x="50" y="48" font-size="5" text-anchor="middle" fill="#1b1b1f">'
        "The sandbox draws no code.</text>"
        '<text x="50" y="56" font-size="5" text-anchor="middle" fill="#1b1b1f">'
        "Its title holds the address.</text></svg>"
    )


def _png(content: str, size: int) -> bytes:
    edge = max(size // 50, 2)
    full, empty = b"\x00" + b"\x00" * size, b"\xff" * (size - 2 * edge)
    row = b"\x00" + b"\x00" * edge + empty + b"\x00" * edge
    rows = full * edge + row * (size - 2 * edge) + full * edge
    text = b"Description\x00" + content.encode("latin-1", "replace")
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", size, size, 8, 0, 0, 0, 0)),
            _chunk(b"tEXt", text),
            _chunk(b"IDAT", zlib.compress(rows, 1)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, body: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + body))
    return struct.pack(">I", len(body)) + kind + body + check


ROUTES = (
    Route(method="GET", template=PATH + ".svg", gate=OPEN, serve=svg),
    Route(method="GET", template=PATH + ".png", gate=OPEN, serve=png),
)
