"""The headers of a request, which a sender sends again and again."""

from secrets import token_hex

import msgspec

from vippsdiag.bulk.headers import KEYS, OWN_IDS, is_plain_key, own_id, part_of
from vippsdiag.bulk.lines import Header
from vippsdiag.bulk.values import Known, Tokens, sign

NO_TOKEN = Known(plain=True, words="")
_CUT_OUT = Known(plain=True, words="cut out")
# So many lists of headers are remembered: a few for each sales unit.
MOST_SENT = 1 << 14
# And so many headers that many calls share.
MOST_SHARED = 1 << 12
# Values that differ from call to call are looked for in so many ways.
MOST_PLACES = 8
# And so much further from the end than they were seen: other ids stand behind them.
_MARGIN = 128

# Of each other header only what counts of it matters, whoever sends it.
_OF_ONE = KEYS | OWN_IDS | {"authorization"}
_HEADERS = msgspec.json.Decoder(list[Header])
# How a header begins whose value is looked for, in JSON without blanks and with them.
# No text in JSON can hold these.
_BEGINS = ('{"name":"NAME","value":"', '{"name": "NAME", "value": "')
_CLOSES = ord("}")
# What stands in the place of a token that was cut out, and of each kind of ids (see
# `own_id`): one of them. Nobody can know it, so nobody sends it.
_TOKEN = f"token-{token_hex(16)}"
_IDS = {"id": f"id-{token_hex(16)}", "key": token_hex(16)}
_CUT = frozenset({_TOKEN, *_IDS.values()})
_TOKEN_WRITTEN = _TOKEN.encode()
_IDS_WRITTEN = {kind: one.encode() for kind, one in _IDS.items()}


class CutHeader(msgspec.Struct, gc=False):
    """A header whose value is cut out, and where it stands.

    Attributes:
        name: of the header, in small letters.
        reach: how far from the end it is looked for. Most stand among the last, and
            to look through all of the headers for one that is not there takes long.
    """

    name: str
    reach: int = 0


