"""The values of a report, replaced by a seat's own that have the same flaw.

A value that looks right becomes the seat's value of the same kind. What was wrong with
how a value looks stays wrong: a name in braces, quotes around, dashes put in, letters
in a GUID, a part that is missing.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from vippsdiag.conceal import conceal_named, still_masked
from vippsdiag.keys import Field, field_named
from vippsdiag.samples import basic
from vippsdiag.sandbox.keys.units import Unit
from vippsdiag.secret import Secret
from vippsdiag.shapes import (
    HEX32,
    Shape,
    cleaned,
    is_documented_example,
    is_placeholder,
    shape_of,
    template_in,
)

# An organisation number that is no company's: its last digit does not fit.
ORGANISATION = "987654325"
_HEX = "0123456789abcdefABCDEF"
_TOKEN = re.compile(r"eyJ[\w-]*(?:\.[\w-]*)*")
_GUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_KEY = re.compile(r"(?<![0-9a-fA-F])[0-9a-fA-F]{32}(?![0-9a-fA-F])")
_SECRET = re.compile(r"(?<![\w+/])[A-Za-z0-9+/]{16,}={1,2}|REDACTED")
# Headers that hold no key, whatever their value looks like.
_PLAIN = frozenset(
    """accept content-type idempotency-key origin referer user-agent x-request-id
    request-id""".split()
)
# What is a key by its looks, in a header of any name.
_KEYS = frozenset({Shape.GUID, Shape.HEX32, Shape.TOKEN})
_PHONES = frozenset({"phonenumber", "customerphonenumber", "mobilenumber"})
PHONE = "4791234567"


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """What a seat has, to be put in the places of a report's values.

    Attributes:
        token: an access token of the unit.
        redirect_uri: one that the unit registered.
        code: makes what the site gets after a login; empty if it needs none.
    """

    unit: Unit
    token: str = field(repr=False)
    msn: str
    redirect_uri: str = ""
    code: str = field(default="", repr=False)

    def header(self, name: str, raw: str) -> str:
        """Return what to send in a header."""
        if name.lower() == "authorization":
            return self._authorization(raw)
        known = field_named(name)
        if known is None and (name.lower() in _PLAIN or shape_of(raw) not in _KEYS):
            return self.value(name, raw)
        return self.like(raw, known)

    def value(self, name: str, raw: str) -> str:
        """Return what to send in a field of an address or a body."""
        plain = name.lower().replace("_", "")
        if name == "code":
            return self.code or raw
        if plain == "redirecturi":
            return self.redirect_uri + "/" if raw.endswith("/") else raw
        if plain in _PHONES:
            return _as_written(raw)
        if field_named(name):
            return self.like(raw, field_named(name))
        return self.text(raw) if _may_be_shown(name, raw) else "x" * 16

    def text(self, raw: str) -> str:
        """Replace values in a text whose form is not known, by their shapes."""
        for pattern, mine in (
            (_TOKEN, self.token),
            (_GUID, self.unit.client_id),
            (_KEY, self.unit.primary),
            (_SECRET, self.unit.client_secret),
        ):
            raw = pattern.sub(mine, raw)
        return raw

    def like(self, raw: str, wanted: Field | None) -> str:
        """Return the own value that looks like a report's, with the same flaw."""
        if not raw.strip() or template_in(raw) or is_documented_example(raw):
            return raw
        right = self._of_field(wanted)
        if still_masked(raw):
            return right
        if is_placeholder(raw):
            return raw
        bare = cleaned(raw)
        if wanted is Field.SUBSCRIPTION_KEY and HEX32.fullmatch(bare.replace("-", "")):
            return raw.replace(bare, placed(bare, self.unit.primary, "-"))
        mine = self._of_shape(bare)
        if mine:
            return raw.replace(bare, mine) if bare in raw else f'"{mine}"'
        return _outlined(raw, right)

    def _of_field(self, wanted: Field | None) -> str:
        values = {
            Field.CLIENT_ID: self.unit.client_id,
            Field.CLIENT_SECRET: self.unit.client_secret,
            Field.SUBSCRIPTION_KEY: self.unit.primary,
            Field.SECONDARY_SUBSCRIPTION_KEY: self.unit.secondary,
            Field.MSN: self.msn,
        }
        return values.get(wanted, "") if wanted else ""

    def _of_shape(self, bare: str) -> str:
        values = {
            Shape.GUID: self.unit.client_id,
            Shape.BASE64: self.unit.client_secret,
            Shape.HEX32: self.unit.primary,
            Shape.MSN: self.msn,
            Shape.ORGANISATION: ORGANISATION,
            Shape.TOKEN: self.token,
        }
        shape = shape_of(bare)
        return values.get(shape, "") if shape else ""

    def _authorization(self, raw: str) -> str:
        """Keep the words before the token, and whether there are any."""
        scheme, _, rest = raw.strip().partition(" ")
        if scheme.lower() == "basic":
            return basic(self.unit.client_id, self.unit.client_secret)
        if _TOKEN.search(raw):
            return _TOKEN.sub(self.token, raw, count=1)
        if not rest:
            return scheme if scheme.lower() == "bearer" else self.token
        words = " ".join(raw.split(" ")[:-1])
        return f"{words} {self.token}"


def _may_be_shown(name: str, raw: str) -> bool:
    return not isinstance(conceal_named(name, raw), Secret) or bool(_SECRET.search(raw))


def _as_written(phone: str) -> str:
    """Return a test user's number with what is odd about another number."""
    bare = phone.lstrip("+0")
    before = phone[: len(phone) - len(bare)]
    number = PHONE[2:] if len(bare) == 8 else PHONE
    blank = " " if " " in bare.strip() else ""
    return before + number[:2] + blank + number[2:]


def placed(raw: str, mine: str, mark: str) -> str:
    """Put marks into a value at the places where they are in another."""
    rest = iter(mine)
    return "".join(mark if letter == mark else next(rest, "") for letter in raw)


def _outlined(raw: str, right: str) -> str:
    """Return the right value with what is odd about another: its letters, its end."""
    if len(raw) == len(right) and raw.count("-") == right.count("-"):
        pairs: Iterable[tuple[str, str]] = zip(raw, right, strict=True)
        return "".join(_odd(pairs))
    return right[: len(raw)] if len(raw) < len(right) else right + "x"


def _odd(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    for one, other in pairs:
        yield one if one not in _HEX and other in _HEX else other
