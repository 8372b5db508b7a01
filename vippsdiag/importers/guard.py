"""The door of every importer: nothing of what it read gets out with an error."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from vippsdiag.errors import UnreadablePaste
from vippsdiag.language import mark, say

Paste = TypeVar("Paste")
Read = TypeVar("Read")

# How the message of an error begins that is ours and not the paste's.
FAULT = "vippsdiag could not read this"


def guarded(read: Callable[[Paste], Read]) -> Callable[[Paste], Read]:
    """Make a reader raise nothing but `UnreadablePaste`, with no frame that saw text.

    IPython's verbose tracebacks print the local variables of every frame, so the
    frames that held the raw text are dropped and the argument is forgotten.
    """

    @wraps(read)
    def reader(paste: Paste) -> Read:
        failure: BaseException
        try:
            return read(paste)
        except UnreadablePaste as error:
            failure = UnreadablePaste(error.args[0], error.hint)
        except KeyboardInterrupt:
            failure = KeyboardInterrupt()
        except Exception as error:  # noqa: BLE001 - its text may hold a secret
            failure = UnreadablePaste(
                say(
                    "vippsdiag could not read this ({error}).",
                    error=type(error).__name__,
                ),
                mark("Paste a smaller part of it, and report this."),
            )
        del paste
        raise failure

    return reader
