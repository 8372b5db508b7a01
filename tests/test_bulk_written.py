"""However JSON writes a line, it comes to the same as if it were read by itself."""

import json
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lines import Json, entry_of, in_full, line_of, mixes
from vippsdiag.bulk import Bulk, Cause, read_line, sent
from vippsdiag.errors import UnreadablePaste
from vippsdiag.samples import NOW, TEST, api_call, token, token_call

# One for all tests, so that a line meets every other one that it could be taken for.
SEEN = Bulk()
MINE, EXAMPLE = (
    "8de23fbe-9e2e-4fd5-8db6-1d70e6f654cb",
    "fb492b5e-7907-4d83-bc20-c7fb60ca35de",
)
LONG = "a" * 51
# A header that each call has anew, and stands for a list of headers.
OWN, LIST = '{"name": "Idempotency-Key", "value": "id-1"}', '"a list of headers"'
CALL = entry_of(
    api_call(
        TEST,
        method="POST",
        path="/epayment/v1/payments",
        status=400,
        headers={"Idempotency-Key": "id-1"},
    )
)


def outcome(read: Callable[[bytes], tuple[Cause, ...]], line: bytes) -> object:
    """The causes, or that there is no exchange in the line."""
    try:
        return read(line)
    except UnreadablePaste:
        return "no exchange"


def causes(bulk: Bulk, line: bytes) -> object:
    return outcome(lambda text: bulk.diagnose(text).causes, line)


def without_blanks(text: str) -> str:
    return text.replace('": ', '":').replace(', "', ',"')


def call(header: str, *, blanks: bool) -> bytes:
    """The call with another header in place of its own id."""
    text = json.dumps(CALL)
    assert OWN in text
    text = text.replace(OWN, header)
    return (text if blanks else without_blanks(text)).encode()


def named(name: str, value: str, more: str = "") -> str:
    return f'{{"name": "{name}", "value": "{value}"{more}}}'


def nested(value: str) -> str:
    inner = named("Idempotency-Key", "id-2")
    return f'{{"name": "client_id", "x": [{inner}], "value": "{value}"}}'


# Each pair differs where ids differ from call to call, and yet it matters.
DISGUISED = {
    "a name behind the value": [
        named("Idempotency-Key", value, ', "name": "client_id"')
        for value in (MINE, EXAMPLE)
    ],
    "a second value": [
        named("Idempotency-Key", "id-2", f', "value": "{value}"')
        for value in ("id-3", LONG)
    ],
    "an escaped member": [
        named("client_id", value).replace("name", "n\\u0061me")
        for value in (MINE, EXAMPLE)
    ],
    "an escaped name": [named("client\\u005fid", value) for value in (MINE, EXAMPLE)],
    "an id inside another header": [nested(value) for value in (MINE, EXAMPLE)],
    "an id that is too long": [
        named("Idempotency-Key", value) for value in ("a" * 40, LONG)
    ],
    "an id with an escape": [
        named("Idempotency-Key", value) for value in ("\\u0061", f"\\u0061{LONG}")
    ],
    "a second id": [
        f"{named('Idempotency-Key', value)}, {named('Idempotency-Key', 'id-2')}"
        for value in ("id-3", LONG)
    ],
    "a template in an id": [
        named("Idempotency-Key", value) for value in ("id-2", "{{id}}")
    ],
}


@pytest.mark.parametrize("blanks", [True, False], ids=["blanks", "none"])
@pytest.mark.parametrize("pair", DISGUISED.values(), ids=DISGUISED)
def test_what_looks_like_an_id_is_read(pair: list[str], blanks: bool) -> None:
    lines = [call(header, blanks=blanks) for header in pair]
    assert len({outcome(in_full, line) for line in lines}) == 2
    for order in (lines, lines[::-1]):
        bulk = Bulk()
        bulk.diagnose(call(OWN, blanks=blanks))
        for line in order * 2:
            assert causes(bulk, line) == outcome(in_full, line)


