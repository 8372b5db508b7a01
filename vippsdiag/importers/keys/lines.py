"""Lines of any make taken apart into names and values.

One reader for labels, assignments, YAML, PHP, INI and prose: people paste them mixed.
Only quotes of the syntax are taken off; whatever else is wrong in a value stays in it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from vippsdiag.importers.keys.marked import all_marked, next_marked
from vippsdiag.importers.keys.names import (
    NO_HEADING,
    Heading,
    names_webhook_secret,
    read_heading,
    understand,
)
from vippsdiag.importers.keys.pieces import Piece, Pieces
from vippsdiag.importers.keys.values import (
    bare_value,
    is_said,
    read_value,
    said_value,
    stands_alone,
    telling,
)

# Longer lines are minified code or data, never something that a person wrote.
LONGEST_LINE = 8_000
# A line with more names is data too.
MOST_MARKS = 100
# Below so many lines nobody keeps keys; the rest is named and not read.
MOST_LINES = 5_000
MOST_CHARACTERS = 150_000

_COMMENT = re.compile(r"\s*(?:#(?![{])|//|;|/\*+|<!--|REM\s|--\s)\s*", re.IGNORECASE)
_STAR = re.compile(r"\s*\*+(?!/)\s*")
_COMMENT_END = re.compile(r"(?:(?<!\s)\s++)?(?:\*/|-->)\s*+$")
_SECTION = re.compile(r"\s*\[+\s*(\w[\w .:/\-\"']*+)\s*+\]+\s*$")
_OPENING = re.compile(
    r"(?P<indent>\s*)(?:-\s+)?(?:(?:export\s+)?(?:const|let|var|final|static|val)\s+)?"
    r"[\"']?(?P<name>[@$]?[\w.\-]+(?: [\w.\-]+)?)[\"']?\s*"
    r"(?:(?:=>|[:=])\s*)?(?:[{\[(]|@\{|array\s*\(|new\s+\w+\s*[({])\s*$"
    r"|(?P<yaml_indent>\s*)(?:-\s+)?[\"']?(?P<yaml>[\w.\-]+)[\"']?\s*:\s*$",
    re.IGNORECASE,
)
_CLOSING = re.compile(r"\s*[)\]}]+[;,]?\s*$")
_COMMAND = re.compile(
    r"\s*(?:\$\s+)?(?:curl|curl\.exe|wget|http|https|Invoke-\w+)\s|\s*(?:-H|--header)\b",
    re.IGNORECASE,
)
_CALL = re.compile(
    r"\b(?:define|setx|putenv|secrets\s+set|config:set|set)\b\s*+(?:\(\s*+)?"
    r"(?P<quote>[\"']?)(?P<name>[A-Za-z_][\w.:\-]*)(?P=quote)(?:\s*+,\s*+|\s++)"
    r"(?:--body[ =]|-b )?(?=[^\s=])",
    re.IGNORECASE,
)
# What stands between a value and the next name on the same line.
_JOINT = re.compile(r"\s*(?:[,;&|{(\[]|\s(?:and|og|och|ja)\s|\s)\s*[\"'`]?$")
_PLAIN = re.compile(r"[A-Za-z_][\w.:-]{1,60}")
_WIDEST_JOINT = 12
# A name with nothing else on its line.
_LABEL = re.compile(r"[^\d:=|\t,;\"'<>{}]{2,58}\d?")
_NO_NAMES = frozenset("array return module.exports exports dict".split())
# Lines of explanation that may stand between a label and its value.
_MOST_HELP = 3
# The name of a value whose name is not understood.
_NO_NAME = "?"
_COLUMNS = frozenset("field key name navn nimi setting value verdi värde".split())
_BUTTONS = frozenset("copy kopier kopiér kopiera kopioi show vis visa näytä".split())


@dataclass(slots=True)
class _State:
    """Where in the text the reader is."""

    heading: Heading = NO_HEADING
    section: tuple[str, ...] = ()
    stack: list[tuple[int, str]] = field(default_factory=list)
    paragraph: int = 0
    comment: bool = False
    label: str = ""
    label_line: int = 0
    help_lines: list[int] = field(default_factory=list)
    found: list[Piece] = field(default_factory=list)
    prose: list[int] = field(default_factory=list)

    @property
    def sections(self) -> tuple[str, ...]:
        return (*self.section, *(name for _, name in self.stack if name))

    def add(self, name: str, value: str, line: int, *, commented: bool = False) -> None:
        path, group = (*self.sections, name) if name else (), (self.paragraph,)
        self.found.append(Piece(path, value, line, group, self.heading, commented))


def split_lines(text: str) -> list[str]:
    """Split at line ends only; the rarer separators may be part of a value."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def read_lines(text: str) -> Pieces:
    """Take a text apart line by line. Never raises."""
    state = _State()
    left = MOST_CHARACTERS
    for number, line in enumerate(split_lines(text), 1):
        left -= len(line)
        if not line.strip():
            state.paragraph += not state.label
        elif len(line) <= LONGEST_LINE and number <= MOST_LINES and left >= 0:
            _read_line(state, line, number)
        else:
            state.prose.append(number)
    _drop_label(state)
    return Pieces(tuple(_paired(state.found)), tuple(sorted(state.prose)))


