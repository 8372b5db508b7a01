"""Values that differ from call to call and make no difference to a diagnosis.

A value is *plain* if nothing that the checks ask of such a value can be true of it: it
has the shape that it should have, it is no example and no placeholder. What is not
plain is never abstracted from.
"""

import re
from binascii import a2b_base64
from collections.abc import Callable, Iterable
from datetime import datetime
from hashlib import blake2b
from secrets import token_hex
from sys import hash_info
from typing import Any

import msgspec

from vippsdiag.bulk.headers import is_plain_key
from vippsdiag.bulk.lines import MOST_DIGITS
from vippsdiag.environments import Environment
from vippsdiag.token import Token, issued_in, moment_of, read_token

# Nothing that was read is kept as it is; a sign of this process alone stands for it.
SALT = token_hex(16)
# So many tokens are remembered; a sales unit needs one an hour or a day.
MOST_TOKENS = 1 << 15
# And so many first parts of them.
MOST_FIRSTS = 1 << 8

_TOKEN = re.compile(r"(eyJ[\w-]{5,})\.([\w-]+)\.[\w-]+", re.ASCII)
_BEARER = re.compile(f"Bearer {_TOKEN.pattern}", re.ASCII)


def digest(texts: object) -> int:
    """Return what stands for a text, or for several, where a hash is too short."""
    told = repr(texts).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(told, key=SALT.encode(), digest_size=16).digest())


# What stands for a text, or for several, in this process. A hash does, where it has 64
# bits and cannot be foreseen: that a line of a million has by chance the hash of one of
# 65,536 other kinds happens in one such log of 280 million.
_IS_WIDE = hash_info.width >= 64 and hash_info.algorithm.startswith("siphash")
sign: Callable[[object], int] = hash if _IS_WIDE else digest


class Known(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a diagnosis can ask of the value of an Authorization header.

    Attributes:
        plain: whether it is Bearer and a whole token.
        words: of a plain one its environment and its defects; a sign of another one.
        client_id: in lower case; None if it names none.
        unit: the client_id, if it can be one; empty for none.
        expires: None if it does not say.
        not_before: None if it does not say.
    """

    plain: bool
    words: str
    client_id: str | None = None
    unit: str = ""
    expires: datetime | None = None
    not_before: datetime | None = None


class Tokens:
    """Tokens that were seen; a token is sent many times."""

    def __init__(self) -> None:
        self._known: dict[int, Known] = {}
        # First parts that can be read: they say how tokens are signed, and are few.
        self._firsts: set[int] = set()

    def read(self, authorization: str) -> Known:
        """Return what the value of an Authorization header says."""
        key = sign(authorization)
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= MOST_TOKENS:
                self._known.clear()
            known = self._known[key] = self._read(authorization, str(key))
        return known

    def _read(self, authorization: str, signed: str) -> Known:
        # A template variable needs one of these; nothing else can stand in a token.
        # From the end both are looked for in half the time.
        odd = authorization.rfind("__") >= 0 or authorization.lower().rfind("env") >= 0
        whole = None if odd else _BEARER.fullmatch(authorization)
        claims = self._claims(whole[1], whole[2]) if whole else None
        if claims is None:
            return _read_in_full(authorization, signed, odd=odd)
        client_id = claims.appid.lower()
        return Known(
            plain=True,
            words=_WORDS[issued_in(claims.tid, claims.iss)],
            client_id=client_id,
            unit=_unit(client_id),
            expires=moment_of(claims.exp),
            not_before=moment_of(claims.nbf),
        )

    def _claims(self, first: str, second: str) -> "_Claims | None":
        """Read a plain token's parts; None if it takes more to see what it says."""
        try:
            said = _bytes(second)
            claims = _CLAIMS.decode(said)
            self._check(first)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return None
        # What msgspec passes over it does not decode, and it reads longer numbers.
        sure = claims.appid and said.isascii() and len(said) <= MOST_DIGITS
        return claims if sure else None

    def _check(self, first: str) -> None:
        """Read the first part of a token, which is never empty: it begins with eyJ.

        Raises:
            MsgspecError: it cannot be read.
            ValueError: it is no base64.
        """
        signed = sign(first)
        if signed not in self._firsts:
            _HEADER.decode(_bytes(first))
            if len(self._firsts) >= MOST_FIRSTS:
                self._firsts.clear()
            self._firsts.add(signed)


def _read_in_full(authorization: str, signed: str, *, odd: bool) -> Known:
    scheme, blank, token = authorization.partition(" ")
    if not odd and not blank and _TOKEN.fullmatch(authorization):
        return Known(plain=True, words="bare")
    if scheme.lower() != "bearer" or not blank:
        return Known(plain=False, words=signed)
    plain = not odd and _BEARER.fullmatch(authorization) is not None
    found = read_token(token)
    client_id = found.client_id.lower() if found.client_id is not None else None
    return Known(
        plain=plain,
        words=_words(found) if plain else signed,
        client_id=client_id,
        unit=_unit(client_id or ""),
        expires=found.expires,
        not_before=found.not_before,
    )


# What a whole token says, by who issued it.
_WORDS = {one: str(one) for one in (*Environment, None)}


def _words(found: Token) -> str:
    told = _WORDS[found.environment]
    return f"{told} {found.defects}" if found.defects else told


def _unit(client_id: str) -> str:
    return client_id if is_plain_key("client_id", client_id) else ""


class _Claims(msgspec.Struct, gc=False):
    """The claims that a diagnosis asks for."""

    appid: str = ""
    exp: Any = None
    iss: Any = None
    nbf: Any = None
    tid: Any = None


_CLAIMS, _HEADER = msgspec.json.Decoder(_Claims), msgspec.json.Decoder(dict[str, Any])


def _bytes(part: str) -> bytes:
    """Decode base64 as tokens have it."""
    if "-" in part or "_" in part:
        part = part.replace("-", "+").replace("_", "/")
    return a2b_base64(part + "=" * (-len(part) % 4))


def any_of(words: Iterable[str], text: str) -> bool:
    """Tell whether a text holds one of some words."""
    for word in words:  # noqa: SIM110 - three times as fast as any()
        if word in text:
            return True
    return False
