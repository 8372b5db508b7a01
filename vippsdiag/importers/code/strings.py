"""Strings in the source of a program: how they are quoted, escaped and filled in."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from vippsdiag.importers.shells.quotes import typographic

# What is longer was not written by a person; the beginning is read.
_LONGEST = 100_000
_PHP = re.compile(r"<\?php|\$\w+ ?=[^=]|curl_setopt|\$\w+->")
_RUBY = re.compile(r"Net::HTTP|HTTParty|Faraday|^[ \t]*end$", re.MULTILINE)
_FILLS = re.compile(r"\bfun \w+\(|\bval \w+ ?=|URLRequest|\.toMediaType")
_DART = re.compile(r"\bUri\.(?:parse|https?)\(|package:(?:http|dio)|\bDio\(")
_PREFIX = r"(?P<prefix>(?:[fFrRbBuU]{1,2}|\$@|@\$|\$|@)?)"
STRING = re.compile(
    rf"{_PREFIX}(?P<quote>\"\"\"|'''|[\"'`])"
    r"|<<<[ \t]*[\"']?(?P<php>\w+)[\"']?\n"
    r"|(?P<smart>[“”„‘’‚])"
    r"|<<[~-][ \t]*(?P<single>'?)[\"']?(?P<ruby>[A-Z]\w*)[\"']?[^\n]*\n"
)
_END = {
    '"': re.compile(r"(?:[^\"\\]|\\.)*+", re.DOTALL),
    "'": re.compile(r"(?:[^'\\]|\\.)*+", re.DOTALL),
    "`": re.compile(r"(?:[^`\\]|\\.)*+", re.DOTALL),
}
_VERBATIM = re.compile(r"(?:[^\"]|\"\")*+")
_ESCAPE = re.compile(
    r"\\(?:u\{(?P<point>[0-9A-Fa-f]{1,6})\}|u(?P<unit>[0-9A-Fa-f]{4})"
    r"|x(?P<byte>[0-9A-Fa-f]{2})|(?P<sign>.))",
    re.DOTALL,
)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "0": "\0", "\n": ""}
_NAMES = r"[A-Za-z_][\w.]*(?:(?:->|\?\.)\w+|\[[\"']?\w+[\"']?\])*(?:\(\))?"
# How a name stands in a string that is filled in.
_BRACED = re.compile(rf"(?<!\{{)\{{\$?({_NAMES})\}}(?!\}})")
_DOLLAR = re.compile(
    r"\$\{((?:[^{}\n]|\{[^{}\n]{0,200}\}){1,200}+)\}"
    r"|\{(\$[^{}\n]{1,200})\}|(\$[A-Za-z_]\w*)"
)
_SIGNED = re.compile(
    rf"#\{{([^{{}}\n]{{1,200}})\}}|\\\(([^()\n]{{1,200}})\)|{_DOLLAR.pattern}"
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a language reads its strings.

    Attributes:
        plain: whether little is escaped between single quotes, as in PHP and Ruby.
        fills: whether names in double quotes are filled in, as in Kotlin and Dart.
        alike: whether they are filled in between single quotes too, as in Dart.
        dots: whether a dot joins texts, as in PHP.
    """

    plain: bool
    fills: bool
    alike: bool
    dots: bool


def dialect_of(text: str) -> Dialect:
    """Tell by its own words how a program reads its strings."""
    php = _PHP.search(text) is not None
    plain = php or _RUBY.search(text) is not None
    alike = not plain and _DART.search(text) is not None
    fills = plain or alike or _FILLS.search(text) is not None
    return Dialect(plain=plain, fills=fills, alike=alike, dots=php)


def read_string(
    text: str, start: re.Match[str], filled: Callable[[str], str], dialect: Dialect
) -> tuple[str, int]:
    """Return what a string says, and the place behind it.

    Args:
        text: the source.
        start: the match of `STRING`, where it begins.
        filled: returns what stands for a name in it.
        dialect: how the language reads its strings.
    """
    if mark := start["php"] or start["ruby"]:
        return _document(text, start.end(), mark, filled)
    if start["smart"]:
        content, end, _ = typographic(text, start.end(), flat=False)
        return content, end
    quote, prefix = start["quote"], start["prefix"].lower()
    if len(quote) == 3:
        end = text.find(quote, start.end())
        end = end if end >= 0 else len(text)
        content = text[start.end() : min(end, start.end() + _LONGEST)]
        if "r" in prefix:
            content = (
                _BRACED.sub(_filler(filled), content) if "f" in prefix else content
            )
        else:
            content = _read(content, _BRACED if "f" in prefix else None, filled)
        return content.removeprefix("\n"), end + 3
    if "@" in prefix and quote == '"':
        match = _VERBATIM.match(text, start.end())
    else:
        match = _END[quote].match(text, start.end())
    end = match.end() if match else start.end()
    content = text[start.end() : min(end, start.end() + _LONGEST)]
    return _said(content, quote, prefix, filled, dialect), end + 1


def _said(
    content: str,
    quote: str,
    prefix: str,
    filled: Callable[[str], str],
    dialect: Dialect,
) -> str:
    """Return what a string on one line, or between single signs, says."""
    if "@" in prefix:
        content = content.replace('""', '"')
        return _BRACED.sub(_filler(filled), content) if "$" in prefix else content
    if "r" in prefix:
        return _BRACED.sub(_filler(filled), content) if "f" in prefix else content
    if quote == "'" and dialect.plain:
        return re.sub(r"\\(['\\])", r"\1", content)
    if "f" in prefix or prefix == "$":
        return _read(content, _BRACED, filled)
    fills = quote == "`" or dialect.alike or (dialect.fills and quote == '"')
    return _read(content, _SIGNED if fills else None, filled)


def _filler(filled: Callable[[str], str]) -> Callable[[re.Match[str]], str]:
    return lambda one: filled(next(filter(None, one.groups())))


def _read(
    content: str, fills: re.Pattern[str] | None, filled: Callable[[str], str]
) -> str:
    """Undo the escapes of a string, and fill in names; what they hold has none."""
    parts: list[str] = []
    done = 0
    for match in fills.finditer(content) if fills else ():
        before = content[done : match.start()]
        if (len(before) - len(before.rstrip("\\"))) % 2:
            continue  # the sign is escaped
        parts += _literal(before, fills), _filler(filled)(match)
        done = match.end()
    parts.append(_literal(content[done:], fills))
    return "".join(parts)


def _literal(content: str, fills: re.Pattern[str] | None) -> str:
    if fills is _BRACED:
        content = content.replace("{{", "{").replace("}}", "}")
    return _unescaped(content)


def _unescaped(content: str) -> str:
    """Undo escapes; two that stand for one sign together become that sign."""

    def one(match: re.Match[str]) -> str:
        if code := match["point"] or match["unit"] or match["byte"]:
            number = int(code, 16)
            return chr(number) if number < 0x110000 else ""
        return _ESCAPES.get(match["sign"], match["sign"])

    said = _ESCAPE.sub(one, content)
    if any("\ud800" <= sign < "\ue000" for sign in said):
        return said.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return said


def _document(
    text: str, start: int, mark: str, filled: Callable[[str], str]
) -> tuple[str, int]:
    """Return a string that goes on over lines, up to its mark."""
    end = re.compile(rf"^[ \t]*{mark}\b", re.MULTILINE).search(
        text, start, start + _LONGEST
    )
    stop = end.start() if end else len(text)
    content = text[start : min(stop, start + _LONGEST)].removesuffix("\n")
    content = _SIGNED.sub(_filler(filled), content)
    return content, end.end() if end else len(text)
