"""Read a request: which keys it carries, and where."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from vippsdiag.check import Confidence, Finding
from vippsdiag.conceal import REDACTED, still_masked
from vippsdiag.evidence import Call, Evidence, Place, call_of
from vippsdiag.exchange import Exchange, Request, once
from vippsdiag.keys import Field, field_named
from vippsdiag.language import Text, say
from vippsdiag.samples import (
    MISSING_KEY,
    gateway,
)
from vippsdiag.secret import examine
from vippsdiag.sensitive import plain_name
from vippsdiag.shapes import (
    Shape,
    is_cut,
    is_hidden,
    is_placeholder,
    is_word_for_nothing,
    shape_of,
    template_in,
)
from vippsdiag.token import Token, bearer_of, read_token

KEY_HEADER = "Ocp-Apim-Subscription-Key"


# As a shell for POSIX and PowerShell name theirs.
_SHELL_VARIABLE = re.compile(
    r"\$(?:env:)?[A-Za-z_]\w*|\$\{[A-Za-z_]\w*\}", re.IGNORECASE
)


NO_KEY = {KEY_HEADER: None}


NO_CLIENT = {"client_id": None, "client_secret": None}


MISSING = gateway(401, MISSING_KEY)


STANDARD = {Call.STANDARD_TOKEN, Call.API}


# Headers that a proxy or a gateway on the way adds.
PROXY_HEADERS = ("Via", "X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Forwarded-Host")


def header_place(exchange: Exchange, name: str) -> Place:
    """Return the place of a request header."""
    return Place(exchange=exchange, part="request header", name=name)


@once
def sent_token(request: Request) -> Token | None:
    """Return what stands behind ``Bearer``, read as a token; None without that word."""
    value = bearer_of(request.headers.get("Authorization") or "")
    return None if value is None else read_token(value)


def absence(
    exchange: Exchange,
    request: Request,
    name: str,
    words: Text,
    sure: Confidence = Confidence.CERTAIN,
) -> Finding:
    """Return the finding for a header that is not there, in these words, so sure.

    Where no header is shown at all, that says little.
    """
    shown = request.shows_headers
    unknown = say(
        "The call is shown without headers; {name} may be missing.", name=name
    )
    return Finding(
        message=words if shown else unknown,
        place=header_place(exchange, name),
        confidence=sure if shown else Confidence.POSSIBLE,
    )


def doubled_keys(evidence: Evidence) -> Iterator[Finding]:
    """Find calls with two subscription keys, which the gateway takes for one."""
    for exchange, request in evidence.calls(*STANDARD):
        if exchange.status == 401 and len(set(request.headers.all(KEY_HEADER))) > 1:
            yield Finding(
                message=say("The header {name} is there twice.", name=KEY_HEADER),
                place=header_place(exchange, KEY_HEADER),
            )


def carries(request: Request, name: str) -> bool:
    """Tell whether a header is there with a value."""
    value = request.headers.get(name)
    return value is not None and bool(value.strip())


def misnamed_key(request: Request) -> str | None:
    """Return the name of another header that holds the subscription key."""
    for name, value in request.headers:
        if name.lower() == KEY_HEADER.lower():
            continue
        known = field_named(name) is Field.SUBSCRIPTION_KEY
        if known or (shape_of(value) is Shape.HEX32 and "key" in name.lower()):
            return name
    return None


_IN_TEXT = {
    Field.SUBSCRIPTION_KEY: re.compile(
        r"subscription-key|(?:subscription|ocp)[_-]?\w*key", re.IGNORECASE
    ),
    Field.CLIENT_SECRET: re.compile(r"client[_-]?secret", re.IGNORECASE),
    Field.CLIENT_ID: re.compile(r"client[_-]?id", re.IGNORECASE),
}


# As a parameter, or in JSON that was put behind the question mark.
_IN_QUERY = {
    name: re.compile(
        rf"(?:{one.pattern})(?:[^&=]{{0,20}}=[^&]|\"\s{{0,9}}:\s{{0,9}}\"[^\"])",
        re.IGNORECASE,
    )
    for name, one in _IN_TEXT.items()
}


def named_in_query(query: str) -> list[Field]:
    """Return the keys that are parameters of an address; it may be asked for words."""
    plain = unquote(query)
    return [name for name, pattern in _IN_QUERY.items() if pattern.search(plain)]


def _named_in_body(text: str) -> list[Field]:
    plain = unquote(text)
    return [name for name, pattern in _IN_TEXT.items() if pattern.search(plain)]


def moved(request: Request) -> bool:
    """Tell whether keys are in the query or the body, where nothing reads them."""
    return bool(in_query(request) or in_body(request))


def in_query(request: Request) -> list[Field]:
    """Return the keys in the query that are missing among the headers."""
    if call_of(request) not in {*STANDARD, Call.SPECIALIZED_TOKEN}:
        return []
    return _absent(request, named_in_query(request.query))


def in_body(request: Request) -> list[Field]:
    """Return the keys in the body that are missing among the headers."""
    if call_of(request) not in {Call.STANDARD_TOKEN, Call.SPECIALIZED_TOKEN}:
        return []
    return _absent(request, _named_in_body(str(request.body or "")))


def _absent(request: Request, names: list[Field]) -> list[Field]:
    if carries(request, "Authorization") and call_of(request) is Call.SPECIALIZED_TOKEN:
        return []
    return [name for name in names if not carries(request, name.header)]


DASHED = {"clientid": "client_id", "clientsecret": "client_secret"}


def misnamed_client(request: Request) -> dict[str, str]:
    """Return headers that are another spelling of the client's, with the right one."""
    return {
        name: DASHED[plain_name(name)]
        for name, _ in request.headers
        if plain_name(name) in DASHED and name.lower() != DASHED[plain_name(name)]
    }


