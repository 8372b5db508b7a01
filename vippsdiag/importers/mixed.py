"""A text of several things: taken apart into its pieces, and put together.

People send several things in one text: a command, its answer, the lines of a log, the
keys, and words around them. Each finder takes what it knows from the lines that the
ones before it left.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

from vippsdiag.conceal import conceal
from vippsdiag.errors import UnreadablePaste
from vippsdiag.evidence import Context, Evidence, Excerpt
from vippsdiag.exchange import Exchange
from vippsdiag.importers.commands import find_commands
from vippsdiag.importers.finds import Find
from vippsdiag.importers.har.reader import HarPaste, load_har
from vippsdiag.importers.json_values import json_end
from vippsdiag.importers.keys.kinds import kind_told
from vippsdiag.importers.keys.lines import LONGEST_LINE, pairs_in, split_lines
from vippsdiag.importers.keys.names import understand
from vippsdiag.importers.keys.reader import KeyPaste, find_keys
from vippsdiag.importers.keys.values import has_key_shape
from vippsdiag.importers.text import Found, find_exchanges
from vippsdiag.keys import KeySet
from vippsdiag.language import mark, say
from vippsdiag.secret import MASK
from vippsdiag.shapes import template_in
from vippsdiag.webhooks import is_delivery

HINT = mark(
    "Paste the keys with their names, the request as cURL or HAR, or the answer with "
    "its status."
)
# Longer texts are not shown again beside the diagnosis.
SHOWN = 200_000

_HAR_INSIDE = re.compile(r'\{\s*"log"\s*:\s*\{')
# An error as Windows PowerShell shows it: the answer, and where the command stands.
_REFUSED = re.compile(r"Invoke-(?:RestMethod|WebRequest) : ", re.IGNORECASE)
_WHERE = re.compile(r"At .{1,300}:\d{1,6} char:\d{1,6}\s*$")
# Lines that such an answer has at most.
_RECORD = 40
# In a program that was read, an address in quotes is none that an answer came from,
# and a method is not that of an address elsewhere.
_ADDRESS = re.compile(r"([\"'`])https?://")
_METHOD = re.compile(r"\bmethod[\"']?\s{0,3}[:=]", re.IGNORECASE)
# Swift: ``var request = URLRequest(url: address, timeoutInterval: 10)``.
_DECLARES = re.compile(r"(?:const|final|let|val|var)\s+\w+\s*[=:]")
# What a program says to its own callers, or does if something goes wrong.
_SETS_STATUS = re.compile(r"\.(?:status|sendStatus|writeHead)\([1-5]\d\d\b")
_STATEMENT = re.compile(r"(?:^|[;{)>]|\belse)\s*+(?:return|throw)\b")
# Beside a program that was read, more is told from what was said.
_BESIDE_CODE = re.compile(
    r"\s*+(?:\}\s*+)?(?:(?:return|raise|abort|render)\b.*[(:]"
    r"|(?:except|catch|rescue)\b(?:.*[:{)]|.*=> ?\w{1,40})$)"
)
# More than one HAR in a text is a rare thing; a thousand is an attack.
MOST_HARS = 20


def read_mixed(text: str) -> Evidence:
    """Read a text that may hold several things.

    Raises:
        UnreadablePaste: it holds nothing that can be used.
    """
    lines = split_lines(text)
    hars = list(_hars(text))
    finds = [find for find, _ in hars]
    finds += find_commands("\n".join(_without(lines, finds)))
    rest = _without(lines, finds)
    code = _lines_of(find for find in finds if find.code)
    found = find_exchanges("\n".join(_said(rest, code)))
    finds += found.finds
    exchanges = [one for find in finds for one in find.exchanges]
    left = _left(rest, found, code)
    keys = find_keys(
        "\n".join(left),
        beside_webhook=any(
            one.request and is_delivery(one.request) for one in exchanges
        ),
    )
    if not keys.keys and not finds and keys.webhook_secret is None:
        if any("looks like" in unused for unused in keys.unused):
            return Evidence(unused=keys.unused, text=_shown(text))
        raise UnreadablePaste(
            mark("There is nothing in this text that can be used."), HINT
        )
    finds.sort(key=lambda find: _turn(find, lines))
    evidence = _evidence(text, finds, keys, [har for _, har in hars])
    told = Context(kind=kind_told(left))
    return replace(evidence, context=evidence.context.or_else(told))


def _evidence(
    text: str, finds: list[Find], keys: KeyPaste, hars: list[HarPaste]
) -> Evidence:
    """Put together what was found, in the order in which it happened."""
    chosen = _chosen(keys)
    excerpts = [Excerpt(kind=f.kind, first=f.first, last=f.last) for f in finds]
    excerpts += _key_excerpts(keys)
    context = _context(chosen)
    for har in hars:
        context = context.or_else(har.context)
    return Evidence(
        keys=chosen,
        exchanges=tuple(_joined(finds)),
        context=context,
        unused=(
            *(piece for har in hars for piece in har.unused),
            *_others(keys, chosen),
            *keys.unused,
        ),
        excerpts=tuple(sorted(excerpts, key=lambda one: (one.first, one.last))),
        text=_shown(text),
        webhook_secret=keys.webhook_secret,
    )


def _shown(text: str) -> str | None:
    return str(conceal(text)) if len(text) <= SHOWN else None


def _hars(text: str) -> Iterator[tuple[Find, HarPaste]]:
    """Yield the HARs that stand in a text, such as an e-mail."""
    place = 0
    for _ in range(MOST_HARS):
        match = _HAR_INSIDE.search(text, place)
        end = json_end(text, match.start()) if match else None
        if match is None or end is None:
            return
        place = end
        try:
            har = load_har(text[match.start() : end].encode())
        except UnreadablePaste:
            continue
        first = text.count("\n", 0, match.start()) + 1
        last = first + text.count("\n", match.start(), end)
        yield (
            Find(kind=mark("a HAR"), first=first, last=last, exchanges=har.exchanges),
            har,
        )


def _without(lines: list[str], finds: Iterable[Find]) -> list[str]:
    """Return the lines without those that were read already; their numbers stay."""
    left = list(lines)
    for find in finds:
        if find.whole:
            left[find.first - 1 : find.last] = [""] * (find.last - find.first + 1)
    return left


def _said(lines: list[str], code: set[int]) -> list[str]:
    """Return the lines without what a program calls, and answers its own callers."""
    return [
        line
        if not line or _is_data(line)
        else _without_program(line, number in code, bool(code))
        for number, line in enumerate(lines)
    ]


def _is_data(line: str) -> bool:
    """Tell whether a line is a page or JSON, which may hold a program."""
    start = line[:LONGEST_LINE].lstrip()[:2]
    return start[:1] in {"<", "["} or start == '{"'


def _without_program(line: str, in_code: bool, beside_code: bool) -> str:
    words = line[:LONGEST_LINE].strip()
    if _is_statement(words, beside_code) or (in_code and _DECLARES.match(words)):
        return ""
    return _METHOD.sub("", _ADDRESS.sub(r"\1", line)) if in_code else line


def _is_statement(line: str, beside_code: bool) -> bool:
    if _SETS_STATUS.search(line) or (beside_code and _BESIDE_CODE.match(line)):
        return True
    ends = line[-1:] in {";", "}"} and line.rfind("(")
    statement = _STATEMENT.search(line, 0, ends) if ends else None
    return statement is not None


def _lines_of(finds: Iterable[Find]) -> set[int]:
    """Return the indexes of the lines that finds were read from."""
    return {number for find in finds for number in range(find.first - 1, find.last)}


def _left(lines: list[str], found: Found, code: set[int]) -> list[str]:
    """Return the lines in which keys may still be."""
    if not (found.whole or found.partly or code):
        return lines
    return [
        "" if number in found.whole else _unread(number, line, found, code)
        for number, line in enumerate(lines)
    ]


def _unread(number: int, line: str, found: Found, code: set[int]) -> str:
    """Return what of a line may still hold keys."""
    if number not in found.partly and number not in code:
        return line
    # Of a longer line the reader of keys says that it is none that a person wrote.
    pairs = pairs_in(line[:LONGEST_LINE])
    named = [value for name, value in pairs if understand((name,)).field]
    if not any(has_key_shape(value) or number not in code for value in named):
        return ""
    for value in named if number in code else ():
        # In a program, a name in a string stands for a value: Dart's '$secret'.
        line = line.replace(value, MASK) if template_in(value) else line
    return line


def _turn(find: Find, lines: list[str]) -> int:
    """Return the line that a find comes at in the order in which things happened.

    Windows PowerShell prints the answer first, and then where the command stands.
    """
    above = find.first - 2
    if above < 0 or not _WHERE.match(lines[above]):
        return find.first
    record = range(above, max(above - _RECORD, -1), -1)
    begun = (number for number in record if _REFUSED.match(lines[number]))
    return next(begun, find.first)


def _joined(finds: list[Find]) -> Iterator[Exchange]:
    """Yield the exchanges in their order, each answer with the request before it.

    A command stands in one place of an e-mail and its answer in the next.
    """
    waiting: Exchange | None = None
    exchanges = [one for find in finds for one in find.exchanges]
    for exchange in _told_once(exchanges):
        answered = exchange.response is not None or exchange.failure is not None
        if waiting is not None and answered and _answers(exchange, waiting):
            yield replace(exchange, request=waiting.request)
            waiting = None
            continue
        if waiting is not None and not _shows_again(waiting, exchange):
            yield waiting
        waiting = None if answered else exchange
        if answered:
            yield exchange
    if waiting is not None:
        yield waiting


def _answers(exchange: Exchange, command: Exchange) -> bool:
    """Tell whether an answer is a command's, of which no more is known there."""
    request = exchange.request
    if request is None:
        return True
    bare = not len(request.headers) and request.body is None
    return bare and _is_same_call(command, exchange)


