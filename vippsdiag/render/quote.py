"""What an answer says of itself, for a call that no known cause fits."""

import re
from collections.abc import Iterator
from typing import Any

from vippsdiag.conceal import conceal
from vippsdiag.exchange import Exchange
from vippsdiag.who import HTML

# In which an answer says what it has to say, the more telling ones first.
_NAMED = "detail errorMessage error_description message title error reason".split()
# Lists of fields that are not right, and why.
_LISTED = "extraDetails invalidParams validationErrors errors".split()
_LONGEST, _MOST, _DEEPEST = 300, 3, 3


def quote(exchange: Exchange) -> str:
    """Return what an answer says in words, secrets masked; empty if it says nothing."""
    response = exchange.response
    if response is None:
        return ""
    body = response.json
    if body is None:
        words = "" if HTML.search(response.text) else response.text
    else:
        words = "; ".join(dict.fromkeys(_words(body)))
    plain = "".join(one for one in " ".join(words.split()) if one.isprintable())
    shown = str(conceal(plain))
    return shown if len(shown) <= _LONGEST else shown[:_LONGEST] + "…"


def _words(body: Any, depth: int = 0) -> Iterator[str]:
    """Yield what a body says, and of its fields which are not right."""
    if isinstance(body, str):
        yield body
    if depth > _DEEPEST:
        return
    if isinstance(body, list):
        for one in body[:_MOST]:
            yield from _words(one, depth + 1)
    if isinstance(body, dict):
        told = (body[name] for name in _NAMED if _tells(body.get(name)))
        yield from _words(next(told, None), depth + 1)
        for name in _LISTED:
            yield from _fields(body.get(name))


def _tells(value: Any) -> bool:
    """Tell whether a value is words, and no code or address."""
    return isinstance(value, dict) or (
        isinstance(value, str) and re.search(r"[^\W\d_]{2}", value) is not None
    )


def _fields(listed: Any) -> Iterator[str]:
    """Yield each field with what is said of it: listed, or by its name."""
    if isinstance(listed, dict):
        for name, reasons in list(listed.items())[:_MOST]:
            reason = reasons[0] if isinstance(reasons, list) and reasons else reasons
            yield f"{name}: {reason}"
        return
    for item in listed[:_MOST] if isinstance(listed, list) else ():
        if isinstance(item, dict):
            name = item.get("name") or item.get("field") or item.get("key")
            reason = item.get("reason") or item.get("text") or item.get("value")
            said = [str(one) for one in (name, reason) if one]
            yield ": ".join(said) if said else next(_words(item, 1), "")
        elif isinstance(item, str):
            yield item
