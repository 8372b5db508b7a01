"""Read an answer: codes first, texts only where there is nothing else.

The one table of exact texts, each with where it is known from.
"""

import re
from enum import Enum
from typing import Any
from urllib.parse import parse_qs

from vippsdiag.checks import worded
from vippsdiag.checks.sent import KEY_HEADER, carries
from vippsdiag.environments import PAGE_HOSTS, split
from vippsdiag.evidence import call_of
from vippsdiag.exchange import Exchange, Request, Response, once


def _or_cut(words: str, least: str) -> str:
    """Return a pattern of words that may break off, at the end of a line, behind some.

    Logs and forms keep only the beginning of a long answer.
    """
    lengths = range(len(words) - 1, len(least) - 1, -1)
    begun = "|".join(re.escape(words[:length]) for length in lengths)
    return rf"(?:{re.escape(words)}|(?:{begun})(?m:[\s.…\"']*$))"


_MISSING_KEY = _or_cut("due to missing subscription key", "due to mi")
_INVALID_KEY = _or_cut("due to invalid subscription key", "due to in")
_NOT_THERE = _or_cut(
    "sales unit or merchant does not exist or is not active", "sales unit or merchant d"
)
_NO_MATCH = _or_cut("parameter does not match", "parameter d")
# A length, an amount or a time.
_NO_AGE = (
    r"(?![.,:]\d|\W{0,2}(?:%|char|cif|day|dag|digit|eur|hour|item|kr|letter|merk|min"
    r"|nok|dkk|sec|sek|sif|tegn|tecken|time|øre))"
)
_TOKEN_REFUSED = _or_cut("access token is missing or invalid", "access token is mi")


