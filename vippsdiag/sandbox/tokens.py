"""Access tokens with the form and the claims of the real ones (facts 3.1)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from joserfc import jwt
from joserfc.jwk import RSAKey

from vippsdiag.environments import TEST_DIRECTORY, Environment
from vippsdiag.sandbox.units import Unit
from vippsdiag.token import LIFETIMES

# The directory of production is not known; this one is made up.
PRODUCTION_DIRECTORY = "5b0f1c7e-2d94-4e38-9a61-c3d7f8a20e15"
DIRECTORIES = {
    Environment.TEST: TEST_DIRECTORY,
    Environment.PRODUCTION: PRODUCTION_DIRECTORY,
}
# What error texts call the directory; for production it is not known.
DIRECTORY_NAMES = {Environment.TEST: "VIPPS-TEST", Environment.PRODUCTION: "VIPPS"}
RESOURCE = "00000002-0000-0000-c000-000000000000"
SPECIALIZED_LIFETIME = 900
# The identity provider dates a token back by five minutes (a real test token).
BACKDATED = 300
# How many tokens are remembered; a long-lived sandbox forgets the oldest.
MOST_TOKENS = 10_000


@dataclass(frozen=True, slots=True)
class Issued:
    """A token that was issued: for whom, until when, in which flow."""

    unit: Unit
    expires: datetime
    specialized: bool


class Mint:
    """Issues tokens and remembers them; one that it does not remember is no token."""

    def __init__(self) -> None:
        self.issued: dict[str, Issued] = {}
        self._count = 0

    @cached_property
    def _key(self) -> RSAKey:
        # Made when the first token is asked for, because it takes a while.
        return RSAKey.generate_key(2048, {"kid": "sandbox"})

    def standard(self, unit: Unit, now: datetime) -> dict[str, str]:
        """Return the answer of the standard endpoint; its numbers are strings."""
        lifetime = LIFETIMES[unit.environment]
        begin = now - timedelta(seconds=BACKDATED)
        end = now + timedelta(seconds=lifetime)
        token = self._issue(unit, begin, end, specialized=False)
        test = unit.environment is Environment.TEST
        return {
            "token_type": "Bearer",
            "expires_in": str(lifetime - (1 if test else 2)),
            "ext_expires_in": str(lifetime - 1) if test else "0",
            "expires_on": str(int(end.timestamp())),
            "not_before": str(int(begin.timestamp())),
            "resource": RESOURCE,
            "access_token": token,
        }

    def specialized(self, unit: Unit, now: datetime) -> dict[str, str | int]:
        """Return the answer of the specialized endpoint; its number is a number."""
        end = now + timedelta(seconds=SPECIALIZED_LIFETIME)
        return {
            "access_token": self._issue(unit, now, end, specialized=True),
            "token_type": "Bearer",
            "expires_in": SPECIALIZED_LIFETIME,
        }

    def _issue(
        self, unit: Unit, begin: datetime, end: datetime, *, specialized: bool
    ) -> str:
        directory = DIRECTORIES[unit.environment]
        issuer = f"https://sts.windows.net/{directory}/"
        start = int(begin.timestamp())
        self._count += 1
        claims = {
            "aud": RESOURCE,
            "iss": issuer,
            "iat": start,
            "nbf": start,
            "exp": int(end.timestamp()),
            "appid": unit.client_id,
            "appidacr": "1",
            "idp": issuer,
            "tid": directory,
            "uti": f"sandbox-{self._count}",
            "ver": "1.0",
        }
        header = {"typ": "JWT", "alg": "RS256", "kid": "sandbox"}
        token = jwt.encode(header, claims, self._key)
        if len(self.issued) >= MOST_TOKENS:
            del self.issued[next(iter(self.issued))]
        self.issued[token] = Issued(unit, end, specialized)
        return token
