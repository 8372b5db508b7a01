"""A fleet is checked: the right cause for each unit, with few calls."""

import pickle
import queue
from dataclasses import replace
from threading import Barrier

import pytest

from tests.fleets import Scene, causes, scene, stopped_at
from vippsdiag.check import Confidence
from vippsdiag.client import Client
from vippsdiag.environments import Environment
from vippsdiag.errors import HostNotAllowed, VippsdiagError
from vippsdiag.fleet import (
    Cause,
    Fleet,
    SalesUnit,
    Standing,
    Target,
    read_listing,
    summarise,
)
from vippsdiag.fleet.judge import Judge, fewest
from vippsdiag.keys import Field, KeyKind, KeySet
from vippsdiag.products import Reach
from vippsdiag.sandbox import Sandbox
from vippsdiag.sandbox.faults import Fault
from vippsdiag.sandbox.faults.errors import ERRORS
from vippsdiag.sandbox.faults.kinds import WIRE
from vippsdiag.sandbox.practice.partner import BASE

TOKEN = "/accesstoken/get"
WEBHOOKS = "/webhooks/v1/webhooks"
EPAYMENT = "/epayment/v1/payments"
# Answers that a service gives now and then, and what can happen to a connection. A
# late answer is late in real time, and a wrong clock is no failing call.
DOCUMENTED = (
    *ERRORS,
    *(name for name in WIRE if name not in {"latency", "clock", "drop"}),
    "drop=Ocp-Apim-Subscription-Key",
    *("429", "500", "502", "503", "504", "500; form=azure", "500; form=problem"),
)


def checked(place: Scene, **options: object) -> Fleet:
    fleet = place.fleet(**options)  # type: ignore[arg-type]
    list(fleet.check())
    return fleet


def test_every_planted_cause_is_found_and_nothing_else() -> None:
    place = scene(40)
    assert causes(checked(place).results) == place.made.planted


def test_several_workers_find_the_same() -> None:
    place = scene(40)
    assert causes(checked(place, workers=8).results) == place.made.planted


def test_a_token_is_asked_for_once_for_each_set_of_keys() -> None:
    place = scene(20)
    fleet = checked(place)
    holders = {one.holder for one in fleet.results}
    # A token call that fails is made three times until it is believed.
    failing = {one.holder for one in fleet.results if _no_token(one.reach)}
    expected = len(holders - failing) + 3 * len(failing)
    assert place.sandbox.count(TOKEN) == expected


def _no_token(reach: object) -> bool:
    return set(dict(reach).values()) & {Reach.NO_TOKEN, Reach.KEY_REFUSED} != set()  # type: ignore[call-overload]


def test_workers_that_need_the_same_token_at_once_ask_for_it_once() -> None:
    place = scene(6)  # all of them with the partner's keys
    together = Barrier(6)
    answer = place.sandbox.session

    def session() -> object:
        together.wait(10)
        return answer()

    target = Target(
        environment=Environment.SANDBOX,
        sandbox="http://127.0.0.1/production",
        per_second=None,
        workers=6,
        session=session,  # type: ignore[arg-type]
    )
    units = [SalesUnit(msn=msn) for msn in place.made.planted]
    fleet = Fleet(units, target, keys=place.made.keys)
    list(fleet.check())
    assert place.sandbox.count(TOKEN) == 1


def test_a_unit_that_works_costs_one_call_for_each_product() -> None:
    place = scene(6)
    checked(place)
    assert place.sandbox.count(WEBHOOKS) == place.sandbox.count(EPAYMENT) == 6


def test_no_more_is_asked_once_the_cause_explains_every_product() -> None:
    place = scene(8)  # the last one is not connected to the partner
    fleet = checked(place)
    last = fleet.results[-1]
    assert last.reach == {"Webhooks": Reach.FORBIDDEN}
    assert (EPAYMENT, last.unit.msn) not in place.sandbox.calls


def test_a_shared_token_is_asked_for_in_no_units_name() -> None:
    place = scene(6)
    checked(place)
    assert [msn for path, msn in place.sandbox.calls if path == TOKEN] == [""]


def test_what_is_alike_is_diagnosed_once() -> None:
    place = scene(200)
    assert checked(place).diagnosed <= 8


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_passing_troubles_are_never_taken_for_the_cause(seed: int) -> None:
    place = scene(60)
    share = 0.05 / len(DOCUMENTED)
    for name in DOCUMENTED:
        what, _, option = name.partition("; ")
        what, _, value = what.partition("=")
        fault = Fault(
            what,
            value=value,
            form=option.removeprefix("form="),
            chance=share,
            seed=seed,
        )
        place.sandbox.faults.add(fault)
    fleet = checked(place)
    assert causes(fleet.results) == place.made.planted
    struck = sum(int(str(one["struck"])) for one in place.sandbox.faults.shown())
    assert struck > 0


