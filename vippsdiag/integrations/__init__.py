"""The integration in use: its own words for what to mend, and a guide to its settings.

`INTEGRATIONS` is what calls are recognised by; `GUIDES` is what people choose from.
"""

from vippsdiag.integrations.guide import Guide, Setting, Way
from vippsdiag.integrations.guides import GUIDES, guide, setting_for
from vippsdiag.integrations.known import (
    INTEGRATIONS,
    Integration,
    integration_of,
)

__all__ = [
    "GUIDES",
    "INTEGRATIONS",
    "Guide",
    "Integration",
    "Setting",
    "Way",
    "guide",
    "integration_of",
    "setting_for",
]
