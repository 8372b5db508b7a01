"""The kind of keys that somebody says they have: "we received our partner keys"."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from vippsdiag.importers.keys.names import ANY_KIND, KINDS
from vippsdiag.keys import KeyKind

_KEYS = r"[ _-]{0,2}(?:api[ _-]?)?(?:keys?\b|nøk|nøgl|nyck|avai)"
_SPOKEN = {
    kind: re.compile(rf"(?<![^\W_]){words}{_KEYS}", re.IGNORECASE)
    for kind, words in KINDS.items()
}
_SENTENCE = re.compile(r"(?<=[.!?:])\s+")
# Who has them, in the five languages; Finnish says it by the end of the verb, too.
_OWN = re.compile(
    r"\b(?:we|our|ours|us|i|my|these are|vi|vår\w*|oss|jeg|min|mine|vores|os|jag|mina"
    r"|våra|meidän|meillä|meille|minulla|minun|olen|\w{3,20}mme)\b",
    re.IGNORECASE,
)
# Before the kind: these are not the keys, or not yet, or it is not known.
_UNSURE = re.compile(
    r"\b(?:no|not|\w+n['’]t|never|without|instead|than|if|whether|when|should|could|can"
    r"|would|must|need|want|order\w*|ask\w*|get|ikke|ingen|uten|uden|hvis|dersom|om|når"
    r"|skal|bør|kan|må|trenger|ønsker|vil|bestil\w*|søk\w*|inte|inga|utan|behöver|ska"
    r"|vill|ei|eivät|ilman|jos|pitäisi|voi\w*|tarvits\w*|halua\w*|tilaa\w*)\b",
    re.IGNORECASE,
)
# Of another time, or of production while it is perhaps test that fails.
_ELSEWHERE = re.compile(
    r"\b(?:previously|earlier|formerly|used to|tidligere|tidigare|aiemmin|prod\b"
    r"|production|produksjon|produktion|tuotan\w+)",
    re.IGNORECASE,
)
_LONGEST, _MOST, _LONGEST_SAID = 600, 200, 20_000


def kind_told(lines: Iterable[str]) -> KeyKind | None:
    """Return the one kind of keys that a person says to have; None if none or several.

    A question, a wish and a condition do not say it.
    """
    kinds = {kind for sentence in _sentences(lines) for kind in _kinds(sentence)}
    return kinds.pop() if len(kinds) == 1 else None


def _sentences(lines: Iterable[str]) -> Iterator[str]:
    text = "\n".join(line.strip() for line in lines)
    # What is longer is a log, and nobody's words.
    said = (one for one in text.split("\n\n") if len(one) <= _LONGEST_SAID)
    for paragraph in islice(filter(ANY_KIND.search, said), _MOST):
        for sentence in _SENTENCE.split(paragraph.replace("\n", " ")):
            if len(sentence) <= _LONGEST and ANY_KIND.search(sentence):
                yield sentence


def _kinds(sentence: str) -> Iterator[KeyKind]:
    if sentence.endswith("?") or _ELSEWHERE.search(sentence):
        return
    for kind, pattern in _SPOKEN.items():
        found = pattern.search(sentence)
        before = sentence[: found.start()] if found else ""
        if found and _OWN.search(before) and not _UNSURE.search(before):
            yield kind
