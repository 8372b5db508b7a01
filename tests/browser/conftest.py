"""The places for the session, and a browser with an empty profile for each test."""

import os
import secrets
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from chromium import HOW, find_chromium
from harness import (
    BROWSER_FLAGS,
    FIRST_WAIT,
    Apps,
    Classic,
    Lab,
    Server,
    Traffic,
)
from playwright.sync_api import Page, Playwright, expect, sync_playwright

RESULTS = Path("test-results")

# The machine may be slow; a label that comes late is no error.
expect.set_options(timeout=20_000)

# The fixtures, by the names that people know.
PLACES = {"JupyterLab": "lab", "Notebook 7": "classic", "Voila": "apps"}

FAILED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where the browser is; without one, skip at home and fail in CI."""
    found = find_chromium()
    if found is None and os.environ.get("CI") == "true":
        pytest.fail(HOW)
    return found or pytest.skip(HOW)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def server(
    chromium: str,  # noqa: ARG001 - without a browser there is no need for a server
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Lab]:
    """One JupyterLab for all tests; use `lab` instead."""
    lab = Lab(tmp_path_factory.mktemp("lab"))
    lab.start()
    yield lab
    lab.stop()


@pytest.fixture
def lab(server: Lab, request: pytest.FixtureRequest) -> Iterator[Lab]:
    """JupyterLab with a fresh copy of the notebooks, and no kernel.

    Saves widget state with the notebook, which is the harder case; parametrize
    it indirectly with ``False`` for JupyterLab's default.
    """
    server.settings(save_state=getattr(request, "param", True))
    server.reset()
    yield server
    server.stop_kernels()


@pytest.fixture(scope="session")
def voila(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apps]:  # noqa: ARG001
    """One Voila for all tests; use `apps` instead."""
    apps = Apps(tmp_path_factory.mktemp("apps"))
    apps.start()
    yield apps
    apps.stop()


@pytest.fixture
def apps(voila: Apps) -> Apps:
    """Voila with a fresh copy of the notebooks."""
    voila.reset()
    return voila


@pytest.fixture
def classic(lab: Lab) -> Classic:
    """Notebook 7, with the same server and settings as `lab`."""
    return Classic(lab.root, lab.port, lab.token)


@pytest.fixture(params=list(PLACES), ids=list(PLACES))
def place(request: pytest.FixtureRequest) -> Server:
    """Each place where notebooks run; parametrize it indirectly to choose.

    JupyterLab saves the widgets' state, unless it is "JupyterLab without state".
    """
    name, _, unlike = request.param.partition(" without ")
    server: Server = request.getfixturevalue(PLACES[name])
    if unlike and isinstance(server, Lab):
        server.settings(save_state=False)
    return server


@pytest.fixture
def canary() -> str:
    """A value that is nowhere else; of characters that nothing writes otherwise."""
    return f"Canary{secrets.token_hex(12)}"


@pytest.fixture
def page(
    chromium: str, playwright: Playwright, request: pytest.FixtureRequest
) -> Iterator[Page]:
    """A page with an empty profile below the place's root, or else that of `lab`.

    A failure leaves a picture.
    """
    places = ("place", "apps", "hub", "lab")
    name = next((name for name in places if name in request.fixturenames), "lab")
    server: Server = request.getfixturevalue(name)
    context = playwright.chromium.launch_persistent_context(
        server.root / "profiles" / secrets.token_hex(4),
        executable_path=chromium,
        args=BROWSER_FLAGS,
        viewport={"width": 1100, "height": 800},
        timeout=FIRST_WAIT,
    )
    page = context.pages[0]
    page.set_default_timeout(20_000)
    yield page
    if request.node.stash.get(FAILED, False) and not page.is_closed():
        RESULTS.mkdir(exist_ok=True)
        name = "".join(c if c.isalnum() else "-" for c in request.node.name)
        page.screenshot(path=RESULTS / f"{name}.png")
    context.close()


@pytest.fixture
def traffic(page: Page) -> Traffic:
    """Everything that the page sends and receives from now on."""
    return Traffic(page)
