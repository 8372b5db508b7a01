"""What a hostile megabyte costs, beside a peer in the same run.

    python benchmarks/megabyte.py [--only WORD] [--size 1000000]

Each text is as dense or as odd as one can be that a person might be sent: thousands of
keys, names with no end of equals signs, things that are opened and never closed.
Printed for each thing that is done to a text: the seconds of CPU that a megabyte
takes, how many times as long that is as half of it takes (2 is linear), and how many
times as long as the peer takes. The peer of all is one pass of a regular expression
for words over the same text; where detect-secrets is installed, it scans each text too.

It is run by hand: a busy machine makes CPU seconds longer, so no test looks at them.
"""

import argparse
import base64
import importlib.util
import json
import quopri
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

from vippsdiag.conceal import conceal
from vippsdiag.diagnosis import diagnose
from vippsdiag.errors import UnreadablePaste
from vippsdiag.importers.paste import read_paste
from vippsdiag.redact import redact
from vippsdiag.samples import token
from vippsdiag.scan import scan

MEGABYTE = 1_000_000
# What one of the issues asks for.
GOAL = 1.0

Make = Callable[[random.Random], str]


def hexadecimal(chance: random.Random, size: int = 32) -> str:
    """Return so many hexadecimal digits."""
    return f"{chance.getrandbits(4 * size):0{size}x}"


def secret(chance: random.Random) -> str:
    """Return what looks like a client_secret."""
    return base64.b64encode(chance.randbytes(19)).decode()


def guid(chance: random.Random) -> str:
    """Return a GUID."""
    raw = hexadecimal(chance)
    return "-".join((raw[:8], raw[8:12], raw[12:16], raw[16:20], raw[20:]))


def moment(chance: random.Random) -> str:
    """Return a time of a day."""
    hour, minute, second = (chance.randrange(n) for n in (24, 60, 60))
    return f"2026-11-24T{hour:02}:{minute:02}:{second:02}"


def in_base64(text: str) -> str:
    """Return a text in Base64."""
    return base64.b64encode(text.encode()).decode()


def mailed(text: str) -> str:
    """Return a text as a mail program writes it."""
    return quopri.encodestring(text.encode()).decode()


def escaped(text: str, times: int) -> str:
    """Return a text with percent-escapes, and those escaped in turn."""
    return escaped(quote(text, safe=""), times - 1) if times else text


def printed(text: str) -> str:
    """Return a text as xxd prints its bytes."""
    lines = []
    for start in range(0, len(text), 16):
        data = text[start : start + 16]
        pairs = " ".join(data[n : n + 2].encode().hex() for n in range(0, 16, 2))
        lines.append(f"{start:08x}: {pairs:39}  {re.sub('[^ -~]', '.', data)}\n")
    return "".join(lines)


def assignments(chance: random.Random) -> str:
    """Return three settings as a file of them has."""
    return (
        f"VIPPS_CLIENT_ID={guid(chance)}\nVIPPS_CLIENT_SECRET={secret(chance)}\n"
        f"VIPPS_SUBSCRIPTION_KEY={hexadecimal(chance)}\n"
    )


def json_log(chance: random.Random) -> str:
    """Return a line of a log of calls in JSON."""
    line = {
        "time": moment(chance),
        "level": "info",
        "msg": "POST https://api.vipps.no/epayment/v1/payments 401",
        "headers": {
            "Authorization": f"Bearer {hexadecimal(chance, 40)}",
            "Ocp-Apim-Subscription-Key": hexadecimal(chance),
            "Merchant-Serial-Number": "384217",
        },
        "body": json.dumps({"client_secret": secret(chance), "reference": "o-1"}),
    }
    return json.dumps(line) + "\n"


def nginx(chance: random.Random) -> str:
    """Return a line of a web server's log."""
    return (
        f"10.0.0.{chance.randrange(255)} - - [24/Nov/2026:12:00:00 +0000] "
        f'"GET /epayment/v1/payments/order-{hexadecimal(chance, 8)}?code='
        f'{hexadecimal(chance, 20)} HTTP/1.1" 404 1 "-" "curl/8.5.0"\n'
    )


def curl(chance: random.Random) -> str:
    """Return a command."""
    return (
        "curl -X POST https://apitest.vipps.no/accesstoken/get \\\n"
        f"  -H 'client_id: {guid(chance)}' \\\n"
        f"  -H 'client_secret: {secret(chance)}' \\\n"
        f"  -H 'Ocp-Apim-Subscription-Key: {hexadecimal(chance)}' -d ''\n"
    )


