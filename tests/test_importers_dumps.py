"""Calls that PHP prints, that monitoring systems keep, and that servers log."""

import base64
import json
import time
from pathlib import Path

import pytest

from vippsdiag.diagnosis import diagnose
from vippsdiag.exchange import FailureKind
from vippsdiag.importers import read_paste
from vippsdiag.importers.text import find_exchanges
from vippsdiag.redact import redact
from vippsdiag.samples import CLIENT_ID, CLIENT_SECRET, SUBSCRIPTION_KEY

CASES = Path(__file__).parent / "cases" / "text"
TOKEN = "https://apitest.vipps.no/accesstoken/get"
PHP = "a call as PHP prints it"
CALL = {"url": TOKEN, "method": "POST", "status": 401}
SECRET = "qp7Lm2Xc9Vb4Nz6T"
KEY = "k3Yw8sQd1Rf5Hj0Pz2LxCv7Bn4Mt6GaE"


def causes(text: str) -> list[str]:
    report = diagnose(read_paste(text))
    return [result.check.id for result in report.results if result.findings]


def kinds(text: str) -> list[str]:
    return [find.kind for find in find_exchanges(text).finds]


def test_a_value_of_print_r_ends_where_the_indentation_says() -> None:
    text = f"""Array
(
    [url] => {TOKEN}
    [body] => a
[b] => c
  )
    [http_code] => 401
)
"""
    (find,) = find_exchanges(text).finds
    (exchange,) = find.exchanges
    assert exchange.response
    assert exchange.response.status == 401
    assert exchange.response.body == "a\n[b] => c\n  )"
    assert find.last == 8


def test_an_answer_above_what_curl_tells_of_its_call_is_its_body() -> None:
    body = '{"statusCode": 401, "message": "Access denied"}'
    info = f"Array\n(\n    [url] => {TOKEN}\n    [http_code] => 401\n)\n"
    (exchange,) = find_exchanges(f'string(47) "{body}"\n{info}').exchanges
    assert exchange.request
    assert exchange.text == body
    other = info.replace("401", "404")
    assert len(find_exchanges(f'string(47) "{body}"\n{other}').exchanges) == 2
    far = "\n" * 20 + info
    assert len(find_exchanges(f'string(47) "{body}"\n{far}').exchanges) == 2


def test_print_r_is_read_without_its_indentation() -> None:
    text = (
        f"Array\n(\n[url] => {TOKEN}\n[headers] => Array\n(\n[0] => client_id: x\n)\n"
        "\n[http_code] => 401\n)\n"
    )
    (exchange,) = find_exchanges(text).exchanges
    assert exchange.request
    assert exchange.request.headers.get("client_id") == "x"
    assert exchange.status == 401


def test_of_print_r_that_was_cut_the_last_value_is_its_line() -> None:
    text = f"Array\n(\n    [url] => {TOKEN}\n    [http_code] => 401\nHello\n"
    (find,) = find_exchanges(text).finds
    assert (find.kind, find.last) == (PHP, 4)
    assert find.exchanges[0].status == 401


def test_what_curl_says_of_no_answer_is_a_failure() -> None:
    text = (
        f"Array\n(\n    [url] => {TOKEN}\n    [http_code] => 0\n"
        "    [error] => Could not resolve host: apitest.vipps.no\n)\n"
    )
    (exchange,) = find_exchanges(text).exchanges
    assert exchange.failure
    assert exchange.failure.kind is FailureKind.DNS


def test_an_answer_without_an_address_has_the_call_above_it() -> None:
    text = f"""POST {TOKEN}
Array
(
    [body] => {{"error":"x"}}
    [response] => Array
        (
            [code] => 401
            [message] => Unauthorized
        )

)
"""
    (exchange,) = find_exchanges(text).exchanges
    assert exchange.request
    assert exchange.request.method == "POST"
    assert exchange.response
    assert exchange.response.body == '{"error":"x"}'


