"""How a call is named in a picture: what was called, and what came of it."""

from vippsdiag.exchange import Exchange
from vippsdiag.render.pictures.amounts import UNKNOWN, plain


def called(exchange: Exchange) -> str:
    """Return the method, the path and the host."""
    request = exchange.request
    if request is None:
        return "A call that is not known"
    host = f" at {request.host}" if request.host else ""
    return plain(f"{request.method} {request.path}{host}")


def outcome(exchange: Exchange) -> str:
    """Return the status with its words, or why there is none."""
    if exchange.failure:
        return f"no answer ({exchange.failure.kind})"
    response = exchange.response
    if response is None or response.status is None:
        return f"status {UNKNOWN}"
    return plain(f"{response.status} {response.reason}")


def went_well(exchange: Exchange) -> bool | None:
    """Tell whether a call succeeded; None if it is not known."""
    if exchange.failure:
        return False
    return None if exchange.status is None else exchange.status < 400
