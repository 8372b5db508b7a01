"""Where values stand in a text, of which there may be thousands."""

import re
from collections.abc import Iterable, Iterator

# Up to so many values are looked for letter by letter.
FEW = 40

_RUN = re.compile(r"[A-Za-z0-9]{6,}")


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
            run: _crowd(anchored)
            for run, anchored in self._anchors.items()
            if len(anchored) > FEW
        }

    def places(self, text: str) -> Iterator[tuple[int, str]]:
        """Yield each place with the value; of few values, the first come first."""
        if len(self._values) > FEW:
            yield from self._by_run(text)
            return
        for raw in self._values:
            digits = raw.isdecimal()
            place = text.find(raw)
            while place >= 0:
                if not (digits and _within_number(text, place, place + len(raw))):
                    yield place, raw
                place = text.find(raw, place + len(raw))

    def _by_run(self, text: str) -> Iterator[tuple[int, str]]:
        for match in _RUN.finditer(text):
            if not (anchored := self._anchors.get(match[0])):
                continue
            start = match.start()
            if len(anchored) > FEW:
                yield from _in_crowd(self._crowds[match[0]], text, start)
                continue
            for offset, raw in anchored:
                place = start - offset
                if place >= 0 and text.startswith(raw, place):
                    yield place, raw


# Values with a run in common, such as tokens with the same header: by where the run
# is in them and how long they are, and then with their turns.
_Crowd = dict[tuple[int, int], dict[str, int]]


def _crowd(anchored: list[tuple[int, str]]) -> _Crowd:
    crowd: _Crowd = {}
    for turn, (offset, raw) in enumerate(anchored):
        crowd.setdefault((offset, len(raw)), {})[raw] = turn
    return crowd


def _in_crowd(crowd: _Crowd, text: str, start: int) -> Iterator[tuple[int, str]]:
    """Yield each value of a crowd whose run is at a place, in turn."""
    found = []
    for (offset, size), turns in crowd.items():
        place = start - offset
        raw = text[place : place + size] if place >= 0 else ""
        if raw in turns:
            found.append((turns[raw], place, raw))
    for _, place, raw in sorted(found):
        yield place, raw


def _within_number(text: str, start: int, end: int) -> bool:
    return text[end : end + 1].isdigit() or text[max(0, start - 1) : start].isdigit()
