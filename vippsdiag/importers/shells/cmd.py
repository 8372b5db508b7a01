"""The words of a command, as Windows' command prompt and its programs see them.

First the prompt takes its carets away, then the program splits what it was given.
Single quotes are ordinary signs here.
"""

import re
from itertools import islice

from vippsdiag.importers.shells.shell import MOST_PIECES, OPTION_LINE, Line

_CMD_PIECE = re.compile(
    r"(?P<plain>[^\"^&|\n<>“”„]+)"
    r"|(?P<escaped>\^(?:[ \t]*\n(?P<more>\n?)|(?P<sign>.)|$))"
    r"|(?P<smart>[“”„])|(?P<quote>\"[^\"\n]*(?:\"|(?=\n)|$))|(?P<redirection>>[ ]*\S+)"
    r"|(?P<sign_left><)"
)
# Some browsers put carets before everything, also between quotes.
_CARETS = '^\\^"'
# "set NAME=value", also in quotes, and where the value stands that it had then.
_SET = re.compile(
    r"^[ \t]*+(?:[A-Za-z]:\\[^\n>]*>[ \t]*+)?@?set[ \t]+"
    r"(?:\"(?P<name>\w+)=(?P<value>[^\"\n]*)\"|(?P<bare_name>\w+)=(?P<bare>[^\n&|]*))",
    re.IGNORECASE | re.MULTILINE,
)
_VARIABLE = re.compile(r"%%|%(\w+)%")
_PROMPT = re.compile(r"[ \t]*[A-Za-z]:\\[^\n>]*>")
_CMD_WORD = re.compile(r"[^\s\"\\]+|\\+|\"|\s+")


def read_cmd(text: str, start: int) -> Line:
    """Read one command of Windows' command prompt from a place in a text."""
    parts, end = _cmd_parts(text, start)
    words = _cmd_words(_filled_in("".join(parts), text, start))
    return Line(words=words, end=end, pieces=len(parts) + len(words))


def _cmd_parts(text: str, start: int) -> tuple[list[str], int]:
    """Return the pieces of a command without its carets, and the place behind it."""
    parts: list[str] = []
    place = start
    carets = _CARETS in text[start : start + 5000]
    while place < len(text) and len(parts) < MOST_PIECES:
        match = _CMD_PIECE.match(text, place)
        if carets and text[place] == '"':
            parts.append('"')
            place += 1
        elif match:
            parts.append(_cmd_piece(match))
            place = match.end()
        elif text[place] == "\n" and OPTION_LINE.match(text, place + 1):
            parts.append(" ")
            place += 1
        else:
            break
    return parts, place


def _filled_in(command: str, text: str, start: int) -> str:
    """Return a command with the values of the variables that are set above it."""
    known = {
        (one["name"] or one["bare_name"]).lower(): one["value"] or one["bare"] or ""
        for one in islice(_SET.finditer(text, 0, start), MOST_PIECES)
    }
    # In a batch file a percent sign is written twice; typed at the prompt it is not.
    typed = _PROMPT.match(text, text.rfind("\n", 0, start) + 1, start)
    percent = "%%" if typed else "%"

    def filled(match: re.Match[str]) -> str:
        return known.get(match[1].lower(), match[0]) if match[1] else percent

    return _VARIABLE.sub(filled, command)


def _cmd_piece(match: re.Match[str]) -> str:
    if match["smart"]:
        return '"'
    if match["redirection"]:
        return " "
    if match["escaped"] is not None:
        # A caret takes the line end away, and saves the sign behind it.
        return match["sign"] or match["more"] or ""
    return match[0]


def _cmd_words(line: str) -> list[str]:
    """Split a command line as Windows programs do."""
    words: list[str] = []
    parts: list[str] | None = None
    quoted, place = False, 0
    while len(words) < MOST_PIECES and (match := _CMD_WORD.match(line, place)):
        piece, place = match[0], match.end()
        if piece[0].isspace() and not quoted:
            words += [] if parts is None else ["".join(parts)]
            parts = None
            continue
        parts = [] if parts is None else parts
        if piece[0] == "\\" and line[place : place + 1] == '"':
            # Before a quote, two of them are one, and an odd one saves the quote.
            odd = len(piece) % 2
            parts.append("\\" * (len(piece) // 2) + '"' * odd)
            place += odd
        elif piece == '"':
            if quoted and line[place : place + 1] == '"':
                parts.append('"')
                place += 1
            else:
                quoted = not quoted
        else:
            parts.append(piece)
    return words if parts is None else [*words, "".join(parts)]
