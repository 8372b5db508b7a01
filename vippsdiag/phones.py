"""Phone numbers as people write them: with a country code or without, in groups."""

import re
from collections.abc import Iterator

# Between the groups of a number.
GAP = r"(?:[ \u00a0\u2009\u202f]{1,2}|[.-]|%20|%C2%A0|&nbsp;)"
# The countries of the markets: Finland, Denmark, Sweden, Norway.
COUNTRIES = ("358", "45", "46", "47")
_CODE = rf"(?:{'|'.join(COUNTRIES)})"
# Written for those who call from within the country.
_TRUNK = rf"(?:{GAP}?\(0\))?"
_DIGITS = rf"(?:{GAP}?\(?\d(?:\)(?={GAP}?\d))?)"
_ABROAD = rf"{_CODE}\)?{_TRUNK}{_DIGITS}{{7,10}}(?!\d)"

# Behind what one dials first and the country code of one of the markets.
PHONE = re.compile(
    rf"(?:\+(?<![\w+/]\+)|%2B(?<![\w+/]%2B)|00(?<![\w+/.-]00)[ ]?){_ABROAD}"
)
# Within a country own code may be apart by a dash with blanks around it.
_WITHIN = rf"0\d{{1,3}}[ ]?[-–/][ ]?\d{{2,8}}(?:{GAP}\d{{2,8}}){{0,4}}(?![\w-])"
# A national identity number: a day, or that with its century, and what follows.
NATIONAL = (
    r"(?:\d{6}(?:\d\d)?|\d\d[ .]\d\d[ .]\d\d)[ ]?[-+–]?[ ]?"
    r"(?:\d{4,5}|\d{3}[A-Z])(?![\w-])"
)
# What else is a number in groups where a name stands beside it.
GROUPED = (
    rf"{_WITHIN}|{NATIONAL}|\(?(?:\+|%2B|00[ ]?){_ABROAD}"
    rf"|(?:\+|%2B)\d{{1,3}}(?:[ -]\d{{2,5}}){{2,5}}(?!\d)"
    rf"|(?:\+|%2B)\d{{1,3}}{GAP}\d{{6,12}}(?!\d)"
    rf"|(?:\+|%2B)?\d{{1,4}}(?:{GAP}\d{{2,8}}){{1,5}}(?![\w-])"
)
_TAGS = r"(?:</?[a-z]\w{0,9}(?:\s[^<>]{0,99})?>\s{0,9}){0,8}+"
# Neither a day nor the hours of a day.
_NO_TIME = (
    r"(?!\d{4}-\d\d-\d|\d\d?[./-]\d\d?[./-](?:19|20)\d\d"
    r"|\d\d?[.:]\d\d[ ]?[-–][ ]?\d\d?[.:]\d\d"
    r"|\d\d?[./]\d\d?[./]\d\d[ ]\d\d?[.:]\d\d"
    r"|(?!\d\d(?:\.\d\d){3}(?!\d))\d{1,3}(?:\.\d{1,3}){3}(?![\d.]))"
)
# Eight digits and more, which are a number where a word says so.
_DIALLED = (
    rf"{_NO_TIME}(?:\(?(?:\+|%2B|00[ ]?){_ABROAD}|{_WITHIN}"
    rf"|\d{{8,12}}(?![\w-])"
    rf"|(?=(?:\d{GAP}?){{8}})\d{{2,7}}(?:{GAP}\d{{2,8}}){{1,4}}(?![\w-])"
    r"|[+%](?:(?<=%)2B)?\d{1,3}(?:[ -]\d{2,5}){2,5}(?!\d))"
)
# Whose it is: "telefonen til kunden er". What the words name else has other numbers.
OTHER = (
    r"(?!\w*(?:ord(?:e?r|n)|best|nr|num|sak|case|ref|tilau|fakt|invo|kvit)"
    r"|(?:and|but|ja|men|och|og|or)\b)"
)
_WHOSE = rf"(?:[ ]{OTHER}[^\W\d_]{{1,15}}){{1,5}}(?=[ ](?:er|is|on|var|was|är)[ ]|:)"
CALLED = re.compile(
    r"(?P<name>(?:(?<![^\W\d_])(?:cell|gsm|mob|puh|tel)|mobil(?:e|telefon|tlf)?|msisdn|phone"
    r"|puhelin|telefon|tlf|vipps[ -]?(?=nummer))"
    r"(?:e[nt]|s)?(?:[ _.-]?n(?:r|o|ro|umbers?|umero(?:ni|t)?|ummer(?:et)?|umre))?\.?"
    rf"(?:[ ](?:customer|jobb|kunde?n?|min|mitt|my|privat|work)|{_WHOSE}|(?=>))?)"
    r"(?:[ ]?\([\w ]{1,20}\))?[ \t\u00a0]*+"
    rf"{_TAGS}(?:;[\w=,;-]{{1,40}}:|[:=|;>]|,(?=\S)"
    r"|[\"'\\\]][\"'\]]?[ ]?(?:=>|[:,=])[ ]?(?:\\?[\"'])?)?"
    rf"[ \t\u00a0]*+(?:\r?\n[ \t>]{{0,9}}+)?{_TAGS}"
    r"(?:(?:er|is|on|var|was|är|->|→|[-–])[ ])?"
    rf"(?P<value>{_DIALLED})",
    re.IGNORECASE,
)
# Behind a number: another one.
FURTHER = re.compile(
    r"(?:[ ]?\([\w ]{1,20}\))?[ ]?(?:[/,&]|and|eller|ja|och|og|or|tai)[ ]?"
    r"(?:(?:alternativt|and|eller|or)[ ]"
    rf"|(?<=[er][ ])(?:{OTHER}[^\W\d_]{{1,12}}\.?[ ]){{1,4}})?"
    rf"(?P<value>{_DIALLED})",
    re.IGNORECASE,
)
# Where somebody can be reached: "ring meg på", "call us on", "soita numeroon".
REACHED = re.compile(
    r"((?:[mM](?<!\w.)(?:e|eg|ej|ig)[ ](?:at|on|på)|[uU](?<!\w.)s[ ](?:at|on)"
    r"|[oO](?<!\w.)ss?[ ]på|nås[ ]på|ffes[ ]på|umero(?:on|ni[ ]on)"
    r"|ummer(?:et)?[ ]mitt?(?:[ ](?:er|är))?"
    r"|[mM](?<!\w.)(?:itt?[ ]nummer|y[ ]number)(?:[ ](?:er|is|är))?"
    r"|[rR](?<!\w.)ing(?:(?:[ ][^\W\d_]{2,12}){0,3}?[ ](?:på|til))?"
    r"|[pP](?<!\w.)rivat(?:[ ](?:er|är))?"
    r"|[eE](?<!\w.)llers?[ ](?:[^\W\d_]{2,12}[ ]){1,3}på"
    r"|S(?<!\w.)MS(?:[ ]til)?|est[ -]?(?:bruker|number|nummer|user)"
    r"|[MT](?<!\S.)(?=:)):?[ ]{1,2})"
    rf"({_DIALLED})"
)
# Whose letter it is, and how to reach them.
SIGNED_BY = re.compile(
    r"(?:[mM](?<!\w.)vh|[hH](?<!\w.)ilsen|[hH](?<!\w.)älsningar|[rR](?<!\w.)egards"
    r"|[tT](?<!\w.)erveisin)[.,]?\s{1,4}"
    rf"(?:(?i:{OTHER})[^\W\d_]{{2,15}}[,.]?\s{{1,3}}){{1,3}}"
    rf"(?P<value>{_DIALLED})"
)
# What is quick to find of these words, each one letter behind its beginning.
_SIGNED_SIGNS = ("vh", "ilsen", "älsningar", "egards", "erveisin")
# A text has one of these if that is in it, and a blank before a number.
_REACHED_SIGNS = (
    *("me on", "us on", "me at", "us at", "eg på", "ig på", "ej på", "s på"),
    *("ffes på", "umero", "ummer mit", "ummeret mit"),
    *("it nummer", "itt nummer", "y number", "Ring", "ring ", "SMS", "M: ", "T: "),
    *("rivat ", "llers ", "ller "),
    *("est user", "estuser", "est-user", "estbruker", "est number", "estnummer"),
)
_BLANK = re.compile(r" [(+%0-9]")
# How people group a mobile number of a market, and nobody an amount or an id. Behind
# a status, a log has a size and a time.
_STATUS = "4(?:0[0134589]|1[0235]|2[29]|51)"
# Nor do they stand among the bytes that a program prints.
_ALONE = r"(?<![\w.,/+-])(?<!\d[ \u00a0])(?<![ ][0-9a-f]{2}[ ])"
_ENDED = (
    r"(?![\w-]|[ \u00a0]?(?:kr|NOK|SEK|DKK|EUR|[øö]re|ms|stk|MVA)\b|[ \u00a0.,]?\d"
    r"|[ ]{1,2}(?:\d[0-9a-f]|[a-f]\d)(?!\w))"
)
_MOBILE = re.compile(
    rf"{_ALONE}(?:(?!{_STATUS}|\d\d\d[ \u00a0]\d\d[ \u00a0]000)"
    r"[49]\d\d[ \u00a0]\d\d[ \u00a0]\d{3}"
    rf"|(?:[49]|(?<=[a-zæøåäö,;:/(][ ])[235-8])\d(?:[ \u00a0]\d\d){{3}}){_ENDED}"
)
# Of Finland and Sweden, within the country.
_MOBILE_WITHIN = re.compile(
    rf"{_ALONE}0(?:[45]\d[ -](?:\d{{3}}[ ]\d{{4}}|\d{{7}})"
    rf"|7[02369][ -]\d{{3}}[ ]\d\d[ ]\d\d){_ENDED}"
)
# Of any other country, in groups with blanks between them.
_FOREIGN = re.compile(
    r"\+(?<![\w+/]\+)(?=(?:\d ?){10,15}(?!\d))[1-9]\d{0,2}(?:[ ]\d{2,4}){3,5}(?![\w-])"
)
# In the address that a printed code leads to, for a payment to a person.
_IN_CODE = re.compile(r"(?<=/031/)\d{10,12}(?![\w-])")
# Each with a sign that is quick to find.
MOBILES = (
    (_IN_CODE, re.compile("/031/")),
    (_MOBILE, re.compile(r" (?<=\d )\d\d \d")),
    (_MOBILE, re.compile(r"\u00a0(?<=\d\u00a0)\d\d\u00a0\d")),
    (_FOREIGN, _FOREIGN),
    (_MOBILE_WITHIN, re.compile(r"0[457]\d[ -]\d{3}")),
)
# A number that is known already, in whatever groups.
WRITTEN = re.compile(r"(?<!\d)\d(?:\)?[ \u00a0\u2009\u202f.-]{0,2}\(?\d){7,14}(?!\d)")
_FOUR_PAIRS = len("20 40 60 80")
_NUMBER = re.compile(
    rf"\(?(?:\+|%2B|00[ ]?)?{_CODE}?\)?{_TRUNK}{GAP}?(?P<own>\(?\d{_DIGITS}{{7,10}})",
    re.IGNORECASE,
)
_ESCAPES = re.compile("%2B|%20|%C2%A0", re.IGNORECASE)


