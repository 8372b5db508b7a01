"""Two requests line by line: what was sent beside what works, and how they compare."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from vippsdiag.calls import KnownCall
from vippsdiag.compare import (
    ADDRESS,
    METHOD,
    STATUS,
    TYPE,
    Comparison,
    Difference,
)
from vippsdiag.exchange import Exchange, Headers, Request
from vippsdiag.keys import field_named
from vippsdiag.language import mark


class State(StrEnum):
    """How a line of one compares with that of the other; the value is what is said.

    That a key is there and has the right form does not say that it is the right one.
    """

    SAME = mark("the same")
    THERE = mark("is there")
    DIFFERS = mark("differs")
    MISSING = mark("missing")
    UNSHOWN = mark("not shown")
    MISNAMED = mark("has another name")
    UNWANTED = mark("does not belong there")
    FREE = mark("may be there")
    PASSING = mark("differs from call to call")

    @property
    def matters(self) -> bool:
        """Whether it can be why the call failed."""
        return self in {
            State.DIFFERS,
            State.MISSING,
            State.MISNAMED,
            State.UNWANTED,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line.

    Attributes:
        part: ``method``, ``address``, ``status`` or ``header``.
        name: of the header; None for the others.
        left: what was sent or answered, secrets masked; None for nothing.
        right: what a call that works has there; None for nothing.
        state: how the two compare.
    """

    part: str
    name: str | None = None
    left: str | None
    right: str | None
    state: State


# What differs from call to call and shows nothing.
_PASSING = frozenset(
    """age content-length date etag expires idempotency-key request-context
    set-cookie traceparent x-cache x-request-id""".split()
)


# What differs, by its part and name; what was put into a line is taken out.
_Told = dict[tuple[str, str], Difference]


def with_known(found: Comparison) -> tuple[Line, ...]:
    """Return a request beside the known-good call."""
    return tuple(_known(found))


def _known(found: Comparison) -> Iterator[Line]:
    request = found.exchange.request
    if request is None:
        return
    told = {(one.part, (one.name or "").lower()): one for one in found.differences}
    yield from _known_address(request, told)
    yield from _known_headers(request, found.known, told)
    for one in told.values():
        state = State.MISSING if one.shown else State.UNSHOWN
        yield Line(
            part="header", name=one.name, left=None, right=one.right, state=state
        )


def _known_address(request: Request, told: _Told) -> Iterator[Line]:
    address = str(request.url).partition("?")[0]
    for part, sent in ((METHOD, request.method), (ADDRESS, address)):
        if not sent:
            continue  # a line of a log may not tell the method
        one = told.pop((part, ""), None)
        right = one.right if one else sent
        state = State.DIFFERS if one else State.SAME
        yield Line(part=part, left=sent, right=right, state=state)


def _known_headers(request: Request, known: KnownCall, told: _Told) -> Iterator[Line]:
    needed = {name.lower(): words for name, words in known.needs}
    if known.content_type:
        needed.setdefault(TYPE.lower(), known.content_type)
    lacking = {one.name for one in told.values() if one.sent is None}
    for name, value in request.headers:
        meant = field_named(name)
        if meant and meant.header in lacking and name.lower() not in needed:
            yield Line(
                part="header",
                name=name,
                left=str(value),
                right=meant.header,
                state=State.MISNAMED,
            )
            continue
        one = told.pop(("header", name.lower()), None)
        right = (one.right if one else None) or needed.get(name.lower())
        yield _header(name, str(value), right, differs=one is not None)


def _header(name: str, left: str, right: str | None, *, differs: bool) -> Line:
    if differs:
        state = State.DIFFERS if right else State.UNWANTED
    else:
        state = State.THERE if right else State.FREE
    return Line(part="header", name=name, left=left, right=right, state=state)


def worked_alike(exchange: Exchange, others: tuple[Exchange, ...]) -> Exchange | None:
    """Return the last call of the same method and path that succeeded; None if none."""
    request = exchange.request
    found = (
        one
        for one in reversed(others)
        if request and one.request and one.ok and one is not exchange
        if (one.request.method, one.request.path) == (request.method, request.path)
    )
    return next(found, None)


def with_other(exchange: Exchange, worked: Exchange) -> tuple[Line, ...]:
    """Return a call beside one that succeeded, the answers too."""
    sent, right = exchange.request, worked.request
    lines: list[Line] = []
    if sent and right:
        lines.append(_line(ADDRESS, None, str(sent.url), str(right.url)))
        lines += _headers(sent.headers, right.headers)
    lines.append(_line(STATUS, None, _status(exchange), _status(worked)))
    if exchange.response and worked.response:
        lines += _headers(exchange.response.headers, worked.response.headers)
    return tuple(lines)


def _status(exchange: Exchange) -> str | None:
    return None if exchange.status is None else str(exchange.status)


def _headers(left: Headers, right: Headers) -> Iterator[Line]:
    names = {name.lower(): name for name, _ in (*right, *left)}
    for name in names.values():
        yield _line("header", name, left.get(name), right.get(name))


def _line(part: str, name: str | None, left: str | None, right: str | None) -> Line:
    if left == right:
        state = State.SAME
    elif name and name.lower() in _PASSING:
        state = State.PASSING
    elif left is None:
        state = State.MISSING
    else:
        state = State.DIFFERS if right is not None else State.UNWANTED
    shown = [None if one is None else str(one) for one in (left, right)]
    return Line(part=part, name=name, left=shown[0], right=shown[1], state=state)
