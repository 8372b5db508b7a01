"""A value that was found is replaced wherever else it stands, whatever is beside it."""

import re
from typing import NamedTuple

from vippsdiag.phones import WRITTEN, digits, own_digits
from vippsdiag.redact.index import FEW, Index
from vippsdiag.redact.layers import Layer

_RUNS = re.compile(r"(\d+)(\D*)")
# What a value may have around it that stands elsewhere without.
AROUND = " \t\"'<>[]{}`*="
# Base64 has two signs that an address cannot hold.
_WAYS = ((("+", "/"), ("-", "_")), (("-", "_"), ("+", "/")))
_TWO_WAYS = re.compile(r"[A-Za-z0-9]*[+/_-][A-Za-z0-9+/_.-]*")


class Known(NamedTuple):
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
    values = _values(known)
    places: dict[str, int] = {}
    listed = [*values]
    if min(len(values), len(known)) > FEW:
        listed += known.keys() - values.keys()
    else:
        for place, raw in Index(known).places(layers[0].text):
            places.setdefault(raw, place)
    index = Index(sorted(listed, key=len, reverse=True))
    phones = _phones(known)
    for layer in layers:
        for place, raw in index.places(layer.text):
            if layer is layers[0]:
                places.setdefault(raw, place)
            if (new := values.get(raw)) and not _is_replaced(layer, place, new):
                layer.force(place, new)
        if phones:
            _replace_phones(layer, phones)
    return places


def _values(known: dict[str, Known]) -> dict[str, str]:
    """Return what to look for elsewhere, in all ways to write it, with pseudonyms."""
    values = {
        raw: found.pseudonym
        for raw, found in known.items()
        if found.telling and found.pseudonym != raw
    }
    for raw, pseudonym in list(values.items()):
        bare, new = raw.strip(AROUND), pseudonym
        if bare != raw:
            new = pseudonym[raw.find(bare) :][: len(bare)]
            values.setdefault(bare, new)
        if _TWO_WAYS.fullmatch(bare):
            for (plus, slash), (minus, low) in _WAYS:
                other = bare.replace(plus, minus).replace(slash, low)
                values.setdefault(other, new.replace(plus, minus).replace(slash, low))
    return values


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


def _phones(known: dict[str, Known]) -> dict[str, str]:
    """Return the digits of every phone number found, with those to put there."""
    phones = {}
    for raw, found in known.items():
        own = own_digits(raw)
        if own and found.pseudonym != raw:
            old, new = digits(raw), _in_their_places(raw, found.pseudonym)
            phones[old] = new
            phones[old[-own:]] = new[-own:]
    return phones


def _in_their_places(raw: str, pseudonym: str) -> str:
    """Return what a pseudonym has for the digits: letters, for other alphabets'."""
    if raw.isdecimal():
        return pseudonym
    pairs = list(zip(raw, pseudonym, strict=True))
    escape = len("%2B") if raw.startswith("%") else 0
    return "".join(new for old, new in pairs[escape:] if old.isdecimal())


def _replace_phones(layer: Layer, phones: dict[str, str]) -> None:
    """Replace every phone number that is known, in whatever groups it is written."""
    for match in WRITTEN.finditer(layer.text):
        if layer.is_new(*match.span()):
            continue  # as most are: it was found where it stands
        written, start = match[0], match.start()
        if new := phones.get(digits(written)):
            number = _in_groups(written, new)
            if number != written and not _is_replaced(layer, start, number):
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
