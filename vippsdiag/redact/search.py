"""The search for secrets through all layers of a text."""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from vippsdiag.conceal import rewrite
from vippsdiag.extent import Span
from vippsdiag.language import say
from vippsdiag.looks import HEX_KEY, JWT, PADDED_BASE64
from vippsdiag.phones import PHONE, is_number
from vippsdiag.redact.dumped import dumped
from vippsdiag.redact.encoded import decoded, says_something
from vippsdiag.redact.escapes import (
    HARD,
    meaning,
    unescaped,
    unfolded,
    unwrapped,
    written_as,
)
from vippsdiag.redact.index import Index
from vippsdiag.redact.known import AROUND, Known, replace_known
from vippsdiag.redact.layers import Layer, differences
from vippsdiag.redact.mail import from_mail
from vippsdiag.redact.pseudonym import OWN_FROM, Pseudonyms, is_left
from vippsdiag.sensitive import ROOTS, any_of
from vippsdiag.shapes import CUT, GUID, MASKED, Shape, shape_of
from vippsdiag.token import is_piece_of_token, read_token

# Where so many values are in doubt, all of a text is.
MANY = 200
# How often something may be encoded in something encoded.
DEEPEST = 4
# How often a value in which something is escaped may be escaped itself.
_OFTEN = 16

_TELLING = re.compile(
    r"(?=.*[0-9+/=])(?=.*[^\W_]).{8,}|(?=.*[a-z][A-Z]).{16,}", re.DOTALL
)
# What a webhook or a signed call says of its body is no secret, and tells a cause.
_BODY_HASH = re.compile(
    r"-(?<=content-)(?:sha256|md5)\W{1,40}?(?:value\W{1,20}?)?"
    r"([A-Za-z0-9+/]{22,}={1,2})",
    re.IGNORECASE,
)
_SIGNED_HASH = re.compile(r"GMT;[\w.:-]{3,100};([A-Za-z0-9+/]{43}=)")
_SIGNATURE = re.compile(r"(HMAC-SHA256\s.*?&Signature=)(.*)", re.IGNORECASE | re.DOTALL)
# Several values in one: cookies, the parts of a Digest.
_PARTS = re.compile(r"([\s;,&]+|(?<=\w)=+(?=[^=\s]))")
# What a server asks of a browser to do with a cookie.
_COOKIE_RULES = frozenset(
    "domain expires httponly lax max-age none path samesite secure strict".split()
)
_DATE = r"[a-z]{3,9},?[ ]\d\d[ -][a-z]{3}[ -](?:\d\d){1,2}[ ][\d:]{8}[ ](?:gmt|utc)"
_COOKIE_RULE = re.compile(
    rf"(;[ ]?(?:expires={_DATE}|max-age=-?\d{{1,10}}|domain=\.?[\w.-]{{1,80}}"
    r"|path=/)(?![^;]))",
    re.IGNORECASE,
)
# A key with something around it has the pseudonym that it has alone.
_KEY = re.compile(f"({HEX_KEY.pattern}|{PADDED_BASE64.pattern}|{PHONE.pattern})")
_HEX_DIGITS = 32
# All tokens begin alike; of this one nothing else is left.
_HINT = re.compile(
    rf"eyJ[\w-]{{0,13}}(?:{MASKED.pattern}|{CUT.pattern}){{1,2}}", re.IGNORECASE
)
_CUT_OFF = re.compile(rf"(?:{CUT.pattern})+", re.IGNORECASE)
# What is in a token's first part when it says what it is, wherever that begins.
_OF_TOKEN = re.compile("I(?:mFsZy|kpXVC)|J(?:hbGci|KV1Qi)|i(?:YWxnI|SldUI)")
# Neither a token nor several values nor written in another way.
_SIMPLE = re.compile(r"(?!.*eyJ)[A-Za-z0-9+/_.=-]+")
# The same of a part, behind which bytes may stand that are no text.
_PLAIN = re.compile(r"(?!.*eyJ)[A-Za-z0-9+/_.=\udc80-\udcff-]*")
# One value, if there is no key within it.
_SINGLE = re.compile(r"[A-Za-z0-9+/_.-]++=*")
# Shorter ones stand in a key by chance.
_NAME = any_of(root for root in ROOTS if len(root) > 4)
_LETTER = re.compile(r"[^\W\d_]")
# So many letters of a pseudonym are never those of its value by chance.
_HEAD = 6
_PAIR = re.compile(r"[A-Za-z0-9+/_-]{6,}={0,2}")
_UTF8 = re.compile(
    rb"(?:[\x00-\x7f]++|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}"
    rb"|[\xf0-\xf4][\x80-\xbf]{3})*+"
)


