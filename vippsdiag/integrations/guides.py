"""The guides that people choose from."""

from vippsdiag.integrations.guide import Guide
from vippsdiag.integrations.logins import LOGINS
from vippsdiag.integrations.shops import SHOPS
from vippsdiag.integrations.ways import WAYS
from vippsdiag.keys import Field

GUIDES: tuple[Guide, ...] = (*SHOPS, *LOGINS, *WAYS)


# What stands before the rest of the id of a check, where a key is what is to be mended.
_ABOUT = {
    "client-id-": Field.CLIENT_ID,
    "client-secret-": Field.CLIENT_SECRET,
    "subscription-key-": Field.SUBSCRIPTION_KEY,
    "msn-": Field.MSN,
}
# The right value is in its place there.
_NO_SETTING = frozenset(
    """client-secret-length-unusual msn-as-integer msn-not-connected-to-partner
    subscription-key-header-name-wrong subscription-key-on-specialized-flow
    subscription-key-sent-to-userinfo""".split()
)


def setting_for(product: str, check: str) -> tuple[Field, str] | None:
    """Return the key that a cause is about, and what a product calls its setting.

    Args:
        product: by its name, in whatever case.
        check: the cause's id.

    Returns:
        None if the cause is about no key, or the product's name for it is not known.
    """
    found = (one for one in GUIDES if one.name.lower() == product.lower())
    about = (key for start, key in _ABOUT.items() if check.startswith(start))
    own, field = next(found, None), next(about, None)
    if own is None or field is None or check in _NO_SETTING:
        return None
    name = own.setting_for(field)
    return (field, name) if name and name != field.value else None


def guide(name: str) -> Guide:
    """Return the guide of a name.

    Raises:
        KeyError: there is none.
    """
    for one in GUIDES:
        if one.name == name:
            return one
    raise KeyError(name)
