"""What the calls of a program do to the request that it puts together."""

from typing import Any

from vippsdiag.importers.code.functions import body_of, value_of
from vippsdiag.importers.code.makers import makes
from vippsdiag.importers.code.options import Style, method_of
from vippsdiag.importers.code.program import RESPONSE, Program
from vippsdiag.importers.code.senders import give, sends
from vippsdiag.importers.code.setters import SETTERS
from vippsdiag.importers.code.values import Call, Name

_SENDERS = frozenset(
    """asjson asjsonasync asstring asstringasync curlexec do enqueue exchange execute
    executeasync getinputstream getresponse getresponsecode newcall sendasync urlopen
    datatask retrieve""".split()
)


def called(program: Program, call: Call) -> Any:
    """Return what a call returns; what it does to a request is taken down."""
    name = call.name.lower().replace("_", "")
    receiver = f"{call.path} {call.on.text if isinstance(call.on, Name) else ''}"
    if (body := body_of(call)) is not None:
        return body
    if isinstance(call.on, dict | list):
        return value_of(call)
    program.use(call.path)
    if not RESPONSE.search(receiver.rpartition(".")[0]):
        for does in (_does, makes, sends):
            if does(program, call, name):
                return Name(call.path)
    return value_of(call)


def _does(program: Program, call: Call, name: str) -> bool:
    """Take down what a method sets; False if it is no such method."""
    does = None if call.made else SETTERS.get(name)
    if name == "exchange" and program.is_address(call.at(0)) and len(call.given) > 2:
        draft = program.open(call.given[0], method_of(call.given[1]))
        give(draft, call.given[2:3], Style.OTHER)
        draft.sent = True
        return True
    if does is None:
        if name in _SENDERS:
            program.draft.sent = program.draft.url is not None
            return bool(program.draft.sent)
        return False
    return does(program, call)