@pytest.mark.parametrize(
    "length", [11, 10, 14, 99], ids=["bytes", "too short", "too long", "far too long"]
)
def test_a_text_of_var_dump_is_as_long_as_it_says_or_ends_before_the_next_name(
    length: int,
) -> None:
    text = (
        f'array(3) {{\n  ["url"]=>\n  string(40) "{TOKEN}"\n'
        '  ["body"]=>\n'
        f'  string({length}) "æ "{{1}}" ø"\n  ["http_code"]=>\n  int(401)\n}}\n'
    )
    (exchange,) = find_exchanges(text).exchanges
    assert exchange.response
    assert exchange.response.body == 'æ "{1}" ø'
    assert exchange.status == 401


def test_what_ends_an_array_may_stand_in_a_text_of_var_dump() -> None:
    text = (
        f'array(3) {{\n  ["url"]=>\n  string(40) "{TOKEN}"\n'
        '  ["body"]=>\n'
        '  string(15) "æøå "}\n} [1]"\n  ["http_code"]=>\n  int(401)\n}\n'
    )
    (exchange,) = find_exchanges(text).exchanges
    assert exchange.response
    assert exchange.response.body == 'æøå "}\n} [1]'


def test_var_dump_tells_what_an_object_keeps_to_itself() -> None:
    text = (
        'object(Call)#3 (2) {\n  ["url":protected]=>\n'
        f'  string(40) "{TOKEN}"\n  ["http_code":"A\\Call":private]=>\n  int(401)\n}}\n'
    )
    assert kinds(text) == [PHP]


@pytest.mark.parametrize(
    "text",
    [
        f"$a = array (\n  'url' => '{TOKEN}',\n  'status' => 401,\n);\n",
        f"A = array (\n  'url' => '{TOKEN}',\n  'status' => 401,\n);\n",
        f"return array (\n  'url' => '{TOKEN}',\n  'status' => 401,\n);\n",
        f"array (\n  'url' => '{TOKEN}',\n  'method' => 'POST',\n)\n",
        f"Array\n(\n    [url] => {TOKEN}\n    [client_id] => {CLIENT_ID}\n)\n",
        "The answer is an Array\n(see [url] => below, http_code 401)\n",
        "Array\n(\n    [status] => processing\n    [message] => none\n)\n",
        'array(2) {\n  ["url"]=>\n  string(3) "abc"\n  ["status"]=>\n  int(401)\n}\n',
    ],
    ids=[
        *("code", "constant", "returned", "no answer", "settings", "prose", "order"),
        "no address",
    ],
)
def test_what_only_looks_printed_by_php_is_no_call(text: str) -> None:
    assert PHP not in kinds(text)


def test_an_event_around_a_call_is_no_call_of_its_own() -> None:
    words = f"401 Client Error: {TOKEN}"
    event = {
        "request": {"url": "https://shop.example/checkout", "method": "POST"},
        "breadcrumbs": {"values": [{"data": CALL}]},
        "exception": {"values": [{"type": "E", "value": words}]},
    }
    (exchange,) = find_exchanges(json.dumps(event)).exchanges
    assert exchange.request
    assert exchange.request.url == TOKEN
    shown = json.dumps(event, indent=1)
    (inside,) = find_exchanges(f"Hello,\n{shown}\nBye").exchanges
    assert inside.request == exchange.request


def quoting(url: str, status: int) -> dict[str, object]:
    words = f"Client error: `POST {url}` resulted in a `{status} Unauthorized` response"
    said = {"type": "ClientException", "value": f'{words}:\n{{"statusCode": {status}}}'}
    crumbs = {"values": [{"data": CALL}]}
    return {"exception": {"values": [said]}, "breadcrumbs": crumbs}


