"""A workshop on the hub of `deploy/`, which runs for real, with browsers in it."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from harness import BROWSER_FLAGS, run_cells
from hubpage import find_board, find_seat, log_in, mend, seen_on, send
from hubs import SIT, SOLVE, STAND, Hub, until
from leaks import leaks
from playwright.sync_api import Page, Playwright, expect

from vippsdiag.hub import TRAINER

DONE = "Done: 1 of 12. Points: 3."


@pytest.fixture(scope="module")
def hub(
    chromium: str,  # noqa: ARG001 - without a browser there is no need for a hub
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Hub]:
    hub = Hub(tmp_path_factory.mktemp("hub"))
    hub.start()
    yield hub
    hub.stop()


@pytest.fixture
def board(chromium: str, playwright: Playwright, hub: Hub) -> Iterator[Page]:
    """The trainer's page, in a browser of the trainer's own."""
    browser = playwright.chromium.launch(executable_path=chromium, args=BROWSER_FLAGS)
    page = browser.new_page()
    log_in(page, hub, TRAINER)
    yield page
    browser.close()


def test_three_learners_and_their_trainer_outlive_a_restart(
    page: Page, board: Page, hub: Hub
) -> None:
    log_in(page, hub, "third")
    hub.begin("first", "second")
    find_seat(page, "third")
    mend(page)
    find_board(board, "first", "second", "third")
    assert seen_on(board) == {}
    solved = {}
    with ExitStack() as opened:
        kernels = {
            name: opened.enter_context(hub.kernel(name)) for name in ("first", "second")
        }
        sat = [kernel.run(SIT) for kernel in kernels.values()]
        assert [name for name, _, _ in sat] == list(kernels)
        assert len({number for _, number, _ in sat}) == 2
        assert len({key for _, _, key in sat}) == 2
        done, solved["first"] = kernels["first"].run(SOLVE)
        assert done
    solved["third"] = send(page)
    expect(page.get_by_text(DONE)).to_be_visible()
    seen = until(lambda: len(now := seen_on(board)) == 2 and now, "the rows")
    assert seen.keys() == solved.keys()
    assert all(seen[name] > when for name, when in solved.items())
    expect(board.get_by_role("row", name="first")).to_contain_text("solved")
    expect(board.get_by_role("row", name="second")).not_to_contain_text("solved")
    page.goto("about:blank")
    hub.stop()
    hub.start()
    hub.begin("first")
    page.goto(f"{hub.origin}/hub/spawn/third")
    run_cells(page)
    expect(page.get_by_text(DONE)).to_be_visible()
    with hub.kernel("first") as first:
        assert first.run(STAND) == ["two-keys-are-enough"]
    for name in ("first", "second", "third", TRAINER):
        assert leaks(hub.root, hub.code(name)) == []
