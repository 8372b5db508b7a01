"""What became of a call: did the very same one go well later?"""

from collections.abc import Iterator

from vippsdiag.evidence import Call, Evidence
from vippsdiag.exchange import Exchange, once


def went_well_later(evidence: Evidence, exchange: Exchange) -> bool:
    """Tell whether a call that failed was made again and answered well.

    Then the client did what it should, and nothing is left to mend.
    """
    return id(exchange) in _repeated(evidence)


@once
def _repeated(evidence: Evidence) -> frozenset[int]:
    return frozenset(_repeated_well(evidence))


def _repeated_well(evidence: Evidence) -> Iterator[int]:
    """Yield the identities of the failed calls that the same one follows, with success.

    It is read from the end, so that each call knows what came after it.
    """
    well: set[tuple[str, str]] = set()
    for exchange, request in reversed(list(evidence.calls())):
        what = request.method, request.url
        if exchange.ok:
            well.add(what)
        elif what in well:
            yield id(exchange)


@once
def _renewals(evidence: Evidence) -> tuple[int, ...]:
    """Return where among the exchanges a token was issued."""
    issued = {
        id(exchange)
        for exchange, _ in evidence.calls(Call.STANDARD_TOKEN, Call.SPECIALIZED_TOKEN)
        if exchange.ok
    }
    return tuple(
        place for place, one in enumerate(evidence.exchanges) if id(one) in issued
    )


def renewed_after(evidence: Evidence, exchange: Exchange) -> bool:
    """Tell whether a new token was fetched after a call, which then went well."""
    places = _renewals(evidence)
    if not places or not went_well_later(evidence, exchange):
        return False
    here = next(n for n, one in enumerate(evidence.exchanges) if one is exchange)
    return places[-1] > here
