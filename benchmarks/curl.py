"""How many commands are read right, beside curlconverter in the same run.

    python benchmarks/curl.py [FOLDER ...]

Each FOLDER holds commands (``*.txt``) beside what they send (``*.json``); without one,
the made-up cases of the tests are used. curlconverter (4.12.0) is installed by npm into
a temporary folder; node is needed. Both read every command in one warm process. A
header that cURL adds by itself (``Content-Type`` of a form, ``Accept`` of JSON) may be
there or not, and form fields are compared decoded, so that neither is judged by taste.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from vippsdiag.errors import UnreadablePaste
from vippsdiag.importers.commands import read_curl
from vippsdiag.render.values import revealed

PEER = "curlconverter@4.12.0"
CASES = Path(__file__).parent.parent / "tests" / "cases" / "curl"
ROUNDS = 20
SCRIPT = """
import {toHarString} from "curlconverter";
import fs from "node:fs";
const texts = JSON.parse(fs.readFileSync(0, "utf8")), rounds = ROUNDS;
const read = text => { try { return JSON.parse(toHarString(text)).log.entries; }
                       catch { return []; } };
const found = texts.map(read);
const times = texts.map(text => {
  const start = performance.now();
  for (let round = 0; round < rounds; round++) read(text);
  return (performance.now() - start) / rounds;
});
console.log(JSON.stringify({found, times}));
"""

Call = dict[str, Any]


def ours(text: str) -> list[Call]:
    """Read a text with vippsdiag."""
    try:
        exchanges = read_curl(text)
    except UnreadablePaste:
        return []
    return [
        {
            "method": one.request.method,
            "url": revealed(one.request.url),
            "headers": {name: revealed(value) for name, value in one.request.headers},
            "body": None if one.request.body is None else revealed(one.request.body),
        }
        for one in exchanges
        if one.request
    ]


def from_har(entry: dict[str, Any]) -> Call:
    """Return what the peer found, in the form of the cases."""
    request = entry["request"]
    posted = request.get("postData")
    body = None
    if posted:
        fields = posted.get("params")
        body = fields and [(one["name"], one["value"]) for one in fields]
        body = posted.get("text") if body is None else body
    query = [(one["name"], one["value"]) for one in request["queryString"]]
    headers = {one["name"]: one["value"] for one in request["headers"]}
    if cookies := request["cookies"]:
        headers["Cookie"] = ";".join(f"{one['name']}={one['value']}" for one in cookies)
    return {
        "method": request["method"],
        "url": request["url"],
        "query": query,
        "headers": headers,
        "body": body,
    }


def same(found: list[Call], wanted: list[Call]) -> bool:
    """Tell whether a reading is right."""
    return len(found) == len(wanted) and all(map(_same_call, found, wanted))


def _same_call(found: Call, wanted: Call) -> bool:
    headers = _small(found["headers"])
    needed = _small(wanted["headers"])
    implied = {"content-type", "accept"}
    missing = {name for name in needed if headers.get(name) != needed[name]}
    return (
        found["method"] == wanted["method"]
        and _address(found) == _address(wanted)
        and missing <= implied
        and all(headers.get(name) in {None, needed[name]} for name in missing)
        and headers.keys() - needed.keys() <= implied
        and _fields(found["body"]) == _fields(wanted["body"])
    )


def _small(headers: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _address(call: Call) -> tuple[str, list[tuple[str, str]]]:
    url, _, query = call["url"].partition("?")
    known = call.get("query") or parse_qsl(query, keep_blank_values=True)
    return url.rstrip("/"), known


def _fields(body: object) -> object:
    """Return a body decoded as a form, so that spellings of a blank are the same."""
    if isinstance(body, list):
        return [(unquote_plus(name), unquote_plus(value)) for name, value in body]
    if isinstance(body, str) and body[:1] not in {"{", "["} and "=" in body:
        return parse_qsl(body, keep_blank_values=True)
    return body


def peer(texts: list[str], folder: Path) -> tuple[list[list[Call]], list[float]]:
    """Read all texts with the peer; the times are in milliseconds."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        sys.exit("This benchmark needs node and npm.")
    line = [npm, "install", "--silent", "--ignore-scripts", "--no-audit", PEER]
    subprocess.run(line, cwd=folder, check=True)
    script = folder / "read.mjs"
    script.write_text(SCRIPT.replace("= ROUNDS", f"= {ROUNDS}"), "utf-8")
    done = subprocess.run(
        [node, str(script)],
        cwd=folder,
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=True,
    )
    answer = json.loads(done.stdout)
    return [list(map(from_har, one)) for one in answer["found"]], answer["times"]


def timed(text: str) -> float:
    """Return how long a reading takes, in milliseconds."""
    start = time.perf_counter()
    for _ in range(ROUNDS):
        ours(text)
    return 1000 * (time.perf_counter() - start) / ROUNDS


def main() -> None:
    """Read every command with both and print the table."""
    folders = [Path(name) for name in sys.argv[1:]] or [CASES]
    paths = [path for folder in folders for path in sorted(folder.glob("*.txt"))]
    texts = [path.read_bytes().decode("utf-8") for path in paths]
    wanted = [json.loads(path.with_suffix(".json").read_bytes()) for path in paths]
    with tempfile.TemporaryDirectory() as folder:
        theirs, their_times = peer(texts, Path(folder))
    mine = [same(ours(text), want) for text, want in zip(texts, wanted, strict=True)]
    other = [same(found, want) for found, want in zip(theirs, wanted, strict=True)]
    my_times = [timed(text) for text in texts]
    print(f"{'command':36} {'vippsdiag':>10} {'curlconverter':>14}")
    for path, one, two in zip(paths, mine, other, strict=True):
        if not (one and two):
            row = ("right" if one else "wrong", "right" if two else "wrong")
            print(f"{path.stem:36} {row[0]:>10} {row[1]:>14}")
    print(f"{'right, of ' + str(len(paths)):36} {sum(mine):>10} {sum(other):>14}")
    my_total, their_total = sum(my_times), sum(their_times)
    print(f"{'ms for all':36} {my_total:>10.1f} {their_total:>14.1f}")
    print(f"curlconverter takes {their_total / my_total:.1f} times as long.")


if __name__ == "__main__":
    main()
