"""Codes and statuses in words: an answer that was cut, or told without number."""

import re
from functools import cache, lru_cache

# A body that was cut, or a message that was copied out of a log.
_FIELD_CODE = re.compile(r"^\s*([A-Za-z]+\.[\w.]+)\s*:")
_NUMBER = re.compile(
    r"error[ _]?code\W{1,6}(?:reason\W{1,6})?(\d{2,7})\b|\berror (\d{2}|\d{4,5})\b",
    re.IGNORECASE,
)
_CANNOT = r"\bcan(?:no|'|\u2019| no)?t "
# What is not found beside an order, though that is named.
_NO_ORDER = (
    "card|customer|account|agreement|api|app|category|client|file|host|image|key"
    "|merchant|methods?|module|msn|page|profile|resource|route|source|types?|unit|user"
)
# The texts of eCom's own list, for a message without its number (medium confidence).
_TEXTS = {
    "35": re.compile(
        r"requested order not found|does not exist for MSN|reference not found"
        r"|wrong MSN for the order"
        rf"|\b(?:order|payment)\b(?:(?!\b(?:{_NO_ORDER})\b)[^.;]){{0,70}}\bnot found",
        re.IGNORECASE,
    ),
    "81": re.compile(
        r"user (?:is )?not registered with vipps|invalid phone number for test"
        r"|not a (?:valid )?vipps user",
        re.IGNORECASE,
    ),
    "82": re.compile(r"app version not supported", re.IGNORECASE),
    "34": re.compile(
        r"unique constraint violation|duplicate (?:order ?id|reference)\b"
        r"|order ?id .{0,20}already"
        r"|reference .{0,80}already exists",
        re.IGNORECASE,
    ),
    "36": re.compile(r"agreement not signed", re.IGNORECASE),
    "51": re.compile(_CANNOT + r"cancel (?:an )?already captured", re.IGNORECASE),
    "53": re.compile(_CANNOT + r"cancel order which is not reserved", re.IGNORECASE),
    "62": re.compile(
        r"amount you tried to capture is not reserved|capture before reservation",
        re.IGNORECASE,
    ),
    "61": re.compile(r"captured amount exceeds", re.IGNORECASE),
    "71": re.compile(_CANNOT + r"refund more than captured", re.IGNORECASE),
    "72": re.compile(_CANNOT + r"refund.{0,40}\breserved\b", re.IGNORECASE),
    "73": re.compile(_CANNOT + r"refund.{0,30}\bcancell?ed\b", re.IGNORECASE),
    "93": re.compile(
        r"(?:should|must) be (?:the )?same in (?:an )?idempotent"
        r"|idempotency-key .{0,60}already"
        r"|different payload .{0,40}idempoten",
        re.IGNORECASE,
    ),
    "94": re.compile(r"order locked", re.IGNORECASE),
    **{
        code: re.compile(words, re.IGNORECASE)
        for code, words in (
            ("31", r"\bmerchant is blocked\b"),
            ("32", "receiving limit of merchant"),
            ("38", "not allowed to skip landing page"),
            ("39", r"not allowed to initiate long"),
            ("41", r"(?:doesn't|does not) have a valid card"),
            ("42", r"\brefused by (?:the )?issuer bank"),
            ("44", r"\brefused by (?:the )?issuer .{0,20}expired card"),
            ("45", "reservation failed for some"),
            ("63", "capture failed for some"),
            ("74", "refund failed during debit"),
            ("91", r"\btransaction is not allowed\b"),
            ("92", r"\btransaction already processed\b"),
            ("98", "too many concurrent requests"),
            ("1082", r"\bnot bankid verified\b"),
        )
    },
    # ePayment's titles: its numbers stand at the end of an answer, where it is cut.
    **{
        code: re.compile(title, re.IGNORECASE)
        for code, title in (
            ("4010", "capture idempotency conflict"),
            ("4070", "invalid phone number(?! for test)"),
            ("4140", "missing required parameter"),
            ("4150", r"\breference exists\b"),
            ("5020", "express payment not allowed"),
            ("5040", "invalid currency for merchant"),
            ("5050", "long-?living payment not allowed"),
            ("5060", "bank account not verified"),
            ("5070", r"\bpayment cannot be created\b"),
            ("5080", "push[_ ]message not allowed"),
            ("6090", "capture amount too high"),
            ("6100", "capture period expired"),
            ("6150", "not enough refundable"),
            ("6220", "refund period expired"),
            ("6260", r"\bfunds unavailable\b"),
            ("10010", r"\bapprove failed\b"),
            ("10020", r"\bapprove not allowed\b"),
            ("10030", "identification required"),
            ("10040", "invalid payment source"),
            ("10050", r"\bno cards\b"),
            ("10070", r"\bpayment limit exceeded\b"),
        )
    },
}


