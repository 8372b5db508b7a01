"""The guides that people choose from."""

from vippsdiag.integrations.guide import Guide
from vippsdiag.integrations.logins import LOGINS
from vippsdiag.integrations.shops import SHOPS
from vippsdiag.integrations.ways import WAYS

GUIDES: tuple[Guide, ...] = (*SHOPS, *LOGINS, *WAYS)


def guide(name: str) -> Guide:
    """Return the guide of a name.

    Raises:
        KeyError: there is none.
    """
    for one in GUIDES:
        if one.name == name:
            return one
    raise KeyError(name)
