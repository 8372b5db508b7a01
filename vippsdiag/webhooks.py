"""The signature of a webhook: how it is made, and what made one differ.

A delivery is signed over method, path, date, host and the hash of its body, with the
secret that registering the webhook returned (facts 6.6, recomputed from the official
example, high). Everything here asks secrets by `examine` and tells no part of them.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from urllib.parse import unquote

from vippsdiag.exchange import Request
from vippsdiag.language import Text, joined, say
from vippsdiag.secret import examine
from vippsdiag.undone import KEYS, Change, Option, dates, hosts, keys, paths

_SIGNATURE = re.compile(
    r"HMAC-SHA256\s+SignedHeaders=([\w;-]+)\s*[&,]\s*Signature=([\w+/=%-]+)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What recomputing a signature came to.

    Attributes:
        fits: whether the signature is right for the delivery as it is here.
        changes: what has to be undone to make it fit; empty if it fits or nothing does.
    """

    fits: bool = False
    changes: tuple[Change, ...] = ()


def content_hash(body: str) -> str:
    """Return the Base64 of a body's SHA-256, as ``x-ms-content-sha256`` holds it."""

    def question(raw: str) -> str:
        digest = hashlib.sha256(raw.encode("utf-8", "surrogatepass")).digest()
        return base64.b64encode(digest).decode()

    return examine(body, question)


def sign(secret: str, *, path: str, date: str, host: str, body_hash: str) -> str:
    """Return the signature of a delivery.

    Args:
        secret: its characters are the key; it is not decoded.
        path: with the query, as registered.
        date: the header ``x-ms-date``.
        host: as registered.
        body_hash: see `content_hash`.
    """
    text = f"POST\n{path}\n{date};{host};{body_hash}"
    return examine(secret, lambda raw: _hmac(raw.encode(), text))


def _hmac(key: bytes, text: str) -> str:
    digest = hmac.new(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256)
    return base64.b64encode(digest.digest()).decode()


def is_delivery(request: Request) -> bool:
    """Tell whether a request is a webhook that says it is signed."""
    marks = ("x-ms-content-sha256", "x-ms-date")
    signed = _signature(request) is not None
    return signed or all(name in request.headers for name in marks)


def _signature(request: Request) -> Callable[[str], bool] | None:
    """Return a question: is this the delivery's signature? None if there is none."""
    header = request.headers.get("Authorization") or ""
    if not examine(header, lambda raw: _SIGNATURE.search(raw) is not None):
        return None

    def is_it(candidate: str) -> bool:
        def question(raw: str) -> bool:
            match = _SIGNATURE.search(raw)
            given = unquote(match[2]) if match else ""
            return hmac.compare_digest(given.encode(), candidate.encode())

        return examine(header, question)

    return is_it


def is_signed(request: Request) -> bool:
    """Tell whether a request has a signature in the documented form."""
    return _signature(request) is not None


def body_change(request: Request) -> Change | None:
    """Compare the body with the hash that came with it.

    Returns:
        None if they fit, or there is nothing to compare; what was done to the body if
        undoing it makes them fit; otherwise that they differ.
    """
    header = request.headers.get("x-ms-content-sha256")
    if not header or request.body is None or not examine(header, _is_hash):
        return None

    def fits(candidate: str) -> bool:
        hashed = content_hash(candidate)
        return examine(header, lambda raw: raw.strip() == hashed)

    if fits(request.body):
        return None
    for words, change in _BODIES.items():
        if _tried(request.body, change, fits):
            return Change("body", words)
    return Change("body", say("The body is not the one that was hashed and signed."))


def _is_hash(raw: str) -> bool:
    """Tell whether a header holds a hash, and not what somebody put over it."""
    return _HASH.fullmatch(raw.strip()) is not None


# 32 bytes in Base64.
_HASH = re.compile(r"[A-Za-z0-9+/]{43}=")


def _tried(
    body: str, change: Callable[[str], str | None], fits: Callable[[str], bool]
) -> bool:
    def question(raw: str) -> bool:
        candidate = change(raw)
        return candidate is not None and candidate != raw and fits(candidate)

    return examine(body, question)


def _as_json(**form: object) -> Callable[[str], str | None]:
    def change(raw: str) -> str | None:
        try:
            value = json.loads(raw)
        except (ValueError, RecursionError):
            return None
        return json.dumps(value, **form)  # type: ignore[arg-type]

    return change


def _slashes(raw: str) -> str | None:
    compact = _as_json(separators=(",", ":"))(raw)
    return compact and compact.replace("/", "\\/")


_WRITTEN_ANEW = say("The body was read as JSON and written anew before it was hashed.")
_COMPACT = {"separators": (",", ":")}
_BODIES: dict[Text, Callable[[str], str | None]] = {
    say("A line break was added to the end of the body."): lambda raw: raw.rstrip(
        "\r\n"
    ),
    say("Blanks at the ends of the body were changed."): str.strip,
    say("The line break at the end of the body was taken away."): lambda raw: (
        raw + "\n"
    ),
    say("The line breaks in the body were changed (CR LF for LF)."): lambda raw: (
        raw.replace("\r\n", "\n")
    ),
    say("The line breaks in the body were changed (LF for CR LF)."): lambda raw: (
        raw.replace("\n", "\r\n")
    ),
    say("A byte order mark was put before the body."): lambda raw: raw.removeprefix(
        "\ufeff"
    ),
    _WRITTEN_ANEW: _as_json(**_COMPACT, ensure_ascii=False),
    joined(_WRITTEN_ANEW, say("Letters were escaped.")): _as_json(**_COMPACT),
    joined(_WRITTEN_ANEW, say("Slashes were escaped.")): _slashes,
    joined(_WRITTEN_ANEW, say("Blanks were put in.")): _as_json(ensure_ascii=False),
    joined(_WRITTEN_ANEW, say("Names were sorted.")): _as_json(
        **_COMPACT, sort_keys=True
    ),
}


def verify(request: Request, secret: str) -> Verdict | None:
    """Recompute the signature of a delivery, and say what makes it differ.

    Args:
        request: the delivery, as it was received.
        secret: the webhook's secret; may be a `Secret`.

    Returns:
        None if the request has no signature in the documented form.
    """
    is_it = _signature(request)
    if is_it is None:
        return None
    return examine(request.url, lambda url: _verify(request, url, secret, is_it))


def _verify(
    request: Request, url: str, secret: str, is_it: Callable[[str], bool]
) -> Verdict:
    parts = (dates(request), hosts(request, url), paths(request, url), keys())
    hashed = _given_hash(request)
    for choice in sorted(product(*map(list, parts)), key=_changed):
        (date, _), (host, _), (path, _), (key, _) = choice
        text = f"POST\n{path}\n{date};{host};{hashed}"
        if _is_made_by(secret, KEYS[key], text, is_it):
            changes = tuple(change for _, change in choice if change.words)
            return Verdict(fits=not changes, changes=changes)
    return Verdict()


def _is_made_by(
    secret: str,
    how: Callable[[str], bytes | None],
    text: str,
    is_it: Callable[[str], bool],
) -> bool:
    def question(raw: str) -> bool:
        key = how(raw)
        return bool(key) and is_it(_hmac(key or b"", text))

    return examine(secret, question)


def _changed(choice: tuple[Option, ...]) -> int:
    return sum(bool(change.words) for _, change in choice)


def _given_hash(request: Request) -> str:
    header = request.headers.get("x-ms-content-sha256")
    if header:
        return examine(header, str.strip)
    return content_hash(request.body or "")
