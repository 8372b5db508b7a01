"""Are the addresses in a payment ones that can be reached?"""

import re
from collections import deque
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any

from vippsdiag.check import DOCS, Confidence, Finding, Severity, When, check
from vippsdiag.checks.answers import (
    complaints,
    error_codes,
    is_bare,
    is_of_another,
    text_in,
)
from vippsdiag.environments import LOOPBACK_HOSTS, split
from vippsdiag.evidence import Call, Evidence, Need, Place, call_of
from vippsdiag.exchange import Exchange, Request
from vippsdiag.language import Text, say
from vippsdiag.samples import (
    TEST,
    api_call,
    call,
    case,
    details,
    ecom,
    ecom_call,
    login_call,
    recurring,
)

URLS = DOCS + "knowledge-base/errors/"


def fields(body: Any) -> dict[str, Any]:
    """Return every named value in a JSON body, however deep; the first of a name.

    The names in the metadata of a payment are the shop's own.
    """
    found: dict[str, Any] = {}
    queue = deque([body])
    while queue:
        item = queue.popleft()
        if isinstance(item, dict):
            for name, value in item.items():
                found.setdefault(name, value)
            queue += (value for name, value in item.items() if name != "metadata")
        elif isinstance(item, list):
            queue += item[:_MOST_ITEMS]
    return found


# The items of a list are alike; the first ones show every name.
_MOST_ITEMS = 20


def text_of(request: Request, *names: str) -> tuple[str, str] | None:
    """Return the first of these fields that the body holds as text, with its name."""
    held = fields(request.json)
    return next(
        ((name, held[name]) for name in names if isinstance(held.get(name), str)), None
    )


def not_public(url: str) -> Text | None:
    """Say why a URL cannot be reached or is refused; None if nothing shows."""
    parts = split(url)
    host = parts.hostname or ""
    if host in LOOPBACK_HOSTS or host.endswith((".local", ".test", ".localhost")):
        return say("{host} is a name for the machine itself", host=host)
    if _is_private(host):
        return say("{host} is an address inside a network", host=host)
    if parts.scheme not in {"https", "http"} and "://" in url:
        return None  # an app's own scheme is allowed
    if "." not in host:
        return say("the host has no top-level domain")
    return None


def _is_private(host: str) -> bool:
    try:
        return not ip_address(host).is_global
    except ValueError:
        return False


_RETURNS = re.compile(r"\b(?:fallback|returnurl|merchantredirecturl)$", re.IGNORECASE)
_CALLS = re.compile(r"\bcallback(?:prefix|ur[il])$", re.IGNORECASE)
FALLBACKS = ("fallBack", "fallback", "returnUrl", "merchantRedirectUrl")


# In words that leave no other address.
_REFUSED = re.compile(
    r"invalid fall ?back|fall ?back (?:url )?(?:is (?:invalid|not)|should not)",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"fall ?back|return ?url", re.IGNORECASE)


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    when={When.FAILED},
    fix="Send a public https address with a full host name, such as "
    "https://shop.example/return. For tests, use a tunnel or a public test page.",
    docs=URLS,
    source="vipps-ecom-api#159, vipps-ecom-api#53: the text may say null or empty "
    "(high); where it does not name the field, it is inferred from the address",
    broken=lambda: [
        case(
            ecom_call(
                status=400,
                answer=ecom("merchantInfo.fallBack.invalid", "Invalid fallback URL"),
                fallBack="http://localhost:8080/vipps",
            )
        ),
        case(
            ecom_call(
                status=400, answer="merchantInfo.fallBack.invalid: should not be null"
            )
        ),
        case(ecom_call(status=400, answer="Invalid fallback URL")),
        case(ecom_call(status=400, fallBack="http://localhost/thanks")),
        case(ecom_call(422, "Unprocessable Entity", fallBack="http://localhost/")),
        case(ecom_call(400, "Invalid IP address", fallBack="http://127.0.0.1/thanks")),
        case(
            api_call(
                TEST,
                method="POST",
                path="/epayment/v1/payments",
                headers={"Content-Type": "application/json", "Idempotency-Key": "k"},
                body={"returnUrl": "http://shop.example/thanks"},
                status=400,
                answer=details("4090", "Invalid URL: returnUrl"),
            )
        ),
        case(
            api_call(
                TEST,
                method="POST",
                path="/recurring/v3/agreements",
                status=400,
                answer=recurring("validation-error")
                | {"extraDetails": [{"field": "merchantRedirectUrl", "text": "x"}]},
            )
        ),
    ],
    healthy=lambda: [
        case(
            ecom_call(status=400, answer=ecom("transaction.amount", "Invalid amount"))
        ),
        case(ecom_call(status=200)),
        case(ecom_call(status=400)),
        case(ecom_call(status=401, fallBack="http://localhost/thanks")),
    ],
)
def fallback_url_invalid(evidence: Evidence) -> Iterator[Finding]:
    """The address to return to after the payment is not accepted.

    It must be a public address. The answer may say that it is empty when it is in fact
    localhost.
    """
    for exchange in evidence.exchanges:
        request = exchange.request
        if exchange.status not in {400, 422, None} or is_of_another(exchange):
            continue
        named = any("fallback" in code.lower() for code in error_codes(exchange))
        named = named or _REFUSED.search(text_in(exchange)) is not None
        named = named or any(_RETURNS.search(name) for name, _ in complaints(exchange))
        sent = text_of(request, *FALLBACKS) if request else None
        reason = _why_refused(exchange, sent[1]) if sent else None
        about = _ABOUT.search(text_in(exchange)) is not None
        about = about or _leaves_one(exchange, *CALLBACKS[:2])
        silent = _refused_unsaid(exchange) or _names_no_field(exchange)
        other = blames_the_other(exchange)
        if named or ((about or silent) and reason):
            yield Finding(
                message=say(
                    "The address to return to was refused. {field}: {reason}.",
                    field=sent[0],
                    reason=reason,
                )
                if sent and reason
                else say("The address to return to was refused."),
                place=Place(
                    exchange=exchange, part="request body", name=sent and sent[0]
                ),
                confidence=Confidence.POSSIBLE
                if other
                else (Confidence.CERTAIN if named or about else Confidence.LIKELY),
            )


