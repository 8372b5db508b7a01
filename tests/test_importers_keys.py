"""Keys in every form that people paste them in."""

import json
import time
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vippsdiag.diagnosis import diagnose
from vippsdiag.environments import Environment
from vippsdiag.errors import UnreadablePaste
from vippsdiag.importers import read_keys, read_paste
from vippsdiag.importers.guard import FAULT
from vippsdiag.importers.keys.lines import LONGEST_LINE
from vippsdiag.importers.keys.names import understand
from vippsdiag.importers.keys.reader import KeyPaste
from vippsdiag.keys import ALIASES, Field, KeyKind, KeySet
from vippsdiag.redact import redact
from vippsdiag.samples import (
    CLIENT_ID,
    CLIENT_SECRET,
    MSN,
    OTHER_SUBSCRIPTION_KEY,
    SUBSCRIPTION_KEY,
)
from vippsdiag.secret import Secret
from vippsdiag.shapes import shape_of

CASES = Path(__file__).parent / "cases" / "keys"
EXPECTED = ".expected.json"
INPUTS = sorted(path for path in CASES.iterdir() if not path.name.endswith(EXPECTED))

VALUES = {
    Field.CLIENT_ID: CLIENT_ID,
    Field.CLIENT_SECRET: CLIENT_SECRET,
    Field.SUBSCRIPTION_KEY: SUBSCRIPTION_KEY,
    Field.SECONDARY_SUBSCRIPTION_KEY: OTHER_SUBSCRIPTION_KEY,
    Field.MSN: MSN,
    Field.PSP_ID: "482107",
}


def clear(value: str) -> str:
    return value.reveal() if isinstance(value, Secret) else value


def in_clear(keys: KeySet) -> dict[str, str]:
    values = {name.attribute: clear(value) for name, value in keys.values()}
    said = {"environment": keys.environment, "kind": keys.kind}
    return values | {name: value.value for name, value in said.items() if value}


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.name)
def test_a_paste_is_read_as_a_person_would(path: Path) -> None:
    expected = json.loads(path.with_name(path.name + EXPECTED).read_text("utf-8"))
    paste = read_keys(path.read_text("utf-8"))
    assert [in_clear(keys) for keys in paste.keys] == expected["keys"]
    assert list(paste.unused) == expected["unused"]


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.name)
def test_windows_line_ends_and_a_byte_order_mark_change_nothing(path: Path) -> None:
    text = path.read_text("utf-8")
    assert read_keys("\ufeff" + text.replace("\n", "\r\n")) == read_keys(text)


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.name)
def test_no_secret_of_a_paste_is_shown(path: Path) -> None:
    paste = read_keys(path.read_text("utf-8"))
    shown = repr(paste) + str(paste.unused)
    for secret in (CLIENT_SECRET, SUBSCRIPTION_KEY, OTHER_SUBSCRIPTION_KEY):
        assert secret not in shown


NAMES = {
    Field.CLIENT_ID: """client_id clientId ClientID client-id CLIENT_ID "Client ID"
        VIPPS_CLIENT_ID vipps.clientId VippsClientId Vipps__ClientId clientId_test
        "Vipps MobilePay client id" Klient-ID MOBILEPAY_CLIENT_ID""",
    Field.CLIENT_SECRET: """client_secret clientSecret ClientSecret CLIENT_SECRET
        "Client secret" VIPPS_CLIENT_SECRET vipps.client-secret Klienthemmelighet
        Klienthemmelighed Klienthemlighet Asiakassalaisuus secret_test""",
    Field.SUBSCRIPTION_KEY: """Ocp-Apim-Subscription-Key ocp-apim-subscription-key
        Ocp_Apim_Subscription_Key OCP_APIM_SUBSCRIPTION_KEY ocpApimSubscriptionKey
        Vipps-Subscription-Key VIPPS_SUBSCRIPTION_KEY subscriptionKey subscription_key
        "Subscription key" "Primary subscription key" "Subscription key (primary)"
        Ocp-Apim-Subscription-Key-Primary Ocp_Apim_Key_eCommerce abonnementsnøkkel
        abonnementsnøgle prenumerationsnyckel tilausavain
        "Vipps-Subscription-Key - Primary" """,
    Field.SECONDARY_SUBSCRIPTION_KEY: """"Secondary subscription key"
        "Subscription key (secondary)" Ocp-Apim-Subscription-Key-Secondary
        VIPPS_SUBSCRIPTION_KEY_SECONDARY "Sekundær abonnementsnøkkel"
        "Sekundær abonnementsnøgle" "Sekundär prenumerationsnyckel"
        "Toissijainen tilausavain" """,
    Field.MSN: """Merchant-Serial-Number merchantSerialNumber merchant_serial_number
        MSN msn VIPPS_MSN vipps.msn MERCHANT_SERIAL_NUMBER merchantSerialNumber_test
        "Merchant serial number" "Merchant Serial Number (MSN)" Salgsenhetsnummer
        Salgsenhedsnummer Försäljningsenhetsnummer "Myyntiyksikön numero" """,
    Field.PSP_ID: "Psp-Id PSP_ID pspId",
}