def test_an_exception_quotes_the_answer_that_a_nested_call_lacks() -> None:
    (exchange,) = find_exchanges(json.dumps(quoting(TOKEN, 401))).exchanges
    assert exchange.response
    assert exchange.response.body == '{"statusCode": 401}'


@pytest.mark.parametrize(
    ("url", "status"),
    [(f"{TOKEN}/other", 401), (TOKEN, 403)],
    ids=["other address", "other status"],
)
def test_an_exception_about_another_call_is_not_taken_for_its_answer(
    url: str, status: int
) -> None:
    (exchange,) = find_exchanges(json.dumps(quoting(url, status))).exchanges
    assert exchange.status == 401
    assert exchange.response
    assert not exchange.response.body


def test_an_event_without_its_call_tells_it_in_words() -> None:
    event = {
        "level": "error",
        "request": {"url": "https://shop.example/checkout", "method": "POST"},
        "exception": {
            "values": [
                {
                    "type": "HTTPError",
                    "value": f"401 Client Error: Unauthorized for url: {TOKEN}",
                }
            ]
        },
    }
    (exchange,) = find_exchanges(json.dumps(event)).exchanges
    assert exchange.status == 401
    assert exchange.request
    assert exchange.request.url == TOKEN


@pytest.mark.parametrize("indent", [None, 1])
def test_keys_beside_a_nested_call_stay_keys_and_the_call_a_call(
    indent: int | None,
) -> None:
    settings = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    value = {"vipps": settings, "last": {"call": CALL}}
    evidence = read_paste(json.dumps(value, indent=indent))
    assert evidence.keys
    assert evidence.keys.client_id == CLIENT_ID
    (exchange,) = evidence.exchanges
    assert exchange.request
    assert exchange.request.url == TOKEN


def test_a_client_id_in_an_event_does_not_hide_the_call_that_failed() -> None:
    crumbs = {"values": [{"data": CALL}]}
    said = {"values": [{"type": "AxiosError", "value": "failed with status 401"}]}
    event = {"exception": said, "breadcrumbs": crumbs, "extra": {"client_id": "a"}}
    (exchange,) = read_paste(json.dumps(event)).exchanges
    assert exchange.request
    assert exchange.request.url == TOKEN


def test_headers_with_keys_are_a_nested_calls_own() -> None:
    call = {**CALL, "headers": {"client_id": CLIENT_ID}}
    evidence = read_paste(json.dumps({"a": {"b": [call]}}))
    (exchange,) = evidence.exchanges
    assert exchange.request
    assert exchange.request.headers.get("client_id") == CLIENT_ID


@pytest.mark.parametrize(
    "value",
    [
        {"items": [{"url": TOKEN, "method": "POST"}]},
        {"webhooks": [{"id": "a", "url": "https://shop.example/hook"}]},
        [{"reference": "a", "name": "CREATED", "timestamp": "2026-11-20T10:00:00Z"}],
        {"spans": [{"attributes": {"http.method": "POST", "url.full": TOKEN}}]},
    ],
    ids=["never answered", "webhooks", "events of a payment", "span without a status"],
)
def test_addresses_in_an_object_are_no_calls(value: object) -> None:
    assert kinds(json.dumps(value)) == []


def test_a_tag_alone_is_not_taken_before_what_a_call_says_itself() -> None:
    call = {**CALL, "tags": {"http.url": "https://shop.example/"}}
    (exchange,) = find_exchanges(json.dumps(call)).exchanges
    assert exchange.status == 401
    assert exchange.request
    assert exchange.request.url == TOKEN


def test_an_answer_with_a_time_and_a_message_is_no_line_of_a_log() -> None:
    value = {"timestamp": "2026-11-20T10:00:00Z", "status": 401, "message": "no"}
    assert kinds(json.dumps([value])) == ["an answer"]