def _why_refused(exchange: Exchange, url: str) -> Text | None:
    """Say what is wrong with an address; of one without TLS, if the answer asks."""
    asked = "4090" in error_codes(exchange) or "https" in text_in(exchange)
    plain = asked and url.lower().startswith("http://")
    return not_public(url) or (say("it begins with http://") if plain else None)


def blames_the_other(exchange: Exchange) -> bool:
    """Tell whether an answer blames the address to return to for the callback's.

    eCom says that the first is empty when the second is refused.
    """
    request = exchange.request
    if request is None or exchange.status != 400:
        return False
    if not re.search(r"not be (?:null|empty)", text_in(exchange), re.IGNORECASE):
        return False
    back, called = text_of(request, *FALLBACKS), text_of(request, *CALLBACKS[:2])
    fine = back is not None and not_public(back[1]) is None
    return fine and called is not None and _is_odd(called[1])


def _is_odd(url: str) -> bool:
    """Tell whether a validator may refuse an address for callbacks."""
    doubled = "//" in split(url).path
    return doubled or not url.startswith("https://") or not_public(url) is not None


# In words that may mean either address.
_EITHER = re.compile(r"invalid url|invalid ip address", re.IGNORECASE)


def _names_no_field(exchange: Exchange) -> bool:
    """Tell whether an address was refused, and the answer does not say which."""
    return _EITHER.search(text_in(exchange)) is not None


def _leaves_one(exchange: Exchange, *others: str) -> bool:
    """Tell whether an address was refused, unnamed, and it is none of these."""
    other = text_of(exchange.request, *others) if exchange.request else None
    private = other is not None and not_public(other[1]) is not None
    return _names_no_field(exchange) and not private


def _refused_unsaid(exchange: Exchange) -> bool:
    """Tell whether an API refused what was sent, and does not say what."""
    request = exchange.request
    ours = request is not None and call_of(request) is Call.API
    return ours and exchange.status in {400, 422} and is_bare(exchange)


@check(
    severity=Severity.ERROR,
    needs={Need.REQUEST},
    fix="On iOS, send a URL scheme of your app as fallBack, such as myapp://return.",
    docs=URLS,
    source="vipps-ecom-api#164 (high)",
    broken=lambda: [
        case(ecom_call(status=200, fallBack="INTENT", isApp=True), client="an iOS app")
    ],
    healthy=lambda: [
        case(
            ecom_call(status=200, fallBack="INTENT", isApp=True),
            client="an Android app",
        ),
        case(
            ecom_call(status=200, fallBack="myapp://x", isApp=True), client="an iOS app"
        ),
    ],
)
def fallback_intent_android_only(evidence: Evidence) -> Iterator[Finding]:
    """The fallback INTENT was used where it means nothing.

    INTENT returns to the calling app on Android. iOS knows no intents, and returns by
    an address that the app has registered.
    """
    android = "android" in (evidence.context.client or "").lower()
    for exchange, request in evidence.calls():
        sent = text_of(request, *FALLBACKS)
        if sent and sent[1] in {"INTENT", "intent"} and not android:
            ios = re.search(
                r"\bios\b|iphone|ipad", evidence.context.client or "", re.IGNORECASE
            )
            yield Finding(
                message=say("fallBack is INTENT, which works on Android alone."),
                place=Place(exchange=exchange, part="request body", name=sent[0]),
                confidence=Confidence.CERTAIN if ios else Confidence.POSSIBLE,
            )


