"""What a guide to an integration is: which keys it needs, and where they go."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from vippsdiag.keys import Field, KeyKind
from vippsdiag.language import mark


class Way(StrEnum):
    """How somebody uses the API; the value is how a person says it."""

    SHOP = mark("a plugin for a shop")
    LOGIN = mark("a product for logins")
    CODE = mark("own code")
    APP = mark("a native app")
    TILL = mark("a point of sale")
    PARTNER = mark("a partner's platform")
    ACCOUNTING = mark("an accounting system")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting of a product.

    Attributes:
        name: as the product writes it; if it is inferred, as it is usually called.
        field: the key that goes there; None for something else.
        text: what goes there, or what to choose; empty where the field says it.
        inferred: whether it is not documented that the product has it by this name.
    """

    name: str
    field: Field | None = None
    text: str = ""
    inferred: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """A guide to one integration.

    Attributes:
        name: as its makers write it, or what it is.
        way: how it uses the API.
        kind: the kind of keys that it takes.
        place: where the keys go, in a sentence or two.
        settings: in the order in which they are usually shown.
        mistakes: the ids of the checks for its usual mistakes, the commonest first.
        look: what to look at, a sentence each.
        button: what its own test tells, and what it does not; empty if it has none
            that is known.
        source: where the knowledge comes from, with its confidence.
    """

    name: str
    way: Way
    place: str
    settings: tuple[Setting, ...]
    mistakes: tuple[str, ...]
    look: tuple[str, ...]
    source: str
    kind: KeyKind = KeyKind.SALES_UNIT
    button: str = ""

    def setting_for(self, field: Field) -> str | None:
        """Return what the product calls the setting for a key, if it is documented."""
        named = (one for one in self.settings if one.field is field)
        return next((one.name for one in named if not one.inferred), None)

    def key_settings(self) -> Iterator[tuple[str, Field]]:
        """Yield the settings that take a key, with the field it is."""
        for setting in self.settings:
            if setting.field is not None:
                yield setting.name, setting.field
