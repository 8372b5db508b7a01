"""The names whose values are secret or personal."""

import re
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from string import ascii_letters, digits

# Without case, dashes, underscores, dots and blanks.
SENSITIVE_NAMES = frozenset(
    """
    abonnementsngle abonnementsnglen abonnementsnkkel abonnementsnkkelen
    abonnementsnogle abonnementsnoglen abonnementsnokkel abonnementsnokkelen accesstoken
    adgangskode adgangskoden apiavain apikey apingle apinglen apinkkel apinkkelen
    apinyckel apinyckeln asiakassalaisuus asiakassalaisuutemme asiakassalaisuutesi
    authorization authtoken basicauth bearer birthdate birthday bursdag
    callbackauthorizationtoken clientassertion clientsecret codeverifier cookie cookies
    cpr cprnr cprnummer customerphonenumber dateofbirth dnummer dob ensisijainenavain
    fdd fdelsedag fdelsedatum fdselsdag fdselsdagen fdselsdato fdselsdatoen fdselsnr
    fdselsnummer fdselsnummeret fdt fnr fodelsedatum fodselsdag fodselsdato fodselsnr
    fodselsnummer foedselsdag foedselsdato foedselsnummer formkey gsm hemlig hemlighet
    hemligheten hemmelig hemmelighed hemmeligheden hemmelighet hemmeligheten
    henkilotunnus henkiltunnukseni henkiltunnuksesi henkiltunnus hetu httpcookie
    identitynumber idtoken internationalmobilenumber jsessionid klienthemlighet
    klienthemligheten klienthemmelighed klienthemmeligheden klienthemmelighet
    klienthemmeligheten klientsecreten kodeord loginhint losenord lsenord lsenordet
    matkapuhelin matkapuhelinnumero mob mobil mobilenumber mobilnr mobilnummer
    mobilnummeret mobiltelefon mobiltlf msisdn nationalid nationalidentificationnumber
    nationalidentifier nationalidentitynumber nationalidentitynumbers nationalidnumber
    nin ocpapim ocpapimkeyecommerce ocpapimsubscription ocpapimsubscriptionkey
    ocpapimsubscriptionkeyprimary ocpapimsubscriptionkeysecondary passord passordet
    passwd password personalcode personalid personalidentificationnumber
    personalidentitycode personalidentitynumber personalnumber personidentifikator
    personidentitynumber personnr personnummer personnummeret personnumret phone
    phonenumber phonenumbers phones phpsessid prenumerationsnyckel prenumerationsnyckeln
    primarykey primarysubscriptionkey primrngle primrnglen primrnkkel primrnkkelen
    primrnyckel primrnyckeln proxyauthorization puh puhelin puhelinnumero
    puhelinnumeroni puhelinnumerosi pw pwd refreshtoken refreshtokenet salaisuuden
    salaisuus salasana salasanani samordningsnr samordningsnummer secondarykey
    secondarysubscriptionkey secret secreten secretet sekundrngle sekundrnglen
    sekundrnkkel sekundrnkkelen sekundrnyckel sekundrnyckeln sessionid setcookie
    signature socialsecuritynumber ssn subkey subscriptionkey subscriptionkeyprimary
    subscriptionkeysecondary syntymaaika syntymaika syntympiv tel telefon telefonnr
    telefonnummer telefonnummeret telephone telephonenumber tilausavaimemme
    tilausavaimesi tilausavain tlf toissijainenavain token tokenet userpwd
    vippsaccesstoken vippsclientsecret vippsocpapimsubscriptionkey
    vippsprimarysubscriptionkey vippssecondarysubscriptionkey vippssubscriptionkey
    vippssubscriptionkeyprimary vippssubscriptionkeysecondary webhooksecret
    xamzsignature xapikey xgoogsignature
    """.split()
)

# A name may be part of a longer one: SHOP_VIPPS_CLIENT_SECRET, test_client_secret.
SENSITIVE_ENDINGS = (
    "apikey",
    "apimkey",
    "authpw",
    "authorization",
    "dbpass",
    "dbpw",
    "decryptionkey",
    "encryptionkey",
    "hemlighet",
    "hemmelighed",
    "hemmelighet",
    "hmackey",
    "mailpass",
    "mobilenumber",
    "nationalid",
    "password",
    "phone",
    "phonenumber",
    "privatekey",
    "salaisuus",
    "secret",
    "secretkey",
    "secretkeybase",
    "scribtionkey",
    "scriptionkey",
    "sessionid",
    "signingkey",
    "smtppass",
    "subkey",
    "subsriptionkey",
    "telefon",
    "telefonnummer",
    "token",
    "validationkey",
)

# What no such name ends in, so that most values need not be looked at as names.
NO_ENDING = frozenset(ascii_letters + digits) - {
    letter for name in SENSITIVE_ENDINGS for letter in (name[-1], name[-1].upper())
}

# Every sensitive name holds one of these, so that a text without them has no names to
# look for; in groups by their first letter, which makes the search quick.
ROOTS = """
    abonnement adgangskode apim assertion auth avai bearer birth bursdag cell cookie cpr
    d-nummer delsed dnummer dob dsels f.nr fdd fdt fnr född født gsm hemlig hemmelig
    hetu hint hmac identified identity key kkel kode mob msisdn national ngle nin nogle
    nyckel nøgle pass person phone primary puh pw salaisuu salasana samordning scribtion
    secondary secret securestring senord sess signature social ssn subsription syntym
    tel tlf token tunnu verifier vipps-n vippsn
    """.split()

# Other things: where a list goes on, that a task shall end, what a function does.
_OTHERS = (
    "cancellationtoken",
    "continuationtoken",
    "publickeytoken",
    "gettoken",
    "headphone",
    "iphone",
    "microphone",
    "nexttoken",
    "pagetoken",
    "settoken",
    "smartphone",
)
_NOT_NAME = re.compile(r"[^a-z0-9]")
# None of these ends in another.
_DECORATIONS = tuple(
    """test prod production live mt staging dev primary secondary value
    for fr the til till portal portalen environment milj miljet
    vipps mobilepay""".split()
)
_DECORATED = (*_DECORATIONS, *digits)


def any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern for any of some words; by their first letters it is quick."""
    groups = groupby(sorted(words), itemgetter(0))
    return re.compile(
        "|".join(
            f"{re.escape(first)}(?:{'|'.join(re.escape(word[1:]) for word in group)})"
            for first, group in groups
        )
    )


def plain_name(name: str) -> str:
    """Return a name without case and punctuation, so that spellings meet."""
    low = name.lower()
    return low if low.isascii() and low.isalnum() else _NOT_NAME.sub("", low)


def is_sensitive(name: str) -> bool:
    """Tell whether values under this name are secret or personal."""
    plain = plain_name(name)
    if plain.endswith(_OTHERS) and not plain.endswith("resettoken"):
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
