"""What mail programs, chats and web pages do to a command, undone line for line."""

import re
from collections.abc import Iterator
from itertools import groupby

# Where the first quote of a command is one of these, the page was copied as markup.
_MARKUP = re.compile(r"&(?:quot|apos|#0?39|#x27);|https?://[^\s&]*&amp;")
_ENTITY = re.compile(r"&(quot|apos|#0?39|#x27|lt|gt|nbsp|#160|amp);")
_ENTITIES = {
    "quot": '"',
    "apos": "'",
    "#39": "'",
    "#039": "'",
    "#x27": "'",
    "lt": "<",
    "gt": ">",
    "nbsp": " ",
    "#160": " ",
    "amp": "&",
}
# Blanks that do not break, where a person typed ordinary ones.
_HARD_BLANK = re.compile(
    r"['\"’”][\xa0\u202f]+--?[A-Za-z]|[\xa0\u202f]\\$|^[\xa0\u202f]+--?[A-Za-z]",
    re.MULTILINE,
)
_HEAD = re.compile(r"\bcurl\b[^'\"\n]*", re.IGNORECASE)
_QUOTED_LINE = re.compile(r"^[ \t]*>|^More\? ", re.MULTILINE)
_QUOTED = re.compile(r"[ \t]*(?:>[ \t]?)+|More\? ")
_COMMAND = re.compile(r"\b(?:curl|wget|https?|irm|iwr|Invoke-\w+)\b", re.IGNORECASE)
_GOES_ON = re.compile(r"\bcurl\b|[\\^`][ \t]*$", re.IGNORECASE)
_REDIRECTED = re.compile(r"[ \t]*>{1,2}[ \t]*(?!https?:|@)[\w./$-]*\w[ \t]*(?:2>\S+)?$")
_DASHES = re.compile(r"[–—‒―−‐‑]{1,2}(?=[A-Za-z])([\w-]*)")


def restored(text: str) -> str:
    """Return a text as it was before it was mailed; its lines stay the same lines."""
    text = _line_ends(text).removeprefix("\ufeff")
    heads = "\n".join(_HEAD.findall(text))
    if _MARKUP.search(heads):
        text = _ENTITY.sub(lambda match: _ENTITIES[match[1]], text)
    if "\xa0" in heads or "\u202f" in heads or _HARD_BLANK.search(text):
        text = text.replace("\xa0", " ").replace("\u202f", " ")
    if _QUOTED_LINE.search(text):
        text = "\n".join(_answered(text.split("\n")))
    return text


def _line_ends(text: str) -> str:
    """Return a text with plain line ends, if its own are all of another kind."""
    ends = text.count("\n")
    if ends == 0:
        return text.replace("\r", "\n")
    # Among plain ones, the others are a part of what is between quotes.
    return text.replace("\r\n", "\n") if text.count("\r\n") == ends else text


def option(word: str) -> str:
    """Return an option with the dashes that were typed.

    Two of them were often made one long one.
    """
    match = _DASHES.match(word)
    if match is None:
        return word
    name = match[1]
    long = len(name) > 2 and name[1:].replace("-", "").islower()
    return ("--" if long else "-") + word[match.start(1) :]


def _answered(lines: list[str]) -> Iterator[str]:
    """Yield lines without what a mail program puts before the lines it answers.

    A shell prints the same where it waits for the rest of a command. Elsewhere it may
    be a part of what somebody wrote.
    """
    before = ""
    for quoted, group in groupby(lines, key=lambda line: bool(_QUOTED.match(line))):
        run = list(group)
        strip = quoted and (_GOES_ON.search(before) or any(map(_COMMAND.search, run)))
        yield from map(_unquoted, run) if strip else run
        before = run[-1]


def _unquoted(line: str) -> str:
    match = _QUOTED.match(line)
    return line if match is None or _REDIRECTED.match(line) else line[match.end() :]
