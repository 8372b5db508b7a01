"""Words that people leave in a value's place: they are no secret, and tell a cause.

Only what is made of these words alone is left as it is. A password may well begin
with "my" or end in "example".
"""

import re

_WORDS = frozenset(
    """a abc access actual add api app bar base bearer changeme change client copy dev
    dummy ecom enter env environ example fill foo from get getenv goes here id in insert
    key keys live merchant mobilepay msn my name null number of ocp apim os own paste
    placeholder portal primary process prod production put real replace secondary secret
    serial server staging string sub subscription test the this to todo token undefined
    url value vipps with your
    avain din ditt hemmelighet hemmelighed hemlighet nyckel nøkkel
    nøgle""".split()
)
_WORD = re.compile(r"[A-Z]?[a-zæøåäö]+|[A-ZÆØÅÄÖ]+(?![a-zæøåäö])")
_SAME = re.compile(r"[\W_]*([x*0aX])\1{2,}[\W_=]*")
# A shell's command in a value's place: TOKEN=$(curl ...)
_COMMAND = re.compile(r"\$\([a-z]{2,8}")


def is_wording(value: str) -> bool:
    """Tell whether a value is nothing but words that stand for a value."""
    if _SAME.fullmatch(value) or _COMMAND.fullmatch(value):
        return True
    if re.search(r"[0-9]", value):
        return False
    words = [word.lower() for word in _WORD.findall(value)]
    letters = sum(map(str.isalpha, value))
    return bool(words) and sum(map(len, words)) == letters and _WORDS.issuperset(words)
