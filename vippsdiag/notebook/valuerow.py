"""A header or a setting, and where its value is taken from.

A key is chosen from those at hand, or typed into a sealed field.
"""

from collections.abc import Iterator, Mapping

import ipywidgets as widgets

from vippsdiag.keys import Field, field_named
from vippsdiag.language import mark, tr
from vippsdiag.notebook.sealed import SealedField
from vippsdiag.notebook.voice import Speaking
from vippsdiag.sensitive import is_sensitive

# What a value is taken from, where it is no name of something at hand.
GIVEN, OWN = "given", "own"
AUTHORIZATION = "authorization"
# What the names at hand are made of, to be said in another language.
WORDS = (
    mark("client_id"),
    mark("client_secret"),
    mark("primary key"),
    mark("secondary key"),
    mark("merchant serial number"),
    mark("Basic pair"),
    mark("access token"),
    mark("new idempotency key"),
    mark("code of a new login"),
    mark("registered redirect URI"),
    mark("number of the test user"),
    mark("reference of the payment"),
    mark("secret of the webhook, production"),
    mark("secret of the webhook, test"),
)
# What begins the names at hand that are offered for a header or a setting.
STARTS = {
    "merchant-serial-number": ("merchant serial number of ",),
    "idempotency-key": ("new idempotency key",),
    "webhook_secret": ("secret of the webhook",),
}
SETTINGS = {
    "network": ("office", "guests"),
    "underscores_in_headers": ("on", "off"),
}
KIND = {
    Field.CLIENT_ID: ("client_id of ",),
    Field.CLIENT_SECRET: ("client_secret of ",),
    Field.SUBSCRIPTION_KEY: ("primary key of ", "secondary key of "),
    Field.SECONDARY_SUBSCRIPTION_KEY: ("primary key of ", "secondary key of "),
}


def called(name: str) -> str:
    """Return what something at hand is called in the language that is spoken."""
    what, of, whose = name.partition(" of the ")
    if not of or what in {"secret", "number", "reference"}:
        return tr(name)
    # Marked where the exercises name their sales units.
    owner = f"the {whose}"
    return tr("{what} of {whose}", what=tr(what), whose=tr(owner))


def holds_key(name: str) -> bool:
    """Tell by its name whether a header or a setting holds a key."""
    return field_named(name) in KIND or is_sensitive(name)


def offers(name: str, hand: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what is offered for a header: its label, and the text with names in it."""
    small, known = name.lower(), field_named(name)
    if small == AUTHORIZATION:
        for one in hand:
            before = {"access token": "Bearer", "Basic pair": "Basic"}
            word = before.get(one.partition(" of ")[0])
            if word:
                yield f"{word} + {called(one)}", f"{word} {{{{{one}}}}}"
        return
    yield from ((choice, choice) for choice in SETTINGS.get(small, ()))
    starts = STARTS.get(small) or (KIND.get(known) if known else None)
    if starts is None and holds_key(name):
        starts = ("access token of ", "client_secret of ")
    for one in hand:
        if starts and one.startswith(starts):
            yield called(one), f"{{{{{one}}}}}"


def button(style: str = "") -> widgets.Button:
    """Return a button that is as wide as what it says."""
    return widgets.Button(button_style=style, layout={"width": "max-content"})


class ValueRow(Speaking, widgets.HBox):
    """A header or a setting, and where its value is taken from.

    Attributes:
        name: what it is called; fixed for a setting.
        source: what the value of a key is taken from.
        text: the value of what is no key.
        own: a key that the learner types; None as long as none is.
        drop: leaves it out.
    """

    def __init__(
        self,
        name: str,
        given: str | None,
        hand: Mapping[str, str],
        *,
        fixed: bool = False,
    ) -> None:
        self._given, self._hand, self._fixed = given, hand, fixed
        self._painting = False
        style = {"description_width": "initial"}
        self.name = widgets.Text(
            name,
            continuous_update=False,
            style=style,
            disabled=fixed,
            layout={"width": "17rem"},
        )
        self.source = widgets.Dropdown(style=style, layout={"width": "19rem"})
        self.text = widgets.Text(
            given or "", continuous_update=False, style=style, layout={"width": "19rem"}
        )
        self.own: SealedField | None = None
        self.drop = button()
        super().__init__(layout={"flex_flow": "row wrap"})
        self.name.observe(lambda _: self._see_kind(), "value")
        self.source.observe(lambda _: self._see_own(), "value")
        self._see_kind()
        self.speak()

    @property
    def is_key(self) -> bool:
        """Whether it holds a key by its name."""
        return holds_key(self.name.value)

    @property
    def is_listed(self) -> bool:
        """Whether its value is chosen from a list."""
        return self.is_key or any(offers(self.name.value, self._hand))

    def value(self) -> str | None:
        """Return the value; names in it are in braces. None if there is none."""
        chosen = self.source.value if self.is_listed else OWN
        if chosen == GIVEN:
            return self._given
        if chosen != OWN:
            return str(chosen)
        typed: str | None = self.own.value if self.own else None
        return typed if self.is_key else str(self.text.value)

    def write(self, text: str) -> None:
        """Write the value of what is no key."""
        self.source.value = OWN
        self.text.value = text

    def _see_kind(self) -> None:
        self._offer()
        self.source.value = GIVEN if self._given is not None else OWN
        if self.is_key and not self._fixed:
            # What stood there as text may have been a key's value.
            self.text.value = ""
        elif not self.text.value and self._given and not self.is_key:
            self.text.value = self._given
        self._see_own()
        self.paint()

    def _offer(self) -> None:
        options = (
            [(tr("as in the failing call"), GIVEN)] if self._given is not None else []
        )
        options += offers(self.name.value, self._hand)
        options.append((tr("something else, typed"), OWN))
        chosen, self._painting = self.source.value, True
        self.source.options = options
        if chosen in [value for _, value in options]:
            self.source.value = chosen
        self._painting = False

    def _see_own(self) -> None:
        if self._painting:
            return
        key, listed = self.is_key, self.is_listed
        typed = self.source.value == OWN or not listed
        shown: list[widgets.Widget] = [self.name]
        shown += [self.source] if listed else []
        shown += [self.text] if typed and not key else []
        shown += [] if self._fixed else [self.drop]
        if key and typed:
            # Made when it is needed: each has a script of its own in the page.
            if self.own is None:
                self.own = SealedField("")
                self.paint()
            shown.append(self.own)
        self.children = shown

    def sealed(self) -> list[SealedField]:
        """Return the field for a typed key, if there is one."""
        return [self.own] if self.own else []

    def end(self) -> None:
        """Forget what was typed."""
        for field in self.sealed():
            field.close()

    def paint(self) -> None:
        """Name everything."""
        name = self.name.value
        self.name.description = tr("Setting") if self._fixed else tr("Header")
        self.source.description = tr("Value")
        self.text.description = tr("Typed value") if self.is_listed else tr("Value")
        for field in self.sealed():
            field.label = tr("Value of {name}", name=name)
            field.help = tr(
                "Sealed: it is in no file. A name in double braces is filled in."
            )
        self.drop.description = tr("Leave out")
        self.drop.tooltip = tr("Leave out {name}", name=name)
        self._offer()
