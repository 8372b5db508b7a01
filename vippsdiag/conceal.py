"""Find the secret values in a text and mask them.

One list of names and one of shapes serve headers, query, form, JSON and free text
alike. Names come first, because most secrets have no shape of their own; there is no
measure of randomness, because ids that help a diagnosis look random too.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Container, Iterable, Iterator
from functools import lru_cache

from vippsdiag.beside import (
    FARTHEST,
    PATTERNS,
    SPACED,
    cookies,
    head,
    reversed_attributes,
)
from vippsdiag.extent import BLANKS, QUOTE, Ends, Span, spans
from vippsdiag.logins import LOGINS, OPTION, OPTIONS
from vippsdiag.looks import (
    BASIC,
    KEY_LINE,
    LINES,
    NAMED_CODE,
    PRIVATE_KEY,
    SHAPES,
    SIGNED,
    is_no_key,
    lone_secrets,
    matches,
)
from vippsdiag.secret import MASK, Secret, examine, mask
from vippsdiag.sensitive import (
    NO_ENDING,
    ROOTS,
    SENSITIVE_ENDINGS,
    any_of,
    is_sensitive,
    plain_name,
)
from vippsdiag.shapes import MASK_SIGNS, MASK_WORDS
from vippsdiag.tables import columns, copied, inserted
from vippsdiag.told import (
    beside_in_row,
    called,
    further,
    named_after,
    nationals,
    passwords,
    reached,
    told,
)
from vippsdiag.wording import is_hollow

_ROOT = any_of(ROOTS)

Replace = Callable[[str], str]
Note = Callable[[int, str, str], None]
Settled = Container[str]

_RUN = re.compile(r"[\w.\- ]*+")
# In a declaration the type stands between the name and the value.
_PAIR = re.compile(
    rf"{_RUN.pattern}(?P<behind>)"
    r"(?:\"?:(?:\"?[\w\\]{1,99}\"?:)?(?:private|protected)(?=\])"
    rf"|{QUOTE}|\*{{1,3}}|</\w{{1,10}}>|\([\w ,.]{{1,30}}\))?[\])]?{BLANKS}"
    r"(?P<mark>=>|:=|(?:\|\||\?\?)="
    r"|[?!]?:[ ]?(?:string|str|text|optional\[str\]|secretstr)(?!\w)[\w ?|]{0,20}="
    r"(?=[ ]?[\"'`])"
    r"|[:=>]|%3A|%3D)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[\w.\-]*+")
_PATH = re.compile(r"[\"']?/(?:(?:[a-z]{1,20}|Users)(?![^\s/\"'])|(?=[\s\"']|\Z))")
_MASKED = re.compile(rf"{MASK}•*(?:[0-9a-f]{{8}}(?!\w))?")
# By the mark behind the name: a header's, and that of PHP's page on itself.
_WHOLE_LINE = {
    ":": frozenset({"authorization", "cookie", "proxyauthorization", "setcookie"}),
    "=>": frozenset({"httpcookie"}),
}
# Words between a name and its value, in the languages of the markets.
_LINKS = frozenset(
    "is was er var är on value = hedder heter lyder vår vores min mit mitt my as"
    " string".split()
)
_SCHEME = re.compile(r"(?i)((?:(?:bearer|basic)(?:\s|%20|\+(?!\d))+)*)(.*)", re.DOTALL)
_SCHEME_LETTERS = frozenset("bB")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")


def _replaced(raw: str, replace: Replace) -> str:
    rest = _MASKED.sub("", raw) if MASK in raw else raw
    return raw if is_hollow(rest) else replace(raw)


def _replaced_value(raw: str, replace: Replace) -> str:
    if raw[:1] not in _SCHEME_LETTERS:
        return _replaced(raw, replace)
    match = _SCHEME.match(raw)
    assert match is not None  # noqa: S101 - both parts may be empty
    return match[1] + _replaced(match[2], replace)


@lru_cache(maxsize=4096)
def _sensitive_tail(name: str) -> str | None:
    """Return the end of a name that makes it sensitive; None if nothing does.

    In free text the name follows other words: "my client secret is: ...".
    """
    parts = name.strip(" .-").replace(".", " ").split(" ")
    words = [part for part in parts if part][-5:]
    while len(words) > 1 and words[-1].lower() in _LINKS:
        words.pop()
    tails = (" ".join(words[-count:]) for count in range(1, min(len(words), 3) + 1))
    return next(filter(is_sensitive, tails), None)


def _low(text: str) -> str:
    """Return a text without case, with every letter where it was."""
    # One letter only becomes two when its case is lowered.
    return text.replace("İ", "I").lower()


# So many letters an escape may have left before a name.
_LEFT = {"%": 2, "\\": 1}


def _pair_name(text: str, root: int, end: int) -> str | None:
    """Return the sensitive end of a name; an escape may have left letters before it."""
    start = max(head(text, root), end - 2 * FARTHEST)
    name = text[start:end]
    left = _LEFT.get(text[start - 1 : start])
    return (left and _sensitive_tail(name[left:])) or _sensitive_tail(name)


def _pairs(text: str, roots: list[int], bare: set[int]) -> Iterator[Span]:
    """Yield the values behind a name and a mark such as a colon.

    Args:
        text: in which they stand.
        roots: where the words begin that every sensitive name holds one of.
        bare: takes where those begin that have no quotes in a JSON text.
    """
    done, ends = 0, Ends(text)
    for root in roots:
        if root < done:
            continue
        named = _PAIR.match(text, root)
        if named is None:
            done = _end(_RUN, text, root)
            continue
        done, mark = named.start("behind"), named["mark"]
        name = _pair_name(text, root, done)
        if not name or (mark == ">" and not _is_element(text, root)):
            continue
        if text[root:done] == "PWD" and _PATH.match(text, named.end()):
            continue  # where a shell is
        in_json = text[done] == '"'
        whole_line = _takes_line(name, mark)
        for start, end in spans(ends, named.end(), mark, whole_line=whole_line):
            if in_json and text[start - 1] not in "\"'":
                bare.add(start)
            yield start, end
            done = end


@lru_cache(maxsize=4096)
def _takes_line(name: str, mark: str) -> bool:
    return plain_name(name) in _WHOLE_LINE.get(mark, ())


def _end(pattern: re.Pattern[str], text: str, start: int) -> int:
    match = pattern.match(text, start)
    return match.end() if match else start


def _is_element(text: str, root: int) -> bool:
    """Tell whether a name is an element's: else a bracket behind it is no mark."""
    start = head(text, root)
    return text[start - 1 : start] in {"<", ":"}


