"""Find Vipps MobilePay keys in files, without showing them.

Only a value that a name gives away is a finding, or an access token, or a pair for the
token endpoint: a lone run of 32 hexadecimal digits is a checksum in most files. A name
such as ``token`` or ``password`` counts where the brand is named nearby, and so does a
name that stands elsewhere, as above a column. Examples from the documentation, words
that stand for a value and pseudonyms are no findings.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import chain
from typing import NamedTuple

from vippsdiag.check import Confidence
from vippsdiag.conceal import rewrite
from vippsdiag.keys import Field, basic_pair, field_named
from vippsdiag.language import say
from vippsdiag.looks import HEX_KEY, JWT, PADDED_BASE64
from vippsdiag.redact import is_disguised
from vippsdiag.redact.escapes import meaning
from vippsdiag.redact.index import Index
from vippsdiag.redact.pseudonym import is_left
from vippsdiag.secret import fingerprint
from vippsdiag.shapes import Shape, is_cut, shape_of, template_in
from vippsdiag.token import read_token

# The brand, or a header or a host that only its API has.
_BRAND = re.compile(r"vipps|mobilepay|ocp-apim|merchant-serial-number", re.IGNORECASE)
# What stands between a name and its value, behind the last letter of the name.
_MARK = re.compile(
    r"[\w.\- ]\\{0,8}[\"']?\]?\s{0,4}(?:=>|:=|[:=,>])\s{0,4}"
    r"(?:\\{0,8}[\"']?value\\{0,8}[\"']?\s{0,4}[:=]\s{0,4})?\\{0,8}[\"'\[]{0,2}$"
)
_LONGEST_MARK = 64
_NAME = re.compile(r"[A-Za-z][\w.\- ]{2,60}\Z")
_LONGEST_NAME = 61
_WORD_BEHIND = re.compile(r"([A-Za-z][\w\-]{2,40})\W{1,6}$")
_LONGEST_WORD = 48
_BEHIND_WORD = re.compile(r"[\w\-]\W{1,7}\Z")
_LONGEST_GAP = 8
_BEFORE = 120
_BASIC = re.compile(r"basic\W+$", re.IGNORECASE)
# What is shorter is no token and no key.
_SHORTEST = 8
# What ipywidgets saves of a field: its label, other properties, its value.
_WIDGET = re.compile(
    r'"(?:description|placeholder|label)":\s*"(?P<label>[^"\\]{2,60})"[^{}]{0,800}?'
    r'"value":\s*"(?P<value>[^"\\]{16,200})"'
)
# What nobody else's keys are called.
_OWN_NAME = re.compile(
    r"(?:client|klient)[ _.-]?(?:secret|hem)|subscription[ _.-]?key|sub[ _-]?key"
    r"|abonnementsn|asiakassalaisu|prenumerationsn|tilausavain",
    re.IGNORECASE,
)
# How a value is written that has escapes in it.
_WRITTEN = re.compile(r"[%\\&]")
# The claim that says who asked for a token of the kind that the API issues.
_APP = "appid"
# How far around a value the brand may be named for the value to be one of its keys.
_NEAR = 1500
# Of a longer text so many characters are looked at at a time.
_PIECE = 8_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """A key that stands in a file.

    Attributes:
        path: of the file, as it was given.
        line: counted from 1.
        kind: what it is, in words.
        fingerprint: the first 8 hexadecimal digits of the value's SHA-256.
        confidence: how sure it is that this is a key of Vipps MobilePay.
    """

    path: str
    line: int
    kind: str
    fingerprint: str
    confidence: Confidence


def scan(text: str, path: str, *, all_shapes: bool = False) -> list[Leak]:
    """Find the keys in a text.

    Args:
        text: of a file of any kind; a notebook's outputs and metadata are text too.
        path: what to call it.
        all_shapes: find lone values too, that only their looks give away.

    Returns:
        What was found, in the order of the text; a value that stands in several
        places is found at each of them.
    """
    breaks = [match.start() for match in re.finditer("\n", text)]
    brands = [match.start() for match in _BRAND.finditer(text)]
    found: dict[tuple[int, str], Leak] = {}
    for value in chain(_values(text), _widgets(text)):
        branded = _is_near(brands, value.place)
        judged = _judge(value, branded=branded, all_shapes=all_shapes)
        if judged:
            found[value.place, value.raw] = Leak(
                path=path,
                line=bisect_left(breaks, value.place) + 1,
                kind=judged[0],
                fingerprint=fingerprint(value.raw),
                confidence=judged[1],
            )
    return [found[place] for place in sorted(found)]


def scan_chunks(
    chunks: Iterable[str], path: str, *, all_shapes: bool = False
) -> list[Leak]:
    """Find the keys in a text of any length, so that memory does not grow with it.

    Args:
        chunks: the text, cut anywhere.
        path: see `scan`.
        all_shapes: see `scan`.
    """
    leaks: list[Leak] = []
    known: set[tuple[int, str]] = set()
    for above, text in _pieces(chunks):
        found = scan(text, path, all_shapes=all_shapes)
        found = [replace(leak, line=leak.line + above) for leak in found]
        leaks += (leak for leak in found if (leak.line, leak.fingerprint) not in known)
        known = {(leak.line, leak.fingerprint) for leak in found}
    return leaks


def _pieces(chunks: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield pieces in whole lines, each with how many lines are above it.

    The last lines of one are the first of the next, for a name may stand in one line
    and its value in another.
    """
    text, above = "", 0
    for chunk in chunks:
        text += chunk
        if len(text) < _PIECE:
            continue
        end = text.rfind("\n") + 1 or len(text)
        yield above, text[:end]
        start = text.find("\n", max(0, end - _NEAR), end - 1) + 1 or end
        above += text.count("\n", 0, start)
        text = text[start:]
    yield above, text


