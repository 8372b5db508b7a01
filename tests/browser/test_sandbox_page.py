"""The page of the sandbox's last calls, in a real browser."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from harness import BROWSER_FLAGS, FIRST_WAIT
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from vippsdiag.sandbox import Sandbox
from vippsdiag.sandbox.serving.server import running

TOKEN = "/accesstoken/get"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running(Sandbox()) as found:
        yield found


@pytest.fixture
def browser(
    chromium: str, playwright: Playwright, tmp_path: Path
) -> Iterator[BrowserContext]:
    context = playwright.chromium.launch_persistent_context(
        tmp_path / secrets.token_hex(4),
        executable_path=chromium,
        args=BROWSER_FLAGS,
        timeout=FIRST_WAIT,
    )
    yield context
    context.close()


@pytest.fixture
def page(browser: BrowserContext, address: str) -> Page:
    """The log, with one call in it."""
    requests.post(address + TOKEN, timeout=10)
    page = browser.pages[0]
    page.goto(address + "/_sandbox")
    return page


def test_a_new_call_appears_by_itself_and_is_announced(
    page: Page, address: str
) -> None:
    requests.post(address + "/appears", timeout=10)
    expect(page.get_by_role("heading", name="POST /appears")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("1 new call.")
    first = page.locator("summary").first
    expect(first).to_contain_text("refused: 404")


def test_a_call_opens_by_the_keyboard_and_stays_open(page: Page, address: str) -> None:
    opened = page.locator("details").first
    name = opened.get_attribute("id")
    opened.locator("summary").focus()
    page.keyboard.press("Enter")
    opened = page.locator(f"#{name}")
    expect(opened.get_by_role("heading", name="Request")).to_be_visible()
    requests.post(address + "/stays", timeout=10)
    expect(page.get_by_role("heading", name="POST /stays")).to_be_visible()
    expect(opened.get_by_role("heading", name="Request")).to_be_visible()
    expect(opened.locator("summary")).to_be_focused()


def test_it_can_be_paused(page: Page, address: str) -> None:
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("status")).to_contain_text("not shown for now")
    requests.post(address + "/later", timeout=10)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="POST /later")).to_be_visible()


def test_nothing_but_the_sandbox_is_asked_and_nothing_is_blocked(
    page: Page, address: str
) -> None:
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.reload()
    requests.post(address + "/<img src=x onerror=alert(1)>", timeout=10)
    expect(page.get_by_role("status")).to_contain_text("new call")
    assert all(url.startswith(address + "/_sandbox") for url in asked)
    assert said == []
