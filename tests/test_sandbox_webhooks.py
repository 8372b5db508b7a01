"""Registering webhooks: what is taken, what is refused, and how much of it."""

from uuid import UUID

import pytest
from shop import NOW, Shop

from vippsdiag.sandbox import Sandbox
from vippsdiag.sandbox.apis.webhooks import EVENTS, MOST

PATH = "/webhooks/v1/webhooks"
CREATED, CAPTURED = "epayments.payment.created.v1", "epayments.payment.captured.v1"
URL = "https://example.com/hooks?shop=1"


@pytest.fixture
def shop() -> Shop:
    return Shop()


def register(
    shop: Shop, *events: str, url: str = URL, status: int = 201
) -> dict[str, object]:
    body = {"url": url, "events": list(events or (CREATED,))}
    answer: dict[str, object] = shop.ask("POST", PATH, body, status)
    return answer


def test_a_registration_has_an_id_and_shows_its_secret_once(shop: Shop) -> None:
    made = register(shop, CREATED, CAPTURED)
    assert made.keys() == {"id", "secret"}
    assert UUID(str(made["id"]))
    (listed,) = shop.ask("GET", PATH)["webhooks"]
    assert listed == {"id": made["id"], "url": URL, "events": [CREATED, CAPTURED]}


def test_two_registrations_have_different_secrets(shop: Shop) -> None:
    assert register(shop)["secret"] != register(shop)["secret"]


def test_a_deleted_registration_is_gone(shop: Shop) -> None:
    made = register(shop)
    shop.ask("DELETE", f"{PATH}/{made['id']}", status=204)
    assert shop.ask("GET", PATH) == {"webhooks": []}
    problem = shop.ask("DELETE", f"{PATH}/{made['id']}", status=400)
    assert problem["extraDetails"][0]["name"] == "id"


def test_the_registrations_of_units_are_apart(shop: Shop) -> None:
    made = register(shop)
    other = Shop(shop.sandbox, "Test unit without ePayment")
    assert other.ask("GET", PATH) == {"webhooks": []}
    other.ask("DELETE", f"{PATH}/{made['id']}", status=400)
    assert len(shop.ask("GET", PATH)["webhooks"]) == 1


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://example.com/hooks", "The URL must use HTTPS."),
        ("example.com/hooks", "The URL is not valid."),
        ("ftp://example.com/hooks", "The URL is not valid."),
        ("https://", "The URL must be reachable from the internet."),
        ("https://shop/hooks", "The URL must be reachable from the internet."),
        ("https://example.com:99999/", "The URL is not valid."),
        ("https://example.com/a b", "The URL is not valid."),
        ("https://example.com/ø", "The URL is not valid."),
        ("", "The URL is not valid."),
        ("https://me@example.com/", "The URL must not have a user name or a fragment."),
        ("https://example.com/#a", "The URL must not have a user name or a fragment."),
    ],
)
def test_an_address_that_cannot_be_delivered_to_is_refused(
    shop: Shop, url: str, reason: str
) -> None:
    problem = register(shop, url=url, status=400)
    assert problem["extraDetails"] == [{"name": "url", "reason": reason}]
    assert problem["detail"] == "One or more validation errors occurred."
    assert problem["instance"] == "/v1/webhooks"
    assert shop.ask("GET", PATH) == {"webhooks": []}


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8080/", "http://localhost/hooks", "http://[::1]:3000/a"]
)
def test_an_address_on_this_machine_needs_no_https(shop: Shop, url: str) -> None:
    register(shop, url=url)


def test_an_unknown_event_is_named(shop: Shop) -> None:
    wrong = "epayment.payment.created.v1"
    problem = register(shop, CREATED, wrong, status=400)
    assert problem["extraDetails"] == [
        {"name": "events", "reason": f"Unsupported values: {wrong}"}
    ]


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({"events": [CREATED]}, "url"),
        ({"url": URL}, "events"),
        ({"url": URL, "events": []}, "events"),
        ({"url": URL, "events": CREATED}, "events"),
        ({"url": 1, "events": [CREATED]}, "url"),
        ([], "body"),
    ],
    ids=["no url", "no events", "none", "text", "number", "list"],
)
def test_a_body_that_is_not_as_declared_is_refused(
    shop: Shop, body: object, name: str
) -> None:
    problem = shop.ask("POST", PATH, body, 400)
    assert problem["extraDetails"][0]["name"] == name


def test_at_most_25_webhooks_want_one_event(shop: Shop) -> None:
    for _ in range(MOST):
        register(shop, CREATED)
    problem = register(shop, CAPTURED, CREATED, status=400)
    assert "At most 25 webhooks" in str(problem["detail"])
    register(shop, CAPTURED)


def test_one_webhook_wants_check_ins(shop: Shop) -> None:
    register(shop, "user.checked-in.v1")
    problem = register(shop, "user.checked-in.v1", status=400)
    assert "At most 1 webhook can" in str(problem["detail"])


def test_a_partner_registers_for_all_its_merchants_or_for_one() -> None:
    shop = Shop(Sandbox(clock=lambda: NOW), "Production unit")
    partner = Shop(shop.sandbox, "Partner")
    wide = register(partner)
    assert [hook["id"] for hook in partner.ask("GET", PATH)["webhooks"]] == [wide["id"]]
    partner.session.headers["Merchant-Serial-Number"] = shop.unit.msn
    own = register(partner)
    assert [hook["id"] for hook in shop.ask("GET", PATH)["webhooks"]] == [own["id"]]


def test_the_limits_of_a_partner_and_of_a_unit_are_apart() -> None:
    partner = Shop(name="Partner")
    for _ in range(MOST):
        register(partner)
    register(partner, status=400)
    register(Shop(partner.sandbox, "Production unit"))


def test_the_official_names_of_events() -> None:
    assert len(EVENTS) == 20
    assert "recurring.charge-canceled.v1" in EVENTS
    assert "recurring.charge-creation-failed.v1" in EVENTS
    assert "epayments.payment.terminated.v1" in EVENTS
