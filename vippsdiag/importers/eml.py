"""A mail in the form in which it was sent: its texts, as they were meant."""

import re
from dataclasses import dataclass
from html import unescape
from itertools import islice
from quopri import decodestring
from typing import TYPE_CHECKING

from vippsdiag.errors import UnreadablePaste
from vippsdiag.importers.decode import text_of
from vippsdiag.language import say
from vippsdiag.mailed import BARE, BROKEN, EQUALS

if TYPE_CHECKING:
    from email.message import Message

# A mail of more parts was made to keep a reader busy.
MOST_PARTS = 50
MOST_BOUNDARIES = 20

_HEAD = re.compile(r"(?:[A-Za-z][\w-]{0,60}:[^\n]*\n(?:[ \t]+[^\n]*\n)*+){2,300}+")
_OF_A_MAIL = re.compile(
    r"^(?:from|subject|mime-version|received|return-path|message-id):",
    re.IGNORECASE | re.MULTILINE,
)
_ENCODED = re.compile(
    r"^content-transfer-encoding:[ \t]*(?:quoted-printable|base64)",
    re.IGNORECASE | re.MULTILINE,
)
# How a part of a mail begins, and the head of one.
_PART = re.compile(r"--(?P<boundary>[^\s\"]{1,70})[ \t]*\n(?=content-)", re.IGNORECASE)
_PART_HEAD = re.compile(
    r"(?:content-[a-z-]{2,40}:[^\n]*\n(?:[ \t]+[^\n]*\n)*+){1,9}+\n", re.IGNORECASE
)
# Where the next one begins or the last one ends.
_NEXT_PART = re.compile(r"^--([^\s\"-][^\s\"]{0,69}?)(?:--)?[ \t]*$", re.MULTILINE)
_ENCODINGS = frozenset({"quoted-printable", "base64"})
_BLOCKS = frozenset(
    "br p div tr li pre h1 h2 h3 h4 h5 h6 table ul ol blockquote hr".split()
)
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]{0,20})\b[^<>]{0,5000}>")


@dataclass(frozen=True, slots=True)
class Mail:
    """What is in a mail.

    Attributes:
        text: its subject and its texts, one below the other.
        unread: what else is in it, in words.
    """

    text: str
    unread: tuple[str, ...] = ()


def open_mail(text: str) -> Mail | None:
    """Return what is in a mail; None for a text that is none, or is not encoded.

    Args:
        text: of a file of a mail, the source that a mail program shows, or the body of
            one as quoted-printable; or what is in it from one of its parts on.
    """
    text = _with_head(text.lstrip("\ufeff\r\n").replace("\r\n", "\n"))
    head = _HEAD.match(text)
    if head is None or not _OF_A_MAIL.search(head[0]) or not _ENCODED.search(text):
        return _body(text)
    if text.lower().count("boundary=") > MOST_BOUNDARIES:
        return None
    try:
        return _opened(text)
    except (AttributeError, LookupError, RecursionError, UnreadablePaste, ValueError):
        return None  # it is read as it stands


def _with_head(text: str) -> str:
    """Return parts of a mail that were copied without its head with one."""
    head = _PART_HEAD.match(text)
    if head and _ENCODED.search(head[0]):
        found = _NEXT_PART.search(text, head.end())
        if found is None:
            return f"MIME-Version: 1.0\n{text}"
        text = f"--{found[1]}\n{text}"
    if part := _PART.match(text):
        kind = f'multipart/mixed; boundary="{part["boundary"]}"'
        return f"MIME-Version: 1.0\nContent-Type: {kind}\n\n{text}"
    return text


def _opened(text: str) -> Mail:
    # Few texts are mails, and the library takes a while to load.
    from email import message_from_string  # noqa: PLC0415

    message = message_from_string(text)
    texts, unread = _texts(message)
    subject = _subject(message)
    return Mail("\n\n".join([subject, *texts] if subject else texts), unread)


def _body(text: str) -> Mail | None:
    """Return a text that was copied without the head of its mail."""
    if EQUALS not in text or BARE.search(text) or not BROKEN.search(text):
        return None
    return Mail(decodestring(text.encode()).decode("utf-8", "replace"))


def _texts(message: "Message") -> tuple[list[str], tuple[str, ...]]:
    """Return the texts of a mail, and what its other parts are."""
    walk = message.walk()
    parts = [one for one in islice(walk, MOST_PARTS) if not one.is_multipart()]
    plain = any(map(_is_plain, parts))
    texts: list[str] = []
    unread: list[str] = []
    for part in parts:
        kind = part.get_content_type()
        if plain and kind == "text/html":
            continue  # it says what the plain text says
        try:
            texts.append(_text(part))
        except UnreadablePaste:
            unread.append(say("a part of the mail that is no text ({kind})", kind=kind))
    if next(walk, None) is not None:  # one without headers is empty, too
        unread.append(
            say("what is behind the first {count} parts of the mail", count=MOST_PARTS)
        )
    return [one for one in texts if one.strip()], tuple(unread)


def _is_plain(part: "Message") -> bool:
    """Tell whether a part is what the mail says, and no file beside it."""
    if part.get_content_type() != "text/plain" or part.get_filename():
        return False
    return bool(_text(part).strip())


def _text(part: "Message") -> str:
    said = part.get_payload()
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes) or not isinstance(said, str):
        return ""
    if part.get("content-transfer-encoding", "").strip().lower() not in _ENCODINGS:
        # The library takes it for bytes, which the text no longer is.
        return _seen(said) if part.get_content_type() == "text/html" else said
    text = _in_charset(part, raw) if part.get_content_maintype() == "text" else ""
    text = text or (text_of(raw) if raw else "")
    return _seen(text) if part.get_content_type() == "text/html" else text


def _in_charset(part: "Message", raw: bytes) -> str:
    try:
        return raw.decode(part.get_content_charset() or "utf-8")
    except (LookupError, ValueError):
        return text_of(raw)


def _seen(page: str) -> str:
    """Return what is seen of a page."""
    for name in ("head", "style", "script"):
        page = _without(page, name)
    lines = _TAG.sub(lambda tag: "\n" if tag[1].lower() in _BLOCKS else "", page)
    return unescape(lines)


def _without(page: str, name: str) -> str:
    """Return a page without the elements of a name; one that is not closed stays."""
    opening = re.compile(rf"<{name}\b[^<>]{{0,5000}}>", re.IGNORECASE)
    closing = re.compile(rf"</{name}\s{{0,99}}>", re.IGNORECASE)
    parts, done = [], 0
    while opened := opening.search(page, done):
        closed = closing.search(page, opened.end())
        if closed is None:
            break
        parts.append(page[done : opened.start()])
        done = closed.end()
    return "".join((*parts, page[done:]))


def _subject(message: "Message") -> str:
    from email.errors import HeaderParseError  # noqa: PLC0415
    from email.header import decode_header, make_header  # noqa: PLC0415

    try:
        return str(make_header(decode_header(message.get("subject", ""))))
    except (HeaderParseError, LookupError, ValueError):
        return ""
