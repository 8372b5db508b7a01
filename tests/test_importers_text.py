"""Error texts, HTTP messages and exceptions: what is found, and where."""

import json
import time
from pathlib import Path

import pytest
from described import described
from hypothesis import given, settings
from hypothesis import strategies as st

from vippsdiag.errors import UnreadablePaste
from vippsdiag.exchange import FailureKind
from vippsdiag.importers import read_text, statuses
from vippsdiag.importers.failures import failure_from, find_failure
from vippsdiag.importers.guard import FAULT
from vippsdiag.importers.text import MOST, find_exchanges
from vippsdiag.samples import CLIENT_SECRET, SUBSCRIPTION_KEY

CASES = Path(__file__).parent / "cases"
EXPECTED = ".expected.json"
INPUTS = sorted(
    path
    for folder in ("text", "logs")
    for path in (CASES / folder).iterdir()
    if not path.name.endswith(EXPECTED)
)
TOKEN = "https://apitest.vipps.no/accesstoken/get"


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.name)
def test_every_form_is_read(path: Path) -> None:
    found = find_exchanges(path.read_bytes().decode())
    expected = json.loads(path.with_name(path.name + EXPECTED).read_text("utf-8"))
    assert [described(find) for find in found.finds] == expected


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.name)
def test_there_is_a_find_for_every_exchange_in_order(path: Path) -> None:
    found = find_exchanges(path.read_bytes().decode())
    assert found.exchanges == tuple(o for find in found.finds for o in find.exchanges)
    firsts = [find.first for find in found.finds]
    assert firsts == sorted(firsts)
    assert all(1 <= find.first <= find.last for find in found.finds)


@pytest.mark.parametrize(
    "path",
    [path for path in INPUTS if path.suffix == ".log" or "curl" in path.name],
    ids=lambda path: path.name,
)
def test_a_find_tells_its_lines_in_a_longer_text(path: Path) -> None:
    text = path.read_bytes().decode()
    alone, below = find_exchanges(text), find_exchanges("Hello,\n\n" + text)
    assert [find.first for find in below.finds] == [
        find.first + 2 for find in alone.finds
    ]


def test_lines_are_counted_behind_an_empty_beginning() -> None:
    (find,) = find_exchanges('\n\n{"statusCode": 401, "message": "x"}\n').finds
    assert (find.kind, find.first, find.last) == ("an answer", 3, 3)


def test_a_failure_that_curl_prints_belongs_to_the_request_before_it() -> None:
    text = f"""*   Trying 203.0.113.9:443...
> POST /accesstoken/get HTTP/1.1
> Host: apitest.vipps.no
>
* Empty reply from server
curl: (52) Empty reply from server ({TOKEN})
"""
    (exchange,) = find_exchanges(text).exchanges
    assert exchange.request
    assert exchange.request.url == TOKEN
    assert exchange.failure
    assert exchange.failure.kind is FailureKind.RESET


def test_what_curl_prints_of_a_good_call_is_no_failure() -> None:
    text = """* TLSv1.3 (OUT), TLS handshake, Client hello (1):
* SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384
*  SSL certificate verify ok.
> GET /webhooks/v1/webhooks HTTP/2
> Host: api.vipps.no
>
< HTTP/2 200
< content-type: application/json
<
{"webhooks": []}
"""
    (exchange,) = find_exchanges(text).exchanges
    assert exchange.ok
    assert exchange.text == '{"webhooks": []}'


@pytest.mark.parametrize("between", ["", "\n"])
def test_each_of_several_addresses_has_the_answer_right_below_it(between: str) -> None:
    once = f"POST {TOKEN}\n{between}HTTP/1.1 401 Access Denied\nDate: now\n\nno\n\n"
    other = once.replace("accesstoken/get", "webhooks/v1/webhooks")
    found = find_exchanges(once + other).exchanges
    assert [one.request and one.request.path for one in found] == [
        "/accesstoken/get",
        "/webhooks/v1/webhooks",
    ]


def test_a_call_in_a_line_that_went_well_is_one_of_its_own() -> None:
    body = '{"access_token":"***","expires_in":900}'
    found = find_exchanges(f"POST {TOKEN} 200 {body}\nGET {TOKEN}/x 401\n").exchanges
    assert [(one.status, one.text) for one in found] == [(200, body), (401, "")]


