"""The commands in a text that may also hold prose, answers and logs."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from vippsdiag.errors import UnreadablePaste
from vippsdiag.exchange import Exchange
from vippsdiag.importers.code.snippets import Snippet, read_snippets
from vippsdiag.importers.finds import Find
from vippsdiag.importers.guard import guarded
from vippsdiag.importers.shells.clients import (
    curlie_exchanges,
    httpie_exchanges,
    wget_exchanges,
)
from vippsdiag.importers.shells.cmd import read_cmd
from vippsdiag.importers.shells.curl import LARGEST, MOST, curl_exchanges
from vippsdiag.importers.shells.curl_options import Operation, curl_operations
from vippsdiag.importers.shells.heredoc import HERE, document_below
from vippsdiag.importers.shells.invoke import (
    ALIAS_FOLLOWED,
    find_invocations,
    variables_above,
)
from vippsdiag.importers.shells.mail import restored
from vippsdiag.importers.shells.printed import printed
from vippsdiag.importers.shells.program import read_program
from vippsdiag.importers.shells.shell import MOST_PIECES, Line, Posix
from vippsdiag.importers.shells.variables import Assigned, arrays, assigned, spread
from vippsdiag.language import mark
from vippsdiag.secret import size

HINT = mark("Paste the whole command, from its name to the end of its last line.")
# So many places are looked at where a command seems to begin.
MOST_TRIES = 1000

_ADDRESS = r"(?:\$?[\"'“‘„])?(?:https?://|localhost[:/]|\$\{?\w|%\w+%|\{\{|<|(?:[\w-]+\.)+\w+[:/])"
# What follows the name of a command, and never the word in a sentence.
_FOLLOWED = rf"[ \t\xa0]+(?:[-–—‒―−‐‑]|\^?{_ADDRESS}|[\\^`][ \t]*\n)"
_OPTIONS = r"(?:--?[A-Za-z][\w-]*(?:[= ][^\s-]\S{0,500})?[ \t]+){0,9}"
_START = re.compile(
    # PowerShell has the name for a command of its own, with other options.
    r"(?<![\w.-])(?:(?P<curl>curl(?P<exe>\.exe)?[\"']?)"
    rf"(?!{ALIAS_FOLLOWED})(?={_FOLLOWED}|[ \t]*\n[ \t]*-)"
    rf"|(?P<wget>wget)(?={_FOLLOWED})"
    rf"|(?P<httpie>https?|xhs?|curlie)(?=[ \t]+{_OPTIONS}"
    rf"(?:(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)[ \t]|{_ADDRESS})))",
    re.IGNORECASE,
)
# Prompts and other signs that stand before a command and are no part of it.
_PROMPT = re.compile(
    r"(?:```\w*|[-*•]|\d+[.)])? ?`?(?:[^\n]*[$#%❯➜»>] ?)?"
    r"(?:(?:\([\w.-]+\)|sudo|time|!) ?)*(?:[\w.~/\\:-]*[/\\])?(?:\w+=)?[\"']?"
    r"(?:\$\(|`)? ?|[^\n\"']*[\"'][A-Za-z]:\\[^\n\"']*"
)
_BATCH = re.compile(
    r"^[ \t]*(?:@?(?:echo[ ]off|setlocal|set[ \t]+\"?\w+=)|rem[ ])",
    re.IGNORECASE | re.MULTILINE,
)
_WINDOWS = re.compile(r"[ \t]*[A-Za-z]:\\[^\n>]*>")
_POWERSHELL = re.compile(r"[ \t]*PS[^\n>]*>")
# No other shell assigns like this.
_ASSIGNED = re.compile(r"^[ \t]*(?:\[\w+\][ \t]*)?\$\w+[ \t]*=[ \t]", re.MULTILINE)
_NEAR = 5000
# What takes the same words as HTTPie.
_SCHEMES = {"xh": "http", "xhs": "https", "curlie": "http"}
# What prints the body, right before the command that reads it.
_PIPED = re.compile(
    r"(?:^|[;&(])[ \t]*(?:[^\n]{0,80}[$#%>] )?"
    r"(?P<commands>(?:echo|printf|cat)\b(?:[^\n'\"]|'[^']{0,4000}+'"
    r"|\"(?:[^\"\\]|\\.){0,4000}+\"){0,4000})\|[ \t]*(?:\\?\n[ \t]*)?\Z",
    re.MULTILINE,
)
# The prompt prints quotes, and the blank before the pipe too.
_ECHOED = re.compile(
    r"(?:^|[>&])[ \t]*@?echo[ .](?P<words>[^\n|]{1,4000})\|[ \t]*\Z",
    re.IGNORECASE | re.MULTILINE,
)
# A command between quotes.
_LITERAL = re.compile(
    r"'(?P<single>curl(?:\.exe)?[ ][^'\n]*)'"
    r"|\"(?P<double>curl(?:\.exe)?[ ](?:[^\"\\\n]|\\.|\"\")*)\"(?![\w:/-])",
    re.IGNORECASE,
)
# A command out of a string, whose quotes are still escaped.
_ALL_ESCAPED = re.compile(
    r"curl [^'\"\\\n]{0,999}+\\\"(?:[^'\"\\\n]|\\[^\n]){0,5000}+$", re.MULTILINE
)
# A command whose answer is a part of another one's words.
_INNER = re.compile(r"\$\([ \t]*(?=curl\b)", re.IGNORECASE)
_CONTINUED = re.compile(r"[ \t]([\^`\\])[ \t]*$")
# Escaped for a program of Windows, between quotes that are none to its prompt.
_ESCAPED = re.compile(r"(?<!\S)'[^'\n]*\\\"[^'\n]*'")
# A quote that is doubled inside quotes: Windows' way to write one.
_DOUBLED = re.compile(r"\"[^\"\n]*[{,:\[]\s*\"\"[\w:,}\]]|\"\{\"\"")


@dataclass(frozen=True, slots=True)
class Span:
    """A command with its place in the text.

    Attributes:
        code: whether it is a part of a program.
    """

    start: int
    end: int
    kind: str
    exchanges: tuple[Exchange, ...]
    code: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place where a command seems to begin.

    Attributes:
        before: what stands before it on its line.
        alone: whether that is a prompt at most.
    """

    match: re.Match[str]
    before: str
    alone: bool

    @property
    def start(self) -> int:
        """Where the command's name begins."""
        return self.match.start()


