"""Words that people leave in a value's place: they are no secret, and tell a cause.

Only what is made of these words alone is left as it is. A password may well begin
with "my", end in "example" or stand in brackets.
"""

import re

_WORDS = frozenset(
    """a abc access accesstoken actual add api apim app auth authorization await bar
    base bearer callback change changeme client clientsecret config configuration copy
    data dev dummy ecom enter env environ environment example fill foo from generate
    generated get getenv goes guid headers here id in insert json key keys live me
    merchant mobilepay msn my name null number ocp of option options os own paste
    placeholder please portal primary process prod production provide put quote random
    real replace response secondary secret self serial server settings staging str
    string sub subscription test the this to todo token undefined url uuid value values
    var variable vipps webhook with word your
    avain din ditt hemmelighet hemmelighed hemlighet nyckel nøkkel
    nøgle""".split()
)
# Within brackets these ask for a value too, or say that somebody took it out.
_IN_BRACKETS = _WORDS | frozenset(
    """accesstoken an and apikey authorization basic by censored clientid clientsecret
    code cookie deleted filtered for guid hash header hidden international jwt masked
    mobile none omitted oauth pass password personal phone pin private redacted removed
    sales scrubbed sensitive session signature snipped some subscriptionkey support
    truncated unit username user uuid webhook
    asiakassalaisuus fjernet her hær indsæt klient klienthemmelighed klienthemmelighet
    klienthemlighet lösenord mobilnummer passord salgssted sett skjult skriv telefon
    tilausavain tunnus utelatt""".split()
)
_WORD = re.compile(r"[A-Z]?[a-zæøåäö]+|[A-ZÆØÅÄÖ]+(?![a-zæøåäö])")
_DIGIT = re.compile(r"\d")
_REPEATED = "x*0aX"
_SAME = re.compile(rf"[\W_]*([{_REPEATED}])\1{{2,}}[\W_=]*")
# A shell's command in a value's place: TOKEN=$(curl ...), $token = (Invoke-...
_COMMAND = re.compile(
    r"\$\((?:aws|az|base64|cat|curl|echo|gcloud|grep|http|jq|kubectl|node|op|openssl"
    r"|pass|printf|python3?|sed|security|sops|vault|wget)"
    r"|\(?(?:ConvertFrom|ConvertTo|Get|Import|Invoke|New|Read|Select)-[A-Z][A-Za-z]{2,30}"
)
_BRACKETED = re.compile(
    r"<[^<>]*>|\[[^\[\]]*\]|\([^()]*\)?|\{[^{}]*\}|\{\{[^{}]*\}\}|\$[A-Z_]+"
)
# A variable that is called so in many a shell, workflow and template.
_VARIABLE = re.compile(
    r"(?:\$(?:env:)?|\$\{|\$\(|%)[A-Z]{2,}(?:_[A-Z]{2,}){1,6}[})%]?"
    r"|\$\{[A-Za-z_]+(?:\.[A-Za-z_]+)+[(.][^{}]*\}?"
    r"|\{\{ ?[a-z]{2,}(?:_[a-z]{2,}){1,6} ?\}\}"
)
_OPENS_VARIABLE = frozenset("${%")
# Words that hold no value: someone else masked it already, or a kind of token.
_HOLLOW = re.compile(
    r"(?:bearer|basic|true|false|null|none|undefined|redacted|removed|masked|hidden"
    r"|truncated|ikke|inte|new|not|wrong|feil|forkert|fel|väärä|missing|mangler|saknas|puuttuu|expired"
    r"|%[a-z]|invalid_(?:client|grant|request|scope|token)|eyJ(?:\.{3}|…)|\W+|x{3,})",
    re.IGNORECASE,
)
# So few digits are a count.
_COUNT = 2
# Of those that are words.
_LONGEST_HOLLOW = 15


def is_wording(value: str) -> bool:
    """Tell whether a value is nothing but words that stand for a value."""
    digit = _DIGIT.search(value) is not None
    if digit and value[0].isalnum() and value[0] not in _REPEATED:
        return False
    if _SAME.fullmatch(value) or _COMMAND.fullmatch(value):
        return True
    if digit:
        return False
    known = _IN_BRACKETS if _BRACKETED.fullmatch(value) else _WORDS
    return _consists_of(known, value)


def _consists_of(known: frozenset[str], value: str) -> bool:
    words = [word.lower() for word in _WORD.findall(value)]
    letters = sum(map(str.isalnum, value))
    return bool(words) and sum(map(len, words)) == letters and known.issuperset(words)


def is_hollow(value: str) -> bool:
    """Tell whether a value was taken out already, or says in brackets what it is."""
    text = value.strip()
    if len(text) > _LONGEST_HOLLOW and text[0].isalnum() and text[0] not in "xX":
        return False
    if text[:1] in _OPENS_VARIABLE and _VARIABLE.fullmatch(text):
        return True
    if _DIGIT.search(text):
        return len(text) <= _COUNT and text.isdecimal()
    if not text or _HOLLOW.fullmatch(text):
        return True
    return bool(_BRACKETED.fullmatch(text)) and _consists_of(_IN_BRACKETS, text)