def test_a_method_is_told_in_the_letters_that_were_typed() -> None:
    lines = []
    for typed in ({}, {"_method": "post"}, {"_method": "POST"}, {"_method": "get"}):
        entry = entry_of(token_call(TEST, status=404))
        entry["request"] |= typed
        lines.append(line_of(entry))
    assert in_full(lines[0]) != in_full(lines[1])
    for order in (lines, lines[::-1]):
        bulk = Bulk()
        for line in order * 2:
            assert bulk.diagnose(line).causes == in_full(line)


def test_what_a_body_says_is_found_however_it_is_written() -> None:
    lines = []
    for word in ("INT0NT", "INTENT", "\\u0049NTENT", "INT\\u00c6NT", "INT\\u0030NT"):
        entry = entry_of(api_call(TEST, method="POST", path="/ecomm/v2/payments"))
        text = f'{{"merchantInfo": {{"fallBack": "{word}", "isApp": true}}}}'
        entry["request"]["postData"] = {"mimeType": "", "text": text}
        lines.append(line_of(entry))
    assert in_full(lines[0]) != in_full(lines[1]) == in_full(lines[2])
    for order in (lines, lines[::-1]):
        bulk = Bulk()
        for line in order * 2:
            assert bulk.diagnose(line).causes == in_full(line)


def test_what_is_in_base64_is_read_as_what_it_says() -> None:
    """Beside the same letters, which say nothing as they are."""
    said = json.dumps({"message": "Customer not found"})
    content = {"text": b64encode(said.encode()).decode()}
    lines = []
    for status in (200, 400):
        entry = entry_of(api_call(TEST, status=status))
        for more in ({}, {"encoding": ""}, {"encoding": "base64"}):
            entry["response"]["content"] = content | more
            lines.append(line_of(entry))
    assert in_full(lines[0]) == in_full(lines[1]) != in_full(lines[2])
    for order in (lines, lines[::-1]):
        bulk = Bulk()
        for line in order * 2:
            assert bulk.diagnose(line).causes == in_full(line)


@pytest.mark.parametrize("blanks", [True, False], ids=["blanks", "none"])
def test_a_key_whose_name_stands_behind_it_is_no_id(blanks: bool) -> None:
    keyless = json.loads(json.dumps(CALL))
    keyless["request"]["headers"] = [
        one
        for one in keyless["request"]["headers"]
        if "Subscription" not in one["name"]
    ]
    lines = []
    for key in ("a1" * 16, "0f14ebcab0eb4b29ae0cb90d91b4a84a"):
        behind = ', "name": "Ocp-Apim-Subscription-Key"'
        text = json.dumps(keyless).replace(OWN, named("Idempotency-Key", key, behind))
        lines.append((text if blanks else without_blanks(text)).encode())
    assert in_full(lines[0]) != in_full(lines[1])
    for order in (lines, lines[::-1]):
        bulk = Bulk()
        bulk.diagnose(call(OWN, blanks=blanks))
        for line in order * 2:
            assert bulk.diagnose(line).causes == in_full(line)


