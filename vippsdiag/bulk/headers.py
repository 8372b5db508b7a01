"""Headers without what differs from call to call."""

import re
from collections.abc import Iterable

from vippsdiag.bulk.lines import Header
from vippsdiag.keys import field_named
from vippsdiag.shapes import DOCUMENTED_EXAMPLES

_GUID = r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
# The keys as they should be: no example, no placeholder, no other value's shape.
_KEYS = {
    "client_id": re.compile(rf"(?!0{{8}}-){_GUID}"),
    "client_secret": re.compile(
        r"(?![xX]{4})(?:[A-Za-z0-9+/]{22}==|[A-Za-z0-9+/]{27}=)"
    ),
    "ocp-apim-subscription-key": re.compile(r"(?!0{32}|[aA]{32})[0-9a-fA-F]{32}"),
    "merchant-serial-number": re.compile(r"[0-9]{4,7}"),
}
KEYS = frozenset(_KEYS)
_FITS = {name: shape.fullmatch for name, shape in _KEYS.items()}
# What names a call in the sender's traces (W3C, Sentry), longer than other ids.
_TRACES = frozenset({"sentry-trace", "traceparent"})
# Each call has its own.
OWN_IDS = _TRACES | frozenset(
    """
    content-length idempotency-key request-id x-b3-parentspanid x-b3-spanid x-b3-traceid
    x-correlation-id x-datadog-parent-id x-datadog-trace-id x-ms-client-request-id
    x-request-id
    """.split()
)
_OWN_ID = re.compile("[A-Za-z0-9-]{1,40}")
_TRACE = re.compile("(?:[0-9a-f]{2}-)?[0-9a-f]{32}-[0-9a-f]{16}(?:-[0-9a-f]{1,2})?")
_HEX32 = re.compile("[0-9a-fA-F]{32}")
# Of these the checks ask what they say.
SAID = frozenset({"accept", "content-type", "host", "origin"})
# Of all others only whether they are there, and what they ask of every value.
_WORDS = re.compile(r"[A-Za-z0-9 /.,;+_-]{1,30}")
_TELLING = ("eyj", "__", "environ", ".env", "mozilla/")
# What the checks ask of an answer's headers, besides Date.
ASKED = frozenset(
    """
    age cf-cache-status cf-mitigated location proxy-authenticate server www-authenticate
    x-cache x-cache-status x-ms-error-code x-proxy-cache
    """.split()
)


def is_plain_key(name: str, value: str) -> bool:
    """Tell whether a header's value is one of the keys as they should be.

    Args:
        name: one of ``KEYS``.
        value: as sent.
    """
    return _FITS[name](value) is not None and value not in DOCUMENTED_EXAMPLES


def own_id(name: str, value: str) -> str:
    """Return what is the same for all ids that a call may carry.

    Args:
        name: of the header, in small letters.
        value: as sent.
    """
    if _OWN_ID.fullmatch(value) and "eyJ" not in value:
        return "key" if len(value) == 32 and _HEX32.fullmatch(value) else "id"
    return "id" if name in _TRACES and _TRACE.fullmatch(value) else value


# What most answers carry and no check asks for, as servers write it.
_UNASKED = frozenset(
    spelled
    for name in """
        Cache-Control Connection Content-Encoding Content-Length Content-Type Date ETag
        Expires Keep-Alive Pragma Request-Context Set-Cookie Strict-Transport-Security
        Transfer-Encoding Vary X-Content-Type-Options X-Frame-Options X-Request-Id
        X-Correlation-Id X-XSS-Protection
        """.split()
    for spelled in (name, name.lower())
)


def asked(headers: Iterable[Header]) -> tuple[str, ...]:
    """Return what the checks ask of an answer's headers, its date apart."""
    told: tuple[str, ...] = ()
    # Most answers have none of them, and a loop is what passes over the others soonest.
    for header in headers:
        if header.name not in _UNASKED and (name := header.name.lower()) in ASKED:
            told += (f"{name}: {header.value}",)
    return told


def part_of(header: Header) -> str:
    """Return what counts of a header that many calls share."""
    name, value = header.name, header.value
    return f"{name}: {value}" if _is_told(name.lower(), value) else f"{name}:"


def _is_told(name: str, value: str) -> bool:
    """Tell whether a value may make a difference."""
    words = _WORDS.fullmatch(value) and value.strip() and not _HEX32.fullmatch(value)
    small = value.lower()
    asked = name in SAID or field_named(name) is not None
    return asked or not words or any(word in small for word in _TELLING)