class _Value(NamedTuple):
    """What may be a key.

    Attributes:
        place: where it stands.
        raw: the value.
        before: what stands before it.
        named: whether the search for secrets found a name for it.
    """

    place: int
    raw: str
    before: str
    named: bool


def _values(text: str) -> Iterator[_Value]:
    """Yield each value that may be a key."""
    named, lone = _found(text)
    known = named | lone
    if not known:
        return

    def at(place: int, raw: str, written: str) -> _Value:
        before = text[max(0, place - _BEFORE) : place]
        return _Value(place, raw, before, written in named)

    for match in re.finditer(r"[A-Za-z0-9+/_.-]+={0,2}", text):
        if match[0] in known:
            yield at(match.start(), match[0], match[0])
            continue
        for shape in (JWT, HEX_KEY) if len(match[0]) >= _SHORTEST else ():
            for part in shape.finditer(match[0]):
                if part[0] in known:
                    yield at(match.start() + part.start(), part[0], part[0])
    escaped = Index(filter(_WRITTEN.search, known))
    seen: set[str] = set()
    for place, written in escaped.places(text):
        if written not in seen:
            seen.add(written)
            yield at(place, meaning(written), written)


def _found(text: str) -> tuple[set[str], set[str]]:
    """Return the values that have a name, and those that only look like a key."""
    named: set[str] = set()
    lone: set[str] = set()

    def note(raw: str, among: set[str]) -> str:
        if len(raw) >= _SHORTEST:
            among.add(raw.rstrip(".,;:!?"))  # what ends the sentence
        return raw

    rewrite(text, partial(note, among=named), partial(note, among=lone))
    return named, lone


def _widgets(text: str) -> Iterator[_Value]:
    """Yield the values of the fields that a notebook saves, with their labels."""
    for match in _WIDGET.finditer(text):
        label = f"{match['label']}: "
        yield _Value(match.start("value"), match["value"], label, named=False)


def _is_near(brands: list[int], place: int) -> bool:
    """Tell whether one of the places, which are in order, is near another."""
    following = bisect_left(brands, place - _NEAR)
    return following < len(brands) and brands[following] < place + _NEAR


def _judge(
    value: _Value, *, branded: bool, all_shapes: bool
) -> tuple[str, Confidence] | None:
    """Tell what a value is and how sure that is; None if it is no key."""
    judged = _judge_looks(value, branded=branded, all_shapes=all_shapes)
    # These are asked last, for they cost most and few values are a key by their name.
    if judged is None or is_left(value.raw) or template_in(value.raw):
        return None
    return None if is_cut(value.raw) or is_disguised(value.raw) else judged


