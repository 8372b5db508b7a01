"""What looks like a key and is an id or a hash, by the name that stands before it."""

import re
from string import punctuation, whitespace

# A number of a call or of what a file holds, which is no key though it looks like one,
# has such a name.
_NAMED = re.compile(
    r"(?:activity|agreement|basket|batch|build|cart|cf|charge|checkout|correlation"
    r"|deployment|document|event|invocation|item|job|message|operation|order|payment"
    r"|product|record|refund|req|request|run|span|task|trace|transaction|webhook)"
    r"[_. -]?id\W{1,6}$|idempotency[ _-]?key\W{1,6}$"
    r"|(?<![^\W_])(?:jti|kid|nonce|x5t)\W{1,6}$"
    r"|rid(?<![^\W_]rid)[\"']?[:=]\W{0,3}$"
    r"|(?:correlation|(?<![</])span|trace(?:[_-]context)?)\W{1,3}$"
    r"|(?:referan[cs]en?|reference|referens(?:en)?|viite)"
    r"(?:[ ](?:er|is|on|är)[ ]|\W{1,6})$"
    r"|(?:checksum|commit|digest|e-?tag|\bh1|hash|md5(?:sum)?|sha-?(?:1|256|384|512))"
    r"(?:[^\w\r\n]{2,8}|[:=])$"
    r"|(?:commit|e-?tag|event|hash|md5sum)[ \t]{1,3}$"
    r"|(?:checksum|hash|md5|sha\d{1,3})[ ](?:for|of)[ ](?:the[ ])?"
    r"(?:body|content|file|payload):?[ ]$"
    r"|/(?:basket|cart|checkout|order|payment|refund|transaction)s?/$",
    re.IGNORECASE,
)
# The last letters of each such name.
_ENDS = tuple(
    """
    -1 -256 -384 -512 5t a1 a256 a384 a512 ag an basket baskets body cart carts ce
    checkout checkouts commit content context d5 encykey ency-key ency_key event file
    h1 id jti nds on ons order orders payload payment payments referanse referansen
    referens referensen refund sh st um viite
    """.split()
) + tuple(
    f"{word} {verb}"
    for word in ("referansen", "reference", "referensen", "viite")
    for verb in ("er", "is", "on", "är")
)
_LAST_TWO = frozenset(end[-2:] for end in _ENDS)
# What stands between a name and its value beside punctuation: the other's name, and
# quotes and marks that were written in another way.
_BESIDE = ("value", "Value", "&quot", "%22", "%27", "%3A", "%3D")
_BESIDE_TWO = frozenset(end[-2:] for end in _BESIDE)
_BETWEEN = f"{punctuation}{whitespace}"
# A span's number, which stands behind its trace's.
_SPAN = re.compile(r"[,:/](?=\d*[a-f])[0-9a-f]{16}(?!\w)")
_FARTHEST = 64


def is_id(text: str, place: int) -> bool:
    """Tell whether what looks like a key at a place is an id by the name before it."""
    if text[place + 32 : place + 33] in ",:/" and _SPAN.match(text, place + 32):
        return True
    before = text[max(0, place - _FARTHEST) : place]
    name = before.rstrip(_BETWEEN)
    if name[-2:] in _BESIDE_TWO and name.endswith(_BESIDE):
        name = _name_alone(name)
        before = f"{name}: "
    if name[-2:].lower() not in _LAST_TWO or not name.lower().endswith(_ENDS):
        return False  # as most are
    return _NAMED.search(before) is not None


def _name_alone(name: str) -> str:
    """Return a name without what stands between it and its value."""
    while beside := next(filter(name.endswith, _BESIDE), ""):
        name = name.removesuffix(beside).rstrip(_BETWEEN)
    return name
