"""Counting a part: each of its calls is diagnosed, and what is alike only once."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import lru_cache
from io import BytesIO

from vippsdiag.bulk import Bulk, Cause, causes_in
from vippsdiag.bulk.headers import is_plain_key
from vippsdiag.check import Severity
from vippsdiag.diagnosis import diagnose
from vippsdiag.errors import UnreadablePaste
from vippsdiag.evidence import Evidence
from vippsdiag.exchange import Exchange, Headers, Request, Response
from vippsdiag.importers.decode import chunks_of, text_of
from vippsdiag.importers.dumps.weblogs import read_weblogs
from vippsdiag.importers.har.entries import BROKEN, open_log
from vippsdiag.importers.har.exchanges import is_entry, to_exchange
from vippsdiag.importers.text import find_exchanges
from vippsdiag.importers.vipps import concerns
from vippsdiag.language import ENGLISH, speaking
from vippsdiag.render.pictures.calls import called, outcome
from vippsdiag.triage.cut import Part
from vippsdiag.triage.tally import EXAMPLES, UNEXPLAINED, Count, Tally

# Lines of a log that are looked at together, so that what belongs together is.
WINDOW = 200


class Memory:
    """What a process remembers of the parts of the same logs that it has counted.

    Attributes:
        run: what these logs are told apart by.
        bulk: the calls that it has seen.
    """

    def __init__(self, run: str) -> None:
        self.run = run
        self.bulk = Bulk()
        self._given: dict[str, list[tuple[int, int]]] = {}

    def wants(self, cause: str, part: Part) -> bool:
        """Tell whether a call may be one of the first examples of its cause.

        It is not if earlier parts gave enough of them.
        """
        place = (part.file, part.start)
        given = self._given.setdefault(cause, [])
        if sum(one < place for one in given) >= EXAMPLES:
            return False
        given.append(place)
        return True


@lru_cache(maxsize=2)
def _memory(run: str) -> Memory:
    return Memory(run)


def count_part(part: Part) -> Tally:
    """Count what is in a part."""
    return _Reader(part, _memory(part.run)).read()


class _Reader:
    """Reads one part."""

    def __init__(self, part: Part, memory: Memory) -> None:
        self.part, self.memory = part, memory
        self.tally = Tally(file=part.file)

    def read(self) -> Tally:
        """Count what is in the part."""
        if self.part.har:
            self._har()
        else:
            self._lines()
        return self.tally

    def _har(self) -> None:
        chunks = chunks_of(BytesIO(self.part.read()))
        for entry in open_log(chunks, lambda url, _: not concerns(url)).entries:
            self.tally.lines += 1
            if entry is not BROKEN and is_entry(entry):
                self._entry(json.dumps(entry).encode())

    def _lines(self) -> None:
        tally, waiting = self.tally, list[bytes]()
        for line in self.part.lines():
            tally.lines += 1
            if line.startswith(b"{") and self._entry(line):
                continue
            waiting.append(line.removesuffix(b"\n"))
            if len(waiting) >= WINDOW:
                self._texts(waiting)
        self._texts(waiting)

    def _entry(self, line: bytes) -> bool:
        """Count the exchange in a line; False if there is none."""
        try:
            verdict = self.memory.bulk.diagnose(line)
        except UnreadablePaste:
            return False
        sight = verdict.sight
        if sight is None:
            exchange = to_exchange(json.loads(line))
            self._exchange(exchange, verdict.causes, self.tally.lines)
            return True
        failed = sight.status == 0 or sight.status >= 400
        at, unit = _moment(sight.started), sight.msn or sight.client_id
        if count := self._call(verdict.causes, at, unit, failed=failed):
            self._example(
                count, self.tally.lines, lambda: to_exchange(json.loads(line))
            )
        return True

    def _call(
        self, causes: tuple[Cause, ...], at: float | None, unit: str, *, failed: bool
    ) -> Count | None:
        """Count a call; return the count of its cause, if it has one."""
        first = _first(causes) if causes else None
        cause = first.check.id if first else UNEXPLAINED if failed else ""
        self.tally.call(cause, at, unit)
        self.tally.failed += failed
        if not cause:
            return None
        count = self.tally.causes.get(cause)
        if count is None:
            count = self.tally.causes[cause] = Count(cause=cause)
        count.calls += 1
        count.units[unit] += 1
        count.see(at)
        if first:
            count.sure[first.confidence] += 1
        return count

    def _example(self, count: Count, line: int, read: Callable[[], Exchange]) -> None:
        """Keep a call as an example, if it may be one of the first."""
        if len(count.examples) < EXAMPLES and self.memory.wants(count.cause, self.part):
            exchange = read()
            # Other processes count too, and they speak English.
            with speaking(ENGLISH):
                words = f"{called(exchange)}: {outcome(exchange)}"
            count.examples.append((self.part.file, line, words))

    def _exchange(
        self, exchange: Exchange, causes: tuple[Cause, ...], line: int
    ) -> None:
        """Count an exchange that was read in full."""
        failed = bool(exchange.failure) or (exchange.status or 0) >= 400
        sent = exchange.request.headers if exchange.request else Headers()
        at = exchange.started.timestamp() if exchange.started else None
        if count := self._call(causes, at, _unit(sent), failed=failed):
            self._example(count, line, lambda: exchange)

    def _texts(self, waiting: list[bytes]) -> None:
        """Count what is told in lines that are no entries, and forget the lines."""
        before, text = self.tally.lines - len(waiting), b"\n".join(waiting)
        waiting.clear()
        if not concerns(text.decode("latin-1")):
            return
        for line, exchange in _told(text):
            self._exchange(exchange, _causes_of(exchange), before + line)


def _unit(sent: Headers) -> str:
    """Return what names the sales unit; what else stands there may be a secret."""
    for name in ("merchant-serial-number", "client_id"):
        value = str(sent.get(name) or "")
        if is_plain_key(name, value):
            return value
    return ""


def _first(causes: tuple[Cause, ...]) -> Cause | None:
    """Return the first cause above a note."""
    for one in causes:
        if one.check.severity is not Severity.NOTE:
            return one
    return None


def _told(text: bytes) -> Iterator[tuple[int, Exchange]]:
    try:
        lines = text_of(text).split("\n")
    except UnreadablePaste:
        return
    read = {find.first: find for find in read_weblogs(lines)}
    for number, find in read.items():
        if concerns(lines[number - 1]):
            yield from ((number, one) for one in find.exchanges)
        lines[number - 1] = ""
    rest = "\n".join(lines)
    if concerns(rest):
        for find in find_exchanges(rest).finds:
            yield from ((find.first, one) for one in find.exchanges)


def _causes_of(exchange: Exchange) -> tuple[Cause, ...]:
    """Diagnose an exchange of a log; what an access log tells, only once."""
    request, response = exchange.request, exchange.response
    if request is None or response is None or request.body or response.headers:
        return causes_in(diagnose(Evidence(exchanges=(exchange,))))
    headers = tuple((name, str(value)) for name, value in request.headers)
    return _alike(request.method, str(request.url), headers, exchange.status or 0)


@lru_cache(maxsize=1 << 14)
def _alike(
    method: str, url: str, headers: tuple[tuple[str, str], ...], status: int
) -> tuple[Cause, ...]:
    request = Request(method=method, url=url, headers=Headers(headers))
    exchange = Exchange(request=request, response=Response(status=status))
    return causes_in(diagnose(Evidence(exchanges=(exchange,))))


def _moment(text: str) -> float | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.timestamp() if moment.tzinfo else None
