"""Where keys may go, and which environment an address belongs to."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vippsdiag.environments import (
    BASE_URLS,
    HOSTS,
    LOOPBACK_HOSTS,
    PRODUCTION_HOST,
    TEST_HOST,
    Environment,
    api_path,
    behaves_as,
    environment_of,
    may_receive_keys,
    split,
)

ALLOWED = {
    "test": "https://apitest.vipps.no/accesstoken/get",
    "production": "https://api.vipps.no/accesstoken/get",
    "no-path": "https://api.vipps.no",
    "usual-port": "https://api.vipps.no:443/",
    "upper-case": "HTTPS://API.VIPPS.NO/",
    "query": "https://api.vipps.no?x=https://evil.example",
    "sandbox": "http://127.0.0.1:8765/accesstoken/get",
    "sandbox-name": "http://localhost:8765/",
    "sandbox-ipv6": "http://[::1]:8765/",
    "sandbox-https": "https://127.0.0.1/",
}
REFUSED = {
    "empty": "",
    "no-scheme": "api.vipps.no/accesstoken/get",
    "scheme-relative": "//api.vipps.no/",
    "http": "http://api.vipps.no/",
    "ftp": "ftp://api.vipps.no/",
    "ftp-to-this-machine": "ftp://127.0.0.1/",
    "file": "file://localhost/etc/hosts",
    "user": "https://user@api.vipps.no/",
    "user-and-password": "https://a:b@api.vipps.no/",
    "empty-user": "https://@api.vipps.no/",
    "empty-user-and-password": "https://:@api.vipps.no/",
    "host-as-user": "https://api.vipps.no@evil.example/",
    "host-as-user-and-port": "https://api.vipps.no:443@evil.example/",
    "user-on-this-machine": "http://a@127.0.0.1/",
    "other-port": "https://api.vipps.no:8443/",
    "port-80": "https://api.vipps.no:80/",
    "no-such-port": "https://api.vipps.no:99999/",
    "port-of-letters": "https://api.vipps.no:https/",
    "port-zero": "https://api.vipps.no:0/",
    "trailing-dot": "https://api.vipps.no./",
    "longer-host": "https://api.vipps.no.evil.example/",
    "host-before": "https://evil-api.vipps.no/",
    "host-below": "https://x.api.vipps.no/",
    "host-above": "https://vipps.no/",
    "other-documented-host": "https://portal.vippsmobilepay.com/",
    "undocumented-host": "https://api.vippsmobilepay.com/",
    "retired-host": "https://api.vippsbedrift.no/",
    "host-in-the-path": "https://evil.example/api.vipps.no",
    "host-in-the-query": "https://evil.example/?https://api.vipps.no",
    "host-in-the-fragment": "https://evil.example#@api.vipps.no/",
    "backslash": "https://evil.example\\@api.vipps.no/",
    "backslash-behind": "https://api.vipps.no\\@evil.example/",
    "backslash-and-dot": "https://api.vipps.no\\.evil.example/",
    "encoded-dot": "https://api%2Evipps%2Eno/",
    "encoded-at": "https://api.vipps.no%40evil.example/",
    "encoded-slash": "https://api.vipps.no%2F.evil.example/",
    "cyrillic-letter": "https://\u0430pi.vipps.no/",
    "full-width-dot": "https://api\uff0evipps\uff0eno/",
    "zero-width": "https://api.vipps\u200b.no/",
    "blank-before": " https://api.vipps.no/",
    "blank-inside": "https://api.vipps.no /",
    "tab-inside": "https://api.vip\tps.no/",
    "line-break-inside": "https://api.vipps.no\n.evil.example/",
    "line-break-in-the-path": "https://api.vipps.no/\r\nHost: evil.example",
    "ipv6": "https://[2001:db8::1]/",
    "ipv6-mapped": "http://[::ffff:127.0.0.1]/",
    "ipv6-broken": "https://[::1/",
    "zone": "http://[::1%25eth0]/",
    "all-addresses": "http://0.0.0.0/",
    "other-loopback": "http://127.0.0.2/",
    "short-loopback": "http://127.1/",
    "number-loopback": "http://2130706433/",
    "loopback-and-more": "http://localhost.evil.example/",
    "loopback-trailing-dot": "http://localhost./",
    "no-host": "https:///accesstoken/get",
    "javascript": "javascript:api.vipps.no",
    "nul": "https://api.vipps.no\x00.evil.example/",
}


@pytest.mark.parametrize("url", ALLOWED.values(), ids=ALLOWED)
def test_keys_may_go_to_the_documented_hosts_and_to_this_machine(url: str) -> None:
    assert may_receive_keys(url)


@pytest.mark.parametrize("url", REFUSED.values(), ids=REFUSED)
def test_keys_may_go_nowhere_else(url: str) -> None:
    assert not may_receive_keys(url)


HOSTLIKE = st.text("apivtes.no:@/\\#?%[]-128 \t", max_size=30)


@given(HOSTLIKE)
def test_where_keys_may_go_begins_with_one_of_few_addresses(rest: str) -> None:
    url = "https://" + rest
    if may_receive_keys(url):
        host = re.split(r"[/?#]", rest)[0].lower()
        bare = host.removeprefix("[").split("]")[0] if host[:1] == "[" else host
        known = {*HOSTS.values(), *LOOPBACK_HOSTS}
        assert bare in known or host.rpartition(":")[0] in known


@given(st.text())
def test_any_text_can_be_asked_and_nothing_is_raised(url: str) -> None:
    may_receive_keys(url)
    environment_of(url)
    assert api_path(url)


def test_an_address_that_cannot_be_split_has_no_parts() -> None:
    assert split("https://[::1").geturl() == ""
    assert split("https://api.vipps.no:port/").hostname is None


ENVIRONMENTS = {
    "test": ("https://apitest.vipps.no/x", Environment.TEST),
    "production": ("https://api.vipps.no/x", Environment.PRODUCTION),
    "capitals": ("https://APITEST.Vipps.no/x", Environment.TEST),
    "sandbox": ("http://127.0.0.1:8000/x", Environment.SANDBOX),
    "other": ("https://api.vipps.no.evil.example", None),
    "none": ("/accesstoken/get", None),
}


@pytest.mark.parametrize(
    ("url", "environment"), ENVIRONMENTS.values(), ids=ENVIRONMENTS
)
def test_the_host_tells_the_environment(
    url: str, environment: Environment | None
) -> None:
    assert environment_of(url) is environment


PLAYED = {
    "test": ("http://127.0.0.1:8000/accesstoken/get", Environment.TEST),
    "production": (
        "http://127.0.0.1/production/accesstoken/get",
        Environment.PRODUCTION,
    ),
    "production-root": ("http://localhost/production", Environment.PRODUCTION),
    "look-alike": ("http://localhost/productions/x", Environment.TEST),
    "real": ("https://api.vipps.no/production/x", Environment.PRODUCTION),
}


@pytest.mark.parametrize(("url", "environment"), PLAYED.values(), ids=PLAYED)
def test_the_sandbox_plays_both_environments(
    url: str, environment: Environment
) -> None:
    assert behaves_as(url) is environment


PATHS = {
    "sandbox": ("http://127.0.0.1/production/accesstoken/get", "/accesstoken/get"),
    "sandbox-root": ("http://127.0.0.1/production", "/"),
    "sandbox-test": ("http://127.0.0.1/accesstoken/get", "/accesstoken/get"),
    "real": ("https://api.vipps.no/production/x", "/production/x"),
    "empty": ("https://api.vipps.no", "/"),
    "no-address": ("", "/"),
}


@pytest.mark.parametrize(("url", "path"), PATHS.values(), ids=PATHS)
def test_the_path_is_what_the_api_sees(url: str, path: str) -> None:
    assert api_path(url) == path


def test_each_environment_has_its_other_and_its_words() -> None:
    assert Environment.TEST.other is Environment.PRODUCTION
    assert Environment.PRODUCTION.other is Environment.TEST
    assert Environment.SANDBOX.other is Environment.TEST
    assert Environment.SANDBOX.words == "the sandbox"
    assert Environment.TEST.words == "test"
    assert BASE_URLS[Environment.TEST] == f"https://{TEST_HOST}"
    assert BASE_URLS[Environment.PRODUCTION] == f"https://{PRODUCTION_HOST}"