def spelled(names: str) -> list[str]:
    parts = names.split('"')
    return [
        name
        for index, part in enumerate(parts)
        for name in ([part] if index % 2 else part.split())
    ]


SPELLED = [(field, name) for field, names in NAMES.items() for name in spelled(names)]
MARKS = {"colon": ": ", "equals": "=", "tab": "\t", "next-line": "\n", "blanks": "   "}


@pytest.mark.parametrize("mark", MARKS.values(), ids=MARKS)
@pytest.mark.parametrize(("field", "name"), SPELLED, ids=[n for _, n in SPELLED])
def test_one_field_alone_is_read_under_every_name(
    field: Field, name: str, mark: str
) -> None:
    paste = read_keys(f"{name}{mark}{VALUES[field]}\n")
    assert [list(keys.values()) for keys in paste.keys] == [
        [(field, dict(KeySet().with_value(field, VALUES[field]).values())[field])]
    ]
    assert paste.unused == ()


@pytest.mark.parametrize("alias", ALIASES, ids=str)
def test_every_alias_is_understood_by_the_importer(alias: str) -> None:
    assert understand((alias,)).field is ALIASES[alias]


SETS = st.fixed_dictionaries(
    {
        "client_id": st.uuids(version=4).map(str),
        "client_secret": st.binary(min_size=16, max_size=16)
        .map(b64encode)
        .map(bytes.decode),
        "subscription_key": st.text("0123456789abcdef", min_size=32, max_size=32),
        "msn": st.text("123456789", min_size=4, max_size=7),
    }
)
HEADERS = {
    "client_id": "client_id",
    "client_secret": "client_secret",
    "subscription_key": "Ocp-Apim-Subscription-Key",
    "msn": "Merchant-Serial-Number",
}


def lines(form: str, values: dict[str, str], names: dict[str, str] = HEADERS) -> str:
    return "\n".join(form.format(n=names[key], v=v) for key, v in values.items())


def settings_of(values: dict[str, str]) -> dict[str, str]:
    return {f"VIPPS_{key.upper()}": value for key, value in values.items()}


