"""Trials: which are planned, how they are made, and what they prove."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import requests

from vippsdiag.check import Confidence, Outcome, Report, Tried
from vippsdiag.client import Client
from vippsdiag.client.pace import seconds_to_wait
from vippsdiag.diagnosis import diagnose
from vippsdiag.environments import Environment
from vippsdiag.errors import HostNotAllowed, TooSoon, UnsafeCall
from vippsdiag.evidence import Evidence
from vippsdiag.exchange import Exchange, Headers, Request, Response
from vippsdiag.keys import Field, KeyKind, KeySet
from vippsdiag.products import PROBE_REFERENCE
from vippsdiag.proof import Verdict, verdict_of, weigh, words_of
from vippsdiag.samples import (
    INVALID_KEY,
    KEYS,
    OTHER_SUBSCRIPTION_KEY,
    TEST,
    api_call,
    call,
    case,
    gateway,
    token_call,
)
from vippsdiag.sandbox import Sandbox
from vippsdiag.secret import Secret

SANDBOX = "http://127.0.0.1"
REFUSED = gateway(401, INVALID_KEY)
# The identity provider's words with the number that they had before.
NO_PAGE = "AADSTS90023: Cross-origin token redemption is permitted only for the client"


class Desk:
    """A sandbox, and a client that talks to it without a socket."""

    def __init__(self) -> None:
        self.sandbox = Sandbox()
        self.session = self.sandbox.session()

    def client(self, keys: KeySet, *, production: bool = False) -> Client:
        address = SANDBOX + ("/production" if production else "")
        return Client(keys, Environment.SANDBOX, sandbox=address, session=self.session)

    def keys(self, name: str = "Test unit", **changes: object) -> KeySet:
        return replace(self.sandbox.keys_of(name), **changes)  # type: ignore[arg-type]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def tried(client: Client, keys: KeySet, name: str) -> tuple[Report, Tried, Report]:
    """Diagnose what a client did, make a trial, and weigh it."""
    report = diagnose(Evidence(keys=keys, exchanges=tuple(client.exchanges)))
    trial = next(item for item in report.trials if item.id == name)
    made = client.trial(trial)
    return report, made, weigh(report, made)


def first(report: Report) -> tuple[str, Confidence]:
    check, finding = report.ranked[0]
    return check.id, finding.confidence


def test_keys_of_the_other_environment_are_proved(desk: Desk) -> None:
    keys = desk.keys("Production unit", environment=None)
    client = desk.client(keys)
    client.token()
    before, made, after = tried(client, keys, "other-environment")
    assert first(before) == ("production-keys-on-test", Confidence.LIKELY)
    assert first(after) == ("production-keys-on-test", Confidence.PROVED)
    assert after.ranked[0][1].message.endswith(
        "We changed only the host: production instead of test, and it went through."
    )
    assert made.control is None
    ids = {check.id for check, _ in after.ranked}
    assert "subscription-key-invalid" not in ids
    gone = next(r for r in after.results if r.check.id == "subscription-key-invalid")
    assert gone.outcome is Outcome.RULED_OUT


def test_a_key_that_nobody_knows_is_not_one_of_the_other_environment(
    desk: Desk,
) -> None:
    keys = desk.keys(subscription_key="0" * 31 + "1", environment=None)
    client = desk.client(keys)
    client.token()
    _, made, after = tried(client, keys, "other-environment")
    assert verdict_of(made) is Verdict.REFUSED_ALIKE
    ids = {check.id for check, _ in after.ranked}
    assert "production-keys-on-test" not in ids
    assert "subscription-key-invalid" in ids
    assert after.tried == (words_of(made),)


def test_the_secondary_key_proves_that_the_primary_is_not_valid(desk: Desk) -> None:
    keys = desk.keys(subscription_key="0" * 31 + "1", environment=None)
    client = desk.client(keys)
    client.token()
    _, _, after = tried(client, keys, "secondary-key")
    assert first(after) == ("subscription-key-invalid", Confidence.PROVED)


def test_swapped_fields_are_proved(desk: Desk) -> None:
    right = desk.keys()
    keys = replace(
        right, client_id=right.subscription_key, subscription_key=right.client_id
    )
    client = desk.client(keys)
    client.token()
    _, _, after = tried(client, keys, "swapped-fields")
    assert first(after) == ("keys-swapped", Confidence.PROVED)


def test_a_cleaned_value_is_proved(desk: Desk) -> None:
    quoted = Secret(f'"{desk.sandbox.config.units[0].client_secret}"')
    keys = desk.keys(client_secret=quoted)
    client = desk.client(keys)
    client.token()
    _, _, after = tried(client, keys, "cleaned-client-secret")
    assert first(after) == ("value-contains-hidden-characters", Confidence.PROVED)


def test_an_origin_that_was_sent_on_is_proved(desk: Desk) -> None:
    keys = desk.keys()
    client = desk.client(keys)
    headers = {
        name.header: value
        for name, value in keys.values()
        if name is not Field.SECONDARY_SUBSCRIPTION_KEY
    }
    origin = {"Origin": "https://shop.example"}
    client.send("POST", "/accesstoken/get", headers | origin, body="")
    _, _, after = tried(client, keys, "no-origin")
    assert first(after) == ("origin-header-forwarded", Confidence.PROVED)


def test_a_missing_number_of_a_partner_is_proved(desk: Desk) -> None:
    keys = desk.keys("Partner")
    client = desk.client(replace(keys, msn=None), production=True)
    client.token()
    client.probes()
    _, _, after = tried(client, keys, "with-msn")
    assert first(after) == ("msn-missing-partner", Confidence.PROVED)


def test_a_stale_token_is_proved_by_a_new_one(desk: Desk) -> None:
    keys = desk.keys()
    client = desk.client(keys)
    client.token()
    desk.sandbox.advance(timedelta(hours=3))
    client.probes()
    _, made, after = tried(client, keys, "same-key")
    assert verdict_of(made) is Verdict.WENT_THROUGH
    assert first(after)[1] is Confidence.PROVED
    assert first(after)[0] in {"token-expired", "token-invalid"}


def test_what_another_machine_sent_is_first_sent_unchanged(desk: Desk) -> None:
    keys = desk.keys("Production unit", environment=None)
    theirs = desk.client(keys)
    theirs.token()
    _, made, after = tried_by(desk.client(keys), theirs, keys)
    assert made.control is not None
    assert first(after) == ("production-keys-on-test", Confidence.PROVED)


def tried_by(
    client: Client, other: Client, keys: KeySet
) -> tuple[Report, Tried, Report]:
    report = diagnose(Evidence(keys=keys, exchanges=tuple(other.exchanges)))
    made = client.trial(report.trials[0])
    return report, made, weigh(report, made)


def test_a_call_that_goes_through_unchanged_from_here_proves_nothing(
    desk: Desk,
) -> None:
    keys = desk.keys()
    works = desk.client(keys).token().request
    assert works is not None
    refused = Exchange(
        request=works,
        response=Response(
            status=401, body=f'{{"statusCode": 401, "message": "{INVALID_KEY}"}}'
        ),
    )
    report = diagnose(Evidence(exchanges=(refused,)))
    made = desk.client(keys).trial(report.trials[0])
    after = weigh(report, made)
    assert verdict_of(made) is Verdict.NOT_FROM_HERE
    assert [check.id for check, _ in after.ranked] == [
        check.id for check, _ in report.ranked
    ]
    assert "Look at the machine" in after.tried[0]


def test_a_call_that_changes_something_is_tried_as_a_reading_call(desk: Desk) -> None:
    keys = desk.keys(subscription_key="0" * 31 + "1")
    client = desk.client(keys)
    client.token()
    headers = {
        "Authorization": "Bearer x",
        "Ocp-Apim-Subscription-Key": keys.subscription_key,
        "Idempotency-Key": "order-1",
        "Content-Type": "application/json",
    }
    exchange = call(
        "POST",
        f"{SANDBOX}/epayment/v1/payments",
        headers,
        body={"amount": 1},
        status=401,
        answer=REFUSED,
    )
    report = diagnose(Evidence(keys=keys, exchanges=(exchange,)))
    trial = next(item for item in report.trials if item.id == "secondary-key")
    assert trial.stand_in
    assert trial.request.method == "GET"
    assert trial.request.body is None
    assert "Idempotency-Key" not in trial.request.headers
    made = client.trial(trial)
    assert made.control is not None
    assert verdict_of(made) is Verdict.GOT_FURTHER
    assert "got past what had refused it" in words_of(made)


@pytest.mark.parametrize(
    ("evidence", "name"),
    [
        (case(token_call(TEST, status=401, answer=REFUSED)), "other-environment"),
        (
            case(token_call(TEST, status=401, answer=REFUSED), keys=KEYS),
            "secondary-key",
        ),
        (
            case(
                token_call(
                    TEST, headers={"Origin": "http://a"}, status=400, answer=NO_PAGE
                )
            ),
            "no-origin",
        ),
        (
            case(
                api_call(
                    TEST,
                    path="/epayment/v1/payments/order-12345",
                    headers={"Merchant-Serial-Number": None},
                    status=400,
                    answer={"title": "Bad Request"},
                ),
                keys=KEYS,
            ),
            "with-msn",
        ),
    ],
    ids=["other environment", "secondary key", "no origin", "with msn"],
)
def test_the_most_telling_trial_is_planned(evidence: Evidence, name: str) -> None:
    assert name in {trial.id for trial in diagnose(evidence).trials}


@pytest.mark.parametrize(
    "evidence",
    [
        case(token_call(TEST)),
        case(token_call(TEST, status=429, answer="")),
        case(token_call(TEST, status=500, answer="")),
        case(
            call(
                "POST",
                "https://shop.example/accesstoken/get",
                status=401,
                answer=REFUSED,
            )
        ),
        case(
            api_call(TEST, method="POST", path="/unknown", status=401, answer=REFUSED)
        ),
        Evidence(keys=KEYS),
    ],
    ids=["works", "too many", "outage", "unknown host", "no probe", "keys alone"],
)
def test_no_trial_is_planned_where_none_would_tell(evidence: Evidence) -> None:
    assert diagnose(evidence).trials == ()


def test_a_masked_value_is_asked_for_and_taken_from_the_keys() -> None:
    masked = token_call(
        TEST, headers={"client_secret": "<redacted>"}, status=401, answer=REFUSED
    )
    trial = diagnose(case(masked)).trials[0]
    assert trial.lacking.startswith("The value of client_secret is masked")
    ready = diagnose(case(masked, keys=KEYS)).trials[0]
    assert ready.lacking == ""
    assert ready.request.headers.get("client_secret") == KEYS.client_secret


def test_a_trial_shows_no_secret() -> None:
    report = diagnose(case(token_call(TEST, status=401, answer=REFUSED), keys=KEYS))
    assert OTHER_SUBSCRIPTION_KEY not in repr(report.trials)


@pytest.fixture
def client() -> Iterator[Client]:
    made = Client(KeySet(), Environment.TEST, session=Nowhere())
    yield made
    made.close()


class Nowhere(requests.Session):
    """A session that must not be used."""

    def request(self, *_: object, **__: object) -> requests.Response:  # type: ignore[override]
        raise AssertionError


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        (
            Request(method="POST", url="https://apitest.vipps.no/epayment/v1/payments"),
            UnsafeCall,
        ),
        (
            Request(
                method="DELETE", url="https://apitest.vipps.no/webhooks/v1/webhooks/1"
            ),
            UnsafeCall,
        ),
        (Request(method="GET", url="https://shop.example/"), HostNotAllowed),
        (Request(method="GET", url="http://api.vipps.no/"), HostNotAllowed),
    ],
    ids=["payment", "delete", "host", "no tls"],
)
def test_a_trial_that_would_change_something_or_go_elsewhere_is_not_sent(
    client: Client, request_: Request, error: type[Exception]
) -> None:
    plan = diagnose(case(token_call(TEST, status=401, answer=REFUSED))).trials[0]
    with pytest.raises(error):
        client.trial(replace(plan, unchanged=request_))


NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (429, {"Retry-After": "7"}, 7),
        (429, {"retry-after": "Wed, 25 Nov 2026 12:00:09 GMT"}, 9),
        (429, {"Retry-After": "soon"}, 30),
        (429, {}, 30),
        (429, {"Retry-After": "9" * 30}, 3600),
        (503, {"Retry-After": "5"}, 5),
        (503, {}, 0),
        (401, {"Retry-After": "5"}, 0),
    ],
    ids=["seconds", "date", "word", "none", "huge", "503", "503 none", "401"],
)
def test_the_api_says_how_long_to_wait(
    status: int, headers: dict[str, str], seconds: int
) -> None:
    answer = Response(status=status, headers=Headers(headers.items()))
    exchange = Exchange(response=answer, started=NOW)
    assert seconds_to_wait([exchange], NOW) == seconds
    assert seconds_to_wait([exchange], NOW + timedelta(hours=2)) == 0


def test_a_trial_waits_when_the_api_asked_to(client: Client) -> None:
    plan = diagnose(case(token_call(TEST, status=401, answer=REFUSED))).trials[0]
    answer = Response(status=429, headers=Headers([("Retry-After", "60")]))
    client.exchanges.append(Exchange(response=answer, started=datetime.now(UTC)))
    with pytest.raises(TooSoon) as caught:
        client.trial(plan)
    assert 50 < caught.value.seconds <= 60
    assert str(TooSoon(2)).endswith("Try again in 2 seconds.")
    assert str(TooSoon(1)).endswith("Try again in 1 second.")


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (None, Verdict.UNCLEAR),
        (429, Verdict.UNCLEAR),
        (502, Verdict.UNCLEAR),
        (400, Verdict.GOT_FURTHER),
    ],
    ids=["no answer", "too many", "outage", "another refusal"],
)
def test_an_answer_that_does_not_tell_changes_nothing(
    status: int | None, verdict: Verdict
) -> None:
    evidence = case(token_call(TEST, status=401, answer=REFUSED))
    report = diagnose(evidence)
    made = Tried(trial=report.trials[0], exchange=token_call(TEST, status=status))
    assert verdict_of(made) is verdict
    if verdict is Verdict.UNCLEAR:
        assert weigh(report, made).ranked == report.ranked


FORBIDDEN = "<html><h1>403 Forbidden</h1>Microsoft-Azure-Application-Gateway"


@pytest.mark.parametrize(
    ("status", "answer", "headers"),
    [
        (403, FORBIDDEN, {"Server": "Microsoft-Azure-Application-Gateway/v2"}),
        (407, "", {"Proxy-Authenticate": "Basic"}),
        (200, "{}", {"X-Cache": "HIT"}),
        (404, gateway(404, "Resource not found"), {}),
    ],
    ids=["firewall", "proxy", "cache", "no such path"],
)
def test_an_answer_that_the_api_did_not_give_proves_nothing(
    status: int, answer: object, headers: dict[str, str]
) -> None:
    report = diagnose(case(token_call(TEST, status=401, answer=REFUSED)))
    after = token_call(TEST, status=status, answer=answer, answer_headers=headers)
    made = Tried(trial=report.trials[0], exchange=after)
    assert verdict_of(made) is Verdict.UNCLEAR


def test_a_page_that_says_that_there_is_nothing_proves_nothing() -> None:
    report = diagnose(case(api_call(TEST, status=401, answer=REFUSED)))
    path = f"/epayment/v1/payments/{PROBE_REFERENCE}"
    after = api_call(TEST, path=path, status=404, answer="<html>nginx</html>")
    made = Tried(trial=report.trials[0], exchange=after)
    assert verdict_of(made) is Verdict.UNCLEAR


def test_partner_keys_in_test_are_a_cause_that_a_trial_can_prove(
    desk: Desk,
) -> None:
    keys = desk.keys("Partner", environment=None)
    assert keys.kind is KeyKind.PARTNER
    client = desk.client(keys)
    client.token()
    _, _, after = tried(client, keys, "other-environment")
    assert first(after)[0] == "partner-keys-on-test"


Builder = Callable[[], Evidence]


def test_a_token_call_that_a_log_names_is_tried_with_the_keys_beside_it() -> None:
    request = Request(method="", url="https://apitest.vipps.no/accesstoken/get")
    answer = Response(status=401, body=INVALID_KEY)
    named = Exchange(request=request, response=answer)
    keys = replace(KEYS, secondary_subscription_key=OTHER_SUBSCRIPTION_KEY)
    trials = diagnose(Evidence(exchanges=(named,), keys=keys)).trials
    assert trials
    for trial in trials:
        assert trial.request.method == "POST"
        assert not trial.stand_in
        names = [name for name, _ in trial.request.headers]
        assert len(names) == len(set(names)) > 2
    # Without keys there is nothing to send.
    assert diagnose(Evidence(exchanges=(named,))).trials == ()
