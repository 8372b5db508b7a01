"""The redirect URI that a call named beside the registered one that a person names."""

import re
from itertools import islice, zip_longest
from urllib.parse import unquote

from vippsdiag.environments import split
from vippsdiag.evidence import Evidence
from vippsdiag.language import Text, joined, say


def compared(evidence: Evidence, sent: str) -> Text | None:
    """Say how a redirect URI differs from the registered one, if somebody names that.

    Args:
        evidence: what was told and pasted.
        sent: the redirect URI that a call named.
    """
    told = _told(evidence, sent)
    hosts = [uri for uri in told if _host(uri) == _host(sent)]
    nearest = (hosts or told)[:1]
    if not nearest or nearest[0] == sent:
        return None
    known = say("It is compared with {address}.", address=nearest[0])
    return joined(known, difference(sent, nearest[0]))


def difference(one: str, other: str) -> Text:
    """Say where two addresses differ first, in words."""
    pairs = enumerate(zip_longest(one, other, fillvalue=""), 1)
    position, (here, there) = next((n, pair) for n, pair in pairs if pair[0] != pair[1])
    if not here or not there:
        longer = there or here
        if longer == "/":
            return say(
                "They differ at character {position}: one of them has a slash at the "
                "end.",
                position=position,
            )
        return say(
            "They differ at character {position}: one of them has more behind it "
            "({longer}).",
            position=position,
            longer=repr(longer),
        )
    return say(
        "They differ at character {position}: {here} here, {there} there.",
        position=position,
        here=repr(here),
        there=repr(there),
    )


_URI = re.compile(r"\bhttps?://[^\s,;\"'<>)]{1,2000}")
# What somebody says of an address in the portal, in five languages.
_REGISTERED = re.compile(
    r"regist|rekister|portal|whitelist|godkjent|tillad", re.IGNORECASE
)
# How far from an address such a word may stand in its line.
_NEAR_BY, _MOST_URIS = 120, 200


def _told(evidence: Evidence, sent: str) -> list[str]:
    """Return the addresses that we were told are registered, or that are nearly so.

    Args:
        evidence: what was told and pasted.
        sent: the redirect URI that a call named.
    """
    words = evidence.context.product or "", evidence.context.client or ""
    told = _URI.findall(" ".join(words))
    text = evidence.text or ""
    for match in islice(_URI.finditer(text), _MOST_URIS):
        uri = match[0].rstrip(".")
        before = text[max(match.start() - _NEAR_BY, 0) : match.start()]
        behind = text[match.end() : match.end() + _NEAR_BY]
        line = before.rpartition("\n")[2] + behind.partition("\n")[0]
        alike = _plain(uri) == _plain(sent)
        said = _host(uri) == _host(sent) and _REGISTERED.search(line)
        if uri != sent and (alike or said):
            told.append(uri)
    return told


def _host(uri: str) -> str:
    return (split(uri).hostname or "").lower().removeprefix("www.")


def _plain(uri: str) -> tuple[str, str]:
    """Return what an address has whatever its scheme, port, case and last slash."""
    return _host(uri), unquote(split(uri).path).lower().rstrip("/")
