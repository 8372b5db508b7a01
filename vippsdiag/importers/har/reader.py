"""HAR files of any browser, proxy or tool."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO

from vippsdiag.conceal import conceal
from vippsdiag.environments import split
from vippsdiag.errors import UnreadablePaste
from vippsdiag.evidence import Context
from vippsdiag.exchange import Exchange
from vippsdiag.importers.decode import chunks_of
from vippsdiag.importers.guard import guarded
from vippsdiag.importers.har.entries import (
    CUT,
    HINT,
    NO_HAR,
    PASSED_OVER,
    Log,
    open_log,
)
from vippsdiag.importers.har.exchanges import (
    HarJson,
    is_entry,
    is_unread,
    member,
    packed,
    pairs,
    status_of,
    text_in,
    to_exchange,
)
from vippsdiag.importers.keys.names import understand, words_of
from vippsdiag.importers.sample import Sample
from vippsdiag.importers.vipps import API_HOSTS, concerns
from vippsdiag.keys import Field, KeyKind
from vippsdiag.language import mark, say

# Up to this many entries are kept whatever they are.
FEW = 40
# So many bytes are unpacked of all bodies that are packed, and of each at least as many
# as an answer of the API has.
_ALL_UNPACKED = 2_000_000
_EACH_UNPACKED = 4_000

_FIELDS = frozenset({field.header.lower() for field in Field})
# A shop's own page loads these from the payment pages too.
_DECORATION = frozenset({"image", "font", "stylesheet", "script", "media", "css"})

NOT_TOLD = Context()


@dataclass(frozen=True, slots=True, kw_only=True)
class HarPaste:
    """What a HAR held.

    Attributes:
        exchanges: in the order of the file.
        context: what was noted in the file's ``_context``.
        unused: what was left out, named for people.
    """

    exchanges: tuple[Exchange, ...] = ()
    context: Context = NOT_TOLD
    unused: tuple[str, ...] = ()


@guarded
def read_har(data: bytes) -> HarPaste:
    """Read a HAR.

    Of a long one only the entries are kept that have to do with Vipps MobilePay.

    Args:
        data: the file.

    Raises:
        UnreadablePaste: it is no HAR, or no entry of it can be used.
    """
    return load_har(data)


def load_har(data: bytes, *, fast: bool = True) -> HarPaste:
    """Read a HAR with or without the fast decoder."""
    return har_from(chunks_of(BytesIO(data)), fast=fast)


def har_from(chunks: Iterator[str], *, fast: bool = True) -> HarPaste:
    """Read a HAR from pieces of its text; memory does not grow with its length.

    Raises:
        UnreadablePaste: it is no HAR, or no entry of it can be used.
    """
    choice = _Choice()
    log = open_log(chunks, choice.unwanted, fast=fast)
    for entry in log.entries:
        choice.see(entry)
    kept = list(choice.few if choice.total <= FEW else choice.kept)
    if not choice.total:
        if log.cut:
            raise UnreadablePaste(CUT, HINT)
        empty = mark("This HAR file has no entries.") if not choice.odd else NO_HAR
        raise UnreadablePaste(empty, HINT)
    most = max(_EACH_UNPACKED, _ALL_UNPACKED // max(1, len(kept)))
    return HarPaste(
        exchanges=tuple(to_exchange(entry, most) for entry in kept),
        context=_context(log.context),
        unused=tuple(_unused(log, choice, kept)),
    )


@dataclass(slots=True)
class _Choice:
    """The entries to keep, chosen while they pass by.

    Attributes:
        few: the first entries, whatever they are.
        kept: those that have to do with Vipps MobilePay; of many alike, some.
        total: how many there were.
        relevant: how many of them have to do with Vipps MobilePay.
        odd: how many could not be read.
    """

    few: list[HarJson] = field(default_factory=list)
    kept: Sample[HarJson] = field(default_factory=Sample)
    total: int = 0
    relevant: int = 0
    odd: int = 0

    def unwanted(self, url: str, names: Iterable[str]) -> bool:
        """Tell at a glance that an entry will not be kept."""
        return self.total >= FEW and not _concerns(url, names)

    def see(self, entry: object) -> None:
        """Take in the next entry."""
        if entry is PASSED_OVER:
            self.total += 1
            return
        if not is_entry(entry):
            self.odd += 1
            return
        self.total += 1
        if self.total <= FEW:
            self.few.append(entry)
        if _matters(entry):
            self.relevant += 1
            self.kept.add(_kind_of(entry), entry)


def _kind_of(entry: HarJson) -> tuple[int | None, str]:
    """Return what many entries of a long HAR have in common: the answer, the host."""
    url = text_in(member(entry, "request").get("url"))
    return status_of(member(entry, "response")), split(url).hostname or ""


def _concerns(url: str, names: Iterable[str]) -> bool:
    """Tell whether a request may have to do with Vipps MobilePay."""
    return concerns(url) or any(name.lower() in _FIELDS for name in names)


def _matters(entry: HarJson) -> bool:
    """Tell whether an entry has to do with Vipps MobilePay."""
    request = member(entry, "request")
    url = text_in(request.get("url"))
    names = [name for name, _ in pairs(request)]
    if not _concerns(url, names):
        return False
    host = split(url).hostname or ""
    ours = host in API_HOSTS or not concerns(url)
    return ours or _failed(entry) or not _is_decoration(entry)


def _failed(entry: HarJson) -> bool:
    status = status_of(member(entry, "response"))
    return status is None or status >= 400


def _is_decoration(entry: HarJson) -> bool:
    kind = text_in(entry.get("_resourceType")).lower()
    content = member(member(entry, "response"), "content")
    mime = text_in(content.get("mimeType")).lower()
    return kind in _DECORATION or any(
        mime.startswith((f"{word}/", f"text/{word}")) or word in mime.split("/")[-1]
        for word in ("image", "font", "css", "javascript", "audio", "video")
    )


def _unused(log: Log, choice: _Choice, kept: list[HarJson]) -> Iterator[str]:
    alike = choice.kept.left_out if choice.total > FEW else 0
    elsewhere = choice.total - len(kept) - alike
    if elsewhere:
        yield (
            say("1 entry of the HAR that went elsewhere")
            if elsewhere == 1
            else say("{count} entries of the HAR that went elsewhere", count=elsewhere)
        )
    if alike:
        yield (
            say("1 entry of the HAR that is like others of it")
            if alike == 1
            else say(
                "{count} entries of the HAR that are like others of it", count=alike
            )
        )
    if choice.odd:
        yield say(
            "{count} of the HAR's entries, which could not be read", count=choice.odd
        )
    for name, count in Counter(filter(None, map(packed, kept))).items():
        yield (
            say("a body packed with {name}, which is not unpacked here", name=name)
            if count == 1
            else say(
                "{count} bodies packed with {name}, which is not unpacked here",
                count=count,
                name=name,
            )
        )
    bare = sum(_lacks_body(entry) for entry in kept)
    if bare:
        yield (
            say("the body of an answer, which the HAR does not hold")
            if bare == 1
            else say(
                "the bodies of {count} answers, which the HAR does not hold", count=bare
            )
        )
    if log.cut:
        yield say("the end of the HAR: the file breaks off")


def _lacks_body(entry: HarJson) -> bool:
    """Tell whether the body of an answer that matters was not recorded."""
    response = member(entry, "response")
    content = member(response, "content")
    # These have no body, though some write -1 for its size.
    bare = status_of(response) in {204, 304}
    unread = not bare and not content.get("text") and is_unread(content)
    return unread and _matters(entry)


def _context(value: object) -> Context:
    told = value if isinstance(value, dict) else {}
    return Context(
        environment=understand((text_in(told.get("environment")),)).environment,
        kind=_kind(text_in(told.get("kind"))),
        product=conceal(text_in(told.get("product"))) or None,
        client=conceal(text_in(told.get("client"))) or None,
    )


def _kind(text: str) -> KeyKind | None:
    """Return the kind of keys that a word names: partner, sales-unit, PSP keys."""
    words = " ".join(words_of(text)).removesuffix("keys").strip()
    kinds = {" ".join(words_of(kind.value)): kind for kind in KeyKind}
    return kinds.get(words)
