"""Addresses and bodies without what differs from call to call."""

import json
import re
from typing import Any

import msgspec

from vippsdiag.bulk.values import any_of
from vippsdiag.checks.urls import not_public

# Each text that a check looks for in the answer to a call that succeeded holds one of
# these, in small letters, or one of the two that `quiet` looks for.
_TELLING_WORDS = (
    "access denied due",
    "be 15",
    "customer not found",
    "customer was not found",
    "deactivated or blocked",
    "invalid msn",
    "sales unit or merchant",
    "least 15",
    "minst 15",
    "mindst 15",
    "vähintään 15",
    "msn or",
    "login token",
    "no csrf",
    "over 15",
    "subscription key",
    "subscription not found",
    "under 15",
    "vipps on your phone",
)
# Between the parts of an outline.
_MARK = "\x1e"
# Texts that people write, and ids that they make up.
_FREE = frozenset(
    """
    description id name orderid paymentdescription productname reference text
    transactiontext
    """.split()
)
_PHONE = re.compile(r"\+?[0-9 ]{8,}")
# An address of which `not_public` has nothing to say, which it takes longer to find.
is_public = re.compile(
    r"https?://(?:[a-z0-9-]+\.)+(?!(?:local|test|localhost)\b)[a-z]{2,}"
    r"(?:[/?#][!-~]*)?"
).fullmatch
_DECODER = msgspec.json.Decoder()
_PAIRS = json.JSONDecoder(object_pairs_hook=tuple)
_DIGITS = str.maketrans(dict.fromkeys("123456789", "0"))
_MADE_UP = re.compile(r"(?=[A-Za-z_.-]*[0-9])[A-Za-z0-9_.-]{6,80}")


# A member that is null is there.
_ABSENT = msgspec.Raw()


class _Telling(msgspec.Struct, gc=False):
    """The members of an answer that a check asks for whatever the status."""

    access_token: str | None = None
    code: msgspec.Raw = _ABSENT
    error: msgspec.Raw = _ABSENT
    error_code: msgspec.Raw = _ABSENT
    error_codes: msgspec.Raw = _ABSENT
    errorCode: msgspec.Raw = _ABSENT  # noqa: N815 - as the API writes it
    errorInfo: msgspec.Raw = _ABSENT  # noqa: N815
    exists: msgspec.Raw = _ABSENT
    extraDetails: msgspec.Raw = _ABSENT  # noqa: N815
    responseInfo: msgspec.Raw = _ABSENT  # noqa: N815
    statusCode: msgspec.Raw = _ABSENT  # noqa: N815


_NOTHING = _Telling()
_OBJECT = msgspec.json.Decoder(_Telling)
_LIST = msgspec.json.Decoder(list[_Telling])


def quiet(text: str) -> str | None:
    """Return what is left of an answer to a call that succeeded.

    Returns:
        An empty text if there is nothing in it to find; if it issues a token and says
        nothing else, that token; None if it may hold more.
    """
    try:
        if text[0] == "[":
            listed = _LIST.decode(text)
            found = _NOTHING if all(item == _NOTHING for item in listed) else None
        else:
            found = _OBJECT.decode(text)
    except (msgspec.MsgspecError, RecursionError):
        return None
    # A letter is looked for in no time, which spares most texts the longer look.
    if ("S" in text and "AADSTS" in text) or ("/" in text and "/access" in text):
        return None
    if found is None or (" " in text and _speaks(text.casefold())):
        return None
    if found == _NOTHING:
        return ""
    token = found.access_token
    return token if token and found == _Telling(access_token=token) else None


def _speaks(small: str) -> bool:
    """Tell whether one of the texts may be there that a check looks for."""
    # Blanks that JSON puts between its parts do not count.
    bare = small.replace(": ", ":").replace(", ", ",")
    return " " in bare and any_of(_TELLING_WORDS, small)


def outline(body: str) -> str | None:
    """Return a body's names and kinds of values; None if each word of it matters."""
    if "\\u00" in body:
        return None
    try:
        return _outline_read_fast(body) or _outline_of(_PAIRS.decode(body))
    except (ValueError, RecursionError):
        return None


def _outline_read_fast(body: str) -> str | None:
    """Return an outline; None if that takes reading the body member by member.

    Of a name that stands twice msgspec keeps the last, so there are more quotes then.
    """
    try:
        drawn = _outline_of(_DECODER.decode(body))
    except (msgspec.MsgspecError, ValueError):
        return None
    texts = drawn.count(f'{_MARK}"') + drawn.count(f"{_MARK}:")
    return drawn if body.count('"') == 2 * texts else None


def _outline_of(value: Any) -> str:
    parts = [""]
    _draw(value, "", parts)
    return _MARK.join(parts)


def _draw(value: Any, name: str, parts: list[str]) -> None:
    kind = type(value)
    if kind is dict or kind is tuple:
        parts.append("{")
        for own, inner in value.items() if kind is dict else value:
            parts.append(":" + own)
            own_name = own.lower()
            if type(inner) is str:
                parts.append('"*' if own_name in _FREE else _drawn(inner, own_name))
            else:
                _draw(inner, own_name, parts)
        parts.append("}")
    elif kind is str:
        parts.append(_drawn(value, name))
    elif kind is list:
        parts.append("[")
        for inner in value:
            _draw(inner, name, parts)
        parts.append("]")
    elif kind is int:
        parts.append(_number(str(value)) if "number" in name else "0")
    else:
        parts.append("0.0" if kind is float else repr(value))


def _drawn(text: str, name: str) -> str:
    """Return a text in a body, with a mark before it so that it is no number."""
    if text.isalpha():
        return '"' + text
    if "number" in name or _PHONE.fullmatch(text):
        return '"' + _number(text)
    if "://" in text:
        scheme = text.partition("://")[0]
        return f'"{scheme} {None if is_public(text) else not_public(text)}'
    return '"*' if _MADE_UP.fullmatch(text) else '"' + text


def _number(text: str) -> str:
    """Keep the country code of a phone number, and how long it is."""
    return text[:3] + text[3:].translate(_DIGITS)
