"""Was each value filled in, and is it whole?"""

import re
from collections.abc import Iterator

from vippsdiag.check import API_KEYS, Confidence, Finding, Severity, check
from vippsdiag.checks.answers import is_gateway, is_of_another
from vippsdiag.checks.keys import keys, plain, sureness
from vippsdiag.checks.network import is_ours
from vippsdiag.checks.sent import (
    KEY_HEADER,
    header_place,
    is_not_filled_in,
    left_in_body,
    left_sureness,
    painted_over,
    sent_token,
    texts_sent,
    was_taken,
)
from vippsdiag.conceal import still_masked
from vippsdiag.evidence import Evidence, Need, Place, Value, tokens
from vippsdiag.exchange import Exchange, Request
from vippsdiag.keys import Field
from vippsdiag.language import Text, say
from vippsdiag.samples import (
    CLIENT_SECRET,
    SUBSCRIPTION_KEY,
    TEST,
    api_call,
    call,
    case,
    ecom_call,
    identity_provider,
    token,
    token_call,
)
from vippsdiag.secret import examine, size
from vippsdiag.shapes import (
    DOCUMENTED_EXAMPLES,
    USUAL_SECRET_LENGTHS,
    Shape,
    characters,
    is_cut,
    is_documented_example,
    is_hidden,
    is_placeholder,
    is_word_for_nothing,
    shape_of,
    template_in,
)
from vippsdiag.token import TokenDefect, bearer_of, is_piece_of_token, read_token


@check(
    severity=Severity.ERROR,
    needs={Need.SENT},
    fix="Put your own value in its place; the portal shows it under For developers.",
    docs=API_KEYS,
    source="values printed in official documentation (facts 1.2); vipps-developers#68",
    broken=lambda: [
        *(
            case(token_call(TEST, headers=headers, status=None))
            for headers in (
                {"client_id": "Insert your client ID here"},
                {"client_secret": "<your secret>"},
                {"client_secret": "Y8Kteew6GE3ZmeycEt6egg=="},
            )
        ),
        case(_bearing("<your-access-token>")),
        case(ecom_call(authToken=token(TEST)[3:40])),
        case(ecom_call(authToken="<a word of your own>")),
    ],
    healthy=lambda: [
        case(token_call(TEST)),
        keys(),
        case(token_call(TEST, headers={"client_id": "<client id>"})),
        case(ecom_call(authToken=CLIENT_SECRET)),
        case(ecom_call(authToken="[REDACTED]")),
        case(ecom_call(authToken="my-own-word-for-callbacks")),
        case(token_call(TEST, headers=_ROWS, status=401, answer=_WRONG)),
        case(token_call(TEST, headers=_STARRED, status=401)),
        case(_bearing("<your-access-token>", 200)),
        case(_bearing("[REDACTED]")),
    ],
)
def example_value_left_in_request(evidence: Evidence) -> Iterator[Finding]:
    """A value from the documentation or a placeholder is still in use.

    Examples show where a value goes. The values in them open nothing: each sales unit
    has its own.
    """
    for value in evidence.values():
        message = None if was_taken(value.place) else _left_as_it_was(value)
        if message:
            yield Finding(
                message=message, place=value.place, confidence=sureness(value)
            )
    for exchange, request in evidence.api_calls():
        if _bears_placeholder(exchange, request):
            yield Finding(
                message=say("The access token is a placeholder."),
                place=header_place(exchange, "Authorization"),
                confidence=Confidence.LIKELY,
            )
    for exchange, request in evidence.calls():
        if request.body and examine(request.body, _holds_example):
            yield Finding(
                message=say(
                    "The request's body holds an example from the documentation."
                ),
                place=Place(exchange=exchange, part="request body"),
                confidence=Confidence.LIKELY,
            )


def _left_as_it_was(value: Value) -> Text | None:
    """Say what was left in a value's place; None if it may be a value."""
    if is_documented_example(value.value):
        return say(
            "The {field} is an example from the documentation.", field=value.field
        )
    if is_word_for_nothing(value.value) or _is_not_the_senders(value):
        return None
    if is_placeholder(value.value) and not still_masked(value.value):
        return say("The {field} is a placeholder.", field=value.field)
    return None


def _bears_placeholder(exchange: Exchange, request: Request) -> bool:
    bearing = request.headers.get("Authorization") or ""
    asks = is_not_filled_in(bearing) and not _bears_nothing(bearing)
    return asks and not exchange.ok


def _is_not_the_senders(value: Value) -> bool:
    exchange = value.place.exchange
    if exchange is None:
        return False
    return painted_over(exchange, value.value) or is_of_another(exchange)


