"""Reading a body as an operation declares it, and naming what is not as declared."""

import re
from typing import Any, NamedTuple, TypeVar

import msgspec

T = TypeVar("T")

# The library's own words: "... - at `$.amount.value`", "missing required field `x`".
_AT = re.compile(r" - at `\$\.?(?P<path>[^`]*)`$")
_MISSING = re.compile(r"missing required field `(?P<name>[^`]+)`")


class Flaw(NamedTuple):
    """What is not as declared.

    Attributes:
        name: the field, with dots between its levels; empty for the whole body.
        reason: what was expected.
    """

    name: str
    reason: str


class Unreadable(Exception):  # noqa: N818 - it is told to the caller as an answer
    """A body is not as the operation declares it."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.name)
        self.flaw = flaw


def read(kind: type[T], body: bytes) -> T:
    """Read a body in JSON; numbers in strings are read as numbers.

    Real clients send them so (the official Postman collections do).

    Raises:
        Unreadable: the body is no JSON, or a field is not as declared.
    """
    try:
        return msgspec.json.decode(body, type=kind, strict=False)
    except msgspec.ValidationError as error:
        raise Unreadable(_flaw(str(error))) from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise Unreadable(Flaw("", "The body is not valid JSON.")) from None


def _flaw(words: str) -> Flaw:
    at = _AT.search(words)
    path = at["path"] if at else ""
    missing = _MISSING.search(words)
    if missing:
        name = f"{path}.{missing['name']}" if path else missing["name"]
        return Flaw(name, f"The {missing['name']} field is required.")
    return Flaw(path, _AT.sub("", words))


def schema(kind: Any) -> dict[str, Any]:
    """Return the JSON schema of a declared body."""
    return msgspec.json.schema(kind)
