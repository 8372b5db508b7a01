"""Find the secret values in a text and mask them.

One list of names and one of shapes serve headers, query, form, JSON and free text
alike. Names come first, because most secrets have no shape of their own; there is no
measure of randomness, because ids that help a diagnosis look random too.
"""

import re

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
    xapikey
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
    r"|hidden|truncated|invalid_\w+|\W+|<[^<>]*>|x{3,}|\[[^\[\]]*\])$"
)

JWT = re.compile(r"\beyJ[\w-]{5,}(?:\.[\w-]*){0,2}")
# A 32-digit trace id stands behind "00-" (W3C trace context) and is no key.
HEX_KEY = re.compile(r"(?<![\w-])[0-9a-fA-F]{32}(?![\w-])")
# Subscription keys with a GUID's dashes cannot be told from ids; names catch those.
PADDED_BASE64 = re.compile(r"(?<![\w+/=-])[A-Za-z0-9+/]{14,}={1,2}(?![\w+/=])")
BASIC = re.compile(r"(?i)\b(basic\s+)([A-Za-z0-9+/_-]{8,}={0,2})")
# An authorization code; "code" alone is also the name of many an error's number.
OAUTH_CODE = re.compile(r"(?<=[?&]code=)[\w.~%-]{16,}")
SHAPES = (JWT, PADDED_BASE64, HEX_KEY, OAUTH_CODE)

_QUOTE = r"(?:\\*[\"']|&quot;|%22|%27|[“”„‘’`])"
_BLANK = r"(?:[ \t]|%20|\\[nrt]|%0A|%09)"
_PAIR = re.compile(
    rf"(?P<name>[A-Za-z][\w.\- ]{{0,48}}\w|nin)"
    rf"(?P<between>{_QUOTE}?\]?{_BLANK}*(?:=>|:=|[:=,]|%3A|%3D|,{_BLANK}*value)"
    rf"{_BLANK}*(?:{_QUOTE}|\[)?{_BLANK}*)"
    rf"(?P<value>(?:(?:bearer|basic)(?:\s|%20|\+)+)*[^\s\"'“”‘’`&,;<>{{}}\[\]\\]+)",
    re.IGNORECASE,
)
_STOP_IN_VALUE = re.compile(r"%22|%27|%26|%0A|%0D|&quot;", re.IGNORECASE)
_SCHEME = re.compile(r"(?i)((?:(?:bearer|basic)(?:\s|%20|\+)+)*)(.*)", re.DOTALL)
_NOT_NAME = re.compile(r"[^a-z0-9]")


def plain_name(name: str) -> str:
    """Return a name without case and punctuation, so that spellings meet."""
    return _NOT_NAME.sub("", name.lower())


def is_sensitive(name: str) -> bool:
    """Tell whether values under this name are secret or personal."""
    plain = plain_name(name)
    return plain in SENSITIVE_NAMES or plain.endswith(SENSITIVE_ENDINGS)


def _masked(raw: str) -> str:
    if MASK in raw or HARMLESS.match(raw) or not raw:
        return raw
    return mask(raw)


def _mask_value(raw: str) -> str:
    match = _SCHEME.match(raw)
    assert match is not None  # noqa: S101 - both parts may be empty
    return match[1] + _masked(match[2])


def _mask_pair(match: re.Match[str]) -> str:
    name, between, value = match["name"], match["between"], match["value"]
    # In free text the name may follow other words: "my client secret is: ...".
    words = name.split(" ")
    tails = (" ".join(words[-count:]) for count in (1, 2, 3))
    if "," in between and "value" not in between.lower():
        return match[0]
    if not any(is_sensitive(tail) for tail in tails):
        return match[0]
    stop = _STOP_IN_VALUE.search(value)
    end = stop.start() if stop else len(value)
    return name + between + _mask_value(value[:end]) + value[end:]


def _mask_text(text: str) -> str:
    text = _PAIR.sub(_mask_pair, text)
    text = BASIC.sub(lambda match: match[1] + _masked(match[2]), text)
    for shape in SHAPES:
        text = shape.sub(lambda match: _masked(match[0]), text)
    return text


def conceal(text: str) -> str:
    """Mask every secret in a text.

    Returns:
        The text itself if it holds none; otherwise a `Secret` of the whole text that
        shows it with each secret value replaced by its mask.
    """
    if isinstance(text, Secret):
        return text
    shown = _mask_text(text)
    return text if shown == text else Secret(text, shown)


def conceal_named(name: str, value: str) -> str:
    """Mask a value that stands under a name: a header, a field, a parameter."""
    if isinstance(value, Secret):
        return value
    if is_sensitive(name):
        shown = _mask_value(value)
        return value if shown == value else Secret(value, shown)
    return conceal(value)


def still_masked(value: str) -> bool:
    """Tell whether somebody masked this value before we got it."""
    return examine(value, lambda raw: MASK in raw or bool(HARMLESS.search(raw)))
