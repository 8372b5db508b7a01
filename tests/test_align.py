"""Two calls line by line: every state of a line, and nothing that says too much."""

import pytest

from vippsdiag.align import Line, State, with_known, with_other, worked_alike
from vippsdiag.calls import KEY
from vippsdiag.compare import compare
from vippsdiag.evidence import Evidence
from vippsdiag.exchange import Exchange
from vippsdiag.samples import (
    CLIENT_SECRET,
    TEST,
    api_call,
    call,
    specialized_call,
    token_call,
)


def known(exchange: Exchange) -> dict[str, Line]:
    found = compare(exchange, Evidence())
    assert found is not None
    return {line.name or line.part: line for line in with_known(found)}


BARE = call("", "https://api.vipps.no/webhooks/v1/webhooks", status=401)
STATES = [
    pytest.param(BARE, KEY, State.UNSHOWN, id="not shown"),
    pytest.param(token_call(TEST), "method", State.SAME, id="same"),
    pytest.param(token_call(TEST), "client_secret", State.THERE, id="there"),
    pytest.param(
        token_call(TEST, headers={KEY: None}), KEY, State.MISSING, id="missing"
    ),
    pytest.param(
        token_call(TEST, headers={KEY: None, "Vipps-Subscription-Key": "abc"}),
        "Vipps-Subscription-Key",
        State.MISNAMED,
        id="misnamed",
    ),
    pytest.param(
        api_call(TEST, headers={"Authorization": "Bearer Bearer eyJhbGciOi.a.b"}),
        "Authorization",
        State.DIFFERS,
        id="differs",
    ),
    pytest.param(
        specialized_call(headers={KEY: "0" * 32}),
        KEY,
        State.UNWANTED,
        id="unwanted",
    ),
    pytest.param(
        token_call(TEST, headers={"X-Shop": "1"}), "X-Shop", State.FREE, id="free"
    ),
    pytest.param(
        specialized_call(headers={KEY: "0" * 32}),
        "Content-Type",
        State.THERE,
        id="a type",
    ),
    pytest.param(
        call("GET", "https://apitest.vipps.no/accesstoken/get"),
        "method",
        State.DIFFERS,
        id="method",
    ),
]


@pytest.mark.parametrize(("exchange", "name", "state"), STATES)
def test_a_line_says_how_it_compares_with_a_call_that_works(
    exchange: Exchange, name: str, state: State
) -> None:
    assert known(exchange)[name].state is state


def test_a_key_that_is_there_is_never_called_right() -> None:
    lines = known(token_call(TEST))
    keys = [lines[name].state for name in ("client_id", "client_secret", KEY)]
    assert keys == [State.THERE] * 3


def test_every_value_is_masked() -> None:
    worked, failed = token_call(TEST), token_call(TEST, status=401)
    lines = [*known(failed).values(), *with_other(failed, worked)]
    assert CLIENT_SECRET not in repr(lines)


class TestBesideAnother:
    def test_the_last_of_the_same_calls_that_succeeded_is_taken(self) -> None:
        first, other, last = token_call(TEST), api_call(TEST), token_call(TEST)
        failed = token_call(TEST, status=401)
        assert worked_alike(failed, (first, other, last, failed)) is last
        assert worked_alike(failed, (other, failed)) is None

    def test_the_same_key_is_the_same_and_another_one_differs(self) -> None:
        worked, failed = (
            token_call(TEST),
            token_call(TEST, headers={KEY: "0" * 32}, status=401),
        )
        lines = {line.name or line.part: line for line in with_other(failed, worked)}
        assert lines["client_secret"].state is State.SAME
        assert lines[KEY].state is State.DIFFERS
        assert (lines["status"].left, lines["status"].right) == ("401", "200")

    def test_what_differs_in_every_call_does_not_matter(self) -> None:
        worked = call("GET", "https://apitest.vipps.no/x", headers={"Date": "Mon"})
        failed = call("GET", "https://apitest.vipps.no/x", headers={"Date": "Tue"})
        (line,) = [one for one in with_other(failed, worked) if one.name == "Date"]
        assert line.state is State.PASSING
        assert not line.state.matters


def test_a_method_that_is_not_known_has_no_line() -> None:
    assert "method" not in known(BARE)
    assert "method" in known(token_call(TEST))
