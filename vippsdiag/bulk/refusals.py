"""Why calls were refused, in words without what differs from call to call."""

import re

from vippsdiag.bulk.noted import is_noted
from vippsdiag.bulk.values import any_of, sign
from vippsdiag.shapes import DOCUMENTED_EXAMPLES

# So many answers are remembered; there are some hundred.
MOST_WORDS = 1 << 12

# Ids, times and traces in the words of a refusal; no code of an error is so long. That
# nothing stands before it is asked behind its first character, which is far quicker.
_IN_REFUSAL = re.compile(
    r"[0-9a-fA-F](?<![\w-].)(?:[0-9a-fA-F-]{15,63}(?![\w-])"
    r"|\d{3}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?Z?)"
)
# Each behind a text without which it need not be looked for.
_NUMBERS = (
    ("MSN", re.compile(r"(MSN:? )\d{4,7}\b")),
    ("again in ", re.compile(r"(again in )\d+(?= seconds)")),
)
# Stands for what was left out of a refusal.
_OWN = "\x1d"
_ID = re.compile("[0-9a-fA-F][0-9a-fA-F-]{15,63}")
# How members begin that name a call, in JSON without blanks and with them.
_BEGINS = tuple(
    f'"{name}":{blank}"'
    for name in """
        contextId correlation_id correlationId request_id requestId trace_id traceId
        """.split()
    for blank in ("", " ")
)
# Stands for any of them, since it is one.
_AN_ID = "0" * 16
# An id that could be one of these is none.
_EXAMPLES = tuple(one for one in sorted(DOCUMENTED_EXAMPLES) if _ID.fullmatch(one))


class Refusals:
    """Answers that were seen; most calls are refused in the same words.

    What is remembered of them is a sign of their text, from which the ids are cut out
    that stand behind a name of their own.
    """

    def __init__(self) -> None:
        self._known: dict[int, int] = {}
        # Those that an answer had: one that is looked for and not there takes longest.
        self._begins: list[str] = []

    def read(self, text: str, client_id: str) -> int | None:
        """Return what stands for the words of an answer.

        None if something in it has to do with the keys in some other way.

        Args:
            text: the answer.
            client_id: what the call carried; empty for none.
        """
        if client_id and client_id.lower() in text.lower():
            bare = refusal(text, client_id)
            return None if bare is None else sign(bare)
        text, ids = self._cut(text)
        signed = sign(text)
        words = self._known.get(signed)
        return self._read(text, ids, signed) if words is None else words

    def _cut(self, text: str) -> tuple[str, int]:
        """Put one id in the place of each that is found; return how many were."""
        ids = 0
        for begins in self._begins:
            start = text.rfind(begins)
            if start >= 0:
                start += len(begins)
                value, _, behind = text[start:].partition('"')
                if behind and _ID.fullmatch(value) and not any_of(_EXAMPLES, value):
                    text, ids = f'{text[:start]}{_AN_ID}"{behind}', ids + 1
        return text, ids

    def _read(self, text: str, ids: int, signed: int) -> int | None:
        bare = refusal(text, "")
        if bare is None:
            return None
        words = sign(bare)
        # If there is more in it that differs, it will not be seen again.
        if bare.count(_OWN) == ids:
            if len(self._known) >= MOST_WORDS:
                self._known.clear()
            self._known[signed] = words
        self._begins += (
            begins
            for begins in _BEGINS
            if begins in text and begins not in self._begins
        )
        return words


def refusal(text: str, client_id: str) -> str | None:
    """Return the words of an answer without what differs from call to call.

    None if something in it has to do with the keys in some other way.

    Args:
        text: the answer.
        client_id: what the call carried; empty for none.
    """
    if _OWN in text or is_noted(text):
        return None
    if client_id:
        text = text.replace(client_id, f"{_OWN}client")
        if client_id.lower() in text.lower():
            return None
    for begins, number in _NUMBERS:
        if begins in text:
            text = number.sub(rf"\1{_OWN}", text)
    return _IN_REFUSAL.sub(_OWN, text)
