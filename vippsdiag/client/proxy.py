"""Choose the proxy that a call goes through, and name it without its password."""

import requests
from requests.utils import get_environ_proxies, select_proxy

from vippsdiag.environments import Environment, environment_of, split
from vippsdiag.language import say


def proxy_for(url: str, session: requests.Session) -> str | None:
    """Return the address of the proxy for a URL, or None.

    Never one for this machine: the call would leave it, in clear text and with keys.
    """
    if environment_of(url) is Environment.SANDBOX:
        return None
    known = get_environ_proxies(url) if session.trust_env else {}
    return select_proxy(url, {**known, **session.proxies}) or None


def only(proxy: str | None, session: requests.Session) -> dict[str, str | None]:
    """Return settings under which the library uses this proxy and no other.

    A name whose value is None is taken out of what the library would add itself.
    """
    others = dict.fromkeys([*session.proxies, "all"])
    return {**others, "http": proxy, "https": proxy}


def shown(proxy: str | None) -> str | None:
    """Return scheme, host and port of a proxy's address, and nothing else of it."""
    if proxy is None:
        return None
    parts = split(proxy if "://" in proxy else f"http://{proxy}")
    if not parts.hostname:
        return say("(an address that cannot be read)")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else "")