def test_a_line_of_json_tells_its_nested_call() -> None:
    line = json.dumps({"trace": {"attributes": {"http.url": TOKEN, "x": 1}}})
    assert kinds(f"{line}\n{line}\n") == []
    line = json.dumps({"trace": {"tags": {"http.url": TOKEN, "http.status_code": 401}}})
    assert kinds(f"{line}\n{line}\n") == ["a line of a JSON log"] * 2


@pytest.mark.parametrize(
    "text",
    [
        "#Fields: date time x\n2026-11-20 10:00:00 a\n",
        "2026-11-20 10:00:00 POST /vipps/callback - 401\n",
        "#Fields: cs-method cs-uri-stem sc-status\nPOST /vipps 401 5\n",
        "#Fields: cs-method cs-uri-stem sc-status\nWORD /vipps 401\n",
    ],
    ids=["other columns", "no columns", "a column more", "no method"],
)
def test_a_line_in_other_columns_is_no_call(text: str) -> None:
    assert "a line of an access log" not in " ".join(kinds(text))


PLANTED = {
    "print_r": f"Array\n(\n    [client_secret] => Array\n        (\n            [0] => "
    f"{SECRET}\n        )\n\n    [1] => Authorization: Bearer {KEY}\n)\n",
    "print_r in one line": f"Array ( [client_secret] => {SECRET} [a] => Array ( "
    f"[subscription_key] => Array ( [0] => {KEY} ) ) )",
    "var_dump": 'array(2) {\n  ["client_secret"]=>\n  array(1) {\n    [0]=>\n    '
    f'string(16) "{SECRET}"\n  }}\n  ["subscription_key"]=>\n'
    f'  string(32) "{KEY}"\n}}\n',
    "var_dump in one line": f'array(2) {{ ["client_secret"]=> string(16) "{SECRET}" '
    f'["subscription_key"]=> array(1) {{ [0]=> string(32) "{KEY}" }} }}',
    "var_export": f"array (\n  'client_secret' => '{SECRET}',\n  'subscription_key' => "
    f"\n  array (\n    0 => '{KEY}',\n  ),\n)",
    "OpenTelemetry": '[{"key":"http.request.header.client_secret","value":'
    f'{{"stringValue":"{SECRET}"}}}},{{"key":"subscription_key","value":'
    f'{{"arrayValue":{{"values":[{{"stringValue":"{KEY}"}}]}}}}}}]',
}


@pytest.mark.parametrize("name", PLANTED)
def test_no_secret_is_left_in_such_a_text(name: str) -> None:
    shared = redact(PLANTED[name]).text
    assert SECRET not in shared
    assert KEY not in shared


def test_the_word_for_a_list_is_no_secret() -> None:
    text = PLANTED["print_r"]
    assert redact(text).text.count("Array") == text.count("Array")


@pytest.mark.parametrize(
    "name",
    ["php-guzzle-print-r.txt", "php-var-dump.txt", "php-var-export.txt", "sentry.json"],
)
def test_the_causes_are_the_same_after_redaction(name: str) -> None:
    text = (CASES / name).read_text("utf-8")
    shared = redact(text).text
    assert CLIENT_SECRET not in shared
    assert causes(shared) == causes(text) != []


HELD = {"name": "AUTHORIZED", "reference": "order-12345"}
TO_SHOP = {"headers": {"host": "shop.example", "x-ms-date": "now"}}
GATEWAY_1 = {"httpMethod": "POST", "path": "/hook", **TO_SHOP}
GATEWAY_2 = {
    "version": "2.0",
    "rawPath": "/hook",
    "rawQueryString": "",
    "requestContext": {"http": {"method": "POST", "path": "/hook"}},
    **TO_SHOP,
}


