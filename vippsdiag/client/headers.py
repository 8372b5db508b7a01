"""The headers that the client sends, and the values that it does not."""

import base64
import re

from vippsdiag.errors import UnsendableValue
from vippsdiag.keys import Field, KeySet
from vippsdiag.language import say
from vippsdiag.secret import Secret, examine
from vippsdiag.version import __version__

_NOT_SENDABLE = re.compile(r"[^\t\x20-\x7e\x80-\xff]")

# Sent with every call; what a session would add by itself is not.
OWN_HEADERS: dict[str, str] = {
    "User-Agent": f"vippsdiag/{__version__}",
    "Accept": "application/json",
}
NO_DEFAULTS = ("Accept-Encoding", "Connection")


def common(keys: KeySet) -> dict[str, str | None]:
    """Return the headers that every call should have (facts section 4)."""
    return {
        Field.MSN.header: keys.msn,
        "Vipps-System-Name": "vippsdiag",
        "Vipps-System-Version": __version__,
    }


def bearer(token: str) -> Secret:
    """Return the value of ``Authorization`` for an access token."""
    return examine(token, lambda raw: Secret(f"Bearer {raw}", f"Bearer {token}"))


def basic(keys: KeySet) -> Secret:
    """Return the value of ``Authorization`` for the specialized flow."""

    def joined(user: str) -> Secret:
        return examine(
            keys.client_secret or "",
            lambda password: Secret(
                "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode(),
                "Basic •••",
            ),
        )

    return examine(keys.client_id or "", joined)


def validate(name: str, value: str) -> None:
    """Refuse what the HTTP library would refuse while printing it.

    Raises:
        UnsendableValue: names the header and the kind of fault, never the value.
    """
    if examine(value, lambda raw: bool(_NOT_SENDABLE.search(raw.strip(" \t")))):
        raise UnsendableValue(
            say(
                "The value for {name} holds a line break or another character that "
                "cannot be sent. Copy it again.",
                name=name,
            )
        )
