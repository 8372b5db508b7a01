"""What a program does only if something is so: where each such part of it ends.

Parts are told by their braces; where there are none, by how far the lines are indented.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import islice

# So many are no program that a person wrote.
_MOST = 500
# A longer condition was not written by a person.
_LONGEST_CONDITION = 500
_QUIET = (
    r"(?P<quiet>//[^\n]*|#(?![{\[]|(?:if|el\w{2,4})\b)[^\n]*|/\*(?:[^*]|\*(?!/))*+(?:\*/)?"
    r"|(?<![\w\\])(?:\"\"\"(?:[^\"]|\"(?!\"\"))*+\"\"\""
    r"|\"(?:[^\"\\\n]|\\.)*+\"|'(?:[^'\\\n]|\\.)*+'))"
)
_PIECE = re.compile(
    rf"{_QUIET}|(?P<opened>[({{])|(?P<closed>[)}}])"
    r"|(?:^|(?<=[;{}:#])|(?<=\belse))[ \t]*+"
    r"(?P<word>(?:if|elif|elsif|elseif|else|unless)\b)",
    re.MULTILINE,
)
_SIGN = re.compile(rf"{_QUIET}|(?P<sign>[({{:\n])")
_LINE = re.compile(r"^(?P<indent>[ \t]*)(?=\S)", re.MULTILINE)
# A line ends, or a colon stands at its end; a brace may stand below.
_ENDS_CONDITION = re.compile(r"(?::[ \t]*(?:(?:#|//)[^\n]*)?)?(?:\n(?!\s*+\{)|\Z)")
# What is done stands right behind its condition: ``if (a) b = 'c';``.
_AT_ONCE = re.compile(
    r"[ \t]*(?!(?:and|as|if|in|is|not|or|then)\b)[$@A-Za-z_][^\n;]*;?"
)
# What is left out by a compiler, not when the program runs.
_COMPILED_END = re.compile(r"^[ \t]*#(?:el|endif)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Branch:
    """A part of a program that is done only if something is so."""

    start: int
    end: int
    around: "Branch | None"


class Branches:
    """The parts of a program that may be left out.

    Args:
        text: the source.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._closing: dict[int, int] = {}
        words = self._read()
        self._deeper = _deeper(text) if words else {}
        self._found: list[Branch] = []
        for word in islice(words, _MOST):
            end = self._end(word)
            around = self._found[-1] if self._found else None
            while around and around.end <= word.start("word"):
                around = around.around
            self._found.append(Branch(word.start("word"), end, around))
        self._starts = [one.start for one in self._found]

    def end(self, place: int, before: int) -> int | None:
        """Return where the innermost part ends that has a place and not another.

        Args:
            place: the place in the text that is in it.
            before: the place that is not.
        """
        at = bisect_right(self._starts, place) - 1
        one = self._found[at] if at >= 0 else None
        while one and one.end <= place:
            one = one.around
        return one.end if one and not one.start <= before else None

    def _read(self) -> list[re.Match[str]]:
        """Return the words that begin a part; where each bracket closes is noted."""
        words: list[re.Match[str]] = []
        opened: list[int] = []
        for piece in _PIECE.finditer(self._text):
            if piece["word"]:
                words.append(piece)
            elif piece["opened"]:
                opened.append(piece.start())
            elif piece["closed"] and opened:
                self._closing[opened.pop()] = piece.end()
        return words

    def _end(self, word: re.Match[str]) -> int:
        """Return where the part ends that a word begins."""
        place, last = word.end(), word.end() + _LONGEST_CONDITION
        if self._text[word.start("word") - 1 : word.start("word")] == "#":
            end = _COMPILED_END.search(self._text, place)
            return end.start() if end else place
        if word["word"] == "else" and (done := _AT_ONCE.match(self._text, place)):
            return done.end()
        while sign := _SIGN.search(self._text, place, last):
            place = sign.end()
            if sign["sign"] == "{":
                return self._closing.get(sign.start(), len(self._text))
            if sign["sign"] == "(":
                place = self._closing.get(sign.start(), place)
                if done := _AT_ONCE.match(self._text, place):
                    return done.end()
            elif _ENDS_CONDITION.match(self._text, sign.start()):
                break
        return self._indented(word.start("word"), place)

    def _indented(self, start: int, place: int) -> int:
        """Return where the lines end that are indented more than one."""
        line = self._text.rfind("\n", 0, start) + 1
        return max(place, self._deeper.get(line, place))


def _deeper(text: str) -> dict[int, int]:
    """Return for each line where those end that are indented more, right below it."""
    found: dict[int, int] = {}
    open_lines: list[tuple[int, int]] = []
    for line in _LINE.finditer(text):
        indent = len(line["indent"].expandtabs())
        while open_lines and open_lines[-1][1] >= indent:
            found[open_lines.pop()[0]] = line.start()
        open_lines.append((line.start(), indent))
    return found | dict.fromkeys((start for start, _ in open_lines), len(text))