@pytest.mark.parametrize("event", [GATEWAY_1, GATEWAY_2], ids=["1.0", "2.0"])
@pytest.mark.parametrize("encoded", [False, True], ids=["text", "Base64"])
def test_what_a_gateway_hands_to_a_function_is_read(
    event: dict[str, object], *, encoded: bool
) -> None:
    body = json.dumps(HELD)
    sent = base64.b64encode(body.encode()).decode() if encoded else body
    text = json.dumps({**event, "body": sent, "isBase64Encoded": encoded})
    (exchange,) = find_exchanges(text).exchanges
    assert exchange.request
    assert (exchange.request.method, exchange.request.body) == ("POST", body)
    assert exchange.request.url == "https://shop.example/hook"


def test_a_body_beside_an_answered_call_is_the_answers() -> None:
    (exchange,) = find_exchanges(json.dumps({**CALL, "body": "refused"})).exchanges
    assert exchange.request
    assert exchange.request.body is None
    assert exchange.text == "refused"


def test_an_address_with_data_and_no_method_is_no_call() -> None:
    value = {"url": TOKEN, "data": {"a": "b"}}
    assert kinds(json.dumps({"settings": value})) == []


def test_headers_are_read_as_a_list_of_pairs() -> None:
    call = {
        "url": "https://shop.example/vipps",
        "method": "POST",
        "headers": [["a", "b"]],
    }
    (exchange,) = find_exchanges(json.dumps(call)).exchanges
    assert exchange.request
    assert exchange.request.headers.get("a") == "b"


def test_the_body_of_an_answer_is_read_by_the_whole_name_that_elastic_has() -> None:
    fields = {"http.request.method": "POST", "url.full": TOKEN}
    fields["http.response.body.content"] = "refused"
    text = json.dumps({**fields, "http.response.status_code": 401})
    (exchange,) = find_exchanges(text).exchanges
    assert exchange.text == "refused"


def test_the_host_that_was_asked_for_comes_before_cloudfronts_own() -> None:
    columns = "date time cs-method cs(Host) cs-uri-stem sc-status x-host-header"
    line = "2026-11-24\t12:00:01\tPOST\td1.cloudfront.net\t/vipps\t403\tshop.example"
    (exchange,) = find_exchanges(f"#Fields: {columns}\n{line}\n").exchanges
    assert exchange.request
    assert exchange.request.url == "https://shop.example/vipps"


@pytest.mark.parametrize(
    ("status", "cause"),
    [(500, "callback-handler-error"), (401, "callback-auth-mismatch")],
)
def test_a_callback_is_known_by_its_path_where_a_log_names_no_host(
    status: int, cause: str
) -> None:
    asked = '[24/Nov/2026:12:00:01 +0000] "POST /vipps/hook HTTP/1.1"'
    found = causes(f"192.0.2.7 - - {asked} {status} 1")
    assert cause in found
    assert "service-outage" not in found


ASKED = ("POST", "/vipps/hook", 401)


@pytest.mark.parametrize(
    "text",
    [
        "POST /vipps/hook 401 3.123 ms - 12",
        " POST /vipps/hook 401 in 12ms",
        "[12:00:01 INF] HTTP POST /vipps/hook responded 401 in 15.2345 ms",
        'INFO: 192.0.2.7:0 - "POST /vipps/hook HTTP/1.1" 401 Unauthorized',
        '[24/Nov/2026 12:00:01] "POST /vipps/hook HTTP/1.1" 401 145',
        '{"method": "POST", "path": "/vipps/hook", "status": 401}',
        '{"request": "POST /vipps/hook HTTP/1.1", "status": "401"}',
    ],
    ids=["morgan", "Next.js", "Serilog", "uvicorn", "Django", "lograge", "nginx"],
)
def test_what_a_framework_logs_of_a_call_to_it_is_a_call(text: str) -> None:
    (exchange,) = find_exchanges(text).exchanges
    assert exchange.request
    found = (exchange.request.method, exchange.request.url, exchange.status)
    assert found == ASKED


