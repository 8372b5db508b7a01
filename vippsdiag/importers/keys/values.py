"""Where a value in a line begins and ends.

Only quotes and punctuation of the syntax are taken off; whatever else is wrong in a
value stays in it, for the checks to find.
"""

import json
import re

from vippsdiag.shapes import BASE64, GUID, HEX32, MSN, TOKEN
from vippsdiag.wording import is_wording

QUOTED = re.compile(
    r"(?P<quote>[\"'`])(?P<inner>(?:\\.|(?!(?P=quote))[^\\])*+)(?P=quote)"
    r"(?=\s*(?:[,;)\]}>&|#]|//|/\*|$)|\s)",
    re.DOTALL,
)
_TRAILING = re.compile(r"(?<!\s)\s+(?:#|//|;|/\*|<!--).*$", re.DOTALL)
_OPENERS = {")": "(", "]": "[", "}": "{"}
# What code writes between a name and its value: a type, or the variable that is read
# first. What stands in the text is then the value to fall back to.
_TYPE = re.compile(
    r"(?:const\s+|readonly\s+|final\s+)?(?:String|str|string|int|Int|number|Text|any)"
    r"\??\s*=\s*"
)
_FALLBACK = re.compile(
    r"(?:process\.env[\w.\[\]\"']*|import\.meta\.env\.\w+|\$?_?ENV\[[^\]]*\])"
    r"\s*(?:\|\||\?\?|\?:|or)\s*"
    r"|[\w.:]*(?:env|getenv|environ\.get|fetch)\(\s*[\"'][\w.]*[\"']\s*,\s*",
    re.IGNORECASE,
)
_SHELL_FALLBACK = re.compile(r"\$\{[\w.]+:-?(?P<value>[^{}]+)\}")
# A number in JSON, behind which the next name stands or nothing more.
_NUMBER = re.compile(
    r"\d{1,20}(?=\s{0,9}(?:,\s{0,9}[\"'][\w.-]{1,80}[\"']\s{0,9}:|[}\]]))"
)
# Something that can be nothing but a key, wherever it stands.
_TELLING = re.compile(
    rf"(?<![\w+/=-])(?:{GUID.pattern}|{HEX32.pattern}|[A-Za-z0-9+/]{{22,}}==?)"
    r"(?![\w+/=-])"
)


# In the query of an address, or in a form.
_NEXT_FIELD = re.compile(r"&[\w.-]{1,40}=")

# What is said of a value that is not there, or not right: "client_id is missing".
_SAID = re.compile(
    r"(?:missing|invalid|required|mandatory|optional|wrong|incorrect|empty|blank|expired"
    r"|unknown|malformed|unset|unrecogni[sz]ed|absent"
    r"|mangler|ugyldig\w*|påkrev[dt]|påkrævet|obligatorisk\w*|feil|forkert\w*|tomt?"
    r"|utløpt|udløbet|ukjent|ukendt|saknas|ogiltig\w*|krävs|fel|felaktig\w*|utgången"
    r"|okänd\w*|puuttuu|virheellinen|pakollinen|väärä|tyhjä|vanhentunut|tuntematon"
    r"|(?:not|ikke|inte|ei|the|an?|den|det|en|ett?) [a-zæøåäö]+)(?![\w=+/-])",
    re.IGNORECASE,
)
# What goes on with a sentence behind a verb; a value has other letters, too.
_VERB = re.compile(r"\s+\w+\s+")
_WORD = re.compile(r"[a-zæøåäö]{1,20}(?=[.,;:!?]*(?:\s|$))")


# The shortest merchant serial number.
_SHORTEST = 4


def read_value(text: str, opened: str = "") -> tuple[str, int]:
    """Return the value that a text begins with, and how much of the text it takes.

    Args:
        text: what follows a name and its mark.
        opened: the quote that the name stands in together with its value, if any.
    """
    start = len(text) - len(text.lstrip(" \t"))
    if skipped := _TYPE.match(text, start) or _FALLBACK.match(text, start):
        start = skipped.end()
    if number := _NUMBER.match(text, start):
        return number[0], number.end()
    quoted = QUOTED.match(text, start)
    if quoted:
        return _unescaped(quoted), quoted.end()
    value = _TRAILING.sub("", text[start:]).strip(" \t")
    first = _NEXT_FIELD.split(value.split(" ", 1)[0], maxsplit=1)[0].rstrip(",;.)")
    if is_whole(first):
        return first, start + text[start:].index(first) + len(first)
    value = "" if value.startswith(("#", "//")) else _without_closers(value)
    if opened and opened in "\"'`" and value.endswith(opened):
        value = value[:-1]
    fallback = _SHELL_FALLBACK.fullmatch(value)
    return fallback["value"] if fallback else value, len(text)


