"""Find the secret values in a text and mask them.

One list of names and one of shapes serve headers, query, form, JSON and free text
alike. Names come first, because most secrets have no shape of their own; there is no
measure of randomness, because ids that help a diagnosis look random too.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from string import ascii_letters, digits
from typing import NamedTuple

from vippsdiag.extent import BLANKS, QUOTE, TAG, spans
from vippsdiag.secret import MASK, Secret, examine, mask
from vippsdiag.wording import is_hollow

# Without case, dashes, underscores, dots and blanks.
SENSITIVE_NAMES = frozenset(
    """
    accesstoken apikey authorization authtoken bearer birthdate
    callbackauthorizationtoken clientassertion clientsecret codeverifier cookie
    cookies customerphonenumber idtoken internationalmobilenumber loginhint
    mobilenumber nationalidentitynumber nationalidentitynumbers nin ocpapim
    ocpapimkeyecommerce ocpapimsubscription ocpapimsubscriptionkey
    ocpapimsubscriptionkeyprimary ocpapimsubscriptionkeysecondary passwd
    password personalnumber phone phonenumber primarykey primarysubscriptionkey
    proxyauthorization refreshtoken secondarykey secondarysubscriptionkey secret
    sessionid setcookie signature ssn subkey subscriptionkey
    subscriptionkeyprimary subscriptionkeysecondary token vippsaccesstoken
    vippsclientsecret vippsocpapimsubscriptionkey vippsprimarysubscriptionkey
    vippssecondarysubscriptionkey vippssubscriptionkey
    vippssubscriptionkeyprimary vippssubscriptionkeysecondary webhooksecret
    abonnementsnkkel abonnementsngle asiakassalaisuus klienthemlighet
    klienthemmelighed klienthemmelighet prenumerationsnyckel tilausavain xapikey
    """.split()
)

# A name may be part of a longer one: SHOP_VIPPS_CLIENT_SECRET, test_client_secret.
SENSITIVE_ENDINGS = (
    "accesstoken",
    "authorization",
    "clientsecret",
    "mobilenumber",
    "password",
    "phonenumber",
    "refreshtoken",
    "subscriptionkey",
    "webhooksecret",
)

# What no such name ends in, so that most values need not be looked at as names.
_NO_ENDING = frozenset(ascii_letters + digits) - {
    letter for name in SENSITIVE_ENDINGS for letter in (name[-1], name[-1].upper())
}

# Every sensitive name holds one of these, so that a text without them has no names to
# look for; in groups by their first letter, which makes the search quick.
ROOTS = """
    abonnement apim assertion auth avain bearer birth cookie hemlig hemmelig hint
    identity key mobile nin nyckel pass personal phone salaisuus secret session
    signature ssn token verifier
    """.split()
_ROOT = re.compile(
    "|".join(
        f"{first}(?:{'|'.join(root[1:] for root in group)})"
        for first, group in groupby(ROOTS, itemgetter(0))
    )
)


def _behind(value: str) -> str:
    """Return a pattern: right before a value stands an escape that ends in a letter."""
    escapes = (r"%[0-9A-Fa-f]{2}", r"\\[nrt]", r"\\u[0-9A-Fa-f]{4}")
    return "|".join(f"(?<={escape}{value})" for escape in escapes)


# The boundary before a value is looked at behind its first letters, or the search would
# stop at every letter of a text for it.
JWT = re.compile(rf"eyJ(?:(?<=\beyJ)|{_behind('eyJ')})[\w-]{{5,}}(?:\.[\w-]*){{0,2}}")
_HEX = "[0-9a-fA-F]{32}"
# A 32-digit trace id stands behind "00-" (W3C trace context) and is no key; nor is a
# number, which must stay one in JSON: one key in three million has no letter.
HEX_KEY = re.compile(
    rf"{_HEX}(?![\w-])(?<!\d{{32}})(?:(?<![\w%\\-]{_HEX})|{_behind(_HEX)})"
)
# Subscription keys with a GUID's dashes cannot be told from ids; names catch those.
PADDED_BASE64 = re.compile(
    rf"[A-Za-z0-9+/](?:(?<![\w+/%\\-].)|{_behind('.')})[A-Za-z0-9+/]{{13,}}+={{1,2}}"
    rf"(?![\w+/={MASK}])"
)
BASIC = re.compile(r"([Bb](?<!\w.)(?i:asic)\s+)([A-Za-z0-9+/_-]{8,}={0,2})")
USER_OPTION = re.compile(r"(-(?<!\S-)(?:u|-user)[ =]?[\"']?[^\s:\"']+:)([^\s\"']+)")
# An authorization code; "code" alone is also the name of many an error's number.
OAUTH_CODE = re.compile(r"(?<=[?&]code=)[\w.~%-]{16,}")
# Behind a plus sign and the country code of one of the markets.
PHONE = re.compile(
    r"(?:\+(?<![\w+/]\+)|%2B(?<![\w+/]%2B))(?:358|4[567])(?:[ -]?\d){7,10}(?!\d)"
)
USER_INFO = re.compile(r"(?<=://)[^\s/@:\"'<>]*:[^\s/@\"'<>]+(?=@)")
# Each with a sign that every text has which holds one, and that is quick to find.
SHAPES = (
    (JWT, re.compile("eyJ")),
    (PADDED_BASE64, re.compile("=(?<=[A-Za-z0-9+/]{14}=)")),
    (HEX_KEY, HEX_KEY),
    (OAUTH_CODE, re.compile("code=")),
    (PHONE, PHONE),
    (USER_INFO, re.compile("://")),
)

Replace = Callable[[str], str]

_RUN = re.compile(r"[\w.\- ]*+")
_HEAD = re.compile(r"(?s:.*[^\w.\- ])?")
_FARTHEST = 64
_MARK = re.compile(
    rf"{QUOTE}?[\])]?{BLANKS}(?P<mark>=>|:=|[:=>]|%3A|%3D)", re.IGNORECASE
)
_WORD = re.compile(r"[\w.\-]*+")
_MASKED = re.compile(rf"{MASK}•*(?:[0-9a-f]{{8}}(?!\w))?")
_WHOLE_LINE = frozenset({"authorization", "cookie", "proxyauthorization", "setcookie"})
# Words between a name and its value, in the languages of the markets.
_LINKS = frozenset("is was er var är on value =".split())
# {"name": "client_secret", "value": "..."} and <add key="..." value="..."/>
_ATTRIBUTE = re.compile(
    rf"(?P<name>[\w.:\- ]*+){QUOTE}\s*+(?:,\s*+)?{QUOTE}?value{QUOTE}?\s*+[:=]\s*+"
    rf"{QUOTE}(?P<value>(?:\\.|[^\"'“”\r\n\\])++)",
    re.IGNORECASE,
)
# Nothing but blanks, a link word, a comma or tags between the two: only what has a
# digit and some length is taken for a value, for the next word may be an ordinary one.
_SPACED = re.compile(
    r"(?P<name>[\w.\-]*+(?: [A-Za-z][\w.\-]*+){0,2}?)"
    rf"(?:(?:{QUOTE}\s*+,\s*+{QUOTE}|[ \t]++(?:(?:is|was|er|var|är|on)\s++)?"
    rf"|[ \t]*+\r?\n[ \t]*+|(?:{TAG}\s{{0,9}}){{1,8}}+){QUOTE}?)"
    r"(?P<value>(?:bearer\s++)?(?![\w.\-]*+[:=]\s)(?!\d{4}-\d\d-\d\d\b|AADSTS\d)"
    r"(?=[^\s\"'“”<>\d]*+\d)(?:[^\s\"'“”<>,;\\]|\\/){8,})",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"(?i)((?:(?:bearer|basic)(?:\s|%20|\+)+)*)(.*)", re.DOTALL)
_SCHEME_LETTERS = frozenset("bB")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")
_NOT_NAME = re.compile(r"[^a-z0-9]")
_DECORATION = re.compile(
    r"(?:test|prod|production|live|mt|staging|dev|primary|secondary|value|\d)+$"
)


def plain_name(name: str) -> str:
    """Return a name without case and punctuation, so that spellings meet."""
    return _NOT_NAME.sub("", name.lower())


@lru_cache(maxsize=4096)
def is_sensitive(name: str) -> bool:
    """Tell whether values under this name are secret or personal."""
    plain = plain_name(name)
    if plain in SENSITIVE_NAMES or plain.endswith(SENSITIVE_ENDINGS):
        return True
    bare = _DECORATION.sub("", plain)
    return bare in SENSITIVE_NAMES or bare.endswith(SENSITIVE_ENDINGS)


def _replaced(raw: str, replace: Replace) -> str:
    rest = _MASKED.sub("", raw) if MASK in raw else raw
    return raw if is_hollow(rest) else replace(raw)


def _replaced_value(raw: str, replace: Replace) -> str:
    if raw[:1] not in _SCHEME_LETTERS:
        return _replaced(raw, replace)
    match = _SCHEME.match(raw)
    assert match is not None  # noqa: S101 - both parts may be empty
    return match[1] + _replaced(match[2], replace)


@lru_cache(maxsize=4096)
def _sensitive_tail(name: str) -> str | None:
    """Return the end of a name that makes it sensitive; None if nothing does.

    In free text the name follows other words: "my client secret is: ...".
    """
    words = re.split(r"[ .]+", name.strip(" .-"))[-5:]
    while len(words) > 1 and words[-1].lower() in _LINKS:
        words.pop()
    tails = (" ".join(words[-count:]) for count in (1, 2, 3))
    return next(filter(is_sensitive, tails), None)


class _Spot(NamedTuple):
    """Where a value stands.

    Attributes:
        start: of the value.
        end: of the value.
        number: whether it is a number in a JSON text.
    """

    start: int
    end: int
    number: bool = False


def _roots(text: str) -> list[int]:
    """Return where the words begin that every sensitive name holds one of."""
    # One letter only becomes two when its case is lowered.
    low = text.replace("İ", "I").lower()
    return [match.start() for match in _ROOT.finditer(low)]


def _head(text: str, root: int) -> int:
    """Return where the name begins that a root is in, as far as it matters."""
    head = _HEAD.match(text, max(0, root - _FARTHEST), root)
    return head.end() if head else root


def _pair_name(text: str, root: int, end: int) -> str | None:
    """Return the sensitive end of a name; an escape may have left letters before it."""
    start = max(_head(text, root), end - 2 * _FARTHEST)
    left = {"%": 2, "\\": 1}.get(text[start - 1 : start], 0)
    name = text[start:end]
    return _sensitive_tail(name[left:]) or _sensitive_tail(name)


def _pairs(text: str, roots: list[int]) -> Iterator[_Spot]:
    """Yield the values behind a name and a mark such as a colon."""
    done = 0
    for root in roots:
        if root < done:
            continue
        done = _end(_RUN, text, root)
        match = _MARK.match(text, done)
        name = _pair_name(text, root, done) if match else None
        if not match or not name or not _is_mark(text, root, match["mark"]):
            continue
        in_json = text[done] == '"'
        whole_line = _takes_line(name)
        for start, end in spans(
            text, match.end(), match["mark"], whole_line=whole_line
        ):
            bare = in_json and text[start - 1] not in "\"'"
            yield _Spot(start, end, bare)
            done = end


@lru_cache(maxsize=4096)
def _takes_line(name: str) -> bool:
    return plain_name(name) in _WHOLE_LINE


def _end(pattern: re.Pattern[str], text: str, start: int) -> int:
    match = pattern.match(text, start)
    return match.end() if match else start


def _is_mark(text: str, root: int, mark: str) -> bool:
    """Tell whether a mark is one here: a bracket is only behind an element's name."""
    if mark != ">":
        return True
    start = _head(text, root)
    return text[start - 1 : start] in {"<", ":"}


