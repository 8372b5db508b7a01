"""Commands in a text, and the requests that they send."""

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vippsdiag.errors import UnreadablePaste
from vippsdiag.exchange import Exchange, Headers, Request
from vippsdiag.importers.code import snippets
from vippsdiag.importers.code.snippets import read_snippets
from vippsdiag.importers.commands import find_commands, read_curl
from vippsdiag.importers.shells.curl import FORM_TYPE
from vippsdiag.render.curl import to_curl
from vippsdiag.render.values import revealed
from vippsdiag.samples import CLIENT_ID, CLIENT_SECRET, SUBSCRIPTION_KEY
from vippsdiag.secret import Secret

CASES = Path(__file__).parent / "cases" / "curl"
NAMES = sorted(path.stem for path in CASES.glob("*.txt"))
CODE = Path(__file__).parent / "cases" / "code"
PROGRAMS = sorted(path.stem for path in CODE.glob("*.txt"))
TOKEN = "https://apitest.vipps.no/accesstoken/get"
# cURL's own headers, which no command needs to name.
CURLS_OWN = {"host", "user-agent", "accept", "content-length", "expect"}


def plain(exchange: Exchange) -> dict[str, Any]:
    request = exchange.request
    assert request is not None
    assert exchange.response is None
    assert exchange.failure is None
    return {
        "method": request.method,
        "url": revealed(request.url),
        "headers": {name: revealed(value) for name, value in request.headers},
        "body": None if request.body is None else revealed(request.body),
    }


def sent_by(text: str) -> list[dict[str, Any]]:
    return [plain(one) for find in find_commands(text) for one in find.exchanges]


def text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_every_made_up_command_is_read_as_it_is_sent(name: str) -> None:
    wanted = json.loads(text_of(CASES / f"{name}.json"))
    assert sent_by(text_of(CASES / f"{name}.txt")) == wanted


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_made_up_program_is_read_as_it_sends(name: str) -> None:
    wanted = json.loads(text_of(CODE / f"{name}.json"))
    assert sent_by(text_of(CODE / f"{name}.txt")) == wanted


def test_there_are_many_made_up_commands_and_programs() -> None:
    assert len(NAMES) >= 40
    assert len(PROGRAMS) >= 40


