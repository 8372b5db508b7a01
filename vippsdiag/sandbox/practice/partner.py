"""A partner with many sales units, some of which fail for causes that are known.

For practice and for tests: the list to check, the partner's keys, and of each unit the
cause that was planted. The keys open this sandbox and nothing else.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import cycle, islice

from vippsdiag.environments import SANDBOX_PRODUCTION, Environment
from vippsdiag.keys import Field, KeyKind, KeySet
from vippsdiag.sandbox.keys.units import ALL, SandboxConfig, Unit, unit_made

# Where such a fleet is reached in process; it is one of production.
BASE = f"http://127.0.0.1{SANDBOX_PRODUCTION}"
# The first number that is handed out; real ones have as many digits.
FIRST_MSN = 1_100_000
HEAD = (Field.MSN, "Name", Field.CLIENT_ID, Field.CLIENT_SECRET, Field.SUBSCRIPTION_KEY)
WORKS = ""
# What is planted, over and over again: most units work, as with a real partner.
CAUSES = {
    "partner": WORKS,
    "own": WORKS,
    "not connected": "msn-not-connected-to-partner",
    "no ePayment": "product-not-activated",
    "rotated": "client-secret-wrong",
    "wrong secret": "client-secret-wrong",
    "unknown client": "client-id-unknown",
    "test keys": "test-keys-on-production",
    "other unit": "keys-of-other-sales-unit",
}
PLAN = (
    *("partner",) * 6,
    *("own", "not connected", "rotated", "no ePayment", "partner", "rotated"),
    *("own", "test keys", "rotated", "wrong secret", "partner", "unknown client"),
    *("other unit", "partner"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """A fleet to practise with.

    Attributes:
        config: what the sandbox begins with.
        keys: the partner's, without a merchant serial number.
        table: the list of the sales units as CSV, with the keys of those that have own.
        planted: the cause of each unit by its number; empty for one that works.
    """

    config: SandboxConfig
    keys: KeySet
    table: str = field(repr=False)
    planted: dict[str, str]


def practice(count: int, seed: int = 0) -> Practice:
    """Return a fleet of so many sales units in production."""
    units = {
        _unit(seed, number): kind
        for number, kind in enumerate(islice(cycle(PLAN), count))
    }
    connected = {
        unit.msn for unit, kind in units.items() if kind in {"partner", "no ePayment"}
    }
    partner = replace(
        unit_made(seed, "Practice partner", KeyKind.PARTNER),
        connected=frozenset(connected),
    )
    known = (_settled(unit, kind) for unit, kind in units.items())
    return Practice(
        config=SandboxConfig(units=(partner, _before(seed), _other(seed), *known)),
        keys=partner.keys().with_value(Field.MSN, None),
        table=_table(_row(one, _keys(seed, one, kind)) for one, kind in units.items()),
        planted={unit.msn: CAUSES[kind] for unit, kind in units.items()},
    )


def _unit(seed: int, number: int) -> Unit:
    made = unit_made(seed, f"Practice unit {number + 1}", KeyKind.SALES_UNIT)
    return replace(made, msn=str(FIRST_MSN + number))


def _before(seed: int) -> Unit:
    """Return a partner whose keys were renewed, which some units do not know yet."""
    return unit_made(seed, "Partner with new keys", KeyKind.PARTNER)


def _other(seed: int) -> Unit:
    """Return a sales unit whose keys are used for others as well."""
    made = unit_made(seed, "Unit of another merchant", KeyKind.SALES_UNIT)
    return replace(made, msn=str(FIRST_MSN - 1))


def _settled(unit: Unit, kind: str) -> Unit:
    """Return a unit as the sandbox knows it."""
    if kind == "test keys":
        return replace(unit, environment=Environment.TEST)
    return replace(unit, products=ALL - {"ePayment"}) if kind == "no ePayment" else unit


def _keys(seed: int, unit: Unit, kind: str) -> Unit | None:
    """Return whose keys stand in the list; None for those that are given for all."""
    if kind in {"own", "test keys"}:
        return unit
    if kind == "other unit":
        return _other(seed)
    if kind == "unknown client":
        last = "1" if unit.client_id.endswith("0") else "0"
        return replace(unit, client_id=unit.client_id[:-1] + last)
    if kind in {"rotated", "wrong secret"}:
        owner = _before(seed) if kind == "rotated" else unit
        old = unit_made(seed, f"{owner.name}, old keys", owner.kind)
        return replace(owner, client_secret=old.client_secret)
    return None


def _row(unit: Unit, keys: Unit | None) -> tuple[str, ...]:
    own = (keys.client_id, keys.client_secret, keys.primary) if keys else ("",) * 3
    return (unit.msn, unit.name, *own)


def _table(rows: Iterable[tuple[str, ...]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(HEAD)
    writer.writerows(rows)
    return text.getvalue()
