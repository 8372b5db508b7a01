"""What an importer found, as plain JSON to compare with what was expected."""

from typing import Any

from vippsdiag.exchange import Exchange, Headers
from vippsdiag.importers.finds import Find


def described(find: Find) -> dict[str, Any]:
    return {
        "kind": find.kind,
        "lines": [find.first, find.last],
        "exchanges": [described_exchange(one) for one in find.exchanges],
    }


def described_exchange(exchange: Exchange) -> dict[str, Any]:
    request, response, failure = exchange.request, exchange.response, exchange.failure
    parts = {
        "request": request and f"{request.method} {request.url}".lstrip(),
        "sent headers": request and _headers(request.headers),
        "sent body": request and request.body and str(request.body),
        "status": exchange.status,
        "received headers": response and _headers(response.headers),
        "received body": response and response.text,
        "failure": failure and failure.kind.value,
        "started": exchange.started and exchange.started.isoformat(),
    }
    return {name: part for name, part in parts.items() if part}


def _headers(headers: Headers) -> list[str]:
    return [f"{name}: {value}" for name, value in headers]
