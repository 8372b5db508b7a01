"""The addresses that one address of a cURL command stands for, and how they are sent.

cURL makes several of ``{a,b}`` and ``[1-3]``, squashes ``./`` and ``../``, and keeps
what stands behind a number sign to itself.
"""

import re
from collections.abc import Iterator
from itertools import islice, product

from vippsdiag.shapes import TEMPLATE

# More choices than these are no address that a person wrote.
_MOST_PARTS, _MOST_CHOICES = 20, 200
_PIECE = re.compile(
    r"(?P<escaped>\\[{}\[\]])|\{(?P<set>[^{}\[\]]*)\}"
    r"|\[(?:(?P<first>\d{1,9})-(?P<last>\d{1,9})|(?P<from>[A-Za-z])-(?P<to>[A-Za-z]))"
    r"(?::(?P<step>[1-9]\d{0,5}))?\]|(?P<none>[{}\[\]])|(?P<plain>[^\\{}\[\]]+|\\)"
)
# An empty pair, and an address of IPv6, are no ranges.
_LITERAL = re.compile(r"\[\]|\[[0-9A-Fa-f:.]*:[0-9A-Fa-f:.%]*\]")
_SPLIT = re.compile(r"(?P<head>[A-Za-z][\w+.-]*://[^/?#]*)(?P<path>[^?#]*)(?P<rest>.*)")
_DOTS = re.compile(r"/\.{1,2}(?=/|$)")


def addresses(url: str) -> Iterator[str]:
    """Yield the addresses that one with sets and ranges stands for.

    One that cURL would refuse stays as it is written, and so does a name in braces,
    which somebody was to fill in.
    """
    if not re.search(r"[{}\[\]]", url):
        yield url
        return
    choices = list(islice(_choices(url), _MOST_PARTS + 1))
    if len(choices) > _MOST_PARTS or any(one is None for one in choices):
        yield url
        return
    known = [one for one in choices if one is not None]
    for parts in islice(product(*known), _MOST_CHOICES):
        yield "".join(parts)


def _choices(url: str) -> Iterator[list[str] | None]:
    """Yield what may stand in each part of an address; None if cURL refuses it."""
    place = 0
    for template in islice(TEMPLATE.finditer(url), _MOST_PARTS):
        yield from _between(url, place, template.start())
        yield [template[0]]
        place = template.end()
    yield from _between(url, place, len(url))


def _between(url: str, place: int, end: int) -> Iterator[list[str] | None]:
    """Yield the same for a part of an address that has no template."""
    while place < end:
        literal = _LITERAL.match(url, place, end)
        piece = None if literal else _PIECE.match(url, place, end)
        if piece is None:
            yield [literal[0] if literal else url[place]]
        else:
            yield _of_one(piece)
        found = literal or piece
        place = found.end() if found else place + 1


def _of_one(match: re.Match[str]) -> list[str] | None:
    """Return what may stand in one part."""
    if match["escaped"]:
        return [match[0][1:]]
    if match["set"] is not None:
        return match["set"].split(",")[:_MOST_CHOICES] if match["set"] else None
    step = int(match["step"] or 1)
    if match["first"]:
        width = len(match["first"]) if match["first"].startswith("0") else 0
        numbers = range(int(match["first"]), int(match["last"]) + 1, step)
        return [f"{one:0{width}d}" for one in numbers[:_MOST_CHOICES]] or None
    if match["from"]:
        return [
            chr(n) for n in range(ord(match["from"]), ord(match["to"]) + 1, step)
        ] or None
    return None if match["none"] else [match[0]]


def squashed(url: str) -> str:
    """Return an address without ``.`` and ``..`` in its path (RFC 3986, 5.2.4)."""
    match = _SPLIT.fullmatch(url)
    if match is None or not _DOTS.search(match["path"]):
        return url
    kept: list[str] = []
    segments = match["path"].split("/")[1:]
    for number, segment in enumerate(segments, 1):
        if segment == "..":
            kept[-1:] = []
        if segment not in {".", ".."}:
            kept.append(segment)
        elif number == len(segments):
            kept.append("")
    return f"{match['head']}/{'/'.join(kept)}{match['rest']}"


def without_fragment(url: str) -> str:
    """Return an address without what stays with the client; templates stay whole."""
    covered = [match.span() for match in TEMPLATE.finditer(url)]
    for match in re.finditer("#", url):
        if not any(first <= match.start() < last for first, last in covered):
            return url[: match.start()]
    return url
