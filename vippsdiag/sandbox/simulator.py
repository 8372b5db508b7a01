"""The sandbox: a function from a request to a response, and its state.

The order of the checks is the gateway's as far as it is known: the operation, the
subscription key, the token, the merchant serial number, the product (facts 3.2 and
section 9, number 6; partly inferred).
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from vippsdiag.environments import Environment
from vippsdiag.evidence import SPECIALIZED_TOKEN_PATH, STANDARD_TOKEN_PATH, basic_pair
from vippsdiag.exchange import Request, Response
from vippsdiag.keys import KeyKind, KeySet
from vippsdiag.sandbox import answers
from vippsdiag.sandbox.tokens import DIRECTORY_NAMES, Issued, Mint
from vippsdiag.sandbox.units import SandboxConfig, Unit
from vippsdiag.secret import examine

if TYPE_CHECKING:
    import requests

KEY, MSN = "Ocp-Apim-Subscription-Key", "Merchant-Serial-Number"
REFERENCE = re.compile(r"[a-zA-Z0-9-]{8,64}")
PAYMENT_PATH = "/epayment/v1/payments/"

# Every sales unit has one payment to read, until payments can be made.
SAMPLE_REFERENCE = "sandbox-payment-1"

WEBHOOKS_PATH = "/webhooks/v1/webhooks"

Refusal = Response
Operation = Callable[[Request, Environment, datetime], Response]


def utc_now() -> datetime:
    """Return the time now, in UTC."""
    return datetime.now(UTC)


class Sandbox:
    """A stand-in for the Vipps MobilePay APIs, with state of its own.

    Args:
        config: the sales units that it knows; those of seed 0 if not given.
        clock: returns the time as the sandbox sees it, with a time zone; it may be
            replaced to move the time.
    """

    def __init__(
        self,
        config: SandboxConfig | None = None,
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.config = config or SandboxConfig.from_seed()
        self.clock = clock
        self._mint = Mint()
        units = self.config.units
        self._by_client = {unit.client_id: unit for unit in units}
        self._by_key = {
            key: unit for unit in units for key in (unit.primary, unit.secondary) if key
        }

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the units, for `keys_of`."""
        return tuple(unit.name for unit in self.config.units)

    def keys_of(self, name: str) -> KeySet:
        """Return the keys of a unit.

        Raises:
            KeyError: there is no unit of that name.
        """
        for unit in self.config.units:
            if unit.name == name:
                return unit.keys()
        raise KeyError(name)

    def session(self) -> "requests.Session":
        """Return a session whose calls are answered here, with no socket."""
        from vippsdiag.sandbox.adapter import session  # noqa: PLC0415 - loads requests

        return session(self)

    def handle(self, request: Request) -> Response:
        """Answer a request as the API would. Never raises."""
        now = self.clock()
        environment = request.environment or Environment.TEST
        method, operation = self._operation(request, environment)
        if operation is None:
            return answers.path_unknown(now)
        if request.method.upper() != method:
            return answers.method_unknown(now)
        return operation(request, environment, now)

    def _operation(
        self, request: Request, environment: Environment
    ) -> tuple[str, Operation | None]:
        """Find the method and what serves a path; its case does not matter."""
        path = request.path
        lower = path.lower()
        if lower == STANDARD_TOKEN_PATH:
            return "POST", self._standard_token
        # The newest specification says that test does not serve this one.
        production = environment is Environment.PRODUCTION
        if production and lower == SPECIALIZED_TOKEN_PATH:
            return "POST", self._specialized_token
        if lower == WEBHOOKS_PATH:
            return "GET", self._webhooks
        reference = path[len(PAYMENT_PATH) :]
        if lower.startswith(PAYMENT_PATH) and reference and "/" not in reference:
            return "GET", partial(self._payment, reference)
        return "", None

    def _standard_token(
        self, request: Request, environment: Environment, now: datetime
    ) -> Response:
        _, refusal = self._key_owner(request, environment, now)
        if refusal:
            return refusal
        if request.headers.get("Origin"):
            return answers.cross_origin(now)
        unit, refusal = self._client(request, environment, now)
        if unit is None:
            return refusal or answers.client_refused(now)
        return answers.token(self._mint.standard(unit, now), now)

    def _client(
        self, request: Request, environment: Environment, now: datetime
    ) -> tuple[Unit | None, Refusal | None]:
        """Return whose client and secret these are, or the refusal."""
        client_id = request.headers.get("client_id") or ""
        if _is_blank(client_id):
            return None, answers.parameter_missing("client_id", now)
        unit = self._unit(client_id)
        if not unit or unit.environment is not environment or unit.kind.specialized:
            directory = DIRECTORY_NAMES[environment]
            quote = partial(answers.client_unknown, directory=directory, now=now)
            return None, examine(client_id, lambda raw: quote(raw.strip()))
        secret = request.headers.get("client_secret") or ""
        if _is_blank(secret):
            return None, answers.secret_missing(now)
        if not _is(secret, unit.client_secret):
            return None, answers.secret_wrong(unit.client_id, now)
        return unit, None

    def _specialized_token(
        self, request: Request, environment: Environment, now: datetime
    ) -> Response:
        pair = basic_pair(request.headers.get("Authorization") or "")
        granted = request.form.get("grant_type") == "client_credentials"
        if pair is None or not granted or request.headers.get(KEY):
            return answers.client_refused(now)
        unit = self._unit(pair[0])
        known = unit is not None and unit.environment is environment
        if not unit or not known or not unit.kind.specialized:
            return answers.client_refused(now)
        if not _is(pair[1], unit.client_secret):
            return answers.client_refused(now)
        return answers.token(self._mint.specialized(unit, now), now)

    def _unit(self, client_id: str) -> Unit | None:
        return examine(client_id, lambda raw: self._by_client.get(raw.strip().lower()))

    def _key_owner(
        self, request: Request, environment: Environment, now: datetime
    ) -> tuple[Unit | None, Refusal | None]:
        key = request.headers.get(KEY) or ""
        if _is_blank(key):
            return None, answers.missing_key(now)
        unit = examine(key, lambda raw: self._by_key.get(raw.strip().lower()))
        if unit is None or unit.environment is not environment:
            return None, answers.invalid_key(now)
        return unit, None

    def _token_owner(self, request: Request, now: datetime) -> Issued | None:
        def question(raw: str) -> Issued | None:
            # Documented is the exact word Bearer; that others are refused is not
            # tested (facts section 9, number 16).
            scheme, _, token = raw.strip().partition(" ")
            return self._mint.issued.get(token) if scheme == "Bearer" else None

        issued = examine(request.headers.get("Authorization") or "", question)
        return issued if issued and issued.expires > now else None

    def _authorized(
        self, request: Request, environment: Environment, now: datetime
    ) -> tuple[Unit | None, Unit | None, Refusal | None]:
        """Return the owners of the token and of the key, or the refusal."""
        owner, refusal = self._key_owner(request, environment, now)
        if refusal:
            return None, None, refusal
        issued = self._token_owner(request, now)
        foreign = issued is not None and issued.unit.environment is not environment
        if issued is None or foreign or issued.specialized:
            return None, None, answers.token_refused(now)
        return issued.unit, owner, None

    def _webhooks(
        self, request: Request, environment: Environment, now: datetime
    ) -> Response:
        unit, owner, refusal = self._authorized(request, environment, now)
        if refusal or unit is None:
            return refusal or answers.token_refused(now)
        msn = _msn(request)
        # A partner without a number lists its own registrations.
        if unit is not owner or (msn and not _may_act_for(unit, msn)):
            return answers.empty_403(now)
        return answers.answer(200, {"webhooks": []}, now)

    def _payment(
        self, reference: str, request: Request, environment: Environment, now: datetime
    ) -> Response:
        unit, owner, refusal = self._authorized(request, environment, now)
        if refusal or unit is None:
            return refusal or answers.token_refused(now)
        msn = _msn(request)
        refusal = _payment_refusal(unit, owner, msn, now)
        if refusal:
            return refusal
        if not REFERENCE.fullmatch(reference):
            return answers.reference_malformed(now)
        # With a number of another unit it is not known whether the answer is 401, 403
        # or 404 (facts section 9, number 7); the documented code 5090 names that case.
        if reference != SAMPLE_REFERENCE or not _may_act_for(unit, msn):
            return answers.reference_not_found(reference, msn, now)
        return answers.answer(200, _sample_payment(reference), now)


