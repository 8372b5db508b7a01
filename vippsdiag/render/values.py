"""How values that may be secret are shown: masked, as variables, or as they are."""

from collections.abc import Callable

from vippsdiag.evidence import Call, call_of
from vippsdiag.exchange import Request
from vippsdiag.keys import Field, field_named
from vippsdiag.secret import Secret, examine

# Returns the text to write for a value that may be a `Secret`.
Show = Callable[[str], str]

# What the reader fills in, in place of a secret that the request carried.
VARIABLES = {
    Field.CLIENT_ID: "CLIENT_ID",
    Field.CLIENT_SECRET: "CLIENT_SECRET",
    Field.SUBSCRIPTION_KEY: "SUBSCRIPTION_KEY",
    Field.SECONDARY_SUBSCRIPTION_KEY: "SUBSCRIPTION_KEY",
    Field.MSN: "MERCHANT_SERIAL_NUMBER",
    Field.PSP_ID: "PSP_ID",
}
# A client writes these by itself, rightly.
_OWN = frozenset({"host", "content-length", "connection", "accept-encoding"})


def masked(value: str) -> str:
    """Return a value with its secrets masked."""
    return str(value)


def revealed(value: str) -> str:
    """Return a value as it is. Only for who asks to see it."""
    return examine(value, lambda raw: raw)


def variable(name: str, value: str) -> tuple[str, str] | None:
    """Return what stands for a secret header: the words before it, and a variable.

    None if the header's value may be shown.
    """
    if not isinstance(value, Secret):
        return None
    if name.lower() == "authorization":
        scheme = str(value).partition(" ")[0]
        basic = scheme.lower() == "basic"
        before = f"{scheme} " if scheme.isalpha() else ""
        return before, "BASIC_PAIR" if basic else "ACCESS_TOKEN"
    known = field_named(name)
    return "", VARIABLES.get(known, "SECRET") if known else "SECRET"


def written_method(request: Request) -> str:
    """Return the method; if it is not known, POST for a token, or one that reads."""
    token = call_of(request) in {Call.STANDARD_TOKEN, Call.SPECIALIZED_TOKEN}
    return request.method or ("POST" if token else "GET")


def written_headers(request: Request) -> list[tuple[str, str]]:
    """Return the headers that a client does not write by itself."""
    return [pair for pair in request.headers if not _is_own(*pair)]


def _is_own(name: str, value: str) -> bool:
    small = name.lower()
    default = small == "accept" and value == "*/*"
    return small in _OWN or default or (small == "user-agent" and "curl/" in value)
