"""Logging in: in the browser with OpenID Connect, and begun by the merchant (CIBA)."""

import base64
import hashlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import KeySet
from shop import KEY, MSN, NOW, Shop

from vippsdiag.sandbox import Sandbox, SandboxConfig, Unit
from vippsdiag.sandbox.apis.buyer.page import buyer_page
from vippsdiag.sandbox.apis.login.problems import (
    NO_CLIENT,
    NOT_REGISTERED,
    TEXTS,
)
from vippsdiag.sandbox.state.database import Database
from vippsdiag.sandbox.webhooks.deliveries import LINE, Delivery

ACCESS = "/access-management-1.0/access"
REDIRECT_URI = "https://example.com/callback"
STATE = "a state & more"
CIBA = "urn:openid:params:grant-type:ciba"
CIBA_REDIRECT = "urn:vipps:params:grant-type:ciba-redirect"
VERIFIER = "RuzfVVEowM_e9wkyTjNCmCz4PKL4MOh2FACGhGRsAq4"
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest())
    .rstrip(b"=")
    .decode()
)


class Site:
    """A web site that logs people in, and the people who decide."""

    def __init__(self, shop: Shop) -> None:
        self.shop, self.unit = shop, shop.unit
        self.session = shop.sandbox.session()
        self.found = self.get(f"{shop.base}{ACCESS}/.well-known/openid-configuration")

    def get(self, url: str, **headers: str) -> Any:
        answer = self.session.get(url, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def start(self, **changed: str | None) -> requests.Response:
        """Ask the authorize endpoint; a parameter without a value is left out."""
        asked: dict[str, str | None] = {
            "client_id": self.unit.client_id,
            "response_type": "code",
            "scope": "openid name email",
            "state": STATE,
            "redirect_uri": REDIRECT_URI,
        }
        given = {k: v for k, v in (asked | changed).items() if v is not None}
        return self.session.get(
            self.found["authorization_endpoint"], params=given, allow_redirects=False
        )

    def decide(self, page: str, decision: str = "approve") -> dict[str, str]:
        """Decide on the landing page; return what comes back to the site."""
        answer = self.session.post(
            page, data={"decision": decision}, allow_redirects=False
        )
        assert answer.status_code == 303, answer.text
        answer = self.session.get(answer.headers["Location"], allow_redirects=False)
        assert answer.status_code == 302, answer.text
        return fields(answer)

    def log_in(self, **changed: str | None) -> str:
        """Return a code."""
        return self.decide(self.start(**changed).headers["Location"])["code"]

    def exchange(
        self,
        code: str,
        auth: tuple[str, str] | None = None,
        headers: dict[str, str] | None = None,
        **changed: str,
    ) -> requests.Response:
        """Ask for tokens, with the keys in a Basic header."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": REDIRECT_URI,
        }
        pair = auth or (self.unit.client_id, self.unit.client_secret)
        return self.session.post(
            self.found["token_endpoint"],
            data=form | changed,
            auth=None if headers is not None else pair,
            headers=headers,
        )

    def claims(self, id_token: str) -> dict[str, Any]:
        """Verify an id token by the published key, and return its claims."""
        keys = KeySet.import_key_set(self.get(self.found["jwks_uri"]))
        return jwt.decode(id_token, keys, algorithms=["RS256"]).claims

    def begin(self, **changed: str) -> requests.Response:
        """Begin a login with a phone number."""
        form = {"scope": "openid name", "login_hint": "urn:msisdn:4712345678"}
        return self.session.post(
            self.found["backchannel_authentication_endpoint"],
            data=form | changed,
            auth=(self.unit.client_id, self.unit.client_secret),
        )

    def poll(self, request: str, grant: str = CIBA) -> requests.Response:
        return self.session.post(
            self.found["token_endpoint"],
            data={"grant_type": grant, "auth_req_id": request},
            auth=(self.unit.client_id, self.unit.client_secret),
        )


def fields(answer: requests.Response) -> dict[str, str]:
    """Return what a redirection says."""
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


def shop_with(name: str = "Test unit", **changed: Any) -> Shop:
    """Return a shop whose unit is set up otherwise."""
    config = SandboxConfig.from_seed()
    units = tuple(
        replace(unit, **changed) if unit.name == name else unit for unit in config.units
    )
    sandbox = Sandbox(replace(config, units=units), clock=lambda: NOW)
    return Shop(sandbox, name)


@pytest.fixture(scope="module")
def made() -> Shop:
    return Shop()


@pytest.fixture
def site(made: Shop) -> Site:
    # The keys take a while to make, so the tests share a shop.
    return Site(made)


WORDS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "",
            ".",
            "code",
            "openid",
            "plain",
            "S256",
            REDIRECT_URI,
            VERIFIER,
            "authorization_code",
            CIBA,
            CIBA_REDIRECT,
            "urn:msisdn:4712345678",
            "urn:msisdn:٤٧١٢٣٤٥٦٧٨",
            "urn:customer-token:",
            "login_to_webpage",
            "x" * 1200,
        ]
    ),
)
NAMES = st.sampled_from(
    (
        "client_id client_secret redirect_uri response_type scope state nonce prompt "
        "code_challenge code_challenge_method login_verifier msn grant_type code "
        "code_verifier auth_req_id token login_hint binding_message requested_expiry "
        "requested_flow"
    ).split()
)


@given(
    asked=st.dictionaries(NAMES, WORDS, max_size=8),
    path=st.sampled_from(
        [
            "/oauth2/auth",
            "/oauth2/token",
            "/oauth2/revoke",
            "/vipps-login-ciba/api/backchannel/authentication",
            "/vipps-login-ciba/api/v1/user-exists",
        ]
    ),
)
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_asked_gets_an_answer(
    site: Site, asked: dict[str, str], path: str
) -> None:
    url = site.shop.base + (path if "ciba" in path else ACCESS + path)
    client = {"client_id": site.unit.client_id} | asked
    answer = site.session.get(
        url, params={"redirect_uri": REDIRECT_URI} | client, allow_redirects=False
    )
    assert answer.status_code in {302, 400, 401, 404, 502}
    auth = (site.unit.client_id, site.unit.client_secret)
    answer = site.session.post(url, data=asked, auth=auth)
    assert answer.status_code in {200, 400, 401, 404}


# Where everything is.


@pytest.mark.parametrize("name", ["Test unit", "Production unit"])
def test_discovery_of_both_environments(name: str) -> None:
    site = Site(Shop(name=name))
    base = site.shop.base
    found = site.found
    assert found["issuer"] == f"{base}/access-management-1.0/access/"
    assert found["token_endpoint"] == f"{base}{ACCESS}/oauth2/token"
    assert found["authorization_endpoint"] == f"{base}{ACCESS}/oauth2/auth"
    assert found["userinfo_endpoint"] == f"{base}/vipps-userinfo-api/userinfo"
    assert "client_secret_basic" in found["token_endpoint_auth_methods_supported"]


def test_discovery_may_be_kept_for_an_hour(site: Site) -> None:
    url = f"{site.shop.base}{ACCESS}/.well-known/openid-configuration"
    assert site.session.get(url).headers["Cache-Control"] == "max-age=3600"


def test_the_published_key_has_no_private_part(site: Site) -> None:
    (key,) = site.get(site.found["jwks_uri"])["keys"]
    assert key.keys() == {"use", "kty", "kid", "alg", "n", "e"}


# The whole way.


def test_a_login_from_start_to_end(site: Site) -> None:
    answer = site.start(nonce="a nonce")
    assert answer.status_code == 302
    shown = site.session.get(answer.headers["Location"])
    assert "You share</dt><dd>name, e-mail address<" in shown.text
    came_back = site.decide(answer.headers["Location"])
    assert came_back.keys() == {"code", "state", "scope"}
    assert (came_back["state"], came_back["scope"]) == (STATE, "openid name email")
    answer = site.exchange(came_back["code"])
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    body = answer.json()
    assert body.keys() == {
        "access_token",
        "expires_in",
        "id_token",
        "scope",
        "token_type",
    }
    assert (body["expires_in"], body["token_type"]) == (3599, "bearer")
    assert not body["access_token"].startswith("ey")
    claims = site.claims(body["id_token"])
    assert claims["iss"] == site.found["issuer"]
    assert claims["aud"] == [site.unit.client_id]
    assert claims["nonce"] == "a nonce"
    assert claims["exp"] - claims["iat"] == 3600
    half = hashlib.sha256(body["access_token"].encode()).digest()[:16]
    assert claims["at_hash"] == base64.urlsafe_b64encode(half).decode().rstrip("=")
    profile = site.get(
        site.found["userinfo_endpoint"], Authorization=f"Bearer {body['access_token']}"
    )
    assert profile["sub"] == claims["sub"]
    assert profile["sid"] == claims["sid"]
    assert profile["name"] == "Ada Lovelace"
    assert "phone_number" not in profile


def test_the_sub_stays_and_differs_between_units(site: Site) -> None:
    other = Site(Shop(name="Production unit"))
    subs = [
        each.claims(each.exchange(each.log_in()).json()["id_token"])["sub"]
        for each in (site, site, other)
    ]
    assert subs[0] == subs[1] != subs[2]


def test_a_user_who_says_no_leads_to_access_denied(site: Site) -> None:
    page = site.start().headers["Location"]
    assert site.decide(page, "reject") == {
        "error": "access_denied",
        "error_description": TEXTS["access_denied"],
        "state": STATE,
    }


def test_the_query_of_the_redirect_uri_stays() -> None:
    uri = "https://example.com/back?a=1"
    site = Site(shop_with(redirect_uris=(uri,)))
    page = site.start(redirect_uri=uri).headers["Location"]
    assert site.decide(page).keys() == {"a", "code", "state", "scope"}


def test_the_user_may_take_ten_minutes() -> None:
    site = Site(Shop())
    page = site.start().headers["Location"]
    site.shop.sandbox.advance(timedelta(minutes=10))
    answer = site.session.post(page, data={"decision": "approve"})
    assert answer.status_code == 200
    assert "The time to decide is over." in answer.text


def test_a_decision_is_made_once(site: Site) -> None:
    page = site.start().headers["Location"]
    site.decide(page, "reject")
    again = site.session.post(page, data={"decision": "approve"})
    assert "You have rejected this login." in again.text


def test_the_verifier_of_an_undecided_login_leads_nowhere(site: Site) -> None:
    url = site.found["authorization_endpoint"]
    for msn in (site.unit.msn, "999999", ""):
        asked = {"login_verifier": "x", "msn": msn}
        answer = site.session.get(url, params=asked)
        assert answer.status_code == 400
        assert "This login has ended." in answer.text


# The checks of the authorize endpoint.


@pytest.mark.parametrize("client_id", [None, "", "x", "fb492b5e"])
def test_an_unknown_client_is_told_on_a_page(site: Site, client_id: str | None) -> None:
    answer = site.start(client_id=client_id, redirect_uri="https://evil.example")
    assert answer.status_code == 401
    assert NO_CLIENT in answer.text
    assert "invalid_client" in answer.text


def test_a_unit_of_the_other_environment_is_unknown(made: Shop) -> None:
    production = Shop(made.sandbox, "Production unit").unit
    answer = Site(made).start(client_id=production.client_id)
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "changed", [{"products": frozenset({"Webhooks"})}, {"redirect_uris": ()}]
)
def test_login_has_to_be_activated_and_set_up(changed: dict[str, Any]) -> None:
    site = Site(shop_with(**changed))
    assert NO_CLIENT in site.start().text
    answer = site.exchange("x")
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    "uri",
    [
        None,
        "",
        "https://example.com/callback/",
        "https://example.com/Callback",
        "https://EXAMPLE.com/callback",
        "https://example.com/callback?a=1",
        "https://example.com/call%62ack",
        "https://example.com",
        "http://example.com/callback",
    ],
)
def test_a_redirect_uri_is_compared_byte_by_byte(site: Site, uri: str | None) -> None:
    answer = site.start(redirect_uri=uri, response_type="token", state="x")
    assert answer.status_code == 400
    assert "Location" not in answer.headers
    assert NOT_REGISTERED.replace('"', "&quot;") in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": None}, "unsupported_response_type"),
        (
            {"response_type": "token", "scope": "x", "state": None},
            "unsupported_response_type",
        ),
        ({"scope": None}, "invalid_scope"),
        ({"scope": "name", "state": "short"}, "invalid_scope"),
        ({"state": None}, "invalid_state"),
        ({"state": "seven77", "code_challenge": "x"}, "invalid_state"),
        ({"code_challenge": "short"}, "invalid_request"),
        (
            {"code_challenge": CHALLENGE, "code_challenge_method": "s256"},
            "invalid_request",
        ),
        ({"code_challenge_method": "S256"}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
    ],
)
def test_other_faults_come_back_to_the_site_in_this_order(
    site: Site, changed: dict[str, str | None], error: str
) -> None:
    answer = site.start(**changed)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(REDIRECT_URI + "?")
    came_back = fields(answer)
    assert came_back["error"] == error
    assert came_back["error_description"] == TEXTS[error]
    given = changed.get("state", STATE)
    assert came_back.get("state") == given


def test_eight_characters_of_state_are_enough(site: Site) -> None:
    assert "error" not in fields(site.start(state="eight888"))


@pytest.mark.parametrize("name", ["state", "nonce"])
def test_a_thousand_characters_are_a_502(site: Site, name: str) -> None:
    assert site.start(**{name: "x" * 1000}).status_code == 502
    assert site.start(**{name: "x" * 999}).status_code == 302


def test_scopes_that_there_are_not_are_dropped(site: Site) -> None:
    code = site.log_in(scope="openid name nnin bogus")
    assert site.exchange(code).json()["scope"] == "openid name"


def test_scopes_that_there_are_not_are_refused_if_so_chosen() -> None:
    sandbox = Sandbox(clock=lambda: NOW, variants={"login-scope": "refused"})
    site = Site(Shop(sandbox))
    assert fields(site.start(scope="openid bogus"))["error"] == "invalid_scope"
    assert "error" not in fields(site.start(scope="openid name"))


def test_what_is_shown_is_escaped() -> None:
    site = Site(shop_with(redirect_uris=("https://example.com/<b>\"'",)))
    page = site.start(redirect_uri="https://example.com/<b>\"'").headers["Location"]
    site.session.post(page, data={"decision": "reject"}, allow_redirects=False)
    assert "<b>" not in site.session.get(page).text


def test_the_title_of_a_page_is_escaped() -> None:
    assert b"<b>" not in buyer_page(200, "<b>", "").body


# The token endpoint.


def invalid(answer: requests.Response) -> str:
    body = answer.json()
    assert "access_token" not in body
    assert body["error_description"].startswith(TEXTS[body["error"]])
    return f"{answer.status_code} {body['error']}"


def test_a_code_is_good_once_and_using_it_twice_ends_the_token(site: Site) -> None:
    code = site.log_in()
    token = site.exchange(code).json()["access_token"]
    url, header = site.found["userinfo_endpoint"], f"Bearer {token}"
    site.get(url, Authorization=header)
    assert invalid(site.exchange(code)) == "400 invalid_grant"
    assert site.session.get(url, headers={"Authorization": header}).status_code == 401


def test_in_a_file_as_well_a_code_that_is_used_twice_ends_the_token(
    tmp_path: Path,
) -> None:
    state = Database(tmp_path / "state")
    site = Site(Shop(Sandbox(clock=lambda: NOW, state=state)))
    test_a_code_is_good_once_and_using_it_twice_ends_the_token(site)
    state.close()


def test_a_code_is_good_for_two_minutes() -> None:
    site = Site(Shop())
    code, late = site.log_in(), site.log_in()
    site.shop.sandbox.advance(timedelta(minutes=2))
    assert site.exchange(code).status_code == 200
    site.shop.sandbox.advance(timedelta(seconds=1))
    assert invalid(site.exchange(late)) == "400 invalid_grant"


@pytest.mark.parametrize("uri", ["", "http://localhost", REDIRECT_URI + "/"])
def test_the_redirect_uri_has_to_be_that_of_the_login(site: Site, uri: str) -> None:
    code = site.log_in()
    assert invalid(site.exchange(code, redirect_uri=uri)) == "400 invalid_grant"
    assert site.exchange(code).status_code == 200


def test_a_code_of_another_client_is_no_code() -> None:
    site = Site(Shop(name="Production unit"))
    other = Site(Shop(site.shop.sandbox, "Production unit of no partner"))
    assert invalid(other.exchange(site.log_in())) == "400 invalid_grant"


@pytest.mark.parametrize("code", ["", "x", ".", "x.y", "é"])
def test_what_is_no_code_is_invalid_grant(site: Site, code: str) -> None:
    assert invalid(site.exchange(code)) == "400 invalid_grant"


def test_half_a_code_is_no_code(site: Site) -> None:
    code = site.log_in()
    assert invalid(site.exchange(code.partition(".")[0])) == "400 invalid_grant"
    assert invalid(site.exchange(code + "x")) == "400 invalid_grant"


@pytest.mark.parametrize("method", ["S256", "plain", None], ids=str)
def test_a_challenge_is_verified(site: Site, method: str | None) -> None:
    challenge = CHALLENGE if method == "S256" else VERIFIER
    code = site.log_in(code_challenge=challenge, code_challenge_method=method)
    assert invalid(site.exchange(code)) == "400 invalid_grant"
    wrong = CHALLENGE if method == "S256" else VERIFIER + "x"
    assert invalid(site.exchange(code, code_verifier=wrong)) == "400 invalid_grant"
    assert site.exchange(code, code_verifier=VERIFIER).status_code == 200


def test_a_verifier_without_a_challenge_is_refused(site: Site) -> None:
    code = site.log_in()
    answer = site.exchange(code, code_verifier=VERIFIER)
    assert invalid(answer) == "400 invalid_grant"


@pytest.mark.parametrize(
    ("secret", "passes"),
    [
        ("{secret}", True),
        ("{secret}\n", False),
        ("{secret} ", False),
        ("{other}", False),
        ("", False),
    ],
    ids=["right", "line break", "blank", "other", "none"],
)
def test_the_secret_in_a_basic_header(site: Site, secret: str, passes: bool) -> None:
    other = Shop(site.shop.sandbox, "Production unit").unit.client_secret
    given = secret.format(secret=site.unit.client_secret, other=other)
    answer = site.exchange(site.log_in(), auth=(site.unit.client_id, given))
    assert answer.status_code == (200 if passes else 401)
    if not passes:
        assert answer.json() == {
            "error": "invalid_client",
            "error_description": "Client authentication failed (e.g., unknown client, "
            "no client authentication included, or unsupported authentication method).",
        }


def test_the_keys_of_the_other_environment_are_refused(site: Site) -> None:
    other = Shop(site.shop.sandbox, "Production unit").unit
    answer = site.exchange("x", auth=(other.client_id, other.client_secret))
    assert invalid(answer) == "401 invalid_client"


def test_a_percent_encoded_secret_passes(site: Site) -> None:
    encoded = requests.utils.quote(site.unit.client_secret, safe="")
    assert encoded != site.unit.client_secret
    answer = site.exchange(site.log_in(), auth=(site.unit.client_id, encoded))
    assert answer.status_code == 200


@pytest.mark.parametrize("in_form", [True, False], ids=["post", "basic"])
def test_only_the_way_that_was_chosen_in_the_portal_passes(in_form: bool) -> None:
    site = Site(shop_with(secret_in_form=in_form))
    keys = {
        "client_id": site.unit.client_id,
        "client_secret": site.unit.client_secret,
    }
    code = site.log_in()
    ways = {
        True: lambda: site.exchange(code, headers={}, **keys),
        False: lambda: site.exchange(code),
    }
    assert invalid(ways[not in_form]()) == "401 invalid_client"
    assert ways[in_form]().status_code == 200


@pytest.mark.parametrize(
    "header", [None, "Basic", "Basic !", "Basic eA==", "Digest x", "Bearer x"]
)
def test_a_client_that_does_not_say_who_it_is(site: Site, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    assert invalid(site.exchange("x", headers=headers)) == "401 invalid_client"


@pytest.mark.parametrize(
    ("grant", "error"),
    [
        ("", "400 invalid_request"),
        ("refresh_token", "400 unsupported_grant_type"),
        ("client_credentials", "400 unsupported_grant_type"),
    ],
)
def test_other_grants_are_not_served(site: Site, grant: str, error: str) -> None:
    assert invalid(site.exchange("x", grant_type=grant)) == error


def test_a_body_in_json_has_no_grant(site: Site) -> None:
    answer = site.session.post(
        site.found["token_endpoint"], json={"grant_type": "authorization_code"}
    )
    assert invalid(answer) == "400 invalid_request"


def test_no_origin_is_allowed(site: Site) -> None:
    code = site.log_in()
    headers = {"Origin": "https://example.com"}
    answer = site.session.options(site.found["token_endpoint"], headers=headers)
    assert answer.status_code == 404
    answer = site.exchange(code)
    assert not any(name.startswith("Access-Control") for name in answer.headers)


# Partners.


def partner_headers(shop: Shop, msn: str) -> dict[str, str]:
    token = f"{shop.session.headers['Authorization']}"
    return {"Authorization": token, MSN: msn}


def test_a_partner_logs_in_with_the_number_and_its_own_token() -> None:
    site = Site(Shop(name="Production unit"))
    partner = Shop(site.shop.sandbox, "Partner")
    code = site.log_in(client_id=site.unit.msn)
    answer = site.exchange(code, headers=partner_headers(partner, site.unit.msn))
    assert answer.status_code == 200
    assert site.claims(answer.json()["id_token"])["aud"] == [site.unit.client_id]


def test_the_number_may_stand_in_a_parameter_of_its_own() -> None:
    site = Site(Shop(name="Production unit"))
    assert site.start(client_id=None, msn=site.unit.msn).status_code == 302


def test_a_partner_may_not_act_for_others() -> None:
    site = Site(Shop(name="Production unit of no partner"))
    sandbox = site.shop.sandbox
    code = site.log_in()
    partner = Shop(sandbox, "Partner")
    merchant = Shop(sandbox, "Production unit")
    for headers in (
        partner_headers(partner, site.unit.msn),
        partner_headers(partner, ""),
        partner_headers(merchant, site.unit.msn),
        {"Authorization": "Bearer x", MSN: site.unit.msn},
    ):
        assert invalid(site.exchange(code, headers=headers)) == "401 invalid_client"


def test_a_unit_may_use_its_own_token_for_itself(site: Site) -> None:
    headers = partner_headers(site.shop, site.unit.msn)
    assert site.exchange(site.log_in(), headers=headers).status_code == 200


def test_a_partner_needs_a_unit_that_is_set_to_basic() -> None:
    shop = shop_with("Production unit", secret_in_form=True)
    site = Site(shop)
    partner = Shop(shop.sandbox, "Partner")
    code = site.log_in()
    headers = partner_headers(partner, site.unit.msn)
    assert invalid(site.exchange(code, headers=headers)) == "401 invalid_client"


# Userinfo.


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "{token}"},
        {"Authorization": "Bearer x"},
        {"Authorization": "Bearer {token}", KEY: "{key}"},
        {"Authorization": "Bearer {token}", KEY: "anything"},
        {"Authorization": "{merchant}"},
    ],
    ids=["none", "no bearer", "unknown", "key", "any key", "merchant's token"],
)
def test_userinfo_takes_the_users_token_alone(
    site: Site, headers: dict[str, str]
) -> None:
    token = site.exchange(site.log_in()).json()["access_token"]
    values = {
        "token": token,
        "key": site.unit.primary,
        "merchant": site.shop.session.headers["Authorization"],
    }
    given = {name: value.format(**values) for name, value in headers.items()}
    answer = site.session.get(site.found["userinfo_endpoint"], headers=given)
    assert answer.status_code == 401
    assert answer.json()["status"] == "401"


@pytest.mark.parametrize("slash", ["", "/"])
def test_userinfo_is_open_for_ten_minutes(slash: str) -> None:
    site = Site(Shop())
    token = site.exchange(site.log_in()).json()["access_token"]
    url = site.found["userinfo_endpoint"] + slash
    site.shop.sandbox.advance(timedelta(minutes=9))
    site.get(url, Authorization=f"bearer {token}")
    site.shop.sandbox.advance(timedelta(minutes=1))
    headers = {"Authorization": f"Bearer {token}"}
    assert site.session.get(url, headers=headers).status_code == 401


def test_a_token_can_be_revoked(site: Site) -> None:
    token = site.exchange(site.log_in()).json()["access_token"]
    url = site.found["revocation_endpoint"]
    auth = (site.unit.client_id, site.unit.client_secret)
    assert site.session.post(url, data={"token": token}).status_code == 401
    assert site.session.post(url, data={"token": token}, auth=auth).status_code == 200
    headers = {"Authorization": f"Bearer {token}"}
    answer = site.session.get(site.found["userinfo_endpoint"], headers=headers)
    assert answer.status_code == 401


# Logins that the merchant begins.


def test_a_login_with_a_number_is_approved_after_a_while() -> None:
    site = Site(Shop())
    answer = site.begin(binding_message="4MZ-CQ3")
    assert answer.status_code == 200
    begun = answer.json()
    assert (begun["expires_in"], begun["interval"]) == (600, 5)
    pending = site.poll(begun["auth_req_id"])
    assert pending.status_code == 400
    assert pending.json() == {
        "error": "authorization_pending",
        "error_description": "The authorization request is still pending",
    }
    site.shop.sandbox.advance(timedelta(seconds=4))
    assert invalid(site.poll(begun["auth_req_id"])) == "400 slow_down"
    site.shop.sandbox.advance(timedelta(seconds=1))
    body = site.poll(begun["auth_req_id"]).json()
    claims = site.claims(body["id_token"])
    assert claims["auth_req_id"] == begun["auth_req_id"]
    assert claims["auth_time"] - claims["rat"] == 5
    token = f"Bearer {body['access_token']}"
    assert site.get(site.found["userinfo_endpoint"], Authorization=token)["name"]
    assert invalid(site.poll(begun["auth_req_id"])) == "400 invalid_grant"


@pytest.mark.parametrize(("decision", "status"), [("approve", 200), ("reject", 400)])
def test_the_landing_page_is_quicker(site: Site, decision: str, status: int) -> None:
    answer = site.begin()
    page = site.session.post(
        answer.headers["Sandbox-Page"], data={"decision": decision}
    )
    assert "You have" in page.text
    polled = site.poll(answer.json()["auth_req_id"])
    assert polled.status_code == status
    if status == 400:
        assert invalid(polled) == "400 access_denied"


def test_the_binding_message_is_shown(site: Site) -> None:
    page = site.begin(binding_message="4MZ-CQ3").headers["Sandbox-Page"]
    assert "4MZ-CQ3" in site.session.get(page).text


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"login_hint": ""}, "invalid_request"),
        ({"login_hint": "4712345678"}, "invalid_request"),
        ({"login_hint": "urn:msisdn:+47 12"}, "invalid_request"),
        ({"login_hint": "urn:msisdn:4700000000"}, "unknown_user_id"),
        ({"login_hint": "urn:customer-token:x"}, "unknown_user_id"),
        ({"scope": "name"}, "invalid_scope"),
        ({"binding_message": "xyz"}, "invalid_binding_message"),
        ({"requested_expiry": "59"}, "invalid_request"),
        ({"requested_expiry": "901"}, "invalid_request"),
        ({"requested_expiry": "²"}, "invalid_request"),
        ({"requested_flow": "login_to_webpage"}, "invalid_request"),
        (
            {"requested_flow": "login_to_webpage", "redirect_uri": "https://a.b"},
            "invalid_request",
        ),
    ],
)
def test_a_login_that_cannot_begin(
    site: Site, changed: dict[str, str], error: str
) -> None:
    assert invalid(site.begin(**changed)) == f"400 {error}"


def test_nobody_is_an_invalid_user(site: Site) -> None:
    answer = site.begin(login_hint="urn:msisdn:4700000000")
    assert answer.json()["error_code"] == "invalid_user"


def test_a_login_that_leads_to_a_web_page() -> None:
    site = Site(Shop())
    answer = site.begin(
        requested_flow="login_to_webpage", redirect_uri="http://localhost"
    )
    request = answer.json()["auth_req_id"]
    site.shop.sandbox.advance(timedelta(seconds=10))
    assert invalid(site.poll(request)) == "400 invalid_grant"
    came_back = site.decide(answer.headers["Sandbox-Page"])
    assert came_back.keys() == {"code"}
    assert invalid(site.exchange(came_back["code"])) == "400 invalid_grant"
    answer = site.exchange(came_back["code"], grant_type=CIBA_REDIRECT)
    assert answer.status_code == 200
    assert site.claims(answer.json()["id_token"])["auth_req_id"] == request
    again = site.exchange(came_back["code"], grant_type=CIBA_REDIRECT)
    assert invalid(again) == "400 invalid_grant"


def test_a_request_of_another_client_is_no_request() -> None:
    site = Site(Shop(name="Production unit"))
    other = Site(Shop(site.shop.sandbox, "Production unit of no partner"))
    request = site.begin().json()["auth_req_id"]
    assert invalid(other.poll(request)) == "400 invalid_grant"


@pytest.mark.parametrize(
    ("hint", "exists"), [("4712345678", True), ("4700000000", False)]
)
def test_whether_a_user_exists(site: Site, hint: str, exists: bool) -> None:
    url = f"{site.shop.base}/vipps-login-ciba/api/v1/user-exists"
    auth = (site.unit.client_id, site.unit.client_secret)
    data = {"login_hint": f"urn:msisdn:{hint}"}
    answer = site.session.post(url, data=data, auth=auth)
    assert answer.json() == {"exists": exists}
    assert site.session.post(url, data=data).status_code == 401
    assert site.session.post(url, auth=auth).status_code == 400


def pings(site: Site) -> list[timedelta]:
    line = site.shop.sandbox.state.all(Delivery, LINE)
    return [delivery.due - site.shop.sandbox.clock() for delivery in line]


@pytest.mark.parametrize(
    ("decision", "expected"),
    [
        (None, [timedelta(seconds=5)]),
        ("approve", [timedelta()]),
        ("reject", []),
    ],
    ids=["by itself", "approved", "rejected"],
)
def test_the_merchant_is_told_once_of_an_approval(
    decision: str | None, expected: list[timedelta]
) -> None:
    site = Site(Shop())
    body = {
        "url": "https://example.com/",
        "events": ["login.merchant-initiated.ping.v1"],
    }
    site.shop.ask("POST", "/webhooks/v1/webhooks", body, 201)
    begun = site.begin()
    if decision:
        page = begun.headers["Sandbox-Page"]
        site.session.post(page, data={"decision": decision})
    assert pings(site) == expected
    site.shop.sandbox.advance(timedelta(seconds=5))
    told = site.shop.sandbox.deliver(lambda _: 200)
    expected_body = f'{{"auth_req_id":"{begun.json()["auth_req_id"]}"}}'
    assert [one.body for one in told] == [expected_body] * len(expected)


def test_every_unit_has_somewhere_to_lead_to() -> None:
    units: tuple[Unit, ...] = Sandbox().config.units
    assert all(REDIRECT_URI in unit.redirect_uris for unit in units)
