"""Which parts of a text are worth a second search.

What nothing parts from the next value can be told from it only once this one was
replaced. So a text is searched again around the values that may hold another, and as a
whole only if something is found there.
"""

from collections.abc import Iterable

# So far around a value another may stand, or a name that tells what it is.
_REACH = 2000
# In what stands closer together, a search of the parts saves nothing.
_WORTH = 0.5
_APART = "\n\n"


def around(text: str, places: Iterable[int]) -> str | None:
    """Return the parts of a text around some places; None if that is most of it."""
    parts: list[tuple[int, int]] = []
    for place in sorted(places):
        start, end = max(0, place - _REACH), min(len(text), place + 2 * _REACH)
        if parts and start <= parts[-1][1]:
            start = parts.pop()[0]
        parts.append((start, end))
    if sum(end - start for start, end in parts) > _WORTH * len(text):
        return None
    return _APART.join(_lines(text, start, end) for start, end in parts)


def _lines(text: str, start: int, end: int) -> str:
    """Return a part of a text, if it can in whole lines."""
    first = text.find("\n", start, start + _REACH // 2) if start else -1
    last = text.rfind("\n", end - _REACH // 2, end) if end < len(text) else -1
    return text[first + 1 or start : last + 1 or end]
