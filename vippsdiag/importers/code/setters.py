"""Methods that set a part of a request; each tells whether it was such a method."""

import re
from collections.abc import Callable
from typing import Any

from vippsdiag.importers.code.drafts import JSON_TYPE
from vippsdiag.importers.code.functions import media_type
from vippsdiag.importers.code.options import method_of
from vippsdiag.importers.code.program import Program
from vippsdiag.importers.code.values import Body, Call, Name, as_form, pairs_of, text_of
from vippsdiag.importers.shells.curl import FORM_TYPE

_PLACE = re.compile(r"\{(\w{1,60})\}")


def _header(program: Program, call: Call) -> bool:
    """``addHeader(name, value)``, and what others call it."""
    path = call.path.lower()
    on = call.on.text.lower() if isinstance(call.on, Name) else ""
    vague = call.name.lower() in {"add", "set", "append", "put", "update"}
    if (
        vague
        and "header" not in f"{path} {on}"
        and not (
            call.name in {"set", "append"}
            and program.in_hand()
            and len(call.given) == 2
        )
    ):
        return False
    named = call.named.get("forHTTPHeaderField")
    draft = program.those(f"{path} {on}")
    if named is not None:
        draft.add_header(named, call.at(0, "value"))
    elif len(call.given) >= 2:
        draft.add_header(call.given[0], call.given[1])
    elif call.given and call.given[0] is not None:
        draft.add_headers(call.given[0])
    return True


def _address(program: Program, call: Call) -> bool:
    """``url(address)``."""
    if not program.is_address(call.at(0)) or not isinstance(call.on, Name):
        return False
    address, *given = call.given or [call.at(0)]
    program.open(_filled(address, given), None)
    return True


def _filled(address: str, given: list[Any]) -> str:
    """Spring: ``.uri("/payments/{reference}", reference)``."""
    named = given[0] if given and isinstance(given[0], dict) else {}
    rest = iter(given if not named else ())
    return _PLACE.sub(
        lambda place: text_of(named.get(place[1], next(rest, place[0]))), address
    )


def _method(program: Program, call: Call) -> bool:
    """``method(name, body)``."""
    method = method_of(call.at(0))
    if method is None:
        return False
    draft = program.now()
    draft.method = method
    body = call.at(1)
    if isinstance(body, Name):
        draft.body = Body(None)
    elif body is not None:
        draft.add_text(body)
    return True


def _opened(program: Program, call: Call) -> bool:
    """``open(method, address)``."""
    method = method_of(call.at(0))
    if method is None or not program.is_address(call.at(1)):
        return False
    program.open(call.at(1), method)
    return True


def _text_body(program: Program, call: Call) -> bool:
    """``body(text)``, ``send(text)`` and the like."""
    if not program.in_hand():
        return False
    draft, first = program.draft, call.at(0)
    kind = next(
        (one for one in call.given[1:] if isinstance(one, str) and "/" in one), None
    )
    if call.name.lower().startswith("addstring") and len(call.given) > 1:
        kind = kind or JSON_TYPE
    draft.end = program.code.place
    if isinstance(first, dict | list) and first:
        draft.add_json(first)
    elif (
        first is not None
        and first != ""
        and not (call.name.lower() == "send" and isinstance(first, Name))
    ):
        draft.add_text(first, kind)
    draft.sent = call.name.lower() in {"send", "end"} or draft.sent
    return True


def _json_body(program: Program, call: Call) -> bool:
    """``AddJsonBody(value)``."""
    if not program.in_hand():
        return False
    first = call.at(0)
    if isinstance(first, str):
        program.now().add_text(first, JSON_TYPE)
    else:
        program.now().add_json(first)
    return True


def _parameter(program: Program, call: Call) -> bool:
    """``AddParameter(name, value, type)`` of RestSharp."""
    if not program.in_hand() or len(call.given) < 2:
        return False
    name, value = text_of(call.given[0]), call.given[1]
    draft = program.now()
    if "/" in name:
        draft.add_text(value, name)
    elif (draft.method or "get").lower() == "get":
        draft.query.append((name, value))
    else:
        before = draft.body.text if draft.body and draft.body.kind == FORM_TYPE else ""
        more = as_form({name: value})
        draft.body = Body(f"{before}&{more}" if before else more, FORM_TYPE)
    return True


def _content_type(program: Program, call: Call) -> bool:
    """``contentType(type)``."""
    if len(call.given) != 1 or not program.in_hand():
        return False
    program.now().add_header("Content-Type", media_type(call.given[0]))
    return True


def _query(program: Program, call: Call) -> bool:
    """``queryString(name, value)``."""
    if len(call.given) == 2:
        program.now().query.append((text_of(call.given[0]), call.given[1]))
    elif call.given:
        program.now().query += list(pairs_of(call.given[0]))
    return True


def _pair(program: Program, call: Call) -> bool:
    """``basicAuth(user, password)``."""
    if len(call.given) != 2:
        return False
    program.now().add_pair(*call.given)
    return True


def _base(program: Program, call: Call) -> bool:
    """``baseUrl(address)``: the address that those of a client begin with."""
    if len(call.given) != 1 or not program.is_address(call.given[0]):
        return False
    program.make()
    program.base = program.draft.base = text_of(call.given[0])
    return True


def _default(program: Program, call: Call) -> bool:
    """``defaultHeader(name, value)``: a client sends it with every request."""
    if len(call.given) != 2:
        return False
    program.defaults.add_header(*call.given)
    return True


def _bearer(program: Program, call: Call) -> bool:
    """``bearerAuth(token)``."""
    if len(call.given) != 1:
        return False
    program.now().add_header("Authorization", f"Bearer {text_of(call.given[0])}")
    return True


SETTERS: dict[str, Callable[[Program, Call], bool]] = {
    **dict.fromkeys(
        """add addall addheader addheaders addorupdateheader addrequestproperty addvalue
        append header headers put set setadditionalheaders setheader setheaders
        setrequestheader setrequestheaders setrequestproperty setvalue
        tryaddwithoutvalidation update withheader withheaders""".split(),
        _header,
    ),
    **dict.fromkeys("seturl setrequesturl setrequesturi uri url".split(), _address),
    **dict.fromkeys("method setmethod setrequestmethod".split(), _method),
    "open": _opened,
    "baseurl": _base,
    "defaultheader": _default,
    **dict.fromkeys(
        """addbody addstringbody body bodyvalue content end send setbody setentity write
        withbody""".split(),
        _text_body,
    ),
    **dict.fromkeys(("contenttype", "setcontenttype"), _content_type),
    "addjsonbody": _json_body,
    "json": lambda program, call: bool(call.given) and _json_body(program, call),
    "addparameter": _parameter,
    **dict.fromkeys("addqueryparameter query querystring queryparam".split(), _query),
    **dict.fromkeys("bearerauth setbearerauth withtoken".split(), _bearer),
    **dict.fromkeys("auth basicauth setbasicauth withbasicauth".split(), _pair),
}
