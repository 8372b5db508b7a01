"""Whether both subscription keys of a set work: a token call with each of them."""

from collections.abc import Callable
from dataclasses import dataclass

from vippsdiag.evidence import received_token
from vippsdiag.exchange import Exchange
from vippsdiag.keys import Field, KeySet

PRIMARY, SECONDARY = Field.SUBSCRIPTION_KEY, Field.SECONDARY_SUBSCRIPTION_KEY


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """What came of one of the two keys.

    Attributes:
        field: which of the two.
        value: the key, masked; None if there is none.
        exchange: the token call with it; None if none was made.
    """

    field: Field
    value: str | None
    exchange: Exchange | None

    @property
    def works(self) -> bool | None:
        """Whether a token came; None if nothing was asked."""
        if self.exchange is None:
            return None
        return self.exchange.ok and received_token(self.exchange) is not None


def compare_keys(
    keys: KeySet, token: Callable[[KeySet], Exchange]
) -> tuple[Pair, Pair]:
    """Ask for a token with the primary key, and with the secondary.

    Args:
        keys: a set with both.
        token: makes a token call with a set that has one of the two.
    """
    return _ask(PRIMARY, keys, token), _ask(SECONDARY, keys, token)


def _ask(field: Field, keys: KeySet, token: Callable[[KeySet], Exchange]) -> Pair:
    value = getattr(keys, field.attribute)
    if value is None:
        return Pair(field=field, value=None, exchange=None)
    alone = keys.with_value(PRIMARY, value).with_value(SECONDARY, None)
    return Pair(field=field, value=value, exchange=token(alone))
