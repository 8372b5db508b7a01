"""Any paste: told apart by its beginning, and read by what it is."""

import re
from dataclasses import replace

from vippsdiag.errors import UnreadablePaste
from vippsdiag.evidence import Evidence
from vippsdiag.importers.decode import text_of, writable
from vippsdiag.importers.guard import guarded
from vippsdiag.importers.har.marks import EVIDENCE
from vippsdiag.importers.har.reader import HarPaste, load_har
from vippsdiag.language import mark

EMPTY_HINT = mark(
    "Paste the keys, the request as cURL or HAR, or the answer with its status."
)
LARGEST = 32_000_000
TOO_LARGE = mark("This text is larger than 32 MB.")

_HAR = re.compile(
    r'\s*\{\s*"log"\s*:\s*\{|\s*\{.{0,2000}?"entries"\s*:\s*\[', re.DOTALL
)


@guarded
def read_paste(data: bytes | str) -> Evidence:
    """Read whatever was pasted or is in a file.

    Args:
        data: keys in any form, commands, a HAR, answers, error texts, logs, or all of
            them in one text.

    Returns:
        What it holds, with every secret concealed; what each piece was taken for, and
        what was not understood. ``now`` is left for the caller.

    Raises:
        UnreadablePaste: it holds nothing that can be used.
    """
    if not data.strip():
        raise UnreadablePaste(mark("There is nothing in it."), EMPTY_HINT)
    if names_evidence(data):
        from vippsdiag.importers.reports import read_report  # noqa: PLC0415

        report = read_report(text_of(data) if isinstance(data, bytes) else data)
        if report:
            return report
    if is_har(data):
        raw = data if isinstance(data, bytes) else writable(data).encode()
        return _from_har(load_har(raw))
    if len(data) > LARGEST:
        raise UnreadablePaste(
            TOO_LARGE, mark("Paste the part around the failing call.")
        )
    # A HAR has no use for the readers of other texts, which take a while to load.
    from vippsdiag.importers.eml import open_mail  # noqa: PLC0415
    from vippsdiag.importers.mixed import read_mixed  # noqa: PLC0415

    text = text_of(data) if isinstance(data, bytes) else writable(data)
    mail = open_mail(text)
    if mail is None:
        return read_mixed(text)
    evidence = read_mixed(writable(mail.text))
    return replace(evidence, unused=(*evidence.unused, *mail.unread))


def names_evidence(data: bytes | str) -> bool:
    """Tell whether something may be a report that holds its evidence."""
    return EVIDENCE.encode() in data if isinstance(data, bytes) else EVIDENCE in data


def is_har(data: bytes | str) -> bool:
    """Tell by its beginning whether something is a HAR file."""
    head = data[:4096]
    if isinstance(head, bytes):
        head = head.replace(b"\x00", b"").decode("latin-1")
    return bool(_HAR.match(head.lstrip("\ufeff\xef\xbb\xbf\xff\xfe")))


def _from_har(har: HarPaste) -> Evidence:
    return Evidence(exchanges=har.exchanges, context=har.context, unused=har.unused)
