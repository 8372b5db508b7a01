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
from vippsdiag.notebook.sealed import SealedField, when_ready
from vippsdiag.render import html
from vippsdiag.sandbox import Sandbox
from vippsdiag.secret import Secret, examine

if TYPE_CHECKING:
    from vippsdiag.check import Report

ENVIRONMENTS = (
    ("Sandbox (on this machine)", Environment.SANDBOX),
    ("Test", Environment.TEST),
    ("Production", Environment.PRODUCTION),
)
LABELS = {
    Field.CLIENT_ID: "client_id",
    Field.CLIENT_SECRET: "client_secret",
    Field.SUBSCRIPTION_KEY: "Subscription key (primary)",
    Field.SECONDARY_SUBSCRIPTION_KEY: "Subscription key (secondary), if you like",
    Field.MSN: "Merchant serial number (MSN)",
}
HELP = {
    Field.CLIENT_ID: "A GUID: 36 characters with dashes.",
    Field.CLIENT_SECRET: "Base64, often ending with =.",
    Field.SUBSCRIPTION_KEY: "32 digits and letters a to f.",
    Field.MSN: "4 to 7 digits; shown beside the sales unit's name.",
}


def labelled(description: str) -> dict[str, object]:
    """Return the settings of a control whose whole label can be read."""
    return {"description": description, "style": {"description_width": "initial"}}


class KeyForm(widgets.VBox):
    """Takes keys and says at once what they look like.

    Attributes:
        environment: where the calls go; the sandbox first.
        kind: the kind of keys.
        practice: which of the sandbox's own keys to take.
        paste: one box for whatever holds the keys, a dropped file too.
        fields: a field for each value.
        shapes: the table of what the values look like.
    """

    def __init__(self) -> None:
        self._listeners: list[Callable[[], object]] = []
        self._practising = False
        self._evidence = Evidence()
        # In process, with no socket, where no address was given.
        self.sandbox = Sandbox()
        self.environment = widgets.Dropdown(
            options=ENVIRONMENTS, **labelled("Environment")
        )
        self.kind = widgets.Dropdown(
            options=[(f"{kind} keys", kind) for kind in KeyKind],
            **labelled("Kind of keys"),
        )
        self.practice = widgets.Dropdown(
            options=list(self.sandbox.names), **labelled("Practice keys")
        )
        self.use = widgets.Button(description="Use these keys", icon="")
        self.paste = SealedField(
            "Paste everything here, in any form",
            help="The block from the portal, a .env file, JSON, code, or a HAR file.",
            rows=5,
            files=True,
        )
        self.fields = {
            name: SealedField(label, help=HELP.get(name, ""))
            for name, label in LABELS.items()
        }
        self.shapes = widgets.HTML()
        self._wire()
        super().__init__(self._parts())
        self._switch()

    def _parts(self) -> list[widgets.Widget]:
        self.practice_row = widgets.HBox([self.practice, self.use])
        self.warning = widgets.HTML()
        choice = widgets.HBox(
            [self.environment, self.kind], layout={"flex_flow": "row wrap"}
        )
        parts = [choice, self.practice_row, self.warning, self.paste]
        columns = "repeat(auto-fit, minmax(18rem, 1fr))"
        grid = widgets.GridBox(
            list(self.fields.values()), layout={"grid_template_columns": columns}
        )
        return [*parts, grid, self.shapes]

    def _wire(self) -> None:
        self.environment.observe(lambda _: self._switch(), "value")
        self.kind.observe(lambda _: self.refresh(), "value")
        self.use.on_click(lambda _: self.use_practice_keys())
        self.paste.on_value(lambda _: self.read_paste())
        for field in self.fields.values():
            field.on_value(lambda _: self.refresh())

    def _switch(self) -> None:
        """Show what belongs to the chosen environment."""
        sandbox = self.environment.value is Environment.SANDBOX
        self.practice_row.layout.display = "" if sandbox else "none"
        production = self.environment.value is Environment.PRODUCTION
        text = (
            "Production: the calls are real. Only the token call and reading calls are "
            "made; nothing is changed and no money moves."
        )
        self.warning.value = html.page(html.notice(text)) if production else ""
        typed = any(field.value is not None for field in self.fields.values())
        if sandbox and not typed:
            self.use_practice_keys()
        elif not sandbox:
            self._forget_practice()
        self.refresh()

    def _forget_practice(self) -> None:
        """Take the sandbox's keys out of the fields; real ones stay."""
        if self._practising:
            for field in self.fields.values():
                field.clear()
        self._practising = False

    def use_practice_keys(self) -> None:
        """Fill the fields with keys of the sandbox."""
        keys = self.sandbox.keys_of(self.practice.value)
        self._fill(keys, "From the sandbox")
        self._practising = True

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
            self._evidence = Evidence(unused=(str(error),))
        if self._evidence.keys:
            self._fill(self._evidence.keys, "From what you pasted")
        self.refresh()

    def _fill(self, keys: KeySet, note: str) -> None:
        given = dict(keys.values())
        for name, field in self.fields.items():
            if name in given:
                field.set(Secret(given[name]), note)
            elif field.value is not None:
                field.clear()
        if keys.kind:
            self.kind.value = keys.kind
        self._practising = False

    @property
    def key_set(self) -> KeySet:
        """The keys as they are in the fields now."""
        environment = self.environment.value
        if environment is Environment.SANDBOX:
            # The sandbox plays both; which one is meant, its own keys tell.
            own = (
                self.sandbox.keys_of(self.practice.value) if self._practising else None
            )
            environment = own.environment if own else None
        values = {name.attribute: field.value for name, field in self.fields.items()}
        return KeySet(**values, kind=self.kind.value, environment=environment)

    @property
    def evidence(self) -> Evidence:
        """The keys, and the exchanges that were in the pasted text."""
        context = replace(self._evidence.context, kind=self.kind.value)
        return replace(self._evidence, keys=self.key_set, context=context)

    def on_change(self, listener: Callable[[], object]) -> None:
        """Call back when the keys or the choices have changed."""
        self._listeners.append(listener)

    def refresh(self) -> None:
        """Show what the values look like."""
        keys, unused = self.key_set, html.unused_list(self._evidence)
        report: Report = diagnose(Evidence(keys=keys))
        empty = next(keys.values(), None) is None
        table = "" if empty else html.key_table(keys, report)
        self.shapes.value = html.page(table, unused)
        for listener in self._listeners:
            listener()

    def when_ready(self, action: Callable[[], object]) -> None:
        """Run an action once every value that was typed has arrived."""
        when_ready([self.paste, *self.fields.values()], action)

    def client(self) -> Client:
        """Return a client for the keys and the environment that are chosen."""
        chosen = self.environment.value
        if chosen is not Environment.SANDBOX:
            return Client(self.key_set, chosen)
        production = self.key_set.environment is Environment.PRODUCTION
        path = SANDBOX_PRODUCTION if production else ""
        address = os.environ.get(SANDBOX_ADDRESS)
        if address:
            return Client(self.key_set, chosen, sandbox=address + path)
        return Client(
            self.key_set,
            chosen,
            sandbox="http://127.0.0.1" + path,
            session=self.sandbox.session(),
        )
