"""What can be wrong with a call: each takes one that works, and gives it the flaw.

Exercises have them, and so have the reports that are played in the sandbox.
"""

import base64
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlencode

from vippsdiag.environments import split
from vippsdiag.exchange import Headers, Request
from vippsdiag.samples import basic
from vippsdiag.sandbox.gateway.gate import KEY
from vippsdiag.secret import examine
from vippsdiag.trials import with_headers

CLIENT_ID, CLIENT_SECRET = "client_id", "client_secret"
AUTHORIZATION = "Authorization"
# Where the keys of the standard token call are.
KEY_HEADERS = (CLIENT_ID, CLIENT_SECRET, KEY)
Change = Callable[[str], str]


def value(call: Request, name: str) -> str:
    """Return a header as it is sent; empty if it is not there."""
    return examine(call.headers.get(name) or "", lambda raw: raw)


def body(call: Request) -> str:
    """Return the body as it is sent."""
    return examine(call.body or "", lambda raw: raw)


def address(call: Request) -> str:
    """Return the address as it is called."""
    return examine(call.url, lambda raw: raw)


def base(call: Request) -> str:
    """Return the scheme, host and port of the address."""
    parts = split(address(call))
    return f"{parts.scheme}://{parts.netloc}"


def origin(call: Request) -> str:
    """Return the address up to the path as the API sees it."""
    whole = split(address(call)).path
    return base(call) + whole.removesuffix(call.path)


def target(call: Request) -> str:
    """Return the path as the API sees it, and the query."""
    query = split(address(call)).query
    return call.path + (f"?{query}" if query else "")


def with_value(call: Request, name: str, new: str | None) -> Request:
    """Give a header another value; None leaves it out."""
    return with_headers(call, {name: new})


def changed(call: Request, name: str, change: Change) -> Request:
    """Change the value of a header."""
    return with_value(call, name, change(value(call, name)))


def renamed(call: Request, old: str, new: str) -> Request:
    """Send a header under another name."""
    pairs = (
        (new if name.lower() == old.lower() else name, text)
        for name, text in call.headers
    )
    return replace(call, headers=Headers(pairs))


def swapped(call: Request, one: str, other: str) -> Request:
    """Put two values in each other's header."""
    values = {one: value(call, other), other: value(call, one)}
    return with_headers(call, dict(values))


def without(call: Request, *names: str) -> Request:
    """Leave headers out."""
    return with_headers(call, dict.fromkeys(names))


def at_path(call: Request, old: str, new: str) -> Request:
    """Replace a part of the address."""
    return replace(call, url=address(call).replace(old, new, 1))


def with_body(call: Request, change: Change) -> Request:
    """Change the body."""
    return replace(call, body=change(body(call)))


def keys_in_query(call: Request) -> Request:
    """Put the keys behind the address instead of into headers."""
    pairs = {name: value(call, name) for name in KEY_HEADERS}
    moved = replace(call, url=f"{address(call)}?{urlencode(pairs)}")
    return without(moved, *KEY_HEADERS)


def keys_in_body(call: Request) -> Request:
    """Put the keys into a form instead of into headers."""
    pairs = {name: value(call, name) for name in KEY_HEADERS}
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    moved = replace(call, body=urlencode(pairs))
    return with_headers(without(moved, *KEY_HEADERS), dict(headers))


def dashed(key: str) -> str:
    """Write a subscription key as if it were a GUID."""
    return "-".join((key[:8], key[8:12], key[12:16], key[16:20], key[20:]))


def mistyped(guid: str) -> str:
    """Put a letter o in the place of a digit, as from reading a picture."""
    return guid[:-3] + "o" + guid[-2:]


def by_method(call: Request, method: str) -> Request:
    """Make the call with another method."""
    return replace(call, method=method)


def repaired(pair: str, change: Change) -> str:
    """Change the second half of a ``Basic`` value."""
    text = base64.b64decode(pair.removeprefix("Basic ")).decode()
    user, _, secret = text.partition(":")
    return basic(user, change(secret))