CODE = {key: key for key in HEADERS}
FORMS: dict[str, Any] = {
    "labels": lambda v: lines("{n}: {v}", v),
    "headers": lambda v: lines("{n}:{v}", v),
    "two-lines": lambda v: lines("{n}\n{v}\nCopy", v),
    "tabs": lambda v: lines("{n}\t{v}", v),
    "dotenv": lambda v: "\n".join(f"{k}={x}" for k, x in settings_of(v).items()),
    "one-export": lambda v: (
        "export " + " ".join(f"{k}='{x}'" for k, x in settings_of(v).items())
    ),
    "yaml": lambda v: "vipps:\n" + lines('  {n}: "{v}"', v, CODE),
    "name-and-value": lambda v: "env:\n" + lines("  - name: {n}\n    value: '{v}'", v),
    "json": lambda v: json.dumps({HEADERS[key]: x for key, x in v.items()}),
    "json-in-json": lambda v: json.dumps({"SecretString": json.dumps(v)}),
    "pretty-json-in-text": lambda v: f"Here:\n{json.dumps(v, indent=2)}\nThanks.",
    "name-value-json": lambda v: json.dumps([{"key": k, "value": v[k]} for k in v]),
    "php": lambda v: "<?php\nreturn [\n" + lines("  '{n}' => '{v}',", v) + "\n];",
    "define": lambda v: lines("define('{n}', '{v}');", v, CODE),
    "python": lambda v: lines("{n} = '{v}'", v, CODE),
    "powershell": lambda v: lines('$env:{n} = "{v}"', v, CODE),
    "javascript": lambda v: "const k = {\n" + lines("  {n}: `{v}`,", v, CODE) + "\n};",
    "one-line-object": lambda v: (
        "{" + ", ".join(f"{k}: '{x}'" for k, x in v.items()) + "}"
    ),
    "typescript": lambda v: lines("const {n}: string = '{v}';", v, CODE),
    "properties": lambda v: lines("vipps.{n}={v}", v, CODE),
    "ini": lambda v: "[vipps]\n" + lines("{n} = {v}", v, CODE),
    "xml": lambda v: (
        "<v>" + "".join(f"<{k}>{x}</{k}>\n" for k, x in v.items()) + "</v>"
    ),
    "markdown": lambda v: "| name | value |\n|--|--|\n" + lines("| {n} | `{v}` |", v),
    "csv": lambda v: ",".join(HEADERS[key] for key in v) + "\n" + ",".join(v.values()),
    "csv-by-line": lambda v: lines("{n};{v}", v),
    "bullets": lambda v: lines("* **{n}:** `{v}`", v),
    "quoted": lambda v: lines("> {n}: {v}", v),
    "query": lambda v: "&".join(f"{key}={x}" for key, x in v.items()),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@settings(max_examples=25, deadline=None)
@given(values=SETS)
def test_a_set_is_read_back_from_every_form(form: Any, values: dict[str, str]) -> None:
    paste = read_keys(form(values))
    assert [in_clear(keys) for keys in paste.keys] == [values]
    shown = repr(paste)
    assert values["client_secret"] not in shown
    assert values["subscription_key"] not in shown


SAID = {
    "heading": ("Test keys\n", Environment.TEST),
    "norwegian": ("Produksjonsnøkler\n", Environment.PRODUCTION),
    "danish": ("API-nøgler, produktion\n", Environment.PRODUCTION),
    "swedish": ("Testmiljö:\n", Environment.TEST),
    "finnish": ("Tuotantoympäristö\n", Environment.PRODUCTION),
    "host": ("VIPPS_URL=https://apitest.vipps.no\n", Environment.TEST),
    "setting": ("VIPPS_ENV=production\n", Environment.PRODUCTION),
    "switch-on": ("VIPPS_TEST_MODE=true\n", Environment.TEST),
    "switch-off": ("testMode: false\n", Environment.PRODUCTION),
    "commented-out": ("# VIPPS_ENV=production\n", None),
    "a-look-alike": ("VIPPS_URL=https://api.vipps.no.evil.example\n", None),
    "a-company's-own-stage": ("[staging]\n", None),
    "both": ("https://apitest.vipps.no https://api.vipps.no\n", None),
}


@pytest.mark.parametrize(("before", "environment"), SAID.values(), ids=SAID)
def test_the_environment_is_what_the_text_says(
    before: str, environment: Environment | None
) -> None:
    paste = read_keys(f"{before}client_id: {CLIENT_ID}\nmsn: {MSN}\n")
    assert [keys.environment for keys in paste.keys] == [environment]


KINDS = {
    "partner": ("Partner keys", KeyKind.PARTNER),
    "accounting": ("Accounting API keys", KeyKind.ACCOUNTING),
    "merchant-level": ("Merchant-level keys", KeyKind.MERCHANT_LEVEL),
    "management": ("Management keys", KeyKind.MANAGEMENT),
    "psp": ("PSP keys", KeyKind.PSP),
    "sales-unit": ("Sales unit keys", KeyKind.SALES_UNIT),
    "norwegian": ("Regnskapsnøkler", KeyKind.ACCOUNTING),
    "none": ("Our keys", None),
}


@pytest.mark.parametrize(("heading", "kind"), KINDS.values(), ids=KINDS)
def test_the_kind_is_what_the_heading_says(heading: str, kind: KeyKind | None) -> None:
    paste = read_keys(f"{heading}\nclient_id: {CLIENT_ID}\n")
    assert [keys.kind for keys in paste.keys] == [kind]


def test_a_key_without_a_name_beside_one_with_a_name_is_named_and_not_dropped() -> None:
    paste = read_keys(f"client_id: {CLIENT_ID} (or else {SUBSCRIPTION_KEY})")
    assert [in_clear(keys) for keys in paste.keys] == [{"client_id": CLIENT_ID}]
    [unused] = paste.unused
    assert unused.startswith("line 1: something that looks like 32 hexadecimal digits")


def test_a_key_in_a_sentence_is_named_and_not_dropped() -> None:
    paste = read_keys(f"Please look at {CLIENT_SECRET} for us, thanks!")
    assert paste == KeyPaste(
        unused=("line 1: something that looks like Base64, as a client_secret has",)
    )


def test_a_name_that_could_be_a_value_is_not_shown() -> None:
    paste = read_keys(f"client_id: {CLIENT_ID}\n{CLIENT_SECRET}: x\nhunter2hush: y\n")
    assert CLIENT_SECRET not in repr(paste)
    assert "hunter2hush" not in repr(paste)
    assert len(paste.unused) == 2


UNREADABLE = {
    "empty": "",
    "blank": " \n\t\n",
    "prose": "We tried on Monday and it failed.",
    "binary": "\x00\x01\xff" * 50,
    "one-quote": '"',
    "other-service": "STRIPE_SECRET_KEY=sk_test_nothing_of_ours",
    "empty-json": "{}",
    "cut-json": '{"a": [',
    "lone-surrogate": "\ud800",
}


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE)
def test_a_text_without_keys_is_refused_with_a_hint(text: str) -> None:
    with pytest.raises(UnreadablePaste) as caught:
        read_keys(text)
    assert caught.value.args[0] == "There are no keys in this text."
    assert caught.value.hint


