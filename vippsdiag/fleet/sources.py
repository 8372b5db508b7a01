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
VARIABLES = (
    *((name, name.attribute.upper()) for name in Field),
    (Field.MSN, "MERCHANT_SERIAL_NUMBER"),
)


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
    ``VIPPS_SUBSCRIPTION_KEY`` and ``VIPPS_SECONDARY_SUBSCRIPTION_KEY``. A watch of one
    sales unit needs no list where ``VIPPS_MSN`` or ``VIPPS_MERCHANT_SERIAL_NUMBER`` is
    its number; a list always names its own.
    """
    values: dict[str, str] = {}
    for prefix in PREFIXES:
        for name, written in VARIABLES:
            value = environ.get(prefix + written)
            if value:
                values.setdefault(name.attribute, value)
    return _key_set(values)


def _key_set(values: dict[str, str]) -> KeySet | None:
    """Return the keys; a number alone is none."""
    if values.keys() <= {Field.MSN.attribute}:
        return None
    return KeySet(**values)  # type: ignore[arg-type]


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
        for name in Field:
            value = keyring.get_password(service, name.attribute)
            if value:
                values[name.attribute] = value
    except Exception as error:  # noqa: BLE001 - backends raise what they like
        trouble = type(error).__name__
    if trouble:
        raise VippsdiagError(
            say("The system keyring cannot be read ({reason}).", reason=trouble)
        )
    keys = _key_set(values)
    if keys is None:
        raise VippsdiagError(
            say(
                "The system keyring holds no keys for {service}. Enter each with: "
                "keyring set {service} client_secret",
                service=service,
            )
        )
    return keys
