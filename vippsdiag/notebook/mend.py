"""The form in which a learner mends a call: every part of it can be changed.

A key is chosen from those at hand, or typed into a sealed field. What is written into
the other fields is saved with the notebook, so a value that looks like a key is not
kept there.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from urllib.parse import quote

import ipywidgets as widgets

from vippsdiag.exchange import Headers, Request
from vippsdiag.language import mark, tr
from vippsdiag.looks import HEX_KEY, JWT, PADDED_BASE64
from vippsdiag.notebook.sealed import when_ready
from vippsdiag.notebook.valuerow import OWN, ValueRow, button
from vippsdiag.notebook.voice import Speaking
from vippsdiag.render import html
from vippsdiag.render.html import status as said
from vippsdiag.secret import examine

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_SHAPES = (JWT, HEX_KEY, PADDED_BASE64)
_RUN = re.compile(r"[\w~.+/-]{16,}", re.ASCII)
_CHANGE = re.compile(r"[a-z](?=[A-Z\d])|[A-Z](?=[a-z\d])|\d(?=[A-Za-z])")
_BRACES = re.compile(r"\{\{[^{}]*\}\}")
# What may stand around a value of the sandbox, and is no part of a key.
_AROUND = re.compile(r"\W*(?:bearer|basic|token)?\W*", re.IGNORECASE)
KEY_IN_TEXT = mark(
    "That looks like a key, so it was taken out again: what stands in a plain field is "
    "saved with the notebook. Choose a key from a list, or type it into a sealed field."
)


def looks_like_key(text: str, known: Sequence[str]) -> bool:
    """Tell whether a text holds what could be somebody's key.

    Args:
        text: what was written.
        known: texts that are nobody's keys, and in which no part is one either.
    """
    for value in sorted(known, key=len, reverse=True):
        text = text.replace(value, " ")
    own = {part for value in known for part in _like_keys(value)}
    return any(part not in own for part in _like_keys(text))


def _like_keys(text: str) -> Iterator[str]:
    """Yield the parts of a text that have the shape of a key."""
    for shape in _SHAPES:
        yield from (match[0] for match in shape.finditer(text))
    yield from filter(_is_mixed, _RUN.findall(text))


def _is_mixed(run: str) -> bool:
    """Tell whether small letters, capitals and digits alternate as in a random value.

    In Base64 two neighbours of three are of different kinds. In an address or an
    order's number it is one in ten, and an id in hexadecimal digits has one case only.
    """
    kinds = (str.islower, str.isupper, str.isdigit)
    if not all(any(map(kind, run)) for kind in kinds):
        return False
    return len(_CHANGE.findall(run)) * 4 >= len(run)


def _wide() -> dict[str, str]:
    return {"width": "98%", "max_width": "46rem"}


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
        self.add, self.send, self.again = button(), button("primary"), button()
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
            else:
                self._say("")

        field.observe(see, "value")

    def _is_foreign(self, raw: str) -> bool:
        raw = _BRACES.sub(" ", raw)
        for value in sorted(self._known, key=len, reverse=True):
            raw = raw.replace(value, " ")
        return _AROUND.fullmatch(raw) is None
