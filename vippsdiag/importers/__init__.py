"""Text and files to values: the only place that sees raw secrets.

The names are loaded when they are asked for: a HAR needs few of the readers.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vippsdiag.importers.failures import failure_from
    from vippsdiag.importers.files import read_file
    from vippsdiag.importers.har.reader import HarPaste, read_har
    from vippsdiag.importers.keys.reader import KeyPaste, read_keys
    from vippsdiag.importers.paste import read_paste
    from vippsdiag.importers.text import read_text

_HOMES = {
    "HarPaste": "har.reader",
    "KeyPaste": "keys.reader",
    "failure_from": "failures",
    "read_file": "files",
    "read_har": "har.reader",
    "read_keys": "keys.reader",
    "read_paste": "paste",
    "read_text": "text",
}

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


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(f"vippsdiag.importers.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'vippsdiag.importers' has no attribute {name!r}")
