"""The notebook for integrations: the guides, and a check of the settings."""

import html as escaping
import re
from pathlib import Path

import ipywidgets
import nbformat
import pytest
from nbclient import NotebookClient
from sealed_page import Page, Sent

from vippsdiag.checks import CHECKS
from vippsdiag.environments import Environment
from vippsdiag.evidence import Context, Evidence
from vippsdiag.importers import read_paste
from vippsdiag.integrations import GUIDES, INTEGRATIONS, Guide, integration_of
from vippsdiag.keys import Field, KeyKind
from vippsdiag.notebook import Integrations
from vippsdiag.render.integrations import guide_view, integration_named
from vippsdiag.sandbox import Sandbox
from vippsdiag.sandbox.practice.settings import UNITS, mistaken
from vippsdiag.secret import Secret, examine

NOTEBOOK = Path(__file__).parent.parent / "notebooks" / "06-integrations.ipynb"
BY_ID = {check.id: check for check in CHECKS}
EACH = pytest.mark.parametrize("guide", GUIDES, ids=[one.name for one in GUIDES])


@pytest.fixture
def app(sent: Sent) -> Integrations:  # noqa: ARG001 - it goes first
    return Integrations()


def plain(text: str) -> str:
    """Return the text of a view, as a person reads it."""
    text = re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)
    return " ".join(escaping.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def shown(widget: ipywidgets.HTML) -> str:
    return plain(widget.value)


class TestTheGuides:
    @EACH
    def test_its_mistakes_are_checks(self, guide: Guide) -> None:
        assert set(guide.mistakes) <= BY_ID.keys()
        assert len(set(guide.mistakes)) == len(guide.mistakes) > 0

    @EACH
    def test_its_settings_are_read_as_the_keys_that_they_are(
        self, guide: Guide
    ) -> None:
        unit = Sandbox().unit(UNITS[guide.kind])
        values = {
            Field.CLIENT_ID: unit.client_id,
            Field.CLIENT_SECRET: unit.client_secret,
            Field.SUBSCRIPTION_KEY: unit.primary,
            Field.SECONDARY_SUBSCRIPTION_KEY: unit.secondary,
            Field.MSN: unit.msn or "384217",
        }
        lines = [f"{name}: {values[field]}" for name, field in guide.key_settings()]
        keys = read_paste("\n".join(lines)).keys
        assert keys is not None
        found = {name: examine(value, lambda raw: raw) for name, value in keys.values()}
        assert found == {field: values[field] for _, field in guide.key_settings()}

    @EACH
    def test_every_text_is_a_sentence(self, guide: Guide) -> None:
        texts = [guide.place, *guide.look, guide.button]
        texts += [setting.text for setting in guide.settings]
        for text in filter(None, texts):
            assert text.rstrip("”")[-1] in ".?", text

    @EACH
    def test_it_leads_to_what_is_known_of_the_product(self, guide: Guide) -> None:
        product = integration_of(Evidence(context=Context(client=guide.name)))
        assert product is integration_named(guide.name)

    def test_there_is_one_for_everything_that_is_recognised(self) -> None:
        names = {guide.name.lower() for guide in GUIDES}
        assert {one.name.lower() for one in INTEGRATIONS} <= names

    def test_what_is_not_documented_is_marked(self) -> None:
        shopify = next(one for one in GUIDES if one.name == "Shopify")
        assert "Client ID inferred" in plain(guide_view(shopify, BY_ID))
        woo = next(one for one in GUIDES if one.name == "WooCommerce")
        assert "inferred" not in plain(guide_view(woo, BY_ID))

    @EACH
    def test_the_view_has_titles_and_the_products_own_words(self, guide: Guide) -> None:
        text = plain(guide_view(guide, BY_ID))
        for name in guide.mistakes:
            assert BY_ID[name].title in text
        product = integration_named(guide.name)
        for name, fix in product.fixes.items() if product else ():
            assert name not in guide.mistakes or fix in text


class TestTheCheck:
    @EACH
    def test_a_swapped_value_is_found_and_right_ones_bring_a_token(
        self, app: Integrations, guide: Guide
    ) -> None:
        app.choice.value = guide.name
        app.example.click()
        assert "A value is in another value's field." in shown(app.causes)
        app.form.use_practice_keys()
        assert "Nothing found" in shown(app.causes)
        app.token.button.click()
        assert app.token.exchange is not None
        assert app.token.exchange.ok
        assert "Nothing found" in shown(app.causes)

    def test_the_cause_is_mended_in_the_products_own_settings(
        self, app: Integrations
    ) -> None:
        app.choice.value = "WooCommerce"
        app.form.sandbox.regenerate("Test unit", Field.SUBSCRIPTION_KEY)
        app.token.button.click()
        assert 'into the setting "Subscription Key"' in shown(app.causes)

    def test_the_kind_of_keys_follows_the_choice(self, app: Integrations) -> None:
        app.choice.value = "An accounting system"
        assert app.form.kind.value is KeyKind.ACCOUNTING
        app.choice.value = "WooCommerce"
        assert app.form.kind.value is KeyKind.SALES_UNIT

    def test_own_values_stay_when_another_product_is_chosen(
        self, app: Integrations, sent: Sent
    ) -> None:
        Page(app.form.paste, sent).enter(
            "clientId: 6d2b8e14-93c7-4f05-a1d8-5e70b9c3f246"
        )
        app.choice.value = "Magento"
        assert app.form.key_set.client_id == "6d2b8e14-93c7-4f05-a1d8-5e70b9c3f246"

    def test_an_example_goes_when_another_product_is_chosen(
        self, app: Integrations
    ) -> None:
        app.example.click()
        app.choice.value = "Magento"
        assert "Nothing found" in shown(app.causes)

    def test_an_example_is_never_sent_elsewhere(self, app: Integrations) -> None:
        app.form.environment.value = Environment.PRODUCTION
        app.example.click()
        assert app.form.environment.value is Environment.SANDBOX

    def test_login_says_that_a_token_call_needs_more(self, app: Integrations) -> None:
        assert "a token call needs one" not in " ".join(map(shown, app._prose))
        app.choice.value = "Auth0"
        assert "a token call needs one" in " ".join(map(shown, app._prose))

    def test_nothing_that_leaves_the_kernel_holds_a_key(
        self, app: Integrations, sent: Sent
    ) -> None:
        app.example.click()
        app.form.use_practice_keys()
        app.token.button.click()
        unit = app.form.sandbox.unit("Test unit")
        for key in (unit.client_secret, unit.primary, unit.secondary):
            assert key not in str(sent)
        assert unit.primary not in repr(mistaken(GUIDES[0], app.form.sandbox))


def test_a_key_typed_over_a_practice_key_stays_when_another_guide_is_chosen(
    app: Integrations,
) -> None:
    own = Secret("Y8Kteew6GE3ZmeycEt6egg==")
    app.form.fields[Field.CLIENT_SECRET].set(own, "typed")
    app.choice.value = GUIDES[1].name
    assert app.form.fields[Field.CLIENT_SECRET].value is own


def test_the_notebook_runs_from_end_to_end() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.outputs for cell in code)
