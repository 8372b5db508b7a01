"""What bulk remembers of parts of a line says what reading them anew says."""

from base64 import urlsafe_b64encode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vippsdiag.bulk import addresses, noted, refusals, texts
from vippsdiag.bulk.addresses import Addresses
from vippsdiag.bulk.headers import _UNASKED, ASKED
from vippsdiag.bulk.noted import Bodies, is_noted
from vippsdiag.bulk.refusals import Refusals, refusal
from vippsdiag.bulk.values import Tokens, sign
from vippsdiag.samples import CLIENT_ID, OTHER_CLIENT_ID, TEST, token
from vippsdiag.shapes import DOCUMENTED_EXAMPLES
from vippsdiag.token import read_token

# One for all tests, so that an answer meets every other one it could be taken for.
SEEN = Refusals()
HEX = "0af7651916cd43dd8448eb211c80319c"
IDS = st.sampled_from(
    [
        HEX,
        HEX[:-1] + "d",
        f"00-{HEX}-b7ad6b7169203331-00",
        CLIENT_ID,
        CLIENT_ID.upper(),
        OTHER_CLIENT_ID,
        *sorted(DOCUMENTED_EXAMPLES),
        f"00-{max(DOCUMENTED_EXAMPLES)}-00",
        "0" * 15,
        "0" * 16,
        "0" * 64,
        "0" * 65,
        "-" + "0" * 16,
        "5090",
        "",
        "\x1d",
        '\\"',
        "2026-11-24T12:00:00Z",
        "again in 9 seconds",
        "MSN: 123456",
        "gggggggggggggggg",
    ]
)
NAMES = st.sampled_from(
    [
        "traceId",
        "contextId",
        "trace_id",
        "correlation_id",
        "code",
        "TraceId",
        "x-traceId",
    ]
)
MEMBERS = st.builds(
    "{}{}{}{}{}".format,
    st.sampled_from(['"', "", '\\"']),
    NAMES,
    st.sampled_from(['":"', '": "', '" : "', '\\": \\"', '":']),
    IDS,
    st.sampled_from(['"', '",', '"}', "", 'x"', '-"']),
)
ANSWERS = st.lists(
    MEMBERS | st.sampled_from(["{", "}", ", ", " MSN ", '"message":'])
).map("".join)


@given(ANSWERS, st.sampled_from(["", CLIENT_ID, OTHER_CLIENT_ID, "x"]))
@example('{"traceId":"' + HEX + '"}', "")
def test_words_of_a_refusal_are_those_of_its_text(answer: str, client_id: str) -> None:
    bare = refusal(answer, client_id)
    for known in (SEEN, Refusals()):
        for _ in range(2):
            words = known.read(answer, client_id)
            assert words == (None if bare is None else sign(bare))


# Each is no id, where an answer before it had one.
NO_IDS = {
    "an example": max(one for one in DOCUMENTED_EXAMPLES if "-" in one),
    "an example inside": f"00-{min(DOCUMENTED_EXAMPLES)}-00",
    "more behind it": f"{HEX} x",
    "too long": "0" * 65,
    "a code": "5090",
    "nothing": "",
}


@pytest.mark.parametrize("value", NO_IDS.values(), ids=NO_IDS)
def test_what_stands_in_the_place_of_a_trace_is_read(value: str) -> None:
    known = Refusals()
    for one in (HEX, HEX[::-1], value, HEX, value):
        answer = f'{{"title":"no","traceId":"{one}"}}'
        bare = refusal(answer, "")
        assert known.read(answer, "") == (None if bare is None else sign(bare))


BODIES = Bodies()
PIECES = st.sampled_from(
    [
        *sorted(DOCUMENTED_EXAMPLES),
        "INTENT",
        '"intent"',
        "intent",
        "INT0NT",
        "authToken",
        "callbackAuthorizationToken",
        CLIENT_ID,
        HEX,
        "0" * 32,
        "order-12345",
        '{"value":',
        "1234",
        '"',
        "æ",
        "\ud800",
        "\\u00e5",
        "\\u004f",
        "\\u0030",
    ]
)


@given(st.lists(PIECES, max_size=6).map("".join))
@example("\\u0049NTENT")
def test_body_is_noted_whatever_form_it_was_seen_in(body: str) -> None:
    escaped = any(f"\\u00{digit}" in body for digit in "234567")
    for known in (BODIES, Bodies()):
        for _ in range(2):
            assert known.is_noted(body) == (is_noted(body) or escaped)


def test_forms_of_bodies_are_forgotten_when_there_are_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(noted, "MOST_FORMS", 3)
    known = Bodies()
    for number in range(99):
        assert not known.is_noted("x" * number)
        assert len(known._known) <= 3


