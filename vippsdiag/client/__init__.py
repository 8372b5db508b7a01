"""The one place that sends: a `requests` session that records every exchange."""

from vippsdiag.client.client import Client
from vippsdiag.client.order import Order
from vippsdiag.client.wire import recording_session

__all__ = ["Client", "Order", "recording_session"]
