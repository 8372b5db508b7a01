"""Here-documents: the lines below a command that a shell feeds to it."""

import re

HERE = re.compile(
    r"<<(?P<dash>-?)[ \t]*(?P<quote>['\"\\]?)(?P<mark>\w+)(?:(?<!\\)['\"])?"
)
# A here-document is short, and few of its lines hold the mark that ends it.
_LONGEST = 100_000
_MOST_MARKS = 100
_TABS = re.compile(r"^\t+", re.MULTILINE)


def document_below(
    text: str, place: int, here: re.Match[str]
) -> tuple[str, int] | None:
    """Return the lines below a place, up to the mark that ends them, and their end.

    Args:
        text: with the command.
        place: on the line of the command; the document begins on the next one.
        here: the match of `HERE`, which says what ends the document.

    Returns:
        None if nothing ends it.
    """
    start = mark = _line_end(text, place) + 1
    for _ in range(_MOST_MARKS):
        mark = text.find(here["mark"], mark, start + _LONGEST)
        if mark < 0:
            return None
        first = text.rfind("\n", 0, mark) + 1
        mark = _line_end(text, mark)
        if text[first:mark].strip() == here["mark"]:
            body = text[start:first]
            return (_TABS.sub("", body) if here["dash"] else body), mark
    return None


def _line_end(text: str, place: int) -> int:
    end = text.find("\n", place)
    return end if end >= 0 else len(text)
