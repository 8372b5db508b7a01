"""What secrets look like wherever they stand, with no name beside them.

The boundary before a value is looked at behind its first letters, or the search would
stop at every letter of a text for it.
"""

import re
from base64 import b64decode
from collections.abc import Callable, Iterator
from string import ascii_letters, digits
from zlib import MAX_WBITS, decompressobj, error

from vippsdiag.ids import is_id
from vippsdiag.phones import MOBILES, NATIONAL, OTHER, PHONE, is_row
from vippsdiag.secret import MASK
from vippsdiag.tables import id_cells


def _behind(value: str) -> str:
    """Return a pattern: right before a value stands what else ends in a sign of one.

    That is an escape, or the mark of a shell before what a variable is if it is empty.
    """
    escapes = (r"%[0-9A-Fa-f]{2}", r"\\[nrt]", r"\\u[0-9A-Fa-f]{4}", r":-")
    return "|".join(f"(?<={escape}{value})" for escape in escapes)


JWT = re.compile(rf"eyJ(?:(?<=\beyJ)|{_behind('eyJ')})[\w-]{{5,}}(?:\.[\w-]*){{0,2}}")
_HEX = "[0-9a-fA-F]{32}"
# A key goes on with none but these; bytes of other letters may stand beside it.
_ON = r"(?a:[\w-])"
# A 32-digit trace id stands behind "00-" (W3C trace context) and is no key; nor is a
# number, which must stay one in JSON: one key in three million has no letter.
HEX_KEY = re.compile(
    rf"{_HEX}(?!{_ON})(?<!\d{{32}})(?:(?<!(?a:[\w%\\-]){_HEX})|{_behind(_HEX)})"
)
# Subscription keys with a GUID's dashes cannot be told from ids; names catch those.
# With the signs for addresses it may look like a name with an equals sign behind it.
_FOR_ADDRESSES = (
    r"(?=[\w-]*[A-Z])(?=[\w-]*[a-z])(?=[\w-]*(?:\d|==))(?a:[\w-]){21,}+={1,2}"
    r"(?![\"'][^\s\"'<>()\[\]{},;:.])"
)
# What only a key is: letters of both cases, and digits with letters between.
_MIXED = (
    r"(?=[A-Za-z0-9+/_~-]*?[a-z])(?=[A-Za-z0-9+/_~-]*?[A-Z])"
    r"(?=[A-Za-z+/_~-]*+\d++[+/_~-]*+[A-Za-z][A-Za-z+/_~-]*+\d)"
)
# A secret that its sentence tells of.
TOLD = re.compile(
    r"(?P<name>(?i:secret|hemmelig|hemlig|salaisuu)\w{0,40}+)"
    r"(?=[^\r\n=<>{}\[\]\"'`,: ]{0,80}+[,: '])"
    r"(?:[^\r\n=<>{}\[\]\"'`]|'(?=(?:s|e[nrt])\b)){0,80}?[ ,:][\"'`“«]?"
    rf"(?P<value>{_MIXED}[A-Za-z0-9+/_~-]{{20,}}+={{0,2}})(?![\w+/=-]|[.:]\w)"
)
_GUID = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
# A secret in the next cell of a row, as for another environment.
NEXT_CELL = re.compile(
    rf"[\s`*]{{0,9}}\|[ \t`*]{{0,9}}"
    rf"(?P<value>{_MIXED}[A-Za-z0-9+/_~-]{{20,}}+={{0,2}})(?=[\s`*|])"
)
# A webhook's secret is one, unless the sentence goes on with what an id is.
TOLD_GUID = re.compile(
    r"(?i:secret|hemmelig|hemlig|salaisuu)\w{0,40}+"
    r"(?:(?!id\b|klient|client|app)[^\W\d_]{1,20}+[ ,]{1,2}|[ ,]){1,12}"
    rf"(?<=[ ](?:is|er|är|on)[ ])(?P<value>{_GUID})(?![\w-])"
)
# This word is also what tests do, so that only what has letters and digits is one.
PASS = re.compile(
    r"pass(?<![^\W_]pass)\]?\\?[\"']?(?:[ ]?(?:=>|[:=])[ ]?\\?[\"']?"
    r"|(?<=\")(?:\r?\n|\\r\\n){2})"
    r"(?P<value>(?=[^\s\"',;]{0,200}?\d)(?=[^\s\"',;]{0,200}?[A-Za-z])"
    r"(?:[^\s\"',;&<>\\]|&(?![\w.-]{1,40}=)){6,})",
    re.IGNORECASE,
)
_SECRET_WORD = (
    r"(?=[^\s\"'`]{0,99}?\d)(?=[^\s\"'`]{0,99}?[A-Za-z])"
    r"[^\s\"'`<>]{5,200}[^\s\"'`<>.,;:)]"
)
# The same with words between: "passordet til den gamle portalen er".
PASS_TOLD = re.compile(
    r"(?:pass(?:ord|word|code|phrase)|senord|salasana|adgangskode|kodeord)\w{0,6}+"
    r"(?![ ](?:endpoint|expir|field|grant|hash|last|length|min|policy|reset))"
    r"(?:[ ][^\W\d_]{1,15}){1,5}?[ ](?:is|er|on|är|var|was|=)[ ][\"'`]?"
    r"(?!https?://|\d{4}-\d\d-\d\d)"
    rf"(?P<value>{_SECRET_WORD})",
    re.IGNORECASE,
)
# What is like nothing but a password: letters of both cases, a digit and another sign.
_PASSWORD = (
    r"(?![\w.]+\$\w+[.(])(?!(?i:case|inv|ord|ref|sak)\w{0,6}#)(?=\S{0,60}?[a-z])(?=\S{0,60}?[A-Z])(?=\S{0,60}?\d)(?=\S{0,60}?\w[!#$%&*?^~])"
    r"[^\s\"'`<>/]{7,60}[^\s\"'`<>.,;:)/]"
)
# The same wherever it stands in the sentence.
PASSWORD = re.compile(rf"(?<=[\s\"'`(«“])(?![^\s\"'`]*=){_PASSWORD}")
# Where it is called a code, as an error's number is.
CODE_TOLD = re.compile(
    r"[kK]ode[nt]?(?![\w-])(?:[ ][^\W\d_]{1,15}){0,4}?:?[ ](?:(?:er|var|är)[ ])?"
    rf"[\"'`]?(?P<value>{_PASSWORD})",
)
# "... as the password", up to where that word begins.
_LINKED = (
    r"[ ](?:as|er|is|on|som|är)[ ](?:(?:a|en|my|our|the|vår|your)[ ])?"
    r"(?:(?i:access|api|client|portal|subscription|vipps|webhook)[ ]){0,2}\Z"
)
LINKED = re.compile(_LINKED)
AS_NAMED = re.compile(
    r"(?:^|[\s\"'`«“(])(?P<value>(?!AADSTS|\d{4}-)(?=\S{0,60}?\d)(?=\S{0,60}?[a-z])"
    r"(?=\S{0,60}?[A-Z!#$%&*?^~+])[^\s\"'`«»“”<>(]{7,}[^\s\"'`«»“”<>.,;:)]"
    rf"|(?i:{_GUID}))[\"'`»”]?"
    rf"{_LINKED}"
)
# A national identity number with words between it and its name.
NATIONAL_TOLD = re.compile(
    r"(?:cpr|dsels|hetu|person|ssn|tunnu)\w{0,20}+"
    rf"(?:[ ]{OTHER}[^\W\d_]{{1,15}}){{1,5}}?"
    rf"(?:[ ](?:er|is|on|är)|:)[ ](?P<value>{NATIONAL})",
    re.IGNORECASE,
)
# A day of birth with no mark before it.
BORN = re.compile(
    r"(?:birth[ -]?date|date of birth|birth|dob|(?<![^\W\d_])(?:fdd|fdt|født|född)"
    r"|dsels(?:dag|dato)(?:en)?|delsed(?:ag|atum)|syntym\w{1,12})"
    r"(?:[ \t|]{1,9}(?:er|is|on|var|was|är)?[ |]{0,9})"
    r"(?P<value>\d{1,4}[./-]\d\d?[./-]\d{2,4}(?![\w-])|\d{6}(?!\w)|\d{8}(?!\w))",
    re.IGNORECASE,
)
# These words alone name no secret, but a key does stand behind them.
KEY_CALLED = re.compile(
    r"(?:(?:(?<=\bnø)|(?<=\bno))kkel(?:en)?|(?<![\w-])(?:avain|nyckeln?|nøglen?"
    r"|primary|secondary))"
    r"[\s:=|\"'`*]{1,9}+(?:(?:er|is|on|är)[\s\"'`*]{1,9}+)?"
    rf"(?P<value>{_GUID}|{_HEX})(?![\w-])",
    re.IGNORECASE,
)
PADDED_BASE64 = re.compile(
    rf"[A-Za-z0-9+/_-](?:(?<![\w+/%\\-].)|{_behind('.')})"
    rf"(?:(?<=[^_-])[A-Za-z0-9+/]{{13,}}+={{1,2}}|{_FOR_ADDRESSES})(?![\w+/={MASK}])"
)
BASIC = re.compile(r"([Bb](?<!\w.)(?i:asic)\s+)([A-Za-z0-9+/_-]{8,}={0,2})")
# A password behind a user's address, and what stands behind it.
LOGIN = re.compile(
    r"(@(?<=\w@)[\w.-]{3,60}[\"'`]?[ ]?(?:[/|:,]|and|och|og|ja)[ ]?[\"'`]?)"
    rf"({_PASSWORD})",
)
# Cookies in the line below their name, as a browser copies them.
COOKIES_BELOW = re.compile(
    r"cookie:?[ \t]*\r?\n(?P<value>[^\r\n]*=[^\r\n]*)", re.IGNORECASE
)
# What makes an address the key to what it leads to.
HOOK = re.compile(r"(/services/T\w+/B\w+/|/api/webhooks/\d+/)([\w-]{16,})")
# What a server knows somebody by who has logged in.
SESSION = re.compile(
    rf"(?i:session)=(?P<value>{_MIXED}[\w.~%+/-]{{20,}}|(?!nb|nn)[a-z0-9]{{26}}(?![\w-]))"
)
LOGGED_IN = re.compile(r"(logged_in_[0-9a-f]{0,40}=)([\w.~%+/|-]{20,})")
# An authorization code; "code" alone is also the name of many an error's number.
OAUTH_CODE = re.compile(r"(?<=[?&]code=)[\w.~%-]{16,}")
# The signature that opens an address to whoever has it.
ADDRESS_SIGNATURE = re.compile(
    rf"(?<=[?&]sig=)(?:[\w.~%+/-]{{40,}}=?|{_MIXED}[\w.~%+/-]{{20,}})"
)
# The same in a list of fields, or behind another mark.
NAMED_CODE = re.compile(
    r"(code(?<![\w-]code)(?:\\?[\"'],\s{0,99}\\?[\"']value)?(?:\\{0,8}[\"']{1,2})?"
    rf"(?:=>|[ ]{{0,2}}[:=])[ ]?(?:\\{{0,8}}[\"']{{1,2}})?)({_MIXED}[\w.~%+/-]{{20,}})"
)
# A line of its own, beside one that is an id, a key or a sales unit's number.
_KEY_LINE = rf"\n[ \t]*+(?:{_GUID}|{_HEX}|\d{{4,7}})[ \t]*\r?(?=\n|\Z)"
_LINE = rf"\n[ \t]*+)({_MIXED}[A-Za-z0-9+/_~-]{{20,}}+={{0,2}}(?=[ \t]*\r?"
LINES = (
    re.compile(rf"({_LINE}{_KEY_LINE}))"),
    re.compile(rf"({_KEY_LINE}{_LINE}(?:\n|\Z)))"),
)
KEY_LINE = re.compile(_KEY_LINE)
# A long user name without a password is a token, as in a repository's address.
USER_INFO = re.compile(
    r"(?<=://)(?:[^\s/@:\"'<>]*:[^\s/@\"'<>]+|(?=[\w-]*\d)[\w-]{20,})(?=@)"
)
# The lines of a private key; one that was cut ends with its last whole line.
PRIVATE_KEY = re.compile(
    r"(?:(?<=PRIVATE KEY-----)|(?<=PRIVATE KEY BLOCK-----))"
    r"(?:(?:[^-]|-(?!----)){1,20000}(?=-----END)"
    r"|(?:(?:\s|\\[nr]|[>|])*[A-Za-z0-9+/]{40,}={0,2})+)"
)
# The private parts of a key in JSON.
PRIVATE_PART = re.compile(
    r"(\\?\"(?:d|k|p|q|dp|dq|qi)\\?\"\s{0,9}:\s{0,9}\\?\")([A-Za-z0-9_-]{20,})"
)
# What a server keeps of a password: by trying, it can be found.
PASS_HASH = re.compile(
    r"\$(?:[PH]\$[./0-9A-Za-z]{31}|2[abxy]?\$\d\d\$[./0-9A-Za-z]{53}"
    r"|argon2(?:id?|d)\$[\w=,$+/]{20,}|[156]\$(?:rounds=\d+\$)?[./0-9A-Za-z]{1,16}\$[./0-9A-Za-z]{22,86})"
)
# A client secret of Microsoft Entra says what it is.
ENTRA = re.compile(r"(?<![\w.~-])[\w.~-]{3}\dQ~[\w.~-]{31,34}(?![\w~-])", re.ASCII)
# What stands behind an id as a secret stands behind its client_id: in a pair, among
# the arguments of a call, in a list.
PAIRED = re.compile(
    rf"(-[0-9a-fA-F]{{12}}(?:[:,;|\t]|[ ]?/[ ]|[\"'],\s{{0,20}}N?[\"']))"
    rf"({_MIXED}(?=\S{{0,200}}?[a-z]\d?[A-Z])(?=\S{{0,200}}?[A-Z]\d?[a-z])[A-Za-z0-9+/_~-]{{24,}}={{0,2}})"
    r"(?![\w+/~-])"
)
# The jar of cookies that browsers and cURL write.
COOKIE_JAR = re.compile(
    r"(E\t/[^\t\r\n]{0,200}\t(?:TRUE|FALSE)\t\d{1,12}\t[^\t\r\n]{1,200}\t)"
    r"([^\t\r\n]+)"
)
# A key of another payment provider says what it is.
STRIPE = re.compile(r"_live_(?<=[rs]k_live_)\w{16,}")
# A compressed text in Base64. So much of such texts is unpacked in any text, and each
# up to so many times of its own length, which no text that says something exceeds.
_UNPACKED = 100_000
_TIMES = 64
PACKED = re.compile(r"H4sI(?<![\w+/]H4sI)[A-Za-z0-9+/_-]{16,}={0,2}")
# A client secret of 30 bytes is 40 letters with no equals sign to know it by: a run of
# just that length in which letters of both cases and digits are mixed as by chance.
_RUN = 40
_LETTERS, _JOINED = f"{ascii_letters}{digits}+/", "_-%\\@~"
_RUNS = bytes(
    ord("a" if one in _LETTERS else "x" if one in _JOINED else " ")
    for one in map(chr, range(256))
)
_GOES_ON = re.compile(r"=|\.\w")
_LONE = b" " + b"a" * _RUN + b" "
_RANDOM = re.compile(
    rf"{_MIXED}(?=[^+/]*[+/]|(?:\D*\d){{3}})(?!.*?(?:^|/)(?:[a-z]{{3,}}|v\d)(?:/|$))"
    r"(?!(?:.*?/){5})"
)
_PADDED = re.compile("=(?<=[A-Za-z0-9+/_-]{14}=)")
_RUN_BEFORE = re.compile(r"(?s:.*[^A-Za-z0-9+/_-])?")
# So far behind its first equals sign decides whether it is one.
_BEHIND = 6
# Each with a piece of text that every place has where it matches.
SIGNED = (
    ("hook", HOOK),
    ("logged_in_", LOGGED_IN),
    ("@", LOGIN),
    ("-", PAIRED),
    ("E\t/", COOKIE_JAR),
    ("kty", PRIVATE_PART),
)
# Each with a sign that every text has which holds one, and that is quick to find.
SHAPES = (
    (JWT, re.compile("eyJ")),
    (PADDED_BASE64, _PADDED),
    (HEX_KEY, HEX_KEY),
    (OAUTH_CODE, re.compile("code=")),
    (ADDRESS_SIGNATURE, re.compile("sig=")),
    (ENTRA, re.compile("Q~")),
    (PHONE, PHONE),
    *MOBILES,
    (PASS_HASH, PASS_HASH),
    (PACKED, re.compile("H4sI")),
    (STRIPE, re.compile("_live_")),
    (USER_INFO, re.compile("://")),
)