def _payment_refusal(
    unit: Unit, owner: Unit | None, msn: str, now: datetime
) -> Response | None:
    partner = unit.kind is KeyKind.PARTNER
    if not msn:
        missing = answers.invalid_msn(None, now)
        return missing if partner else answers.header_missing(MSN, now)
    if partner and msn not in unit.connected:
        return answers.invalid_msn(msn, now)
    if unit is not owner:
        return answers.key_of_another_unit(now)
    if "ePayment" not in unit.products:
        return answers.product_forbidden(now)
    return None


def _may_act_for(unit: Unit, msn: str) -> bool:
    return msn == unit.msn or msn in unit.connected


def _is_blank(value: str) -> bool:
    return examine(value, lambda raw: not raw.strip())


def _is(value: str, right: str) -> bool:
    return examine(value, lambda raw: raw.strip() == right)


def _msn(request: Request) -> str:
    """Return the number as it stands; no secret, but something else may stand there."""
    return examine(request.headers.get(MSN) or "", str.strip)


def _sample_payment(reference: str) -> dict[str, object]:
    """Return a payment as the specification describes it."""

    def amount(value: int) -> dict[str, object]:
        return {"currency": "NOK", "value": value}

    return {
        "aggregate": {
            "authorizedAmount": amount(49900),
            "cancelledAmount": amount(0),
            "capturedAmount": amount(0),
            "refundedAmount": amount(0),
        },
        "amount": amount(49900),
        "state": "AUTHORIZED",
        "paymentMethod": {"type": "WALLET"},
        "profile": {},
        "pspReference": "sandbox-psp-reference-1",
        "reference": reference,
    }
