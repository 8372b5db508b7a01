"""The languages that people are spoken to in.

English is written in the code, and is the key of the catalogues (gettext; the other
languages are below ``locale/``, a text of a check under the id of the check). What is
not translated is shown in English. Names of headers, codes and the portal's own labels
are the same in every language.

A process speaks one language at a time: a kernel belongs to one person, and so does a
command. So the language is a variable of the process, and not an argument of a hundred
functions; whatever answers several people at once (the sandbox) speaks English.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from gettext import NullTranslations

HERE = Path(__file__).parent / "locale"
DOMAIN = "vippsdiag"
ENGLISH = "en"
# Each by its own name: whoever looks for it may not read the others.
LANGUAGES = {
    ENGLISH: "English",
    "nb": "Norsk bokmål",
    "da": "Dansk",
    "fi": "Suomi",
    "sv": "Svenska",
}

# The environment variable that tells a process, such as a kernel, what to speak first.
VARIABLE = "VIPPSDIAG_LANGUAGE"


def first() -> str:
    """Return the code of the language that the environment asks for, or English."""
    asked = os.environ.get(VARIABLE, ENGLISH)
    return asked if asked in LANGUAGES else ENGLISH


# A context variable would be lost between two cells: a kernel runs each in its own.
_spoken = [first()]


def spoken() -> str:
    """Return the code of the language that is spoken now."""
    return _spoken[0]


def choose(language: str) -> None:
    """Speak a language from now on.

    Raises:
        KeyError: it is not one of `LANGUAGES`.
    """
    _spoken[0] = language if LANGUAGES[language] else ENGLISH


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language for a while."""
    before = spoken()
    choose(language)
    try:
        yield
    finally:
        choose(before)


class Text(str):
    """A text that was made in English, and can be said again in another language.

    It is an ordinary English ``str`` for everything else.

    Attributes:
        template: the text with its placeholders.
        values: what stands in their places; a `Text` and the words of an enum among
            them are translated too.
    """

    __slots__ = ("template", "values")
    template: str
    values: dict[str, object]

    def __new__(cls, template: str, values: dict[str, object]) -> Self:
        """Fill in the values. Only their words are kept, never a `Secret` itself."""
        template = str(template)
        kept = {name: _kept(value) for name, value in values.items()}
        text = super().__new__(cls, template.format(**kept) if kept else template)
        text.template, text.values = template, kept
        return text

    def __reduce__(self) -> tuple[object, ...]:
        """Let it be copied and pickled."""
        return Text, (self.template, self.values)


def _kept(value: object) -> object:
    if isinstance(value, Enum):
        return Text(str(value), {})
    return value if isinstance(value, Text | int | float) else str(value)


def mark(text: str) -> str:
    """Return a text as it is; marks it for the catalogues, to be said with `tr`."""
    return text


def say(template: str, /, **values: object) -> Text:
    """Return a text that is made now and shown later, with its values.

    Args:
        template: a literal with named placeholders, as for ``str.format``, something
            that was marked, or a `Text`, which stays as it is.
        values: what stands in their places.
    """
    if isinstance(template, Text):
        return template
    return Text(template, values)


def joined(*texts: str, by: str = " ") -> Text:
    """Return whole texts one behind the other; a `Text` among them stays one.

    Args:
        texts: sentences, or the items of a list.
        by: what stands between them.
    """
    values: dict[str, object] = {f"text{n}": text for n, text in enumerate(texts)}
    return Text(by.join(f"{{{name}}}" for name in values), values)


def tr(text: str, /, *, context: str = "", **values: object) -> str:
    """Return a text in the language that is spoken now.

    Args:
        text: a literal with named placeholders, something that was marked, or a
            `Text`, which has its values already.
        context: tells texts apart that are the same in English; a check's id.
        values: what stands in the places; a `Text` and the words of an enum among
            them are translated too.
    """
    if isinstance(text, Text):
        return _filled(_said(text.template, context), text.values)
    return _filled(_said(text, context), values)


def several(one: str, many: str, count: int, /, **values: object) -> str:
    """Return a text in its singular or plural form; ``{count}`` is the number."""
    if spoken() == ENGLISH:
        said = one if count == 1 else many
    else:
        said = _catalogue(spoken()).ngettext(one, many, count)
    return _filled(said, {"count": count} | values)


def _filled(said: str, values: Mapping[str, object]) -> str:
    if not values:
        return said
    again = {name: _again(value) for name, value in values.items()}
    return said.format(**again)


def _again(value: object) -> object:
    if isinstance(value, Enum):
        return tr(str(value))
    return tr(value) if isinstance(value, Text) else value


def _said(text: str, context: str) -> str:
    # An empty text is the catalogue's own head.
    if spoken() == ENGLISH or not text:
        return text
    words = _catalogue(spoken())
    return words.pgettext(context, text) if context else words.gettext(text)


@cache
def _catalogue(language: str) -> "NullTranslations":
    from gettext import translation  # noqa: PLC0415 - English needs none of it

    return translation(DOMAIN, HERE, [language], fallback=True)
