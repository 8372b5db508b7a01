"""Faults: what goes wrong on purpose, how often, and until when."""

from vippsdiag.sandbox.faults.fault import Fault, FaultUnclear, read_faults
from vippsdiag.sandbox.faults.faults import Asked, Faults

__all__ = ["Asked", "Fault", "FaultUnclear", "Faults", "read_faults"]
