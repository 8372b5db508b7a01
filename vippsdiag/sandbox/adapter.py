"""Answer the calls of a `requests.Session` in process, with no socket."""

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING

import requests
from requests.adapters import BaseAdapter
from urllib3 import HTTPHeaderDict
from urllib3.response import HTTPResponse

from vippsdiag.environments import BASE_URLS, LOOPBACK_HOSTS
from vippsdiag.exchange import Headers, Request, Response
from vippsdiag.secret import Secret

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
        """Answer a request; what would be sent is not needed."""
        return _to_requests(self.sandbox.handle(_read(request)), request)

    def close(self) -> None:
        """Nothing is open."""


def _read(request: requests.PreparedRequest) -> Request:
    body = request.body
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else body
    pairs = [
        (name, value.decode("latin-1") if isinstance(value, bytes) else value)
        for name, value in request.headers.items()
    ]
    return Request(
        method=request.method or "GET",
        url=request.url or "",
        headers=Headers(pairs),
        body=text if isinstance(text, str) else None,
    )


def _to_requests(
    answer: Response, request: requests.PreparedRequest
) -> requests.Response:
    response = requests.Response()
    response.status_code = answer.status or 500
    response.reason = answer.reason
    raw = raw_body(answer)
    headers = [(name, str(value)) for name, value in answer.headers]
    response.headers.update(headers)
    response.raw = HTTPResponse(
        body=io.BytesIO(raw),
        headers=HTTPHeaderDict(headers),
        status=response.status_code,
        reason=answer.reason,
        version=11,
        preload_content=False,
    )
    response.url = request.url or ""
    response.request = request
    return response


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


def raw_body(answer: Response) -> bytes:
    """Return the body to send: the sandbox's own tokens go out as they are."""
    body = answer.body or ""
    text = body.reveal() if isinstance(body, Secret) else body
    return text.encode()
