"""What we have to go by, and the pieces of it that a check can ask for."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import chain

from vippsdiag.environments import LOOPBACK_HOSTS, PAGE_HOSTS, Environment
from vippsdiag.exchange import Exchange, Memo, Request, once
from vippsdiag.keys import Field, KeyKind, KeySet, basic_pair, conceal_field
from vippsdiag.language import Text, mark, say
from vippsdiag.products import is_for_an_api
from vippsdiag.secret import Secret, examine
from vippsdiag.shapes import is_cut

STANDARD_TOKEN_PATH = "/accesstoken/get"
SPECIALIZED_TOKEN_PATH = "/miami/v1/token"
LOGIN_BASE = "/access-management-1.0/access"
LOGIN_TOKEN_PATH = LOGIN_BASE + "/oauth2/token"


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the user told us; None is not told.

    Attributes:
        environment: the one that the keys are meant for.
        kind: the kind of keys.
        product: the API that is meant, in the user's words.
        client: the program that sends, in the user's words.
    """

    environment: Environment | None = None
    kind: KeyKind | None = None
    product: str | None = None
    client: str | None = None

    def or_else(self, other: "Context") -> "Context":
        """Return what is told here and, where nothing is, what is told there."""
        return Context(
            environment=self.environment or other.environment,
            kind=self.kind or other.kind,
            product=self.product or other.product,
            client=self.client or other.client,
        )


