"""The form in which a learner mends a call: every part of it can be changed.

A key is chosen from those at hand, or typed into a sealed field. What is written into
the other fields is saved with the notebook, so a value that looks like a key is not
kept there.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from urllib.parse import quote

import ipywidgets as widgets

from vippsdiag.conceal import HEX_KEY, JWT, PADDED_BASE64, is_sensitive
from vippsdiag.exchange import Headers, Request
from vippsdiag.keys import Field, field_named
from vippsdiag.language import mark, tr
from vippsdiag.notebook.sealed import SealedField, when_ready
from vippsdiag.notebook.voice import Speaking
from vippsdiag.render import html
from vippsdiag.render.found import said
from vippsdiag.secret import examine

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# What a value is taken from, where it is no name of something at hand.
GIVEN, OWN = "given", "own"
AUTHORIZATION = "authorization"
_SHAPES = (JWT, HEX_KEY, PADDED_BASE64)
_BRACES = re.compile(r"\{\{[^{}]*\}\}")
# What may stand around a value of the sandbox, and is no part of a key.
_AROUND = re.compile(r"\W*(?:bearer|basic|token)?\W*", re.IGNORECASE)
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
KEY_IN_TEXT = mark(
    "That looks like a key, so it was taken out again: what stands in a plain field is "
    "saved with the notebook. Choose a key from a list, or type it into a sealed field."
)
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
    return tr("{what} of {whose}", what=tr(what), whose=tr(f"the {whose}"))


def holds_key(name: str) -> bool:
    """Tell by its name whether a header or a setting holds a key."""
    return field_named(name) in KIND or is_sensitive(name)


def offers(name: str, hand: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what is offered for a header: its label, and the text with names in it."""
    known = field_named(name)
    if name.lower() == AUTHORIZATION:
        for one in hand:
            before = {"access token": "Bearer", "Basic pair": "Basic"}
            word = before.get(one.partition(" of ")[0])
            if word:
                yield f"{word} + {called(one)}", f"{word} {{{{{one}}}}}"
        return
    starts = KIND.get(known) if known else None
    if name.lower() == "webhook_secret":
        starts = ("secret of the webhook",)
    for one in hand:
        if one.startswith(starts or ("access token of ", "client_secret of ")):
            yield called(one), f"{{{{{one}}}}}"


def looks_like_key(text: str, known: Sequence[str]) -> bool:
    """Tell whether a text holds what could be somebody's key."""
    for value in sorted(known, key=len, reverse=True):
        text = text.replace(value, " ")
    return any(shape.search(text) for shape in _SHAPES)


def _button(style: str = "") -> widgets.Button:
    return widgets.Button(button_style=style, layout={"width": "max-content"})


def _wide() -> dict[str, str]:
    return {"width": "100%", "max_width": "46rem"}


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
            name, continuous_update=False, style=style, disabled=fixed
        )
        self.source = widgets.Dropdown(style=style, layout={"max_width": "30rem"})
        self.text = widgets.Text(
            given or "", continuous_update=False, style=style, layout={"width": "24rem"}
        )
        self.own: SealedField | None = None
        self.drop = _button()
        super().__init__(layout={"flex_flow": "row wrap"})
        self.name.observe(lambda _: self._see_kind(), "value")
        self.source.observe(lambda _: self._see_own(), "value")
        self._see_kind()
        self.speak()

    @property
    def is_key(self) -> bool:
        """Whether it holds a key by its name."""
        return holds_key(self.name.value)

    def value(self) -> str | None:
        """Return the value; names in it are in braces. None if there is none."""
        if not self.is_key:
            return str(self.text.value)
        chosen = self.source.value
        if chosen == GIVEN:
            return self._given
        typed: str | None = self.own.value if self.own else None
        return typed if chosen == OWN else str(chosen)

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
        key = self.is_key
        shown: list[widgets.Widget] = [self.name]
        shown += [self.source] if key else [self.text]
        shown += [] if self._fixed else [self.drop]
        if key and self.source.value == OWN:
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
        self.source.description = self.text.description = tr("Value")
        for field in self.sealed():
            field.label = tr("Value of {name}", name=name)
            field.help = tr(
                "Sealed: it is in no file. A name in double braces is filled in."
            )
        self.drop.description = tr("Leave out")
        self.drop.tooltip = tr("Leave out {name}", name=name)
        self._offer()


