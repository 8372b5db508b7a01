"""The variables in the words of a POSIX shell: ``$NAME``, ``${NAME:-default}``."""

import re
from collections.abc import Mapping

# A default may name another variable.
PARAMETER = (
    r"\$(?:\{(?P<size>#?)(?P<braced>\w+)(?P<how>(?:[^{}\n]|\{[^{}\n]{0,99}+\}){0,400}+)\}"
    r"|(?P<name>[A-Za-z_]\w*))"
)
_PARAMETER = re.compile(PARAMETER)
_HOW = re.compile(r"(?P<sign>:?[-=?+]|%%?|##?|\^\^?|,,?)(?P<word>.*)", re.DOTALL)
_PART = re.compile(r":[ ]?(?P<start>-?\d{1,6})(?::(?P<count>\d{1,6}))?")
_QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_GLOB = re.compile(r"[*?\[\\]")
# What is filled in within what was filled in grows each time.
_LONGEST = 100_000


def parameter(match: re.Match[str], known: Mapping[str, str]) -> str | None:
    """Return what stands for a variable; None if that is not known.

    A default counts where the text does not set the variable.

    Args:
        match: of `PARAMETER`.
        known: the variables that are set.
    """
    value = known.get(match["name"] or match["braced"])
    if match["size"]:
        return None if value is None or match["how"] else str(len(value))
    if not match["how"]:
        return value
    if part := _PART.fullmatch(match["how"]):
        return None if value is None else _cut(value, part)
    how = _HOW.fullmatch(match["how"])
    return _changed(how["sign"], how["word"], value, known) if how else None


def _changed(
    sign: str, word: str, value: str | None, known: Mapping[str, str]
) -> str | None:
    """Return what an operator makes of a variable."""
    present = value is not None and (bool(value) or sign[0] != ":")
    if sign[-1] in "-=":
        return value if present else _word(word, known)
    if sign[-1] == "+":
        return _word(word, known) if present else ""
    if value is None or sign[-1] == "?":
        return value
    if sign[0] in "^," and not word:
        change = str.upper if sign[0] == "^" else str.lower
        return change(value) if len(sign) == 2 else change(value[:1]) + value[1:]
    if _GLOB.search(word):
        return None
    ending = _word(word, known)
    return value.removesuffix(ending) if sign[0] == "%" else value.removeprefix(ending)


def _word(word: str, known: Mapping[str, str]) -> str:
    """Return the word behind an operator without its quotes, filled in once."""
    plain = _QUOTED.sub(lambda one: one[1] if one[1] is not None else one[2], word)
    return _PARAMETER.sub(
        lambda one: known.get(one["name"] or one["braced"], one[0]), plain
    )[:_LONGEST]


def _cut(value: str, part: re.Match[str]) -> str:
    start = int(part["start"])
    count = part["count"]
    end = None if count is None else (start % max(len(value), 1)) + int(count)
    return value[start:end]