@guarded
def find_commands(text: str) -> tuple[Find, ...]:
    """Find every command that sends requests; nothing is run and no file is read.

    Each find has an exchange for each request, with no response. A variable that the
    text does not fill in stays as it is written.
    """
    text = restored(text)
    found = [*_shell_spans(text), *_powershell_spans(text)]
    found += _snippet_spans(_without(text, found))
    if not found:
        return ()
    return tuple(_finds(text, sorted(found, key=lambda span: (span.start, span.end))))


@guarded
def read_curl(text: str) -> tuple[Exchange, ...]:
    """Read the requests of the commands in a text, of cURL and its kin.

    Raises:
        UnreadablePaste: there is no command in it.
    """
    finds = find_commands(text)
    if not finds:
        raise UnreadablePaste(mark("There is no cURL command in this text."), HINT)
    return tuple(exchange for find in finds for exchange in find.exchanges)


def _finds(text: str, spans: list[Span]) -> Iterator[Find]:
    """Yield spans with their lines, in one pass over the text."""
    rest = _without(text, spans)
    line, place = 1, 0
    # What stands within another command is run before it.
    for span in sorted(spans, key=lambda span: span.end):
        line += text.count("\n", place, span.start)
        line -= text.count("\n", span.start, place)
        place = span.start
        yield Find(
            kind=span.kind,
            first=line,
            last=line + text.count("\n", span.start, max(span.start, span.end - 1)),
            exchanges=span.exchanges,
            whole=not span.code and _is_whole(rest, span),
            code=span.code,
        )


