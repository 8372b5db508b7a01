"""Is the access token there, and written the right way?"""

import re
from collections.abc import Iterator

from vippsdiag.check import (
    ACCESS_TOKEN,
    HTTP_HEADERS,
    Confidence,
    Finding,
    Severity,
    When,
    check,
)
from vippsdiag.checks.answers import Says, says
from vippsdiag.checks.sent import absence, header_place, is_not_filled_in, sent_token
from vippsdiag.checks.subscription_key import USERINFO
from vippsdiag.conceal import still_masked
from vippsdiag.environments import is_web_site
from vippsdiag.evidence import Evidence, Need, Place
from vippsdiag.exchange import Exchange, Request, once
from vippsdiag.language import say
from vippsdiag.products import Flow, product_at
from vippsdiag.samples import (
    INVALID_KEY,
    SUBSCRIPTION_KEY,
    TEST,
    api_call,
    call,
    case,
    gateway,
    token,
)
from vippsdiag.secret import examine
from vippsdiag.shapes import Shape, shape_of, template_in
from vippsdiag.token import Token, TokenDefect, bearer_of

AUTHORIZATION = "Authorization"


REFUSED = gateway(401, "Unauthorized. Access token is missing or invalid.")


_WHOLE_ANSWER = '{"token_type": "Bearer", "access_token": "eyJ0.eyJh.c2ln"}'


def sent(text: str) -> dict[str, str | None]:
    """Return the header of an example."""
    return {AUTHORIZATION: text}


@once
def refused(exchange: Exchange) -> bool:
    """Tell whether a call was refused for its token, as far as the answer tells."""
    others = (Says.MISSING_KEY, Says.INVALID_KEY, Says.INVALID_MSN)
    named = any(says(exchange, other) for other in others)
    site = exchange.request is not None and is_web_site(exchange.request.host)
    return exchange.status == 401 and not named and not site


def not_accepted(exchange: Exchange) -> bool:
    """Tell whether a call was refused, or not answered as far as we know."""
    return refused(exchange) or exchange.status in {None, 403}


@once
def calls_with_token(evidence: Evidence) -> tuple[tuple[Exchange, Request, Token], ...]:
    """Return each API call that carries ``Bearer`` and a token that can be read."""
    return tuple(_calls_with_token(evidence))


def _calls_with_token(evidence: Evidence) -> Iterator[tuple[Exchange, Request, Token]]:
    for exchange, request in evidence.api_calls():
        value = bearer_of(request.headers.get(AUTHORIZATION) or "")
        found = None if is_web_site(request.host) else sent_token(request)
        if found is not None and value is not None and not still_masked(value):
            yield exchange, request, found


@check(
    severity=Severity.ERROR,
    needs={Need.API_CALL},
    when={When.FAILED, When.API},
    fix="Send the header Authorization with the word Bearer, one blank and the access "
    "token.",
    docs=HTTP_HEADERS,
    source="facts 4 (high)",
    broken=lambda: [
        case(api_call(TEST, headers={AUTHORIZATION: None}, status=401, answer="")),
        case(api_call(TEST, headers=sent("Bearer"), status=401, answer=REFUSED)),
    ],
    healthy=lambda: [
        case(api_call(TEST, status=401)),
        case(api_call(TEST, headers={AUTHORIZATION: None}, status=200)),
        case(
            api_call(
                TEST,
                path="/checkout/v3/session",
                headers={AUTHORIZATION: None},
                status=401,
                answer="",
            )
        ),
        case(call("GET", "https://checkout.vipps.no/api/session", status=401)),
        case(call("GET", "http://localhost:3000/api/me", status=401)),
        case(
            api_call(
                TEST,
                headers={AUTHORIZATION: None},
                status=401,
                answer=gateway(401, INVALID_KEY),
            )
        ),
    ],
)
def access_token_missing(evidence: Evidence) -> Iterator[Finding]:
    """The call carries no access token.

    Every call to an API carries the access token that the token call returned. Checkout
    is the exception: it takes the keys themselves.
    """
    for exchange, request in evidence.api_calls():
        value = request.headers.get(AUTHORIZATION) or ""
        empty = examine(value, lambda raw: raw.strip().lower() in {"", "bearer"})
        if takes_keys(request) or _stray_token(request) or _in_address(request):
            continue
        if refused(exchange) and empty:
            words = say("The call has no access token in its Authorization header.")
            yield absence(exchange, request, AUTHORIZATION, words)


def takes_keys(request: Request) -> bool:
    """Tell whether a call is one of an API that takes the keys, and no token."""
    product = product_at(request.path)
    return product is not None and product.flows == {Flow.NONE}


def _stray_token(request: Request) -> str | None:
    for name, value in request.headers:
        other = name.lower() != AUTHORIZATION.lower()
        if other and shape_of(value) is Shape.TOKEN:
            return name
    return None