def _beside(text: str, roots: list[int], pattern: re.Pattern[str]) -> Iterator[_Spot]:
    """Yield the values that a pattern finds behind a name."""
    done = 0
    for root in roots:
        if root < done:
            continue
        match = pattern.match(text, root)
        name = text[_head(text, root) : match.end("name")] if match else ""
        if match and _sensitive_tail(name.replace(":", " ")):
            done = match.end()
            yield _Spot(*match.span("value"))
        else:
            done = _end(_WORD, text, root)


def _apart(kinds: Iterable[Iterable[_Spot]]) -> list[_Spot]:
    """Return what does not overlap, by its place; the surer kinds come first."""
    kept: list[_Spot] = []
    for kind in kinds:
        ends = [one.end for one in kept]
        free = []
        for spot in kind:
            n = bisect_right(ends, spot.start)
            if n == len(kept) or kept[n].start >= spot.end:
                free.append(spot)
        kept = sorted(kept + free) if free else kept
    return kept


def _replace_named(text: str, replace: Replace) -> str:
    roots = _roots(text)
    if not roots:
        return text
    attributes = _beside(text, roots, _ATTRIBUTE) if "alue" in text else ()
    spaced = _beside(text, roots, _SPACED)
    parts: list[str] = []
    done = 0
    for start, end, number in _apart((attributes, _pairs(text, roots), spaced)):
        raw = text[start:end]
        value = _replaced_value(raw, replace)
        # A number in JSON becomes a string, or the text would not be JSON.
        quoted = number and value != raw and not _NUMBER.fullmatch(value)
        parts += text[done:start], f'"{value}"' if quoted else value
        done = end
    return "".join((*parts, text[done:]))


