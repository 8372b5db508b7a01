"""What a pipe of shell commands prints that needs nothing run to be known.

That is ``echo``, ``printf`` and ``cat`` of a here-document, also through ``base64``,
``openssl base64`` or ``tr -d``. A line break that ``echo`` adds is encoded with the
rest, as the shell does.
"""

import base64
import re
from collections.abc import Mapping
from itertools import takewhile

from vippsdiag.importers.shells.shell import Line, Posix

_FIRST = re.compile(r"[ \t]*(?=(?:echo|printf|cat)\b)")
_NEXT = re.compile(r"[ \t]*(?:\\?\n[ \t]*)?\|[ \t]*(?=(?:base64|openssl|tr)\b)")
_ESCAPES = {"\\n": "\n", "\\t": "\t", "\\\\": "\\", "%%": "%"}
_ESCAPE = re.compile(r"\\[nt\\]|%%|%s")
_MOST_STAGES = 4
_LINE = 76


def printed(text: str, known: Mapping[str, str]) -> str | None:
    """Return what the commands in a text print; None if that is not known.

    Args:
        text: the commands, from the first to the last of a pipe.
        known: the variables that are assigned above.
    """
    start = _FIRST.match(text)
    if start is None:
        return None
    line = Posix(text, start.end(), known).read()
    shown = None if line.broken else _first(line)
    for _ in range(_MOST_STAGES):
        stage = _NEXT.match(text, line.end)
        if stage is None or shown is None:
            break
        line = Posix(text, stage.end(), known).read()
        shown = _through(line.words, shown if line.stdin is None else line.stdin)
    return None if text[line.end :].strip() else shown


def _first(line: Line) -> str | None:
    name, *words = line.words
    if any("$" in word or "`" in word for word in words):
        return None
    if name == "cat":
        return line.stdin if not words or words == ["-"] else None
    if name == "printf":
        return _filled(words)
    options = list(takewhile(re.compile(r"-[neE]+").fullmatch, words))
    flags = "".join(options)
    told = " ".join(words[len(options) :])
    if "e" in flags:
        told = _ESCAPE.sub(lambda one: _ESCAPES.get(one[0], one[0]), told)
    return told if "n" in flags else told + "\n"


def _filled(words: list[str]) -> str | None:
    """Return what ``printf`` makes of its words; None if they are of another kind."""
    form, *rest = words or [""]
    if re.search(r"%(?![s%])|\\[^nt\\]", form):
        return None
    values = iter(rest)
    return _ESCAPE.sub(
        lambda one: next(values, "") if one[0] == "%s" else _ESCAPES[one[0]], form
    )


def _through(words: list[str], shown: str) -> str | None:
    """Return what comes out of a command that takes what was printed."""
    if words[0] == "tr":
        gone = {"\\n": "\n", "\n": "\n", "\\r\\n": "\r\n"}.get(words[-1])
        return shown.translate(dict.fromkeys(map(ord, gone))) if gone else None
    if words[0] == "openssl":
        return _openssl(words[1:], shown)
    options = "".join(words[1:])
    encoded = base64.b64encode(shown.encode("utf-8", "surrogatepass")).decode()
    if options not in {"", "-w0", "--wrap=0", "-w76", "-b0"}:
        return None
    if options in {"-w0", "--wrap=0", "-b0"}:
        return encoded
    lines = (encoded[n : n + _LINE] for n in range(0, len(encoded), _LINE))
    return "".join(f"{one}\n" for one in lines)


def _openssl(options: list[str], shown: str) -> str | None:
    """Return what ``openssl base64`` makes of what was printed; ``-A`` is one line."""
    named = [one for one in options if one not in {"enc", "-e", "-A", "-base64"}]
    if named not in ([], ["base64"]) or not {"base64", "-base64"} & set(options):
        return None
    encoded = base64.b64encode(shown.encode("utf-8", "surrogatepass")).decode()
    if "-A" in options:
        return encoded
    return "".join(f"{encoded[n : n + 64]}\n" for n in range(0, len(encoded), 64))
