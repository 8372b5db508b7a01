"""Options of the clients that programs send with, by the names they go by."""

import re
from enum import Enum, auto
from typing import Any

from vippsdiag.importers.code.drafts import Draft
from vippsdiag.importers.code.functions import PARTS_TYPE
from vippsdiag.importers.code.values import (
    Body,
    Name,
    as_form,
    is_known,
    pairs_of,
    text_of,
)
from vippsdiag.importers.shells.curl import FORM_TYPE
from vippsdiag.secret import MASK


class Style(Enum):
    """What a client makes of what it is given."""

    FETCH = auto()
    AXIOS = auto()
    PYTHON = auto()
    CURL = auto()
    FORM = auto()
    CHAINED = auto()
    PHP = auto()
    OTHER = auto()


_OPTIONS = frozenset(
    """auth baseurl baseuri body content contenttype credentials data form formparams
    headers host hostname http httperrors json method mode params path payload port
    query qs responsetype searchparams timeout type uri url verify withcredentials
    """.split()
)
_METHOD = re.compile(
    r"(?:.*[._])?(?:method_?|http)?(get|post|put|patch|delete|head|options)",
    re.IGNORECASE,
)


def is_options(value: Any) -> bool:
    """Tell whether a table is options and no headers or data."""
    if not isinstance(value, dict) or not value:
        return False
    names = {_plain(name) for name in value}
    telling = names & {"headers", "method", "formparams", "baseurl", "url", "http"}
    return bool(telling) or names <= _OPTIONS


def _plain(name: str) -> str:
    told = str(name)
    # A constant: ``RequestOptions::HEADERS``.
    if told.startswith(MASK) and told.isupper():
        told = told.removeprefix(MASK)
    return told.lower().replace("curlopt_", "").replace("_", "").replace("-", "")


def method_of(value: Any) -> str | None:
    """Return the method that a value names; None if it names none."""
    text = value.text if isinstance(value, Name) else value
    if not isinstance(text, str) or len(text) > 60:
        return None
    match = _METHOD.fullmatch(text)
    if match is None or (isinstance(value, str) and match[0] != match[1]):
        return None
    return match[1].upper()


def configure(draft: Draft, options: dict[str, Any], style: Style) -> None:
    """Take options down."""
    if not is_known(options):
        draft.sure = False
    for name, value in options.items():
        key = _plain(name)
        if key in {"method", "type", "customrequest"}:
            draft.method = method_of(value) or draft.method
        elif key in {"headers", "header", "httpheader"}:
            draft.add_headers(value)
        elif key in {"params", "query", "qs", "searchparams", "queryparameters"}:
            _query(draft, value)
        elif key in {"auth", "userpwd", "basicauth"}:
            _auth(draft, value)
        elif key == "contenttype" and isinstance(value, str):
            draft.add_header("Content-Type", value)
        elif key == "http" and isinstance(value, dict):
            configure(draft, value, style)
        elif key == "post" and value:
            draft.method = draft.method or "POST"
        else:
            _body(draft, key, value, style)


def _body(draft: Draft, key: str, value: Any, style: Style) -> None:
    """Take down what one option brings to the body."""
    if key == "json" and value is not True:
        php = style is Style.PHP
        draft.add_json(value, spaced=style is Style.PYTHON, slashes=php)
    elif key in {"form", "formparams"}:
        draft.add_form(value)
    elif (
        key in {"data", "body", "content", "postfields", "payload"}
        and value is not None
    ):
        if isinstance(value, dict | list):
            _table(draft, key, value, style)
        elif value != "" or style is Style.CURL:
            draft.add_text(value, _text_type(value, style))


def _table(draft: Draft, key: str, value: Any, style: Style) -> None:
    if style is Style.CURL:
        draft.body = Body(None, PARTS_TYPE) if value else Body("", FORM_TYPE)
    elif key == "data" and style is Style.AXIOS:
        draft.add_json(value)
    elif value and style is Style.FETCH:
        draft.body = Body(as_form(value), f"{FORM_TYPE};charset=UTF-8")
    elif value:
        draft.add_form(value)


def _text_type(value: Any, style: Style) -> str | None:
    """Return the type that a client gives to a text by itself."""
    if isinstance(value, Body):
        return None
    if style is Style.FETCH:
        return "text/plain;charset=UTF-8"
    return FORM_TYPE if style in {Style.CURL, Style.AXIOS, Style.FORM} else None


def _query(draft: Draft, value: Any) -> None:
    if isinstance(value, str) and value:
        draft.url = f"{draft.url or ''}?{value.lstrip('?')}"
    elif isinstance(value, dict | list):
        draft.query += list(pairs_of(value))


def _auth(draft: Draft, value: Any) -> None:
    if isinstance(value, str) and ":" in value:
        user, _, password = value.partition(":")
        draft.add_pair(user, password)
    elif isinstance(value, list) and len(value) >= 2:
        draft.add_pair(value[0], value[1])
    elif isinstance(value, dict):
        plain: dict[str, Any] = {_plain(name): one for name, one in value.items()}
        who = plain.get("username", plain.get("user"))
        if who is not None:
            draft.add_pair(who, plain.get("password", plain.get("pass", "")))
    elif value is not None:
        draft.sure = False


def address_in(options: Any) -> Any:
    """Return the address among options; None if there is none."""
    plain = {_plain(name): value for name, value in options.items()}
    for name in ("url", "uri"):
        if name in plain:
            return plain[name]
    host = plain.get("hostname", plain.get("host"))
    if isinstance(host, str):
        port = f":{text_of(plain['port'])}" if plain.get("port") else ""
        port = "" if port == ":443" else port
        return f"https://{host}{port}{text_of(plain.get('path', '/'))}"
    return None
