"""Who answered: the gateway, the identity provider, a firewall, a proxy, nobody."""

import pytest

from vippsdiag.exchange import Exchange, FailureKind
from vippsdiag.samples import (
    TEST,
    api_call,
    call,
    details,
    ecom,
    gateway,
    identity_provider,
    login_call,
    recurring,
    specialized_call,
    token_call,
)
from vippsdiag.who import Who, answered_by

NGINX = "<html><head><title>403</title></head><hr><center>nginx/1.24.0</center></html>"
AZURE = NGINX.replace("nginx/1.24.0", "Microsoft-Azure-Application-Gateway/v2")
FRONT_DOOR = "<html><h2>The request is blocked.</h2><span>x-azure-ref</span></html>"
AADSTS = identity_provider(7000215, "Invalid client secret provided.", "invalid_client")

ANSWERS: dict[str, tuple[Exchange, Who | None]] = {
    "key-missing": (
        token_call(TEST, status=401, answer=gateway(401, "x")),
        Who.GATEWAY,
    ),
    "wrapper": (
        api_call(TEST, status=401, answer={"responseInfo": {"responseCode": 401}}),
        Who.GATEWAY,
    ),
    "key-missing-as-text": (
        token_call(
            TEST, status=401, answer="Access denied due to missing subscription key."
        ),
        Who.GATEWAY,
    ),
    "bad-gateway-page": (
        api_call(TEST, status=502, answer=AZURE.replace("403", "502")),
        Who.GATEWAY,
    ),
    "identity-provider": (
        token_call(TEST, status=401, answer=AADSTS),
        Who.IDENTITY_PROVIDER,
    ),
    "token": (token_call(TEST), Who.IDENTITY_PROVIDER),
    "specialized": (
        specialized_call(status=401, answer={"error": "invalid_client"}),
        Who.IDENTITY_PROVIDER,
    ),
    "login": (login_call(status=401, answer={"error": "invalid_client"}), Who.LOGIN),
    "problem": (api_call(TEST, status=400, answer=details("4040", "x")), Who.API),
    "recurring": (api_call(TEST, status=400, answer=recurring("conflict")), Who.API),
    "ecom": (api_call(TEST, status=400, answer=ecom("35", "x")), Who.API),
    "report": (
        api_call(TEST, status=401, answer={"code": "Unauthorized", "message": "x"}),
        Who.API,
    ),
    "firewall-page": (token_call(TEST, status=403, answer=AZURE), Who.FIREWALL),
    "firewall-header": (
        token_call(
            TEST,
            status=403,
            answer="",
            answer_headers={"Server": "Microsoft-Azure-Application-Gateway/v2"},
        ),
        Who.FIREWALL,
    ),
    "firewall-of-front-door": (
        token_call(TEST, status=403, answer=FRONT_DOOR),
        Who.FIREWALL,
    ),
    "nginx": (token_call(TEST, status=403, answer=NGINX), Who.PROXY),
    "apache": (
        token_call(TEST, status=400, answer="<html><address>Apache/2.4.57</address>"),
        Who.PROXY,
    ),
    "iis": (
        token_call(
            TEST,
            status=404,
            answer="<html>404 - File not found",
            answer_headers={"Server": "Microsoft-IIS/10.0"},
        ),
        Who.PROXY,
    ),
    "sign-in-page": (token_call(TEST, answer="<html>Sign in</html>"), Who.PROXY),
    "proxy-wants-a-password": (token_call(TEST, status=407, answer=""), Who.PROXY),
    "recorder": (token_call(TEST, status=502, answer="[Fiddler] failed"), Who.PROXY),
    "proxy-refused": (token_call(TEST, failure=FailureKind.PROXY), Who.PROXY),
    "cache": (token_call(TEST, answer_headers={"CF-Cache-Status": "HIT"}), Who.CACHE),
    "age": (token_call(TEST, answer_headers={"Age": "120"}), Who.CACHE),
    "shop": (call("POST", "https://shop.example/vipps/callback", status=500), Who.SHOP),
    "shop-behind-a-proxy": (
        call("POST", "https://shop.example/vipps/callback", status=502, answer=NGINX),
        Who.PROXY,
    ),
    "nobody": (token_call(TEST, failure=FailureKind.DNS), Who.NOBODY),
    "not-known": (token_call(TEST, status=None), None),
    "empty": (api_call(TEST, status=403, answer=""), None),
}


@pytest.mark.parametrize(("exchange", "who"), ANSWERS.values(), ids=list(ANSWERS))
def test_who_answered_is_told_by_the_form_of_the_answer(
    exchange: Exchange, who: Who | None
) -> None:
    assert answered_by(exchange) is who


def test_everybody_who_can_answer_has_words_for_a_sentence() -> None:
    assert {answer for _, answer in ANSWERS.values()} == {*Who, None}
    assert all(who.value[0].islower() for who in Who)
