"""What mail programs, chats and web pages do to a command, undone line for line."""

import re

# Wherever one of these stands, the page was copied as markup.
_MARKUP = re.compile(r"&(?:quot|apos|#0?39|#x27);|https?://[^\s'\"<>]*&amp;")
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
    r"(?:\bcurl(?:\.exe)?|[\"'“”‘’:\\])[\xa0\u202f]|[\xa0\u202f](?:-{1,2}[A-Za-z]|http)",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[ \t]*(?:>[ \t]?)+")
_REDIRECTED = re.compile(r"[ \t]*>{1,2}[ \t]*(?!https?:|@)[\w./$-]*\w[ \t]*(?:2>\S+)?$")
_DASHES = re.compile(r"(?<=\s)[–—‒―−‐‑]{1,2}(?=[A-Za-z])([\w-]*)")
# What a shell prints where it waits for the rest of a command.
_MORE = re.compile(r"More\? ")


def restored(text: str) -> str:
    """Return a text as it was before it was mailed; its lines stay the same lines."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    if _MARKUP.search(text):
        text = _ENTITY.sub(lambda match: _ENTITIES[match[1]], text)
    if _HARD_BLANK.search(text):
        text = text.replace("\xa0", " ").replace("\u202f", " ")
    text = _DASHES.sub(_dashes, text)
    return "\n".join(map(_unquoted, text.split("\n")))


def _dashes(match: re.Match[str]) -> str:
    """Return the dashes of an option; two of them were often made one long one."""
    name = match[1]
    long = len(name) > 2 and name[1:].replace("-", "").islower()
    return ("--" if long else "-") + name


def _unquoted(line: str) -> str:
    """Return a line without what a mail program puts before a line it answers."""
    if line.startswith("More? "):
        return _MORE.sub("", line)
    match = _QUOTED.match(line)
    if match is None or _REDIRECTED.match(line):
        return line
    return line[match.end() :]
