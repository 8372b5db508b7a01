"""Ask a sandbox about itself: the one place that sends what is no call of an API.

A sandbox may be on another machine of the room, reached without encryption. So no keys
are sent here but what the caller has seen to be practice values of that very sandbox;
codes of the sandbox go to it alone.
"""

from collections.abc import Mapping

import requests

from vippsdiag.environments import HOSTS, Environment, environment_of, split
from vippsdiag.errors import HostNotAllowed, VippsdiagError
from vippsdiag.language import say
from vippsdiag.secret import Secret, examine

# Seconds to connect, and seconds between two pieces of an answer.
TIMEOUT = (4.0, 15.0)
MOST_BYTES = 20_000_000
CODE_HEADER = "Sandbox-Access-Code"
# Before the access code, in an address that carries it.
CODE_PATH = "/_code/"


class NoSandbox(VippsdiagError):  # noqa: N818 - named for what happened
    """Nothing answered that is a sandbox of vippsdiag."""


class Control:
    """Reaches one sandbox.

    Args:
        address: with scheme, host and port; it may carry the access code, as
            ``vippsdiag sandbox`` prints it.
        session: answers in process; with none, the network is used.

    Attributes:
        base: the address without the access code.
        local: whether the sandbox is on this machine.

    Raises:
        HostNotAllowed: this can be no sandbox.
    """

    def __init__(self, address: str, session: requests.Session | None = None) -> None:
        self.base, self._code = _taken_apart(address)
        self.local = environment_of(self.base) is Environment.SANDBOX
        _see_allowed(self.base, self._code, local=self.local)
        self._session = session or _session()

    def ask(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None
    ) -> tuple[int, bytes]:
        """Ask, and return the status and the body of the answer.

        Raises:
            NoSandbox: no answer came.
        KeyboardInterrupt: the user stopped it.
        """
        given = dict(headers) | ({CODE_HEADER: self._code} if self._code else {})
        stopped = False
        try:
            return self._ask(method, path, given, body)
        except KeyboardInterrupt:
            stopped = True
        except Exception:  # noqa: BLE001, S110 - all of them say that no answer came
            pass
        # Outside the except block: the text of the error and its frames may hold codes.
        if stopped:
            raise KeyboardInterrupt
        raise NoSandbox(
            say(
                "No sandbox answers at {base}. Is it running, and is the address the "
                "one that it printed?",
                base=self.base,
            )
        )

    def _ask(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None
    ) -> tuple[int, bytes]:
        revealed = {name: _open(value) for name, value in headers.items()}
        with self._session.request(
            method,
            self.base + path,
            headers=revealed | {"Content-Type": "application/json"},
            data=body,
            timeout=TIMEOUT,
            allow_redirects=False,
            stream=True,
        ) as answer:
            return answer.status_code, answer.raw.read(MOST_BYTES, decode_content=True)


def _open(value: str) -> str:
    return value.reveal() if isinstance(value, Secret) else value


def _session() -> requests.Session:
    made = requests.Session()
    # No proxy and no .netrc: a sandbox is on this machine or in the same room.
    made.trust_env = False
    return made


def _taken_apart(address: str) -> tuple[str, str]:
    """Return the address without the access code, and the code."""

    def read(raw: str) -> tuple[str, Secret]:
        raw = raw.strip().rstrip("/")
        if "://" not in raw:
            raw = f"http://{raw}"
        base, _, code = raw.partition(CODE_PATH)
        return base, Secret(code.partition("/")[0])

    base, code = examine(address, read)
    return base.rstrip("/"), code if examine(code, bool) else ""


def _see_allowed(base: str, code: str, *, local: bool) -> None:
    parts = split(base)
    plain = parts.username is None and parts.password is None and not parts.query
    if parts.scheme not in {"http", "https"} or not parts.hostname or not plain:
        raise HostNotAllowed(
            say(
                "This is no address of a sandbox. It has a form such as "
                "http://192.0.2.7:8000/_code/THE-CODE."
            )
        )
    if parts.path or parts.hostname in HOSTS.values():
        raise HostNotAllowed(
            say(
                "This is no address of a sandbox. Take it as it was printed by "
                "vippsdiag sandbox, as far as the access code."
            )
        )
    if not local and not code:
        raise HostNotAllowed(
            say(
                "A sandbox on another machine asks for an access code, and this "
                "address carries none. Take the whole address that it printed."
            )
        )
