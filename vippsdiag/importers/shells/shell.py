"""The words of a command, as a POSIX shell sees them.

Typographic quotes are quotes, and a line that begins with an option goes on with the
command above it. A command that makes no sense by the shell's rules can be read
leniently: a quote that nobody closed ends where its line or its JSON does. Variables
and substitutions stay as written.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from vippsdiag.importers.shells.ansi import unescaped_ansi
from vippsdiag.importers.shells.heredoc import HERE, document_below
from vippsdiag.importers.shells.parameters import PARAMETER, parameter
from vippsdiag.importers.shells.quotes import CLOSING, typographic

# Where one of these begins a line, it belongs to the command above.
OPTION_LINE = re.compile(
    r"[ \t]*(?:[-–—‒―−‐‑][A-Za-z#](?=[ \t'\"“‘\w]|$)"
    r"|(?:--|[–—‒―−])[a-z][\w-]+(?=[= \t]|$))",
    re.MULTILINE,
)
ADDRESS_LINE = re.compile(r"[ \t]*[\"'“‘]?https?://")
_OPTION_BELOW = re.compile(
    r"(?:(?<![ \t])[ \t]++)?(?:[\\^`][ \t]*+)?\n[ \t]*+"
    r"(?=-[HXduFAbeGkILsSiv][ \t]*['\"\n]?[\w'\"{]"
    r"|--(?:header|request|data|url|location|json|form|user|silent|insecure)\b)"
)
# What stands before a quote that opens the next value, not closes this one.
_OPTION_BEFORE = re.compile(r"[ \t]+(?:-[A-Za-z]|--[a-z][\w-]+)[ \t=]*$")
_BODY = re.compile(
    r"(?:-[a-zA-Z]*[dF]|--(?:data|json|form)[\w-]*|(?:post|body)-data)=?(?:@-)?$"
)
_ANSWER = re.compile(r"\n[ \t]*(?:[{\[<]|HTTP/|\n)")

_PLAIN = re.compile(r"[^\s\\'\"$`“”„‟‘’‚;&|<>()]+")
_BLANKS = re.compile(r"[ \t\xa0\f\v]+")
_CONTINUED = re.compile(r"\\[ \t\xa0]*\n")
# In Markdown, not in a shell.
_TICKED = re.compile(r"`(https?://[^\s`]+|[\w-]{1,60}:[ ][^`\n]{1,4000})`")
_EMPTY_LINES = re.compile(r"(?:[ \t]*\n){1,2}")
# Options whose value a mail may have put on the next line.
_WAITING = frozenset("-H -d -X --header --data --request --url".split())
_VALUE = re.compile(r"['\"“‘ ]|[A-Z]{3,7}[ \t\n]")
_REDIRECTION = re.compile(r"(?:&>>?|>>?&?|<)[ \t]*(?:&?\d\b|[\w./~$-]+)")
_PLACEHOLDER = re.compile(r"<[\w .:-]+>")
# A substitution between quotes may have quotes of its own, and a here-document lines.
_CAT = (
    r"\$\([ ]?cat[ ]?<<-?[ ]?['\"]?(?P<cat>\w{1,40})['\"]?\n"
    r"(?:(?![ \t]*(?P=cat)\s)[^\n]*+\n){0,500}[ \t]*(?P=cat)\s*\)"
)
_KEPT = re.compile(
    rf"{_CAT}|\$\((?:[^()\n]|\([^()\n]{{0,999}}+\)){{0,999}}+\)"
    r"|\$\{[^}\n]{0,999}+\}|\$|`[^`\n]{0,4000}+`",
    re.DOTALL,
)
_SUBSTITUTION = r"\$\((?:[^()\n]|\([^()\n]{0,300}\)){0,300}\)"
_DOUBLE = re.compile(rf'(?:[^"\\$]|\\.|{_CAT}|{_SUBSTITUTION}|\$)*+', re.DOTALL)
_EXPANDED = rf"\\\n|{PARAMETER}|(?P<command>{_CAT}|{_SUBSTITUTION}|`[^`\n]*`)"
_IN_DOUBLE = re.compile(rf"\\(?P<sign>[\\\"$`])|{_EXPANDED}")
# In a here-document, quotes are ordinary signs.
_IN_DOCUMENT = re.compile(rf"\\(?P<sign>[\\$`])|{_EXPANDED}")
_NAMED = re.compile(PARAMETER)
_SINGLE_ANSI = re.compile(r"(?:[^'\\]|\\.)*+", re.DOTALL)
# A command of more pieces was written by a machine; its beginning is read.
MOST_PIECES = 5000
# Variables that hold variables grow each time.
_ROOM = 200_000
# Where one of these stands unquoted among the words of a command, another one begins.
NAMES = frozenset({"curl", "curl.exe", "wget"})


@dataclass(slots=True)
class Line:
    """One command taken apart.

    Attributes:
        words: the command's name and its arguments.
        end: the place in the text behind it.
        broken: whether a quote is not closed.
        pieces: how many pieces were read, to know when it is enough.
        stdin: what a here-document feeds it; None if there is none.
    """

    words: list[str] = field(default_factory=list, repr=False)
    end: int = 0
    broken: bool = False
    pieces: int = 0
    stdin: str | None = field(default=None, repr=False)


Printed = Callable[[str, Mapping[str, str]], str | None]


class Posix:
    """Reads one command of a POSIX shell from a place in a text.

    Args:
        text: what was pasted, restored.
        start: where the command's name begins.
        known: the variables that are assigned above.
        lenient: whether quotes may end where they were meant to.
        printed: says what the commands in a substitution print, if that is known.
    """

    def __init__(
        self,
        text: str,
        start: int,
        known: Mapping[str, str],
        *,
        lenient: bool = False,
        printed: Printed = lambda *_: None,
    ) -> None:
        self.text, self.place, self.known = text, start, known
        self.printed = printed
        self.lenient = lenient
        self.line = Line()
        self.parts: list[str] | None = None
        self.here: re.Match[str] | None = None
        # Whether the next word is fed to the command.
        self.told = False
        # How many characters variables may still bring.
        self.room = _ROOM
        # Whether one word is read, whatever is in it.
        self.single = False
        # Whether the line ended with a comment, behind which no command goes on.
        self.commented = False
        # In backticks the command ends with them.
        self.ticked = text[start - 1 : start] == "`"
        self.quoted = False
        # Whether typographic quotes do not come in pairs.
        self.flat = False
        # Whether the word in hand is a body, which may have lines.
        self.body = False

    def read(self) -> Line:
        """Return the command."""
        while not self.line.broken and self.place < len(self.text) and self._step():
            self.line.pieces += 1
            if self.line.pieces > MOST_PIECES:
                break
        self._finish()
        if self.here:
            self._here_document(self.here)
        self.line.end = self.place
        return self.line

    def word(self) -> str | None:
        """Return the one word that begins here; None if a quote is not closed."""
        self.parts, self.single = [], True
        while self.place < len(self.text) and not self.line.broken:
            self.line.pieces += 1
            ended = self.text[self.place] in " \t\n;&|<>()"
            if ended or self.line.pieces > MOST_PIECES or not self._step():
                break
        return None if self.line.broken else "".join(self.parts or [])

    def _finish(self) -> bool:
        """End a word; False if it is the name of another command."""
        if self.parts is None:
            return True
        word, self.parts = "".join(self.parts), None
        if self.told:
            self.line.stdin, self.told = word + "\n", False
            return True
        if self.line.words and not self.quoted and word.lower() in NAMES:
            self.place -= len(word)
            return False
        self.line.words.append(word)
        self.quoted = False
        return True

    def _add(self, text: str, end: int) -> bool:
        self.parts = self.parts or []
        self.parts.append(text)
        self.place = end
        return True

    def _step(self) -> bool:  # noqa: PLR0911 - one for each kind of piece
        """Read one piece; False at the end of the command."""
        if plain := _PLAIN.match(self.text, self.place):
            if plain[0][0] == "#" and self.parts is None:
                self.place = self._line_end(self.place)
                self.commented = True
                return True
            return self._add(plain[0], plain.end())
        character = self.text[self.place]
        if blanks := _BLANKS.match(self.text, self.place):
            if not self._finish():
                return False
            self.place = blanks.end()
            return True
        if character == "\n":
            return self._finish() and self._newline()
        if character == "\\":
            return self._backslash()
        if character in "'\"" or character in CLOSING:
            return self._add(*self._quote(character))
        if character in "$`":
            return self._substitution(character)
        return self._sign(character)

    def _line_end(self, place: int) -> int:
        end = self.text.find("\n", place)
        return end if end >= 0 else len(self.text)

    def _newline(self) -> bool:
        """Tell whether the command goes on below, which a mail may have wrapped."""
        if self.here or self.commented or not self.line.words:
            return False
        below = self.place + 1
        addressed = any("://" in word for word in self.line.words[1:])
        waiting = self.line.words[-1] in _WAITING and _VALUE.match(self.text, below)
        goes_on = OPTION_LINE.match(self.text, below) or (
            not addressed and ADDRESS_LINE.match(self.text, below)
        )
        if goes_on or waiting:
            self.place = below
            return True
        return False

    def _backslash(self) -> bool:
        if continued := _CONTINUED.match(self.text, self.place):
            # A blank line shows that the command is over all the same, unless they all
            # have one below.
            end = continued.end()
            below = _EMPTY_LINES.match(self.text, end)
            if below and OPTION_LINE.match(self.text, below.end()):
                end = below.end()
            if self.text[end : end + 1] in {"\n", ""}:
                self.place = end
                return self._finish() and False
            self.place = end
            return True
        following = self.text[self.place + 1 : self.place + 2]
        joined = following == " " and OPTION_LINE.match(self.text, self.place + 1)
        if joined and self.text[self.place - 1] != ":":
            # Its line was joined with the next one; behind a colon a value begins.
            self.place += 1
            return self._finish()
        return self._add(following, self.place + 1 + len(following))

    def _substitution(self, character: str) -> bool:
        if character == "`" and self.ticked:
            return self._finish() and False
        if self.text.startswith("$'", self.place):
            match = _SINGLE_ANSI.match(self.text, self.place + 2)
            end = match.end() if match else self.place + 2
            self.quoted = True
            return self._add(unescaped_ansi(self.text[self.place + 2 : end]), end + 1)
        if self.text.startswith('$"', self.place):
            self.place += 1
            return self._step()
        return self._filled_in()

    def _filled_in(self) -> bool:
        """Read a variable or the commands in a substitution."""
        named = _NAMED.match(self.text, self.place)
        if named and (value := self._value(named)) is not None:
            return self._split(value, named.end())
        if ticked := _TICKED.match(self.text, self.place):
            return self._add(ticked[1], ticked.end())
        kept = _KEPT.match(self.text, self.place)
        if kept is None:
            return self._finish() and False
        return self._add(self._told(kept[0]), kept.end())

    def _value(self, named: re.Match[str]) -> str | None:
        """Return what a variable holds, as long as there is room for it."""
        value = parameter(named, self.known)
        if value is None or len(value) > self.room:
            return None
        self.room -= len(value)
        return value

    def _split(self, value: str, end: int) -> bool:
        """Take the value of a variable that is not quoted: its blanks part words."""
        first, *more = re.split(r"[ \t\n]+", value)
        if self.single:
            return self._add(value, end)
        if first or not more:
            self._add(first, end)
        for word in more[:MOST_PIECES]:
            self._finish()
            if word:
                self._add(word, end)
        self.place = end
        return True

    def _told(self, command: str) -> str:
        """Return what a substitution stands for; as it is written if not known."""
        start = 2 if command.startswith("$(") else 1
        runs = start == 2 or command.startswith("`")
        told = self.printed(command[start:-1].strip(), self.known) if runs else None
        return command if told is None else told.rstrip("\n")

    def _sign(self, character: str) -> bool:
        """Read a sign that means something to the shell."""
        if placeholder := _PLACEHOLDER.match(self.text, self.place):
            return self._add(placeholder[0], placeholder.end())
        if character == "<" and (here := HERE.match(self.text, self.place)):
            self.here, self.place = here, here.end()
            return self._finish()
        if self.text.startswith("<<<", self.place):
            if done := self._finish():
                self.told, self.place = True, self.place + 3
            return done
        if redirection := _REDIRECTION.match(self.text, self.place):
            if self.parts in (["1"], ["2"]):
                self.parts = None
            self.place = redirection.end()
            return self._finish()
        if character == "(" or (character in "<>" and self.parts is not None):
            return self._add(character, self.place + 1)
        return self._finish() and False

    def _here_document(self, here: re.Match[str]) -> None:
        """Read the lines below, up to the mark that ends them."""
        found = document_below(self.text, self.place, here)
        if found is None:
            return
        body, self.place = found
        self.line.stdin = body if here["quote"] else self.document(body)

    def document(self, body: str) -> str:
        """Return a here-document as it is fed to a command."""
        return _IN_DOCUMENT.sub(self._filled, body)

    def _quote(self, opening: str) -> tuple[str, int]:
        """Return what is in quotes, and the place behind them."""
        start = self.place + 1
        before = self.line.words[-1:] if self.parts is None else self.parts
        if not self.quoted:
            self.body = _BODY.search(before[0] if before else "") is not None
        self.quoted, body = True, self.body
        if opening in CLOSING:
            content, end, self.flat = typographic(self.text, start, flat=self.flat)
            return content, end
        if opening == "'":
            end = self.text.find("'", start)
            end = end if end >= 0 else len(self.text)
        else:
            match = _DOUBLE.match(self.text, start)
            end = match.end() if match else start
        content, end = self._closed(start, end, body=body)
        if opening == '"':
            content = _IN_DOUBLE.sub(self._filled, content)
        return content, end

    def _filled(self, match: re.Match[str]) -> str:
        """Return what stands for an escape or a variable between double quotes."""
        if match["command"]:
            return self._told(match["command"])
        if match["braced"] or match["name"]:
            value = self._value(match)
            return match[0] if value is None else value
        return match["sign"] or ""

    def _closed(self, start: int, end: int, *, body: bool) -> tuple[str, int]:
        """Return what is in quotes that close at ``end``, if they are meant to."""
        content = self.text[start:end]
        if not self.lenient:
            self.line.broken = end >= len(self.text)
            return content, end + 1
        if below := _OPTION_BELOW.search(self.text, start, end + 3):
            end = self.text.index("\n", below.start())
            return self.text[start : below.start()], end
        if before := _OPTION_BEFORE.search(content[-80:]):
            cut = max(len(content) - 80, 0) + before.start()
            return content[:cut].rstrip("\"'"), start + cut
        if end < len(self.text) and (body or self._spans(content, end)):
            return content, end + 1
        return self._unclosed(start, body=body)

    def _spans(self, content: str, end: int) -> bool:
        """Tell whether a value that is no body can be meant to have these lines."""
        if "\n" not in content:
            return True
        follows = self.text[end + 1 : end + 2]
        near = content.count("\n") <= 3 and not _ANSWER.search(content)
        return near and follows in {"", " ", "\t", "\n", "\\", ";", "|", ")", "&"}

    def _unclosed(self, start: int, *, body: bool) -> tuple[str, int]:
        """Return what a quote that nobody closed was meant to hold."""
        head = self.text[start : start + 20_000]
        if body and head.lstrip()[:1] in {"{", "["}:
            blank = len(head) - len(head.lstrip())
            try:
                size = json.JSONDecoder(strict=False).raw_decode(head, blank)[1]
            except (ValueError, RecursionError):
                size = len(head.split("\n\n")[0].rstrip())
            return head[:size], start + size
        end = self._line_end(start)
        content = self.text[start:end].rstrip(" \t")
        if content.endswith("\\"):
            return content[:-1].rstrip(" \t"), start + len(content) - 1
        return content, end
