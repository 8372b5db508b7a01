"""The drill: a shop keeps calling while its keys are regenerated."""

from dataclasses import replace
from functools import partial

import pytest

from vippsdiag.check import Confidence
from vippsdiag.client import Client
from vippsdiag.environments import Environment
from vippsdiag.exchange import Exchange
from vippsdiag.keys import Field, KeySet
from vippsdiag.rotation import ACTIONS, CHECKLIST, Do, checklist, compare_keys
from vippsdiag.sandbox import Sandbox
from vippsdiag.sandbox.practice.drill import PAUSE, SHOWN, TOKEN_CALLS, Drill


@pytest.fixture
def drill() -> Drill:
    return Drill()


def calls(drill: Drill, count: int = 3) -> list[bool]:
    return [drill.call().well for _ in range(count)]


def test_the_right_order_never_fails(drill: Drill) -> None:
    calls(drill)
    for action in ACTIONS:
        assert drill.following is action
        drill.act(action.do)
        assert all(calls(drill)), action.title
    assert drill.following is None
    assert (drill.bad, drill.failed, drill.report) == (0, None, None)


def test_the_shop_ends_with_new_values_of_all_three_keys(drill: Drill) -> None:
    first = drill.portal
    for action in ACTIONS:
        drill.act(action.do)
    now = drill.portal
    assert now.subscription_key != first.subscription_key
    assert now.secondary_subscription_key != first.secondary_subscription_key
    assert now.client_secret != first.client_secret
    assert drill.shop.subscription_key == now.subscription_key
    assert drill.shop.client_secret == now.client_secret


WRONG = [
    pytest.param([Do.NEW_PRIMARY], Do.USE_SECONDARY, "primary key", id="primary"),
    pytest.param(
        [Do.USE_SECONDARY, Do.NEW_SECONDARY],
        Do.USE_PRIMARY,
        "secondary key",
        id="secondary",
    ),
    pytest.param(
        [Do.NEW_SECONDARY, Do.NEW_PRIMARY],
        Do.USE_SECONDARY,
        "primary key",
        id="both-at-once",
    ),
]


@pytest.mark.parametrize(("steps", "mend", "words"), WRONG)
def test_the_wrong_order_fails_and_its_cause_and_its_mending_are_named(
    drill: Drill, steps: list[Do], mend: Do, words: str
) -> None:
    calls(drill)
    for do in steps[:-1]:
        drill.act(do)
        calls(drill)
    drill.act(steps[-1])
    assert not any(calls(drill))
    trouble = drill.trouble
    assert trouble is not None
    assert words in trouble.what
    assert trouble.by is mend
    report = drill.report
    assert report is not None
    check, finding = report.ranked[0]
    assert check.id == "stale-secret-after-rotation"
    assert finding.confidence is Confidence.CERTAIN
    drill.act(mend)
    assert all(calls(drill))
    assert drill.trouble is None
    assert drill.bad == 3


def test_a_new_secret_shows_only_when_the_token_has_ended(drill: Drill) -> None:
    calls(drill, 1)
    drill.act(Do.NEW_SECRET)
    assert all(calls(drill, TOKEN_CALLS - 1))
    assert drill.token_left == 0
    assert not any(calls(drill))
    assert drill.trouble is not None
    assert drill.trouble.by is Do.USE_SECRET
    report = drill.report
    assert report is not None
    assert report.ranked[0][0].id == "stale-secret-after-rotation"
    drill.act(Do.USE_SECRET)
    assert all(calls(drill))


def test_a_fresh_token_asked_for_too_late_fails_at_once(drill: Drill) -> None:
    calls(drill)
    drill.act(Do.NEW_SECRET)
    drill.act(Do.FRESH_TOKEN)
    assert not any(calls(drill))


