"""What a program's calls put together: one request after the other."""

import re
from collections.abc import Callable
from typing import Any

from vippsdiag.importers.code.choices import Choices, Reached
from vippsdiag.importers.code.drafts import Draft
from vippsdiag.importers.code.options import Style, address_in, configure, method_of
from vippsdiag.importers.code.source import Code
from vippsdiag.importers.code.values import Call, Name, key_of, text_of, without_owner

# More requests are no program that a person pasted.
MOST = 200
_ADDRESS = re.compile(r"\s*(?:https?://|•••[^\s\"'<>]{0,60}/|//[\w.-]+\.\w)")
RESPONSE = re.compile(
    r"(?:^|\b|_)(?:res|resp|response|reply|reponse|console|document)\b", re.IGNORECASE
)


# What these send has nothing of the clients that they make.
_LIBRARIES = frozenset("axios httpx requests".split())


class Program:
    """Keeps the request in hand, and those that are whole.

    Args:
        text: the source.
        called: says what a call returns, and does to this program what it does.
    """

    def __init__(self, text: str, called: Callable[["Program", Call], Any]) -> None:
        self.code = Code(text, lambda call: called(self, call))
        self.draft = Draft()
        self.found: list[Draft] = []
        self.start = 0
        # Where the first thing was assigned that the request in hand may be made of.
        self.first: int | None = None
        # Which names have a value that is not told.
        self.choices = Choices(self.code)
        self.base = ""
        self.defaults = self.common = Draft()
        # The address and the headers that each client has for all of its requests.
        self.clients: dict[str, tuple[str, Draft]] = {}
        self.made = False

    def make(self) -> None:
        """Begin a client, which knows nothing of the one before it."""
        self.defaults = Draft(headers=list(self.common.headers))
        self.base, self.made = "", True

    def keep(self, path: str) -> None:
        """Remember a client by the name that it was given."""
        if self.made:
            self.clients[path] = self.base, self.defaults
        self.made = False

    def use(self, path: str) -> bool:
        """Turn to the client that a name belongs to; False if it is not known."""
        while path:
            if path in self.clients:
                base, self.defaults = self.clients[path]
                self._turn(base)
                return True
            if path in _LIBRARIES and self.clients:
                self.defaults = self.common
                self._turn("")
            path = path.rpartition(".")[0]
        return False

    def _turn(self, base: str) -> None:
        self.base = base
        if self.draft.url is None:
            self.draft.base = base

    def finish(self) -> list[Draft]:
        """Return every request, in the order of the text."""
        self.next()
        return self.found

    def next(self) -> None:
        """Put the request in hand to the others, and begin another one."""
        if self.draft.url is not None and len(self.found) < MOST:
            self.found.append(self.draft)
            self.first = None
        self.draft = Draft(start=self.start, base=self.base, sure=self.defaults.sure)

    def so_far(self) -> Reached:
        """Return how many requests there are, and how far the one in hand is."""
        return len(self.found), self.draft.url is not None, self.draft.sent

    def now(self) -> Draft:
        """Return the request in hand; another one if that was sent."""
        if self.draft.sent:
            self.next()
        self.draft.end = self.code.place
        return self.draft

    def open(self, url: Any, method: str | None) -> Draft:
        """Begin a request, or give the one in hand its address."""
        if self.draft.sent or self.draft.url is not None:
            self.next()
        if self.draft.url is None and not self.draft.end:
            self.draft.start = self.start if self.first is None else self.first
        draft = self.now()
        given = {name.lower() for name, _ in draft.headers}
        more = [one for one in self.defaults.headers if one[0].lower() not in given]
        draft.headers = [*more, *draft.headers]
        draft.base = draft.base or self.base
        draft.url = text_of(url).strip()
        draft.method = method or draft.method
        return draft

    def in_hand(self) -> bool:
        """Tell whether there is a request that has an address and was not sent."""
        return self.draft.url is not None and not self.draft.sent

    def those(self, path: str) -> Draft:
        """Return the request that a header is for, or what is for all of them."""
        everyone = re.search(r"default|session|common", path, re.IGNORECASE)
        return self.defaults if self.use(path) or everyone else self.now()

    def is_address(self, value: Any) -> bool:
        """Tell whether a value can be where a request goes."""
        if not isinstance(value, str):
            return False
        return bool(_ADDRESS.match(value) or (self.base and value.startswith("/")))

    def options(self, options: dict[str, Any], style: Style) -> None:
        """Take down options that are set on a request."""
        address = address_in(options)
        if address is not None:
            if self.draft.sent or (self.draft.url or "") != "":
                self.next()
            if not self.draft.end:
                self.draft.start = self.start if self.first is None else self.first
            self.now().url = text_of(address).strip()
        configure(self.now(), options, style)

    def attribute(self, path: str, value: Any) -> None:
        """Take down what is assigned to a part of an object."""
        name = path.rpartition(".")[2].lower().replace("_", "")
        if RESPONSE.match(path):
            return
        if name in {"method", "httpmethod"} and (method := method_of(value)):
            self.now().method = method
        elif name in {"body", "httpbody", "content", "rawbody"} and self.in_hand():
            self.now().add_text(value)
        elif name in {"baseaddress", "baseurl"}:
            self.base = self.draft.base = text_of(value)
            owner = path.rpartition(".")[0]
            if owner in self.clients:
                self.clients[owner] = self.base, self.clients[owner][1]
        elif name in {"headers", "header", "allhttpheaderfields"}:
            self.those(path).add_headers(value)
        elif name == "authorization" and isinstance(value, Name | str):
            self.those(path).add_header("Authorization", value)
        elif name in {"requesturi", "url", "uri"} and self.is_address(value):
            if path == without_owner(path):
                self.open(value, None)
        elif name == "contenttype" and self.in_hand():
            self.now().add_header("Content-Type", value)
        elif name in {"setformdata", "formdata"}:
            self.now().add_form(value)

    def entry(self, path: str, key: Any, value: Any) -> None:
        """Take down what is assigned to a place in an object."""
        table = self.code.known.get(path)
        name = key_of(key)
        if isinstance(table, dict):
            table[name] = value
        elif isinstance(table, list):
            table.append([name, value])
        elif re.search(r"header", path, re.IGNORECASE) and "." not in path:
            self.code.known[path] = {name: value}
        elif re.search(
            r"header|^@?(?:req|request|http|post|get)\w*$", path, re.IGNORECASE
        ):
            one = value[0] if isinstance(value, list) and value else value
            self.those(path).add_header(key, one)
