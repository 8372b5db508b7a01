"""Names in a line, each with the mark that ties a value to it."""

import re
from collections.abc import Iterator

_NAMED = re.compile(
    r"(?<![\w.\-$])(?P<name>[\w@$][\w.\-/$ ]{0,60}?(?:\s?\([\w -]{1,20}\))?)"
    r"(?P<close>\*{2}|[\"'`\]]{0,2})"
    r"(?P<mark>\s*(?:=>|:=|:(?!//(?:[\w-]+[.:@]|localhost)|:|(?<=\d:)\d\d\b)|={1,2})\s*|\s+\|\s+|\t+\s*|\s{2,}"
    r"|\s+(?:is|er|är|on|var|was)[:=]?\s+|\s+[–—-]\s+(?![Pp]rimary\b|[Ss]econdary\b))"
    r"(?P<star>\*{2}\s*)?"
)
# What every mark has; it is quick to find, and no name is longer than that before it.
_SIGN = re.compile(
    r"[:=|\t]|\s{2}|\s(?:is|er|är|on|var|was)[:=]?\s|\s[–—-]\s", re.IGNORECASE
)
_WIDEST_NAME = 100


def all_marked(line: str, place: int) -> Iterator[re.Match[str]]:
    """Yield each name with its mark from a place on."""
    while match := next_marked(line, place):
        yield match
        place = match.end()


def next_marked(line: str, place: int) -> re.Match[str] | None:
    """Return the next name with its mark; None if there is none.

    A line may have a million letters and no mark, so the marks are looked for first.
    """
    while sign := _SIGN.search(line, place):
        start = max(place, sign.start() - _WIDEST_NAME)
        # What is found at the end of this part may be another thing in the whole line.
        if near := _NAMED.search(line, start, sign.end() + _WIDEST_NAME):
            return _NAMED.search(line, near.start())
        # What begins before has its mark in what was searched.
        place = sign.end()
    return None
