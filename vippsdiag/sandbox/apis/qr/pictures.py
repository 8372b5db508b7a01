"""Pictures of codes, at addresses that need no keys.

The code is a library's; the picture of it is written here, in exactly the size that was
asked for.
"""

import struct
import zlib
from html import escape
from urllib.parse import quote

from vippsdiag.sandbox.apis.qr import problems
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.gate import OPEN
from vippsdiag.sandbox.gateway.reply import Refusal, Reply
from vippsdiag.sandbox.gateway.routes import Route

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


def _squares(content: str) -> list[list[int]]:
    """Return the rows of a code, dark ones as 1, with the border that scanners need."""
    import segno  # noqa: PLC0415 - start-up counts

    code = segno.make_qr(content or " ", error="m")
    return [list(row) for row in code.matrix_iter(border=4)]


def _svg(content: str, size: int) -> str:
    squares = _squares(content)
    shown = escape("".join(mark if mark.isprintable() else " " for mark in content))
    width = len(squares)
    dark = "".join(
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(squares)
        for x, square in enumerate(row)
        if square
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" '
        f'viewBox="0 0 {width} {width}" role="img" aria-label="{shown}" '
        f'shape-rendering="crispEdges"><title>{shown}</title>'
        f'<rect width="{width}" height="{width}" fill="#fff"/><path d="{dark}"/></svg>'
    )


def _png(content: str, size: int) -> bytes:
    squares = _squares(content)
    width = len(squares)
    columns = [x * width // size for x in range(size)]
    lines = [
        b"\x00" + bytes(0 if row[column] else 255 for column in columns)
        for row in squares
    ]
    rows = b"".join(lines[y * width // size] for y in range(size))
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", size, size, 8, 0, 0, 0, 0)),
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
