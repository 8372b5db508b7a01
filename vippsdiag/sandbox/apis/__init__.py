"""The APIs that the sandbox serves, one module or folder each.

Every module has its `ROUTES`; what an operation answers is beside its source.
"""

from vippsdiag.sandbox.apis import access, epayment, webhooks
from vippsdiag.sandbox.routes import Routes

ROUTES = Routes((*access.ROUTES, *webhooks.ROUTES, *epayment.ROUTES))
