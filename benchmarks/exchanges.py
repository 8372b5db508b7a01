"""A made-up log: the calls of many sales units, most of which work.

Each line is one entry of a HAR, as short as JSON can be. Keys, tokens, times, orders,
amounts, traces and the clients' names differ as they do between merchants; of each
hundred calls some thirteen fail, in the ways that people meet.
"""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from uuid import UUID

from vippsdiag.environments import BASE_URLS, Environment
from vippsdiag.samples import INVALID_KEY, PRODUCTION, TEST, gateway, token

START = datetime(2026, 11, 24, 6, tzinfo=UTC)
CLIENTS = (
    ("WooCommerce", "10.2.1", "vipps-woocommerce", "4.3.0"),
    ("Magento", "2.4.7", "magento-2-module", "2.6.1"),
    ("Shopify", "2026-07", "vipps-shopify", "1.9.0"),
    ("acme-pos", "3.14.2", "acme-checkout", "7.0.1"),
    ("PrestaShop", "8.2.0", "prestashop-vipps", "1.2.5"),
)
AGENTS = ("GuzzleHttp/7", "python-requests/2.32.5", "okhttp/5.1.0", "axios/1.12.2")
Json = dict[str, Any]


def compact(value: object) -> str:
    """Return JSON without blanks, as servers write it."""
    return json.dumps(value, separators=(",", ":"))


@dataclass(slots=True)
class Unit:
    """A sales unit with its keys and the token that it has."""

    environment: Environment
    client_id: str
    secret: str
    key: str
    msn: str
    client: tuple[str, ...]
    agent: str
    token: str = ""
    ends: datetime = START


class Log:
    """Makes lines; the same ones for the same seed."""

    def __init__(self, units: int = 500, seed: int = 1) -> None:
        self.random = random.Random(seed)
        self.now = START
        self.units = [self.unit() for _ in range(units)]

    def hex(self, digits: int) -> str:
        """Return so many hexadecimal digits."""
        return f"{self.random.getrandbits(4 * digits):0{digits}x}"

    def guid(self) -> str:
        """Return a GUID."""
        return str(UUID(self.hex(32)))

    def unit(self) -> Unit:
        """Return a sales unit."""
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
        return Unit(
            environment=TEST if self.random.random() < 0.2 else PRODUCTION,
            client_id=self.guid(),
            secret="".join(self.random.choices(letters, k=22)) + "==",
            key=self.hex(32),
            msn=str(self.random.randrange(10_000, 1_000_000)),
            client=self.random.choice(CLIENTS),
            agent=self.random.choice(AGENTS),
        )

    def lines(self, count: int) -> Iterator[bytes]:
        """Yield so many lines."""
        kinds, weights = zip(*CALLS, strict=True)
        for make in self.random.choices(kinds, weights, k=count):
            self.now += timedelta(milliseconds=self.random.randrange(2, 200))
            unit = self.random.choice(self.units)
            yield compact(make(self, unit)).encode()

    def fresh(self, unit: Unit) -> str:
        """Return the unit's token, a new one if the old one has ended."""
        if unit.ends <= self.now or not unit.token:
            unit.token = token(
                unit.environment, client_id=unit.client_id, issued=self.now
            )
            unit.ends = self.now + timedelta(hours=1)
        return unit.token

    def reference(self) -> str:
        """Return an order's reference, in one of the forms that shops use."""
        form = self.random.randrange(3)
        number = self.random.randrange(10_000, 10_000_000)
        return (f"order-{number}", f"acme-shop-{number}-{self.hex(6)}", self.guid())[
            form
        ]

    def entry(  # noqa: PLR0913 - each part can be the one that matters
        self,
        unit: Unit,
        method: str,
        path: str,
        status: int,
        answer: object = None,
        *,
        body: Json | None = None,
        changes: dict[str, str | None] | None = None,
    ) -> Json:
        """Return a call to an API."""
        system, version, plugin, plugin_version = unit.client
        headers: dict[str, str | None] = {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "Authorization": f"Bearer {self.fresh(unit)}",
            "Ocp-Apim-Subscription-Key": unit.key,
            "Merchant-Serial-Number": unit.msn,
            "Vipps-System-Name": system,
            "Vipps-System-Version": version,
            "Vipps-System-Plugin-Name": plugin,
            "Vipps-System-Plugin-Version": plugin_version,
            "User-Agent": unit.agent,
        }
        if method != "GET":
            headers["Idempotency-Key"] = self.guid()
        url = BASE_URLS[unit.environment] + path
        text = None if body is None else compact(body)
        return self.exchange(
            method, url, headers | (changes or {}), text, status, answer
        )

    def exchange(  # noqa: PLR0913, PLR0917 - each part can be the one that matters
        self,
        method: str,
        url: str,
        headers: dict[str, str | None],
        text: str | None,
        status: int,
        answer: object,
    ) -> Json:
        """Return an entry of a HAR."""
        content = answer if isinstance(answer, str) else compact(answer)
        content = "" if answer is None else content
        answered = {
            "Date": format_datetime(self.now + timedelta(seconds=1), usegmt=True),
            "Content-Type": "application/json; charset=utf-8",
            "Content-Length": str(len(content)),
            "X-Request-Id": self.guid(),
            "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
        }
        sent = {name: value for name, value in headers.items() if value is not None}
        return {
            "startedDateTime": self.now.isoformat(),
            "time": 80,
            "request": {
                "method": method,
                "url": url,
                "httpVersion": "HTTP/1.1",
                "headers": [{"name": n, "value": v} for n, v in sent.items()],
                "queryString": [],
                **({"postData": {"mimeType": "", "text": text}} if text else {}),
            },
            "response": {
                "status": status,
                "statusText": "",
                "httpVersion": "HTTP/1.1",
                "headers": [{"name": n, "value": v} for n, v in answered.items()],
                "content": {"mimeType": "application/json", "text": content},
            },
            "timings": {"send": 1, "wait": 78, "receive": 1},
        }

    def problem(self, code: str, title: str, status: int = 400) -> Json:
        """Return an answer in ePayment's form."""
        return {
            "type": "https://developer.vippsmobilepay.com/docs/APIs/epayment-api/errors",
            "title": title,
            "status": status,
            "traceId": f"00-{self.hex(32)}-{self.hex(16)}-00",
            "extraDetails": [{"name": "ErrorCode", "reason": code}],
        }


