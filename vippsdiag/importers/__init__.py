"""Text and files to values: the only place that sees raw secrets."""

from vippsdiag.importers.failures import failure_from
from vippsdiag.importers.files import read_file
from vippsdiag.importers.har import HarPaste, read_har
from vippsdiag.importers.keys import KeyPaste, read_keys
from vippsdiag.importers.paste import read_paste
from vippsdiag.importers.text import read_text

__all__ = [
    "HarPaste",
    "KeyPaste",
    "failure_from",
    "read_file",
    "read_har",
    "read_keys",
    "read_paste",
    "read_text",
]