# Where a finding can show.
PARTS = (
    mark("failure"),
    mark("keys"),
    mark("request address"),
    mark("request body"),
    mark("request header"),
    mark("response body"),
    mark("response header"),
    mark("text"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in the evidence a finding shows.

    Attributes:
        exchange: the exchange, or None for the pasted keys.
        part: one of `PARTS`.
        name: of the header, field or parameter; None for the whole part.
        position: of the character in the value, counted from 1; None for all of it.
    """

    exchange: Exchange | None = None
    part: str
    name: str | None = None
    position: int | None = None

    def at(self, position: int) -> "Place":
        """Return the same place with the position of a character."""
        return replace(self, position=position)

    @property
    def words(self) -> Text:
        """The place as a person would name it, the exchange apart."""
        what = say(self.part)
        if self.name is not None:
            what = say("{part} {name}", part=what, name=self.name)
        if self.position is None:
            return what
        return say("{place}, character {position}", place=what, position=self.position)


@dataclass(frozen=True, slots=True, kw_only=True)
class Value(Memo):
    """One value of a key set, wherever it was found."""

    field: Field
    value: str
    place: Place


class Call(StrEnum):
    """What a request is for, by its path."""

    STANDARD_TOKEN = "standard token"
    SPECIALIZED_TOKEN = "specialized token"
    LOGIN = "login"
    API = "API"


@once
def call_of(request: Request) -> Call | None:
    """Tell what a request is for; None if it does not go to Vipps MobilePay.

    A path with a small mistake in it is still taken for what it was meant to be,
    because the mistake is what is looked for. Case does not matter: the official
    collections write ``/accessToken/get``.
    """
    path = request.path.lower().rstrip("/")
    for call, anywhere, pattern in _PATHS:
        if pattern.search(path) and (anywhere or not _is_strange(request)):
            return call
    return Call.API if is_for_an_api(request) else None


# The paths as they are, which a proxy may serve, then those that may be meant for them.
_PATHS = (
    (Call.STANDARD_TOKEN, True, re.compile("/accesstoken/get$")),
    (Call.SPECIALIZED_TOKEN, True, re.compile("/miami/v1/token$")),
    (Call.LOGIN, True, re.compile(f"^{LOGIN_BASE}(?:/|$)")),
    (Call.STANDARD_TOKEN, False, re.compile("access-?token|/get-token$")),
    (Call.SPECIALIZED_TOKEN, False, re.compile("/miami|/authentication/v1/token$")),
    (Call.LOGIN, False, re.compile("^/access-management|/oauth2(?:/|$)")),
)


def _is_strange(request: Request) -> bool:
    """Tell whether a call goes to somebody else: no proxy for this, and no slip."""
    host = request.host
    if host not in LOOPBACK_HOSTS:
        read = request.method == "GET" and host.endswith(PAGE_HOSTS)
        return read or ("." in host and not re.search("vipps|mobilepay|tech-02", host))
    ours = is_for_an_api(request) or "Authorization" in request.headers
    return not ours and request.shows_headers


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """A piece of what was pasted.

    Attributes:
        kind: what it was taken for, with its article: ``a cURL command``.
        first: its first line, counted from 1.
        last: its last line.
    """

    kind: str
    first: int
    last: int

    @property
    def words(self) -> Text:
        """The piece as a person would name it."""
        what = say(self.kind)
        if self.first == self.last:
            return say("line {line}: {what}", line=self.first, what=what)
        return say(
            "lines {first} to {last}: {what}",
            first=self.first,
            last=self.last,
            what=what,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence(Memo):
    """Everything that a diagnosis can go by.

    Attributes:
        keys: the pasted keys; None if none were.
        exchanges: in the order they happened.
        context: what the user told us.
        unused: pieces of the paste that were not understood, named for people.
        excerpts: the pieces that were understood, in the order of the text.
        text: what was pasted, its secrets masked; None if it was no text to show.
        now: the time to compare with where an exchange has none; None if unknown.
        webhook_secret: what webhooks are signed with; None if it was not given.
    """

    keys: KeySet | None = None
    exchanges: tuple[Exchange, ...] = ()
    context: Context = Context()
    unused: tuple[str, ...] = ()
    excerpts: tuple[Excerpt, ...] = ()
    text: str | None = None
    now: datetime | None = None
    webhook_secret: str | None = None

    def __post_init__(self) -> None:
        if self.webhook_secret is not None:
            object.__setattr__(self, "webhook_secret", Secret(self.webhook_secret))

    def calls(self, *kinds: Call) -> Iterator[tuple[Exchange, Request]]:
        """Yield each exchange of these kinds with its request; all if none is named."""
        for exchange, request, kind in self._calls():
            if not kinds or kind in kinds:
                yield exchange, request

    @once
    def _calls(self) -> tuple[tuple[Exchange, Request, Call | None], ...]:
        return tuple(
            (exchange, exchange.request, call_of(exchange.request))
            for exchange in self.exchanges
            if exchange.request
        )

    def token_calls(self) -> Iterator[tuple[Exchange, Request]]:
        """Yield the calls to either token endpoint, Login's apart."""
        return self.calls(Call.STANDARD_TOKEN, Call.SPECIALIZED_TOKEN)

    def api_calls(self) -> Iterator[tuple[Exchange, Request]]:
        """Yield the calls to an API, neither token nor Login."""
        return self.calls(Call.API)

    def values(self) -> Iterator[Value]:
        """Yield every value of a key, from the pasted keys and from the exchanges.

        A value that stands in several places is yielded once, at the first of them.
        """
        return iter(self._values())

    @once
    def _values(self) -> tuple[Value, ...]:
        first: dict[tuple[Field, str], Value] = {}
        for value in chain(self._pasted(), self._sent(), self._quoted()):
            first.setdefault((value.field, value.value), value)
        return tuple(first.values())

    def _pasted(self) -> Iterator[Value]:
        for name, value in self.keys.values() if self.keys else ():
            yield Value(field=name, value=value, place=Place(part="keys", name=name))

    def _sent(self) -> Iterator[Value]:
        for exchange, request in self.calls():
            for name in _SENT:
                value = request.headers.get(name.header)
                if value is not None:
                    place = Place(
                        exchange=exchange, part="request header", name=name.header
                    )
                    value = conceal_field(name, value)
                    yield Value(field=name, value=value, place=place)
            if call_of(request) in {Call.SPECIALIZED_TOKEN, Call.LOGIN}:
                yield from _basic_values(exchange, request)

    def _quoted(self) -> Iterator[Value]:
        """Yield the client_id that an answer quotes as the one that arrived."""
        for exchange in self.exchanges:
            quoted = quoted_client_id(exchange)
            if quoted is not None:
                place = Place(exchange=exchange, part="response body")
                yield Value(field=Field.CLIENT_ID, value=quoted, place=place)


# Both subscription keys are sent under the same name.
_SENT = tuple(one for one in Field if one is not Field.SECONDARY_SUBSCRIPTION_KEY)


# The identity provider's words for a client that it does not know (facts J1, J2).
_QUOTED = re.compile(
    r"application with identifier '([^'\r\n]{1,200}[\r\n]*)'", re.IGNORECASE
)
_SHORTENED = re.compile(r"x{3,}|\*{2,}|\u2022", re.IGNORECASE)


@once
def quoted_client_id(exchange: Exchange) -> str | None:
    """Return the client_id that an answer quotes, concealed if it is not one.

    None if there is none, or if somebody shortened it before we got it.
    """
    body = exchange.response.body if exchange.response else None
    if body is None or exchange.ok:
        return None

    def question(raw: str) -> str | None:
        match = _QUOTED.search(raw)
        if match is None or is_cut(match[1]) or _SHORTENED.search(match[1]):
            return None
        return conceal_field(Field.CLIENT_ID, match[1])

    return examine(body, question)


def _basic_values(exchange: Exchange, request: Request) -> Iterator[Value]:
    pair = basic_pair(request.headers.get("Authorization") or "")
    if pair is None:
        return
    place = Place(exchange=exchange, part="request header", name="Authorization")
    for name, value in zip((Field.CLIENT_ID, Field.CLIENT_SECRET), pair, strict=True):
        yield Value(field=name, value=conceal_field(name, value), place=place)


class Need(StrEnum):
    """A piece of evidence; the value is what the user is asked for."""

    KEYS = "the keys, or a request that carries them"
    SENT = "keys, or a request"
    REQUEST = "a request"
    ANSWER = "an answer, or the reason why none came"
    FAILURE = "the reason why no response came"
    TOKEN_CALL = "the access token request, with its response"
    API_CALL = "a call to an API, with its response"
    API_WORDS = "a call to an API, with its response, or what a plugin says of it"
    LOGIN_CALL = "a Login call, with its response"
    TOKEN = "an access token, as received or as sent"
    ENVIRONMENT = "the environment that the keys are meant for"

    def met(self, evidence: Evidence) -> bool:
        """Tell whether the evidence holds this piece."""
        return _MET[self](evidence)


def _answered(calls: Iterator[tuple[Exchange, Request]]) -> bool:
    return any(exchange.response or exchange.failure for exchange, _ in calls)


def tokens(evidence: Evidence) -> Iterator[tuple[str, Place]]:
    """Yield every access token with its place: received first, then sent.

    A token that was received and sent is yielded at both places.
    """
    return iter(_all_tokens(evidence))


@once
def _all_tokens(evidence: Evidence) -> tuple[tuple[str, Place], ...]:
    return tuple(_tokens(evidence))


def _tokens(evidence: Evidence) -> Iterator[tuple[str, Place]]:
    for exchange in evidence.exchanges:
        received = received_token(exchange)
        if received is not None:
            place = Place(exchange=exchange, part="response body", name="access_token")
            yield received, place
    for exchange, request in evidence.calls(Call.API):
        value = request.headers.get("Authorization")
        if value is not None:
            name = "Authorization"
            yield value, Place(exchange=exchange, part="request header", name=name)


@once
def received_token(exchange: Exchange) -> str | None:
    """Return the access token in a response, concealed; None if there is none."""
    return secret_in(exchange, "access_token")


def secret_in(exchange: Exchange, name: str) -> Secret | None:
    """Return a value in an answer's JSON, concealed; None if it is no text there."""
    if exchange.response is None or exchange.response.body is None:
        return None

    def question(raw: str) -> Secret | None:
        try:
            body = json.loads(raw)
        except (ValueError, RecursionError):
            return None
        value = body.get(name) if isinstance(body, dict) else None
        return Secret(value) if isinstance(value, str) else None

    return examine(exchange.response.body, question)


def _exchanged(part: Callable[[Exchange], object]) -> Callable[[Evidence], bool]:
    return lambda evidence: any(map(part, evidence.exchanges))


_REQUESTED = _exchanged(lambda exchange: exchange.request)
_ALONE = _exchanged(lambda exchange: not exchange.request)
_MET: dict[Need, Callable[[Evidence], bool]] = {
    Need.KEYS: lambda evidence: next(evidence.values(), None) is not None,
    Need.SENT: lambda evidence: _REQUESTED(evidence) or Need.KEYS.met(evidence),
    Need.REQUEST: _REQUESTED,
    Need.ANSWER: _exchanged(lambda exchange: exchange.response or exchange.failure),
    Need.FAILURE: _exchanged(lambda exchange: exchange.failure),
    Need.TOKEN_CALL: lambda evidence: _answered(evidence.token_calls()),
    Need.API_CALL: lambda evidence: _answered(evidence.api_calls()),
    Need.API_WORDS: lambda evidence: Need.API_CALL.met(evidence) or _ALONE(evidence),
    Need.LOGIN_CALL: lambda evidence: _answered(evidence.calls(Call.LOGIN)),
    Need.TOKEN: lambda evidence: next(tokens(evidence), None) is not None,
    Need.ENVIRONMENT: lambda evidence: evidence.context.environment is not None,
}