_ROWS: dict[str, str | None] = dict.fromkeys(
    ("client_id", "client_secret", "Ocp-Apim-Subscription-Key"), "xxxx"
)
_STARRED: dict[str, str | None] = _ROWS | {"Ocp-Apim-Subscription-Key": "***"}
_SHORTENED: dict[str, str | None] = dict.fromkeys(_ROWS, "6d2b...")
_WRONG: dict[str, object] = identity_provider(
    7000215, "Invalid client secret.", "invalid_client"
)


def _bearing(word: str, status: int = 401) -> Exchange:
    headers = {"Authorization": f"Bearer {word}"}
    return api_call(TEST, headers=headers, status=status, answer="")


# What comes back with a callback of eCom, and with one of Checkout.
_AUTH_TOKEN = re.compile(
    r'"(?:authToken|callbackAuthorizationToken)"\s*:\s*"([^"\r\n]{8,2000})"'
)


def _holds_example(raw: str) -> bool:
    """Find an example value, or one where a word of one's own goes.

    The documentation of eCom prints the middle of a token as ``authToken``. A short
    word, such as test, may be meant, and so may one that begins with my.
    """
    own = _AUTH_TOKEN.search(raw)
    word = own[1] if own else ""
    asks = is_placeholder(word) and not word.lower().startswith("my")
    left = is_piece_of_token(word) or (asks and not still_masked(word))
    return left or any(example in raw for example in DOCUMENTED_EXAMPLES)


@check(
    severity=Severity.ERROR,
    needs={Need.SENT},
    fix="Give the variable a value where the request is made (the selected Postman "
    "environment, the .env file, the shell), and send the request again.",
    docs=API_KEYS,
    source="causes.md; several public reports quote such an identifier (high)",
    broken=lambda: [
        *(
            case(token_call(TEST, headers=headers, status=None))
            for headers in (
                {"client_id": "{{client_id}}"},
                {"client_secret": "${CLIENT_SECRET}"},
                {"Ocp-Apim-Subscription-Key": "$SUB_KEY"},
                {"client_id": "undefined"},
            )
        ),
        case(call("POST", "{{base_url}}/accesstoken/get", status=None)),
        case(
            api_call(
                TEST, path="/epayment/v1/payments/%7B%7Breference%7D%7D", status=400
            )
        ),
        case(_bearing("null")),
        case(ecom_call(status=400, merchantSerialNumber="{{msn}}")),
        case(ecom_call(authToken="{{auth_token}}")),
    ],
    healthy=lambda: [
        case(token_call(TEST, headers={"client_id": "{{client_id}}"})),
        keys(),
        case(token_call(TEST, headers={"Origin": "null", "Sec-Fetch-Site": "none"})),
        case(api_call(TEST, path="/epayment/v1/payments/50%25%20off")),
        case(_bearing("null", 200)),
        case(ecom_call(staticShippingDetails="{{left_out}}")),
        case(ecom_call(400, transactionText="{{name}} bought a hat")),
        case(call("GET", "https://shop.example/%7B%7Bimage%7D%7D", status=404)),
        case(api_call(TEST, path="/order-management/v2/ecom/receipts/%C3%B8l-7")),
    ],
)
def template_variable_not_substituted(evidence: Evidence) -> Iterator[Finding]:
    """A variable was sent by its name instead of its value.

    A template such as {{client_id}} is filled in by the program that sends. If it has
    no value there, the name itself goes out.
    """
    for value in evidence.values():
        left = template_in(value.value)
        if was_taken(value.place):
            continue
        if left and value.place.part in {"keys", "response body"}:
            yield _left(value.field, left, value.place, sureness(value))
        elif is_word_for_nothing(value.value):
            yield _empty(value.field, value.place, sureness(value))
    for exchange, request in evidence.calls():
        for text, place in texts_sent(exchange, request):
            left = template_in(text)
            if left and not exchange.ok and _is_meant_for_us(exchange, request):
                yield _left(place.words, left, place, left_sureness(left, exchange))
        left = left_in_body(exchange, request)
        if left:
            place = Place(exchange=exchange, part="request body")
            yield _left(place.words, left, place, Confidence.LIKELY)
    for exchange, request in evidence.api_calls():
        if exchange.ok:
            continue
        if _bears_nothing(request.headers.get("Authorization") or ""):
            place = header_place(exchange, "Authorization")
            yield _empty(place.words, place, Confidence.CERTAIN)


def _is_meant_for_us(exchange: Exchange, request: Request) -> bool:
    """Tell whether a call was to the API, as far as its host is filled in."""
    unknown = not request.host or template_in(request.host) is not None
    return unknown or is_ours(request) or not is_of_another(exchange)


def _bears_nothing(authorization: str) -> bool:
    value = bearer_of(authorization)
    return value is not None and is_word_for_nothing(value)


def _empty(what: str, place: Place, sure: Confidence) -> Finding:
    message = say(
        "The {what} is the word that a program writes for a variable without a value.",
        what=what,
    )
    return Finding(message=message, place=place, confidence=sure)