def _paired(found: list[Piece]) -> Iterator[Piece]:
    """Join each name that is itself a value with the value below it.

    Kubernetes and others write ``name: X`` and ``value: Y`` on lines of their own.
    """
    pending: Piece | None = None
    for piece in found:
        key = piece.path[-1].lower() if piece.path else ""
        if pending and key == "value" and piece.line - pending.line <= _MOST_HELP:
            path = (*pending.path[:-1], pending.value)
            yield replace(piece, path=path, group=pending.group)
            pending = None
            continue
        if pending:
            yield pending
        pending = piece if key in {"key", "name"} and _is_name(piece.value) else None
        if pending is None:
            yield piece
    if pending:
        yield pending


def _is_name(value: str) -> bool:
    return bool(_PLAIN.fullmatch(value)) and not stands_alone(value)


def _read_line(state: _State, line: str, number: int) -> None:
    indent = len(line) - len(line.lstrip())
    while state.stack and indent <= state.stack[-1][0]:
        state.stack.pop()
        state.paragraph += 1
    for step in (
        _comment,
        _label_value,
        _nothing,
        _structure,
        _values,
        _title,
        _bare,
        _within,
    ):
        if step(state, line, number):
            return
    state.prose.append(number)


def _comment(state: _State, line: str, number: int) -> bool:
    # A star at the beginning goes on with a comment, or else marks a list.
    match = _COMMENT.match(line) or (state.comment and _STAR.match(line))
    if not match or bare_value(line) is not None:
        return False
    state.comment = "*/" not in line and (state.comment or "/*" in match[0])
    inner = _COMMENT_END.sub("", line[match.end() :])
    pairs = [pair for pair in pairs_in(inner) if _is_known(pair[0], state.sections)]
    for name, value in pairs:
        state.add(name, value, number, commented=True)
    if not pairs and "=" not in inner:
        _title(state, inner.strip("#*= -\t"), number)
    return True


def _label_value(state: _State, line: str, number: int) -> bool:
    """Take the line below a label for its value."""
    if not state.label:
        return False
    text = line.strip(" \t")
    if text.lower() in _BUTTONS:
        return True
    plain = len(text.split()) == 1 or bare_value(text) is not None
    other = _is_label(text) or _SECTION.match(line) or _pairs_known(text)
    if not plain and not other and len(state.help_lines) < _MOST_HELP:
        state.help_lines.append(number)
        return True
    if other or not plain:
        _drop_label(state)
        return False
    value, _ = read_value(text)
    state.add(state.label, value, number)
    _end_label(state)
    return True


def _end_label(state: _State) -> None:
    state.label = ""
    state.prose += state.help_lines
    state.help_lines.clear()


def _pairs_known(text: str) -> bool:
    return any(understand((name,)).field for name, _ in pairs_in(text))


def _drop_label(state: _State) -> None:
    """Give a label that has no value below it the empty value."""
    if state.label:
        state.add(state.label, "", state.label_line)
    _end_label(state)


def _is_label(text: str) -> bool:
    name = text.strip("*_-• \t").rstrip(":").strip("*_ \t")
    if not _LABEL.fullmatch(name) or len(name.split()) > 5:
        return False
    return understand((name,)).field is not None and bare_value(text) is None


def _nothing(state: _State, line: str, number: int) -> bool:
    """Pass over what people copy along with the values."""
    del state, number
    text = line.strip().lower()
    if text[:1] == "|" and set(re.findall(r"\w+", text)) <= _COLUMNS:
        return True
    return text in _BUTTONS or text.startswith(("<?php", "<?xml", "---", "..."))


def _structure(state: _State, line: str, number: int) -> bool:
    text = line.strip()
    if _is_label(text) and "=" not in text:
        state.label = text.strip("*_-• \t\"'").rstrip(":").strip("*_ \t\"'")
        state.label_line = number
        return True
    if section := _SECTION.match(line):
        state.section, state.heading = (section[1].rstrip(),), NO_HEADING
        state.stack.clear()
        state.paragraph += 1
        return True
    if opening := _OPENING.match(line):
        indent = opening["indent"] if opening["name"] else opening["yaml_indent"]
        name = opening["name"] or opening["yaml"]
        name = "" if name.lower() in _NO_NAMES else name
        state.stack.append((len(indent), name))
        state.paragraph += 1
        # Where nothing is indented, the section ends at once; the heading stays.
        if heading := read_heading(name):
            state.heading = heading if not indent else state.heading
        return True
    return bool(_CLOSING.match(line)) or not any(map(str.isalnum, text))


