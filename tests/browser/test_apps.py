"""The notebooks as apps: `vippsdiag app` in a real browser."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from area import NOTEBOOKS, area, show, stem
from harness import KERNEL, RENDERED, Apps, Server
from playwright.sync_api import Page, expect

from vippsdiag.language import VARIABLE
from vippsdiag.titles import TITLES


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=stem)
def test_an_app_has_its_own_title_and_shows_no_code(
    page: Page, apps: Apps, notebook: str
) -> None:
    show(page, apps, notebook)
    heading = area(page).get_by_role("heading", level=1).last
    expect(heading).to_have_text(TITLES[stem(notebook)])
    assert page.title() == f"{heading.inner_text()} · vippsdiag"
    expect(page.locator("head > title")).to_have_count(1)
    expect(page.locator(".jp-InputArea-editor, .jp-InputPrompt:visible")).to_have_count(
        0
    )


def test_an_app_that_fails_says_so_without_the_text_of_the_error(
    page: Page, apps: Apps
) -> None:
    apps.write("broken.ipynb", "raise LookupError('what it says')")
    apps.open(page, "broken.ipynb")
    said = page.get_by_role("alert")
    expect(said).to_contain_text("This page could not be made.")
    expect(said).to_contain_text("LookupError")
    expect(page.get_by_text("what it says")).to_have_count(0)
    expect(page.get_by_text("Traceback")).to_have_count(0)


def test_the_list_of_apps_leads_to_each(page: Page, apps: Apps) -> None:
    page.goto(f"{apps.origin}/?token={apps.token}")
    links = page.get_by_role("listitem").get_by_role("link")
    assert links.all_inner_texts() == [TITLES[stem(name)] for name in NOTEBOOKS]
    links.first.click()
    expect(page.get_by_role("heading", level=1).first).to_be_visible()


def test_an_address_of_nothing_says_so(page: Page, apps: Apps) -> None:
    page.goto(f"{apps.origin}/voila/tree/nothing?token={apps.token}")
    expect(page.get_by_role("link", name="All apps")).to_be_visible()


class Danish(Apps):
    """Voila as ``vippsdiag --language da app`` starts it."""

    def environment(self) -> Mapping[str, str]:
        return {**super().environment(), VARIABLE: "da"}


def test_pages_speak_the_language_that_vippsdiag_was_started_in(
    page: Page,
    apps: Apps,  # noqa: ARG001 - the browser's profile is below its folder
    tmp_path: Path,
) -> None:
    danish = Danish(tmp_path / "danish")
    danish.start()
    try:
        page.goto(f"{danish.origin}/?token={danish.token}")
        page.get_by_role("link", name="Find ud af, hvorfor et kald fejler").click()
        expect(page.locator("#loading")).to_contain_text("Starter")
        page.wait_for_function(RENDERED)
        assert page.title() == "Find ud af, hvorfor et kald fejler · vippsdiag"
        assert page.locator("html").get_attribute("lang") == "da"
        danish.write("broken.ipynb", "raise LookupError")
        danish.open(page, "broken.ipynb")
        said = page.get_by_role("alert")
        expect(said).to_contain_text("Et trin i den endte med LookupError.")
        page.goto(f"{danish.origin}/voila/tree/nothing?token={danish.token}")
        expect(page.get_by_role("heading")).to_contain_text("ingen app (status 404)")
    finally:
        danish.stop()


def test_a_page_that_is_left_ends_its_kernel(page: Page, apps: Apps) -> None:
    show(page, apps, NOTEBOOKS[0])
    apps.settle(page)  # waits until there is no such kernel any more


def test_each_visitor_has_a_kernel_of_their_own(page: Page, apps: Apps) -> None:
    other = page.context.new_page()
    for visitor in (page, other):
        show(visitor, apps, "01-onboarding.ipynb")
    assert page.evaluate(KERNEL) != other.evaluate(KERNEL)


@pytest.mark.parametrize("address", ["https://example.invalid/", "http://127.0.0.2/"])
def test_an_app_cannot_ask_another_machine(
    page: Page, apps: Apps, address: str
) -> None:
    show(page, apps, NOTEBOOKS[0])
    asked = page.evaluate(
        "address => fetch(address).then(() => 'answered', (error) => error.name)",
        address,
    )
    assert asked == "TypeError"
    blocked = page.evaluate(
        """address => new Promise((done) => {
            document.addEventListener("securitypolicyviolation",
                (event) => done(event.effectiveDirective));
            const image = document.createElement("img");
            image.src = address;
            document.body.append(image);
        })""",
        address,
    )
    assert blocked == "img-src"


BROKEN = """
import ipywidgets
from vippsdiag.notebook import Mishap

button = ipywidgets.Button(description="Break")
button.on_click(lambda _: {}["what it says"])
choice = ipywidgets.Dropdown(options=["one", "two"], description="Choice")
choice.observe(lambda change: int(change.new), "value")
ipywidgets.VBox([button, choice, Mishap()])
"""


@pytest.mark.parametrize("place", ["JupyterLab", "Voila"], indirect=True)
def test_an_error_after_a_click_or_a_choice_is_told_below(
    page: Page, place: Server
) -> None:
    place.write("mishap.ipynb", BROKEN)
    place.open(page, "mishap.ipynb")
    said = page.get_by_role("alert").filter(has_text="made an error")
    page.get_by_role("button", name="Break").click()
    expect(said).to_contain_text("(KeyError)")
    page.get_by_label("Choice").select_option("two")
    expect(said).to_contain_text("(ValueError)")
    shown = page.locator(".jp-OutputArea-output").filter(has_text="what it says")
    expect(shown).to_have_count(0)