def _amount(log: Log) -> Json:
    return {"currency": "NOK", "value": log.random.randrange(100, 5_000_000)}


def _payment(log: Log, unit: Unit) -> str:
    del unit
    return f"/epayment/v1/payments/{log.reference()}"


def _read(log: Log, unit: Unit) -> Json:
    path = _payment(log, unit)
    answer = {
        "aggregate": {"authorizedAmount": _amount(log), "capturedAmount": _amount(log)},
        "amount": _amount(log),
        "state": log.random.choice(["AUTHORIZED", "CREATED", "TERMINATED"]),
        "paymentMethod": {"type": "WALLET"},
        "profile": {},
        "pspReference": log.guid(),
        "redirectUrl": f"https://landing.vipps.no?token={log.hex(40)}",
        "reference": path.rpartition("/")[2],
    }
    return log.entry(unit, "GET", path, 200, answer)


def _new_payment(log: Log) -> Json:
    reference = log.reference()
    number = f"47{log.random.randrange(40_000_000, 99_999_999)}"
    return {
        "amount": _amount(log),
        "customer": {"phoneNumber": number},
        "paymentMethod": {"type": "WALLET"},
        "reference": reference,
        "returnUrl": f"https://shop-{reference[:9]}.example.no/return?order={reference}",
        "userFlow": "WEB_REDIRECT",
        "paymentDescription": f"Order {log.random.randrange(1000)}, with thanks",
    }


def _create(log: Log, unit: Unit) -> Json:
    body = _new_payment(log)
    url = f"https://landing.vipps.no?token={log.hex(60)}"
    answer = {"redirectUrl": url, "reference": body["reference"]}
    path = "/epayment/v1/payments"
    return log.entry(unit, "POST", path, 201, answer, body=body)


def _change(verb: str) -> Callable[[Log, Unit], Json]:
    def make(log: Log, unit: Unit) -> Json:
        path = _payment(log, unit)
        answer = {
            "amount": _amount(log),
            "state": "AUTHORIZED",
            "pspReference": log.guid(),
            "reference": path.rpartition("/")[2],
        }
        body = {"modificationAmount": _amount(log)}
        return log.entry(unit, "POST", f"{path}/{verb}", 200, answer, body=body)

    return make


def _agreements(log: Log, unit: Unit) -> Json:
    number = log.random.randrange(4)
    answer = [
        {"id": f"agr_{log.hex(7)}", "status": "ACTIVE", "start": log.now.isoformat()}
        for _ in range(number)
    ]
    return log.entry(unit, "GET", "/recurring/v3/agreements", 200, answer)


def _token_call(
    log: Log, unit: Unit, status: int, answer: object, key: str | None = None
) -> Json:
    headers: dict[str, str | None] = {
        "client_id": unit.client_id,
        "client_secret": unit.secret,
        "Ocp-Apim-Subscription-Key": key or unit.key,
        "Merchant-Serial-Number": unit.msn,
        "User-Agent": unit.agent,
        "Content-Length": "0",
    }
    url = BASE_URLS[unit.environment] + "/accesstoken/get"
    return log.exchange("POST", url, headers, None, status, answer)


def _token(log: Log, unit: Unit) -> Json:
    unit.token = ""
    issued = int(log.now.timestamp())
    answer = {
        "token_type": "Bearer",
        "expires_in": "3599",
        "ext_expires_in": "3599",
        "expires_on": str(issued + 3600),
        "not_before": str(issued),
        "resource": "00000002-0000-0000-c000-000000000000",
        "access_token": log.fresh(unit),
    }
    return _token_call(log, unit, 200, answer)


