"""A login: what was asked for, what the user decided, and the tokens that follow."""

import base64
import hashlib
import secrets
import uuid
from datetime import datetime, timedelta

import msgspec

from vippsdiag.sandbox.apis import userinfo
from vippsdiag.sandbox.apis.login.discovery import issuer
from vippsdiag.sandbox.apis.login.problems import NO_STORE
from vippsdiag.sandbox.apis.userinfo import Consent
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.reply import Reply, in_json
from vippsdiag.sandbox.keys.units import Unit
from vippsdiag.sandbox.state.state import Room

# "A couple of minutes" (high).
CODE_LIFETIME = timedelta(minutes=2)
ID_TOKEN_LIFETIME = timedelta(hours=1)
# The answer says 3599 seconds (high), but userinfo takes a token for ten minutes only
# (the toolkit's skill, high).
EXPIRES_IN = 3599
USERINFO_LIFETIME = timedelta(minutes=10)
BROWSER, CIBA, CIBA_REDIRECT = "browser", "ciba", "ciba-redirect"
APPROVED, REJECTED = "approved", "rejected"


class Login(msgspec.Struct, kw_only=True):
    """One login at one sales unit.

    Attributes:
        name: in the browser a challenge; otherwise the ``auth_req_id``.
        scope: what was asked for, with blanks between.
        ends: until when the user can decide.
        flow: how it was begun, and by that which grant has its tokens.
        decision: empty until the user has decided.
        code: the hash of the code that the user was sent back with.
        token: the hash of the access token, once there is one.
        polled: when its tokens were last asked for.
    """

    name: str
    flow: str
    scope: str
    begun: datetime
    ends: datetime
    redirect_uri: str = ""
    state: str = ""
    nonce: str = ""
    challenge: str = ""
    method: str = ""
    phone: str = ""
    binding_message: str = ""
    decision: str = ""
    decided: datetime | None = None
    code: bytes | None = None
    code_at: datetime | None = None
    token: str | None = None
    polled: datetime | None = None

    def decide(self, decision: str, now: datetime) -> None:
        """Note down what the user decided."""
        self.decision, self.decided = decision, now

    def new_code(self, now: datetime) -> str:
        """Return a new code; one that was made before is void."""
        secret = _random()
        self.code, self.code_at = hashlib.sha256(secret.encode()).digest(), now
        return f"{self.name}.{secret}"

    def has(self, code: str) -> bool:
        """Tell whether a code is this login's."""
        secret = code.partition(".")[2].encode("utf-8", "replace")
        return self.code == hashlib.sha256(secret).digest()

    def takes(self, code: str, now: datetime) -> bool:
        """Tell whether a code is this login's, unused and not too old."""
        young = self.code_at is not None and now - self.code_at <= CODE_LIFETIME
        return young and self.token is None and self.has(code)


class UserToken(msgspec.Struct, kw_only=True):
    """An access token of a user: what it opens, and until when."""

    consent: Consent
    sid: str
    expires: datetime


def find(call: Call, code: str) -> Login | None:
    """Return the login that a code or an ``auth_req_id`` is of, in the call's unit."""
    return call.room.get(Login, code.partition(".")[0])


def new_name() -> str:
    """Return a name that cannot be guessed."""
    return secrets.token_urlsafe(20)


def _random() -> str:
    return secrets.token_urlsafe(32)


def tokens(call: Call, unit: Unit, login: Login) -> Reply:
    """Issue the tokens of a login, which are its only ones."""
    sub = userinfo.share(call, login.scope, login.phone)
    consent = call.room.get(Consent, sub)
    access, sid = f"{_random()}.{_random()}", str(uuid.uuid4())
    if consent is not None:
        expires = call.now + USERINFO_LIFETIME
        login.token = _hash(access)
        _tokens(call).put(
            login.token, UserToken(consent=consent, sid=sid, expires=expires)
        )
    call.room.put(login.name, login)
    claims = _claims(call, unit, login) | {
        "sub": sub,
        "sid": sid,
        "at_hash": _half_hash(access),
    }
    body = {
        "access_token": access,
        "expires_in": EXPIRES_IN,
        "id_token": call.sandbox.mint.signed(claims),
        "scope": login.scope,
        "token_type": "bearer",
    }
    return in_json(200, body, headers=NO_STORE)


def _claims(call: Call, unit: Unit, login: Login) -> dict[str, object]:
    # Their names are those of the specification's example (high).
    now = call.now
    claims: dict[str, object] = {
        "iss": issuer(call),
        "aud": [unit.client_id],
        "iat": int(now.timestamp()),
        "exp": int((now + ID_TOKEN_LIFETIME).timestamp()),
        "auth_time": int((login.decided or now).timestamp()),
        "rat": int(login.begun.timestamp()),
        "jti": str(uuid.uuid4()),
    }
    if login.nonce:
        claims["nonce"] = login.nonce
    if login.flow != BROWSER:
        claims["auth_req_id"] = login.name
    return claims


def user_token(call: Call, access: str) -> UserToken | None:
    """Return what an access token opens; None if it is unknown or has ended."""
    found = _tokens(call).get(UserToken, _hash(access))
    return found if found and call.now < found.expires else None


def revoke(call: Call, access: str) -> None:
    """End an access token; it need not exist."""
    _tokens(call).drop(UserToken, _hash(access))


def revoke_all(call: Call, login: Login) -> None:
    """End the access token of a login whose code was used twice."""
    if login.token:
        _tokens(call).drop(UserToken, login.token)


def _tokens(call: Call) -> Room:
    return Room(call.sandbox.state, f"{call.environment}/user tokens")


def _hash(access: str) -> str:
    return hashlib.sha256(access.encode("utf-8", "replace")).hexdigest()


def _half_hash(access: str) -> str:
    half = hashlib.sha256(access.encode()).digest()[:16]
    return base64.urlsafe_b64encode(half).rstrip(b"=").decode()
