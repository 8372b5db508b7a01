"""A string that masks itself.

A `Secret` *is* the mask: every way to turn it into text (``str``, ``repr``, ``format``,
``json``, pandas, pickle, a traceback that prints local variables) sees only what may
be shown. The value itself is reached by `Secret.reveal`, which is called where a
request is sent and nowhere else, and by `examine`, which asks it a question.
"""

import hashlib
from collections.abc import Callable
from typing import TypeVar

from vippsdiag.errors import SecretHandling, VippsdiagError
from vippsdiag.language import say

MASK = "•••"

# Below this length a value can be guessed from its fingerprint.
FINGERPRINT_FROM = 16

Answer = TypeVar("Answer")


def fingerprint(raw: str) -> str:
    """Return the first 8 hexadecimal digits of the value's SHA-256.

    Two people can compare a key by it without showing the key.
    """
    return hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def mask(raw: str) -> str:
    """Return the text to show instead of a value.

    Short values get no fingerprint, because they could be found by trying.
    """
    return MASK + fingerprint(raw) if len(raw) >= FINGERPRINT_FROM else MASK


class Secret(str):
    """A value that must not be shown; as a string it is its own mask.

    Args:
        raw: the value, or a longer text that holds such values.
        shown: what to show instead; `mask` of the value if not given.
    """

    __slots__ = ("__raw",)
    __raw: str

    def __new__(cls, raw: str, shown: str | None = None) -> "Secret":
        """Wrap a value; wrapping it twice changes nothing."""
        if isinstance(raw, Secret):
            return raw
        secret = super().__new__(cls, mask(raw) if shown is None else shown)
        secret.__raw = raw
        return secret

    def reveal(self) -> str:
        """Return the value itself. Only for the call that sends a request."""
        return self.__raw

    @property
    def fingerprint(self) -> str:
        """The first 8 hexadecimal digits of the value's SHA-256."""
        return fingerprint(self.__raw)

    @property
    def size(self) -> int:
        """How many characters the value has; ``len`` counts the mask's."""
        return len(self.__raw)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Secret):
            return self.__raw == other.__raw
        return NotImplemented

    def __hash__(self) -> int:
        return hash(("Secret", self.fingerprint))

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __repr__(self) -> str:
        return f"Secret({str(self)!r})"

    def __str__(self) -> str:
        return str.__str__(self)[:]

    def __copy__(self) -> "Secret":
        return self

    def __deepcopy__(self, memo: object) -> "Secret":
        return self

    def __reduce_ex__(self, protocol: object) -> tuple[type[str], tuple[str]]:
        return str, ("".join(self),)


def examine(value: str, question: Callable[[str], Answer]) -> Answer:
    """Ask a question about the value of a string that may be a `Secret`.

    The answer must not hold the value: a yes or no, a position, a shape.

    Raises:
        SecretHandling: the question failed; only the error's class is told, because
            its text and its frames may hold the value.
    """
    if not isinstance(value, Secret):
        return question(value)
    try:
        return question(value.reveal())
    except VippsdiagError as error:
        safe = error
    except Exception as error:  # noqa: BLE001 - nothing of it may get out
        safe = SecretHandling(
            say("A value could not be read ({error}).", error=type(error).__name__)
        )
    # Outside the except block, so that no frame that held the value is shown.
    raise safe.with_traceback(None)


def size(value: str) -> int:
    """Return how many characters a string has that may be a `Secret`."""
    return value.size if isinstance(value, Secret) else len(value)
