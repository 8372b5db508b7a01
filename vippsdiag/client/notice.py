"""Telling an address of one's own what has changed. No key goes along."""

import requests

from vippsdiag.environments import LOOPBACK_HOSTS, split
from vippsdiag.errors import VippsdiagError
from vippsdiag.language import say

PATIENCE = 10


def check_address(url: str) -> None:
    """See that a notice may go to an address.

    Raises:
        VippsdiagError: it is neither ``https`` nor this machine.
    """
    parts = split(url)
    here = parts.scheme == "http" and parts.hostname in LOOPBACK_HOSTS
    if not (parts.hostname and (parts.scheme == "https" or here)):
        raise VippsdiagError(
            say("A notice goes to an https address, or to this machine.")
        )


def send_notice(url: str, body: object) -> str:
    """Post what has changed as JSON; return what went wrong, empty for nothing.

    The address may be a secret of its own, so it is in no text. Redirects are not
    followed.
    """
    check_address(url)
    session = requests.Session()
    # To this machine there is no proxy on the way.
    session.trust_env = split(url).hostname not in LOOPBACK_HOSTS
    try:
        answer = session.post(
            url,
            json=body,
            timeout=PATIENCE,
            allow_redirects=False,
            stream=True,
            auth=_as_it_is,
        )
    except Exception as error:  # noqa: BLE001 - the library raises others as well
        kind = type(error).__name__
        return say("The notice could not be sent ({kind}).", kind=kind)
    with session, answer:
        if answer.status_code // 100 == 2:
            return ""
        return say("The notice was answered {status}.", status=answer.status_code)


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Stand in for a login, so that a .netrc file adds none."""
    return request