def matches(
    text: str, shape: re.Pattern[str], is_clean: Callable[[str], bool]
) -> Iterator[re.Match[str]]:
    """Return whatever looks like a value of a kind.

    Args:
        text: in which they stand.
        shape: one of `SHAPES`, or another pattern.
        is_clean: tells whether a text holds no secret, of use for a compressed one.
    """
    if shape is PACKED:
        return _packed(text, is_clean)
    if shape is HEX_KEY:
        return _keys(text)
    return _padded(text) if shape is PADDED_BASE64 else shape.finditer(text)


def _keys(text: str) -> Iterator[re.Match[str]]:
    """Yield every `HEX_KEY`, but for those in a column of ids."""
    ids = id_cells(text)
    return (match for match in HEX_KEY.finditer(text) if match.start() not in ids)


def _packed(text: str, is_clean: Callable[[str], bool]) -> Iterator[re.Match[str]]:
    """Yield every `PACKED` that may hold a secret.

    What they say is looked at as long as all of it is not longer than the text is.
    """
    left = max(_UNPACKED, len(text))
    for match in PACKED.finditer(text):
        said = _unpacked(match[0], left)
        left -= len(said)
        if not said or PACKED.search(said) or not is_clean(said):
            yield match


def _unpacked(blob: str, most: int) -> str:
    """Return what a compressed text in Base64 says; nothing if it cannot be read."""
    plain = blob.rstrip("=").replace("-", "+").replace("_", "/")
    reader = decompressobj(MAX_WBITS | 16)
    try:
        raw = b64decode(plain + "=" * (-len(plain) % 4))
        # With 0 it would unpack all.
        text = reader.decompress(raw, max(1, min(most, _TIMES * len(raw))))
    except (ValueError, error):
        return ""
    return text.decode("utf-8", "replace") if reader.eof else ""


