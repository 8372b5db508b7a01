"""Regenerating keys without a gap: the steps, what goes wrong, and a checklist.

The drill that goes with them is `vippsdiag.sandbox.practice.drill`.
"""

from vippsdiag.rotation.actions import ACTIONS, Action, Do
from vippsdiag.rotation.checklist import CHECKLIST, Part, checklist
from vippsdiag.rotation.pair import Pair, compare_keys
from vippsdiag.rotation.trouble import Trouble

__all__ = [
    "ACTIONS",
    "CHECKLIST",
    "Action",
    "Do",
    "Pair",
    "Part",
    "Trouble",
    "checklist",
    "compare_keys",
]