class Sent(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What the headers of a request come to.

    Attributes:
        sign: what stands for all that come to the same.
        odd: whether a key is not as it should be; then each of them matters.
        client_id: what was sent; empty for none.
        msn: what was sent, if it can be one; empty for none.
        unit: the client_id that was sent, if it can be one, or else the token's.
        token: what the Authorization header says; ``NO_TOKEN`` without one.
    """

    sign: int
    odd: bool
    client_id: str
    msn: str
    unit: str
    token: Known

    def with_token(self, token: Known) -> "Sent":
        """Return what they come to with a token, which may have been cut out."""
        return Sent(
            sign=sign((self.sign, token.words)),
            odd=self.odd or not token.plain,
            client_id=self.client_id,
            msn=self.msn,
            unit=self.unit or token.unit,
            token=token,
        )


def headers_in(headers: msgspec.Raw) -> list[Header]:
    """Decode a list of headers.

    Raises:
        MsgspecError: it is none.
    """
    return _HEADERS.decode(headers)


class Senders:
    """Headers that were seen; who sends many calls sends the same ones with each.

    What is remembered of them is a sign of their text, from which the ids that each
    call has anew are cut out. With another token they are the same but for what that
    token says, so they are remembered without it too.
    """

    def __init__(self) -> None:
        self.tokens = Tokens()
        # What counts of headers that many calls share: who sends, what is expected.
        self._shared: dict[int, int] = {}
        self._known: dict[int, Sent] = {}
        self._without_token: dict[int, Sent] = {}
        # How headers begin whose value is cut out; of the ids for each method, since
        # one that is looked for and not there takes longest.
        self._tokens_begin: list[bytes] = []
        self._ids_begin: dict[str, dict[bytes, CutHeader]] = {}

    def read(self, method: str, headers: msgspec.Raw) -> Sent:
        """Return what the headers of a request come to, with their token.

        Raises:
            MsgspecError: they are no list of headers.
        """
        text = bytes(headers)
        begins = self._ids_begin.get(method)
        if begins:
            text = _without_ids(text, begins)
        signed = sign(text)
        sent = self._known.get(signed)
        if sent is None:
            alike, token = self._alike(method, text)
            is_cut = alike.token is _CUT_OUT
            sent = alike.with_token(self.tokens.read(token) if is_cut else alike.token)
            if not alike.odd:
                _remember(self._known, signed, sent)
        return sent

    def _alike(self, method: str, text: bytes) -> tuple[Sent, str]:
        """Return what headers come to without their token, and the token."""
        text, token = self._cut(text)
        signed = sign(text)
        sent = self._without_token.get(signed)
        if sent is None:
            sent = self._read(method, text, token)
            if not sent.odd:
                _remember(self._without_token, signed, sent)
        return sent, token

    def _cut(self, text: bytes) -> tuple[bytes, str]:
        """Return headers without the token, and the token; empty for none."""
        for begins in self._tokens_begin:
            start = text.find(begins)
            if start >= 0:
                start += len(begins)
                end = text.index(b'"', start)
                value = text[start:end]
                # It is written as it is, and the header ends behind it.
                if text[end + 1] == _CLOSES and b"\\" not in value:
                    return text[:start] + _TOKEN_WRITTEN + text[end:], value.decode()
        return text, ""

    def _read(self, method: str, text: bytes, token: str) -> Sent:
        reading = _Reading(self.tokens, token)
        for header in _HEADERS.decode(text):
            name, value = header.name.lower(), header.value
            part: str | int
            if name not in _OF_ONE:
                part = self._share(header)
            elif name in KEYS:
                part = reading.key(name, header)
            elif name in OWN_IDS:
                part = f"{header.name} {own_id(name, value)}"
                if value not in _CUT:
                    self._note_id(method, header.name, _whole(text, token))
            else:
                part = reading.authorization(header)
                if value not in _CUT:
                    self._note_token(header.name, text)
            reading.parts.append(part)
        return reading.sent()

    def _share(self, header: Header) -> int:
        """Return what stands for that which counts of a header."""
        signed = sign((header.name, header.value))
        part = self._shared.get(signed)
        if part is None:
            if len(self._shared) >= MOST_SHARED:
                self._shared.clear()
            part = self._shared[signed] = sign(part_of(header))
        return part

    def _note_token(self, name: str, text: bytes) -> None:
        known = self._tokens_begin
        for begins in _begins(name, text):
            if begins not in known and len(known) < MOST_PLACES:
                known.append(begins)

    def _note_id(self, method: str, name: str, text: bytes) -> None:
        if method not in self._ids_begin and len(self._ids_begin) >= MOST_PLACES:
            return
        cuts = self._ids_begin.setdefault(method, {})
        for begins in _begins(name, text):
            if begins in cuts or len(cuts) < MOST_PLACES:
                cut = cuts.setdefault(begins, CutHeader(name.lower()))
                reach = len(text) - text.rindex(begins) + _MARGIN
                cut.reach = max(cut.reach, reach)


def _without_ids(text: bytes, cuts: dict[bytes, CutHeader]) -> bytes:
    """Put one id in the place of each that is found."""
    for begins, cut in cuts.items():
        start = text.rfind(begins, -cut.reach)
        if start >= 0:
            start += len(begins)
            end = text.index(b'"', start)
            own = _IDS_WRITTEN.get(own_id(cut.name, text[start:end].decode()))
            # The header ends behind it.
            if own and text[end + 1] == _CLOSES:
                text = text[:start] + own + text[end:]
    return text


def _whole(text: bytes, token: str) -> bytes:
    """Return headers with the token that was cut out of them."""
    return text.replace(_TOKEN_WRITTEN, token.encode())


def _remember(known: dict[int, Sent], signed: int, sent: Sent) -> None:
    # To forget the first alone takes longer the more were forgotten before.
    if len(known) >= MOST_SENT:
        known.clear()
    known[signed] = sent


def _begins(name: str, text: bytes) -> list[bytes]:
    """Return how a header begins, in the ways that this text writes it."""
    written = (style.replace("NAME", name).encode() for style in _BEGINS)
    return [begins for begins in written if begins in text]


class _Reading:
    """What was seen of the headers so far."""

    def __init__(self, tokens: Tokens, cut: str) -> None:
        self.parts: list[str | int] = []
        self._tokens, self._cut = tokens, cut
        self._odd = False
        self._client_id = self._msn = ""
        self._token = NO_TOKEN

    def key(self, name: str, header: Header) -> str:
        """Take in a header with a key."""
        plain = is_plain_key(name, header.value)
        self._odd = self._odd or not plain
        if name == "client_id":
            self._client_id = self._client_id or header.value
        elif name == "merchant-serial-number" and plain:
            self._msn = header.value
        return header.name

    def authorization(self, header: Header) -> str:
        """Take in a header with a token."""
        is_cut = header.value == _TOKEN
        if self._token is not NO_TOKEN:
            self._odd = True
            return f"{header.name}: {self._cut if is_cut else header.value}"
        self._token = _CUT_OUT if is_cut else self._tokens.read(header.value)
        self._odd = self._odd or not self._token.plain
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
