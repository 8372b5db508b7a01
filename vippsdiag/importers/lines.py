"""Lines of any make taken apart into names and values.

One reader for labels, assignments, YAML, PHP, INI and prose, because what people
paste is rarely one of them alone. Only quotes of the syntax are taken off; whatever
else is wrong in a value stays in it, for the checks to find.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from vippsdiag.importers.names import (
    NO_HEADING,
    Heading,
    Name,
    read_heading,
    understand,
)
from vippsdiag.importers.pieces import Piece, Pieces
from vippsdiag.shapes import BASE64, GUID, HEX32, MSN, TOKEN

# Longer lines are minified code or data, never something that a person wrote.
LONGEST_LINE = 20_000

_COMMENT = re.compile(
    r"\s*(?:#(?![{])|//|;|/\*+|\*\s|<!--|REM\s|--\s)\s*", re.IGNORECASE
)
_COMMENT_END = re.compile(r"\s*(?:\*/|-->)\s*$")
_TRAILING = re.compile(r"\s+(?:#|//|;|/\*|<!--).*$", re.DOTALL)
_SECTION = re.compile(r"\s*\[+\s*([\w][\w .:/\-\"']*?)\s*\]+\s*$")
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
    r"\b(?:define|setx|putenv|secrets\s+set|config:set|set)\b\s*\(?\s*(?P<quote>[\"']?)"
    r"(?P<name>[A-Za-z_][\w.:\-]*)(?P=quote)\s*(?:,\s*|\s+)(?=\S)",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(?<![\w.\-$])(?P<name>[\w@$][\w.\-/$ ]{0,60}?(?:\s?\([\w -]{1,20}\))?)"
    r"(?P<close>\*{2}|[\"'`\]]{0,2})"
    r"(?P<mark>\s*(?:=>|:=|:(?!//|:)|={1,2})\s*|\s+\|\s+|\t+\s*|\s{2,}"
    r"|\s+(?:is|er|är|on|var|was)[:=]?\s+|\s+[–—-]\s+)"
    r"(?P<star>\*{2}\s*)?"
)
_QUOTED = re.compile(
    r"(?P<quote>[\"'`])(?P<inner>(?:\\.|(?!(?P=quote))[^\\])*)(?P=quote)"
    r"(?=\s*(?:[,;)\]}>&|#]|//|/\*|$)|\s)",
    re.DOTALL,
)
# What stands between a value and the next name on the same line.
_JOINT = re.compile(r"\s*(?:[,;&|{(\[]|\s(?:and|og|och|ja)\s|\s)\s*[\"'`]?$")
# A name with nothing else on its line.
_LABEL = re.compile(r"[^\d:=|\t,;\"'<>{}]{2,58}\d?")
_NO_NAMES = frozenset("array return module.exports exports dict".split())
_OPENERS = {")": "(", "]": "[", "}": "{"}
_BUTTONS = frozenset("copy kopier kopiér kopiera kopioi show vis visa näytä".split())


@dataclass(slots=True)
class _State:
    """Where in the text the reader is."""

    heading: Heading = NO_HEADING
    section: tuple[str, ...] = ()
    stack: list[tuple[int, str]] = field(default_factory=list)
    paragraph: int = 0
    label: str = ""
    label_line: int = 0
    found: list[Piece] = field(default_factory=list)
    prose: list[int] = field(default_factory=list)

    @property
    def sections(self) -> tuple[str, ...]:
        return (*self.section, *(name for _, name in self.stack if name))

    def add(self, name: str, value: str, line: int, *, commented: bool = False) -> None:
        path = (*self.sections, name) if name else ()
        group = (self.paragraph,)
        self.found.append(Piece(path, value, line, group, self.heading, commented))


def split_lines(text: str) -> list[str]:
    """Split at line ends only; the rarer separators may be part of a value."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def read_lines(text: str) -> Pieces:
    """Take a text apart line by line. Never raises."""
    state = _State()
    for number, line in enumerate(split_lines(text), 1):
        if not line.strip():
            state.paragraph += not state.label
        elif len(line) <= LONGEST_LINE:
            _read_line(state, line, number)
        else:
            state.prose.append(number)
    _drop_label(state)
    return Pieces(tuple(state.found), tuple(state.prose))


