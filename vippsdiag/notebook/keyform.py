"""The form for the keys: environment, kind, one box for everything, a field a value."""

import os
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import ipywidgets as widgets

from vippsdiag.client import Client
from vippsdiag.diagnosis import diagnose
from vippsdiag.environments import SANDBOX_ADDRESS, SANDBOX_PRODUCTION, Environment
from vippsdiag.errors import VippsdiagError
from vippsdiag.evidence import Evidence
from vippsdiag.importers import read_paste
from vippsdiag.keys import Field, KeyKind, KeySet
from vippsdiag.language import mark, say, tr
from vippsdiag.notebook.choice import Choice
from vippsdiag.notebook.sealed import SealedField, when_ready
from vippsdiag.notebook.voice import Speaking
from vippsdiag.render import html
from vippsdiag.sandbox import Sandbox
from vippsdiag.secret import Secret, examine

if TYPE_CHECKING:
    from vippsdiag.check import Report

ENVIRONMENTS = (
    (mark("Sandbox (on this machine)"), Environment.SANDBOX),
    (mark("Test"), Environment.TEST),
    (mark("Production"), Environment.PRODUCTION),
)
KINDS = (
    (mark("Sales unit keys (of a merchant)"), KeyKind.SALES_UNIT),
    (mark("Partner keys"), KeyKind.PARTNER),
    (mark("Accounting keys"), KeyKind.ACCOUNTING),
    (mark("Merchant-level keys (Donations)"), KeyKind.MERCHANT_LEVEL),
    (mark("Management keys"), KeyKind.MANAGEMENT),
    (mark("PSP keys"), KeyKind.PSP),
)
# The names of the sandbox's sets of keys are its own; what they are for is said here.
PRACTICE = {
    "Test unit": mark("Test unit"),
    "Test unit without ePayment": mark("Test unit without ePayment"),
    "Production unit": mark("Production unit"),
    "Production unit of no partner": mark("Production unit of no partner"),
    "Partner": mark("Partner"),
    "Accounting partner": mark("Accounting partner"),
}
LABELS = {
    Field.CLIENT_ID: mark("client_id"),
    Field.CLIENT_SECRET: mark("client_secret"),
    Field.SUBSCRIPTION_KEY: mark("Subscription key (primary)"),
    Field.SECONDARY_SUBSCRIPTION_KEY: mark("Subscription key (secondary), if you like"),
    Field.MSN: mark("Merchant serial number (MSN)"),
    Field.PSP_ID: mark("Psp-Id"),
}
HELP = {
    Field.CLIENT_ID: mark("A GUID: 36 characters with dashes."),
    Field.CLIENT_SECRET: mark("Base64, often ending with =."),
    Field.SUBSCRIPTION_KEY: mark("32 digits and letters a to f."),
    Field.MSN: mark("4 to 7 digits; shown beside the sales unit's name."),
}


def labelled(description: str) -> dict[str, object]:
    """Return the settings of a control whose whole label can be read."""
    return {"description": description, "style": {"description_width": "initial"}}


