"""Until when a host's certificate is valid. No key goes along."""

import socket
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime

from vippsdiag.language import say

PORT = 443
# Seconds that a host may take to answer.
PATIENCE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A host's certificate, as it is verified here.

    Attributes:
        host: whose it is.
        ends: until when it is valid; None if it could not be read.
        trouble: why it is not accepted, or could not be read; empty if it is accepted.
        refused: whether the certificate itself is at fault, and not the way to it.
    """

    host: str
    ends: datetime | None = None
    trouble: str = ""
    refused: bool = False


def certificate_of(
    host: str, port: int = PORT, context: ssl.SSLContext | None = None
) -> Certificate:
    """Connect to a host and return its certificate. Never raises.

    Args:
        host: to connect to, and what the certificate has to be for.
        port: where TLS is spoken.
        context: what is trusted; the machine's own authorities if not given.
    """
    trusting = context or ssl.create_default_context()
    try:
        with (
            socket.create_connection((host, port), PATIENCE) as connection,
            trusting.wrap_socket(connection, server_hostname=host) as secured,
        ):
            told = secured.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        said = say("The certificate is refused: {why}.", why=error.verify_message)
        return Certificate(host=host, trouble=said, refused=True)
    except OSError as error:
        kind = type(error).__name__
        said = say("The certificate could not be read ({kind}).", kind=kind)
        return Certificate(host=host, trouble=said)
    ends = ssl.cert_time_to_seconds(str(told["notAfter"]))
    return Certificate(host=host, ends=datetime.fromtimestamp(ends, UTC))