SYNTAX = ": = \n \t , ; \" ' ` { } [ ] ( ) < > / | # // <!-- --> => \\ & % * =="
WORDS = (*VALUES.values(), *HEADERS.values(), "VIPPS_MSN", "test", "name", "value")
PIECES = st.sampled_from([*WORDS, *SYNTAX.split(" ")])
MIXED = st.lists(PIECES | st.text(max_size=6), max_size=40).map("".join)


@settings(max_examples=400, deadline=None)
@given(st.text() | MIXED)
def test_arbitrary_text_raises_nothing_else_and_shows_no_secret(text: str) -> None:
    try:
        shown = repr(read_keys(text))
    except UnreadablePaste as error:
        shown = str(error)
    assert FAULT not in shown
    for secret in (CLIENT_SECRET, SUBSCRIPTION_KEY, OTHER_SUBSCRIPTION_KEY):
        assert secret not in shown


MEGABYTE = 1_000_000


def repeated(piece: str, size: int = MEGABYTE) -> str:
    return (piece * (size // len(piece) + 1))[:size]


# Each is repeated to one long text.
HOSTILE = {
    "double-quotes": '"',
    "single-quotes": "'",
    "backticks": "`",
    "colons": ":",
    "colons-and-blanks": "a: ",
    "equals": "=",
    "names-and-equals": "a=",
    "letters": "a",
    "blanks": " ",
    "tabs": "\t",
    "line-breaks": "\n",
    "backslashes": "\\",
    "dots": "a.",
    "capitals": "aB",
    "digits": "1",
    "commas": "a,",
    "pipes": "| ",
    "tags": "<a>",
    "open-tags": "</a><a key=",
    "open-comments": "</a><!--",
    "comments": "</a><!-- <msn>1</msn> -->\n",
    "elements": "<msn>384217</msn>\n",
    "attributes": '<add key="msn" value="384217"/>\n',
    "table-cells": "<td>msn</td><td>1</td>",
    "open-brackets": "[",
    "open-objects": '{"a":',
    "variables": "${",
    "short-lines": "a\n",
    "short-pairs": "a=b\n",
    "keys": "client_id=1\n",
    "labels": "client_id\n",
    "labels-and-prose": "client_id\nwhat it is for\n",
    "names-and-values": "- name: msn\n  value: 1\n",
    "openings": "a {\n",
    "sections": "[a]\n",
    "guids": CLIENT_ID + "\n",
    "guids-on-one-line": CLIENT_ID + " ",
    "secrets-on-one-line": CLIENT_SECRET + " ",
    "table-headers": "client_id,client_secret\n",
    "table-headers-apart": "client_id;client_secret\n\n",
    "table-rows": "a;b\n",
    "open-cells": 'a,"b\n',
    "markdown-rows": "| msn | a |\n",
    "columns": "msn\ta\tb\n",
    "hash-comments": "# msn=1\n",
    "quoted-mail": "> msn: 1\n",
    "names": "client secret key ",
    "links": "is er ",
    "long-names": "aB" * 28 + "1a=b\n",
    "commands": "set a ",
    "defines": "define('MSN','",
    "addresses": "https://a/?msn=1&",
    "binary": "\x00\x01\xff",
    "zero-width": "\u200b",
}
# Each is repeated to a line as long as is read, and that line to the whole.
LONG_LINES = {
    "colons": "a: ",
    "quotes": 'client_id="',
    "more-quotes": 'a="',
    "equals": "=",
    "blanks": " ",
    "tabs": "\t",
    "pairs": "msn=1,",
    "spaced-pairs": "msn=1 ",
    "words": "client id ",
    "hyphens": "a-",
    "padding": CLIENT_SECRET + " ",
    "comments": "a= #",
    "closers": ")",
    "commas": " ,",
    "pipes": "msn|",
    "fallbacks": "a=env('",
    "types": "msn: str = ",
    "shell-fallbacks": "a=${a:-",
}
WHOLE = {
    "deep-lists": "[" * 500_000 + "]" * 500_000,
    "lists-900-deep": "[" * 900 + "1" + "]" * 900,
    "objects-900-deep": '{"a":' * 900 + "1" + "}" * 900,
    "json-in-json": json.dumps(['{"a']) * 100_000,
    "many-json-strings": json.dumps(["{}"] * 150_000),
    "escaped-quotes": '{"a":"' + '\\"' * 500_000 + '"}',
    "indented": "\n".join(" " * n + "a:" for n in range(1_400)),
    "cell-of-blanks": f"<th>client_id</th><td>{' ' * 500_000}<x",
    "setting-of-blanks": f'</a><a name="client_id">{" " * 500_000}<x',
    "numbered-sets": "".join(f"CLIENT_ID_{n}={n}\n" for n in range(50_000)),
    "many-sets": "".join(f"msn={n}\n\n" for n in range(100_000)),
    "table": "client_id,client_secret,msn\n" + repeated("a,b,c\n"),
    "many-objects": json.dumps([{"msn": str(n)} for n in range(50_000)]),
}


def hostile() -> Any:
    for name, piece in HOSTILE.items():
        yield pytest.param(repeated(piece), id=name)
    for name, piece in LONG_LINES.items():
        line = repeated(piece, LONGEST_LINE)
        yield pytest.param(repeated(line + "\n"), id=f"long-lines-of-{name}")
    for name, text in WHOLE.items():
        yield pytest.param(text, id=name)


@pytest.mark.parametrize("text", [*hostile()])
def test_a_hostile_megabyte_takes_a_moment(text: str) -> None:
    start = time.process_time()
    try:
        read_keys(text)
    except UnreadablePaste as error:
        refused = error.args[0]
    else:
        refused = ""
    # It takes less than half of this; machines differ.
    assert time.process_time() - start < 20
    assert FAULT not in refused


@pytest.mark.parametrize("count", [400, 1_600], ids=str)
def test_every_set_of_a_long_table_is_read(count: int) -> None:
    rows = [f"{CLIENT_ID[:-5]}{n:05d},{CLIENT_SECRET},{MSN}" for n in range(count)]
    paste = read_keys("client_id,client_secret,msn\n" + "\n".join(rows))
    assert len(paste.keys) == count


def test_what_is_too_much_to_read_is_named() -> None:
    lines = f"client_id: {CLIENT_ID}\n" + "name: a\n" * 6_000
    paste = read_keys(lines)
    assert len(paste.keys) == 1
    assert paste.unused[-1].endswith("more pieces")
    many = read_keys(json.dumps([{"msn": str(n)} for n in range(10_000, 30_000)]))
    assert many.unused[0] == "what follows the first 10,000 values"


@pytest.mark.parametrize("mark", [":", ": ", "=", "\t", "\n"], ids=repr)
def test_a_secret_that_begins_with_two_slashes_is_no_comment(mark: str) -> None:
    secret = "//Z4tQ8vX1nR6kB3wY7sLpg=="
    paste = read_keys(f"client_secret{mark}{secret}")
    assert [in_clear(keys) for keys in paste.keys] == [{"client_secret": secret}]


def in_base64(text: str) -> str:
    return b64encode(text.encode()).decode()


MANIFEST = {
    "client-id": in_base64(CLIENT_ID),
    "client-secret": in_base64(CLIENT_SECRET),
    "subscription-key": in_base64(SUBSCRIPTION_KEY),
    "msn": in_base64(MSN),
}
MANIFESTS = {
    "yaml": "kind: Secret\ndata:\n"
    + "".join(f"  {name}: {value}\n" for name, value in MANIFEST.items()),
    "json": json.dumps({"kind": "Secret", "data": MANIFEST}),
}


@pytest.mark.parametrize("text", MANIFESTS.values(), ids=MANIFESTS)
def test_a_manifest_of_a_secret_is_decoded(text: str) -> None:
    assert [in_clear(keys) for keys in read_keys(text).keys] == [
        {
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "subscription_key": SUBSCRIPTION_KEY,
            "msn": MSN,
        }
    ]


@pytest.mark.parametrize("text", MANIFESTS.values(), ids=MANIFESTS)
def test_a_manifest_that_was_redacted_holds_keys_of_the_same_looks(text: str) -> None:
    shared = redact(text).text
    assert in_base64(CLIENT_SECRET) not in shared
    (keys,) = (in_clear(keys) for keys in read_keys(shared).keys)
    assert keys["client_id"] == CLIENT_ID
    assert keys["msn"] == MSN
    assert shape_of(keys["client_secret"]) is shape_of(CLIENT_SECRET)
    assert shape_of(keys["subscription_key"]) is shape_of(SUBSCRIPTION_KEY)
    assert redact(shared).text == shared


def test_a_line_break_that_was_encoded_with_a_key_stays_in_it() -> None:
    text = f"kind: Secret\ndata:\n  client_id: {in_base64(CLIENT_ID + chr(10))}\n"
    assert [keys.client_id for keys in read_keys(text).keys] == [CLIENT_ID + "\n"]


def test_what_stands_plainly_in_a_manifest_is_left() -> None:
    text = f"kind: Secret\nstringData:\n  client_secret: {CLIENT_SECRET}\n"
    (keys,) = read_keys(text).keys
    assert in_clear(keys) == {"client_secret": CLIENT_SECRET}


SAID = (
    "AADSTS90014: The required field 'client_id' is missing.",
    "client_id is required",
    "the client_id is the one from the portal",
    "our client_id is wrong, we think",
    "client_id: missing",
    "client_id = invalid",
    "client_id: not set",
    "client_id er ugyldig",
    "client_id: mangler",
    "client_id er forkert",
    "client_id är felaktig.",
    "client_id: saknas",
    "client_id on tyhjä",
    "client_id: puuttuu",
    # What another name names is not the one that the sentence is about.
    f'ERROR body={{"message":"client_id: not known.","contextId":"{CLIENT_ID}"}}',
    f"ERROR client_id: not known. contextId={CLIENT_ID}",
)


@pytest.mark.parametrize("text", SAID)
def test_what_a_sentence_says_of_a_value_is_no_value(text: str) -> None:
    (keys,) = read_keys(f"{text}\nclient_secret: {CLIENT_SECRET}").keys
    assert in_clear(keys) == {"client_secret": CLIENT_SECRET}


@pytest.mark.parametrize(
    "text",
    [
        f"client_id is {CLIENT_ID}",
        f"client_id is wrong: {CLIENT_ID}",
        f"the client_id is not shown again, it was {CLIENT_ID}",
        f"client_secret is missing, the client_id is {CLIENT_ID}",
    ],
)
def test_a_value_in_a_sentence_is_read(text: str) -> None:
    (keys,) = read_keys(text).keys
    assert in_clear(keys) == {"client_id": CLIENT_ID}


@pytest.mark.parametrize(
    "text",
    [
        'sent {"merchantSerialNumber":123456,"callbackPrefix":"https://a.example/b"}',
        'sent {"a": {"merchantSerialNumber":123456}, "fallBack": "https://a.example"}',
        '{"merchantSerialNumber": 123456 , "amount": 100',
    ],
)
def test_a_number_in_json_ends_before_the_next_name(text: str) -> None:
    (keys,) = read_keys(text).keys
    assert in_clear(keys) == {"msn": "123456"}


@pytest.mark.parametrize("value", ["wrong+horse8", "missing-1", "acme"])
def test_a_value_that_begins_like_a_sentence_is_read(value: str) -> None:
    (keys,) = read_keys(f"client_secret: {value}\nclient_id: {CLIENT_ID}").keys
    assert in_clear(keys)["client_secret"] == value


def test_a_value_in_an_address_ends_where_the_next_one_begins() -> None:
    address = f"https://api.vipps.no/x/auth?client_id={CLIENT_ID}&response_type=code"
    paste = read_keys(f"INFO opening {address}&state=abc")
    assert [in_clear(keys) for keys in paste.keys] == [{"client_id": CLIENT_ID}]


@pytest.mark.parametrize("variable", ["{{client_id}}", "${CLIENT_ID}"])
def test_a_variable_behind_a_name_and_a_blank_is_read(variable: str) -> None:
    paste = read_keys(f"client_id {variable}\nMSN {MSN}")
    assert [in_clear(keys) for keys in paste.keys] == [
        {"client_id": variable, "msn": MSN}
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Subscription key: **{}**",
        "**Subscription key: {}**",
        "- Subscription key: **{}**",
    ],
)
def test_the_stars_of_bold_text_are_none_of_the_value(line: str) -> None:
    (keys,) = read_keys(line.format(SUBSCRIPTION_KEY)).keys
    assert keys.subscription_key == Secret(SUBSCRIPTION_KEY)


def test_stars_that_mask_the_end_of_a_value_stay_and_are_no_fault_in_it() -> None:
    text = "client_id: 6d2b8e14****\nsubscription key: 7c1e******\nclient_secret: m***"
    evidence = read_paste(text)
    assert evidence.keys
    assert evidence.keys.subscription_key == Secret("7c1e******")
    assert not diagnose(evidence).ranked


def test_the_lines_of_keys_are_counted_behind_a_tag_of_several_lines() -> None:
    text = f"""<add
  key="a"
  value="b" />
<client_id>{CLIENT_ID}</client_id>
client_secret: {CLIENT_SECRET}
"""
    assert read_keys(text).lines == (4, 5)


@pytest.mark.parametrize("value", ["", "${WEBHOOK_SECRET}", "<your secret>"])
def test_a_place_for_the_secret_of_a_webhook_is_none(value: str) -> None:
    read = read_keys(f"CLIENT_ID={CLIENT_ID}\nWEBHOOK_SECRET={value}\n")
    assert read.webhook_secret is None
    assert read.unused == ("line 2: WEBHOOK_SECRET",)


def test_another_secret_of_a_webhook_is_named() -> None:
    one, other = "a1" * 20, "b2" * 20
    text = f"msn: 123456\nWEBHOOK_SECRET={one}\nWEBHOOK_SECRET_PROD={other}\n"
    read = read_keys(f"CLIENT_ID={CLIENT_ID}\n{text}")
    assert read.webhook_secret == Secret(one)
    assert [unused for unused in read.unused if "WEBHOOK_SECRET_PROD" in unused]


@pytest.mark.parametrize("beginning", ["[a", "# a", "set", "set a"])
def test_a_line_of_blanks_takes_a_moment(beginning: str) -> None:
    line = beginning + " " * (LONGEST_LINE - 10) + "=x\n"
    start = time.process_time()
    with pytest.raises(UnreadablePaste):
        read_keys(line * 18)
    assert time.process_time() - start < 1.5


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("Abonnementsnøkkelen er {}", "subscription_key"),
        ("abonnementsnøglen: {}", "subscription_key"),
        ("Min prenumerationsnyckel är {}", "subscription_key"),
        ("klienthemmeligheten: {}", "client_secret"),
        ("hemmeligheten vår er {}", "client_secret"),
        ("Hemlighet: {}", "client_secret"),
    ],
)
def test_keys_are_known_by_the_names_that_a_sentence_gives_them(
    line: str, field: str
) -> None:
    value = SUBSCRIPTION_KEY if field == "subscription_key" else CLIENT_SECRET
    (keys,) = read_keys(f"client_id: {CLIENT_ID}\n{line.format(value)}\n").keys
    assert getattr(keys, field) == Secret(value)
