"""What a cURL command takes from elsewhere: a config of options, and variables.

Both by cURL's manual; a config is read only where the text feeds it to the command.
"""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote

_CONFIG_LINE = re.compile(
    r"[ \t]*(?P<name>[^\s=:#][^\s=:]*)[ \t]*[=:]?[ \t]*"
    r"(?:\"(?P<quoted>(?:[^\"\\]|\\.)*+)\"?|(?P<bare>\S*))"
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_MOST_LINES = 1000
# ``name=content``; with a percent sign it is taken from the environment first.
_VARIABLE = re.compile(
    r"(?P<outer>%?)(?P<name>[A-Za-z0-9_]{1,128})(?:=(?P<content>.*))?", re.DOTALL
)
_USED = re.compile(
    r"(?P<escape>\\?)\{\{(?P<name>[A-Za-z0-9_]{1,128})(?P<all>[:\w]*)\}\}"
)
# What is expanded within what was expanded grows each time.
_LONGEST = 100_000


def config_words(text: str) -> Iterator[str]:
    """Yield the options of a config file as the words of a command line."""
    for line in text.split("\n")[:_MOST_LINES]:
        match = _CONFIG_LINE.match(line)
        if match is None:
            continue
        name = match["name"]
        yield name if name.startswith("-") else f"--{name}"
        value = match["bare"]
        if match["quoted"] is not None:
            value = _ESCAPE.sub(
                lambda one: _ESCAPES.get(one[1], one[1]), match["quoted"]
            )
        if value or match["quoted"] is not None:
            yield value


def variable(given: str) -> tuple[str, str] | None:
    """Return the name and the content of ``--variable``; None if it is not known."""
    match = _VARIABLE.fullmatch(given)
    if match is None or match["content"] is None:
        return None
    return match["name"], match["content"]


def expanded(text: str, known: Mapping[str, str]) -> str:
    """Fill variables into a value; those that are not known stay."""

    def filled(match: re.Match[str]) -> str:
        if match["escape"]:
            return match[0][1:]
        value = known.get(match["name"])
        if value is None:
            return match[0]
        for function in filter(None, match["all"].split(":")):
            value = _through(function, value)[:_LONGEST]
        return value

    return _USED.sub(filled, text)[:_LONGEST]


def _through(function: str, value: str) -> str:
    """Return what one of cURL's functions makes of a value."""
    if function == "trim":
        return value.strip()
    if function == "json":
        return json.dumps(value, ensure_ascii=False)[1:-1]
    if function == "url":
        return quote(value.encode("utf-8", "surrogatepass"), safe="")
    if function == "b64":
        raw = value.encode("utf-8", "surrogatepass")
        return base64.b64encode(raw).decode()
    return value
