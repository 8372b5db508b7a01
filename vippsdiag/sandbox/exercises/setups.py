"""How each cause is set up in the sandbox.

What shows in the call itself is kept from the report; for the rest a table says which
keys, which token or which value makes the call fail.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta

from vippsdiag.environments import Environment
from vippsdiag.exchange import Request
from vippsdiag.sandbox.apis.payments import SAMPLE_REFERENCE
from vippsdiag.sandbox.exercises import flaws
from vippsdiag.sandbox.exercises.bench import Bench
from vippsdiag.sandbox.exercises.flaws import AUTHORIZATION, CLIENT_ID, CLIENT_SECRET
from vippsdiag.sandbox.exercises.own import placed
from vippsdiag.sandbox.gateway.call import MSN
from vippsdiag.sandbox.gateway.gate import KEY
from vippsdiag.sandbox.keys.units import Unit

# What shows in the call itself.
SHOWN = frozenset(
    """
    access-token-missing amount-not-an-integer api-path-wrong api-version-retired
    authorization-header-malformed bearer-duplicated bearer-prefix-missing body-not-json
    client-header-name-wrong client-id-malformed client-id-missing client-secret-missing
    cors-browser-call example-value-left-in-request fallback-url-invalid
    grant-type-missing host-unknown idempotency-key-missing idempotency-key-too-long
    keys-in-body-not-headers phone-number-malformed request-value-invalid
    keys-in-query-string keys-swapped login-state-length msn-header-missing
    msn-missing-partner organisation-number-as-msn origin-header-forwarded
    redirect-uri-mismatch subscription-key-header-name-wrong
    subscription-key-malformed subscription-key-missing
    subscription-key-on-specialized-flow template-variable-not-substituted
    token-endpoint-client-auth-missing token-malformed token-method-wrong
    token-path-wrong underscore-headers-dropped value-contains-hidden-characters
    value-truncated waf-blocked wrong-token-flow
    """.split()
)

# Whose keys it was made with.
WITH_KEYS: Mapping[str, Callable[[Bench], Unit]] = {
    "production-keys-on-test": lambda bench: bench.shop,
    "test-keys-on-production": lambda bench: bench.test,
    "partner-keys-on-test": lambda bench: bench.partner,
    "product-not-activated": lambda bench: bench.bare,
}


def _other_token(bench: Bench, unit: Unit) -> str:
    """Return a token of another unit in the same environment."""
    test = unit.environment is Environment.TEST
    return bench.token(bench.bare if test else bench.stranger)


def _elsewhere(bench: Bench, unit: Unit) -> str:
    test = unit.environment is Environment.TEST
    return bench.token(bench.shop if test else bench.test)


# Which token it carried.
WITH_TOKEN: Mapping[str, Callable[[Bench, Unit], str]] = {
    "token-expired": lambda bench, unit: bench.token(unit, age=timedelta(days=2)),
    "token-from-other-environment": _elsewhere,
    "token-from-other-sales-unit": _other_token,
    # Well formed, and never issued.
    "token-invalid": lambda bench, unit: bench.token(unit)[:-8] + "AAAAAAAA",
}


def _turned(text: str) -> str:
    """Return another value of the same form, but for its padding."""
    bare = text.rstrip("=")
    return bare[::-1] + text[len(bare) :]


def _other_guid(guid: str) -> str:
    return placed(guid, guid.replace("-", "")[::-1], "-")


def _wrong_secret(bench: Bench, call: Request) -> Request:
    pair = flaws.value(call, AUTHORIZATION)
    if pair.startswith("Basic "):
        return flaws.with_value(call, AUTHORIZATION, flaws.repaired(pair, _turned))
    return flaws.changed(call, CLIENT_SECRET, _turned)


# What was another value.
WITH_VALUE: Mapping[str, Callable[[Bench, Request], Request]] = {
    "client-id-unknown": lambda _, call: flaws.changed(call, CLIENT_ID, _other_guid),
    "client-secret-wrong": _wrong_secret,
    "keys-of-other-sales-unit": lambda bench, call: flaws.with_value(
        call, MSN, bench.bare.msn
    ),
    "msn-not-connected-to-partner": lambda bench, call: flaws.with_value(
        call, MSN, bench.stranger.msn
    ),
    "order-of-other-msn": lambda _, call: flaws.at_path(
        call, SAMPLE_REFERENCE, f"{SAMPLE_REFERENCE}0"
    ),
    "subscription-key-invalid": lambda _, call: flaws.changed(call, KEY, _turned),
}
