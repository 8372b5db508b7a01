"""The integration in use, and the words that its settings go by."""

import pytest

from vippsdiag.checks import CHECKS
from vippsdiag.evidence import Evidence
from vippsdiag.integrations import INTEGRATIONS, integration_of
from vippsdiag.render.words import fix_of
from vippsdiag.samples import TEST, call, case, login_call, token_call

BY_ID = {check.id: check for check in CHECKS}


def agent(text: str, header: str = "User-Agent") -> Evidence:
    return case(token_call(TEST, headers={header: text}))


SEEN = {
    "woocommerce-by-its-plugin": (
        agent("woo-vipps", "Vipps-System-Plugin-Name"),
        "WooCommerce",
    ),
    "woocommerce-by-its-system": (
        agent("WooCommerce", "Vipps-System-Name"),
        "WooCommerce",
    ),
    "woocommerce-by-an-address": (
        case(call("POST", "https://shop.example/wp-json/vipps/v1/callback")),
        "WooCommerce",
    ),
    "woocommerce-by-what-was-told": (
        case(token_call(TEST), client="Vipps for WooCommerce 3.1"),
        "WooCommerce",
    ),
    "magento": (agent("Magento 2.4", "Vipps-System-Name"), "Magento"),
    "shopware": (agent("shopware6", "Vipps-System-Plugin-Name"), "Shopware"),
    "shopify": (case(token_call(TEST), client="our Shopify shop"), "Shopify"),
    "wordpress": (
        case(login_call(), client="Login with Vipps, WordPress"),
        "Login with Vipps for WordPress",
    ),
    "auth-js": (case(login_call(), client="next-auth 5"), "Auth.js"),
    "sdk": (agent("Vipps/Deno-SDK/npm-module/2.4.1"), "the JavaScript SDK"),
    "postman": (agent("PostmanRuntime/7.40"), "Postman"),
    "native-app": (case(token_call(TEST), client="native iOS app"), "a native app"),
    "till": (case(token_call(TEST), client="a POS system"), "a point of sale"),
    "woocommerce-by-a-pasted-setting": (
        Evidence(text="Ocp_Apim_Key_eCommerce: •••"),
        "WooCommerce",
    ),
    "ordinary-words": (Evidence(text="the native app was fine till today"), None),
    "own-code": (agent("python-requests/2.32"), None),
}


@pytest.mark.parametrize(("evidence", "name"), SEEN.values(), ids=list(SEEN))
def test_an_integration_is_known_by_what_it_says_of_itself(
    evidence: Evidence, name: str | None
) -> None:
    found = integration_of(evidence)
    if name is None:
        assert found is None
    else:
        assert found is not None
        assert found.name == name


def test_the_fix_names_the_products_own_setting_first() -> None:
    check = BY_ID["order-id-reused"]
    woo = next(item for item in INTEGRATIONS if item.name == "WooCommerce")
    assert "order prefix" in fix_of(check, woo)
    assert fix_of(check, woo).endswith(check.fix)


def test_without_an_integration_the_fix_is_the_checks_own() -> None:
    check = BY_ID["order-id-reused"]
    assert fix_of(check, None) == check.fix
    shopify = next(item for item in INTEGRATIONS if item.name == "Shopify")
    assert fix_of(check, shopify) == check.fix


def test_every_sentence_of_a_product_is_a_sentence() -> None:
    for item in INTEGRATIONS:
        for text in item.fixes.values():
            assert text[0].isupper(), item.name
            assert text.endswith("."), item.name
