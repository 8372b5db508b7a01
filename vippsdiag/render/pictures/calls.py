"""How a call is named in a picture: what was called, and what came of it."""

from vippsdiag.exchange import Exchange
from vippsdiag.language import several, tr
from vippsdiag.products import found_nothing
from vippsdiag.render.pictures.amounts import plain


def called(exchange: Exchange) -> str:
    """Return the method, the path and the host."""
    request = exchange.request
    if request is None:
        return tr("A call that is not known")
    what = f"{request.method} {request.path}".lstrip()
    if request.host:
        what = tr("{call} at {host}", call=what, host=request.host)
    return plain(what)


def outcome(exchange: Exchange) -> str:
    """Return the status with its words, or why there is none."""
    if exchange.failure:
        return tr("no answer ({kind})", kind=exchange.failure.kind)
    response = exchange.response
    if response is None or response.status is None:
        return tr("status not known")
    return plain(f"{response.status} {response.reason}")


def went_well(exchange: Exchange) -> bool | None:
    """Tell whether a call did what it was to do; None if it is not known."""
    if exchange.failure:
        return False
    if exchange.status is None:
        return None
    return exchange.status < 400 or found_nothing(exchange)


def left_out(number: int) -> str:
    """Return how many calls are not shown; empty if all are."""
    told = several(
        "{count:,} more call not shown.", "{count:,} more calls not shown.", number
    )
    return told if number > 0 else ""
