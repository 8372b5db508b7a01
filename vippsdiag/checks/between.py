"""Did something between the client and the API answer instead of it?"""

from vippsdiag.checks.answers import Says, is_gateway, says, text_in
from vippsdiag.environments import split
from vippsdiag.evidence import Call, call_of
from vippsdiag.exchange import Exchange, Request
from vippsdiag.products import product_at
from vippsdiag.who import Who, answered_by, is_forward_proxy


def is_between(exchange: Exchange) -> bool:
    """Tell whether a proxy answered, or a firewall with what looks like a success."""
    who = answered_by(exchange)
    return who is Who.PROXY or (who is Who.FIREWALL and exchange.ok)


def is_of_another(exchange: Exchange, request: Request) -> bool:
    """Tell whether an answer is that of something between the client and the API."""
    failed = (exchange.status or 0) >= 500 and not is_forward_proxy(exchange)
    own = request.environment is None and answered_by(exchange) is Who.PROXY
    refused = is_between(exchange) and not exchange.ok and (own or not failed)
    served = _is_served(request) and (
        _sent_away(exchange) or (exchange.ok and _is_foreign(exchange))
    )
    return exchange.status == 407 or refused or served


def _sent_away(exchange: Exchange) -> bool:
    """Tell whether a call was redirected to another host: no API does that."""
    response, request = exchange.response, exchange.request
    if response is None or request is None or (exchange.status or 0) // 100 != 3:
        return False
    there = split(str(response.headers.get("Location") or "")).hostname
    return there is not None and there != request.host


def _is_served(request: Request) -> bool:
    return call_of(request) is not Call.API or product_at(request.path) is not None


def _is_foreign(exchange: Exchange) -> bool:
    text = text_in(exchange).strip()
    if not text or is_gateway(exchange):
        return False
    token = exchange.request is not None and call_of(exchange.request) is not Call.API
    not_json = exchange.response is not None and exchange.response.json is None
    return says(exchange, Says.HTML) or (token and not_json)