class Says(Enum):
    """A text that an answer is known by."""

    # vipps-developers#80, the errors page and eCom FAQ (high): the gateway's own.
    MISSING_KEY = re.compile(_MISSING_KEY, re.IGNORECASE)
    # vipps-developers#52, woocommerce#101 (high); "not found" in eCom FAQ (medium); of
    # one that is not active, inferred from the gateway's other words (low).
    INVALID_KEY = re.compile(
        _INVALID_KEY + r"|subscription(?<!\wsubscription) not found\b"
        r"|access denied due to (?:suspended|expired|cancell?ed|inactive) subscription",
        re.IGNORECASE,
    )
    # The errors page (high) for "Something went wrong" with 401; Recurring's problems.
    TOKEN_REFUSED = re.compile(
        _TOKEN_REFUSED + r"|jwt token is invalid|invalid[ _](?:token|jwt)"
        r"|something went wrong,? please\b|unauthorized",
        re.IGNORECASE,
    )
    # What libraries and the gateway's policy say of a token (generic, low).
    TOKEN_EXPIRED = re.compile(
        r"token (?:provided )?(?:is |has |was )?expired|jwt (?:is )?expired"
        r"|lifetime validation failed(?!.{0,20}not yet)|IDX10223|TokenExpired"
        r"|(?:expired|ended)[ _]?token\b|signature has expired|token used too late"
        r"|exp\b(?<!\wexp).{0,20}claim.{0,40}(?:fail|expired|past)",
        re.IGNORECASE,
    )
    TOKEN_EARLY = re.compile(
        r"token (?:is )?not (?:yet )?valid(?: yet)?\b.{0,40}(?:nbf|before|yet)|IDX10222"
        r"|token is not yet valid|jwt not active|used before (?:issued|valid)"
        r"|token used too early|cannot handle token prior"
        r"|nbf\b(?<!\wnbf).{0,60}\bfuture\b"
        r"|(?:nbf(?<!\wnbf)|iat(?<!\wiat))\b.{0,20}claim.{0,40}(?:fail|future)"
        r"|issued in the future",
        re.IGNORECASE,
    )
    TOKEN_FOREIGN = re.compile(
        r"issuer validation failed|invalid issuer|IDX10205|IDX10214|IDX1050\d|IDX10511"
        r"|(?:invalid|unknown) (?:token )?signature"
        r"|signature (?:validation|verification) failed|audience validation failed"
        r"|invalid audience|(?:issuer|audience) '[^']{0,200}' is invalid"
        r"|signature (?:key was not found|is invalid)|unexpected [\"']?iss\b"
        r"|token .{0,20}(?:wrong|other|different) (?:issuer|tenant|environment)",
        re.IGNORECASE,
    )
    # vipps-developers#59 (medium), the gateway's default (low), login-api#39.
    NO_SUCH_PATH = re.compile(
        r"resource not found|something went wrong,? please\b",
        re.IGNORECASE,
    )
    # Microsoft's identity provider and OAuth servers of the kind that Login uses.
    SECRET_REFUSED = re.compile(
        r"client[ _]secret[^.]{0,40}\b(?:invalid|incorrect|wrong)"
        r"|invalid client secret|AADSTS7000215",
        re.IGNORECASE,
    )
    # An older number of the same (90023), or none (generic, medium).
    CROSS_ORIGIN = re.compile(
        r"AADSTS9002326|cross-origin token redemption is permitted only", re.IGNORECASE
    )
    NO_SECRET = re.compile(r"must contain [^.]{0,80}client_secret", re.IGNORECASE)
    # The errors page and the partner README (high): a number follows, or none.
    INVALID_MSN = re.compile(r"invalid msn:\s*(?P<number>\d+)?", re.IGNORECASE)
    OTHER_PSP = re.compile(r"provided psp ?id", re.IGNORECASE)
    SUPER_MERCHANT = re.compile(r"super ?merchant", re.IGNORECASE)
    # The official plugin's own words for what Webhooks answered (woocommerce, high).
    OTHER_UNIT = re.compile(r"msn or subscription key.{0,12} seem", re.IGNORECASE)
    # The errors page (high).
    MERCHANT_NOT_ALLOWED = re.compile(
        r"merchant[. ]not[. ]allowed|not allowed to perform payments"
        r"|invalid[ -]sale[ -]unit|invalid subscription or configuration"
        r"|not authorized for this product",
        re.IGNORECASE,
    )
    DEACTIVATED = re.compile(
        r"unavailable, deleted, deactivated or blocked"
        r"|not available or deactivated or blocked"
        rf"|{_NOT_THERE}",
        re.IGNORECASE,
    )
    # The text of the login page and of the app (facts 6.3, medium).
    NO_USER = re.compile(
        rf"(?:at least|be|under|over|minst|mindst|vähintään) 15\b{_NO_AGE}"
        r"|need (?:to have )?vipps on your phone|customer (?:was )?not found",
        re.IGNORECASE,
    )
    OTHER_APP = re.compile(r"could not get vipps login token", re.IGNORECASE)
    # login-api#68 (high) and OAuth servers in general.
    REDIRECT_URI = re.compile(
        r"redirect[_ ]?ur[il][^.]{0,80}(?:does not ma|not match|mismatch|invalid"
        r"|must match|missing in the|not whitelisted|differs"
        r"|not registered|not allowed|not in the list)|invalid redirect[_ ]ur[il]"
        r"|redirect_uri(?:&quot;|\W){1,8}(?:provided with|" + _NO_MATCH + r")"
        r"|callback url mismatch",
        re.IGNORECASE,
    )
    # The OAuth server that Login's answers are like (generic, low).
    NO_CLIENT = re.compile(r"oauth 2\.0 client does not exist", re.IGNORECASE)
    UNREADABLE_SECRET = re.compile(
        r"client secret[^.]{0,60}could not be decoded", re.IGNORECASE
    )
    AUTH_METHOD = re.compile(
        r"\b(?:supports?|requires|expects)\b[^.]{0,60}authentication method"
        r"|method '?client_secret_\w+'? was requested",
        re.IGNORECASE,
    )
    HTML = re.compile(
        r"^[^<{\[]{0,80}<(?:!doctype html|html\b|head\b|body\b)", re.IGNORECASE
    )


# An error is told in its first lines; what follows is a page's or a list's content.
LONGEST = 20_000


@once
def text_in(exchange: Exchange) -> str:
    """Return the beginning of an answer's body, with secrets masked."""
    return exchange.text[:LONGEST]


def is_bare(exchange: Exchange) -> bool:
    """Tell whether no more of an answer is known than its status, in words or not."""
    return not _is_unread(exchange) and worded.is_status(text_in(exchange))


def _is_unread(exchange: Exchange) -> bool:
    return exchange.response is not None and exchange.response.unread


_NAMED = re.compile(r"vipps|mobile ?pay", re.IGNORECASE)


def _is_read(request: Request | None) -> bool:
    """Tell whether a call is for a page to read or to sign in at, not to an API."""
    return request is not None and request.host.endswith(PAGE_HOSTS)