def entry(chance: random.Random) -> str:
    """Return an entry of a HAR, with a comma behind it."""
    named = {
        "Authorization": f"Bearer {token()}",
        "Ocp-Apim-Subscription-Key": hexadecimal(chance),
    }
    headers = [{"name": name, "value": value} for name, value in named.items()]
    found = {
        "startedDateTime": f"{moment(chance)}Z",
        "request": {
            "method": "GET",
            "url": f"https://api.vipps.no/epayment/v1/payments/{guid(chance)}",
            "headers": headers,
        },
        "response": {"status": 401, "headers": [], "content": {"text": "{}"}},
    }
    return json.dumps(found) + ","


def message(chance: random.Random) -> str:
    """Return a request and its answer as they are sent."""
    return (
        f"POST /accesstoken/get HTTP/1.1\r\nHost: api.vipps.no\r\n"
        f"client_id: {guid(chance)}\r\nclient_secret: {secret(chance)}\r\n\r\n"
        'HTTP/1.1 401 Unauthorized\r\nContent-Type: text/json\r\n\r\n{"a": 1}\r\n\r\n'
    )


def delivered(chance: random.Random) -> str:
    """Return a webhook's delivery as a shop prints its headers and its body."""
    signed = "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature="
    return (
        "headers: {\n  host: 'shop.example',\n"
        "  'x-ms-date': 'Tue, 24 Nov 2026 12:00:00 GMT',\n"
        f"  'x-ms-content-sha256': '{secret(chance)[:26]}{hexadecimal(chance, 17)}=',\n"
        f"  authorization: '{signed}{secret(chance)}'\n}}\n"
        f'body: {{"msn":"384217","reference":"{guid(chance)}","name":"AUTHORIZED"}}\n'
    )


def page(chance: random.Random) -> str:
    """Return a call that a long page answered."""
    words = """the and merchant payment order page error token key secret value header
        answer customer shop please try again later with from your account number
        login""".split()
    text = "</p>\n<p>".join(" ".join(chance.choices(words, k=12)) for _ in range(220))
    return (
        f"GET https://api.vipps.no/epayment/v1/payments/{guid(chance)} HTTP/1.1\n\n"
        "HTTP/1.1 401 Unauthorized\nContent-Type: text/html\n\n"
        f"<html><body><p>{text}</p></body></html>\n\n"
    )


def okhttp(chance: random.Random) -> str:
    """Return a call as OkHttp logs it, each line behind the words of a logger."""
    lines = (
        "--> POST https://apitest.vipps.no/accesstoken/get h2",
        f"client_id: {guid(chance)}",
        f"client_secret: {secret(chance)}",
        "--> END POST (0-byte body)",
        "<-- 401 https://apitest.vipps.no/accesstoken/get (300ms)",
        '{"statusCode": 401, "message": "Access denied"}',
        "<-- END HTTP (47-byte body)",
    )
    return "".join(f"{moment(chance)} D OkHttp: {line}\n" for line in lines)


def dotnet(chance: random.Random) -> str:
    """Return a request and its answer as .NET prints them."""
    return (
        "Method: POST, RequestUri: 'https://apitest.vipps.no/accesstoken/get', "
        f"Version: 1.1, Headers:\n{{\n  client_id: {guid(chance)}\n}}\n"
        "StatusCode: 401, ReasonPhrase: 'Unauthorized', Version: 1.1, Headers:\n{\n}\n"
    )


def php(chance: random.Random) -> str:
    """Return an array that tells of a call as PHP prints it."""
    return (
        "Array\n(\n    [url] => https://apitest.vipps.no/accesstoken/get\n"
        "    [http_code] => 401\n    [headers] => Array\n        (\n"
        f"            [0] => client_id: {guid(chance)}\n"
        f"            [1] => client_secret: {secret(chance)}\n        )\n\n)\n"
    )


def python(chance: random.Random) -> str:
    """Return lines of a program's own log, with headers as Python prints them."""
    return (
        f"{moment(chance)} DEBUG POST https://api.vipps.no/epayment/v1/payments "
        f"headers={{'Ocp-Apim-Subscription-Key': '{hexadecimal(chance)}'}}\n"
        f"{moment(chance)} ERROR status=401\n"
    )


