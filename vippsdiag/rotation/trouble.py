"""What goes wrong when a key that is in use is replaced, and what avoids it."""

from dataclasses import dataclass

from vippsdiag.keys import Field
from vippsdiag.language import mark
from vippsdiag.rotation.actions import Do


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why the shop's calls fail.

    Attributes:
        what: what was done.
        avoided: what would have avoided it.
        mend: what mends it now.
        by: the step that mends it.
    """

    what: str
    avoided: str
    mend: str
    by: Do


TROUBLES = {
    Field.SUBSCRIPTION_KEY: Trouble(
        what=mark("The primary key was regenerated while the shop still used it."),
        avoided=mark("Switching the shop to the secondary key before."),
        mend=mark("Switch the shop to the secondary key: it still works."),
        by=Do.USE_SECONDARY,
    ),
    Field.SECONDARY_SUBSCRIPTION_KEY: Trouble(
        what=mark("The secondary key was regenerated while the shop still used it."),
        avoided=mark("Switching the shop to the primary key before."),
        mend=mark("Switch the shop to the primary key: it still works."),
        by=Do.USE_PRIMARY,
    ),
    Field.CLIENT_SECRET: Trouble(
        what=mark(
            "The client_secret was regenerated, the shop still has the old one, and "
            "its access token has ended."
        ),
        avoided=mark(
            "Getting a fresh token first, and putting the new secret into the shop "
            "before that token ended."
        ),
        mend=mark("Put the new client_secret into the shop."),
        by=Do.USE_SECRET,
    ),
}
