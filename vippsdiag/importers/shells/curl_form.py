"""A form with parts, as cURL sends it."""

import re
from collections.abc import Iterator

# A client makes one up for every form with parts; which one does not matter.
BOUNDARY = "------------------------vippsdiag"

# What may stand behind the content of a field, which may be quoted itself.
_QUOTED = re.compile(r"[ \t]*\"(?P<text>(?:[^\"\\]|\\.)*+)\"[ \t]*(?=;|$)", re.DOTALL)
_OPTION = re.compile(
    r";[ \t]*(?P<name>type|filename|encoder|headers)="
    r"(?:\"(?P<quoted>(?:[^\"\\]|\\.)*+)\"|(?P<bare>[^;]*(?:;[ \t]*[\w-]+=(?<!type=)"
    r"(?<!filename=)(?<!encoder=)(?<!headers=)[^;]*)*+))",
    re.IGNORECASE,
)
_ESCAPED = re.compile(r"\\([\"\\])")


def form_text(fields: list[tuple[str, str]], stdin: str | None) -> str:
    """Return a form as text.

    Args:
        fields: each as it is given, with the option that brought it.
        stdin: what the command reads from its standard input, if that is known.
    """
    parts = (f"--{BOUNDARY}\r\n{_part(*one, stdin)}\r\n" for one in fields)
    return "".join(parts) + f"--{BOUNDARY}--\r\n"


def _part(option: str, given: str, stdin: str | None) -> str:
    name, _, content = given.partition("=")
    options: dict[str, str] = {}
    headers: list[str] = []
    if option == "form":
        content, more = _content(content)
        for key, value in more:
            if key == "headers":
                headers.append(value)
            else:
                options[key] = value
        if content in {"<-", "@-"}:
            content = stdin or ""
    lines = [f'Content-Disposition: form-data; name="{name}"']
    if "filename" in options:
        lines[0] += f'; filename="{options["filename"]}"'
    if "type" in options:
        lines.append(f"Content-Type: {options['type']}")
    return "\r\n".join([*lines, *headers, "", content])


def _content(given: str) -> tuple[str, Iterator[tuple[str, str]]]:
    """Return what a field holds, and the options behind it."""
    if quoted := _QUOTED.match(given):
        content, rest = _ESCAPED.sub(r"\1", quoted["text"]), given[quoted.end() :]
    else:
        content, mark, rest = given.partition(";")
        rest = mark + rest
    return content, _options(rest)


def _options(rest: str) -> Iterator[tuple[str, str]]:
    for match in _OPTION.finditer(rest):
        value = match["bare"]
        if match["quoted"] is not None:
            value = _ESCAPED.sub(r"\1", match["quoted"])
        yield match["name"].lower(), value.strip()
