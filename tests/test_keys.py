"""A key set shows what may be shown, and knows every name of its values."""

import pytest

from vippsdiag.keys import (
    ALIASES,
    Field,
    KeyKind,
    KeySet,
    conceal_field,
    field_named,
)
from vippsdiag.samples import (
    CLIENT_ID,
    CLIENT_SECRET,
    KEYS,
    MSN,
    SUBSCRIPTION_KEY,
    token,
)
from vippsdiag.secret import Secret

SHOWN = {
    "client-id": (Field.CLIENT_ID, CLIENT_ID),
    "client-id-with-an-o": (Field.CLIENT_ID, "01931a00-8486-4ba3-85f9-73de7fc66aoe"),
    "msn": (Field.MSN, MSN),
    "psp-id": (Field.PSP_ID, "482107"),
    "empty": (Field.CLIENT_SECRET, ""),
    "variable": (Field.CLIENT_SECRET, "{{client_secret}}"),
    "shell-variable": (Field.SUBSCRIPTION_KEY, "${SUBSCRIPTION_KEY}"),
    "placeholder": (Field.CLIENT_SECRET, "your-client-secret"),
}
CONCEALED = {
    "client-secret": (Field.CLIENT_SECRET, CLIENT_SECRET),
    "subscription-key": (Field.SUBSCRIPTION_KEY, SUBSCRIPTION_KEY),
    "secondary": (Field.SECONDARY_SUBSCRIPTION_KEY, SUBSCRIPTION_KEY),
    "guid-as-secret": (Field.CLIENT_SECRET, CLIENT_ID),
    "msn-as-secret": (Field.CLIENT_SECRET, MSN),
    "secret-as-client-id": (Field.CLIENT_ID, CLIENT_SECRET),
    "key-as-client-id": (Field.CLIENT_ID, SUBSCRIPTION_KEY),
    "key-as-msn": (Field.MSN, SUBSCRIPTION_KEY),
    "secret-as-psp-id": (Field.PSP_ID, CLIENT_SECRET),
    "token-as-key": (Field.SUBSCRIPTION_KEY, token()),
    "two-values-as-client-id": (Field.CLIENT_ID, f"{CLIENT_ID}-{CLIENT_SECRET}"),
    "password-like-a-variable": (Field.CLIENT_SECRET, "$hush4Canary9Zq"),
    "password-like-a-placeholder": (Field.CLIENT_SECRET, "my-hush4Canary9Zq"),
    "fallback-in-a-variable": (Field.CLIENT_SECRET, "env('A', 'hushCanary')"),
}


@pytest.mark.parametrize(("field", "value"), SHOWN.values(), ids=SHOWN)
def test_what_is_no_secret_is_shown(field: Field, value: str) -> None:
    assert type(conceal_field(field, value)) is str
    assert conceal_field(field, Secret(value)) == value


@pytest.mark.parametrize(("field", "value"), CONCEALED.values(), ids=CONCEALED)
def test_what_could_be_a_secret_is_concealed(field: Field, value: str) -> None:
    keys = KeySet().with_value(field, value)
    [(_, held)] = keys.values()
    assert isinstance(held, Secret)
    assert held.reveal() == value
    assert value not in repr(keys)


def test_only_the_values_that_are_there_are_yielded() -> None:
    assert dict(KeySet(msn=MSN).values()) == {Field.MSN: MSN}
    assert [name for name, _ in KEYS.values()] == list(Field)[:5]
    assert list(KEYS.with_value(Field.MSN, None).values()) == list(KEYS.values())[:4]


def test_a_set_with_one_value_replaced_is_another_set() -> None:
    other = KEYS.with_value(Field.MSN, "915306")
    assert other.msn == "915306"
    assert KEYS.msn == MSN
    assert other.client_secret == KEYS.client_secret


NAMES = {
    "client_id": Field.CLIENT_ID,
    "clientId": Field.CLIENT_ID,
    "VIPPS_CLIENT_ID": Field.CLIENT_ID,
    "Client ID": Field.CLIENT_ID,
    "test_client_id": Field.CLIENT_ID,
    "clientIdProd": Field.CLIENT_ID,
    "client_secret": Field.CLIENT_SECRET,
    "Klienthemmelighet": Field.CLIENT_SECRET,
    "Ocp-Apim-Subscription-Key": Field.SUBSCRIPTION_KEY,
    "Vipps-Subscription-Key": Field.SUBSCRIPTION_KEY,
    "Ocp_Apim_Key_eCommerce": Field.SUBSCRIPTION_KEY,
    "Subscription key (secondary)": Field.SECONDARY_SUBSCRIPTION_KEY,
    "Merchant-Serial-Number": Field.MSN,
    "merchantSerialNumber": Field.MSN,
    "MSN": Field.MSN,
    "Psp-Id": Field.PSP_ID,
    "amount": None,
    "": None,
    "test": None,
    "client": None,
}


@pytest.mark.parametrize(("name", "field"), NAMES.items(), ids=map(repr, NAMES))
def test_a_field_is_known_by_its_names(name: str, field: Field | None) -> None:
    assert field_named(name) is field


@pytest.mark.parametrize("alias", ALIASES, ids=str)
def test_an_alias_is_written_as_it_is_compared(alias: str) -> None:
    assert alias.isalnum()
    assert alias == alias.lower()
    assert field_named(alias) is ALIASES[alias]


@pytest.mark.parametrize("field", Field, ids=lambda field: field.name)
def test_a_field_is_known_by_its_own_name_and_has_an_attribute(field: Field) -> None:
    assert field_named(field.value) is field
    assert hasattr(KEYS, field.attribute)


def test_the_secondary_key_is_sent_in_the_same_header() -> None:
    assert Field.SECONDARY_SUBSCRIPTION_KEY.header == "Ocp-Apim-Subscription-Key"


KINDS = {
    KeyKind.SALES_UNIT: (4, False, False),
    KeyKind.PARTNER: (4, False, True),
    KeyKind.ACCOUNTING: (2, True, True),
    KeyKind.MERCHANT_LEVEL: (2, True, True),
    KeyKind.MANAGEMENT: (2, True, True),
    KeyKind.PSP: (5, False, False),
}


@pytest.mark.parametrize("kind", KeyKind, ids=lambda kind: kind.name)
def test_a_kind_of_keys_has_its_parts_and_its_endpoint(kind: KeyKind) -> None:
    assert (len(kind.parts), kind.specialized, kind.production_only) == KINDS[kind]