@pytest.mark.parametrize("name", DOCUMENTED)
def test_one_call_in_twenty_that_fails_in_a_documented_way_changes_nothing(
    name: str,
) -> None:
    place = scene(40)
    what, _, option = name.partition("; ")
    what, _, value = what.partition("=")
    form = option.removeprefix("form=")
    place.sandbox.faults.add(Fault(what, value=value, form=form, chance=0.05, seed=4))
    assert causes(checked(place).results) == place.made.planted


def test_an_outage_says_nothing_of_the_keys() -> None:
    place = scene(6)
    place.sandbox.faults.add("500; path=/webhooks")
    fleet = checked(place)
    assert {one.standing for one in fleet.results} == {Standing.UNKNOWN}
    assert set(causes(fleet.results).values()) == {"service-outage"}


def test_retry_after_is_obeyed_and_the_call_made_again() -> None:
    place = scene(6)
    place.sandbox.faults.add("429; times=1; path=/webhooks")
    fleet = checked(place)
    assert fleet.results[0].standing is Standing.WORKS
    assert max(place.time.slept) > 25  # the sandbox asks for 30 seconds


def test_calls_follow_each_other_no_faster_than_was_said() -> None:
    place = scene(6)
    checked(place, per_second=2.0)
    calls = len(place.sandbox.calls)
    assert place.time.now - 1000 >= (calls - 1) / 2


def test_only_what_was_named_is_asked() -> None:
    place = scene(6)
    fleet = checked(place, products=("ePayment",))
    assert fleet.products == ("ePayment",)
    assert place.sandbox.count(WEBHOOKS) == 0


def test_a_product_without_a_safe_reading_call_is_refused_with_those_that_have() -> (
    None
):
    with pytest.raises(VippsdiagError, match=r"for Check-in here\. .* Webhooks"):
        scene(1).fleet(products=("Check-in",))


def test_keys_of_the_other_token_flow_are_asked_for_their_token_alone() -> None:
    sandbox = Sandbox()
    right = sandbox.keys_of("Accounting partner")
    wrong = right.with_value(Field.CLIENT_SECRET, "Y8Kteew6GE3ZmeycEt6egh==")
    target = replace(scene(1).fleet().target, session=sandbox.session)
    units = [SalesUnit(msn="123456", keys=keys, line=2) for keys in (right, wrong)]
    fleet = Fleet(units, target)
    list(fleet.check())
    found = {one.standing: dict(one.reach) for one in fleet.results}
    assert found == {
        Standing.WORKS: {"Access token": Reach.REACHED},
        Standing.FAILS: {"Access token": Reach.NO_TOKEN},
    }


def test_keys_go_to_no_other_host() -> None:
    target = Target(
        environment=Environment.SANDBOX, sandbox="http://api.example.com", workers=2
    )
    fleet = Fleet([SalesUnit(msn="123456")], target, keys=KeySet(client_id="x"))
    with pytest.raises(HostNotAllowed):
        list(fleet.check())
    assert fleet.results == []


def test_one_rotated_partner_key_explains_every_unit_that_uses_it() -> None:
    place = scene(60)
    regenerated = place.made.keys.with_value(Field.SUBSCRIPTION_KEY, "5" * 31 + "c")
    place.made = replace(place.made, keys=regenerated)
    fleet = checked(place)
    summary = summarise(fleet.results, fleet.products)
    first = summary.actions[0]
    assert first.cause == "subscription-key-invalid"
    # The secondary key was tried, and works.
    assert first.confidence is Confidence.PROVED
    assert first.shared
    users = [msn for msn, own in _own_keys(place).items() if not own]
    assert [one.unit.msn for one in first.units] == users
    # The call that says so is made three times, however many units there are.
    assert place.sandbox.count(WEBHOOKS) < 20


def test_without_a_secondary_key_that_works_a_refused_key_is_a_guess() -> None:
    place = scene(6)
    keys = place.made.keys.with_value(Field.SUBSCRIPTION_KEY, "5" * 31 + "c")
    for other in (None, "6" * 31 + "d"):
        made = keys.with_value(Field.SECONDARY_SUBSCRIPTION_KEY, other)
        place.made = replace(place.made, keys=made)
        fleet = checked(place)
        (action,) = summarise(fleet.results, fleet.products).actions
        assert action.cause == "subscription-key-invalid"
        assert action.confidence is Confidence.POSSIBLE


def _own_keys(place: Scene) -> dict[str, bool]:
    return {unit.msn: bool(unit.keys) for unit in read_listing(place.made.table).units}


def test_a_value_that_cannot_be_sent_is_a_cause_and_no_crash() -> None:
    place = scene(1)
    keys = KeySet(
        client_id=place.made.keys.client_id,
        client_secret="Zm9v\u200bYmFyYmF6cXV1eA==",
        subscription_key=place.made.keys.subscription_key,
        kind=KeyKind.PARTNER,
    )
    fleet = Fleet(
        [SalesUnit(msn="1100000", keys=keys)],
        place.fleet().target,
    )
    (one,) = fleet.check()
    assert one.standing is Standing.FAILS
    assert "value-contains-hidden-characters" in [cause.check for cause in one.causes]


