"""Who asks at the token endpoint, and in which of the ways they may."""

from urllib.parse import unquote

from vippsdiag.sandbox.apis.buyer.landing import in_name_of
from vippsdiag.sandbox.apis.login.problems import refused
from vippsdiag.sandbox.gateway.call import MSN, Call
from vippsdiag.sandbox.gateway.reply import Refusal
from vippsdiag.sandbox.keys.units import Unit


def authenticated(call: Call) -> tuple[Call, Unit]:
    """Return a call in the name of the sales unit that asks, and the unit.

    Raises:
        Refusal: ``invalid_client``, whatever the reason (high).
    """
    unit = _unit(call)
    if unit is None or not can_log_in(unit):
        raise Refusal(refused("invalid_client"))
    return in_name_of(call, unit.msn), unit


def can_log_in(unit: Unit) -> bool:
    """Tell whether Login is activated for a sales unit, and set up."""
    return bool(unit.msn and "Login" in unit.products and unit.redirect_uris)


def _unit(call: Call) -> Unit | None:
    scheme, _, rest = call.header("Authorization").partition(" ")
    if scheme.lower() == "bearer":
        return _by_token(call, rest.strip())
    if scheme:
        return _by_secret(call, call.basic, in_form=False)
    form = call.form
    pair = form.get("client_id", ""), form.get("client_secret", "")
    return _by_secret(call, pair, in_form=True)


def _by_secret(
    call: Call, pair: tuple[str, str] | None, *, in_form: bool
) -> Unit | None:
    """Find the unit, if it is set to this way; the way is chosen in the portal."""
    if pair is None:
        return None
    client_id, secret = pair
    unit = call.sandbox.keyring.by_client(client_id)
    if unit is None or unit.environment is not call.environment:
        return None
    # The standard has both halves of a Basic header percent-encoded, and real clients
    # send them as they are; both pass (inferred).
    given = {secret} if in_form else {secret, unquote(secret)}
    if unit.secret_in_form is not in_form or unit.client_secret not in given:
        return None
    return unit


def _by_token(call: Call, token: str) -> Unit | None:
    """Find the unit that a partner acts for; it has to be set to Basic (high).

    That a sales unit may do so for itself is inferred: there are no partner keys in
    test, and the official collection has such calls.
    """
    issued = call.sandbox.mint.find(token)
    if issued is None or issued.specialized or issued.expires <= call.now:
        return None
    owner = call.sandbox.keyring.by_client(issued.client_id)
    msn = call.header(MSN)
    unit = call.sandbox.keyring.by_number(call.environment, msn)
    if owner is None or unit is None or unit.secret_in_form:
        return None
    same = owner.environment is call.environment
    return unit if same and (owner is unit or msn in owner.connected) else None
