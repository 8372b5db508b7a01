"""The commands in a text that may also hold prose, answers and logs."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from vippsdiag.errors import UnreadablePaste
from vippsdiag.exchange import Exchange
from vippsdiag.importers.clients import httpie_exchanges, wget_exchanges
from vippsdiag.importers.cmd import read_cmd
from vippsdiag.importers.curl import MOST, Operation, curl_exchanges, curl_operations
from vippsdiag.importers.finds import Find
from vippsdiag.importers.guard import guarded
from vippsdiag.importers.invoke import find_invocations
from vippsdiag.importers.mail import restored
from vippsdiag.importers.powershell import read_program
from vippsdiag.importers.shell import Line, Posix

HINT = "Paste the whole command, from its name to the end of its last line."
NAMES = frozenset({"curl", "curl.exe", "wget", "invoke-restmethod"})

_ADDRESS = (
    r"[\"'“‘„]?(?:https?://|localhost[:/]|\$\{?\w|%\w+%|\{\{|<|(?:[\w-]+\.)+\w+[:/])"
)
# What follows the name of a command, and never the word in a sentence.
_FOLLOWED = rf"[ \t\xa0]+(?:-|\^?{_ADDRESS}|[\\^`][ \t]*\n)"
_START = re.compile(
    rf"(?<![\w.-])(?:(?P<curl>curl(?P<exe>\.exe)?[\"']?)(?={_FOLLOWED}|[ \t]*\n[ \t]*-)"
    rf"|(?P<wget>wget)(?={_FOLLOWED})"
    rf"|(?P<httpie>https?)(?=[ \t]+(?:(?:--?\w[\w-]*[ \t]+)*"
    rf"(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)[ \t]|{_ADDRESS})))",
    re.IGNORECASE,
)
_PROMPT = re.compile(
    r"[ \t]*(?:```\w*|[-*•]|\d+[.)])?[ \t`]*"
    r"(?:(?:[^\n]{0,100}?[\w)\]~:\\/.]?[$#%❯➜»>]|\([\w.-]+\)|sudo|time|!)[ \t]*)*"
    r"(?:[\w.~/\\:-]*[/\\])?(?:\w+=)?[\"']?(?:\$\(|`)?[ \t]*"
)
_WINDOWS = re.compile(r"[ \t]*[A-Za-z]:\\[^\n>]*>")
_POWERSHELL = re.compile(r"[ \t]*PS[^\n>]*>")
_CARETS = re.compile(r"\^[\"'^{]|\^[ \t]*\n")
# A quote that is doubled inside quotes: Windows' way to write one.
_DOUBLED = re.compile(r"\"[^\"\n]*[{,:\[]\s*\"\"[\w:,}\]]|\"\{\"\"")
# The first one tells: a POSIX shell has them around a command.
_TICKS = re.compile(r"[^`]*`(?:\"|[ \t]*\n)")


@dataclass(slots=True)
class Candidate:
    """A place where a command seems to begin.

    Attributes:
        start: of its name.
        alone: whether nothing but a prompt stands before it on its line.
    """

    match: re.Match[str]
    start: int
    alone: bool
    before: str = ""


@guarded
def find_commands(text: str) -> tuple[Find, ...]:
    """Find every command that sends requests; nothing is run and no file is read.

    Each find has an exchange for each request, with no response. A variable that the
    text does not fill in stays as it is written.
    """
    text = restored(text)
    found = [*_shell_finds(text), *_powershell_finds(text)]
    ordered = sorted(found, key=lambda one: (one[0], one[1]))
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    rest = _without(text, ordered)
    finds = []
    for start, end, find_kind, exchanges in ordered:
        first, last = (
            bisect_right(starts, start),
            bisect_right(starts, max(start, end - 1)),
        )
        whole = _is_whole(rest, start, end)
        finds.append(
            Find(
                kind=find_kind, first=first, last=last, exchanges=exchanges, whole=whole
            )
        )
    return tuple(finds)


@guarded
def read_curl(text: str) -> tuple[Exchange, ...]:
    """Read the requests of the commands in a text, of cURL and its kin.

    Raises:
        UnreadablePaste: there is no command in it.
    """
    exchanges = tuple(
        exchange for find in find_commands(text) for exchange in find.exchanges
    )
    if not exchanges:
        raise UnreadablePaste("There is no cURL command in this text.", HINT)
    return exchanges


Span = tuple[int, int, str, tuple[Exchange, ...]]


def _without(text: str, spans: list[Span]) -> str:
    """Return the text with blanks where commands are."""
    parts: list[str] = []
    done = 0
    for start, end, *_ in spans:
        if start >= done:
            parts += text[done:start], " " * (end - start)
            done = end
    return "".join((*parts, text[done:]))


def _is_whole(rest: str, start: int, end: int) -> bool:
    """Tell whether the lines of a command hold nothing else of interest."""
    before = rest[rest.rfind("\n", 0, start) + 1 : start][-200:]
    stop = rest.find("\n", end)
    after = rest[end : stop if stop >= 0 else len(rest)].strip(" \t;&`)")
    prompt = _PROMPT.fullmatch(before.lstrip(" \t;&|")) is not None
    return prompt and (not after or after.startswith("|"))


def _powershell_finds(text: str) -> Iterator[Span]:
    for one in find_invocations(text):
        if one.exchange:
            kind = "a PowerShell command"
            if "infile" in one.given:
                kind += " that sends a file"
            yield one.start, one.end, kind, (one.exchange,)


def _shell_finds(text: str) -> Iterator[Span]:
    place = found = tried = 0
    while found < MOST and tried < 5 * MOST:
        match = _START.search(text, place)
        if match is None:
            return
        tried += 1
        line = text.rfind("\n", max(0, match.start() - 400), match.start()) + 1
        before = text[max(line, match.start() - 400) : match.start()]
        alone = _PROMPT.fullmatch(before) is not None
        here = Candidate(match, match.start(), alone, before)
        if match["httpie"] and not alone:
            place = match.end()
            continue
        end, kind, exchanges = _read(text, here)
        place = max(end, match.end())
        if exchanges:
            found += len(exchanges)
            yield match.start(), end, kind, exchanges


def _read(text: str, here: Candidate) -> tuple[int, str, tuple[Exchange, ...]]:
    """Read the command that begins at a place; no exchanges if it is none."""
    line = _words(text, here)
    name, words = line.words[0] if line.words else "", line.words[1:]
    if here.match["wget"]:
        return line.end, "a Wget command", tuple(wget_exchanges(words))
    if here.match["httpie"]:
        exchanges = tuple(httpie_exchanges(words, name.lower()))
        return line.end, "an HTTPie command", exchanges
    operations = curl_operations(words, line.stdin)
    if not here.alone and any(one.strange for one in operations):
        # A sentence that goes on behind what looked like a command.
        return line.end, "", ()
    exchanges = tuple(curl_exchanges(operations))
    return line.end, _kind(operations), exchanges


def _kind(operations: list[Operation]) -> str:
    kind = "a cURL command"
    if any(one.reads_file for one in operations):
        kind += " that sends a file"
    return kind


def _words(text: str, here: Candidate) -> Line:
    """Return the command's words, by the rules of the shell that it is for."""
    stop = text.find("\n\n", here.start)
    around = text[here.start : min(stop if stop >= 0 else len(text), here.start + 5000)]
    first = around.split("\n")[0]
    if _WINDOWS.match(here.before) or _CARETS.search(around):
        return read_cmd(text, here.start)
    ticked = here.before.endswith("`")
    if _POWERSHELL.match(here.before) or (_TICKS.match(around) and not ticked):
        return read_program(text, here.start)
    if _DOUBLED.search(first) and "'" not in first:
        return read_cmd(text, here.start)
    return Posix(text, here.start, NAMES).read()
