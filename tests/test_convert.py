"""Requests in another form: HAR, cURL, raw HTTP, Python and JavaScript."""

import ast
import json
import re
import sys
import types
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vippsdiag.cli import main
from vippsdiag.exchange import (
    Exchange,
    Failure,
    FailureKind,
    Headers,
    Request,
    Response,
    Timing,
)
from vippsdiag.importers import read_har
from vippsdiag.importers.commands import read_curl
from vippsdiag.importers.messages import read_messages
from vippsdiag.render.curl import to_curl
from vippsdiag.render.har import to_har
from vippsdiag.render.http import to_http
from vippsdiag.render.javascript import to_javascript
from vippsdiag.render.python import to_python
from vippsdiag.render.values import masked, revealed
from vippsdiag.samples import (
    CLIENT_ID,
    CLIENT_SECRET,
    SUBSCRIPTION_KEY,
    TEST,
    api_call,
    specialized_call,
    token,
    token_call,
)

FORMS = ("har", "curl", "http", "python", "javascript")
CASES = Path(__file__).parent / "cases" / "curl"
COMMAND = (
    f"curl -X POST https://apitest.vipps.no/accesstoken/get -H 'client_id: {CLIENT_ID}'"
    f" -H 'client_secret: {CLIENT_SECRET}'"
    f" -H 'Ocp-Apim-Subscription-Key: {SUBSCRIPTION_KEY}'\n"
)

NAME = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,15}", fullmatch=True).filter(
    lambda name: (
        name.lower()
        not in {
            "host",
            "content-length",
            "connection",
            "accept-encoding",
            "accept",
            "user-agent",
            "authorization",
        }
    )
)
# A blank line end between quotes is a sign that a quote was not closed.
TEXT = st.text(
    st.sampled_from("abcXYZ019 '\"\\$`!#&|;<()*?[]{}~%^=+,.:/@_åæø€🙂“”‘’–\t")
    | st.characters(codec="utf-8", exclude_categories=["C", "Z"]),
    max_size=40,
)
VALUE = TEXT.map(lambda text: text.strip(" \t"))
BODY = st.lists(TEXT, max_size=4).map("\n".join)
PATH = st.text("abcXYZ019-._~/?=&%$'()*", max_size=30)


@pytest.mark.parametrize("form", [to_curl, to_http, to_python, to_javascript])
def test_what_has_no_known_method_becomes_a_call_that_reads(form: Any) -> None:
    request = Request(method="", url="https://api.vipps.no/webhooks/v1/webhooks")
    sent = Exchange(request=request) if form is to_http else request
    given = form([sent] if form in {to_python, to_javascript} else sent)
    assert re.search(r"\bGET\b", given)


def test_a_token_is_asked_for_with_the_only_method_that_gives_one() -> None:
    request = Request(method="", url="https://api.vipps.no/accesstoken/get")
    assert "-X POST" in to_curl(request)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE"]),
    PATH,
    st.lists(st.tuples(NAME, VALUE), max_size=4),
    st.none() | BODY,
)
def test_a_request_comes_back_from_its_command(
    method: str, path: str, headers: list[tuple[str, str]], body: str | None
) -> None:
    request = Request(
        method=method,
        url=f"https://apitest.vipps.no/{path}",
        headers=Headers(headers),
        body=body,
    )
    command = to_curl(request, revealed)
    assert [one.request for one in read_curl(command)] == [request]


@pytest.mark.parametrize(
    "path", sorted(CASES.glob("*.txt")), ids=lambda path: path.stem
)
def test_every_made_up_command_comes_back_from_its_command(path: Path) -> None:
    for one in json.loads(path.with_suffix(".json").read_text("utf-8")):
        request = Request(
            method=one["method"],
            url=one["url"],
            headers=Headers(one["headers"].items()),
            body=one["body"],
        )
        again = read_curl(to_curl(request, revealed))[0].request
        assert again is not None
        kept = [pair for pair in again.headers if pair[0].lower() != "accept"]
        assert kept == [pair for pair in request.headers if pair[0].lower() != "accept"]
        assert (again.method, again.url, again.body) == (
            request.method,
            request.url,
            request.body,
        )