def test_results_are_waited_for_so_that_windows_can_be_interrupted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits: list[float | None] = []
    get = queue.Queue.get

    def watched(
        self: "queue.Queue[object]", block: bool = True, timeout: float | None = None
    ) -> object:
        waits.append(timeout)
        if len(waits) == 1:
            raise queue.Empty
        return get(self, block, timeout)

    monkeypatch.setattr(queue.Queue, "get", watched)
    fleet = scene(3).fleet()
    assert len(list(fleet.check())) == 3
    assert None not in waits


def test_what_is_under_way_when_a_run_is_cancelled_is_kept() -> None:
    place = scene(20)
    fleet = place.fleet()
    checked_units = stopped_at(place, fleet, "1100009")
    assert fleet.cancelled
    assert not fleet.complete
    # The last one was called three times more after it was cancelled.
    assert checked_units == [f"11000{number:02}" for number in range(10)]
    assert fleet.results[-1].causes


def test_a_long_pause_is_cut_short_when_a_run_is_cancelled() -> None:
    place = scene(6)
    place.sandbox.faults.add("429; path=/webhooks")
    sleep, begun = place.time.sleep, []

    def cancelled(seconds: float) -> None:
        begun[0].cancel()
        sleep(seconds)

    place.time.sleep = cancelled  # type: ignore[method-assign]
    begun.append(place.fleet())
    assert list(begun[0].check()) == []
    assert place.time.slept == [pytest.approx(30, abs=2)]


def test_time_left_is_told_from_what_was_done() -> None:
    place = scene(6)
    fleet = place.fleet(per_second=1.0)
    assert fleet.progress.seconds_left is None
    left = [fleet.progress.seconds_left for _ in fleet.check()]
    assert left[-1] == 0
    # Three of six units: 7 calls or more were made by then, of 13, a call a second.
    assert 5 < (left[2] or 0) <= 13


def test_a_token_that_gets_old_is_renewed() -> None:
    place = scene(6)

    def later() -> None:
        place.time.now += 86400

    place.sandbox.actions["1100003"] = later
    checked(place)
    assert place.sandbox.count(TOKEN) == 2


def test_a_result_holds_no_key() -> None:
    place = scene(20)
    fleet = checked(place)
    secrets = {
        value
        for unit in place.made.config.units
        for value in (unit.client_secret, unit.primary, unit.secondary)
        if value
    }
    shown = repr(fleet.results) + "".join(one.to_json() for one in fleet.results)
    kept = pickle.dumps(shown)
    assert not [value for value in secrets if value.encode() in kept]


def test_the_same_answer_of_another_product_is_about_that_product() -> None:
    place = scene(10)
    place.sandbox.faults.add("97")  # an answer of eCom: the product is not activated
    client = Client(
        place.made.keys,
        Environment.SANDBOX,
        sandbox=BASE,
        session=place.sandbox.session(),
    )
    call = client.probe(place.fleet().target.probes()["ePayment"])
    judge = Judge(Environment.PRODUCTION)
    found = [
        judge.causes(place.made.keys, None, {product: call})
        for product in ("ePayment", "Webhooks", "ePayment")
    ]
    assert [causes[0].product for causes in found] == [
        "ePayment",
        "Webhooks",
        "ePayment",
    ]
    assert judge.diagnosed == 2


CERTAIN, LIKELY = Confidence.CERTAIN, Confidence.LIKELY


@pytest.mark.parametrize(
    ("offered", "expected"),
    [
        pytest.param(
            [("number", LIKELY, ""), ("product", CERTAIN, "ePayment")],
            ["number"],
            id="one that explains all comes before a surer one that does not",
        ),
        pytest.param(
            [("old", LIKELY, ""), ("other", CERTAIN, "")],
            ["other"],
            id="of those that explain all the surest counts",
        ),
        pytest.param(
            [("a", LIKELY, "ePayment"), ("b", LIKELY, "Webhooks")],
            ["a", "b"],
            id="two that explain a product each are both needed",
        ),
        pytest.param(
            [("a", LIKELY, ""), ("b", LIKELY, "")],
            ["a", "b"],
            id="what is equally good stays",
        ),
        pytest.param([], [], id="nothing explains it"),
    ],
)
def test_the_fewest_causes_that_explain_a_unit_are_kept(
    offered: list[tuple[str, Confidence, str]], expected: list[str]
) -> None:
    offers = [
        Cause(check=check, confidence=sure, product=product)
        for check, sure, product in offered
    ]
    found = fewest(offers, {"Webhooks", "ePayment"})
    assert sorted(cause.check for cause in found) == expected