class KeyForm(Speaking, widgets.VBox):
    """Takes keys and says at once what they look like.

    Args:
        numbered: whether the merchant serial number is asked for.

    Attributes:
        environment: where the calls go; the sandbox first.
        kind: the kind of keys.
        practice: which of the sandbox's own keys to take.
        paste: one box for whatever holds the keys, a dropped file too.
        fields: a field for each value.
        shapes: the table of what the values look like.
    """

    def __init__(self, *, numbered: bool = True) -> None:
        self._numbered = numbered
        self._listeners: list[Callable[[], object]] = []
        # What the practice keys in the fields are for; None if others are in them.
        self._practising: Environment | None = None
        # The values that were filled in; one that was typed over is another.
        self._practised: dict[Field, Secret | None] = {}
        self._filling = False
        self._evidence = Evidence()
        # In process, with no socket, where no address was given.
        self.sandbox = Sandbox()
        self.environment = Choice(mark("Environment"), ENVIRONMENTS)
        self.kind = Choice(mark("Kind of keys"), KINDS)
        names = [(PRACTICE.get(name, name), name) for name in self.sandbox.names]
        self.practice = Choice(mark("Practice keys"), names)
        self.use = widgets.Button(layout={"width": "max-content"})
        self.paste = SealedField("", rows=5, files=True)
        self.fields = {name: SealedField("") for name in LABELS}
        self.shapes = widgets.HTML()
        self._wire()
        super().__init__(self._parts())
        self.speak()
        self._switch()

    def _parts(self) -> list[widgets.Widget]:
        self.practice_row = widgets.HBox([self.practice, self.use])
        self.warning = widgets.HTML()
        self.practice_row.layout.flex_flow = "row wrap"
        choice = widgets.HBox(
            [self.environment, self.kind], layout={"flex_flow": "row wrap"}
        )
        parts = [choice, self.practice_row, self.warning, self.paste]
        columns = "repeat(auto-fit, minmax(18rem, 1fr))"
        grid = widgets.GridBox(
            list(self.fields.values()),
            layout={"grid_template_columns": columns, "grid_gap": "0 12px"},
        )
        return [*parts, grid, self.shapes]

    def _wire(self) -> None:
        self.environment.on_choice(self._switch)
        self.kind.on_choice(self.refresh)
        self.use.on_click(lambda _: self.use_practice_keys())
        self.paste.on_value(lambda _: self.read_paste())
        for field in self.fields.values():
            field.on_value(lambda _: self.refresh())

    def _switch(self) -> None:
        """Show what belongs to the chosen environment."""
        sandbox = self.environment.value is Environment.SANDBOX
        self.practice_row.layout.display = "" if sandbox else "none"
        self._warn()
        typed = any(field.value is not None for field in self.fields.values())
        if sandbox and not typed:
            self.use_practice_keys()
            return
        if not sandbox:
            self._forget_practice()
        self.refresh()

    def paint(self) -> None:
        """Set every text, and show again what the values look like."""
        self.use.description = tr("Use these keys")
        self.paste.label = tr("Paste everything here, in any form")
        self.paste.help = tr(
            "The block from the portal, a .env file, JSON, code, or a HAR file."
        )
        for name, field in self.fields.items():
            field.label = tr(LABELS[name])
            field.help = tr(HELP.get(name, ""))
        self._warn()
        self._show()

    def _warn(self) -> None:
        production = self.environment.value is Environment.PRODUCTION
        text = tr(
            "Production: the calls are real. Only the token call and reading calls are "
            "made; nothing is changed and no money moves."
        )
        self.warning.value = html.page(html.notice(text)) if production else ""

    def _forget_practice(self) -> None:
        """Take the sandbox's keys out of the fields; real ones stay."""
        self._practising, self._filling = None, True
        for name, field in self.fields.items():
            if field.value is not None and field.value is self._practised.get(name):
                field.clear()
        self._filling = False

    def use_practice_keys(self) -> None:
        """Fill the fields with keys of the sandbox."""
        keys = self.sandbox.keys_of(str(self.practice.value))
        self._fill(keys, say("From the sandbox"))
        self._practising = keys.environment
        self._practised = {name: field.value for name, field in self.fields.items()}
        self.refresh()

    def read_paste(self) -> None:
        """Take the pasted text apart and fill the fields with the keys in it."""
        pasted = self.paste.value
        if pasted is None:
            self._evidence = Evidence()
            self.refresh()
            return
        try:
            self._evidence = examine(pasted, read_paste)
        except VippsdiagError as error:
            self._evidence = Evidence(unused=(error.text,))
        if self._evidence.keys:
            self._fill(self._evidence.keys, say("From what you pasted"))
        self.refresh()

    def _fill(self, keys: KeySet, note: str) -> None:
        given = dict(keys.values())
        # Nobody is told of keys that are half there.
        self._filling = True
        for name, field in self.fields.items():
            if name in given:
                field.set(Secret(given[name]), note)
            elif field.value is not None:
                field.clear()
        if keys.kind:
            self.kind.value = keys.kind
        self._filling, self._practising = False, None

    @property
    def key_set(self) -> KeySet:
        """The keys as they are in the fields now."""
        environment = self.environment.value
        if environment is Environment.SANDBOX:
            # The sandbox plays both; which one is meant, its own keys tell.
            environment = self._practising
        values = {name.attribute: field.value for name, field in self.fields.items()}
        return KeySet(**values, kind=self.kind.value, environment=environment)

    @property
    def practising(self) -> bool:
        """Whether the fields hold the sandbox's own keys, and none of the user's."""
        sandbox = self.environment.value is Environment.SANDBOX
        values = {name: field.value for name, field in self.fields.items()}
        return sandbox and self._practising is not None and values == self._practised

    @property
    def evidence(self) -> Evidence:
        """The keys, and the exchanges that were in the pasted text."""
        context = replace(self._evidence.context, kind=self.kind.value)
        return replace(self._evidence, keys=self.key_set, context=context)

    def on_change(self, listener: Callable[[], object]) -> None:
        """Call back when the keys or the choices have changed."""
        self._listeners.append(listener)

    def refresh(self) -> None:
        """Show what the values look like, and tell who wants to know."""
        if self._filling:
            return
        self._show()
        for listener in self._listeners:
            listener()

    def _belongs(self, name: Field) -> bool:
        """Tell whether keys of the chosen kind have such a value."""
        kind = KeyKind(self.kind.value)
        return name in kind.parts or (name is Field.MSN and not kind.specialized)

    def _show(self) -> None:
        for name, field in self.fields.items():
            needed = self._belongs(name) or field.value is not None
            needed = needed and (self._numbered or name is not Field.MSN)
            field.layout.display = "" if needed else "none"
        keys, unused = self.key_set, html.unused_list(self._evidence)
        table = html.key_table(keys, self.report) if self.filled else ""
        missing = ", ".join(keys.missing) if self.filled else ""
        told = tr("Still missing: {names}.", names=missing) if missing else ""
        lacking = html.notice(told, "warning") if told else ""
        self.shapes.value = html.page(table, lacking, unused)

    @property
    def report(self) -> "Report":
        """What the values look like, as a diagnosis."""
        return diagnose(Evidence(keys=self.key_set))

    @property
    def filled(self) -> bool:
        """Whether there is any value."""
        return next(self.key_set.values(), None) is not None

    @property
    def plays(self) -> Environment:
        """Test or production; the sandbox plays one of the two."""
        chosen = Environment(self.environment.value)
        if chosen is not Environment.SANDBOX:
            return chosen
        production = self.key_set.environment is Environment.PRODUCTION
        return Environment.PRODUCTION if production else Environment.TEST

    def when_ready(self, action: Callable[[], object]) -> None:
        """Run an action once every value that was typed has arrived."""
        when_ready([self.paste, *self.fields.values()], action)

    def client(self) -> Client:
        """Return a client for the keys and the environment that are chosen."""
        chosen = self.environment.value
        if chosen is not Environment.SANDBOX:
            return Client(self.key_set, chosen)
        path = SANDBOX_PRODUCTION if self.plays is Environment.PRODUCTION else ""
        address = os.environ.get(SANDBOX_ADDRESS)
        if address:
            return Client(self.key_set, chosen, sandbox=address + path)
        return Client(
            self.key_set,
            chosen,
            sandbox="http://127.0.0.1" + path,
            session=self.sandbox.session(),
        )
