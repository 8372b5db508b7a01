"""Idempotency keys: the same call once more has the same answer, and no effect.

Facts section 4, "Idempotency semantics": the same key with another body is a conflict,
and an answer of 4xx is given again for its key as well.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from vippsdiag.sandbox.call import Call
from vippsdiag.sandbox.forms import Forms
from vippsdiag.sandbox.reply import Refusal, Reply

NAME = "Idempotency-Key"


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


class Answered(msgspec.Struct, kw_only=True):
    """The answer that a key had."""

    digest: bytes
    status: int
    body: bytes
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
    return Reply(
        status=before.status,
        body=before.body,
        kind=before.kind,
        headers=before.headers,
    )


def _remembered(
    call: Call, name: str, digest: bytes, serve: Callable[[Call], Reply]
) -> Reply:
    try:
        reply = serve(call)
    except Refusal as refusal:
        reply = refusal.reply
    if reply.status < 500 and reply.status != 429:
        answered = Answered(
            digest=digest,
            status=reply.status,
            body=reply.body,
            kind=reply.kind,
            headers=reply.headers,
        )
        call.room.put(name, answered)
    return reply
