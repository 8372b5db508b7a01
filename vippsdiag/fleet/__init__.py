"""Many sales units at once: what works where, why not, and the fewest things to mend.

listing = read_listing(Path("units.csv").read_bytes())
fleet = Fleet(listing.units, Target(environment=Environment.TEST), keys=keys)
for checked in fleet.check():
    print(checked.unit.msn, checked.standing)
summary = summarise(fleet.results, fleet.products, fleet.before())
"""

from vippsdiag.fleet.fleet import Fleet, Progress
from vippsdiag.fleet.journal import Journal
from vippsdiag.fleet.listing import Listing, Remark, read_listing, without_keys
from vippsdiag.fleet.summary import Action, Change, Summary, summarise
from vippsdiag.fleet.target import Target
from vippsdiag.fleet.unit import Cause, Checked, SalesUnit, Standing

__all__ = [
    "Action",
    "Cause",
    "Change",
    "Checked",
    "Fleet",
    "Journal",
    "Listing",
    "Progress",
    "Remark",
    "SalesUnit",
    "Standing",
    "Summary",
    "Target",
    "read_listing",
    "summarise",
    "without_keys",
]
