"""The access token, read without verifying it: every defect has a name.

A library that verifies refuses a broken token with a short text; the point here is to
say what is broken. The contents of a token are no secret, its signature is.
Claims: facts section 3.1 (a published test token, confidence medium for today).
"""

import base64
import binascii
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from vippsdiag.environments import TEST_DIRECTORY, Environment
from vippsdiag.secret import Secret, examine

# Lifetime of a standard token in seconds: one hour in test, a day in production.
LIFETIMES = {Environment.TEST: 3600, Environment.PRODUCTION: 86400}
# The same of a token of the specialized flow, in both (facts 3.3).
SPECIALIZED_LIFETIME = 900


class TokenDefect(StrEnum):
    """What is wrong with a token, or with the way it is written."""

    EMPTY = "There is no token."
    BEARER_INSIDE = "The word Bearer is part of the token."
    QUOTES = "The token has quotes around it or in it."
    BLANKS = "The token has blanks or line breaks in it."
    CUT = "A part of the token is missing."
    NOT_A_TOKEN = "The value does not have the form of an access token."
    NO_SIGNATURE = "The token's signature is missing."
    UNREADABLE_HEADER = "The first part of the token cannot be read."
    UNREADABLE_CLAIMS = "The second part of the token cannot be read."
    CHANGED = "The token holds characters that no token has."


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What a token says about itself.

    Attributes:
        header: the first part; empty if it cannot be read.
        claims: the second part; empty if it cannot be read.
        defects: what is wrong with it, worst first.
    """

    header: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    defects: tuple[TokenDefect, ...] = ()

    @property
    def client_id(self) -> str | None:
        """The client that it was issued to (claim ``appid``)."""
        return _text(self.claims.get("appid"))

    @property
    def issued(self) -> datetime | None:
        """When it was issued (claim ``iat``), in UTC."""
        return moment_of(self.claims.get("iat"))

    @property
    def not_before(self) -> datetime | None:
        """When it begins to be valid (claim ``nbf``), in UTC."""
        return moment_of(self.claims.get("nbf"))

    @property
    def expires(self) -> datetime | None:
        """When it ends to be valid (claim ``exp``), in UTC."""
        return moment_of(self.claims.get("exp"))

    @property
    def environment(self) -> Environment | None:
        """The environment that issued it; None if the token does not say.

        The test directory is known; any other directory of the same identity
        provider is taken for production, which is an inference.
        """
        return issued_in(self.claims.get("tid"), self.claims.get("iss"))


def issued_in(directory: object, issuer: object) -> Environment | None:
    """Return the environment whose tokens have these claims (``tid`` and ``iss``)."""
    directory, issuer = _text(directory), _text(issuer) or ""
    if directory == TEST_DIRECTORY or TEST_DIRECTORY in issuer:
        return Environment.TEST
    if directory and issuer.startswith("https://sts.windows.net/"):
        return Environment.PRODUCTION
    return None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


# To make the union takes as long as to ask for it.
_NUMBER = int | float


def moment_of(value: object) -> datetime | None:
    """Return the moment that a claim names, in UTC; None if it names none."""
    if isinstance(value, str) and value.isdecimal() and len(value) < 20:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, _NUMBER):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def _part(text: str) -> dict[str, Any]:
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        value = json.loads(raw)
    except (binascii.Error, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


_BEARER = re.compile(r"\s*bearer\b[\s:]*", re.IGNORECASE)
_UNQUOTED = str.maketrans("", "", "\"'`“”‘’„")
_CUT = re.compile(r"\.{3}|…|<(?!eyJ)")
_BLANK = re.compile(r"\s")


def _undress(raw: str) -> tuple[str, list[TokenDefect]]:
    """Take off what people leave around a token, and say what it was."""
    defects = []
    text = raw.strip(" ").translate(_UNQUOTED)
    quoted = len(text) < len(raw.strip(" "))
    while match := _BEARER.match(text):
        defects.append(TokenDefect.BEARER_INSIDE)
        text = text[match.end() :]
    if quoted:
        defects.append(TokenDefect.QUOTES)
    if _BLANK.search(text):
        defects.append(TokenDefect.BLANKS)
        text = "".join(text.split())
    return text, list(dict.fromkeys(defects))


# Nothing around it and nothing in it that does not belong there.
_WHOLE = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)


def _read(raw: str) -> Token:
    whole = _WHOLE.fullmatch(raw) is not None
    text, defects = (raw, []) if whole else _undress(raw)
    if not text:
        return Token(defects=(*defects, TokenDefect.EMPTY))
    if not whole and (cut := _CUT.search(text)):
        defects.append(TokenDefect.CUT)
        text = text[: cut.start()]
    parts = text.split(".")
    if not text.startswith("eyJ") or len(parts) > 3:
        return Token(defects=(*defects, TokenDefect.NOT_A_TOKEN))
    header = _part(parts[0])
    claims = _part(parts[1]) if len(parts) > 1 else {}
    defects += _part_defects(parts, header, claims)
    return Token(header=header, claims=claims, defects=tuple(dict.fromkeys(defects)))


def _part_defects(
    parts: list[str], header: dict[str, Any], claims: dict[str, Any]
) -> list[TokenDefect]:
    defects = []
    if len(parts) < 3 or not claims:
        defects.append(TokenDefect.CUT)
    elif not parts[2]:
        defects.append(TokenDefect.NO_SIGNATURE)
    if not header:
        defects.append(TokenDefect.UNREADABLE_HEADER)
    if len(parts) > 1 and not claims:
        defects.append(TokenDefect.UNREADABLE_CLAIMS)
    if re.search(r"[^\w.-]", ".".join(parts)):
        defects.append(TokenDefect.CHANGED)
    return defects


def read_token(value: str) -> Token:
    """Read a token, however broken it is.

    Args:
        value: the token itself, with or without what people leave around it; may be
            a `Secret`.

    Returns:
        What it says about itself and what is wrong with it. Never raises.
    """
    return examine(value, _read)


def bearer_of(authorization: str) -> str | None:
    """Return what stands behind one ``Bearer`` in an ``Authorization`` value.

    None if the value does not begin with exactly that word and a blank. The answer
    is a `Secret` whenever the value is one.
    """

    def question(raw: str) -> Secret | None:
        scheme, blank, rest = raw.partition(" ")
        return Secret(rest) if scheme.lower() == "bearer" and blank else None

    return examine(authorization, question)


def is_piece_of_token(text: str) -> bool:
    """Tell whether a text is cut out of a token's first part, wherever it begins."""
    for missing in range(4):
        padded = "A" * missing + text
        try:
            raw = base64.urlsafe_b64decode(padded[: len(padded) // 4 * 4])
        except (binascii.Error, ValueError):
            continue
        if b'"JWT"' in raw or b'"alg"' in raw:
            return True
    return False
