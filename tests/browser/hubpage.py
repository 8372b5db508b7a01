"""The hub of `deploy/` as people have it: its pages, in a browser."""

import re
import time

from area import AREA
from harness import IDLE, run_cells
from hubs import PATIENCE, Hub
from playwright.sync_api import Page, expect

from vippsdiag.hub import TRAINER

KEY = "Ocp-Apim-Subscription-Key"
PRIMARY = "primary key of the test unit"

# Notes when each row of the board first says that something is done, in seconds since
# 1970, just before the browser draws it.
WATCH = """area => {
    const seen = window.seenOnBoard = {};
    const look = () => {
        for (const row of document.querySelectorAll(`${area} tbody tr`)) {
            const [head, ...cells] = [...row.children].map(cell => cell.textContent);
            const done = cells.some(text => /^(solved|cause named)/.test(text));
            if (done) seen[head.replace(/^\\d+\\. /, "")] ??= Date.now() / 1000;
        }
    };
    const draws = () => requestAnimationFrame(look);
    const all = { subtree: true, childList: true, characterData: true };
    new MutationObserver(draws).observe(document.body, all);
    draws();
}"""


def log_in(page: Page, hub: Hub, name: str) -> None:
    """Log in, which starts a server; it is not waited for."""
    page.goto(f"{hub.origin}/hub/login")
    page.get_by_label("Username").fill(name)
    password = hub.trainer_password if name == TRAINER else hub.password
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def run_notebook(page: Page) -> None:
    """Wait for the server and for the notebook that opens, and run all its cells."""
    page.wait_for_function(IDLE, timeout=1000 * PATIENCE)
    run_cells(page)


def find_seat(page: Page, name: str) -> None:
    """Run the notebook, and see that the learner sits in the workshop."""
    run_notebook(page)
    expect(page.get_by_text(f"You sit in the workshop as {name}")).to_be_visible()


def find_board(page: Page, *names: str) -> None:
    """Run the trainer's notebook, see who is there, and note who is done later."""
    run_notebook(page)
    for name in names:
        seat = re.compile(rf"^\d+\. {re.escape(name)}$")
        expect(page.get_by_role("rowheader", name=seat)).to_be_visible()
    page.evaluate(WATCH, AREA)


def seen_on(page: Page) -> dict[str, float]:
    """Return when the board first said of each learner that something is done."""
    seen: dict[str, float] = page.evaluate("window.seenOnBoard")
    return seen


def mend(page: Page) -> None:
    """Mend the first exercise of the course, up to the last click."""
    page.get_by_role("button", name="Add a header", exact=True).click()
    name = page.get_by_label("Header", exact=True).last
    expect(name).to_have_value("")
    name.fill(KEY)
    name.press("Tab")
    listed = page.get_by_label("Value", exact=True).filter(has_text=PRIMARY)
    listed.select_option(PRIMARY)


def send(page: Page) -> float:
    """Click; return when, in seconds since 1970."""
    when = time.time()
    page.get_by_role("button", name="Send", exact=True).click()
    return when