def _left(
    what: str, left: str, place: Place, sure: Confidence = Confidence.CERTAIN
) -> Finding:
    message = say(
        "The {what} holds the variable {left}, not its value.", what=what, left=left
    )
    return Finding(message=message, place=place, confidence=sure)


@check(
    severity=Severity.ERROR,
    needs={Need.KEYS},
    fix="Copy the whole value again, from its first to its last character.",
    docs=API_KEYS,
    source="causes.md; documentation itself prints shortened tokens",
    broken=lambda: [
        keys(client_secret=CLIENT_SECRET[:12] + "..."),
        keys(subscription_key=SUBSCRIPTION_KEY[:8] + "…"),
        case(
            token_call(TEST),
            api_call(
                TEST,
                status=401,
                headers={"Authorization": f"Bearer {token(TEST)[:200]}"},
            ),
        ),
    ],
    healthy=lambda: [
        keys(),
        case(token_call(TEST), api_call(TEST, status=401)),
        case(_bearing("<redacted>")),
        case(_bearing("eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.REDACTED.REDACTED")),
        case(_bearing("eyJ0eXAiOiJKV1QiLCJh...", 200)),
        case(_bearing("eyJ0eXAiOiJKV1QiLCJh...", 404)),
        case(_bearing("eyJ0eXAi***")),
        case(_bearing("eyJ0eXAi...")),
        case(token_call(TEST, headers=_SHORTENED, status=401, answer=_WRONG)),
    ],
)
def value_truncated(evidence: Evidence) -> Iterator[Finding]:
    """A part of a value is missing.

    Long values are often shortened for display. What was copied then is not the value.
    If it was cut only for sharing, this is not the cause: paste the whole value.
    """
    for value in evidence.values():
        if is_cut(value.value) and _may_be_refused(value):
            yield Finding(
                message=say("The {field} is cut short.", field=value.field),
                place=value.place,
                confidence=_sure(value.place),
            )
    for text, place in tokens(evidence):
        exchange = place.exchange
        # A token that was cut is refused with 401; any other answer came behind that.
        if exchange is None or exchange.status not in {401, None}:
            continue
        if is_not_filled_in(text) or _is_masked(text) or _is_hint(text):
            continue
        request = exchange.request
        sent = place.part != "response body" and request
        token = sent_token(sent) if sent else read_token(text)
        if token and TokenDefect.CUT in token.defects:
            yield Finding(
                message=say("The access token is cut short."),
                place=place,
                confidence=Confidence.LIKELY,
            )


def _is_hint(text: str) -> bool:
    """Tell whether so little of a token is left that it only says: here was one."""
    token = bearer_of(text) or text
    return is_cut(token) and size(token) < _HINT


# What is sent and was cut somewhere has more of it, as documentation prints it.
_HINT = 20


def _may_be_refused(value: Value) -> bool:
    """Tell whether the answer can have to do with a value that is cut.

    If not, it was whole when it was sent, and was cut only for sharing. The gateway
    looks at the subscription key before the identity provider is asked for the others.
    """
    exchange = value.place.exchange
    if exchange is None or exchange.response is None:
        return True
    if exchange.ok or painted_over(exchange, value.value):
        return False
    if value.field.header == KEY_HEADER:
        return exchange.status == 401 and "AADSTS" not in exchange.response.text
    return not is_gateway(exchange)


def _is_masked(text: str) -> bool:
    """Tell whether a token is masked, or one of its parts."""
    token = bearer_of(text) or text
    return is_hidden(token) or examine(
        token, lambda raw: any(map(still_masked, raw.split(".")))
    )


def _sure(place: Place) -> Confidence:
    return Confidence.LIKELY if place.exchange else Confidence.CERTAIN


@check(
    severity=Severity.NOTE,
    needs={Need.KEYS},
    fix="If the keys are refused, copy the client_secret again, to its last character.",
    docs=API_KEYS,
    source="facts 1.2, 24 and 28 characters in documentation; no length is fixed",
    broken=lambda: [keys(client_secret=CLIENT_SECRET[:-5])],
    healthy=lambda: [keys(), keys(client_secret="testdzlJbUZaM1lqODlnUUtrUHI0")],
)
def client_secret_length_unusual(evidence: Evidence) -> Iterator[Finding]:
    """The client_secret has an unusual length.

    Client secrets are Base64, and those seen so far have 24, 28, 40 or 44 characters.
    Other lengths are allowed: this is worth a look, not a fault.
    """
    for value in plain(evidence, Field.CLIENT_SECRET):
        count = size(value.value)
        shape = shape_of(value.value)
        if shape in {Shape.BASE64, None} and count not in USUAL_SECRET_LENGTHS:
            yield Finding(
                message=say(
                    "The client_secret has {size}; 24 is usual.",
                    size=characters(count),
                ),
                place=value.place,
                confidence=Confidence.POSSIBLE,
            )
