"""Does a value hold what does not belong to it?"""

from collections.abc import Iterator

from vippsdiag.check import API_KEYS, Confidence, Finding, Severity, check
from vippsdiag.checks.keys import is_whole, keys, sureness
from vippsdiag.checks.sent import (
    was_taken,
)
from vippsdiag.conceal import still_masked
from vippsdiag.evidence import Evidence, Need
from vippsdiag.language import say
from vippsdiag.samples import (
    CLIENT_ID,
    CLIENT_SECRET,
    SUBSCRIPTION_KEY,
    basic,
    case,
    login_call,
)
from vippsdiag.shapes import (
    hidden_characters,
    is_cut,
    is_hidden,
    is_placeholder,
    template_in,
)

_WITH_BREAK = {"Authorization": basic(CLIENT_ID, CLIENT_SECRET + "\n")}


@check(
    severity=Severity.ERROR,
    needs={Need.KEYS},
    fix="Copy the value again with the portal's copy button, or type it into a plain "
    "text editor first.",
    docs=API_KEYS,
    source="causes.md; quotes in a key checked live for another API; HTTP trims blanks "
    "around a value, so those are no cause",
    broken=lambda: [
        keys(client_secret=f'"{CLIENT_SECRET}"'),
        keys(client_id=CLIENT_ID[:8] + "\u200b" + CLIENT_ID[8:]),
        keys(subscription_key=SUBSCRIPTION_KEY + "\n"),
        keys(subscription_key="\u201c" + SUBSCRIPTION_KEY + "\u201d"),
        keys(client_secret=CLIENT_SECRET[:9] + " " + CLIENT_SECRET[9:]),
        case(login_call(headers=_WITH_BREAK, status=401, answer={"error": "x"})),
    ],
    healthy=lambda: [keys(), keys(client_secret=f" {CLIENT_SECRET} ")],
)
def value_contains_hidden_characters(evidence: Evidence) -> Iterator[Finding]:
    """A value holds a character that does not belong to it.

    Mail programs, documents and chat turn hyphens and quotes into typographic ones and
    add invisible characters; configuration files keep quotes. The API compares letter
    by letter, so such a value is another value. A line break cannot be sent at all.
    """
    for value in evidence.values():
        slips = hidden_characters(value.value)
        if not slips or still_masked(value.value) or is_cut(value.value):
            continue
        if was_taken(value.place) or is_hidden(value.value):
            continue
        if is_placeholder(value.value) or template_in(value.value):
            continue
        basic = value.place.name == "Authorization"
        first = slips[0]
        what = {"field": value.field, "name": first.name, "position": first.position}
        yield Finding(
            message=say("The {field} holds {name} at character {position}.", **what)
            if len(slips) == 1
            else say(
                "The {field} holds {name} at character {position} and {more} more.",
                more=len(slips) - 1,
                **what,
            ),
            place=value.place if basic else value.place.at(first.position),
            # Inside a Basic pair, it is rather the encoding that put it there.
            confidence=Confidence.POSSIBLE
            if basic
            else (sureness(value) if is_whole(value) else Confidence.LIKELY),
        )
