"""Functions that programs make texts with: JSON, forms, Base64, addresses.

Each takes a call and returns what comes out of it, in whatever language it is.
"""

import re
from base64 import b64encode
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from vippsdiag.importers.code.values import (
    Body,
    Call,
    Form,
    Name,
    as_form,
    as_json,
    formatted,
    pairs_of,
    text_of,
)
from vippsdiag.importers.shells.curl import FORM_TYPE, basic
from vippsdiag.secret import MASK

# A form with parts: what is in it is not told by a table of fields.
PARTS_TYPE = "multipart/form-data"
_MEDIA = re.compile(r"[a-z]+/[\w.+-]+(?:;.*)?")
# Types of tables that are filled later.
_TABLES = frozenset(
    """dictionary formbody.builder hash.new hashmap headers headers.builder httpheaders
    linkedhashmap linkedmultivaluemap map ordereddict treemap url.values dict""".split()
)
_FILLED = frozenset("add addall append merge put set setdefault update".split())
_EMPTIED = frozenset("delete pop remove".split())
_UNCHANGED = frozenset(
    """build bytes clone copy data decode encode getbytes parse readall string strip
    tomediatype tomediatypeornull tostr tostring tos trim trimindent
    trimmargin""".split()
)
# The first thing that these are given is what they return.
_FIRST = frozenset(
    """array bytes buffer bytebuffer byteentity create encoding.utf8.getbytes getbytes
    mediatype.get mediatype.parse mediatypeheadervalue newbuffer newbufferstring
    newreader object ofstring parse parseadd read string stringify stringreader strings
    toaddress touri unsafe uri url uricreate""".split()
)


def value_of(call: Call) -> Any:  # noqa: PLR0911 - one for each kind of value
    """Return what comes out of a call; a `Name` if it is not known."""
    name = call.name.lower().replace("_", "")
    path = call.path.lower()
    made = _MADE.get(name)
    if made and (result := made(call)) is not None:
        return result
    if path in {"uri.http", "uri.https"} and isinstance(call.at(0), str):
        return _address(call)
    if path in {"buffer.from", "stream_context_create"}:
        return call.at(0)
    if path == "jsonserialization.data":
        return _json(call)
    if path in _TABLES or name in _TABLES:
        return _table(call)
    if name == "urlsearchparams":
        return _search_params(call)
    if isinstance(call.on, dict):
        return _changed(call, name)
    if isinstance(call.on, list | Body) or (
        isinstance(call.on, str) and name in _UNCHANGED
    ):
        return call.on
    first = call.at(0, "string")
    if name in _FIRST and first is not None and not isinstance(call.on, Name):
        return first
    return Name(f"{call.path}()")


def _address(call: Call) -> str:
    """Return the address that Dart puts together: ``Uri.https(host, path, query)``."""
    query = as_form(call.at(2)) if isinstance(call.at(2), dict) else ""
    path = text_of(call.at(1)).lstrip("/")
    return f"{call.name}://{text_of(call.at(0))}/{path}" + (query and f"?{query}")


def _table(call: Call) -> Any:
    first = call.at(0)
    if isinstance(first, dict | list):
        return first
    return dict(call.named)


def _search_params(call: Call) -> Any:
    """Return the fields that JavaScript is given as a table, as pairs or as a text."""
    first = call.at(0)
    if isinstance(first, str):
        return Body(first.removeprefix("?"), FORM_TYPE)
    return Name(call.path) if isinstance(first, Name) else Form(pairs_of(first))


def _changed(call: Call, name: str) -> Any:
    """Return a table after one of its methods was called."""
    table: dict[str, Any] = call.on
    if name in _FILLED and len(call.given) >= 2:
        table[text_of(call.given[0])] = call.given[1]
    elif name in _FILLED and call.given and isinstance(call.given[0], dict):
        table.update(call.given[0])
    elif name == "setcontenttype" and call.given:
        table["Content-Type"] = media_type(call.given[0])
    elif name == "setbearerauth" and call.given:
        table["Authorization"] = f"Bearer {text_of(call.given[0])}"
    elif name in _EMPTIED and call.given:
        return table.pop(text_of(call.given[0]), Name(call.path))
    elif name in {"get", "fetch"} and call.given:
        return table.get(text_of(call.given[0]), Name(call.path))
    return table


def media_type(value: Any) -> Any:
    """Return a type that stands in the source as a constant."""
    constant = value.text.rpartition(".")[2] if isinstance(value, Name) else ""
    kind = constant.lower().replace("applicationjson", "application_json")
    return "application/json" if kind == "application_json" else value


def _json(call: Call) -> Any:
    value = call.at(0, "value", "obj", "withJSONObject")
    if value is None and isinstance(call.on, dict | list):
        value = call.on
    if value is None or isinstance(value, Name):
        return Name(call.path)
    php = call.path == "json_encode"
    return as_json(value, spaced=call.name == "dumps", slashes=php)


def _form(call: Call) -> Any:
    value = call.at(0, "query")
    return as_form(value) if isinstance(value, dict | list) else None


def _base64(call: Call) -> Any:
    """Return what is encoded; with a part that is not known all of it is unknown."""
    value = call.at(0)
    if value is None:
        value = call.on
    if isinstance(value, Name) or value is None or MASK in text_of(value):
        return Name(f"{call.path}()")
    return b64encode(text_of(value).encode("utf-8", "surrogatepass")).decode()


