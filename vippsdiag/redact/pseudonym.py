"""Pseudonyms: what stands in a secret's place when a text is shared.

A pseudonym has the length and the looks of its value: hexadecimal digits stay
hexadecimal digits, Base64 stays Base64 with its padding, and every character that is
no letter and no digit stays where it is. So a check finds in the pseudonym what it
found in the value: a stray quote, a cut, a wrong length, the same key in two calls. A
reader learns where a value has punctuation, and nothing of its letters and digits.

A long pseudonym is made with a key that only the run knows, so that a phone number
cannot be found by trying all of them. Short values have one pseudonym in common.
"""

import re
import secrets
import string
from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b, sha256, shake_256
from itertools import product

from vippsdiag.shapes import (
    CUT,
    DOCUMENTED_EXAMPLES,
    HEX_MARK,
    MASK_WORDS,
    MASKED,
    TEMPLATE,
    WORD_MARK,
)
from vippsdiag.wording import is_wording

# No day is 10 in month 00, and no phone number of the markets goes on with 1000.
DIGIT_MARK = "1000"
# What is shorter has too few letters for a mark and a pseudonym of its own.
OWN_FROM = 12
OWN_DIGITS_FROM = 8
# How often a pseudonym is made from a pseudonym at most.
_TURNS = 8
# In what is longer, no variable is looked for.
LONGEST = 2000

_ESCAPED = re.compile(r"\\[bfnrt]")
_NUMBERED = re.compile(r"\\(u[0-9a-fA-F]{4})")
_NO_NUMBER = "u006f"
# Behind these signs no pseudonym may make an escape that was not there.
_LOOSE = re.compile(r"\\[^\W_]|%(?![0-9A-Fa-f]{2})[^\W_]")
_NO_ESCAPE = "o"
_ALNUM = re.compile(r"[A-Za-z0-9]+")
_RUNS = re.compile(f"({_ALNUM.pattern})")
# Without one of these, no part of a value is anything but its own; the signs that each
# of them has are quicker to find.
_SIGN = re.compile(r"[\\%$@{<(\[_.]")
_SPECIAL = re.compile(
    rf"[\\%$@{{]|<%|\[\.\.\.|[<\[(](?:truncated|{MASK_WORDS}|secret)"
    r"|__|\.\.\.|environ|\.env|env[(\[]|Variable\(",
    re.IGNORECASE,
)
_HEX = re.compile(r"(?:[0-9a-f]|[0-9A-F])+", re.IGNORECASE)
# Who reads or scans hexadecimal digits takes these for a zero and a one. A check tells
# such a value from Base64, and has to in its pseudonym too.
_MISREAD = re.compile(r"(?=[0-9a-fA-F]*([OoIl]))(?=\D*\d)[0-9a-fA-FOoIl]+", re.ASCII)
_SHORT_HEX = "dac7ed0dac7e"
_SHORT_DIGITS = "1000000"
_COUNTRY = re.compile(r"(?:\+|00|%2B)(?:358|4[567])", re.IGNORECASE)
_OWN_COUNTRY = re.compile(r"^(?:00)?(?:358|4[567])(?=1000)")
_BARE_COUNTRY = re.compile(r"4[57]\d{8}")
# Letters of other alphabets, by how many bytes they take.
_FOREIGN = {2: "ø", 3: "の", 4: "𝐱"}


class Pseudonyms:
    """Gives each value the same pseudonym every time.

    Args:
        seed: makes pseudonyms that are the same in every run with this seed; whoever
            knows it can find a short value by trying, so it is a secret too.
    """

    __slots__ = ("__keyed",)

    def __init__(self, seed: str | None = None) -> None:
        key = sha256(seed.encode()).digest() if seed else secrets.token_bytes(32)
        # To copy it is quicker than to begin with the key anew.
        self.__keyed = blake2b(key=key)

    def of(self, value: str) -> str:
        """Return the pseudonym of a value, which has the same length."""
        if value.isascii() and not _is_special(value):
            return value if is_left(value) else self._of_plain(value)
        new = self._of_special(value)
        for _ in range(_TURNS):
            # By chance its letters may be a variable's name, which is kept, or an
            # escape's: then the pseudonym would have another one.
            before, new = new, self._of_special(new)
            if new == before:
                break
        return new

    def _of_special(self, value: str) -> str:
        kept = _kept(value)
        numbered = dict(_numbered(value))
        kept |= numbered.keys()
        loose = {match.end() - 1 for match in _LOOSE.finditer(value)} - kept
        kept |= loose
        # Cut off at its end it may be an escape that goes on behind the value.
        loose.discard(len(value) - 1)
        places = [n for n, one in enumerate(value) if one.isalnum() and n not in kept]
        core = "".join(value[n] for n in places if value[n].isascii())
        new = iter(self._core(core, value))
        letters = list(value)
        for n, one in numbered.items():
            letters[n] = one
        for n in loose:
            letters[n] = _NO_ESCAPE
        for n in places:
            one = value[n]
            letters[n] = next(new) if one.isascii() else _foreign(one)
        return "".join(letters)

    def _of_plain(self, value: str) -> str:
        """Return the pseudonym of a value in which every letter is one of its own."""
        if value.isalnum():
            return self._core(value, value)
        parts = _RUNS.split(value)
        new = self._core("".join(parts[1::2]), value)
        done = 0
        for n in range(1, len(parts), 2):
            size = len(parts[n])
            parts[n] = new[done : done + size]
            done += size
        return "".join(parts)

    def _core(self, core: str, value: str) -> str:
        if is_pseudonym(core):
            return core
        if core.isdecimal():
            return self._digits(core, value)
        if _HEX.fullmatch(core):
            return self._hex(core)
        if len(core) >= OWN_FROM and (misread := _MISREAD.fullmatch(core)):
            return self._hex(core)[:-1] + misread[1]
        return self._word(core)

    def _stream(self, core: str, size: int, alphabet: str) -> str:
        """Return letters that depend on the key and the value alone."""
        keyed = self.__keyed.copy()
        keyed.update(core.encode("utf-8", "surrogatepass"))
        own = keyed.digest()
        # The bytes that would make some letters likelier than others are left out.
        table, uneven = _letters(alphabet)
        letters = own.translate(table, uneven)
        if len(letters) < size:
            letters = shake_256(own).digest(2 * size + 64).translate(table, uneven)
        return letters[:size].decode()

    def _digits(self, core: str, value: str) -> str:
        if len(core) < OWN_DIGITS_FROM:
            return _SHORT_DIGITS[: len(core)]
        country = _COUNTRY.match(value)
        kept = sum(map(str.isdecimal, country[0])) if country else 0
        if not country and _BARE_COUNTRY.fullmatch(core):
            kept = 2
        if len(core) - kept < OWN_DIGITS_FROM:
            kept = 0
        own = core[kept:]
        if is_pseudonym(own):
            return core
        free = self._stream(own, len(own) - len(DIGIT_MARK), string.digits)
        return core[:kept] + DIGIT_MARK + free

    def _hex(self, core: str) -> str:
        if len(core) < OWN_FROM:
            new = _SHORT_HEX[: len(core)]
        else:
            size = len(core) - len(HEX_MARK)
            new = HEX_MARK + self._stream(core.lower(), size, string.hexdigits[:16])
        return new.upper() if core.upper() == core else new

    def _word(self, core: str) -> str:
        if len(core) < OWN_FROM:
            return _short(core)
        upper, lower, digit = _classes(core)
        mark = WORD_MARK.upper() if upper else WORD_MARK
        alphabet = _ALPHABETS[upper, lower, digit]
        new = mark + self._stream(core, len(core) - len(mark), alphabet)
        # Every kind of letter that the value has is in its pseudonym.
        return new[:-2] + ("k" if lower else new[-2]) + ("7" if digit else new[-1])