def _judge_looks(
    value: _Value, *, branded: bool, all_shapes: bool
) -> tuple[str, Confidence] | None:
    """Tell what a value is by its looks and what stands before it."""
    raw = value.raw
    if JWT.fullmatch(raw):
        return _judge_token(raw, branded=branded)
    if _BASIC.search(value.before) and _is_pair(raw):
        return say("a client_id with its client_secret"), Confidence.LIKELY
    shape = shape_of(raw)
    looks_right = shape in _WANTED.values()
    field = _field_before(value.before) if looks_right or all_shapes else None
    if field in _WANTED:
        return _judge_key(field, raw, shape, branded=branded)
    if looks_right and value.named and (branded or _OWN_NAME.search(value.before)):
        field = Field.CLIENT_SECRET if shape is Shape.BASE64 else Field.SUBSCRIPTION_KEY
        return _judge_key(field, raw, shape, branded=False)
    if all_shapes and (HEX_KEY.fullmatch(raw) or PADDED_BASE64.fullmatch(raw)):
        return say("a value with the looks of a key"), Confidence.POSSIBLE
    return None


def _is_pair(raw: str) -> bool:
    pair = basic_pair(f"Basic {raw}")
    return pair is not None and shape_of(pair[0]) is Shape.GUID


_WANTED = {
    Field.CLIENT_SECRET: Shape.BASE64,
    Field.SUBSCRIPTION_KEY: Shape.HEX32,
    Field.SECONDARY_SUBSCRIPTION_KEY: Shape.HEX32,
}


def _judge_token(raw: str, *, branded: bool) -> tuple[str, Confidence] | None:
    token = read_token(raw)
    signature = raw.split(".")[2] if raw.count(".") > 1 else ""
    if not signature or is_disguised(signature):
        return None
    if token.environment:
        words = token.environment.words
        kind = say("an access token of {environment}", environment=words)
        return kind, Confidence.CERTAIN
    if branded or _APP in token.claims:
        return say("an access token"), Confidence.POSSIBLE
    return None


def _judge_key(
    field: Field, raw: str, shape: Shape | None, *, branded: bool
) -> tuple[str, Confidence] | None:
    wanted = _WANTED[field]
    if shape is not wanted or not re.search(r"\d|[a-z][A-Z]", raw):
        return None
    is_hex = wanted is Shape.HEX32
    kind = say("a subscription key") if is_hex else say("a client_secret")
    if not branded:
        return kind, Confidence.POSSIBLE
    return kind, Confidence.CERTAIN if is_hex else Confidence.LIKELY


def _field_before(before: str) -> Field | None:
    """Return the field that is named right before a value."""
    name = name_before(before)
    return None if name is None else _field_of(name)


def name_before(before: str) -> str | None:
    """Return the name that stands before a value; None if there is none.

    Args:
        before: what stands before the value, up to it.

    Returns:
        The words before a mark such as a colon; without a mark, the last word.
    """
    # The mark is looked for first: most of what can be a name has none behind it.
    mark = _MARK.search(before, max(0, len(before) - _LONGEST_MARK))
    while mark:
        end = mark.start() + 1
        name = _NAME.search(before, max(0, end - _LONGEST_NAME), end)
        if name:
            return name[0].strip()
        mark = _MARK.search(before, end)
    return _word_before(before)


def _word_before(before: str) -> str | None:
    if not _BEHIND_WORD.search(before, max(0, len(before) - _LONGEST_GAP)):
        return None
    word = _WORD_BEHIND.search(before, max(0, len(before) - _LONGEST_WORD))
    return word[1] if word else None


@lru_cache(maxsize=4096)
def _field_of(name: str) -> Field | None:
    words = re.split(r"[ .]+", name)
    tails = (" ".join(words[-count:]) for count in (1, 2, 3))
    return next(filter(None, map(_field, tails)), None)


def _field(name: str) -> Field | None:
    found = field_named(name)
    if found:
        return found
    pieces = re.split(r"[_\-]", name)
    return next(
        filter(
            None, (field_named("_".join(pieces[n:])) for n in range(1, len(pieces)))
        ),
        None,
    )
