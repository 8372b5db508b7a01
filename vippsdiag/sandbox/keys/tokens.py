"""Access tokens with the form and the claims of the real ones (facts 3.1)."""

import hashlib
import uuid
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from vippsdiag.environments import TEST_DIRECTORY, Environment
from vippsdiag.sandbox.keys.units import Unit
from vippsdiag.sandbox.state.state import State
from vippsdiag.token import LIFETIMES

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey

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
ROOM = "tokens"
KEY_ID = "sandbox"
# Of how many tokens the hash is at hand.
MOST_HASHES = 100


class Issued(msgspec.Struct, kw_only=True, gc=False):
    """A token that was issued: for whom, until when, in which flow."""

    client_id: str
    expires: datetime
    specialized: bool


class SigningKey(msgspec.Struct, kw_only=True):
    """The key that signs tokens, which all workers share."""

    pem: str


class Mint:
    """Issues tokens and remembers them; one that it does not remember is no token.

    A token is remembered by its hash, so that none is ever in a file.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._hashes: dict[str, str] = {}

    @cached_property
    def key(self) -> "RSAKey":
        """The key that signs; made when it is first asked for, for it takes a while."""
        from joserfc.jwk import RSAKey  # noqa: PLC0415 - start-up counts

        with self._state.change():
            kept = self._state.get(SigningKey, ROOM, KEY_ID)
            if kept is None:
                made = RSAKey.generate_key(2048)
                kept = SigningKey(pem=made.as_pem(private=True).decode())
                self._state.put(ROOM, KEY_ID, kept)
        return RSAKey.import_key(kept.pem, {"kid": KEY_ID, "alg": "RS256"})

    def signed(self, claims: dict[str, object]) -> str:
        """Return claims as a signed token."""
        from joserfc import jwt  # noqa: PLC0415 - start-up counts

        header = {"typ": "JWT", "alg": "RS256", "kid": KEY_ID}
        return jwt.encode(header, claims, self.key)

    def find(self, token: str) -> Issued | None:
        """Return what was issued as this token."""
        known = self._hashes.get(token)
        issued = self._state.get(Issued, ROOM, known or _hash(token))
        if issued is not None and known is None:
            self._remember(token)
        return issued

    def _remember(self, token: str) -> None:
        """Spare a token that is used again the making of its hash."""
        if len(self._hashes) >= MOST_HASHES:
            del self._hashes[next(iter(self._hashes))]
        self._hashes[token] = _hash(token)

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
        claims: dict[str, object] = {
            "aud": RESOURCE,
            "iss": issuer,
            "iat": start,
            "nbf": start,
            "exp": int(end.timestamp()),
            "appid": unit.client_id,
            "appidacr": "1",
            "idp": issuer,
            "tid": directory,
            "uti": f"sandbox-{uuid.uuid4().hex[:12]}",
            "ver": "1.0",
        }
        token = self.signed(claims)
        issued = Issued(client_id=unit.client_id, expires=end, specialized=specialized)
        self._state.put(ROOM, _hash(token), issued)
        return token


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