@lru_cache
def _letters(alphabet: str) -> tuple[bytes, bytes]:
    """Return the table from bytes to letters, and the bytes that are in no table."""
    even = 256 - 256 % len(alphabet)
    table = (alphabet * (even // len(alphabet))).encode() + bytes(256 - even)
    return table, bytes(range(even, 256))


_ALPHABETS = {
    (upper, lower, digit): string.ascii_lowercase * lower
    + string.ascii_uppercase * upper
    + string.digits * digit
    for upper, lower, digit in product((True, False), repeat=3)
}


def _classes(core: str) -> tuple[bool, bool, bool]:
    """Tell whether there are letters of either case and digits."""
    return core.lower() != core, core.upper() != core, not core.isalpha()


def _short(core: str) -> str:
    """Return the one pseudonym of all short values of a kind and a length."""
    upper, lower, digit = _classes(core)
    new = (WORD_MARK + "o" * len(core))[: len(core)]
    new = new.upper() if not lower else new.capitalize() if upper else new
    return new[:-1] + "0" if digit else new


def _foreign(one: str) -> str:
    return _FOREIGN.get(len(one.encode("utf-8", "replace")), one)


def _is_special(value: str) -> bool:
    low = value.lower()
    signs = _SIGN.search(value) or "environ" in low
    return bool(signs and _SPECIAL.search(value)) or "xxxxx" in low


def is_pseudonym(core: str) -> bool:
    """Tell whether the letters and digits of a value are a pseudonym's."""
    if core.isdecimal():
        own = _OWN_COUNTRY.sub("", core) if DIGIT_MARK in core else ""
        return len(own) >= OWN_DIGITS_FROM and own.startswith(DIGIT_MARK)
    # A part of a pseudonym is one, however short.
    return core[: len(HEX_MARK)].lower().startswith((HEX_MARK, WORD_MARK))


def is_disguised(value: str) -> bool:
    """Tell whether a value is a pseudonym, whatever punctuation it has."""
    core = "".join(_ALNUM.findall(value))
    if not core or is_pseudonym(core):
        return bool(core)
    if len(core) >= OWN_FROM and not core.isdecimal():
        # The mark that it would have was not found.
        return is_left(core)
    return core == Pseudonyms("x").of(core)


def is_left(value: str) -> bool:
    """Tell whether a value is no secret: printed in documentation, or words alone."""
    return value.strip(" \"'") in DOCUMENTED_EXAMPLES or is_wording(value)


def _numbered(value: str) -> Iterator[tuple[int, str]]:
    """Yield what stands in the places of letters that JSON has by their numbers.

    No number but one of a control character may be a secret's own letter.
    """
    for match in _NUMBERED.finditer(value):
        new = match[1] if match[1].startswith(("u000", "u001")) else _NO_NUMBER
        yield from enumerate(new, match.start(1))


def _kept(value: str) -> set[int]:
    """Return the places of what is no secret: words that ask to be replaced, cuts."""
    if is_left(value):
        return set(range(len(value)))
    # The letter of an escape, such as a line break's in JSON, is none of the value's.
    kept = {match.end() - 1 for match in _ESCAPED.finditer(value)}
    for match in (*CUT.finditer(value), *MASKED.finditer(value)):
        kept |= set(range(*match.span()))
    for match in TEMPLATE.finditer(value) if len(value) <= LONGEST else ():
        if is_wording(match[0]):
            kept |= set(range(*match.span()))
    return kept
