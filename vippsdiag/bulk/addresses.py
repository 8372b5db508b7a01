"""Addresses without the ids in them."""

import re

from vippsdiag.bulk.values import any_of, sign
from vippsdiag.checks.payments import MADE_UP

# An order's or an agreement's id, from the third part of a path on: what stands before
# it names the API. What could be read as a word of the API stays.
_ID = re.compile(r"[0-9]{4,}|(?=[A-Za-z-]*[0-9])[A-Za-z0-9-]{8,64}")
_NO_ID = ("token", "access", "vippsdiag", "eyj", *MADE_UP)
# Each of those needs one of the letters k, s, p and y, which most ids do without; and
# in none is a digit, so that no other one stands across the first digit of an id.
_BARE = "[0-9A-JL-OQRT-XZa-jl-oqrt-xz-]"
_is_bare = re.compile(rf"(?=[A-Za-z-]*[0-9]){_BARE}{{8,64}}").fullmatch
_behind_word = re.compile(rf"(?=.{{8,64}}\Z)([A-Za-z-]+)[0-9]{_BARE}*").fullmatch
_GUID = r"(?<![\w-])[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}(?![\w-])"
_IN_QUERY = re.compile(_GUID)
# So many words are remembered that ids begin with: a few for each shop.
MOST_WORDS = 1 << 12


class Addresses:
    """What ids begin with is remembered: a shop begins all of them with one word."""

    def __init__(self) -> None:
        self._words: set[int] = set()

    def without_ids(self, url: str) -> str:
        """Return an address without the ids in it."""
        path, query = url, ""
        if "?" in url:
            path, _, query = url.partition("?")
            query = f"?{_IN_QUERY.sub('*', query)}"
        parts = path.split("/")
        place = 5
        for part in parts[5:]:
            if not part.isalpha() and (_is_bare(part) or self._is_id(part)):
                parts[place] = "*"
            place += 1
        return "/".join(parts) + query

    def _is_id(self, part: str) -> bool:
        found = _behind_word(part)
        if found is None:
            return _is_id(part)
        word = sign(found[1])
        if word in self._words:
            return True
        if not _is_id(part):
            return False
        if len(self._words) >= MOST_WORDS:
            self._words.clear()
        self._words.add(word)
        return True


def _is_id(part: str) -> bool:
    return _ID.fullmatch(part) is not None and not any_of(_NO_ID, part.lower())
