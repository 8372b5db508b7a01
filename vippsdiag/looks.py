"""What secrets look like wherever they stand, with no name beside them.

The boundary before a value is looked at behind its first letters, or the search would
stop at every letter of a text for it.
"""

import re

from vippsdiag.phones import MOBILES, PHONE
from vippsdiag.secret import MASK


def _behind(value: str) -> str:
    """Return a pattern: right before a value stands what else ends in a sign of one.

    That is an escape, or the mark of a shell before what a variable is if it is empty.
    """
    escapes = (r"%[0-9A-Fa-f]{2}", r"\\[nrt]", r"\\u[0-9A-Fa-f]{4}", r":-")
    return "|".join(f"(?<={escape}{value})" for escape in escapes)


JWT = re.compile(rf"eyJ(?:(?<=\beyJ)|{_behind('eyJ')})[\w-]{{5,}}(?:\.[\w-]*){{0,2}}")
_HEX = "[0-9a-fA-F]{32}"
# A 32-digit trace id stands behind "00-" (W3C trace context) and is no key; nor is a
# number, which must stay one in JSON: one key in three million has no letter.
HEX_KEY = re.compile(
    rf"{_HEX}(?![\w-])(?<!\d{{32}})(?:(?<![\w%\\-]{_HEX})|{_behind(_HEX)})"
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
    r"(?P<name>(?i:secret|hemmelig|hemlig|salaisuu)\w{0,40}+)[^\r\n=<>{}\[\]\"'`]{1,80}?"
    rf"[ ,:](?P<value>{_MIXED}[A-Za-z0-9+/]{{20,}}+={{0,2}})(?![\w+/=-]|[.:]\w)"
)
_GUID = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
# This word is also what tests do, so that only what has letters and digits is one.
PASS = re.compile(
    r"pass(?<![^\W_]pass)\\?[\"']?[ ]?(?:=>|[:=])[ ]?\\?[\"']?"
    r"(?P<value>(?=[^\s\"',;]*\d)(?=[^\s\"',;]*[A-Za-z])"
    r"(?:[^\s\"',;&<>\\]|&(?![\w.-]{1,40}=)){6,})",
    re.IGNORECASE,
)
_SECRET_WORD = r"(?=[^\s\"'`]*\d)(?=[^\s\"'`]*[A-Za-z])[^\s\"'`<>]{5,}[^\s\"'`<>.,;:)]"
# The same with words between: "passordet til den gamle portalen er".
PASS_TOLD = re.compile(
    r"(?:pass(?:ord|word|code|phrase)|senord|salasana|adgangskode|kodeord)\w{0,6}+"
    r"(?:[ ][^\W\d_]{1,15}){1,5}?[ ](?:is|er|on|är|var|was|=)[ ][\"'`]?"
    rf"(?P<value>{_SECRET_WORD})",
    re.IGNORECASE,
)
# Where it is called a code, as an error's number is, only what no such number is.
CODE_TOLD = re.compile(
    r"[kK]ode[nt]?(?![\w-])(?:[ ][^\W\d_]{1,15}){0,4}?:?[ ](?:(?:er|var|är)[ ])?"
    r"[\"'`]?(?P<value>(?=\S*[a-z])(?=\S*[A-Z])(?=\S*\d)(?=\S*\w[!#$%&*?@^~])"
    r"[^\s\"'`<>]{7,}[^\s\"'`<>.,;:)])",
)
# "... as the password", up to where that word begins.
AS_NAMED = re.compile(
    r"(?:^|[\s\"'`«“(])(?P<value>(?!AADSTS|\d{4}-)[^\s\"'`«»“”<>(]{7,}[^\s\"'`«»“”<>.,;:)])"
    r"[\"'`»”]?[ ](?:as|er|is|on|som|är)[ ](?:(?:a|my|our|the|your)[ ])?\Z"
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
# The options of cURL and HTTPie that hold a user's password, a token or cookies.
USER_OPTION = re.compile(
    r"(-(?<!\S-)(?:(?:(?:[aUu]|-auth|-proxy-user|-user)[ =]?|[A-Za-z]{1,4}u[ ])"
    r"[\"']?[^\s:\"']+:(?!//)"
    r"|-oauth2-bearer[ =][\"']?|(?:A|-auth-type)[ =]bearer[ ]+-(?:a|-auth)[ =][\"']?"
    r"))([^\s\"']+)"
)
COOKIE_OPTION = re.compile(
    r"(-(?<!\S-)(?:b|-cookie)[ =]?[\"']?)([\w.$-]+=[^\s\"']+(?:[ ][\w.$-]+=[^\s\"']+)*)"
)
# The short option for a password, of the few programs where it is one.
_FURTHER_ON = r"[ ](?:[^\r\n;|]{0,200}?[ ])?"
PASS_OPTION = re.compile(
    rf"((?<![\w-])(?:(?:mysql(?:admin|dump|sh)?|mariadb(?:-dump)?){_FURTHER_ON}-p"
    r"|sshpass[ ]-p[ ]?|(?:docker|helm[ ]registry|nerdctl|oc|podman|az(?:[ ]acr)?)"
    rf"[ ]login{_FURTHER_ON}-p[ =]?|redis-cli{_FURTHER_ON}-a[ ])[\"']?)([^\s\"']+)"
)
# The same in a program.
USER_CALLED = re.compile(r"(USERPWD[\"']?(?:,|\s?=>)\s?[\"'][^\s:\"']+:)([^\s\"']+)")
# What a server knows somebody by who has logged in.
SESSION = re.compile(
    rf"((?:[sS]ession|sid|logged_in_[0-9a-f]{{0,40}})=)({_MIXED}[\w.~%+/-]{{20,}}"
    r"|(?!nb|nn)[a-z0-9]{26}(?![\w-]))"
)
# Each with a piece of text that every place has where it matches.
SIGNED = (
    ("USERPWD", USER_CALLED),
    ("ession=", SESSION),
    ("sid=", SESSION),
    ("logged_in_", SESSION),
)
# An authorization code; "code" alone is also the name of many an error's number.
OAUTH_CODE = re.compile(r"(?<=[?&]code=)[\w.~%-]{16,}")
# The same in a list of fields, or behind another mark.
NAMED_CODE = re.compile(
    r"(code(?<![\w-]code)(?:\\?[\"'],\s{0,99}\\?[\"']value)?\\?[\"']?"
    rf"(?:=>|[ ]{{0,2}}[:=])[ ]?\\?[\"']?)({_MIXED}[\w.~%+/-]{{20,}})"
)
# A line of its own, beside one that is an id, a key or a sales unit's number.
_KEY_LINE = rf"\n[ \t]*+(?:{_GUID}|{_HEX}|\d{{4,7}})[ \t]*\r?(?=\n|\Z)"
_LINE = rf"\n[ \t]*+)({_MIXED}[A-Za-z0-9+/_~-]{{20,}}+={{0,2}}(?=[ \t]*\r?"
LINES = (
    re.compile(rf"({_LINE}{_KEY_LINE}))"),
    re.compile(rf"({_KEY_LINE}{_LINE}(?:\n|\Z)))"),
)
KEY_LINE = re.compile(_KEY_LINE)
OPTION = re.compile(r"-(?<!\S-)(?:[AUabpu]|[A-Za-z]{1,4}u[ ]|-[acopu])")
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
# A number of a call or of what a file holds, which is no key though it looks like one,
# has such a name.
_ID_BEFORE = re.compile(
    r"(?:activity|correlation|invocation|operation|req|request|span|trace|transaction)"
    r"[_. -]?id\W{1,6}$|rid(?<![^\W_]rid)[\"']?[:=]\W{0,3}$"
    r"|(?:checksum|digest|e-?tag|hash|md5(?:sum)?)[\"']?\s{0,3}[:=]\W{0,5}$"
    r"|md5sum[ \t]{1,3}$",
    re.IGNORECASE,
)
# The last two letters of each such name.
_ID_ENDS = frozenset({"ag", "d5", "id", "sh", "st", "um"})
_NAME = re.compile(r"(?s:.*\w)")
_FARTHEST = 64
# What a server keeps of a password: by trying, it can be found.
PASS_HASH = re.compile(
    r"\$(?:[PH]\$[./0-9A-Za-z]{31}|2[abxy]?\$\d\d\$[./0-9A-Za-z]{53}"
    r"|argon2(?:id?|d)\$[\w=,$+/]{20,}|[156]\$(?:rounds=\d+\$)?[./0-9A-Za-z]{1,16}\$[./0-9A-Za-z]{22,86})"
)
# A compressed text in Base64 cannot be read here.
PACKED = re.compile(r"H4sI(?<![\w+/]H4sI)[A-Za-z0-9+/_-]{16,}={0,2}")
# Each with a sign that every text has which holds one, and that is quick to find.
SHAPES = (
    (JWT, re.compile("eyJ")),
    (PADDED_BASE64, re.compile("=(?<=[A-Za-z0-9+/_-]{14}=)")),
    (HEX_KEY, HEX_KEY),
    (OAUTH_CODE, re.compile("code=")),
    (PHONE, PHONE),
    *MOBILES,
    (PASS_HASH, PASS_HASH),
    (PACKED, re.compile("H4sI")),
    (USER_INFO, re.compile("://")),
)


def is_id(text: str, place: int) -> bool:
    """Tell whether what looks like a key at a place is an id by the name before it."""
    before = text[max(0, place - _FARTHEST) : place]
    name = _NAME.match(before)
    if name is None or name[0][-2:].lower() not in _ID_ENDS:
        return False  # as most are
    return _ID_BEFORE.search(before) is not None