@pytest.mark.parametrize(
    "start",
    ["HTTP/1.1 403 Forbidden", "POST /accesstoken/get HTTP/1.1\nHost: a.example"],
)
def test_words_below_a_message_that_says_it_is_empty_are_no_body(start: str) -> None:
    text = f"{start}\nContent-Length: 0\n\nWhat is wrong?\n"
    (exchange,) = find_exchanges(text).exchanges
    parts = [part for part in (exchange.request, exchange.response) if part]
    assert not any(part.body for part in parts)
    shown = find_exchanges(text.replace("What is wrong?", '{"message": "no"}'))
    assert any(
        "no" in str(part.body)
        for e in shown.exchanges
        for part in (e.request, e.response)
        if part
    )


def test_what_a_line_below_complains_of_is_not_what_went_well_above() -> None:
    text = (
        'level=INFO msg="token fetched" url=https://apitest.vipps.no/accesstoken/get '
        'status=200\nlevel=ERROR msg="giving up: token expired after 3 attempts"'
    )
    answers = (one.response for one in find_exchanges(text).exchanges)
    assert not any(one.body for one in answers if one and one.status == 200)


@pytest.mark.parametrize("told", ["Connection timed out", "404 Not Found"])
def test_an_address_beside_an_event_is_where_the_event_went(told: str) -> None:
    address = "https://shop.example:8443/hook"
    row = f"2026-11-28 10:02  epayments.payment.authorized.v1  {address}  {told}\n"
    (exchange,) = find_exchanges(row * 2).exchanges[:1]
    assert exchange.request is not None
    assert (exchange.request.method, exchange.request.url) == ("POST", address)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("lookup api.vipps.no on 10.0.0.1:53: server misbehaving", FailureKind.DNS),
        ("[Errno -2] Name or service not known", FailureKind.DNS),
        ("write tcp 10.0.0.7:443: broken pipe", FailureKind.RESET),
        ("net::CONNECTION_TIMED_OUT", FailureKind.TIMEOUT),
        ("http2: received GOAWAY received", FailureKind.PROTOCOL),
        ("self-signed certificate in certificate chain", FailureKind.TLS),
    ],
)
def test_a_failure_is_found_in_a_line_without_a_word_for_trouble(
    words: str, kind: FailureKind
) -> None:
    address = "https://api.vipps.no/accesstoken/get"
    (exchange,) = find_exchanges(f"vipps: Post {address}: {words}\n").exchanges
    assert exchange.failure is not None
    assert exchange.failure.kind is kind


def test_an_address_above_words_and_an_answer_is_no_message_of_its_own() -> None:
    text = f"POST {TOKEN}\nThe answer:\nHTTP/1.1 401 Access Denied\nDate: now\n"
    (exchange,) = find_exchanges(text).exchanges
    assert exchange.request
    assert exchange.request.body is None


def test_keys_beside_an_error_stay_for_the_reader_of_keys() -> None:
    found = find_exchanges(f"client_secret: {CLIENT_SECRET}\ncurl: (6) no such host\n")
    assert len(found.exchanges) == 1
    assert 0 not in found.whole | found.partly


def test_settings_with_keys_are_no_answer() -> None:
    keys = json.dumps({"client_secret": CLIENT_SECRET, "message": "x", "status": 1})
    assert not find_exchanges(keys).exchanges


def test_variables_of_a_collection_that_are_not_known_stay() -> None:
    item = {"request": {"method": "GET", "url": "https://{{host}}/x"}}
    text = json.dumps({"info": {}, "item": [item]})
    (exchange,) = read_text(text)
    assert exchange.request
    assert exchange.request.url == "https://{{host}}/x"