def _in_address(request: Request) -> str | None:
    """Return the parameter of the address that holds the token; None if none does."""
    if AUTHORIZATION in request.headers or product_at(request.path) is None:
        return None  # a payment page's address holds a token of its own
    named = _QUERY_TOKEN.search(request.query)
    return named[1] if named else None


_QUERY_TOKEN = re.compile(
    r"(?:^|&)((?:access[_-]?|auth(?:orization)?[_-]?|bearer[_-]?)?token|authorization)=",
    re.IGNORECASE,
)


@check(
    severity=Severity.ERROR,
    needs={Need.REQUEST},
    when={When.FAILED, When.API},
    fix='Send it as "Authorization: Bearer " and the token, in that one header.',
    docs=HTTP_HEADERS,
    source="facts 4 (high); openiddict-core#577 for a header named Bearer",
    broken=lambda: [
        case(
            api_call(
                TEST,
                headers={AUTHORIZATION: None, "Bearer": token(TEST)},
                status=401,
            )
        ),
        case(api_call(TEST, headers=sent("Token " + token(TEST)), status=401)),
        case(api_call(TEST, headers=sent("Bearer: " + token(TEST)), status=401)),
        case(api_call(TEST, headers=sent("Basic YTpi"), status=401)),
        case(api_call(TEST, headers=sent("Bearer=" + token(TEST)), status=401)),
        case(api_call(TEST, headers=sent("Bearer a1, Bearer a1"), status=401)),
        case(api_call(TEST, headers=sent(f"Bearer {_WHOLE_ANSWER}"), status=401)),
        case(
            api_call(
                TEST,
                path="/webhooks/v1/webhooks?access_token=" + token(TEST),
                headers={AUTHORIZATION: None},
                status=401,
                answer="",
            )
        ),
    ],
    healthy=lambda: [
        case(api_call(TEST, status=401)),
        case(api_call(TEST, headers={AUTHORIZATION: None}, status=401)),
    ],
)
def authorization_header_malformed(evidence: Evidence) -> Iterator[Finding]:
    """The access token is not where, or not written as, the API expects it.

    The API reads one header, Authorization, with the scheme Bearer. A token under
    another name, with another scheme or with a colon after Bearer is not found.
    """
    for exchange, request in evidence.api_calls():
        if not_accepted(exchange):
            yield from _misplaced(exchange, request)


def _misplaced(exchange: Exchange, request: Request) -> Iterator[Finding]:
    """Yield where a token is, or what is beside it, if it is not where it belongs."""
    value = request.headers.get(AUTHORIZATION)
    stray = _stray_token(request)
    here = header_place(exchange, AUTHORIZATION)
    if value is None and stray:
        yield Finding(
            message=say("The token was sent in a header named {stray}.", stray=stray),
            place=header_place(exchange, stray),
        )
    elif named := _in_address(request):
        yield Finding(
            message=say("The token was sent in the address, as {name}.", name=named),
            place=Place(exchange=exchange, part="request address"),
        )
    elif value and examine(value, _is_other_scheme):
        yield Finding(
            message=say(
                "The Authorization header does not begin with Bearer and a blank."
            ),
            place=here,
        )
    elif value and examine(value, _is_an_answer):
        yield Finding(
            message=say("The header holds the token call's whole answer."), place=here
        )
    elif value and examine(value, _holds_two):
        yield Finding(message=say("The header holds two values."), place=here)


def _holds_two(raw: str) -> bool:
    """Tell whether a header was given twice, and its values were joined on the way."""
    return re.search(r",\s*(?:bearer|basic)\s", raw, re.IGNORECASE) is not None


def _is_an_answer(raw: str) -> bool:
    """Tell whether JSON that holds a token, or its member, is in a token's place."""
    return _HOLDS_TOKEN.match(raw) is not None


_HOLDS_TOKEN = re.compile(
    r"\s*(?:bearer\s+)?(?:\{\s*[\"']?\w+[\"']?\s*:|[\"']?(?:access_)?token[\"']?\s*[:=])",
    re.IGNORECASE,
)


def _is_other_scheme(raw: str) -> bool:
    scheme, _, rest = raw.strip().partition(" ")
    if scheme.lower() == "bearer" or template_in(scheme):
        return False
    return bool(rest) or _GLUED.match(raw) is not None


# Something else than a blank between the scheme and the token, or nothing.
_GLUED = re.compile(r"\s*bearer(?:[^\w\s]|eyJ)", re.IGNORECASE)


