"""Every documented operation that is served, held against the official files."""

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty

import calls_payments as payments
import calls_recurring as recurring
import calls_services as services
import pytest
import requests
from caller import Caller, NotServedError
from conftest import Results
from exceptions import DEVIATIONS, NOT_SERVED, deviation, not_served
from observing import Observed, is_served
from official import FILES, MERCHANTS_OWN, Edition
from readings import GENERAL, READINGS
from serving import PRODUCTION, TEST, UNITS, Served

pytestmark = pytest.mark.conformance

# What calls fail with: an answer of another kind than expected, or none.
TROUBLE = (AssertionError, LookupError, TypeError, ValueError, OSError, Empty)
ACCOUNTANT = UNITS["Accounting partner"]
CALLS: dict[Callable[[Caller], None], str] = {
    payments.epayment: TEST.name,
    payments.epayment_with_everything: TEST.name,
    payments.epayment_refusals: TEST.name,
    payments.ecom: TEST.name,
    payments.checkout: TEST.name,
    payments.psp: TEST.name,
    recurring.agreements: TEST.name,
    recurring.charges: TEST.name,
    recurring.recurring_refusals: TEST.name,
    services.webhooks: TEST.name,
    services.login: TEST.name,
    services.ciba: TEST.name,
    services.userinfo: TEST.name,
    services.qr_redirect: TEST.name,
    services.qr_callback: TEST.name,
    services.qr_payment: TEST.name,
    services.qr_exchange: TEST.name,
    services.orders: PRODUCTION.name,
    services.orders_of_old: PRODUCTION.name,
    services.categories: PRODUCTION.name,
    services.reports: PRODUCTION.name,
    services.report_of_old: PRODUCTION.name,
    services.management: PRODUCTION.name,
    services.management_of_a_partner: UNITS["Partner"].name,
    services.sales_unit: PRODUCTION.name,
    services.partner: UNITS["Partner"].name,
    services.check_in: TEST.name,
    services.specialized_token: ACCOUNTANT.name,
}


@dataclass
class Outcome:
    """What became of all the calls."""

    observed: list[Observed] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)
    stopped: dict[str, str] = field(default_factory=dict)

    def of(self, edition: Edition, operation: str) -> list[Observed]:
        """Return what was observed of one operation."""
        wanted = (edition.file, operation)
        return [o for o in self.observed if (o.edition.file, o.operation) == wanted]


@pytest.fixture(scope="module")
def outcome(editions: dict[str, Edition], sandbox: Served) -> Outcome:
    """All calls, made once."""
    made = Outcome()
    tokens: dict[str, str] = {}
    for script, name in CALLS.items():
        unit = UNITS[name]
        call = Caller(served=sandbox, unit=unit, editions=editions.values())
        call.observed = made.observed
        try:
            if unit.primary:
                call.token = tokens.get(name) or services.standard_token(call)
                tokens[name] = call.token
            script(call)
        except NotServedError as error:
            made.stopped[script.__name__] = str(error)
        except TROUBLE as error:
            made.problems[script.__name__] = f"{type(error).__name__}: {error}"
    return made


@pytest.mark.parametrize("name", [script.__name__ for script in CALLS])
def test_the_calls_are_answered_as_expected(name: str, outcome: Outcome) -> None:
    assert outcome.problems.get(name) is None


@pytest.mark.parametrize("file", FILES)
def test_what_is_served_is_as_documented(
    file: str, outcome: Outcome, results: Results, editions: dict[str, Edition]
) -> None:
    edition = editions[file]
    served = [o for o in edition.operations if is_served(o.method, o.template)]
    silent, faults, named = [], set(), set()
    for operation in served:
        seen = outcome.of(edition, str(operation))
        if not any(observed.status < 400 for observed in seen):
            silent.append(str(operation))
        for status, fault in {(o.status, fault) for o in seen for fault in o.faults}:
            if reason := deviation(file, str(operation), fault):
                named.add(reason)
            else:
                faults.add(f"{operation} {status}: {fault[:300]}")
    row = (
        f"{len(served)}/{len(edition.operations)} served",
        f"{len(served) - len(silent)} validated",
        f"{len(faults)} faults",
        f"{len(named)} named deviations",
    )
    results.setdefault("Official OpenAPI files", []).append((edition.title, file, *row))
    assert faults == set()
    assert silent == [], "served, but nothing here calls it with success"


def test_every_official_file_is_read(official: Path) -> None:
    folder = official / "openapi"
    found = {path.relative_to(folder).as_posix() for path in folder.glob("*.yaml")}
    newer = {f"newer/{path.name}" for path in (folder / "newer").glob("*.yaml")}
    assert found | newer == {*FILES, *MERCHANTS_OWN}


def test_what_is_not_served_is_listed_with_a_reason(
    editions: dict[str, Edition], results: Results
) -> None:
    """A product that is served has no business in the list any more."""
    served, missing = set(), defaultdict(set)
    for edition in editions.values():
        for operation in edition.operations:
            if is_served(operation.method, operation.template):
                served.add(str(operation))
            else:
                missing[not_served(str(operation))].add(str(operation).lower())
    unlisted = missing.pop(None, set())
    results["Documented, but not served"] = [
        (listed, f"{len(missing[listed])} operations", NOT_SERVED[listed])
        for listed in sorted(missing)
    ]
    assert unlisted == set()
    assert set(NOT_SERVED) - set(missing) == set()
    assert [operation for operation in served if not_served(operation)] == []


def test_every_deviation_is_met(outcome: Outcome, results: Results) -> None:
    """What was mended in the sandbox is no deviation any more."""
    called, met = set(), set()
    for observed in outcome.observed:
        file, operation = observed.edition.file, observed.operation
        called |= {d for d in DEVIATIONS if d.file == file and d.operation in operation}
        met |= {deviation(file, operation, fault) for fault in observed.faults}
    rows = [(found.file, found.operation, found.reason) for found in DEVIATIONS]
    rows += [
        (read.file, "/".join(map(str, read.place[2:])), read.reason)
        for read in READINGS
    ]
    rows += [("every file", "", reason) for reason in GENERAL]
    results["Named deviations, and readings of the files"] = rows
    assert called - met == set()


GOOD = {
    "reference": "order-12345",
    "redirectUrl": "https://example.com",
}
FAULTS: dict[str, tuple[dict[str, object], str]] = {
    "a name that is missing": (
        {"redirectUrl": "x"},
        "'reference' is a required property",
    ),
    "a name too many": (GOOD | {"token": "x"}, "('token' was unexpected)"),
    "a value of another form": (GOOD | {"reference": "x"}, "'x' is too short"),
    "no fault": (GOOD, ""),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_an_answer_that_is_not_as_documented_is_found(
    fault: str, editions: dict[str, Edition]
) -> None:
    body, expected = FAULTS[fault]
    url = "https://apitest.vipps.no/epayment/v1/payments"
    answer = requests.Response()
    answer.status_code = 201
    answer.headers["Content-Type"] = "application/json"
    answer._content = json.dumps(body).encode()  # the only way to make one
    request = requests.Request("POST", url).prepare()
    found = list(editions["newer/epayment.yaml"].faults(request, answer))
    assert found[0].startswith("request: Security not found")
    told = "".join(text for text in found if text.startswith("answer"))
    assert expected in told
    assert bool(told) == bool(expected)
