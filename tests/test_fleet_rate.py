"""How fast calls follow each other."""

from tests.fleets import Time
from vippsdiag.fleet.rate import Rate


def waits(rate: Rate, time: Time, calls: int) -> list[float]:
    """Return when each of some calls is made, in seconds from the start."""
    begin, made = time.now, []
    for _ in range(calls):
        time.now += rate.reserve()
        made.append(time.now - begin)
    return made


def test_without_a_limit_nobody_waits() -> None:
    time = Time()
    assert waits(Rate(None, clock=time.clock), time, 3) == [0, 0, 0]


def test_calls_are_as_far_apart_as_the_limit_says() -> None:
    time = Time()
    assert waits(Rate(4, clock=time.clock), time, 3) == [0, 0.25, 0.5]


def test_after_a_rest_a_few_may_follow_at_once() -> None:
    time = Time()
    rate = Rate(4, burst=3, clock=time.clock)
    assert waits(rate, time, 5) == [0, 0, 0, 0.25, 0.5]
    time.now += 100
    assert waits(rate, time, 4) == [0, 0, 0, 0.25]


def test_a_pause_holds_everybody_and_then_one_after_another() -> None:
    time = Time()
    rate = Rate(4, clock=time.clock)
    rate.hold(30)
    assert rate.pause == 30
    assert waits(rate, time, 3) == [30, 30.25, 30.5]
    assert rate.pause == 0


def test_a_shorter_pause_does_not_end_a_longer_one() -> None:
    time = Time()
    rate = Rate(None, clock=time.clock)
    rate.hold(30)
    rate.hold(1)
    assert waits(rate, time, 1) == [30]
