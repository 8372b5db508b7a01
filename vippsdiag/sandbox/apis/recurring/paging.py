"""Lists in pages: by number, or with a token that leads to the next page."""

import uuid
from collections.abc import Callable
from typing import TypeVar

from vippsdiag.sandbox.apis.recurring.problems import invalid
from vippsdiag.sandbox.gateway.bodies import Flaw
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.reply import Reply, in_json

Thing = TypeVar("Thing")
TOKEN = "Continuation-Token"
# The specification's default and most (high).
USUAL, MOST = 500, 2000
MOST_PAGES = 2**31 - 1


def paged(
    call: Call, found: list[Thing], shown: Callable[[Thing], dict[str, object]]
) -> Reply:
    """Return one page of what was found, and the token of the next if there is one."""
    first, size = _page(call)
    page = [shown(thing) for thing in found[first : first + size]]
    more = first + size < len(found)
    headers = ((TOKEN, _token(first + size)),) if more else ()
    return in_json(200, page, headers=headers)


def _page(call: Call) -> tuple[int, int]:
    if "pageSize" in call.asked and "pageNumber" not in call.asked:
        reason = "It is used together with pageNumber."
        raise invalid(call, Flaw("pageSize", reason))
    size = number(call, "pageSize", USUAL, 1, MOST)
    if "pageNumber" in call.asked:
        return (number(call, "pageNumber", 1, 1, MOST_PAGES) - 1) * size, size
    return _offset(call.header(TOKEN)), size


def number(call: Call, name: str, usual: int, least: int, most: int) -> int:
    """Return a number of the query.

    Raises:
        Refusal: it is none, or out of range.
    """
    text = call.asked.get(name)
    if text is None:
        return usual
    if not (text.isascii() and text.isdecimal() and len(text) < 20):
        raise invalid(call, Flaw(name, "It is not a number."))
    if not least <= int(text) <= most:
        reason = f"It has to be between {least} and {most}."
        raise invalid(call, Flaw(name, reason))
    return int(text)


def _token(first: int) -> str:
    """Return where a page begins as the specification wants it, as a UUID."""
    return str(uuid.UUID(int=first))


def _offset(token: str) -> int:
    # The official collections send the name of an unset variable the first time.
    try:
        return min(uuid.UUID(token).int, 2**31)
    except ValueError:
        return 0
