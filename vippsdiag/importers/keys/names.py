"""What a name stands for: the field, the environment, and how sure that is."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from vippsdiag.environments import Environment
from vippsdiag.keys import ALIASES, Field, KeyKind, field_named
from vippsdiag.sensitive import plain_name

_WORD = re.compile(r"[A-ZÆØÅÄÖ]+(?![a-zæøåäö])|[A-ZÆØÅÄÖ]?[a-zæøåäö]+|\d+")
_BRANDS = frozenset({"vipps", "mobilepay", "vippsmobilepay"})
# Other services whose keys go by the same names and stand in the same files.
_FOREIGN = frozenset(
    """adyen amazon apple aws azure bambora bing braintree discord dintero
    facebook firebase fiken fortnox gcp github gitlab google hubspot instagram klarna
    kustom linkedin mailchimp mailgun microsoft mollie nets nexi okta paypal payex
    quickpay recaptcha salesforce sendgrid shopify slack spotify square stripe sveve
    swish swedbank tripletex twilio twitter visma zendesk zettle""".split()
)
# These names are used for other things too.
_WEAK = frozenset(
    """apikey appid applicationid clientkey hemlighet hemligheten hemmelighed
    hemmeligheden hemmelighet hemmeligheten key merchantid primary primarykey salaisuus
    salesunit secondary secondarykey secret serialnumber subkey username""".split()
)
# Whose it is: "hemmeligheten vår er".
_OWNERS = frozenset(
    "meidän min mina mine mit mitt my our vores vår våra våre vårt".split()
)
_PRIMARY = frozenset({"primary", "primær", "primär", "ensisijainen"})
_SECONDARY = frozenset({"secondary", "sekundær", "sekundär", "toissijainen"})
_KEY_WORDS = frozenset({"", "key", "nøkkel", "nøgle", "nyckel", "avain"})

_STAGES: dict[str, Environment | None] = {
    **dict.fromkeys(("test", "mt", "apitest", "testi"), Environment.TEST),
    **dict.fromkeys(
        ("prod", "production", "live", "produksjon", "produktion", "tuotanto"),
        Environment.PRODUCTION,
    ),
    # A company's own stages: which keys they use is not told by their names.
    **dict.fromkeys(
        ("dev", "develop", "development", "local", "preprod", "qa", "sandbox")
    ),
    **dict.fromkeys(("stage", "staging", "uat")),
}
_GLUED = re.compile(r"^(test|prod|production|live|mt)|(test|prod|production|live|mt)$")

_KIND_KEYS = r"[ _-]*(?:api[ _-]*)?(?:keys?\b|client|subscription|nøk|nøgl|nyck|avai)"
KINDS = {
    KeyKind.PARTNER: "partner",
    KeyKind.ACCOUNTING: "(?:accounting|regnskaps?|regnskabs?|bokförings?|kirjanpito)",
    KeyKind.MERCHANT_LEVEL: "merchant[ -]level",
    KeyKind.MANAGEMENT: "management",
    KeyKind.PSP: "psp",
    KeyKind.SALES_UNIT: "(?:sales[ -]unit|salgsenhets?|salgsenheds?)",
}
_KIND = {
    kind: re.compile(rf"(?<![^\W_]){words}{_KIND_KEYS}", re.IGNORECASE)
    for kind, words in KINDS.items()
}

ANY_KIND = re.compile("|".join(KINDS.values()), re.IGNORECASE)
_LONGEST_HEADING = 160

_HEADING_WORDS = frozenset(
    """and api are avaimet avain credentials environment er for fra from her here hos
    här i in key keys merchant miljö miljø mine mobile my nycklar nøgler nøkler
    of our pay portal portalen sales settings the unit values vår våre ympäristö
    är""".split()
)


_SIGNS = frozenset("hmac sign signature signing webhook webhooks".split())
_ONLY_SECRETS = frozenset(
    """hemlighet hemligheten hemmelighed hemmeligheden hemmelighet hemmeligheten
    salaisuus secret""".split()
)
_SECRETS = _ONLY_SECRETS | {"key", "nyckel", "nøgle", "nøkkel"}


class Rank(IntEnum):
    """How sure it is that a name means a Vipps MobilePay value; less is surer."""

    BRANDED = 0
    USUAL = 1
    DOUBTFUL = 2


@dataclass(frozen=True, slots=True)
class Name:
    """What a name stands for.

    Attributes:
        field: the value that it names; None if it names none that is known.
        stage: the word for an environment in it, in lower case; None for none.
        number: a number at its end, which tells several sets apart.
        rank: how sure the field is.
    """

    field: Field | None = None
    stage: str | None = None
    number: str = ""
    rank: Rank = Rank.DOUBTFUL

    @property
    def environment(self) -> Environment | None:
        """The environment in the name, if its word is one that is certain."""
        return _STAGES.get(self.stage) if self.stage else None


def words_of(name: str) -> list[str]:
    """Split a name into its words, in lower case: ``clientId`` is client and id."""
    return [word.lower() for word in _WORD.findall(name)]


def stage_in(words: Iterable[str]) -> str | None:
    """Return the last word for an environment; test and production rank first."""
    found = [word for word in words if word in _STAGES]
    certain = [word for word in found if _STAGES[word]]
    return next(reversed(certain or found), None)


# In a log the same names stand in every line.
@lru_cache(maxsize=4096)
def understand(path: tuple[str, ...]) -> Name:
    """Tell what a name means that stands in sections, the name being the last."""
    *sections, name = path
    around = [word for section in sections for word in words_of(section)]
    words = words_of(name)
    stage = stage_in([*around, *words]) or _glued_stage(name)
    bare = [word for word in words if word not in _STAGES]
    number = bare.pop() if bare[1:] and bare[-1].isdecimal() else ""
    field, rank = _field(bare, name)
    branded = bool(_BRANDS & {*around, *words}) or "vipps" in plain_name(name)
    if _FOREIGN & {*around, *words} and not branded:
        field = None
    if branded:
        rank = Rank.BRANDED
    return Name(field=field, stage=stage, number=number, rank=rank)


def names_webhook_secret(path: tuple[str, ...], *, alone: bool = False) -> bool:
    """Tell whether a name is that of the secret which webhooks are signed with.

    Args:
        path: the sections that it stands in, and the name.
        alone: whether a secret of no other name is one: beside a webhook it is.
    """
    words = words_of(path[-1]) if path else []
    around = {word for name in path for word in words_of(name)}
    if not _SECRETS & {*words, *(word.removesuffix("s") for word in words)}:
        return False
    named = _SIGNS & around or "webhook" in plain_name("".join(path))
    own = [word for word in words if word not in _OWNERS]
    return bool(named or (alone and len(own) == 1 and own[0] in _ONLY_SECRETS))


def _glued_stage(name: str) -> str | None:
    """Return the environment in a name that has no word boundaries: testclientid."""
    plain = plain_name(name)
    match = (
        _GLUED.search(plain) if field_named(plain) and plain not in ALIASES else None
    )
    return match[0] if match else None


def _field(words: list[str], name: str) -> tuple[Field | None, Rank]:
    own = [word for word in words if word not in _BRANDS | _OWNERS]
    secondary = bool(_SECONDARY & set(own))
    if secondary or _PRIMARY & set(own):
        rest = "".join(word for word in own if word not in _PRIMARY | _SECONDARY)
        return _subscription(rest, secondary=secondary)
    for start in range(len(own)):
        alias = plain_name("".join(own[start:]))
        if alias in ALIASES and (start == 0 or alias not in _WEAK):
            sure = start == 0 and alias not in _WEAK
            return ALIASES[alias], Rank.USUAL if sure else Rank.DOUBTFUL
    found = field_named(name)
    return found, Rank.USUAL if found else Rank.DOUBTFUL


def _subscription(rest: str, *, secondary: bool) -> tuple[Field | None, Rank]:
    key = Field.SECONDARY_SUBSCRIPTION_KEY if secondary else Field.SUBSCRIPTION_KEY
    if rest in _KEY_WORDS:
        return key, Rank.DOUBTFUL
    known = ALIASES.get(plain_name(rest)) is Field.SUBSCRIPTION_KEY
    return (key, Rank.USUAL) if known else (None, Rank.DOUBTFUL)


@dataclass(frozen=True, slots=True)
class Heading:
    """What a heading says about the values below it."""

    environment: Environment | None = None
    kind: KeyKind | None = None


NO_HEADING = Heading()


def kind_in(text: str) -> KeyKind | None:
    """Return the kind of keys that a heading or a name speaks of; None if none."""
    if not ANY_KIND.search(text):
        return None
    return next((kind for kind, pattern in _KIND.items() if pattern.search(text)), None)


def read_heading(line: str) -> Heading | None:
    """Return what a line says if it is a heading for an environment or a kind."""
    if not 2 <= len(line) <= _LONGEST_HEADING:
        return None
    words = [_stem(word) for word in words_of(line)]
    kind = kind_in(line)
    short = 0 < len(words) <= 8 and not re.search(r"[?!]|\.\s", line)
    ordinary = [w for w in words if not (w in _STAGES or w in _HEADING_WORDS)]
    ordinary = [word for word in ordinary if word not in _BRANDS]
    # A comma joins two headings, or else it is part of a sentence.
    if not short or ("," in line and ordinary) or (len(ordinary) > 1 and kind is None):
        return None
    stages = {_STAGES[word] for word in words if word in _STAGES}
    environment = stages.pop() if len(stages) == 1 else None
    if environment is None and kind is None:
        return None
    return Heading(environment=environment, kind=kind)


def _stem(word: str) -> str:
    """Cut a compound after its environment: testmiljø, produksjonsnøkler."""
    match = re.match(
        r"(testi?|produksjon|produktion|production|tuotanto)(?=s?(?:miljø|miljö|nøk|nøgl"
        r"|nyck|key|env|ympä|avai))",
        word,
    )
    return match[1] if match else word