def lone_secrets(text: str) -> Iterator[tuple[int, int]]:
    """Yield where a secret stands that has neither a name nor a padding."""
    kinds = b" %b " % text.encode("ascii", "replace").translate(_RUNS)
    start = kinds.find(_LONE)
    while start >= 0:
        end = start + _RUN
        goes_on = _GOES_ON.match(text, end) or text[start - 1 : start] == "."
        if not goes_on and _RANDOM.match(text[start:end]):
            yield start, end
        start = kinds.find(_LONE, end)


def is_no_key(match: re.Match[str], raw: str) -> bool:
    """Tell whether what looks like a secret is an id, an attribute or a number."""
    if match.re is HEX_KEY:
        return is_id(match.string, match.start())
    if match.re is not PADDED_BASE64:
        return is_row(raw)
    if raw.rstrip("=").isdecimal():
        return True  # as what parts a mail
    named = raw[:-1].isalpha() and _is_attribute(match)
    return named or is_id(match.string, *match.span())


def _is_attribute(match: re.Match[str]) -> bool:
    """Tell whether a word with an equals sign is what an attribute is called."""
    start, end = match.span()
    text = match.string
    return text[start - 1 : start].isspace() and text[end : end + 1] in {"'", '"'}


def _padded(text: str) -> Iterator[re.Match[str]]:
    """Yield every `PADDED_BASE64`; equals signs are few, and quick to find."""
    done = 0
    for sign in _PADDED.finditer(text):
        place = sign.start()
        run = _RUN_BEFORE.match(text, done, place) if place >= done else None
        if run is None:
            continue
        # A match ends behind the sign, so that none is looked for in the next run.
        found = PADDED_BASE64.search(text, run.end(), place + _BEHIND)
        done = found.end() if found else place
        if found:
            yield found