@once
def is_of_another(exchange: Exchange) -> bool:
    """Tell whether a server answered that has nothing to do with this.

    A recording holds a page's other calls too, whose errors have the same numbers and
    words. A shop's own answer counts if it or its address names us.
    """
    request = exchange.request
    if _is_read(request):
        return True
    if request is None or call_of(request) is not None:
        return False
    return _NAMED.search(f"{request.url} {text_in(exchange)}") is None


def says(exchange: Exchange, what: Says) -> bool:
    """Tell whether an answer holds a known text."""
    return found(exchange, what) is not None


@once
def _words(exchange: Exchange) -> str:
    if exchange.response is None:
        return str(exchange.failure.message)[:LONGEST] if exchange.failure else ""
    # The gateway and OAuth servers give a token's fault in a header (RFC 6750).
    challenge = _challenge(exchange.request, exchange.response)
    told = " ".join(_redirected(exchange).get(name, "") for name in _DESCRIPTIONS)
    return f"{exchange.response.reason}\n{text_in(exchange)}\n{challenge}\n{told}"


def _challenge(request: Request | None, response: Response) -> str:
    """Return what the header says that asks for other credentials.

    The gateway's own (Azure API Management, generic) asks for the subscription key, in
    the same words whether none came or one that it does not know.
    """
    asked = response.headers.get("WWW-Authenticate") or ""
    if request is None or response.text.strip() or _KEY_SCHEME not in asked.lower():
        return asked
    what = "invalid" if carries(request, KEY_HEADER) else "missing"
    return f"due to {what} subscription key"


_KEY_SCHEME = "azureapimanagementkey"


def found(exchange: Exchange, what: Says) -> re.Match[str] | None:
    """Return where an answer holds a known text."""
    theirs = is_of_another(exchange) and what not in _OURS_ALONE
    if theirs or _is_read(exchange.request):
        return None
    return worded.search(what.value, _words(exchange))


# Nobody else says so: a shop hands these on as they are, without a name.
_OURS_ALONE = {Says.MISSING_KEY, Says.INVALID_KEY, Says.SECRET_REFUSED, Says.NO_SECRET}


@once
def identity_codes(exchange: Exchange) -> frozenset[int]:
    """Return the identity provider's error codes (``AADSTS...``) in an answer."""
    if _is_read(exchange.request):
        return frozenset()
    codes = set(map(int, re.findall(r"AADSTS(\d+)", text_in(exchange))))
    body = exchange.response.json if exchange.response else None
    if isinstance(body, dict) and isinstance(body.get("error_codes"), list):
        codes |= {code for code in body["error_codes"] if isinstance(code, int)}
    return frozenset(codes)


@once
def oauth_error(exchange: Exchange) -> str:
    """Return the OAuth error in an answer, such as ``invalid_client``; or empty."""
    if is_of_another(exchange):
        return ""
    body = exchange.response.json if exchange.response else None
    if isinstance(body, dict):
        values = (body.get(name) for name in ("error_code", "error"))
        return next((value for value in values if isinstance(value, str)), "")
    match = _OAUTH.search(text_in(exchange))
    return match[1] if match else worded.oauth_of_words(text_in(exchange))


# In a message on its own: at its beginning, behind "error" or "failed", or in brackets.
_OAUTH = re.compile(
    r"(?:^\W*|\b(?:error|failed(?: with)?)\b\W{1,6}|[(\[])"
    r"((?:invalid|unauthorized|unsupported|access|server|authorization|slow|expired|login|interaction|consent)_\w+)",
    re.IGNORECASE,
)


@once
def error_codes(exchange: Exchange) -> frozenset[str]:
    """Return the product's error codes, also those of which only words are there."""
    codes = written_codes(exchange)
    in_json = exchange.response is not None and exchange.response.json is not None
    numbered = in_json and any(map(_HAS_DIGIT.search, codes))
    if numbered or is_of_another(exchange):
        return codes
    return codes | worded.codes_of_words(text_in(exchange))


