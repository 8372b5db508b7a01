"""The settings of a product as it would show them, with practice keys."""

from vippsdiag.integrations import Guide
from vippsdiag.keys import Field, KeyKind
from vippsdiag.sandbox.keys.units import Unit
from vippsdiag.sandbox.simulator import Sandbox
from vippsdiag.secret import Secret

# Whose keys an integration is tried with.
UNITS = {
    KeyKind.SALES_UNIT: "Test unit",
    KeyKind.PARTNER: "Partner",
    KeyKind.ACCOUNTING: "Accounting partner",
}


def mistaken(guide: Guide, sandbox: Sandbox) -> Secret:
    """Return settings in which the secret and another key have changed places."""
    unit = sandbox.unit(UNITS[guide.kind])
    values = _values(unit)
    held = [field for _, field in guide.key_settings()]
    key, secret = Field.SUBSCRIPTION_KEY, Field.CLIENT_SECRET
    other = key if key in held else Field.CLIENT_ID
    values[secret], values[other] = values[other], values[secret]
    return Secret(
        "\n".join(f"{name}: {values[field]}" for name, field in guide.key_settings())
    )


def _values(unit: Unit) -> dict[Field, str]:
    return {
        Field.CLIENT_ID: unit.client_id,
        Field.CLIENT_SECRET: unit.client_secret,
        Field.SUBSCRIPTION_KEY: unit.primary,
        Field.SECONDARY_SUBSCRIPTION_KEY: unit.secondary,
        Field.MSN: unit.msn or next(iter(sorted(unit.connected)), ""),
    }
