"""What HTTP clients log line by line: the call in full, and nothing that is none."""

import pytest

from vippsdiag.exchange import FailureKind, Request, Response
from vippsdiag.importers.text import find_exchanges

ADDRESS = "https://apitest.vipps.no/accesstoken/get"
BODY = '{"statusCode": 401, "message": "Access denied"}'


def only(text: str) -> tuple[Request, Response]:
    (exchange,) = find_exchanges(text).exchanges
    assert exchange.request is not None
    assert exchange.response is not None
    return exchange.request, exchange.response


def test_the_words_of_a_logger_are_taken_off_though_their_numbers_differ() -> None:
    lines = [
        f"--> POST {ADDRESS} h2",
        "Merchant-Serial-Number: 123456",
        "--> END POST",
        f"<-- 401 {ADDRESS} (312ms)",
        "x-a: b",
        "",
        BODY,
        "<-- END HTTP (47-byte body)",
    ]
    logged = [
        f"10:01:{n + 8} [http-{n}] OkHttp: {line}" for n, line in enumerate(lines)
    ]
    request, response = only("\n".join(logged))
    assert request.headers.get("Merchant-Serial-Number") == "123456"
    assert list(response.headers) == [("x-a", "b")]
    assert (response.status, response.text) == (401, BODY)


def test_what_stands_behind_the_end_is_no_part_of_a_message() -> None:
    text = f"--> POST {ADDRESS}\na: b\n--> END POST\nclient_id: later\n<-- 401\n"
    request, response = only(text)
    assert list(request.headers) == [("a", "b")]
    assert list(response.headers) == []


def test_a_call_that_failed_has_its_failure() -> None:
    text = f"D: --> GET {ADDRESS}\nD: --> END GET\nD: <-- HTTP FAILED: "
    text += 'java.net.UnknownHostException: Unable to resolve host "apitest.vipps.no"'
    (exchange,) = find_exchanges(text).exchanges
    assert exchange.request is not None
    assert exchange.failure is not None
    assert exchange.failure.kind is FailureKind.DNS


def test_what_apaches_client_logs_twice_is_one_call() -> None:
    sent = ["POST /accesstoken/get HTTP/1.1", "Host: apitest.vipps.no"]
    got = ["HTTP/1.1 401 Unauthorized", "Transfer-Encoding: chunked"]
    plain = [f"headers - http-outgoing-1 >> {line}" for line in sent]
    wire = [f'wire - http-outgoing-1 >> "{line}[\\r][\\n]"' for line in [*sent, ""]]
    back = [f'wire - http-outgoing-1 << "{line}[\\r][\\n]"' for line in [*got, ""]]
    back += [f'wire - http-outgoing-1 << "{line}[\\r][\\n]"' for line in ("2f", BODY)]
    shown = [f"headers - http-outgoing-1 << {line}" for line in got]
    request, response = only("\n".join([*plain, *wire, *back, *shown]))
    assert str(request.url) == ADDRESS
    assert response.text == BODY


def test_a_literal_of_ruby_with_signs_of_its_own_is_read() -> None:
    text = '<- "GET /x HTTP/1.1\\r\\nHost: api.vipps.no\\r\\nA: \\#{b}\\r\\n\\r\\n"\n'
    request, response = only(text + '-> "HTTP/1.1 404 Not Found\\r\\n"\n')
    assert request.headers.get("A") == "#{b}"
    assert response.status == 404


def test_letters_that_ruby_writes_as_bytes_are_read() -> None:
    text = '<- "GET /x HTTP/1.1\\r\\nHost: api.vipps.no\\r\\n\\r\\n"\n'
    text += '-> "HTTP/1.1 401 Unauthorized\\r\\n\\r\\n"\n'
    _, response = only(text + '-> "{\\"a\\": \\"n\\xC3\\xB8kkel \\\\\\\\x41\\"}"')
    assert response.text == '{"a": "nøkkel \\\\x41"}'


@pytest.mark.parametrize(
    "text",
    [
        "The shop --> POST the order to the bank\nName: value",
        "<!-- a comment --> GET it\na: b",
        "a <- 401 things\nb: c",
        "Our form has the sections Request Headers\nand Response Headers\n200\n",
        "See GET /accesstoken HTTP/1.1 in the manual\nNote: that is all",
        'x <- "value"\ny -> "other"',
        "request: POST it -- request: by mail",
    ],
)
def test_words_that_only_look_like_it_are_no_call(text: str) -> None:
    assert all(one.request is None for one in find_exchanges(text).exchanges)


def test_curls_own_marks_stay() -> None:
    text = "> POST /accesstoken/get HTTP/1.1\n> Host: apitest.vipps.no\n> a: b\n>\n"
    text += "< HTTP/1.1 401 Unauthorized\n< c: d\n<\n"
    request, response = only(text)
    assert request.headers.get("a") == "b"
    assert list(response.headers) == [("c", "d")]


def test_a_body_alone_below_an_answer_without_one_is_its_body() -> None:
    head = "< HTTP/1.1 401 Unauthorized\n< a: b\n\n* Connection left intact\n\n"
    (exchange,) = find_exchanges(head + BODY).exchanges
    assert exchange.response is not None
    assert exchange.response.text == BODY
    other = BODY.replace("401", "404")
    assert len(find_exchanges(head + other).exchanges) == 2