def _to_string(call: Call) -> Any:
    if call.at(0) == "base64":
        return _base64(Call("base64", [call.on], {}))
    if isinstance(call.on, Form):
        return as_form(call.on)
    return None if isinstance(call.on, Name) else call.on


def _stringified(call: Call) -> Any:
    """Return what JavaScript makes of a table: a query string, or JSON."""
    query = call.path.lower().startswith(("qs.", "querystring."))
    if not query:
        return _json(call)
    table = call.at(0)
    return as_form(table) if isinstance(table, dict | list) else None


def _encoded(call: Call) -> Any:
    value = call.at(0)
    return quote(value, safe="", errors="replace") if isinstance(value, str) else value


def _content(call: Call) -> Any:
    """Return the body that C# sends: a text, its encoding, and its type."""
    kind = call.at(2, "mediaType")
    kind = kind if isinstance(kind, str) else "text/plain"
    if "charset" not in kind:
        kind += "; charset=utf-8"
    value = call.at(0, "content")
    return Body(None if isinstance(value, Name) else text_of(value), kind)


def _body(call: Call) -> Any:
    """Return the body that OkHttp sends: a type and a text, in either order."""
    given = [call.on, *call.given] if isinstance(call.on, str) else call.given
    texts = [one for one in given if isinstance(one, str)]
    kind = next((one for one in texts if _MEDIA.fullmatch(one)), None)
    rest = [one for one in texts if one is not kind]
    if not texts:
        return None
    return Body(rest[0] if rest else None if len(given) > 1 else "", kind)


def _json_content(call: Call) -> Any:
    return Body(text_of(_json(call)), "application/json; charset=utf-8")


def _form_content(call: Call) -> Any:
    value = call.at(0)
    known = isinstance(value, dict | list)
    return Body(as_form(value) if known else None, FORM_TYPE)


def _formatted(call: Call) -> Any:
    if isinstance(call.on, str):
        if call.named:
            filled = call.on
            for name, value in call.named.items():
                filled = filled.replace(f"{{{name}}}", text_of(value)[:1000])[:20_000]
            return formatted(filled, call.given)
        return formatted(call.on, call.given)
    first = call.at(0)
    return formatted(first, call.given[1:]) if isinstance(first, str) else None


def _parts(call: Call) -> Any:
    del call
    return Body(None, PARTS_TYPE)


def _entity(call: Call) -> Any:
    """Return the body and the headers that Spring sends; either may be alone."""
    if len(call.given) == 1 and isinstance(call.given[0], dict):
        return {"body": None, "headers": call.given[0]}
    return {"body": call.at(0), "headers": call.at(1) or {}}


def _credentials(call: Call) -> Any:
    """Return the header that OkHttp makes of a user and a password."""
    if len(call.given) < 2 or MASK in text_of(call.given[0]) + text_of(call.given[1]):
        return None
    return basic(f"{text_of(call.given[0])}:{text_of(call.given[1])}")


def _paired(call: Call) -> Any:
    """Return a table of what Java is given in pairs."""
    if call.path != "Map.of":
        return None
    names = map(text_of, call.given[::2])
    return dict(zip(names, call.given[1::2], strict=False))


def _basic(call: Call) -> Any:
    return [call.at(0, "username", "login"), call.at(1, "password")]


_MADE: dict[str, Callable[[Call], Any]] = {
    **dict.fromkeys(
        """dump dumps encode generate jsonencode jsonserialize serialize serializeobject
        tojson tojsonstring writevalueasstring marshal""".split(),
        lambda call: _json(call) if _is_json(call) else None,
    ),
    "stringify": _stringified,
    **dict.fromkeys(
        "httpbuildquery urlencode encodewwwform querystring".split(),
        _form,
    ),
    **dict.fromkeys(
        """b64encode base64 base64encode btoa encode64 encodetostring
        strictencode64 tobase64string urlsafeencode64 base64encodedstring""".split(),
        _base64,
    ),
    **dict.fromkeys("encodeuricomponent rawurlencode quote".split(), _encoded),
    **dict.fromkeys("format sprintf".split(), _formatted),
    "tostring": _to_string,
    "stringcontent": _content,
    "jsoncontent": _json_content,
    "formurlencodedcontent": _form_content,
    "formdata": _parts,
    "multipartformdatacontent": _parts,
    "multipartbody.builder": _parts,
    "torequestbody": _body,
    "httpentity": _entity,
    "basic": _credentials,
    "authenticationheadervalue": lambda call: " ".join(map(text_of, call.given)),
    "of": _paired,
    "httpbasicauth": _basic,
    "basicauth": _basic,
}


def _is_json(call: Call) -> bool:
    """Tell whether a function of this name makes JSON and nothing else."""
    sure = call.name not in {"dump", "encode", "generate", "Serialize", "serialize"}
    return sure or "json" in call.path.lower()


def body_of(call: Call) -> Any:
    """Return the body of ``RequestBody.create``; None if it is another call."""
    if call.path.lower() == "jsoncontent.create":
        return _json_content(call)
    wanted = call.path.lower() in {"requestbody.create", "okhttp3.requestbody.create"}
    return _body(call) if wanted else None