@pytest.mark.parametrize(
    "member",
    [
        {"auth": {"type": "bearer", "bearer": [{"key": ["token"], "value": "x"}]}},
        {"auth": {"type": "basic", "basic": [{"key": {"a": 1}, "value": "x"}]}},
        {"body": {"mode": ["raw"], "raw": "{}"}},
        {"body": {"mode": {"a": 1}}},
    ],
    ids=["key-list", "key-object", "mode-list", "mode-object"],
)
def test_a_collection_with_members_of_other_types_is_read(
    member: dict[str, object],
) -> None:
    url = "https://apitest.vipps.no/epayment/v1/payments/o-1"
    item = {"name": "a", "request": {"method": "GET", "url": url} | member}
    (call,) = read_text(json.dumps({"info": {}, "item": [item]}))
    assert call.request
    assert call.request.url == url


def test_a_variable_that_names_itself_ends() -> None:
    variables = [{"key": "a", "value": "{{b}}{{b}}"}, {"key": "b", "value": "{{a}}"}]
    item = {"request": {"method": "GET", "url": "https://x.example/{{a}}"}}
    assert read_text(json.dumps({"info": {}, "item": [item], "variable": variables}))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("curl: (6) Could not resolve host: apitest.vipps.no", FailureKind.DNS),
        ("cURL error 28: Operation timed out", FailureKind.TIMEOUT),
        ("net::ERR_CERT_DATE_INVALID", FailureKind.TLS),
        ("Error: self-signed certificate in certificate chain", FailureKind.TLS),
        ("Response code 407 from proxy after CONNECT", FailureKind.PROXY),
        ("read ECONNRESET", FailureKind.RESET),
        ("connect EHOSTUNREACH 203.0.113.9:443", FailureKind.UNREACHABLE),
        ("curl: (92) HTTP/2 stream 1 was not closed cleanly", FailureKind.PROTOCOL),
        ("No 'Access-Control-Allow-Origin' header", FailureKind.CORS),
        ("NS_ERROR_DOM_BAD_URI", FailureKind.CORS),
        ("403 Forbidden from proxy after CONNECT", FailureKind.PROXY),
        ("Unsupported or unrecognized SSL message", FailureKind.TLS),
        ("they do not possess a common algorithm", FailureKind.TLS),
        ("net::ERR_CONNECTION_TIMED_OUT", FailureKind.TIMEOUT),
        ("Unable to Connect to ssl://api.vipps.no:443", FailureKind.REFUSED),
        ("Error: Parse Error: Expected HTTP/", FailureKind.PROTOCOL),
        ("Invalid HTTP version: 2", FailureKind.PROTOCOL),
        (
            "dial tcp: lookup api.vipps.no on 127.0.0.11:53: i/o timeout",
            FailureKind.DNS,
        ),
        ("Failed host lookup: 'api.vipps.no' (OS Error: x)", FailureKind.DNS),
        ("DNS_PROBE_FINISHED_NXDOMAIN", FailureKind.DNS),
        (
            "a socket in a way forbidden by its access permissions",
            FailureKind.UNREACHABLE,
        ),
        ("connect EACCES 203.0.113.9:443", FailureKind.UNREACHABLE),
        ("Unable to connect to the remote server", FailureKind.REFUSED),
        ("disconnected before secure TLS connection was established", FailureKind.TLS),
        ("EOF occurred in violation of protocol (_ssl.c:1007)", FailureKind.TLS),
        ("Remote host terminated the handshake", FailureKind.TLS),
        ("Error in the HTTP2 framing layer", FailureKind.PROTOCOL),
        ("stream was reset: StreamResetException: x", FailureKind.PROTOCOL),
        ("Unexpected status line: HTTP/2 200", FailureKind.PROTOCOL),
        ("tunneling socket could not be established", FailureKind.PROXY),
        ("Unexpected response code for CONNECT: 407", FailureKind.PROXY),
        ("ORA-24247: network access denied by access control", FailureKind.UNREACHABLE),
        ("dns error: failed to lookup address information", FailureKind.DNS),
        ("ClientException: XMLHttpRequest error.", FailureKind.CORS),
        ("Http failure response for https://x.no: 0 Unknown Error", FailureKind.CORS),
    ],
    ids=lambda value: str(value)[:24],
)
def test_a_failure_is_told_by_its_words(text: str, kind: FailureKind) -> None:
    failure = find_failure(text)
    assert failure
    assert failure.kind is kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("[Errno 13] Permission denied", FailureKind.UNREACHABLE),
        ("Network Error", FailureKind.CORS),
        ("WinHttpSendRequest: 12175: A security error occurred", FailureKind.TLS),
        ("Something else", FailureKind.OTHER),
    ],
    ids=lambda value: str(value)[-20:],
)
def test_some_words_tell_a_failure_only_where_they_are_known_to_be_one(
    text: str, kind: FailureKind
) -> None:
    assert find_failure(text) is None
    assert failure_from(text).kind is kind


