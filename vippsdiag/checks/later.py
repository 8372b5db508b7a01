"""What became of a call: was it made again, and did it go well then?"""

from collections.abc import Iterable, Iterator

from vippsdiag.check import Result
from vippsdiag.evidence import Call, Evidence, Place
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

    It is read from the end, so that each call knows what came after it. What is sent
    to one address may be of two payments, so it is the same only with the same body.
    """
    well: set[tuple[str, str, str | None]] = set()
    for exchange, request in reversed(list(evidence.calls())):
        what = request.method, request.url, request.body or None
        if exchange.ok:
            well.add(what)
        elif what in well:
            yield id(exchange)


def renewed_after(evidence: Evidence, exchange: Exchange) -> bool:
    """Tell whether a new token was fetched after a call, which then went well."""
    renewed = id(exchange) in _before_renewal(evidence)
    return renewed and went_well_later(evidence, exchange)


@once
def _before_renewal(evidence: Evidence) -> frozenset[int]:
    """Return the identities of the exchanges after which a token was issued."""
    issued = {
        id(exchange)
        for exchange, _ in evidence.calls(Call.STANDARD_TOKEN, Call.SPECIALIZED_TOKEN)
        if exchange.ok
    }
    identities = [id(exchange) for exchange in evidence.exchanges]
    last = max((n for n, one in enumerate(identities) if one in issued), default=0)
    return frozenset(identities[:last])


def mended_later(evidence: Evidence, results: Iterable[Result]) -> frozenset[str]:
    """Return the ids of the checks that find nothing in any last attempt."""
    return frozenset(
        result.check.id
        for result in results
        if result.findings
        and all(_is_left_behind(evidence, item.place) for item in result.findings)
    )


def _is_left_behind(evidence: Evidence, place: Place | None) -> bool:
    """Tell whether what shows at a place was changed in a later attempt.

    A header that was sent in the same way again is not left behind.
    """
    exchange = place.exchange if place else None
    last = _last_attempts(evidence).get(id(exchange))
    if place is None or exchange is None or last is None:
        return False
    if place.part != "request header" or not (exchange.request and last.request):
        return True
    name = place.name or ""
    return exchange.request.headers.get(name) != last.request.headers.get(name)


@once
def _last_attempts(evidence: Evidence) -> dict[int, Exchange]:
    """Return, by the identity of each failed call, the last one to the same address."""
    last: dict[tuple[str, str], Exchange] = {}
    found = {}
    for exchange, request in reversed(list(evidence.calls())):
        final = last.setdefault((request.method, request.url), exchange)
        if final is not exchange and not exchange.ok:
            found[id(exchange)] = final
    return found