def test_refusals_that_differ_in_their_trace_are_read_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = Refusals()
    for number in range(2):
        known.read(f'{{"title":"no","traceId":"{HEX[:-1]}{number}"}}', "")
    monkeypatch.setattr(refusals, "refusal", None)
    words = {
        known.read(f'{{"title":"no","traceId":"{HEX[:-1]}{number}"}}', CLIENT_ID)
        for number in range(9)
    }
    assert len(words) == 1


def test_the_words_of_refusals_are_forgotten_when_there_are_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(refusals, "MOST_WORDS", 3)
    known = Refusals()
    for number in range(99):
        known.read(f"code {number}", "")
        assert len(known._known) <= 3


ADDRESSES = Addresses()
PARTS = st.lists(
    st.sampled_from(
        [
            *addresses._NO_ID,
            *"0 7 12345 abc -12345 order- acme-shop- kiosk- SHOP-".split(),
            *"agr_ a-f x 0x é %20".split(),
            "no-such",
            "unknow",
            *"access-management-1.0 oauth2 miami TOKEN".split(),
            "*",
            "toke",
            "\n",
            CLIENT_ID,
            "k" * 60,
        ]
    ),
    max_size=4,
).map("".join)


@given(
    st.lists(PARTS, max_size=4),
    st.sampled_from(["", f"?id={CLIENT_ID}", "?a=/1234567890"]),
)
@example(["acme-shop-1234", "acme-shop-12345token"], "")
@example(["unknown-1234", "order-12345"], "")
@example(["ask-12345", "ask-1"], "")
@example(["ask-12345", f"ask-{'1' * 61}"], "")
@example([], "?a=/1234567890")
@example(["payments", "12345"], "?a=/1234567890")
def test_address_is_told_whatever_ids_were_seen(parts: list[str], query: str) -> None:
    begins = "https://api.vipps.no/epayment/v1"
    told = [
        "*" if not part.isalpha() and addresses._is_id(part) else part for part in parts
    ]
    expected = "/".join((begins, *told)) + query.replace(CLIENT_ID, "*")
    address = "/".join((begins, *parts)) + query
    for known in (ADDRESSES, Addresses()):
        for _ in range(2):
            assert known.without_ids(address) == expected
            assert known.is_api(expected) is addresses.is_api(address)


# What stands behind what was seen before is looked at like the rest.
BEHIND = {
    "": "",
    "/": "/",
    "/order-12345": "/*",
    "/12345/capture": "/*/capture",
    "/12345/67890": "/*/*",
    "/capture": "/capture",
    "/access-12345": "/access-12345",
}


@pytest.mark.parametrize("order", [1, -1], ids=["as listed", "reversed"])
def test_address_behind_one_that_was_seen_is_read(order: int) -> None:
    known, begins = Addresses(), "https://api.vipps.no/epayment/v1/payments"
    for behind, told in list(BEHIND.items())[::order] * 2:
        assert known.without_ids(begins + behind) == begins + told


@pytest.mark.parametrize("order", [1, -1], ids=["as listed", "reversed"])
def test_what_names_an_api_is_no_id(order: int) -> None:
    known, host = Addresses(), "https://api.vipps.no"
    for path in ("/", "/12345", "/12345/67890", "/12345/67890/v1", "")[::order] * 2:
        for query in ("", "?a=/12345"):
            assert known.without_ids(host + path + query) == host + path + query


def test_paths_are_forgotten_when_there_are_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(addresses, "MOST_PATHS", 3)
    known = Addresses()
    for number in range(99):
        address = f"https://api.vipps.no/{number}/v1/payments"
        known.is_api(known.without_ids(f"{address}/order-12345"))
        assert len(known._paths) <= 3
        assert len(known._apis) <= 3


@pytest.mark.parametrize("word", addresses._NO_ID)
def test_no_word_of_the_api_is_passed_over_at_a_glance(word: str) -> None:
    known = Addresses()
    for part in ("acme-shop-12345", f"{word}-12345", f"12345-{word.upper()}0"):
        address = f"https://api.vipps.no/epayment/v1/payments/{part}"
        is_id = part == "acme-shop-12345"
        assert known.without_ids(address).endswith("*") is is_id
    assert not set("0123456789") & set(word)


def test_words_that_ids_begin_with_are_forgotten_when_there_are_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(addresses, "MOST_WORDS", 3)
    known = Addresses()
    for number in range(99):
        address = (
            f"https://api.vipps.no/epayment/v1/payments/{'s' * (number % 40)}-12345"
        )
        known.without_ids(address)
        assert len(known._words) <= 3


