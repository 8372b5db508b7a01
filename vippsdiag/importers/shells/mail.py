"""What mail programs, chats and web pages do to a command, undone line for line."""

import re
from collections.abc import Iterator
from html import unescape
from itertools import groupby
from urllib.parse import unquote

# Where the first quote of a command is one of these, the page was copied as markup.
_MARKUP = re.compile(
    r"&(?:quot|apos|#34|#0?39|#x2[27]|[lrsb][sd]?quo|#82\d\d|#x20[0-9a-f]{2});|https?://[^\s&]{0,2000}+&amp;",
    re.IGNORECASE,
)
_ENTITY = re.compile(
    r"&(?:quot|apos|#34|#0?39|#x2[27]|lt|gt|nbsp|#160|amp|[lrsb][sd]?quo|[nm]dash|#82\d\d|#x20[0-9a-f]{2});",
    re.IGNORECASE,
)
# Blanks that do not break, where a person typed ordinary ones.
_BLANK = re.compile("[\xa0\u2000-\u200a\u202f\u205f\u3000]")
_HARD_BLANK = re.compile(
    rf"['\"’”]{_BLANK.pattern}+--?[A-Za-z]|{_BLANK.pattern}\\$|^{_BLANK.pattern}+--?[A-Za-z]",
    re.MULTILINE,
)
# What looks like a quote, where the first quote of a command should be.
_ODD_QUOTE = re.compile(r"(?<=\s)(?:[´′]|[«»″])(?=\S)")
_STRAIGHT = str.maketrans("´′«»″", '\'\'"""')
# What has no width does no harm inside a value, where it is a cause; here it does.
_HIDDEN = re.compile(
    "(?<=\\s)[\u200b-\u200d\u2060\ufeff\u00ad]+(?=[-–—])"
    "|(?<![\u200b-\u200d\u2060\ufeff\u00ad])[\u200b-\u200d\u2060\ufeff\u00ad]++"
    "(?=https?://)"
    "|(?<=['\"’”])[\u200b-\u200d\u2060\ufeff\u00ad]+(?=\\s|$)|<br ?/?>$|\\{noformat\\}",
    re.MULTILINE,
)
# Programs write an address again, as a link.
_LINKS = (
    re.compile(r"<a\s[^<>\n]{0,500}>(https?://[^<>\s]{1,500})</a>", re.IGNORECASE),
    re.compile(r"\[(https?://[^\[\]\s]{1,500})\]\(https?://[^()\s]{1,500}\)"),
    re.compile(r"\[(https?://[^\[\]\s|]{1,500})\|https?://[^\[\]\s]{1,500}\]"),
    re.compile(r"(https?://[^<>\s]{1,500})<https?://[^<>\s]{1,500}>"),
    re.compile(r"(?<=[\s\"'“”„‘’«»])<(https?://[^<>|\s]{1,500})(?:\|[^<>\s]{0,500})?>"),
    re.compile(
        r"https://[\w.-]{1,60}\.safelinks\.protection\.outlook\.com/"
        r"\?url=(?P<quoted>[^&\s\"'<>]{1,500})[^\s\"'<>]{0,500}"
    ),
)
# Marks of text that is to be bold or slanted, around a whole command.
_MARKED = re.compile(
    r"^(?P<before>[ \t]*)(?P<mark>[*_]{1,3})(?P<command>curl[ ][^\n]{1,5000}?)(?P=mark)"
    r"(?=[ \t]*$)",
    re.IGNORECASE | re.MULTILINE,
)
_HEAD = re.compile(r"\bcurl\b[^'\"\n]*", re.IGNORECASE)
# Some programs put the initials of the writer before the sign.
_QUOTED_LINE = re.compile(r"^[ \t]*(?:[A-ZÆØÅÄÖ]{1,3})?>|^More\? ", re.MULTILINE)
_QUOTED = re.compile(r"[ \t]*(?:(?:[A-ZÆØÅÄÖ]{1,3})?>[ \t]?)+|More\? ")
_COMMAND = re.compile(r"\b(?:curl|wget|https?|irm|iwr|Invoke-\w+)\b", re.IGNORECASE)
_GOES_ON = re.compile(r"\bcurl\b|[\\^`][ \t]*$|^[ \t]*PS\b[^\n>]*>", re.IGNORECASE)
_REDIRECTED = re.compile(r"[ \t]*>{1,2}[ \t]*(?!https?:|@)[\w./$-]*\w[ \t]*(?:2>\S+)?$")
_DASHES = re.compile(r"[–—‒―−‐‑]{1,2}(?=[A-Za-z])([\w-]*)")


def restored(text: str) -> str:
    """Return a text as it was before it was mailed; its lines stay the same lines."""
    text = _line_ends(text).removeprefix("\ufeff")
    heads = "\n".join(_HEAD.findall(text))
    if _MARKUP.search(heads):
        text = _ENTITY.sub(lambda match: unescape(match[0]), text)
        heads = "\n".join(_HEAD.findall(text))
    if _BLANK.search(heads) or _HARD_BLANK.search(text):
        text = _BLANK.sub(" ", text)
    if _ODD_QUOTE.search(heads):
        text = text.translate(_STRAIGHT)
    if heads:
        text = _MARKED.sub(r"\g<before>\g<command>", text)
        text = _HIDDEN.sub("", text)
        for pattern in _LINKS if "://" in text else ():
            text = pattern.sub(_linked, text)
    if _QUOTED_LINE.search(text):
        text = "\n".join(_answered(text.split("\n")))
    return text


def _linked(match: re.Match[str]) -> str:
    """Return the address that a program made a link of."""
    return unquote(match[1]) if "quoted" in match.re.groupindex else match[1]


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
