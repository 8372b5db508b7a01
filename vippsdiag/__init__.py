"""vippsdiag finds out why a set of Vipps MobilePay API keys does not work.

The public names are loaded when they are asked for, because the command line starts
often and needs few of them.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from vippsdiag.version import __version__

if TYPE_CHECKING:
    from vippsdiag.check import Check, Confidence, Finding, Report, Severity
    from vippsdiag.checks import CHECKS
    from vippsdiag.client import Client
    from vippsdiag.diagnosis import diagnose
    from vippsdiag.environments import Environment
    from vippsdiag.errors import VippsdiagError
    from vippsdiag.evidence import Context, Evidence
    from vippsdiag.exchange import Exchange, Request, Response
    from vippsdiag.importers import read_file, read_paste
    from vippsdiag.keys import KeyKind, KeySet
    from vippsdiag.sandbox import Sandbox
    from vippsdiag.secret import Secret
    from vippsdiag.token import Token, read_token

_HOMES = {
    "check": ("Check", "Confidence", "Finding", "Report", "Severity"),
    "checks": ("CHECKS",),
    "client": ("Client",),
    "diagnosis": ("diagnose",),
    "environments": ("Environment",),
    "errors": ("VippsdiagError",),
    "evidence": ("Context", "Evidence"),
    "exchange": ("Exchange", "Request", "Response"),
    "importers": ("read_file", "read_paste"),
    "keys": ("KeyKind", "KeySet"),
    "sandbox": ("Sandbox",),
    "secret": ("Secret",),
    "token": ("Token", "read_token"),
}

__all__ = [
    "CHECKS",
    "Check",
    "Client",
    "Confidence",
    "Context",
    "Environment",
    "Evidence",
    "Exchange",
    "Finding",
    "KeyKind",
    "KeySet",
    "Report",
    "Request",
    "Response",
    "Sandbox",
    "Secret",
    "Severity",
    "Token",
    "VippsdiagError",
    "__version__",
    "diagnose",
    "read_file",
    "read_paste",
    "read_token",
]


def __getattr__(name: str) -> object:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"vippsdiag.{home}"), name)
    raise AttributeError(f"module 'vippsdiag' has no attribute {name!r}")