def _read_line(state: _State, line: str, number: int) -> None:
    indent = len(line) - len(line.lstrip())
    while state.stack and indent <= state.stack[-1][0]:
        state.stack.pop()
        state.paragraph += 1
    for step in (_comment, _label_value, _nothing, _structure, _values, _title, _bare):
        if step(state, line, number):
            return
    state.prose.append(number)


def _comment(state: _State, line: str, number: int) -> bool:
    match = _COMMENT.match(line)
    if not match:
        return False
    inner = _COMMENT_END.sub("", line[match.end() :])
    pairs = [(name, value) for name, value in pairs_in(inner) if _known(state, name)]
    for name, value in pairs:
        state.add(name, value, number, commented=True)
    if not pairs:
        _title(state, inner.strip("#*= -\t"), number)
    return True


def _known(state: _State, name: str) -> bool:
    return understand((*state.sections, name)).field is not None


def _label_value(state: _State, line: str, number: int) -> bool:
    """Take the line below a label for its value."""
    if not state.label:
        return False
    text = line.strip(" \t")
    if text.lower() in _BUTTONS:
        return True
    plain = len(text.split()) == 1 or bare_value(text) is not None
    if _is_label(text) or _SECTION.match(line) or not plain or _pairs_known(text):
        _drop_label(state)
        return False
    value, _ = _value(text)
    state.add(state.label, value, number)
    state.label = ""
    return True


def _pairs_known(text: str) -> bool:
    return any(understand((name,)).field for name, _ in pairs_in(text))


def _drop_label(state: _State) -> None:
    """Give a label that has no value below it the empty value."""
    if state.label:
        state.add(state.label, "", state.label_line)
    state.label = ""


def _is_label(text: str) -> bool:
    name = text.strip("*_-• \t").rstrip(":").strip("*_ \t")
    if not _LABEL.fullmatch(name) or len(name.split()) > 5:
        return False
    return understand((name,)).field is not None and bare_value(text) is None


def _nothing(state: _State, line: str, number: int) -> bool:
    """Pass over what people copy along with the values."""
    del state, number
    text = line.strip().lower()
    return text in _BUTTONS or text.startswith(("<?php", "<?xml", "---", "..."))


def _structure(state: _State, line: str, number: int) -> bool:
    text = line.strip()
    if _is_label(text) and "=" not in text:
        state.label = text.strip("*_-• \t\"'").rstrip(":").strip("*_ \t\"'")
        state.label_line = number
        return True
    if section := _SECTION.match(line):
        state.section, state.heading = (section[1],), NO_HEADING
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
    known = [(name, value) for name, value in pairs if _known(state, name)]
    for name, value in known or pairs[:1]:
        state.add(name, value, number)
    return bool(pairs)


def _bare(state: _State, line: str, number: int) -> bool:
    value = bare_value(line)
    if value is not None:
        state.add("", value, number)
    return value is not None


def bare_value(line: str) -> str | None:
    """Return the value of a line that holds nothing but one; None if it does not."""
    text = line.strip(" \t,;-•*")
    quoted = _QUOTED.fullmatch(text)
    text = quoted["inner"] if quoted else text
    return text if _has_key_shape(text) else None


def _has_key_shape(text: str) -> bool:
    if any(shape.fullmatch(text) for shape in (GUID, HEX32, MSN, TOKEN)):
        return True
    if not BASE64.fullmatch(text):
        return False
    # Long words are made of the same letters.
    mixed = re.search(r"\d", text) and re.search(r"[a-z]", text)
    return text.endswith("=") or bool(mixed and re.search(r"[A-Z]", text))