# Further behind a name no value begins.
_FAR = 3000


def _beside(text: str, roots: list[int], pattern: re.Pattern[str]) -> Iterator[Span]:
    """Yield the values that a pattern finds behind a name."""
    done = 0
    for root in roots:
        if root < done:
            continue
        match = pattern.match(text, root, root + _FAR)
        if match and _is_named(text, root, match.end("name")):
            if match.end() == root + _FAR:
                match = pattern.match(text, root) or match
            done = match.end()
            yield match.span("value")
        else:
            done = _end(_WORD, text, root)


def _is_named(text: str, root: int, end: int) -> bool:
    name = text[head(text, root) : end].replace(":", " ")
    return _sensitive_tail(name) is not None


def _beside_all(text: str, low: str, roots: list[int]) -> Iterator[Iterable[Span]]:
    """Yield the values that stand beside names with no mark between, kind by kind."""
    if "values" in low:
        yield inserted(text, _sensitive_tail)
    if " FROM stdin" in text:
        yield copied(text, _sensitive_tail)
    if "value" in low:
        yield cookies(text, roots)
        yield reversed_attributes(text, roots, _sensitive_tail)
    for pattern, signs in PATTERNS:
        found = any(sign in low for sign in signs)
        yield _beside(text, roots, pattern) if found else ()


def _apart(kinds: Iterable[Iterable[Span]]) -> list[Span]:
    """Return what does not overlap, by its place; the surer kinds come first."""
    kept: list[Span] = []
    for kind in kinds:
        if not kept:
            kept = sorted(kind)
            continue
        ends = [end for _, end in kept]
        free = []
        for span in kind:
            n = bisect_right(ends, span[0])
            if n == len(kept) or kept[n][0] >= span[1]:
                free.append(span)
        kept = sorted(kept + free) if free else kept
    return kept


def _replace_named(text: str, replace: Replace, note: Note) -> str:
    low = _low(text)
    # Every sensitive name holds one of these.
    roots = [match.start() for match in _ROOT.finditer(low)]
    numbers = (*reached(text), *nationals(text))
    if not roots and not numbers:
        return text
    *surer, content = _beside_all(text, low, roots)
    heads = [(root, low[root : root + 3]) for root in roots]
    behind = called(text, heads)
    spaced = [*_beside(text, [root for root in roots if root not in behind], SPACED)]
    row = beside_in_row(text, spaced) if "|" in text else ()
    others = further(text, (*behind.values(), *numbers))
    below = columns(text, roots, _sensitive_tail)
    sentences = told(text, heads), named_after(text, roots), passwords(text, heads)
    bare: set[int] = set()
    pairs = _pairs(text, roots, bare)
    named = (content, behind.values(), numbers, others, below, spaced, row, *sentences)
    apart = _apart((*surer, pairs, *named))
    parts: list[str] = []
    done = 0
    for start, end in apart:
        raw = text[start:end]
        value = _replaced_value(raw, replace)
        # A number in JSON becomes a string, or the text would not be JSON.
        quoted = start in bare and value != raw and not _NUMBER.fullmatch(value)
        parts += text[done:start], f'"{value}"' if quoted else value
        done = end
        if value is not raw:
            note(start, raw, value)
    return "".join((*parts, text[done:]))


