"""The start page leads to the other notebooks, wherever it runs."""

from pathlib import Path

import pytest
from area import area, picture, show
from harness import Lab, Server, Traffic
from playwright.sync_api import Page, expect

CARD, FILE = "Find out why a call fails", "02-troubleshooting.ipynb"


@pytest.mark.parametrize("place", ["JupyterLab", "Notebook 7", "Voila"], indirect=True)
def test_a_card_opens_its_notebook(page: Page, place: Server, traffic: Traffic) -> None:
    show(page, place, "00-start.ipynb")
    loaded = len(traffic.addresses)
    area(page).get_by_role("link", name=CARD).click()
    if type(place) is Lab:
        # Beside this one: the page was not loaded again.
        expect(page.get_by_role("tab", name=FILE)).to_be_visible()
        again = traffic.addresses[loaded:]
        assert not any("/tree/" in address for address in again)
    else:
        page.wait_for_url(f"**/{FILE}*")
        expect(page.get_by_role("heading", level=1).first).to_be_visible()
    assert traffic.outside(place) == []


def test_the_cards_are_reached_by_keyboard_and_say_whom_they_are_for(
    page: Page, place: Server, tmp_path: Path
) -> None:
    show(page, place, "00-start.ipynb")
    picture(page, tmp_path, "start")
    links = area(page).get_by_role("navigation", name="Notebooks").get_by_role("link")
    first = links.first
    first.focus()
    page.keyboard.press("Tab")
    expect(links.nth(1)).to_be_focused()
    cards = area(page).get_by_role("listitem").filter(has=page.get_by_role("link"))
    expect(cards.filter(has_text="About")).to_have_count(links.count())