class CallForm(Speaking, widgets.VBox):
    """A call that can be changed in every part.

    Attributes:
        method: the method.
        address: the whole address.
        rows: the headers.
        add: adds a header.
        body: the body; empty for none.
        settings: what can be set beside the call.
        send: sends it.
        again: takes the failing call again.
        said: why something was not taken.
    """

    def __init__(self) -> None:
        style = {"description_width": "initial"}
        self.method = widgets.Dropdown(options=METHODS, style=style)
        self.address = widgets.Text(
            continuous_update=False, style=style, layout=_wide()
        )
        self.body = widgets.Textarea(
            continuous_update=False, rows=6, style=style, layout=_wide()
        )
        self.heads, self.beside = widgets.VBox(), widgets.VBox()
        self.add, self.send, self.again = _button(), _button("primary"), _button()
        self.said = widgets.HTML()
        self.rows: list[ValueRow] = []
        self.settings: list[ValueRow] = []
        self._hand: Mapping[str, str] = {}
        self._known: list[str] = []
        self._remark = ""
        self.add.on_click(lambda _: self.add_header())
        for field in (self.address, self.body):
            self._guard(field)
        buttons = widgets.HBox(
            [self.send, self.again], layout={"flex_flow": "row wrap"}
        )
        top = widgets.HBox(
            [self.method, self.address], layout={"flex_flow": "row wrap"}
        )
        super().__init__(
            [top, self.heads, self.add, self.body, self.beside, self.said, buttons]
        )
        self.speak()

    def fill(
        self,
        call: Request,
        raw: Callable[[str], str],
        hand: Mapping[str, str],
        settings: Mapping[str, str],
    ) -> None:
        """Show a call of the sandbox, as it is.

        Args:
            call: the call.
            raw: returns a value as it is; all of them are practice values.
            hand: what there is to put into it, by name.
            settings: what can be set beside it.
        """
        self._close()
        self._hand = hand
        pairs = [(raw(name), raw(value)) for name, value in call.headers]
        self._known = [
            value for value in (*hand.values(), *dict(pairs).values()) if value
        ]
        self.method.options = tuple(dict.fromkeys((*METHODS, call.method)))
        self.method.value = call.method
        url, body = raw(call.url), raw(call.body or "")
        self._known += [url, body] if body else [url]
        self.address.value, self.body.value = (
            self._in_braces(url),
            self._in_braces(body),
        )
        self.rows = [self._row(name, value) for name, value in pairs]
        self.settings = [
            ValueRow(name, value, hand, fixed=True) for name, value in settings.items()
        ]
        for row in self.settings:
            self._guard(row.text)
        self.beside.children = self.settings
        self._show_rows()
        self._say("")

    def request(self) -> Request:
        """Return the call as it stands, with names in braces and keys concealed."""
        pairs = [
            (row.name.value.strip(), row.value())
            for row in self.rows
            if row.name.value.strip()
        ]
        return Request(
            method=self.method.value,
            url=self.address.value.strip(),
            headers=Headers(
                [(name, value) for name, value in pairs if value is not None]
            ),
            body=self.body.value or None,
        )

    def set_beside(self) -> dict[str, str]:
        """Return the settings as they stand."""
        return {row.name.value: row.value() or "" for row in self.settings}

    def foreign(self) -> list[str]:
        """Return the names of typed keys that are not of the sandbox itself."""
        typed = [row for row in (*self.rows, *self.settings) if row.is_key]
        return [
            row.name.value
            for row in typed
            if row.source.value == OWN
            for field in row.sealed()
            if field.value is not None and examine(field.value, self._is_foreign)
        ]

    def when_ready(self, action: Callable[[], object]) -> None:
        """Run an action once every key that was typed has arrived."""
        rows = (*self.rows, *self.settings)
        when_ready([field for row in rows for field in row.sealed()], action)

    def add_header(self) -> None:
        """Add a header without a name."""
        self.rows.append(self._row("", None))
        self._show_rows()

    def drop(self, row: ValueRow) -> None:
        """Leave a header out."""
        self.rows.remove(row)
        self._show_rows()
        row.end()

    def paint(self) -> None:
        """Name everything."""
        self.method.description = tr("Method")
        self.address.description = tr("Address")
        self.body.description = tr("Body")
        self.add.description = tr("Add a header")
        self.send.description = tr("Send")
        self.again.description = tr("Take the failing call again")
        self._say(self._remark)

    def _say(self, remark: str) -> None:
        self._remark = remark
        shown = html.page(said(tr(remark), "warning")) if remark else ""
        self.said.value = shown

    def _row(self, name: str, value: str | None) -> ValueRow:
        row = ValueRow(name, value, self._hand)
        row.drop.on_click(lambda _: self.drop(row))
        self._guard(row.text)
        return row

    def _show_rows(self) -> None:
        self.heads.children = self.rows

    def _close(self) -> None:
        for row in (*self.rows, *self.settings):
            row.end()

    def _in_braces(self, text: str) -> str:
        """Put names in the place of keys, which a plain field does not show."""
        for name, value in self._hand.items():
            if name.startswith(("client_secret", "primary", "secondary", "Basic")):
                for written in (value, quote(value, safe="")):
                    text = text.replace(written, f"{{{{{name}}}}}")
        return text

    def _guard(self, field: widgets.Text) -> None:
        """Take a value out of a plain field that looks like somebody's key."""

        def see(change: Mapping[str, str]) -> None:
            if looks_like_key(change["new"], self._known):
                field.value = (
                    "" if looks_like_key(change["old"], self._known) else change["old"]
                )
                self._say(KEY_IN_TEXT)

        field.observe(see, "value")

    def _is_foreign(self, raw: str) -> bool:
        raw = _BRACES.sub(" ", raw)
        for value in sorted(self._known, key=len, reverse=True):
            raw = raw.replace(value, " ")
        return _AROUND.fullmatch(raw) is None