def event(chance: random.Random) -> str:
    """Return an event of a monitoring system, in which a call is nested."""
    call = {
        "url": f"https://api.vipps.no/epayment/v1/payments/{guid(chance)}",
        "method": "GET",
        "status_code": 401,
    }
    crumbs = {"breadcrumbs": {"values": [{"type": "http", "data": call}]}}
    return json.dumps({"event_id": hexadecimal(chance), **crumbs})


# Each is made anew again and again, until there is a megabyte of it.
MADE: dict[str, Make] = {
    "22,000 keys, named": lambda chance: f"api_key={hexadecimal(chance)}\n",
    "22,000 secrets, named": lambda chance: f"client_secret: {secret(chance)}\n",
    "keys alone, a line each": lambda chance: hexadecimal(chance) + "\n",
    "keys glued to names": lambda chance: f"key{hexadecimal(chance)}secret",
    "keys on one line": lambda chance: f'"key":"{hexadecimal(chance)}",',
    "a key table": lambda chance: (
        f"{guid(chance)},{secret(chance)},{hexadecimal(chance)}\n"
    ),
    "assignments": assignments,
    "JSON log lines": json_log,
    "nginx lines": nginx,
    "cURL commands": curl,
    "a HAR's entries, loose": entry,
    "messages": message,
    "pages": page,
    "deliveries": delivered,
    "what OkHttp logs": okhttp,
    "what .NET prints": dotnet,
    "what PHP prints": php,
    "headers as Python prints them": python,
    "events, a line each": lambda chance: event(chance) + "\n",
    "tokens": lambda _: f"Authorization: Bearer {token()}\n",
    "name=value=value, long lines": lambda chance: (
        "name=value" + "=" * chance.randrange(40) + "x=1&secret=2\n"
    ),
    "name=value": lambda chance: f"name={chance.randrange(100)}=\n",
    "token=, each its own": lambda chance: f"token{chance.randrange(10**6)}=a=b\n",
    "phone numbers": lambda chance: f"phone: +47 9{chance.randrange(10**7):07}\n",
    "Base64 of settings": lambda chance: in_base64(assignments(chance)) + "\n",
    "percent-escapes": lambda chance: quote(assignments(chance), safe="") + "&",
    "every letter escaped": lambda chance: "".join(
        f"\\u{ord(one):04x}" for one in f"client_secret={secret(chance)}\n"
    ),
    "escaped quotes": lambda chance: f'\\"client_secret\\":\\"{secret(chance)}\\",',
    "quoted-printable": lambda chance: mailed(assignments(chance)),
    "quoted-printable by half": lambda chance: (
        f"client_secret=3D{secret(chance)[:14]}=\n{secret(chance)[14:]}\n"
    ),
    "quoted-printable, =3D on every line": lambda chance: (
        f"client_secret=3D{secret(chance)[:20]}=3D\n"
    ),
    "JSON in quoted-printable": lambda chance: mailed(json_log(chance)) + "\n",
    "escaped query strings": lambda chance: (
        f"client_secret={quote(secret(chance), safe='')}&token="
        f"{hexadecimal(chance, 10)}&"
    ),
    "escaped four times": lambda chance: escaped(
        f"client_secret={secret(chance)}\n", 4
    ),
    "Base64 three times": lambda chance: (
        in_base64(in_base64(in_base64(f"client_secret={secret(chance)}"))) + "\n"
    ),
    "Base64 glued to keys": lambda chance: (
        in_base64(f"client_secret={secret(chance)}").rstrip("=")
        + f"key={hexadecimal(chance)}secret="
    ),
    "phone numbers glued to keys": lambda chance: (
        f"phone:+47 9{chance.randrange(10**7):07}key={hexadecimal(chance)}"
    ),
    "eight digits": lambda chance: f"phone {chance.randrange(10**8):08} ",
    "cookies": lambda chance: (
        f"Cookie: sid={hexadecimal(chance)}; b={secret(chance)}; c={guid(chance)}\n"
    ),
    "values in brackets": lambda chance: (
        f"client_secret: <{hexadecimal(chance, 12)}>\n"
    ),
    "queries": lambda chance: f"?a={chance.randrange(100)}&error=x",
    "question marks": lambda _: "?a=",
    "fields with no end": lambda _: "\\u003dsecret=&&/>amount",
    "lines of requests": lambda _: "GET /x\n",
    "lines of errors": lambda _: "Error: at a.b.c -> 401\n",
    "unclosed quotes": lambda _: 'secret="',
    "unclosed brackets": lambda _: 'secret:["token:{',
    "brackets": lambda _: '{"a":[',
    "names of names": lambda _: "client secret key token ",
    "elements": lambda chance: f"<client_secret>{secret(chance)}</client_secret>\n",
    "equals signs": lambda _: "=",
    "quotes": lambda _: '"',
    "signs of Base64": lambda _: "eyJhbGci",
}