# What a text without capitals holds one of if these words are in it, which is quick to
# see; the others are looked for without the signs for where a word begins.
_SIGNS = {
    "35": ("not found", "does not exist for msn", "wrong msn for"),
    "81": ("registered with vipps", "invalid phone number for test", "vipps user"),
    "34": ("unique constraint", "duplicate", "already"),
    "51": ("already captured",),
    "53": ("cancel order which",),
    "62": ("to capture is not", "capture before reservation"),
    "71": ("refund more than",),
    "72": ("refund",),
    "73": ("refund",),
    "93": ("idempoten",),
    "41": ("have a valid card",),
    "42": ("issuer bank",),
    "44": ("expired card",),
    "4070": ("invalid phone number",),
    "5050": ("living payment not allowed",),
    "5080": ("message not allowed",),
}
_WORDS = tuple(
    (code, _SIGNS.get(code) or (words.pattern.replace(r"\b", ""),), words)
    for code, words in _TEXTS.items()
)


@lru_cache(maxsize=64)
def codes_in_text(text: str) -> frozenset[str]:
    """Return the codes that are written out in a text that is no JSON."""
    codes = set(_FIELD_CODE.findall(text))
    codes |= {one or two for one, two in _NUMBER.findall(text)}
    return frozenset(codes)


@lru_cache(maxsize=64)
def codes_of_words(text: str) -> frozenset[str]:
    """Return the codes whose own words are in a text."""
    low = text.lower()
    return frozenset(
        code
        for code, signs, words in _WORDS
        if any(sign in low for sign in signs) and words.search(text)
    )


# How OAuth servers of the kind that Login uses describe their errors (generic, low).
_OAUTH = {
    "invalid_client": re.compile("client authentication failed", re.IGNORECASE),
    "invalid_grant": re.compile(
        r"provided (?:authorization )?(?:grant|code)\b.{0,160}(?:invalid|expired)",
        re.IGNORECASE,
    ),
    "unsupported_grant_type": re.compile(
        r"not allowed to use authorization grant|unsupported grant type", re.IGNORECASE
    ),
    "invalid_scope": re.compile("requested scope is invalid", re.IGNORECASE),
}


@lru_cache(maxsize=64)
def oauth_of_words(text: str) -> str:
    """Return the OAuth error whose description a message is; empty if none."""
    return next((name for name, words in _OAUTH.items() if words.search(text)), "")


# What a client or a person writes of an answer without a body, or with one that was
# not recorded (RFC 9110, 15.5).
_STATUS_WORDS = re.compile(
    r"(?:http(?:/[\d.]+)?\W{0,2})?(?:(?:error|status)\W{0,2})?(?:[45]\d\d\b\W{0,3})?"
    r"(?:bad request|unauthorized|forbidden(?:: access is denied)?|not found"
    r"|method not allowed|unprocessable (?:content|entity))?"
    r"[.!]?",
    re.IGNORECASE,
)

# JSON without a word in it, or one that is nothing but a text.
_AROUND = " \t\r\n\"'{}[]"


def is_status(text: str) -> bool:
    """Tell whether a body holds no more than its status, in words or not."""
    return _STATUS_WORDS.fullmatch(text.strip(_AROUND)) is not None


# In longer words, it is several times as quick to see in small letters that nothing is
# there.
_LONG = 2000
_small = lru_cache(maxsize=8)(str.lower)
_LETTERS = re.compile(r"(\\.|\(\?P)|([A-Z]+)")


# Many checks ask the same of the same answer; the words here are masked.
@lru_cache(maxsize=256)
def search(pattern: re.Pattern[str], words: str) -> re.Match[str] | None:
    """Return where a pattern that takes no heed of case is found in words."""
    if len(words) > _LONG and not _in_small_letters(pattern).search(_small(words)):
        return None
    return pattern.search(words)


@cache
def _in_small_letters(pattern: re.Pattern[str]) -> re.Pattern[str]:
    small = _LETTERS.sub(lambda one: one[1] or one[2].lower(), pattern.pattern)
    return re.compile(small, pattern.flags & ~re.IGNORECASE)
