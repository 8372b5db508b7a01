"""What a line of a log has in common with all that come to the same diagnosis.

Two lines are alike if nothing that a check asks for tells them apart: method, host,
path, the names of the headers and what is odd about their values, status, codes and
words of the answer, and how the times stand to each other. What is left out is what
differs from call to call where it is as it should be: ids, keys, tokens, amounts.
"""

from datetime import datetime

import msgspec

from vippsdiag.bulk.headers import KEYS, asked
from vippsdiag.bulk.lines import Line, line_from, rest_of
from vippsdiag.bulk.sent import NO_TOKEN, Senders, Sent, headers_in
from vippsdiag.bulk.texts import (
    address_without_ids,
    is_noted,
    outline,
    quiet,
    refusal,
)
from vippsdiag.bulk.values import SALT, Known, any_of, sign
from vippsdiag.checks.clocks import CLOSE, apart, date_in
from vippsdiag.environments import BASE_URLS
from vippsdiag.importers.har_marks import NO_MOMENT

_OURS = tuple(f"{url}/" for url in BASE_URLS.values())
# What is sent to these is no API's, and matters letter by letter.
_NO_API = ("token", "/miami/", "/oauth2/", "access-management")
# What makes a likeness.
Parts = list[str | int]


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

    def see(self, text: bytes) -> Sight | None:
        """Return what is told of a line; None if it does not have the usual form."""
        line = line_from(text)
        if line is None or not _is_usual(line):
            return None
        try:
            sent, token = self._senders.read(line.request.headers)
        except msgspec.MsgspecError:
            return None
        request, response = line.request, line.response
        status = response.status if response else 0
        address = address_without_ids(request.url)
        parts: Parts = [SALT, request.method, address, sent.sign, token.words]
        if response is None or not 100 <= status <= 999:
            parts.append(rest_of(text))
        else:
            parts += (status, response.status_text, *asked(response.headers), "")
        if 200 <= status < 300:
            odd = self._accepted(parts, line) or sent.odd or not token.plain
        else:
            odd = _refused(parts, sent, token, line)
        if odd:
            parts += _keys(request.headers)
            parts.append(token.client_id or "")
        return Sight(
            kind=sign(tuple(parts)),
            status=status,
            started=line.started,
            msn=sent.msn,
            client_id=sent.unit or token.unit,
        )

    def _accepted(self, parts: Parts, line: Line) -> bool:
        """Take in a call that succeeded: of most, only that it did.

        Returns:
            Whether its keys matter, each of them.
        """
        answer, body = _texts(line)
        token = quiet(answer) if answer else ""
        if token:
            known = self._senders.tokens.read(f"Bearer {token}")
            token = known.words if known.plain else None
        told = body and (token is None or not _is_api(line) or is_noted(body))
        parts += (
            answer[0] + token if answer and token is not None else _literal(answer),
            _literal(body) if told or not body else "sent",
        )
        return token is None


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


def _keys(headers: msgspec.Raw) -> list[str]:
    return [one.value for one in headers_in(headers) if one.name.lower() in KEYS]


def _refused(parts: Parts, sent: Sent, token: Known, line: Line) -> bool:
    """Take in a call that failed, word by word.

    Returns:
        Whether its keys matter, each of them.
    """
    answer, body = _texts(line)
    bare, odd = answer, sent.odd or not token.plain
    if answer:
        bare = refusal(answer, sent.client_id)
        # A client that an answer names is one more, beside the one of the token.
        named = token is not NO_TOKEN and "identifier" in answer
        odd = odd or bare is None or named
    drawn = outline(body) if body and _is_api(line) else None
    parts += (
        _literal(answer if odd else bare),
        _literal(body) if drawn is None else drawn,
        _standing(sent, token, line),
    )
    return odd


def _literal(text: str | None) -> str:
    """Return a text that matters word by word, so that it is nothing else."""
    return "-" if text is None else f"={text}"


def _texts(line: Line) -> tuple[str | None, str | None]:
    """Return what the answer says, and what was sent."""
    content = line.response.content if line.response else None
    sent = line.request.post_data
    return content.text if content else None, sent.text if sent else None


def _is_api(line: Line) -> bool:
    url = line.request.url.lower()
    return not any_of(_NO_API, url)


def _standing(sent: Sent, token: Known, line: Line) -> str:
    """Return how the token, the call and the answer stand to each other in time."""
    headers = line.response.headers if line.response else []
    dates = [header.value for header in headers if header.name.lower() == "date"]
    started, answered_at = _moment(line.started), date_in(dates[0] if dates else "")
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
    return f"{off is None} {ended} {turned} {early} {other}"


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if moment.tzinfo is None or _is_none(moment) else moment


def _is_none(moment: datetime) -> bool:
    """Tell whether a moment stands for none."""
    return moment.year == 1970 and moment.isoformat() == NO_MOMENT