def pairs_in(line: str, sections: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Yield each name in a line with its value; several only if they are known."""
    if call := _CALL.search(line):
        yield call["name"], _value(line[call.end() :])[0]
        return
    place, first = 0, True
    while match := _NAMED.search(line, place):
        name = _known_tail(match["name"], sections)
        marked = re.search(r"[:=|]", match["mark"])
        if name is None and _is_padding(match):
            place = match.end("mark")
            continue
        if name is None and (not first or not marked or not _at_start(line, match)):
            place = max(match.end("name"), match.start() + 1)
            continue
        opened = line[match.start() - 1 : match.start()]
        rest = line[match.end() : _next_name(line, match.end(), sections)]
        value, length = _value(rest, opened=opened if not match["close"] else "")
        yield name or match["name"].strip(), value
        place, first = match.end() + max(length, 0), False
        if name is None:
            place = match.end()
    if first and (pair := _spaced(line, sections)):
        yield pair


def _is_padding(match: re.Match[str]) -> bool:
    """Tell whether a mark is the end of a Base64 value and no mark."""
    text = match["name"].split(" ")[-1] + match["mark"].strip()
    return text.endswith("=") and len(text) % 4 == 0 and _has_key_shape(text)


def _at_start(line: str, match: re.Match[str]) -> bool:
    before = line[: match.start()].strip(" \t-*•\"'`{[(@$").lower()
    return before in {"", "export", "set", "const", "let", "var", "$env:", "env:"}


def _known_tail(name: str, sections: tuple[str, ...]) -> str | None:
    """Return the longest end of some words that names a known value."""
    words = name.strip().split(" ")
    tails = (
        " ".join(words[start:]) for start in range(max(len(words) - 6, 0), len(words))
    )
    return next((t for t in tails if t and _is_known(t, sections)), None)


def _is_known(name: str, sections: tuple[str, ...]) -> bool:
    meaning: Name = understand((*sections, name))
    return meaning.field is not None


def _next_name(line: str, start: int, sections: tuple[str, ...]) -> int:
    """Return where the next known name begins, or the end of the line."""
    for match in _NAMED.finditer(line, start):
        name = _known_tail(match["name"], sections)
        place = match.end("name") - len(name or "")
        joint = _JOINT.search(line, start, place)
        if name and joint and place > start:
            return joint.start()
    return len(line)


def _value(text: str, opened: str = "") -> tuple[str, int]:
    """Return the value that a text begins with, and how much of the text it takes."""
    start = len(text) - len(text.lstrip(" \t"))
    quoted = _QUOTED.match(text, start)
    if quoted:
        return _unescaped(quoted), quoted.end()
    value = _TRAILING.sub("", text).strip(" \t")
    value = "" if value.startswith(("#", "//")) else value
    first = value.split(" ")[0].rstrip(",;.)")
    if _is_whole(first):
        return first, len(text)
    value = _without_closers(value)
    if opened and opened in "\"'`" and value.endswith(opened):
        value = value[:-1]
    return value, len(text)


def _without_closers(value: str) -> str:
    """Take off the punctuation that ends a statement or closes what it stands in."""
    while value:
        last = value[-1]
        opener = _OPENERS.get(last)
        if opener is not None and value.count(opener) >= value.count(last):
            return value
        if opener is None and last not in ",;" and not value.endswith("**"):
            return value
        value = value[:-1].rstrip(" \t")
    return value


def _is_whole(text: str) -> bool:
    whole = any(shape.fullmatch(text) for shape in (GUID, HEX32, MSN, TOKEN))
    return whole or bool(BASE64.fullmatch(text) and text.endswith("="))


def _unescaped(quoted: re.Match[str]) -> str:
    inner = quoted["inner"]
    if quoted["quote"] != '"' or "\\" not in inner:
        return inner
    try:
        value = json.loads(f'"{inner}"', strict=False)
    except ValueError:
        return inner
    return str(value)


def _spaced(line: str, sections: tuple[str, ...]) -> tuple[str, str] | None:
    """Read "Client ID 1234-...": a name, one blank, and one thing that is a value."""
    words = line.strip(" \t-*•").split(" ")
    if not 1 < len(words) <= 7 or not _has_key_shape(words[-1]):
        return None
    name = _known_tail(" ".join(words[:-1]), sections)
    return (name, words[-1]) if name else None