FULL = Exchange(
    request=Request(
        method="POST",
        url="https://apitest.vipps.no/epayment/v1/payments?a=b&c=%20d&empty=",
        headers=Headers(
            [("Ocp-Apim-Subscription-Key", SUBSCRIPTION_KEY), ("X", "1"), ("X", "2")]
        ),
        body='{"reference": "order-7", "text": "æ\\n"}',
        http_version="HTTP/1.1",
    ),
    response=Response(
        status=400,
        reason="Bad Request",
        headers=Headers([("Content-Type", "application/json"), ("Set-Cookie", "a=b")]),
        body='{"title": "Bad Request"}',
        http_version="HTTP/2",
    ),
    timing=Timing(dns=1.5, connect=20.25, tls=30.5, send=0.125, wait=200, receive=3),
    started=datetime(
        2026, 11, 24, 12, 0, 1, 250000, tzinfo=timezone(timedelta(hours=1))
    ),
)
EXCHANGES = {
    "full": FULL,
    "request-only": Exchange(request=FULL.request),
    "some-phases": Exchange(
        request=FULL.request,
        response=FULL.response,
        timing=Timing(tls=3.5, wait=10),
        started=datetime(2026, 11, 24, tzinfo=UTC),
    ),
    "no-body": Exchange(
        request=Request(method="GET", url="https://api.vipps.no/x"),
        response=Response(status=204),
    ),
    "empty-bodies": Exchange(
        request=Request(method="POST", url="https://api.vipps.no/x", body=""),
        response=Response(status=200, body=""),
    ),
    "answer-only": Exchange(response=FULL.response),
    "refused": Exchange(
        request=FULL.request,
        failure=Failure(kind=FailureKind.REFUSED, message="connect ECONNREFUSED"),
    ),
    "name-not-found": Exchange(
        request=FULL.request,
        failure=Failure(
            kind=FailureKind.DNS, message="getaddrinfo ENOTFOUND apitest.vips.no"
        ),
    ),
    "token": token_call(TEST),
    "specialized": specialized_call(status=401),
    "api": api_call(TEST, status=401),
}


@pytest.mark.parametrize("name", EXCHANGES)
def test_an_exchange_comes_back_from_its_har(name: str) -> None:
    exchange = EXCHANGES[name]
    text = to_har([exchange], revealed)
    assert read_har(text.encode()).exchanges == (exchange,)


def objects(value: Any, names: set[str]) -> None:
    assert names <= value.keys()


@pytest.mark.parametrize("name", EXCHANGES)
def test_a_har_has_every_member_that_its_form_demands(name: str) -> None:
    log = json.loads(to_har([EXCHANGES[name]]))["log"]
    objects(log, {"version", "creator", "entries"})
    assert log["version"] == "1.2"
    (entry,) = log["entries"]
    objects(entry, set("startedDateTime time request response cache timings".split()))
    assert datetime.fromisoformat(entry["startedDateTime"]).tzinfo
    shared = set("httpVersion cookies headers headersSize bodySize".split())
    objects(entry["request"], shared | {"method", "url", "queryString"})
    objects(entry["response"], shared | {"status", "statusText", "redirectURL"})
    objects(entry["response"]["content"], {"size", "mimeType"})
    objects(entry["timings"], {"send", "wait", "receive"})
    for pair in entry["request"]["headers"] + entry["request"]["queryString"]:
        assert pair.keys() == {"name", "value"}


def test_raw_http_is_read_back_the_same() -> None:
    text = to_http(FULL, revealed)
    (find,) = read_messages(text.split("\n"))
    (read,) = find.exchanges
    assert read.response == FULL.response
    assert read.request is not None
    assert FULL.request is not None
    assert read.request.url == FULL.request.url
    assert read.request.body == FULL.request.body
    added = {"host", "content-length"}
    assert [pair for pair in read.request.headers if pair[0].lower() not in added] == (
        list(FULL.request.headers)
    )


def test_raw_http_is_one_message_whatever_a_value_holds() -> None:
    request = Request(
        method="GET",
        url="https://a.example/",
        headers=Headers([("A", "b\r\n\r\nHTTP/1.1 200 OK")]),
    )
    text = to_http(Exchange(request=request))
    assert text.split("\n") == [
        "GET / HTTP/1.1",
        "Host: a.example",
        "A: b    HTTP/1.1 200 OK",
        "",
        "",
    ]


