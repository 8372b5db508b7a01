"""From the calls of a sales unit to the causes; what is alike is diagnosed once."""

import re
from collections.abc import Callable, Hashable, Iterator, Mapping

from vippsdiag.bulk.headers import ASKED, KEYS, is_plain_key
from vippsdiag.check import Report, Severity, Trial, Tried
from vippsdiag.checks.clocks import apart, date_in
from vippsdiag.diagnosis import diagnose
from vippsdiag.environments import Environment
from vippsdiag.evidence import Context, Evidence, Place
from vippsdiag.exchange import Exchange
from vippsdiag.fleet.unit import Cause
from vippsdiag.keys import KeySet
from vippsdiag.proof import weigh
from vippsdiag.secret import examine

# Ids, traces and times in an answer; no code of an error looks like them.
_OWN = re.compile(
    r"[0-9a-fA-F-]{12,}|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.\dZ]*|(?<=again in )\d+"
)
# What is tried without being asked for: it sends nothing to another host.
TRIED = frozenset({"secondary-key"})
# So many kinds of outcomes are remembered.
MOST_KINDS = 4096


def mark(exchange: Exchange, keys: KeySet) -> Hashable:
    """Return what stands for all answers like this one.

    Args:
        exchange: a call.
        keys: what it was called with; its own number and id do not count.
    """
    if exchange.response is None:
        return exchange.failure.kind if exchange.failure else None
    text = exchange.text
    for own in (keys.msn, keys.client_id):
        text = text.replace(str(own), "#") if own else text
    headers = (
        (name.lower(), value)
        for name, value in exchange.response.headers
        if name.lower() in ASKED or name.lower() == "content-type"
    )
    return exchange.status, _OWN.sub("*", text), tuple(sorted(headers))


class Judge:
    """Finds the causes of what was not reached; for several threads.

    Args:
        environment: the one that the keys are meant for.
    """

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._known: dict[Hashable, tuple[Cause, ...]] = {}
        self.diagnosed = 0

    def causes(
        self,
        keys: KeySet,
        token: Exchange | None,
        missed: Mapping[str, Exchange],
    ) -> tuple[Cause, ...]:
        """Return the causes that explain what was missed with the fewest of them.

        Args:
            keys: what was called with, the number included.
            token: the token call; None if it could not be sent.
            missed: each product that was not reached, with its call.
        """
        calls = [one for one in (token, *missed.values()) if one is not None]
        kind = (
            keys.kind,
            tuple(missed),
            tuple(_shapes(keys)),
            *(mark(one, keys) for one in calls),
            *map(_clock_off, calls),
        )
        known = self._known.get(kind)
        if known is None:
            known = self._in_full(keys, calls, missed)
            if len(self._known) < MOST_KINDS:
                self._known[kind] = known
        return known

    def proved(
        self, keys: KeySet, token: Exchange, make: Callable[[Trial], Tried]
    ) -> tuple[Cause, ...]:
        """Return the causes of a token call that failed, after what can be tried here.

        Args:
            keys: what was called with.
            token: the token call.
            make: makes a trial.
        """
        report = self._report(keys, [token])
        for trial in report.trials:
            if trial.id in TRIED and not trial.lacking:
                report = weigh(report, make(trial))
        return fewest(list(_candidates(report, {})), {""})

    def _in_full(
        self, keys: KeySet, calls: list[Exchange], missed: Mapping[str, Exchange]
    ) -> tuple[Cause, ...]:
        report = self._report(keys, calls)
        return fewest(list(_candidates(report, missed)), set(missed) or {""})

    def _report(self, keys: KeySet, calls: list[Exchange]) -> Report:
        self.diagnosed += 1
        context = Context(environment=self._environment, kind=keys.kind)
        return diagnose(Evidence(keys=keys, exchanges=tuple(calls), context=context))


def _clock_off(exchange: Exchange) -> bool:
    headers = exchange.response.headers if exchange.response else None
    date = headers.get("Date") if headers else None
    return bool(apart(exchange.started, date_in(date or "")))


def _shapes(keys: KeySet) -> Iterator[Hashable]:
    """Yield of each value whether it is as it should be; if not, the value counts."""
    for name, value in keys.values():
        header = name.header.lower()
        plain = header in KEYS and examine(value, lambda raw: is_plain_key(header, raw))  # noqa: B023 - asked at once
        own_length = len(value) if name.attribute == "msn" else 0
        yield (name, plain, own_length) if plain else (name, value)


def _candidates(report: Report, missed: Mapping[str, Exchange]) -> Iterator[Cause]:
    for check, finding in report.ranked:
        if check.severity is Severity.ERROR:
            yield Cause(
                check=check.id,
                confidence=finding.confidence,
                product=_product(finding.place, missed),
            )


def _product(place: Place | None, missed: Mapping[str, Exchange]) -> str:
    """Return the one product that a finding is about; empty if it is about all calls.

    What was sent is the same in every call of a unit; what was answered is not.
    """
    if place is None or not place.part.startswith("response"):
        return ""
    return next((name for name, one in missed.items() if one is place.exchange), "")


def fewest(candidates: list[Cause], missed: set[str]) -> tuple[Cause, ...]:
    """Return the fewest causes that explain what was missed, the surest of those.

    Several that explain the same, and are as sure, all stay.
    """
    chosen: dict[Cause, None] = {}
    left = set(missed)
    while left:
        best = max((_worth(one, left) for one in candidates), default=(0, 0))
        if best[0] == 0:
            break
        equal = [one for one in candidates if _worth(one, left) == best]
        chosen |= dict.fromkeys(one for one in equal if one.product == equal[0].product)
        left -= {equal[0].product} if equal[0].product else left
    return tuple(chosen)


def _worth(cause: Cause, left: set[str]) -> tuple[int, int]:
    explains = left & {cause.product} if cause.product else left
    return len(explains), -cause.confidence.rank
