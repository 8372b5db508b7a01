"""Gather what people read into the catalogues: ``python .ci/catalogues.py``.

It reads the code for the arguments of `tr`, `say`, `mark` and `several`, the texts of
the checks and the words of the enums, brings every catalogue up to date, says what
has no translation yet, and compiles the catalogues. A translation stays as long as
its English text does. With ``--compile`` it only compiles.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from build import compile_all

from vippsdiag.checks import CHECKS
from vippsdiag.checks.codes import CODES
from vippsdiag.environments import Environment
from vippsdiag.evidence import Need
from vippsdiag.exchange import FailureKind
from vippsdiag.integrations import INTEGRATIONS
from vippsdiag.keys import KeyKind
from vippsdiag.language import ENGLISH, LANGUAGES
from vippsdiag.products import Reach
from vippsdiag.sandbox.exercises import EXERCISES, FAMILIES
from vippsdiag.shapes import Shape
from vippsdiag.token import TokenDefect
from vippsdiag.who import Who

PACKAGE = Path(__file__).parent.parent / "vippsdiag"
LOCALE = PACKAGE / "locale"
MARKS = {"tr", "say", "mark", "several"}
# Their values are words that people read.
ENUMS = (Environment, FailureKind, Need, KeyKind, Reach, Shape, TokenDefect, Who)

# Babel's own has dates, which would change with every run.
HEAD = r"""msgid ""
msgstr ""
"Language: {language}\n"
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: {plural}\n"

"""

# The text, or its singular and plural; the context; the file it is from.
Found = tuple[str | tuple[str, str], str, str]


def main() -> None:
    if "--compile" not in sys.argv:
        texts = list(gather())
        for language in LANGUAGES:
            if language != ENGLISH:
                update(language, texts)
    compile_all(LOCALE)


def gather() -> Iterator[Found]:
    """Yield everything that people read."""
    for path in sorted(PACKAGE.rglob("*.py")):
        place = path.relative_to(PACKAGE.parent).as_posix()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in MARKS:
                yield from _marked(node, place)
    for check in CHECKS:
        for text in (check.title, check.why, check.fix):
            yield text, check.id, "checks"
    for words in dict.fromkeys(code.words for code in CODES.values() if code.words):
        yield words, "", "codes"
    yield from ((text, "", "exercises") for text in _of_exercises())
    for integration in INTEGRATIONS:
        for text in integration.fixes.values():
            yield text, "", "integrations"
    for enum in ENUMS:
        for member in enum:
            for text in (member.value, str(getattr(member, "words", member.value))):
                yield text, "", enum.__name__


def _of_exercises() -> Iterator[str]:
    yield from FAMILIES
    for one in EXERCISES:
        yield from (one.title, one.story, one.goal, *one.nudges)


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else ""


def _marked(call: ast.Call, place: str) -> Iterator[Found]:
    texts = [arg.value for arg in call.args if isinstance(arg, ast.Constant)]
    if _name(call.func) == "several" and len(texts) >= 2:
        yield (texts[0], texts[1]), "", place
    elif texts and texts[0]:
        context = [k.value for k in call.keywords if k.arg == "context"]
        if not context or isinstance(context[0], ast.Constant):
            yield texts[0], context[0].value if context else "", place


def path_of(language: str) -> Path:
    """Return where a language's catalogue is."""
    return LOCALE / language / "LC_MESSAGES" / "vippsdiag.po"


def read(language: str) -> Catalog:
    """Return a language's catalogue as it is now."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def fresh(language: str, texts: list[Found]) -> Catalog:
    """Return a catalogue of these texts, with the translations that there are."""
    anew = Catalog(locale=language, fuzzy=False)
    before = read(language)
    for text, context, place in texts:
        kept = before.get(text, context or None)
        said = kept.string if kept else None
        message = anew.add(text, said, [(place, 0)], context=context or None)
        # Tests compare the placeholders; a percent sign in a text is none.
        message.flags -= {"python-format", "python-brace-format"}
    return anew


def missing(catalogue: Catalog) -> list[str]:
    """Return the texts that have no translation."""
    lacking = []
    for message in catalogue:
        said = message.string if message.pluralizable else (message.string,)
        if message.id and not all(said):
            lacking.append(str(message.id))
    return lacking


def update(language: str, texts: list[Found]) -> None:
    """Write a language's catalogue anew, and say what it lacks."""
    catalogue = fresh(language, texts)
    path = path_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(
            HEAD.format(language=language, plural=catalogue.plural_forms).encode()
        )
        write_po(
            file, catalogue, omit_header=True, include_lineno=False, sort_output=True
        )
    lacking = missing(catalogue)
    print(f"{language}: {len(catalogue)} texts, {len(lacking)} not translated")


if __name__ == "__main__":
    main()