class Search:
    """Finds secrets, and puts their pseudonyms into the layers.

    Args:
        pseudonyms: gives each value its own.
        before: a search in the same text, whose pseudonyms are none's secrets.

    Attributes:
        known: every value that was found, by the value.
        places: where each stands first in the text itself.
        unsure: the values that may hold another, or a name.
        doubts: where those stand; None if there are too many of them.
    """

    __slots__ = (
        *("_pseudonyms", "_public", "_settled", "_texts"),
        *("doubts", "known", "places", "unsure"),
    )

    def __init__(self, pseudonyms: Pseudonyms, before: "Search | None" = None) -> None:
        self._pseudonyms = pseudonyms
        self._public: set[str] = before._public if before else set()
        # The pseudonyms of values that hold no other.
        self._settled: set[str] = set()
        # Each that was searched, and what came of it.
        self._texts: dict[str, tuple[str, list[Span]]] = {}
        self.unsure: set[str] = set()
        self.doubts: list[int] | None = []
        self.known: dict[str, Known] = {}
        self.places: dict[str, int] = {}

    def run(self, bottom: Layer) -> None:
        """Replace every secret in a text."""
        layers = list(self._explore(bottom, 0))
        whole = unwrapped(bottom)
        if whole:
            layers[1:1] = [whole, *self._explore(decoded(whole), 1)]
        self.doubts = self._doubts(layers) if len(self.unsure) <= MANY else None
        self.places = replace_known(layers, self.known)
        # What is in Base64 comes last: all of it may have been taken for a secret.
        for layer in reversed(layers):
            layer.carry()

    def _doubts(self, layers: list[Layer]) -> list[int]:
        index = Index(self.unsure)
        return [
            layer.origin(place)
            for layer in layers
            for place, _ in index.places(layer.text)
        ]

    def _explore(self, layer: Layer | None, depth: int) -> Iterator[Layer]:
        """Look for names and shapes in a layer and in all that can be read in it."""
        if layer is None:
            return
        new, marks = self._rewritten(layer.text)
        if len(new) == len(layer.text):
            layer.start_from(new, marks)
        yield layer
        if depth == DEEPEST:
            return
        yield from self._explore(decoded(layer), depth + 1)
        escaped = unescaped(layer)
        if escaped and not HARD.search(layer.text):
            # Quotes with a backslash before them hide nothing from the search.
            yield escaped
        else:
            yield from self._explore(escaped, depth + 1)
        if depth == 0:
            mail = from_mail(layer)
            for upper in (unfolded(layer, mail), mail, dumped(layer)):
                yield from self._explore(upper, depth + 1)

    def _rewritten(self, text: str) -> tuple[str, list[Span]]:
        """Return a text with every secret replaced, and where each was."""
        if done := self._texts.get(text):
            return done  # there may be several ways to read the same
        self._public.update(_BODY_HASH.findall(text))
        if "GMT;" in text:
            self._public.update(_SIGNED_HASH.findall(text))
        marks: list[Span] = []

        def note(start: int, raw: str, new: str) -> None:
            if raw != new:
                marks.extend(_replaced_parts(start, raw, new))

        new = rewrite(text, self._named, self._shaped, note, self._settled)
        done = new, marks
        self._texts[text] = done
        return done

    def _named(self, raw: str) -> str:
        known = self.known.get(raw)
        if known and not known.unnamed:
            return known.pseudonym
        self._doubt(raw)
        new = self._found(raw, unnamed=False)
        if raw not in self.unsure:
            self._settled.add(new)
        return new

    def _shaped(self, raw: str) -> str:
        self._doubt(raw)
        return self._found(raw, unnamed=True)

    def _doubt(self, raw: str) -> None:
        """Remember a value that may hold another."""
        if raw not in self.known and _may_hold_another(raw):
            self.unsure.add(raw)

    def _found(self, raw: str, *, unnamed: bool, depth: int = 0) -> str:
        """Return a value's pseudonym, and remember the value.

        Args:
            raw: the value.
            unnamed: whether no name stands beside it.
            depth: how many escapes were taken for what they mean to read it.
        """
        known = self.known.get(raw)
        if known and (unnamed or not known.unnamed):
            return known.pseudonym
        if raw in self._public:
            return raw
        pseudonym = known.pseudonym if known else self._disguised(raw, depth)
        if pseudonym == raw and not is_left(raw):
            self._public.add(raw)  # it is a pseudonym already
            return raw
        shape = shape_of(raw)
        known = Known(
            pseudonym=pseudonym,
            kind=_kind(shape, len(raw)),
            # A token is known by its signature; one that was cut by nothing.
            telling=bool(_TELLING.match(raw)) and shape is not Shape.TOKEN,
            unnamed=unnamed,
            kept=pseudonym == raw,
        )
        self.known[raw] = known
        self._public.add(pseudonym)
        return pseudonym

    def _disguised(self, raw: str, depth: int = 0) -> str:
        if _SIMPLE.fullmatch(raw):
            return self._pair(raw) or self._plain(raw)
        if JWT.search(raw):
            return "".join(self._around_tokens(raw, depth))
        if signed := _SIGNATURE.fullmatch(raw):
            return signed[1] + self._found_part(signed[2])
        user, colon, password = raw.partition(":")
        if colon and GUID.fullmatch(user):
            return f"{user}:{self._found_part(password)}"
        meant = meaning(raw) if depth < _OFTEN else raw
        if meant != raw:
            return written_as(raw, self._found(meant, unnamed=False, depth=depth + 1))
        return self._pair(raw) or self._plain(raw)

    def _around_tokens(self, raw: str, depth: int) -> Iterator[str]:
        """Yield the pseudonyms of tokens and of what stands around them."""
        done = 0
        for jwt in JWT.finditer(raw):
            yield self._between(raw[done : jwt.start()], depth)
            yield self._token(jwt[0])
            done = jwt.end()
        yield self._between(raw[done:], depth)

    def _between(self, raw: str, depth: int) -> str:
        """Return the pseudonym of what stands beside a token, and is no other."""
        if _CUT_OFF.fullmatch(raw):
            return raw
        return self._plain(raw) if JWT.search(raw) else self._disguised(raw, depth)

    def _plain(self, raw: str) -> str:
        if not _LETTER.search(raw):
            return self._pseudonyms.of(raw)
        if len(raw) <= 64 and _OF_TOKEN.search(raw) and is_piece_of_token(raw):
            return raw
        if raw[:3] == "eyJ" and _HINT.fullmatch(raw):
            return raw
        pieces = _KEY.split(raw) if _may_hold_key(raw) else [raw]
        alone = pieces[0] == raw or pieces[1:] == [raw, ""]
        if (alone and _SINGLE.fullmatch(raw)) or is_left(raw):
            return self._pseudonyms.of(raw)
        for n, piece in enumerate(pieces):
            if n % 2:
                pieces[n] = self._pseudonyms.of(piece)
            elif piece:
                pieces[n] = self._in_parts(piece)
        return "".join(pieces)

    def _in_parts(self, raw: str) -> str:
        """Return pseudonyms of several values with what stands between them."""
        if ";" in raw and _COOKIE_RULE.search(raw):
            pieces = _COOKIE_RULE.split(raw)
            pieces[::2] = [piece and self._in_parts(piece) for piece in pieces[::2]]
            return "".join(pieces)
        parts = _PARTS.split(raw)
        rules = _COOKIE_RULES if ";" in raw else ()
        parts[::2] = [
            part if not part or part.lower() in rules else self._pseudonyms.of(part)
            for part in parts[::2]
        ]
        return "".join(parts)

    def _token(self, raw: str) -> str:
        """Return a token with another signature; what it says is no secret."""
        header, *rest = raw.split(".")
        claims, signatures = rest[:1], rest[1:]
        found = read_token(raw)
        if not found.header:
            header = "eyJ" + self._plain(header[3:])
        # Claims that were cut off can still be read up to there.
        if not found.claims and not all(map(says_something, claims)):
            claims = [self._plain(part) for part in claims]
        return ".".join((header, *claims, *map(self._found_part, signatures)))

    def _pair(self, raw: str) -> str | None:
        """Return a Basic pair, or one value in Base64, with a pseudonym in it."""
        # Eight digits are a phone number.
        if not _PAIR.fullmatch(raw) or raw.isdecimal():
            return None
        if len(raw) % 4 and "_" not in raw:
            return None  # which is quicker to see than to be told of
        try:
            text = base64.b64decode(raw, altchars=b"-_" if "-" in raw else None)
            # PowerShell's "Unicode" has a zero behind each letter.
            form = "utf-16-le" if text[1:2] == b"\0" else "utf-8"
            # Most are no text, which is quicker to see as well.
            pair = text.decode(form) if _UTF8.fullmatch(text) else ""
        except (binascii.Error, ValueError):
            return None
        user, colon, password = pair.partition(":")
        one_value = pair.isascii() and len(pair) >= OWN_FROM
        if not pair.strip().isprintable() or not (colon or one_value):
            return None
        is_id = colon and GUID.fullmatch(user.strip())
        shown = user if is_id else self._found_part(user)
        new = f"{shown}{colon}{self._found_part(password)}".encode(form)
        encoded = base64.b64encode(new, altchars=b"-_" if "-" in raw else None)
        return encoded.decode() if len(encoded) == len(raw) else None

    def _found_part(self, raw: str) -> str:
        """Return a part's pseudonym, whatever blanks are around it."""
        core = raw.strip()
        if not core:
            return raw
        before, _, after = raw.partition(core)
        return before + self._found(core, unnamed=False) + after