def _provider(code: int, error: str, words: str) -> Callable[[Log, Unit], Json]:
    def make(log: Log, unit: Unit) -> Json:
        said = words.replace("CLIENT", unit.client_id)
        trace = f"Trace ID: {log.guid()} Correlation ID: {log.guid()}"
        answer = {
            "error": error,
            "error_description": f"AADSTS{code}: {said} {trace} "
            f"Timestamp: {log.now:%Y-%m-%d %H:%M:%SZ}",
            "error_codes": [code],
            "timestamp": f"{log.now:%Y-%m-%d %H:%M:%SZ}",
            "trace_id": log.guid(),
            "correlation_id": log.guid(),
        }
        return _token_call(log, unit, 401, answer)

    return make


def _key_refused(log: Log, unit: Unit) -> Json:
    return _token_call(log, unit, 401, gateway(401, INVALID_KEY), log.hex(32))


REFUSED = gateway(401, "Unauthorized. Access token is missing or invalid.")


def _expired(log: Log, unit: Unit) -> Json:
    # It was kept, and is sent again and again.
    issued = START - timedelta(hours=25)
    old = token(unit.environment, client_id=unit.client_id, issued=issued)
    changes: dict[str, str | None] = {"Authorization": f"Bearer {old}"}
    path = _payment(log, unit)
    return log.entry(unit, "GET", path, 401, REFUSED, changes=changes)


def _elsewhere(log: Log, unit: Unit) -> Json:
    hour = log.now.replace(minute=0, second=0, microsecond=0)
    other = token(unit.environment.other, client_id=unit.client_id, issued=hour)
    changes: dict[str, str | None] = {"Authorization": f"Bearer {other}"}
    path = _payment(log, unit)
    return log.entry(unit, "GET", path, 401, REFUSED, changes=changes)


def _bare(log: Log, unit: Unit) -> Json:
    changes: dict[str, str | None] = {"Authorization": log.fresh(unit)}
    path = _payment(log, unit)
    return log.entry(unit, "GET", path, 401, REFUSED, changes=changes)


def _without_msn(log: Log, unit: Unit) -> Json:
    answer = log.problem("4020", "Merchant-Serial-Number is missing")
    changes: dict[str, str | None] = {"Merchant-Serial-Number": None}
    path = _payment(log, unit)
    return log.entry(unit, "GET", path, 400, answer, changes=changes)


def _problem(code: str, title: str, status: int) -> Callable[[Log, Unit], Json]:
    def make(log: Log, unit: Unit) -> Json:
        answer = log.problem(code, title, status)
        return log.entry(unit, "GET", _payment(log, unit), status, answer)

    return make


def _refused_payment(log: Log, unit: Unit) -> Json:
    answer = log.problem("4040", "Invalid amount")
    path = "/epayment/v1/payments"
    return log.entry(unit, "POST", path, 400, answer, body=_new_payment(log))


def _bad_state(log: Log, unit: Unit) -> Json:
    answer = log.problem("6080", "The payment is not in a state to capture", 409)
    path = f"{_payment(log, unit)}/capture"
    body = {"modificationAmount": _amount(log)}
    return log.entry(unit, "POST", path, 409, answer, body=body)


def _forbidden(log: Log, unit: Unit) -> Json:
    return log.entry(unit, "GET", "/webhooks/v1/webhooks", 403, "")


def _outage(log: Log, unit: Unit) -> Json:
    page = "<html><body><h1>502 Bad Gateway</h1></body></html>"
    return log.entry(unit, "GET", _payment(log, unit), 502, page)


def _too_many(log: Log, unit: Unit) -> Json:
    wait = log.random.randrange(1, 60)
    answer = gateway(429, f"Rate limit is exceeded. Try again in {wait} seconds.")
    return log.entry(unit, "GET", _payment(log, unit), 429, answer)


def _timeout(log: Log, unit: Unit) -> Json:
    entry = log.entry(unit, "GET", _payment(log, unit), 0, None)
    entry["response"]["headers"] = []
    return entry | {"_error": "Operation timed out after 10001 milliseconds"}


# Each with its share.
CALLS: tuple[tuple[Callable[[Log, Unit], Json], float], ...] = (
    (_read, 44),
    (_create, 16),
    (_change("capture"), 12),
    (_change("refund"), 4),
    (_change("cancel"), 2),
    (_agreements, 5),
    (_token, 4),
    (_expired, 2.5),
    (_problem("5090", "Reference not found", 404), 2),
    (_refused_payment, 2),
    (_bad_state, 1.5),
    (_key_refused, 0.8),
    (_forbidden, 0.8),
    (_without_msn, 0.6),
    (_elsewhere, 0.5),
    (_too_many, 0.5),
    (_timeout, 0.5),
    (_outage, 0.4),
    (_bare, 0.4),
    (_provider(7000215, "invalid_client", "Invalid client secret provided."), 0.3),
    (
        _provider(
            700016,
            "unauthorized_client",
            "Application with identifier 'CLIENT' was not found in the directory "
            "'Vipps MobilePay'.",
        ),
        0.2,
    ),
)
