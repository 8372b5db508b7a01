"""The one place that sends: a `requests` session that records every exchange."""

from vippsdiag.client.client import Client
from vippsdiag.client.order import Order

__all__ = ["Client", "Order"]
