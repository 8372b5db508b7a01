"""What a value looks like, and where exactly it does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vippsdiag.diagnosis import diagnose
from vippsdiag.samples import (
    CLIENT_ID,
    CLIENT_SECRET,
    MSN,
    SUBSCRIPTION_KEY,
    case,
    token,
    token_call,
)
from vippsdiag.secret import Secret
from vippsdiag.shapes import (
    DOCUMENTED_EXAMPLES,
    HIDDEN,
    Shape,
    Slip,
    cleaned,
    hidden_characters,
    is_cut,
    is_documented_example,
    is_placeholder,
    letters_in_guid,
    shape_of,
    template_in,
)

SHAPES = {
    "guid": (CLIENT_ID, Shape.GUID),
    "guid-in-capitals": (CLIENT_ID.upper(), Shape.GUID),
    "guid-with-blanks-around": (f" {CLIENT_ID}\n", Shape.GUID),
    "guid-with-a-digit-less": (CLIENT_ID[:-1], None),
    "guid-with-a-digit-more": (CLIENT_ID + "0", None),
    "guid-with-an-o": ("01931a00-8486-4ba3-85f9-73de7fc66aoe", None),
    "guid-in-braces": ("{" + CLIENT_ID + "}", None),
    "hex": (SUBSCRIPTION_KEY, Shape.HEX32),
    "hex-in-capitals": (SUBSCRIPTION_KEY.upper(), Shape.HEX32),
    "hex-of-31": (SUBSCRIPTION_KEY[:-1], Shape.BASE64),
    "hex-of-33": (SUBSCRIPTION_KEY + "0", Shape.BASE64),
    "base64-of-24": (CLIENT_SECRET, Shape.BASE64),
    "base64-of-28": ("dGVzdCBzZWNyZXQgbWFkZSB1cA==", Shape.BASE64),
    "base64-without-padding": (CLIENT_SECRET.rstrip("="), Shape.BASE64),
    "base64-with-plus-and-slash": ("mZ4tQ8vX1n+6kB3wY/sLpg==", Shape.BASE64),
    "base64-of-15": ("mZ4tQ8vX1nR6kB3", None),
    "base64-with-a-dash": ("mZ4tQ8vX1n-6kB3wY7sLpg==", None),
    "msn-of-3": ("123", None),
    "msn-of-4": ("1234", Shape.MSN),
    "msn-of-5": ("12345", Shape.MSN),
    "msn-of-6": (MSN, Shape.MSN),
    "msn-of-7": ("1165947", Shape.MSN),
    "8-digits": ("12345678", Shape.ORGANISATION),
    "9-digits": ("987654321", Shape.ORGANISATION),
    "norwegian-organisation": ("NO 987654321 MVA", Shape.ORGANISATION),
    "finnish-organisation": ("1234567-8", Shape.ORGANISATION),
    "10-digits": ("1234567890", None),
    "arabic-digits": ("\u0661\u0662\u0663\u0664\u0665", None),
    "token": (token(), Shape.TOKEN),
    "token-with-bearer": (f"Bearer {token()}", Shape.TOKEN),
    "token-of-one-part": ("eyJhbGciOiJSUzI1NiJ9", Shape.TOKEN),
    "words": ("hello there", None),
    "empty": ("", None),
}


@pytest.mark.parametrize(("value", "shape"), SHAPES.values(), ids=SHAPES)
def test_a_value_looks_like_one_thing(value: str, shape: Shape | None) -> None:
    assert shape_of(value) is shape
    assert shape_of(Secret(value)) is shape


LETTERS = {
    "o": ("01931a00-8486-4ba3-85f9-73de7fc66aoe", [Slip(35, "the letter o")]),
    "l": ("0l931a00-8486-4ba3-85f9-73de7fc66a0e", [Slip(2, "the letter l")]),
    "capital-o": ("O1931a00-8486-4ba3-85f9-73de7fc66a0e", [Slip(1, "the letter O")]),
    "two": (
        "01931a00-848g-4ba3-85f9-73de7fc66aIe",
        [Slip(13, "the letter g"), Slip(35, "the letter I")],
    ),
    "none": (CLIENT_ID, []),
    "no-guid": (SUBSCRIPTION_KEY, []),
    "too-short": (CLIENT_ID[:-1], []),
    "words": ("client-ids-are-not-like-this-value--", []),
}


@pytest.mark.parametrize(("value", "slips"), LETTERS.values(), ids=LETTERS)
def test_a_letter_that_no_guid_has_is_found_at_its_place(
    value: str, slips: list[Slip]
) -> None:
    assert letters_in_guid(value) == slips
    assert letters_in_guid(Secret(value)) == slips


SLIPS = {
    "none": ("abc", []),
    "blanks-around-do-not-count": ("  abc\t", []),
    "inner-blank": ("ab c", [Slip(3, "a blank")]),
    "inner-blank-behind-blanks": ("  ab c", [Slip(5, "a blank")]),
    "inner-tab": ("ab\tc", [Slip(3, "a tab")]),
    "line-break": ("abc\n", [Slip(4, "a line break")]),
    "carriage-return": ("\rabc", [Slip(1, "a line break")]),
    "line-separator": ("ab\u2028c", [Slip(3, "a line break")]),
    "non-breaking": ("\u00a0abc", [Slip(1, "a non-breaking space")]),
    "non-breaking-at-the-end": ("abc\u00a0", [Slip(4, "a non-breaking space")]),
    "zero-width": ("a\u200bbc", [Slip(2, "a zero-width space")]),
    "byte-order-mark": ("\ufeffabc", [Slip(1, "a byte order mark")]),
    "soft-hyphen": ("a\u00adb", [Slip(2, "a soft hyphen")]),
    "smart-quotes": (
        "\u201cabc\u201d",
        [Slip(1, "a curly quote"), Slip(5, "a curly quote")],
    ),
    "straight-quotes": ('"abc"', [Slip(1, "a quote"), Slip(5, "a quote")]),
    "apostrophe": ("'abc", [Slip(1, "a quote")]),
    "backtick": ("`abc", [Slip(1, "a backtick")]),
    "en-dash": ("ab\u2013c", [Slip(3, "a dash in a hyphen's place")]),
    "letter-of-another-script": ("\u0430bc", [Slip(1, "the character \u0430")]),
    "control": ("a\x07bc", [Slip(2, "the invisible character U+0007")]),
    "delete": ("a\x7fbc", [Slip(2, "the invisible character U+007F")]),
    "direction": ("a\u202ebc", [Slip(2, "the invisible character U+202E")]),
    "emoji": ("\U0001f600", [Slip(1, "the character \U0001f600")]),
    "percent-stays": ("ab%2Bc", []),
}


@pytest.mark.parametrize(("value", "slips"), SLIPS.values(), ids=SLIPS)
def test_a_character_that_should_not_be_there_is_named_with_its_place(
    value: str, slips: list[Slip]
) -> None:
    assert hidden_characters(value) == slips
    assert hidden_characters(Secret(value)) == slips


@pytest.mark.parametrize("character", sorted(HIDDEN), ids=lambda c: f"U+{ord(c):04X}")
def test_every_hidden_character_is_cleaned_away(character: str) -> None:
    clean = cleaned(f"ab{character}cd")
    assert clean in {"abcd", "ab-cd"}
    assert (clean == "ab-cd") == (
        "hyphen" in HIDDEN[character] and character != "\u00ad"
    )


def test_a_cleaned_secret_is_a_secret() -> None:
    clean = cleaned(Secret(f"\u201c{CLIENT_SECRET}\u201d"))
    assert clean == Secret(CLIENT_SECRET)
    assert CLIENT_SECRET not in str(clean)


TEMPLATES = {
    "postman": ("{{client_id}}", "{{client_id}}"),
    "postman-inside": ("Bearer {{access-token}}", "{{access-token}}"),
    "shell-braces": ("${CLIENT_ID}", "${CLIENT_ID}"),
    "shell": ("$CLIENT_ID", "$CLIENT_ID"),
    "powershell": ("$env:CLIENT_ID", "$env:CLIENT_ID"),
    "windows": ("%CLIENT_ID%", "%CLIENT_ID%"),
    "erb": ("<%= id %>", "<%= id %>"),
    "azure": ("$(ClientId)", "$(ClientId)"),
    "octopus": ("#{ClientId}", "#{ClientId}"),
    "node": ("process.env.CLIENT_ID", "process.env.CLIENT_ID"),
    "python": ("os.environ['ID']", "os.environ['ID']"),
    "php": ("env('CLIENT_ID')", "env('CLIENT_ID')"),
    "getenv": ('getenv("CLIENT_ID")', 'getenv("CLIENT_ID")'),
    "vite": ("import.meta.env.CLIENT_ID", "import.meta.env.CLIENT_ID"),
    "brace": ("{client_id}", "{client_id}"),
    "key-vault": (
        "@Microsoft.KeyVault(SecretUri=x)",
        "@Microsoft.KeyVault(SecretUri…",
    ),
    "github": ("${{ secrets.CLIENT_ID }}", "${{ secrets.CLIENT_ID }}"),
    "one-password": ("op://Shop/vipps/client_id", "op://…"),
    "aws": ("arn:aws:secretsmanager:eu-north-1:1:secret:x", "arn:aws:secretsmanager:…"),
    "docker": ("/run/secrets/vipps_client_id", "/run/secrets/…"),
    "concourse": ("((vipps-client-id))", "((vipps-client-id))"),
    "home-assistant": ("!secret vipps_client_id", "!secret vipps_client_id"),
    "batch": ("Bearer !CLIENT_ID!", "!CLIENT_ID!"),
    "deno": ("Deno.env.get('CLIENT_ID')", "Deno.env.get('CLIENT_ID')"),
    "laravel": ("config('vipps.client_id')", "config('vipps.client_id')"),
    "dotnet": ('Configuration["Vipps:ClientId"]', 'Configuration["Vipps:ClientId"]'),
    "its-own-name": ("VIPPS_CLIENT_ID_TEST", "VIPPS_CLIENT_ID_TEST"),
    "none-in-another-name": ("MY_SHOP", None),
    "none-in-a-local-page": ("file://", None),
    "none-in-a-guid": (CLIENT_ID, None),
    "none-in-a-secret": (CLIENT_SECRET, None),
    "none-in-a-percent-encoded-secret": ("mZ4tQ8vX1n%2B6kB3wY%2FsLpg%3D%3D", None),
    "none-in-a-token": (token(), None),
}


@pytest.mark.parametrize(("value", "found"), TEMPLATES.values(), ids=TEMPLATES)
def test_a_variable_that_was_left_in_is_found(value: str, found: str | None) -> None:
    assert template_in(value) == found
    assert template_in(Secret(value)) == found


PLACEHOLDERS = """<client_id>|[client id]|your-client-id|YOUR_CLIENT_SECRET|my secret
|insert key here|client_secret|subscription-key|changeme|REPLACE_ME|xxxxxxxx
|xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx|********|string|example|TODO|test|secret
|00000000-0000-0000-0000-000000000000|00000000000000000000000000000000|paste here
|merchant serial number|"your key"|key-goes-here|din_client_id|sett inn secret her|n/a
|11111111-1111-1111-1111-111111111111|12345678-1234-1234-1234-123456789012""".replace(
    "\n", ""
).split("|")
VALUES = {
    "guid": CLIENT_ID,
    "secret": CLIENT_SECRET,
    "key": SUBSCRIPTION_KEY,
    "msn": MSN,
    "organisation": "987654321",
    "token": token(),
    "guid-of-few-digits": "11111111-2222-4333-8444-555555555555",
    "secret-that-begins-with-your-in-norwegian": "din4tQ8vX1nR6kB3wY7sLpg==",
    "empty": "",
    "msn-of-zeros-and-more": "1000000",
    "secret-with-a-word-in-it": "mZ4tQ8todoR6kB3wY7sLpg==",
    "secret-that-begins-with-a-word": "My4tQ8vX1nR6kB3wY7sLpg==",
}


@pytest.mark.parametrize("value", PLACEHOLDERS, ids=str)
def test_a_placeholder_is_known(value: str) -> None:
    assert is_placeholder(value)
    assert is_placeholder(Secret(value))


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_a_value_is_no_placeholder(value: str) -> None:
    assert not is_placeholder(value)
    assert not is_placeholder(Secret(value))


@pytest.mark.parametrize("value", sorted(DOCUMENTED_EXAMPLES), ids=str)
def test_a_value_from_the_documentation_is_known(value: str) -> None:
    assert is_documented_example(f' "{value}" ')
    assert is_documented_example(Secret(value))
    assert not is_documented_example(value[:-1])


def test_the_made_up_values_are_no_documented_examples() -> None:
    made_up = (CLIENT_ID, CLIENT_SECRET, SUBSCRIPTION_KEY)
    assert not any(map(is_documented_example, made_up))


CUTS = {
    "dots": ("mZ4tQ8...", True),
    "ellipsis": ("mZ4tQ8…pg==", True),
    "word": ("mZ4tQ8[truncated]", True),
    "angle": ("mZ4tQ8<truncated>", True),
    "secret": (CLIENT_SECRET, False),
    "token": (token(), False),
    "empty": ("", False),
}


@pytest.mark.parametrize(("value", "cut"), CUTS.values(), ids=CUTS)
def test_a_value_that_says_it_is_cut_is_known(value: str, cut: bool) -> None:
    assert is_cut(value) is cut
    assert is_cut(Secret(value)) is cut


@given(st.text())
def test_every_question_can_be_asked_of_any_text(value: str) -> None:
    secret = Secret(value)
    assert shape_of(secret) is shape_of(value)
    assert hidden_characters(secret) == hidden_characters(value)
    assert letters_in_guid(secret) == letters_in_guid(value)
    assert is_placeholder(secret) == is_placeholder(value)
    assert is_cut(secret) == is_cut(value)
    assert template_in(secret) == template_in(value)


IN_BRACES = {
    "as a default": "${CLIENT_SECRET:-VALUE}",
    "as a default of Spring": "${client.secret:VALUE}",
    "as a default of a template": "{{ secret | default('VALUE') }}",
    "in braces": "{{VALUE}}",
    "behind a dollar": "${VALUE}",
    "in braces, behind a dollar": "${{ VALUE }}",
    "between signs": "<%= VALUE %>",
    "in a function": "getenv('VALUE')",
    "in a method": "config.get('VALUE')",
    "in double brackets": "((VALUE))",
    "behind a word": "secrets.VALUE",
    "in an address": "vault:VALUE",
}
KEYS = {
    "client_secret": CLIENT_SECRET,
    "subscription key": SUBSCRIPTION_KEY,
    "one that begins with a letter": "c1e9a4fd2b84630a5f8e3c06b917d24a",
    "one without a digit": "mZtQvXnRkBwYsLpgAbCdEf",
}


@pytest.mark.parametrize("way", IN_BRACES.values(), ids=IN_BRACES)
@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_of_a_variable_only_its_name_is_told(way: str, key: str) -> None:
    left = template_in(Secret(way.replace("VALUE", key)))
    assert left is None or not any(key[n : n + 6] in left for n in range(len(key) - 5))


def test_no_key_that_stands_in_braces_is_in_the_words_of_a_finding() -> None:
    sent = token_call(headers={"client_secret": f"{{{{{CLIENT_SECRET}}}}}"}, status=400)
    ranked = diagnose(case(sent)).ranked
    told = [f for check, f in ranked if check.id == "template-variable-not-substituted"]
    assert told
    assert not [f for _, f in ranked if CLIENT_SECRET[:8] in str(f.message)]
