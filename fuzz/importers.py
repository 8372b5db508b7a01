"""Throw made-up input at every reader of text, and see that it never falls over.

    make fuzz                                   # a million inputs
    python fuzz/importers.py -atheris_runs=1000 # libFuzzer's own options work too

Coverage guides the inputs (atheris); pieces of real formats are its dictionary. An
exception that is not the package's own ends the run, and so does an input that takes
too long. What is concealed, redacted or scanned keeps its promises too: the length, a
secret that does not come through.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parent.parent))

# The checks are no readers, and guiding the inputs through them takes most of the time.
READERS = [
    *("beside", "conceal", "expression", "extent", "ids", "importers", "looks"),
    *("mailed", "phones", "redact", "scan", "tables", "told", "token", "wording"),
]
with atheris.instrument_imports(include=[f"vippsdiag.{name}" for name in READERS]):
    from vippsdiag.conceal import conceal
    from vippsdiag.diagnosis import diagnose
    from vippsdiag.errors import VippsdiagError
    from vippsdiag.importers import read_har, read_keys, read_paste, read_text
    from vippsdiag.importers.commands import find_commands
    from vippsdiag.redact import redact
    from vippsdiag.render.json import render_json
    from vippsdiag.scan import scan
    from vippsdiag.secret import Secret
    from vippsdiag.token import read_token

PIECES = (
    b"curl -X POST 'https://apitest.vipps.no/accesstoken/get' \\\n",
    b"-H 'client_id: 6d2b8e14-93c7-4f05-a1d8-5e70b9c3f246' ",
    b"client_secret: mZ4tQ8vX1nR6kB3wY7sLpg==\n",
    b"Ocp-Apim-Subscription-Key: 7c1e9a4fd2b84630a5f8e3c06b917d24\n",
    b"Authorization: Bearer eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJhcHBpZCI6IjEifQ.c2",
    b'{"log": {"version": "1.2", "entries": [',
    b'{"request": {"method": "GET", "url": "https://api.vipps.no/x", "headers": []}}',
    b'"response": {"status": 401, "content": {"text": "e30=", "encoding": "base64"}}',
    b'{"statusCode": 401, "message": "Access denied due to missing subscription key"}',
    b"HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\n\r\n",
    b"Invoke-RestMethod -Uri https://api.vipps.no -Headers @{ 'a' = \"b\" }\n",
    b'2026-11-25 10:00:00 ERROR AADSTS700016 {"error": "unauthorized_client"}\n',
    b'192.0.2.1 - - [25/Nov/2026:10:00:00 +0000] "POST /accesstoken/get HTTP/1.1" 401',
    b"curl: (6) Could not resolve host: api.vipps.no\n",
    b"'VIPPS_CLIENT_ID' => \"6d2b8e14-93c7-4f05-a1d8-5e70b9c3f246\",\n",
    b"requests.post('https://apitest.vipps.no/x', headers={'client_id': cid, ",
    b"await fetch(`https://api.vipps.no/${path}`, {method: 'POST', headers: {",
    b'$ch = curl_init("https://api.vipps.no/x");\n',
    b"curl_setopt($ch, CURLOPT_HTTPHEADER, [",
    b'var r = new HttpRequestMessage(HttpMethod.Get, "https://api.vipps.no/x");\n',
    b'r.Headers.Add("client_secret", secret);\n',
    b'req, _ := http.NewRequest("POST", url, nil)\nreq.Header.Set("client_id", `a`)\n',
    b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n",
    b"Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n",
    b"client_secret=3DmZ4tQ8vX1nR6=\r\nkB3wY7sLpg=3D=3D\r\n",
    b"Content-Transfer-Encoding: base64\r\n\r\nY2xpZW50X3NlY3JldD1tWjQ=\r\n",
    b'{"schema": "vippsdiag-evidence/1", "har": {"log": {"entries": []}}, "keys": {',
    b"Array\n(\n    [url] => https://api.vipps.no/x\n    [http_code] => 401\n",
    b"[headers] => Array\n        (\n            [0] => client_id: x\n        )\n\n",
    b'array(2) {\n  ["url"]=>\n  string(22) "https://api.vipps.no/x"\n',
    b"array (\n  'status' => 401,\n  'url' => 'https://api.vipps.no/x',\n",
    b"#Fields: cs-method cs-uri-stem sc-status\nGET /vipps 401\n",
    b'{"attributes":[{"key":"http.url","value":{"stringValue":"https://a.no/x"}}]}',
    b"phone: +47 92 36 15 47\n",
    b"$'\\x41' \"$CID\" `x` {{var}} %VAR% ^\n",
    b"x: --> POST https://api.vipps.no/x h2\nx: a: b\nx: <-- 401 https://a.no (1ms)\n",
    b'http-outgoing-0 >> "POST /x HTTP/1.1[\\r][\\n]"\nhttp-outgoing-0 << "',
    b'<- "POST /x HTTP/1.1\\r\\nHost: a.no\\r\\n\\r\\n"\n-> "HTTP/1.1 401\\r\\n"\n',
    b" -- request: POST https://api.vipps.no/x\n -- response: Status 401\n",
    b"Method: GET, RequestUri: 'https://a.no/x', Version: 1.1, Headers:\n{\n a: b\n}\n",
    b"StatusCode: 401, ReasonPhrase: 'x', Version: 1.1, Headers:\n{\n",
    b" Sending HTTP request GET https://a.no/x\n a: b\n",
    b" Received HTTP response after 1ms - 401",
    b"Webhook secret: 090a478d-37ff-4e77-970e-d457aeb26a3a\n",
    b"HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=agAiSyog=",
    b"Array\n(\n    [url] => https://api.vipps.no/x\n    [http_code] => 401\n)\n",
    b"*** Request ***\nuri: https://a.no\nmethod: POST\nheaders:\n a: b\ndata:\n",
    b"POST https://api.vipps.no/x\n401\nRequest Headers\nResponse Headers\n",
    b"POST https://api.vipps.no/x headers={'a': 'b'} data={\n",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    "“smart” ‘quotes’ \u200b\u00a0–".encode(),
    b"]]}}))\"\"''\\\\",
)
CANARY = "hush4Canary9Zq/7Lw+2Xs5=="
# Seconds of work that a started megabyte may take; instrumented code is slower.
PATIENCE = 5.0


def _report(text: str) -> object:
    return render_json(diagnose(read_paste(text)), "fuzz")


def _concealed(text: str) -> None:
    shown = conceal(text)
    assert conceal(shown) is shown
    assert not isinstance(shown, Secret) or shown.reveal() == text


def _redacted(text: str) -> None:
    named = f"{text}\nclient_secret: {CANARY}\n"
    shared = redact(named).text
    assert len(shared) == len(named)
    assert CANARY not in shared


def _scanned(text: str) -> None:
    for leak in scan(text, "fuzz", all_shapes=True):
        assert 1 <= leak.line <= text.count("\n") + 1


TARGETS: tuple[Callable[[str], object], ...] = (
    _report,
    read_paste,
    read_keys,
    read_text,
    find_commands,
    lambda text: read_har(text.encode("utf-8", "surrogatepass")),
    lambda text: read_paste(text.encode("utf-8", "surrogatepass")),
    read_token,
    _concealed,
    _redacted,
    _scanned,
)


def one_input(data: bytes) -> None:
    """Feed one input to one importer."""
    provider = atheris.FuzzedDataProvider(data)
    target = TARGETS[provider.ConsumeIntInRange(0, len(TARGETS) - 1)]
    parts = []
    while provider.remaining_bytes() and len(parts) < 24:
        if provider.ConsumeBool():
            parts.append(provider.PickValueInList(list(PIECES)))
        else:
            parts.append(provider.ConsumeBytes(provider.ConsumeIntInRange(0, 40)))
    text = b"".join(parts).decode("utf-8", "replace")
    # Once it may be the machine's fault.
    if all(_is_slow(target, text) for _ in range(2)):
        raise AssertionError("too slow")


def _is_slow(target: Callable[[str], object], text: str) -> bool:
    """Tell whether an input takes more work than it may."""
    start = time.process_time()
    try:
        target(text)
    except VippsdiagError as error:
        # The guard turns an unexpected error into a sentence that says so.
        if "vippsdiag could not read this" in str(error):
            raise AssertionError(str(error)) from error
    megabytes = 1 + len(text) // 1_000_000
    return time.process_time() - start > PATIENCE * megabytes


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
