"""What makes a difference in a body though the call was accepted."""

from vippsdiag.bulk.values import any_of, sign
from vippsdiag.shapes import DOCUMENTED_EXAMPLES

_NOTED = (
    "INTENT",
    '"intent"',
    "authToken",
    "callbackAuthorizationToken",
    "{{",
    "${",
    *sorted(DOCUMENTED_EXAMPLES),
)
# A letter, a digit or a mark that is written as an escape may be part of any of them.
_ESCAPED = tuple(f"\\u00{digit}" for digit in "234567")
# So many forms of bodies are remembered: a few for each kind of call.
MOST_FORMS = 1 << 12
_HEX = b"0123456789abcdefABCDEF"
# A form is a text of which no digit counts, be it decimal or hexadecimal.
_FORM = bytes.maketrans(_HEX, b"0" * len(_HEX))
# What nothing but its digits tells from the ids that people make up, and the others.
_IDS = tuple(one for one in _NOTED if not one.strip(_HEX.decode() + "-"))
_OTHERS = tuple(one.encode().translate(_FORM) for one in _NOTED if one not in _IDS)
_ALIKE = tuple({one.encode().translate(_FORM) for one in _IDS})


def is_noted(text: str) -> bool:
    """Tell whether a text matters though the call succeeded."""
    return any_of(_NOTED, text)


class Bodies:
    """The forms of bodies that were seen; most calls send one of a few."""

    def __init__(self) -> None:
        # What is yet to be looked for in a body of this form.
        self._known: dict[int, tuple[str, ...]] = {}

    def is_noted(self, body: str) -> bool:
        """Tell whether a body matters, whatever it has escaped."""
        form = body.encode("utf-8", "surrogatepass").translate(_FORM)
        signed = sign(form)
        left = self._known.get(signed)
        if left is None:
            left = self._known[signed] = _left(form)
            if len(self._known) > MOST_FORMS:
                self._known.clear()
        return any_of(left, body) if left else False


def _left(form: bytes) -> tuple[str, ...]:
    """Return what a body of this form may hold."""
    if b"\\u00" in form or any(one in form for one in _OTHERS):
        return _NOTED + _ESCAPED
    return _IDS if any(one in form for one in _ALIKE) else ()
