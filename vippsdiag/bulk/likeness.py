"""What a line of a log has in common with all that come to the same diagnosis.

Two lines are alike if nothing that a check asks for tells them apart: method, host,
path, the names of the headers and what is odd about their values, status, codes and
words of the answer, and how the times stand to each other. What is left out is what
differs from call to call where it is as it should be: ids, keys, tokens, amounts.
"""

from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from vippsdiag.bulk.headers import KEYS, OWN_IDS, Shared, answered, is_plain_key, own_id
from vippsdiag.bulk.lines import Body, Header, Line, line_from, rest_of
from vippsdiag.bulk.texts import (
    address_without_ids,
    is_noted,
    outline,
    quiet,
    refusal,
)
from vippsdiag.bulk.values import Known, Tokens, any_of, digest
from vippsdiag.checks.clocks import CLOSE, apart, date_in
from vippsdiag.environments import BASE_URLS
from vippsdiag.importers.har_marks import NO_MOMENT

_OURS = tuple(f"{url}/" for url in BASE_URLS.values())
# What is sent to these is no API's, and matters letter by letter.
_NO_API = ("token", "/miami/", "/oauth2/", "access-management")
# Between the parts.
_MARK = "\x1f"
_NO_TOKEN = Known(plain=True, words="")


class Sight(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What is told of a line without a diagnosis.

    Attributes:
        kind: what stands for all lines like this one; None if it is like no other.
            Nothing of the line can be learned from it.
        status: of the answer; 0 if none came.
        started: when it was sent, as written.
        msn: the merchant serial number of the sales unit; empty if none was sent.
        client_id: as sent, or in the token; empty if neither holds one. What else
            stands in their places may be a secret.
    """

    kind: bytes | None
    status: int
    started: str
    msn: str
    client_id: str


@dataclass(slots=True)
class _Traits:
    """What was seen of a line so far.

    Attributes:
        parts: what makes its likeness.
        odd: whether a key is not as it should be; then each of them matters.
        client_id: what was sent; empty for none.
        msn: what was sent; empty for none.
        token: what the Authorization header says.
    """

    parts: list[str] = field(repr=False)
    odd: bool = False
    client_id: str = field(default="", repr=False)
    msn: str = field(default="", repr=False)
    token: Known = _NO_TOKEN


class Likeness:
    """Tells lines apart that a diagnosis tells apart."""

    def __init__(self) -> None:
        self._tokens = Tokens()
        self._shared = Shared()

    def of(self, text: bytes) -> bytes | None:
        """Return what stands for all lines like this one; None if it is like no other.

        Nothing of the line can be learned from it.
        """
        sight = self.see(text)
        return sight.kind if sight else None

    def see(self, text: bytes) -> Sight | None:
        """Return what is told of a line; None if it does not have the usual form."""
        line = line_from(text)
        if line is None or not _is_usual(line):
            return None
        traits = _Traits([line.request.method, address_without_ids(line.request.url)])
        self._sent(traits, line.request.headers)
        status = line.response.status if line.response else 0
        if line.response is None or not 100 <= status <= 999:
            traits.parts.append(rest_of(text))
        else:
            traits.parts += answered(line.response)
        if 200 <= status < 300:
            self._accepted(traits, line)
        else:
            _refused(traits, line)
        if traits.odd:
            traits.parts += (one.value for one in _keys(line.request.headers))
            traits.parts.append(traits.token.client_id or "")
        parts = _MARK.join(traits.parts)
        # A text with a mark in it could be taken for two.
        marked = parts.count(_MARK) >= len(traits.parts)
        return Sight(
            kind=None if marked else digest(parts),
            status=status,
            started=line.started,
            msn=traits.msn,
            client_id=_named(traits),
        )

    def _sent(self, traits: _Traits, headers: list[Header]) -> None:
        parts, known = traits.parts, self._shared.known
        for header in headers:
            part = known.get((header.name, header.value))
            parts.append(self._sight(traits, header) if part is None else part)
        parts.append("")

    def _sight(self, traits: _Traits, header: Header) -> str:
        """Take in a header that few calls share."""
        name, value = header.name.lower(), header.value
        if name in KEYS:
            plain = is_plain_key(name, value)
            traits.odd = traits.odd or not plain
            if name == "client_id":
                traits.client_id = traits.client_id or value
            elif name == "merchant-serial-number" and plain:
                traits.msn = value
            return header.name
        if name == "authorization":
            if traits.token is not _NO_TOKEN:
                traits.odd = True
                return f"{header.name}: {value}"
            traits.token = self._tokens.read(value)
            traits.odd = traits.odd or not traits.token.plain
            return f"{header.name} {traits.token.words}"
        if name in OWN_IDS:
            return f"{header.name} {own_id(value)}"
        return self._shared.see(header)

    def _accepted(self, traits: _Traits, line: Line) -> None:
        """Take in a call that succeeded: of most, only that it did."""
        answer = _text(line.response.content if line.response else None)
        sent = _text(line.request.post_data)
        token = quiet(answer) if answer else ""
        if token:
            known = self._tokens.read(f"Bearer {token}")
            token = known.words if known.plain else None
        if token is None:
            traits.odd = True
            traits.parts.append(_literal(answer))
        else:
            traits.parts.append(answer[0] + token if answer else _literal(answer))
        told = sent and (token is None or not _is_api(line) or is_noted(sent))
        traits.parts.append(_literal(sent) if told or not sent else "sent")


def _named(traits: _Traits) -> str:
    named = (traits.client_id, traits.token.client_id or "")
    return next((one for one in named if is_plain_key("client_id", one)), "")


def _is_usual(line: Line) -> bool:
    request, response = line.request, line.response
    sent, received = request.post_data, response.content if response else None
    return (
        request.url.startswith(_OURS)
        and request.method != ""
        and (not request.query_string or "?" in request.url)
        and not (sent and (sent.encoding or (sent.params and not sent.text)))
        and not (received and received.encoding)
    )


def _keys(headers: list[Header]) -> list[Header]:
    return [header for header in headers if header.name.lower() in KEYS]


def _refused(traits: _Traits, line: Line) -> None:
    """Take in a call that failed, word by word."""
    answer = _text(line.response.content if line.response else None)
    sent = _text(line.request.post_data)
    if answer:
        bare = refusal(answer, traits.client_id)
        # A client that an answer names is one more, beside the one of the token.
        named = traits.token is not _NO_TOKEN and "identifier" in answer
        traits.odd = traits.odd or bare is None or named
        answer = answer if traits.odd or bare is None else bare
    drawn = outline(sent) if sent and _is_api(line) else None
    traits.parts += (
        _literal(answer),
        _literal(sent) if drawn is None else drawn,
        _standing(traits, line),
    )


def _literal(text: str | None) -> str:
    """Return a text that matters word by word, so that it is nothing else."""
    return "-" if text is None else f"={text}"


def _text(body: Body | None) -> str | None:
    return body.text if body else None


def _is_api(line: Line) -> bool:
    url = line.request.url.lower()
    return not any_of(_NO_API, url)


def _standing(traits: _Traits, line: Line) -> str:
    """Return how the token, the call and the answer stand to each other in time."""
    token, headers = traits.token, line.response.headers if line.response else []
    dates = [header.value for header in headers if header.name.lower() == "date"]
    started, answered_at = _moment(line.started), date_in(dates[0] if dates else "")
    off = apart(started, answered_at)
    now = answered_at if off else started
    ended = token.expires and now and token.expires < now
    turned = (
        token.expires
        and started
        and answered_at
        and (answered_at < token.expires) is not (started < token.expires)
    )
    early = token.not_before and started and token.not_before - started > CLOSE
    other = token.client_id and traits.client_id.lower() != token.client_id
    return f"{off is None} {ended} {turned} {early} {other}"


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    known = moment.tzinfo and moment.isoformat() != NO_MOMENT
    return moment if known else None