def _unnoted(start: int, raw: str, new: str) -> None:
    """Let what was replaced be forgotten."""


def rewrite(
    text: str,
    replace: Replace,
    shaped: Replace | None = None,
    note: Note = _unnoted,
    settled: Settled = (),
) -> str:
    """Return a text with every secret value in it replaced.

    Args:
        text: any text.
        replace: from a value that stands under a sensitive name to what to put there.
        shaped: the same for a value that only its looks give away; ``replace`` if not
            given.
        note: is told where each value stood, what it was and what is there now; of
            use where every value is replaced by one of its length.
        settled: what stays whatever it looks like, such as what was put there just now.
    """
    shaped = shaped or replace
    if "PRIVATE KEY" in text:
        # Its first line would be taken for the value below a name.
        text = _replace_shape(text, PRIVATE_KEY, shaped, note, settled)
    text = _replace_named(text, replace, note)
    options = OPTIONS if OPTION.search(text) else ()
    lines = LINES if KEY_LINE.search(text) else ()
    signed = (one for sign, one in (*LOGINS, *SIGNED) if sign in text)
    for scheme in (*lines, BASIC, NAMED_CODE, *signed, *options):
        text = _replace_second(text, scheme, replace, note)
    for shape, sign in SHAPES:
        if sign.search(text):
            text = _replace_shape(text, shape, shaped, note, settled)
    return _replace_lone(text, shaped, note)


def _replace_lone(text: str, replace: Replace, note: Note) -> str:
    """Replace the secrets that have neither a name nor a padding."""
    parts: list[str] = []
    done = 0
    for start, end in lone_secrets(text):
        raw = text[start:end]
        new = replace(raw)
        note(start, raw, new)
        parts += text[done:start], new
        done = end
    return "".join((*parts, text[done:])) if parts else text


def _replace_second(
    text: str, scheme: re.Pattern[str], replace: Replace, note: Note
) -> str:
    """Replace the second group of a pattern wherever that matches."""

    def replaced(match: re.Match[str]) -> str:
        new = _replaced(match[2], replace)
        note(match.start(2), match[2], new)
        return match[1] + new

    return scheme.sub(replaced, text)


def _replace_shape(
    text: str, shape: re.Pattern[str], replace: Replace, note: Note, settled: Settled
) -> str:
    """Replace whatever looks like a value of a kind."""
    parts: list[str] = []
    done = 0
    for match in matches(text, shape, lambda said: rewrite(said, mask) == said):
        raw = match[0]
        new = raw if raw in settled else _replaced_shape(match, raw, replace)
        if new is not raw:
            note(match.start(), raw, new)
            parts += text[done : match.start()], new
            done = match.end()
    return "".join((*parts, text[done:])) if parts else text


def _replaced_shape(match: re.Match[str], raw: str, replace: Replace) -> str:
    """Replace a value that only looks like one; a long name before a mark does too."""
    if is_no_key(match, raw):
        return raw
    named = raw.endswith("=") and raw.rstrip("=+/")[-1:] not in NO_ENDING
    if named and plain_name(raw).endswith(SENSITIVE_ENDINGS):
        return raw
    return _replaced(raw, replace)


def conceal(text: str) -> str:
    """Mask every secret in a text.

    Returns:
        The text itself if it holds none; otherwise a `Secret` of the whole text that
        shows it with each secret value replaced by its mask.
    """
    if isinstance(text, Secret):
        return text
    shown = rewrite(text, mask)
    return text if shown == text else Secret(text, shown)


def conceal_named(name: str, value: str) -> str:
    """Mask a value that stands under a name: a header, a field, a parameter."""
    if isinstance(value, Secret):
        return value
    if is_sensitive(name):
        shown = _replaced_value(value, mask)
        return value if shown == value else Secret(value, shown)
    return conceal(value)


REDACTED = re.compile(
    r"(?i)(?:\W*+(?:bearer|basic)(?=\s))?"
    rf"(?:(?=[^{MASK_SIGNS}]*[{MASK_SIGNS}])\W+"
    rf"|\W*+(?:{MASK_WORDS}|secret removed|sensitive|x{{5,}})\W*+)"
)


def still_masked(value: str) -> bool:
    """Tell whether somebody masked this value before we got it."""
    return examine(value, lambda raw: MASK in raw or bool(REDACTED.fullmatch(raw)))
