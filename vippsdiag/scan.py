"""Find Vipps MobilePay keys in files, without showing them.

Only a value that a name gives away is a finding, or an access token, or a pair for the
token endpoint: a lone run of 32 hexadecimal digits is a checksum in most files. A name
such as ``token`` or ``password`` counts where the brand is named nearby. Examples from
the documentation, words that stand for a value and pseudonyms are no findings.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from vippsdiag.check import Confidence
from vippsdiag.conceal import HEX_KEY, JWT, PADDED_BASE64, rewrite
from vippsdiag.keys import Field, basic_pair, field_named
from vippsdiag.language import say
from vippsdiag.redact import is_disguised
from vippsdiag.redact.pseudonym import is_left
from vippsdiag.secret import fingerprint
from vippsdiag.shapes import Shape, is_cut, shape_of, template_in
from vippsdiag.token import read_token

# The brand, or a header or a host that only its API has.
_BRAND = re.compile(r"vipps|mobilepay|ocp-apim|merchant-serial-number", re.IGNORECASE)
_NAMED = re.compile(
    r"(?P<name>[A-Za-z][\w.\- ]{2,60}?)\\{0,8}[\"']?\]?\s{0,4}(?:=>|:=|[:=,>])\s{0,4}"
    r"(?:\\{0,8}[\"']?value\\{0,8}[\"']?\s{0,4}[:=]\s{0,4})?\\{0,8}[\"'\[]{0,2}$"
)
_WORD_BEHIND = re.compile(r"([A-Za-z][\w\-]{2,40})\W{1,6}$")
# What ipywidgets saves of a field: its label, other properties, its value.
_WIDGET = re.compile(
    r'"(?:description|placeholder|label)":\s*"(?P<label>[^"\\]{2,60})"[^{}]{0,800}?'
    r'"value":\s*"(?P<value>[^"\\]{16,200})"'
)
# How far around a value the brand may be named for the value to be one of its keys.
_NEAR = 1500


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
    for place, raw, label in chain(_values(text), _widgets(text)):
        branded = _is_near(brands, place)
        judged = _judge(raw, label, branded=branded, all_shapes=all_shapes)
        if judged:
            found[place, raw] = Leak(
                path=path,
                line=bisect_left(breaks, place) + 1,
                kind=judged[0],
                fingerprint=fingerprint(raw),
                confidence=judged[1],
            )
    return [found[place] for place in sorted(found)]


def _values(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield each value that may be a key, its place and what stands before it."""
    seen: set[str] = set()

    def note(raw: str) -> str:
        seen.add(raw)
        return raw

    rewrite(text, note)
    known = {raw for raw in seen if len(raw) >= 8}
    for match in re.finditer(r"[A-Za-z0-9+/_.-]+={0,2}", text):
        if match[0] in known:
            yield (
                match.start(),
                match[0],
                text[max(0, match.start() - 120) : match.start()],
            )
            continue
        for shape in (JWT, HEX_KEY):
            for part in shape.finditer(match[0]):
                if part[0] in known:
                    start = match.start() + part.start()
                    yield start, part[0], text[max(0, start - 120) : start]


def _widgets(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield the values of the fields that a notebook saves, with their labels."""
    for match in _WIDGET.finditer(text):
        yield match.start("value"), match["value"], f"{match['label']}: "


def _is_near(brands: list[int], place: int) -> bool:
    """Tell whether one of the places, which are in order, is near another."""
    following = bisect_left(brands, place - _NEAR)
    return following < len(brands) and brands[following] < place + _NEAR


def _judge(
    raw: str, before: str, *, branded: bool, all_shapes: bool
) -> tuple[str, Confidence] | None:
    """Tell what a value is and how sure that is; None if it is no key."""
    if is_left(raw) or template_in(raw) or is_cut(raw) or is_disguised(raw):
        return None
    if JWT.fullmatch(raw):
        return _judge_token(raw)
    if _is_pair(raw) and re.search(r"basic\W+$", before, re.IGNORECASE):
        return say("a client_id with its client_secret"), Confidence.LIKELY
    field = _field_before(before)
    if field in {Field.CLIENT_SECRET, *_SUBSCRIPTION}:
        return _judge_key(field, raw, branded=branded)
    if all_shapes and (HEX_KEY.fullmatch(raw) or PADDED_BASE64.fullmatch(raw)):
        return say("a value with the looks of a key"), Confidence.POSSIBLE
    return None


def _is_pair(raw: str) -> bool:
    pair = basic_pair(f"Basic {raw}")
    return pair is not None and shape_of(pair[0]) is Shape.GUID


_SUBSCRIPTION = (Field.SUBSCRIPTION_KEY, Field.SECONDARY_SUBSCRIPTION_KEY)


def _judge_token(raw: str) -> tuple[str, Confidence] | None:
    token = read_token(raw)
    signature = raw.split(".")[2] if raw.count(".") > 1 else ""
    if not signature or is_disguised(signature) or token.environment is None:
        return None
    kind = say("an access token of {environment}", environment=token.environment.words)
    return kind, Confidence.CERTAIN


def _judge_key(
    field: Field, raw: str, *, branded: bool
) -> tuple[str, Confidence] | None:
    wanted = Shape.HEX32 if field in _SUBSCRIPTION else Shape.BASE64
    fits = shape_of(raw) is wanted and re.search(r"\d|[a-z][A-Z]", raw) is not None
    if not fits:
        return None
    key = field in _SUBSCRIPTION
    kind = say("a subscription key") if key else say("a client_secret")
    if not branded:
        return kind, Confidence.POSSIBLE
    return kind, Confidence.CERTAIN if wanted is Shape.HEX32 else Confidence.LIKELY


def _field_before(before: str) -> Field | None:
    """Return the field that is named right before a value."""
    match = _NAMED.search(before) or _WORD_BEHIND.search(before)
    if match is None:
        return None
    words = re.split(r"[ .]+", match[1].strip())
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
