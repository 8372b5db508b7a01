"""Change the inputs that the guided run has found, and feed each change in.

    python fuzz/mutations.py CORPUS [--runs 1000000] [--seed 1]

The guided run (`importers.py`) instruments the code, which makes it several times as
slow. Here the same readers run as they are, on its corpus: bytes are flipped, cut,
doubled, and spliced from one input to another. It stops at the first input that a
reader falls over, and writes it out.
"""

import argparse
import importlib
import pkgutil
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent))

# Loaded first, they are not instrumented when the guided run's module asks for it.
for package in ("importers", "redact", "checks"):
    found = importlib.import_module(f"vippsdiag.{package}")
    for module in pkgutil.walk_packages(found.__path__, f"{found.__name__}."):
        importlib.import_module(module.name)

from importers import one_input

MOST_BYTES = 600


def flip(data: bytearray, chance: random.Random) -> bytearray:
    """Change one byte."""
    if data:
        data[chance.randrange(len(data))] = chance.randrange(256)
    return data


def cut(data: bytearray, chance: random.Random) -> bytearray:
    """Leave a piece out."""
    start = chance.randrange(len(data) + 1)
    del data[start : start + chance.randrange(1, 20)]
    return data


def double(data: bytearray, chance: random.Random) -> bytearray:
    """Repeat a piece."""
    start = chance.randrange(len(data) + 1)
    piece = data[start : start + chance.randrange(1, 20)]
    data[start:start] = piece * chance.randrange(1, 8)
    return data


def noise(data: bytearray, chance: random.Random) -> bytearray:
    """Put some bytes in between."""
    start = chance.randrange(len(data) + 1)
    data[start:start] = chance.randbytes(chance.randrange(1, 12))
    return data


CHANGES = (flip, flip, cut, double, noise)


def changed(corpus: list[bytes], chance: random.Random) -> bytes:
    """Return a changed input; half of the time it is made of two."""
    data = bytearray(chance.choice(corpus))
    if chance.random() < 0.5:
        other = chance.choice(corpus)
        at = chance.randrange(len(data) + 1)
        data[at:] = other[chance.randrange(len(other) + 1) :]
    for _ in range(chance.randrange(1, 6)):
        data = chance.choice(CHANGES)(data, chance)
    return bytes(data[:MOST_BYTES])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--runs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    corpus = [path.read_bytes() for path in sorted(asked.corpus.iterdir())] or [b""]
    chance = random.Random(asked.seed)
    start = time.monotonic()
    for number in range(1, asked.runs + 1):
        data = changed(corpus, chance)
        try:
            one_input(data)
        except BaseException:
            sys.stderr.write(f"Input {number} of seed {asked.seed}: {data!r}\n")
            raise
        if number % 20_000 == 0 or number == asked.runs:
            took = time.monotonic() - start
            line = f"{number:,} inputs in {took:,.0f} s, none of them fell over\n"
            sys.stdout.write(line)
            sys.stdout.flush()


if __name__ == "__main__":
    main()
