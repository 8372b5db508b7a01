"""How a client and its secret are sent: in a Basic pair, in a form, or in headers."""

import base64
import re
from urllib.parse import unquote

from vippsdiag.checks.sent import KEY_HEADER, carries
from vippsdiag.evidence import Call, call_of
from vippsdiag.exchange import Request
from vippsdiag.keys import basic_pair
from vippsdiag.language import Text, mark, say
from vippsdiag.secret import examine


def sends_client(request: Request) -> bool:
    """Tell whether a form call carries a client with a secret, in either place."""
    header = request.headers.get("Authorization") or ""
    basic_sent = examine(header, lambda raw: raw.strip().lower().startswith("basic "))
    return basic_sent or bool(request.form.get("client_secret"))


def is_as_specialized(request: Request) -> bool:
    """Tell whether a standard token call is written as one of the other flow is."""
    header = request.headers.get("Authorization") or ""
    basic_sent = examine(header, lambda raw: raw.strip().lower().startswith("basic "))
    standard = call_of(request) is Call.STANDARD_TOKEN
    keyed = carries(request, KEY_HEADER) or carries(request, "client_secret")
    return standard and basic_sent and not keyed


def names_client_twice(request: Request) -> bool:
    """Tell whether a client is both in a Basic pair and, with its secret, in a form."""
    pair = basic_pair(request.headers.get("Authorization") or "")
    return pair is not None and bool(request.form.get("client_secret"))


def sends_raw_secret(request: Request) -> bool:
    """Tell whether a secret was encoded in another way than it is read."""
    raw = examine(request.body or "", _raw_in_form)
    return raw or odd_basic(request) or encoded_twice(request) is not None


def may_change_secret(request: Request) -> bool:
    """Tell whether the way a secret is sent is a reason why it does not fit."""
    return sends_raw_secret(request) or names_client_twice(request)


_FORM_SECRET = re.compile(r"(?:^|&)client_secret=([^&]*)")


def _raw_in_form(raw: str) -> bool:
    match = _FORM_SECRET.search(raw)
    return bool(match and re.search(r"[+/ ]|=.", match[1].rstrip("=")))


# Base64 holds no percent sign, so one was put there: + / = or the sign itself.
_ENCODED = re.compile(r"%(?:2B|2F|3D|25)", re.IGNORECASE)


def encoded_twice(request: Request) -> str | None:
    """Return the part with a secret that is percent-encoded more than is undone there.

    Nothing undoes it in a header, and a form does so once.
    """
    header = request.headers.get("client_secret") or ""
    if examine(header, lambda raw: bool(_ENCODED.search(raw))):
        return "request header"
    return "request body" if examine(request.body or "", _twice_in_form) else None


def _twice_in_form(raw: str) -> bool:
    match = _FORM_SECRET.search(raw)
    return bool(match and _ENCODED.search(unquote(match[1])))


def plus_in_basic(request: Request) -> bool:
    """Tell whether a Basic pair's secret has a plus sign, which OAuth has encoded."""
    pair = basic_pair(request.headers.get("Authorization") or "")
    return pair is not None and examine(pair[1], lambda raw: "+" in raw)


def odd_basic(request: Request) -> bool:
    """Tell whether a Basic pair has a line break, encoded signs, or no Base64."""
    return basic_oddity(request) is not None


def basic_oddity(request: Request) -> Text | None:
    """Return what is wrong with the form of a Basic pair; None if nothing is."""
    header = request.headers.get("Authorization") or ""
    pair = basic_pair(header)
    found = _odd_header(header) if pair is None else examine(pair[1], _odd_secret)
    return say(found) if found else None


def _odd_header(header: str) -> str | None:
    if examine(header, lambda raw: bool(_BARE.fullmatch(raw))):
        return mark("client_id:client_secret stands behind Basic without Base64.")
    if examine(header, lambda raw: bool(_WRAPPED.fullmatch(raw))):
        return mark("The Base64 behind Basic is broken into lines.")
    if examine(header, _in_utf16):
        return mark("The Base64 behind Basic was made of UTF-16 instead of UTF-8.")
    return None


def _in_utf16(raw: str) -> bool:
    """Tell whether a Basic pair was made of what PowerShell calls Unicode."""
    match = _PAIR.fullmatch(raw)
    return match is not None and b"\0:\0" in base64.b64decode(match[1])


def _odd_secret(raw: str) -> str | None:
    """Return what is wrong with the secret of a pair, in words without it."""
    if raw.rstrip(" ") != raw.rstrip():
        return mark("The secret in the Basic pair ends with a line break.")
    if raw != raw.strip():
        return mark("The secret in the Basic pair has a blank before or behind it.")
    if _ENCODED.search(raw):
        return mark("The secret in the Basic pair is percent-encoded.")
    return None


# The command base64 begins a new line behind 76 signs.
_WRAPPED = re.compile(
    r"\s*basic\s+(?:[\w+/]{76}(?:\s+|\\n))+[\w+/]*={0,2}\s*", re.ASCII | re.IGNORECASE
)
_PAIR = re.compile(
    r"\s*basic\s+((?:[A-Za-z0-9+/]{4}){1,1000}"
    r"(?:[A-Za-z0-9+/]{2}(?:==|[A-Za-z0-9+/]=))?)\s*",
    re.IGNORECASE,
)
_BARE = re.compile(r"\s*basic\s+[0-9a-f-]{36}:\S+\s*", re.IGNORECASE)