def whole(size: int) -> Iterator[tuple[str, str]]:
    """Yield the texts that are no repetition."""
    chance = random.Random(3)
    first = f'{{"log":{{"version":"1.2","entries":[{entry(chance)}'
    rest = "".join(entry(chance) for _ in range(size // 1000))
    yield "a HAR", (first + rest)[:-1] + "]}}"
    dense = "".join(assignments(chance) for _ in range(size // 200))
    yield "Base64 of everything", base64.b64encode(dense.encode()).decode()[:size]
    yield "bytes that were printed", printed(dense)[:size]
    yield "one line of words", ("word " * size)[:size]
    yield "one name, one value", "client_secret=" + "aB3" * (size // 3)
    settings = [{"client_secret": secret(chance)} for _ in range(size // 50)]
    yield "JSON in one line", json.dumps(settings)[:size]
    events = ",".join(event(chance) for _ in range(size // 300))
    yield "events in one list", f"[{events}]"
    yield "deep JSON", '{"key":' * (size // 8) + "1" + "}" * (size // 8)


def texts(size: int) -> Iterator[tuple[str, str]]:
    """Yield each text with its name."""
    for name, make in MADE.items():
        chance = random.Random(1)
        parts: list[str] = []
        length = 0
        while length < size:
            parts.append(make(chance))
            length += len(parts[-1])
        yield name, "".join(parts)[:size]
    yield from whole(size)


def paste(text: str) -> object:
    """Read a paste, or find that there is nothing in it."""
    try:
        return read_paste(text)
    except UnreadablePaste as error:
        return error


def paste_and_diagnose(text: str) -> object:
    """Read a paste and diagnose it."""
    try:
        return diagnose(read_paste(text))
    except UnreadablePaste as error:
        return error


DONE: dict[str, Callable[[str], object]] = {
    "read_paste": paste,
    "redact": redact,
    "scan": lambda text: scan(text, "text"),
    "conceal": conceal,
    "diagnose": paste_and_diagnose,
}


def words(text: str) -> object:
    """Do the work of the peer."""
    return re.findall(r"\w+|\W", text)


def detect_secrets(text: str) -> object:
    """Scan a text with the peer that is a program of its own."""
    from detect_secrets.core.scan import scan_file  # noqa: PLC0415
    from detect_secrets.settings import default_settings  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder, default_settings():
        path = Path(folder) / "text.txt"
        path.write_text(text, "utf-8")
        return list(scan_file(str(path)))


def seconds(do: Callable[[str], object], text: str) -> float:
    """Return the seconds of CPU that something takes."""
    start = time.process_time()
    do(text)
    return time.process_time() - start


def row(
    name: str, half: str, full: str, peers: dict[str, Callable[[str], object]]
) -> str:
    """Return a line of the table."""
    peer = seconds(words, full)
    cells = []
    for do in DONE.values():
        took = seconds(do, full)
        grown = took / max(seconds(do, half), 1e-6)
        sign = "*" if took >= GOAL else " "
        cells.append(f"{took:6.2f}{sign}{grown:4.1f} {took / peer:5.1f}")
    cells += [f"{seconds(do, full):7.2f}" for do in peers.values()]
    return f"{name:31}" + " |".join(cells)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="texts whose names hold this")
    parser.add_argument("--size", type=int, default=MEGABYTE)
    options = parser.parse_args()
    found = importlib.util.find_spec("detect_secrets") is not None
    peers = {"detect-secrets": detect_secrets} if found else {}
    for do in DONE.values():
        do('client_secret=abc123def456ghi\ncurl https://a.example/ {"log":{')
    print("seconds for 1 MB, times half of it, times the peer; * from one second on")
    print(f"{'':31}" + " |".join(f"{name:>18}" for name in (*DONE, *peers)))
    halves = dict(texts(options.size // 2))
    for name, full in texts(options.size):
        if options.only in name:
            print(row(name, halves[name], full, peers))
            sys.stdout.flush()


if __name__ == "__main__":
    main()
