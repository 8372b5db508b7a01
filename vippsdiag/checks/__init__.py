"""Every check, one module a family; `CHECKS` is all of them in order of rank.

Where several findings are equally sure and bad, the earlier check comes first: what
is wrong with a value before what an answer says about it.
"""

from types import ModuleType

from vippsdiag.check import Check
from vippsdiag.checks import (
    access,
    apps,
    authorization,
    body,
    browser,
    callbacks,
    characters,
    client,
    client_headers,
    encoding,
    environment,
    exposure,
    filled_in,
    flow,
    hosts,
    idempotency,
    keys,
    kinds,
    login,
    network,
    orders,
    payments,
    redirects,
    service,
    signatures,
    software,
    subscription_key,
    token,
    token_flow,
    underscores,
    urls,
    users,
    validity,
    values,
)

FAMILIES: tuple[ModuleType, ...] = (
    keys,
    characters,
    filled_in,
    subscription_key,
    client_headers,
    underscores,
    client,
    encoding,
    environment,
    hosts,
    flow,
    token_flow,
    body,
    authorization,
    validity,
    token,
    kinds,
    access,
    redirects,
    login,
    urls,
    callbacks,
    signatures,
    users,
    apps,
    idempotency,
    values,
    payments,
    orders,
    browser,
    network,
    service,
    software,
    exposure,
)


def _checks(family: ModuleType) -> list[Check]:
    own = family.__name__
    found = (item for item in vars(family).values() if isinstance(item, Check))
    return [item for item in found if item.look.__module__ == own]


CHECKS: tuple[Check, ...] = tuple(
    item for family in FAMILIES for item in _checks(family)
)