@pytest.mark.parametrize("blanks", [True, False], ids=["blanks", "none"])
def test_headers_that_differ_in_an_id_are_decoded_once(
    blanks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    bulk = Bulk()
    for number in range(2):
        bulk.diagnose(call(named("Idempotency-Key", f"id-{number}"), blanks=blanks))
    monkeypatch.setattr(sent, "_HEADERS", None)
    for number in range(9):
        line = call(named("Idempotency-Key", f"other-{number}"), blanks=blanks)
        assert bulk.diagnose(line).causes == in_full(line)
    assert bulk.first == 1


@pytest.mark.parametrize("blanks", [True, False], ids=["blanks", "none"])
def test_id_that_stands_further_from_the_end_is_found_from_then_on(
    blanks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though the token stands behind it, which is cut out while the ids are noted."""
    entry = json.loads(json.dumps(CALL))
    bearer, *keys, own = entry["request"]["headers"]
    assert (bearer["name"], own["name"]) == ("Authorization", "Idempotency-Key")
    last, first = [bearer, *keys, own], [own, *keys, bearer]

    def line(headers: list[Json], number: int) -> bytes:
        own["value"] = f"id-{number}"
        entry["request"]["headers"] = headers
        text = json.dumps(entry)
        return (text if blanks else without_blanks(text)).encode()

    bulk = Bulk()
    for number, headers in enumerate((last, last, first, first)):
        bulk.diagnose(line(headers, number))
    monkeypatch.setattr(sent, "_HEADERS", None)
    for number in range(10, 20):
        for headers in (last, first):
            one = line(headers, number)
            assert bulk.diagnose(one).causes == in_full(one)
    assert bulk.first == 2


HEX = "0af7651916cd43dd8448eb211c80319c"
TRACES = {
    "traceparent": f"00-{HEX}-b7ad6b7169203331-0{{}}",
    "sentry-trace": f"{HEX}-b7ad6b716920333{{}}-1",
    "X-B3-TraceId": HEX[:-1] + "{}",
    "x-ms-client-request-id": MINE[:-1] + "{}",
    "x-datadog-trace-id": "846109735516837{}",
    "X-Request-ID": HEX[:-1] + "{}",
}


@pytest.mark.parametrize(("name", "value"), TRACES.items(), ids=TRACES)
def test_calls_that_differ_in_their_trace_are_read_once(name: str, value: str) -> None:
    bulk = Bulk()
    for number in range(9):
        line = call(named(name, value.format(number)), blanks=True)
        assert bulk.diagnose(line).causes == in_full(line)
    assert bulk.first == 1


@pytest.mark.parametrize("answer", ["null", '{"status": 0, "headers": []}'])
@pytest.mark.parametrize("note", ["1e400", "NaN", '"\\ud800"', '{"a": [1e400]}'])
def test_what_stands_beside_a_call_without_an_answer_may_be_anything(
    answer: str, note: str
) -> None:
    """Also what only some read, such as a number that is too large."""
    bulk = Bulk()
    entry = entry_of(api_call(TEST, status=401)) | {"response": "an answer"}
    text = json.dumps(entry).replace('"an answer"', answer)
    other = f'{{"_error": "getaddrinfo ENOTFOUND", "note": {note}, {text[1:]}'
    for line in (text, other, f'{{"note": {note}, {text[1:]}') * 2:
        assert bulk.diagnose(line.encode()).causes == in_full(line.encode())
    assert in_full(text.encode()) != in_full(other.encode())


UNREAD = {
    "no UTF-8": b'"\xff"',
    "half of a character": b'"\xed\xa0"',
    "a number that is too long": b"1" * 4301,
    "a long number below zero": b"-" + b"1" * 9000,
}


@pytest.mark.parametrize("value", UNREAD.values(), ids=UNREAD)
def test_what_matters_to_no_check_has_to_be_json_too(value: bytes) -> None:
    """Or a line would be taken for an exchange only behind one that is like it."""
    bulk, line = Bulk(), call(OWN, blanks=True)
    bulk.diagnose(line)
    broken = line.replace(b"{", b'{"note": ' + value + b", ", 1)
    for read in (read_line, bulk.diagnose):
        with pytest.raises(UnreadablePaste):
            read(broken)


REFUSED = entry_of(api_call(TEST, status=401))
BEARER = next(
    header["value"]
    for header in REFUSED["request"]["headers"]
    if header["name"] == "Authorization"
)
OLD = f"Bearer {token(TEST, issued=NOW - timedelta(hours=3))}"
FOUND = {
    "as tools write it": "{0}",
    "behind one that is no header": '{{"name": "X-Any", "value": "", "x": [{1}]}}, {0}',
    "before one that is no header": '{0}, {{"name": "X-Any", "value": "", "x": [{1}]}}',
    "before a second one": "{0}, {1}",
    "behind a second one": "{1}, {0}",
    "before a second one, which is found first": "{2}, {1}",
    "and is found first, behind a second one": "{2}, {1}, {0}",
    "escaped": "{2}",
    "with another name": '{3}, "name": "X-Any"}}, {0}',
    "with another value": '{3}, "value": "Bearer"}}, {0}',
    "not at all": "{4}",
}


@pytest.mark.parametrize("blanks", [True, False], ids=["blanks", "none"])
@pytest.mark.parametrize("way", FOUND.values(), ids=FOUND)
def test_token_is_the_one_of_the_first_authorization(way: str, blanks: bool) -> None:
    """Whatever else in the headers looks like it, whichever call comes first."""
    bulk, lines = Bulk(), []
    text = json.dumps(REFUSED)
    own = named("Authorization", BEARER)
    assert own in text
    for value, other in ((BEARER, OLD), (OLD, BEARER), (BEARER, BEARER), (OLD, OLD)):
        header = way.format(
            named("Authorization", value),
            named("Authorization", other),
            named("Authorization", value.replace("B", "\\u0042", 1)),
            named("Authorization", other)[:-1],
            named("X-Any", value),
        )
        line = text.replace(own, header)
        lines.append((line if blanks else without_blanks(line)).encode())
    for line in (*lines, *lines[::-1]):
        bulk.diagnose((text if blanks else without_blanks(text)).encode())
        assert causes(bulk, line) == outcome(in_full, line)


NAMES = st.sampled_from(
    """
    Idempotency-Key X-Request-ID content-length client_id Age X-Any Authorization
    traceparent x-b3-traceid
    """.split()
)
VALUES = st.sampled_from(
    [
        "",
        "id-1",
        "1234",
        MINE,
        EXAMPLE,
        "a" * 32,
        LONG,
        "eyJ-1",
        "é",
        '"},{\\',
        "\n",
        BEARER,
        OLD,
    ]
)
# One header, in every way that JSON can write it.
WAYS = st.sampled_from(
    (
        '{{"name": {name}, "value": {value}}}',
        '{{"value": {value}, "name": {name}}}',
        '{{ "name" : {name},\t"value" : {value} }}',
        '{{"name": {name}, "value": {value}, "comment": ""}}',
        '{{"name": {name}, "value": {value}, "name": {other}}}',
        '{{"name": {other}, "value": {value}, "name": {name}}}',
        '{{"name": {name}, "value": {other}, "value": {value}}}',
        '{{"n\\u0061me": {name}, "v\\u0061lue": {value}}}',
        '{{"name": {name}, "value": {value}, "x": [{{"name": {other}, "value": ""}}]}}',
        '{{"x": {{"name": {other}, "value": "1"}}, "name": {name}, "value": {value}}}',
        '{{"name": {name}, "value": "1"}}, {{"name": {other}, "value": {value}}}',
        '{{"name": {name}, "value": null}}',
        '{{"name": {name}, "value": {value}}}, null',
    )
)


@st.composite
def written(draw: st.DrawFn) -> bytes:
    """A call with a few headers more that are written in any way."""
    entry: Json = json.loads(draw(mixes()))
    lists = []
    for message in (entry["request"], entry["response"]):
        headers = [json.dumps(header) for header in message["headers"]]
        for way in draw(st.lists(WAYS, max_size=2)):
            told = {
                "name": json.dumps(draw(NAMES)),
                "other": json.dumps(draw(NAMES)),
                "value": json.dumps(draw(VALUES), ensure_ascii=draw(st.booleans())),
            }
            headers.insert(draw(st.integers(0, len(headers))), way.format(**told))
        lists.append(f"[{', '.join(headers)}]")
        message["headers"] = json.loads(LIST)
    text = line_of(entry).decode()
    for headers in lists:
        text = text.replace(LIST, headers, 1)
    data = (without_blanks(text) if draw(st.booleans()) else text).encode()
    broken = draw(st.sampled_from([None, None, b"\xff", b"\xed\xa0\x80", b"\\ud800"]))
    return data if broken is None else data.replace(b"://", b"://" + broken, 1)


@given(written())
def test_line_comes_to_the_same_however_it_is_written(line: bytes) -> None:
    assert causes(SEEN, line) == outcome(in_full, line)
    assert causes(SEEN, line) == outcome(in_full, line)


@given(mixes(), st.data())
def test_line_comes_to_the_same_whatever_character_of_it_changes(
    line: bytes, data: st.DataObject
) -> None:
    """Behind the line itself, and before it."""
    place = data.draw(st.integers(0, len(line) - 1))
    other = data.draw(st.sampled_from(list(b'0159afAFkszZ"\\{}[]:,. -_=/?\xff')))
    changed = line[:place] + bytes([other]) + line[place + 1 :]
    for order in ((line, changed), (changed, line)):
        bulk = Bulk()
        for one in order:
            assert causes(bulk, one) == causes(SEEN, one) == outcome(in_full, one)
