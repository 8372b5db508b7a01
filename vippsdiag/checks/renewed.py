"""Does somebody say that keys were regenerated?"""

import re
from collections.abc import Callable, Iterator
from itertools import islice

from vippsdiag.check import Confidence, Finding
from vippsdiag.checks.environment import key_refused
from vippsdiag.evidence import Evidence, Place
from vippsdiag.exchange import Exchange
from vippsdiag.language import say

# That it happened, in five languages, also by the portal's button.
_RENEWED = re.compile(
    r"\b(?:re-?generated|rotated|renewed|reissued|regenerert|regenererte|roterte|rotert"
    r"|fornyet|fornyede|fornyte|regenereret|regenererede|roterede|regenererade"
    r"|regenererat|roterade|roterat|förnyade|förnyat|uusimme|uusittu|uusittiin"
    r"|regeneroitu|regeneroimme|regeneroitiin)\b"
    r"|[\"'«“”„](?:regenerate|regenerer|regenerera|generer på ny)\w*[\"'»”“]",
    re.IGNORECASE,
)
_KEYS = re.compile(
    r"\bkeys?\b|secret|nøk|nøgl|nyck|avai|hemmelig|hemlig|salaisuu", re.IGNORECASE
)
# Before it: that it did not happen, or is only thought of.
_UNSURE = re.compile(
    r"\b(?:or|eller|tai|no|not|\w+n['’]t|never|if|whether|when|should|could|can|must|need|want|before"
    r"|have (?:them|these|it|the)|be|ikke|aldri|aldrig|hvis|dersom|om|når|skal|kan|bør"
    r"|må|inte|ska|måste|innan|ei|jos|emme|pitää|pitäisi|voi\w*)\b",
    re.IGNORECASE,
)
# Behind these, another thing is spoken of.
_PART = re.compile(r"[,;(]|\s(?:and|but|og|och|ja|men|mutta)\s")
_AROUND, _MOST = 200, 20


def says_renewed(text: str) -> bool:
    """Tell whether a sentence says that keys were regenerated."""
    return any(_is_said(text, one) for one in islice(_RENEWED.finditer(text), _MOST))


def _is_said(text: str, found: re.Match[str]) -> bool:
    start, end = found.span()
    before = re.split(r"[.!?:]\s|\n\s*\n", text[max(start - _AROUND, 0) : start])[-1]
    behind = re.split(r"(?<=[.!?])\s|\n\s*\n", text[end : end + _AROUND])[0]
    near = _PART.split(before)[-1], _PART.split(behind)[0]
    about = any(map(_KEYS.search, near))
    asked = behind.rstrip().endswith("?")
    return about and not asked and not _UNSURE.search(before)


def told_renewed(
    evidence: Evidence, refused: Callable[[Exchange], bool]
) -> Iterator[Finding]:
    """Find the calls that were refused as old keys are, where keys are said to be new.

    Args:
        evidence: what was told and pasted.
        refused: tells whether a secret was refused.
    """
    if not says_renewed(evidence.text or ""):
        return
    for exchange in evidence.exchanges:
        if refused(exchange) or key_refused(exchange):
            yield Finding(
                message=say("The text says that keys were regenerated."),
                place=Place(exchange=exchange, part="response body"),
                confidence=Confidence.LIKELY,
            )
