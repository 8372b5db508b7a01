"""The one place that sends: a `requests` session that records every exchange."""

from vippsdiag.client.client import Client

__all__ = ["Client"]
