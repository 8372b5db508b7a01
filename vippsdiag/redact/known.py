"""A value that was found is replaced wherever else it stands, whatever is beside it."""

import re
from collections.abc import Iterator

from msgspec import Struct

from vippsdiag.phones import COUNTRIES, WRITTEN, digits, is_number, own_digits
from vippsdiag.redact.index import FEW, Index
from vippsdiag.redact.layers import Layer

_RUNS = re.compile(r"(\d+)(\D*)")
# Digits with what can be between those of a phone number; some runs of them hold one.
_DIGITS = re.compile(r"\d[\d() \u00a0\u2009\u202f.-]{6,}\d")
# So many digits at its end tell most numbers from others.
_LAST = 7
# What a value may have around it that stands elsewhere without.
AROUND = " \t\"'<>[]{}`*="
# Base64 has two signs that an address cannot hold.
_WAYS = ((("+", "/"), ("-", "_")), (("-", "_"), ("+", "/")))
_TWO_WAYS = re.compile(r"[A-Za-z0-9]*[+/_-][A-Za-z0-9+/_.-]*")


class Known(Struct, frozen=True, gc=False):
    """What is known of a value that was found.

    Attributes:
        pseudonym: what stands in its place.
        kind: what it looks like, in words.
        telling: whether it is no word or number that stands for other things too.
        unnamed: whether no name stood beside it.
        kept: whether it was left as it is.
    """

    pseudonym: str
    kind: str
    telling: bool
    unnamed: bool
    kept: bool


def replace_known(layers: list[Layer], known: dict[str, Known]) -> dict[str, int]:
    """Replace what is known in every layer.

    Args:
        layers: of a text, the lowest first.
        known: by the value.

    Returns:
        Where each value stands first in the lowest layer.
    """
    values, bare = _values(known)
    places: dict[str, int] = {}
    listed = [*values]
    if min(len(values), len(known)) > FEW:
        listed += known.keys() - values.keys() - bare.keys()
    else:
        for place, raw in Index(known).places(layers[0].text):
            places.setdefault(raw, place)
    index = Index(sorted(listed, key=len, reverse=True))
    numbers = any(map(is_number, known))
    for layer in layers:
        for place, raw in index.places(layer.text):
            if layer is layers[0]:
                places.setdefault(raw, place)
            if layer.is_new(place, place + len(raw)):
                continue
            if (new := values.get(raw)) and not _is_replaced(layer, place, new):
                layer.force(place, new)
        # Most numbers stand only where they were found.
        if numbers and (written := list(_numbers_left(layer))):
            _replace_phones(layer, written, _phones(known, written))
    for raw, core in bare.items():
        if core in places and raw not in places:
            places[raw] = max(0, places[core] - raw.find(core))
    return places


def _values(known: dict[str, Known]) -> tuple[dict[str, str], dict[str, str]]:
    """Return what to look for elsewhere, in all ways to write it, with pseudonyms.

    And what a value is without what it has around it. Where it stands, that stands
    too, so that only that is looked for, unless it was found alone as well.
    """
    values, bare = {}, {}
    for raw, found in known.items():
        if found.telling and found.pseudonym != raw:
            core = raw.strip(AROUND)
            if core != raw and core not in known:
                bare[raw] = core
            else:
                values[raw] = found.pseudonym
    for raw, core in bare.items():
        values.setdefault(core, known[raw].pseudonym[raw.find(core) :][: len(core)])
    for raw, new in list(values.items()):
        if _TWO_WAYS.fullmatch(raw):
            for (plus, slash), (minus, low) in _WAYS:
                other = raw.replace(plus, minus).replace(slash, low)
                values.setdefault(other, new.replace(plus, minus).replace(slash, low))
    return values, bare


def _is_replaced(layer: Layer, place: int, new: str) -> bool:
    """Tell whether a value needs no replacing here.

    By chance some letters of a pseudonym are those that stood there.
    """
    end = place + len(new)
    return (
        layer.holds(place, new)
        or layer.is_plain(place, end)
        or layer.left(place, end) <= len(new) // 6
    )


def _phones(known: dict[str, Known], written: list[re.Match[str]]) -> dict[str, str]:
    """Return the digits of the phone numbers that were found, with those to put there.

    Those at least that are written somewhere.
    """
    ends = {digits(one[0])[-_LAST:] for one in written}
    phones = {}
    for raw, found in known.items():
        if found.pseudonym == raw or not raw[-1:].isdecimal():
            continue
        old = digits(raw)
        if old[-_LAST:] in ends and (own := own_digits(raw)):
            new = _in_their_places(raw, found.pseudonym)
            phones[old] = new
            phones[old[-own:]] = new[-own:]
            for code in COUNTRIES:
                phones.setdefault(code + old[-own:], code + new[-own:])
    return phones


def _in_their_places(raw: str, pseudonym: str) -> str:
    """Return what a pseudonym has for the digits: letters, for other alphabets'."""
    if raw.isdecimal():
        return pseudonym
    pairs = list(zip(raw, pseudonym, strict=True))
    escape = len("%2B") if raw.startswith("%") else 0
    return "".join(new for old, new in pairs[escape:] if old.isdecimal())


def _numbers_left(layer: Layer) -> Iterator[re.Match[str]]:
    """Yield what may be a phone number, was not replaced and is not seen below."""
    for run in _DIGITS.finditer(layer.text):
        if not (layer.is_new(*run.span()) or layer.is_plain(*run.span())):
            yield from WRITTEN.finditer(layer.text, *run.span())


def _replace_phones(
    layer: Layer, written: list[re.Match[str]], phones: dict[str, str]
) -> None:
    """Replace every phone number that is known, in whatever groups it is written."""
    for match in written:
        start = match.start()
        if new := phones.get(digits(match[0])):
            number = _in_groups(match[0], new)
            if number == match[0] or layer.is_new(*match.span()):
                continue
            if not _is_replaced(layer, start, number):
                layer.force(start, number)


def _in_groups(written: str, new: str) -> str:
    """Return a number with others in the places of its digits."""
    if written.isdecimal():
        return new
    parts: list[str] = []
    done = 0
    for run, between in _RUNS.findall(written):
        parts += new[done : done + len(run)], between
        done += len(run)
    return "".join(parts)