def is_reached(text: str) -> bool:
    """Tell whether `REACHED` may match somewhere in a text."""
    blank = _BLANK.search(text)
    return blank is not None and any(sign in text for sign in _REACHED_SIGNS)


def signed(text: str) -> Iterator[re.Match[str]]:
    """Yield the numbers below a letter, with whose they are."""
    for sign in _SIGNED_SIGNS:
        place = text.find(sign, 1)
        while place > 0:
            if match := SIGNED_BY.match(text, place - 1):
                yield match
            place = text.find(sign, place + 1)


def is_row(text: str) -> bool:
    """Tell whether four pairs of digits go up, as sizes, weeks and shares do."""
    pairs = text.split() if len(text) == _FOUR_PAIRS else []
    return len(pairs) == 4 and pairs == sorted(set(pairs))


def is_number(text: str) -> bool:
    """Tell whether a value is a phone number."""
    return text[-1:].isdecimal() and _NUMBER.fullmatch(text) is not None


def own_digits(text: str) -> int:
    """Return how many digits a number has behind its country's; 0 if it is none."""
    match = _NUMBER.fullmatch(text) if text[-1:].isdecimal() else None
    return len(digits(match["own"])) if match else 0


def digits(text: str) -> str:
    """Return the digits of a number."""
    if text.isdecimal():
        return text
    return "".join(filter(str.isdecimal, _ESCAPES.sub("", text)))
