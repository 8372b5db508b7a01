"""Find the secret values in a text and mask them.

One list of names and one of shapes serve headers, query, form, JSON and free text
alike. Names come first, because most secrets have no shape of their own; there is no
measure of randomness, because ids that help a diagnosis look random too.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from vippsdiag.secret import MASK, Secret, examine, mask

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
    "clientsecret",
    "password",
    "phonenumber",
    "refreshtoken",
    "subscriptionkey",
    "webhooksecret",
)

# Words that hold no value: someone else masked it already, or a kind of token.
HARMLESS = re.compile(
    r"(?i)(?:bearer|basic|true|false|null|none|undefined|redacted|removed|masked"
    r"|hidden|truncated|invalid_\w+|\W+|<[^<>\d]*>|x{3,}|\[[^\[\]\d]*\])$"
)

# Where a value can begin: at no letter, or right behind an escape that ends in one.
_BEHIND = r"(?<=%[0-9A-Fa-f]{2})|(?<=\\[nrt])|(?<=\\u[0-9A-Fa-f]{4})"
JWT = re.compile(rf"(?:\b|{_BEHIND})eyJ[\w-]{{5,}}(?:\.[\w-]*){{0,2}}")
# A 32-digit trace id stands behind "00-" (W3C trace context) and is no key.
HEX_KEY = re.compile(rf"(?:(?<![\w%\\-])|{_BEHIND})[0-9a-fA-F]{{32}}(?![\w-])")
# Subscription keys with a GUID's dashes cannot be told from ids; names catch those.
PADDED_BASE64 = re.compile(
    rf"(?:(?<![\w+/%\\-])|{_BEHIND})[A-Za-z0-9+/]{{14,}}+={{1,2}}(?![\w+/=])"
)
BASIC = re.compile(r"(?i)\b(basic\s+)([A-Za-z0-9+/_-]{8,}={0,2})")
USER_OPTION = re.compile(r"(?<!\S)((?:-u|--user)[ =]?[\"']?[^\s:\"']+:)([^\s\"']+)")
# An authorization code; "code" alone is also the name of many an error's number.
OAUTH_CODE = re.compile(r"(?<=[?&]code=)[\w.~%-]{16,}")
# Behind a plus sign and the country code of one of the markets.
PHONE = re.compile(r"(?<![\w+/])(?:\+|%2B)(?:358|4[567])(?:[ -]?\d){7,10}(?!\d)")
USER_INFO = re.compile(r"(?<=://)[^\s/@:\"'<>]*:[^\s/@\"'<>]+(?=@)")
SHAPES = (JWT, PADDED_BASE64, HEX_KEY, OAUTH_CODE, PHONE, USER_INFO)

Replace = Callable[[str], str]

# Backslashes and blanks are counted up to a limit, or a megabyte of them takes hours.
_QUOTE = r"(?:\\{0,16}[\"']|&quot;|%22|%27|[“”„‘’`])"
_BLANKS = r"(?:[ \t]*+(?:(?:%20|\\[nrt]|%0A|%09)[ \t]*+){0,8}+)"
# A name with everything before it that could be part of it. It begins where such
# characters begin and is never read twice, so that a megabyte takes a moment.
_NAME = re.compile(
    r"(?P<name>(?:(?<![\w.\- ])|(?<=%3[AD]))[\w.\- ]++)"
    rf"{_QUOTE}?[\])]?{_BLANKS}(?P<mark>=>|:=|[:=>]|%3A|%3D)",
    re.IGNORECASE,
)
_QUOTED = re.compile(
    rf"{_BLANKS}(?:\r?\n[ \t]*+)?\[?{_BLANKS}(?:\r?\n[ \t]*+)?(?P<quote>{_QUOTE})",
    re.IGNORECASE,
)
_CLOSING = {"“": "”", "„": "”“", "‘": "’"}
# Where a value ends that has no quotes: before the next name, or at the punctuation
# that closes what it stands in.
_END = re.compile(
    rf"[\s<>]|[,;&](?={_BLANKS}{_QUOTE}?[\w.\-%]++{_QUOTE}?\s*(?:[:=]|%3A|%3D))"
    r"|[,;)}\]\"'`”’]+(?=[\s<>,:;)}\]]|$)|%22|%27|%26|%0A|%0D|&quot;|\\(?!/)",
    re.IGNORECASE,
)
# A number that is written in groups: +47 123 45 678.
_GROUPS = re.compile(r"(?:\+|%2B)?\d{1,4}(?:[ -]\d{2,5}){1,5}(?![\w-])", re.IGNORECASE)
_LINE_END = re.compile(r"[\r\n\"'<>\\]")
_SCHEMES = re.compile(rf"{_BLANKS}(?:(?:bearer|basic)(?:\s|%20|\+)+)*", re.IGNORECASE)
_NEXT_LINE = re.compile(r"[ \t]*+\r?\n[ \t]*+([^\s:={}\[\]]+={0,2})[ \t]*(?:\r?\n|$)")
_WHOLE_LINE = frozenset({"authorization", "cookie", "proxyauthorization", "setcookie"})
# Words between a name and its value, in the languages of the markets.
_LINKS = frozenset("is was er var är on value =".split())
# {"name": "client_secret", "value": "..."} and <add key="..." value="..."/>
_NAME_AND_VALUE = re.compile(
    rf"{_QUOTE}(?P<name>[\w.:\- ]++){_QUOTE}\s*+(?:,\s*+)?"
    rf"{_QUOTE}?value{_QUOTE}?\s*+[:=]\s*+"
    rf"{_QUOTE}(?P<value>(?:\\.|[^\"'“”\r\n\\])+)",
    re.IGNORECASE,
)
# Nothing but blanks, a link word or a comma between the two: only what has a digit
# and some length is taken for a value, for the next word may be an ordinary one.
_SPACED = re.compile(
    r"(?<![\w.])(?P<name>[A-Za-z][\w.\-]*+(?: [A-Za-z][\w.\-]*+){0,2}?)"
    rf"(?P<between>(?:{_QUOTE}\s*,\s*{_QUOTE}|[ \t]+(?:(?:is|was|er|var|är|on)\s+)?"
    rf"|[ \t]*\r?\n[ \t]*){_QUOTE}?)"
    r"(?P<value>(?:bearer\s+)?(?![\w.\-]*[:=]\s)(?!\d{4}-\d\d-\d\d\b|AADSTS\d)"
    r"(?=[^\s\"'“”<>]*\d)(?:[^\s\"'“”<>,;\\]|\\/){8,})",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"(?i)((?:(?:bearer|basic)(?:\s|%20|\+)+)*)(.*)", re.DOTALL)
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
    if MASK in raw or HARMLESS.match(raw) or not raw:
        return raw
    return replace(raw)


def _replaced_value(raw: str, replace: Replace) -> str:
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


def _name_in(text: str, match: re.Match[str]) -> str:
    """Return the name without what an escape before it left there."""
    before = text[match.start() - 1 : match.start()]
    return match["name"][{"%": 2, "\\": 1}.get(before, 0) :]


def _value_span(text: str, match: re.Match[str], name: str) -> tuple[int, int] | None:
    """Return where the value begins and ends that belongs to a name."""
    before = text[match.start() - 1 : match.start()]
    if match["mark"] == ">" and before not in {"<", ":"}:
        return None
    if quoted := _QUOTED.match(text, match.end()):
        value = _inside(quoted["quote"]).match(text, quoted.end())
        return value.span() if value else None
    if below := _NEXT_LINE.match(text, match.end()):
        return below.span(1)
    scheme = _SCHEMES.match(text, match.end())
    start = scheme.end() if scheme else match.end()
    if groups := _GROUPS.match(text, start):
        return groups.span()
    stop = _stop(text, start, match["mark"], plain_name(name))
    return None if text[start : start + 1] in {"{", "["} else (start, stop)


def _stop(text: str, start: int, mark: str, name: str) -> int:
    """Return where a value without quotes ends."""
    whole = name in _WHOLE_LINE and mark == ":"
    end = (_LINE_END if whole else _END).search(text, start)
    stop = end.start() if end else len(text)
    ampersand = text.find("&", start, stop) if mark.lower() in {"=", "%3d"} else -1
    return stop if ampersand < 0 else ampersand


@lru_cache(maxsize=32)
def _inside(quote: str) -> re.Pattern[str]:
    """Return the pattern of what a kind of quote can hold.

    Whatever the quote, a value ends before the quote of the JSON text that it is in.
    """
    if len(quote) > 1:
        return re.compile(rf"(?:(?!{re.escape(quote)}|\\+[\"'])[^\"\r\n])*+")
    closing = re.escape(_CLOSING.get(quote, quote))
    return re.compile(rf"(?:\\.|[^{closing}\\\r\n\"])*+")


def _replace_pairs(text: str, replace: Replace) -> str:
    parts: list[str] = []
    done = place = 0
    while match := _NAME.search(text, place):
        place = match.end()
        name = _sensitive_tail(_name_in(text, match)) or _sensitive_tail(match["name"])
        span = _value_span(text, match, name) if name else None
        if span:
            start, place = span
            value = _replaced_value(text[start:place], replace)
            # A number in JSON becomes a string, or the text would not be JSON.
            bare = text[match.end("name")] == '"' and not _QUOTED.match(
                text, match.end()
            )
            changed = value != text[start:place]
            number = bare and changed and not _NUMBER.fullmatch(value)
            parts += text[done:start], f'"{value}"' if number else value
            done = place
    return "".join((*parts, text[done:]))


def _replace_named(match: re.Match[str], replace: Replace) -> str:
    if not _sensitive_tail(match["name"].replace(":", " ")):
        return match[0]
    start = match.start("value") - match.start()
    return match[0][:start] + _replaced_value(match["value"], replace)


def _replace_spaced(match: re.Match[str], replace: Replace) -> str:
    if not _sensitive_tail(match["name"]):
        return match[0]
    return match["name"] + match["between"] + _replaced_value(match["value"], replace)


def rewrite(text: str, replace: Replace, shaped: Replace | None = None) -> str:
    """Return a text with every secret value in it replaced.

    Args:
        text: any text.
        replace: from a value that stands under a sensitive name to what to put there.
        shaped: the same for a value that only its looks give away; ``replace`` if not
            given.
    """
    shaped = shaped or replace
    text = _NAME_AND_VALUE.sub(lambda match: _replace_named(match, replace), text)
    text = _replace_pairs(text, replace)
    text = _SPACED.sub(lambda match: _replace_spaced(match, replace), text)
    for scheme in (BASIC, USER_OPTION):
        text = scheme.sub(lambda match: match[1] + _replaced(match[2], replace), text)
    for shape in SHAPES:
        text = shape.sub(lambda match: _replaced(match[0], shaped), text)
    return text


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
