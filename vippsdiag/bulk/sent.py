"""The headers of a request, which a sender sends again and again."""

from typing import NamedTuple

import msgspec

from vippsdiag.bulk.headers import KEYS, OWN_IDS, Shared, is_plain_key, own_id
from vippsdiag.bulk.lines import Header
from vippsdiag.bulk.values import Known, Tokens, sign

NO_TOKEN = Known(plain=True, words="")
# So many lists of headers are remembered: a few for each token that is in use.
MOST_SENT = 1 << 14
# Ids that each call has anew are looked for under so many names.
MOST_IDS = 8

_HEADERS = msgspec.json.Decoder(list[Header])
# How a header begins whose value is an id, in JSON without blanks and with them, and
# how it ends. No text in JSON can hold these, so what stands between is the value.
_BEGINS = ('{"name":"NAME","value":"', '{"name": "NAME", "value": "')
_ENDS = '"}'
# No text in JSON can hold this either.
_CUT = "\n"


class Sent(NamedTuple):
    """What the headers of a request come to.

    Attributes:
        sign: what stands for all that come to the same.
        odd: whether a key is not as it should be; then each of them matters.
        client_id: what was sent; empty for none.
        msn: what was sent, if it can be one; empty for none.
        unit: the client_id that was sent, or that of the token, if it can be one.
        token: what the Authorization header says; ``NO_TOKEN`` without one.
    """

    sign: int
    odd: bool
    client_id: str
    msn: str
    unit: str
    token: Known


def headers_in(headers: msgspec.Raw) -> list[Header]:
    """Decode a list of headers.

    Raises:
        MsgspecError: it is none.
    """
    return _HEADERS.decode(headers)


class Senders:
    """Headers that were seen; who sends many calls sends the same ones with each.

    What is remembered of them is a sign of their text, from which the ids that each
    call has anew are cut out.
    """

    def __init__(self) -> None:
        self.tokens = Tokens()
        self._shared = Shared()
        self._known: dict[int, Sent] = {}
        self._begins: list[str] = []

    def read(self, headers: msgspec.Raw) -> Sent:
        """Return what the headers of a request come to.

        Raises:
            MsgspecError: they are no list of headers.
        """
        text = str(headers, "utf-8")
        for begins in self._begins:
            text = _without_id(text, begins)
        signed = sign(text)
        sent = self._known.get(signed)
        if sent is None:
            sent = self._read(headers_in(headers), text)
            if not sent.odd:
                if len(self._known) >= MOST_SENT:
                    del self._known[next(iter(self._known))]
                self._known[signed] = sent
        return sent

    def _read(self, headers: list[Header], text: str) -> Sent:
        reading = _Reading(self.tokens)
        known = self._shared.known
        for header in headers:
            name, value = header.name.lower(), header.value
            part = known.get((header.name, value)) or reading.key(name, header)
            if part is None and name in OWN_IDS:
                part = f"{header.name} {own_id(value)}"
                self._note(header.name, text)
            reading.parts.append(part or self._shared.see(header))
        return reading.sent()

    def _note(self, name: str, text: str) -> None:
        """Note how headers begin that hold an id, as this text writes them."""
        for style in _BEGINS:
            begins = style.replace("NAME", name)
            if begins in text and begins not in self._begins:
                self._begins.append(begins)
        del self._begins[MOST_IDS:]


def _without_id(text: str, begins: str) -> str:
    """Cut out the id of the header that begins so, if it is like all other ids."""
    place = text.find(begins)
    if place < 0:
        return text
    start = place + len(begins)
    end = text.find(_ENDS, start)
    if own_id(text[start:end]) != "id":
        return text
    return f"{text[:start]}{_CUT}{text[end:]}"


class _Reading:
    """What was seen of the headers so far."""

    def __init__(self, tokens: Tokens) -> None:
        self.parts: list[str] = []
        self._tokens = tokens
        self._odd = False
        self._client_id = self._msn = ""
        self._token = NO_TOKEN

    def key(self, name: str, header: Header) -> str | None:
        """Take in a header with a key or a token; None if it holds neither."""
        if name in KEYS:
            plain = is_plain_key(name, header.value)
            self._odd = self._odd or not plain
            if name == "client_id":
                self._client_id = self._client_id or header.value
            elif name == "merchant-serial-number" and plain:
                self._msn = header.value
            return header.name
        if name != "authorization":
            return None
        if self._token is not NO_TOKEN:
            self._odd = True
            return f"{header.name}: {header.value}"
        self._token = self._tokens.read(header.value)
        self._odd = self._odd or not self._token.plain
        return f"{header.name} {self._token.words}"

    def sent(self) -> Sent:
        """Return what they come to."""
        named = (self._client_id, self._token.client_id or "")
        return Sent(
            sign=sign(tuple(self.parts)),
            odd=self._odd,
            client_id=self._client_id,
            msn=self._msn,
            unit=next((one for one in named if is_plain_key("client_id", one)), ""),
            token=self._token,
        )
