"""Exchanges as a HAR file, version 1.2."""

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from vippsdiag.environments import split
from vippsdiag.exchange import Exchange, Headers, Request, Response, Timing
from vippsdiag.importers.har.marks import KIND, NO_MOMENT, NOT_KNOWN
from vippsdiag.render.values import Show, masked
from vippsdiag.version import __version__

Json = dict[str, Any]

# What the form demands and nobody knows.
UNKNOWN = "unknown"
_PHASES = ("dns", "connect", "send", "wait", "receive")


def to_har(exchanges: Iterable[Exchange], show: Show = masked) -> str:
    """Return the text of the file."""
    log = {
        "version": "1.2",
        "creator": {"name": "vippsdiag", "version": __version__},
        "entries": [_entry(exchange, show) for exchange in exchanges],
    }
    return json.dumps({"log": log}, indent=2, ensure_ascii=False)


def _entry(exchange: Exchange, show: Show) -> Json:
    timing = exchange.timing or Timing()
    entry: Json = {
        "startedDateTime": NO_MOMENT,
        "time": timing.total,
        "request": _request(exchange.request, show),
        "response": _response(exchange, show),
        "cache": {},
        "timings": _timings(timing),
    }
    if exchange.started:
        entry["startedDateTime"] = exchange.started.isoformat()
    if exchange.failure:
        words = show(exchange.failure.message)
        entry["_error"] = words or exchange.failure.kind.value
        entry[KIND] = exchange.failure.kind.value
    return entry


def _request(request: Request | None, show: Show) -> Json:
    if request is None:
        # Only the answer is known; the form demands a request all the same.
        request = Request(method="", url="")
    url = show(request.url)
    written: Json = {
        "method": request.method,
        "url": url,
        "httpVersion": request.http_version or UNKNOWN,
        "cookies": [],
        "headers": _headers(request.headers, show),
        "queryString": [
            {"name": name, "value": value}
            for name, value in parse_qsl(split(url).query, keep_blank_values=True)
        ],
        "headersSize": -1,
        "bodySize": 0,
    }
    if request.method != request.method.upper():
        # Some recorders write all methods small; here it was sent with these letters.
        written["_method"] = request.method
    if request.body is not None:
        text = show(request.body)
        kind = show(request.headers.get("Content-Type") or "")
        written["postData"] = {"mimeType": kind, "text": text}
        written["bodySize"] = _bytes(text)
    return written


def _response(exchange: Exchange, show: Show) -> Json:
    response = exchange.response or Response()
    content: Json = {
        "size": -1 if response.unread else 0,
        "mimeType": show(response.headers.get("Content-Type") or "x-unknown"),
    }
    if response.body is not None:
        text = show(response.body)
        content |= {"size": _bytes(text), "text": text}
    written: Json = {
        "status": response.status or 0,
        "statusText": show(response.reason),
        "httpVersion": response.http_version or UNKNOWN,
        "cookies": [],
        "headers": _headers(response.headers, show),
        "content": content,
        "redirectURL": show(response.headers.get("Location") or ""),
        "headersSize": -1,
        "bodySize": -1,
    }
    if exchange.response is None and exchange.failure is None:
        written["comment"] = NOT_KNOWN
    return written


def _timings(timing: Timing) -> Json:
    """Return the phases; -1 where one is not known. Connecting includes the TLS."""
    phases: Json = {name: _phase(getattr(timing, name)) for name in _PHASES}
    phases["ssl"] = _phase(timing.tls)
    if timing.connect is not None and timing.tls is not None:
        phases["connect"] = timing.connect + timing.tls
    return phases


def _phase(value: float | None) -> float:
    return -1 if value is None else value


def _headers(headers: Headers, show: Show) -> list[Json]:
    return [{"name": name, "value": show(value)} for name, value in headers]


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "replace"))
