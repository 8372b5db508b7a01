"""Turn the HTTP library's answer into a `Response`, and bound its body."""

import requests

from vippsdiag.exchange import Exchange, Headers, Response

MOST_BYTES = 5_000_000
VERSIONS = {9: "HTTP/0.9", 10: "HTTP/1.0", 11: "HTTP/1.1", 20: "HTTP/2"}


def read_body(answer: requests.Response) -> str:
    """Read the body as text, up to 5 MB; a binary one is only named."""
    parts, size = [], 0
    for part in answer.iter_content(65536):
        parts.append(part)
        size += len(part)
        if size > MOST_BYTES:
            break
    raw = b"".join(parts)[:MOST_BYTES]
    if b"\x00" in raw:
        return f"(binary, {len(raw)} bytes)"
    text = raw.decode("utf-8", "replace")
    return text + "\n(cut: larger than 5 MB)" if size > MOST_BYTES else text


def to_response(answer: requests.Response, body: str) -> Response:
    """Return status, headers in the order received, and the body."""
    return Response(
        status=answer.status_code,
        reason=answer.reason or "",
        headers=Headers(answer.raw.headers.items()),
        body=body,
        http_version=VERSIONS.get(answer.raw.version),
    )


def seconds_of(exchange: Exchange) -> int | None:
    """Return ``expires_in``, which is text or a number (facts 3.1, a conflict)."""
    body = exchange.response.json if exchange.response else None
    value = body.get("expires_in") if isinstance(body, dict) else None
    if isinstance(value, str) and value.isascii() and value.isdecimal():
        return int(value[:9])
    return value if type(value) is int else None
