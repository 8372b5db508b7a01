"""What looks like a key and is an id or a hash, by the name that stands before it."""

import re
from string import punctuation, whitespace

# Whose numbers are told of in sentences, with the words that may stand between.
_CALLS = (
    "correlation|error|event|korrelasjons?|korrelations?|ordre|order|operation|payment"
    "|req|request|run|span|sporings?|spårnings?|trace|transaction|transaksjons?"
)
_TOLD = (
    r"(?:[ ](?!and|but|eller|ja|men|och|og|or)"
    r"(?!\w*(?:avai|heml|hemm|key|kode|nyck|nøg|nøk|pass|sala|secr|token))"
    r"[^\W\d_]{1,15})"
)
_VERB = "(?:er|is|oli|on|var|was|är)"
# A number of a call or of what a file holds, which is no key though it looks like one,
# has such a name.
_NAMED = re.compile(
    r"(?:activity|agreement|basket|batch|build|capture|cart|cf|charge|checkout|context"
    r"|correlation|deployment|dispute|document|error|event|incident|invocation|invoice"
    r"|item|job|log|message|notification|operation|order|parent|payment|product|record"
    r"|refund|req|request|run|settlement|shipment|span|task|ticket|trace|transaction"
    r"|webhook)"
    r"[_. -]?id\W{1,6}$|idempotency[ _-]?key\W{1,6}$"
    r"|(?<![^\W_])(?:jti|kid|nonce|x5t)\W{1,6}$"
    r"|rid(?<![^\W_]rid)[\"']?[:=]\W{0,3}$"
    r"|(?:correlation|(?<![</])span|trace(?:[_-]context|identifier|parent)?)\W{1,6}$"
    r"|(?:cache[ _-]?key|fingerprint|[gu]uid|if-none-match|thumbprint)\W{1,6}$"
    # A certificate's; a key in the place of a sales unit's number has more before it.
    r"|serial(?<![\w-]serial)(?<!merchant serial)\W{1,3}$"
    r"|(?:(?<![^\W_])|external|merchant|order|payment|psp|transaction)[_-]?ref\W{1,6}$"
    r"|[?&](?:h|hash|rev|state|v|ver)=$"
    # Words that may stand before anything in a sentence.
    r"|(?:(?<=[\"'])(?:_?id|oid|sid|tid|uti)[\"']"
    r"|(?<![^\W_])(?:build|container|device|image|incident|instance|job|node|order|payment"
    r"|pod|release|rev|revision|sku|task|transaction|version)(?:[\"']\]?|(?==)))\W{1,6}$"
    r"|(?:referan[cs]en?|reference|referens(?:en)?|viite)"
    r"(?:[ ](?:er|is|on|är)[ ]|\W{1,6})$"
    r"|(?:checksum|commit|digest|e-?tag|\bh1|hash|md5(?:sum)?|sha(?:-?(?:1|256|384|512))?)"
    r"(?:[^\w\r\n]{2,30}|[:=])$"
    r"|(?:checksum|commit|digest|e-?tag|event|hash|md5(?:sum)?)[ \t]{1,30}$"
    r"|(?:checksum|hash|md5|sha\d{1,3})[ ](?:for|of)[ ](?:the[ ])?"
    r"(?:body|content|file|payload):?[ ]$"
    r"|/(?:agreement|asset|avatar|basket|cache|cart|charge|checkout|event|invoice|order"
    r"|payment|refund|run|trace|transaction|upload|webhook)s?/$",
    re.IGNORECASE,
)
# "... the trace id in the answer was", and what it is in Finnish.
_SENTENCE = re.compile(
    rf"(?:{_CALLS})[_. -]?id(?:-?e?n|-?et)?{_TOLD}{{0,4}}(?:[ ]{_VERB}|:)[ ]$"
    r"|(?:device|entity|file|object|row)[ ]id\W{1,6}$"
    rf"|(?:jäljitys|korrelaatio|maksu|pyyntö|tapahtuma|tilaus|virhe)[ -]?tunnus"
    rf"(?:{_TOLD}{{0,4}}(?:[ ]{_VERB}|:)[ ]|\W{{1,6}})$",
    re.IGNORECASE,
)
_HASHED = re.compile(r"(?:MD5|SHA\d{1,3})[ ]?\([^()\r\n]{1,50}\) = $")
# Any name that ends in "Id" is an id's, but for the ids of what has keys: a key is put
# in their place by mistake.
_CALLED_ID = re.compile(
    r"(?P<of>[^\W\d_]{2,40})(?:(?<=[a-z])I[dD]|[_.-][iI][dD])\W{1,6}$"
)
_HOLDERS = tuple(
    """
    abonnement access account api apim app application auth avain client company
    credential hemlighet hemmelighed hemmelighet key klient konto live login merchant
    mobilepay name national nyckel nøgle nøkkel org partner password person personal
    portal primary prod production psp public salaisuus salgsenhet secondary secret
    serial session sub subscription tax tenant test token unit user vipps
    """.split()
)
# What a file is called by what is in it, and what the programs that tell that print, at
# the beginning of a line.
_FILE = re.compile(
    r"(?:\.(?:min\.|tar\.)?|(?P<listed>[ ][ *][\w./-]{1,99}\.))"
    r"(?:7z|bz2|css|csv|deb|exe|gif|gz|html|ico|jar|jpe?g|js|json|log|map|pdf|phar|php|png|rpm|sql|svg|tar|tgz|txt|war"
    r"|webp|whl|woff2?|xml|xz|zip)(?![\w-])"
)
_QUOTES = re.compile(r"(?:&(?:#x2[27]|#3[49]|quot);|[\"'])+\Z")
# What stands between the cells of a row, or a title and its value; not between rows.
_TAGS = re.compile(
    r"(?:\s*</?(?:b|code|dd|div|dt|em|li|p|pre|span|strong|td|th)\b[^<>]{0,40}>){1,6}\s*$"
)
# Where a value stands in the line below its name.
_NEXT_LINE = re.compile(r"[\"']?[:=][ \t]*\r?\n[ \t]*[\"']?")
# In brackets behind a value may be said what it is.
_BESIDE_IT = re.compile(
    r"[\"'`]?[ ]\((?:the[ ])?(?:(?:body|content|file|payload)[ _-]?)?"
    r"(?:checksum|digest|e-?tag|hash|md5(?:sum)?|sha-?(?:1|256|384|512)"
    rf"|(?:{_CALLS})[ _-]?(?:id|number))(?:\)|[ ](?:av|for|fra|från|from|in|of|på)[ ])",
    re.IGNORECASE,
)
# What stands between a value and what tells that it is an id.
_BEHIND = frozenset(" ,:/.")
_CLOSED = frozenset({'" ', "' ", "` "})
# The last letters of each such name.
_ENDS = (
    *"""
    &h &v -1 -256 -384 -512 /cache 5t ?h ?v a1 a256 a384 a512 ag agreement
    agreements an asset assets avatar avatars basket baskets body build cache-key
    cache_key cachekey cart carts ce charge charges checkout checkouts commit
    container content context d5 device ency-key ency_key encykey event events file
    h1 id identifier image incident instance invoice invoices job jti log loggen
    match nds node on ons order orders parent payload payment payments pod print ref
    referanse referansen referens referensen refund release response rev run runs
    serial sh sha sku st state svaret task traces tunnus um upload uploads uti
    vastauksessa ver viite webhook webhooks
    """.split(),
    "cache key",
    # In a sentence.
    *(f" {verb}" for verb in ("er", "is", "oli", "on", "var", "was", "är")),
)
_LAST_TWO = frozenset(end[-2:] for end in _ENDS)
# What stands between a name and its value beside punctuation: the other's name, and
# quotes and marks that were written in another way.
_WEAK = (" W", ":W", "\nW")  # ETag
_BESIDE = (*_WEAK, "value", "Value", "&quot", "%22", "%27", "%3A", "%3D")
_BESIDE_TWO = frozenset(end[-2:] for end in _BESIDE)
_BETWEEN = f"{punctuation}{whitespace}\u00a0"
# A span's number, which stands behind its trace's.
_SPAN = re.compile(r"[,:/](?=\d*[a-f])[0-9a-f]{16}(?!\w)")
_FARTHEST, _LONGEST_QUOTE = 64, 10


