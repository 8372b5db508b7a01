"""What the API tells merchants: events, delivered to where they register."""

from vippsdiag.sandbox.call import Call


def publish(call: Call, name: str, body: dict[str, object]) -> None:
    """Tell of an event in the sales unit that a call is about.

    Args:
        call: what made it happen.
        name: the event as the Webhooks API names it.
        body: what the delivery says.
    """
