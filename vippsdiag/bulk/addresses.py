"""Addresses without the ids in them."""

import re

from vippsdiag.bulk.values import any_of, sign
from vippsdiag.checks.orders import MADE_UP

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
# And so many paths before an id: some hundred in all the APIs.
MOST_PATHS = 1 << 10


class Addresses:
    """What was seen of addresses: the paths before an id, and what ids begin with.

    The APIs have few paths, and a shop begins all of its ids with one word.
    """

    def __init__(self) -> None:
        self._words: set[int] = set()
        # Where no id is, to the end or before the first one.
        self._paths: set[int] = set()
        self._apis: dict[int, bool] = {}

    def without_ids(self, url: str) -> str:
        """Return an address without the ids in it."""
        query = ""
        if "?" in url:
            url, _, query = url.partition("?")
            query = f"?{_IN_QUERY.sub('*', query)}"
        path, behind, known = url, query, self._paths
        while sign(path) not in known:
            path, slash, part = path.rpartition("/")
            if not slash:
                return self._read(url) + query
            is_id = not part.isalpha() and (_is_bare(part) or self._is_id(part))
            behind = ("/*" if is_id else "/" + part) + behind
        return path + behind

    def is_api(self, address: str) -> bool:
        """Tell whether what is sent there does not matter letter by letter.

        Args:
            address: without the ids in it, which make no difference to this.
        """
        signed = sign(address)
        known = self._apis.get(signed)
        if known is None:
            if len(self._apis) >= MOST_PATHS:
                self._apis.clear()
            known = self._apis[signed] = is_api(address)
        return known

    def _read(self, url: str) -> str:
        """Read a path of which nothing is known, and note it up to its first id."""
        # What stands before the fifth slash names an API, whatever it looks like.
        parts = url.split("/")
        ids = [n for n in range(5, len(parts)) if _is_id(parts[n])]
        if len(parts) > 4:
            if len(self._paths) >= MOST_PATHS:
                self._paths.clear()
            self._paths.add(sign("/".join(parts[: ids[0] if ids else None])))
        for place in ids:
            parts[place] = "*"
        return "/".join(parts)

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
    return (
        not part.isalpha()
        and _ID.fullmatch(part) is not None
        and not any_of(_NO_ID, part.lower())
    )


def is_api(url: str) -> bool:
    """Tell whether an API is called, and no token asked for."""
    small = url.lower()
    # A loop takes three times as long.
    return not (
        "token" in small
        or "/miami/" in small
        or "/oauth2/" in small
        or "access-management" in small
    )
