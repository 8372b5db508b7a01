"""What the user decides, and the event that tells the merchant of it."""

from datetime import timedelta

from vippsdiag.sandbox.apis.login.logins import APPROVED, CIBA, Login
from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.webhooks.deliveries import publish, withdraw

KIND = "login"
PING = "login.merchant-initiated.ping.v1"
# A login that the merchant began is approved by itself, so that it can be tried with
# no phone; the landing page can be quicker (the sandbox's own).
APPROVED_AFTER = timedelta(seconds=5)


def expect(call: Call, login: Login) -> None:
    """Keep a new login, and tell of it when it will have been approved by itself."""
    call.room.put(login.name, login)
    if login.flow == CIBA:
        publish(call, PING, _ping(login), at=login.begun + APPROVED_AFTER)


def decide(call: Call, name: str, decision: str) -> None:
    """Note down what the user decided on the landing page."""
    login = call.room.get(Login, name)
    if login is None:
        return
    login.decide(decision, call.now)
    call.room.put(name, login)
    if login.flow == CIBA:
        withdraw(call, _ping(login))
        if decision == APPROVED:
            publish(call, PING, _ping(login))


def settled(call: Call, name: str) -> Login | None:
    """Return a login, approved if its time has come; None if there is none."""
    login = call.room.get(Login, name)
    if login is None or not _is_due(call, login):
        return login
    with call.sandbox.state.change():
        # Another process may have been faster.
        login = call.room.get(Login, name)
        if login is not None and _is_due(call, login):
            login.decide(APPROVED, login.begun + APPROVED_AFTER)
            call.room.put(name, login)
    return login


def _is_due(call: Call, login: Login) -> bool:
    waits = login.flow == CIBA and not login.decision
    return waits and call.now - login.begun >= APPROVED_AFTER


def _ping(login: Login) -> dict[str, object]:
    return {"auth_req_id": login.name}
