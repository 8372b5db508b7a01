"""The names whose values are secret or personal."""

import re
from string import ascii_letters, digits

# Without case, dashes, underscores, dots and blanks.
SENSITIVE_NAMES = frozenset(
    """
    abonnementsngle abonnementsnglen abonnementsnkkel abonnementsnkkelen accesstoken
    adgangskode apikey asiakassalaisuus asiakassalaisuutemme asiakassalaisuutesi
    authorization authtoken bearer birthdate callbackauthorizationtoken clientassertion
    clientsecret codeverifier cookie cookies cprnummer customerphonenumber fdselsnummer
    hemlighet hemligheten hemmelighed hemmeligheden hemmelighet hemmeligheten
    henkiltunnus idtoken internationalmobilenumber jsessionid klienthemlighet
    klienthemligheten klienthemmelighed klienthemmeligheden klienthemmelighet
    klienthemmeligheten kodeord loginhint lsenord lsenordet matkapuhelin mobil
    mobilenumber mobilnr mobilnummer mobilnummeret mobiltelefon mobiltlf
    nationalidentitynumber nationalidentitynumbers nin ocpapim ocpapimkeyecommerce
    ocpapimsubscription ocpapimsubscriptionkey ocpapimsubscriptionkeyprimary
    ocpapimsubscriptionkeysecondary passord passordet passwd password personalnumber
    personnummer phone phonenumber phpsessid prenumerationsnyckel prenumerationsnyckeln
    primarykey primarysubscriptionkey proxyauthorization puhelin puhelinnumero pwd
    refreshtoken salasana secondarykey secondarysubscriptionkey secret sessionid
    setcookie signature ssn subkey subscriptionkey subscriptionkeyprimary
    subscriptionkeysecondary telefon telefonnr telefonnummer telefonnummeret
    tilausavaimemme tilausavaimesi tilausavain tlf token vippsaccesstoken
    vippsclientsecret vippsocpapimsubscriptionkey vippsprimarysubscriptionkey
    vippssecondarysubscriptionkey vippssubscriptionkey vippssubscriptionkeyprimary
    vippssubscriptionkeysecondary webhooksecret xapikey
    """.split()
)

# A name may be part of a longer one: SHOP_VIPPS_CLIENT_SECRET, test_client_secret.
SENSITIVE_ENDINGS = (
    "apikey",
    "authorization",
    "dbpass",
    "encryptionkey",
    "hmackey",
    "mailpass",
    "mobilenumber",
    "password",
    "phonenumber",
    "privatekey",
    "secret",
    "secretkey",
    "sessionid",
    "signingkey",
    "smtppass",
    "subscriptionkey",
    "token",
)

# What no such name ends in, so that most values need not be looked at as names.
NO_ENDING = frozenset(ascii_letters + digits) - {
    letter for name in SENSITIVE_ENDINGS for letter in (name[-1], name[-1].upper())
}

# Every sensitive name holds one of these, so that a text without them has no names to
# look for; in groups by their first letter, which makes the search quick.
ROOTS = """
    abonnement adgangskode apim assertion auth avai bearer birth cookie cpr
    dsels hemlig hemmelig hint identity key kodeord mobil nin nyckel pass person phone
    puhelin pwd salaisuu salasana secret senord sess signature ssn telefon tlf token
    tunnus verifier
    """.split()

# Other things: where a list goes on, that a task shall end, what a function does.
_OTHERS = (
    "cancellationtoken",
    "continuationtoken",
    "gettoken",
    "nexttoken",
    "pagetoken",
    "settoken",
)
_NOT_NAME = re.compile(r"[^a-z0-9]")
# None of these ends in another.
_DECORATIONS = tuple(
    """test prod production live mt staging dev primary secondary value
    for fr the til till portal portalen environment milj miljet""".split()
)
_DECORATED = (*_DECORATIONS, *digits)


def plain_name(name: str) -> str:
    """Return a name without case and punctuation, so that spellings meet."""
    low = name.lower()
    return low if low.isascii() and low.isalnum() else _NOT_NAME.sub("", low)


def is_sensitive(name: str) -> bool:
    """Tell whether values under this name are secret or personal."""
    plain = plain_name(name)
    if plain.endswith(_OTHERS):
        return False
    if plain in SENSITIVE_NAMES or plain.endswith(SENSITIVE_ENDINGS):
        return True
    bare = _undecorated(plain)
    return bare in SENSITIVE_NAMES or bare.endswith(SENSITIVE_ENDINGS)


def _undecorated(plain: str) -> str:
    """Return a name without what says at its end which of several it is."""
    while plain.endswith(_DECORATED):
        plain = plain.rstrip(digits)
        for word in _DECORATIONS:
            plain = plain.removesuffix(word)
    return plain
