"""Kubernetes Secrets, whose manifests hold every value in Base64."""

import base64
import binascii
import re
from dataclasses import replace

from vippsdiag.importers.keys.pieces import Piece

_SECRET = re.compile(r"\bkind[\"']?\s{0,9}:\s{0,9}[\"']?Secret\b")
_LONGEST = 4_000


def is_secret_manifest(text: str) -> bool:
    """Tell whether a text is a manifest of Kubernetes with a Secret in it."""
    return _SECRET.search(text) is not None


def decoded(piece: Piece) -> Piece:
    """Return a setting with what its value means in Base64; as it is if nothing.

    A line break at the end stays: an ``echo`` put it there, and it breaks the key.
    """
    try:
        raw = base64.b64decode(piece.value[:_LONGEST], validate=True)
        value = raw.decode("ascii")
    except (binascii.Error, ValueError):
        return piece
    # By chance a key means something too, but hardly ever anything readable.
    readable = len(value) >= 4 and value.rstrip("\r\n").isprintable()
    return replace(piece, value=value) if readable else piece
