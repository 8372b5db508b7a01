"""Many sales units at once: what works where, why not, and the fewest things to mend.

units = read_units(Path("units.csv").read_bytes())
fleet = Fleet(units.units, Target(environment=Environment.TEST), keys=keys)
for checked in fleet.check():
    print(checked.unit.msn, checked.standing)
"""

from vippsdiag.fleet.fleet import Fleet, Progress
from vippsdiag.fleet.journal import Journal
from vippsdiag.fleet.target import Target
from vippsdiag.fleet.unit import Cause, Checked, SalesUnit, Standing

__all__ = [
    "Cause",
    "Checked",
    "Fleet",
    "Journal",
    "Progress",
    "SalesUnit",
    "Standing",
    "Target",
]
