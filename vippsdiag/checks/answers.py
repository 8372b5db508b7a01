"""Read an answer: codes first, texts only where there is nothing else.

from vippsdiag.checks.access import details
The one table of exact texts, each with where it is known from.
"""

import re
from enum import Enum
from typing import Any

from vippsdiag.exchange import Exchange


class Says(Enum):
    """A text that an answer is known by."""

    # vipps-developers#80, the errors page and eCom FAQ (high): the gateway's own.
    MISSING_KEY = re.compile(r"due to missing subscription key", re.IGNORECASE)
    # vipps-developers#52, woocommerce#101 (high); "not found" in eCom FAQ (medium).
    INVALID_KEY = re.compile(
        r"due to invalid subscription key|\bsubscription not found\b", re.IGNORECASE
    )
    # The errors page (high) for "Something went wrong" with 401; Recurring's problems.
    TOKEN_REFUSED = re.compile(
        r"access token is missing or invalid|jwt token is invalid|invalid[ _]token"
        r"|something went wrong,? please try again later|unauthorized",
        re.IGNORECASE,
    )
    # vipps-developers#59 (medium), the gateway's default (low), login-api#39.
    NO_SUCH_PATH = re.compile(
        r"resource not found|something went wrong,? please try again later",
        re.IGNORECASE,
    )
    # Microsoft's identity provider and OAuth servers of the kind that Login uses.
    SECRET_REFUSED = re.compile(
        r"client[ _]secret[^.]{0,40}\b(?:invalid|incorrect|wrong)"
        r"|invalid client secret|AADSTS7000215",
        re.IGNORECASE,
    )
    # The errors page and the partner README (high): a number follows, or none.
    INVALID_MSN = re.compile(r"invalid msn:\s*(?P<number>\d+)?", re.IGNORECASE)
    SUPER_MERCHANT = re.compile(r"super ?merchant", re.IGNORECASE)
    # The errors page (high).
    MERCHANT_NOT_ALLOWED = re.compile(
        r"merchant[. ]not[. ]allowed|not allowed to perform payments"
        r"|invalid-sale-unit|invalid subscription or configuration"
        r"|not authorized for this product",
        re.IGNORECASE,
    )
    DEACTIVATED = re.compile(
        r"unavailable, deleted, deactivated or blocked"
        r"|not available or deactivated or blocked"
        r"|sales unit or merchant does not exist or is not active",
        re.IGNORECASE,
    )
    # login-api#68 (high) and OAuth servers in general.
    REDIRECT_URI = re.compile(
        r"redirect[_ ]ur[il][^.]{0,60}(?:does not match|not match|mismatch|invalid"
        r"|not registered|not allowed)|invalid redirect[_ ]ur[il]",
        re.IGNORECASE,
    )
    AUTH_METHOD = re.compile(
        r"(?:supports|requires|expects)[^.]{0,60}authentication method"
        r"|method '?client_secret_\w+'? was requested",
        re.IGNORECASE,
    )
    HTML = re.compile(r"^\s*(?:<!doctype html|<html\b|<head\b|<body\b)", re.IGNORECASE)
    FIREWALL = re.compile(
        r"application gateway|azure waf|web application firewall|request blocked"
        r"|incapsula|cloudflare|access denied by security policy",
        re.IGNORECASE,
    )


def says(exchange: Exchange, what: Says) -> bool:
    """Tell whether an answer holds a known text."""
    return bool(what.value.search(_words(exchange)))


def _words(exchange: Exchange) -> str:
    if exchange.response is None:
        return ""
    return f"{exchange.response.reason}\n{exchange.response.text}"


def found(exchange: Exchange, what: Says) -> re.Match[str] | None:
    """Return where an answer holds a known text."""
    return what.value.search(_words(exchange))


def identity_codes(exchange: Exchange) -> frozenset[int]:
    """Return the identity provider's error codes (``AADSTS...``) in an answer."""
    codes = set(map(int, re.findall(r"AADSTS(\d+)", exchange.text)))
    body = exchange.response.json if exchange.response else None
    if isinstance(body, dict) and isinstance(body.get("error_codes"), list):
        codes |= {code for code in body["error_codes"] if isinstance(code, int)}
    return frozenset(codes)


def oauth_error(exchange: Exchange) -> str:
    """Return the OAuth error in an answer, such as ``invalid_client``; or empty."""
    body = exchange.response.json if exchange.response else None
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, str):
        return error
    match = re.match(r"\W*(invalid_\w+|unauthorized_client)\b", exchange.text)
    return match[1] if match else ""


def error_codes(exchange: Exchange) -> frozenset[str]:
    """Return the product's error codes: eCom's ``errorCode``, ePayment's in details."""
    body = exchange.response.json if exchange.response else None
    items = body if isinstance(body, list) else [body]
    codes: set[str] = set()
    for item in items:
        if isinstance(item, dict):
            codes.add(str(item.get("errorCode", "")))
            codes |= _detail_codes(item)
    if body is None:
        codes |= set(re.findall(r"^\s*([A-Za-z]+\.[\w.]+)\s*:", exchange.text))
    return frozenset(codes - {""})


def _detail_codes(item: dict[str, Any]) -> set[str]:
    details = item.get("extraDetails")
    return {
        str(detail.get("reason"))
        for detail in (details if isinstance(details, list) else [])
        if isinstance(detail, dict) and str(detail.get("name")).lower() == "errorcode"
    }


def problem_type(exchange: Exchange) -> str:
    """Return the identifier of a problem: the last part of its ``type``; or empty."""
    body = exchange.response.json if exchange.response else None
    if not isinstance(body, dict):
        return ""
    nested = body.get("error")
    kind = body.get("type") or (nested.get("type") if isinstance(nested, dict) else "")
    return re.split(r"[#/]", kind)[-1] if isinstance(kind, str) else ""


def is_gateway(exchange: Exchange) -> bool:
    """Tell whether the gateway answered itself, before any API was asked."""
    body = exchange.response.json if exchange.response else None
    return isinstance(body, dict) and ("statusCode" in body or "responseInfo" in body)