@pytest.mark.parametrize(
    "text",
    [
        "timeout: 30000",
        "SSL connection using TLSv1.3",
        "everything is fine",
        "connect_timeout => 10",
    ],
)
def test_a_harmless_line_is_no_failure(text: str) -> None:
    assert find_failure(text) is None


@pytest.mark.parametrize("text", ["", "Hello, it does not work.", "{}", "[]", "\0"])
def test_a_text_without_any_call_gets_a_sentence(text: str) -> None:
    with pytest.raises(UnreadablePaste, match="no answer and no error"):
        read_text(text)


def test_a_success_that_is_no_json_is_read() -> None:
    text = "HTTP/1.1 200 OK\nContent-Type: text/html\n\n<html>Sign in</html>"
    (exchange,) = read_text(text)
    assert exchange.ok
    assert exchange.text == "<html>Sign in</html>"


def test_no_secret_of_a_text_is_shown() -> None:
    text = f"""POST {TOKEN}
Ocp-Apim-Subscription-Key: {SUBSCRIPTION_KEY}
client_secret: {CLIENT_SECRET}

HTTP/1.1 401 Unauthorized

{{"access_token": "{CLIENT_SECRET}"}}
"""
    shown = repr(find_exchanges(text))
    assert CLIENT_SECRET not in shown
    assert SUBSCRIPTION_KEY not in shown


ASCII = st.characters(max_codepoint=127)


@given(st.from_regex(statuses._BEFORE, alphabet=ASCII))
def test_every_word_that_makes_a_number_a_status_has_its_ending_listed(
    before: str,
) -> None:
    assert before.lower().rstrip("\n" + statuses._SIGNS).endswith(statuses._ENDS)


def test_of_very_many_answers_a_bounded_number_is_kept() -> None:
    assert len(find_exchanges("HTTP/1.1 401\n" * 5_000).finds) <= MOST


NODE = "x {\n  config: {\n    url: 'http://x/',\n  },\n"
HOSTILE = {
    "braces": "{",
    "brackets": "[",
    "objects": '{"a":',
    "open strings": '{"',
    "lists of objects": '[{"',
    "quotes": '"',
    "one long line": "x",
    "status lines": "HTTP/1.1 ",
    "answers": "HTTP/1.1 401\n",
    "requests": "POST / HTTP/1.1\n",
    "short requests": "GET /x\n",
    "the word error": "error ",
    "failing lines": "error timeout\n",
    "curl": "curl: (6) \n",
    "calls": "GET http://x ",
    "addresses": "http://",
    "headers": "a: b\n",
    "empty lines": "\n",
    "quoted lines": "> x\n",
    "lines of json": '{"a":1}\n',
    "json log": '{"level":50,"msg":"connect ECONNREFUSED"}\n',
    "json answers": '{"statusCode":401,"message":"x"}\n',
    "access log": '::1 - - [24/Nov/2026:12:00:00 +0000] "GET / HTTP/1.1" 404 1\n',
    "sent": "send: b'GET / HTTP/1.1'\n",
    "replied": "reply: 'HTTP/1.1 200 OK'\n",
    "console": "Request URL: https://x.example/\n",
    "node": NODE,
    "print_r": "Array\n(\n    [a] => Array\n",
    "print_r in one line": "Array ( [a] => ",
    "var_dump": 'array(1) {\n  ["a"]=>\n  string(190000) "ø',
    "var_export": "array (\n  'a' => 'x\n",
    "columns": "#Fields: cs-method cs-uri-stem sc-status\nGET /x 401\n",
    "nested calls": '{"a":{"url":"https://api.vipps.no/x","status":401}}\n',
    "tags": "<title>",
    "blanks": "{" + " " * 190,
    "nested": '{"a":' * 900 + "1" + "}" * 900,
    "backslashes": "\\",
    "sayings": "AADSTS7000215\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_takes_time_that_grows_with_its_length_at_most(
    name: str,
) -> None:
    piece = HOSTILE[name]
    text = piece * (1_000_000 // len(piece))
    start = time.process_time()
    find_exchanges(text)
    assert time.process_time() - start < 15


def outcome(text: str) -> str:
    try:
        return repr(read_text(text))
    except UnreadablePaste as error:
        return str(error)


SNIPPETS = st.sampled_from(
    [path.read_bytes().decode() for path in INPUTS] + [*HOSTILE.values(), "\r\n", "\0"]
)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200) | st.lists(SNIPPETS, max_size=3).map("".join))
def test_a_text_of_any_kind_raises_nothing_else(text: str) -> None:
    assert FAULT not in outcome(text)