def is_said(mark: str, text: str) -> bool:
    """Tell whether a sentence goes on behind a name and its mark, and no value stands.

    Args:
        mark: what ties the name to what follows: a sign, or a verb.
        text: what follows.
    """
    verb = _VERB.fullmatch(mark) and _WORD.match(text)
    return bool(verb or _SAID.match(text)) and not is_wording(text.strip(" .,;!"))


# Markdown ends bold text with two stars; more of them mask the rest of a value.
_ENDS_BOLD = re.compile(r"(?<!\*)\*\*\Z")


def _without_closers(value: str) -> str:
    """Take off the punctuation that ends a statement or closes what it stands in."""
    counts = {mark: value.count(mark) for mark in "()[]{}"}
    end = len(value)
    while end:
        last = value[end - 1]
        opener = _OPENERS.get(last)
        if opener is not None and counts[opener] >= counts[last]:
            break
        if opener is not None:
            counts[last] -= 1
        elif _ENDS_BOLD.search(value, max(end - 3, 0), end):
            end -= 1
        elif last not in ",; \t":
            break
        end -= 1
    return value[:end]


def is_whole(text: str) -> bool:
    """Tell whether a text is a whole value and the words after it are none of it."""
    whole = any(shape.fullmatch(text) for shape in (GUID, HEX32, MSN, TOKEN))
    return whole or bool(text.endswith("=") and BASE64.fullmatch(text))


def telling(text: str) -> list[str]:
    """Return what in a text can be nothing but a key: no name is needed to see it."""
    return _TELLING.findall(text)


# What stands before a value that has another name.
_OTHER = re.compile(
    r"(?:([\"'])[\w.-]{1,60}\1\s{0,3}[:=]|\b[\w.-]{1,60}=)\s{0,3}[\"'`]?\Z"
)
_NAME_AND_MARK = 70


def said_value(text: str) -> list[str]:
    """Return the value that a sentence about one goes on to, alone; empty for none."""
    found = _TELLING.search(text)
    if found is None:
        return []
    start = max(found.start() - _NAME_AND_MARK, 0)
    named = _OTHER.search(text, start, found.start())
    return [] if named else [found[0]]


# A variable that nothing was put in the place of.
_VARIABLE = re.compile(r"\{\{[\w.-]{1,60}\}\}|\$\{[\w.-]{1,60}\}")


def stands_alone(text: str) -> bool:
    """Tell whether something is a value though only a blank parts it from its name."""
    return has_key_shape(text) or _VARIABLE.fullmatch(text) is not None


def has_key_shape(text: str) -> bool:
    """Tell whether a text looks like a value of a key set."""
    if len(text) < _SHORTEST:
        return False
    if any(shape.fullmatch(text) for shape in (GUID, HEX32, MSN, TOKEN)):
        return True
    if not BASE64.fullmatch(text):
        return False
    # Long words are made of the same letters.
    mixed = re.search(r"\d", text) and re.search(r"[a-z]", text)
    return text.endswith("=") or bool(mixed and re.search(r"[A-Z]", text))


def bare_value(line: str) -> str | None:
    """Return the value of a line that holds nothing but one; None if it does not."""
    text = line.strip(" \t,;-•*>")
    quoted = QUOTED.fullmatch(text)
    text = quoted["inner"] if quoted else text
    return text if has_key_shape(text) else None


def _unescaped(quoted: re.Match[str]) -> str:
    inner = quoted["inner"]
    if quoted["quote"] != '"' or "\\" not in inner:
        return inner
    try:
        value = json.loads(f'"{inner}"', strict=False)
    except ValueError:
        return inner
    return str(value)
