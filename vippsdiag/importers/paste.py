"""Any paste: told apart, and read by what it is."""

import re

from vippsdiag.errors import UnreadablePaste
from vippsdiag.evidence import Context, Evidence
from vippsdiag.importers.decode import text_of, writable
from vippsdiag.importers.guard import guarded
from vippsdiag.importers.har import load_har
from vippsdiag.importers.keys import KeyPaste, find_keys
from vippsdiag.importers.lines import pairs_in, split_lines
from vippsdiag.importers.names import understand
from vippsdiag.importers.text import Found, find_exchanges
from vippsdiag.keys import KeySet

HINT = (
    "Paste the keys with their names, the request as cURL or HAR, or the answer with "
    "its status."
)
LARGEST = 32_000_000
TOO_LARGE = "This text is larger than 32 MB."

_HAR = re.compile(
    r'\s*\{\s*"log"\s*:\s*\{|\s*\{.{0,2000}?"entries"\s*:\s*\[', re.DOTALL
)


@guarded
def read_paste(data: bytes | str) -> Evidence:
    """Read whatever was pasted or is in a file.

    Args:
        data: keys in any form, a HAR, an error text, a log, or keys with an error text.

    Returns:
        What it holds, with every secret concealed. ``now`` is left for the caller.

    Raises:
        UnreadablePaste: it holds nothing that can be used.
    """
    if not data.strip():
        raise UnreadablePaste("There is nothing in it.", HINT)
    if is_har(data):
        raw = data if isinstance(data, bytes) else writable(data).encode()
        har = load_har(raw)
        return Evidence(exchanges=har.exchanges, context=har.context, unused=har.unused)
    if len(data) > LARGEST:
        raise UnreadablePaste(TOO_LARGE, "Paste the part around the failing call.")
    return _read(text_of(data) if isinstance(data, bytes) else writable(data))


def is_har(data: bytes | str) -> bool:
    """Tell by its beginning whether something is a HAR file."""
    head = data[:4096]
    if isinstance(head, bytes):
        head = head.replace(b"\x00", b"").decode("latin-1")
    return bool(_HAR.match(head.lstrip("\ufeff\xef\xbb\xbf\xff\xfe")))


def _read(text: str) -> Evidence:
    found = find_exchanges(text)
    keys = find_keys(_without(text, found))
    if not keys.keys and not found.exchanges:
        if any("looks like" in unused for unused in keys.unused):
            return Evidence(unused=keys.unused)
        raise UnreadablePaste("There is nothing in this text that can be used.", HINT)
    chosen = _chosen(keys)
    return Evidence(
        keys=chosen,
        exchanges=found.exchanges,
        context=_context(chosen),
        unused=(*_others(keys, chosen), *keys.unused),
    )


def _without(text: str, found: Found) -> str:
    """Return the text without what was read already, line for line."""
    lines = split_lines(text)
    return "\n".join(
        "" if number in found.whole or _is_read(number, line, found) else line
        for number, line in enumerate(lines)
    )


def _is_read(number: int, line: str, found: Found) -> bool:
    if number not in found.partly:
        return False
    return not any(understand((name,)).field for name, _ in pairs_in(line))


def _chosen(keys: KeyPaste) -> KeySet | None:
    """Return the set that has most of the values; the first of several."""
    return max(keys.keys, key=lambda one: len(list(one.values())), default=None)


def _others(keys: KeyPaste, chosen: KeySet | None) -> list[str]:
    """Name the key sets that a single diagnosis does not look at."""
    return [
        f"another set of keys: {_words(one)}" for one in keys.keys if one is not chosen
    ]


def _words(keys: KeySet) -> str:
    environment = keys.environment.words if keys.environment else None
    fields = ", ".join(name.value for name, _ in keys.values())
    return f"{environment}, with {fields}" if environment else f"with {fields}"


def _context(keys: KeySet | None) -> Context:
    """Return what the text itself says about its keys."""
    if keys is None:
        return Context()
    return Context(environment=keys.environment, kind=keys.kind)
