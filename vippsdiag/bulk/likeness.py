"""What a line of a log has in common with all that come to the same diagnosis.

Two lines are alike if nothing that a check asks for tells them apart: method, host,
path, the names of the headers and what is odd about their values, status, codes and
words of the answer, and how the times stand to each other. What is left out is what
differs from call to call where it is as it should be: ids, keys, tokens, amounts.
"""

from datetime import datetime

import msgspec

from vippsdiag.bulk.addresses import Addresses
from vippsdiag.bulk.headers import KEYS, asked
from vippsdiag.bulk.lines import (
    Body,
    Header,
    Line,
    Request,
    Response,
    line_from,
    rest_of,
    was_recorded,
)
from vippsdiag.bulk.noted import Bodies
from vippsdiag.bulk.refusals import Refusals
from vippsdiag.bulk.sent import NO_TOKEN, Senders, Sent, headers_in
from vippsdiag.bulk.texts import outline, quiet
from vippsdiag.bulk.values import SALT, sign
from vippsdiag.checks.clocks import CLOSE, apart, date_in
from vippsdiag.importers.har.marks import NO_MOMENT

# What makes a likeness.
Parts = tuple[object, ...]


class Sight(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What is told of a line without a diagnosis.

    Attributes:
        kind: what stands for all lines like this one. Nothing of the line can be
            learned from it.
        status: of the answer; 0 if none came.
        started: when it was sent, as written.
        msn: the merchant serial number of the sales unit; empty if none was sent.
        client_id: as sent, or in the token; empty if neither holds one. What else
            stands in their places may be a secret.
    """

    kind: int
    status: int
    started: str
    msn: str
    client_id: str


class Likeness:
    """Tells lines apart that a diagnosis tells apart."""

    def __init__(self) -> None:
        self._senders = Senders()
        self._addresses = Addresses()
        self._refusals = Refusals()
        self._bodies = Bodies()

    def see(self, text: bytes) -> Sight | None:
        """Return what is told of a line; None if it does not have the usual form."""
        line = line_from(text)
        if line is None:
            return None
        request, response = line.request, line.response
        try:
            sent = self._senders.read(request.method, request.headers)
        except msgspec.MsgspecError:
            return None
        address = self._addresses.without_ids(request.url)
        status = 0 if response is None else response.status
        if response is not None and 200 <= status < 300:
            came_to = self._accepted(sent, request, response, address)
        else:
            came_to = self._refused(sent, line, text, address)
        method, typed = request.method, request.typed
        return Sight(
            kind=sign((SALT, method, typed, address, sent.sign, status, came_to)),
            status=status,
            started=line.started,
            msn=sent.msn,
            client_id=sent.unit,
        )

    def _accepted(
        self, sent: Sent, request: Request, response: Response, address: str
    ) -> Parts:
        """Take in a call that succeeded: of most, only that it did."""
        content, post_data = response.content, request.post_data
        answer = content.text if content is not None else None
        body = post_data.text if post_data is not None else None
        told, phrase = asked(response.headers), response.status_text
        said = quiet(answer) if answer else ""
        if said:
            known = self._senders.tokens.read(f"Bearer {said}")
            said = known.words if known.plain else None
        if said is None:
            return (phrase, told, "=", answer, body, *_keys(sent, request))
        if body:
            body = f"={body}" if self._matters(body, address) else "sent"
        begins = answer[0] if answer else answer
        if sent.odd:
            return (phrase, told, begins, said, body, *_keys(sent, request))
        return phrase, told, begins, said, body

    def _refused(self, sent: Sent, line: Line, text: bytes, address: str) -> Parts:
        """Take in a call that failed, word by word."""
        request, response = line.request, line.response
        body, told = _text(request.post_data), _told(text, response)
        answer = _text(response.content) if response is not None else None
        words: str | int | None = answer
        odd = sent.odd
        if answer:
            words = self._refusals.read(answer, sent.client_id)
            # A client that an answer names is one more, beside the one of the token.
            named = sent.token is not NO_TOKEN and "identifier" in answer
            odd = odd or words is None or named
        if body:
            drawn = None if self._matters(body, address) else outline(body)
            body = f"={body}" if drawn is None else drawn
        parts: Parts = (
            told,
            not answer and _is_unread(response),
            answer if odd else words,
            body,
            *_standing(sent, line, text),
        )
        return parts + _keys(sent, request) if odd else parts

    def _matters(self, body: str, address: str) -> bool:
        """Tell whether a body matters letter by letter."""
        return self._bodies.is_noted(body) or not self._addresses.is_api(address)


def _text(carried: Body | None) -> str | None:
    return None if carried is None else carried.text


def _is_unread(response: Response | None) -> bool:
    """Tell whether an answer without a text had one that was not recorded."""
    content = response.content if response is not None else None
    return content is not None and bool(content.size)


def _told(text: bytes, response: Response | None) -> Parts:
    """Return what the head of an answer says, or what may say why none came."""
    if response is None or not 100 <= response.status <= 999:
        return rest_of(text)
    return response.status_text, asked(response.headers)


def _keys(sent: Sent, request: Request) -> Parts:
    """Return each key that was sent, where they matter."""
    headers = headers_in(request.headers)
    keys = [one.value for one in headers if one.name.lower() in KEYS]
    return (*keys, sent.token.client_id)


def _standing(sent: Sent, line: Line, text: bytes) -> Parts:
    """Return how the token, the call and the answer stand to each other in time."""
    token, headers = sent.token, line.response.headers if line.response else []
    started, answered_at = _moment(line.started), date_in(_date(headers))
    off = apart(started, answered_at)
    now = answered_at if off else started or answered_at
    ended = token.expires and now and token.expires < now
    turned = (
        token.expires
        and started
        and answered_at
        and (answered_at < token.expires) is not (started < token.expires)
    )
    early = token.not_before and started and token.not_before - started > CLOSE
    other = token.client_id and sent.client_id.lower() != token.client_id
    # A variable in a command that was only pasted is one that a shell may fill in.
    recorded = started is not None or was_recorded(text)
    return off is None, ended, turned, early, other, recorded


def _date(headers: list[Header]) -> str:
    for header in headers:
        if header.name.lower() == "date":
            return header.value
    return ""


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if moment.tzinfo is None or _is_none(moment) else moment


def _is_none(moment: datetime) -> bool:
    """Tell whether a moment stands for none."""
    return moment.year == 1970 and moment.isoformat() == NO_MOMENT