def test_a_call_that_dotnet_logs_twice_is_one_and_two_are_two() -> None:
    once = (
        f"info: LogicalHandler[100]\n Start processing HTTP request GET {ADDRESS}\n"
        f"info: ClientHandler[100]\n Sending HTTP request GET {ADDRESS}\n"
        " Received HTTP response headers after 1.5ms - 401\n"
        " End processing HTTP request after 2ms - 401\n"
    )
    assert len(find_exchanges(once).exchanges) == 1
    assert len(find_exchanges(once * 2).exchanges) == 2


def test_what_serilog_puts_in_quotes_is_read() -> None:
    text = (
        f'[INF] Start processing HTTP request "POST" "{ADDRESS}"\n'
        f'[INF] Sending HTTP request "POST" "{ADDRESS}"\n'
        "[INF] Received HTTP response headers after 198.2ms - 401\n"
        "[INF] End processing HTTP request after 200.1ms - 401\n"
    )
    request, response = only(text)
    assert (request.method, request.url, response.status) == ("POST", ADDRESS, 401)


def test_what_a_program_says_below_a_logged_call_is_its_body() -> None:
    text = (
        f"info: ClientHandler[100]\n Sending HTTP request GET {ADDRESS}\n"
        f"info: LogicalHandler[100]\n Sending HTTP request GET {ADDRESS}\n"
        " Received HTTP response headers after 1.5ms - 401\n"
        f"fail: Shop[0]\n No token: {BODY}\n"
    )
    assert only(text)[1].text == BODY


@pytest.mark.parametrize("behind", ["", " application/json; charset=utf-8 120"])
def test_a_call_that_a_server_of_dotnet_answered_is_read(behind: str) -> None:
    address = "http://shop.example/hooks/vipps"
    asked = f"info: x\n Request starting HTTP/2 POST {address}{behind}\n"
    ended = f" Request finished HTTP/2 POST {address}{behind} - 401 0 - 15.2ms\n"
    request, response = only(asked + ended)
    assert (request.method, request.url, response.status) == ("POST", address, 401)


KTOR = [
    f"REQUEST: {ADDRESS}",
    "METHOD: HttpMethod(value=POST)",
    "COMMON HEADERS",
    "-> Merchant-Serial-Number: 123456",
    "CONTENT HEADERS",
    "BODY Content-Type: null",
    "BODY START",
    "",
    "BODY END",
    "RESPONSE: 401 Access Denied",
    "METHOD: HttpMethod(value=POST)",
    f"FROM: {ADDRESS}",
    "COMMON HEADERS",
    "-> content-type: application/json",
    "BODY Content-Type: application/json",
    "BODY START",
    BODY,
    "BODY END",
    "and so on",
]


@pytest.mark.parametrize("front", ["", "D/Ktor: "])
def test_what_ktor_logs_is_read_with_its_method_below_the_address(front: str) -> None:
    request, response = only("\n".join(front + line for line in KTOR))
    assert (request.method, request.url, request.body) == ("POST", ADDRESS, None)
    assert list(request.headers) == [("Merchant-Serial-Number", "123456")]
    assert (response.status, response.text) == (401, BODY)
    assert list(response.headers) == [("content-type", "application/json")]


def test_a_call_of_ktors_that_failed_has_its_failure() -> None:
    why = "java.net.ConnectException: Connection refused"
    failed = f"REQUEST {ADDRESS} failed with exception: {why}"
    (exchange,) = find_exchanges("\n".join([*KTOR[:9], failed])).exchanges
    assert exchange.request is not None
    assert exchange.request.method == "POST"
    assert exchange.failure is not None
    assert exchange.failure.kind is FailureKind.REFUSED


def test_the_connections_of_apaches_client_are_kept_apart() -> None:
    lines = [
        "http-outgoing-0 >> POST /accesstoken/get HTTP/1.1",
        "http-outgoing-1 >> GET /webhooks/v1/webhooks HTTP/1.1",
        "http-outgoing-0 >> Host: apitest.vipps.no",
        "http-outgoing-1 >> Host: api.vipps.no",
        "http-outgoing-1 << HTTP/1.1 403 Forbidden",
        "http-outgoing-0 << HTTP/1.1 401 Access Denied",
    ]
    found = find_exchanges("\n".join(lines)).exchanges
    told = [(one.request and one.request.url, one.status) for one in found]
    assert told == [(ADDRESS, 401), ("https://api.vipps.no/webhooks/v1/webhooks", 403)]


def test_a_message_of_dotnet_in_a_line_with_its_brace_is_read() -> None:
    request = f"x Method: GET, RequestUri: '{ADDRESS}', Version: 2.0, Headers: {{\n"
    text = request + "  a: b\n}\nStatusCode: 404, ReasonPhrase: '', Version: 2.0, "
    sent, got = only(text + "Content: x, Headers:\n{\n  c: d\n}\n")
    assert list(sent.headers) == [("a", "b")]
    assert (got.status, list(got.headers)) == (404, [("c", "d")])


def test_words_below_an_answer_without_a_body_are_no_body() -> None:
    head = "HTTP/1.1 401 Unauthorized\nDate: now\n\n"
    for below, body in (("\n\nWhy is that?", ""), ("\n\n" + BODY, BODY), ("no", "no")):
        (exchange,) = find_exchanges(head + below).exchanges
        assert exchange.response is not None
        assert exchange.response.text == body
