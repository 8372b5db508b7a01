"""A workshop on the hub of `deploy/`, which runs for real, with a browser in it."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from harness import run_cells
from hubs import LEAD, SEEN, SIT, SOLVE, STAND, Hub, until
from leaks import leaks
from playwright.sync_api import Page, expect

from vippsdiag.hub import TRAINER

# Seconds in which the trainer sees something, on a machine that does a lot else.
SOON = 5


@pytest.fixture(scope="module")
def hub(
    chromium: str,  # noqa: ARG001 - without a browser there is no need for a hub
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Hub]:
    hub = Hub(tmp_path_factory.mktemp("hub"))
    hub.start()
    yield hub
    hub.stop()


def log_in(page: Page, hub: Hub, name: str) -> None:
    page.goto(f"{hub.origin}/hub/login")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(hub.password)
    page.get_by_role("button", name="Sign in").click()


def test_three_learners_and_their_trainer_outlive_a_restart(
    page: Page, hub: Hub
) -> None:
    hub.begin("first", "second", TRAINER)
    log_in(page, hub, "third")
    run_cells(page)
    expect(page.get_by_text("You sit in the workshop as third")).to_be_visible()
    with ExitStack() as opened:
        learners = {
            name: opened.enter_context(hub.kernel(name))
            for name in ("first", "second", "third")
        }
        sat = {name: kernel.run(SIT) for name, kernel in learners.items()}
        assert [name for name, _, _ in sat.values()] == list(sat)
        assert {number for _, number, _ in sat.values()} == {1, 2, 3}
        assert len({key for _, _, key in sat.values()}) == 3
        trainer = opened.enter_context(hub.kernel(TRAINER))
        assert sorted(trainer.run(LEAD)) == list(sat)
        solved, when = learners["first"].run(SOLVE)
        assert solved
        page.get_by_label("No subscription key reached the gateway.").check()
        page.get_by_role("button", name="This is the cause", exact=True).click()
        expect(page.get_by_text("Done: 1 of 12. Points: 1.")).to_be_visible()
        seen = until(lambda: len(found := trainer.run(SEEN)) == 2 and found)
        assert set(seen) == {"first", "third"}
        assert seen["first"] - when < SOON
    page.goto("about:blank")
    hub.stop()
    hub.start()
    hub.begin("first")
    page.goto(f"{hub.origin}/hub/spawn/third")
    run_cells(page)
    expect(page.get_by_text("Done: 1 of 12. Points: 1.")).to_be_visible()
    with hub.kernel("first") as first:
        assert first.run(STAND) == ["two-keys-are-enough"]
    for name in (*learners, TRAINER):
        assert leaks(hub.root, hub.code(name)) == []


def test_a_kernel_that_asks_for_too_much_is_refused_and_lives_on(hub: Hub) -> None:
    hub.begin("second")
    with hub.kernel("second") as kernel:
        with pytest.raises(RuntimeError, match="MemoryError"):
            kernel.run("much = bytearray(4 << 30)")
        assert kernel.run("print(1)") == 1