def is_id(text: str, place: int, end: int | None = None) -> bool:
    """Tell whether what looks like a key at a place is an id by the name beside it.

    Args:
        text: in which it stands.
        place: where it begins.
        end: where it ends; behind 32 digits if not given.
    """
    end = place + 32 if end is None else end
    behind = text[end : end + 2]
    if (behind[:1] in _BEHIND or behind in _CLOSED) and _is_told_behind(
        text, place, end
    ):
        return True
    before = text[max(0, place - _FARTHEST) : place]
    if ">" in before[-8:]:
        before = _TAGS.sub(": ", _QUOTES.sub("", before))
    name = before.rstrip(_BETWEEN)
    if name[-2:] in _BESIDE_TWO and name.endswith(_BESIDE):
        name = _name_alone(name)
        before = f"{name}: "
    if before[-4:] == ") = ":
        return _HASHED.search(before) is not None
    if name[-2:].lower() not in _LAST_TWO or not name.lower().endswith(_ENDS):
        return False  # as most are
    if _NEXT_LINE.fullmatch(before, len(name)):
        before = f"{name}: "
    if before[-1:] == " " and _SENTENCE.search(before):
        return True
    return _NAMED.search(before) is not None or _is_called_id(before)


def _is_told_behind(text: str, place: int, end: int) -> bool:
    """Tell whether a span, a file's ending or words in brackets say what it is."""
    if "(" in text[end : end + 3] and _BESIDE_IT.match(text, end):
        return True
    if text[end] in ",:/":
        return _SPAN.match(text, end) is not None
    file = _FILE.match(text, end) if text[end] in " ." else None
    return file is not None and (not file["listed"] or _begins_line(text, place))


def _begins_line(text: str, place: int) -> bool:
    """Tell whether no more than the marks of a quotation stand before a place."""
    before = text[max(0, place - _LONGEST_QUOTE) : place].rpartition("\n")
    return (bool(before[1]) or place < _LONGEST_QUOTE) and not before[2].strip("> |\t")


def _is_called_id(before: str) -> bool:
    called = _CALLED_ID.search(before)
    return called is not None and not called["of"].lower().endswith(_HOLDERS)


def _name_alone(name: str) -> str:
    """Return a name without what stands between it and its value."""
    while beside := next(filter(name.endswith, _BESIDE), ""):
        name = name.removesuffix(beside).rstrip(_BETWEEN)
    return name
