"""The integration in use, and the words that its settings go by."""

import pytest

from vippsdiag.checks import CHECKS
from vippsdiag.diagnosis import diagnose
from vippsdiag.evidence import Evidence
from vippsdiag.integrations import INTEGRATIONS, integration_of, setting_for
from vippsdiag.integrations.guides import _ABOUT, _NO_SETTING
from vippsdiag.render.view import view
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


@pytest.mark.parametrize(
    ("product", "check", "setting"),
    [
        ("WooCommerce", "client-id-unknown", "clientId"),
        ("WooCommerce", "client-secret-wrong", "secret"),
        ("Magento", "msn-malformed", "Merchant Serial Number"),
        ("Shopware", "client-secret-missing", "Client secret"),
        ("magento", "client-id-missing", "Client ID"),
    ],
)
def test_a_product_calls_a_key_by_a_name_of_its_own(
    product: str, check: str, setting: str
) -> None:
    named = setting_for(product, check)
    assert named is not None
    assert named[1] == setting


@pytest.mark.parametrize(
    ("product", "check"),
    [
        ("WooCommerce", "token-expired"),
        ("WooCommerce", "msn-as-integer"),
        ("Login with Vipps for WordPress", "client-id-unknown"),
        ("Shopify", "client-id-unknown"),
        ("Auth0", "client-secret-wrong"),
        ("a shop nobody knows", "client-id-unknown"),
    ],
)
def test_no_setting_is_named_that_is_not_known(product: str, check: str) -> None:
    assert setting_for(product, check) is None


def test_no_check_that_is_left_without_a_setting_is_unknown() -> None:
    assert set(BY_ID) >= _NO_SETTING
    assert all(any(name.startswith(start) for name in BY_ID) for start in _ABOUT)


def test_the_fix_names_the_setting_of_a_key_in_the_product_in_use() -> None:
    check = BY_ID["client-id-unknown"]
    woo = next(item for item in INTEGRATIONS if item.name == "WooCommerce")
    said = 'In the settings of WooCommerce, the client_id is called "clientId". '
    assert fix_of(check, woo) == said + check.fix


def test_a_report_names_the_integration_in_use() -> None:
    shown = view(diagnose(agent("Magento 2.4", "Vipps-System-Name")))
    assert shown.used == "The integration in use: Magento."
    assert view(diagnose(agent("python-requests/2.32"))).used == ""


def test_every_sentence_of_a_product_is_a_sentence() -> None:
    for item in INTEGRATIONS:
        for text in item.fixes.values():
            assert text[0].isupper(), item.name
            assert text.endswith("."), item.name
