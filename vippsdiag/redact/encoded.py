"""What a text holds in Base64, as a layer of its own."""

import base64
import binascii
import re
from collections.abc import Iterator

from vippsdiag.redact.layers import Layer, differences

_BLOB = re.compile(r"[A-Za-z0-9+/]{12,}|[A-Za-z0-9_-]{12,}")
# Four letters of Base64 that stand for three printable characters or line breaks.
_FOUR = (
    "[CDI-Za-f]",
    "[ACDEFGHQSTUVWXgijklmnwyz0123]",
    "[ABEFIJMNQRUVYZcdghklopstwx014589]",
    "[A-Za-z0-9+/_-]",
)
# Nine such characters at the beginning: that is no accident.
_IS_TEXT = re.compile(f"(?:{''.join(_FOUR)}){{3}}")
_HOLDS_TEXT = re.compile(f".{{0,3}}?({_IS_TEXT.pattern})")
# For each of the four, which bytes are one.
_TABLES = [
    bytes(re.fullmatch(letters, chr(byte)) is not None for byte in range(256))
    for letters in _FOUR
]


class Decoded(Layer):
    """Everything in a layer that is text when it is read as Base64.

    Its pieces are read at all four places where a Base64 text can begin, for it may
    be cut out of a longer one.
    """

    __slots__ = ("_blobs",)

    def __init__(self, below: Layer, blobs: list[tuple[int, str, int]]) -> None:
        self._blobs = blobs
        super().__init__("\n\0\n".join(text for _, text, _ in blobs), below)

    def origin(self, place: int) -> int:
        """Return where the piece begins in the text itself that a place is in."""
        assert self.below is not None  # noqa: S101 - a layer of this kind has one
        for start, text, _ in self._blobs:
            place -= len(text) + 3
            if place < 0:
                return self.below.origin(start)
        return len(self.text)

    def carry(self) -> None:
        """Encode each piece anew that something was replaced in."""
        result, place = self.result, 0
        for start, text, size in self._blobs:
            if not result.startswith(text, place):
                self._encode(start, text, result[place : place + len(text)], size)
            place += len(text) + 3

    def _encode(self, start: int, text: str, new: str, size: int) -> None:
        """Write each letter in which the new text differs from the old one."""
        assert self.below is not None  # noqa: S101 - a layer of this kind has one
        if self.below.is_new(start, start + size):
            return  # all of it was taken for a secret there
        written = self.below.text[start : start + size]
        encode = (
            base64.urlsafe_b64encode
            if "-" in written or "_" in written
            else base64.b64encode
        )
        old_letters, new_letters = (
            encode(one.encode("utf-8", "surrogateescape")).decode().rstrip("=")
            for one in (text, new)
        )
        if len(new_letters) == size:
            for first, last in differences(old_letters, new_letters):
                self.below.put(start + first, new_letters[first:last])


def decoded(below: Layer) -> Layer | None:
    """Return what a layer holds in Base64; None if it holds none that is text."""
    blobs = list(_blobs(below))
    return Decoded(below, blobs) if blobs else None


def _blobs(layer: Layer) -> Iterator[tuple[int, str, int]]:
    for match in _long_runs(layer):
        if text := _HOLDS_TEXT.match(layer.text, *match.span()):
            start = text.start(1)
            size = match.end() - start
            size -= size % 4 == 1
            yield start, _read(layer.text[start : start + size]), size


def _long_runs(layer: Layer) -> Iterator[re.Match[str]]:
    """Yield what may be text in Base64 and was not seen in the layer below."""
    letters, starts = _marked(layer.text)
    place = starts.find(1)
    while place >= 0:
        start, end = letters.rfind(0, 0, place) + 1, letters.find(0, place)
        end = len(letters) if end < 0 else end
        for match in _BLOB.finditer(layer.text, start, end):
            if not layer.is_plain(*match.span()):
                yield match
        place = starts.find(1, end)


def _marked(text: str) -> tuple[bytes, bytes]:
    """Return a byte for each character: whether it is a letter of Base64.

    And whether `_IS_TEXT` matches there, which a pattern would take much longer to see.
    """
    raw = text.encode("ascii", "replace")
    marked = [raw.translate(table) for table in _TABLES]
    first, second, third, fourth = (int.from_bytes(one, "little") for one in marked)
    four = first & second >> 8 & third >> 16 & fourth >> 24
    three_times = four & four >> 32 & four >> 64
    return marked[-1], three_times.to_bytes(len(raw), "little")


def says_something(blob: str) -> bool:
    """Tell whether a Base64 text is text at its beginning."""
    return _IS_TEXT.match(blob) is not None


def _read(blob: str) -> str:
    plain = blob.replace("-", "+").replace("_", "/")
    raw = binascii.a2b_base64(plain + "=" * (-len(blob) % 4))
    return raw.decode("utf-8", "surrogateescape")