@pytest.mark.parametrize(
    "text",
    [
        "POST /vipps/hook gives 401 after some ms",
        "POST /vipps/hook 401",
        '{"method": "POST", "path": "/vipps/hook"}',
    ],
    ids=["prose", "no time", "no answer"],
)
def test_a_path_in_words_is_no_call_that_was_logged(text: str) -> None:
    assert not any(one.request for one in find_exchanges(text).exchanges)


@pytest.mark.parametrize("between", [" 12ms ", "\n", " in 3 ms - "])
def test_what_was_answered_behind_such_a_line_is_not_lost(between: str) -> None:
    body = '{"statusCode":401,"message":"Access denied"}'
    text = f"POST /accesstoken/get 401{between}{body}"
    (exchange,) = find_exchanges(text).exchanges
    assert (exchange.status, exchange.text) == (401, body)


def test_a_clients_log_has_its_whole_address() -> None:
    host, path = "https://apitest.vipps.no", "/accesstoken/get"
    text = f'{host}:443 "POST {path} HTTP/1.1" 401 9'
    (exchange,) = find_exchanges(text).exchanges
    assert exchange.request
    assert exchange.request.url == TOKEN


def test_a_whole_address_comes_before_a_path() -> None:
    call = {"request": {"path": "/accesstoken/get"}, "url": TOKEN, "method": "POST"}
    (exchange,) = find_exchanges(json.dumps({**call, "status": 401})).exchanges
    assert exchange.request
    assert exchange.request.url == TOKEN


def test_half_a_letter_in_a_query_does_no_harm() -> None:
    call = json.dumps(CALL | {"params": {"a": "\ud800"}})
    (exchange,) = find_exchanges(call).exchanges
    assert exchange.request
    assert exchange.request.query == "a=%3F"


def test_a_path_is_named_without_the_secret_in_it() -> None:
    line = f'::1 - - [29/Nov/2026:10:00:00 +0000] "GET /hook/{SUBSCRIPTION_KEY}" 401 1'
    (find,) = find_exchanges(line).finds
    assert "without a host: GET /hook/•••" in find.kind
    assert SUBSCRIPTION_KEY not in find.kind


@pytest.mark.parametrize(
    "text",
    [
        "config: {\n" + "a {\n" * 20_000,
        "config: {\n" + " a {\n" * 20_000,
        "x {\n  config: {\n   `" + "\\`" * 50_000 + "\n  }\n}\n",
        json.dumps(CALL | {"message": "curl" * 20_000, "status": None}),
        json.dumps(CALL | {"message": "verify" * 20_000 + "timeout", "status": None}),
        json.dumps({"info": {}, "item": [{"request": "{{" + " " * 50_000 + "x"}]}),
    ],
    ids=["braces", "indented", "backticks", "curl", "certificates", "variables"],
)
def test_what_may_go_on_for_long_is_read_in_a_moment(text: str) -> None:
    start = time.process_time()
    find_exchanges(text)
    assert time.process_time() - start < 2


def test_what_node_prints_is_found_below_a_program() -> None:
    dump = f"""AxiosError {{
  config: {{
    url: '{TOKEN}',
    method: 'post'
  }},
  response: {{
    status: 401
  }}
}}
"""
    program = "function a() {\nb();\n}\n" * 2_000
    (exchange,) = find_exchanges(program + dump).exchanges
    assert exchange.status == 401


@pytest.mark.parametrize(
    "answer",
    [
        {"status": "401 Unauthorized"},
        {"status": "Unauthorized", "code": 401},
        {"status": "Unauthorized", "statusCode": "401"},
    ],
    ids=["go", "code", "both"],
)
def test_a_status_may_have_its_reason_beside_it(answer: dict[str, object]) -> None:
    request = {"url": TOKEN, "method": "POST"}
    for call in ({"request": request, "response": answer}, {"req": request, **answer}):
        if "code" in call:
            continue
        (exchange,) = find_exchanges(json.dumps(call)).exchanges
        assert exchange.request
        assert exchange.failure is None
        assert exchange.status == 401
