"""What happened to a thing, the oldest first, with an end to its length."""

from typing import TypeVar

Event = TypeVar("Event")

# How much of what happened is told of; of the rest, the sums are left.
MOST = 100
# How much of the beginning stays: it tells since when something may be done, such as
# to refund.
BEGINNING = 3


def write_down(history: list[Event], event: Event) -> None:
    """Add what happened last; the oldest behind the beginning is forgotten for it."""
    history.append(event)
    if len(history) > MOST:
        del history[BEGINNING]
