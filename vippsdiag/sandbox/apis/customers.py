"""The buyers: test users with their numbers, and the codes that they show.

Which numbers are whose is the sandbox's own. A real test user is made in the portal;
here every number of the right form is one, but for those below.
"""

import base64
import hashlib
import re
from datetime import datetime, timedelta

import msgspec

from vippsdiag.sandbox.apis.userinfo import PHONE
from vippsdiag.sandbox.gateway.call import Call

# With country code, in digits alone (specification 1.8.1).
MSISDN = re.compile(r"\d{9,15}")
NOBODY = "4700000000"
WITHOUT_CARDS = "4700000001"
# A test user has to approve one payment by hand first.
NEVER_APPROVED = "4700000002"
BIRTH_YEAR = 1990

# Personal codes are on these hosts (facts 2, medium); the rest is not to be read.
_PERSONAL = re.compile(
    r"https://qr(?:-mt)?\.(?:vipps\.no|mobilepay\.(?:dk|fi))/\S+", re.IGNORECASE
)
_NUMBER = re.compile(r"/(\d{9,15})(?:\?|$)")
# A customer token can be used for 15 minutes (the toolkit's skill on QR, high).
PATIENCE = timedelta(minutes=15)


class CheckIn(msgspec.Struct, frozen=True, kw_only=True):
    """A buyer who scanned a shop's code."""

    phone: str
    at: datetime


def check_in(call: Call, code: str) -> str:
    """Note down that a buyer scanned a code, and return the customer token."""
    made = hashlib.sha384(f"{call.msn}/{code}/{call.now.isoformat()}".encode())
    token = base64.b64encode(made.digest()).decode()
    call.room.put(token, CheckIn(phone=PHONE, at=call.now))
    return token


def checked_in(call: Call, token: str) -> CheckIn | None:
    """Return whose customer token it is; None if it is unknown or has ended."""
    found = call.room.get(CheckIn, token)
    return found if found and call.now - found.at <= PATIENCE else None


def personal(code: str) -> str:
    """Return whose personal code it is; empty if it is none.

    The older form shows the number; the newer one does not.
    """
    if not _PERSONAL.fullmatch(code.strip()):
        return ""
    number = _NUMBER.search(code.strip())
    return number[1] if number else PHONE


def age(now: datetime) -> int:
    """Return how old the buyers are, in whole years."""
    return now.year - BIRTH_YEAR - ((now.month, now.day) < (12, 10))