@check(
    severity=Severity.ERROR,
    needs={Need.REQUEST},
    when={When.FAILED, When.API},
    fix='Put the word "Bearer" and one blank before the token.',
    docs=HTTP_HEADERS,
    source="the official access token text and errors page (high); that lower case is "
    "refused is documented, and not tested",
    broken=lambda: [
        case(api_call(TEST, headers=sent(token(TEST)), status=401, answer=REFUSED)),
        case(api_call(TEST, headers=sent("bearer " + token(TEST)), status=401)),
    ],
    healthy=lambda: [
        case(api_call(TEST, status=401, answer=REFUSED)),
        case(api_call(TEST, headers=sent("bearer " + token(TEST)), status=200)),
    ],
)
def bearer_prefix_missing(evidence: Evidence) -> Iterator[Finding]:
    """The word Bearer is missing before the access token.

    The Authorization header holds two things: the scheme, written Bearer, and the
    token. Without the scheme the API does not know what the value is.
    """
    for exchange, request in evidence.api_calls():
        value = request.headers.get(AUTHORIZATION) or ""
        place = header_place(exchange, AUTHORIZATION)
        if not not_accepted(exchange):
            continue
        if examine(value, lambda raw: raw.strip().startswith("eyJ")):
            yield Finding(
                message=say("The token stands alone in the header."), place=place
            )
        elif examine(value, _is_lower_case) and refused(exchange):
            yield Finding(
                message=say("The scheme is not written exactly Bearer."),
                place=place,
                confidence=Confidence.LIKELY,
            )


def _is_lower_case(raw: str) -> bool:
    return raw[:7].lower() == "bearer " and raw[:7] != "Bearer "


@check(
    severity=Severity.ERROR,
    needs={Need.REQUEST},
    when={When.API},
    fix="Write Bearer once. Some clients add it by themselves: give those the token "
    "alone.",
    docs=HTTP_HEADERS,
    source="facts M8 (high)",
    broken=lambda: [
        case(api_call(TEST, headers=sent("Bearer Bearer " + token(TEST)), status=401)),
        case(api_call(TEST, headers=sent("Bearer Bearer [REDACTED]"), status=401)),
    ],
    healthy=lambda: [
        case(api_call(TEST, headers=sent("Bearer Bearer " + token(TEST)))),
        case(api_call(TEST)),
        case(api_call(TEST, headers=sent("Bearer [REDACTED]"), status=401)),
    ],
)
def bearer_duplicated(evidence: Evidence) -> Iterator[Finding]:
    """The word Bearer stands twice before the access token.

    The second one is taken for a part of the token, which is then not valid.
    """
    for exchange, request in evidence.api_calls():
        value = request.headers.get(AUTHORIZATION) or ""
        if not exchange.ok and examine(value, lambda raw: bool(_TWICE.match(raw))):
            yield Finding(
                message=say("The header says Bearer twice."),
                place=header_place(exchange, AUTHORIZATION),
            )


_TWICE = re.compile(r"\s*bearer\s+bearer\b", re.IGNORECASE)
_REPORT = "/report/v2/ledgers/302321/funds/dates/2026-11-24"
_ELSEWHERE = {TokenDefect.BEARER_INSIDE, TokenDefect.CUT, TokenDefect.EMPTY}


@check(
    severity=Severity.ERROR,
    needs={Need.API_CALL},
    when={When.FAILED, When.API},
    fix="Take the value of access_token from the token call's answer, and nothing "
    "else.",
    docs=ACCESS_TOKEN,
    source="the form of a token, RFC 7519; facts 3.1 (high)",
    broken=lambda: [
        case(api_call(TEST, headers=sent(f'Bearer "{token(TEST)}"'), status=401)),
        case(api_call(TEST, headers=sent("Bearer " + SUBSCRIPTION_KEY), status=401)),
    ],
    healthy=lambda: [
        case(api_call(TEST, status=401)),
        case(
            api_call(TEST, headers=sent("Bearer opaque-1")),
            api_call(TEST, headers=sent("Bearer opaque-1"), status=404, path=_REPORT),
        ),
    ],
)
def token_malformed(evidence: Evidence) -> Iterator[Finding]:
    """What was sent as the access token does not have the form of one.

    An access token has three parts with dots between them, begins with eyJ, and holds
    no quotes, blanks or line breaks.
    """
    for exchange, request, found in calls_with_token(evidence):
        defects = [item for item in found.defects if item not in _ELSEWHERE]
        value = request.headers.get(AUTHORIZATION) or ""
        if value in _taken(evidence):
            continue
        cut = TokenDefect.CUT in found.defects
        told = template_in(value) or examine(value, _is_an_answer)
        told = told or examine(value, _holds_two)
        if defects and not cut and not told and not exchange.ok:
            if request.path.lower().startswith(USERINFO):
                continue  # Login's tokens have another form
            if is_not_filled_in(value):
                continue
            yield Finding(
                message=say(defects[0].value),
                place=header_place(exchange, AUTHORIZATION),
            )


@once
def _taken(evidence: Evidence) -> frozenset[str]:
    """Return what calls that went well had sent as the token: that has a token's form.

    The specialized token endpoint does not say what its tokens look like.
    """
    return frozenset(
        request.headers.get(AUTHORIZATION) or ""
        for exchange, request in evidence.api_calls()
        if exchange.ok
    )
