"""The built-in simulator of the API: `Sandbox.handle` is the whole of it."""

from vippsdiag.sandbox.simulator import Sandbox
from vippsdiag.sandbox.units import SandboxConfig, Unit

__all__ = ["Sandbox", "SandboxConfig", "Unit"]
