"""Idempotency keys: the same call once more has the same answer, and no effect.

Facts section 4, "Idempotency semantics": the same key with another body is a conflict,
and an answer of 4xx is given again for its key as well.

An answer may hold addresses of the sandbox itself, which begin as the caller's do, and
that may be with the access code. It is kept with a mark in the place of that beginning,
which is filled in for whoever gets the answer.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

import msgspec

from vippsdiag.sandbox.gateway.call import Call
from vippsdiag.sandbox.gateway.forms import Forms
from vippsdiag.sandbox.gateway.reply import Refusal, Reply

NAME = "Idempotency-Key"
# Stands for the address of the sandbox; for private use, so that no text has it.
MARK = "\ue000".encode()
QUOTED_MARK = quote(MARK).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """What the idempotency key of an operation has to be.

    Attributes:
        longest: how many characters it may have.
        required: whether a call without one is refused.
        name: the header, which has had other names.
    """

    longest: int = 50
    required: bool = True
    name: str = NAME


class Answered(msgspec.Struct, kw_only=True, gc=False):
    """The answer that a key had."""

    digest: bytes
    status: int
    body: str
    kind: str
    headers: tuple[tuple[str, str], ...] = ()


def replayed(
    call: Call, once: Once, forms: Forms, serve: Callable[[Call], Reply]
) -> Reply:
    """Serve a call, or give the answer that its key had before.

    The key counts for one operation on one thing: the official collections send the
    same key for the creation and the capture of a payment.
    """
    key = call.header(once.name)
    if not key and not once.required:
        return serve(call)
    if not 1 <= len(key) <= once.longest:
        raise Refusal(forms.header_missing(call, once.name))
    name = f"{call.method} {call.path.lower()} {key}"
    digest = hashlib.sha256(call.body).digest()
    before = call.room.get(Answered, name)
    if before is None:
        return _remembered(call, name, digest, serve)
    if before.digest != digest:
        raise Refusal(forms.conflict(call))
    reply = Reply(
        status=before.status,
        body=before.body.encode(),
        kind=before.kind,
        headers=before.headers,
    )
    return _filled(reply, call.base)


def _remembered(
    call: Call, name: str, digest: bytes, serve: Callable[[Call], Reply]
) -> Reply:
    base, call.base = call.base, MARK.decode()
    try:
        reply = serve(call)
    except Refusal as refusal:
        reply = refusal.reply
    finally:
        call.base = base
    if reply.status < 500 and reply.status != 429:
        answered = Answered(
            digest=digest,
            status=reply.status,
            body=reply.body.decode(),
            kind=reply.kind,
            headers=reply.headers,
        )
        call.room.put(name, answered)
    return _filled(reply, base)


def _filled(reply: Reply, base: str) -> Reply:
    """Return an answer, which is JSON, to who reaches the sandbox at an address."""
    if MARK in reply.body:
        reply.body = reply.body.replace(MARK, msgspec.json.encode(base)[1:-1])
    if QUOTED_MARK in reply.body:
        quoted = quote(base, safe="").encode()
        reply.body = reply.body.replace(QUOTED_MARK, quoted)
    return reply