def _title(state: _State, line: str, number: int) -> bool:
    del number
    heading = read_heading(line)
    if heading is None:
        return False
    environment = heading.environment or state.heading.environment
    state.heading = replace(heading, environment=environment)
    state.paragraph += 1
    return True


def _values(state: _State, line: str, number: int) -> bool:
    if _COMMAND.match(line):
        return False
    pairs = list(pairs_in(line, state.sections))
    known = [pair for pair in pairs if _is_known(pair[0], state.sections)]
    used = known or pairs[:1]
    for name, value in used:
        state.add(name, value, number)
    if pairs:
        _keep_telling(state, line, number, " ".join(value for _, value in used))
    return bool(pairs)


def _keep_telling(state: _State, line: str, number: int, used: str) -> bool:
    """Keep what can only be a key and has no name that is understood."""
    rest = [value for value in telling(line) if value not in used]
    for value in rest:
        state.add(_NO_NAME, value, number)
    return bool(rest)


def _within(state: _State, line: str, number: int) -> bool:
    # In a sentence only a Base64 value tells; ids of other things have the rest.
    secret = any(value.endswith("=") for value in telling(line))
    plain = secret and not _COMMAND.match(line)
    return plain and _keep_telling(state, line, number, "")


def _bare(state: _State, line: str, number: int) -> bool:
    value = bare_value(line)
    if value is not None:
        state.add("", value, number)
    return value is not None


def pairs_in(line: str, sections: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Yield each name in a line with its value; several only if they are known."""
    if call := _CALL.search(line):
        yield call["name"], read_value(line[call.end() :])[0]
        return
    place, first = 0, True
    for _ in range(MOST_MARKS):
        match = next_marked(line, place)
        if match is None:
            break
        name = _known_tail(match["name"], sections)
        marked = re.search(r"[:=|]", match["mark"])
        if name is None and _is_padding(match):
            place = match.end("mark")
            continue
        if name is None and (not first or not marked or not _at_start(line, match)):
            place = max(match.end("name"), match.start() + 1)
            continue
        rest = line[match.end() : _next_name(line, match.end(), sections)]
        if name and is_said(match["mark"], rest):
            place = match.end()
            for value in said_value(rest):
                yield name, value
                place, first = match.end() + rest.index(value) + len(value), False
            continue
        opened = line[match.start() - 1 : match.start()]
        value, length = read_value(rest, opened=opened if not match["close"] else "")
        yield name or match["name"].strip(), value
        place, first = match.end() + max(length, 0), False
        if name is None:
            place = match.end()
    if first:
        yield from _spaced(line, sections)


def _is_padding(match: re.Match[str]) -> bool:
    """Tell whether a mark is the end of a Base64 value and no mark."""
    text = match["name"].split(" ")[-1] + match["mark"].strip()
    return text.endswith("=") and len(text) % 4 == 0 and stands_alone(text)


def _at_start(line: str, match: re.Match[str]) -> bool:
    before = line[: match.start()].strip(" \t-*•\"'`{[(@$").lower()
    return before in {"", "export", "set", "const", "let", "var", "$env:", "env:"}


def _known_tail(
    name: str, sections: tuple[str, ...], *, after_value: bool = False
) -> str | None:
    """Return the longest end of some words that names a known value.

    No value is part of a name, and after the mark of another name the first word is
    that name's value.
    """
    words = name.strip().split(" ")
    first = max(len(words) - 6, 1 if after_value else 0)
    for start in range(first, len(words)):
        if stands_alone(words[start]):
            first = start + 1
    for start in range(first, len(words)):
        tail = " ".join(words[start:])
        if tail and _is_known(tail, sections):
            # What is called a secret may be the one that webhooks are signed with.
            wider = " ".join(words[max(start - 1, first) :])
            return wider if names_webhook_secret((wider,)) else tail
    return None


def _is_known(name: str, sections: tuple[str, ...]) -> bool:
    return understand((*sections, name)).field is not None


def _next_name(line: str, start: int, sections: tuple[str, ...]) -> int:
    """Return where the next known name begins, or the end of the line."""
    for match in islice(all_marked(line, start), MOST_MARKS):
        after_value = match.start() == start
        name = _known_tail(match["name"], sections, after_value=after_value)
        place = match.end("name") - len(name or "")
        joint = name and _JOINT.search(line, max(start, place - _WIDEST_JOINT), place)
        if joint and place > start:
            return joint.start()
    return len(line)


def _spaced(line: str, sections: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Read "Client ID 1234-...": a name, one blank, and one thing that is a value."""
    words = line.strip(" \t-*•>").split(" ", MOST_MARKS)
    start = 0
    for index, word in enumerate(words):
        value = word.rstrip(",;.")
        if stands_alone(value):
            name = _known_tail(" ".join(words[max(start, index - 6) : index]), sections)
            start = index + 1
            if name:
                yield name, value