def without_default_type(
    sent: list[dict[str, Any]], wanted: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Leave out the type that cURL adds by itself, where it is not written down."""
    for one, other in zip(sent, wanted, strict=False):
        if "Content-Type" not in other["headers"] and (
            one["headers"].get("Content-Type") == FORM_TYPE
        ):
            del one["headers"]["Content-Type"]
    return sent


def test_every_command_beside_the_project_is_read_as_it_is_sent(shared: Path) -> None:
    paths = sorted((shared / "cases" / "curl").glob("*.txt"))
    assert paths
    for path in paths:
        wanted = json.loads(text_of(path.with_suffix(".json")))
        assert without_default_type(sent_by(text_of(path)), wanted) == wanted, path.stem


PLACES: dict[str, tuple[str, list[tuple[str, int, int, bool]]]] = {
    "alone": (f"curl {TOKEN}\n", [("a cURL command", 1, 1, True)]),
    "over-lines": (
        f"Hello\n\ncurl -X POST \\\n  {TOKEN} \\\n  -H 'a: b'\n\nBye\n",
        [("a cURL command", 3, 5, True)],
    ),
    "in-a-sentence": (
        f"We ran curl {TOKEN} and got nothing.\n",
        [("a cURL command", 1, 1, False)],
    ),
    "two-on-a-line": (
        f"curl {TOKEN} && curl -I {TOKEN}",
        [("a cURL command", 1, 1, True), ("a cURL command", 1, 1, True)],
    ),
    "piped": (f"curl -s {TOKEN} | jq .", [("a cURL command", 1, 1, True)]),
    "prompt-and-answer": (
        f'anna@shop:~$ curl {TOKEN}\n{{"error": "x"}}\n',
        [("a cURL command", 1, 1, True)],
    ),
    "file": (
        f"curl {TOKEN} -d @body.json\n",
        [("a cURL command, which sends a file that is not here", 1, 1, True)],
    ),
    "powershell": (
        f"Look:\n$h = @{{ a = 'b' }}\n\nirm {TOKEN} -Headers $h\n",
        [("a PowerShell command", 2, 4, True)],
    ),
    "wget": (f"$ wget -qO- {TOKEN}", [("a Wget command", 1, 1, True)]),
    "httpie": (f"$ https POST {TOKEN} a:b", [("an HTTPie command", 1, 1, True)]),
    "prose": ("We use curl to call the API. curl: (6) is what it says.", []),
    "no-address": ("curl --version\ncurl -H 'a: b'\n", []),
}


@pytest.mark.parametrize("name", PLACES)
def test_a_find_says_what_it_is_and_where(name: str) -> None:
    text, wanted = PLACES[name]
    found = [
        (find.kind, find.first, find.last, find.whole) for find in find_commands(text)
    ]
    assert found == wanted


def test_a_line_of_a_body_is_no_quoted_line_of_a_mail() -> None:
    (sent,) = sent_by(f"curl {TOKEN} \\\n  -d 'a\n> b\n>c'")
    assert sent["body"] == "a\n> b\n>c"


def test_the_proxy_is_told_without_its_password() -> None:
    (exchange,) = read_curl(f"curl -x http://anna:pass@proxy.example:3128 {TOKEN}")
    assert exchange.proxy == "http://proxy.example:3128"


def test_a_text_without_a_command_is_refused_in_a_sentence() -> None:
    with pytest.raises(UnreadablePaste, match=r"There is no cURL command") as caught:
        read_curl("Hello, curl does not work.")
    assert "Paste the whole command" in str(caught.value)


SECRETIVE = {
    "user": f"curl -u {CLIENT_ID}:{CLIENT_SECRET} {TOKEN}",
    "user-in-address": f"curl https://{CLIENT_ID}:{CLIENT_SECRET}@api.vipps.no/x",
    "header": f"curl {TOKEN} -H 'client_secret: {CLIENT_SECRET}'",
    "unclosed": f"curl {TOKEN} -H 'client_secret: {CLIENT_SECRET}",
    "query": f"curl '{TOKEN}?client_secret={CLIENT_SECRET}'",
    "body": f"curl {TOKEN} -d 'client_secret={CLIENT_SECRET}'",
    "encoded": f"curl {TOKEN} --data-urlencode 'client_secret={CLIENT_SECRET}'",
    "form": f"curl {TOKEN} -F 'client_secret={CLIENT_SECRET}'",
    "powershell": f"irm {TOKEN} -Headers @{{ client_secret = '{CLIENT_SECRET}' }}",
    "code": f"requests.post('{TOKEN}', headers={{'client_secret': '{CLIENT_SECRET}'}})",
    "code-url": f"fetch('{TOKEN}?client_secret={CLIENT_SECRET}', {{method: 'POST'}})",
    "list": f'run(["curl", "{TOKEN}", "-H", "client_secret: {CLIENT_SECRET}"])',
    "wget": f"wget {TOKEN} --user={CLIENT_ID} --password={CLIENT_SECRET}",
    "httpie": f"http POST {TOKEN} client_secret:{CLIENT_SECRET}",
}


@pytest.mark.parametrize("name", SECRETIVE)
def test_no_secret_of_a_command_is_shown(name: str) -> None:
    finds = find_commands(SECRETIVE[name])
    assert len(finds) == 1
    shown = repr(finds) + "".join(
        to_curl(one.request) for one in finds[0].exchanges if one.request
    )
    assert CLIENT_SECRET not in shown
    assert "mZ4tQ8vX1nR6kB3wY7sLpg" not in shown


def test_a_pair_of_user_and_password_is_a_secret() -> None:
    (exchange,) = read_curl(SECRETIVE["user"])
    assert exchange.request is not None
    assert isinstance(exchange.request.headers.get("Authorization"), Secret)


PIECES = st.sampled_from(
    [
        *"'\"\\`^$(){}<>|&;#@!\n\r\t =:-%",
        *"“”„‘’–—\xa0\x00\ud800å",
        "curl ",
        "curl.exe -X POST ",
        "wget ",
        "http POST ",
        "Invoke-RestMethod -Uri ",
        "$headers = @{",
        "-Headers $headers ",
        "-H ",
        "--data-urlencode ",
        "-d @- <<EOF\n",
        "--next ",
        "-u a:b ",
        TOKEN,
        "https://[::1",
        "\\\n",
        "^\n",
        "`\n",
        "> ",
        "$'\\x",
        "\\ud83d",
        '{"a":',
        "@{",
        "@'\n",
        "a=b",
        "$A${A:-b}",
        "[1-3]{a,b}",
        "-K - <<E\n",
        "%%20",
        "A=",
        "$s.Cookies.Add(",
        "'x' | irm ",
    ]
)
CODE_PIECES = st.sampled_from(
    [
        *"'\"`${}()[]<>|&;:,.=+%#@!?\n \\“”’",
        "fetch(",
        f"'{TOKEN}'",
        f"requests.post('{TOKEN}', ",
        "axios.create({baseURL: ",
        "headers: {",
        "headers=",
        "'a': 'b', ",
        "curl_setopt($ch, CURLOPT_URL, ",
        "CURLOPT_HTTPHEADER => array(",
        "curl_setopt($ch, CURLOPT_POST, [",
        "AddParameter(",
        "a[b] = ",
        "a[] = ",
        "a.b = ",
        "new HttpRequestMessage(HttpMethod.Post, ",
        ".Headers.Add(",
        "new Request.Builder().url(",
        "Net::HTTP::Post.new(",
        ".setRequestHeader('a', ",
        "JSON.stringify(",
        "json.dumps(",
        "Buffer.from(",
        ".toString('base64')",
        "'%s{}{1}'.format(",
        "f'{a} {b[0]}'",
        "<<<EOD\n",
        "/*",
        "//",
        "a = ",
        "const {a} = ",
        "...a, ",
        "**a, ",
        "new A<B>() { ",
        "['curl', ",
        "if (a) {",
        "if a:\n  ",
        "#if a\n",
        " else ",
        "-1e999",
        "9" * 50,
        "\\ud83d",
        "\x00",
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=40))
def test_nothing_that_is_pasted_makes_it_fail(pieces: list[str]) -> None:
    text = "curl " + "".join(pieces)
    for find in find_commands(text):
        assert 1 <= find.first <= find.last <= text.count("\n") + text.count("\r") + 1
        assert find.exchanges


@settings(max_examples=600, deadline=None)
@given(st.lists(CODE_PIECES, max_size=40))
def test_no_program_makes_it_fail(pieces: list[str]) -> None:
    text = f"import requests\nfetch('{TOKEN}'); " + "".join(pieces)
    for one in read_snippets(text):
        assert 0 <= one.start <= one.end <= len(text)


def test_a_program_that_cannot_be_read_leaves_the_rest_of_the_paste(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(program: object) -> None:
        raise ValueError(program)

    monkeypatch.setattr(snippets, "_follow", fail)
    text = f"fetch('https://a.example/')\ncurl {TOKEN}\n"
    assert [find.kind for find in find_commands(text)] == ["a cURL command"]


FETCH = "fetch('https://a.example/');\n"
# Much that is made of little, and what looks like a beginning again and again.
HOSTILE_PROGRAMS = {
    "defaults": f"{FETCH}x = {'a || ' * 40_000}",
    "blanks": f"{FETCH}a:{' ' * 200_000}",
    "escaped-quotes": FETCH + '- "' + '\\"' * 100_000,
    "named-by-a-table": FETCH
    + "a0 = ['a', 'b']\n"
    + "".join(f"a{one + 1} = [a{one}, a{one}]\n" for one in range(40))
    + "a = [1]\nb = a[a40]\n",
    "tables-joined": FETCH + "a = [1]\n" + "a = a + a\n" * 2_000,
    "members-of-a-table": FETCH
    + "x = {"
    + "".join(f"k{one}: 'v', " for one in range(4_000))
    + "}\n"
    + "dict(x).a;\n" * 10_000,
    "long-headers": f"a = '{'x' * 9_000}'\nh = {{"
    + "".join(f"h{one}: a, " for one in range(40))
    + "}\n"
    + "fetch('https://a.example/', {headers: h})\n" * 200,
    "lone-surrogates": FETCH + "encodeURIComponent('\ud800')",
}


@pytest.mark.parametrize("name", HOSTILE_PROGRAMS)
def test_a_hostile_program_is_read_in_a_moment(name: str) -> None:
    start = time.process_time()
    found = find_commands(HOSTILE_PROGRAMS[name])
    assert found
    assert read_snippets(HOSTILE_PROGRAMS[name])
    assert time.process_time() - start < 4


HOSTILE = {
    "names": "curl ",
    "options": "curl -",
    "addresses": f"curl {TOKEN}\n",
    "addresses-of-one": f"{TOKEN} ",
    "single-quotes": "curl 'http",
    "double-quotes": 'curl "http://a',
    "smart-quotes": "curl “http",
    "nested-smart-quotes": "“",
    "headers": "-H a:b ",
    "data": "-d a=b ",
    "next": f"--next {TOKEN} ",
    "escapes": "\\",
    "dollars": "$(",
    "backticks": "`",
    "carets": "^",
    "brackets": "curl -d '[",
    "here": "curl -d @- <<E\n",
    "tables": "@{a=",
    "groups": "(",
    "assignments": "$a = 'b'\n",
    "casts": "[a][",
    "strings": '"$a"',
    "invocations": "irm https://a.example/ -Body 'x'\n",
    "prompts": "# $ % > ",
    "quoted-lines": "> > curl \n",
    "blanks": " ",
    "lines": "\n",
    "items": f"http POST {TOKEN} a=b",
    "comments": "<#",
    "encodings": "[Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes(",
    "arrays": "@(",
    "forms": '"{0}{0}" -f ',
    "literals": f'"curl {TOKEN} ',
    "links": f"{TOKEN}<{TOKEN}>",
    "printed": "echo a | curl -d @- ",
    "sets": f"curl {TOKEN}" + "/{a,b}" * 19 + " ",
    "ranges": f"curl {TOKEN}/[1-999999999] ",
    "dots": "/..",
    "documents": "B=$(cat <<E\n",
    "assigned": "A=b;",
    "doubled": "A=$A$A\n",
    "unclosed": 'A="\n',
    "defaults": "${A:-",
    "configs": "curl -K - <<E\nconfig=-\nE\n",
    "variables": "--variable a=b --expand-data {{a:b64}} ",
    "cookies": "$a.Cookies.Add((New-Object Net.Cookie('a','b')))\n",
    "piped-values": "@{a=1} | irm https://a.example/ -Method Post\n",
    "pipes": "'a' | ",
    "program-calls": f"requests.post('{TOKEN}', json={{'a': 1}})\n",
    "program-nests": "requests.post(a(",
    "program-tables": "axios({url:'https://a.example/', headers: {a: [",
    "program-chains": ".post('https://a.example/').header('a','b')",
    "program-joins": "'https://a.example/' + fetch(",
    "program-doubles": "a = a + a\nfetch(`https://a.example/${a}`)\n",
    "program-strings": "fetch(`${`${",
    "program-unclosed": 'fetch("https://a.example/',
    "program-comments": "/* fetch(https://a.example/) ",
    "program-names": "client.a.b.",
    "program-generics": "client<a<b, ",
    "program-members": "a[0]",
    "program-documents": "fetch(<<<A\n",
    "program-formats": "'%s{}'.format('{}%s') % ",
    "program-types": "new Client<A>() { { ",
    "program-branches": "a = 'b'; if (x) { a = 'c';\n#if a\n",
    "program-items": "$a[] = 'https://a.example/';\n",
    "lists": f'["curl", "{TOKEN}"], ',
    "escaped-strings": f'curl \\"{TOKEN}\\" \n',
    "bold": f"**curl {TOKEN} ",
    "dashes": "- - – ",
    "members": "$a = @{b = $a.b.c}\n",
    "encoders": "$(echo a | openssl base64 | ",
    "nested-defaults": "${X:-",
    "nested-substitutions": "$(a ",
    "tables-in-tables": "$a = @{b=$a;c=$a}\nirm https://a.example/ -Body $a\n",
    "tables-in-themselves": "a = {}; a['b'] = a; a = [a, a];"
    " fetch('https://a.example/', {method: 'POST', body: JSON.stringify(a)})\n",
    "quotes-piped": "echo 'a' \"b\" ",
}
BEGINNINGS = {
    "": "",
    "curl": f"curl {TOKEN} ",
    "cmd": f'C:\\> curl "{TOKEN}" ',
    "powershell": f"irm {TOKEN} -Headers ",
    "program": f"PS C:\\> curl.exe {TOKEN} ",
    "code": f"import requests\nrequests.post('{TOKEN}', headers=",
}


def seconds_for(beginning: str, piece: str, size: int) -> float:
    unit = HOSTILE[piece]
    text = BEGINNINGS[beginning] + unit * (size // len(unit))
    start = time.process_time()
    find_commands(text)
    return time.process_time() - start


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_nothing_hostile_takes_long(beginning: str, piece: str) -> None:
    assert seconds_for(beginning, piece, 100_000) < 9


# Those that took longest when all of them were tried with a megabyte.
SLOWEST = {
    "curl": ["nested-smart-quotes", "dollars"],
    "cmd": ["lines", "headers"],
    "powershell": ["options", "groups", "strings"],
    "program": ["backticks", "headers"],
}


@pytest.mark.parametrize(
    ("beginning", "piece"),
    [(beginning, piece) for beginning in SLOWEST for piece in SLOWEST[beginning]],
    ids=str,
)
def test_a_hostile_megabyte_is_read_in_a_moment(beginning: str, piece: str) -> None:
    assert seconds_for(beginning, piece, 1_000_000) < 10


BLANKS = " " * 100_000
# What is looked for from each sign of a long run would take minutes to be missed.
RUNS = {
    "a quote without its end": f'curl -H "a: b{BLANKS}x',
    "a header": f'curl -H "a: b{BLANKS}x" {TOKEN}',
    "an address": f'curl "{TOKEN}{BLANKS}x"',
    "above Windows' prompt": f'{BLANKS}x\ncurl ^\n -H "a: b" {TOKEN}',
    "no width": "curl -x\n" + "\u200b" * 50_000,
    "comments without an end": FETCH + "y = [" + "/*," * 40_000,
    "doubled by adding": "$a = 'x'\n" + "$a = $a + $a\n" * 40 + f"irm {TOKEN} -Body $a",
    "doubled in a string": "$a = 'x'\n"
    + '$a = "$a$a"\n' * 40
    + f"irm {TOKEN} -Body $a",
    "doubled by more": "$a = 'x'\n" + "$a += $a\n" * 40 + f"irm {TOKEN} -Body $a",
}


@pytest.mark.parametrize("name", RUNS)
def test_much_of_the_same_is_read_in_a_moment(name: str) -> None:
    start = time.process_time()
    for find in find_commands(RUNS[name]):
        assert find.exchanges
    assert time.process_time() - start < 1.5


def test_a_value_keeps_its_blanks_but_for_those_around_a_line_end() -> None:
    (call,) = sent_by(f'curl "{TOKEN}? a= \n b" -H "A: b \t c \n \n d  e"')
    assert call["url"] == f"{TOKEN}? a=b"
    assert call["headers"] == {"A": "b \t c  d  e"}


@pytest.mark.parametrize(
    ("command", "body"),
    [
        ("cat<<<foo", "foo"),
        ("cat <<<foo", "foo"),
        ("echo a | base64<<<foo", "Zm9vCg=="),
        ("<<<foo cat", None),
    ],
)
def test_a_word_may_be_fed_right_behind_a_name(command: str, body: str | None) -> None:
    (call,) = sent_by(f'curl -d "$({command})" {TOKEN}')
    assert call["body"] == (body or f"$({command})")


def test_nothing_in_a_bodys_place_is_no_body() -> None:
    (call,) = sent_by(f'resp, err := http.Post("{TOKEN}", "application/json", nil)')
    assert call["headers"] == {"Content-Type": "application/json"}
    assert call["body"] == ""


@dataclass
class Recorder:
    """A server that writes down what it is sent."""

    address: str = ""
    calls: list[dict[str, Any]] = field(default_factory=list)

    def run(self, command: str, shell: str = "sh") -> list[dict[str, Any]]:
        """Run a command in a shell, and return what it sent here."""
        self.calls.clear()
        env = {"PATH": os.environ["PATH"], "NO_PROXY": "*", "HOME": "/nonexistent"}
        subprocess.run(
            [shell, "-c", command],
            env=env,
            capture_output=True,
            timeout=20,
            check=False,
        )
        return list(self.calls)


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")  # in CI a skipped test is a failed one
    kept = Recorder()

    class Handler(BaseHTTPRequestHandler):
        def handle_one_request(self) -> None:
            self.raw_requestline = self.rfile.readline(65537)
            if not self.raw_requestline or not self.parse_request():
                self.close_connection = True
                return
            length = int(self.headers.get("Content-Length", 0))
            kept.calls.append(
                {
                    "method": self.command,
                    "path": self.path,
                    "headers": dict(self.headers.items()),
                    "body": (self.chunks() or self.rfile.read(length)).decode("utf-8"),
                }
            )
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def chunks(self) -> bytes:
            chunked = self.headers.get("Transfer-Encoding") == "chunked"
            body = b""
            while chunked and (size := int(self.rfile.readline(), 16)):
                body += self.rfile.read(size)
                self.rfile.readline()
            return body

        def log_message(self, *args: object) -> None:
            del args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.address = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, daemon=True).start()
    yield kept
    server.shutdown()
    server.server_close()


def alike(text: str) -> str:
    """Return a text in one of the ways to percent-encode, which versions differ in.

    Nor does it matter what a client makes up to part the fields of a form.
    """
    text = re.sub(r"-{24}\w{9,16}(?=\s|--|$)", "-" * 24 + "parted", text)
    return re.sub(r"%..", lambda code: code[0].upper(), text.replace("+", "%20"))


def assert_same(
    sent: list[dict[str, Any]], read: list[dict[str, Any]], address: str
) -> None:
    assert len(sent) == len(read)
    for real, ours in zip(sent, read, strict=True):
        assert real["method"] == ours["method"]
        assert alike(address + real["path"]) == alike(ours["url"])
        assert alike(real["body"]) == alike(ours["body"] or "")
        for name, value in ours["headers"].items():
            assert alike(real["headers"].get(name, "")) == alike(value), name
        more = {name.lower() for name in real["headers"]} - {
            name.lower() for name in ours["headers"]
        }
        assert more <= CURLS_OWN


# Those that any POSIX shell runs, and that need no file and no variable.
RUN = """at-sign-that-is-data basic-from-option-loses body-over-lines combined-flags
    comment double-quotes escaped-double-quotes get-with-two-queries head here-document
    json-option json-option-own-type no-quotes quote-inside-single-quotes
    removed-and-empty-headers request-target several-addresses urlencode-forms
    user-in-address posix-basic-in-header posix-cat-heredoc-subst posix-data-stdin-echo
    posix-heredoc-var posix-vars-export-quoted""".split()


@pytest.mark.parametrize("name", RUN)
def test_the_shell_and_curl_send_what_was_read(name: str, recorder: Recorder) -> None:
    host = re.compile(r"https?://([^/@\s'\"]*@)?[\w.-]+\.vipps\.no")
    scheme, _, rest = recorder.address.partition("://")
    text = host.sub(
        lambda match: f"{scheme}://{match[1] or ''}{rest}",
        text_of(CASES / f"{name}.txt"),
    )
    assert_same(recorder.run(text), sent_by(text), recorder.address)


MORE = {
    "empty-data": "--data ''",
    "two-cookies": "-b a=1 -b 'b=2; c=3'",
    "range": "-r 0-99",
    "glued-data": "-dx=1 -dy=2",
    "user-without-password": "-u anna:",
    "own-authorization-removed": "-u anna:b -H 'Authorization:'",
    "form-string": "--url-query a=b --get",
    "escapes-in-double-quotes": '-d "a\\$b\\`c\\"d\\\\e\\f"',
    "glued-quotes": "-H 'X-'\"Glued\"': '\\a\\ b",
    "head-with-method": "-I -X OPTIONS",
    "referer": "-e 'https://shop.example/;auto'",
    "redirections": "2>&1 >/dev/null -d x",
    "blanks-in-front": "-H 'X-Blank:   two  words'",
    "method-as-typed": "-X post -d a=b",
    "header-without-a-name": "-H ': a' -H 'X-One: 1'",
    "beginning-of-an-option": "--heade 'X-One: 1' --data-u 'a=b'",
    "field-with-a-type": "-F 'a={\"b\":1};type=application/json' -F 'c=\"d;e\"'",
    "field-with-a-name-for-a-file": "-F 'a=b;filename=c;type=d/e' --form-string 'd=e'",
    "field-with-a-header": "-F 'a=b;headers=\"X-One: 1\"' -F 'c=d;e'",
    "end-of-options": "--",
    "query-that-ends": "-G -d a=1 --url-query b=2",
    "query-of-nothing": "--url-query ''",
    "query-of-nothing-twice": "--url-query '' --url-query =",
    "query-of-json": "-G --json '{\"a\":1}' --data-urlencode 'b c'",
    "form-that-is-to-be-a-query": "-G -F a=b",
    "form-with-a-type-of-its-own": "-H 'Content-Type: multipart/form-data' -F a=b",
    "backtick-in-a-header": '-H "X-Tick: \\`" -H "X-Two: a"',
    "caret-in-a-header": "-H \"X-Caret: ^\" -H 'X-Two: a'",
    "dash-behind-an-escaped-blank": "-H X-Dash:\\ -x",
    "encoded-by-openssl": "-H \"a: $(printf '%s:%s' b c | openssl base64 -A)\"",
    "encoded-in-lines": f'-d "$(echo {"x" * 99} | openssl enc -base64)"',
}


@pytest.mark.parametrize("name", MORE)
def test_options_mean_what_they_mean_to_curl(name: str, recorder: Recorder) -> None:
    text = f"curl -s {recorder.address}/x {MORE[name]}\n"
    assert_same(recorder.run(text), sent_by(text), recorder.address)


# Whole commands; {} is the address.
WHOLE = {
    "dots-in-the-path": "curl -s {}/a/../accesstoken/./get {}/../x/..",
    "dots-as-they-are": "curl -s --path-as-is {}/a/../b",
    "dots-in-the-query": "curl -s '{}/a?b=../c'",
    "fragment": "curl -s '{}/x?a=b#c'",
    "address-in-ansi-quotes": "curl $'{}/x\\041' -H 'a: b'",
    "set": "curl -s '{}/{{a,b}}/c'",
    "range": "curl -s '{}/[08-10]/[a-e:2]'",
    "set-of-hosts": "curl -s {{{}/x,{}/y}}",
    "no-set": "curl -s -g '{}/x?a={{\"b\":[1,2]}}'",
    "no-range": "curl -s '{}/x?a[]=b&c=\\{{d\\}}'",
    "cat-piped": 'cat <<EOF | curl -s -d @- {}/x\n{{"a":\n 1}}\nEOF',
    "cat-quoted-piped": 'cat <<\'E\' | curl -s --json @- {}/x\n{{"a": "$b"}}\nE',
    "echo-piped": "echo '{{\"a\":1}}' | curl -s -d @- {}/x",
    "printf-piped": "printf '%s' '{{}}' | curl -s --data-binary @- {}/x",
    "config": 'curl -s -K - <<EOF\nurl = "{}/x"\nheader = "a: b"\n# c\n'
    'request = "PUT"\ndata = "x=\\"y\\""\nEOF',
    "config-of-two": "curl -s --config - <<'E'\nurl {}/x\n-H \"a: b\"\nsilent\n"
    "user-agent = c\ndata: x=1\nnext\nurl={}/y\nE",
    "headers-fed": "curl -s -H @- {}/x <<< 'a: b'",
    "upload-fed": "curl -s -T - {}/x <<< 'b'",
    "field-fed": "curl -s -F 'a=<-' {}/x <<< 'b'",
    "encoded-fed": "curl -s {}/x --data-urlencode a@- <<< 'b c'",
    "defaults": 'Y=; Z=1; curl -s "{}/${{X:-x}}/${{Y:-y}}/${{Y-n}}/${{Z:+z}}"',
    "cut-variables": "X=abcdef; curl -s {}/${{X%ef}}/${{X#ab}}/${{X:1:2}}/${{#X}}",
    "cases-of-variables": "X=ab; curl -s {}/${{X^^}}/${{X^}}/${{X,,}}",
    "variable-of-words": "H='-H a:b'; curl -s {}/x $H",
    "variable-of-one-word": "H='a b'; curl -s {}/x -d \"$H\"",
    "value-over-lines": 'B=\'{{\n "a": 1\n}}\'\ncurl -s {}/x -d "$B"',
    "value-with-escapes": 'B="{{\\"a\\": 1}}"\ncurl -s {}/x -d "$B"',
    "value-of-a-document": 'B=$(cat <<E\n{{"a": 1}}\nE\n)\ncurl -s {}/x -d "$B"',
    "value-read": "read -r -d '' B <<'E'\n{{}}\nE\ncurl -s {}/x -d \"$B\"",
    "backticks": 'curl -s {}/x -d "a=`echo b`"',
    "comment-between": "curl -s {}/x \\\n -H 'a: b' \\\n# -H 'c: d' \\\n -H 'e: f'",
    "array-that-grows": "A=(-H 'a: b'); A+=(-H 'c: d'); curl -s \"${A[@]}\" {}/x",
    "declared": "readonly A=1; declare -r B=2 && C=3; curl -s {}/$A/$B/$C",
    "for-one-command": "A=1; B=2 true; curl -s {}/$A/${B:-b}",
    "for-itself-alone": "A=1; B=2 C=3; curl -s {}/$A/$B/$C",
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_command_is_read_as_it_is_sent(name: str, recorder: Recorder) -> None:
    text = WHOLE[name].replace("{{", "\0").replace("}}", "\1")
    text = text.replace("{}", recorder.address)
    text = text.replace("\0", "{").replace("\1", "}")
    real = recorder.run(text, shell="bash")
    assert real
    assert_same(real, sent_by(text), recorder.address)


def test_an_address_that_curl_refuses_stays_as_it_is_typed() -> None:
    for path in ('x?a={"b":[1]}', "x?a[0]=b", "payments/{reference}", "{}", "[9-1]"):
        (sent,) = sent_by(f"curl 'https://api.vipps.no/{path}'")
        assert sent["url"] == f"https://api.vipps.no/{path}"


def test_variables_of_curl_are_filled_in() -> None:
    (sent,) = sent_by(
        "curl --variable id='a b' --variable '%KEY' --variable '%NO=none'"
        f" --expand-url '{TOKEN}/{{{{id:trim:url}}}}' --expand-header 'K: {{{{KEY}}}}'"
        ' --expand-data \'{"a":"{{id:json}}","b":"{{id:b64}}"}\' -H \'N: {{NO}}\''
    )
    assert sent["url"] == f"{TOKEN}/a%20b"
    assert sent["headers"]["K"] == "{{KEY}}"
    assert sent["headers"]["N"] == "{{NO}}"
    assert sent["body"] == '{"a":"a b","b":"YSBi"}'


def test_what_is_converted_to_a_command_is_sent_the_same(recorder: Recorder) -> None:
    body = "it's {\"a\": \"$HOME `id` \\n\"}\n\n  'two'' “quotes” & more; \r\n# æøå %41"
    request = Request(
        method="POST",
        url=f"{recorder.address}/x?a='b'&c=$d",
        headers=Headers(
            [
                ("Ocp-Apim-Subscription-Key", SUBSCRIPTION_KEY),
                ("X-Empty", ""),
                ("X-Quote", 'it\'s "so" `$HOME`'),
            ]
        ),
        body=body,
    )
    command = to_curl(request, revealed)
    (real,) = recorder.run(command)
    assert real["body"] == body
    assert real["path"] == "/x?a='b'&c=$d"
    assert real["headers"]["Ocp-Apim-Subscription-Key"] == SUBSCRIPTION_KEY
    assert real["headers"]["X-Quote"] == 'it\'s "so" `$HOME`'
    assert real["headers"]["X-Empty"] == ""
    assert "Content-Type" not in real["headers"]
    assert [one.request for one in read_curl(command)] == [request]