def _is_same_call(command: Exchange, exchange: Exchange) -> bool:
    """Tell whether a call is a command's own, as ``curl -v`` shows it below."""
    one, other = command.request, exchange.request
    if one is None or other is None:
        return False
    return one.method == other.method and str(one.url) == str(other.url)


def _shows_again(command: Exchange, exchange: Exchange) -> bool:
    """Tell whether a call says all that a command says, and is that command's own."""
    one, other = command.request, exchange.request
    if one is None or other is None or not _is_same_call(command, exchange):
        return False
    if exchange.response is not None or exchange.failure is not None:
        return True
    return one == other or len(other.headers) > len(one.headers)


def _told_once(exchanges: list[Exchange]) -> Iterator[Exchange]:
    """Yield exchanges without words that speak of an answer which is told elsewhere.

    Of several such words those count that stand behind a command, or else the first.
    """
    told = {one.status for one in exchanges if not _is_mention(one)}
    behind = {
        id(one): one.status
        for above, one in pairwise(exchanges)
        if above.response is None and above.failure is None and one.status not in told
    }
    told |= set(behind.values())
    for one in exchanges:
        if not _is_mention(one) or id(one) in behind:
            yield one
        elif one.status not in told:
            told.add(one.status)
            yield one


def _is_mention(exchange: Exchange) -> bool:
    """Tell whether an exchange is no more than the status of an answer."""
    response = exchange.response
    if exchange.request or response is None:
        return False
    return not (response.body or len(response.headers))


def _key_excerpts(keys: KeyPaste) -> Iterator[Excerpt]:
    """Yield the lines that hold keys, neighbours together."""
    start = previous = None
    for line in (*keys.lines, None):
        if start is not None and previous is not None and line != previous + 1:
            yield Excerpt(kind=mark("keys"), first=start, last=previous)
            start = None
        start, previous = (line if start is None else start), line


def _chosen(keys: KeyPaste) -> KeySet | None:
    """Return the set that has most of the values; the first of several."""
    return max(keys.keys, key=lambda one: len(list(one.values())), default=None)


def _others(keys: KeyPaste, chosen: KeySet | None) -> list[str]:
    """Name the key sets that a single diagnosis does not look at."""
    return [_words(one) for one in keys.keys if one is not chosen]


def _words(keys: KeySet) -> str:
    fields = ", ".join(name.value for name, _ in keys.values())
    if keys.environment is None:
        return say("another set of keys: with {fields}", fields=fields)
    return say(
        "another set of keys: {environment}, with {fields}",
        environment=keys.environment.words,
        fields=fields,
    )


def _context(keys: KeySet | None) -> Context:
    """Return what the text itself says about its keys."""
    if keys is None:
        return Context()
    return Context(environment=keys.environment, kind=keys.kind)
