"""An exercise out of a real report: the call that failed, played in the sandbox.

The diagnosis says what is wrong. What the call itself shows is kept, with the values
of a seat in the places of the report's. What it does not show, such as that a key is
another environment's, is set up by a table. Either is tried before it is handed out.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from vippsdiag.check import Check, Ranked
from vippsdiag.diagnosis import diagnose
from vippsdiag.environments import Environment
from vippsdiag.errors import VippsdiagError
from vippsdiag.evidence import Call, Context, Evidence, call_of
from vippsdiag.exchange import Exchange, Request
from vippsdiag.language import mark, say
from vippsdiag.sandbox.exercises import ecom, flaws, login, payments, setups
from vippsdiag.sandbox.exercises.attempt import Attempt
from vippsdiag.sandbox.exercises.bench import Bench
from vippsdiag.sandbox.exercises.calls import PAYMENT
from vippsdiag.sandbox.exercises.catalogue import EXERCISES
from vippsdiag.sandbox.exercises.exercise import Exercise, ok
from vippsdiag.sandbox.exercises.flaws import AUTHORIZATION
from vippsdiag.sandbox.exercises.own import Own
from vippsdiag.sandbox.exercises.retold import operation, retold
from vippsdiag.sandbox.gateway.call import MSN
from vippsdiag.sandbox.keys.units import Unit
from vippsdiag.sandbox.simulator import Sandbox


class Unplayable(VippsdiagError):  # noqa: N818 - it is a sentence for people
    """The sandbox cannot play a report; the sentence says why."""


def from_exchange(exchange: Exchange, context: Context | None = None) -> Exercise:
    """Return an exercise that begins as a report does.

    Args:
        exchange: a call that failed, with its answer.
        context: what is known about it beside.

    Raises:
        Unplayable: the sandbox cannot play it; the sentence says why.
    """
    told = context or Context()
    report = exchange.request
    if report is None:
        raise Unplayable(
            mark("There is an answer, but no call that could be made again.")
        )
    if exchange.ok:
        raise Unplayable(mark("This call succeeded, so there is nothing to mend."))
    found = _cause(exchange, told)
    if exchange.status is None and found.id != UNKNOWN_HOST:
        raise Unplayable(
            mark("There is no answer to this call, and the sandbox always gives one.")
        )
    try:
        exercise = _exercise(report, found, told)
        _try(exercise, exchange)
    except Unplayable:
        known = next(_alike(exchange, found), None)
        if known is None:
            raise
        return known
    return exercise


def from_evidence(evidence: Evidence) -> Exercise:
    """Return an exercise that begins as the failing call of a report does.

    Of several, it is the one that the diagnosis is surest about.

    Raises:
        Unplayable: none failed, or the sandbox cannot play it.
    """
    places = (finding.place for _, finding in diagnose(evidence).ranked)
    named = (place.exchange for place in places if place and place.exchange)
    failed = (exchange for exchange in (*named, *evidence.exchanges) if not exchange.ok)
    first = next(failed, None)
    if first is None:
        raise Unplayable(mark("There is no failing call in this report."))
    return from_exchange(first, evidence.context)


def _alike(exchange: Exchange, found: Check) -> Iterator[Exercise]:
    """Yield exercises in which the same call fails in the same place."""
    seen, sandbox = _seen_first(exchange), Sandbox()
    for exercise in EXERCISES:
        if found.id != exercise.causes[0] or exchange.request is None:
            continue
        failing = Attempt(exercise, sandbox).failing
        if failing.request is None or failing.status != exchange.status:
            continue
        same = _parts(failing.request) == _parts(exchange.request)
        if same and seen == _seen_first(failing):
            yield exercise


def _parts(call: Request) -> tuple[str, bool, bool]:
    """Return the operation, and in which parts of a call something is."""
    return operation(call), AUTHORIZATION in call.headers, bool(call.body)


def _seen_first(exchange: Exchange) -> tuple[str, str]:
    """Return what the first finding says, and where it shows."""
    ranked = _ranked(exchange, Context())
    finding = ranked[0][1] if ranked else None
    place = finding.place.words if finding and finding.place else ""
    return (finding.message if finding else "", place)


def _ranked(exchange: Exchange, told: Context) -> tuple[Ranked, ...]:
    evidence = Evidence(exchanges=(exchange,), context=told, now=exchange.started)
    return diagnose(evidence).ranked


def _cause(exchange: Exchange, told: Context) -> Check:
    ranked = _ranked(exchange, told)
    if not ranked:
        raise Unplayable(
            mark("No cause is found in this report, so there is none to play.")
        )
    return ranked[0][0]


def _exercise(report: Request, found: Check, told: Context) -> Exercise:
    told_again = _Report(report=report, cause=found.id)

    def prepare(bench: Bench) -> None:
        bench.context = told
        if found.id == "waf-blocked":
            bench.refused_agent = report.headers.get("User-Agent") or ""

    begins = call_of(report) is Call.LOGIN and report.path.endswith("/auth")
    return Exercise(
        id=f"report-{found.id}",
        title="A call from a report",
        story="This call is from a report, with keys of the sandbox in the places of "
        "its own. It is answered as it was there.",
        goal="Make this call succeed.",
        nudges=("Who answers, and what does the answer speak of?", found.title),
        causes=(found.id,),
        prepare=prepare,
        call=told_again.healthy,
        instead=_way_to_play(found, told_again),
        works=login.led_on if begins else ok,
        source="a report",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Report:
    """A report's call, and its cause."""

    report: Request
    cause: str

    @property
    def environment(self) -> Environment:
        """Where it went; a host that is none of the API's is taken for test."""
        return self.report.environment or Environment.TEST

    def caller(self, bench: Bench) -> Unit:
        """Return whose call it would be if it were right."""
        kind = call_of(self.report)
        if self.cause in OF_PARTNERS:
            return bench.partner
        specialized = kind is Call.SPECIALIZED_TOKEN
        if specialized is not (self.cause == "wrong-token-flow"):
            return bench.accountant
        return bench.test if self.environment is Environment.TEST else bench.shop

    def healthy(self, bench: Bench) -> Request:
        """Return a call of the same kind that works."""
        return self.made_by(bench, self.caller(bench))

    def made_by(self, bench: Bench, unit: Unit) -> Request:
        """Return such a call with the keys of a unit."""
        kind = call_of(self.report)
        if kind is Call.LOGIN and self.report.path.endswith("/auth"):
            return login.begun(bench, unit=unit)
        if kind is Call.LOGIN:
            return login.exchanged(bench, unit=unit)
        if kind is Call.API:
            return self._api_call(bench, unit)
        if unit.kind.specialized:
            return bench.specialized_call(unit)
        return bench.token_call(unit)

    def _api_call(self, bench: Bench, unit: Unit) -> Request:
        served = operation(self.report)
        if served in CREATIONS:
            return CREATIONS[served](bench, unit)
        path = WEBHOOKS
        if served == READING:
            path = PAYMENT
        elif self.report.method == "GET" and served and "{" not in served:
            path = served
        elif served:
            raise Unplayable(mark("There is no working call of this kind to lead to."))
        elif self.cause not in WRONG_PLACES:
            raise Unplayable(
                say("The sandbox does not serve {path}.", path=self.report.path)
            )
        elif "payment" in self.report.path:
            path = PAYMENT
        accept = self.report.headers.get("Accept")
        msn = self.number(bench, unit)
        return bench.api_call(unit, path, headers={MSN: msn, "Accept": accept})

    def number(self, bench: Bench, unit: Unit) -> str:
        """Return the sales unit that a unit calls for."""
        return unit.msn or bench.shop.msn

    def replayed(self, bench: Bench) -> Request:
        """Return the report's call with the seat's own values."""
        healthy, unit = self.healthy(bench), self.caller(bench)
        needs_code = call_of(self.report) is Call.LOGIN and healthy.method == "POST"
        own = Own(
            unit=unit,
            token=bench.token(unit),
            msn=self.number(bench, unit),
            redirect_uri=unit.redirect_uris[0],
            code=login.new_code(bench, unit) if needs_code else "",
        )
        call = retold(self.report, own, healthy)
        if self.cause != UNKNOWN_HOST:
            return call
        return flaws.at_path(call, flaws.base(call), flaws.base(self.report))

    def with_keys_of(self, bench: Bench, unit: Unit) -> Request:
        """Return the call that works, but with another unit's keys."""
        call = self.made_by(bench, unit)
        here, there = (
            bench.url(environment, "")
            for environment in (unit.environment, self.environment)
        )
        return replace(call, url=there + flaws.address(call).removeprefix(here))


