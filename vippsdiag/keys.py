"""A set of API keys, and every name that its values go by."""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from vippsdiag.conceal import conceal
from vippsdiag.environments import Environment
from vippsdiag.secret import Secret, examine
from vippsdiag.sensitive import plain_name
from vippsdiag.shapes import GUID_OUTLINE, PLACEHOLDER, TEMPLATE, Shape, shape_of


class Field(StrEnum):
    """One value of a key set; the value is the name that people know it by."""

    CLIENT_ID = "client_id"
    CLIENT_SECRET = "client_secret"
    SUBSCRIPTION_KEY = "Ocp-Apim-Subscription-Key"
    SECONDARY_SUBSCRIPTION_KEY = "Ocp-Apim-Subscription-Key (secondary)"
    MSN = "Merchant-Serial-Number"
    PSP_ID = "Psp-Id"

    @property
    def attribute(self) -> str:
        """The name of the attribute of `KeySet` that holds the value."""
        return self.name.lower()

    @property
    def header(self) -> str:
        """The request header that carries the value."""
        return self.value.removesuffix(" (secondary)")


class KeyKind(StrEnum):
    """The kind of keys, which decides the token endpoint (facts section 1.1)."""

    SALES_UNIT = "sales unit"
    PARTNER = "partner"
    ACCOUNTING = "accounting"
    MERCHANT_LEVEL = "merchant-level"
    MANAGEMENT = "management"
    PSP = "PSP"

    @property
    def specialized(self) -> bool:
        """Whether they need ``POST /miami/v1/token``.

        For management keys this was documented from 2023 to 2025; it is not known
        whether it still holds (facts section 9, number 12).
        """
        return self in {
            KeyKind.ACCOUNTING,
            KeyKind.MERCHANT_LEVEL,
            KeyKind.MANAGEMENT,
        }

    @property
    def production_only(self) -> bool:
        """Whether such keys exist in production only."""
        return self is KeyKind.PARTNER or self.specialized

    @property
    def parts(self) -> tuple[Field, ...]:
        """The values that such a key set has, the MSN apart."""
        parts: tuple[Field, ...] = (Field.CLIENT_ID, Field.CLIENT_SECRET)
        if not self.specialized:
            parts += (Field.SUBSCRIPTION_KEY, Field.SECONDARY_SUBSCRIPTION_KEY)
        return (*parts, Field.PSP_ID) if self is KeyKind.PSP else parts


def conceal_field(name: Field, value: str) -> str:
    """Wrap a value of a key set, whatever was put there.

    A ``client_id`` and a merchant serial number may be shown, if they look like one
    or are plainly no secret; anything else in their place might be one.
    """
    if isinstance(value, Secret):
        raw_shown = examine(value, lambda raw: _may_show(name, raw))
        return examine(value, lambda raw: raw) if raw_shown else value
    return value if _may_show(name, value) else Secret(value)


def _may_show(name: Field, raw: str) -> bool:
    text = raw.strip()
    if not text or TEMPLATE.fullmatch(text) or PLACEHOLDER.fullmatch(text):
        # With digits in it, it could be a password after all.
        plain = not any(map(str.isdecimal, text)) or name is Field.CLIENT_ID
        return plain and not isinstance(conceal(text), Secret)
    if name is Field.CLIENT_ID:
        outline = GUID_OUTLINE.fullmatch(text) is not None
        return outline and len(text) <= 40
    return name in {Field.MSN, Field.PSP_ID} and len(text) <= 12


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySet:
    """The keys of one sales unit, partner, organisation or provider.

    Attributes:
        client_id: a GUID; think of it as a user name.
        client_secret: Base64, sent as it is and never decoded.
        subscription_key: the primary one; 32 hexadecimal digits.
        secondary_subscription_key: interchangeable with the primary one.
        msn: the merchant serial number, 4 to 7 digits; not a key.
        psp_id: of payment service providers; no format is documented.
        kind: the kind of keys; None if not known.
        environment: the environment that they were made for; None if not known.
    """

    client_id: str | None = None
    client_secret: str | None = None
    subscription_key: str | None = None
    secondary_subscription_key: str | None = None
    msn: str | None = None
    psp_id: str | None = None
    kind: KeyKind | None = None
    environment: Environment | None = None

    def __post_init__(self) -> None:
        for name, value in self.values():
            object.__setattr__(self, name.attribute, conceal_field(name, value))

    def values(self) -> Iterator[tuple[Field, str]]:
        """Yield each value that is there with the field it is in."""
        for name in Field:
            value = getattr(self, name.attribute)
            if value is not None:
                yield name, value

    @property
    def missing(self) -> tuple[Field, ...]:
        """The values that a token call needs and that are not here.

        Either subscription key will do.
        """
        here = {name for name, _ in self.values()}
        if Field.SECONDARY_SUBSCRIPTION_KEY in here:
            here.add(Field.SUBSCRIPTION_KEY)
        parts = (self.kind or KeyKind.SALES_UNIT).parts
        optional = {Field.SECONDARY_SUBSCRIPTION_KEY, *here}
        return tuple(name for name in parts if name not in optional)

    def with_value(self, name: Field, value: str | None) -> "KeySet":
        """Return the set with one value replaced."""
        values: dict[str, Any] = {name.attribute: value}
        return replace(self, **values)


