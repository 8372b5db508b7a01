"""Where a value stands that a sentence tells of: "ring meg på", "as the password"."""

import re
from collections.abc import Iterable, Iterator

from vippsdiag.extent import Span
from vippsdiag.logins import (
    AUTH_CALLED,
    AUTH_PAIR,
    AUTH_TOLD,
    HMAC_CALLED,
    IDENTIFIED,
    RESET,
    SECURE,
    USER_CALLED,
)
from vippsdiag.looks import (
    AS_NAMED,
    BORN,
    CODE_TOLD,
    COOKIES_BELOW,
    KEY_CALLED,
    LINKED,
    NATIONAL_TOLD,
    NEXT_CELL,
    PASS,
    PASS_TOLD,
    PASSWORD,
    SESSION,
    TOLD,
    TOLD_GUID,
)
from vippsdiag.phones import (
    CALLED,
    FURTHER,
    REACHED,
    is_number,
    is_reached,
    signed,
)
from vippsdiag.sensitive import is_sensitive

# Where the words begin that every sensitive name holds one of, each with its first
# three letters without case.
Heads = list[tuple[int, str]]

# By the three letters that their roots begin with, since most roots begin otherwise.
_CALLED_BY: dict[str, tuple[re.Pattern[str], ...]] = {
    **dict.fromkeys(("cel", "gsm", "mob", "msi", "tel", "tlf", "vip"), (CALLED,)),
    **dict.fromkeys(("pho", "puh"), (CALLED,)),
    **dict.fromkeys(("ava", "kke", "ngl", "nyc", "nøg", "pri"), (KEY_CALLED,)),
    "sec": (KEY_CALLED, SECURE),
    "aut": (AUTH_CALLED, AUTH_PAIR, AUTH_TOLD),
    "hma": (HMAC_CALLED,),
    **dict.fromkeys(("bir", "del", "dob", "syn"), (BORN,)),
    "dse": (BORN, NATIONAL_TOLD),
    **dict.fromkeys(("cpr", "het", "per", "ssn", "tun"), (NATIONAL_TOLD,)),
    **dict.fromkeys(("fdd", "fdt", "fød", "föd"), (BORN,)),
    **dict.fromkeys(("adg", "sal", "sen"), (PASS_TOLD,)),
    "kod": (PASS_TOLD, CODE_TOLD),
    "pas": (PASS, PASS_TOLD, IDENTIFIED, RESET),
    "pwd": (USER_CALLED,),
    "coo": (COOKIES_BELOW,),
    "ses": (SESSION,),
    "ide": (IDENTIFIED,),
}
_DIGITS = r"([0-7]\d[0-5]\d{8})(?![\w-]|[.,]\d)"
# In a sentence, and as an item of a list in either quotes.
_ELEVENS = (
    re.compile(rf" (?<=[a-zæøåäö,:(] ){_DIGITS}"),
    re.compile(rf"'(?:(?<=, ')|(?<=[,(]')){_DIGITS}"),
    re.compile(rf'"(?:(?<=, ")|(?<=[,(]")){_DIGITS}'),
)
_WEIGHTS = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_NAME = re.compile(r"\w+")
_SECRETS = frozenset({"hem", "sal", "sec"})
_PASSWORDS = frozenset({"adg", "kod", "pas", "pw ", "pw:", "sal", "sen"})
# What names them may be the heading of the line below.
_HEADING = re.compile(r"\w{1,20}(?:[ ][^\W\d_]{1,20}){0,4}[ *:_]{0,6}\r?")
_FAR = 160
# A sentence is not longer, as far as it matters.
_NEAR = 100
# The words that link a name to what stands before it.
_LINK = 40
_LINKS = (" as ", " er ", " is ", " on ", " som ", " är ")


def called(text: str, heads: Heads) -> dict[int, Span]:
    """Return what is behind the word for a phone, a key, a birth or a pass.

    By where that word begins.
    """
    found = {}
    done = 0
    for root, head in heads:
        if root < done:
            continue
        for pattern in _CALLED_BY.get(head, ()):
            if match := pattern.match(text, root):
                found[root] = match.span("value")
                done = match.end("value")
                break
    return found


def reached(text: str) -> list[Span]:
    """Return the numbers at which somebody can be reached."""
    found = {}
    if is_reached(text):
        found = {match.end(): match.span(2) for match in REACHED.finditer(text)}
    below = {match.end(): match.span("value") for match in signed(text)}
    return [*(below | found).values()]


def nationals(text: str) -> list[Span]:
    """Return the Norwegian identity numbers in sentences and lists.

    They are known by their two checks.
    """
    numbers = (one for eleven in _ELEVENS for one in eleven.finditer(text))
    return [one.span(1) for one in numbers if not any(_sums(one[1]))]


def _sums(number: str) -> Iterator[int]:
    """Yield what is left over of each sum that a right number divides by eleven."""
    for weights in _WEIGHTS:
        yield sum(int(one) * by for one, by in zip(number, weights, strict=False)) % 11


def further(text: str, numbers: Iterable[Span]) -> Iterator[Span]:
    """Yield the numbers that stand beside one, as another way to reach somebody."""
    seen = set()
    for start, end in numbers:
        match = FURTHER.match(text, end)
        if match and not is_number(text[start:end]):
            continue
        while match and match.end() not in seen:
            seen.add(match.end())
            yield match.span("value")
            match = FURTHER.match(text, match.end())


def told(text: str, heads: Heads) -> Iterator[Span]:
    """Yield the secrets that stand further on in the sentence that names them."""
    for root, head in heads:
        if head in _SECRETS and (
            match := TOLD.match(text, root) or TOLD_GUID.match(text, root)
        ):
            yield match.span("value")


def beside_in_row(text: str, cells: Iterable[Span]) -> Iterator[Span]:
    """Yield the secrets in the cells of a row behind one that was found there."""
    for _, end in cells:
        match = NEXT_CELL.match(text, end)
        while match:
            yield match.span("value")
            match = NEXT_CELL.match(text, match.end())


def passwords(text: str, heads: Heads) -> Iterator[Span]:
    """Yield what is like nothing but a password further on in a line that names one."""
    done = 0
    for root, head in heads:
        if head in _PASSWORDS:
            line = text.find("\n", root, root + _FAR)
            if line >= 0 and _HEADING.fullmatch(text, root, line):
                line = text.find("\n", line + 1, root + _FAR)
            start, done = max(root, done), root + _FAR if line < 0 else line
            for match in PASSWORD.finditer(text, start, done):
                yield match.span()
                done = max(done, match.end())


def named_after(text: str, roots: list[int]) -> Iterator[Span]:
    """Yield the values that stand before the name of what they are."""
    if not any(word in text for word in _LINKS):
        return
    for root in roots:
        start = text.rfind(" ", max(0, root - _LINK), root) + 1
        # Most words before a name link it to nothing, which is quick to see.
        if not start or not LINKED.search(text, max(0, start - _LINK), start):
            continue
        match = AS_NAMED.search(text, max(0, start - _NEAR), start)
        name = match and _NAME.match(text, start)
        if match and name and _is_named(text, start, name.end()):
            yield match.span("value")


def _is_named(text: str, start: int, end: int) -> bool:
    """Tell whether a word is sensitive, or is with the one before it."""
    before = text.rfind(" ", max(0, start - _LINK), start - 1) + 1
    return is_sensitive(text[start:end]) or is_sensitive(text[before:end])
