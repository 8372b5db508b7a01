"""An exchange as raw HTTP messages, with plain line ends."""

from collections.abc import Iterator

from vippsdiag.environments import split
from vippsdiag.exchange import Exchange, Headers, Request, Response
from vippsdiag.render.values import Show, masked, written_method


def to_http(exchange: Exchange, show: Show = masked) -> str:
    """Return the request and, if it is known, the response."""
    messages = []
    if exchange.request:
        messages.append(_request(exchange.request, show))
    if exchange.response:
        messages.append(_response(exchange.response, show))
    return "\n\n".join(messages)


def _request(request: Request, show: Show) -> str:
    url = show(request.url)
    parts = split(url)
    origin = f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
    target = url.removeprefix(origin).partition("#")[0] if origin else url
    if not target.startswith("/") and origin:
        target = f"/{target}"
    version = request.http_version or "HTTP/1.1"
    lines = [f"{written_method(request)} {_line(target)} {version}"]
    if parts.netloc and "Host" not in request.headers:
        lines.append(f"Host: {parts.netloc.rpartition('@')[2]}")
    lines += _headers(request.headers, show)
    body = None if request.body is None else show(request.body)
    if body is not None and "Content-Length" not in request.headers:
        lines.append(f"Content-Length: {len(body.encode('utf-8', 'replace'))}")
    return _message(lines, body)


def _response(response: Response, show: Show) -> str:
    start = f"{response.http_version or 'HTTP/1.1'} {response.status or ''}"
    lines = [f"{start} {_line(show(response.reason))}".rstrip()]
    lines += _headers(response.headers, show)
    return _message(lines, None if response.body is None else show(response.body))


def _headers(headers: Headers, show: Show) -> Iterator[str]:
    for name, value in headers:
        yield _line(f"{name}: {show(value)}")


def _line(text: str) -> str:
    """Return a text that cannot begin another line."""
    return text.replace("\r", " ").replace("\n", " ")


def _message(lines: list[str], body: str | None) -> str:
    return "\n".join([*lines, "", body or ""])