# Every spelling that people use, without case and punctuation (see `plain_name`). The
# portal shows English names; those in other languages are translations, not sources.
_ALIASES = {
    Field.CLIENT_ID: """clientid vippsclientid appid applicationid username
        vippsmobilepayclientid mobilepayclientid klientid asiakastunnus""",
    Field.CLIENT_SECRET: """clientsecret vippsclientsecret secret clientkey
        vippsmobilepayclientsecret mobilepayclientsecret vippssecret
        klienthemmelighet klienthemmelighed klienthemlighet asiakassalaisuus
        klienthemmeligheten klienthemmeligheden klienthemligheten hemmelighet
        hemmeligheten hemmelighed hemmeligheden hemlighet hemligheten salaisuus""",
    Field.SUBSCRIPTION_KEY: """ocpapimsubscriptionkey vippssubscriptionkey
        subscriptionkey subscriptionkeyprimary primarysubscriptionkey primarykey
        ocpapimsubscriptionkeyprimary vippssubscriptionkeyprimary subkey ocpapimkey
        ocpapimkeyecommerce vippsocpapimsubscriptionkey apikey primary
        vippsprimarysubscriptionkey vippsmobilepaysubscriptionkey ocpapim
        mobilepaysubscriptionkey ocpapimsubscription ocpsubscriptionkey
        abonnementsnkkel abonnementsngle prenumerationsnyckel tilausavain
        abonnementsnkkelen abonnementsnglen prenumerationsnyckeln""",
    Field.SECONDARY_SUBSCRIPTION_KEY: """subscriptionkeysecondary secondary
        secondarysubscriptionkey secondarykey ocpapimsubscriptionkeysecondary
        vippssubscriptionkeysecondary vippssecondarysubscriptionkey""",
    Field.MSN: """merchantserialnumber msn vippsmsn vippsmerchantserialnumber
        serialnumber salgsenhetsnummer salesunitnumber salesunit merchantserialno
        merchantid salesunitmsn salgsenhedsnummer frsljningsenhetsnummer
        myyntiyksiknnumero""",
    Field.PSP_ID: "pspid vippspspid",
}
ALIASES = {
    alias: name for name, aliases in _ALIASES.items() for alias in aliases.split()
}


_STAGE_BEFORE = re.compile(r"^(?:test|prod|production|live|mt|staging|dev|vipps)+")
_STAGE_BEHIND = re.compile(r"(?:test|prod|production|live|mt|staging|dev)+$")


def field_named(name: str) -> Field | None:
    """Return the field that a name stands for, in any spelling; None if unknown."""
    plain = plain_name(name)
    if plain in ALIASES:
        return ALIASES[plain]
    return ALIASES.get(_STAGE_BEHIND.sub("", _STAGE_BEFORE.sub("", plain)))


def basic_pair(authorization: str) -> tuple[str, str] | None:
    """Return the two halves of a ``Basic`` value, each concealed; None if unreadable.

    Neither half is decoded from percent-encoding.
    """

    def question(raw: str) -> tuple[str, str] | None:
        user, colon, password = (_basic_text(raw) or "").partition(":")
        return (Secret(user), Secret(password)) if colon else None

    return examine(authorization, question)


def _basic_text(raw: str) -> str | None:
    """Return what stands behind ``Basic``, decoded; None if it cannot be."""
    scheme, _, rest = raw.strip().partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(rest.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    # What was made of UTF-16 the server does not read either.
    return None if "\0" in text else text


def lacking_in_basic(authorization: str) -> Field | None:
    """Return the half that a ``Basic`` value lacks; None if both are there, or unknown.

    A client_id alone, without the colon, lacks the secret.
    """

    def question(raw: str) -> Field | None:
        text = _basic_text(raw)
        if text is None:
            return None
        user, colon, password = (part.strip() for part in text.partition(":"))
        if not password and (colon or shape_of(user) is Shape.GUID):
            return Field.CLIENT_SECRET
        return Field.CLIENT_ID if colon and not user else None

    return examine(authorization, question)
