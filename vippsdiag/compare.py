"""How far a request is from the known-good call, and what it should have been."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from vippsdiag.calls import AUTHORIZATION, KnownCall, known_call
from vippsdiag.environments import (
    BASE_URLS,
    SANDBOX_PRODUCTION,
    Environment,
    environment_of,
    split,
)
from vippsdiag.evidence import STANDARD_TOKEN_PATH, Evidence, call_of
from vippsdiag.exchange import Exchange, Headers, Request
from vippsdiag.keys import Field, field_named
from vippsdiag.language import Text, mark, say
from vippsdiag.secret import Secret, examine
from vippsdiag.shapes import MASKED, cleaned, hidden_characters, is_cut

TYPE = "Content-Type"


# What has no name of its own is shown by these words.
METHOD, ADDRESS, STATUS = mark("method"), mark("address"), mark("status")

# Both are always there; what differs is what they are.
_OTHER = {
    ADDRESS: mark("The address is {sent}, and should be {right}."),
    METHOD: mark("The method is {sent}, and should be {right}."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing in which a request differs from the known-good call.

    Attributes:
        part: ``method``, ``address`` or ``header``.
        name: of the header; None for the others.
        sent: what was sent, secrets masked; None if nothing was.
        right: what the known-good call has there; None for nothing. A `Text` says what
            belongs there where the value itself is not known.
        shown: whether it is known what was sent; a line of a log shows no headers.
    """

    part: str
    name: str | None = None
    sent: str | None = None
    right: str | None = None
    shown: bool = True

    @property
    def words(self) -> Text:
        """The difference in a sentence."""
        values = {"name": self.name, "sent": self.sent, "right": self.right}
        if self.name is None:
            return say(_OTHER[self.part], **values)
        if not self.shown:
            return say(
                "The header {name} is not shown; it is needed: {right}.", **values
            )
        if self.sent is None:
            return say("The header {name} is missing: {right}.", **values)
        if self.right is None:
            return say("The header {name} does not belong there.", **values)
        return say("The header {name} is {sent}, and should be {right}.", **values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A request beside the known-good call that is nearest to it.

    Attributes:
        exchange: the request, with what it was answered.
        known: the known-good call.
        differences: in reading order; empty if there are none.
        corrected: the request as it should have been.
    """

    exchange: Exchange
    known: KnownCall
    differences: tuple[Difference, ...]
    corrected: Request


def compare(exchange: Exchange, evidence: Evidence) -> Comparison | None:
    """Compare a request with the known-good call; None if no call is near to it.

    Args:
        exchange: the request to look at.
        evidence: what else is known: the environment that is meant, the keys.
    """
    request = exchange.request
    kind = (evidence.keys and evidence.keys.kind) or evidence.context.kind
    if request is None or call_of(request) is None:
        return None  # such as a webhook, which goes to the shop
    known = known_call(request, kind)
    if known is None:
        return None
    return Comparison(
        exchange=exchange,
        known=known,
        differences=tuple(_differences(request, known, evidence)),
        corrected=_corrected(request, known, evidence),
    )


def _differences(
    request: Request, known: KnownCall, evidence: Evidence
) -> Iterator[Difference]:
    if request.method and request.method != known.method:
        yield Difference(part=METHOD, sent=request.method, right=known.method)
    sent, right = str(request.url).partition("?")[0], _address(request, known, evidence)
    if sent.rstrip("/").lower() != right.rstrip("/").lower():
        yield Difference(part=ADDRESS, sent=sent, right=right)
    any_shown = request.shows_headers
    for name, words in known.needs:
        value = request.headers.get(name)
        if not value:
            yield Difference(
                part="header", name=name, right=say(words), shown=any_shown
            )
        elif (mended := _mended(name, value, words)) != value:
            shown = say(words) if name == AUTHORIZATION else str(mended)
            yield Difference(part="header", name=name, sent=str(value), right=shown)
    for name in known.refuses:
        value = request.headers.get(name)
        if value is not None:
            yield Difference(part="header", name=name, sent=str(value))
    if (right_type := _other_type(request, known)) is not None:
        sent_type = request.headers.get(TYPE)
        yield Difference(
            part="header",
            name=TYPE,
            sent=sent_type,
            right=right_type,
            shown=any_shown,
        )


def _other_type(request: Request, known: KnownCall) -> str | None:
    """Return the type that the body should have; None if it has it, or needs none."""
    right, sent = known.content_type, request.headers.get(TYPE) or ""
    return None if right is None or right in sent.lower() else right


def _mended(name: str, value: str, words: str) -> str:
    """Return a header's value without what was wrong with its form."""
    if name.lower() != AUTHORIZATION.lower():
        return cleaned(value) if hidden_characters(value) else value
    scheme = _scheme(words)
    pattern = re.compile(rf"{scheme} (?!bearer\b)[^\s\"']+", re.IGNORECASE)
    if examine(value, lambda raw: bool(pattern.fullmatch(raw.strip()))):
        return value
    return Secret("", f"{scheme} <{name}>")


def _whole(name: str, value: str, words: str) -> str:
    """Return a header's value as it should be; its name where a part is missing."""
    cut = is_cut(value) or examine(value, lambda raw: bool(MASKED.search(raw)))
    return Secret("", _placeholder(name, words)) if cut else _mended(name, value, words)


def _address(request: Request, known: KnownCall, evidence: Evidence) -> str:
    """Return the right address: the environment's host and the operation's path."""
    url, told = str(request.url), evidence.context.environment
    if environment_of(url) is Environment.SANDBOX:
        parts = split(url)
        production = request.environment is Environment.PRODUCTION
        prefix = SANDBOX_PRODUCTION if production else ""
        return f"{parts.scheme}://{parts.netloc}{prefix}{known.path}"
    here = told if told in BASE_URLS else request.environment
    if here is None:
        test = "test" in request.host
        here = Environment.TEST if test else Environment.PRODUCTION
    return BASE_URLS[here] + known.path


def _corrected(request: Request, known: KnownCall, evidence: Evidence) -> Request:
    """Return the request as it should have been, as far as that can be told.

    A value that is not known is named in its place.
    """
    token = known.path == STANDARD_TOKEN_PATH
    query = "" if token else split(str(request.url)).query
    url = _address(request, known, evidence)
    return replace(
        request,
        method=known.method,
        url=f"{url}?{query}" if query else url,
        headers=Headers(_headers(request, known, evidence)),
        body=None if token else request.body,
    )


def _headers(
    request: Request, known: KnownCall, evidence: Evidence
) -> Iterator[tuple[str, str]]:
    words = dict(known.needs)
    missing = [name for name, _ in known.needs if not request.headers.get(name)]
    right_type = _other_type(request, known)
    dropped = {name.lower() for name in (*known.refuses, *missing)}
    dropped |= {TYPE.lower()} if right_type else set()
    for name, value in request.headers:
        meant = field_named(name)
        if meant and meant.header in missing and value:
            missing.remove(meant.header)
            yield meant.header, _mended(meant.header, value, "")
        elif name.lower() not in dropped:
            needed = next((key for key in words if key.lower() == name.lower()), None)
            yield name, _whole(name, value, words[needed]) if needed else value
    keys = _keys(evidence)
    for name in missing:
        yield name, keys.get(name) or Secret("", _placeholder(name, words[name]))
    if right_type is not None:
        yield TYPE, right_type


def _placeholder(name: str, words: str) -> str:
    return f"{_scheme(words)} <{name}>" if name == AUTHORIZATION else f"<{name}>"


def _scheme(words: str) -> str:
    return words.partition(" ")[0].rstrip(",")


def _keys(evidence: Evidence) -> dict[str, str]:
    """Return the values of the keys by the header that carries them."""
    values = evidence.keys.values() if evidence.keys else ()
    second = Field.SECONDARY_SUBSCRIPTION_KEY
    return {name.header: value for name, value in values if name is not second}
