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
from vippsdiag.bulk.lines import Header, Line, line_from, rest_of
from vippsdiag.bulk.noted import Bodies
from vippsdiag.bulk.refusals import Refusals
from vippsdiag.bulk.sent import NO_TOKEN, Senders, Sent, headers_in
from vippsdiag.bulk.texts import (
    outline,
    quiet,
)
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
        content, status = None, 0
        if response is not None:
            content, status = response.content, response.status
        try:
            sent = self._senders.read(request.method, request.headers)
        except msgspec.MsgspecError:
            return None
        if response is None or not 100 <= status <= 999:
            told: Parts = (rest_of(text),)
        else:
            told = (response.status_text, *asked(response.headers))
        answer = content.text if content is not None else None
        body = request.post_data.text if request.post_data is not None else None
        if 200 <= status < 300:
            came_to = self._accepted(sent, line, answer, body)
        else:
            came_to = self._refused(sent, line, answer, body)
        address = self._addresses.without_ids(request.url)
        method = (request.method, request.typed)
        of_all = (SALT, method, address, sent.sign, status, told, came_to)
        return Sight(
            kind=sign(of_all),
            status=status,
            started=line.started,
            msn=sent.msn,
            client_id=sent.unit,
        )

    def _accepted(
        self, sent: Sent, line: Line, answer: str | None, body: str | None
    ) -> Parts:
        """Take in a call that succeeded: of most, only that it did."""
        said = quiet(answer) if answer else ""
        if said:
            known = self._senders.tokens.read(f"Bearer {said}")
            said = known.words if known.plain else None
        if said is None:
            return ("=", answer, body, *_keys(sent, line))
        if body:
            told = self._bodies.is_noted(body) or not _is_api(line.request.url)
            body = f"={body}" if told else "sent"
        begins = answer[0] if answer else answer
        if sent.odd:
            return (begins, said, body, *_keys(sent, line))
        return begins, said, body

    def _refused(
        self, sent: Sent, line: Line, answer: str | None, body: str | None
    ) -> Parts:
        """Take in a call that failed, word by word."""
        words: str | int | None = answer
        odd = sent.odd
        if answer:
            words = self._refusals.read(answer, sent.client_id)
            # A client that an answer names is one more, beside the one of the token.
            named = sent.token is not NO_TOKEN and "identifier" in answer
            odd = odd or words is None or named
        drawn = None
        if body and _is_api(line.request.url) and not self._bodies.is_noted(body):
            drawn = outline(body)
        parts: Parts = (
            answer if odd else words,
            f"={body}" if body and drawn is None else drawn or body,
            *_standing(sent, line),
        )
        return parts + _keys(sent, line) if odd else parts


def _keys(sent: Sent, line: Line) -> Parts:
    """Return each key that was sent, where they matter."""
    headers = headers_in(line.request.headers)
    keys = [one.value for one in headers if one.name.lower() in KEYS]
    return (*keys, sent.token.client_id)


def _is_api(url: str) -> bool:
    """Tell whether what is sent is an API's, and does not matter letter by letter."""
    small = url.lower()
    # A loop takes three times as long.
    return not (
        "token" in small
        or "/miami/" in small
        or "/oauth2/" in small
        or "access-management" in small
    )


def _standing(sent: Sent, line: Line) -> Parts:
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
    return off is None, ended, turned, early, other


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
