"""The words of a program that PowerShell starts, such as ``curl.exe``."""

from typing import Any

from vippsdiag.importers.shells.powershell import (
    BARE,
    ESCAPED,
    LONGEST,
    VARIABLE,
    Parser,
    text_of,
)
from vippsdiag.importers.shells.shell import MOST_PIECES, Line


def read_program(text: str, start: int, variables: dict[str, Any]) -> Line:
    """Read the words of a program that PowerShell starts, such as ``curl.exe``."""
    parser = Parser(text, start, variables)
    words = []
    while parser.left > 0 and not parser.ended():
        before = parser.place
        parts: list[str] = []
        while parser.place < len(text) and not text[parser.place].isspace():
            parser.left -= 1
            if parser.at(*"'‘’‚\"“”„"):
                # Before version 7.3, quotes inside had to be escaped once more.
                parts.append(parser.string().replace('\\"', '"'))
            elif parser.left < 0 or parser.at(";", "|", ")", "}"):
                break
            elif variable := VARIABLE.match(text, parser.place):
                parser.place = variable.end()
                parts.append(text_of(parser.looked_up(variable)))
            elif bare := BARE.match(text, parser.place):
                parts.append(ESCAPED.sub(r"\1", bare[0][:LONGEST]))
                parser.place = bare.end()
            elif parser.at("`\n"):
                break
            else:
                parts.append(text[parser.place])
                parser.place += 1
        words.append("".join(parts))
        if parser.place == before:
            break
    pieces = MOST_PIECES - parser.left
    return Line(words=words, end=parser.place, pieces=pieces)
