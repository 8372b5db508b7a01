"""The headers of a request, which a sender sends again and again."""

from secrets import token_hex
from typing import NamedTuple

import msgspec

from vippsdiag.bulk.headers import KEYS, OWN_IDS, Shared, is_plain_key, own_id
from vippsdiag.bulk.lines import Header
from vippsdiag.bulk.values import Known, Tokens, sign

NO_TOKEN = Known(plain=True, words="")
# So many lists of headers are remembered: a few for each sales unit.
MOST_SENT = 1 << 14
# Values that differ from call to call are looked for in so many ways.
MOST_PLACES = 8

_HEADERS = msgspec.json.Decoder(list[Header])
# How a header begins whose value is looked for, in JSON without blanks and with them.
# No text in JSON can hold these.
_BEGINS = ('{"name":"NAME","value":"', '{"name": "NAME", "value": "')
# What stands in the place of a token that was cut out, and of each kind of ids (see
# `own_id`): one of them. Nobody can know it, so nobody sends it.
_TOKEN = f"token-{token_hex(16)}"
_IDS = {"id": f"id-{token_hex(16)}", "key": token_hex(16)}


class Sent(NamedTuple):
    """What the headers of a request come to.

    Attributes:
        sign: what stands for all that come to the same.
        odd: whether a key is not as it should be; then each of them matters.
        client_id: what was sent; empty for none.
        msn: what was sent, if it can be one; empty for none.
        unit: the client_id that was sent, if it can be one.
        token: what the Authorization header says; ``NO_TOKEN`` without one, None if it
            was cut out.
    """

    sign: int
    odd: bool
    client_id: str
    msn: str
    unit: str
    token: Known | None


def headers_in(headers: msgspec.Raw) -> list[Header]:
    """Decode a list of headers.

    Raises:
        MsgspecError: it is none.
    """
    return _HEADERS.decode(headers)


class Senders:
    """Headers that were seen; who sends many calls sends the same ones with each.

    What is remembered of them is a sign of their text, from which the token, which is
    remembered by itself, and the ids that each call has anew are cut out.
    """

    def __init__(self) -> None:
        self.tokens = Tokens()
        self._shared = Shared()
        self._known: dict[int, Sent] = {}
        # How headers begin that are cut out, and their names.
        self._tokens_begin: dict[str, str] = {}
        self._ids_begin: dict[str, str] = {}

    def read(self, headers: msgspec.Raw) -> tuple[Sent, Known]:
        """Return what the headers of a request come to, and their token.

        Raises:
            MsgspecError: they are no list of headers.
        """
        text, token = self._cut(str(headers, "utf-8"))
        signed = sign(text)
        sent = self._known.get(signed)
        if sent is None:
            sent = self._read(text, token)
            if not sent.odd:
                if len(self._known) >= MOST_SENT:
                    del self._known[next(iter(self._known))]
                self._known[signed] = sent
        known = sent.token
        return sent, self.tokens.read(token) if known is None else known

    def _cut(self, text: str) -> tuple[str, str]:
        """Return headers without the token and ids, and the token; empty for none."""
        token = ""
        for begins in self._tokens_begin:
            before, found, rest = text.partition(begins)
            value, _, behind = rest.partition('"')
            if found and _is_whole(value, behind):
                token, text = value, f'{before}{begins}{_TOKEN}"{behind}'
                break
        for begins, name in self._ids_begin.items():
            before, found, rest = text.partition(begins)
            if found:
                value, _, behind = rest.partition('"')
                own = _IDS.get(own_id(name, value))
                if own and _is_whole(value, behind):
                    text = f'{before}{begins}{own}"{behind}'
        return text, token

    def _read(self, text: str, token: str) -> Sent:
        reading = _Reading(self.tokens, token)
        for header in _HEADERS.decode(text):
            name = header.name.lower()
            part = self._shared.known.get((header.name, header.value))
            part = part or reading.key(name, header)
            if name in OWN_IDS:
                part = f"{header.name} {own_id(name, header.value)}"
                _note(self._ids_begin, header.name, text)
            elif name == "authorization":
                _note(self._tokens_begin, header.name, text)
            reading.parts.append(part or self._shared.see(header))
        return reading.sent()


def _is_whole(value: str, behind: str) -> bool:
    """Tell whether a value is written as it is, and the header ends behind it."""
    return behind[:1] == "}" and "\\" not in value


def _note(places: dict[str, str], name: str, text: str) -> None:
    """Note how a header begins that is looked for, as this text writes it."""
    for style in _BEGINS:
        begins = style.replace("NAME", name)
        if begins in text and len(places) < MOST_PLACES:
            places[begins] = name.lower()


class _Reading:
    """What was seen of the headers so far."""

    def __init__(self, tokens: Tokens, cut: str) -> None:
        self.parts: list[str] = []
        self._tokens, self._cut = tokens, cut
        self._odd = False
        self._client_id = self._msn = ""
        self._token: Known | None = NO_TOKEN

    def key(self, name: str, header: Header) -> str | None:
        """Take in a header with a key or a token; None if it holds neither."""
        if name == "authorization":
            return self._authorization(header)
        if name not in KEYS:
            return None
        plain = is_plain_key(name, header.value)
        self._odd = self._odd or not plain
        if name == "client_id":
            self._client_id = self._client_id or header.value
        elif name == "merchant-serial-number" and plain:
            self._msn = header.value
        return header.name

    def _authorization(self, header: Header) -> str:
        is_cut = header.value == _TOKEN
        if self._token is not NO_TOKEN:
            self._odd = True
            return f"{header.name}: {self._cut if is_cut else header.value}"
        self._token = None if is_cut else self._tokens.read(header.value)
        self._odd = self._odd or (self._token is not None and not self._token.plain)
        return header.name

    def sent(self) -> Sent:
        """Return what they come to."""
        is_unit = is_plain_key("client_id", self._client_id)
        return Sent(
            sign=sign(tuple(self.parts)),
            odd=self._odd,
            client_id=self._client_id,
            msn=self._msn,
            unit=self._client_id if is_unit else "",
            token=self._token,
        )