# Members as JSON can write them: a name twice, blanks, escapes, and what is no JSON.
WRITTEN = st.recursive(
    st.sampled_from(
        [
            *('""', '"a"', '":"', '"4791234567"', '"https://a.example.no/"', '"é"'),
            *(
                r'"\""',
                r'"\":"',
                r'"\u00e5"',
                r'"\ud800"',
                r'"\u001e:"',
                '"order-12345"',
            ),
            *("1", "-0", "1.5", "1e400", "NaN", "true", "null", "nul", "1" * 30),
        ]
    ),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.lists(
            st.builds(
                "{}{}{}".format,
                st.sampled_from(
                    ['"a"', '"b"', '"number"', '"name"', '""', r'"\u0061"']
                ),
                st.sampled_from([":", ": ", " :"]),
                inner,
            ),
            max_size=4,
        ).map(lambda items: f"{{{','.join(items)}}}")
    ),
    max_leaves=9,
)


@given(WRITTEN)
@example('{"a":1,"a":2}')
@example('{"a" :1,"a":2}')
@example(r'{"a":"\"","a":2}')
@example(r'{"a":"\":","a" :2}')
@example('{"a":1e400}')
def test_outline_of_a_body_is_the_one_of_all_its_members(body: str) -> None:
    try:
        told = texts._outline_of(texts._PAIRS.decode(body))
    except ValueError:
        told = None
    assert texts.outline(body) == (None if "\\u00" in body else told)


def test_no_header_that_is_asked_for_is_passed_over() -> None:
    assert not {name.lower() for name in _UNASKED} & ASKED


def written(first: bytes, second: bytes, signature: str = "sig_-") -> str:
    """A token of any two parts."""
    parts = (urlsafe_b64encode(part).decode().rstrip("=") for part in (first, second))
    return ".".join((*parts, signature))


HEADER = b'{"typ":"JWT","alg":"RS256"}'
CLAIMS = b'{"appid":"%s","exp":1,"nbf":2,"tid":"x"' % CLIENT_ID.encode()
TOKENS = {
    "a whole one": token(TEST),
    "no claim": written(HEADER, b"{}"),
    "only claims that nobody asks for": written(HEADER, b'{"ver":"1.0"}'),
    "no header": written(b"{}", CLAIMS + b"}"),
    "a header that is a list": written(b'{"":[', CLAIMS + b"}"),
    "claims that are a list": written(HEADER, b"[1]"),
    "no UTF-8 where nobody asks": written(HEADER, CLAIMS + b',"x":"\xff"}'),
    "half of a character": written(HEADER, CLAIMS + b',"x":"\xed\xa0"}'),
    "an escape that is none": written(HEADER, CLAIMS + rb',"x":"\q"}'),
    "half of an escaped character": written(HEADER, CLAIMS + rb',"x":"\ud800"}'),
    "a number that is too long": written(
        HEADER, CLAIMS + b',"x":' + b"1" * 4301 + b"}"
    ),
    "no number": written(HEADER, CLAIMS + b',"x":NaN}'),
    "a claim twice": written(HEADER, CLAIMS + b',"exp":3,"appid":"a"}'),
    "an escaped name": written(HEADER, CLAIMS + rb',"\u0065xp":4}'),
    "a time in quotes": written(HEADER, CLAIMS + b',"exp":"1795500000"}'),
    "a time with a fraction": written(HEADER, CLAIMS + b',"exp":1795500000.5}'),
    "a time that is too large": written(HEADER, CLAIMS + b',"exp":1e99}'),
    "a time that is null": written(HEADER, CLAIMS + b',"exp":null}'),
    "a client that is no text": written(HEADER, CLAIMS + b',"appid":{"a":1}}'),
    "a client that is null": written(HEADER, CLAIMS + b',"appid":null}'),
    "deep": written(HEADER, CLAIMS + b',"x":' + b"[" * 2000 + b"]" * 2000 + b"}"),
    "more behind it": written(HEADER, CLAIMS + b"} 1"),
    "a signature only": written(HEADER, CLAIMS + b"}", "a"),
    "no header at all": "eyJhbGciO.eyJhcHBpZCI6MX0.a",
}
PLAIN = [f"Bearer {value}" for value in TOKENS.values()]


@pytest.mark.parametrize("order", [PLAIN, PLAIN[::-1]], ids=["as listed", "reversed"])
def test_a_token_says_what_it_says_read_in_full(order: list[str]) -> None:
    tokens, words = Tokens(), dict[object, str]()
    for authorization in order * 2:
        known = tokens.read(authorization)
        found = read_token(authorization.removeprefix("Bearer "))
        client_id = found.client_id and found.client_id.lower()
        assert (known.client_id, known.expires, known.not_before) == (
            client_id,
            found.expires,
            found.not_before,
        )
        if known.plain:
            assert words.setdefault(_told(authorization), known.words) == known.words
    assert len(set(words.values())) == len(words) > 3


def _told(authorization: str) -> tuple[object, ...]:
    found = read_token(authorization.removeprefix("Bearer "))
    return found.environment, found.defects
