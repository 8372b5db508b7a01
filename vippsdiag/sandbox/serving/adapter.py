"""Answer the calls of a `requests.Session` in process, with no socket."""

import io
from collections.abc import Mapping
from time import sleep
from typing import TYPE_CHECKING

import requests
from requests.adapters import BaseAdapter
from urllib3 import HTTPHeaderDict
from urllib3.response import HTTPResponse

from vippsdiag.environments import BASE_URLS, LOOPBACK_HOSTS, split
from vippsdiag.sandbox.gateway.received import Received
from vippsdiag.sandbox.gateway.reply import Reply

if TYPE_CHECKING:
    from vippsdiag.sandbox.simulator import Sandbox


class SandboxAdapter(BaseAdapter):
    """Hands each request to a sandbox."""

    def __init__(self, sandbox: "Sandbox") -> None:
        super().__init__()
        self.sandbox = sandbox

    def send(  # noqa: PLR0913, PLR0917 - the signature is given
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: ARG002
        timeout: object = None,  # noqa: ARG002
        verify: bool | str = True,  # noqa: ARG002
        cert: object = None,  # noqa: ARG002
        proxies: Mapping[str, str] | None = None,  # noqa: ARG002
    ) -> requests.Response:
        """Answer a request; what would be sent is not needed.

        Raises:
            requests.ConnectionError: the sandbox was asked to reset the connection.
        """
        reply = self.sandbox.answer(_read(request))
        if reply.delay:
            sleep(reply.delay)
        if reply.reset:
            raise requests.ConnectionError("Connection reset by peer", request=request)
        return self._to_requests(reply, request)

    def close(self) -> None:
        """Nothing is open."""

    def _to_requests(
        self, reply: Reply, request: requests.PreparedRequest
    ) -> requests.Response:
        headers = reply.pairs(self.sandbox.clock())
        response = requests.Response()
        response.status_code = reply.status
        response.reason = reply.words
        response.headers.update(headers)
        response.raw = HTTPResponse(
            body=io.BytesIO(reply.body[: reply.cut]),
            headers=HTTPHeaderDict(headers),
            status=reply.status,
            reason=reply.words,
            version=11,
            preload_content=False,
        )
        response.url = request.url or ""
        response.request = request
        return response


def _read(request: requests.PreparedRequest) -> Received:
    body = request.body or b""
    pairs = (
        (name, value.decode("latin-1") if isinstance(value, bytes) else value)
        for name, value in request.headers.items()
    )
    parts = split(request.url or "")
    return Received(
        method=request.method or "GET",
        base=f"{parts.scheme}://{parts.netloc}",
        target=request.path_url,
        pairs=tuple(pairs),
        body=body.encode() if isinstance(body, str) else bytes(body),
    )


def session(sandbox: "Sandbox") -> requests.Session:
    """Return a session that reaches nothing but the sandbox."""
    made = requests.Session()
    made.trust_env = False
    made.adapters.clear()
    adapter = SandboxAdapter(sandbox)
    for address in (*BASE_URLS.values(), *_loopback()):
        made.mount(address, adapter)
    return made


def _loopback() -> list[str]:
    hosts = (f"[{host}]" if ":" in host else host for host in LOOPBACK_HOSTS)
    return [f"http://{host}" for host in hosts]
