"""Where values stand in a text, of which there may be thousands."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

# Up to so many values are looked for letter by letter.
FEW = 40
# Letters of a value up to which it is compared with others in their order.
_LONG = 4000

_RUN = re.compile(r"[A-Za-z0-9]{6,}")


class _Crowd:
    """Values with a run in common at the same place in them, as tokens have."""

    __slots__ = ("_longest", "_shorter", "_turns", "_values")

    def __init__(self, turns: dict[str, int]) -> None:
        self._turns = turns
        self._values = sorted(turns)
        self._longest = min(max(map(len, self._values)), _LONG)
        # For each the longest other one that it begins with; -1 if there is none.
        self._shorter: list[int] = []
        open_: list[int] = []
        for n, raw in enumerate(self._values):
            while open_ and not raw.startswith(self._values[open_[-1]]):
                open_.pop()
            self._shorter.append(open_[-1] if open_ else -1)
            open_.append(n)

    def at(self, text: str, place: int) -> Iterator[tuple[int, int, str]]:
        """Yield the values that stand at a place, each with its turn."""
        # What stands there and sorts last before the text begins with all the others.
        n = bisect_right(self._values, text[place : place + self._longest]) - 1
        while n >= 0:
            raw = self._values[n]
            if text.startswith(raw, place):
                yield self._turns[raw], place, raw
            n = self._shorter[n]


class _Crowds:
    """Values with a run in common, by where it is in them."""

    __slots__ = ("_by_offset", "_long")

    def __init__(self, anchored: list[tuple[int, str]]) -> None:
        turns: dict[int, dict[str, int]] = {}
        # Of the longest ones there cannot be many.
        self._long: list[tuple[int, int, str]] = []
        for turn, (offset, raw) in enumerate(anchored):
            if len(raw) > _LONG:
                self._long.append((turn, offset, raw))
            else:
                turns.setdefault(offset, {})[raw] = turn
        self._by_offset = {offset: _Crowd(found) for offset, found in turns.items()}

    def places(self, text: str, start: int) -> Iterator[tuple[int, str]]:
        """Yield each value whose run is at a place, in turn."""
        found = [
            (turn, start - offset, raw)
            for turn, offset, raw in self._long
            if start >= offset and text.startswith(raw, start - offset)
        ]
        for offset, crowd in self._by_offset.items():
            if start >= offset:
                found += crowd.at(text, start - offset)
        for _, place, raw in sorted(found):
            yield place, raw


class Index:
    """Finds every place where one of many values stands."""

    __slots__ = ("_anchors", "_crowds", "_values")

    def __init__(self, values: Iterable[str]) -> None:
        self._values = list(values)
        # By the longest run of letters in each.
        self._anchors: dict[str, list[tuple[int, str]]] = {}
        for raw in self._values if len(self._values) > FEW else ():
            if runs := _RUN.findall(raw):
                run = max(runs, key=len) if len(runs) > 1 else runs[0]
                self._anchors.setdefault(run, []).append((raw.index(run), raw))
        self._crowds = {
            run: _Crowds(anchored)
            for run, anchored in self._anchors.items()
            if len(anchored) > FEW
        }

    def places(self, text: str) -> Iterator[tuple[int, str]]:
        """Return each place with the value; of few values, the first come first."""
        if len(self._values) > FEW:
            return self._by_run(text)
        return self._one_by_one(text)

    def _one_by_one(self, text: str) -> Iterator[tuple[int, str]]:
        for raw in self._values:
            digits = raw.isdecimal()
            place = text.find(raw)
            while place >= 0:
                if not (digits and _within_number(text, place, place + len(raw))):
                    yield place, raw
                place = text.find(raw, place + len(raw))

    def _by_run(self, text: str) -> Iterator[tuple[int, str]]:
        anchors = self._anchors
        for match in _RUN.finditer(text):
            if not (anchored := anchors.get(match[0])):
                continue
            start = match.start()
            if len(anchored) > FEW:
                yield from self._crowds[match[0]].places(text, start)
                continue
            for offset, raw in anchored:
                place = start - offset
                if place >= 0 and text.startswith(raw, place):
                    yield place, raw


def _within_number(text: str, start: int, end: int) -> bool:
    return text[end : end + 1].isdigit() or text[max(0, start - 1) : start].isdigit()
