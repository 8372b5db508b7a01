"""What secrets look like wherever they stand, with no name beside them.

The boundary before a value is looked at behind its first letters, or the search would
stop at every letter of a text for it.
"""

import re

from vippsdiag.phones import PHONE
from vippsdiag.secret import MASK


def _behind(value: str) -> str:
    """Return a pattern: right before a value stands an escape that ends in a letter."""
    escapes = (r"%[0-9A-Fa-f]{2}", r"\\[nrt]", r"\\u[0-9A-Fa-f]{4}")
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
PADDED_BASE64 = re.compile(
    rf"[A-Za-z0-9+/_-](?:(?<![\w+/%\\-].)|{_behind('.')})"
    rf"(?:(?<=[^_-])[A-Za-z0-9+/]{{13,}}+={{1,2}}|{_FOR_ADDRESSES})(?![\w+/={MASK}])"
)
BASIC = re.compile(r"([Bb](?<!\w.)(?i:asic)\s+)([A-Za-z0-9+/_-]{8,}={0,2})")
# The options of cURL and HTTPie that hold a user's password, a token or cookies.
USER_OPTION = re.compile(
    r"(-(?<!\S-)(?:(?:[aUu]|-auth|-proxy-user|-user)[ =]?[\"']?[^\s:\"']+:(?!//)"
    r"|-oauth2-bearer[ =][\"']?|(?:A|-auth-type)[ =]bearer[ ]+-(?:a|-auth)[ =][\"']?"
    r"))([^\s\"']+)"
)
COOKIE_OPTION = re.compile(
    r"(-(?<!\S-)(?:b|-cookie)[ =]?[\"']?)([\w.$-]+=[^\s\"']+(?:[ ][\w.$-]+=[^\s\"']+)*)"
)
# An authorization code; "code" alone is also the name of many an error's number.
OAUTH_CODE = re.compile(r"(?<=[?&]code=)[\w.~%-]{16,}")
OPTION = re.compile(r"-(?<!\S-)(?:[AUabu]|-[acopu])")
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
# A number of a call, which is no key though it looks like one, has such a name.
ID_BEFORE = re.compile(
    r"(?:activity|correlation|invocation|operation|req|request|span|trace|transaction)"
    r"[_. -]?id\W{1,6}$",
    re.IGNORECASE,
)
# Each with a sign that every text has which holds one, and that is quick to find.
SHAPES = (
    (JWT, re.compile("eyJ")),
    (PADDED_BASE64, re.compile("=(?<=[A-Za-z0-9+/_-]{14}=)")),
    (HEX_KEY, HEX_KEY),
    (OAUTH_CODE, re.compile("code=")),
    (PHONE, PHONE),
    (USER_INFO, re.compile("://")),
)
