"""Search for texts that take longer than in proportion to their length.

    python fuzz/growth.py [--minutes 10] [--seed 1] [--words FOLDER]

A few signs and words are put together by chance, and repeated until there are 40,000
characters of them, and 80,000. What is done to the two is timed in seconds of CPU; a
piece for which twice the text takes more than 2.7 times as long is printed, and the
exit status is 1. The words are those that secrets are found by, and those of the files
in a folder, such as a corpus of the guided run.
"""

import argparse
import random
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from vippsdiag.diagnosis import diagnose
from vippsdiag.errors import UnreadablePaste
from vippsdiag.importers.paste import read_paste
from vippsdiag.redact import redact
from vippsdiag.scan import scan
from vippsdiag.sensitive import ROOTS

SIZE = 40_000
# Seconds below which nothing can be told, and how many times as long is too long.
LEAST, MOST = 0.07, 2.7
SIGNS = [
    *"{}[]()<>\"'`=:;,&|?!/\\%$@#*+-_. \n\t\r~^",
    *("\r\n", "://", "=> ", "->", "\\n", '\\"', "%3D", "&amp;", "\\u003d", "</", "/>"),
    *('{"', '":"', '"}', "${", "{{", "}}", "$(", "||", "&&", "^\n", "`\n", "\\\n"),
    *("=\n", " : ", "--", "HTTP/1.1 401\n", "GET /x", "curl ", "-H ", "Bearer "),
    *("Basic ", "eyJ", "401", "error", "api.vipps.no", "https://a.example/", "+47 "),
    *("A" * 40, "0123456789abcdef" * 2),
]


def diagnosed(text: str) -> None:
    """Read a paste and diagnose it, if there is anything in it."""
    try:
        diagnose(read_paste(text))
    except UnreadablePaste:
        return


DONE: dict[str, Callable[[str], object]] = {
    "diagnose": diagnosed,
    "redact": redact,
    "scan": lambda text: scan(text, "text"),
}


def words_in(folder: Path | None) -> list[str]:
    """Return the words that secrets are found by, and those of files in a folder."""
    found = set(ROOTS)
    for path in sorted(folder.rglob("*")) if folder else ():
        if path.is_file():
            text = path.read_bytes()[:300_000].decode("utf-8", "replace")
            found.update(re.findall(r"[\w-]{1,30}|[^\w\s]{1,4}", text))
    return sorted(found)


def seconds(do: Callable[[str], object], text: str) -> float:
    """Return the seconds of CPU that something takes."""
    start = time.process_time()
    do(text)
    return time.process_time() - start


def grows(do: Callable[[str], object], begun: str, piece: str) -> float:
    """Return how many times as long twice the text takes; 0 where that is no time."""
    half, full = (
        (begun + piece * (size // len(piece) + 1))[:size] for size in (SIZE, 2 * SIZE)
    )
    took = seconds(do, half)
    return seconds(do, full) / took if took > LEAST else 0.0


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--words", type=Path, metavar="FOLDER")
    asked = parser.parse_args()
    chance, words = random.Random(asked.seed), words_in(asked.words)
    end, number, found = time.monotonic() + 60 * asked.minutes, 0, 0

    def some(most: int) -> str:
        kinds = (chance.choice((SIGNS, SIGNS, words)) for _ in range(most))
        return "".join(map(chance.choice, kinds))

    while time.monotonic() < end:
        number += 1
        begun = some(chance.choice((0, 0, 0, 2, 4)))
        piece = some(chance.randint(1, 5)) + chance.choice(("", "", "\n"))
        for name, do in DONE.items():
            # Once it may be that the machine had other things to do.
            if grows(do, begun, piece) > MOST and grows(do, begun, piece) > MOST:
                found += 1
                sys.stdout.write(f"{name}: {begun!r}, then ever again {piece!r}\n")
                sys.stdout.flush()
    sys.stdout.write(f"{number} pieces, {found} grow worse than in proportion\n")
    sys.exit(found > 0)


if __name__ == "__main__":
    main()