@once
def written_codes(exchange: Exchange) -> frozenset[str]:
    """Return the codes in an answer: eCom's ``errorCode``, ePayment's in details."""
    if is_of_another(exchange):
        return frozenset()
    body = exchange.response.json if exchange.response else None
    items = body[:50] if isinstance(body, list) else [body]
    codes: set[str] = set()
    for item in items:
        if isinstance(item, dict):
            codes |= _own_codes(item) | _detail_codes(item)
            inner = item.get("errorInfo")  # eCom's code in the gateway's wrapper
            codes |= _own_codes(inner) if isinstance(inner, dict) else set()
    if body is None:
        codes |= worded.codes_in_text(text_in(exchange))
    return frozenset(codes - {""})


def _own_codes(item: dict[str, Any]) -> set[str]:
    code = str(item.get("errorCode") or "")
    # One number means two things in eCom, so its group stands before it.
    nin = code == "51" and str(item.get("errorGroup")).lower() == "merchant"
    codes = {"Merchant 51"} if nin else {code}
    if str(item.get("code", "")).isdecimal():
        codes.add(str(item["code"]))
    return codes


# Every documented code of a payment has one; where a word stands, the text says more.
_HAS_DIGIT = re.compile(r"\d")


def _detail_codes(item: dict[str, Any]) -> set[str]:
    details = item.get("extraDetails")
    return {
        str(detail.get("reason"))
        for detail in (details if isinstance(details, list) else [])
        if isinstance(detail, dict) and str(detail.get("name")).lower() == "errorcode"
    }


_DESCRIPTIONS = ("error_description", "error_hint")


@once
def complaints(exchange: Exchange) -> list[tuple[str, str]]:
    """Return each field that a problem names, with its reason."""
    response = None if is_of_another(exchange) else exchange.response
    body = response.json if response else None
    named = []
    for key in ("extraDetails", "invalidParams", "validationErrors"):
        listed = body.get(key) if isinstance(body, dict) else None
        for item in listed if isinstance(listed, list) else []:
            if not isinstance(item, dict):
                continue
            name = item.get("name") or item.get("field") or item.get("key")
            reason = item.get("reason") or item.get("text") or item.get("value")
            if isinstance(name, str) and name.lower() != "errorcode":
                named.append((name, str(reason or "")))
    # Checkout's form, and that of .NET: each field with its list of reasons.
    errors = body.get("errors") if isinstance(body, dict) else None
    told = errors.items() if isinstance(errors, dict) else ()
    return named + [(name, str(reasons)) for name, reasons in told]


@once
def _redirected(exchange: Exchange) -> dict[str, str]:
    """Return what a browser was sent on with beside an OAuth error; empty without one.

    It stands in the address to go to, or in the address that was called.
    """
    request, response = exchange.request, exchange.response
    addresses = [
        str(response.headers.get("Location") or "") if response else "",
        str(request.url) if request else "",
    ]
    for address in addresses:
        asked = parse_qs(split(address).query)
        if asked.get("error") or asked.get("error_code"):
            return {name: values[0] for name, values in asked.items()}
    return {}


def redirected_error(exchange: Exchange) -> str:
    """Return the OAuth error that a browser was sent on with; empty if none."""
    told = _redirected(exchange)
    return told.get("error") or told.get("error_code") or ""


@once
def problem_type(exchange: Exchange) -> str:
    """Return the identifier of a problem: the last part of its ``type``; or empty."""
    response = None if is_of_another(exchange) else exchange.response
    body = response.json if response else None
    if not isinstance(body, dict):
        return ""
    nested = body.get("error")
    kind = body.get("type") or (nested.get("type") if isinstance(nested, dict) else "")
    return re.split(r"[#/]", kind)[-1] if isinstance(kind, str) else ""


@once
def is_gateway(exchange: Exchange) -> bool:
    """Tell whether the gateway answered itself, before any API was asked."""
    body = exchange.response.json if exchange.response else None
    return isinstance(body, dict) and ("statusCode" in body or "responseInfo" in body)


@once
def gives_no_reason(exchange: Exchange) -> bool:
    """Tell whether a refusal came without a code or a word that is known."""
    response = exchange.response
    unknown = response is None or response.unread
    if unknown or exchange.ok or is_of_another(exchange):
        return False
    coded = identity_codes(exchange) or error_codes(exchange) or oauth_error(exchange)
    if coded or complaints(exchange) or problem_type(exchange).count("-"):
        return False
    words = (Says.MISSING_KEY, Says.INVALID_KEY, Says.INVALID_MSN, Says.SECRET_REFUSED)
    return not any(says(exchange, what) for what in (*words, Says.NO_SECRET, Says.HTML))