def _without(text: str, spans: list[Span]) -> str:
    """Return the text with blanks where commands are."""
    parts: list[str] = []
    done = 0
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        if span.start >= done:
            parts += text[done : span.start], " " * (span.end - span.start)
            done = span.end
    return "".join((*parts, text[done:]))


def _is_whole(rest: str, span: Span) -> bool:
    """Tell whether the lines of a command hold nothing else of interest."""
    before = rest[rest.rfind("\n", 0, span.start) + 1 : span.start][-200:]
    stop = rest.find("\n", span.end)
    after = rest[span.end : stop if stop >= 0 else len(rest)].strip(" \t;&`)")
    return _is_prompt(before.lstrip(" \t;&|")) and (not after or after.startswith("|"))


def _powershell_spans(text: str) -> Iterator[Span]:
    for one in find_invocations(text):
        kind = (
            mark("a PowerShell command, which sends a file that is not here")
            if one.reads_file
            else mark("a PowerShell command")
        )
        yield Span(one.start, one.end, kind, (one.exchange,))


def _snippet_spans(text: str) -> Iterator[Span]:
    kind = mark("a request in a program's code")
    for one in _snippets(text):
        yield Span(one.start, one.end, kind, (one.exchange,), code=True)


def _snippets(text: str) -> tuple[Snippet, ...]:
    try:
        return read_snippets(text)
    except UnreadablePaste:
        # A program that is not understood is left to the readers of other texts.
        return ()


def _shell_spans(text: str) -> Iterator[Span]:
    place = found = weight = pieces = 0
    above = assigned(text)
    for _ in range(MOST_TRIES):
        match = _START.search(text, place)
        if match is None or found >= MOST or weight > LARGEST:
            return
        if pieces > 2 * MOST_PIECES:
            return
        here = _candidate(text, match)
        place = match.end()
        if match["httpie"] and not (here.alone or here.before.rstrip().endswith("|")):
            continue
        line = _line(text, here, above)
        pieces += line.pieces
        span = _span(text, here, line)
        inner = _INNER.search(text, place, max(place, span.end))
        place = inner.end() if inner else max(place, span.end)
        if span.exchanges:
            found += len(span.exchanges)
            weight += sum(map(_weight, span.exchanges))
            yield span


def _candidate(text: str, match: re.Match[str]) -> Candidate:
    near = max(0, match.start() - 300)
    line = max(text.rfind("\n", near, match.start()) + 1, near)
    before = text[line : match.start()]
    return Candidate(match, before, _is_prompt(before))


def _is_prompt(before: str) -> bool:
    return _PROMPT.fullmatch(" ".join(before.split())) is not None


def _weight(exchange: Exchange) -> int:
    request = exchange.request
    return size(request.url) + size(request.body or "") if request else 0


def _span(text: str, here: Candidate, line: Line) -> Span:
    """Return what a command sends; there are no exchanges if it is none."""
    words = line.words[1:]
    if here.match["wget"]:
        kind, exchanges = mark("a Wget command"), tuple(wget_exchanges(words))
    elif here.match["httpie"]:
        kind = mark("an HTTPie command")
        name = here.match[0].lower()
        read = curlie_exchanges if name == "curlie" else httpie_exchanges
        exchanges = tuple(read(words, _SCHEMES.get(name, name), line.stdin))
    else:
        operations = curl_operations(words, line.stdin, prose=not here.alone)
        kind, exchanges = _kind(operations), tuple(curl_exchanges(operations))
    return Span(here.start, min(line.end, len(text)), kind, exchanges)


def _kind(operations: list[Operation]) -> str:
    if any(one.reads_file for one in operations):
        return mark("a cURL command, which sends a file that is not here")
    return mark("a cURL command")


def _line(text: str, here: Candidate, above: Assigned) -> Line:
    """Take the command apart by the rules of the shell that it is for."""
    if here.match[0][-1] in {'"', "'"}:
        # The quote belongs to what stands before the name.
        end = here.match.end()
        text = f"{text[: end - 1]} {text[end:]}"
    known = {name: value for at, name, value in above if at < here.start}
    if quoted := _quoted(text, here.start):
        line = _posix(quoted[0], 0, known)
        line.end = quoted[1]
        return line
    return _of_shell(text, here) or _posix(text, here.start, known)


