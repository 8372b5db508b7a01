"""Who answered a call: the fix depends on it.

Between a client and an API stand a gateway, a firewall, an identity provider, and often
somebody's proxy. Each answers in its own form (facts 6.1 for those of Vipps MobilePay,
high; the marks of other servers are generic).
"""

import re
from enum import StrEnum
from typing import Any

from vippsdiag.evidence import Call, call_of
from vippsdiag.exchange import Exchange, FailureKind, Headers, Response, once


class Who(StrEnum):
    """Who gave an answer; the value is how a person says it."""

    GATEWAY = "the gateway in front of the APIs"
    IDENTITY_PROVIDER = "the identity provider that issues access tokens"
    LOGIN = "the Login service"
    API = "the API itself"
    FIREWALL = "a web application firewall"
    CACHE = "a cache between the client and the API"
    PROXY = "a proxy or another server between the client and the API"
    SHOP = "the merchant's own server"
    NOBODY = "nobody"


_FIREWALL = re.compile(
    r"azure[- ]application[- ]gateway|azure waf|azure front door"
    r"|web application firewall|request (?:is |was )?blocked"
    r"|request rejected|incapsula|akamai"
    r"|attention required! \| cloudflare|sorry, you have been blocked|mod_?security"
    r"|owasp"
    r"|security policy|x-azure-ref|^\s*error code: 10\d\d\b",
    re.IGNORECASE,
)
# These two in small letters, in which a page is searched in a third of the time.
_SERVERS = re.compile(
    r"<center>nginx|apache/|<address>apache|iis (?:detailed|\d)|microsoft-iis|squid"
    r"|varnish|haproxy|caddy|traefik|envoy|litespeed|openresty|zscaler|fortinet"
    r"|fortiguard|forcepoint|blue ?coat|sign in|captive|upstream connect error"
)
HTML = re.compile(
    r"^\s*<(?:!doctype html|(?:html|head|body|title|h[1-3]|center)\b)"
    # What a client writes before a page that it quotes.
    r"|^[^<{\[]{1,80}<(?:!doctype html|(?:html|head|body)\b)",
    re.IGNORECASE,
)
_KEY_TEXT = re.compile(
    r"access denied due to \w+ subscription key|subscription not found"
    r"|resource not found|rate limit is exceeded|call volume quota"
)
_PROBLEM = frozenset({"extraDetails", "invalidParams", "contextId", "traceId", "title"})
# Who answers shows in the first lines.
LONGEST = 20_000
_AZURE_403 = "microsoft-azure-application-gateway"


@once
def answered_by(exchange: Exchange) -> Who | None:
    """Tell who answered, from the status, the headers and the form of the body.

    Returns:
        `Who.NOBODY` if no answer came, None if the answer does not tell.
    """
    if exchange.response is None:
        return _without_answer(exchange)
    request = exchange.request
    kind = call_of(request) if request else None
    between = _between(exchange.response)
    if request is not None and kind is None:
        return Who.SHOP if between is None else between
    return between or _by_body(exchange.response, kind)


def _without_answer(exchange: Exchange) -> Who | None:
    if exchange.failure is None:
        return None
    proxy = exchange.failure.kind is FailureKind.PROXY
    return Who.PROXY if proxy else Who.NOBODY


# Programs that record calls answer themselves where they got no answer.
_RECORDERS = re.compile(
    r"^\s*\[fiddler\]|<title>charles error report|^server: mitmproxy",
    re.IGNORECASE | re.MULTILINE,
)


def is_recorders(response: Response) -> bool:
    """Tell whether an answer is the recording program's own: nobody else answered."""
    if response.status not in {502, 503, 504}:
        return False
    server = response.headers.get("Server") or ""
    return bool(_RECORDERS.search(f"Server: {server}\n{response.text[:LONGEST]}"))


def _between(response: Response) -> Who | None:
    """Tell who stands between, if it was not the service that answered."""
    text, headers = response.text[:LONGEST], response.headers
    asks = response.status == 407 or "Proxy-Authenticate" in headers
    # Cloudflare's own statuses, for a server behind it that it did not reach.
    lost = response.status is not None and 520 <= response.status <= 530
    if asks or lost or is_recorders(response):
        return Who.PROXY
    page = HTML.search(text) is not None
    server = (headers.get("Server") or "").lower()
    refused = response.status in {403, 406}
    if refused and (_AZURE_403 in server or (page and _FIREWALL.search(text))):
        return Who.FIREWALL
    own = response.json is None or "firewall" in text.lower()
    if refused and own and _FIREWALL.search(text):
        return Who.FIREWALL
    if from_cache(headers):
        return Who.CACHE
    if page and _AZURE_403 not in text.lower():
        return _of_page(response, server)
    return Who.GATEWAY if page else None


def _of_page(response: Response, server: str) -> Who | None:
    """Tell whose page it is; the firewall's is the likeliest for a bare refusal."""
    if _SERVERS.search(response.text[:LONGEST].lower()) or _SERVERS.search(server):
        return Who.PROXY
    if response.status == 403:
        return Who.FIREWALL
    return Who.PROXY if response.ok else None


# These stand on the caller's side of the network: a status of theirs is not the API's.
_FORWARD = re.compile(
    r"squid|zscaler|fortinet|fortiguard|forcepoint|blue ?coat", re.IGNORECASE
)


def is_forward_proxy(exchange: Exchange) -> bool:
    """Tell whether an answer is the page of a proxy that callers go out through."""
    response = exchange.response
    if response is None or answered_by(exchange) is not Who.PROXY:
        return False
    server = response.headers.get("Server") or ""
    return _FORWARD.search(f"{server}\n{response.text[:LONGEST]}") is not None


def from_cache(headers: Headers) -> bool:
    """Tell whether a cache says that it answered: no call was made then."""
    names = ("X-Cache", "CF-Cache-Status", "X-Cache-Status", "X-Proxy-Cache")
    marks = " ".join(headers.get(name) or "" for name in names)
    age = headers.get("Age") or ""
    old = age.strip().isdecimal() and age.strip() != "0"
    # Azure Front Door writes TCP_HIT and TCP_REMOTE_HIT.
    return bool(re.search(r"(?:\b|_)hit\b", marks, re.IGNORECASE)) or old


def _by_body(response: Response, kind: Call | None) -> Who | None:
    body: Any = response.json
    text = response.text[:LONGEST]
    if "AADSTS" in text:
        return Who.IDENTITY_PROVIDER
    if isinstance(body, dict):
        return _by_fields(body, kind)
    if isinstance(body, list):
        return Who.API
    return Who.GATEWAY if _KEY_TEXT.search(text.lower()) else None


def _by_fields(body: dict[str, Any], kind: Call | None) -> Who | None:
    # The gateway's two forms; it wraps some errors of the APIs in the second.
    if "statusCode" in body or "responseInfo" in body:
        return Who.GATEWAY
    if kind is Call.LOGIN:
        return Who.LOGIN
    if isinstance(body.get("error"), str) or "access_token" in body:
        return Who.IDENTITY_PROVIDER if kind is not Call.API else Who.API
    if kind is Call.API or _PROBLEM & body.keys() or "errorCode" in body:
        return Who.API
    return None
