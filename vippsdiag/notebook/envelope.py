"""Opening what the page sealed, and reading what a file holds.

The page seals every part of a value with a fresh AES-GCM key, and that key with the
public RSA key of this process (RSA-OAEP with SHA-256, the strongest pair that both
WebCrypto and ``cryptography`` know). The private key is made when the first page
asks, is never written anywhere, and ends with the kernel.
"""

import codecs
import json
from collections.abc import Sequence
from functools import cache
from time import monotonic

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vippsdiag.errors import UnreadablePaste
from vippsdiag.language import Text, mark, say
from vippsdiag.secret import Secret

KEY_BITS = 3072
MEGABYTE = 1024 * 1024

# The page cuts at 1 MB: Jupyter's websocket takes messages of up to 10 MB.
LIMIT_MEGABYTES = 100

# Seconds without a sign after which an announced value no longer holds anything up.
PATIENCE = 60

OAEP = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)

# Longest first: the mark of UTF-32 starts with that of UTF-16.
BYTE_ORDER_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}

BINARY_STARTS = {
    b"PK\x03\x04": mark("a ZIP archive or an Office document"),
    b"\x1f\x8b": mark("a gzip archive"),
    b"%PDF": mark("a PDF"),
    b"\x89PNG": mark("a picture"),
    b"\xff\xd8\xff": mark("a picture"),
    b"\xd0\xcf\x11\xe0": mark("an Office document"),
}

AS_TEXT = mark("Save it as text, then try again.")

# What a text may hold of the control characters: tab, line ends, form feed, escape.
CONTROL = bytes(set(range(32)) - set(b"\t\n\r\f\x1b"))


@cache
def _private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)


def public_key() -> bytes:
    """Return the public key of this process (DER, SubjectPublicKeyInfo)."""
    return (
        _private_key()
        .public_key()
        .public_bytes(
            serialization.Encoding.DER,
            serialization.PublicFormat.SubjectPublicKeyInfo,
        )
    )


def open_part(buffers: Sequence[bytes | memoryview], bound_to: str) -> bytes:
    """Open one sealed part: the wrapped key, the nonce and the sealed bytes.

    Args:
        buffers: the three, in this order.
        bound_to: what the part was sealed for, so that parts cannot be swapped.

    Raises:
        ValueError: it was sealed for another key, or there are not three buffers.
        cryptography.exceptions.InvalidTag: it was changed on its way.
    """
    wrapped, nonce, sealed = buffers
    return AESGCM(_private_key().decrypt(bytes(wrapped), OAEP)).decrypt(
        bytes(nonce), bytes(sealed), bound_to.encode()
    )


def seal_for(page_key: bytes | memoryview, text: str) -> bytes:
    """Seal a short text for a page that has sent its public key (DER).

    Raises:
        ValueError: it is no key, or the text is too long for one.
    """
    key = serialization.load_der_public_key(bytes(page_key))
    if not isinstance(key, rsa.RSAPublicKey):
        raise TypeError
    return key.encrypt(text.encode(), OAEP)


def read_text(data: bytes, name: str) -> str:
    """Read the bytes of a file as text.

    A byte order mark decides; without one it is UTF-8, or else Latin-1.

    Raises:
        UnreadablePaste: the file is empty, or is no text.
    """
    if not data:
        raise UnreadablePaste(say("“{name}” is empty.", name=name))
    for start, encoding in BYTE_ORDER_MARKS.items():
        if data.startswith(start):
            return data.decode(encoding, "replace")
    if len(data.translate(None, CONTROL)) < len(data):
        raise UnreadablePaste(_not_text(data, name), AS_TEXT)
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _not_text(data: bytes, name: str) -> Text:
    for start, kind in BINARY_STARTS.items():
        if data.startswith(start):
            return say(
                "“{name}” is not a text file; it looks like {kind}.",
                name=name,
                kind=say(kind),
            )
    return say("“{name}” is not a text file.", name=name)


class Arrival:
    """One value on its way in, part by part.

    Attributes:
        since: when the last sign of it came, in seconds of the monotonic clock.
    """

    __slots__ = ("_head", "_parts", "_size", "since")

    def __init__(self) -> None:
        self._head: dict[str, object] = {}
        self._parts: list[bytes] = []
        self._size = 0
        self.since = monotonic()

    @property
    def stale(self) -> bool:
        """Whether nothing came for so long that the page must be gone."""
        return monotonic() - self.since > PATIENCE

    def add(self, number: int, data: bytes) -> None:
        """Take in the next part; the first one starts with a line of JSON.

        Raises:
            UnreadablePaste: the value is larger than the limit.
            ValueError: the part is not the next one, or its first line is no JSON.
        """
        if number != len(self._parts):
            raise ValueError(number)
        if number == 0:
            head, _, data = data.partition(b"\n")
            self._head = dict(json.loads(head))
        self._size += len(data)
        if self._size > LIMIT_MEGABYTES * MEGABYTE:
            raise UnreadablePaste(
                say("More than {count} MB cannot be taken in.", count=LIMIT_MEGABYTES)
            )
        self._parts.append(data)
        self.since = monotonic()

    @property
    def file_name(self) -> str | None:
        """The name of the file, without its folder; ``None`` for a typed text."""
        name = self._head.get("name")
        return None if name is None else str(name).replace("\\", "/").split("/")[-1]

    def read(self, *, single_line: bool) -> Secret:
        """Return the whole value, and keep nothing of it.

        Args:
            single_line: drop the line breaks that copying put around the value.

        Raises:
            UnreadablePaste: there is nothing in it, or it is no text.
        """
        data = b"".join(self._parts)
        self._parts.clear()
        if self.file_name is not None:
            return Secret(read_text(data, self.file_name))
        text = data.decode()
        text = text.strip("\r\n") if single_line else text
        if not text:
            raise UnreadablePaste(mark("There is nothing in it."))
        return Secret(text)
