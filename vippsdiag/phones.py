"""Phone numbers as people write them: with a country code or without, in groups."""

import re

# Between the groups of a number.
GAP = r"(?:[ \u00a0\u2009\u202f]{1,2}|[.-]|%20|%C2%A0|&nbsp;)"
# The countries of the markets: Finland, Denmark, Sweden, Norway.
_CODE = r"(?:358|4[567])"
# Written for those who call from within the country.
_TRUNK = rf"(?:{GAP}?\(0\))?"
_DIGITS = rf"(?:{GAP}?\(?\d(?:\)(?={GAP}?\d))?)"
_ABROAD = rf"{_CODE}\)?{_TRUNK}{_DIGITS}{{7,10}}(?!\d)"

# Behind what one dials first and the country code of one of the markets.
PHONE = re.compile(
    rf"(?:\+(?<![\w+/]\+)|%2B(?<![\w+/]%2B)|00(?<![\w+/.-]00)[ ]?){_ABROAD}"
)
# What else is a number in groups where a name stands beside it.
GROUPED = (
    rf"\(?(?:\+|%2B|00[ ]?){_ABROAD}|(?:\+|%2B)\d{{1,3}}(?:[ -]\d{{2,5}}){{2,5}}(?!\d)"
    rf"|(?:\+|%2B)\d{{1,3}}{GAP}\d{{6,12}}(?!\d)"
    rf"|(?:\+|%2B)?\d{{1,4}}(?:{GAP}\d{{2,8}}){{1,5}}(?![\w-])"
)
# Eight digits and more behind the word for a phone are its number.
CALLED = re.compile(
    r"(?P<name>(?:mobil(?:e|telefon|tlf)?|phone|puhelin|telefon|tlf)"
    r"(?:[ _.-]?n(?:r|o|ro|umber|umero|ummer(?:et)?))?\.?)[ \t]*+[:=]?[ \t]*+"
    r"(?:(?:er|is|on|var|was|är)[ ])?"
    r"(?P<value>(?!\d{4}-\d\d-\d)(?=(?:\d[ -]?){8})"
    r"\d{2,12}(?:[ -]\d{2,8}){0,4}(?![\w-]))",
    re.IGNORECASE,
)
# A number that is known already, in whatever groups.
WRITTEN = re.compile(r"(?<!\d)\d(?:\)?[ \u00a0\u2009\u202f.-]{0,2}\(?\d){7,14}(?!\d)")
_NUMBER = re.compile(
    rf"\(?(?:\+|%2B|00[ ]?)?{_CODE}?\)?{_TRUNK}{GAP}?(?P<own>\(?\d{_DIGITS}{{7,10}})",
    re.IGNORECASE,
)
_ESCAPES = re.compile("%2B|%20|%C2%A0", re.IGNORECASE)


def own_digits(text: str) -> int:
    """Return how many digits a number has behind its country's; 0 if it is none."""
    match = _NUMBER.fullmatch(text) if text[-1:].isdecimal() else None
    return len(digits(match["own"])) if match else 0


def digits(text: str) -> str:
    """Return the digits of a number."""
    if text.isdecimal():
        return text
    return "".join(filter(str.isdecimal, _ESCAPES.sub("", text)))