def _registered(url: str) -> Evidence:
    return case(
        api_call(
            TEST,
            method="POST",
            headers={"Content-Type": "application/json"},
            body={"url": url, "events": ["x"]},
            status=400,
            answer={"title": "Bad Request"},
        )
    )


CALLBACKS = ("callbackPrefix", "callbackUrl", "url")


@check(
    severity=Severity.ERROR,
    needs={Need.ANSWER},
    when={When.FAILED},
    fix="Send a public https address that answers from the internet, without a "
    "redirect.",
    docs=URLS,
    source="vipps-developers#205: a strict validator, no localhost (high); "
    "vipps-ecom-api#53: the answer may blame fallBack (medium); where the answer does "
    "not name the field, it is inferred from the address",
    broken=lambda: [
        case(
            ecom_call(
                status=400,
                answer="callbackUrl is invalid",
                callbackPrefix="http://localhost/callback",
            )
        ),
        case(
            ecom_call(
                status=400,
                answer=ecom("merchantInfo.callbackPrefix.invalid", "Invalid"),
            )
        ),
        case(ecom_call(status=400, callbackPrefix="http://localhost/callback")),
        case(ecom_call(400, "Invalid IP address", callbackPrefix="http://127.0.0.1/")),
        case(
            ecom_call(
                status=400,
                answer=ecom("merchantInfo.fallBack.invalid", "should not be null"),
                callbackPrefix="https://shop.example//callback",
                fallBack="https://shop.example/thanks",
            )
        ),
        case(
            api_call(
                TEST,
                method="POST",
                path="/checkout/v3/session",
                status=400,
                answer={"errors": {"MerchantInfo.CallbackUrl": ["must be https"]}},
            )
        ),
        _registered("http://shop.example/hook"),
        _registered("https://192.168.0.7/hook"),
    ],
    healthy=lambda: [
        case(
            ecom_call(status=400, answer=ecom("transaction.amount", "Invalid amount"))
        ),
        _registered("https://8.8.8.8/hook"),
        case(login_call(status=400, answer="Callback URL mismatch")),
        case(
            call("POST", "https://a.example/hooks", status=400, answer="callback url")
        ),
    ],
)
def callback_url_invalid(evidence: Evidence) -> Iterator[Finding]:
    """The address for callbacks or webhooks is not accepted.

    It must be a public https address: the calls come from the internet.
    """
    for exchange in evidence.exchanges:
        named = any("callback" in code.lower() for code in error_codes(exchange))
        named = named or any(_CALLS.search(name) for name, _ in complaints(exchange))
        text = re.search(
            r"callback ?\w*url is invalid|callback url",
            text_in(exchange),
            re.IGNORECASE,
        )
        if exchange.status not in {400, 422, None} or is_of_another(exchange):
            continue
        if exchange.request and call_of(exchange.request) is Call.LOGIN:
            continue  # where Login sends the browser is called so by some servers
        sent = text_of(exchange.request, *CALLBACKS[:2]) if exchange.request else None
        silent = _refused_unsaid(exchange) or _names_no_field(exchange)
        silent = silent and sent is not None and not_public(sent[1]) is not None
        told = named or text or _registers_unreachable(exchange.request)
        told = told or (silent and _leaves_one(exchange, *FALLBACKS))
        silent = silent or blames_the_other(exchange)
        if told or silent:
            yield Finding(
                message=say("The address for callbacks was refused."),
                place=Place(exchange=exchange, part="request body"),
                confidence=Confidence.CERTAIN if told else Confidence.LIKELY,
            )


def _registers_unreachable(request: Request | None) -> bool:
    """Tell whether a webhook is registered at an address that is not public."""
    if request is None or "/webhooks/v1/" not in request.path:
        return False
    sent = text_of(request, *CALLBACKS)
    plain = sent is not None and not sent[1].startswith("https://")
    return plain or (sent is not None and not_public(sent[1]) is not None)
