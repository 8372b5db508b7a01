"""Calls that send, or that name the method and the address of what is sent."""

import re
from typing import Any

from vippsdiag.importers.code.drafts import Draft
from vippsdiag.importers.code.makers import VERBS
from vippsdiag.importers.code.options import (
    Style,
    address_in,
    configure,
    is_options,
    method_of,
)
from vippsdiag.importers.code.program import Program
from vippsdiag.importers.code.values import Body, Call, Name
from vippsdiag.importers.shells.curl import FORM_TYPE

_VERB = re.compile(
    r"(?:wp_?(?:safe_?)?remote_?|http_?|send_?|do_?)?(?P<verb>get|post|put|patch|delete"
    r"|head|options)_?(?:as)?_?(?:json|string|form|for(?:object|entity))?_?(?:async)?",
    re.IGNORECASE,
)
# These are given an address and options, or options alone.
_BY_OPTIONS = frozenset("ajax axios fetch filegetcontents got ky unirest".split())
# These are given a method and an address, in this order.
_BY_METHOD = frozenset(
    """createrequest httprequestmessage newrequest newrequestwithcontext request
    urlrequest""".split()
)
# What keeps values by their address, and what is itself called at one.
_KEEPERS = frozenset(
    """apicache cache caches env localstorage map memcache memcached memo redis registry
    sessionstorage storage store""".split()
)
_SERVERS = frozenset(
    "app blueprint bp controller express fastify route router routes server".split()
)
# What goes on with a request right behind the call that names it.
_BLOCK = re.compile(
    r"\s*+(?:do\b|\{|\.(?:headers?|bearer_auth|basic_auth|query|form|json|body)\((?!\)))"
)
# Spring's client is told the method before the address: ``.post().uri(address)``.
_ADDRESS_BEHIND = re.compile(r"\s*+\.uri\(")
# What is given besides, and says nothing about what is sent.
_BESIDE = re.compile(r"ctx|context\..*|.*[.:](?:class|java)|function|.*\(\)|")


def sends(program: Program, call: Call, name: str) -> bool:
    """Take down a call that sends; False if it is another call."""
    first = call.at(0, "url", "uri", "requestUri")
    if _receives(program, call, first):
        return False
    if name in _BY_OPTIONS:
        return _sent(program, call, first, None)
    if name in _BY_METHOD:
        return _names_method(program, call, first)
    verb = _VERB.fullmatch(call.name)
    if verb is None:
        return False
    if program.is_address(first) or (
        program.base and isinstance(first, str) and "/" in first
    ):
        return _sent(program, call, first, verb["verb"].lower())
    return _builds(program, call, first, name)


def _receives(program: Program, call: Call, first: Any) -> bool:
    """Tell whether a call looks up what was kept, or says what answers at a path."""
    owner = call.path.rpartition(".")[0]
    if not owner or owner in program.clients:
        return False
    name = owner.lower().rpartition(".")[2].strip("$@_")
    relative = isinstance(first, str) and first.startswith("/")
    # No cache has these.
    keeps = name in _KEEPERS and call.name.lower() not in {"patch", "post", "request"}
    return keeps or (name in _SERVERS and relative)


def _builds(program: Program, call: Call, first: Any, name: str) -> bool:
    """Take down what a builder is told: ``.post(body)``, ``.get()``."""
    behind = _ADDRESS_BEHIND.match(program.code.text, program.code.place)
    if name in VERBS and not call.given and behind:
        if program.draft.url is not None:
            program.next()
        program.now().method = name
        return True
    if name not in VERBS or not isinstance(call.on, Name) or len(call.given) > 1:
        return False
    begun = program.in_hand()
    if isinstance(first, Name):
        if begun:
            program.draft.method, program.draft.body = name, Body(None)
        return begun
    if first is None and not begun and call.path != name:
        return False
    draft = program.now()
    draft.method = name
    if isinstance(first, dict):
        draft.add_form(first)
    elif first is not None:
        draft.add_text(first)
    return True


def _names_method(program: Program, call: Call, first: Any) -> bool:
    """Take down a call that is given a method, an address, and the rest."""
    given = [one for one in call.given if not _is_beside(one)]
    method = method_of(given[0]) if given else None
    rest = given[1:] if method else given
    named = {name.lower(): value for name, value in call.named.items()}
    method = method or method_of(named.get("method"))
    names = ("url", "uri", "requesturi")
    address = rest[0] if rest else next(filter(None, map(named.get, names)), None)
    if isinstance(address, dict) and is_options(address):
        return _sent(program, call, address, None)
    known = program.is_address(address) or (program.base and isinstance(address, str))
    if not known:
        return _given_request(program, call, first)
    draft = program.open(address, method)
    style = style_of(call)
    give(draft, rest[1:], style)
    configure(draft, call.named, style)
    return True