def lacks(request: Request, name: str) -> bool:
    """Tell whether a client header is missing, under every spelling and place."""
    variants = misnamed_client(request).values()
    return not carries(request, name) and name not in variants and not moved(request)


def is_of_others(evidence: Evidence, exchange: Exchange) -> bool:
    """Tell whether a call went to another service, with another subscription key.

    The header has its name from Azure, and many have that gateway. Only a key that is
    sent to Vipps MobilePay or was pasted tells that another is not one of these.
    """
    request = exchange.request
    key = request.headers.get(KEY_HEADER) if request else None
    if request is None or key is None or call_of(request) is not None:
        return False
    return bool(_own_keys(evidence)) and key not in _own_keys(evidence)


@once
def _own_keys(evidence: Evidence) -> frozenset[str]:
    keys = evidence.keys
    pasted = (keys.subscription_key, keys.secondary_subscription_key) if keys else ()
    sent = (call.headers.get(KEY_HEADER) for _, call in evidence.calls(*STANDARD))
    return frozenset(filter(None, (*pasted, *sent)))


def proxied(request: Request) -> bool:
    """Tell whether a request went through a proxy that says so."""
    return any(name in request.headers for name in PROXY_HEADERS)


def is_preflight(request: Request) -> bool:
    """Tell whether a browser asks whether a page may call; it sends no keys yet."""
    asks = "Access-Control-Request-Method" in request.headers
    return request.method.upper() == "OPTIONS" and asks


def is_not_filled_in(authorization: str) -> bool:
    """Tell whether a word stands behind ``Bearer`` where a token was meant to be."""
    value = bearer_of(authorization)
    if value is None or still_masked(value) or is_cut(value):
        return False
    return is_placeholder(value) or is_word_for_nothing(value)


def texts_sent(exchange: Exchange, request: Request) -> Iterator[tuple[str, Place]]:
    """Yield the address and the value of each header, with its place."""
    place = Place(exchange=exchange, part="request address")
    # A HAR has the braces in their codes, and a letter's own codes look like %NAME%.
    yield unquote(request.url), place
    for name, value in request.headers:
        yield value, header_place(exchange, name)


# The whole of a value, with quotes around it or none.
_LEFT = re.compile(
    r'"(?P<name>\w+)"\s*:\s*(?P<quote>"?)'
    r"(?P<left>\$?\{\{[\w .-]{1,40}\}\}|\$\{[\w.-]{1,40}\})(?P=quote)\s*(?:[,}\]]|$)"
)
# What comes back with a callback, and so matters though the call went well.
_COMES_BACK = {"authToken", "callbackAuthorizationToken"}


def left_in_body(exchange: Exchange, request: Request) -> str | None:
    """Return the variable that is a value in a body which the API refused, or None."""
    if request.body is None or call_of(request) is not Call.API:
        return None
    refused = exchange.status in {400, 422, 500}

    def question(raw: str) -> str | None:
        for one in _LEFT.finditer(raw):
            if refused or (exchange.ok and one["name"] in _COMES_BACK):
                return template_in(one["left"])
        return None

    return examine(request.body, question)


def left_sureness(left: str, exchange: Exchange) -> Confidence:
    """Tell how sure it is that a variable went out by its name.

    A shell fills its own variables in: of a command that was pasted, and not recorded
    as it was sent, nobody knows whether it had a value for them.
    """
    request = exchange.request
    recorded = exchange.started or exchange.timing or (request and request.http_version)
    filled = _SHELL_VARIABLE.fullmatch(left) and not recorded
    return Confidence.LIKELY if filled else Confidence.CERTAIN


def carries_token(request: Request) -> bool:
    """Tell whether Authorization holds what may be a token.

    A Basic pair is none, and neither is the signature of a webhook.
    """
    value = request.headers.get("Authorization") or ""
    others = ("basic ", "hmac-sha256 ")
    return bool(value) and not examine(
        value, lambda raw: raw.strip().lower().startswith(others)
    )


def was_taken(place: Place) -> bool:
    """Tell whether a call with this value went well: what is odd came in later."""
    return place.exchange is not None and place.exchange.ok


def painted_over(exchange: Exchange, value: str) -> bool:
    """Tell whether a row of signs, or dots, came into a value's place afterwards.

    The identity provider is asked once the gateway has taken the subscription key: one
    that is a row was another when it was sent, and so were the others beside it. Nor
    does anybody send stars: who masked the key with them masked the others, too.
    """
    key = exchange.request.headers.get(KEY_HEADER) if exchange.request else None
    if key is None or not _is_shortened(value):
        return False
    behind = exchange.response is not None and "AADSTS" in exchange.response.text
    return (behind and _is_shortened(key)) or examine(key, _is_masked)


def is_legible(value: str) -> bool:
    """Tell whether a value stands there as it was sent: whole, with nothing over it."""
    return bool(value) and not (still_masked(value) or _is_shortened(value))


def _is_shortened(value: str) -> bool:
    return is_hidden(value) or is_cut(value)


def _is_masked(raw: str) -> bool:
    """Tell whether signs or a word for it stand in a value's place, and no letter x."""
    return bool(REDACTED.fullmatch(raw)) and "x" not in raw.lower()