def _quoted(text: str, start: int) -> tuple[str, int] | None:
    """Return a command that stands in a string, and its end; None if it does not."""
    if escaped := _ALL_ESCAPED.match(text, start):
        return re.sub(r"\\([\"\\])", r"\1", escaped[0]), escaped.end()
    if literal := _LITERAL.match(text, max(0, start - 1)):
        return _unescaped(literal), literal.end() - 1
    return None


def _of_shell(text: str, here: Candidate) -> Line | None:
    """Take a command apart that shows to be for a shell of Windows; None for others."""
    stop = text.find("\n", here.start)
    stop = stop if stop >= 0 else len(text)
    first = text[here.start : stop][:5000]
    continued = _CONTINUED.search(first)
    mark = continued[1] if continued else ""
    # Behind a single quote, these signs may be a part of what is quoted.
    plain = first.split("'")[0]
    near = max(0, here.start - _NEAR)
    careted = ' ^"' in plain and plain.count('^"') > 1  # a quote opens and closes
    if mark == "^" or careted or _WINDOWS.match(here.before):
        return _cmd(text, here.start)
    if _BATCH.search(text, near, here.start) and not mark:
        return _cmd(text, here.start)
    if here.match["exe"] and mark != "\\" and _ESCAPED.search(text, here.start, stop):
        return read_program(text, here.start, {})
    if _ASSIGNED.search(text, near, here.start) or _is_powershell(
        here, mark, first if here.match["exe"] else plain
    ):
        return read_program(text, here.start, variables_above(text, here.start))
    if "'" not in first and _DOUBLED.search(first):
        return _cmd(text, here.start)
    return None


def _cmd(text: str, start: int) -> Line:
    """Read a command of Windows' prompt, and what is piped into it."""
    line = read_cmd(text, start)
    if echo := _ECHOED.search(text, max(0, start - _NEAR), start):
        line.stdin = re.sub(r"\^(.)", r"\1", echo["words"]) + "\r\n"
    return line


def _unescaped(literal: re.Match[str]) -> str:
    """Return a command that stands in a string of a program, a log or a table."""
    command = literal["single"] or literal["double"]
    if literal["single"]:
        return command
    command = command.replace('""', '"')
    try:
        return str(json.loads(f'"{literal["double"]}"', strict=False))
    except ValueError:
        return re.sub(r"\\([\"\\/$`])", r"\1", command)


def _is_powershell(here: Candidate, mark: str, plain: str) -> bool:
    if _POWERSHELL.match(here.before):
        return True
    # Between backticks stands a whole command.
    ticked = here.before.endswith("`")
    tick = plain.find("`")
    escapes = plain[tick : tick + 2] == '`"' and plain[tick - 1 : tick] != "\\"
    return not ticked and (mark == "`" or escapes)


def _posix(text: str, start: int, known: dict[str, str]) -> Line:
    """Read a command as the shell would; leniently if it makes no sense that way."""
    line = Posix(text, start, known, printed=printed).read()
    operations = [] if line.broken else curl_operations(line.words[1:])
    if line.broken or any(one.strange for one in operations):
        line = Posix(text, start, known, lenient=True, printed=printed).read()
    if any("[@]}" in word for word in line.words):
        line.words = list(spread(line.words, arrays(text[:start], known)))
    if line.stdin is None and (
        piped := _PIPED.search(text, max(0, start - _NEAR), start)
    ):
        _feed(line, text, piped["commands"], known)
    return line


def _feed(line: Line, text: str, commands: str, known: dict[str, str]) -> None:
    """Give a command what those before its pipe print."""
    here = HERE.search(commands)
    if here is None:
        line.stdin = printed(commands, known)
    elif below := document_below(text, line.end, here):
        # What is fed to the first command stands below the last one.
        document = f"{commands}\n{below[0]}{here['mark']}"
        line.stdin, line.end = printed(document, known), below[1]
