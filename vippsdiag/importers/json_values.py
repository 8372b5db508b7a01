"""JSON objects and lists that stand in other text."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

# Where an object, or a list of objects, can begin.
_OPENING = re.compile(r'\{(?=\s{0,200}["}])|\[(?=\s{0,200}[\[{])')
_MOST_VALUES, _DEEPEST = 5_000, 60
_CHARACTERS_A_VALUE = 100
_DECODER = json.JSONDecoder(strict=False)
# How often, and over how many characters, a beginning may turn out to be none: what
# one attempt costs can be the whole rest of the text.
_ATTEMPTS, _CHARACTERS = 2_000, 2_000_000


@dataclass(frozen=True, slots=True)
class JsonValue:
    """A JSON object or list in a text, with where it begins and ends."""

    start: int
    end: int
    value: Any = field(repr=False)


def json_end(text: str, start: int) -> int | None:
    """Return where a JSON object or list ends that begins here; None if none does."""
    found = _read(text, start)
    return found.end if isinstance(found, JsonValue) else None


def json_values(text: str) -> Iterator[JsonValue]:
    """Yield the outermost objects and lists of objects in a text, in its order."""
    place, attempts, characters = 0, _ATTEMPTS, _CHARACTERS
    while attempts > 0 and characters > 0:
        match = _OPENING.search(text, place)
        if match is None:
            return
        found = _read(text, match.start())
        if isinstance(found, JsonValue):
            yield found
            place = found.end
        else:
            attempts, characters = attempts - 1, characters - found
            place = match.end()


def fits(value: Any) -> bool:
    """Tell whether tables in tables can be written out: neither endless nor too many.

    In a program a table may stand in itself, or twice in one that stands twice.
    """
    return weight_of(value) <= _MOST_VALUES


def weight_of(value: Any) -> int:
    """Count the values in tables in tables; a long text counts as several.

    What is more than fits, or stands too deep, is not counted to its end.
    """
    waiting, found = [(value, 0)], 0
    while waiting and found <= _MOST_VALUES:
        one, depth = waiting.pop()
        found += 1
        if depth > _DEEPEST:
            return _MOST_VALUES + 1
        if isinstance(one, str):
            found += len(one) // _CHARACTERS_A_VALUE
        elif isinstance(one, Mapping):
            waiting += [(inner, depth + 1) for inner in one.values()]
        elif isinstance(one, list):
            waiting += [(inner, depth + 1) for inner in one]
    return found


def whole_json(text: str) -> Any:
    """Return the value of a text that is one JSON object or list; None if it is not."""
    body = text.strip()
    found = _read(body, 0)
    whole = isinstance(found, JsonValue) and found.end == len(body)
    return found.value if whole and isinstance(found, JsonValue) else None


def _read(text: str, start: int) -> JsonValue | int:
    """Read a value; where there is none, return how many characters that took."""
    if text[start : start + 1] not in {"{", "["}:
        return 1
    try:
        value, end = _DECODER.raw_decode(text, start)
    except json.JSONDecodeError as error:
        unended = error.msg.startswith("Unterminated")
        return (len(text) if unended else error.pos) - start + 1
    except (ValueError, RecursionError):
        return 20_000
    return JsonValue(start, end, value)
