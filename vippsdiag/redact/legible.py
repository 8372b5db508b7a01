"""What cannot be looked through for secrets, and so is not handed on at all."""

import re

from vippsdiag.errors import UnreadablePaste
from vippsdiag.importers.decode import BINARY, HINT, looks_binary
from vippsdiag.language import mark, say

# What stands in the place of a letter that was lost on the way.
_LOST = "\ufffd"
_VALUE = re.compile(rf"[\w+/=.{_LOST}-]+")
_DIGIT = re.compile(r"\d")
# Words are shorter, but for a few.
_LONG = 20


def refuse_illegible(text: str) -> None:
    """Refuse a text in which a secret can be that nobody would know for one.

    Raises:
        UnreadablePaste: it is, or holds, binary data; or letters of what may be a key
            were lost. A word in which a letter was lost is none.
    """
    if "\0" in text or looks_binary(text):
        raise UnreadablePaste(BINARY, HINT)
    if _LOST not in text:
        return
    for value in _VALUE.finditer(text):
        if _LOST in value[0] and (len(value[0]) > _LONG or _DIGIT.search(value[0])):
            line = text.count("\n", 0, value.start()) + 1
            raise UnreadablePaste(
                say(
                    "In line {line} letters of what may be a key were lost.", line=line
                ),
                mark("Take them out there, or copy the text anew, and try again."),
            )