@lru_cache(maxsize=256)
def _kind(shape: Shape | None, size: int) -> str:
    if shape:
        return say(shape.value)
    return say("a value of {count} characters", count=size)


def _replaced_parts(start: int, raw: str, new: str) -> Iterable[Span]:
    """Return from where to where a value was replaced: parts, if its head was kept."""
    if not raw.startswith(new[:_HEAD]) and "eyJ" not in raw:
        return ((start, start + len(raw)),)
    places = differences(raw, new) if len(raw) == len(new) else ()
    return [(start + first, start + last) for first, last in places]


def _may_hold_key(raw: str) -> bool:
    """Tell whether `_KEY` may match, which takes longer to see."""
    return len(raw) >= _HEX_DIGITS or "=" in raw or _may_hold_phone(raw)


def _may_hold_phone(raw: str) -> bool:
    return "+" in raw or "00" in raw or "%" in raw


def _may_hold_another(raw: str) -> bool:
    """Tell whether a value may go on behind its end, or have a name in it."""
    if raw.isdecimal():
        return False
    if not _SIMPLE.fullmatch(raw):
        if is_number(raw):
            return False
        raw = meaning(raw).strip(AROUND)
        if _may_hold_phone(raw) and PHONE.search(raw):
            return True
        if not _SIMPLE.fullmatch(raw):
            parts = _PARTS.split(raw)[::2]
            if not all(map(_PLAIN.fullmatch, parts)):
                return True
    return _NAME.search(raw.lower()) is not None
