"""Search for texts that take longer than in proportion to their length.

    python fuzz/growth.py [--minutes 10] [--seed 1] [--only conceal]

A piece that begins as one of the package's patterns does is repeated until there are
10,000 characters of it, and 40,000. What is done to the two is timed in seconds of CPU;
a piece for which four times the text takes more than seven times as long is printed,
and the exit status is 1. Most is found by `conceal`, which takes a thousand pieces in a
second.
"""

import argparse
import importlib
import pkgutil
import random
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

import vippsdiag
from vippsdiag.conceal import conceal
from vippsdiag.diagnosis import diagnose
from vippsdiag.errors import UnreadablePaste
from vippsdiag.importers.paste import read_paste
from vippsdiag.redact import redact
from vippsdiag.scan import scan

SIZE = 10_000
# Seconds below which nothing can be told, and how many times as long is too long.
LEAST, MOST = 0.012, 7
LONGEST = 200
# What may stand between one piece and the next.
JOINTS = (
    "",
    "",
    "",
    "a",
    "=",
    "%",
    "&",
    "a1",
    "(",
    "/>",
    "_",
    ";",
    "A1b",
    "~",
    "\n",
    " ",
)
LETTERS = "aB1xq-_ =/.("
# These have no text of a stranger's to look through.
OTHERS = ("cli", "fleet", "notebook", "render", "sandbox", "triage", "watch")
CATEGORIES = {"CATEGORY_DIGIT": "7", "CATEGORY_SPACE": " ", "CATEGORY_WORD": "a"}
REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT)


def diagnosed(text: str) -> None:
    """Read a paste and diagnose it, if there is anything in it."""
    try:
        diagnose(read_paste(text))
    except UnreadablePaste:
        return


DONE: dict[str, Callable[[str], object]] = {
    "conceal": conceal,
    "diagnose": diagnosed,
    "redact": redact,
    "scan": lambda text: scan(text, "text"),
}


def patterns_in(value: Any, depth: int = 0) -> Iterator[re.Pattern[str]]:
    """Yield the patterns in a value of a module's."""
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield value
    elif isinstance(value, list | tuple | set | frozenset | dict) and depth < 4:
        inner = [*value, *value.values()] if isinstance(value, dict) else value
        for one in inner:
            yield from patterns_in(one, depth + 1)


def trees() -> list[Any]:
    """Return what the package's patterns are made of."""
    found = {}
    for module in pkgutil.walk_packages(vippsdiag.__path__, "vippsdiag."):
        if module.name.split(".")[1] in OTHERS or module.name.endswith("__main__"):
            continue
        for value in vars(importlib.import_module(module.name)).values():
            for pattern in patterns_in(value):
                found[pattern.pattern, pattern.flags] = None
    return [parser.parse(*one) for one in found]


def written(tree: Any, chance: random.Random) -> str:
    """Return what a pattern may match, but for what it looks back and ahead at."""
    parts = []
    for kind, what in tree:
        if kind is sre.LITERAL:
            parts.append(chr(what))
        elif kind in {sre.NOT_LITERAL, sre.ANY}:
            parts.append(chance.choice(LETTERS))
        elif kind is sre.IN:
            parts.append(one_of(what, chance))
        elif kind in REPEATS:
            count = min(what[1], what[0] + chance.choice((0, 0, 1, 2)))
            parts += [written(what[2], chance) for _ in range(count)]
        elif kind is sre.BRANCH:
            parts.append(written(chance.choice(what[1]), chance))
        elif kind is sre.SUBPATTERN:
            parts.append(written(what[3], chance))
        elif kind is sre.ATOMIC_GROUP:
            parts.append(written(what, chance))
    return "".join(parts)


def one_of(items: Any, chance: random.Random) -> str:
    """Return a letter of a set, or one that is not in it."""
    found = []
    for kind, what in items:
        if kind is sre.LITERAL:
            found.append(chr(what))
        elif kind is sre.RANGE:
            found.append(chr(chance.randint(*what)))
        elif kind is sre.CATEGORY:
            found.append(CATEGORIES.get(str(what), "-"))
    if items[0][0] is sre.NEGATE:
        found = [letter for letter in LETTERS if letter not in found]
    return chance.choice(found or ["a"])


def seconds(do: Callable[[str], object], piece: str, size: int) -> float:
    """Return the seconds of CPU that a text made of a piece takes."""
    text = (piece * (size // len(piece) + 1))[:size]
    start = time.process_time()
    do(text)
    return time.process_time() - start


def grows(do: Callable[[str], object], piece: str) -> bool:
    """Tell whether four times the text takes much longer than four times as long."""
    took = seconds(do, piece, SIZE)
    return took > LEAST and seconds(do, piece, 4 * SIZE) > MOST * took


def pieces(chance: random.Random) -> Iterator[str]:
    """Yield the beginnings of what patterns match, one behind the other or two."""
    made = trees()
    while True:
        parts = [written(chance.choice(made), chance) for _ in range(2)]
        first, second = (one[: chance.randint(0, len(one))] for one in parts)
        piece = first + chance.choice(JOINTS) + chance.choice(("", "", second))
        if 0 < len(piece) <= LONGEST:
            yield piece


def main() -> None:
    """Search until the time is up."""
    options = argparse.ArgumentParser()
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--only", choices=DONE)
    asked = options.parse_args()
    chosen = {asked.only: DONE[asked.only]} if asked.only else DONE
    end, number, found = time.monotonic() + 60 * asked.minutes, 0, 0
    for piece in pieces(random.Random(asked.seed)):
        if time.monotonic() > end:
            break
        number += 1
        for name, do in chosen.items():
            # Once it may be that the machine had other things to do.
            if grows(do, piece) and grows(do, piece):
                found += 1
                sys.stdout.write(f"{name}: ever again {piece!r}\n")
                sys.stdout.flush()
    sys.stdout.write(f"{number} pieces, {found} grow worse than in proportion\n")
    sys.exit(found > 0)


if __name__ == "__main__":
    main()