UNKNOWN_HOST = "host-unknown"
WEBHOOKS = "/webhooks/v1/webhooks"
READING = payments.PAYMENTS + "/{reference}"
CREATIONS: Mapping[str, Callable[[Bench, Unit], Request]] = {
    payments.PAYMENTS: payments.create,
    ecom.PAYMENTS: ecom.initiate,
}
# What is wrong is where a call went, so that nothing is served there.
WRONG_PLACES = frozenset({"api-path-wrong", "api-version-retired", UNKNOWN_HOST})
OF_PARTNERS = frozenset({"msn-missing-partner", "msn-not-connected-to-partner"})


def _way_to_play(found: Check, report: _Report) -> Callable[[Bench], Request]:
    """Return what makes the failing call.

    Raises:
        Unplayable: there is no way.
    """
    name = found.id
    if name in setups.SHOWN:
        return report.replayed
    if name in setups.WITH_KEYS:
        return lambda bench: report.with_keys_of(bench, setups.WITH_KEYS[name](bench))
    if name in setups.WITH_TOKEN:
        return lambda bench: flaws.with_value(
            report.healthy(bench),
            AUTHORIZATION,
            f"Bearer {setups.WITH_TOKEN[name](bench, report.caller(bench))}",
        )
    if name in setups.WITH_VALUE:
        return lambda bench: setups.WITH_VALUE[name](bench, report.healthy(bench))
    # The title of a check is translated with its id, and stays as it is here.
    raise Unplayable(
        say("The sandbox cannot play this cause: {title}", title=found.title)
    )


def _try(exercise: Exercise, exchange: Exchange) -> None:
    """See that an exercise fails as its report did, and that it can be solved.

    Raises:
        Unplayable: it does not, or cannot.
    """
    attempt = Attempt(exercise, Sandbox())
    status = attempt.failing.status
    if status != exchange.status:
        raise Unplayable(
            say(
                "The sandbox answers this call with {status}, and in the report it was "
                "{reported}.",
                status=status,
                reported=exchange.status,
            )
        )
    ranked = attempt.diagnosis().ranked
    if not ranked or ranked[0][0].id != exercise.causes[0]:
        raise Unplayable(
            mark("In the sandbox, this call would look like another cause.")
        )
    if not exercise.works(attempt.bench.send(exercise.call(attempt.bench))):
        raise Unplayable(
            mark("The sandbox does not serve the call that this should become.")
        )
