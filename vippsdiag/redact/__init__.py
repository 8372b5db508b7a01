"""Text with every secret replaced by a stable pseudonym, so that it can be shared.

Secrets are found by their names and shapes (see `vippsdiag.conceal`) in the text and in
everything that is written in it in another way (see `layers`). Each that was found is
then replaced wherever else it stands, also where no name tells what it is. In doubt a
value is replaced, and listed for review.
"""

import gc
import re
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from vippsdiag.language import say
from vippsdiag.redact.again import around
from vippsdiag.redact.known import Known
from vippsdiag.redact.layers import Layer
from vippsdiag.redact.mail import unmailed, unpacked
from vippsdiag.redact.pseudonym import Pseudonyms, is_disguised
from vippsdiag.redact.search import Search

__all__ = ["Pseudonyms", "Redaction", "Replaced", "Review", "is_disguised", "redact"]

_BRACKETS = {"<": ">", "{": "}", "[": "]"}
_BRACKETED = say("a value in brackets, which may be a word that asks for one; replaced")
# How often a text is searched again until a search finds nothing more.
ROUNDS = 4


class Replaced(NamedTuple):
    """A secret that was replaced.

    Attributes:
        line: where it stands first, counted from 1; None if it stands there encoded.
        kind: what it looks like, in words.
        pseudonym: what stands in its place.
    """

    line: int | None
    kind: str
    pseudonym: str


class Review(NamedTuple):
    """A place that a person should look at before sharing.

    Attributes:
        line: counted from 1; None if the value stands there encoded.
        kind: what stands there and what was done, in words, without the value.
    """

    line: int | None
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """A text that may be shared, and what was done to it.

    Attributes:
        text: with a pseudonym in the place of every secret; of the same length.
        replaced: each secret once, in the order in which they were found.
        review: what is in doubt.
    """

    text: str
    replaced: tuple[Replaced, ...] = ()
    review: tuple[Review, ...] = ()


def redact(text: str, pseudonyms: Pseudonyms | None = None) -> Redaction:
    """Replace every secret in a text by a pseudonym.

    The same secret has the same pseudonym throughout. A text that was redacted
    stays as it is.

    Args:
        text: any text; a secret in it may be escaped, folded or in Base64.
        pseudonyms: shared by several texts in which the same secrets shall have the
            same pseudonyms; new ones if not given.
    """
    with _uncollected():
        return _redacted(text, pseudonyms or Pseudonyms())


@contextmanager
def _uncollected() -> Iterator[None]:
    """Let garbage lie meanwhile.

    Of a long text there are some hundred thousand small things that all stay to the
    end. To look through them for circles again and again takes up to a tenth of the
    time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _redacted(text: str, pseudonyms: Pseudonyms) -> Redaction:
    first = search = Search(pseudonyms)
    bottom = _bottom(text)
    result = _searched(bottom, search)
    before = text
    for _ in range(ROUNDS):
        if result == before or not _is_worth(result, search, pseudonyms):
            break
        search = Search(pseudonyms, search)
        before, result = result, _searched(_bottom(result), search)
    return _told(bottom, result, first)


def _is_worth(result: str, before: Search, pseudonyms: Pseudonyms) -> bool:
    """Tell whether a second search may find something in what a first one left."""
    if not before.unsure:
        return False
    part = None if before.doubts is None else around(result, before.doubts)
    if part is None:
        return True
    return _searched(_bottom(part), Search(pseudonyms, before)) != part


def _bottom(text: str) -> Layer:
    """Return a text as it was before a mail program had it."""
    page = Layer(text)
    read = unmailed(page) or page
    return unpacked(read) or read


def _searched(bottom: Layer, search: Search) -> str:
    """Return the text with everything replaced that a search finds."""
    search.run(bottom)
    layer: Layer | None = bottom
    while layer:
        layer.carry()
        layer = layer.below
    return bottom.page.result


def _told(bottom: Layer, result: str, search: Search) -> Redaction:
    """Return the result with what was replaced and what is in doubt."""
    breaks = [match.start() for match in re.finditer("\n", bottom.page.text)]
    brackets = any(sign in bottom.text for sign in _BRACKETS)
    replaced, review = [], []
    for raw, known in search.known.items():
        place = search.places.get(raw)
        line = None if place is None else bisect_left(breaks, bottom.origin(place)) + 1
        if known.pseudonym != raw:
            replaced.append(Replaced(line, known.kind, known.pseudonym))
        asked = brackets and _doubt_around(bottom.text, raw, place)
        if doubt := asked or _doubt(known):
            review.append(Review(line, doubt))
    return Redaction(text=result, replaced=tuple(replaced), review=tuple(review))


def _doubt_around(text: str, raw: str, place: int | None) -> str:
    """Say whether brackets may ask for a value here; empty if there are none."""
    closing = _BRACKETS.get(raw[:1])
    inside = closing is not None and raw.endswith(closing)
    if place and not inside:
        closing = _BRACKETS.get(text[place - 1])
        end = place + len(raw)
        inside = closing is not None and (text[end : end + 1] or raw[-1:]) == closing
    return _BRACKETED if inside else ""


def _doubt(known: Known) -> str:
    """Say what is in doubt about a value; empty if nothing is."""
    if known.kept:
        return say("a word in a secret's place, left as it is")
    if known.unnamed or not known.telling:
        return _doubtful(known.kind, unnamed=known.unnamed)
    return ""


@lru_cache(maxsize=256)
def _doubtful(kind: str, *, unnamed: bool) -> str:
    if unnamed:
        return say("{kind}, replaced for its looks alone", kind=kind)
    return say("{kind}, replaced only where a name stands beside it", kind=kind)
