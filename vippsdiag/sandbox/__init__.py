"""The built-in simulator of the API: `Sandbox.handle` is the whole of it.

simulator   Sandbox: a function from a request to a response; begin here
variants    what is known in two ways, and can be switched
gateway     what every call passes, whatever its product
apis        the products, and the pages on which a buyer decides
keys        the sales units with their keys, and access tokens
state       what the sandbox remembers: in memory, in a file, on a server
webhooks    the events that merchants are told of, and their delivery
faults      what goes wrong on purpose
serving     how calls reach it: over the network, or in this process
control     what can be asked of the sandbox itself, and its log of calls
exercises   calls that fail, to be mended
workshop    seats, progress and the board of a workshop
practice    a partner's fleet, a shop whose keys change, settings
"""

from vippsdiag.sandbox.keys.units import SandboxConfig, Unit
from vippsdiag.sandbox.simulator import Sandbox

__all__ = ["Sandbox", "SandboxConfig", "Unit"]
