"""Calls that make a client, a connection or a request, before anything is sent."""

import re
from collections.abc import Callable
from typing import Any

from vippsdiag.importers.code.options import Style, method_of
from vippsdiag.importers.code.program import Program
from vippsdiag.importers.code.values import Call, Name, text_of

VERBS = frozenset("get post put patch delete head options".split())
_VERB_OBJECT = re.compile(r"http(get|post|put|patch|delete|head|options)")


# What clients call the address that theirs begin with.
_BASES = ("baseurl", "baseuri", "baseaddress", "prefixurl")


def makes(program: Program, call: Call, name: str) -> bool:
    """Take down what is made; False if it is another call."""
    if isinstance(call.on, str):
        return name == "openconnection" and _opened(program, call.on)
    verb = _VERB_OBJECT.fullmatch(name) if call.made else None
    if verb and program.is_address(call.at(0)):
        program.open(call.given[0], verb[1])
        return True
    maker = _MAKERS.get(name)
    return maker is not None and maker(program, call)


def _opened(program: Program, address: str) -> bool:
    """Java: ``url.openConnection()``."""
    if not program.is_address(address):
        return False
    program.open(address, None)
    return True


def _connection(program: Program, call: Call) -> bool:
    """Python: ``HTTPSConnection(host)``."""
    scheme = call.name.lower().removesuffix("connection")
    program.base = f"{scheme}://{text_of(call.at(0, 'host'))}"
    return True


def _client(program: Program, call: Call) -> bool:
    """Take down the address and the headers that a client has for every request."""
    first = call.at(0, "url")
    options = first if isinstance(first, dict) else call.named
    plain = {key.lower().replace("_", ""): one for key, one in options.items()}
    address = next(filter(None, map(plain.get, _BASES)), None)
    if isinstance(first, str) and program.is_address(first) and _names_base(call):
        address = first
    if address is None and "headers" not in plain:
        return False
    program.make()
    program.base = program.draft.base = text_of(address)
    program.defaults.add_headers(plain.get("headers"))
    return True


def _names_base(call: Call) -> bool:
    return call.path != "URI.create" and (call.made or "." in call.path)


def _fresh(program: Program, call: Call) -> bool:
    """A client that knows nothing of the one before it."""
    program.make()
    return _client(program, call) or call.made


def _builder(program: Program, call: Call) -> bool:
    """What a request is built with; another one may be in hand."""
    if "Form" in call.path or "Headers" in call.path or "Multipart" in call.path:
        return False
    if program.draft.url is not None or program.draft.sent:
        program.next()
    if program.is_address(call.at(0)):
        program.open(call.given[0], None)
    return True


def _new(program: Program, call: Call) -> bool:
    """Ruby: ``Net::HTTP::Post.new(url)``, ``Net::HTTP.new(host)``, ``Faraday.new``."""
    made = call.path.split(".")[-2:][0].lower()
    first = call.at(0)
    if made == "faraday":
        return _client(program, call)
    if made == "http" and isinstance(first, str):
        program.base = first if "://" in first else f"https://{first}"
        return True
    if made not in VERBS or not program.is_address(first):
        return False
    program.open(first, made).add_headers(call.at(1))
    return True


def _rest(program: Program, call: Call) -> bool:
    """RestSharp: an address and a method, in either order."""
    methods = [one for one in call.given if isinstance(one, Name)]
    texts = [one for one in call.given if isinstance(one, str)]
    method = method_of(methods[0]) if methods else None
    program.open(texts[0] if texts else "", method or "GET")
    return True


def _option(program: Program, call: Call) -> bool:
    """PHP: ``curl_setopt($handle, option, value)``."""
    if len(call.given) < 3:
        return False
    option: Any = call.given[1]
    name = option.text if isinstance(option, Name) else text_of(option)
    program.options({name: call.given[2]}, Style.CURL)
    return True


def _options(program: Program, call: Call) -> bool:
    """PHP: ``curl_setopt_array($handle, options)``."""
    options = call.at(1)
    if not isinstance(options, dict):
        return False
    program.options(options, Style.CURL)
    return True


_MAKERS: dict[str, Callable[[Program, Call], bool]] = {
    **dict.fromkeys(("httpsconnection", "httpconnection"), _connection),
    **dict.fromkeys(
        "client create extend restclient restclientoptions".split(), _client
    ),
    **dict.fromkeys(
        "asyncclient clientsession session httpclient okhttpclient".split(), _fresh
    ),
    **dict.fromkeys("builder newbuilder curlinit".split(), _builder),
    "new": _new,
    "restrequest": _rest,
    "curlsetopt": _option,
    "curlsetoptarray": _options,
}
