"""Put what nobody expects into the members of real JSON, and read it.

    python fuzz/members.py FOLDER [--runs 20000] [--seed 1]

No chance finds a HAR that is whole but for one member of another type, so each input
is a file from the folder (HARs, collections, reports) in which some members were
replaced, renamed, doubled or left out. Each is read, diagnosed, written in one of the
forms of a report, or redacted. It stops at the first input that is not taken with a
clear sentence, and writes out its number, which with the seed makes it again.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from vippsdiag.check import Report
from vippsdiag.diagnosis import diagnose
from vippsdiag.errors import VippsdiagError
from vippsdiag.importers import read_paste
from vippsdiag.importers.guard import FAULT
from vippsdiag.redact import redact
from vippsdiag.render.evidence import to_evidence
from vippsdiag.render.json import render_json
from vippsdiag.render.junit import render_junit
from vippsdiag.render.markdown import render_markdown
from vippsdiag.render.page import render_html
from vippsdiag.render.sarif import render_sarif

UNEXPECTED: tuple[Any, ...] = (
    *(None, True, 0, -1, 10**40, 1e400, "", [], {}, [None], {"a": None}, [[[]]]),
    *("x" * 5000, "\x00", "é\ud800", "%", "\n", "NaN", "2026-13-45T99:99:99Z"),
    *("eyJhbGciOiJub25lIn0.eyJleHAiOiJ4In0.", "Basic !!!", "https://[::1", "//"),
    *("http://a:99999/", 'application/json; charset="', "gzip, , br"),
)
FORMS: tuple[Callable[[Report], object], ...] = (
    lambda report: render_json(report, "fuzz"),
    lambda report: render_markdown(report, "fuzz"),
    lambda report: render_html(report, "fuzz"),
    lambda report: render_sarif(report, "fuzz"),
    lambda report: render_junit(report, "fuzz"),
)
# What is larger is read too seldom.
LARGEST = 200_000


def documents(folder: Path) -> Iterator[str]:
    """Yield the JSON in a folder, and the evidence of what can be read of it."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.stat().st_size > LARGEST:
            continue
        try:
            text = path.read_text("utf-8")
            whole = isinstance(json.loads(text), dict)
            report = to_evidence(read_paste(text)) if whole else ""
        except (ValueError, VippsdiagError):
            continue
        yield from filter(None, (text, report)) if whole else ()


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each object or list with the name or number of each of its members."""
    homes = [value]
    while homes:
        home = homes.pop()
        for name in home if isinstance(home, dict) else range(len(home)):
            yield home, name
            if isinstance(home[name], dict | list):
                homes.append(home[name])


def change(value: Any, chance: random.Random) -> None:
    """Replace, leave out, rename or double one member."""
    found = list(places(value))
    if not found:
        return
    home, name = chance.choice(found)
    turn = chance.random()
    if turn < 0.7:
        home[name] = chance.choice(UNEXPECTED)
    elif turn < 0.8:
        home.pop(name)
    elif turn < 0.9 and isinstance(home, dict):
        home[chance.choice(("text", "value", "", " ", "Name"))] = home.pop(name)
    else:
        home[name] = chance.choice(([home[name]] * 2, {"value": home[name]}))


def changed(text: str, chance: random.Random) -> str:
    """Return a document with up to six changes; some are cut off as well."""
    value = json.loads(text)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        change(value, chance)
    new = json.dumps(value)
    return new[: chance.randrange(len(new) + 1)] if chance.random() < 0.05 else new


def take(text: str, chance: random.Random) -> None:
    """Read and diagnose an input, and write the report in one of the forms."""
    redact(text[:20_000])
    try:
        report = diagnose(read_paste(text))
    except VippsdiagError as error:
        # The guard turns an unexpected error into a sentence that says so.
        if FAULT in str(error):
            raise AssertionError(str(error)) from error
        return
    chance.choice(FORMS)(report)


def main() -> None:
    """Take as many inputs as were asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    found = list(documents(asked.folder))
    if not found:
        parser.error("there is no JSON in this folder")
    start = time.monotonic()
    for number in range(1, asked.runs + 1):
        chance = random.Random(f"{asked.seed} {number}")
        try:
            take(changed(chance.choice(found), chance), chance)
        except BaseException:
            sys.stderr.write(f"Input {number} of seed {asked.seed}\n")
            raise
        if number % 5_000 == 0 or number == asked.runs:
            took = time.monotonic() - start
            sys.stdout.write(f"{number:,} inputs in {took:,.0f} s, none fell over\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
