"""What is typed into a notebook is nowhere but in its kernel, wherever it runs."""

import pytest
from area import (
    NOTEBOOKS,
    held_by,
    open_fields,
    press_main_button,
    secret_fields,
    show,
    stem,
)
from harness import Lab, Server, Traffic
from leaks import found_in, leaks
from playwright.sync_api import Page, expect

PLACES = ("JupyterLab", "JupyterLab without state", "Notebook 7", "Voila")
PLAIN = "import ipywidgets; ipywidgets.Text(description='Plain')"

# These show none until something is chosen.
WITHOUT_FIELDS = ("00-start.ipynb", "03-workshop.ipynb")


def fill(page: Page, canary: str) -> int:
    """Type the canary into every field for secrets that is shown; return how many."""
    fields = secret_fields(page)
    for field in fields:
        field.fill(canary)
    return len(fields)


@pytest.mark.parametrize("place", PLACES, indirect=True)
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=stem)
def test_what_is_typed_is_nowhere_and_no_request_leaves_the_machine(
    page: Page, place: Server, traffic: Traffic, notebook: str, canary: str
) -> None:
    show(page, place, notebook)
    # With steps, the first press leads to the step that sends.
    presses = 2 if open_fields(page) else 1
    filled = fill(page, canary)
    for _ in range(presses):
        press_main_button(page)
    assert filled or notebook in WITHOUT_FIELDS
    place.save(page)
    assert found_in(held_by(page), canary) == []
    assert traffic.frames
    assert traffic.holding(canary) == []
    assert traffic.outside(place) == []
    place.settle(page)
    assert leaks(place.root, canary) == []


# Without the widgets' state JupyterLab keeps a plain field's text out of files too.
@pytest.mark.parametrize("place", ["JupyterLab", "Notebook 7", "Voila"], indirect=True)
def test_the_search_sees_what_a_plain_field_leaves(
    page: Page, place: Server, traffic: Traffic, canary: str
) -> None:
    place.write("plain.ipynb", PLAIN)
    place.open(page, "plain.ipynb")
    page.get_by_role("textbox", name="Plain").fill(canary)
    expect(page.get_by_role("textbox", name="Plain")).to_have_value(canary)
    place.save(page)
    assert found_in(held_by(page), canary) == ["plain"]
    assert traffic.holding(canary) != []
    place.settle(page)
    if isinstance(place, Lab):  # Voila saves no notebook
        assert "work/notebooks/plain.ipynb: plain" in leaks(place.root, canary)