def _given_request(program: Program, call: Call, first: Any) -> bool:
    """Ruby: ``http.request(request, body)`` sends what is in hand."""
    if not isinstance(first, Name) or len(call.given) > 2 or not program.in_hand():
        return False
    if len(call.given) == 2:
        program.draft.add_text(call.given[1], FORM_TYPE)
    program.draft.sent = True
    return True


def give(draft: Draft, rest: list[Any], style: Style) -> None:
    """Take down what stands behind the address: headers, a body, or options."""
    for place, one in enumerate(rest[:3]):
        if is_options(one):
            configure(draft, one, style)
        elif isinstance(one, dict | list) and (place or len(rest) < 3):
            draft.add_headers(one)
        elif isinstance(one, Name) and place and len(rest) > 1:
            draft.sure = False
        elif one is not None:
            draft.add_text(one or None)


def _sent(program: Program, call: Call, first: Any, verb: str | None) -> bool:
    """Take down a call that sends at once."""
    style = style_of(call)
    options = next((one for one in call.given if is_options(one)), None)
    given = [one for one in call.given if not _is_beside(one)]
    given = [one for one in given if options is None or one is not options]
    address, method = first, verb
    if method is None and method_of(first) and len(given) > 1:
        method, address = method_of(first), given[1]
        given = given[1:]
    if options is not None and (first is options or first is None):
        address = address_in(options)
    elif given and given[0] is address:
        given = given[1:]
    if not isinstance(address, str) or not (
        program.is_address(address) or program.base
    ):
        return False
    draft = program.open(address, method)
    if options is not None:
        configure(draft, options, style)
    configure(draft, call.named, style)
    if options is None and "headers" not in call.named and _hides_options(given, verb):
        draft.sure = False
    if call.path.startswith("Net.HTTP."):
        draft.add_headers(next((one for one in given if isinstance(one, dict)), None))
    if verb in {"post", "put", "patch"} and given:
        _give_body(draft, given, style)
    behind = _BLOCK.match(program.code.text, program.code.place)
    draft.sent = not (style is Style.CHAINED or call.name == "request" or behind)
    if draft.method is None:
        fetches = draft.body is None or style is Style.FETCH
        draft.method = "GET" if fetches else "POST"
    return True


def _hides_options(given: list[Any], verb: str | None) -> bool:
    """Tell whether the last thing given may be options that the text does not tell."""
    wanted = 2 if verb in {"post", "put", "patch"} else 1
    return len(given) >= wanted and isinstance(given[-1], Name)


def _is_beside(value: Any) -> bool:
    return isinstance(value, Name) and _BESIDE.fullmatch(value.text) is not None


def _give_body(draft: Draft, given: list[Any], style: Style) -> None:
    """Take down the body that stands behind the address."""
    first = given[0]
    if isinstance(first, Name):
        draft.body = draft.body or Body(None)
    elif isinstance(first, str) and len(given) > 1 and "/" in first:
        # Go: the type stands before the body, which may be none.
        draft.add_text(given[1] or "", first)
    elif isinstance(first, dict | list):
        if style in {Style.PYTHON, Style.FORM}:
            draft.add_form(first)
        elif first or style is Style.AXIOS:
            draft.add_json(first)
    elif first is not None:
        draft.add_text(first, FORM_TYPE if style is Style.AXIOS else None)


_STYLES = {
    "axios": Style.AXIOS,
    "fetch": Style.FETCH,
    **dict.fromkeys(("superagent", "unirest"), Style.CHAINED),
    **dict.fromkeys("requests httpx session s urllib aiohttp".split(), Style.PYTHON),
    **dict.fromkeys("this api instance http client".split(), Style.AXIOS),
    **dict.fromkeys(
        ("$", "jquery", "httparty", "faraday", "file_get_contents"), Style.FORM
    ),
}


def style_of(call: Call) -> Style:
    """Tell by its names what a client makes of what it is given."""
    root = call.path.lower().split(".")[0]
    if root.startswith("wp_"):
        return Style.FORM
    php = root.startswith("$") and len(root) > 1
    return Style.PHP if php else _STYLES.get(root, Style.OTHER)
