"""A request that a program puts together, piece by piece."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from vippsdiag.exchange import Exchange, Headers, Request
from vippsdiag.importers.code.values import (
    Body,
    Form,
    Name,
    as_form,
    as_json,
    is_known,
    pairs_of,
    text_of,
)
from vippsdiag.importers.shells.curl import FORM_TYPE, basic
from vippsdiag.secret import MASK

JSON_TYPE = "application/json"
# More headers are no request that a person wrote.
_MOST = 200


@dataclass(slots=True)
class Draft:
    """What is known of a request so far.

    Attributes:
        start: the place in the text where it begins.
        end: the place behind what it was read from.
        sure: whether the text says all that is sent, up to values.
        sent: whether it was sent; whatever comes then is another one's.
    """

    start: int = 0
    end: int = 0
    method: str | None = None
    base: str = ""
    url: str | None = field(default=None, repr=False)
    headers: list[tuple[str, str]] = field(default_factory=list, repr=False)
    query: list[tuple[str, Any]] = field(default_factory=list, repr=False)
    body: Body | None = field(default=None, repr=False)
    sure: bool = True
    sent: bool = False

    def add_headers(self, value: Any) -> None:
        """Take headers down, however they are written."""
        if value is None:
            return
        self.sure = self.sure and is_known(value)
        for name, inner in pairs_of(value):
            self.add_header(name, inner)

    def add_header(self, name: Any, value: Any) -> None:
        """Take one header down; the last one of a name counts."""
        if isinstance(name, Name) or len(self.headers) >= _MOST:
            self.sure = False
            return
        told = text_of(name).strip()
        kept = [one for one in self.headers if one[0].lower() != told.lower()]
        self.headers = [*kept, (told, text_of(value).strip())] if told else kept

    def add_pair(self, user: Any, password: Any) -> None:
        """Take the user and the password of HTTP's own scheme down."""
        told = f"{text_of(user)}:{text_of(password)}"
        hidden = isinstance(user, Name) or isinstance(password, Name)
        value = f"Basic {MASK}" if hidden or MASK in told else basic(told)
        self.add_header("Authorization", value)

    def add_json(
        self, value: Any, *, spaced: bool = False, slashes: bool = False
    ) -> None:
        """Take a value down that is sent as JSON (see `as_json`)."""
        if isinstance(value, Body):
            self.body = value
        elif isinstance(value, Form):
            self.body = Body(as_form(value), f"{FORM_TYPE};charset=utf-8")
        elif value is not None:
            told = as_json(value, spaced=spaced, slashes=slashes)
            self.body = Body(None if isinstance(value, Name) else told, JSON_TYPE)

    def add_form(self, value: Any) -> None:
        """Take fields down that are sent as a form."""
        if isinstance(value, dict | list):
            self.body = Body(as_form(value), FORM_TYPE) if value else None
        else:
            self.add_text(value, FORM_TYPE)

    def add_text(self, value: Any, kind: str | None = None) -> None:
        """Take a body down that is sent as it is."""
        if isinstance(value, Body):
            self.body = value if value.kind else Body(value.text, kind)
        elif isinstance(value, Name):
            self.body = Body(None, kind)
        elif value is not None:
            self.body = Body(text_of(value), kind)

    def address(self) -> str | None:
        """Return the whole address; None if it is not known."""
        url = self.url
        if url is None or (url == "" and not self.base):
            return None
        if "://" not in url and not url.startswith(MASK):
            url = f"{self.base.rstrip('/')}/{url.lstrip('/')}" if url else self.base
        if self.query:
            url += ("&" if "?" in url else "?") + as_form(self.query_list())
        return url if "://" in url or (url.startswith(MASK) and "/" in url) else None

    def query_list(self) -> list[list[Any]]:
        """Return the fields of the query as pairs."""
        return [[name, value] for name, value in self.query]

    def exchanges(self) -> Iterator[Exchange]:
        """Yield the request, if it is known what it is."""
        url = self.address()
        if url is None or not self.sure or any(sign in url for sign in " \n\"'<>"):
            return
        headers = list(self.headers)
        named = {name.lower() for name, _ in headers}
        body = self.body
        method = (self.method or ("POST" if body else "GET")).upper()
        if body and body.kind and "content-type" not in named:
            headers.append(("Content-Type", body.kind))
        request = Request(
            method=method[:100],
            url=url,
            headers=Headers(headers),
            body=body.text if body else None,
        )
        yield Exchange(request=request)