def run(script: str, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Run a script with a stand-in for the library, and return what it sends."""
    calls: list[dict[str, Any]] = []

    def request(method: str, url: str, **more: Any) -> Any:
        calls.append({"method": method, "url": url, **more})
        return types.SimpleNamespace(status_code=200, text="")

    library = types.ModuleType("requests")
    library.request = request  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "requests", library)
    exec(compile(ast.parse(script), "script", "exec"), {})
    return calls


def test_python_sends_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    request = FULL.request
    assert request is not None
    (call,) = run(to_python([request], revealed), monkeypatch)
    assert call["method"] == "POST"
    assert call["url"] == revealed(request.url)
    assert call["headers"] == {
        "Ocp-Apim-Subscription-Key": SUBSCRIPTION_KEY,
        "X": "1, 2",
    }
    assert call["data"] == revealed(request.body or "").encode()
    assert call["allow_redirects"] is False


def test_python_takes_masked_secrets_from_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    request = api_call(TEST).request
    assert request is not None
    monkeypatch.setenv("ACCESS_TOKEN", "t")
    monkeypatch.setenv("SUBSCRIPTION_KEY", "k")
    (call,) = run(to_python([request]), monkeypatch)
    assert call["headers"]["Authorization"] == "Bearer t"
    assert call["headers"]["Ocp-Apim-Subscription-Key"] == "k"


def test_javascript_sends_the_same() -> None:
    request = FULL.request
    assert request is not None
    assert to_javascript([request, request], revealed).split("\n\n") == [
        f"""\
let response = await fetch("https://apitest.vipps.no/epayment/v1/payments\
?a=b&c=%20d&empty=", {{
  method: "POST",
  headers: [
    ["Ocp-Apim-Subscription-Key", "{SUBSCRIPTION_KEY}"],
    ["X", "1"],
    ["X", "2"],
  ],
  body: new TextEncoder().encode("{{\\"reference\\": \\"order-7\\", \
\\"text\\": \\"æ\\\\n\\"}}"),
  redirect: "manual",
}});
console.log(response.status, await response.text());""",
        ANY,
    ]


def test_javascript_takes_masked_secrets_from_the_environment() -> None:
    request = api_call(TEST).request
    assert request is not None
    script = to_javascript([request])
    assert '["Authorization", "Bearer " + process.env.ACCESS_TOKEN],' in script
    assert '["Ocp-Apim-Subscription-Key", process.env.SUBSCRIPTION_KEY],' in script


def test_javascript_says_that_a_body_is_left_out() -> None:
    request = Request(method="GET", url="https://a.example/", body="x=1")
    script = to_javascript([request])
    assert "// fetch sends no body with GET; it is left out." in script
    assert "x=1" not in script


def test_javascript_can_be_written_to_a_file_whatever_a_body_holds() -> None:
    request = Request(method="POST", url="https://a.example/", body="\ud800æ")
    assert "\\ud800" in to_javascript([request])


@pytest.mark.parametrize("form", FORMS)
def test_secrets_are_masked_unless_they_are_asked_for(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "command.txt"
    path.write_text(COMMAND, "utf-8")
    assert main(["convert", str(path), "--to", form]) == 0
    got = capsys.readouterr()
    assert CLIENT_SECRET not in got.out + got.err
    assert SUBSCRIPTION_KEY not in got.out + got.err
    assert got.err == ""
    assert main(["convert", str(path), "--to", form, "--reveal"]) == 0
    got = capsys.readouterr()
    assert CLIENT_SECRET in got.out
    assert SUBSCRIPTION_KEY in got.out
    assert re.fullmatch(r"Warning: .*secrets.*\n", got.err)


@pytest.mark.parametrize("show", [masked, revealed], ids=["masked", "revealed"])
def test_no_form_holds_a_token_that_is_to_be_masked(show: Any) -> None:
    call = api_call(TEST)
    assert call.request is not None
    text = to_har([call], show) + to_http(call, show) + to_curl(call.request, show)
    text += to_python([call.request], show) + to_javascript([call.request], show)
    assert (token(TEST) in text) is (show is revealed)


def test_a_commands_request_comes_out_as_the_shell_sends_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "command.txt"
    path.write_text(
        "Hello!\n\n$ curl -u anna:pass api.example/token -d a=b "
        "--data-urlencode 'c= '\n",
        "utf-8",
    )
    assert main(["convert", str(path), "--to", "http", "--reveal"]) == 0
    assert capsys.readouterr().out == (
        "POST /token HTTP/1.1\n"
        "Host: api.example\n"
        "Authorization: Basic YW5uYTpwYXNz\n"
        "Content-Type: application/x-www-form-urlencoded\n"
        "Content-Length: 9\n"
        "\n"
        "a=b&c=%20\n"
    )


def test_standard_input_is_read_without_a_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in (["convert", "--to", "curl"], ["convert", "-", "--to", "curl"]):
        monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(COMMAND.encode())))
        assert main(arguments) == 0
        assert capsys.readouterr().out.startswith("curl -X POST 'https://apitest")


NOTHING = {
    "empty": b"",
    "prose": b"Hello, how are you?",
    "keys": f"client_id: {CLIENT_ID}\nclient_secret: {CLIENT_SECRET}\n".encode(),
    "png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "cut": b'{"log": {"entries": [{"requ',
}


@pytest.mark.parametrize("name", NOTHING)
@pytest.mark.parametrize("form", FORMS)
def test_nothing_to_convert_is_said_in_a_line(
    name: str, form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    path.write_bytes(NOTHING[name])
    assert main(["convert", str(path), "--to", form, "--reveal"]) == 2
    got = capsys.readouterr()
    assert got.out == ""
    assert len(got.err.strip().splitlines()) == 1
    assert got.err.strip().endswith(".")


def test_an_answer_alone_can_be_no_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "answer.txt"
    path.write_text('HTTP/1.1 401 Unauthorized\n\n{"message": "no"}\n', "utf-8")
    assert main(["convert", str(path), "--to", "curl"]) == 2
    assert "no request" in capsys.readouterr().err
    assert main(["convert", str(path), "--to", "http"]) == 0
    assert capsys.readouterr().out.startswith("HTTP/1.1 401 Unauthorized\n")