@settings(max_examples=100, deadline=None)
@given(SNIPPETS, st.integers(0, 2000), st.integers(0, 2000), st.characters())
def test_a_text_with_a_hole_in_it_raises_nothing_else(
    text: str, start: int, length: int, patch: str
) -> None:
    assert FAULT not in outcome(text[:start] + patch + text[start + length :])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                """request response req res config url method status code headers header
            body data item info run executions auth variable message err type time
            name key value stream""".split()
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=200, deadline=None)
@given(JSON)
def test_json_of_any_shape_raises_nothing_else(value: object) -> None:
    assert FAULT not in outcome(json.dumps(value))


def test_the_port_of_a_proxy_is_not_that_of_the_call() -> None:
    text = """* Connected to proxy.example (10.1.1.1) port 80 (#0)
> CONNECT api.vipps.no:443 HTTP/1.1
> Host: api.vipps.no:443
>
< HTTP/1.1 200 Connection established
<
> POST /accesstoken/get HTTP/1.1
> Host: api.vipps.no
>
< HTTP/1.1 401 Unauthorized
<
"""
    _, call = find_exchanges(text).exchanges
    assert call.request
    assert call.request.scheme == "https"


GENERAL = f"""Request URL:
{TOKEN}
Request Method:
POST
Status Code:
401 Access Denied
Referrer Policy:
no-referrer
"""
RECEIVED = "content-length:\n112\nvary:\nOrigin\n"
SENT = ":authority:\napitest.vipps.no\naccept:\n*/*\nclient_id:\na\n"
BOTH = (
    [("content-length", "112"), ("vary", "Origin")],
    [("accept", "*/*"), ("client_id", "a")],
)


@pytest.mark.parametrize(
    ("copied", "headers"),
    [
        (RECEIVED + SENT, BOTH),
        (f"{RECEIVED}Raw\n{SENT}q:\nangular\n", BOTH),
        (f"{RECEIVED}{SENT}\nnote:\nwe have tried again\n", BOTH),
        (f"Response Headers\nRaw\n{RECEIVED}Request Headers\n{SENT}", BOTH),
        (f"Request Headers\nProvisional headers are shown.\n{SENT}", ([], BOTH[1])),
        (RECEIVED, (BOTH[0], [])),
        (SENT, ([], BOTH[1])),
        ("Response:\n{}\n", ([], [])),
    ],
    ids="untitled aside note titled provisional received sent answer".split(),
)
def test_headers_that_the_panel_has_on_two_lines_are_read(
    copied: str, headers: tuple[list[tuple[str, str]], list[tuple[str, str]]]
) -> None:
    (exchange,) = find_exchanges(GENERAL + copied).exchanges
    assert exchange.request
    assert exchange.response
    assert (list(exchange.response.headers), list(exchange.request.headers)) == headers


def test_a_status_before_a_body_on_its_line_is_that_of_the_body() -> None:
    line = 'ERROR 401: {"error":"invalid_client"}\n'
    found = find_exchanges(line + line)
    assert [one.status for one in found.exchanges] == [401, 401]
    assert [(find.first, find.last) for find in found.finds] == [(1, 1), (2, 2)]
    (exchange,) = find_exchanges('{"error":"invalid_client"}\nHTTP 401\n').exchanges
    assert exchange.status == 401
