"""Where the keys for all units come from: a file, the environment, or the keyring.

Never from the command line: others on the machine can read it, and a shell keeps it.
"""

import os
from collections.abc import Mapping
from importlib import import_module

from vippsdiag.errors import UnreadablePaste, VippsdiagError
from vippsdiag.importers import read_file
from vippsdiag.keys import Field, KeySet
from vippsdiag.language import say

# What a variable's name begins with; behind it stands the field's own name.
PREFIXES = ("VIPPSDIAG_", "VIPPS_")
_FIELDS = tuple(name for name in Field if name is not Field.MSN)


def keys_in_file(path: str) -> KeySet:
    """Return the keys in a file, in any form that keys are pasted in.

    Raises:
        UnreadablePaste: it cannot be read, or there are no keys in it.
    """
    found = read_file(path).keys
    if found is None or (found.client_id is None and found.client_secret is None):
        raise UnreadablePaste(say("There are no keys in this file."))
    return found


def keys_in_environment(environ: Mapping[str, str] = os.environ) -> KeySet | None:
    """Return the keys in the environment's variables; None if there are none.

    They are named ``VIPPS_CLIENT_ID``, ``VIPPS_CLIENT_SECRET``,
    ``VIPPS_SUBSCRIPTION_KEY`` and ``VIPPS_SECONDARY_SUBSCRIPTION_KEY``.
    """
    values: dict[str, str] = {}
    for prefix in PREFIXES:
        for name in _FIELDS:
            value = environ.get(prefix + name.attribute.upper())
            if value:
                values.setdefault(name.attribute, value)
    return KeySet(**values) if values else None  # type: ignore[arg-type]


def keys_in_keyring(service: str) -> KeySet:
    """Return the keys that the system keyring holds for a service.

    Each value is an entry of its own, with the field's name as its user name, such as
    ``client_secret``: ``keyring set SERVICE client_secret`` asks for it.

    Raises:
        VippsdiagError: there is no keyring, or it holds none of the keys.
    """
    try:
        keyring = import_module("keyring")
    except ImportError as error:
        raise VippsdiagError(
            say(
                "The system keyring needs the package keyring, which is not installed. "
                "Install it, or take the keys from a file or the environment."
            )
        ) from error
    values: dict[str, str] = {}
    trouble = ""
    try:
        for name in _FIELDS:
            value = keyring.get_password(service, name.attribute)
            if value:
                values[name.attribute] = value
    except Exception as error:  # noqa: BLE001 - backends raise what they like
        trouble = type(error).__name__
    if trouble:
        raise VippsdiagError(
            say("The system keyring cannot be read ({reason}).", reason=trouble)
        )
    if not values:
        raise VippsdiagError(
            say(
                "The system keyring holds no keys for {service}. Enter each with: "
                "keyring set {service} client_secret",
                service=service,
            )
        )
    return KeySet(**values)  # type: ignore[arg-type]