def rewrite(text: str, replace: Replace, shaped: Replace | None = None) -> str:
    """Return a text with every secret value in it replaced.

    Args:
        text: any text.
        replace: from a value that stands under a sensitive name to what to put there.
        shaped: the same for a value that only its looks give away; ``replace`` if not
            given.
    """
    shaped = shaped or replace
    text = _replace_named(text, replace)
    for scheme in (BASIC, USER_OPTION):
        text = scheme.sub(lambda match: match[1] + _replaced(match[2], replace), text)
    for shape, sign in SHAPES:
        if sign.search(text):
            text = shape.sub(lambda match: _replaced_shape(match[0], shaped), text)
    return text


def _replaced_shape(raw: str, replace: Replace) -> str:
    """Replace a value that only looks like one; a long name before a mark does too."""
    named = raw.endswith("=") and raw.rstrip("=+/")[-1:] not in _NO_ENDING
    if named and plain_name(raw).endswith(SENSITIVE_ENDINGS):
        return raw
    return _replaced(raw, replace)


def conceal(text: str) -> str:
    """Mask every secret in a text.

    Returns:
        The text itself if it holds none; otherwise a `Secret` of the whole text that
        shows it with each secret value replaced by its mask.
    """
    if isinstance(text, Secret):
        return text
    shown = rewrite(text, mask)
    return text if shown == text else Secret(text, shown)


def conceal_named(name: str, value: str) -> str:
    """Mask a value that stands under a name: a header, a field, a parameter."""
    if isinstance(value, Secret):
        return value
    if is_sensitive(name):
        shown = _replaced_value(value, mask)
        return value if shown == value else Secret(value, shown)
    return conceal(value)


REDACTED = re.compile(
    r"(?i)\W*(?:(?:bearer|basic)\s+)?[<\[(]?(?:redacted|removed|masked|hidden|secret"
    r" removed|sensitive|filtered|censored|scrubbed|\*{3,}|x{5,})[>\])]?\W*"
)


def still_masked(value: str) -> bool:
    """Tell whether somebody masked this value before we got it."""
    return examine(value, lambda raw: MASK in raw or bool(REDACTED.fullmatch(raw)))