def test_the_shop_can_be_mended_in_the_middle_of_two_troubles(drill: Drill) -> None:
    calls(drill)
    drill.act(Do.NEW_SECRET)
    drill.act(Do.FRESH_TOKEN)
    drill.act(Do.NEW_PRIMARY)
    calls(drill)
    seen = []
    while drill.trouble:
        seen.append(drill.trouble.by)
        drill.act(drill.trouble.by)
        calls(drill)
    assert seen == [Do.USE_SECONDARY, Do.USE_SECRET]


def test_it_plays_the_right_order_by_itself(drill: Drill) -> None:
    drill.act(Do.NEW_PRIMARY)
    calls(drill)
    drill.play()
    assert drill.playing
    assert all(calls(drill, PAUSE * (len(ACTIONS) + 1)))
    assert drill.done == [action.do for action in ACTIONS]
    assert not drill.playing


def test_the_shop_calls_between_two_steps_however_fast_they_are(drill: Drill) -> None:
    drill.act(Do.USE_SECONDARY)
    drill.act(Do.NEW_SECONDARY)
    drill.call()
    assert [call.after for call in drill.calls] == [
        None,
        Do.USE_SECONDARY,
        Do.NEW_SECONDARY,
    ]
    report = drill.report
    assert report is not None
    assert report.ranked[0][0].id == "stale-secret-after-rotation"


def test_only_the_last_calls_are_kept_and_all_are_counted(drill: Drill) -> None:
    calls(drill, SHOWN + 5)
    assert len(drill.calls) == SHOWN
    assert (drill.good, drill.bad) == (SHOWN + 5, 0)
    assert len(drill._client.exchanges) <= 2


def test_it_begins_anew_with_the_first_keys(drill: Drill) -> None:
    first = drill.portal
    drill.act(Do.NEW_PRIMARY)
    calls(drill)
    drill.begin()
    assert drill.portal == first
    assert (drill.good, drill.bad, drill.done, list(drill.calls)) == (0, 0, [], [])
    assert all(calls(drill))


def asking(sandbox: Sandbox, keys: KeySet) -> Exchange:
    return Client(
        keys,
        Environment.SANDBOX,
        sandbox="http://127.0.0.1",
        session=sandbox.session(),
    ).token()


class TestOwnKeys:
    @pytest.mark.parametrize(
        ("key", "outcome"),
        [
            pytest.param(None, (True, True), id="both-work"),
            pytest.param(Field.SUBSCRIPTION_KEY, (False, True), id="primary-is-old"),
            pytest.param(
                Field.SECONDARY_SUBSCRIPTION_KEY, (True, False), id="secondary-is-old"
            ),
        ],
    )
    def test_each_of_the_two_is_tried_alone(
        self, key: Field | None, outcome: tuple[bool, bool]
    ) -> None:
        sandbox = Sandbox()
        keys = sandbox.keys_of("Test unit")
        if key:
            sandbox.regenerate("Test unit", key)
        found = compare_keys(keys, partial(asking, sandbox))
        assert (found[0].works, found[1].works) == outcome

    def test_a_key_that_is_not_there_is_not_tried(self) -> None:
        sandbox = Sandbox()
        keys = replace(sandbox.keys_of("Test unit"), secondary_subscription_key=None)
        first, second = compare_keys(keys, partial(asking, sandbox))
        assert first.works
        assert (second.works, second.exchange) == (None, None)

    def test_only_token_calls_are_made(self) -> None:
        sandbox = Sandbox()
        keys = sandbox.keys_of("Test unit")
        found = compare_keys(keys, partial(asking, sandbox))
        sent = [pair.exchange.request for pair in found if pair.exchange]
        assert [request.path for request in sent if request] == ["/accesstoken/get"] * 2


def test_the_checklist_can_be_printed() -> None:
    text = checklist()
    boxes = sum(len(part.items) for part in CHECKLIST)
    assert text.count("\n[ ] ") == boxes
    assert text.startswith("Regenerating keys in production: a checklist\n\nBefore\n")
